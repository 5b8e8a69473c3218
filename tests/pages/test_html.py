"""The page of a run in HTML: whole, offline, both languages, nothing of the user's is markup."""

from __future__ import annotations

import json
import re
import sys
from html.parser import HTMLParser
from pathlib import Path

import altair as alt
import pytest

import dialsim
from dialsim.pages.html import javascript
from dialsim.pages.html.javascript import charts_script
from dialsim.pages.html.labels import LABELS
from dialsim.pages.run.run_page import LABELS as RUN_LABELS
from dialsim.scenario.profiles.sources import all_sources
from tests.results.stopped import STOPPED
from tests.scheduler.worlds import as_toml, tiny
from tests.tiers import tiered

pytestmark = pytest.mark.needs_jit
FIGURES = {
    "waterfall", "progress", "flow", "occupancy", "dropped", "answers", "caller_lives", "headroom",
    "reactions",
}  # fmt: skip


class Page(HTMLParser):
    """What a browser would find: elements with their attributes, ids, embedded charts, text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.loaded: list[str] = []
        self.linked: list[str] = []
        self.tags: list[str] = []
        self.charts: dict[str, str] = {}
        self.text: list[str] = []
        self._spec: str | None = None
        self._omitted_keys = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self._omitted_keys += tag in ("script", "style")
        self._spec = given.get("data-spec")
        if given.get("id"):
            self.ids.append(given["id"] or "")
        self.loaded += [given["src"] or ""] if "src" in given else []
        self.linked += [given["href"] or ""] if "href" in given else []

    def handle_endtag(self, tag: str) -> None:
        self._omitted_keys -= tag in ("script", "style")
        self._spec = None

    def handle_data(self, data: str) -> None:
        if self._spec:
            self.charts[self._spec] = self.charts.get(self._spec, "") + data
        elif not self._omitted_keys:
            self.text.append(data)


@pytest.fixture(scope="module")
def eventful() -> dialsim.Run:
    return dialsim.run(STOPPED)


@pytest.mark.parametrize("language", tiered(["zh"], ["en"]))
def test_the_page_is_whole_and_asks_for_nothing(eventful: dialsim.Run, language: str) -> None:
    text = eventful.report(language)  # type: ignore[arg-type]
    page = Page(text)
    assert len(text.encode()) < 2_000_000
    assert page.loaded == []
    known = {address for source in all_sources().values() for address in source.addresses}
    assert {link for link in page.linked if not link.startswith("#")} <= known
    assert {link[1:] for link in page.linked if link.startswith("#")} <= set(page.ids)
    assert known & set(page.linked)
    assert "default-src 'none'" in text
    assert set(page.ids) >= FIGURES
    assert set(page.charts) == FIGURES - {"dropped"}  # no call was: a sentence says so
    for spec in page.charts.values():
        assert json.loads(spec)["$schema"].startswith("https://vega.github.io/schema/vega-lite/")
        alt.Chart.from_dict(json.loads(spec), validate=True)
    said = " ".join(page.text)
    for title in (RUN_LABELS[language]["assumes"], LABELS[language]["reactions_caption"]):
        assert title in said
    assert {"network", "binding", "assumptions", "reactions"} <= set(page.ids)
    assert eventful.summary["outcome_digest"] in said
    assert "frequency.registered.throttle_per_hour" in said
    assert all_sources()["S32"].title[language] in said  # type: ignore[index]
    assert "<built-in" not in text
    assert "None" not in said


def test_sources_of_dated_values_are_among_the_sources(eventful: dialsim.Run) -> None:
    html = eventful.report()
    for name in ("S13", "S82", "S84"):
        assert f"</b> {all_sources()[name].title.en} <" in html.replace("&#39;", "'")
    assert '<a href="#source-S84">S84</a> from 22 Mar 2024 on' in html


def test_nothing_the_user_wrote_is_markup() -> None:
    evil = "</script><script>alert('x')</script>"
    raw = tiny(name="tiny")
    raw["people"][0]["name"] = raw["campaigns"][0]["people"][0] = "list"
    raw["enterprise"]["name"] = evil
    raw["rules"] = {
        **raw.get("rules", {}), "contract": "<img src=x onerror=alert(1)>"
    }  # fmt: skip
    text = dialsim.run(raw).report()
    assert "&lt;img src=x onerror=alert(1)&gt;" in text  # in the scenario's own text, escaped
    scripts = 4  # that of charts, two of ours, and the counts of the parts to choose from
    assert text.count("<script") == scripts + len(Page(text).charts)
    assert "img" not in Page(text).tags


def test_both_languages_say_the_same_things() -> None:
    assert LABELS["en"].keys() == LABELS["zh"].keys()
    for key, text in LABELS["en"].items():
        slots = sorted(re.findall(r"\{[^}]*\}", text))
        assert slots == sorted(re.findall(r"\{[^}]*\}", LABELS["zh"][key])), key


def test_what_is_missing_is_said_and_the_rest_is_there(tmp_path: Path) -> None:
    path = as_toml(tiny(), tmp_path / "tiny.toml")
    run = dialsim.run(path, out=tmp_path / "runs", log=False, report="zh")
    assert run.folder is not None
    written = (run.folder / "report.html").read_text("utf-8")
    assert LABELS["zh"]["no_calls"] in written
    assert 'lang="zh-Hans"' in written
    (run.folder / "series.parquet").write_bytes(b"no parquet")
    again = dialsim.load_run(run.folder)
    page = Page(again.report())
    assert "waterfall" in page.charts
    assert "flow" not in page.charts
    assert any("series" in text for text in page.text)


def without_speed(page: bytes) -> bytes:
    """Return a page without its line of real time and memory, which differs from run to run."""
    left, count = re.subn(rb"<p>[\d,]+ attempts in [^<]*</p>", b"", page)
    assert count == 1
    return left


@pytest.mark.full
def test_a_page_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    run = dialsim.run(as_toml(tiny(), tmp_path / "tiny.toml"), out=tmp_path / "runs", report=True)
    assert run.folder is not None
    first = (run.folder / "report.html").read_bytes()
    again = dialsim.run(as_toml(tiny(), tmp_path / "tiny.toml"), out=tmp_path / "runs", report=True)
    assert again.folder == run.folder
    second = (run.folder / "report.html").read_bytes()
    assert without_speed(second) == without_speed(first)
    assert run.save_report(tmp_path / "page.html", "zh") == tmp_path / "page.html"
    assert not list(tmp_path.rglob("*.tmp"))
    with pytest.raises(dialsim.CapacityError, match=r"(cannot|may not) be written"):
        run.save_report(tmp_path / "none" / "page.html")
    with pytest.raises(dialsim.ScenarioError, match="no folder"):
        dialsim.run(tiny()).save_report()


def test_the_script_is_that_of_vl_convert_wherever_it_comes_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = charts_script()
    assert "</script" not in whole
    monkeypatch.setattr(javascript, "SCRIPT", tmp_path / "none.js")
    charts_script.cache_clear()
    made = charts_script()
    assert whole.removeprefix(whole.partition("\n")[0] + "\n") == made or whole == made
    charts_script.cache_clear()
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    wanted = r"never installed; pip install .*pictures.* provides it"
    with pytest.raises(dialsim.CapacityError, match=wanted):
        charts_script()


def test_a_glance_at_a_run(eventful: dialsim.Run) -> None:
    text = eventful._repr_html_()
    assert eventful.summary["verdict"]["sentence"] in text
    assert "conversations" in text


@pytest.mark.full
def test_a_run_without_goals_has_missed_none(tmp_path: Path) -> None:
    """Its verdict is neither green nor red."""
    pages = {}
    for goals in ([], [{"metric": "attempts", "at_least": 1_000_000}]):
        run = dialsim.run(tiny() | {"goals": goals}, out=tmp_path / str(len(goals)), report=True)
        assert run.folder is not None
        pages[len(goals)] = (run.folder / "report.html").read_text("utf-8")
    assert '<p class="level0 verdict strong">No goals were set.</p>' in pages[0]
    assert "verdict bad" not in pages[0]
    assert "verdict bad" in pages[1]
