"""Every page is what it was: by command, language and width.

After an intended change: ``python tests/pages/test_snapshots.py --renew``, then read the diff.
"""

from __future__ import annotations

import difflib
import functools
import io
import json
import os
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from rich.console import Console

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from dialsim.loadtest.result import held_up
from dialsim.messages.catalogue import languages
from dialsim.pages import load_page as load_test
from dialsim.pages.console import put
from dialsim.pages.model.terminal import page_lines
from tests.pages.commands import PAGES, PLAYED_ONCE, WIDTHS, kept, prepared, printed, variants

pytestmark = [pytest.mark.once, pytest.mark.needs_jit]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the scenarios, the list and the runs that commands read."""
    path = tmp_path_factory.mktemp("pages")
    prepared(path)
    return path


@pytest.fixture(scope="module", autouse=True)
def _played_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        play_once(patch)
        yield


def play_once(patch: pytest.MonkeyPatch) -> None:
    """Have what a command computes kept, whatever its language and width."""
    for name in PLAYED_ONCE:
        module, _, function = name.rpartition(".")
        patch.setattr(import_module(module), function, _remembered(name))


def _remembered(name: str) -> object:
    module, _, function = name.rpartition(".")
    original = getattr(import_module(module), function)
    results: dict[str, object] = {}

    @functools.wraps(original)
    def call(*arguments: object, **options: object) -> object:
        key = repr((arguments, sorted(options)))
        if key not in results:
            results[key] = original(*arguments, **options)
        return results[key]

    return call


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_as_it_was(page: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    for language, width in variants(page):
        path = kept(page, language, width)
        expected = path.read_text(encoding="utf-8").splitlines()
        found = printed(PAGES[page], language, width).splitlines()
        differences = difflib.unified_diff(expected, found, path.name, "now", n=0, lineterm="")
        assert found == expected, "\n".join(differences)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", languages())
def test_the_page_of_a_load_test_is_as_it_was(language: str, width: int) -> None:
    assert load_page(language, width) == kept("bench_load", language, width).read_text("utf-8")


def load_page(language: str, width: int) -> str:
    """Return the page of a load that was measured once: times differ whenever it is played."""
    measured = json.loads(Path(__file__).with_name("load.json").read_text(encoding="utf-8"))
    measured["void"] = held_up(10.7, 1, 5)  # JSON has its English alone
    console = Console(file=io.StringIO(), width=width)
    put(page_lines(load_test.load_page(measured, language), console.width), console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def renew() -> None:
    """Write every page as it is now."""
    for language in languages():
        for width in WIDTHS:
            text = load_page(language, width)
            kept("bench_load", language, width).write_text(text, encoding="utf-8")
    with TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        prepared(Path(name))
        play_once(patch)
        os.chdir(name)
        for page, words in PAGES.items():
            for language, width in variants(page):
                path = kept(page, language, width)
                path.parent.mkdir(exist_ok=True)
                path.write_text(printed(words, language, width), encoding="utf-8")
        os.chdir(Path(__file__).parent)


if __name__ == "__main__":
    if sys.argv[1:] != ["--renew"]:
        sys.exit("usage: python tests/pages/test_snapshots.py --renew")
    renew()
