"""Assign the columns of a file to roles, and report missing ones."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from dialsim.errors import Problems
from dialsim.messages.text import MARKS, Text, joined, message
from dialsim.people.account import masked
from dialsim.people.reading.detect import DELIMITERS, looks_like_phone
from dialsim.people.reading.header_rows import likely_header

COMMON = (
    "number", "phone", "mobile", "tel", "telephone", "msisdn", "cell", "phone_number",
    "phonenumber", "mobile_number", "手机号", "手机号码", "手机", "联系电话", "电话号码", "电话",
    "号码", "联系方式", "移动电话",
)  # fmt: skip
"""Common names of phone number columns, likeliest first."""

_MOST_NAMES = 20
_LONGEST_NAME = 40
_MOST_DIGITS = 9  # digits in a name from which it can be a number, whatever separates them


def find_columns(
    names: Sequence[str],
    roles: Mapping[str, Sequence[str]],
    given: Mapping[str, str],
    required: Sequence[str],
    where: str,
    problems: Problems,
    rows: Sequence[Sequence[str]] = (),
    header: bool = True,
    lines: Sequence[int] = (),
) -> dict[str, int]:
    """Return the index of each role's column; add faults to `problems`.

    Parameters
    ----------
    names
        Of the columns.
    roles
        Names to look for, by role; a column that is given to a role is skipped.
    given
        Names that must be present, by role: ``alternates:0``, ``attribute:branch``.
    required
        Roles without which a file is unusable.
    where
        Path of the table in the scenario, such as ``people[0]``.
    rows
        Sample rows, to classify columns by content.
    header
        Whether the file names its columns.
    lines
        Lines of the sample rows.

    Notes
    -----
    An exact name wins over one that differs in case. A name that two columns have is a problem,
    never a guess. The one column of a file without a header is the required one.
    """
    found: dict[str, int] = {}
    used = {names[place] for place in _sure(names, roles, given).values()}
    for role, name in given.items():
        places = _places(name, names)
        if len(places) == 1:
            found[role] = places[0]
        elif places:
            _ambiguous(_path(where, role), name, names, places, problems)
        else:
            free = names if role.startswith("attribute:") else [n for n in names if n not in used]
            sampled = _Sample(names, rows, header, lines)
            _missing(_path(where, role), role, name, sampled, problems, free)
    taken = {place for role, place in found.items() if not role.startswith("attribute:")}
    for role, candidates in roles.items():
        if role in given:
            continue
        for name in candidates:
            places = [place for place in _places(name, names) if place not in taken]
            if len(places) == 1:
                found[role] = places[0]
            elif places:
                _ambiguous(_path(where, role), name, names, places, problems)
            if places:
                break
        else:
            if role in required and len(names) == 1 and not header and len(required) == 1:
                found[role] = 0
            elif role in required:
                sampled = _Sample(names, rows, header, lines)
                _missing(_path(where, role), role, None, sampled, problems)
    return found


def _sure(
    names: Sequence[str], roles: Mapping[str, Sequence[str]], given: Mapping[str, str]
) -> dict[str, int]:
    """Return the columns with a certain role, except pass-through ones."""
    found = {}
    wanted = {role: (name,) for role, name in given.items() if not role.startswith("attribute:")}
    for role, candidates in {**roles, **wanted}.items():
        places = next((p for p in (_places(name, names) for name in candidates) if p), [])
        if len(places) == 1:
            found[role] = places[0]
    return found


def _places(name: str, names: Sequence[str]) -> list[int]:
    wanted = name.strip()
    exact = [i for i, known in enumerate(names) if known == wanted]
    if exact:
        return exact
    folded = wanted.casefold()
    return [i for i, known in enumerate(names) if known.casefold() == folded]


def _path(where: str, role: str) -> str:
    key = role.split(":")[0]
    return f"{where}.attributes" if key == "attribute" else f"{where}.columns.{key}"


def _ambiguous(
    path: str, name: str, names: Sequence[str], places: Sequence[int], problems: Problems
) -> None:
    problems.add(
        path,
        message("{count} columns of the file are called so").filled(count=len(places)),
        found=name,
        allowed=listed(names),
        remedy=message("give one of them another name in the file"),
    )


class _Sample(NamedTuple):
    """What is known of a file: names of columns, first rows, whether it has names, and lines."""

    names: Sequence[str]
    rows: Sequence[Sequence[str]]
    header: bool
    lines: Sequence[int]


def _missing(
    path: str,
    role: str,
    name: str | None,
    sampled: _Sample,
    problems: Problems,
    free: Sequence[str] | None = None,
) -> None:
    """Add a problem; `free` are the columns that may be meant, default: all."""
    key = role.split(":")[0]
    names, rows, header = sampled.names, sampled.rows, sampled.header
    if header and any(looks_like_phone(known) for known in names):
        remedy: str | None = message(
            "the first row holds a phone number, not names: header = false"
        )
    elif header and (at := _header_line(sampled)):
        remedy = message(
            "the first row seems to be a title, and line {at} the row of names: header_row = {at}"
        ).filled(at=at)
    elif header and (mark := _parted_by(names)):
        remedy = message('other delimiter? leave `delimiter` out, or delimiter = "{mark}"').filled(
            mark=mark
        )
    elif header and _is_title(names, rows):
        remedy = message(
            "the first row seems to be a title: take out what stands above the row of names"
        )
    else:
        likely = _likely(key, name, names if free is None else free, rows, names)
        remedy = _named(key, None if likely is None else shown_name(likely))
    problems.add(
        path,
        message("the file has no such column")
        if name
        else message("the file has no column of {words}").filled(words=_words(key)),
        found=name,
        allowed=listed(names),
        remedy=remedy,
    )


def _header_line(sampled: _Sample) -> int:
    """Return the line of the row below the first that seems to name the columns; 0: none."""
    place = likely_header(sampled.names, sampled.rows, frozenset(COMMON))
    return sampled.lines[place] if place is not None and place < len(sampled.lines) else 0


def _named(key: str, likely: str | None) -> str:
    """Return how a scenario file names a column, the likeliest one if there is any."""
    if likely is not None and not likely.strip():
        return message(
            "the column of numbers has no name that can be read: give it one in the file"
        )
    column = '"..."' if likely is None else f'"{likely}"'
    value = f"[{column}]" if key in ("alternates", "attribute") else column
    written = f"attributes = {value}" if key == "attribute" else f"columns = {{ {key} = {value} }}"
    form = message("name it: {written}") if likely is None else message("perhaps {written}")
    return form.filled(written=written)


def _parted_by(names: Sequence[str]) -> str | None:
    """Return the possible delimiter of a first row that was read as one field."""
    if len(names) != 1:
        return None
    mark = max(DELIMITERS, key=names[0].count)
    return {"\t": "\\t"}.get(mark, mark) if mark in names[0] else None


def _is_title(names: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Return whether the first row has fewer fields than the rows after it."""
    named = sum(bool(name) for name in names)
    wider = sum(sum(bool(cell) for cell in row) > named for row in rows)
    return named == 1 and 2 * wider > len(rows)


