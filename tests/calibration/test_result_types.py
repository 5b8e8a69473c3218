"""What a calibration finds is of its type, whatever the log has and lacks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pydantic import TypeAdapter

from dialsim.calibration import calibrate
from dialsim.results.calibration_result import CalibrationResult
from tests.calibration.logs import Shares, answers_log, signalled_log
from tests.calibration.test_calibrate import TOLD, as_table
from tests.calibration.test_hostile import GOOD, ROW
from tests.calibration.test_talk import export, talks
from tests.calibration.worlds import played
from tests.results.strict_types import assert_closed, of_type

CALIBRATED: TypeAdapter[Any] = TypeAdapter(CalibrationResult)


def test_a_log_with_true_causes() -> None:
    log = as_table(answers_log(11, 300))
    whole = calibrate(log, columns=TOLD, name="our log").to_dict()
    found = of_type(CALIBRATED, whole)
    assert {row["kind"] for row in found["rows"]} >= {"value", "finding", "bound"}
    assert found["answers_by_hour"]
    for path in ((), ("rows", 0), ("interceptions",), ("interceptions", "all")):
        assert_closed(CALIBRATED, whole, path)


@pytest.mark.slow_without_jit
def test_a_run_as_it_was_and_as_a_dialer_saw_it() -> None:
    run = played(4, 100)
    found = of_type(CALIBRATED, calibrate(run).to_dict())
    assert found["interceptions"]["by_hour"]
    assert {row["kind"] for row in found["rows"]} >= {"sum"}
    assert found["split"]
    seen = of_type(CALIBRATED, calibrate(run, seen=True).to_dict())
    assert "signalled" in dict(seen["remarks"])
    assert seen["reasons"]["refusers"]["zh"]


def test_what_is_taken_for_granted_is_of_the_kind_of_its_code(tmp_path: Path) -> None:
    short = tmp_path / "log.csv"
    short.write_text(GOOD + ROW * 20 + "13800010001,x\n")
    talk_s = np.ceil(talks(np.random.default_rng(4), 150) / 1000)
    refusers = {"columns": {}, "refusers": 0.1, "ring_timeout": "25s"}
    signalled = as_table(signalled_log(8, Shares(gross=0.3), 400, hours=(9,)))
    remarks: dict[str, Any] = {}
    for log, columns in ((short, None), (export(talk_s), None), (signalled, refusers)):
        found = of_type(CALIBRATED, calibrate(log, columns=columns).to_dict())
        assert found["interceptions"] == {}
        remarks |= dict(found["remarks"])
    assert remarks["left_out"]["unusable"] == {"MALFORMED_ROW": 1}
    assert set(remarks) >= {"relation", "left_out", "rounded", "signalled", "refusers"}


def test_contacts_of_clients() -> None:
    rng = np.random.default_rng(2)
    log = pa.table({"talk_s": rng.lognormal(4, 1, 400), "contacts": rng.geometric(0.4, 400)})
    found = of_type(CALIBRATED, calibrate(log).to_dict())
    assert found["contacts"]
    assert {row["measure"] for row in found["rows"]} == {"Kolmogorov"}
