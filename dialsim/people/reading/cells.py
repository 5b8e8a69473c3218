"""Convert columns of text to codes; each distinct text is parsed once per column."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import compute as pc

from dialsim.arrow_numpy import values_of
from dialsim.core.codes import Purpose, Relation, Seen
from dialsim.people.merging.layout import NO_HOUR
from dialsim.people.reading.dates import whole_text

if TYPE_CHECKING:
    from dialsim.people.reading.attributes import NumberSearch

WITHHELD = "(number withheld)"
"""Shown in results in place of a value that holds a phone number."""

BAD = -(1 << 40)
"""Result of :func:`by_value` for a text that cannot be understood."""

YES = frozenset({"yes", "y", "true", "1", "是"})
NO = frozenset({"no", "n", "false", "0", "否"})
_RELATIONS = {relation.name.lower(): int(relation) for relation in Relation}
_CHINESE = {
    "营销": Purpose.MARKETING,
    "服务": Purpose.SERVICE,
    "催收": Purpose.COLLECTIONS,
}
PURPOSE_WORDS = {purpose.name.lower(): 1 << purpose for purpose in Purpose} | {
    word: 1 << purpose for word, purpose in _CHINESE.items()
}
"""Words of `consent_purpose`, and the bit of each."""

SEEN_WORDS = {seen.name.lower(): seen for seen in Seen if seen != Seen.NONE} | {
    "接通": Seen.CONNECTED, "已接通": Seen.CONNECTED, "放弃": Seen.ABANDONED,
    "语音助手": Seen.ASSISTANT, "语音信箱": Seen.ASSISTANT, "无人接听": Seen.NO_ANSWER,
    "未接": Seen.NO_ANSWER, "占线": Seen.BUSY, "忙": Seen.BUSY, "关机": Seen.UNREACHABLE,
    "无法接通": Seen.UNREACHABLE, "空号": Seen.INVALID, "停机": Seen.INVALID,
    "拦截": Seen.BLOCKED, "拒绝营销": Seen.REFUSED, "answered": Seen.CONNECTED,
    "已接听": Seen.CONNECTED, "呼损": Seen.ABANDONED, "无应答": Seen.NO_ANSWER,
    "未接听": Seen.NO_ANSWER, "振铃未接": Seen.NO_ANSWER, "通话中": Seen.BUSY, "用户忙": Seen.BUSY,
    "拒接": Seen.BUSY, "用户拒接": Seen.BUSY, "不在服务区": Seen.UNREACHABLE,
}  # fmt: skip
"""Words for call outcomes as the dialer sees them, from results and Chinese call records."""

DECLINED = 100
"""Code of a connected callee who said "not interested": it has no `Seen` of its own."""
DECLINED_WORDS = ("declined", "not_interested", "不感兴趣", "已拒绝")

_STOPPED = {"suspended", "closed", "stopped", "关停", "已停", "停用", "停机", "封停", "已关停"}
_IN_USE = {"active", "in use", "normal", "ok", "正常", "在用"}
_SEPARATORS = re.compile(r"[;,|/\s；，、]+")
_HOUR = re.compile(r"(\d{1,2})(:00)?", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d{1,15}(\.0*)?", re.ASCII)


def as_text(column: Any) -> Any:
    """Return any Arrow array as text; whole floats without a fraction, bytes as UTF-8."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_large_string(kind) or pa.types.is_string(kind):
        return column
    if pa.types.is_floating(kind):
        return whole_text(column)
    try:
        return column.cast(pa.string())
    except pa.ArrowException:  # invalid bytes, lists
        values = column.to_pylist()
        decoded = [v.decode(errors="replace") if isinstance(v, bytes) else v for v in values]
        return pa.array([None if v is None else str(v) for v in decoded], pa.string())


def plain(text: str) -> str:
    """Return a text normalised for comparison: full width made half, outer blanks removed."""
    return unicodedata.normalize("NFKC", text).strip()


def by_value(
    column: Any, read: Callable[[str], int | None], empty: int, known: dict[str, int]
) -> NDArray[np.int64]:
    """Return one integer per cell.

    Parameters
    ----------
    column
        An Arrow array of anything.
    read
        Parses a nonempty :func:`plain` text to its integer; None: not understood.
    empty
        The integer of null and of an empty text.
    known
        Cache of parsed texts, shared between columns; at most 2**16.

    Returns
    -------
    int64[n]; BAD where `read` gave None.
    """
    coded = pc.dictionary_encode(as_text(column))
    values = np.full(len(coded.dictionary) + 1, empty, np.int64)
    if len(known) > 1 << 16:
        known.clear()
    for i, text in enumerate(coded.dictionary.to_pylist()):
        if text not in known:
            short = plain(text)
            found = empty if not short else read(short)
            known[text] = BAD if found is None else found
        values[i] = known[text]
    codes = values_of(coded.indices, missing=len(coded.dictionary))
    return np.asarray(values[codes], np.int64)


def whole_numbers(column: Any, empty: int, low: int, high: int) -> NDArray[np.int64]:
    """Return a column of whole numbers; BAD where a cell is not one or out of range."""
    if not pa.types.is_integer(column.type) or pa.types.is_uint64(column.type):
        text = as_text(column)
        column = text.cast(pa.int64()) if _all_digits(text) else None
        if column is None:
            found = by_value(text, _whole, empty, {})
            outside = (found != empty) & ((found < low) | (found > high))
            return np.where(outside, BAD, found)
    missing = np.asarray(column.is_null())
    values = values_of(column.cast(pa.int64()), missing=0)
    values = np.where((values < low) | (values > high), BAD, values)
    return np.where(missing, empty, values)


