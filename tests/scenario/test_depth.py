"""What is nested more deeply than Python can follow is bad input, wherever it comes from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import dialsim
from dialsim.__main__ import main
from dialsim.errors import ScenarioError
from dialsim.scenario.checks import nesting_depth as depth_module
from dialsim.scenario.checks.nesting_depth import DEEPEST, check_depth
from tests.scheduler.worlds import as_toml, tiny

pytestmark = pytest.mark.once
DEPTHS = (DEEPEST + 5, 400, 900, 30_000)


def nest(depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for _ in range(depth):
        found = {"a": found}
    return found


@pytest.mark.parametrize("depth", DEPTHS)
def test_set_takes_no_deep_value(
    depth: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(as_toml(tiny(), tmp_path / "tiny.toml"))
    for change in (
        ".".join(["a"] * depth) + "=1",
        f"network.overrides.{'a.' * depth}b=1",
        "x=" + "[" * depth + "]" * depth,
        "x=" + "{a=" * depth + "1" + "}" * depth,
    ):
        assert main(["check", path, "--set", change]) == 2
        assert "nested too deeply" in capsys.readouterr().err
    assert main(["sweep", path, "--vary", f"days={'[' * depth}{']' * depth}, 2"]) == 2
    assert "nested too deeply" in capsys.readouterr().err


@pytest.mark.parametrize("depth", DEPTHS[:3])
def test_no_file_is_too_deep(
    depth: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = as_toml(tiny(), tmp_path / "tiny.toml")
    text = path.read_text()
    for line in (
        ".".join(["a"] * depth) + " = 1\n",
        "a = " + "[" * depth + "]" * depth + "\n",
    ):
        path.write_text(line + text)
        assert main(["check", str(path)]) == 2
        assert "nested too deeply" in capsys.readouterr().err
    (tmp_path / "mine.toml").write_text(
        f'extends = "typical"\n[{".".join(["a"] * depth)}]\nb = 1\n'
    )
    path.write_text(text)
    assert main(["check", str(path), "--set", 'network.profile="mine.toml"']) == 2
    assert "nested too deeply" in capsys.readouterr().err


def test_dicts_of_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(depth_module, "MOST_VALUES", 50_000)
    itself: dict[str, Any] = {}
    itself["x"] = itself
    twice: list[Any] = []
    for _ in range(50):
        twice = [twice, twice]
    for given in (nest(100), nest(100_000), itself, tiny(name=nest(5_000))):
        with pytest.raises(ScenarioError, match="nested too deeply"):
            dialsim.load_scenario(given)
    with pytest.raises(ScenarioError, match="too many values"):
        dialsim.load_scenario(tiny(name=twice))
    scenario = dialsim.load_scenario(tiny())
    for key, value in (("name", nest(5_000)), ("a." * 900 + "b", 1)):
        with pytest.raises(ScenarioError, match="nested too deeply"):
            scenario.with_(key, value)
    check_depth(nest(DEEPEST - 1))
