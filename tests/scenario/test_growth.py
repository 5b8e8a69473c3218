"""What judging a scenario takes grows with the scenario, and not with its square."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import time
from typing import Any

import pytest

import dialsim
from dialsim.errors import ScenarioError
from dialsim.scenario.checks.overlaps import break_outside, overlapping_shifts
from dialsim.scenario.load import load_scenario
from dialsim.scenario.models.staff import AgentGroup, Break, Shift
from tests.scenario.worlds import world

Raw = dict[str, Any]
SMALL = 100
LINEAR = 2.4
"""Steps from 2n to 4n things over those from n to 2n: 2 if each takes the same, 4 for a square."""


def at(second: int) -> time:
    return time(second // 3600, second // 60 % 60, second % 60)


def worked(begin: int, seconds: int) -> Raw:
    return {"days": "daily", "from": at(9 * 3600 + begin), "to": at(9 * 3600 + begin + seconds)}


def overlapping(n: int) -> Raw:
    raw = world()
    raw["agents"][0]["shifts"] = [worked(60 * (i % 7), 3600 + i) for i in range(n)]
    return raw


def apart(n: int) -> Raw:
    raw = world()
    raw["agents"][0]["shifts"] = [worked(20 * i, 15) for i in range(n)]
    raw["agents"][0]["breaks"] = [worked(20 * i + 5, 5) for i in range(n)]
    return raw


def groups(n: int) -> Raw:
    raw = world()
    raw["agents"] = [{**raw["agents"][0], "name": f"g{i}", "count": 1} for i in range(n)]
    raw["campaigns"][0]["agents"] = [f"g{i}" for i in range(n)]
    return raw


def blocks(n: int) -> Raw:
    raw = world()
    raw["caller_ids"] = [{**raw["caller_ids"][0], "name": f"b{i}", "count": 1} for i in range(n)]
    raw["campaigns"][0]["caller_ids"] = [f"b{i}" for i in range(n)]
    return raw


def goals(n: int) -> Raw:
    return world() | {"goals": [{"metric": "connects", "at_least": i + 1} for i in range(n)]}


def conflicts(n: int) -> Raw:
    low, top = {"metric": "connects", "at_least": 9}, {"metric": "connects", "at_most": 1}
    return world() | {"goals": [low, top] * (n // 2)}


@contextmanager
def counted(calls: list[int]) -> Iterator[None]:
    """Add to a list how many functions are called meanwhile, Python's and C's."""
    count, before = 0, sys.getprofile()

    def note(frame: Any, event: str, argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        yield
    finally:
        sys.setprofile(before)
        calls.append(count)


def steps(judge: Callable[[Raw], object], make: Callable[[int], Raw], n: int) -> int:
    raw, calls = make(n), []
    with counted(calls):
        if make in (overlapping, conflicts):
            with pytest.raises(ScenarioError):
                judge(raw)
        else:
            judge(raw)
    return calls[0]


def growth(judge: Callable[[Raw], object], make: Callable[[int], Raw], n: int) -> float:
    steps(judge, make, n)  # what is made once in a process
    one, two, four = (steps(judge, make, factor * n) for factor in (1, 2, 4))
    return (four - two) / (two - one)


@pytest.mark.full
@pytest.mark.once
@pytest.mark.parametrize("make", [overlapping, apart, groups, blocks, goals])
def test_loading_grows_with_what_is_loaded(make: Callable[[int], Raw]) -> None:
    assert growth(load_scenario, make, SMALL) < LINEAR


@pytest.mark.once
def test_conflicts_of_goals_are_not_all_listed() -> None:
    """Beyond what an error shows, one for each goal."""
    assert growth(load_scenario, conflicts, 4 * SMALL) < LINEAR
    with pytest.raises(ScenarioError) as caught:
        load_scenario(conflicts(40))
    *shown, more = caught.value.problems
    assert all("conflicts with" in each.message for each in shown)
    assert len(shown) == 200
    assert int(more.message.split()[1]) < 60  # of 400 in all
    with pytest.raises(ScenarioError) as caught:
        load_scenario(conflicts(20))
    assert len(caught.value.problems) == 100


@pytest.mark.full
@pytest.mark.once
@pytest.mark.parametrize("make", [blocks, groups])
def test_a_check_grows_with_what_is_checked(make: Callable[[int], Raw]) -> None:
    assert growth(dialsim.check, make, SMALL // 2) < LINEAR


def naive(shifts: list[Shift]) -> list[tuple[int, int, int]]:
    """Each with all before it, in their order, and day by day."""
    return [
        (j, *found[0])
        for j, shift in enumerate(shifts)
        if (
            found := [
                (i, day)
                for i, other in enumerate(shifts[:j])
                for day in other.weekdays
                if day in shift.weekdays
                and shift.window[0] < other.window[1]
                and other.window[0] < shift.window[1]
            ]
        )
    ]


@pytest.mark.once
def test_overlaps_are_those_of_each_with_all_before() -> None:
    chance = random.Random(5)  # det-ok: seeded

    def drawn(kind: type[Shift]) -> Any:
        begin, length = chance.randrange(40), chance.choice([1, 2, chance.randrange(1, 20)])
        days = chance.choice(["daily", "mon", "tue-thu", "sat-mon", "wed,fri", "mon-fri"])
        edges = {"from": at(900 * begin), "to": at(900 * (begin + length))}
        return kind(days=days, **edges)

    for _ in range(400):
        shifts = [drawn(Shift) for _ in range(chance.randrange(1, 14))]
        assert overlapping_shifts(shifts) == naive(shifts)
        rest = drawn(Break)
        group = AgentGroup.model_construct(shifts=tuple(shifts), breaks=(rest,))
        assert (break_outside(group) is None) == bool(
            [pair for pair in naive([*shifts, rest]) if pair[0] == len(shifts)]
        )
