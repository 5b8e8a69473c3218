"""What would not fit, or could not be played, is a problem and never a crash."""

from __future__ import annotations

import copy
import os
from pathlib import Path
from typing import Any

import pytest

from dialsim.engine.build import prepare
from dialsim.errors import Problem, Problems, ScenarioError
from dialsim.scenario import load_scenario, warnings
from tests.scenario.worlds import changed, world


def problems_of(raw: Any) -> list[Problem]:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(raw)
    assert str(caught.value)
    return list(caught.value.problems)


def only(raw: Any) -> Problem:
    (problem,) = problems_of(raw)
    return problem


@pytest.mark.parametrize("pack", ["cn", "lab"])
def test_the_lab_network_is_playable(pack: str) -> None:
    raw = world() | {"network": {"profile": "lab"}, "rules": {"pack": pack}}
    assert prepare(load_scenario(raw)) is not None


@pytest.mark.parametrize(
    ("dotted", "value", "allowed"),
    [
        ("aftermath", "3651d", "at most 3650d"),
        pytest.param("seed", 10**5000, "less than 9223372036854775808", id="digits"),
        pytest.param("list_seed", "1" * 5000, "a whole number", id="text"),
        ("schema", True, "1"),
        ("schema", 1.0, "1"),
        ("trunks.0.calls_per_second", 100_001, "at most 100000"),
        ("trunks.0.channels", 1_000_001, "at most 1000000"),
        ("trunks.0.contract", {"name": "c", "callee_per_day": 256}, "at most 255"),
        ("rules.caller_limits", [{"count": 100_001, "per": "1d"}], "at most 100000"),
        ("agents.0.wrap_up", "9h", "at most 8h"),
        ("campaigns.0.ring_timeout", "6m", "at most 5m"),
        ("campaigns.0.drop_after", "61m", 'at most 1h, or rules.pack = "lab"'),
        ("campaigns.0.attempts", {"retry": {"busy": "367d"}}, "at most 366d"),
        ("campaigns.0.ring_timeout", "٢٥s", None),
        ("caller_ids.0.area_code", "٥٧", 'an area code such as "10" or "571"'),
        ("name", "a\u202eb", "one line of plain text"),
        ("name", "a\x9bb", "one line of plain text"),
        ("study", "lawful", '"unlawful"'),
    ],
)
def test_one_value_out_of_bounds_is_one_problem(
    dotted: str, value: object, allowed: str | None
) -> None:
    problem = only(changed(dotted, value))
    assert problem.path.replace("[0]", ".0").startswith(dotted)
    assert problem.found is not None
    assert allowed is None or problem.allowed == allowed
    assert "\u202e" not in str(problem)
    assert "did you mean" not in str(problem)


def test_one_fault_is_told_once() -> None:
    only(changed("goals", [{"metric": "attempts", "at_least": float("nan")}]))
    only(changed("caller_ids.0.area_code", "x"))
    only(changed("campaigns.0.people", [["c"]]))
    only(changed("people", [["c"]]))
    only(changed("people.0.name", 1))
    only(changed("caller_ids.0.registered", "yes"))
    only(changed("caller_ids.0.registered", []))
    only(changed("caller_ids.0.class", "zzz"))
    only(changed("campaigns.0.category", 0))
    only(changed("campaigns.0.pacing", {"mode": "zzz", "ratio": 2.0}))


