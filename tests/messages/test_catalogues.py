"""Each catalogue translates exactly the texts of the sources, and is compiled as it stands."""

from __future__ import annotations

import pickle
import shutil
from gettext import translation
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from dialsim.messages.catalogue import DOMAIN, ENGLISH, FOLDER, languages, translate
from dialsim.messages.text import Text, in_each, joined, message, text_table
from tests.messages.catalogues import (
    as_mo,
    entries,
    fields,
    po_of,
    read,
    renewed,
    text_of,
    translations,
)
from tests.messages.sources import Found, NotLiteral, all_texts, texts_of

OTHERS = [language for language in languages() if language != ENGLISH]
KEEP = "python tests/messages/catalogues.py --renew"


@pytest.fixture(scope="module")
def found() -> list[Found]:
    """Every text of the sources."""
    return [each for each in all_texts() if each.text]


def faults(catalogue: Catalog, found: list[Found]) -> list[str]:
    """Return what is wrong with a catalogue."""
    known = {(entry.context, text_of(entry)): translations(entry) for entry in entries(catalogue)}
    wanted = {each.key for each in found}
    free = {each.key for each in found if each.free}
    told = [f"missing: {text!r}" for _, text in sorted(wanted - known.keys(), key=str)]
    told += [f"in no source: {text!r}" for _, text in sorted(known.keys() - wanted, key=str)]
    for (context, text), forms in known.items():
        if not all(forms):
            told += [f"not translated: {text!r}"] if (context, text) not in free else []
        elif "{" in text and any(fields(text) != fields(each) for each in forms):
            told.append(f"other placeholders: {text!r}: {forms[0]!r}")
    return told


def test_there_are_catalogues(found: list[Found]) -> None:
    assert OTHERS
    assert len(found) > 1500


@pytest.mark.parametrize("language", OTHERS)
def test_it_translates_exactly_the_texts_of_the_sources(language: str, found: list[Found]) -> None:
    wrong = faults(read(po_of(language)), found)
    assert not wrong, "\n".join([*wrong, f"renew: {KEEP}"])


@pytest.mark.parametrize("language", OTHERS)
def test_it_is_compiled_as_it_stands(language: str) -> None:
    """What `gettext` reads is what a translator wrote."""
    compiled = translation(DOMAIN, FOLDER, [language])
    for entry in entries(read(po_of(language))):
        forms = translations(entry)
        if isinstance(entry.id, tuple):
            read_back = compiled.ngettext(*entry.id, 2)
        elif entry.context:
            read_back = compiled.pgettext(entry.context, entry.id)
        else:
            read_back = compiled.gettext(entry.id)
        assert read_back == (forms[-1] or text_of(entry)), f"{entry.id!r}: {KEEP}"


def catalogue(**texts: str) -> Catalog:
    made = Catalog(locale="zh")
    for text, translated in texts.items():
        made.add(text.replace("_", " "), translated)
    return made


def test_faults_are_noticed() -> None:
    """A text that is missing, one too many, one not translated, one with other placeholders."""
    wanted = [Found(None, text) for text in ("one", "two", "{count} of {name}")]
    made = catalogue(one="", three="三")
    made.add("{count} of {name}", "{name} 的 {number}")
    assert faults(made, wanted) == [
        "missing: 'two'",
        "in no source: 'three'",
        "not translated: 'one'",
        "other placeholders: '{count} of {name}': '{name} 的 {number}'",
    ]
    free = [Found(None, text, free=True) for text in ("one", "three")]
    assert faults(catalogue(one="", three="三"), free) == []
    whole = catalogue(one="一", two="二")
    whole.add("{count} of {name}", "{name} 的 {count}")
    assert not faults(whole, wanted)


def test_renewing_keeps_translations_and_drops_what_went() -> None:
    found = [Found(None, "one", None, ["a.py"]), Found("place", "new", None, ["b.py"])]
    made = renewed("zh", catalogue(one="一", gone="没了"), found)
    assert [(entry.id, entry.string) for entry in entries(made)] == [("one", "一"), ("new", "")]


def test_a_text_that_is_no_literal_is_refused() -> None:
    for source in ('message(f"{x} calls")', 'text_table({"a": name})', 'message("a" + b)'):
        with pytest.raises(NotLiteral, match=r"a\.py:1: .* takes literals"):
            list(texts_of(source, "a.py"))


def test_a_third_language_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a further catalogue in the folder, every text exists in that language, too."""
    made = Catalog(locale="de")
    made.add("agents", "Agenten")
    made.add(", ", " und ", context="list")
    shutil.copytree(FOLDER / "zh", tmp_path / "zh")
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / f"{DOMAIN}.mo").write_bytes(as_mo(made))
    from dialsim.messages import catalogue as module

    monkeypatch.setattr(module, "FOLDER", tmp_path)
    module.languages.cache_clear()
    module._catalogue.cache_clear()
    try:
        assert languages() == ("en", "de", "zh")
        table = text_table({"who": "agents", "free": "free"})
        assert table["de"]["who"] == "Agenten"
        assert table["de"]["free"] == "free"
        both = joined(message(", ", "list"), [message("agents"), Text("T1", zh="一号")])
        assert [both[language] for language in languages()] == [
            "agents, T1",
            "Agenten und T1",
            "坐席、一号",
        ]
    finally:
        module.languages.cache_clear()
        module._catalogue.cache_clear()


def test_a_message_is_filled_in_the_readers_language() -> None:
    text = message("{count:,} of {name}").filled(count=1200, name=message("agents"))
    assert text.en == "1,200 of agents"
    assert translate("{count:,} of {name}", "en") == "{count:,} of {name}"
    assert in_each(lambda language: text[language]) == text
    assert str(text) == text.en
    assert text == "1,200 of agents"
    assert text[:5] == "1,200"
    copied = pickle.loads(pickle.dumps(text))
    assert (copied, copied["zh"]) == (text, text["zh"])
