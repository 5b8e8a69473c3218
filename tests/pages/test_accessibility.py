"""Every kind of page meets WCAG AA as axe-core judges it: by day, by night and on a phone."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from dialsim.messages.catalogue import languages
from tests.pages.as_html import commands_with_html, pages_as_html, show
from tests.pages.commands import PAGES

pytestmark = [pytest.mark.full, pytest.mark.needs_jit]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
NIGHT_RULES = ["color-contrast"]
"""By night only colours differ."""
VIEWS: dict[str, dict[str, Any]] = {
    "desk": {"viewport": {"width": 1400, "height": 1000}},
    "night": {"viewport": {"width": 1400, "height": 1000}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 900}},
}
JUDGE = """async (only) => {
  const found = await axe.run(document, {resultTypes: ["violations"], runOnly: only});
  return found.violations.map(each => ({id: each.id, help: each.help,
    at: each.nodes.slice(0, 3).map(node => node.target.join(" ") + " " + node.failureSummary)}));
}"""


def axe() -> str:
    """Return axe-core; without it this tier has not been run."""
    try:
        return (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
    except ModuleNotFoundError:
        pytest.fail("install the extra 'browser': axe-core judges the pages")


def judged(tab: Any, only: list[str]) -> list[dict[str, Any]]:
    """Return what axe-core finds on the page that a tab shows."""
    tab.evaluate(axe())
    found: list[dict[str, Any]] = tab.evaluate(JUDGE, only)
    return found


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("page", pages_as_html())
def test_axe_finds_nothing(
    chromium: Any, html_pages: dict[tuple[str, str], Path], page: str, view: str
) -> None:
    context = chromium.new_context(bypass_csp=True, **VIEWS[view])
    tab = context.new_page()
    for language in languages():
        show(tab, html_pages[page, language])
        found = judged(tab, NIGHT_RULES if view == "night" else RULES)
        assert found == [], json.dumps(found, indent=1, ensure_ascii=False)
        wider = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wider <= 0, f"a reader would have to scroll sideways by {wider} px"
    context.close()


def test_axe_would_find_something(chromium: Any) -> None:
    context = chromium.new_context(**VIEWS["desk"])
    tab = context.new_page()
    tab.set_content('<html lang="en"><title>t</title><p style="color: #ccc">pale</p><img src="">')
    assert {"color-contrast", "image-alt"} <= {each["id"] for each in judged(tab, RULES)}
    assert [each["id"] for each in judged(tab, NIGHT_RULES)] == ["color-contrast"]
    context.close()


def test_every_command_with_html_has_a_page_here() -> None:
    seen = {PAGES[name][0] for name in pages_as_html() if name in PAGES}
    assert commands_with_html() <= seen
