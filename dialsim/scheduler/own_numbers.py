"""The enterprise's own numbers, read from files and validated.

Numbers stay here: results name a caller ID by its block and its place in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.arrow_numpy import values_of
from dialsim.core.codes import NumberClass, RowFault
from dialsim.engine.shared import caller_names
from dialsim.errors import Problems
from dialsim.messages.text import MARKS, Message, Text, joined, message, plural
from dialsim.numbering.classify import classify_column, classify_numbers
from dialsim.numbering.tables import load_plan
from dialsim.people.number_files import cell_text, number_faults, shown_cell
from dialsim.scenario.models.schema import CallerIds, Scenario

if TYPE_CHECKING:
    from dialsim.people.reading.source import Source

Array = NDArray[Any]
HOME = "CN"
CHUNK_ROWS = 1 << 16
SHOWN = 3  # rows that a problem names
NOWHERE = -1
CLASSES = {
    "fixed": NumberClass.FIXED,
    "mobile": NumberClass.MOBILE,
    "95_enterprise": NumberClass.ENTERPRISE_95,
    "95_b24": NumberClass.B24_95,
    "96": NumberClass.N96,
    "1010": NumberClass.N1010,
    "400": NumberClass.N400,
    "106": NumberClass.N106,
    "axb": NumberClass.MOBILE,
    "privacy": NumberClass.PRIVACY,
}
"""What the numbers of a block must be; an AXB number looks like a mobile one."""
WRONG_CLASS = 200
"""Beside `RowFault`: a number, but not one of the block's class."""


@dataclass
class OwnNumbers:
    """The caller IDs of a scenario, by number and by name.

    Attributes
    ----------
    scenario
        Its blocks say which caller IDs there are.
    numbers
        int64[N]: E.164 in the order of the caller IDs, of a block in the order of its file; 0
        where the block has none.
    inputs
        Digest of each file's content, by its place in the scenario.
    """

    scenario: Scenario
    numbers: NDArray[np.int64]
    inputs: dict[str, str] = field(default_factory=dict)

    @cached_property
    def _by_name(self) -> dict[str, int]:
        return {name: row for row, name in enumerate(caller_names(self.scenario))}

    @cached_property
    def _by_number(self) -> tuple[Array, Array]:
        rows = np.flatnonzero(self.numbers)
        rows = rows[np.argsort(self.numbers[rows], kind="stable")]
        return self.numbers[rows], rows

    def rows_of(self, column: Any, home: str = HOME) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return which caller IDs a column names.

        Parameters
        ----------
        column
            Arrow array of numbers, or of names such as ``north-001``.
        home
            Country of numbers without a country code.

        Returns
        -------
        int64[n], bool[n]
            The caller ID's row, -1 where the cell names none; and whether it is empty.
        """
        import pyarrow as pa
        from pyarrow import compute as pc

        from dialsim.people.reading.cells import as_text, plain

        coded = pc.dictionary_encode(as_text(column))
        texts = [plain(text) for text in coded.dictionary.to_pylist()]
        rows = np.full(len(texts) + 1, NOWHERE, np.int64)
        empty = np.zeros(len(texts) + 1, np.bool_)
        empty[-1] = True
        for i, text in enumerate(texts):
            rows[i] = self._by_name.get(text, NOWHERE)
            empty[i] = not text
        known, places = self._by_number
        others = np.flatnonzero((rows[:-1] < 0) & ~empty[:-1])
        if len(known) and len(others):
            found = classify_column(coded.dictionary.take(pa.array(others)), home)
            at = np.minimum(np.searchsorted(known, found["number"]), len(known) - 1)
            ours = (known[at] == found["number"]) & (found["further"] == 0)
            rows[others[ours]] = places[at[ours]]
        codes = values_of(coded.indices, missing=len(texts))
        return rows[codes], empty[codes]


@dataclass
class _Numbers:
    """Usable numbers of a range, the line of each, and the rejected rows."""

    where: str
    file: str
    numbers: Array
    lines: Array
    rows: int
    bad: dict[int, list[Message]]
    counts: dict[int, int]


def own_numbers(scenario: Scenario, problems: Problems) -> OwnNumbers:
    """Read the numbers of every range that has a file.

    Parameters
    ----------
    scenario
        Its blocks of caller IDs.
    problems
        Gets rows that are no number of the block's class, numbers that stand twice, and counts
        that are not those of the file; numbers in them are masked.

    Returns
    -------
    OwnNumbers
        Of use only if `problems` got nothing.
    """
    total = sum(block.count for block in scenario.caller_ids)
    own = OwnNumbers(scenario, np.zeros(total, np.int64))
    blocks: list[tuple[int, int, _Numbers]] = []
    first = 0
    for i, block in enumerate(scenario.caller_ids):
        source = None if block.file is None else _opened(scenario, block, i, problems)
        if source is not None:
            read = _read(source, block, f"caller_ids[{i}]")
            own.inputs[f"{read.where}.file"] = source.digest
            blocks.append((first, block.count, read))
            _judge(read, block, problems)
        first += block.count
    _twice([read for _, _, read in blocks], problems)
    for begin, count, read in blocks:
        usable = len(read.numbers)
        if usable != count and read.rows != count:
            problems.add(
                f"{read.where}.count",
                message("not as many numbers as the file has"),
                found=count,
                allowed=message("{usable}, as in {file}").filled(usable=usable, file=read.file),
            )
        fits = read.numbers[:count]
        own.numbers[begin : begin + len(fits)] = fits
    return own


def _opened(scenario: Scenario, block: CallerIds, i: int, problems: Problems) -> Source | None:
    from dialsim.people.reading.source_opening import open_source

    return open_source(
        scenario.file_path(str(block.file)),
        block,
        {"number": ("number",)},
        f"caller_ids[{i}]",
        problems,
        given=block.columns.given,
        named=str(block.file),
    )


def _read(source: Source, block: CallerIds, where: str) -> _Numbers:
    numbers, lines = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    bad: dict[int, list[Message]] = {}
    counts: dict[int, int] = {}
    row = 0
    for batch in source.batches(CHUNK_ROWS):
        texts = batch.column("number")
        found = classify_column(texts, HOME)
        faults = _faults(found, block)
        at = source.lines_of(np.arange(row, row + len(found)))
        for code in np.unique(faults[faults != 0]).tolist():
            rows = np.flatnonzero(faults == code)
            counts[code] = counts.get(code, 0) + len(rows)
            shown = bad.setdefault(code, [])
            for place in rows[: SHOWN - len(shown)].tolist():
                shown.append(_at_line(at[place], shown_cell(cell_text(texts, place))))
        numbers.append(found["number"][faults == 0])
        lines.append(at[faults == 0])
        row += len(found)
    for broken in source.malformed:
        code = int(broken.fault)
        counts[code] = counts.get(code, 0) + 1
        if len(bad.setdefault(code, [])) < SHOWN:
            bad[code].append(_at_line(broken.line, shown_cell(broken.found)))
    return _Numbers(
        where,
        Path(str(block.file)).name,
        np.concatenate(numbers),
        np.concatenate(lines),
        row + len(source.malformed),
        bad,
        counts,
    )


def _faults(found: Array, block: CallerIds) -> NDArray[np.uint8]:
    """Return why rows are none of a range's numbers: `RowFault` or WRONG_CLASS; 0 if they are."""
    faults = number_faults(found)
    faults[(faults == 0) & (found["further"] > 0)] = RowFault.SEVERAL_NUMBERS
    china = load_plan()[1].regions.index(HOME)
    right = (found["region"] == china) & (found["number_class"] == CLASSES[block.number_class])
    if block.area_code is not None and block.number_class == "fixed":
        area = int("86" + block.area_code.lstrip("0"))
        digits = len(str(area))
        head = [int(str(number)[:digits]) for number in found["number"].tolist()]
        right &= np.array(head, np.int64) == area
    faults[(faults == 0) & ~right] = WRONG_CLASS
    return faults


