"""Dossiers on paper and in a browser: few pages, and no word of protest."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

import dialsim
from dialsim.pages.dossiers.request import AUDIENCES, Audience
from tests.pages.test_browser import FLAGS, browser, shown
from tests.results.small_runs import told

pytestmark = pytest.mark.full

MOST_PAGES = {"boss": 3, "compliance": 6, "operator": 3}


@pytest.fixture(scope="module")
def run() -> dialsim.Run:
    return dialsim.run(told())


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("audience", AUDIENCES)
def test_a_dossier_is_a_few_sheets_of_paper(
    run: dialsim.Run, tmp_path: Path, audience: Audience, language: Any
) -> None:
    page, sheets = tmp_path / "dossier.html", tmp_path / "dossier.pdf"
    page.write_text(run.dossier(audience, language), "utf-8")
    command = [browser(), *FLAGS, f"--user-data-dir={tmp_path / 'profile'}",
               f"--print-to-pdf={sheets}", page.as_uri()]  # fmt: skip
    subprocess.run(command, capture_output=True, timeout=120, check=True)
    count = len(re.findall(rb"/Type\s*/Page\b", sheets.read_bytes()))
    assert 1 <= count <= MOST_PAGES[audience]


@pytest.mark.parametrize("audience", AUDIENCES)
def test_a_browser_has_nothing_to_object_to(
    run: dialsim.Run, tmp_path: Path, audience: Audience
) -> None:
    page = tmp_path / "dossier.html"
    page.write_text(run.dossier(audience, replications=0), "utf-8")
    elements, said = shown(page, tmp_path / "profile", "--window-size=390,800")
    assert said == []
    assert f'content="{audience}"' in elements
