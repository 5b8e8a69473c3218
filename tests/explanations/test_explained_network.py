"""What an explanation says of gateways, contracts, labels, and numbers that change standing."""

from __future__ import annotations

from typing import Any

import pytest

import dialsim
from dialsim.core.codes import Rule
from dialsim.explanations.caller_life import acts_on, states_of, timeline
from dialsim.explanations.intervention_trace import intervention_trace
from dialsim.explanations.recount import recount
from dialsim.messages.catalogue import Language
from dialsim.pages.explain.story_page import story_page
from dialsim.pages.model.terminal import page_lines
from dialsim.results.network.network_rules import network_rules
from dialsim.results.tables.run_log import Act, RunLog
from dialsim.scenario import load_scenario
from tests.people.scenarios import small_scenario

HOUR = 3_600_000
DAY = 24 * HOUR
PEOPLE = {"name": "list", "synthetic": {"count": 400, "relation": "opted_in"}}
OLD: dict[str, Any] = {
    "name": "old",
    "class": "fixed",
    "area_code": "10",
    "count": 4,
    "trunk": "main",
}
FILING = {"use": "marketing", "category": "loan", "daily_volume": 50}
FILED: dict[str, Any] = {"registered": True, "filed": FILING}
RUN = {"name": "x", "seed": 1, "complete": True, "same_values": True}


def act(tick: int, action: str, rule: str, target: str = "caller", **more: Any) -> Act:
    fields: dict[str, Any] = {
        "number": 0, "tick": tick, "action": action, "rule": rule, "target": target,
        "line": 0 if target == "caller" else -1, "number_class": None, "measured": 0,
        "threshold": 0, "until": None, "person": None, "noticed": False,
    }  # fmt: skip
    if target == "unregistered":
        fields["number_class"] = "fixed"
    return Act(**(fields | more))


def log_of(raw: dict[str, Any], *acts: Act) -> RunLog:
    """Return the log of a run without calls in which the network did this."""
    found = RunLog(load_scenario(raw), {"complete": True}, lambda *_: (), lambda _: ())
    found.acts = [each._replace(number=i) for i, each in enumerate(acts)]
    return found


def scenario(*blocks: dict[str, Any], **keys: Any) -> dict[str, Any]:
    """Return a week with these blocks of caller IDs."""
    raw = small_scenario(PEOPLE) | {"days": 7, "aftermath": "40d", "study": "unlawful"} | keys
    raw["caller_ids"] = [{"checked_clean": True} | block for block in blocks]
    raw["campaigns"][0]["caller_ids"] = [block["name"] for block in blocks]
    return raw


def states(log: RunLog, line: int = 0) -> list[tuple[str, int, int]]:
    found = states_of(log, line, network_rules())
    return [(each.action, each.from_tick, each.to_tick) for each in found]


def page(found: dict[str, Any], language: Language = "en") -> str:
    lines = page_lines(story_page({**found, "run": RUN}, language), 80)
    assert all(line.cell_len <= 80 for line in lines)
    return " ".join(" ".join(line.plain for line in lines).split())


# --- the line contract ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def agreed() -> dialsim.Run:
    """Play two days of a trunk that may carry sixty calls a day, and ten at a time."""
    raw = small_scenario(PEOPLE) | {"days": 2}
    raw["people"] = [{"name": "list", "synthetic": {"count": 250, "relation": "opted_in"}}]
    raw["trunks"][0]["contract"] = {"name": "c", "daily_volume": 60, "concurrency": 10}
    return dialsim.run(raw)


