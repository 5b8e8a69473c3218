"""When numbers are registered, what replaces what, and the keys that say so."""

from __future__ import annotations

from typing import Any

import pytest

from dialsim.core.time_units import NEVER
from dialsim.errors import ScenarioError
from dialsim.messages import dates
from dialsim.messages.catalogue import languages
from dialsim.scenario import load_network, load_scenario
from dialsim.scenario.checks.names import resolved_profiles
from dialsim.scenario.checks.warnings import warnings
from dialsim.scenario.filing import (
    agreed_on,
    agreed_volumes,
    first_use,
    is_always_registered,
    registered_span,
)
from dialsim.scenario.identity import scenario_digest
from tests.people.scenarios import small_scenario

DAY_MS = 86_400_000


def raw_scenario(**filed: Any) -> dict[str, Any]:
    """Return a scenario of one registered block, from Monday 13 April 2026."""
    raw = small_scenario({"name": "list", "synthetic": {"count": 5, "relation": "opted_in"}})
    raw["caller_ids"][0]["filed"] |= filed
    return raw


@pytest.mark.parametrize(
    ("start", "said"),
    [("2026-04-13", 0), ("2026-04-13T23:59:59", 0), ("2026-04-14", 1), ("2027-01-01", 1)],
)
def test_numbers_that_are_used_after_the_run_are_told(start: str, said: int) -> None:
    raw = raw_scenario()
    raw["days"] = 1
    raw["caller_ids"][0]["from"] = start
    words = {
        language: text.format(dates.day(start, year=True, language=language))
        for language, text in (("en", "from {} on, after the run"), ("zh", "自 {} 起"))
    }
    for language in languages():
        told = [text for text in warnings(load_scenario(raw), language) if words[language] in text]
        assert len(told) == said


def deregistered(when: str, *names: str) -> dict[str, Any]:
    return {"name": when, "what": "deregistered", "from": when, "caller_ids": [*names] or ["north"]}


def span(raw: dict[str, Any]) -> tuple[int, int]:
    scenario = load_scenario(raw)
    return registered_span(scenario, load_network("typical"), scenario.caller_ids[0])


def faults(raw: dict[str, Any]) -> list[str]:
    """Return the paths of all that is wrong."""
    with pytest.raises(ScenarioError) as error:
        load_scenario(raw)
    return [problem.path for problem in error.value.problems]


def digest(raw: dict[str, Any]) -> str:
    scenario = load_scenario(raw)
    rules, network = resolved_profiles(scenario)
    assert rules is not None
    assert network is not None
    return scenario_digest(scenario, rules, network)


@pytest.mark.rule("N-FILING-1")
@pytest.mark.parametrize(
    ("filed_on", "out", "expected"),
    [
        (None, [], (0, NEVER)),
        ("2026-03-30", [], (0, NEVER)),  # fourteen days of lead time: just in time
        ("2026-03-31", [], (DAY_MS, NEVER)),
        ("2026-04-13", [], (14 * DAY_MS, NEVER)),
        (None, ["2026-04-14T06:00:00"], (0, DAY_MS + DAY_MS // 4)),
        (None, ["2026-04-15", "2026-04-14"], (0, DAY_MS)),
        ("2026-03-31", ["2026-04-14"], (NEVER, NEVER)),
        (None, ["2026-04-01"], (NEVER, NEVER)),
    ],
)
def test_when_a_block_is_registered(
    filed_on: str | None, out: list[str], expected: tuple[int, int]
) -> None:
    raw = raw_scenario(**({} if filed_on is None else {"on": filed_on}))
    raw["events"] = [deregistered(when) for when in out]
    assert span(raw) == expected
    scenario = load_scenario(raw)
    always = is_always_registered(scenario, load_network("typical"), scenario.caller_ids[0])
    assert always == (expected == (0, NEVER))


@pytest.mark.parametrize(
    ("filed_on", "out", "told"),
    [
        (None, "2026-04-01", "never registered in the run, for they are deregistered by its start"),
        (None, "2026-04-13", "no deregistration is announced"),
        ("2026-03-31", "2026-04-14", "deregistered before that (filed on 2026-03-31, in force 14"),
        ("2026-03-31", "2026-04-13", "deregistered by its start"),
        ("2026-03-31", "2026-04-20", "until then, and after their deregistration, the network"),
        ("2026-03-31", None, "filed on 2026-03-31, in force 14 d later: until then, the network"),
        (None, "2026-04-14", "are deregistered in the run"),
    ],
)
def test_what_is_said_of_their_standing(filed_on: str | None, out: str | None, told: str) -> None:
    raw = raw_scenario(**({} if filed_on is None else {"on": filed_on}))
    raw["events"] = [] if out is None else [deregistered(out)]
    (said,) = [text for text in warnings(load_scenario(raw)) if text.startswith("caller_ids north")]
    assert told in said
    assert "None" not in said


RAMP = [{"from": "2026-04-14", "daily_volume": 40}, {"from": "2026-04-16", "daily_volume": 90}]


@pytest.mark.rule("E-CALLER-8")
def test_what_is_agreed_for_a_day() -> None:
    """Of a ramp the latest step; before it the first; without one the volume, or nothing."""
    raw = raw_scenario(daily_volume=100, ramp=RAMP)
    raw["days"] = 5
    scenario = load_scenario(raw)
    block = scenario.caller_ids[0]
    assert agreed_volumes(scenario, block).tolist() == [40, 40, 40, 90, 90]
    plain = load_scenario(raw_scenario(daily_volume=100)).caller_ids[0]
    assert agreed_on(plain.filed, scenario.start) == 100
    assert agreed_on(None, scenario.start) == 0


@pytest.mark.parametrize(
    ("ramp", "path"),
    [
        ([RAMP[0], RAMP[1] | {"daily_volume": 101}], "ramp[1].daily_volume"),
        ([RAMP[1], RAMP[0]], "ramp[1].from"),
        ([RAMP[0], RAMP[0]], "ramp[1].from"),
        ([RAMP[0] | {"daily_volume": 0}], "ramp[0].daily_volume"),
    ],
)
def test_a_ramp_goes_up_to_what_is_filed(ramp: list[dict[str, object]], path: str) -> None:
    assert faults(raw_scenario(daily_volume=100, ramp=ramp)) == [f"caller_ids[0].filed.{path}"]


def test_unregistered_numbers_never_are() -> None:
    raw = raw_scenario()
    raw["caller_ids"][0]["registered"] = False
    del raw["caller_ids"][0]["filed"]
    assert span(raw) == (NEVER, NEVER)
    raw["events"] = [deregistered("2026-04-13")]
    assert faults(raw) == ["events[0].caller_ids[0]"]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"caller_ids": None}, "events[0].caller_ids"),
        ({"caller_ids": ["nort"]}, "events[0].caller_ids[0]"),
        ({"to": "2026-04-14"}, "events[0].to"),
        ({"hours": ["10:00-11:00"]}, "events[0].hours"),
        ({"what": "stop", "operator": "CTCC", "caller_ids": None}, "events[0].to"),
        ({"what": "hours", "hours": [], "to": "2026-04-13"}, "events[0].caller_ids"),
    ],
)
def test_what_a_deregistration_says(change: dict[str, Any], path: str) -> None:
    raw = raw_scenario()
    event = deregistered("2026-04-13") | change
    raw["events"] = [{key: value for key, value in event.items() if value is not None}]
    assert path in faults(raw)


