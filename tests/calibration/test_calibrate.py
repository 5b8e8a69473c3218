"""What a calibration gives: rows, a profile that a scenario can use, a page, and no thresholds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from click.testing import CliRunner

from dialsim.calibration import Calibration, calibrate
from dialsim.calibration.blocks import ceilings, interceptions
from dialsim.calibration.log import CallLog
from dialsim.cli.calibrate import command
from dialsim.errors import ScenarioError
from dialsim.pages.calibration_page import calibration_page
from dialsim.pages.model.terminal import page_lines
from dialsim.people.call_logs.outcome import Outcome
from dialsim.scenario.checks.names import resolved_profiles
from dialsim.scenario.load import load_scenario
from tests.calibration.logs import answers_log
from tests.people.scenarios import small_scenario

WORDS = [o.name.lower() for o in Outcome]


def as_table(log: CallLog) -> pa.Table:
    """Return a drawn log as somebody's export."""
    assert log.outcome is not None
    rng = np.random.default_rng(1)
    answered = log.answered
    talk = np.where(answered, np.round(rng.lognormal(4, 0.9, log.rows)) + 1, 0)
    ring = np.where(answered, rng.lognormal(np.log(9_000), 0.5, log.rows), 25_000)
    reason = np.where(log.outcome == Outcome.BLOCKED, "refused_category", None)
    return pa.table(
        {
            "time": pa.array(log.time_ms).cast(pa.timestamp("ms")),
            "person": log.person,
            "attempt": log.attempt,
            "caller": [f"line {i % 7}" for i in range(log.rows)],
            "outcome": [WORDS[o] for o in log.outcome],
            "reason": pa.array(reason.tolist(), pa.string()),
            "ring_ms": np.minimum(ring, 24_999),
            "talk_s": talk,
        }
    )


TOLD = {"columns": {}, "certain": True, "registered": True, "ring_timeout": "25s",
        "ring_from": "ringing"}  # fmt: skip


@pytest.fixture(scope="module")
def found() -> Calibration:
    return calibrate(as_table(answers_log(11, 900)), columns=TOLD, name="our log")


@pytest.mark.full
def test_each_value_is_a_row_and_says_what_it_rests_on(found: Calibration) -> None:
    row = found["answer.gross.opted_in"]
    assert row.default == 0.42
    assert row.fitted is not None
    assert row.low is not None
    assert row.high is not None
    assert row.low < row.fitted < row.high
    assert row.n == 900
    assert row.measure == "total variation"
    assert found["people.busy"].identified
    assert found["talk.opted_in[0].median"].measure == "Kolmogorov"
    assert "answer.nothing" not in found


def test_the_profile_says_where_its_values_come_from(found: Calibration, tmp_path: Path) -> None:
    path = found.save(tmp_path / "ours.toml")
    assert list(tmp_path.iterdir()) == [path]
    raw = small_scenario({"name": "customers", "synthetic": {"count": 20}})
    raw["network"] = {"profile": str(path), "overrides": {"people.busy": 0.05}}
    scenario = load_scenario(raw)
    network = resolved_profiles(scenario)[1]
    assert network is not None
    icc = network.entry("answer.icc")
    assert icc.value == found.values["answer.icc"]
    assert icc.source.startswith("calibrated from our log, n = ")
    assert icc.confidence == "inferred"
    assert network["people.busy"] == 0.05  # what the scenario says itself goes before
    assert network["labels.marks"] == 12
    assert load_scenario(scenario.to_dict()) == scenario
    assert found.profile()["answer.icc"] == icc.value


