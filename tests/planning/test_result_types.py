"""The types of sweeps and sensitivity analyses describe them: every key and no other."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

import dialsim
from dialsim.planning import Sensitivity, sensitivity
from dialsim.planning.sensitivity_analysis.uncertainty_ranges import knowledge
from dialsim.planning.sweeps.sweep_folder import SweepFolder, sweep_json
from dialsim.planning.sweeps.sweep_result import Sweep
from dialsim.results.planning_types.sensitivity import SensitivityResult
from dialsim.results.planning_types.sweep import SweepFile, SweepHeadFile, SweepResult
from dialsim.scheduler.stop import Stop
from tests.planning.test_sensitivity import FEW
from tests.planning.test_sensitivity import scenario as studied
from tests.planning.test_sweep import COUNT, scenario, sweep
from tests.results.begun_runs import mid_campaign
from tests.results.strict_types import is_of

pytestmark = [pytest.mark.once, pytest.mark.slow_without_jit]

SWEEP: TypeAdapter[Any] = TypeAdapter(SweepResult)
FILE: TypeAdapter[Any] = TypeAdapter(SweepFile)
HEAD: TypeAdapter[Any] = TypeAdapter(SweepHeadFile)
STUDY: TypeAdapter[Any] = TypeAdapter(SensitivityResult)


def stopped() -> Stop:
    stop = Stop()
    stop.request()
    return stop


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    place = tmp_path_factory.mktemp("sweeps") / "some"
    vary = {COUNT: [1, 3], "campaigns.upsell.attempts.at_most": [1, 2]}
    return sweep(vary=vary, n=2, out=place)


@pytest.fixture(scope="module")
def study() -> Sensitivity:
    return sensitivity(studied(), **FEW)


def test_a_sweep_has_the_keys_of_its_type(swept: Sweep) -> None:
    found = swept.to_dict()
    assert is_of(SWEEP, found)
    assert found["interactions"]["cost"][0]["first"] == COUNT
    assert found["folder"] is not None


def test_a_sweep_of_one_replication_and_one_that_was_not_begun() -> None:
    one = sweep(scenario=scenario(goals=[]), vary={COUNT: [2]}, n=1).to_dict()
    assert is_of(SWEEP, one)
    assert one["at"][0]["metrics"]["conversations"]["low"] is None
    none = sweep(vary={COUNT: [1, 3]}, n=1, stop=stopped()).to_dict()
    assert is_of(SWEEP, none)
    assert (none["done"], none["goals"]) == (0, [])


def test_a_sweep_of_targets_and_one_that_goes_on_from_a_log() -> None:
    targets = sweep(vary={"goals[0].at_least": [4, 8]}, n=1).to_dict()
    assert is_of(SWEEP, targets)
    assert targets["goals"][0]["target"] is None
    vary = {"campaigns.upsell.attempts.at_most": [2]}
    begun = dialsim.sweep(mid_campaign(), vary, 1, executor="serial").to_dict()
    assert is_of(SWEEP, begun)
    assert any("before" in goal for goal in begun["goals"])


def test_the_folder_of_a_sweep_has_the_keys_of_its_type(swept: Sweep, tmp_path: Path) -> None:
    assert swept.folder is not None
    whole = json.loads((swept.folder / "sweep.json").read_text("utf-8"))
    assert FILE.validate_python(whole, strict=True) == whole
    assert list(whole)[:2] + list(whole)[-1:] == ["schema_version", "identity", "complete"]
    folder = SweepFolder(tmp_path / "other", whole["identity"])
    list(folder.open())
    folder.close()
    begun = sweep_json(folder.work)
    assert HEAD.validate_python(begun, strict=True) == begun


def test_a_sensitivity_analysis_has_the_keys_of_its_type(study: Sensitivity) -> None:
    found = study.to_dict()
    assert is_of(STUDY, found)
    effects = [effect for goal in found["goals"] for effect in goal["effects"]]
    assert any(effect["total_interval"] is not None for effect in effects)
    assert any(goal["noise"] is not None for goal in found["goals"])


def test_a_ranking_that_is_not_settled_and_a_study_that_was_not_begun(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(knowledge().method, "settled", 1.01)
    asked = {**FEW, "base_samples": 0, "only": ["talk", "people.busy"]}
    open_still = sensitivity(studied(), **asked).to_dict()
    assert is_of(STUDY, open_still)
    assert any(goal["candidates"] for goal in open_still["goals"])
    assert any(each["shape"] is not None for each in open_still["assumptions"].values())
    assert is_of(STUDY, sensitivity(studied(), stop=stopped(), **FEW).to_dict())


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("sweep", ()),
        ("sweep", ("goals", 0)),
        ("sweep", ("responses", "cost", 0)),
        ("sweep", ("at", 0, "metrics", "cost")),
        ("sweep", ("interactions", "cost", 0)),
        ("study", ()),
        ("study", ("goals", 0)),
        ("study", ("goals", 0, "effects", 0)),
        ("study", ("goals", 0, "noise")),
        ("study", ("assumptions", "people.busy")),
    ],
)
def test_an_unknown_or_a_missing_key_is_no_result(
    swept: Sweep, study: Sensitivity, kind: str, path: tuple[str | int, ...]
) -> None:
    adapter = SWEEP if kind == "sweep" else STUDY
    for change in ("unknown", "missing"):
        found: Any = deepcopy(swept.to_dict() if kind == "sweep" else study.to_dict())
        table: Any = found
        for step in path:
            table = table[step]
        if change == "unknown":
            table["misspelt"] = 1
        else:
            del table[next(iter(table))]
        with pytest.raises(ValidationError):
            adapter.validate_python(found, strict=True)