@pytest.mark.parametrize(
    ("rule", "term", "figure"),
    [("contract_volume", "daily_volume", 60), ("contract_concurrency", "concurrency", 10)],
)
def test_a_contract_notice_is_of_its_day(
    agreed: dialsim.Run, rule: str, term: str, figure: int
) -> None:
    log = RunLog(agreed.scenario, agreed.summary, agreed.batches, agreed.columns)
    notices = [each for each in log.acts if each.rule == rule]
    assert notices
    for notice in notices:
        found = intervention_trace(log, notice)
        midnight = (notice.tick // DAY + 1) * DAY
        rows = agreed.calls.select(["time", "true_reason"]).to_pylist()
        lost = [
            row
            for row in rows
            if row["true_reason"] == rule and log.moment(notice.tick).date() == row["time"].date()
        ]
        assert found["after"]["lost"] == len(lost) > 0
        assert found["after"]["until"] == log.moment(midnight).isoformat(timespec="seconds")
        assert found["after"]["ended_by"] is None
        assert [value["key"] for value in found["values"]] == [f"trunks.main.contract.{term}"]
        assert found["values"][0]["value"] == figure
        assert f"{figure} calls (the line contract)" in page(found)
        assert "线路合同" in page(intervention_trace(log, notice, "zh"), "zh")


def test_what_a_contract_refused_stands_in_what_held_it_back(agreed: dialsim.Run) -> None:
    (found,) = agreed.summary["binding"]
    reasons = agreed.calls.column("true_reason").to_pylist()
    refused = found["refused_by_contract"]
    assert refused == {
        name: reasons.count(name) for name in ("contract_volume", "contract_concurrency")
    }
    assert f"The line contract refused {sum(refused.values()):,} calls" in found["sentence"]
    assert f"{refused['contract_volume']:,} above the calls a day" in found["sentence"]


def test_a_lift_of_another_rule_ends_nothing_of_a_trunk() -> None:
    on = {"target": "trunk", "place": "main"}
    log = log_of(
        scenario(OLD | FILED),
        act(HOUR, "throttle", "gateway_calls", **on),
        act(2 * HOUR, "warn", "contract_complaints", until=9 * DAY, **on),
        act(3 * HOUR, "suspend", "gateway", until=5 * HOUR, **on),
        act(4 * HOUR, "lift", "gateway_calls", **on),
        act(9 * DAY, "lift", "contract_complaints", **on),
    )
    ends = {each.rule: intervention_trace(log, each)["after"] for each in log.acts[:3]}
    assert ends["gateway_calls"]["ended_by"]["number"] == 3
    assert ends["contract_complaints"]["ended_by"]["number"] == 4
    assert ends["gateway"]["ended_by"] is None
    assert ends["gateway"]["lasted_ms"] == 2 * HOUR
    assert not ends["gateway"]["to_the_end"]


def test_each_trunk_is_judged_by_its_own_notice() -> None:
    raw = scenario(OLD | FILED)
    raw["trunks"].append(raw["trunks"][0] | {"name": "side"})
    log = log_of(
        raw,
        *(
            act(tick, what, "contract_complaints", "trunk", place=place, measured=measured)
            for tick, what, place, measured in (
                (1, "warn", "main", 70), (2, "warn", "side", 90), (3, "suspend", "main", 70)
            )
        ),
    )  # fmt: skip
    found = intervention_trace(log, log.acts[2])
    assert (found["figure"]["intervention"], found["figure"]["logged"]) == (0, 70)


# --- gateways, labels, what is spared -------------------------------------------------------------


def test_a_gateway_block_ends_when_it_was_to() -> None:
    block = {"target": "trunk", "place": "main"}
    log = log_of(scenario(OLD | FILED), act(HOUR, "suspend", "gateway", until=25 * HOUR, **block))
    found = intervention_trace(log, log.acts[0])
    assert found["after"]["lasted_ms"] == DAY
    assert [value["key"] for value in found["values"]] == [
        "gateway.blocks_per_year",
        "gateway.block_hold",
    ]
    assert states(log) == [
        ("none", 0, HOUR), ("suspend", HOUR, 25 * HOUR), ("none", 25 * HOUR, log.last_tick)
    ]  # fmt: skip
    assert "1 day, until 14 Apr 01:00" in page(found)


@pytest.mark.parametrize("rule", ["gateway", "gateway_calls"])
def test_a_gateway_is_mended_at_the_gateway(rule: str) -> None:
    (mend,) = network_rules().rule(rule).mend["others"]
    assert "gateway" in network_rules().mends[mend].en
    assert "egister" not in network_rules().mends[mend].en
    assert "登记" not in network_rules().mends[mend].zh


def test_a_milder_state_goes_on_past_its_time_while_its_ground_does() -> None:
    throttle = act(HOUR, "throttle", "calls_per_hour", until=2 * HOUR)
    log = log_of(scenario(OLD | FILED), throttle, act(5 * HOUR, "lift", "calls_per_hour"))
    assert states(log)[1] == ("throttle", HOUR, 5 * HOUR)
    log = log_of(scenario(OLD | FILED), throttle)
    assert states(log)[1] == ("throttle", HOUR, log.last_tick)


def test_what_is_spared_holds_for_no_time() -> None:
    ceiling: dict[str, Any] = {"measured": 501, "threshold": 500}
    log = log_of(scenario(OLD), act(HOUR, "spare", "calls_per_day", **ceiling))
    found = intervention_trace(log, log.acts[0])
    assert found["values"][0]["key"] == "frequency.fixed.intercept_per_day"
    after = found["after"]
    assert (after["until"], after["lasted_ms"], after["ended_by"]) == (None, 0, None)
    assert states(log) == [("none", 0, log.last_tick)]
    for language, told in (("en", "for no time"), ("zh", "不持续")):
        assert told in page(intervention_trace(log, log.acts[0], language), language)  # type: ignore[arg-type]


def test_no_operator_labels_a_number() -> None:
    log = log_of(scenario(OLD), act(HOUR, "label", "marks"), act(DAY, "lift", "marks"))
    assert intervention_trace(log, log.acts[0])["operator"] == "label platforms"
    assert "标签平台 对 old-001 打标签" in intervention_trace(log, log.acts[0], "zh")["sentence"]


def test_a_platform_that_goes_on_lifts_no_stop() -> None:
    on = {"target": "enterprise"}
    log = log_of(
        scenario(OLD | FILED),
        act(HOUR, "suspend", "traceback", until=30 * DAY),
        act(2 * HOUR, "stop", "complaints_enterprise", **on),
        act(3 * HOUR, "stop", "platform", until=4 * HOUR, **on),
        act(4 * HOUR, "lift", "platform", **on),
        act(9 * DAY, "lift", "appeal", **on),
        act(30 * DAY, "lift", "traceback"),
    )
    assert [each[:2] for each in states(log)] == [
        ("none", 0), ("suspend", HOUR), ("stop", 2 * HOUR), ("suspend", 9 * DAY), ("none", 30 * DAY)
    ]  # fmt: skip


# --- numbers that change standing -----------------------------------------------------------------


def test_what_its_class_met_goes_along_when_a_number_is_registered() -> None:
    filed = FILED | {"filed": FILING | {"on": "2026-04-01"}}  # registered on the 15th
    raw = scenario(OLD | filed)
    on = {"target": "unregistered"}
    met = act(HOUR, "suspend", "short_enterprise", until=4 * DAY, **on)
    log = log_of(
        raw,
        met,
        act(2 * DAY, "register", "filing", "block", place="old"),
        act(4 * DAY, "lift", "short_enterprise", **on),
        *(act(4 * DAY, "lift", "short_enterprise", line=line) for line in range(4)),
    )
    assert states(log)[1:] == [("suspend", HOUR, 4 * DAY), ("none", 4 * DAY, log.last_tick)]
    late = log_of(raw, met._replace(tick=3 * DAY))
    assert states(late) == [("none", 0, late.last_tick)]
    assert acts_on(late, 0) == []


def test_a_class_holds_for_a_number_from_when_it_joins() -> None:
    other = OLD | {"name": "other", "holder": "Somebody Else"}  # counts together after two days
    met = act(HOUR, "intercept", "calls_per_day", "unregistered", until=3 * DAY)
    log = log_of(scenario(OLD, other), met, act(3 * DAY, "lift", "calls_per_day", "unregistered"))
    assert states(log, 0)[1] == ("intercept", HOUR, 3 * DAY)
    assert states(log, 4)[1] == ("intercept", 2 * DAY, 3 * DAY)
    assert [each["number"] for each in timeline(log, 4)["interventions"]] == [0, 1]


@pytest.mark.parametrize("off", [[], ["inheritance"]])
def test_lives_and_the_page_agree_where_standing_changes(off: list[str]) -> None:
    """Numbers registered, deregistered or put in place of others while their class is under it."""
    later = FILED | {"filed": FILING | {"on": "2026-03-31"}}  # from the second day
    raw = scenario(
        {"name": "sims", "class": "mobile", "count": 4, "trunk": "main"} | later,
        OLD,
        OLD | {"name": "new", "count": 2, "replaces": "old", "from": "2026-04-15"},
        OLD | FILED | {"name": "out"},
        OLD | FILED | {"name": "last", "count": 2, "replaces": "out"},
        days=3,
        events=[{"name": "out", "what": "deregistered", "caller_ids": ["out"],
                 "from": "2026-04-14"}],
        agents=[{"name": "day", "count": 4,
                 "shifts": [{"days": "daily", "from": "09:00", "to": "09:40"}]}],
    )  # fmt: skip
    raw["network"] = {"off": off, "overrides": {
        "frequency.delay": "1m", "frequency.fixed.intercept_per_day": 15,
        "behaviour.new_callees.mobile.suspend_per_day": 6,
    }}  # fmt: skip
    run = dialsim.run(raw)
    log = RunLog(run.scenario, run.summary, run.batches, run.columns)
    assert {"register", "deregister"} <= {each.action for each in log.acts}
    rules, ends, worst = network_rules(), [], []
    for line in range(len(log.lines.names)):
        found = [rules.named("action", each.action) for each in states_of(log, line, rules)]
        ends.append(found[-1].name["en"])
        worst.append(max(found, key=lambda each: each.severity or 0).name["en"])
    standing = run.summary["caller_ids"]
    for each, told in ((ends, standing["by_state"]), (worst, standing["severest"])):
        assert {name: each.count(name) for name in told} == told
    assert standing["severest"]["suspended"] == 4
    assert standing["severest"]["clear"] == (2 if off else 0)


@pytest.mark.parametrize("off", [[], ["inheritance"]])
def test_a_replacement_is_no_second_number(off: list[str]) -> None:
    """It stands as the old one does, and is not counted before it is used."""
    new = OLD | FILED | {"name": "new", "replaces": "old", "from": "2026-04-15"}
    more = OLD | {"name": "more", "replaces": "new", "from": "2026-04-18"}
    raw = scenario(OLD, new, more)
    raw["network"]["off"] = off
    on = {"target": "unregistered"}
    log = log_of(raw, act(DAY, "suspend", "short_enterprise", until=3 * DAY, **on))
    assert intervention_trace(log, log.acts[0])["after"]["numbers"] == 4
    assert len(states(log, 4)) == (1 if off else 3)
    counted = act(DAY, "label", "marks", measured=1, threshold=1, **on)
    found = recount(log, counted)
    assert found is not None
    assert found.numbers == 4
    warned = act(4 * DAY, "warn", "complaints_number", measured=1, threshold=1, line=4)
    found = recount(log, warned)
    assert found is not None
    assert found.numbers == (1 if off else 2)  # the old one's complaints count for the new one


def test_a_block_and_a_trunk_of_one_name_are_two_things() -> None:
    raw = scenario(OLD | FILED | {"name": "main", "trunk": "side"}, OLD | FILED)
    raw["trunks"].append(raw["trunks"][0] | {"name": "side"})
    log = log_of(raw, *(
        act(HOUR, "suspend", "gateway", target, place="main", until=DAY)
        for target in ("trunk", "block")
    ))  # fmt: skip
    assert [len(acts_on(log, line)) for line in (0, 4)] == [1, 1]
    assert acts_on(log, 0)[0].target == "block"


def test_the_ceiling_of_a_number_is_that_of_its_standing_when_it_was_broken() -> None:
    raw = scenario(OLD | {"class": "mobile"} | FILED)
    del raw["caller_ids"][0]["area_code"]
    raw["caller_ids"][0]["filed"] = FILING | {"on": "2026-04-01"}
    log = log_of(raw, act(2 * DAY + 60_000, "suspend", "calls_per_day", measured=2, threshold=1))
    assert intervention_trace(log, log.acts[0])["values"][0]["key"].startswith("frequency.mobile.")


def test_every_rule_that_stands_apart_says_so() -> None:
    apart = {code for code, rule in network_rules().rules.items() if rule.apart}
    assert apart == {
        each.name
        for each in (
            Rule.MARKS, Rule.GATEWAY, Rule.GATEWAY_CALLS, Rule.CONTRACT_VOLUME,
            Rule.CONTRACT_CONCURRENCY, Rule.CONTRACT_COMPLAINTS, Rule.PLATFORM, Rule.FILING,
            Rule.DATED, Rule.DATED_GATEWAY,
        )
    }  # fmt: skip
