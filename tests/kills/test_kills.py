"""Commands are killed at any moment of their lives, and nothing is ruined, lost or left."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kills.cases import (
    CASES,
    Nursery,
    Undisturbed,
    judge_after,
    judge_killed,
    undisturbed,
)

pytestmark = [
    pytest.mark.needs_jit,
    pytest.mark.once,
    pytest.mark.skipif("not hasattr(__import__('os'), 'fork')", reason="kills forks"),
]
SEED = 54_540
KILLS = {"run": 30, "run-again": 30, "people": 20, "calibrate": 20, "forget": 40, "screen": 10,
         "plan": 15, "plan-again": 15, "replan": 10, "sweep": 20}  # fmt: skip
SOME = {"run-again": 1, "people": 1}


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    with Nursery(tmp_path_factory.mktemp("nursery")) as nursery:
        yield nursery


def killed(case: Undisturbed, nursery: Nursery, scratch: Path, kills: int, seed: int) -> list[str]:
    """Kill a command often, half of the times before a change of a file, half at random."""
    draw, faults = random.Random(seed), []
    lived = case.lived
    events = sorted(draw.sample(range(1, lived.changes + 1), min(kills // 2, lived.changes)))
    deaths: list[dict[str, float]] = [{"event": event} for event in events]
    deaths += [
        {"seconds": draw.uniform(0, lived.seconds * 1.05)} for _ in range(kills - len(deaths))
    ]
    for death in deaths:
        place = shutil.copytree(case.place, scratch / "place")
        arguments = case.case.arguments
        first = nursery.live(place, arguments, **death)
        found = [] if first.status == -9 else [*_unless_ended(first.status, case, death)]
        found += judge_killed(case, place)
        found += judge_after(case, place, nursery.live(place, arguments))
        faults += [f"{case.case.name}, killed at {death}: {each}" for each in found]
        shutil.rmtree(place)
    return faults


def _unless_ended(status: int, case: Undisturbed, death: dict[str, float]) -> Iterator[str]:
    if "event" in death or status != case.lived.status:  # one of a random time may come too late
        yield f"ended with {status}"


def test_the_bounded_version(nursery: Nursery, tmp_path: Path) -> None:
    faults = []
    for name, kills in SOME.items():
        case = undisturbed(CASES[name], nursery, tmp_path / name)
        faults += killed(case, nursery, tmp_path, kills, SEED)
    assert faults == []


@pytest.mark.full
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", KILLS)
def test_killed_at_any_moment_nothing_is_ruined_or_left(
    nursery: Nursery, tmp_path: Path, name: str
) -> None:
    case = undisturbed(CASES[name], nursery, tmp_path / name)
    assert killed(case, nursery, tmp_path, KILLS[name], SEED) == []
