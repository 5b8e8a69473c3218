"""Versions of a summary: one with Chinese texts, and one with messages for any language."""

from __future__ import annotations

import copy
import json
import pickle
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog

import dialsim
from dialsim.messages import catalogue, dates
from dialsim.messages.catalogue import DOMAIN, ENGLISH, FOLDER, Language
from dialsim.messages.stored_text import localised, stored_text, text_from
from dialsim.messages.text import Text, in_each, joined, message, plural
from dialsim.pages.dossiers.summary_rows import group_row
from dialsim.pages.run.network_page import example_text
from dialsim.summary.schema import summary_faults
from tests.messages.catalogues import as_mo
from tests.pages.run_variants import RUNS, summaries

ROOT = Path(__file__).resolve().parents[2]
OLD = ROOT / "tests/data/run_version_1"
"""A run of `scenarios/too_fast.toml`, stored by the program before version 2.

Its Chinese texts are those of today's catalogue: a translation that is changed is changed there.
"""
THIS_RUN = ("schema_version", "performance", "checksums")


@cache
def old() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((OLD / "summary.json").read_text("utf-8"))
    return found


@cache
def new() -> dict[str, Any]:
    return dialsim.run(ROOT / "scenarios/too_fast.toml", log="none").summary


def without(node: Any, end: str) -> Any:
    """Return something without the keys that end so."""
    if isinstance(node, dict):
        return {key: without(each, end) for key, each in node.items() if not key.endswith(end)}
    return [without(each, end) for each in node] if isinstance(node, list) else node


def with_dates(node: Any, language: Language = ENGLISH) -> Any:
    """Return something whose texts have moments in today's form."""
    if isinstance(node, dict):
        return {key: with_dates(each, language) for key, each in node.items()}
    if isinstance(node, list):
        return [with_dates(each, language) for each in node]
    return dates.of_earlier(node, language) if isinstance(node, str) else node


def tables(node: Any) -> Iterator[dict[str, Any]]:
    """Yield every table of a summary."""
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    if isinstance(node, dict):
        yield node
    for each in inner:
        yield from tables(each)


def test_a_new_summary_has_the_figures_and_keys_of_the_old_one() -> None:
    one, two = with_dates(without(old(), "_zh")), without(new(), "_message")
    assert (one["schema_version"], two["schema_version"]) == (1, 2)
    # Whose processor rounds an exponential otherwise has other tables, and mostly the same calls.
    one["identity"].pop("tables"), two["identity"].pop("tables")
    assert {**one, **dict.fromkeys(THIS_RUN)} == {**two, **dict.fromkeys(THIS_RUN)}
    assert not [table for table in tables(new()) if any(key.endswith("_zh") for key in table)]


def test_chinese_texts_are_those_of_the_old_one() -> None:
    pairs = list(zip(tables(without(old(), "_none")), tables(old()), strict=True))
    assert len(pairs) > 100

    def compared(one: Any, two: Any) -> int:
        if isinstance(one, list):
            return sum(compared(*each) for each in zip(one, two, strict=True))
        if not isinstance(one, dict):
            return 0
        count = 0
        for key, each in one.items():
            name = key.removesuffix("_zh")
            if name != key:
                assert localised(one, name, "zh") == each
                assert localised(two, name, "zh") == with_dates(each, "zh")
                count += 1
            elif key not in THIS_RUN:
                count += compared(each, two[key])
        return count

    assert compared(old(), new()) > 70


def test_moments_of_version_1_are_shown_in_todays_form() -> None:
    (group, *_) = old()["interventions"]["groups"]
    assert group["example"].startswith("2026-04-13 09:38 CMCC throttled ")
    assert example_text(group, "en").startswith("13 Apr 09:38 CMCC throttled ")
    assert example_text(group, "zh").startswith("4月13日 09:38 中国移动 ")
    assert group_row(group, "zh")["example"].startswith("4月13日 09:38 中国移动 ")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_folder_of_version_1_is_shown_as_before(language: str, tmp_path: Path) -> None:
    """The report of the same run, stored either way, is the same."""
    pages = []
    for version, found in enumerate((old(), {**new(), **{k: old()[k] for k in THIS_RUN[1:]}}), 1):
        folder = tmp_path / str(version) / "run"
        shutil.copytree(OLD, folder)
        stored = {**found, "schema_version": version}
        (folder / "summary.json").write_text(json.dumps(stored), "utf-8")
        run = dialsim.load_run(folder)
        run.check_summary()
        assert run.summary == stored
        pages.append(run.page(language=language).replace(str(tmp_path / str(version)), ""))
    assert pages[0] == pages[1]
    assert len(pages[0].splitlines()) > 60


