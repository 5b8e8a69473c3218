"""Pages as a browser shows them, without a network: every chart drawn, no word of protest."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import dialsim
from dialsim.pages.charts.theme import FACE
from tests.results.stopped import STOPPED

pytestmark = pytest.mark.full

CHARTS = 8  # that of abandoned calls is a sentence
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-quic",
    "--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr",
)  # fmt: skip


def browser() -> str:
    """Return a Chromium; without one this tier has not been run."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for path in map(shutil.which, names) if path), None)
    assert found, "install Chromium: these tests look at pages (Debian: apt-get install chromium)"
    return found


def shown(page: Path, profile: Path, *options: str) -> tuple[str, list[str]]:
    """Return the page's elements once its scripts have run, and what they said on the console."""
    command = [browser(), *FLAGS, f"--user-data-dir={profile}", "--virtual-time-budget=20000",
               *options, "--dump-dom", page.as_uri()]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    said = re.findall(r'CONSOLE[^"]*"(.*?)", source', done.stderr)
    return done.stdout, said


@pytest.fixture(scope="module")
def run() -> dialsim.Run:
    return dialsim.run(STOPPED)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    "options",
    [
        ("--window-size=1000,1400",),
        ("--window-size=390,800",),
        ("--window-size=1000,1400", "--blink-settings=preferredColorScheme=0"),
    ],
    ids=["desk", "phone", "night"],
)
def test_every_chart_is_drawn_without_a_network(
    run: dialsim.Run, tmp_path: Path, language: Any, options: tuple[str, ...]
) -> None:
    page = run.save_report(tmp_path / "page.html", language)
    elements, said = shown(page, tmp_path / "profile", *options)
    assert said == []
    assert f'data-drawn="{CHARTS}"' in elements
    drawn = re.findall(r'<svg[^>]*class="marks".*?</svg>', elements, re.DOTALL)
    assert len(drawn) == CHARTS
    for svg in drawn:
        assert svg.count("<path") + svg.count("<text") > 10
        assert "NaN" not in svg


def test_it_prints(run: dialsim.Run, tmp_path: Path) -> None:
    page = run.save_report(tmp_path / "page.html")
    pdf = tmp_path / "page.pdf"
    shown(page, tmp_path / "profile", f"--print-to-pdf={pdf}")
    text = pdf.read_bytes()
    assert text.startswith(b"%PDF")
    assert 2 <= len(re.findall(rb"/Type\s*/Page\b", text)) <= 30


def with_script(page: str, script: str) -> str:
    """Return a page with a further script at its end; that of charts has a ``</body>``, too."""
    before, after = page.rsplit("</body>", 1)
    return f"{before}<script>{script}</script></body>{after}"


MEASURE = """
addEventListener("load", function () { setTimeout(function () {
  var cut = [];
  document.querySelectorAll(".chart svg, table, .tile").forEach(function (each) {
    var section = each.closest("section, header").getBoundingClientRect();
    if (each.getBoundingClientRect().right > section.right + 1) {
      cut.push(each.outerHTML.slice(0, 300));
    }
  });
  document.documentElement.dataset.cut = cut.join(';');
}, 4000); });
"""


@pytest.mark.parametrize("width_px", [500, 1000, 1600])
def test_nothing_is_cut_on_paper(run: dialsim.Run, tmp_path: Path, width_px: int) -> None:
    """Charts keep the width of the window; on paper they take that of the sheet."""
    page = run.save_report(tmp_path / "page.html")
    text = page.read_text("utf-8").replace("@media print", "@media all")
    text = text.replace("@media screen", "@media speech")
    sheet = "main { width: 180mm; } details { display: block; }"
    text = text.replace("</style>", f"{sheet}</style>", 1)
    page.write_text(with_script(text, MEASURE), "utf-8")
    elements, _ = shown(page, tmp_path / "profile", f"--window-size={width_px},1000")
    assert re.search(r'data-cut="([^"]*)"', elements)[1] == ""  # type: ignore[index]


def test_chinese_is_no_row_of_boxes(tmp_path: Path) -> None:
    """Two characters look different: where a font lacks them, both are the same box."""
    page = tmp_path / "glyphs.html"
    page.write_text(
        f"""<!doctype html><meta charset="utf-8"><body><script>
        function picture(text) {{
            const canvas = document.createElement("canvas");
            const pen = canvas.getContext("2d");
            pen.font = '40px {FACE}';
            pen.fillText(text, 10, 60);
            return canvas.toDataURL();
        }}
        document.body.dataset.same = picture("名") === picture("线");
        </script></body>""",
        "utf-8",
    )
    elements, _ = shown(page, tmp_path / "profile")
    assert 'data-same="false"' in elements, "install a Chinese font (Debian: fonts-noto-cjk)"
