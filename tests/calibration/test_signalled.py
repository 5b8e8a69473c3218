"""Logs as a dialer sees them: intervals hold whatever share refuses, or say what is not known."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import tomli
from click.testing import CliRunner

from dialsim.calibration import Calibration, calibrate
from dialsim.calibration.allowed import allowed
from dialsim.calibration.answer_model import Assumed, answer_model
from dialsim.calibration.answers import Answers
from dialsim.calibration.likelihood import Fit, Profiled
from dialsim.calibration.log import RELATIONS, CallLog
from dialsim.calibration.patterns import patterns_of, trials_of
from dialsim.calibration.reading import read_log
from dialsim.calibration.signalled import fit_signalled
from dialsim.cli.calibrate import command
from dialsim.errors import ScenarioError
from dialsim.pages.calibration_page import calibration_page
from dialsim.pages.model.terminal import page_lines
from dialsim.people.call_logs.outcome import WORDS, Outcome
from dialsim.people.reading.cells import SEEN_WORDS
from tests.calibration.logs import INDEX, NETWORK, Shares, signalled_log, table

LOGS = 100
BEGIN_MS = 1_776_042_000_000
NAMES = [o.name.lower() for o in Outcome]


def shares(number: int) -> Shares:
    """Return shares that differ from log to log, and differ from the profile's."""
    rng = np.random.default_rng(number)
    refusers = (0.0, 0.03, 0.1, 0.2)[number % 4]
    return Shares(
        float(rng.uniform(0.15, 0.45)),
        float(rng.uniform(0.1, 0.4)),
        refusers,
        float(rng.uniform(0.02, 0.2)),
        float(rng.uniform(0.04, 0.12)),
        float(rng.uniform(0.02, 0.08)),
    )


def fitted(log: CallLog) -> Answers:
    found = fit_signalled(log, NETWORK, [(np.ones(log.rows), 1.0)])
    assert isinstance(found, Answers)
    return found


def holds(interval: Profiled, value: float) -> bool:
    return interval.low <= value <= interval.high


def test_people_are_told_apart_by_how_their_calls_ended() -> None:
    """Whose last call was signalled as of no use is not alike to who was only not called again."""
    log = signalled_log(1, Shares(), 300)
    assert log.outcome is not None
    every = trials_of(log, NETWORK, np.ones(log.rows))
    assert every is not None
    (group,) = patterns_of(log, every)
    final = np.isin(log.outcome, (Outcome.INVALID, Outcome.BLOCKED)).sum()
    assert float(group.count @ group.telling) == final > 10


def test_the_best_of_several_peaks_is_found() -> None:
    """Where numbers out of service are few, a climb that takes them for many ends lower."""
    drawn = shares(0)
    log = signalled_log(0, drawn, 2000)
    every = trials_of(log, NETWORK, np.ones(log.rows))
    assert every is not None
    groups = patterns_of(log, every)
    reach = (1 - drawn.off) * (1 - drawn.busy)
    central = replace(Assumed.of(NETWORK), reach=reach, refusers=drawn.refusers)
    whole = answer_model(log, every, groups, NETWORK, 1.0, central)
    fit = whole.fitted()
    assert not isinstance(fit, str)
    first = Fit(whole.model, whole.starts[0], whole.low, whole.high)
    assert fit.most > first.most + 100
    assert holds(fit.interval(whole.model.names.index("icc")), drawn.icc)


@pytest.mark.full
def test_rates_hold_whatever_share_refuses() -> None:
    held = 0
    for number in range(8):
        drawn = shares(number)
        found = fitted(signalled_log(number, drawn, 700, at_most=1, hours=(9,)))
        rate = found.parameters["gross.opted_in"]
        assert rate.identified
        assert rate.high - rate.low < 0.12
        held += holds(rate, drawn.gross)
    assert held >= 7


@pytest.mark.full
def test_first_attempts_alone_tell_the_rates() -> None:
    """Later attempts tell of people who are left: they change neither rates nor hours."""
    drawn = Shares(refusers=0.2)
    one = fitted(signalled_log(3, drawn, 400, at_most=1)).parameters
    log = signalled_log(3, drawn, 400)
    both = fitted(log).parameters
    assert log.rows > 600
    assert set(both) == {*one, "icc"}
    for name, interval in one.items():
        assert both[name].value == pytest.approx(interval.value, rel=1e-6), name


