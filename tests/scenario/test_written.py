"""How values are written: on one line, in known units, and no shorter than makes sense."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dialsim.errors import ScenarioError
from dialsim.scenario.library import template
from dialsim.scenario.load import load_scenario, raw_of
from dialsim.scenario.values import parse_duration, parse_price, parse_weekdays, parse_window

BREAKS = ("\n", "\r\n", "\t", "\x00", "\u2028", "\x1b[2J")


@pytest.mark.parametrize("mark", BREAKS)
@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (parse_duration, "1h{}30m"),
        (parse_duration, "25s{}"),
        (parse_duration, "{}25s"),
        (parse_price, "0.02 CNY{}"),
        (parse_window, "09:00{}-12:00"),
        (parse_weekdays, "mon{}-fri"),
        (parse_weekdays, "daily{}"),
    ],
)
def test_values_stand_on_one_line(parse: Any, text: str, mark: str) -> None:
    assert parse(text.format("")) == parse(text.format(" ") if text != "{}25s" else " 25s")
    with pytest.raises(ValueError, match=r"."):
        parse(text.format(mark))


def loaded(tmp_path: Path, **changes: Any) -> str:
    """Return the problems of the starter with other tables."""
    path = tmp_path / "a.toml"
    path.write_text(template("starter").text, "utf-8")
    raw, _ = raw_of(path)
    with pytest.raises(ScenarioError) as error:
        load_scenario({**raw, **changes})
    return str(error.value)


@pytest.mark.parametrize("per", ["1ms", "999ms", "0s"])
def test_a_window_has_a_least_length(tmp_path: Path, per: str) -> None:
    wrong = loaded(tmp_path, rules={"callee_limits": [{"count": 3, "per": per}]})
    assert "rules.callee_limits[0].per" in wrong
    assert "1s" in wrong
    wrong = loaded(
        tmp_path, network={"overrides": {"policy.max_attempts": [{"count": 3, "per": per}]}}
    )
    assert "network.overrides" in wrong


ICC = {"value": 0.3, "source": "log", "confidence": "inferred"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"unit": -1}, "the unit of this value is another"),
        ({"unit": "calls"}, "the unit of this value is another"),
        ({"unit": ["share"]}, "the unit of this value is another"),
        ({"source": "a\nb"}, "its source is no text"),
        ({"source": 7}, "its source is no text"),
        ({"note": ["x"]}, "its note is no text"),
        ({"confidence": "sure"}, "there is no such confidence"),
        ({"confidence": ["rule"]}, "there is no such confidence"),
    ],
)
def test_what_a_sourced_value_says(tmp_path: Path, change: dict[str, Any], words: str) -> None:
    wrong = loaded(tmp_path, network={"overrides": {"answer.icc": {**ICC, **change}}})
    assert f"network.overrides.answer.icc: {words}" in wrong


@pytest.mark.parametrize("unit", ["-1", '"calls"', "[1]", "true"])
def test_the_unit_of_a_profile_file(tmp_path: Path, unit: str) -> None:
    profile = tmp_path / "ours.toml"
    line = f'icc = {{ value = 0.3, unit = {unit}, source = "log", confidence = "inferred" }}\n'
    profile.write_text(f'extends = "typical"\n[answer]\n{line}', "utf-8")
    wrong = loaded(tmp_path, network={"profile": str(profile)})
    assert "ours.toml: answer.icc: the unit of this value is another" in wrong
