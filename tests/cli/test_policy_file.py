"""What a scenario's policy file is: a program that playing executes and checking does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

import dialsim
from dialsim.cli import commands
from dialsim.scenario.library import template


def scenario_with_policy(folder: Path) -> Path:
    """Write a scenario whose policy leaves a mark where it is executed."""
    marker = folder / "executed"
    (folder / "mine.py").write_text(
        f"from pathlib import Path\nPath({str(marker)!r}).touch()\n\n\n"
        "def mine(observation):\n    raise ValueError\n",
        "utf-8",
    )
    text = template("starter").text
    lines = [line for line in text.splitlines() if not line.startswith("pacing")]
    at = lines.index("[[campaigns]]")
    lines.insert(at + 1, 'pacing = { mode = "policy" }')
    scenario = folder / "a.toml"
    policy = 'policy = { file = "mine.py", name = "mine" }'
    scenario.write_text("\n".join([policy, *lines, ""]), "utf-8")
    return scenario


@pytest.mark.parametrize("command", ["check", "people"])
def test_what_does_not_play_does_not_execute_it(tmp_path: Path, command: str) -> None:
    scenario = scenario_with_policy(tmp_path)
    assert dialsim.load_scenario(scenario).policy is not None
    result = CliRunner().invoke(commands, [command, str(scenario)])
    assert result.exit_code in (0, 1), result.output
    assert not (tmp_path / "executed").exists()
