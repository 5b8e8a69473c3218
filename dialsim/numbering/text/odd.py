"""Cells that hold more than one plain number: labels, extensions, spreadsheets' ways, several.

A cell is understood where only one reading is possible, and rejected with the reason where not.
Where countries write prefixes of their own, the phonenumbers library decides.
"""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from dialsim.core.codes import NumberClass, RowFault
from dialsim.core.rng import wrapping
from dialsim.numbering.layout import NUMBER
from dialsim.numbering.tables import load_plan
from dialsim.numbering.text.kernels import (
    CHINA,
    MOST_DIGITS,
    MOST_WRITTEN,
    ODD,
    read_digits,
    read_e164,
)
from dialsim.numbering.text.reading import reading

FEWEST_OF_SEVERAL = 10  # digits, where only spaces part several numbers
MOST_GROUPS = 16  # groups of digits that are tried as several numbers
UNUSABLE = "\0"  # stands for every character that no text should hold
PLACEHOLDERS = frozenset(
    {
        *("无", "没有", "暂无", "暂缺", "空", "未填", "未留", "未提供", "不详", "同上"),
        *("n/a", "n.a.", "na", "null", "none", "nil", "#n/a"),
    }
)
"""What people write in place of a number they do not have, in lower case."""

_STROKES = frozenset("-‐‑‒–—―－_/\\／＼")


class Settled(NamedTuple):
    """What a cell says: its number or fault, and the further numbers in it."""

    record: Any  # NUMBER
    further: tuple[int, ...] = ()

    @property
    def valid(self) -> bool:
        """Whether there is a number of the plan, a service's or a machine's included."""
        return bool(self.record["valid"])

    @property
    def number(self) -> int:
        """E.164 digits, or 0."""
        return int(self.record["number"])


@functools.lru_cache(maxsize=1 << 16)
def settle(cell: bytes, home: str) -> Settled:
    """Return what one cell says.

    Parameters
    ----------
    cell
        Its bytes, UTF-8.
    home
        ISO code of the country of numbers without a calling code.

    Notes
    -----
    Some 20-100 microseconds; the last 65 536 cells are remembered.

    Examples
    --------
    >>> settle("13800000001转22".encode(), "CN").number
    8613800000001
    >>> settle("010-12345678 / 13800000001".encode(), "CN").further
    (8613800000001,)
    >>> RowFault(settle(b"1.38E+10", "CN").record["fault"]).name
    'LOST_DIGITS'
    """
    try:
        text = cell.decode().translate(_plain)
    except UnicodeDecodeError:
        return _fault(RowFault.BAD_CHARACTER)
    if UNUSABLE in text:
        return _fault(RowFault.BAD_CHARACTER)
    text = text.strip(" \n\"'`‘’“”=")
    if not text:
        return _fault(RowFault.NO_NUMBER)
    if not any(character.isdecimal() for character in text):
        return _fault(RowFault.NO_NUMBER if is_placeholder(text) else RowFault.NO_DIGITS)
    if _MASKED.search(text):
        return _fault(RowFault.MASKED_DIGITS)
    settled = (
        _scientific(text, home)
        or _decimal(text, home)
        or _uri(text, home)
        or _with_extension(text, home)
        or _pieces(text, home)
    )
    telling = settled.record["fault"] in (RowFault.LOST_DIGITS, RowFault.FRACTION)
    if not (settled.valid or telling) and _has_letters(text):
        return _fault(RowFault.LETTERS)
    return settled


def is_placeholder(text: str) -> bool:
    """Return whether a cell says that there is no number: 无, 同上, a dash, N/A.

    >>> is_placeholder("暂无"), is_placeholder(" -- "), is_placeholder("n/a"), is_placeholder("x")
    (True, True, True, False)
    """
    word = text.strip().casefold()
    return word in PLACEHOLDERS or (word != "" and set(word) <= _STROKES)


# --- characters ------------------------------------------------------------------------------