def _words(key: str) -> str:
    return _CONTENTS.get(key) or message('the name "{name}"', "column").filled(name=key)


_CONTENTS = {
    "number": message("phone numbers", "column"),
    "id": message("identifiers", "column"),
    "caller_id": message("caller IDs", "column"),
}
"""What a column holds, by its role."""


def _likely(
    key: str,
    name: str | None,
    names: Sequence[str],
    rows: Sequence[Sequence[str]],
    columns: Sequence[str],
) -> str | None:
    """Return which of `names` is most likely meant: by its name, else by its content."""
    folded = {known.casefold().replace(" ", "_").replace("-", "_"): known for known in names}
    numbers = key in ("number", "alternates", "caller_id")
    for text in (name, *(COMMON if key == "number" else ()), key):
        if text and text.casefold() in folded:
            return folded[text.casefold()]
    for text in (name, key):
        near = difflib.get_close_matches((text or "").casefold(), list(folded)[:1000], 1, 0.6)
        if near:
            return folded[near[0]]
    if not numbers:
        return None
    for common in COMMON[1:]:
        for text, known in folded.items():
            if common in text:
                return known
    return _column_of_numbers(names, rows, columns)


def _column_of_numbers(
    names: Sequence[str], rows: Sequence[Sequence[str]], columns: Sequence[str]
) -> str | None:
    best, most = None, len(rows) // 2
    for i, known in enumerate(columns):
        if known not in names:
            continue
        hits = sum(i < len(row) and looks_like_phone(row[i]) for row in rows)
        if hits > most:
            best, most = known, hits
    return best


def listed(names: Iterable[str]) -> Text:
    """Return names for a message: shortened, with phone numbers masked.

    >>> str(listed(["id", "tel"])), listed(["id", ""])["zh"]
    ('id, tel', 'id、（无名称）')

    If one of them is a number, the first row holds personal data: then words are masked, too.

    >>> str(listed(["Zhang San", "13800000001", "138/0000/0001"]))
    'Z**** S**, 138****0001, 138/****/0001'
    """
    names = list(names)
    how = masked if any(looks_like_phone(name) for name in names) else shown_name
    shown = [how(name) or message("(no name)", "column") for name in names[:_MOST_NAMES]]
    if len(names) > _MOST_NAMES:
        shown.append(message("and {count} more").filled(count=len(names) - _MOST_NAMES))
    return joined(MARKS["and"], shown)


def shown_name(name: str) -> str:
    """Return a name for a message: shortened, on one line, with phone numbers masked."""
    digits = [char for char in name if char.isdigit()]
    if looks_like_phone(name) or len(digits) >= _MOST_DIGITS:
        return "".join(digits[:3]) + "****" + "".join(digits[-4:])
    name = "".join(char if char.isprintable() else " " for char in name)
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 3] + "..."