def _judge(read: _Numbers, block: CallerIds, problems: Problems) -> None:
    """Add problems for rows that are no numbers of the range."""
    kind = message("class {number_class}").filled(number_class=block.number_class)
    if block.number_class == "fixed" and block.area_code is not None:
        kind = message("class {number_class} in area {area_code}").filled(
            number_class=block.number_class, area_code=block.area_code
        )
    for code in sorted(read.bad):
        name = (
            message("no number of the block's class")
            if code == WRONG_CLASS
            else RowFault(code).name
        )
        many = read.counts[code]
        problems.add(
            f"{read.where}.file",
            plural(
                "{count} row is not what the block holds: {name} ({listed})",
                "{count} rows are not what the block holds: {name} ({listed})",
            ).of(many, name=name, listed=_listed(read.bad[code], many)),
            found=read.file,
            allowed=message("valid Chinese numbers of {kind}, one a row").filled(kind=kind),
        )


def _twice(blocks: list[_Numbers], problems: Problems) -> None:
    """Add problems for duplicate numbers, within a range or in two; remove the later ones."""
    if not blocks:
        return
    numbers = np.concatenate([read.numbers for read in blocks])
    block = np.repeat(np.arange(len(blocks)), [len(read.numbers) for read in blocks])
    lines = np.concatenate([read.lines for read in blocks])
    _, first, group = np.unique(numbers, return_index=True, return_inverse=True)
    before = first[group]
    again = before != np.arange(len(numbers))
    for i, read in enumerate(blocks):
        rows = np.flatnonzero(again & (block == i))
        if len(rows):
            shown = []
            for row in rows[:SHOWN].tolist():
                other = blocks[int(block[before[row]])]
                shown.append(
                    message("line {line}: {number} as {file}line {line_2}").filled(
                        line=lines[row],
                        number=shown_cell(_national(int(numbers[row]))),
                        file="" if other is read else f"{other.file} ",
                        line_2=lines[before[row]],
                    )
                )
            problems.add(
                f"{read.where}.file",
                plural(
                    "{count} number stands twice ({listed})",
                    "{count} numbers stand twice ({listed})",
                ).of(len(rows), listed=_listed(shown, len(rows))),
                found=read.file,
                allowed=message("each number once, in one block"),
            )
        kept = ~again[block == i]
        read.numbers, read.lines = read.numbers[kept], read.lines[kept]


def _at_line(line: int, cell: str) -> Message:
    return message("line {line}: {cell}").filled(line=line, cell=cell)


def _listed(shown: list[Message], count: int) -> Text:
    more = count - len(shown)
    rest = [message("and {count} more").filled(count=more)] if more > 0 else []
    return joined(MARKS["then"], [*shown, *rest])


def _national(number: int) -> str:
    """Return a Chinese E.164 number in national format.

    >>> _national(861066666666), _national(8613800000001), _national(8695588)
    ('01066666666', '13800000001', '95588')
    """
    digits = str(number)[2:]
    found = classify_numbers(np.array([number], np.int64))[0]
    return f"0{digits}" if found["number_class"] == NumberClass.FIXED else digits
