"""Account of every row of a list: used, merged or unusable, with examples.

Examples are masked. Full numbers are only in the rejects file, which only its owner may read.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from dialsim.core.codes import RowFault
from dialsim.errors import InternalError
from dialsim.people.masking import CHINA as CHINA
from dialsim.people.masking import EMPTY as EMPTY
from dialsim.people.masking import masked as masked
from dialsim.people.masking import masked_number as masked_number
from dialsim.people.unreadable_cells import UnreadableCells

MOST_EXAMPLES = 5
MERGED = "MERGED"
WITHHELD = "NUMBER_WITHHELD"


@dataclass(frozen=True)
class Example:
    """Example row of one kind.

    Attributes
    ----------
    line
        Line of a CSV file, row of a Parquet file; from 1.
    column, text
        The column's role and the cell's text, masked.
    merged_with
        List and line of the row kept for the person.
    """

    line: int
    column: str = ""
    text: str = ""
    merged_with: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the fields that are set as a plain dict."""
        return {name: value for name, value in vars(self).items() if value != ""}


@dataclass
class Account:
    """Counts and examples of one list's rows; grows while the list is read.

    Attributes
    ----------
    name, file
        The list and its file, as the scenario has them.
    rows
        Rows of the file so far; always ``used + merged + sum(unusable.values())``.
    used
        Rows kept as a person. Whether the person may be called is in `barred`.
    merged, merged_by
        Rows of a person for whom another row is kept; and what the rows have in common: ``number``,
        ``id``, ``alternate``, or ``others`` where they are linked through other rows only.
    unusable
        Rows by their fault.
    barred
        Of the rows used, how many carry each bar: ``internal_dnc``, ``industry_dnc``,
        ``refused``, ``protected``, ``withdrawn``, ``expired``, ``no_consent``, ``no_proof``,
        ``no_export``, ``other_purpose``: consent, but for no purpose of the campaigns that call
        the list by consent.
    stricter
        Rows, including unusable ones, that tightened the restrictions of a person kept in another
        row.
    bridging
        Rows that link two persons, both already emitted.
    bars_unheard
        Merged rows with a bar that the row already emitted lacks: their own numbers are not called,
        but the emitted row's number is.
    taken_strictly
        Of the unusable rows, those with too few or too many fields, or with bytes that are no
        text, that say that consent was withdrawn: the person they name is not called.
    alternates, second_numbers
        Cells of further numbers, and second numbers found in a cell; like all that follow, in
        rows without a fault.
    alternates_used, alternates_unusable, alternates_beyond, alternates_elsewhere
        Further numbers that a person can be called on; those that are no number one may call;
        those beyond the three a person may have; those whose hours together with the person's
        are not foreseen, or whose province or operator the same caller IDs may not call.
    consent_later
        Rows whose consent is dated after the start: they count as without.
    first_none
        Rows whose first number is none, so that a further one is used in its place.
    numbers_withheld
        Values of pass-through columns that hold a phone number, which results do not show; in
        rows of any kind.
    during
        Of the rows used, how many a bar reaches within the run: ``withdrawn``, ``expired``, or
        ``later_sync`` of a registry.
    examples
        By ``MERGED``, ``NUMBER_WITHHELD`` or the name of a fault, at most five each.
    read
        Whether the whole file has been read.
    unreadable
        Texts of cells that cannot be read, if they are counted.
    """

    name: str
    file: str
    rows: int = 0
    used: int = 0
    merged: int = 0
    merged_by: Counter[str] = field(default_factory=Counter)
    unusable: Counter[RowFault] = field(default_factory=Counter)
    barred: Counter[str] = field(default_factory=Counter)
    stricter: int = 0
    bridging: int = 0
    bars_unheard: int = 0
    taken_strictly: int = 0
    alternates: int = 0
    second_numbers: int = 0
    alternates_used: int = 0
    alternates_unusable: int = 0
    alternates_beyond: int = 0
    alternates_elsewhere: int = 0
    consent_later: int = 0
    first_none: int = 0
    numbers_withheld: int = 0
    during: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[Example]] = field(default_factory=dict)
    read: bool = False
    keep_rejects: bool = False
    unreadable: UnreadableCells | None = None
    _rejects: list[tuple[int, str, str, str, str]] = field(default_factory=list, repr=False)

    def room_for(self, reason: str) -> int:
        """Return how many more rows of a kind to keep: up to the examples, or all as rejects."""
        if self.keep_rejects:
            return 1 << 62
        return MOST_EXAMPLES - len(self.examples.get(reason, ()))

    def show(self, reason: str, line: int, column: str, text: str, merged_with: str = "") -> None:
        """Keep a row as an example, and as a reject if rejects are kept; `text` is unmasked."""
        examples = self.examples.setdefault(reason, [])
        if len(examples) < MOST_EXAMPLES:
            shown = masked(text, number=column in ("number", "alternates", "id", "")) or EMPTY
            examples.append(Example(line, column, shown, merged_with))
        if self.keep_rejects:
            self._rejects.append((line, reason, column, text, merged_with))

    def room_for_withheld(self) -> int:
        """Return how many more values that hold numbers to keep as examples."""
        return MOST_EXAMPLES - len(self.examples.get(WITHHELD, ()))

    def show_withheld(self, line: int, column: str, text: str) -> None:
        """Keep a value that holds a number as an example; its row is no reject."""
        shown = masked(text, names=False)
        self.examples.setdefault(WITHHELD, []).append(Example(line, column, shown))

    def to_dict(self) -> dict[str, Any]:
        """Return everything but the numbers, for ``--json``."""
        counts = (
            "rows", "used", "merged", "stricter", "bridging", "bars_unheard", "alternates",
            "second_numbers", "alternates_used", "alternates_unusable", "alternates_beyond",
            "alternates_elsewhere", "consent_later", "first_none", "numbers_withheld",
        )  # fmt: skip
        return {
            "name": self.name,
            "file": self.file,
            **{name: getattr(self, name) for name in counts},
            **({"taken_strictly": self.taken_strictly} if self.taken_strictly else {}),
            "merged_by": {name: count for name, count in sorted(self.merged_by.items()) if count},
            "unusable": {fault.name: n for fault, n in sorted(self.unusable.items()) if n},
            "barred": {name: count for name, count in sorted(self.barred.items()) if count},
            "during": {name: count for name, count in sorted(self.during.items()) if count},
            "examples": {
                reason: [example.to_dict() for example in examples]
                for reason, examples in sorted(self.examples.items())
            },
        }

    @property
    def rejects(self) -> list[tuple[int, str, str, str, str]]:
        """Every unused row: line, reason, column, unmasked text, merged with; by line.

        Raises
        ------
        InternalError
            Rejects were not kept.
        """
        if not self.keep_rejects:
            raise InternalError("rejects were not kept while the list was read")
        return sorted(self._rejects)
