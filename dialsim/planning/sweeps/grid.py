"""Points of a sweep: all combinations of some keys' values, each a checked scenario."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice, pairwise, product
from typing import Any

from dialsim.errors import MOST_SHOWN, Problem, Problems, ScenarioError, shown, written
from dialsim.messages.text import message
from dialsim.scenario.edit import explain_absent_table, with_value, without_lines
from dialsim.scenario.load import scenario_from
from dialsim.scenario.models.schema import Scenario

MOST_POINTS = 100_000
MOST_KEYS = 16
NEVER_VARIED = {
    "study": "what is forbidden is studied by a file that says so, never by a sweep",
    "schema": "it says how the file is to be read",
    "seed": message(
        "all points use common random numbers, so that they can be compared; --seed sets it for all"
    ),
    "name": "it names the whole sweep",
}
"""Keys that no sweep varies, each with the reason."""


@dataclass(frozen=True)
class Point:
    """One combination of values.

    Attributes
    ----------
    values
        Value of each key, as a file would hold it.
    scenario
        The scenario with them, checked as a whole.
    """

    values: tuple[Any, ...]
    scenario: Scenario


class Grid:
    """All combinations of the values of some keys, in the order given.

    Parameters
    ----------
    scenario
        What the keys are changed in.
    vary
        By key its values; the last key changes fastest.
    problems
        Problems found so far, reported together.

    Raises
    ------
    ScenarioError
        Nothing to vary, no values, a value twice, a key twice or one within another, a key that
        is never varied, or too many combinations; with everything that is wrong.
    """

    def __init__(
        self,
        scenario: Scenario,
        vary: Mapping[str, Iterable[Any]],
        problems: Problems | None = None,
    ) -> None:
        self.base = scenario
        problems = Problems() if problems is None else problems  # an empty one is false
        if not isinstance(vary, Mapping):
            allowed = message('{{"agents.day.count": {lists}}}').filled(lists=_LISTS)
            problems.add(
                "vary", message("the values stand by their keys"), found=vary, allowed=allowed
            )
            vary = {}
        elif not vary:
            remedy = message("name a key and its values: --vary caller_ids.north.count=50,100,200")
            problems.add("vary", message("nothing is varied"), remedy=remedy)
        elif len(vary) > MOST_KEYS:
            problems.add(
                "vary",
                message("too many keys"),
                found=len(vary),
                allowed=message("at most {most_keys}").filled(most_keys=MOST_KEYS),
            )
        self.axes = {key: _axis(str(key), values, problems) for key, values in vary.items()}
        self._check_keys(problems)
        self.size = math.prod(len(values) for values in self.axes.values())
        if self.size > MOST_POINTS:
            cut = any(len(values) > MOST_POINTS for values in self.axes.values())
            sizes = " × ".join(map(_count, self.axes.values()))
            problems.add(
                "vary",
                message("{sizes} combinations are too many to play").filled(sizes=sizes),
                found=None if cut else self.size,
                allowed=message("at most {most_points:,}").filled(most_points=MOST_POINTS),
                remedy=message("take fewer values of each key, or wider steps: first:last:step"),
            )
        problems.raise_if_any()

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that are varied."""
        return tuple(self.axes)

    def points(self, checked: Callable[[], None] | None = None) -> list[Point]:
        """Return every point as a scenario, checked before anything is played.

        Parameters
        ----------
        checked
            Called after each point.

        Raises
        ------
        ScenarioError
            With what is wrong at any point: each problem once, with the values it comes with.

        Notes
        -----
        Cost: some milliseconds a point.
        """
        found: list[Point] = []
        faults: dict[Problem, list[tuple[Any, ...]]] = {}
        for values in product(*self.axes.values()):
            try:
                found.append(Point(values, self._with(values)))
            except ScenarioError as error:
                for problem in self._explained(error.problems):
                    faults.setdefault(replace(problem, found=None), []).append(values)
                if len(faults) > MOST_SHOWN:
                    break
            if checked is not None:
                checked()
        if faults:
            raise ScenarioError([self._placed(*each) for each in faults.items()])
        return found

    def _explained(self, problems: Iterable[Problem]) -> Iterator[Problem]:
        """Yield problems; those of tables that a key created, with how to write them."""
        raw = self.base._raw or self.base.to_dict()
        for problem in problems:
            for key in self.axes:
                problem = explain_absent_table(problem, raw, key)
            yield problem

    def _with(self, values: Sequence[Any]) -> Scenario:
        raw: Mapping[str, Any] = self.base._raw or self.base.to_dict()
        lines = self.base._origin.lines
        for key, value in zip(self.axes, values, strict=True):
            raw, path = with_value(raw, key, value)
            lines = without_lines(lines, path)
        return scenario_from(raw, replace(self.base._origin, lines=lines))

    def _check_keys(self, problems: Problems) -> None:
        """Add keys that cannot vary, duplicates, and keys within other keys."""
        raw = self.base._raw or self.base.to_dict()
        places: dict[str, str] = {}
        for key in self.axes:
            if str(key).partition(".")[0] in NEVER_VARIED:
                problems.add(
                    key, message("this key is never varied"), remedy=NEVER_VARIED[key.split(".")[0]]
                )
            try:
                places[key] = with_value(raw, key, None)[1]
            except ScenarioError as error:
                for problem in error.problems:
                    problems.take(problem)
        for one, two in combinations(places, 2):
            first, second = sorted((places[one], places[two]), key=len)
            if first == second:
                problems.add(
                    two,
                    message("the same key as {one}").filled(one=one),
                    remedy=message("name it once, with all values"),
                )
            elif second.startswith((f"{first}.", f"{first}[")):
                problems.add(
                    two,
                    message("cannot be varied beside {one}: one lies within the other").filled(
                        one=one
                    ),
                )

    def _placed(self, problem: Problem, where: Sequence[tuple[Any, ...]]) -> Problem:
        """Return the points of a problem: the values common to them and absent elsewhere."""
        parts = []
        for i, (key, values) in enumerate(self.axes.items()):
            mine = [v for v in values if any(v == each[i] for each in where)]
            if len(mine) < len(values):
                listed = ", ".join(shown(v) for v in islice(mine, 8))
                parts.append(f"{key} = {listed}{', ...' if len(mine) > 8 else ''}")
        whole = len(where) == self.size
        at = " and ".join(parts) or ("every point" if whole else "some points")
        count = "" if whole else f" ({len(where):,} of {self.size:,} points)"
        return replace(problem, message=f"{problem.message}, at {at}{count}")


