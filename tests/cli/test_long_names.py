"""A path that can be nobody's, and names that are too long for one."""

from __future__ import annotations

from pathlib import Path

import pytest

import dialsim
from dialsim.__main__ import main
from dialsim.errors import ScenarioError
from dialsim.scenario.identity import run_folder_name
from dialsim.storage.paths import fitting
from tests.scheduler.worlds import as_toml, tiny

pytestmark = pytest.mark.once


@pytest.mark.parametrize("name", ["n" * 300, "数" * 120, "a/" * 2500 + "x", "nul\0l"])
def test_every_command_refuses_it(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = str(as_toml(tiny(), tmp_path / "tiny.toml"))
    for arguments in (
        ["compare", name, mine],
        ["compare", mine, name],
        ["compare", name, "--set", "seed=2"],
        ["run", name],
        ["run", mine, "--out", name],
        ["check", name],
        ["report", name],
        ["explain", name],
        ["explain", name, "--person", "1"],
        ["dossier", name, "--for", "boss"],
        ["replan", name],
        ["calibrate", name],
        ["sweep", mine, "--vary", "days=1,2", "--out", name],
        ["init", name],
    ):
        assert main(arguments) == 2, arguments
        assert "Traceback" not in capsys.readouterr().err
    for ask in (dialsim.load_run, dialsim.load_sweep):
        with pytest.raises(ScenarioError, match=r"too long|NUL"):
            ask(name)
    for pair in ((name, mine), (mine, name)):
        with pytest.raises(ScenarioError):
            dialsim.compare(*pair)


@pytest.mark.parametrize(
    "name", ["n" * 80, "数" * 80, "\U00020000" * 80, "a/b" * 20, "../../up", "e\u0301" * 40]
)
def test_the_longest_names_of_scenarios_are_folders(name: str, tmp_path: Path) -> None:
    scenario = dialsim.load_scenario(tiny(name=name, seed=2**63 - 1))
    folder = run_folder_name(scenario, "0" * 64)
    assert "/" not in folder
    (tmp_path / f".{folder}.1234567-99.tmp").mkdir()
    (tmp_path / f"{folder}-partial-99").mkdir()


def test_names_of_before_stay() -> None:
    for name, start in (("n" * 80, "n" * 60), ("数" * 80, "数" * 60), ("a b/c", "a-b-c")):
        scenario = dialsim.load_scenario(tiny(name=name))
        assert run_folder_name(scenario, "ab" * 32) == f"{start}-abababab-{scenario.seed}"
    assert fitting("数" * 71, 215) == "数" * 71
    assert len(fitting("数" * 80, 215).encode()) <= 215
    assert fitting("数" * 80, 215) != fitting("数" * 81, 215)


def test_a_name_of_81_letters_is_refused() -> None:
    with pytest.raises(ScenarioError, match=r"(?s)name: too long.*at most 80 characters"):
        dialsim.load_scenario(tiny(name="n" * 81))
