"""The catalogues of translations: one file of the gettext format beside this module a language.

`zh.po` is what a translator edits and `zh.mo` the same compiled, which Python's `gettext` reads.
Both are renewed from the sources by ``python tests/messages/catalogues.py --renew``. A further
language is a further pair of files.
"""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations
from pathlib import Path
from typing import TypeAlias

Language: TypeAlias = str
"""The code of a language, such as ``"zh"``: one of :func:`languages`."""

ENGLISH: Language = "en"
"""The language of the sources, which needs no catalogue."""

FOLDER = Path(__file__).parent
"""Where the catalogues are."""


@cache
def languages() -> tuple[Language, ...]:
    """Return every language that texts exist in; English is the first.

    >>> languages()
    ('en', 'zh')
    """
    return (ENGLISH, *sorted(file.stem for file in FOLDER.glob("*.mo")))


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


@cache
def _catalogue(language: Language) -> GNUTranslations:
    """Read a language's catalogue."""
    if language not in languages():
        known = ", ".join(languages())
        raise ValueError(f"there is no catalogue of the language {language!r}; there are {known}")
    with (FOLDER / f"{language}.mo").open("rb") as file:
        return GNUTranslations(file)
