"""What was played, and what that cost."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import Field, with_config
from typing_extensions import TypedDict

from dialsim.results.result_types import CLOSED
from dialsim.results.summary_types.units import (
    Bytes,
    Calls,
    Cores,
    Day,
    Days,
    Events,
    Hex,
    Key,
    Milliseconds,
    Moment,
    People,
    Rows,
    Seconds,
    Slices,
)


@with_config(CLOSED)
class Identity(TypedDict):
    """What names the result, together with `inputs` and `data_versions`."""

    name: str
    """The scenario's name."""
    scenario_digest: Hex
    """Digest of the resolved scenario, its rules and its network profile."""
    policy_digest: NotRequired[Hex]
    """Digest of the source of the Python policy; absent without one."""
    seed: Key
    """Draws behaviour."""
    list_seed: Key
    """Draws synthetic lists."""
    replication: Key
    """Number of the replication; 0: the run itself."""
    version: str
    """Version of dialsim that played it."""
    tables: Hex
    """Digest of the tables of durations, which another machine's arithmetic might round."""


@with_config(CLOSED)
class Pseudonyms(TypedDict):
    """The pseudonyms that the tables show."""

    key_fingerprint: str
    """Tells keys apart; the key does not follow from it."""


@with_config(CLOSED)
class PersonalData(TypedDict):
    """What the run's tables show of people."""

    numbers: bool
    """Whether they show phone numbers."""
    pseudonyms: Pseudonyms | None
    """Of the numbers; null: none are shown."""


@with_config(CLOSED)
class CallLog(TypedDict):
    """Which attempts a run keeps row by row, as asked for with `--log`."""

    kept: Literal["parquet", "arrow", "none", "sample"]
    """All in Parquet or in Arrow files, none, or those of some people."""
    one_in: Annotated[int, Field(ge=1, json_schema_extra={"unit": "people"})]
    """Of so many people the attempts of one are kept; 1: of all."""
    rows: Calls
    """Attempts kept."""


@with_config(CLOSED)
class Period(TypedDict):
    """When it was played for."""

    start: Day
    """First day."""
    days: Days
    """Days on which it dials."""
    time_zone: str
    """IANA name of the scenario's zone."""
    last_day_ends: Moment
    """From here on nothing new is dialled."""
    aftermath_ends: Moment
    """From here on the network does no more."""
    reached: Moment
    """How far it was played: `aftermath_ends`, unless it was broken off."""


@with_config(CLOSED)
class SliceTimes(TypedDict):
    """How long the engine worked at a time."""

    count: Slices
    """Slices of the engine's work."""
    p50_ms: Milliseconds
    """Half of them took no longer."""
    p99_ms: Milliseconds
    """99 in 100 took no longer."""
    max_ms: Milliseconds
    """The longest took so long."""


@with_config(CLOSED)
class Machine(TypedDict):
    """What ran it, as far as speed depends on it."""

    system: str
    """Operating system."""
    processor: str
    """Architecture of the processor."""
    cores: Cores | None
    """Logical cores; null: the system does not say."""
    python: str
    """Version of Python."""
    numba: str
    """Version of numba."""
    numpy: str
    """Version of numpy."""
    jit: bool
    """Whether the engine was compiled."""


@with_config(CLOSED)
class Performance(TypedDict, total=False):
    """Figures of this machine and this run; outside every digest, and empty where none are kept."""

    attempts: Calls
    """Attempts made."""
    events: Events
    """Events of the engine."""
    engine_seconds: Seconds
    """Time spent in the engine."""
    wall_seconds: Seconds
    """Time from the beginning to the end of the run."""
    compile_seconds: Seconds
    """Of that, compiling."""
    feed_wait_seconds: Seconds
    """Of that, waiting for rows of the lists."""
    record_seconds: Seconds
    """Time spent writing the log, beside the engine."""
    record_wait_seconds: Seconds
    """Time in which the engine waited for the log."""
    slices: SliceTimes
    """How long the engine worked at a time."""
    peak_rss_bytes: Bytes | None
    """Most memory the process ever held; null: the system does not say."""
    machine: Machine
    """What ran it."""


@with_config(CLOSED)
class FileChecksums(TypedDict):
    """What a file of a table is checked by when it is read."""

    bytes: Bytes
    """Its length."""
    rows: Rows
    """Rows of the table in it."""
    crc32: Hex
    """CRC-32 of each block, eight hex digits each, one after another."""


@with_config(CLOSED)
class Checksums(TypedDict):
    """What the files of the run's tables are checked by when they are read."""

    block_bytes: Annotated[int, Field(ge=1, json_schema_extra={"unit": "bytes"})]
    """Length of a block; the last of a file may be shorter."""
    files: dict[str, FileChecksums]
    """By the file's path in the run's folder."""


@with_config(CLOSED)
class Forgotten(TypedDict):
    """What `dialsim forget` has taken out of the run's folder since."""

    persons: People
    """People who were forgotten."""
    calls: Rows
    """Rows taken out of the calls."""
    events: Rows
    """Rows taken out of the events."""
    people: Rows
    """Rows taken out of the table of people."""
    earlier_calls: NotRequired[Rows]
    """Rows taken out of the table of calls before the run; absent: none."""
