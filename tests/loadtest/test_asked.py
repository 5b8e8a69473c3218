"""What makes no sense is refused, all of it at once."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from dialsim.errors import CapacityError, ScenarioError
from dialsim.loadtest.load_world import check_memory, load_target
from dialsim.loadtest.request import load_request
from dialsim.loadtest.unthrottled_scenario import open_road
from dialsim.scenario.load import load_scenario


def refused(**asked: Any) -> dict[str, str]:
    with pytest.raises(ScenarioError) as caught:
        load_request(**asked)
    return {problem.path: problem.message for problem in caught.value.problems}


def test_rates_and_their_units() -> None:
    assert load_request(rate="50_000/s").rates_milli == (50_000_000,)
    assert load_request(rate="1200/m").rates_milli == (20_000,)
    assert load_request(rate=2.5).rates_milli == (2500,)
    ramp = load_request(ramp="1000:3000:1000/s")
    assert ramp.rates_milli == (1_000_000, 2_000_000, 3_000_000)
    stages = ramp.stages()
    assert [stage.measured for stage in stages] == [False, True, True, True]
    assert [stage.rate_per_s for stage in stages] == [1000, 1000, 2000, 3000]


@pytest.mark.parametrize(
    ("rate", "rate_milli"),
    [
        ("10/h", Fraction(25, 9)),
        ("1000/m", Fraction(50_000, 3)),
        ("0.123456789/s", Fraction(123_456_789, 10**6)),
        (0.1, 100),
        (1.00025, Fraction("1000.25")),
        (1 / 3, Fraction("333.3333333333333")),
    ],
)
def test_a_rate_is_held_exactly(rate: Any, rate_milli: Fraction) -> None:
    assert load_request(rate=rate, length="1h").rates_milli == (rate_milli,)


def test_a_ramp_is_held_exactly() -> None:
    ramp = load_request(ramp="10:30:10/h", length="6m")
    assert ramp.rates_milli == (Fraction(25, 9), Fraction(50, 9), Fraction(75, 9))
    assert [stage.expected for stage in ramp.stages() if stage.measured] == [1, 2, 3]
    assert json.loads(json.dumps(ramp.to_dict()))["rates_per_s"] == [n / 3600 for n in (10, 20, 30)]
    with pytest.raises(ScenarioError, match="20/h or 30/h as its end"):
        load_request(ramp="10:25:10/h", length="6m")


@pytest.mark.parametrize(
    "rate",
    [-1, -1.5, "0/s", "-5/s", "fast", "5", "1e3/s", "5/d", "", float("nan"), float("inf"), 0, True],
)
def test_no_rate(rate: Any) -> None:
    assert set(refused(rate=rate)) == {"--rate"}


@pytest.mark.parametrize(
    "ramp",
    [
        "10/s",
        "10:20/s",
        "20:10:5/s",
        "1:10:0/s",
        "1:100000:1/s",
        "a:b:c",
        "1:2:3",
        "::",
        "10:25:10/s",
    ],
)
def test_no_ramp(ramp: str) -> None:
    assert set(refused(ramp=ramp)) == {"--ramp"}


def test_a_ramp_says_what_is_wrong_once() -> None:
    assert refused(ramp="10:20:10") == {"--ramp": "this is no ramp"}
    assert refused(ramp="1:10:0/s") == {"--ramp": "a ramp of steps of nothing has no end"}
    with pytest.raises(ScenarioError, match="20/s or 30/s as its end"):
        load_request(ramp="10:25:10/s")


@pytest.mark.parametrize("rate", ["9" * 400 + "/s", "1_000_000_000_001/s", 1e308, 10**400])
def test_no_machine_dials_so_often(rate: Any) -> None:
    assert refused(rate=rate) == {"--rate": "no machine dials so often"}


@pytest.mark.parametrize("seed", [-1, 2**63, 1.5, "x", True])
def test_no_seed(seed: Any) -> None:
    assert set(refused(rate="1/s", seed=seed)) == {"--seed"}


def test_whole_numbers_of_numpy_are_whole_numbers() -> None:
    asked = load_request(rate="1000/s", seed=np.int64(7), runs=np.int64(6))  # type: ignore[arg-type]
    assert asked == load_request(rate="1000/s", seed=7, runs=6)
    assert (type(asked.seed), type(asked.runs)) == (int, int)


@pytest.mark.parametrize("runs", ["5", 5.5, True])
def test_no_number_of_runs(runs: Any) -> None:
    assert set(refused(rate="1/s", runs=runs)) == {"--runs"}


def test_one_run_is_a_smoke_run() -> None:
    smoke = load_request(rate="10/s", smoke=True)
    assert (smoke.runs, smoke.smoke, smoke.length_ms, smoke.warm_up_ms) == (1, True, 3000, 1000)
    once = load_request(rate="10/s", runs=1)
    assert (once.runs, once.smoke, once.length_ms) == (1, True, 30_000)
    assert load_request(rate="10/s", runs=1, smoke=True, length="1s").length_ms == 1000
    assert not load_request(rate="10/s").smoke
    assert set(refused(rate="10/s", smoke=True, runs=5)) == {"--runs"}
    assert set(refused(rate="10/s", runs=2)) == {"--runs"}
    assert set(refused(find_limit=True, smoke=True)) == {"--smoke"}


def test_nothing_is_no_length() -> None:
    assert set(refused(rate="1/s", length="", warm_up="")) == {"--for", "--warm-up"}
    assert set(refused(rate="1/s", lateness=["p99"])) == {"lateness"}


def test_a_search_lets_no_dial_drop() -> None:
    """What is dropped has no lateness: any rate would pass."""
    assert set(refused(find_limit=True, deadline="1ms")) == {"--deadline"}


def test_everything_at_once() -> None:
    found = refused(
        rate="0/s",
        ramp="5",
        length="10ms",
        warm_up="2",
        hold="1d",
        deadline="0s",
        drain="-1s",
        arrivals="bursts",
        profile="whole",
        runs=4,
        lateness={"p99": "5ms", "p50": "9ms", "p42": "1s"},
        admitted="101%",
    )
    assert set(found) == {
        "--ramp", "--for", "--warm-up", "--hold", "--deadline", "--drain", "--arrivals",
        "--profile", "--runs", "--p99", "--p42", "--admitted",
    }  # fmt: skip


def test_a_load_needs_a_rate_and_a_search_needs_none() -> None:
    assert set(refused()) == {"--rate"}
    search = load_request(find_limit=True)
    assert (search.lateness_ms, search.length_ms) == ({"p99": 10.0}, 3000)
    assert set(refused(find_limit=True, runs=5, lateness={"p50": "1ms"}, ramp="1:2:1/s")) == {
        "--ramp", "--runs", "--p50",
    }  # fmt: skip


def test_thresholds_that_no_step_could_tell() -> None:
    assert "p99.9" in str(refused(rate="10/s", length="1s", lateness={"p99.9": "5ms"}))
    assert set(refused(rate="0.001/s", length="1s")) == {"--for"}
    met = load_request(rate="1000/s", length="1s", lateness={"p99.9": "5ms"}, admitted=0.5)
    assert met.admitted == 0.5


@pytest.mark.parametrize(
    ("asked", "share"),
    [
        ("0.9%", 0.009),
        ("99.9%", 0.999),
        ("0.3333333333333333", 1 / 3),
        (1 / 3, 1 / 3),
        (1e-5, 1e-5),
        (5e-324, 5e-324),
        (1, 1.0),
    ],
)
def test_a_share_is_read_exactly(asked: Any, share: float) -> None:
    request = load_request(rate="1/s", admitted=asked)
    assert request.admitted == request.to_dict()["admitted"] == share


@pytest.mark.parametrize(
    "share", [0, 0.0, -0.5, 1.0000000000000002, float("nan"), float("inf"), True, "", "0%", "1e-5"]
)
def test_no_share(share: Any) -> None:
    assert set(refused(rate="1/s", admitted=share)) == {"--admitted"}


def test_a_rate_this_machine_cannot_generate() -> None:
    with pytest.raises(CapacityError, match="cannot generate"):
        check_memory(10**12, decisions_alone=True)
    with pytest.raises(CapacityError, match="cannot generate"):
        load_target(None, "full", 10**12, 1e9, 1)


def test_more_people_than_a_scenario_may_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dialsim.loadtest.load_world.bytes_available", lambda: None)
    with pytest.raises(CapacityError, match="no scenario can carry that load: 3,000,000,000"):
        load_target(None, "decision-only", 3 * 10**9, 1e5, 1)


def test_many_trunks_have_no_more_channels_than_a_scenario_may() -> None:
    """Of decision-only, at a rate for which the built-in scenario has 40 trunks."""
    target = load_target(None, "decision-only", 100, 1e6, 1)
    assert len(target.scenario.trunks) == 40
    assert sum(trunk.channels for trunk in target.scenario.trunks) <= 10_000_000
    assert min(trunk.channels for trunk in target.scenario.trunks) > 1e6 / 40

    raw = open_road(1000, 600_000.0)
    for place, trunk in enumerate(raw["trunks"][:20]):
        trunk["channels"] = 1_000_000 if place < 6 else 1000
    raw["trunks"] = raw["trunks"][:20]
    raw["caller_ids"] = raw["caller_ids"][:20]
    raw["campaigns"][0]["caller_ids"] = [block["name"] for block in raw["caller_ids"]]
    own = load_target(load_scenario(raw), "decision-only", 100, 6e5, 1).scenario
    assert sum(trunk.channels for trunk in own.trunks) <= 10_000_000
    assert min(trunk.channels for trunk in own.trunks) > 1000