@pytest.mark.full
@pytest.mark.parametrize("refusers", [0.0, 0.2])
def test_how_people_differ_is_identified_by_a_scrub_alone(refusers: float) -> None:
    log = signalled_log(5, Shares(gross=0.3, refusers=refusers), 4000, hours=(9,))
    unknown = fitted(log).parameters["icc"]
    assert not unknown.identified
    assert holds(unknown, 0.25)
    log.refusers = refusers
    known = fitted(log).parameters["icc"]
    assert known.identified
    assert holds(known, 0.25)
    assert unknown.low <= known.low + 0.02
    assert known.high - 0.02 <= unknown.high
    assert known.high - known.low < 0.9 * (unknown.high - unknown.low)


@pytest.mark.full
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("scrubbed", [False, True])
def test_intervals_hold_over_all_shares(scrubbed: bool) -> None:
    """Of 100 logs, 93 intervals of each value hold, for refusers from none to 20 %."""
    held = dict.fromkeys(("gross.opted_in", "hour.9", "hour.15", "icc"), 0)
    for number in range(LOGS):
        drawn = shares(number)
        log = signalled_log(number, drawn, 2000)
        log.refusers = drawn.refusers if scrubbed else None
        found = fitted(log).parameters
        truth = {"gross.opted_in": drawn.gross, "icc": drawn.icc, "hour.9": INDEX[9],
                 "hour.15": INDEX[15]}  # fmt: skip
        for name, value in truth.items():
            held[name] += holds(found[name], value)
        assert scrubbed or not found["icc"].identified
    assert {name: count for name, count in held.items() if count < 93} == {}


def export(log: CallLog) -> pa.Table:
    """Return a log as a dialer exports it."""
    assert log.outcome is not None
    rng = np.random.default_rng(1)
    ring = rng.lognormal(np.log(9_000), 0.5, log.rows) + rng.lognormal(np.log(3_000), 0.4, log.rows)
    return pa.table(
        {
            "time": pa.array(log.time_ms).cast(pa.timestamp("ms")),
            "person": log.person,
            "attempt": log.attempt,
            "outcome": [NAMES[o] for o in log.outcome],
            "ring_ms": np.minimum(np.where(log.answered, ring, 25_000), 24_999),
        }
    )


@pytest.fixture(scope="module")
def seen() -> Calibration:
    log = signalled_log(8, Shares(), 500, hours=(9,))
    return calibrate(export(log), columns={"columns": {}, "ring_timeout": "25s"})


@pytest.mark.full
def test_what_is_not_identified_is_not_written(seen: Calibration) -> None:
    for key in ("answer.icc", "ring.answer_median", "ring.answer_sigma"):
        row = seen[key]
        assert not row.identified
        assert row.low is not None
        assert row.high is not None
        assert row.fitted is not None
        assert row.low <= row.fitted <= row.high
        assert key not in seen.values
        assert key not in seen.overrides
        assert key not in seen.sourced()
    assert "icc" not in seen.to_toml()
    assert "answer_median" not in seen.to_toml()
    assert seen["answer.icc"].reason == "refusers"
    assert seen["ring.answer_median"].reason == "delay"
    assert seen["answer.gross.opted_in"].identified
    assert seen.values["answer.gross.opted_in"] == pytest.approx(0.42, abs=0.06)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("not identified without a scrub", "operator_scrub", "--refusers", "true causes")),
        ("zh", ("未经谢绝来电过滤，无法识别", "operator_scrub", "--refusers", "真实原因")),
    ],
)
def test_page_and_json_say_what_would_identify_it(
    seen: Calibration, lang: Any, words: tuple[str, ...]
) -> None:
    found = json.loads(json.dumps(seen.to_dict(), ensure_ascii=False))
    reason = found["reasons"]["refusers"][lang]
    page = "".join(
        "".join(line.plain.split()) for line in page_lines(calibration_page(found, lang), 80)
    )
    for word in words:
        assert word in reason
        assert "".join(word.split()) in page
    assert "".join(reason.split()) in page
    assert {each["reason"] for each in found["rows"]} == {"", "refusers", "delay"}
    assert "answer.icc" in page


