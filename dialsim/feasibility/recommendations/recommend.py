"""Recommendations after a run: the estimated effect of each change, and how to try it.

Only lawful changes: more of a scarce resource, each number with a filing of its own; keeping within
filed volumes; less of an idle resource. No hard limit, ceiling of the rules, filing or limit on
people is ever loosened, and no change aims at a threshold of the network. An own ceiling of numbers
may be raised up to the filed volume of each number, never beyond.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from dialsim.feasibility.inputs import estimate_inputs
from dialsim.feasibility.progress_so_far import progress_so_far
from dialsim.feasibility.recommendations.ceilings import raised_ceiling
from dialsim.feasibility.recommendations.change import (
    LEAST_GAIN,
    Change,
    addressed,
    effect_text,
    first_wanted,
    on_log,
    shown_figure,
    with_change,
    written_change,
)
from dialsim.feasibility.recommendations.number_changes import (
    held_up,
    kept_to_filings,
    lacks_numbers,
    registered_first,
)
from dialsim.feasibility.recommendations.recommended_change import RecommendedChange
from dialsim.feasibility.recommendations.shift_ends import changes_at_shift_ends
from dialsim.feasibility.recommendations.what_if import Forecast, as_if
from dialsim.results.summary_types.network import ActionGroup
from dialsim.results.summary_types.results import Goal as JudgedGoal
from dialsim.scenario.models.schema import Goal, Scenario

if TYPE_CHECKING:
    from dialsim.engine.build import World

SHOWN = 3
STEP = 1.2
"""Size of a change, a fifth more or less: visible, and within the range of the estimate."""
SPARE, KEPT = 1.05, 0.98  # of goal and measured value, which fewer agents must keep
MOST_ROWS = 1_000_000
"""Rows of lists in files that are read once more for the estimate."""

USED_UP = 0.01  # of the leads may be left untried on a list that was tried to its end
BY_COUNT = ("more_agents", "more_numbers", "more_people", "up_to_filed")
"""Changes of a count, for which less than a fifth more may suffice."""
OF_A_USED_UP_LIST = ("more_people", "one_more_attempt")
"""The changes that help once every lead was tried; no others do then."""

OF_THE_NETWORK = ("interventions", "reviews", "caller_ids_suspended", "caller_ids_labelled")
FREQUENCY = frozenset({"calls_per_hour", "calls_per_day"})
"""Rules on call volume, the only ones that fewer calls of each number satisfy."""
BARE = frozenset({"warn", "label", "review", "lift", "spare", "uphold", "register", "deregister"})
"""Actions that cost a number no calls."""


class Left(NamedTuple):
    """Leads that are left at the end, as shares of the list.

    Attributes
    ----------
    untried
        Never tried, for want of time.
    still_open
        Tried, and to be tried again.
    """

    untried: float
    still_open: float


def recommended_changes(
    world: World,
    values: Mapping[str, float | int | None],
    goals: Sequence[JudgedGoal],
    left: Left,
    acted: Sequence[ActionGroup],
    unregistered: Collection[tuple[str, str]] = (),
) -> list[RecommendedChange]:
    """Return up to three changes, the most effective first.

    Parameters
    ----------
    world
        Played to its end.
    values, goals
        Its metrics, and its goals as judged.
    left
        Of the list at the end. While leads are untried, more people change nothing; once all are
        tried, more agents, numbers and lines change nothing.
    acted
        What the network did, as of :func:`dialsim.results.network.interventions.groups`.
    unregistered
        Rules and actions of those groups that met unregistered numbers.

    Returns
    -------
    list of dict
        ``kind``, ``sentence`` (what is changed), ``effect`` (its estimated effect, a
        sentence), ``set`` (as ``--set`` takes it), ``metric``, ``now`` and ``to`` (None without a
        figure); sentences are texts. If unregistered numbers were stopped, only
        these: register them first, or start when their filing is in force. If registered ones were
        throttled or worse for call volume, only changes that reduce the load of each number. Empty
        if they were for another reason, such as complaints, or given up by the dialer, which more
        agents or numbers do not solve; if a goal on the most complaints, marks, refusals or drops
        was missed, unless only by drops at the end of shifts
        (:mod:`dialsim.feasibility.recommendations.shift_ends`); for a study of unlawful calls; and
        if lists in files have more than a million rows, of which ``dialsim check`` estimates the
        capacity.

    Notes
    -----
    The effect is the measured value, times the change's factor in the estimate of ``dialsim
    check``. The goal is the first that was missed, else the first with a least value. Nothing is
    simulated. Cost: some 10 ms a candidate (13 with fifty campaigns), and lists in files
    are read once more.
    """
    scenario = world.scenario
    if scenario.study is not None or _rows_of_files(world) > MOST_ROWS:
        return []
    missed = [goal for goal in goals if goal["met"] is False]
    of_network = any(goal["metric"] in OF_THE_NETWORK for goal in missed)
    if of_network or held_up(world) > LEAST_GAIN or lacks_numbers(world):
        if any(action not in BARE for _, action in unregistered):
            return registered_first(world, values, goals)[:SHOWN]
        rules = {each["rule"] for each in acted if each["action"] not in BARE}
        return kept_to_filings(world, rules)[:SHOWN] if rules <= FREQUENCY else []
    if any(goal["bound"] == "at_most" for goal in missed):
        if all(goal["bound"] != "at_most" or "shift_end" in goal for goal in missed):
            return changes_at_shift_ends(world, missed)[:SHOWN]
        return []  # more calls bring no fewer complaints, marks or drops
    wanted = first_wanted(scenario, missed) or first_wanted(scenario, goals)
    metric = wanted.metric if wanted else "conversations"
    played = values.get(metric)
    if not played:
        return []
    before = on_log(scenario, wanted, goals)
    now = before + played
    made = world.state.memory.tallies["attempts"][: len(scenario.campaigns)].tolist()
    base = Forecast(
        estimate_inputs(scenario, progress=progress_so_far(world)), wanted, metric, made
    )
    found = []
    used_up = left.untried <= USED_UP
    more = [
        each
        for each in (*_ceilings(world), *_more(scenario))
        if (left.untried + left.still_open > USED_UP if each.kind == "longer"
            else (each.kind in OF_A_USED_UP_LIST) is used_up)
    ]  # fmt: skip
    for change in [*more, *([] if missed else _less(world, values))]:
        changed = as_if(scenario, change.sets)
        share = None if changed is None else base.share(changed)
        if share is not None:
            found.append((before + float(played) * share, change))
    enough = max(KEPT * float(now), SPARE * float(wanted.at_least or 0) if wanted else 0.0)
    found = [each for each in found if each[0] >= enough or each[1].kind != "fewer_agents"]
    ranked = sorted(found, key=lambda each: (each[1].kind != "fewer_agents", -each[0]))
    target = _target(wanted, missed)
    changes = (
        _with_effect(enough, metric, float(now), brought, values)
        for to, change in ranked
        if change.kind == "fewer_agents"
        or (to / now >= 1 + LEAST_GAIN and shown_figure(metric, to) != shown_figure(metric, now))
        for brought, enough in [
            _fewest(scenario, base, change, (before, float(played), to), target)
        ]
        if with_change(scenario, enough) is not None
    )
    return list(islice(changes, SHOWN))


def _target(wanted: Goal | None, missed: Sequence[JudgedGoal]) -> float | None:
    """Return the target of a missed goal; None: it was met, or there is none."""
    if wanted is None or not missed or wanted.at_least is None:
        return None
    return float(wanted.at_least)


def _fewest(
    scenario: Scenario,
    base: Forecast,
    change: Change,
    effect: tuple[float, float, float],
    target: float | None,
) -> tuple[float, Change]:
    """Return the result of the least change of a kind that meets a missed goal, and that change.

    It is the whole step if even that misses the goal, or without a goal.

    Parameters
    ----------
    effect
        The metric in the call log, in the run, and in both together with the whole step.
    """
    before, played, to = effect
    if target is None or to < target or change.kind not in BY_COUNT:
        return to, change
    low, high, best = int(change.before), int(change.count), (to, change)
    while high - low > 1:
        middle = (low + high) // 2
        tried = change.with_count(middle)
        changed = as_if(scenario, tried.sets)
        share = None if changed is None else base.share(changed)
        brought = before + played * (share or 0.0)
        if brought >= target:
            high, best = middle, (brought, tried)
        else:
            low = middle
    return best


def _rows_of_files(world: World) -> int:
    counts = world.state.lists["count"]
    files = [i for i, people in enumerate(world.scenario.people) if people.file is not None]
    return int(counts[files].sum())


# --- candidates -----------------------------------------------------------------------------------


def _up(count: float) -> int:
    return math.ceil(count * STEP)


def _more(scenario: Scenario) -> Iterator[Change]:
    """Yield changes that increase a resource."""
    for group, path in addressed("agents", scenario.agents):
        count = _up(group.count)
        yield Change("more_agents", group.name, group.count, count, {f"{path}.count": count})
    for block, path in addressed("caller_ids", scenario.caller_ids):
        if block.filed is not None and block.file is None:
            count = _up(block.count)
            yield Change("more_numbers", block.name, block.count, count, {f"{path}.count": count})
    for trunk, path in addressed("trunks", scenario.trunks):
        count = _up(trunk.calls_per_second)
        sets = {f"{path}.calls_per_second": count, f"{path}.channels": _up(trunk.channels)}
        yield Change("faster_line", trunk.name, trunk.calls_per_second, count, sets)
    yield Change("longer", "", scenario.days, scenario.days + 1, {"days": scenario.days + 1})
    for campaign, path in addressed("campaigns", scenario.campaigns):
        name, most = campaign.name, campaign.attempts.at_most
        sets = {f"{path}.attempts.at_most": most + 1}
        yield Change("one_more_attempt", name, most, most + 1, sets)
        if campaign.pacing.mode == "progressive" and campaign.agents:
            mode = {f"{path}.pacing": {"mode": "predictive"}}
            yield Change("predictive", name, "", "", mode)
    for people, path in addressed("people", scenario.people):
        if people.synthetic is not None:
            before = people.synthetic.count
            sets = {f"{path}.synthetic.count": _up(before)}
            yield Change("more_people", people.name, before, _up(before), sets)


def _ceilings(world: World) -> Iterator[Change]:
    """Yield own ceilings of numbers, raised within the filed volume of each."""
    for place, limit in enumerate(world.scenario.rules.caller_limits):
        found = raised_ceiling(world.scenario, world.rules, world.network, place)
        if found is not None:
            count = min(_up(limit.count), found.most)
            if count > found.throttled_above:
                continue
            sets = {f"rules.caller_limits.{place}.count": count}
            yield Change("up_to_filed", "", limit.count, count, sets, limit.per, found.filed)


def _less(world: World, values: Mapping[str, float | int | None]) -> Iterator[Change]:
    """Yield changes that reduce idle agents."""
    scenario, busy = world.scenario, values.get("occupancy")
    if busy is None or busy > 1 / STEP or len(scenario.agents) != 1:
        return
    for group, path in addressed("agents", scenario.agents):
        count = math.floor(group.count / STEP)
        if count:
            sets = {f"{path}.count": count}
            yield Change("fewer_agents", group.name, group.count, count, sets)


def _with_effect(
    change: Change,
    metric: str,
    now: float,
    to: float,
    values: Mapping[str, float | int | None],
) -> RecommendedChange:
    """Return a change with its effect in figures."""
    busy = values.get("occupancy")
    found = written_change(change, effect_text(metric, now, to), None if busy is None else 1 - busy)
    return {**found, "metric": metric, "now": now, "to": float(f"{to:.3g}")}