def test_sums_over_tables() -> None:
    raw = world()
    campaign = raw["campaigns"][0]
    raw["campaigns"] = [campaign | {"name": f"c{i}"} for i in range(64)]
    assert only(raw).allowed == "at most 63"
    raw["campaigns"] = [
        campaign | {"name": f"c{i}", "attempts": {"at_most": 20}} for i in range(13)
    ]
    assert only(raw).path == "campaigns[12].attempts.at_most"
    raw = changed("people.0.synthetic.count", 800_000_000)
    raw["campaigns"] = [raw["campaigns"][0] | {"name": f"c{i}"} for i in range(3)]
    assert "people over all campaigns" in only(raw).message
    raw = changed("trunks.0.channels", 900_000)
    raw["trunks"] += [raw["trunks"][0] | {"name": f"t{i}"} for i in range(12)]
    assert "too many channels in all" in only(raw).message
    raw = changed("caller_ids.0.count", 150_000)
    raw["caller_ids"].append(raw["caller_ids"][0] | {"name": "other"})
    assert only(raw).allowed == "at most 200000"
    raw = changed("agents.0.count", 100_000)
    raw["agents"] = [raw["agents"][0] | {"name": f"g{i}"} for i in range(11)]
    raw["campaigns"][0]["agents"] = ["g0"]
    assert only(raw).allowed == "at most 1000000"
    limit = {"rules": {"callee_limits": [{"count": 256, "per": "1d"}], "contract": "c"}}
    assert only(world() | limit).path == "rules.callee_limits[0].count"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("frequency.delay", "0s"),
        ("frequency.mobile.warn_per_hour", 2**31),
        ("ring.answer_median", "0s"),
        ("ring.answer_median", "26s"),
        ("ring.answer_sigma", 3.1),
        ("ring.answer_median", "36600d"),
        ("patience.mean", "0s"),
        ("patience.mean", "30d"),
        ("people.busy", 1.0),
        ("people.unreachable", 1),
        ("people.bought.empty", 0.95),
        ("refuse_call.category_share.bought", 1.0),
        ("answer.icc", 0.99),
        ("answer.hour_index", [101.0] + [1.0] * 23),
        ("answer.reference_hours", [24, 10, 11, 14, 15, 16, 17, 18, 19, 20]),
        ("answer.reference_timeout", "999ms"),
        ("talk.bought", [[1.0, 0, 0.5]]),
        ("talk.bought", [[1.0, 10**6, 3.0]]),
        ("complaints.reference.attempts", 0),
        ("complaints.reference.dropped_share", 1.0),
        ("complaints.modifier.third_call", 1001),
        ("complaints.rate_12321.bought", 10**6 + 1),
        ("complaints.hotline_factor", 10**30),
        ("complaints.act_working_days", 10**9),
    ],
)
def test_a_network_that_cannot_be_played(key: str, value: object) -> None:
    raw = world() | {"network": {"overrides": {key: value}}}
    if key == "ring.answer_median" and value == "26s":
        raw["network"]["overrides"]["ring.answer_sigma"] = 0.0
    problem = problems_of(raw)[0]
    assert problem.path == f"network.overrides.{key}"
    assert problem.found
    assert problem.allowed


EXTREMES = {
    "frequency.delay": "1ms",
    "ring.answer_median": "1ms",
    "ring.post_dial_sigma": 2,
    "patience.mean": "1ms",
    "people.busy": 0.99,
    "people.bought.empty": 0.9,
    "answer.icc": 0.95,
    "answer.gross.opted_in": 1.0,
    "answer.gross.bought": 0.0,
    "answer.hour_index": [100.0] * 24,
    "answer.weekday_index": [0.0] * 7,
    "answer.reference_timeout": "3s",
    "complaints.reference.attempts": 100,
    "complaints.modifier.dropped": 1000.0,
    "complaints.rate_12321.bought": 1_000_000,
    "complaints.enterprise.confidence": 1.0,
    "refuse_call.registered_share": 0.0,
}


@pytest.mark.parametrize("key", EXTREMES)
def test_the_bounds_themselves_can_be_built(key: str) -> None:
    raw = world() | {"network": {"overrides": {key: EXTREMES[key]}}}
    assert prepare(load_scenario(raw)) is not None


def test_no_operator_has_a_share() -> None:
    names = ("CMCC", "CTCC", "CUCC", "CBN", "MVNO")
    overrides = {f"operators.share.{name}": 0.0 for name in names}
    assert "no operator" in only(world() | {"network": {"overrides": overrides}}).message


def test_many_problems_are_counted() -> None:
    problems = Problems()
    for i in range(20_000):
        problems.add(f"a[{i}]", "wrong")
        problems.add(f"a[{i}]", "wrong")
    assert len(problems) == 20_000
    error = ScenarioError(problems)
    assert len(error.problems) == 201
    assert error.problems[-1].message == "and 19800 more problems"


