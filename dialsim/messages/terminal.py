"""The language of what a command writes to its terminal while it works, beside its page.

A page is asked for a language. A progress line has nobody who asks: a command says once, by
:func:`terminal_in`, which language its terminal reads, and from Python it is English.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import read_in

_language: Language = ENGLISH


@contextmanager
def terminal_in(language: Language) -> Iterator[None]:
    """Write to the terminal in a language.

    >>> from dialsim.messages.text import message
    >>> with terminal_in("zh"):
    ...     for_terminal(message("interrupted"))
    '已中断'
    """
    global _language
    before, _language = _language, language
    try:
        yield
    finally:
        _language = before


def for_terminal(text: str) -> str:
    """Return a text in the language of the terminal.

    >>> from dialsim.messages.text import message
    >>> for_terminal(message("interrupted"))
    'interrupted'
    """
    return read_in(text, _language)
