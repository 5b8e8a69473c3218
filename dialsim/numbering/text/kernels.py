"""Cells of text to digits, and digits to the number they were meant to be.

Most cells are bare digits: they are read eight at a time. The rest of what is common (+86, 0086,
spaces, dashes, full-width digits) is walked byte by byte. A cell that may hold more than one plain
number is left as `ODD`, to be read at leisure.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialsim.core.bits import UPPER_HALF
from dialsim.core.codes import NumberClass, RowFault
from dialsim.jit.decorator import kernel
from dialsim.jit.frame import frame
from dialsim.numbering.kernels import describe
from dialsim.numbering.text.reading import ZERO_FALLS

CHINA_700, SHORT_700, LONG_700 = 86_700, 12, 15  # digits of numbers that fall short of one of 15
ODD = 255
"""In place of a fault: the cell needs a closer look."""

LONGEST_CELL = 256  # bytes; no number needs more, however it is written
MOST_DIGITS = 18  # of an int64, all of them
MOST_WRITTEN = 24  # a carrier's code, 00 and a number
MOST_NATIONAL = 15  # with a calling code still an int64
FIRST_TOO_LONG = 10**15  # E.164 allows 15 digits
FEWEST_DIGITS = 7  # shorter numbers are short codes, or nothing
CHINA = 86
SPACE_BYTE = 0x20

POWERS = np.array([10**i for i in range(MOST_DIGITS + 1)], np.int64)

# What a byte, or the character that begins there, is to a number; 0-9 are digits.
PLUS = 10
SPACE = 11  # and dashes and brackets: sets digits apart within a number
BREAK = 12  # end of a line, tabulator: sets numbers apart
DOT = 13
QUOTE = 14  # a spreadsheet's mark of text; only before the number
SILENT = 15  # nothing to see
BAD = 16
OTHER = 17
WIDE = 18  # the first byte of several


def _kinds() -> NDArray[Any]:
    kinds = np.full(256, OTHER, np.int64)
    kinds[:32] = kinds[127] = BAD
    kinds[128:] = WIDE
    kinds[[ord(c) for c in "\t\n\r"]] = BREAK
    kinds[[ord(c) for c in " -()"]] = SPACE
    kinds[ord("0") : ord("9") + 1] = np.arange(10)
    kinds[ord("+")] = PLUS
    kinds[ord(".")] = DOT
    kinds[ord("'")] = QUOTE
    return kinds


KINDS = _kinds()

_ZEROS = np.uint64(0x3030303030303030)
_OVER_NINE = np.uint64(0x7676767676767676)
_TOP_BITS = np.uint64(0x8080808080808080)
_PAIRS = np.uint64(0x00FF00FF00FF00FF)
_FOURS = np.uint64(0x0000FFFF0000FFFF)
_TENS = np.uint64(2561)  # 10 << 8 | 1
_HUNDREDS = np.uint64(6553601)  # 100 << 16 | 1
_TEN_THOUSANDS = np.uint64(42949672960001)  # 10_000 << 32 | 1
_S1 = np.uint64(1)
_S8 = np.uint64(8)
_S16 = np.uint64(16)
_S56 = np.uint64(56)
_S63 = np.uint64(63)
_BYTE = np.uint64(0xFF)
_PLUS_SIGN = np.uint64(0x2B)


@frame
class Cells(NamedTuple):
    """A column of text as Arrow keeps it."""

    data: NDArray[Any]  # u1: the bytes of all cells
    words: NDArray[Any]  # u8: the same memory as whole words
    offsets: NDArray[Any]  # i8[n + 1]: where a cell begins in `data`
    present: NDArray[Any]  # u1[n]: 0 where there is no cell; empty: all are there


@kernel
def scan(plan: Any, reading: Any, cells: Cells, out: Any) -> int:
    """Fill a NUMBER for each cell; return how many were left with `ODD` as their fault."""
    odd = 0
    some_missing = cells.present.shape[0] > 0
    for i in range(out.shape[0]):
        start = cells.offsets[i]
        length = cells.offsets[i + 1] - start
        if some_missing and cells.present[i] == 0:
            length = 0
        fault = read_clean(plan, reading, cells, start, length, out[i])
        if fault == ODD:
            fault = read_walking(plan, reading, cells.data, start, start + length, out[i])
        out[i]["fault"] = fault
        out[i]["further"] = 0
        odd += fault == ODD
    return odd


@kernel
def read_clean(plan: Any, reading: Any, cells: Cells, start: int, length: int, out: Any) -> int:
    """Read a cell of at most 16 bytes that holds digits, perhaps after a plus; else `ODD`."""
    word = start >> 3
    if length < 1 or length > 16 or word + 2 >= cells.words.shape[0]:
        return ODD
    shift = np.uint64((start & 7) << 3)
    back = _S63 - shift  # two steps, as a shift by 64 is undefined
    middle = cells.words[word + 1]
    low = (cells.words[word] >> shift) | ((middle << _S1) << back)
    high = (middle >> shift) | ((cells.words[word + 2] << _S1) << back)
    plus = (low & _BYTE) == _PLUS_SIGN
    digits = length
    if plus:
        digits -= 1
        if digits == 0:
            return ODD
        low = (low >> _S8) | (high << _S56)
        high = high >> _S8
    low = low ^ _ZEROS
    high = high ^ _ZEROS
    # Text reads from the low byte on: shifted up, the bytes behind it fall off and the digits
    # stand at the end, after zeros.
    if digits <= 8:
        low = low << np.uint64((8 - digits) << 3)
        high = np.uint64(0)
    else:
        high = high << np.uint64((16 - digits) << 3)
    if (((low + _OVER_NINE) | low) | ((high + _OVER_NINE) | high)) & _TOP_BITS:
        return ODD
    value = np.int64(eight_digits(low))
    if digits > 8:
        value = value * POWERS[digits - 8] + np.int64(eight_digits(high))
    return read_digits(plan, reading, value, digits, plus, out)


@kernel
def eight_digits(word: np.uint64) -> np.uint64:
    """Return the number eight bytes of 0 to 9 stand for, the lowest byte first."""
    word = (word * _TENS) >> _S8
    word = ((word & _PAIRS) * _HUNDREDS) >> _S16
    return ((word & _FOURS) * _TEN_THOUSANDS) >> UPPER_HALF


@kernel
def read_walking(plan: Any, reading: Any, data: Any, start: int, stop: int, out: Any) -> int:
    """Read a cell byte by byte; `ODD` if it may hold anything but one plain number."""
    if stop - start > LONGEST_CELL:
        return rejected(out, RowFault.TOO_LONG)
    value = 0
    digits = 0
    plus = False
    last = SPACE  # what stood before this character, as far as it parts digits
    parted = False
    dots = 0
    tail = 0  # digits after the last dot
    tail_zero = True
    place = start
    while place < stop:
        kind = KINDS[data[place]]
        place += 1
        if kind == WIDE:
            kind, width = wide_character(data, place - 1, stop)
            place += width - 1
        if kind <= 9:
            if digits > 0:
                if last == BREAK:
                    return ODD
                parted |= last == SPACE
            if digits < MOST_DIGITS:
                value = value * 10 + kind
            digits += 1
            tail += 1
            tail_zero &= kind == 0
            last = kind
        elif kind == SPACE or kind == BREAK:
            if last != BREAK:
                last = kind
        elif kind == DOT:
            dots += 1
            tail = 0
            tail_zero = True
        elif kind == PLUS:
            if plus or digits > 0:
                return ODD
            plus = True
        elif kind == BAD:
            return rejected(out, RowFault.BAD_CHARACTER)
        elif kind == OTHER or (kind == QUOTE and (plus or digits > 0)):
            return ODD
    if digits == 0:
        return ODD if plus or dots > 0 else blank(data, start, stop, out)
    if dots == 1 and tail > 0:
        if tail == digits or digits > MOST_DIGITS or (tail <= 2) != tail_zero:
            return ODD
        if tail_zero:  # 13800000001.0
            if plus or parted or value < POWERS[digits - 1]:
                return ODD  # no spreadsheet writes a plain number so
            value = value // POWERS[tail]
            digits -= tail
    parted |= dots > 0
    fault = read_digits(plan, reading, value, digits, plus, out)
    # What is set apart may still be several numbers, or a number and something else.
    return ODD if parted and out["valid"] == 0 else fault


@kernel
def blank(data: Any, start: int, stop: int, out: Any) -> int:
    """Reject a cell without digits: nothing in it, or `ODD` if there is more than space."""
    for place in range(start, stop):
        if data[place] != SPACE_BYTE and KINDS[data[place]] != BREAK:
            return ODD
    return rejected(out, RowFault.NO_NUMBER)


@kernel
def wide_character(data: Any, place: int, stop: int) -> tuple[int, int]:
    """Return kind and bytes of a character beyond ASCII that a number may hold; else `OTHER`."""
    if place + 1 < stop and data[place] == 0xC2 and data[place + 1] == 0xA0:
        return SPACE, 2  # no-break space
    if place + 2 >= stop:
        return OTHER, 1
    first = data[place]
    second = data[place + 1]
    third = data[place + 2]
    kind = OTHER
    if first == 0xEF and second == 0xBC:  # full width
        if 0x90 <= third <= 0x99:
            kind = np.int64(third) - 0x90
        elif third == 0x8B:
            kind = PLUS
        elif third == 0x8D or third == 0x88 or third == 0x89:  # dash, brackets
            kind = SPACE
        elif third == 0x8E:
            kind = DOT
    elif first == 0xE3 and second == 0x80 and third == 0x80:  # ideographic space
        kind = SPACE
    elif first == 0xEF and second == 0xBB and third == 0xBF:  # byte-order mark
        kind = SILENT
    elif first == 0xE2 and second == 0x88 and third == 0x92:  # minus
        kind = SPACE
    elif first == 0xE2 and second == 0x80:
        if 0x80 <= third <= 0x8A or 0x90 <= third <= 0x95 or third == 0xAF:  # spaces, dashes
            kind = SPACE
        elif 0x8B <= third <= 0x8F or 0xAA <= third <= 0xAE:  # zero width, direction of text
            kind = SILENT
    elif first == 0xE2 and second == 0x81 and (0xA0 == third or 0xA6 <= third <= 0xA9):
        kind = SILENT
    return kind, 3


@kernel
def read_digits(plan: Any, reading: Any, value: int, digits: int, plus: bool, out: Any) -> int:
    """Fill a NUMBER from digits as they were written, zeros in front included in the count.

    Returns the fault, or `ODD` where the country's own rules about prefixes decide.
    """
    home = reading.home
    if digits > MOST_DIGITS:
        return ODD if digits <= MOST_WRITTEN else rejected(out, RowFault.TOO_LONG)
    if plus:
        fault = international(plan, reading, value, digits, out)
    elif home[4] and digits > 3 and value < POWERS[digits - 2]:  # 00
        if value < POWERS[digits - 3]:
            fault = rejected(out, RowFault.NOT_ALLOCATED) if home[3] else ODD
        else:
            fault = international(plan, reading, value, digits - 2, out)
    elif home[3]:
        if digits >= 9 and value // POWERS[digits - 2] == CHINA:
            national = value % POWERS[digits - 2]
            if national < POWERS[digits - 4]:
                return ODD  # 86 00
            fault = chinese(plan, national, digits - 2, out)
        else:
            fault = chinese(plan, value, digits, out)
    else:
        fault = elsewhere(plan, home, value, digits, out)
    return judged(reading, fault, digits < FEWEST_DIGITS, out)


@kernel
def judged(reading: Any, fault: int, short: bool, out: Any) -> int:
    """Return the last word on a number: does a person answer there; if there is none, why."""
    if fault == RowFault.NONE:
        return reading.faults[out["number_class"]]
    if fault == RowFault.NOT_ALLOCATED:
        for digits in range(SHORT_700, LONG_700):
            if out["number"] // POWERS[digits - 3] == CHINA_700:
                return rejected(out, RowFault.SHORT_INTERMEDIATE)
        if out["number"] >= FIRST_TOO_LONG:
            return rejected(out, RowFault.TOO_LONG)
        if short:
            return rejected(out, RowFault.TOO_SHORT)
    return fault


@kernel
def chinese(plan: Any, value: int, digits: int, out: Any) -> int:
    """Understand a number of mainland China, perhaps after 0 or the code of a carrier."""
    if value < POWERS[digits - 1]:
        if digits <= FEWEST_DIGITS or value < POWERS[digits - 2]:
            return rejected(out, RowFault.NOT_ALLOCATED)
        if digits > MOST_NATIONAL + 2:
            return rejected(out, RowFault.TOO_LONG)
        return understood(plan, CHINA * POWERS[digits - 1] + value, out)
    if digits > MOST_NATIONAL + 1:
        fault = rejected(out, RowFault.TOO_LONG)
    else:
        fault = understood(plan, CHINA * POWERS[digits] + value, out)
    if fault == RowFault.NONE or digits < FEWEST_DIGITS + 5:
        return fault
    lead = value // POWERS[digits - 3]
    if 110 <= lead <= 129 or lead == 179:
        if value // POWERS[digits - 7] % 100 == 0:
            return ODD  # a carrier's way abroad
        digits -= 5
        value = value % POWERS[digits]
        if value >= POWERS[digits - 1]:
            fault = understood(plan, CHINA * POWERS[digits] + value, out)
    return fault


@kernel
def elsewhere(plan: Any, home: Any, value: int, digits: int, out: Any) -> int:
    """Understand a national number of another country, unless it begins with a prefix."""
    if home[5] and digits > 1 and value < POWERS[digits - 1]:
        digits -= 1
    elif home[6] and digits == 11 and value // POWERS[10] == 1:
        digits -= 1
        value = value % POWERS[10]
    first = value // POWERS[digits - 1]
    if (home[2] >> first) & 1 == 0:
        return ODD
    if digits > MOST_NATIONAL:
        return rejected(out, RowFault.TOO_LONG)
    return understood(plan, home[0] * POWERS[digits] + value, out)


@kernel
def international(plan: Any, reading: Any, value: int, digits: int, out: Any) -> int:
    """Understand a number that begins with its calling code."""
    if value < POWERS[digits - 1]:
        return ODD
    for length in range(1, 4):
        if digits <= length:
            return rejected(out, RowFault.TOO_SHORT)
        unit = POWERS[digits - length]
        entry = reading.codes[value // unit]
        if entry:
            national = value % unit
            if value // unit == CHINA:
                return chinese(plan, national, digits - length, out)
            unit = unit // 10
            if entry & ZERO_FALLS and national < unit:
                digits -= 1
                value = value // (unit * 10) * unit + national
                unit = max(unit // 10, 1)
            if (entry >> (national // unit)) & 1 == 0:
                return ODD
            if digits > MOST_NATIONAL + 2:
                return rejected(out, RowFault.TOO_LONG)
            return understood(plan, value, out)
    return rejected(out, RowFault.UNKNOWN_COUNTRY)


@kernel
def understood(plan: Any, number: int, out: Any) -> int:
    """Fill a NUMBER from its E.164 digits; NOT_ALLOCATED if the plan has no such number."""
    describe(plan, number, out)
    return RowFault.NONE if out["valid"] else RowFault.NOT_ALLOCATED


@kernel
def rejected(out: Any, fault: int) -> int:
    """Make a NUMBER say that there is none, and return why."""
    out["number"] = 0
    out["index"] = -1
    out["place"] = 0
    out["zones"] = 0
    out["region"] = 0
    out["number_class"] = NumberClass.UNKNOWN
    out["operator"] = -1
    out["valid"] = 0
    return fault


@kernel
def classify_integers(plan: Any, reading: Any, values: Any, present: Any, out: Any) -> int:
    """Read whole numbers as text of the same digits would be; return how many are `ODD`."""
    odd = 0
    for i in range(out.shape[0]):
        value = values[i]
        if present.shape[0] > 0 and present[i] == 0:
            fault = rejected(out[i], RowFault.NO_NUMBER)
        elif value < 0:
            fault = rejected(out[i], RowFault.NOT_ALLOCATED)
        elif value >= POWERS[MOST_DIGITS]:
            fault = rejected(out[i], RowFault.TOO_LONG)
        else:
            digits = 1
            while value >= POWERS[digits]:
                digits += 1
            fault = read_digits(plan, reading, value, digits, False, out[i])
        out[i]["fault"] = fault
        out[i]["further"] = 0
        odd += fault == ODD
    return odd


@kernel
def classify_e164(plan: Any, reading: Any, numbers: Any, out: Any) -> None:
    """Fill a NUMBER for each E.164 number."""
    for i in range(out.shape[0]):
        read_e164(plan, reading, numbers[i], out[i])


@kernel
def read_e164(plan: Any, reading: Any, number: int, out: Any) -> None:
    """Fill a whole NUMBER from E.164 digits."""
    if number <= 0:
        fault = rejected(out, RowFault.NO_NUMBER)
    elif number >= POWERS[MOST_DIGITS]:
        fault = rejected(out, RowFault.TOO_LONG)
    else:
        fault = understood(plan, number, out)
        fault = judged(reading, fault, number < POWERS[FEWEST_DIGITS - 1], out)
    out["fault"] = fault
    out["further"] = 0
