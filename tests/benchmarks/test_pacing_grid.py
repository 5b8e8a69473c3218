"""The grid of pacing rivals: its controller is a policy, its verdict is Holm's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.grid import linear
from benchmarks.grid.blocks import SHAPES, BlockedCell
from benchmarks.grid.cells import SHIFTS, SWING, Cell
from benchmarks.grid.linear import run_linear
from benchmarks.grid.verdict import closing, holm, p_value
from dialsim.engine import host
from dialsim.engine.build import World, prepare
from dialsim.scenario import load_scenario
from dialsim.scheduler.run import staffed

A, B = 1.7, 0.8
ROOT = Path(__file__).parents[2]


def asked_each_second(world: World) -> World:
    """Play a world by the same controller, as a policy that is shown what policies are shown."""
    for start, end in staffed(world).tolist():
        for tick in range(start + 1, end, 1000):
            host.advance(world, tick)
            seen = host.observe(world, tick).campaigns["calls"]
            aim = int(np.floor(A * seen.idle + B * (seen.talking + seen.wrapping)))
            host.order_dials(world, 0, max(0, aim - seen.outstanding - seen.waiting), tick)
    host.run_to_end(world)
    return world


@pytest.mark.full
@pytest.mark.slow_without_jit
@pytest.mark.parametrize("whole", [False, pytest.param(True, marks=pytest.mark.full)])
def test_the_linear_controller_is_driven_as_a_policy_is(
    whole: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its loop around the engine is a kernel, which takes a quarter of a minute to compile.

    Every day the loop is played as it is written, and calls the compiled engine and controller.
    """
    if not whole:
        monkeypatch.setattr(linear, "steer", getattr(linear.steer, "py_func", linear.steer))
    raw = Cell(4, 0.3, 35).raw({"mode": "policy"}, seed=5)
    raw["agents"][0]["shifts"] = [{"days": "daily", "from": "09:00", "to": "09:20"}]
    scenario = load_scenario(raw)
    steered = host.fill_all(prepare(scenario))
    run_linear(steered, A, B)
    asked = asked_each_second(host.fill_all(prepare(scenario)))
    assert host.digest(steered) == host.digest(asked)
    assert steered.state.memory.tallies[0]["attempts"] > 100


def test_answers_swing_about_the_share_of_the_cell() -> None:
    worked = [SWING[hour] for start, end in SHIFTS for hour in range(start, end)]
    assert np.mean(worked) == pytest.approx(1.0)
    assert (min(worked), max(worked)) == (0.5, 1.5)
    assert len(SWING) == 24


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("suspects", [True, False])
def test_cells_with_blocks_are_scenarios(shape: Any, suspects: bool) -> None:
    blocked = BlockedCell(Cell(20, 0.3, 35, "blocks"), shape, by_noon=12_000)
    scenario = blocked.scenario({"mode": "predictive"}, 3, suspects)
    assert sum(block.count for block in scenario.caller_ids) == blocked.numbers


def test_holm_stops_at_the_first_that_is_too_likely() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005], 0.05) == [True, False, False, True]
    assert holm([], 0.05) == []
    assert p_value([1.0, 2.0, 3.0]) == pytest.approx(0.03709, abs=1e-5)
    assert p_value([-1.0, -1.0]) == 1.0


def row(rival: str, bound: float, p: float) -> dict[str, Any]:
    cell = {"kind": "even", "agents": 20, "answer": 0.3, "handling_s": 35}
    drops = {"drops_ours": 0.02, "drops_theirs": 0.029}
    return cell | drops | {"rival": rival, "bound": bound, "gap": bound + 0.001, "p": p}


def test_the_verdict_asks_for_bounds_and_wins() -> None:
    won = [row("power", 0.01, 1e-9) for _ in range(4)]
    assert closing([*won, row("linear", -0.009, 0.9)])[1]
    assert not closing([*won, row("linear", -0.011, 0.9)])[1]
    assert not closing([*won, row("power", -0.006, 0.9)])[1]
    assert not closing([*won[1:], row("power", 0.01, 0.01), row("power", 0.01, 0.01)])[1]


@pytest.mark.parametrize("wrong", [["--answers", "2"], ["--rows", "nowhere.json"]])
def test_wrong_arguments_are_told_in_one_line(
    wrong: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from benchmarks.pacing_grid import main

    monkeypatch.setattr(sys, "argv", ["pacing_grid.py", *wrong])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert told.startswith("pacing_grid.py: ")
    assert told.count("\n") == 1


@pytest.mark.full
def test_it_is_a_program() -> None:
    command = [sys.executable, str(ROOT / "benchmarks" / "pacing_grid.py"), "--kind", "x"]
    told = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert told.returncode == 2
    assert told.stderr.startswith("pacing_grid.py: ")
    assert told.stderr.count("\n") == 1
