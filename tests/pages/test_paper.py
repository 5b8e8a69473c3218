"""On a sheet of A4 nothing of any page is cut, and no row is far from its notes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dialsim.messages.catalogue import languages
from tests.pages.as_html import pages_as_html, show

pytestmark = [pytest.mark.full, pytest.mark.needs_jit]

SHEET_PX = 687  # A4 without its margins of 14 mm each, at 96 px to the inch
CUT = """() => {
  const main = document.querySelector("main"), edge = main.getBoundingClientRect().right + 1;
  const found = [];
  const unseen = each => each.closest(".unseen, script, style, noscript")
    || !each.getClientRects().length;
  const texts = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode, range = document.createRange();
    if (!text.data.trim() || unseen(text.parentElement)) continue;
    range.selectNodeContents(text);
    const out = Array.from(range.getClientRects()).some(box => box.right > edge || box.left < -1);
    if (out) found.push("beyond the sheet: " + text.data.trim());
  }
  main.querySelectorAll("*").forEach(each => {
    if (unseen(each)) return;
    const style = getComputedStyle(each), box = each.getBoundingClientRect();
    if (style.overflowX !== "visible" && each.scrollWidth > each.clientWidth + 1)
      found.push("behind a scroll bar: " + each.outerHTML.slice(0, 200));
    if (["svg", "TABLE"].includes(each.tagName) && box.right > edge)
      found.push("beyond the sheet: " + each.outerHTML.slice(0, 200));
  });
  return found.slice(0, 5);
}"""


@pytest.fixture(scope="module")
def sheet(chromium: Any) -> Any:
    """Return a tab as wide as a sheet, which shows pages as they are printed."""
    context = chromium.new_context(viewport={"width": SHEET_PX, "height": 1000})
    tab = context.new_page()
    tab.emulate_media(media="print")
    yield tab
    context.close()


@pytest.mark.parametrize("page", pages_as_html())
def test_nothing_is_cut(sheet: Any, html_pages: dict[tuple[str, str], Path], page: str) -> None:
    for language in languages():
        show(sheet, html_pages[page, language])
        assert sheet.evaluate(CUT) == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<div style='white-space: nowrap'>" + "wide " * 200 + "</div>", "beyond the sheet: wide"),
        ("<div style='overflow: auto'><p style='width: 900px'>far</p></div>", "scroll bar"),
        ("<svg width='900' height='9'></svg>", "beyond the sheet: <svg"),
    ],
)
def test_what_is_cut_would_be_found(sheet: Any, body: str, words: str) -> None:
    sheet.set_content(f"<body style='margin: 0'><main>{body}</main>")
    assert words in " ".join(sheet.evaluate(CUT))
