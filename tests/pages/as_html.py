"""Every kind of page as HTML, and a browser that looks at them without a network."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from dialsim.cli import COMMANDS
from dialsim.loadtest.result import held_up
from dialsim.messages.catalogue import languages
from dialsim.pages.load_page import load_page
from dialsim.pages.model.html import page_html
from tests.pages.commands import PAGES, prepared, printed
from tests.pages.test_browser import browser
from tests.pages.test_snapshots import play_once

BENCH_LOAD = "bench_load"


ALIKE = ("run", "run_missed", "report")
"""Pages with the charts of another one, each of which a browser looks at for ten seconds."""


def pages_as_html() -> list[str]:
    """Return the pages that are written as HTML: those of commands with ``--html``, and reports."""
    found = [
        name
        for name, words in PAGES.items()
        if name not in ALIKE and (words[0] == "dossier" or _has_html(words[0]))
    ]
    return [*found, BENCH_LOAD]


def commands_with_html() -> set[str]:
    """Return the commands, without groups, that write their page as HTML."""
    return {name for name in COMMANDS if _has_html(name)}


def _has_html(command: str) -> bool:
    parameters = import_module(f"dialsim.cli.{command}").command.params
    return any("--html" in each.opts for each in parameters)


def write_pages(folder: Path) -> dict[tuple[str, str], Path]:
    """Write every page in every language, each computed once; returns their files."""
    measured = json.loads(Path(__file__).with_name("load.json").read_text(encoding="utf-8"))
    measured["void"] = held_up(10.7, 1, 5)  # JSON has its English alone
    before = Path.cwd()
    files = {}
    with pytest.MonkeyPatch.context() as patch:
        prepared(folder)
        play_once(patch)
        os.chdir(folder)
        try:
            for name in pages_as_html():
                for language in languages():
                    if name == BENCH_LOAD:
                        text = page_html(load_page(measured, language))
                    else:
                        text = _written(name, language)
                    place = folder / f"{name}.{language}.html"
                    place.write_text(text, encoding="utf-8")
                    files[name, language] = place
        finally:
            os.chdir(before)
    return files


def _written(name: str, language: str) -> str:
    """Return the page of a command as HTML."""
    words = PAGES[name]
    if words[0] == "dossier":
        return printed(words, language, 80).partition("\n")[2]
    place = Path("page.html")
    place.unlink(missing_ok=True)
    if "--html" not in words:
        words = (*words, "--html", str(place))
    printed(words, language, 80)
    return place.read_text(encoding="utf-8")


@contextmanager
def browsing() -> Iterator[Any]:
    """Yield a browser that reaches no host; it takes a second to start, and a page a tenth."""
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        pytest.fail("install the extra 'browser': its tests look at pages")
    with sync_playwright() as started:
        options = ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND"]
        program = started.chromium.launch(executable_path=browser(), args=options)
        yield program
        program.close()


def show(tab: Any, page: Path) -> None:
    """Show a page in a tab of the browser, with its charts drawn and its details open."""
    tab.goto(page.as_uri())
    charts = tab.locator("[data-chart]").count()
    if charts:
        tab.wait_for_selector(f'html[data-drawn="{charts}"]', state="attached", timeout=60_000)
    tab.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
