"""Line breaking for pages: text as lines of a width, English and Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len

OPENING, CLOSING = "（《“〈「", "，。；：、！？）》”〉」%;,.)"
"""Marks after which a line never ends, and marks with which none begins."""

_PIECE = re.compile(  # an opening mark stays with what follows, a closing one with what precedes
    rf"(?:[{OPENING}]\s*)*"
    r"(?:[^\s⺀-￯“”]+ %[^\s⺀-￯“”]*|[\d.,]+ [⺀-￯]|[^\s⺀-￯“”]+|[⺀-￯“”])"  # 20 %, 3 天: as one
    rf"[{CLOSING}]*\s*"
)
_HAN = "一-鿿"
_FIGURE = re.compile(  # a figure on its own beside Chinese: no part of a date, an article or a name
    rf"(?<![\w.,:/%年月第〕-])(\d[\d.,:]*)(?=[{_HAN}])(?![年月日条])(?!号(?![码段]))"
)
_AFTER_HAN = re.compile(rf"(?<=[{_HAN}])(?<![年月第])(?=\d)(?!\d+[年月日条])")
_CHINESE = re.compile(f"[{_HAN}]")
_PERCENT = re.compile(r"(?<=\d) %")
_JOINT = re.compile(r"(?:[^._/,=-]|(?<=\d)[.,](?=\d))+[._/,=-]*|[._/,=-]+")


def space_figures(text: str) -> str:
    """Return a text with a blank on either side of figures beside Chinese, and none before %.

    Dates, articles and numbers of documents have no blanks.

    >>> space_figures("28项未证明，占5%"), space_figures("4月13日至15日，第28条，〔2020〕81号")
    ('28 项未证明，占 5%', '4月13日至15日，第28条，〔2020〕81号')
    """
    if not _CHINESE.search(text):
        return text
    text = set_percent(text)
    return _FIGURE.sub(r"\1 ", _AFTER_HAN.sub(" ", text))


def set_percent(text: str) -> str:
    """Return a Chinese text without blanks before %.

    >>> set_percent("占 5 %")
    '占 5%'
    """
    return _PERCENT.sub("%", text)


def break_lines(text: str, room: int) -> list[str]:
    """Return text as lines of at most `room` columns.

    English breaks at blanks, Chinese at any character that may begin a line. A figure stays with
    its unit, an opening bracket with what it opens. A word wider than the room breaks after a dot,
    a slash or a comma, and without one anywhere.

    >>> break_lines("it is 20 % of them", 9), break_lines("外呼占用 20%，共 3 天", 12)
    (['it is', '20 % of', 'them'], ['外呼占用', '20%，共 3 天'])
    >>> break_lines("呼叫（Example Bank）", 6), break_lines("sector.banking", 8)
    (['呼叫', '（Exam', 'ple', 'Bank）'], ['sector.', 'banking'])
    """
    lines, current = [], ""
    for piece in _pieces(text, room):
        if current and cell_len((current + piece).rstrip()) > room:
            lines.append(current.rstrip())
            current = ""
        current += piece
    return [*lines, current.rstrip()]


def _pieces(text: str, room: int) -> Iterator[str]:
    """Yield the pieces after which a line may break; only trailing blanks may exceed the room."""
    for piece in _PIECE.findall(text):
        if cell_len(piece.rstrip()) <= room or room < 1:
            yield piece
        else:
            for part in _JOINT.findall(piece):
                yield from _cut(part, room)


def _cut(word: str, room: int) -> Iterator[str]:
    """Yield a word in parts that fit; a two-column character may be wider than a room of one."""
    part = ""
    for char in word:
        if part.strip() and char != " " and cell_len(part + char) > room:
            yield part
            part = ""
        part += char
    yield part
