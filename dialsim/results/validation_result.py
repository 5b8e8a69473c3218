"""Types of a validation: what `dialsim validate` returns of the engine beside theory."""

from __future__ import annotations

from typing import Literal

from pydantic import with_config
from typing_extensions import TypedDict

from dialsim.results.result_types import CLOSED

FigureUnit = Literal["share", "s", "a day", "erlangs"]
"""Unit of a figure of a queue."""


@with_config(CLOSED)
class ComparedFigure(TypedDict):
    """A figure of a world, simulated and exact."""

    world: str
    """What was simulated."""
    oracle: str
    """The theory that answers for it."""
    source: str
    """Where the world comes from."""
    figure: str
    """What the figure is called."""
    world_zh: str
    """The world in Chinese."""
    oracle_zh: str
    """The theory in Chinese."""
    source_zh: str
    """The source in Chinese."""
    figure_zh: str
    """The figure's name in Chinese."""
    unit: FigureUnit
    """Unit of all its values."""
    published: str | None
    """What a source printed of the same world, as text; None: nothing."""
    exact: float
    """What theory says."""
    simulated: float
    """What the engine came to."""
    low: float
    """Lower end of its 95 % interval."""
    high: float
    """Upper end of its 95 % interval."""
    z: float
    """Distance from theory in standard errors."""
    days: int
    """Days that were simulated."""
    narrow: bool
    """Whether the interval is narrow enough for a full comparison."""


@with_config(CLOSED)
class ComparedRule(TypedDict):
    """A rule without chance, simulated and counted by hand."""

    rule: str
    """The rule."""
    given: str
    """What comes up against it."""
    expected: str
    """What is to happen."""
    found: str
    """What the engine did."""
    rule_zh: str
    """The rule in Chinese."""
    given_zh: str
    """What comes up against it, in Chinese."""
    expected_zh: str
    """What is to happen, in Chinese."""
    found_zh: str
    """What the engine did, in Chinese."""
    source: str
    """Who documents the rule; may be empty."""
    agrees: bool
    """Whether the engine did what is to happen."""


@with_config(CLOSED)
class ComparedRuleOfGroup(ComparedRule):
    """A rule with the group that it stands in."""

    group: str
    """What rules of the group are about."""
    group_zh: str
    """The same in Chinese."""


@with_config(CLOSED)
class ValidationVerdict(TypedDict):
    """Whether all figures, taken together, agree with theory.

    Figures of one world are correlated, so squares and signs are taken of its first alone.
    """

    agrees: bool
    """Whether they do."""
    worst: float
    """Largest distance from theory, in standard errors."""
    most: float
    """Largest distance that is allowed, in standard errors."""
    squares: float
    """Sum of the squared distances."""
    squares_low: float
    """The 0.1 % point of its distribution."""
    squares_high: float
    """The 99.9 % point of its distribution."""
    worlds: int
    """Worlds with a figure."""
    above: int
    """Figures above theory."""
    signs_p: float
    """p value of the sign test."""


@with_config(CLOSED)
class ValidationResult(TypedDict):
    """The engine beside theory, and beside rules counted by hand."""

    agrees: bool
    """Whether all figures and rules agree."""
    verdict: ValidationVerdict
    """Of the figures."""
    figures: list[ComparedFigure]
    """Figures of queues, by world."""
    rules: list[ComparedRuleOfGroup]
    """Rules, by group."""
    not_played: list[str]
    """What no compared world holds."""
    not_played_zh: list[str]
    """The same in Chinese."""
