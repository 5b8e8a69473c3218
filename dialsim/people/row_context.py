"""Context and result of reading rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from dialsim.core.person_flags import OPERATOR, PROVINCE_SHIFT
from dialsim.people.reading.cells import as_text
from dialsim.people.reading.dates import Dates

Array = NDArray[Any]
ZoneRow = Callable[[tuple[str, ...], "str | None"], "int | None"]
"""Row of the hours zones for a set of zones and a zone of one's own; None: not foreseen."""

CELLS = (
    "number",
    "alternates",
    "consent_date",
    "consent_purpose",
    "consent_expiry",
    "consent_evidence",
    "withdrawn",
    "export_consent",
    "relation",
    "priority",
    "best_hour",
    "time_zone",
    "prior_attempts",
    "last_attempt",
    "id",
)
"""Columns a fault can be in; their place is the `cell` of a row."""

WHOLE_ROW = 255
"""`cell` of a row that has no cells: it is malformed."""


class KnownNumbers(Protocol):
    """Registries, as rows need them."""

    def flags(self, index: Array) -> Array:
        """Return bits known at the start, of dense indices."""

    def later(self, index: Array) -> Array:
        """Return DATED of what becomes known during the run; `row` is the place in `index`."""

    def met(self, index: Array) -> Array:
        """Return MET of the files with each number; `row` is the place in `index`."""


class KnownWithdrawals(Protocol):
    """Withdrawals, as rows need them."""

    def dated(self, numbers: Array, id_keys: Array) -> Array:
        """Return DATED of withdrawals; `row` is the place in `numbers`."""

    def met(self, numbers: Array, id_keys: Array) -> Array:
        """Return MET of the files that name each; `row` is the place in `numbers`."""


@dataclass(frozen=True)
class RowContext:
    """Context of reading rows, shared by all lists of a scenario.

    Attributes
    ----------
    classify, classify_numbers, further
        ``classify_column``, ``classify_numbers`` and ``further_numbers`` of
        ``numbering.classify``.
    regions, zone_sets
        Names behind the numbering plan's codes.
    province_of
        uint8 by place of the numbering plan: `Province` of its numbers.
    alike
        By what :func:`homes` returns, a number that those have in common whom no block of caller
        IDs tells apart; None: nobody's province or operator matters.
    exports_data
        Some campaign takes data abroad.
    registry_files
        How many files of registries there are: those of withdrawals are counted behind them.
    """

    dates: Dates
    zone_row: ZoneRow
    classify: Callable[[Any, str], Array]
    classify_numbers: Callable[[Array], Array]
    further: Callable[[Any, Array, str], tuple[Array, Array]]
    regions: Sequence[str]
    zone_sets: Sequence[tuple[str, ...]]
    registries: KnownNumbers | None = None
    withdrawals: KnownWithdrawals | None = None
    province_of: Array = field(default_factory=lambda: np.zeros(1 << 16, np.uint8))
    alike: Array | None = None
    exports_data: bool = False
    registry_files: int = 0


def homes(provinces: Array, operators: Array) -> Array:
    """Return the province of each number and the operator of its prefix, as one key.

    Without an operator (-1) it is one of its own.
    """
    found: Array = provinces.astype(np.int64) << PROVINCE_SHIFT | operators & OPERATOR
    return found


@dataclass
class Read:
    """Rows as parsed.

    Attributes
    ----------
    rows
        ROW[n].
    further
        int64[n, k]: usable further numbers of each row, each once; 0 none. Of a row without a
        fault such as it can be called on; of others all, to tell whose the row is, and so the
        number itself where the identifier is what is wrong.
    later
        DATED of registries synced during the run; `row` is the place among these rows.
    met
        MET: which registries and withdrawals know of which row; each pair once.
    attributes
        Codes of the pass-through columns.
    notes
        What is worth counting and is no fault, in rows without one.
    columns
        The columns read, by role, to show a faulty cell.
    """

    rows: Array
    further: Array
    later: Array
    met: Array
    attributes: dict[str, Array]
    notes: Counter[str]
    columns: Mapping[str, Any] = field(default_factory=dict)

    def column(self, row: int) -> str:
        """Return the role of the column that a row's fault is in."""
        return CELLS[int(self.rows[row]["cell"])]

    def text(self, row: int, column: str = "") -> str:
        """Return the text of a row's faulty cell, or of another one, as it stands in the file."""
        value = as_text(self.columns[column or self.column(row)].slice(row, 1))[0].as_py()
        return "" if value is None else str(value)
