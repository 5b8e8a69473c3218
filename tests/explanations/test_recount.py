"""Figures of interventions counted again: the same as the network's, and told when they are not."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import dialsim
from dialsim.core.codes import Action, Cause, EventCode, NumberClass, Operator, Rule, Seen
from dialsim.errors import InternalError
from dialsim.explanations import recount as module
from dialsim.explanations.caller_life import timeline
from dialsim.explanations.recount import recount
from dialsim.messages.text import Text
from dialsim.results.network.network_rules import RuleText, network_rules, read_network_rules
from dialsim.results.tables.caller_rows import CallerTable
from dialsim.results.tables.run_log import CALL, Act, RunLog
from tests.results.stopped import stopped

HOUR = 3_600_000


def log_of(run: dialsim.Run) -> RunLog:
    return RunLog(run.scenario, run.summary, run.batches, run.columns)


@pytest.fixture(scope="module")
def run() -> dialsim.Run:
    return dialsim.run(stopped())


@pytest.fixture(scope="module")
def log(run: dialsim.Run) -> RunLog:
    return log_of(run)


def test_every_figure_is_that_of_the_network(log: RunLog) -> None:
    met = set()
    for act in log.acts:
        found = recount(log, act)
        told = network_rules().rule(act.rule).counts != "nothing" and act.action != "lift"
        assert (found is not None) == told, act
        if found is not None:
            assert found.agreement == "agrees", (act, found)
            assert (found.figure, found.breaking is None) == (act.measured, False)
            met.add((act.rule, act.action, act.target))
    assert met >= {
        ("calls_per_hour", "throttle", "caller"),
        ("calls_per_hour", "warn", "caller"),
        ("calls_per_day", "throttle", "caller"),
        ("calls_per_day", "intercept", "caller"),
        ("calls_per_day", "intercept", "unregistered"),
        ("complaints_number", "warn", "caller"),
        ("complaints_number", "suspend", "caller"),
        ("complaints_number", "close", "caller"),
        ("complaints_enterprise", "review", "enterprise"),
        ("marks", "label", "caller"),
        ("marks", "label", "unregistered"),
    }


def test_a_figure_by_hand(run: dialsim.Run, log: RunLog) -> None:
    act = next(a for a in log.acts if (a.rule, a.action) == ("calls_per_hour", "throttle"))
    broken = act.tick - int(log.network["frequency.delay"])
    minute = broken // 60_000
    rows = run.calls.select(["time", "caller"]).to_pylist()
    ticks = [
        (row["time"] - log.moment(0)).total_seconds() * 1000
        for row in rows
        if row["caller"] == log.lines.names[act.line]
    ]
    assert sum(minute - 60 < tick // 60_000 and tick <= broken for tick in ticks) == act.measured


@pytest.mark.parametrize("off", [-1, 1, 7])
def test_a_wrong_figure_is_told(run: dialsim.Run, log: RunLog, off: int) -> None:
    seen = set()
    for act in log.acts:
        found = recount(log, act._replace(measured=act.measured + off))
        if found is not None and found.lowest == found.highest:
            assert (found.agreement, found.figure) == ("differs", act.measured)
            seen.add(act.rule)
    assert len(seen) >= 5
    act = log.acts[0]._replace(measured=log.acts[0].measured + off)
    forgetful = RunLog(
        run.scenario, {**run.summary, "forgotten": {"calls": 3}}, run.batches, run.columns
    )
    found = recount(forgetful, act)
    assert found is not None
    assert found.agreement == "forgotten"
    early = log_of(run)
    early.scenario = run.scenario.model_copy(update={"history": SimpleNamespace(as_of=None)})
    found = recount(early, act)
    assert found is not None
    assert found.agreement == "earlier"


def test_every_life_ends_as_the_network_says(run: dialsim.Run, log: RunLog) -> None:
    rules, ends, worst, out = network_rules(), [], [], 0
    for line in range(len(log.lines.names)):
        life = timeline(log, line)
        ends.append(life["states"][-1]["action_name"])
        severity = [rules.named("action", each["action"]).severity or 0 for each in life["states"]]
        worst.append(life["states"][int(np.argmax(severity))]["action_name"])
        out += life["taken_out"] is not None
        assert life["totals"]["attempts"] == sum(day["attempts"] for day in life["days"])
        assert life["states"][0]["from"] < life["states"][-1]["to"] == life["ends"]
    standing = run.summary["caller_ids"]
    for found, told in ((ends, standing["by_state"]), (worst, standing["severest"])):
        assert {name: found.count(name) for name in told} == told
    assert out == standing["retired"]


class Fabricated(RunLog):
    """A log of calls written by hand."""

    rows: Any = None

    def calls(self, **options: Any) -> Any:
        rows = self.rows
        lines, until, since = (options.get(name) for name in ("lines", "until", "since"))
        if lines is not None:
            rows = rows[lines[rows["line"]]]
        rows = rows[rows["tick"] < (until if until is not None else 2**62)]
        return rows[rows["tick"] >= (since if since is not None else -(2**62))]


def fabricated(run: dialsim.Run, *calls: tuple[int, int, int, int]) -> Fabricated:
    """Return a log of answered calls: (dial tick, ms from answer to end, person, line)."""
    found = Fabricated(run.scenario, run.summary, run.batches, run.columns)
    found.rows = np.zeros(len(calls), CALL)
    for row, (tick, talk_ms, person, line) in zip(found.rows, calls, strict=True):
        row["tick"], row["talk_ms"], row["person"], row["line"] = tick, talk_ms, person, line
        row["end_tick"] = tick + talk_ms
        row["cause"], row["delivered"] = Cause.LIVE, True
        row["true_operator"] = person % 3
    return found


def act_of(tick: int, measured: int, line: int, **more: Any) -> Act:
    return Act(
        0, tick, "warn", "none", "caller", line, None, measured, 1, None, None, False, **more
    )


def counted(monkeypatch: pytest.MonkeyPatch, log: RunLog, act: Act, **fields: Any) -> Any:
    rule = RuleText("NONE", Text("x", "x"), **fields)
    rules = network_rules()
    monkeypatch.setattr(
        module, "network_rules", lambda: type(rules)({"NONE": rule}, rules.names, rules.mends)
    )
    return recount(log, act)


def test_shares_means_and_days(run: dialsim.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    log = fabricated(
        run,
        (HOUR, 4_000, 1, 0),
        (HOUR + 9_000, 6_000, 2, 0),
        (HOUR + 99_000, 90_499, 3, 0),
        (HOUR + 99_000, 1_000, 4, 1),
        (HOUR + 500_000, 10_000, 5, 0),
    )
    at = HOUR + 189_499
    share = {"counts": "short", "of": "answered", "figure": "share", "scale": 10_000, "short": "6s"}
    found = counted(monkeypatch, log, act_of(at, 6666, 0), window="7d", **share)
    assert (found.agreement, found.of, found.breaking) == ("agrees", 3, (at, 3, 0))
    mean = {"counts": "answered", "figure": "mean", "scale": 1000}
    found = counted(monkeypatch, log, act_of(at, 33_333, 0), window="7d", **mean)
    assert found.agreement == "agrees"
    found = counted(monkeypatch, log, act_of(at, 33_334, 0), window="7d", **mean)
    assert found.agreement == "differs"
    day = counted(monkeypatch, log, act_of(at + 10, 6666, 0), window="day", delay="10ms", **share)
    assert (day.agreement, day.from_tick, day.to_tick) == ("agrees", 0, at)
    there = act_of(HOUR + 4_000, 10_000, 0, operator="CUCC", there=True)
    found = counted(monkeypatch, log, there, window="7d", **share)
    assert (found.agreement, found.of) == ("agrees", 1)


def test_calls_of_one_millisecond_leave_a_choice(
    run: dialsim.Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    sims = np.flatnonzero(log_of(run).lines.block == 1).tolist()
    log = fabricated(
        run, (5, 9_000, 1, sims[0]), *((HOUR, 9_000, 2 + i, sims[i]) for i in range(3))
    )
    act = act_of(HOUR, 3, 0)._replace(target="unregistered", number_class="mobile", line=-1)
    found = counted(monkeypatch, log, act, counts="calls", window="24h")
    assert (found.figure, found.lowest, found.highest) == (3, 2, 4)
    assert (found.agreement, found.together) == ("agrees", 3)
    found = counted(monkeypatch, log, act._replace(measured=5), counts="calls", window="24h")
    assert (found.figure, found.agreement) == (4, "differs")


def test_who_is_new(run: dialsim.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    sim = int(np.flatnonzero(log_of(run).lines.block == 1)[0])
    times = (0, 2 * HOUR, 26 * HOUR, 26 * HOUR + 1, 50 * HOUR + 1)
    log = fabricated(run, *((tick, 1_000, 7, sim) for tick in times), (2 * HOUR, 1, 8, 0))
    act = act_of(50 * HOUR + 1, 2, 0)._replace(
        target="unregistered", number_class="mobile", line=-1
    )
    new = {"window": "60h", "new_after": "24h"}
    assert counted(monkeypatch, log, act, counts="new_callees", **new).figure == 3
    found = counted(monkeypatch, log, act._replace(tick=49 * HOUR), counts="repeats", **new)
    assert found.figure == 2


def test_a_bucket_is_in_or_out(run: dialsim.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    log = fabricated(run, (59_999, 1, 1, 0), (60_000, 1, 2, 0), (60 * 60_000, 1, 3, 0))
    found = counted(monkeypatch, log, act_of(60 * 60_000, 2, 0), counts="calls", window="60m")
    assert (found.figure, found.agreement, found.from_tick) == (2, "agrees", 60_000)


def test_a_count_begins_anew_when_its_label_is_lifted(log: RunLog) -> None:
    act = next(a for a in log.acts if (a.rule, a.action, a.target) == ("marks", "label", "caller"))
    marks = [e.tick for e in log.happenings if (e.event, e.line) == ("mark", act.line)]
    lifted = act._replace(number=0, tick=marks[0], action="lift", measured=0, threshold=0)
    again = RunLog(log.scenario, log.summary, log.batches, log.columns)
    again.acts = [lifted, act._replace(number=1, measured=act.measured - 1)]
    found = recount(again, again.acts[1])
    assert found is not None
    assert (found.figure, found.agreement) == (act.measured - 1, "agrees")


def test_what_held_there_alone_is_no_state_of_the_number(log: RunLog) -> None:
    acts = [a._replace(there=True, operator="CMCC") for a in log.acts]
    there = RunLog(log.scenario, log.summary, log.batches, log.columns)
    there.acts = acts
    life = timeline(there, 0)
    assert [state["action"] for state in life["states"]] == ["none"]
    assert life["interventions"][0]["operator"] == "CMCC"


def test_standing_over_time(run: dialsim.Run) -> None:
    lines = log_of(run).lines
    first = np.arange(13)
    assert lines.is_registered(first, np.zeros(13, np.int64)).tolist() == [True] * 6 + [False] * 7
    two_days = 48 * HOUR
    assert lines.is_linked(first, np.full(13, two_days - 1)).tolist() == (
        [False] * 6 + [True] * 3 + [False] * 4
    )
    assert lines.is_linked(first, np.full(13, two_days)).tolist() == [False] * 6 + [True] * 7
    filed = CallerTable(
        lines.names, lines.block, lines.registered_from + HOUR, lines.registered_until,
        lines.linked_tick, np.where(lines.block == 2, first - 9, -1), lines.used_from,
    )  # fmt: skip
    assert not filed.is_registered(first, np.full(13, HOUR - 1)).any()
    assert filed.is_registered(first[:6], np.full(6, HOUR)).all()
    assert filed.ancestors(10) == [10, 1]
    assert (
        np.flatnonzero(filed.kin(1)).tolist() == np.flatnonzero(filed.kin(10)).tolist() == [1, 10]
    )


def test_the_data_file_knows_every_code() -> None:
    rules = network_rules()
    for code in (Rule.CALLS_PER_HOUR, Rule.CALLS_PER_DAY, Rule.COMPLAINTS_NUMBER, Rule.MARKS):
        assert code.name in rules.rules
    unknown = rules.rule("something_new")
    assert (unknown.name["zh"], unknown.counts) == ("something new", "nothing")
    assert rules.word("cause", "something_new", "en") == "something new"
    assert {code.name for code in Seen} <= set(rules.names["seen"])
    assert {code.name for code in EventCode if code <= EventCode.COMPLAINT_HOTLINE} <= set(
        rules.names["event"]
    )
    assert {code.name for code in Action if code <= Action.LIFT} <= set(rules.names["action"])
    assert {code.name for code in Cause if code <= Cause.CANCELLED} <= set(rules.names["cause"])
    assert {code.name for code in NumberClass if code <= NumberClass.AXB} <= set(
        rules.names["class"]
    )
    assert Operator.CMCC.name == "CMCC"


def test_what_mends_names_no_figure_and_no_other_number() -> None:
    for text in network_rules().mends.values():
        said = (text.en + text.zh).replace("12321", "").lower()
        assert not any(letter.isdigit() for letter in said)
        for forbidden in ("other number", "more number", "rotat", "new number", "换号", "轮换"):
            assert forbidden not in said


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('counts = "triaged"', 'counts = "guessed"'),
        ('loses = ["THROTTLED"]', 'loses = ["ICE"]'),
        ("[rule.MARKS]", "[rule.MARK]"),
        ('en = "warned"', ""),
        ('mend.registered = ["operator"]', ""),
        ('window = "60m"', ""),
        ('counts = "review"', 'count = "review"'),
        ('action = "CLOSE"', 'action = "SHUT"'),
    ],
)
def test_a_fault_of_the_data_file_is_ours(old: str, new: str) -> None:
    from importlib.resources import files

    path = files("dialsim").joinpath("profiles").joinpath("rules_of_network.toml")
    text = path.read_text("utf-8")
    assert old in text
    with pytest.raises(InternalError, match=r"rules_of_network\.toml"):
        read_network_rules(text.replace(old, new, 1))
