"""Ids of sources on a page are links to the page's own section of sources."""

from __future__ import annotations

import re

import pytest

import dialsim
from dialsim.pages.html.run_page import page_with_charts
from dialsim.pages.model.citations import linked, sources_on, with_cited
from dialsim.pages.model.html import page_fragment, page_html
from dialsim.pages.model.parts import Details, Page, Source, Sources, page, quiet, section
from dialsim.pages.model.tables import Note, Table, row, words
from dialsim.scenario.profiles.sources import all_sources
from tests.results.stopped import STOPPED


def cited() -> Page:
    """Return a page that cites two sources and lists one of them."""
    table = Table(words("value", "source"), (row("1", "S32,S60", notes=[Note("see S60")]),))
    sources = Details("Sources", (Sources((Source("S60", "the rule", "law"),)),))
    return page(section("Page", quiet("after S60 and <S32>")), section("Rest", table, sources))


def test_listed_sources_are_links() -> None:
    html = page_html(cited())
    link = '<a href="#source-S60">S60</a>'
    assert f"after {link} and &lt;S32&gt;" in html
    assert f"S32,{link}</td>" in html
    assert f"see {link}</small>" in html
    assert html.count('href="#source-') == 3
    assert 'id="source-S60"' in html


def test_a_notebook_has_no_links_of_a_page() -> None:
    assert "#source-" not in page_fragment(cited())


def test_what_looks_like_a_source_is_none() -> None:
    for text in ("S60-north", "north-S60", "GS60", "S6000", "S60_a", "/S60"):
        assert linked(text, {"S60"}) == text


def test_sources_that_texts_name_are_added() -> None:
    found = with_cited(cited())
    assert sources_on(found) == {"S32", "S60"}
    html = page_html(found)
    assert all_sources()["S32"].title.en in html.replace("&#39;", "'")
    assert html.count('href="#source-S32"') == 2


@pytest.mark.needs_jit
def test_every_id_on_the_page_of_a_run_is_a_link() -> None:
    run = dialsim.run(STOPPED)
    html = re.sub(r"(?s)<(script|style|pre)\b.*?</\1>", "", run.report())
    links = re.findall(r'<a href="#source-(S\d+)">', html)
    assert len(set(links)) > 20
    assert set(links) <= set(re.findall(r'id="source-(S\d+)"', html))
    bare = re.sub(r'<a href="#source-S\d+">S\d+</a>|<li id="source-.*?</b>', "", html)
    visible = re.sub(r"<[^>]*>", " ", bare)
    assert not set(re.findall(r"(?<![\w.\-/])S\d{1,3}(?![\w\-/])", visible)) & set(all_sources())
    assert set(links) <= sources_on(page_with_charts(run.log))
