"""Types of the account of a call log: what `dialsim calls` finds in a dialer's own file."""

from __future__ import annotations

from pydantic import with_config
from typing_extensions import TypedDict

from dialsim.results.result_types import CLOSED


@with_config(CLOSED)
class FaultyCall(TypedDict):
    """A row that is not used, to be shown."""

    fault: str
    """Code of its fault."""
    file: str
    """Its file."""
    line: int
    """Line of a text file, row or record of another, from 1."""
    text: str
    """What stands there, numbers masked; empty where the fault says enough."""


@with_config(CLOSED)
class StrangeWord(TypedDict):
    """A word for an outcome that the format does not know."""

    word: str
    """The word, numbers masked."""
    rows: int
    """Rows that have it."""


@with_config(CLOSED)
class CallDay(TypedDict):
    """The calls of a day, by the clock of the people called."""

    day: str
    """The day, ISO."""
    calls: int
    """Attempts."""
    answered: int
    """Attempts that were answered."""
    talk_ms: float | None
    """Mean talk of those whose talk is known; None: of none."""


@with_config(CLOSED)
class CallingNumber(TypedDict):
    """The calls from one caller ID."""

    name: str
    """The caller ID, masked."""
    calls: int
    """Attempts."""
    answered: int
    """Attempts that were answered."""
    first: str
    """Day of its first call, ISO."""
    last: str
    """Day of its last call, ISO."""


@with_config(CLOSED)
class CallLogResult(TypedDict):
    """The account of a call log: ``rows == used + sum(unusable.values())``."""

    name: str
    """The file's or folder's name."""
    log_format: str
    """Word of the format."""
    title: str
    """What the format is called."""
    recognised: bool
    """Whether the format was recognised, and not named."""
    sources: list[str]
    """Where the format is documented."""
    zone: str
    """IANA zone of moments that have none."""
    files: list[str]
    """Names of the files read."""
    rows: int
    """Rows of the files."""
    used: int
    """Rows that are attempts."""
    unusable: dict[str, int]
    """Rows that are not, by the code of their fault."""
    examples: list[FaultyCall]
    """At most five of each fault."""
    strange: list[StrangeWord]
    """Words for outcomes that are not known; these attempts are used, with an unknown end."""
    out_of_order: int
    """Attempts dialled before the one in the row above."""
    people: int
    """Different numbers called."""
    outcomes: dict[str, int]
    """Attempts by how they ended, the most frequent first."""
    held: dict[str, float]
    """Share of the attempts (of talk: of the answered ones) of which a part is known, by part."""
    days: list[CallDay]
    """Every day with calls."""
    callers: list[CallingNumber]
    """The caller IDs with most calls, at most twenty."""
    callers_in_all: int
    """Different caller IDs."""
