"""Units of values and metrics are named in a page's language; JSON keeps them as they are."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import dialsim
from dialsim.__main__ import main
from dialsim.messages.text import MARKS
from dialsim.pages.units import UNITS, unit_name
from dialsim.scenario.metrics import metrics
from tests.pages.commands import EXPECTED

NAMES = {unit: name for unit, name in UNITS["en"].items() if unit not in MARKS}
PROFILES = Path(dialsim.__file__).parent / "profiles"


def units_of_profiles() -> set[str]:
    return {
        found
        for path in PROFILES.rglob("*.toml")
        for found in re.findall(r'\bunit\s*=\s*"([^"]+)"', path.read_text("utf-8"))
    }


def test_every_unit_has_a_name() -> None:
    """Of rule packs, network profiles and metrics; and no name is of something else."""
    known = units_of_profiles() | {metric.unit for metric in metrics().values()}
    assert len(known) > 40
    assert set(NAMES) == known
    assert {unit: unit_name(unit, "en") for unit in known} == {unit: unit for unit in known}


def test_no_name_is_english_in_chinese() -> None:
    left = {unit: unit_name(unit, "zh").replace("SIP", "") for unit in NAMES}
    assert [unit for unit, name in left.items() if re.search("[A-Za-z]", name)] == []


def test_pages_name_units_in_their_language() -> None:
    page = (EXPECTED / "explain_intervention.{}.80.txt").as_posix()
    assert "30 calls (" in Path(page.format("en")).read_text("utf-8")
    assert "30 次呼叫（" in Path(page.format("zh")).read_text("utf-8")
    html = (EXPECTED / "html.zh.80.txt").read_text("utf-8")
    cells = set(re.findall(r"<td[^>]*>([^<]*)</td>", html))
    assert "次呼叫" in cells
    words = {unit for unit in NAMES if len(unit) > 1}
    assert not cells & words


@pytest.mark.parametrize(
    ("language", "unit"), [("en", "unit        marks"), ("zh", "单位    次标记")]
)
def test_a_value_on_its_own_page(
    language: str, unit: str, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "labels.marks"
    assert main(["explain", name, "--lang", language]) == 0
    assert unit in capsys.readouterr().out
    assert main(["explain", name, "--lang", language, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["unit"] == "marks"