def test_a_profile_file_at_fault_is_told_with_the_rest(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text(
        'extends = "typical"\n[answer]\nicc = 0.3\n'
        'icx = { value = 1, source = "x", confidence = "inferred" }\n'
        '[people]\nbusy = { value = 0.1, source = "x", confidence = "rule" }\n'
        'unreachable = { value = 3.0, source = "x", confidence = "inferred" }\n'
    )
    raw = small_scenario({"name": "customers", "synthetic": {"count": 20}})
    raw["days"] = 0
    (tmp_path / "double.toml").write_text("[people]\n[people]\n")
    for name, words in (
        ("double.toml", ["declare [people] twice", "days"]),
        ("ours.toml", ["no source", "none of vendor", "answer.icx", "share from 0 to 1", "days"]),
        ("our.toml", ['did you mean "ours.toml"', "days"]),
    ):
        raw["network"] = {"profile": str(tmp_path / name)}
        with pytest.raises(ScenarioError) as caught:
            load_scenario(raw)
        for word in words:
            assert word in str(caught.value)


def test_what_the_log_cannot_tell_keeps_its_default(found: Calibration) -> None:
    assert ("label", "no_column") in found.not_fitted
    assert "labels.answer_factor" not in found.values
    index = found.values["answer.hour_index"]
    default = found.profile().entry("answer.hour_index").value
    assert index == default
    assert index[12] == 0.80  # nobody was called at noon
    assert index[9] == pytest.approx(found["answer.hour_index[9]"].fitted, rel=1e-3)


def test_no_detection_threshold_is_ever_estimated(found: Calibration) -> None:
    assert ("detection", "never") in found.not_fitted
    thresholds = [row for row in found.rows if row.key.startswith(("frequency.", "behaviour."))]
    assert {row.kind for row in thresholds} <= {"bound"}
    assert not any(
        key.startswith(("frequency.", "behaviour.", "contract.")) for key in found.values
    )
    told = {**TOLD, "registered": False}
    bare = calibrate(as_table(answers_log(12, 300, at_most=1, hours=(9,))), columns=told)
    assert not any(row.kind == "bound" for row in bare.rows)
    assert bare.interceptions == {}
    assert ("interceptions", "unregistered") in bare.not_fitted


def blocked_log() -> CallLog:
    hours = np.array([9, 9, 9, 10, 10, 10, 10, 33])  # of two days
    return CallLog(
        "blocked",
        8,
        outcome=np.array([0, 7, 7, 3, 7, 0, 0, 0], np.uint8),
        person=np.array([1, 1, 2, 1, 2, 1, 3, 1]),
        caller=np.array([1, 1, 1, 1, 2, 2, 2, 1]),
        time_ms=hours * 3_600_000 + np.arange(8) * 60_000,
        registered=np.array([1, 1, 1, 1, 0, 1, 1, 1], np.int8),
        reason=np.array([-1, 0, 1, -1, 0, -1, -1, -1], np.int16),
        reasons=["refused_category", "contract_callee"],
    )


def test_blocks_of_registered_lines_by_reason_and_hour() -> None:
    blocks = interceptions(blocked_log())
    assert blocks["attempts"] == 7
    assert blocks["all"]["blocked"] == 2
    assert {row["reason"]: row["blocked"] for row in blocks["by_reason"]} == {
        "refused_category": 1,
        "contract_callee": 1,
    }
    by_hour = {row["hour"]: (row["blocked"], row["attempts"]) for row in blocks["by_hour"]}
    assert by_hour == {9: (2, 4), 10: (0, 3)}


def test_ceilings_never_reached_are_bounds() -> None:
    found = {key: (most, reached) for key, most, _, reached in ceilings(blocked_log())}
    assert found == {
        "contract.callee_per_day": (4, True),
        "contract.callee_per_month": (5, True),
        "frequency.registered.throttle_per_hour": (3, False),
    }


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("width", [60, 80, 100])
def test_the_page_fits(found: Calibration, lang: Any, width: int) -> None:
    from rich.cells import cell_len

    page = page_lines(calibration_page(found.to_dict(), lang, "ours.toml"), width)
    assert max(cell_len(line.plain) for line in page) <= width
    text = "".join("".join(line.plain.split()) for line in page)
    assert ("neverestimated" if lang == "en" else "从不估计") in text
    if width >= 80:
        assert not any("…" in line.plain for line in page)


def test_the_command_writes_a_profile_and_json(tmp_path: Path) -> None:
    from pyarrow import csv

    log, out = tmp_path / "log.csv", tmp_path / "ours.toml"
    csv.write_csv(as_table(answers_log(13, 400, at_most=1, hours=(9,))), log)
    runner = CliRunner()
    options = ["--ring-timeout", "25s", "--registered", "--relation", "opted_in", "-o", str(out)]
    done = runner.invoke(command, [str(log), *options, "--json"], standalone_mode=False)
    assert done.exception is None
    found = json.loads(done.stdout)
    assert found["overrides"]["answer.gross.opted_in"] == pytest.approx(0.42, abs=0.1)
    assert "calibrated from log.csv" in out.read_text("utf-8")
    wrong = runner.invoke(command, [str(log), "-o", str(tmp_path / "x.csv")], standalone_mode=False)
    assert isinstance(wrong.exception, ScenarioError)
