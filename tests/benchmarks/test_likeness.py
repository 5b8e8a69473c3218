"""Models of one flow are found alike, and every part of the flow is noticed when it is another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from benchmarks.peers import dialsim_world, salabim_model, simpy_model, simpy_processes
from benchmarks.peers.flow import Counts, Parameters
from benchmarks.peers.likeness import (
    CAMPAIGNS,
    MARGINS,
    OTHERS,
    campaign,
    check_alike,
    differences,
    sample,
)


@pytest.fixture(scope="module")
def ours() -> dict[str, list[float]]:
    return sample(dialsim_world.play, [campaign(seed) for seed in OTHERS])


@pytest.mark.slow_without_jit
@pytest.mark.parametrize(
    "model", [simpy_model, pytest.param(salabim_model, marks=pytest.mark.full)]
)
def test_peers_play_what_dialsim_plays(model: Any, ours: dict[str, list[float]]) -> None:
    theirs = sample(model.play, [campaign(seed) for seed in CAMPAIGNS])
    check_alike(differences(theirs, ours))


@pytest.mark.full
@pytest.mark.parametrize("seed", [3, 4])
def test_peers_with_the_same_draws_come_to_the_same_counts(seed: int) -> None:
    """To the millisecond: all give calls of one tick the same order."""
    found = simpy_model.play(campaign(seed))
    assert found == salabim_model.play(campaign(seed))
    assert found == simpy_processes.play(campaign(seed))


def changed(**figures: Any) -> Callable[[Parameters], Counts]:
    """Return SimPy's model as it plays another campaign than it is asked for."""
    return lambda parameters: simpy_model.play(replace(parameters, **figures))


@pytest.mark.full
@pytest.mark.slow_without_jit
@pytest.mark.parametrize(
    ("other", "noticed"),
    [
        ({"answer_alpha": 6.0, "answer_beta": 14.0}, "answer share"),  # less alike among themselves
        ({"drop_after_ms": 8_000}, "mean wait, s"),
        ({"power": 1.0}, "drop share of answers"),
        ({"window_ms": 60_000}, "last dial, h"),
        ({"at_most": 2}, "attempts a person"),
        pytest.param({"do_not_call": frozenset()}, "share refused", marks=pytest.mark.full),
        pytest.param({"long_talk": (11.6, 0.6)}, "mean talk, s", marks=pytest.mark.full),
        pytest.param({"wrap_up_ms": 5_000}, "last dial, h", marks=pytest.mark.full),
    ],
    ids=lambda each: "-".join(each) if isinstance(each, dict) else "",
)
def test_every_part_of_the_flow_is_noticed(
    other: dict[str, Any], noticed: str, ours: dict[str, list[float]]
) -> None:
    found = differences(sample(changed(**other), [campaign(seed) for seed in CAMPAIGNS[:6]]), ours)
    assert noticed in [each.name for each in found if not each.low <= 0 <= each.high]
    with pytest.raises(AssertionError, match="not alike"):
        check_alike(found)


def test_an_interval_too_wide_to_tell_is_no_likeness() -> None:
    rng = np.random.default_rng(1)
    drawn = {"answer share": rng.normal(0.3, 0.1, 6).tolist()}
    (found,) = differences(drawn, {"answer share": rng.normal(0.3, 0.1, 6).tolist()})
    assert found.low < 0 < found.high
    assert not found.is_alike


def test_equal_samples_without_scatter_are_alike() -> None:
    same = {name: [2.0, 2.0] for name in MARGINS}
    assert all(each.is_alike for each in differences(same, same))
    assert not any(each.is_alike for each in differences(same, {n: [9.0, 9.0] for n in MARGINS}))
