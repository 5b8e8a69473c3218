"""Types of a screening: what ``dialsim screen`` returns."""

from __future__ import annotations

from typing import NotRequired

from pydantic import with_config
from typing_extensions import TypedDict

from dialsim.results.result_types import CLOSED


@with_config(CLOSED)
class RowsByVerdict(TypedDict("_RowsNotInRun", {"not in this run": int})):
    """Rows by verdict; they sum to all rows. Rows ``not in this run`` wait beyond its end."""

    now: int
    """May be called at the screened moment."""
    later: int
    """May be called from a later moment of the run on."""
    never: int
    """Are barred for good."""
    busy: int
    """Are on a call at the screened moment."""


@with_config(CLOSED)
class WaitingRows(TypedDict("_ReasonsNotInRun", {"not in this run": dict[str, int]})):
    """Rows that wait, by first reason; those ``not in this run`` wait beyond its end."""

    later: dict[str, int]
    """Rows that may be called from a later moment of the run on."""


@with_config(CLOSED)
class FirstMoment(TypedDict("_From", {"from": str})):
    """Rows that may be called on a day and on no earlier one, ``from`` a moment in ISO 8601 on."""

    day: str
    """The day, ISO 8601."""
    rows: int
    """How many."""


@with_config(CLOSED)
class ScreenedRow(TypedDict):
    """A row of a list, to be shown."""

    list: str
    """The list, as the scenario names it."""
    line: int
    """Line of a CSV file, row of a Parquet file or of a drawn list, from 1."""
    number: NotRequired[str]
    """Its number, masked; absent: there is none."""


@with_config(CLOSED)
class ScreeningResult(TypedDict):
    """Who of a campaign's lists may be called. Reasons are lower-case names of codes."""

    scenario: str
    """Name of the scenario."""
    campaign: str
    """Name of the campaign."""
    at: str
    """The moment that is screened, ISO 8601 with the offset of the scenario's zone."""
    time_zone: str
    """The scenario's zone."""
    lists: list[str]
    """Names of the lists, in dial order."""
    rows: int
    """Rows of the lists, unreadable ones included."""
    verdicts: RowsByVerdict
    """Rows by verdict."""
    counts: dict[str, int]
    """Rows by their first reason, and under ``callable`` the others; they sum to all rows."""
    waits: WaitingRows
    """Rows that wait, by their first reason."""
    flags: dict[str, int]
    """Rows that have each reason, whatever others they have."""
    eligible_on: list[FirstMoment]
    """Days on which rows may be called first."""
    examples: dict[str, list[ScreenedRow]]
    """The first rows of each first reason."""
    notes: list[str]
    """What was assumed."""
    out: str | None
    """The file that was written; None: none was asked for."""