@pytest.mark.parametrize(
    ("place", "value"), [("sentence_zh", 7), ("sentence_zh", ["a"]), ("sentence_zh", None)]
)
def test_a_damaged_text_of_version_1_is_named(place: str, value: Any) -> None:
    found = copy.deepcopy(old())
    assert summary_faults(found) == []
    found["verdict"][place] = value
    assert summary_faults(found) == [f"verdict.{place}: is no text"]
    assert summary_faults({**old(), "schema_version": True})


@pytest.fixture
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A further language with a few texts."""
    made = Catalog(locale="de")
    made.add("{} {}", "{} – {}")
    made.add("Goal missed: {}.", "Ziel verfehlt: {}.")
    made.add("{}: {}", "{}/{}")
    made.add("conversations", "Gespräche")
    made.add(("{count:,} call", "{count:,} calls"), ("{count:,} Anruf", "{count:,} Anrufe"))
    made.add("Agents {held}: {arithmetic}.", "Agenten {held}: {arithmetic}.")
    made.add("({} of the open time)", "({} der Zeit)")
    shutil.copytree(FOLDER / "zh", tmp_path / "zh")
    (tmp_path / "de" / "LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "de" / "LC_MESSAGES" / f"{DOMAIN}.mo").write_bytes(as_mo(made))
    found = copy.deepcopy(summaries()), new(), old()  # stored before there was such a language
    assert all(found)
    monkeypatch.setattr(catalogue, "FOLDER", tmp_path)
    catalogue.languages.cache_clear()
    catalogue._catalogue.cache_clear()
    yield
    catalogue.languages.cache_clear()
    catalogue._catalogue.cache_clear()


@pytest.mark.usefixtures("german")
def test_a_further_language_shows_a_stored_run() -> None:
    verdict = json.loads(json.dumps(new()["verdict"]))
    assert verdict["sentence"].startswith("Goal")
    told = localised(verdict, "sentence", "de")
    assert told.startswith("Ziel verfehlt: ")
    assert told != localised(verdict, "sentence", "zh")
    assert localised(new()["metrics"]["conversations"], "name", "de") == "Gespräche"
    assert localised(old()["verdict"], "sentence", "de") == old()["verdict"]["sentence"]


@pytest.mark.parametrize("name", RUNS)
def test_no_text_of_a_run_is_finished(name: str) -> None:
    """Each is a message, so that every language can have it."""
    finished = [each["texts"]["en"] for each in tables(summaries()[name]) if "texts" in each]
    assert [text for text in finished if text not in FINISHED] == []


FINISHED = {"1d", "1h", "48h", "complaints"}
"""What a warning has in English as a scenario writes it: lengths of time, and keys of metrics."""


@pytest.mark.parametrize(
    "text",
    [
        message("agents"),
        message("to", "range"),
        message("{:,} of {name}").filled(1200, name=message("agents")),
        plural("{count:,} call", "{count:,} calls").of(1),
        plural("{count:,} call", "{count:,} calls").of(3),
        joined(message(", ", "list"), [message("agents"), "T1"]),
        in_each(lambda language: f"in {language}"),
        Text("one", zh="一"),
        "T1",
    ],
)
def test_a_text_comes_back_as_it_was(text: str) -> None:
    back = text_from(json.loads(json.dumps(stored_text(text))))
    assert back == text
    assert isinstance(back, Text) == isinstance(text, Text)
    if isinstance(text, Text):
        for each in (back, pickle.loads(pickle.dumps(text)), copy.deepcopy(text)):
            assert each["zh"] == text["zh"]


def test_what_no_file_can_have_is_refused() -> None:
    with pytest.raises(TypeError, match="numbers and texts"):
        stored_text(message("{of}").filled(of=object()))