def replaced(**south: Any) -> dict[str, Any]:
    raw = raw_scenario()
    block = raw["caller_ids"][0]
    raw["caller_ids"].append(block | {"name": "south", "replaces": "north"} | south)
    raw["campaigns"][0]["caller_ids"] = ["north", "south"]
    return raw


@pytest.mark.rule("N-RETIRE-3")
def test_replacements() -> None:
    """As many numbers or fewer, of another block, each block once; from a day or a moment on.

    Numbers that replace none may begin later, too.
    """
    scenario = load_scenario(replaced(**{"from": "2026-04-13T12:00:00"}))
    assert [first_use(scenario, block) for block in scenario.caller_ids] == [0, DAY_MS // 2]
    assert any("replacing them mends nothing" in said for said in warnings(scenario))
    assert faults(replaced(replaces="nrth")) == ["caller_ids[1].replaces"]
    assert faults(replaced(replaces="south")) == ["caller_ids[1].replaces"]
    assert faults(replaced(count=51)) == ["caller_ids[1].count"]
    raw = replaced()
    raw["caller_ids"].append(raw["caller_ids"][1] | {"name": "west"})
    assert faults(raw) == ["caller_ids[2].replaces"]
    round_about = replaced()
    round_about["caller_ids"][0]["replaces"] = "south"
    assert faults(round_about) == ["caller_ids[0].replaces", "caller_ids[1].replaces"]
    alone = raw_scenario()
    alone["caller_ids"][0]["from"] = "2026-04-14"
    assert [first_use(scenario, b) for b in load_scenario(alone).caller_ids] == [DAY_MS]


def test_what_is_not_said_names_no_other_run() -> None:
    """Defaults written out are no change; each key that is used is one."""
    raw = raw_scenario()
    plain = digest(raw)
    raw["enterprise"]["appeals"] = False
    assert digest(raw) == plain
    changed = [plain]
    for key, value in (("appeals", True), ("traceback_within", "2d")):
        raw["enterprise"][key] = value
        changed.append(digest(raw))
    raw["trunks"][0]["contract"] = {"name": "c"}
    changed.append(digest(raw))
    for key, limit in (("daily_volume", 5), ("concurrency", 5), ("complaints_per_million", 5.0)):
        raw["trunks"][0]["contract"][key] = limit
        changed.append(digest(raw))
    raw["caller_ids"][0]["filed"]["on"] = "2026-04-13"
    changed.append(digest(raw))
    raw["events"] = [deregistered("2026-05-14")]
    changed.append(digest(raw))
    assert len(set(changed)) == len(changed)


@pytest.mark.parametrize(
    ("key", "value", "heard_by"),
    [
        ("platform.stops_per_year", 2.0, {"call_centre": {"kind": "outsourced",
                                                         "outsourcer": "C", "licence": "B24"}}),
        ("appeals.working_days", 9, {"appeals": True}),
        ("complaints.sector_factor.banking", 9, {"sector": "banking"}),
    ],
)  # fmt: skip
def test_a_value_that_is_not_read_names_no_other_run(
    key: str, value: Any, heard_by: dict[str, Any]
) -> None:
    raw, other = raw_scenario(), raw_scenario()
    other["network"]["overrides"] = {key: value}
    # the override stands in the file; what the profile then says is what must not count
    one, two = load_scenario(raw), load_scenario(other)
    rules, network = resolved_profiles(two)
    assert rules is not None
    assert network is not None
    plain = resolved_profiles(one)[1]
    assert plain is not None
    assert scenario_digest(one, rules, network) == scenario_digest(one, rules, plain)
    raw["enterprise"] |= heard_by
    asked = load_scenario(raw)
    assert scenario_digest(asked, rules, network) != scenario_digest(asked, rules, plain)