_LISTS = message("[50, 100, 200], or range(1, 4)")


def _count(values: tuple[Any, ...]) -> str:
    """Return the number of values, up to one more than allowed."""
    many = len(values) > MOST_POINTS
    return f"more than {MOST_POINTS:,}" if many else f"{len(values):,}"


def _axis(key: str, values: object, problems: Problems) -> tuple[Any, ...]:
    """Return the values of a key, or add its problems."""
    if isinstance(values, (str, bytes, Mapping)) or not isinstance(values, Iterable):
        problems.add(key, message("the values are a list"), found=values, allowed=_LISTS)
        return ()
    taken = tuple(islice(values, MOST_POINTS + 1))
    if not taken:
        remedy = message("at least one value; of a range the first is not above the last")
        problems.add(key, message("no values to try"), allowed=remedy)
    seen: list[str] = sorted(f"{type(v).__name__} {written(v)}" for v in taken)
    twice = {a for a, b in pairwise(seen) if a == b}
    for name in sorted(twice):
        problems.add(key, message("a value stands there twice"), found=name.partition(" ")[2])
    if len(taken) > MOST_POINTS:
        problems.add(
            key,
            message("too many values"),
            allowed=message("at most {most_points:,}").filled(most_points=MOST_POINTS),
        )
    return taken
