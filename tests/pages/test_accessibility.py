"""Pages meet WCAG AA as axe-core judges it: by day and by night, at a desk and on a phone."""

from __future__ import annotations

import json
import re
from html import unescape
from importlib.resources import files
from pathlib import Path

import pytest

import dialsim
from tests.pages.test_browser import shown, with_script
from tests.results.stopped import STOPPED

pytestmark = pytest.mark.full

NIGHT = "--blink-settings=preferredColorScheme=0"
RUN_AXE = """
window.addEventListener("load", function () {
  setTimeout(function () {
    document.querySelectorAll("details").forEach(function (each) { each.open = true; });
    axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]})
      .then(function (found) {
        var rows = found.violations.map(function (each) {
          return {id: each.id, help: each.help, at: each.nodes.slice(0, 3).map(function (node) {
            return node.target.join(" ") + " " + node.failureSummary; })};
        });
        document.documentElement.dataset.axe = JSON.stringify(rows);
      });
  }, 4000);
});
"""


def axe() -> str:
    """Return axe-core; without it this tier has not been run."""
    try:
        return (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
    except ModuleNotFoundError:
        pytest.fail("install the extra 'browser': axe-core judges the pages")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    "options",
    [("--window-size=1400,1000",), ("--window-size=1400,1000", NIGHT), ("--window-size=500,900",)],
    ids=["desk", "night", "phone"],
)
def test_axe_finds_nothing(tmp_path: Path, options: tuple[str, ...], language: str) -> None:
    page = dialsim.run(STOPPED).save_report(tmp_path / "page.html", language)  # type: ignore[arg-type]
    text = page.read_text("utf-8")
    without_policy = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
    page.write_text(with_script(without_policy, axe() + RUN_AXE), "utf-8")
    elements, _ = shown(page, tmp_path / "profile", *options)
    found = re.search(r'data-axe="([^"]*)"', elements)
    assert found, "axe-core came to no end"
    violations = json.loads(unescape(found[1]))
    assert violations == [], json.dumps(violations, indent=1, ensure_ascii=False)
