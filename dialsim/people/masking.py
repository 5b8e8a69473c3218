"""Texts of cells without the phone numbers and names in them."""

from __future__ import annotations

import re

from dialsim.errors import is_plain

CHINA = "86"  # the calling code of mainland China
EMPTY = "(empty)"
_SHOWN = 40
_RUN = re.compile(r"\d")
_WORD = re.compile(r"[^\W\d_]+")
_MOMENT = re.compile(
    r"\s*\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?([T\s]+\d{1,2}(:\d{1,2}){1,2}([.,]\d+)?)?"
    r"\s*(Z|[+-]\d\d:?\d\d)?\s*"
)
_CALLING = re.compile(r"[+ ]*(00)?86")


def masked(text: str, number: bool = True, names: bool | None = None) -> str:
    r"""Return a cell's text, cut to one short line and without a phone number in it.

    Parameters
    ----------
    number
        The cell should hold a phone number: most digits are hidden even if they are few.
    names
        Also hide words, which may be a person's name, except for the first letter of each. Default:
        the value of `number`.

    Examples
    --------
    >>> masked("13800000001"), masked("+86 138-0000-0001"), masked("2026-13-01", number=False)
    ('138****0001', '+86 138-****-0001', '2026-13-01')
    >>> masked("1234567\x00"), masked("2026-13-01 10:00", number=False)
    ('12***67\\x00', '2026-13-01 10:00')
    >>> masked("Zhang San"), masked("张三"), masked("1380000000O"), masked("bought", number=False)
    ('Z**** S**', '**', '138***0000O', 'bought')
    """
    places = [match.start() for match in _RUN.finditer(text)]
    shown = list(text)
    first, last = (3, 4) if len(places) >= 8 else (2, 2)
    if len(places) > 11 and _CALLING.match(text):
        first += 4 if text.lstrip("+ ").startswith("00") else 2
    moment = not number and _MOMENT.fullmatch(text) is not None
    if len(places) >= (5 if number else 9) and not moment:
        for place in places[first : len(places) - last]:
            shown[place] = "*"
    if number if names is None else names:
        for match in _WORD.finditer(text):
            kept = 1 if match[0].isascii() else 0
            shown[match.start() + kept : match.end()] = "*" * (len(match[0]) - kept)
    line = "".join(c if is_plain(c) else repr(c)[1:-1] for c in shown[: _SHOWN + 1])
    return line if len(line) <= _SHOWN else line[: _SHOWN - 3] + "..."


def masked_number(number: int) -> str:
    """Return a number, given with its calling code, as `masked` shows it in a list.

    One of mainland China stands without its code, as lists write it.

    >>> masked_number(8613800000001), masked_number(8612345), masked_number(16502530000)
    ('138****0001', '12*45', '+165****0000')
    """
    text = str(number)
    return masked(text[len(CHINA) :] if text.startswith(CHINA) else f"+{text}")