@pytest.mark.full
def test_the_command_takes_the_share_of_a_scrub(tmp_path: Path) -> None:
    from pyarrow import csv

    log, out = tmp_path / "log.csv", tmp_path / "ours.toml"
    csv.write_csv(export(signalled_log(8, Shares(gross=0.3), 4000, hours=(9,))), log)
    options = ["--ring-timeout", "25s", "--refusers", "0.1", "-o", str(out), "--json"]
    done = CliRunner().invoke(command, [str(log), *options], standalone_mode=False)
    assert done.exception is None
    found = json.loads(done.stdout)
    (icc,) = (each for each in found["rows"] if each["key"] == "answer.icc")
    assert icc["identified"]
    assert icc["reason"] == ""
    assert icc["low"] <= 0.25 <= icc["high"]
    assert ["refusers", 0.1] in found["remarks"]
    assert "icc" in out.read_text("utf-8")


def test_what_is_allowed_for_has_a_source_and_holds_what_the_profile_assumes() -> None:
    text = files("dialsim").joinpath("profiles/calibration.toml").read_text("utf-8")
    for name, entry in tomli.loads(text)["allowed"].items():
        assert {"value", "unit", "source", "confidence", "note"} <= set(entry), name
        low, high = getattr(allowed(), name)
        assert [low, high] == entry["value"]
    for relation in RELATIONS:
        share = NETWORK[f"refuse_call.category_share.{relation}"]
        assert allowed().refusers[0] <= share <= allowed().refusers[1]
    assert allowed().icc[0] <= NETWORK["answer.icc"] <= allowed().icc[1]


@pytest.mark.parametrize("value", ["some", True, -0.1, 1.0, 8])
def test_a_share_that_is_none_is_refused(value: Any) -> None:
    with pytest.raises(ScenarioError) as caught:
        read_log(table(), {"columns": {}, "refusers": value}, seen=False, name=None)
    (problem,) = caught.value.problems
    assert problem.path == "refusers"
    assert problem.allowed


def test_a_sum_alone_identifies_neither_empty_nor_suspended_numbers() -> None:
    outcomes = ["answered"] * 60 + ["no answer"] * 120 + ["invalid"] * 20
    log = pa.table(
        {
            "time": pa.array([BEGIN_MS + i * 1000 for i in range(200)], pa.timestamp("ms")),
            "person": list(range(200)),
            "outcome": outcomes,
        }
    )
    found = calibrate(log, columns={"columns": {}, "certain": True}, name="ours")
    whole = found["people.opted_in.invalid"]
    assert whole.identified
    assert whole.kind == "sum"
    assert whole.fitted == pytest.approx(0.1)
    for key in ("people.opted_in.empty", "people.opted_in.suspended"):
        row = found[key]
        assert not row.identified
        assert row.reason == "split"
        assert (row.low, row.high) == (0.0, whole.high)
        assert key not in found.overrides
        entry = found.profile().entry(key)
        assert entry.confidence == "assumption"
        assert "split as in typical" in entry.source
    network = found.profile()
    both = network["people.opted_in.empty"] + network["people.opted_in.suspended"]
    assert both == pytest.approx(0.1, abs=1e-4)


def test_every_word_and_length_of_a_call_history_is_understood() -> None:
    words = list(SEEN_WORDS)
    assert set(words) <= set(WORDS)
    lengths = ["1:36", "96秒", "96s", "0:01:36", "96", "１:３６"]
    rows = max(len(words), len(lengths))
    columns = {
        "outcome": (words * 2)[:rows],
        "talk_s": (lengths * rows)[:rows],
    }
    log = read_log(pa.table(columns), None, seen=False, name=None)
    assert log.outcome is not None
    assert log.talk_ms is not None
    assert set(log.talk_ms.tolist()) == {96_000.0}
    by_word = dict(zip(words, log.outcome.tolist(), strict=True))
    assert by_word["connected"] == by_word["接通"] == Outcome.LIVE
    assert by_word["空号"] == Outcome.INVALID
    assert by_word["拒绝营销"] == by_word["line_rejected"] == Outcome.BLOCKED
