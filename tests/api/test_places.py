"""Paths that a result cannot be written to, before anything is played."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import dialsim
from dialsim.__main__ import main
from dialsim.api.paths import place_of
from dialsim.scheduler.warm import TINY

SCENARIO = "scenarios/first_campaign.toml"
MISTAKES = [("", "the path is empty"), (5, "this is no path"), (b"runs", "this is no path")]


ASKED: dict[str, Callable[[Path, Any], Any]] = {
    "run": lambda scenario, path: dialsim.run(scenario, out=path),
    "screen": lambda scenario, path: dialsim.screen(None, scenario, out=path),
    "sweep": lambda scenario, path: dialsim.sweep(scenario, {"days": [1, 2]}, out=path),
}


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize(("path", "message"), MISTAKES)
def test_what_is_no_path(
    asked: str, path: Any, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty text is the folder one is in to pathlib: results would go there."""
    scenario = Path(SCENARIO).resolve()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(dialsim.ScenarioError, match=f"--out: {message}"):
        ASKED[asked](scenario, path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", [False, True])
def test_a_sweep_is_not_made_of_the_folder_one_is_in(
    command: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    """Its parts are kept beside it, under its name, and it appears whole."""
    scenario = Path(SCENARIO).resolve()
    monkeypatch.chdir(tmp_path)
    message = "--out: the folder of a sweep needs a name"
    if command:
        given = ["sweep", str(scenario), "--vary", "agents.0.count=2,3", "-n", "1", "--out", "."]
        assert main(given) == 2
        told = capsys.readouterr().err
        assert message in told
        assert '"." is the folder you are in' in told
    else:
        for out in (".", "/"):
            with pytest.raises(dialsim.ScenarioError, match=message):
                dialsim.sweep(scenario, {"days": [1, 2]}, 1, out=out, executor="serial")
    assert not list(tmp_path.iterdir())


def test_a_sweep_in_the_folder_one_is_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "made"
    made = dialsim.sweep(TINY, {"agents.0.count": [1, 2]}, 1, out=place, executor="serial")
    monkeypatch.chdir(place)
    assert dialsim.load_sweep(".").outcome_digest == made.outcome_digest
    monkeypatch.chdir(tmp_path)
    with pytest.raises(dialsim.ScenarioError, match="no sweep that is done stands here"):
        dialsim.load_sweep(".")
    place.rename(tmp_path / "half-partial")
    (tmp_path / "half").mkdir()
    monkeypatch.chdir(tmp_path / "half")
    with pytest.raises(dialsim.ScenarioError, match="the same command goes on with it"):
        dialsim.load_sweep(".")


def test_a_dot_is_the_folder_one_is_in() -> None:
    assert place_of("--out", ".") == Path()
