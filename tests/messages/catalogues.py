"""Renew the catalogues from the sources: new texts in, texts that went out, and compile them.

    python tests/messages/catalogues.py --renew      write each .po and .mo anew
    python tests/messages/catalogues.py --new de     begin a catalogue for a further language

A text without a translation is listed, and :mod:`tests.messages.test_catalogues` fails for it,
unless it is free to stay in English: a note of a data file.
"""

from __future__ import annotations

import argparse
import io
import string
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from dialsim.messages.catalogue import DOMAIN, ENGLISH, FOLDER, languages
from tests.messages.sources import Found, all_texts

WIDTH = 100
BEGUN = datetime(2026, 12, 1, tzinfo=UTC)
"""A fixed day, so that only what changed is written anew."""


def po_of(language: str) -> Path:
    """Return where the catalogue of a language is."""
    return FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def read(path: Path) -> Catalog:
    """Return a catalogue as a translator left it."""
    with path.open("rb") as file:
        return read_po(file)


def renewed(language: str, old: Catalog | None, found: list[Found]) -> Catalog:
    """Return a catalogue of exactly the texts of the sources, with the translations known."""
    made = Catalog(
        locale=language,
        project="dialsim",
        header_comment=f"# Texts of dialsim in the language {language!r}: edit msgstr only.",
        creation_date=BEGUN,
        revision_date="",
        last_translator="",
        language_team=language,
        fuzzy=False,
        charset="utf-8",
    )
    for each in found:
        if each.text:
            known = old.get(each.text, each.context) if old is not None else None
            made.add(
                (each.text, each.plural) if each.plural else each.text,
                _as_kind(known.string if known is not None else "", each.plural is not None),
                locations=[(file, 0) for file in each.files],
                context=each.context,
            )
    return made


def _as_kind(known: str | tuple[str, ...], plural: bool) -> str | tuple[str, ...]:
    """Return a translation as a text with or without plural forms wants it."""
    forms = known if isinstance(known, tuple | list) else (known,)
    return tuple(forms) if plural else str(forms[0])


def translations(entry: Message) -> list[str]:
    """Return the translation of an entry, or of each of its plural forms."""
    return list(entry.string) if isinstance(entry.string, tuple | list) else [str(entry.string)]


def text_of(entry: Message) -> str:
    """Return the English text of an entry; of one with a plural, the first form."""
    return str(entry.id[0] if isinstance(entry.id, tuple | list) else entry.id)


def as_po(catalogue: Catalog) -> bytes:
    """Return a catalogue as text."""
    out = io.BytesIO()
    write_po(out, catalogue, width=WIDTH, include_lineno=False)
    return out.getvalue()


def as_mo(catalogue: Catalog) -> bytes:
    """Return a catalogue as `gettext` reads it."""
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def entries(catalogue: Catalog) -> list[Message]:
    """Return what a catalogue translates."""
    return [each for each in catalogue if each.id]


def fields(text: str) -> list[str]:
    """Return the names of a text's placeholders, sorted; those without a name by their place.

    A text that is no format, for a table in braces stands in it, has none.

    >>> fields("{count:,} of {name}"), fields("{} {:,}"), fields("{1} {0}"), fields("10 {{x}}")
    (['count', 'name'], ['0', '1'], ['0', '1'], [])
    >>> fields("{ profile = 1, overrides = { ... } }")
    []
    """
    try:
        parsed = list(string.Formatter().parse(text))
    except ValueError:
        return []
    names = [name for _, name, _, _ in parsed if name is not None]
    return sorted({name or str(place) for place, name in enumerate(names)})


def main() -> int:
    """Renew every catalogue; return 1 if a translation is missing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--renew", action="store_true", required=False)
    parser.add_argument("--new", metavar="LANGUAGE")
    chosen = parser.parse_args()
    wanted = [each for each in languages() if each != ENGLISH] + (
        [chosen.new] if chosen.new else []
    )
    found, missing = all_texts(), 0
    for language in wanted:
        po = po_of(language)
        catalogue = renewed(language, read(po) if po.exists() else None, found)
        free = {each.key for each in found if each.free}
        for entry in entries(catalogue):
            if not all(translations(entry)) and (entry.context, text_of(entry)) not in free:
                missing += 1
                print(f"{language}: no translation of {entry.id!r} ({entry.locations[0][0]})")
        if chosen.renew or chosen.new:
            po.parent.mkdir(parents=True, exist_ok=True)
            po.write_bytes(as_po(catalogue))
            po.with_suffix(".mo").write_bytes(as_mo(catalogue))
    return int(missing > 0)


if __name__ == "__main__":
    sys.exit(main())
