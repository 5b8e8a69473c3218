"""Paths that a result cannot be written to, before anything is played."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import dialsim
from dialsim.api.places import place_of

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


def test_a_dot_is_the_folder_one_is_in() -> None:
    assert place_of("--out", ".") == Path()
