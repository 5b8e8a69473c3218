"""Types of a calibration: what `dialsim calibrate` finds of the network in a call log."""

from __future__ import annotations

from typing import Literal, final

from pydantic import with_config
from typing_extensions import TypedDict

from dialsim.messages.catalogue import Language
from dialsim.results.result_types import CLOSED

RowKind = Literal["value", "sum", "finding", "bound"]
"""A value of the profile; a sum of two; a finding that no profile has; a bound never reached."""
Unidentified = Literal["", "refusers", "delay", "split"]
"""Why a value is not identified; empty: the log is too small or too even, or it is."""
FittedValue = float | str | list[float] | list[list[float]]
"""A value as a profile writes it: a figure, a length of time, an index by hour, a mixture."""
Measure = Literal["", "Kolmogorov", "total variation"]
"""Distance between log and fit; empty: a share that is counted."""


@with_config(CLOSED)
class CalibrationRow(TypedDict):
    """A parameter of the network."""

    key: str
    """Name of the network value, with ``[...]`` for a part of it; of a finding, what it is."""
    kind: RowKind
    """Which kind of parameter."""
    default: float | None
    """What the profile has, in the unit; None: nothing comparable."""
    fitted: float | None
    """The likeliest value, in the unit; of a bound the most that was seen."""
    low: float | None
    """Lower end of the 95 % interval, in the unit."""
    high: float | None
    """Upper end of the 95 % interval, in the unit; None: of a bound."""
    identified: bool
    """Whether the log identifies the value."""
    unit: str
    """Unit of the figures: share, ms, s, sigma, index, times or calls."""
    n: int
    """Observations behind it."""
    distance: float | None
    """Distance between log and fit, from 0 to 1; None: none is measured."""
    measure: Measure
    """Which distance that is."""
    reason: Unidentified
    """Why the value is not identified."""


# --- what was taken for granted -------------------------------------------------------------------


@with_config(CLOSED)
class LeftOutRow(TypedDict):
    """A row that was left out, to be shown."""

    line: int
    """Line of a CSV file, row of a Parquet file, from 1."""
    reason: str
    """Code of its fault."""
    text: str
    """What stands there, numbers masked."""


@with_config(CLOSED)
class LeftOutRows(TypedDict):
    """Rows of the log's file that were left out."""

    rows: int
    """Rows of the file."""
    used: int
    """Rows that were read."""
    unusable: dict[str, int]
    """Rows that were left out, by the code of their fault."""
    examples: list[LeftOutRow]
    """Some of them."""


Remark = (
    tuple[Literal["relation"], str]
    | tuple[Literal["left_out"], LeftOutRows]
    | tuple[Literal["ring_timeout", "rounded"], float]
    | tuple[Literal["signalled", "machines"], int]
    | tuple[Literal["refusers"], float]
)
"""What was taken for granted, by code: the relation of all people; rows left out; ms of the ring
timeout and of the steps of talk; first attempts, and talks with machines; a share of people."""


# --- blocked calls --------------------------------------------------------------------------------


@with_config(CLOSED)
class BlockedShare(TypedDict):
    """Attempts from registered caller IDs that were blocked."""

    share: float
    """Their share of the attempts."""
    low: float
    """Lower end of its 95 % interval."""
    high: float
    """Upper end of its 95 % interval."""
    blocked: int
    """How many."""
    attempts: int
    """Of how many attempts."""


@with_config(CLOSED)
class BlockedForReason(BlockedShare):
    """Attempts that were blocked for one reason."""

    reason: str
    """The reason, as the log has it; empty: it has none."""


@with_config(CLOSED)
class BlockedAtHour(BlockedShare):
    """Attempts of one hour that were blocked."""

    hour: int
    """The hour of the local day, 0 to 23."""


@final
@with_config(CLOSED)
class Interceptions(TypedDict):
    """How often calls from registered caller IDs were blocked."""

    attempts: int
    """Attempts from registered caller IDs."""
    all: BlockedShare
    """Those blocked for any reason."""
    by_reason: list[BlockedForReason]
    """By reason, most first."""
    by_hour: list[BlockedAtHour]
    """By hour; hours without attempts are left out."""


@final
@with_config(CLOSED)
class NoInterceptions(TypedDict):
    """The log does not say which caller IDs are registered, or how calls ended."""


# --- the whole ------------------------------------------------------------------------------------


@with_config(CLOSED)
class CalibrationResult(TypedDict):
    """Values of a network profile fitted to a call log."""

    name: str
    """The log."""
    network: str
    """The profile whose values are the defaults."""
    calls: int
    """Rows of the log."""
    level: float
    """Level of all intervals, as a share."""
    rows: list[CalibrationRow]
    """The parameters."""
    not_fitted: list[tuple[str, str]]
    """What was not fitted and why, as codes."""
    interceptions: Interceptions | NoInterceptions
    """Blocked calls of registered caller IDs."""
    answers_by_hour: list[tuple[int, int, int]]
    """Hour of the day; first attempts in it; of these answered."""
    answers_by_attempt: list[tuple[int, int, int, float]]
    """Number of the attempt; people; of these answered; how many the fit expects."""
    contacts: list[tuple[int, int, float]]
    """Number of contacts, the last of these or more; clients; how many the fit expects."""
    told: bool
    """Whether the log records true causes, as a simulated one does."""
    remarks: list[Remark]
    """What was taken for granted."""
    values: dict[str, FittedValue]
    """The fitted values by key, as a profile writes them."""
    split: dict[str, float]
    """By key the parts of sums, in the unit of the value: assumptions, not fitted values."""
    counts: dict[str, int]
    """Observations behind each of both."""
    overrides: dict[str, FittedValue]
    """The fitted values, for ``network.overrides`` of a scenario."""
    reasons: dict[str, dict[Language, str]]
    """By code and language why values are not identified, and what would identify them."""
