"""The catalogues of translations: a folder of the gettext layout beside this module a language.

`zh/LC_MESSAGES/dialsim.po` is what a translator edits and `dialsim.mo` the same compiled, which
Python's `gettext` reads. Both are renewed from the sources by
``python tests/messages/catalogues.py --renew``. A further language is a further folder.
"""

from __future__ import annotations

from functools import cache
from gettext import NullTranslations, translation
from pathlib import Path
from typing import TypeAlias

Language: TypeAlias = str
"""The code of a language, such as ``"zh"``: one of :func:`languages`."""

ENGLISH: Language = "en"
"""The language of the sources, which needs no catalogue."""

FOLDER = Path(__file__).parent
"""Where the catalogues are."""

DOMAIN = "dialsim"
"""The name of each file, which gettext calls a domain."""


@cache
def languages() -> tuple[Language, ...]:
    """Return every language that texts exist in; English is the first.

    >>> languages()
    ('en', 'zh')
    """
    files = FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")
    return (ENGLISH, *sorted(file.parents[1].name for file in files))


def translate(text: str, language: Language, context: str | None = None) -> str:
    """Return an English text in a language; as it is where the catalogue has no translation.

    Parameters
    ----------
    text
        The text as the sources have it, placeholders unfilled.
    language
        One of :func:`languages`.
    context
        Tells meanings of one English text apart; as the sources have it.

    Raises
    ------
    ValueError
        Of a language without a catalogue.

    Examples
    --------
    >>> translate("agents", "zh"), translate("never translated", "zh"), translate("agents", "en")
    ('坐席', 'never translated', 'agents')
    >>> translate("agents", "xx")
    Traceback (most recent call last):
    ...
    ValueError: there is no catalogue of the language 'xx'; there are en, zh
    """
    if language == ENGLISH or not text:
        return text
    catalogue = _catalogue(language)
    return catalogue.gettext(text) if context is None else catalogue.pgettext(context, text)


def translate_plural(one: str, many: str, count: int, language: Language) -> str:
    """Return the form of an English text that a count takes in a language.

    >>> translate_plural("{} call", "{} calls", 1, "en"), translate_plural("a", "b", 0, "zh")
    ('{} call', 'b')
    """
    if language == ENGLISH:
        return one if count == 1 else many
    return _catalogue(language).ngettext(one, many, count)


@cache
def _catalogue(language: Language) -> NullTranslations:
    """Read a language's catalogue."""
    if language not in languages():
        known = ", ".join(languages())
        raise ValueError(f"there is no catalogue of the language {language!r}; there are {known}")
    return translation(DOMAIN, FOLDER, [language])
