"""Which language a command speaks: ``--lang``, else ``DIALSIM_LANG``, else the locale."""

from __future__ import annotations

import gettext
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from dialsim.errors import ScenarioError, shown
from dialsim.messages.catalogue import DOMAIN, ENGLISH, FOLDER, Language, languages
from dialsim.messages.terminal import terminal_in
from dialsim.messages.text import message

OPTION = "--lang"
VARIABLE = "DIALSIM_LANG"
LOCALE = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
"""Variables of the locale, as gettext asks them."""


def language_of(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> Language:
    """Return the language that a command line asks for, before it is parsed.

    Whatever goes wrong in parsing is then printed in that language, too.

    Raises
    ------
    ScenarioError
        ``DIALSIM_LANG`` names a language that has no catalogue. A locale without one is English.

    Examples
    --------
    >>> language_of(["run", "a.toml", "--lang", "zh"], {})
    'zh'
    >>> language_of(["run", "a.toml"], {"DIALSIM_LANG": "zh_CN.UTF-8", "LANG": "en_GB"})
    'zh'
    >>> language_of([], {"LANG": "zh_CN.UTF-8"}), language_of([], {"LANG": "fr_FR.UTF-8"})
    ('zh', 'en')
    """
    asked = _asked(arguments)
    if asked in languages():
        return asked
    chosen = environment.get(VARIABLE)
    if chosen:
        language = _known(chosen)
        if language is None:
            raise ScenarioError.at(
                VARIABLE, message("no such language"), shown(chosen), allowed=", ".join(languages())
            )
        return language
    for name in LOCALE:
        for each in environment.get(name, "").split(":"):
            if each:
                return _known(each) or ENGLISH
    return ENGLISH


@contextmanager
def in_language(language: Language) -> Iterator[None]:
    """Have click and progress lines speak a language; click asks gettext's current domain."""
    before = gettext.textdomain(), os.environ.get("LANGUAGE")
    gettext.bindtextdomain(DOMAIN, str(FOLDER))
    gettext.textdomain(DOMAIN)
    os.environ["LANGUAGE"] = language
    try:
        with terminal_in(language):
            yield
    finally:
        gettext.textdomain(before[0])
        if before[1] is None:
            del os.environ["LANGUAGE"]
        else:
            os.environ["LANGUAGE"] = before[1]


def _asked(arguments: Sequence[str]) -> str:
    """Return the value of the last ``--lang``; empty without one."""
    found = ""
    for place, word in enumerate(arguments):
        if word == "--":
            break
        if word == OPTION and place + 1 < len(arguments):
            found = arguments[place + 1]
        elif word.startswith(f"{OPTION}="):
            found = word.partition("=")[2]
    return found


def _known(locale: str) -> Language | None:
    """Return the language of a locale such as ``zh_CN.UTF-8``, if texts exist in it.

    >>> _known("zh_CN.UTF-8"), _known("zh-Hans"), _known("C"), _known("xx")
    ('zh', 'zh', None, None)
    """
    code = locale.replace("-", "_").partition(".")[0].partition("@")[0].partition("_")[0].lower()
    return code if code in languages() else None
