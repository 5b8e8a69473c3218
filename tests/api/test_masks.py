"""A number is masked alike wherever a message shows it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import tomli_w

import dialsim
from dialsim.api.accounts import people_account
from dialsim.pages.check.screen_page import screen_page
from dialsim.pages.model.terminal import page_lines
from dialsim.pages.run.account_page import account_page
from tests.scenario.worlds import world

NUMBERS = ("110", "12345", "4001234567", "700123456789012", "70012345678901")


@pytest.mark.needs_jit
def test_a_list_and_its_screening_mask_alike(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("\n".join(["number", "13800000001", *NUMBERS, ""]), encoding="utf-8")
    (tmp_path / "small.toml").write_text(tomli_w.dumps(world()), encoding="utf-8")
    found = people_account(path).to_dict()
    (account,) = found["lists"]
    screened = dialsim.screen(path, tmp_path / "small.toml", at="2026-04-13 10:00").to_dict()
    shown = {each["line"]: each["text"] for some in account["examples"].values() for each in some}
    again = {
        each["line"]: each["number"]
        for some in screened["examples"].values()
        for each in some
        if "number" in each
    }
    assert len(again) == 4  # too short a number of 700 is none
    assert again == {line: shown[line] for line in again}
    pages = [page_lines(account_page(found), 80), page_lines(screen_page(screened), 80)]
    for line, text in again.items():
        for page in pages:
            whole = " ".join(" ".join(each.plain for each in page).split())
            assert re.search(rf"line {line} [“]?{re.escape(text)}", whole), (line, text)


@pytest.mark.needs_jit
def test_a_700_number_does_not_count_as_one_that_cannot_exist(tmp_path: Path) -> None:
    """It exists, and is no number of a person: by whichever command."""
    path = tmp_path / "list.csv"
    path.write_text("number\n700123456789012\n70012345678901\n", encoding="utf-8")
    (tmp_path / "small.toml").write_text(tomli_w.dumps(world()), encoding="utf-8")
    (account,) = people_account(path).to_dict()["lists"]
    assert account["unusable"] == {"INTERMEDIATE_NUMBER": 1, "SHORT_INTERMEDIATE": 1}
    screened = dialsim.screen(path, tmp_path / "small.toml", at="2026-04-13 10:00").to_dict()
    page = " ".join(line.plain for line in page_lines(screen_page(screened), 80))
    assert "no number of a person" in page
    assert "cannot exist" not in page
    raw = world()
    raw["people"] = [{"name": "own", "file": str(path)}]
    exits = dialsim.run(raw).summary["waterfall"]["total"]["exits"]
    assert [each["name"] for each in exits] == ["no number of a person"]