def _all_digits(text: Any) -> bool:
    """Return whether every cell is a plain whole number, so that none is read as hexadecimal."""
    short = pc.less_equal(pc.binary_length(text), 15)
    digits = pc.ascii_is_decimal(text)
    return text.null_count == 0 and bool(pc.all(pc.and_(short, digits), min_count=0).as_py())


def _whole(text: str) -> int | None:
    return int(text.split(".")[0]) if _WHOLE.fullmatch(text) else None


def read_answer(text: str) -> int | None:
    """Return 1 for a yes and 0 for a no."""
    word = text.casefold()
    return 1 if word in YES else 0 if word in NO else None


def read_stopped(text: str) -> int | None:
    """Return 1 for a suspended number, 0 for one in use.

    >>> read_stopped("关停"), read_stopped("正常"), read_stopped("no"), read_stopped("perhaps")
    (1, 0, 0, None)
    """
    word = text.casefold()
    return 1 if word in _STOPPED else 0 if word in _IN_USE else read_answer(text)


def read_talk_ms(text: str) -> int | None:
    """Return talk time in ms from seconds, ``m:ss`` or ``h:mm:ss``; None: invalid or above a day.

    >>> read_talk_ms("12.5"), read_talk_ms("1:36"), read_talk_ms("96秒"), read_talk_ms("long")
    (12500, 96000, 96000, None)
    """
    parts = text.casefold().removesuffix("秒").removesuffix("s").strip().split(":")
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        return None
    if len(numbers) > 3 or min(numbers) < 0 or max([0.0, *numbers[1:]]) >= 60:
        return None
    seconds = sum(number * 60**i for i, number in enumerate(reversed(numbers)))
    return round(1000 * seconds) if seconds <= 86_400 else None


def read_seen(text: str) -> int | None:
    """Return the `Seen` of a call's outcome; `DECLINED` if connected and declined.

    >>> read_seen("No answer"), read_seen("空号"), read_seen("Not interested"), read_seen("fine")
    (4, 7, 100, None)
    """
    word = re.sub(r"[\s-]+", "_", text.casefold())
    if word in DECLINED_WORDS:
        return DECLINED
    seen = SEEN_WORDS.get(word)
    return None if seen is None else int(seen)


def read_relation(text: str) -> int | None:
    """Return the code of a relation."""
    return _RELATIONS.get(text.casefold())


def read_purposes(text: str) -> int | None:
    """Return the bits of the purposes named in a text.

    >>> read_purposes("marketing; service"), read_purposes("营销/催收"), read_purposes("anything")
    (3, 5, None)
    """
    bits = 0
    for word in filter(None, _SEPARATORS.split(text.casefold())):
        if word not in PURPOSE_WORDS:
            return None
        bits |= PURPOSE_WORDS[word]
    return bits or None


def read_hour(text: str) -> int | None:
    """Return an hour of the day.

    >>> read_hour("9"), read_hour("09:00"), read_hour("24")
    (9, 9, None)
    """
    match = _HOUR.fullmatch(text)
    return int(match[1]) if match and int(match[1]) < NO_HOUR else None


def is_set(column: Any) -> NDArray[np.bool_]:
    """Return where cells are neither empty nor a "no"."""
    text = pc.utf8_lower(pc.utf8_trim_whitespace(as_text(column)))
    nothing = pc.is_in(text, value_set=pa.array(["", *sorted(NO)], text.type))
    present = ~np.asarray(pc.fill_null(nothing, True), np.bool_) & ~np.asarray(text.is_null())
    return np.asarray(present, np.bool_)


def garbled(column: Any) -> NDArray[np.bool_]:
    """Return where the reader replaced invalid bytes with U+FFFD."""
    found = pc.match_substring(as_text(column), "\ufffd")
    return np.asarray(pc.fill_null(found, False), np.bool_)


class Coded:
    """One pass-through column: codes of its values in order of first appearance.

    Attributes
    ----------
    values
        Text of each code, for results.
    withheld
        The code of all values that hold a phone number; -1 none so far.

    Parameters
    ----------
    search
        Finder of phone numbers in texts.
    """

    def __init__(self, search: NumberSearch) -> None:
        self.values: list[str] = []
        self.withheld = -1
        self._codes: dict[str, int] = {}
        self._search = search

    @property
    def seen(self) -> list[str]:
        """The distinct values as written in the file, in order of first appearance."""
        return list(self._codes)

    def read(self, column: Any) -> NDArray[np.int32]:
        """Return the codes of some rows; -1 where the cell is empty."""
        coded = pc.dictionary_encode(as_text(column))
        texts = coded.dictionary.to_pylist()
        codes = np.full(len(texts) + 1, -1, np.int32)
        new = [text for text in texts if text and text not in self._codes]
        hidden = {t for t, hit in zip(new, self._search.found(new), strict=True) if hit}
        for i, text in enumerate(texts):
            codes[i] = self._code(text, text in hidden) if text else -1
        place = values_of(coded.indices, missing=len(texts))
        return np.asarray(codes[place], np.int32)

    def _code(self, text: str, hidden: bool) -> int:
        code = self._codes.get(text)
        if code is None and hidden and self.withheld >= 0:
            code = self._codes[text] = self.withheld
        elif code is None:
            code = self._codes[text] = len(self.values)
            self.values.append(WITHHELD if hidden else text)
            self.withheld = code if hidden else self.withheld
        return code

    def ranks(self) -> NDArray[np.int64]:
        """Return each code's rank among the sorted values; the last element is that of code -1."""
        order: Sequence[int] = sorted(range(len(self.values)), key=self.values.__getitem__)
        ranks = np.full(len(self.values) + 1, -1, np.int64)
        ranks[np.array(order, np.int64)] = np.arange(len(order))
        return ranks
