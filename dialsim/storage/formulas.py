"""CSV text that a spreadsheet does not run as a formula."""

from __future__ import annotations

import re

SUSPECT = r"(?s)^[=@\t\r]|^[+\-].*[A-Za-z(!|]|\x00"
"""What only a text has that :func:`harmless` may change; RE2 and Python read it alike."""

_CALLS = re.compile(r"[A-Za-z(!|]")


def harmless(text: str) -> str:
    """Return a cell's text, with an apostrophe in front if a spreadsheet would run it.

    A number with its sign, such as ``+8613800000001``, stays what it is, and a NUL is written out.

    >>> harmless("=1+1"), harmless("@SUM(A1)"), harmless("+8613800000001"), harmless("-2+cmd|x")
    ("'=1+1", "'@SUM(A1)", '+8613800000001', "'-2+cmd|x")
    """
    text = text.replace("\0", "\\0")
    formula = text[:1] in ("=", "@", "\t", "\r") or (
        text[:1] in ("+", "-") and _CALLS.search(text) is not None
    )
    return f"'{text}" if formula else text
