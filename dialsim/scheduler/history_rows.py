"""Shared reading of history files: opening them and counting their rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import RowFault
from dialsim.errors import Problems
from dialsim.messages.text import MARKS, Text, in_each, message, plural
from dialsim.people.number_files import MOST_EXAMPLES, Example, FileAccount, cell_text, shown_cell
from dialsim.people.reading.source_columns import listed
from dialsim.scenario.models.files import CallerStates, EarlierCalls
from dialsim.scenario.models.schema import Scenario

if TYPE_CHECKING:
    from dialsim.people.reading.source import Source

Array = NDArray[Any]
CHUNK_ROWS = 1 << 18
UNKNOWN_CALLER, AFTER_START, MORE_IN_HOUR, UNKNOWN_OUTCOME = 201, 202, 203, 204
NAMES = {
    UNKNOWN_CALLER: "UNKNOWN_CALLER",  # no caller ID of the scenario
    AFTER_START: "AFTER_START",
    MORE_IN_HOUR: "MORE_IN_HOUR_THAN_DAY",
    UNKNOWN_OUTCOME: "UNKNOWN_OUTCOME",
}
"""Reasons beside `RowFault`."""
_COUNTED = (UNKNOWN_CALLER, MORE_IN_HOUR, UNKNOWN_OUTCOME, RowFault.BAD_COUNT, RowFault.BAD_ANSWER)
"""What is no phone number by itself: names of lines and counts are shown as they stand."""
USELESS = (
    message("no row of this history can be understood, so it would tell nothing"),
    message("calls, or states of caller IDs"),
    message("correct the file, or name the columns that are meant"),
)


def opened(
    scenario: Scenario,
    spec: EarlierCalls | CallerStates,
    where: str,
    roles: tuple[str, ...],
    problems: Problems,
) -> Source | None:
    """Open a history file by its columns' names; add its faults to `problems`."""
    from dialsim.people.reading.source_opening import open_source

    return open_source(
        scenario.file_path(spec.file),
        spec,
        {role: (role,) for role in roles},
        where,
        problems,
        required=(),
        given=spec.columns.given,
        named=spec.file,
        may_be_empty=True,
        asked=("time", "number", "outcome") if "time" in roles else ("caller_id",),
    )


def no_column(source: Source, where: str, role_words: str, role: str, problems: Problems) -> None:
    """Add that a file lacks a required column."""
    from dialsim.people.reading.source_opening import naming

    problems.add(
        f"{where}.columns",
        message("no column says {role_words}").filled(role_words=role_words),
        found=listed(source.names),
        remedy=naming(where, role),
    )


def note_fault(faults: NDArray[np.uint8], bad: Array, fault: Any) -> None:
    """Record a fault for rows that have none yet."""
    bad = bad & (faults == 0)
    faults[bad] = np.broadcast_to(fault, bad.shape)[bad]


def fault_name(code: int) -> str:
    """Return the name of a reason, a row's or the history's own."""
    return NAMES[code] if code in NAMES else RowFault(code).name


def add_lost(
    account: FileAccount, lost: Counter[str], what: str, allowed: str, remedy: str | None,
    problems: Problems,
) -> None:  # fmt: skip
    """Add that rows are invalid in a file whose content must not be lost.

    `lost`: rows by reason. `what`: what would come of it.
    """
    from dialsim.people.fault_words import fault_words

    count = sum(lost.values())
    shown = (*account.examples, *account.strict_examples)
    first = next((each for each in shown if each.reason in lost), None)
    at: str = Text("")
    if first is not None:
        at = message(", the first in line {line}").filled(line=first.line)
    problems.add(
        f"{account.where}.file",
        plural(
            "{count:,} row that cannot be understood{at}: {what}",
            "{count:,} rows that cannot be understood{at}: {what}",
        ).of(count, at=at, what=what),
        found=in_each(
            lambda language: MARKS["then"][language].join(
                f"{fault_words(reason, language)} ({n:,})" for reason, n in lost.items()
            )
        ),
        allowed=allowed,
        remedy=remedy,
    )


def take_rows(
    account: FileAccount, source: Source, first: int, faults: Array, texts: Any,
    cells: Mapping[int, Any] | None = None,
) -> None:  # fmt: skip
    """Count rows, with examples of each reason: of `texts`, or of a fault's own `cells`."""
    account.rows += len(faults)
    account.used += int(np.count_nonzero(faults == 0))
    for code in np.unique(faults[faults != 0]).tolist():
        rows = np.flatnonzero(faults == code)
        room = max(0, MOST_EXAMPLES - account.unusable[fault_name(code)])
        account.unusable[fault_name(code)] += len(rows)
        for row in rows[:room].tolist():
            line = source.line_of(first + row)
            cell = cell_text((cells or {}).get(code, texts), row)
            shown = shown_cell(cell, code not in (RowFault.BAD_DATE, AFTER_START, *_COUNTED))
            account.examples.append(Example(line, fault_name(code), shown))
