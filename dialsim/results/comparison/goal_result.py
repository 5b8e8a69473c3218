"""Types of goals and hard limits that both sides of a comparison have, or one alone."""

from __future__ import annotations

from typing import Literal, NotRequired

from pydantic import with_config
from typing_extensions import TypedDict

from dialsim.results.interval_result import IntervalResult
from dialsim.results.result_types import CLOSED
from dialsim.results.summary_types.results import Goal, HardLimit, Margin

GoalVerdict = Literal["better", "worse", "unlawful", "same", "untold", "undecided"]
"""What the pairs say of a goal in B; unlawful: better, but B is no lawful plan."""


@with_config(CLOSED)
class JudgedGoal(Goal):
    """A goal as a run or a replication reached it."""

    counted: NotRequired[tuple[float, float] | None]
    """Of a goal on a rate: its events and its exposure; absent or None: they are not known."""


JudgedTarget = JudgedGoal | HardLimit
"""What a comparison judges in each pair."""


@with_config(CLOSED)
class GoalSubject(TypedDict):
    """What a goal or a hard limit is about."""

    wall: bool
    """Whether it is a hard limit of the rule pack."""
    metric: str
    """Key of its metric."""
    campaign: str | None
    """Of which campaign; None: of all together."""
    name: str
    """What it is called, with its campaign if it names one."""
    unit: str
    """Unit of its target and its values."""
    bound: Literal["at_least", "at_most"]
    """Which side of the target is good."""
    by: str | None
    """When it is due, ISO 8601; None: at the end."""


@with_config(CLOSED)
class GoalOfOneSide(GoalSubject):
    """A goal that only one side has: it is not judged."""

    target: float
    """The bound, in its unit."""


@with_config(CLOSED)
class Targets(TypedDict):
    """Targets of both sides."""

    a: float
    """Of A, in the goal's unit."""
    b: float
    """Of B, in the goal's unit."""


@with_config(CLOSED)
class PairCounts(TypedDict):
    """Pairs of replications by the sides that meet a goal."""

    both: int
    """Pairs in which both meet it."""
    only_a: int
    """Pairs in which A alone meets it."""
    only_b: int
    """Pairs in which B alone meets it."""
    neither: int
    """Pairs in which neither meets it."""
    undecided: int
    """Pairs in which it could not be judged of both."""


@with_config(CLOSED)
class TimesMet(TypedDict):
    """Pairs in which each side meets a goal."""

    a: int
    """Pairs in which A meets it."""
    b: int
    """Pairs in which B meets it."""


@with_config(CLOSED)
class ValueCompared(TypedDict):
    """Means of a figure of both sides, and their difference."""

    a: float | None
    """Mean of A over the pairs that have both; None: there are none."""
    b: float | None
    """Mean of B over the same pairs."""
    change: IntervalResult
    """B less A, with its interval."""


@with_config(CLOSED)
class FigureCompared(ValueCompared):
    """A figure of both sides with the unit that it is shown in."""

    unit: str
    """Its unit; of shares differences are shown in percentage points."""


@with_config(CLOSED)
class GoalOnRecord(TypedDict):
    """What a goal has by the calls before a run that goes on from a call log."""

    as_of: str
    """From when the run is simulated, ISO 8601."""
    value: float | None
    """What the log has of it, in the goal's unit; None: nothing, and it counts from then on."""


@with_config(CLOSED)
class RecordOfSides(TypedDict):
    """What call logs have of a goal on either side."""

    a: GoalOnRecord | None
    """Of A; None: it goes on from no log."""
    b: GoalOnRecord | None
    """Of B; None: it goes on from no log."""


@with_config(CLOSED)
class Margins(TypedDict):
    """How far the values of two runs are on the good side of a goal's target."""

    a: Margin | None
    """Of A; None: of a hard limit."""
    b: Margin | None
    """Of B; None: of a hard limit."""


@with_config(CLOSED)
class GoalDifference(GoalSubject):
    """A goal of both sides, before it is tested together with the others."""

    target: Targets
    """The bounds, which may differ."""
    n: int
    """Pairs in which it could be judged of both."""
    pairs: PairCounts
    """Pairs by the sides that meet it."""
    met: TimesMet
    """Pairs in which each side meets it."""
    difference: IntervalResult | None
    """Share of pairs in which B meets it less that of A; None: fewer than two pairs, or runs."""
    p: float | None
    """Of McNemar's exact test; None: both meet it in the same pairs, or these are runs."""
    value: ValueCompared
    """Means of what it is judged by, in its unit."""
    before: NotRequired[RecordOfSides]
    """What call logs have of it; absent: neither side goes on from one."""
    margin: NotRequired[Margins]
    """How far either run is on the good side of its target; absent: these are scenarios."""


@with_config(CLOSED)
class GoalTested(GoalDifference):
    """A goal of both sides with its verdict."""

    p_holm: float | None
    """The p value after Holm's correction over all goals tested; None: it is not tested."""
    verdict: GoalVerdict
    """What the pairs say of B."""


@with_config(CLOSED)
class GoalCompared(GoalTested):
    """A goal or a hard limit that both sides have."""

    sentence: str
    """The verdict as a sentence, with the counts."""


@with_config(CLOSED)
class GoalsCompared(TypedDict):
    """Goals and hard limits of both sides."""

    judged: list[GoalCompared]
    """Those that both have."""
    only_a: list[GoalOfOneSide]
    """Those of A alone."""
    only_b: list[GoalOfOneSide]
    """Those of B alone."""