def test_walls_that_are_only_counted_are_told() -> None:
    assert any("wait longer than the 2 s" in line for line in warnings(load_scenario(
        changed("campaigns.0.drop_after", "3s")
    )))  # fmt: skip
    assert not any("wait longer" in line for line in warnings(load_scenario(world())))
    centre = {"kind": "in_house", "expires": "2026-04-13"}
    raw = changed("enterprise.call_centre", centre)
    assert only(raw).path == "enterprise.call_centre.expires"
    centre["expires"] = "2026-04-14"
    load_scenario(raw)


def test_theory_may_let_callees_wait() -> None:
    raw = changed("campaigns.0.drop_after", "3650d")
    raw["rules"] = {"pack": "lab"}
    assert load_scenario(raw).campaigns[0].drop_after == 3650 * 86_400_000


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (".", "this is a folder"),
        ("pipe.parquet", "this is a pipe or a device"),
        ("~nosuchuser/x.parquet", "no such file"),
        ("x" * 300 + ".parquet", "cannot be read: file name too long"),
        ("a\0b.parquet", "a control character, or one that changes the direction of writing"),
    ],
)
def test_files_that_are_none(name: str, message: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.parquet")
    raw = changed("people.0", {"name": "own", "file": name})
    here = Path.cwd()
    os.chdir(tmp_path)
    try:
        assert only(raw).message == message
    finally:
        os.chdir(here)


def test_a_changed_value_has_no_line(tmp_path: Path) -> None:
    import tomli_w

    file = tmp_path / "a.toml"
    file.write_text(tomli_w.dumps(copy.deepcopy(world())), encoding="utf-8")
    scenario = load_scenario(file)
    with pytest.raises(ScenarioError) as caught:
        scenario.with_("caller_ids.north.count", 0)
    (problem,) = caught.value.problems
    assert (problem.path, problem.file, problem.line) == ("caller_ids[0].count", None, None)
    for dotted in ("caller_ids.².count", "caller_ids." + "9" * 5000 + ".count"):
        with pytest.raises(ScenarioError, match="no item is called"):
            scenario.with_(dotted, 1)


def test_a_number_of_thousands_of_digits(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text("seed = " + "1" * 5000, encoding="utf-8")
    assert only(file).message == "a number of thousands of digits"


def test_limits_over_many_numbers_may_be_larger() -> None:
    limit = {"count": 2_000_000, "per": "1d", "window": "calendar"}
    scenario = load_scenario(changed("rules", {"enterprise_limits": [limit]}))
    assert scenario.rules.enterprise_limits[0].count == 2_000_000
    only(changed("rules", {"caller_limits": [limit]}))
    only(changed("trunks.0.limits", [limit | {"count": 10_000_001}]))


@pytest.mark.parametrize(
    ("path", "value", "most"),
    [
        ("aftermath", "99999999d", "at most 3650d"),
        ("aftermath", "9" * 40 + "d", "at most 3650d"),
        ("rules.retry_gap", "99999999d", "at most 366d"),
        ("campaigns.0.ring_timeout", "367d", "at most 5m"),
        ("rules.caller_limits", [{"count": 5, "per": "99999999d"}], "at most 36600d"),
        ("network.overrides", {"frequency.delay": "99999999d"}, "at most 36600d"),
        ("rules.overrides", {"callee.retry_gap": "99999999d"}, "at most 36600d"),
    ],
)
def test_a_duration_that_is_too_long_is_told_the_longest(path: str, value: Any, most: str) -> None:
    problem = only(changed(path, value))
    assert problem.path.startswith(path.replace(".0.", "[0]."))
    assert problem.allowed == most
    assert "not a duration" not in problem.message


@pytest.mark.parametrize(
    ("path", "value", "least"),
    [
        ("rules.caller_limits", [{"count": 50, "per": "0s"}], "at least 1s"),
        ("rules.callee_limits", [{"count": 1, "per": "0m"}], "at least 1s"),
        ("costs", {"per_minute": "1 CNY", "billing_step": "0 s"}, "more than 0s"),
    ],
)
def test_a_duration_that_is_too_short_is_found_as_it_is_written(
    path: str, value: Any, least: str
) -> None:
    problem = only(changed(path, value))
    written = value["billing_step"] if isinstance(value, dict) else value[0]["per"]
    assert (problem.found, problem.allowed) == (f'"{written}"', least)
