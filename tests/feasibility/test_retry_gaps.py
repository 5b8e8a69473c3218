"""The gap that really lies between two attempts, against a count tick by tick."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dialsim.feasibility.retry_gaps import (
    _waits,
    effective_gaps,
    possible_attempts,
    written_gaps,
)
from dialsim.scenario import load_scenario
from dialsim.scenario.checks.names import resolved_profiles
from dialsim.scenario.models.schema import Scenario
from tests.scenario.worlds import world

HOUR = 3_600_000
LIMITS = st.lists(st.tuples(st.integers(1, 3), st.integers(1, 15)), max_size=3)


@given(st.integers(0, 6), st.integers(0, 6), LIMITS, st.integers(1, 5))
def test_each_wait_is_the_first_that_is_allowed(
    asked: int, gap: int, limits: list[tuple[int, int]], at_most: int
) -> None:
    waits, by = _waits(asked, gap, limits, at_most)
    ticks = list(accumulate(waits, initial=0))
    assert len(by) == at_most - 1

    def allowed(before: list[int], tick: int) -> bool:
        recent = (sum(t > tick - per for t in before) < count for count, per in limits)
        return tick >= before[-1] + max(asked, gap) and all(recent)

    for n in range(1, at_most):
        first = next(t for t in range(ticks[n - 1], 1000) if allowed(ticks[:n], t))
        assert ticks[n] == first


def retried(at_most: int, **retry: str) -> Scenario:
    raw = world()
    raw["campaigns"][0]["attempts"] = {"at_most": at_most, "retry": retry}
    return load_scenario(raw)


def gaps_of(scenario: Scenario) -> dict[str, Any]:
    rules, _ = resolved_profiles(scenario)
    assert rules is not None
    return effective_gaps(scenario, rules, scenario.campaigns[0])


def test_the_packs_gap_and_limits_count() -> None:
    found = gaps_of(retried(4, no_answer="4h", busy="30m"))
    seen = {each["seen"]: each for each in found["outcomes"]}
    assert seen["no_answer"]["gaps_ms"] == [4 * HOUR, 4 * HOUR, 16 * HOUR]  # 3 in 24 h
    assert seen["no_answer"]["by"] == ["retry", "retry", "callee limit"]
    assert seen["busy"]["gaps_ms"] == [2 * HOUR, 2 * HOUR, 20 * HOUR]
    assert seen["busy"]["by"] == ["retry gap", "retry gap", "callee limit"]
    assert seen["unreachable"] == {
        "seen": "unreachable", "asked_ms": None, "gaps_ms": [], "by": [],
    }  # fmt: skip
    assert written_gaps(found) == [
        "no answer 4 h, then 4 h, then 16 h (callee limit; asked: 4 h)",
        "busy 2 h, then 2 h, then 20 h (callee limit and retry gap; asked: 30 min)",
    ]


def test_there_must_be_time_for_an_attempt() -> None:
    spans = np.array([[9 * HOUR, 12 * HOUR], [33 * HOUR, 36 * HOUR]])
    scenario = retried(9, no_answer="2h")
    rules, _ = resolved_profiles(scenario)
    assert rules is not None
    starts = np.array([spans[0, 0], spans[0, 1] - 1, spans[1, 0], spans[1, 1] - 1, spans[1, 1]])

    def room(spans: Any, wait_ms: int = 2 * HOUR) -> list[int]:
        campaign = scenario.campaigns[0]
        found = possible_attempts(scenario, rules, campaign, spans, starts, wait_ms)
        return list(found.tolist())

    assert room(spans) == [4, 3, 2, 1, 0]  # two a day
    assert room(spans[:1]) == [2, 1, 0, 0, 0]
    assert room(spans[:0]) == [0] * 5
    assert room(spans, 22 * HOUR) == [2, 2, 1, 1, 0]


@given(
    edges=st.lists(st.integers(0, 60), min_size=2, max_size=12, unique=True),
    starts=st.lists(st.integers(-5, 70), min_size=1, max_size=4),
    limits=st.lists(st.tuples(st.integers(1, 4), st.integers(1, 40)), max_size=3),
    wait=st.integers(1, 20),
)
def test_room_is_that_of_one_person_after_the_other(
    edges: list[int], starts: list[int], limits: list[tuple[int, int]], wait: int
) -> None:
    """Against a count tick by tick, an hour a tick."""
    edges = sorted(edges)[: len(edges) // 2 * 2]
    spans = HOUR * np.array(edges).reshape(-1, 2)
    raw = world()
    raw["rules"] = {
        "pack": "lab",
        "retry_gap": "1ms",
        "callee_limits": [{"count": count, "per": f"{per}h"} for count, per in limits],
    }
    raw["campaigns"][0]["attempts"] = {"at_most": 6, "retry": {"busy": f"{wait}h"}}
    scenario = load_scenario(raw)
    rules, _ = resolved_profiles(scenario)
    assert rules is not None
    is_open = [any(a <= t < b for a, b in pairwise_of(edges)) for t in range(80)]
    expected = []
    for start in starts:
        made: list[int] = []
        for t in range(max(start, 0), 80):
            rested = not made or t >= made[-1] + wait
            allowed = all(sum(t - per < at for at in made) < count for count, per in limits)
            if len(made) < 6 and is_open[t] and rested and allowed:
                made.append(t)
        expected.append(len(made))
    campaign = scenario.campaigns[0]
    ticks = HOUR * np.array(starts)
    found = possible_attempts(scenario, rules, campaign, spans, ticks, wait * HOUR)
    assert found.tolist() == expected


def pairwise_of(edges: list[int]) -> list[tuple[int, int]]:
    return list(zip(edges[::2], edges[1::2], strict=True))
