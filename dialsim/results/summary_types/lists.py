"""What became of the rows of files: lists, registries, withdrawals, what happened before."""

from __future__ import annotations

from typing import NotRequired

from pydantic import with_config
from typing_extensions import TypedDict

from dialsim.results.result_types import CLOSED
from dialsim.results.summary_types.texts import StoredText
from dialsim.results.summary_types.units import (
    Amount,
    Calls,
    Cells,
    Complaints,
    Line,
    Numbers,
    People,
    Rows,
    Times,
)


@with_config(CLOSED)
class ListExample(TypedDict):
    """A row of a list, to be shown."""

    line: Line
    """Line of a CSV file, row of a Parquet file."""
    column: NotRequired[str]
    """Role of the column; absent: the number's."""
    text: NotRequired[str]
    """What stands there, numbers masked."""
    merged_with: NotRequired[str]
    """List and line of the row that stands for the person."""


@with_config(CLOSED)
class ListAccount(TypedDict):
    """What became of one list's rows: rows = used + merged + all of unusable."""

    name: str
    """The list, as the scenario names it."""
    file: str
    """Its file, as the scenario names it."""
    rows: Rows
    """Rows of the file."""
    used: Rows
    """Rows that stand for a person."""
    merged: Rows
    """Rows of a person another row stands for."""
    merged_by: dict[str, Rows]
    """The same by what the rows have in common: number, id, alternate, others."""
    unusable: dict[str, Rows]
    """Rows that cannot be used, by the code of their fault."""
    barred: dict[str, Rows]
    """Of the rows used, how many carry each bar to calling."""
    during: dict[str, Rows]
    """Of the rows used, how many a bar reaches within the run."""
    stricter: Rows
    """Rows that made what may be done with another row's person stricter."""
    bridging: Rows
    """Rows that join two persons, both of whom may have been called already."""
    bars_unheard: Rows
    """Merged rows with a bar that their person is not held to on other numbers."""
    taken_strictly: NotRequired[Rows]
    """Malformed rows that say that consent was withdrawn: whom they name is not called."""
    alternates: Cells
    """Cells of further numbers."""
    second_numbers: Cells
    """Second numbers found in a number's cell."""
    alternates_used: Numbers
    """Further numbers that people can be called on."""
    alternates_unusable: Numbers
    """Further numbers that may not be called."""
    alternates_beyond: Numbers
    """Further numbers beyond the three that a person may have."""
    alternates_elsewhere: Numbers
    """Further numbers of other time zones, provinces or operators, which are not called."""
    consent_later: Rows
    """Rows with a consent dated after the start, which count as without."""
    first_none: Rows
    """Rows whose first number is none, so that a further one is used."""
    numbers_withheld: Cells
    """Values of attributes that hold a phone number, and are not shown."""
    examples: dict[str, list[ListExample]]
    """Some rows by what became of them: a fault's code, MERGED or NUMBER_WITHHELD."""


@with_config(CLOSED)
class FileExample(TypedDict):
    """A row of another file, to be shown."""

    line: Line
    """Where it stands."""
    reason: str
    """Code of its fault."""
    text: str
    """What stands there, numbers masked."""


@with_config(CLOSED)
class FileAccount(TypedDict):
    """What became of the rows of a registry, withdrawals or a history: used + all of unusable."""

    where: str
    """Path in the scenario."""
    name: str
    """Its name there; empty if it has none."""
    kind: str
    """What kind of file it is."""
    kind_message: NotRequired[StoredText]
    """Its message."""
    file: str
    """The file, as the scenario names it."""
    rows: Rows
    """Rows read."""
    used: Rows
    """Rows understood; a number that stands twice is used twice."""
    numbers: Numbers
    """Different numbers, or persons, among them."""
    unusable: dict[str, Rows]
    """Rows that cannot be used, by the code of their fault."""
    taken_strictly: dict[str, Rows]
    """Rows that are used although something in them cannot be understood, by its code."""
    examples: list[FileExample]
    """Some of the rows that cannot be used."""
    strict_examples: list[FileExample]
    """Some of those used all the same."""
    applies: bool
    """Whether it can bar anybody in this scenario."""
    known_from: str | None
    """When the dialer gets it, ISO 8601; null: before the start."""
    met: People | None
    """People of the lists whom it names; null: not counted."""


@with_config(CLOSED)
class HistoryAccount(TypedDict):
    """What the files hold of the time before the start."""

    calls: FileAccount | None
    """Of the file of earlier calls; null: there is none."""
    caller_ids: FileAccount | None
    """Of the file of caller IDs' states; null: there is none."""
    repeated: Rows
    """Rows of calls that say what another row says already: they count once."""
    to_persons: Calls
    """Calls of which a row says whom they went to."""
    on_no_list: Calls
    """Of these, calls to people on none of the lists."""
    with_caller: Calls
    """Calls of which a row says which caller ID was shown."""
    with_outcome: Calls
    """Calls of which a row says what came of them."""
    in_campaigns: NotRequired[Calls]
    """Calls that campaigns of the scenario made, and go on with."""
    callers: Numbers
    """Caller IDs of which anything is known."""
    delivered: NotRequired[list[Calls]]
    """By day of the run, calls that were delivered before it began; empty: none."""
    delivered_by_trunk: NotRequired[list[list[Calls]]]
    """The same of each trunk whose contract agrees on complaints, in the scenario's order."""
    to_come: NotRequired[dict[str, Complaints]]
    """Complaints that calls before the run still brought, by their kind."""
    assumed: list[str]
    """What was taken for granted where the files do not say it."""
    assumed_message: NotRequired[list[StoredText]]
    """Their messages."""


@with_config(CLOSED)
class Cost(TypedDict):
    """An amount of money."""

    amount: Amount
    """How much."""
    currency: str
    """Three letters, as in ISO 4217."""


@with_config(CLOSED)
class Scrubs(TypedDict):
    """What is looked up at an operator before the calls."""

    syncs: Times
    """How often all lists are looked up."""
    rows: Rows
    """Rows of all lists."""
    lookups: Numbers
    """Numbers looked up in all."""
    price: str | None
    """Of one, as the scenario writes it; null: it names none."""
    cost: Cost | None
    """Of all; null: the scenario names no price."""
