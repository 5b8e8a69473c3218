"""Check plan options: valid alone, or with options of other decisions.

A candidate is checked as a whole: more calls a day may need a larger trunk, a later start more
days. So an option is refused only if no other decision makes it valid.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import product
from typing import TYPE_CHECKING, Any

from dialsim.errors import Problem, Problems, ScenarioError, shown
from dialsim.messages.text import message
from dialsim.scenario.checks.plan_keys import key_parts, without_absent
from dialsim.scenario.edit import explain_absent_table, value_at, with_value
from dialsim.scenario.filed_ceilings import beyond_filing, is_own_ceiling
from dialsim.scenario.models.plan import PlanDecision
from dialsim.scenario.values import parse_duration

if TYPE_CHECKING:
    from dialsim.scenario.models.schema import Scenario

CHECKED = 40
"""Options of a decision that are checked individually when a file is read."""
SPREAD = 5
"""Options of another decision that are tried to see whether it matters."""
MOST_TOGETHER = 300
"""Combinations tried for the options of a decision; an undecided one is left to the search."""

BEYOND = (
    "a plan varies own limits within the rules; what a line contract allows beyond them is written "
    "in [rules] first, and `rules.contract` names it"
)
BEYOND_FILING = "beyond the filed volume"
"""Message reported once per range, although the figures of each value differ."""
Fault = tuple[str, str, str, str]
"""Identity of a problem: path, message, value found, what is allowed."""


def check_options(scenario: Scenario, problems: Problems) -> None:
    """Add options that make the scenario invalid whatever the others are.

    Of many values the first and the last ones are checked. Takes some milliseconds an option; if
    one is invalid alone, up to 300 more combinations a decision.
    """
    assert scenario.plan is not None  # the caller has checked it
    tried = _Tried(scenario, scenario.plan.decisions)
    for place, decision in enumerate(scenario.plan.decisions):
        reported: set[str] = set()  # a range reports each fault once, for its first value with it
        tried.left = MOST_TOGETHER
        for at, value in _ends(decision):
            problem = _refused(tried, place, value, reported) or _beyond_contract(
                scenario, decision, value
            )
            problem = problem or _beyond_filing(tried, place, value, reported)
            if problem is not None:
                problems.take(_placed(scenario, decision, (place, at), value, problem))


def _ends(decision: PlanDecision) -> list[tuple[int, Any]]:
    """Return the values of a decision with their indices: of many the first and last."""
    values = list(enumerate(decision.choices))
    half = CHECKED // 2
    return [*values[:half], *values[-half:]] if len(values) > CHECKED else values


def _refused(tried: _Tried, place: int, value: Any, reported: set[str]) -> Problem | None:
    """Return the faults that an option has in every combination; None: it can be valid."""
    faults = tried.faults({place: value})
    ranged = tried.decisions[place].values is None
    if not faults or (ranged and faults[0].message in reported):
        return None
    if tried.is_valid_with_others(place, value, faults):
        return None
    reported.add(faults[0].message)
    return faults[0]


def _placed(
    scenario: Scenario, decision: PlanDecision, at: tuple[int, int], value: Any, problem: Problem
) -> Problem:
    """Return a problem of an option with its path in the file."""
    place, option = at
    ranged = decision.values is None
    end = ("from" if option == 0 else "to") if ranged else f"values[{option}]"
    path = f"plan.decisions[{place}].{end}"
    problem = explain_absent_table(problem, scenario.to_dict(), decision.key)
    if "rules.contract" in (problem.remedy or ""):
        problem = replace(problem, remedy=BEYOND)
    problem = _of_goal(scenario, decision, value, problem) or problem
    return Problem(
        path,
        message("an option that cannot be: {message}").filled(message=problem.message),
        found=shown(value) if problem.found is None else problem.found,
        allowed=problem.allowed,
        remedy=problem.remedy,
        file=scenario._origin.file,
        line=scenario._origin.lines.get(path) or None,
    )


@dataclass
class _Tried:
    """Cache of scenarios with some options, and the faults of each.

    Attributes
    ----------
    left
        Remaining combinations for the options of a decision.
    alone
        Faults of options that no other decision touches: decision, path and message.
    """

    scenario: Scenario
    decisions: Sequence[PlanDecision]
    left: int = MOST_TOGETHER
    alone: set[tuple[int, str, str]] = field(default_factory=set)
    _raw: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self._raw = {k: item for k, item in self.scenario.to_dict().items() if k != "plan"}

    def faults(self, values: Mapping[int, Any]) -> Sequence[Problem]:
        """Return all faults of the scenario with values of some decisions, in order."""
        try:
            self._made(values)
        except ScenarioError as error:
            return error.problems
        return ()

    def scenario_with(self, values: Mapping[int, Any]) -> Scenario | None:
        """Return the scenario with values of some decisions; None: invalid."""
        try:
            return self._made(values)
        except ScenarioError:
            return None

    def _made(self, values: Mapping[int, Any]) -> Scenario:
        raw = self._raw
        for place in sorted(values):
            key, value = self.decisions[place].key, values[place]
            raw = without_absent(with_value(raw, key, value)[0], key, value)
        return self.scenario._reader.read(raw, self.scenario._origin)

    def is_valid_with_others(self, place: int, value: Any, faults: Sequence[Problem]) -> bool:
        """Return whether an option that is invalid by itself is valid with some of the others.

        Also True if too many combinations would have to be tried.
        """
        if all((place, each.path, each.message) in self.alone for each in faults):
            return False
        kinds = {_fault(each) for each in faults}
        moving = []
        for other, decision in enumerate(self.decisions):
            if other == place:
                continue
            for each in spread(decision.choices):
                if not self.left:
                    return True
                now = self._together({place: value, other: each})
                if not now:
                    return True
                if kinds - now and other not in moving:
                    moving.append(other)
        if not moving:
            self.alone |= {(place, each.path, each.message) for each in faults}
            return False
        for several in product(*(self.decisions[other].choices for other in moving)):
            if not self.left:
                return True
            values = dict(zip(moving, several, strict=True))
            if not self._together({place: value, **values}):
                return True
        return False

    def _together(self, values: Mapping[int, Any]) -> set[Fault]:
        self.left -= 1
        return {_fault(each) for each in self.faults(values)}


def _fault(problem: Problem) -> Fault:
    return problem.path, problem.message, str(problem.found), str(problem.allowed)


def spread(values: Sequence[Any]) -> list[Any]:
    """Return a few values: the first, the last and some between.

    >>> spread(range(9)), spread("ab")
    ([0, 2, 4, 6, 8], ['a', 'b'])
    """
    last, most = len(values) - 1, min(len(values), SPREAD)
    return [values[round(i * last / max(1, most - 1))] for i in range(most)]


def _of_goal(
    scenario: Scenario, decision: PlanDecision, value: Any, problem: Problem
) -> Problem | None:
    """Return the problem of the goal whose `by` an option leaves outside the days.

    None: the problem is another.
    """
    parts = key_parts(decision.key)
    path = problem.path
    if parts not in (["start"], ["days"]) or not path.startswith("goals[") or path[-3:] != ".by":
        return None
    goal = scenario.goals[int(path[len("goals[") : path.index("]")])]
    assert goal.by is not None  # otherwise it would be valid
    if parts == ["start"]:
        first = _first_start(goal.by, scenario.days)
        last = (goal.by - timedelta(microseconds=1)).date()
        few = f"{first}" if first == last else f"{first} to {last}"
        allowed = message("{few}, with days = {days}").filled(few=few, days=scenario.days)
    else:
        fewest = -(-(goal.by - datetime.combine(scenario.start, time())) // timedelta(days=1))
        allowed = message("at least {fewest}").filled(fewest=fewest)
    return Problem(
        path,
        message("with it {path}, the end set for {metric}, {isoformat}, is outside the run").filled(
            path=path, metric=goal.metric, isoformat=goal.by.isoformat()
        ),
        found=shown(value),
        allowed=allowed,
        remedy=message(
            "decide {value} as well, or take {path} out: the goal is then judged at the end of "
            "the last day"
        ).filled(value="days" if parts == ["start"] else "start", path=path),
    )


def _first_start(by: datetime, days: int) -> date:
    """Return the first start day from which a run of `days` days reaches a moment.

    >>> _first_start(datetime(2026, 4, 17, 18, 30), 5), _first_start(datetime(2026, 4, 18), 5)
    (datetime.date(2026, 4, 13), datetime.date(2026, 4, 13))
    """
    earliest = by - timedelta(days=days)
    return earliest.date() + timedelta(days=earliest.time() > time())


def _beyond_contract(scenario: Scenario, decision: PlanDecision, value: Any) -> Problem | None:
    """Return the faults of an option looser than the rules and the contract.

    A contract in ``rules.contract`` covers the limits written in the scenario, not looser ones: a
    plan varies own limits within the rules or within those.
    """
    parts = key_parts(decision.key)
    if scenario.rules.contract is None or parts[0] != "rules":
        return None
    tried = _Tried(scenario, [decision])
    anyway = {_fault(each) for each in tried.faults({0: value})}
    del tried._raw["rules"]["contract"]
    place = ".".join(parts[:2])
    held = [each for each in tried.faults({0: value}) if _fault(each) not in anyway]
    beyond = next((each for each in held if each.path.startswith(place)), None)
    if beyond is None or not _is_looser(parts, value, value_at(tried._raw, decision.key)):
        return None
    return Problem(
        beyond.path,
        message("{message}; `rules.contract` stands for what the scenario writes").filled(
            message=beyond.message
        ),
        found=shown(value),
        allowed=message("what the scenario writes, or what is within the rules"),
        remedy=BEYOND,
    )


def _beyond_filing(tried: _Tried, place: int, value: Any, reported: set[str]) -> Problem | None:
    """Return the faults of an own ceiling that lets a number call more than its filing.

    Assumes the lowest options of the other ceilings: a candidate is checked as a whole when
    simulated.
    """
    from dialsim.scenario.checks.names import resolved_profiles

    key = tried.decisions[place].key
    if not is_own_ceiling(key_parts(key)) or BEYOND_FILING in reported:
        return None
    values = {
        other: min(each.choices)
        for other, each in enumerate(tried.decisions)
        if other != place and is_own_ceiling(key_parts(each.key))
    }
    changed = tried.scenario_with({**values, place: value})
    rules, _ = resolved_profiles(tried.scenario)
    if changed is None or rules is None:
        return None
    problem = next(beyond_filing(tried.scenario, changed, rules), None)
    if problem is not None and tried.decisions[place].values is None:
        reported.add(BEYOND_FILING)  # reported once per range
    return problem


def _is_looser(parts: Sequence[str], value: Any, present: Any) -> bool:
    """Return whether a limit is looser than another; for hours, whether it differs."""
    if isinstance(value, (int, float)) and isinstance(present, (int, float)):
        return value > present
    if parts[-1] == "retry_gap" and isinstance(present, str):
        return isinstance(value, str) and parse_duration(value) < parse_duration(present)
    return bool(value != present)
