"""Recognise the columns of a list's file, or refuse where several may be meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dialsim.errors import Problems
from dialsim.messages.text import message
from dialsim.people.reading.detect import looks_like_phone
from dialsim.people.reading.header_rows import likely_header
from dialsim.people.reading.source_columns import COMMON, listed
from dialsim.people.reading.source_opening import look_at
from dialsim.people.recognition.cells import first_cells, kinds_of
from dialsim.people.recognition.columns import FoundColumn, recognised
from dialsim.scenario.models.files import NumbersFile


def columns_of_list(
    path: Path,
    spec: NumbersFile,
    given: Mapping[str, Any],
    where: str,
    problems: Problems,
    named: str | None = None,
) -> list[FoundColumn]:
    """Return what the columns of a list's file hold; add the faults of the file to `problems`.

    Parameters
    ----------
    path
        The file.
    spec
        How it is written.
    given
        Keys of ``[people.columns]`` that are given.
    where
        Path of the table in the scenario.
    named
        The file in messages; default: its name.

    Returns
    -------
    list
        Empty if the row of names is unclear: opening the file with the roles of a list tells how.
    """
    source = look_at(path, spec, where, problems, named)
    if source is None:
        return []
    known = frozenset(COMMON)
    sample = source.sample
    if source.header and (
        any(looks_like_phone(name) for name in source.names)
        or likely_header(source.names, sample, known) is not None
    ):
        return []
    cells = first_cells(source)
    if not cells:
        return []
    return recognised(source.names, [kinds_of(each, spec.home) for each in cells], given)


def refuse_candidates(
    found: Sequence[FoundColumn], given: Mapping[str, Any], where: str, problems: Problems
) -> None:
    """Add a problem where several columns may hold the numbers, or the key beside a number found.

    A file with a column called ``number`` is read without a key if several may be it.
    """
    numbers = [each.column for each in found if each.role == "candidate" and each.what != "key"]
    keys = [each.column for each in found if each.role == "candidate" and each.what == "key"]
    if numbers and "number" not in given:
        problems.add(
            f"{where}.columns.number",
            message("several columns may hold the phone numbers, and it is not clear which"),
            found=listed(numbers),
            remedy=message('name it: columns = { number = "..." }'),
        )
    chosen = next((each for each in found if each.role == "number"), None)
    is_sure = chosen is None or chosen.column.strip().casefold() == "number"
    if keys and not {"number", "id"} & set(given) and not is_sure:
        problems.add(
            f"{where}.columns.id",
            message("several columns may hold the key of a person, and it is not clear which"),
            found=listed(keys),
            remedy=message('name it: columns = { id = "..." }'),
        )
