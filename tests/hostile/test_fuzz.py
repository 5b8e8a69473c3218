"""Hostile inputs: some every day, twenty thousand in the slow tier."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hostile.fuzz import SEED, by_signature, play

pytestmark = pytest.mark.needs_jit  # whole commands, and no kernel for its own sake

EVERY_DAY = 30
ALL = 20_000


def found(count: int, workers: int, place: Path) -> str:
    """Play cases, and return what was found in them, a signature a line."""
    seen, faulty = 0, []
    for each in play(SEED, range(count), workers, place):
        seen += 1
        if each["found"]:
            faulty.append(each)
    assert seen == count
    return "\n\n".join(
        f"{len(cases)} times, case {cases[0]['index']}: {signature}\n{cases[0]['told']}"
        for signature, cases in by_signature(faulty).items()
    )


def test_some_hostile_inputs(tmp_path: Path) -> None:
    """No exit outside the table, no traceback, no row lost, no number in clear."""
    faults = found(EVERY_DAY, 1, tmp_path)
    assert not faults, faults


@pytest.mark.full
@pytest.mark.timeout(5400)
def test_hostile_inputs(tmp_path: Path) -> None:
    faults = found(ALL, 2, tmp_path)
    assert not faults, faults
