"""Types of the account of lists: what ``dialsim people`` returns."""

from __future__ import annotations

from typing import NotRequired

from pydantic import with_config
from typing_extensions import TypedDict

from dialsim.results.result_types import CLOSED
from dialsim.results.summary_types.lists import FileAccount, ListAccount
from dialsim.results.summary_types.units import Cells, Rows, Share


@with_config(CLOSED)
class UnreadableText(TypedDict):
    """A text that stands in cells which cannot be read."""

    column: str
    """Role of the column."""
    text: str
    """The text; masked if it holds five digits or more."""
    reason: str
    """Code of the fault."""
    rows: Rows
    """In how many rows it stands."""


@with_config(CLOSED)
class CountedList(ListAccount):
    """What became of one list's rows, and the kinds of those used."""

    shares: dict[str, dict[str, int]]
    """Rows used by operator, class, country, province and time zones, most first."""
    unreadable: NotRequired[list[UnreadableText]]
    """The ten most frequent texts of cells that cannot be read."""


@with_config(CLOSED)
class CountedFile(FileAccount):
    """What became of the rows of a registry, withdrawals or a history."""

    kind_zh: str
    """What kind of file it is, in Chinese."""


@with_config(CLOSED)
class CountedColumn(TypedDict):
    """What a column of a list's file holds, as far as it was recognised."""

    column: str
    """Its name in the file."""
    role: str
    """Key of `[people.columns]`, `attribute`, `date` or `candidate`; empty: not used."""
    by: str
    """Why: `given` by an option, `name`, `cells`, or `both`; empty: nothing tells."""
    what: str
    """`flag` of a column of yes and no, `province`, `city`, `personal`, `other_number`, `key`."""
    filled: Cells
    """Its cells that are not empty, among the first 65,536 rows."""
    different: int
    """How many different texts they hold."""
    numbers: Share
    """Share of these texts that are phone numbers."""
    is_read: bool
    """Whether the account was read with this role."""


@with_config(CLOSED)
class AccountsResult(TypedDict):
    """The account of each list's rows."""

    usable: bool
    """Whether every file list has a row that can be used."""
    lists: list[CountedList]
    """Of each list from a file."""
    files: list[CountedFile]
    """Of registries, withdrawals and the history."""
    synthetic: list[str]
    """Names of the lists that are drawn."""
    rejects: str | None
    """The file of unused rows; None: none was asked for."""
    rejected: int
    """How many rows it has."""
    columns: NotRequired[list[CountedColumn]]
    """Of a bare list file: its columns."""
    toml: NotRequired[str | None]
    """Of a bare list file: its table for a scenario; None: no column of numbers was recognised."""