class _Plain(dict[int, str]):
    """The plain form of a character: digits, spaces, dashes and full width as ASCII has them."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        category = unicodedata.category(character)
        if character in "\t\n\r\x85\u2028\u2029":
            plain = "\n"
        elif category == "Nd":
            plain = str(unicodedata.decimal(character))
        elif category == "Zs":
            plain = " "
        elif category == "Pd" or character == "\u2212":
            plain = "-"
        elif category == "Cf":
            plain = ""
        elif category in ("Cc", "Cn", "Co", "Cs") or code == 0xFFFD:
            plain = UNUSABLE
        elif 0xFF01 <= code <= 0xFF5E:
            plain = chr(code - 0xFEE0)
        else:
            plain = {"、": ";", "。": "."}.get(character, character)
        self[code] = plain
        return plain


_plain = _Plain()

# --- forms -----------------------------------------------------------------------------------

_MASKED = re.compile(r"\d\s*[*xX×•●]{2,}|[*•●]{2,}\s*\d")
_SCIENTIFIC = re.compile(r"\+?(\d+)(?:\.(\d*))?[eE]\+?(\d{1,3})")
_DECIMAL = re.compile(r"([1-9]\d*)\.(\d+)")
_POINT_ZERO = re.compile(r"(.*\d)\.0+")
_THOUSANDS = re.compile(r"(\d{1,3}(?:,\d{3}){2,})(?:\.0*)?")
_SCHEME = re.compile(r"(?:tel|callto|sms):(?://)?", re.IGNORECASE)
_EXTENSION = re.compile(
    r"(.*\d)[\s,;()-]*"
    r"(?:转|轉|分机|分機|内线|內線|extension|extn|ext|x|#|доб)[\s.:号]*(\d{1,7})[\s)]*",
    re.IGNORECASE,
)
_SWITCHBOARD = re.compile(  # 010-12345678-801: China's way to write an extension
    r"((?:(?:\+|00)?86[ \-]?)?\(?0?\d{2,3}\)?[ \-]?\d{3,4}[ \-]?\d{4}) ?- ?\d{1,6}"
)
_PIECE = re.compile(r"\(*(?:\++[\-. ()]*)?\d(?:[\d\-. ()]*\d)?")
_PARTING = frozenset(" /,;:|\\\n-.()_·")  # may stand within a number too
_GROUP = re.compile(r"\d+")


def _scientific(text: str, home: str) -> Settled | None:
    """1.38E+10: a number if all its digits are still there."""
    match = _SCIENTIFIC.fullmatch(text)
    if match is None:
        return None
    whole, fraction, exponent = match[1], match[2] or "", int(match[3])
    if exponent > len(fraction):
        return _fault(RowFault.LOST_DIGITS)
    if fraction[exponent:].strip("0"):
        return _fault(RowFault.FRACTION)
    return _digits(whole + fraction[:exponent], False, home)


def _decimal(text: str, home: str) -> Settled | None:
    """13800000001.000 and 13,800,000,001."""
    match = _THOUSANDS.fullmatch(text)
    if match:
        settled = _digits(match[1].replace(",", ""), False, home)
        return settled if settled.valid else None
    match = _DECIMAL.fullmatch(text)
    if match is None:
        match = _POINT_ZERO.fullmatch(text)
        if match is None or _piece(text, home).valid:
            return None
        settled = _pieces(match[1], home)
        return settled if settled.valid else None
    whole, joined = _piece(match[1], home), _piece(text, home)
    if match[2].strip("0"):
        return _fault(RowFault.FRACTION) if whole.valid or len(match[2]) <= 2 else None
    if whole.valid and joined.valid and len(match[2]) > 2:
        return _fault(RowFault.SEVERAL_NUMBERS)
    return joined if joined.valid and not whole.valid else whole


def _uri(text: str, home: str) -> Settled | None:
    """tel:+86-138-0000-0001;ext=5."""
    match = _SCHEME.match(text)
    if match is None:
        return None
    if ";" in text:
        return _library(text, home)
    return _pieces(text[match.end() :], home)


def _with_extension(text: str, home: str) -> Settled | None:
    match = _EXTENSION.fullmatch(text)
    if match is None:
        return None
    settled = _pieces(match[1], home)
    return settled if settled.valid else None


# --- several numbers ---------------------------------------------------------------------------


def _pieces(text: str, home: str) -> Settled:
    """Read the stretches of digits of a text, each a number, or all of them one."""
    found = list(_PIECE.finditer(text))
    ends = [0, *itertools.chain.from_iterable(match.span() for match in found), len(text)]
    gaps = [text[ends[i] : ends[i + 1]] for i in range(0, len(ends), 2)]
    if not found or any(_sticks(gap, i, len(gaps)) for i, gap in enumerate(gaps)):
        return _fault(RowFault.LETTERS)
    if any("+" in gap for gap in gaps):
        return _fault(RowFault.SEVERAL_NUMBERS)
    pieces = [match[0] for match in found]
    read = [_groups(piece, home) for piece in pieces]
    if all(settled.valid for settled in read):
        return _together(read)
    if len(read) == 1:
        return read[0]
    if _PARTING.issuperset("".join(gaps[1:-1])) and not any("+" in piece for piece in pieces[1:]):
        joined = _piece("".join(pieces), home)
        if joined.valid:
            return joined
    return _fault(RowFault.SEVERAL_NUMBERS)


def _has_letters(text: str) -> bool:
    return any(character.isalpha() for character in text)


def _sticks(gap: str, place: int, count: int) -> bool:
    """Whether letters between digits may be meant as part of a number.

    Letters of an alphabet that touch a digit: 13800O00001; a Chinese word may stand close by, but
    not a Chinese numeral.
    """
    touching = (gap[:1] if place > 0 else "") + (gap[-1:] if place < count - 1 else "")
    return any(
        character.isalpha() and (character.upper() != character.lower() or character.isnumeric())
        for character in touching
    )


def _groups(piece: str, home: str) -> Settled:
    """Read a stretch of digits, dashes, dots, brackets and spaces."""
    whole = _piece(piece, home)
    if whole.valid:
        return whole
    match = _SWITCHBOARD.fullmatch(piece)
    if match:
        settled = _piece(match[1], home)
        if settled.record["number_class"] == NumberClass.FIXED and _is_chinese(settled.number):
            return settled
    groups = piece.split()
    several = 1 < len(groups) <= MOST_GROUPS
    ways = list(itertools.islice(_ways(groups, home), 2)) if several else []
    if len(ways) == 1:
        return _together(ways[0])
    parts = _GROUP.findall(piece)
    if ways or (len(parts) > 1 and any(_person(_piece(part, home)) for part in parts)):
        return _fault(RowFault.SEVERAL_NUMBERS)
    return whole


def _ways(groups: Sequence[str], home: str) -> Iterable[list[Settled]]:
    """Yield every way in which consecutive groups of digits are numbers of persons.

    Only of at least ten digits: some countries allow almost anything shorter.
    """
    if not groups:
        yield []
    for count in range(1, len(groups) + 1):
        text = "".join(groups[:count])
        digits = sum(character.isdecimal() for character in text)
        if digits > MOST_DIGITS:
            return
        settled = _piece(text, home)
        if digits >= FEWEST_OF_SEVERAL and _person(settled):
            for rest in _ways(groups[count:], home):
                yield [settled, *rest]


def _is_chinese(number: int) -> bool:
    return str(number).startswith(str(CHINA))


def _person(settled: Settled) -> bool:
    return settled.valid and settled.record["fault"] == RowFault.NONE


def _together(read: Iterable[Settled]) -> Settled:
    """Return the first number, and the others that differ."""
    first, *rest = read
    numbers = dict.fromkeys([first.number, *first.further])
    for settled in rest:
        numbers.update(dict.fromkeys([settled.number, *settled.further]))
    further = tuple(numbers)[1:]
    record = first.record.copy()
    record["further"] = min(len(further), 255)
    return Settled(record, further)


# --- one number --------------------------------------------------------------------------------


def _piece(text: str, home: str) -> Settled:
    """Read digits with nothing but plus, dashes, dots, brackets and spaces among them."""
    digits = "".join(character for character in text if character.isdecimal())
    plus = text.lstrip("( ").startswith("+")
    if not digits:
        return _fault(RowFault.NO_DIGITS)
    return _digits(digits, plus, home)


@functools.lru_cache(maxsize=1 << 12)
def _digits(digits: str, plus: bool, home: str) -> Settled:
    if len(digits) > MOST_WRITTEN:
        return _fault(RowFault.TOO_LONG)
    if len(digits) > MOST_DIGITS:
        return _library(("+" if plus else "") + digits, home)
    plan, _ = load_plan()
    records = np.zeros(1, NUMBER)
    with wrapping():
        fault = int(read_digits(plan, reading(home), int(digits), len(digits), plus, records[0]))
    if fault == ODD:
        return _library(("+" if plus else "") + digits, home)
    records["fault"] = fault
    return Settled(records[0])


def _library(text: str, home: str) -> Settled:
    """Let the library find the number's digits; what they are worth our own plan says."""
    import phonenumbers

    error = phonenumbers.NumberParseException
    try:
        parsed = phonenumbers.parse(text, home)
    except error as found:
        faults = {
            error.INVALID_COUNTRY_CODE: RowFault.UNKNOWN_COUNTRY,
            error.TOO_LONG: RowFault.TOO_LONG,
        }
        return _fault(faults.get(found.error_type, RowFault.TOO_SHORT))
    national = phonenumbers.national_significant_number(parsed)
    return _e164(f"{parsed.country_code}{national}")


def _e164(digits: str) -> Settled:
    if len(digits) > MOST_DIGITS:
        return _fault(RowFault.TOO_LONG)
    records = np.zeros(1, NUMBER)
    plan, _ = load_plan()
    with wrapping():
        read_e164(plan, reading("CN"), int(digits), records[0])
    return Settled(records[0])


def _fault(fault: RowFault) -> Settled:
    record = np.zeros(1, NUMBER)[0]
    record["index"] = -1
    record["number_class"] = NumberClass.UNKNOWN
    record["operator"] = -1
    record["fault"] = fault
    return Settled(record)
