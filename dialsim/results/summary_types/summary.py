"""The whole of ``summary.json``."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired, TypeAlias

from pydantic import Field, with_config
from typing_extensions import TypedDict

from dialsim.results.result_types import CLOSED
from dialsim.results.summary_types.lists import (
    FileAccount,
    HistoryAccount,
    ListAccount,
    Scrubs,
)
from dialsim.results.summary_types.network import (
    Aftermath,
    CallerIds,
    Complainants,
    EventCounts,
    Interventions,
)
from dialsim.results.summary_types.results import (
    Abandoned,
    Allowances,
    Binding,
    Callbacks,
    Change,
    Goal,
    HardLimit,
    Metric,
    Recordings,
    Throughput,
    Transfers,
    Verdict,
    Waterfalls,
    WeakDefault,
)
from dialsim.results.summary_types.run import (
    CallLog,
    Checksums,
    Forgotten,
    Identity,
    Performance,
    Period,
    PersonalData,
)
from dialsim.results.summary_types.texts import StoredText
from dialsim.results.summary_types.units import Hex, InUnit

SplitRow: TypeAlias = dict[str, InUnit | str | None]
"""Metrics by their keys, of the people with one value of an attribute."""


@with_config(CLOSED)
class Split(TypedDict):
    """Every metric that belongs to the person called, by the values of one attribute."""

    attribute: str
    """Name of the attribute: a column that the lists pass through."""
    rows: list[SplitRow]
    """One for each value, by attempts, the most first."""
    total: SplitRow
    """The same for all rows together."""
    not_split: dict[str, str]
    """The other metrics by their keys, each with the reason."""
    not_split_message: NotRequired[dict[str, StoredText]]
    """Their messages."""


@with_config(CLOSED)
class Summary(TypedDict):
    """What a run was, its results, and how they were judged.

    All but `performance` and `checksums` is a function of the inputs, the seed and the version
    alone. A text stands in English under its key, and beside it under the key with `_message` what
    it is made of, from which a reader has it in any language that there is a catalogue for; the
    latter is absent where a text is the same in each, or there is none. Summaries of older versions
    lack keys that are not required.
    """

    schema_version: Annotated[Literal[2], Field(json_schema_extra={"unit": "version"})]
    """Version of this format. A key may be added within one; none changes its meaning."""
    identity: Identity
    """What names the result."""
    outcome_digest: Hex
    """Digest of every attempt with its outcome: two runs compare by one string."""
    inputs: dict[str, Hex]
    """Digest of the content of each input file, by its name in the scenario."""
    inputs_since_forgotten: NotRequired[dict[str, Hex]]
    """The same of files that `dialsim forget` has changed since."""
    lists: NotRequired[list[ListAccount]]
    """Account of each list from a file."""
    files: NotRequired[list[FileAccount]]
    """Accounts of registries, withdrawals and the history."""
    history: NotRequired[HistoryAccount | None]
    """What is known of the time before the start; null: nothing."""
    attributes: NotRequired[list[str]]
    """Columns that the lists pass through."""
    personal_data: NotRequired[PersonalData]
    """What the run's tables show of people."""
    log: NotRequired[CallLog]
    """Which attempts the run keeps row by row."""
    data_versions: dict[str, str]
    """Versions of packages whose data decide results: numbering plans, zones, holidays."""
    complete: bool
    """False: the run was broken off, and what it holds happened before that."""
    study: Literal["unlawful"] | None
    """What it studies; null: a plan."""
    heading: str | None
    """Why whatever comes out is no lawful plan; null: it may be one."""
    heading_message: NotRequired[StoredText]
    """Its message."""
    misuses: list[str]
    """Forbidden uses of numbers that a study recorded instead of refusing them."""
    misuses_message: NotRequired[list[StoredText]]
    """Their messages."""
    period: Period
    """When it was played for."""
    verdict: Verdict
    """How the goals stand in all."""
    walls: NotRequired[list[HardLimit]]
    """Walls of the rule pack that the whole run is measured against."""
    goals: list[Goal]
    """The goals of the scenario, in its order."""
    metrics: dict[str, Metric]
    """Every metric, by its key."""
    splits: NotRequired[dict[str, Split]]
    """Metrics by the values of attributes, as asked for with `--by`."""
    waterfall: Waterfalls
    """Where every row of the lists went."""
    scrubs: NotRequired[Scrubs | None]
    """What is looked up at an operator; null: no list is."""
    interventions: Interventions
    """What the network did."""
    throughput: Throughput
    """How fast it went."""
    caller_ids: CallerIds
    """How the caller IDs stand."""
    abandoned: Abandoned
    """Calls dropped for want of an agent."""
    allowances: NotRequired[Allowances]
    """Complaints and marks beside what the network lets pass."""
    complainants: NotRequired[Complainants]
    """People of whose complaints the enterprise has learned."""
    declined: NotRequired[Annotated[int, Field(ge=0, json_schema_extra={"unit": "people"})]]
    """People who said "not interested": no marketing call to them since."""
    callbacks: NotRequired[dict[str, Callbacks]]
    """Calls agreed on, by campaign that agrees on any."""
    transfers: NotRequired[dict[str, Transfers]]
    """Callees who asked a machine for a person, by campaign with agents for them."""
    recordings: NotRequired[dict[str, Recordings]]
    """People to whom a recording was played, by campaign that plays one."""
    events: NotRequired[EventCounts]
    """What people did after calls."""
    binding: list[Binding]
    """What held each campaign back longest."""
    changes: NotRequired[list[Change]]
    """Up to three changes most worth trying, the one that helps most first."""
    aftermath: Aftermath
    """What happened after the last day."""
    assumptions: list[str]
    """What the result takes for granted, in sentences."""
    assumptions_message: NotRequired[list[StoredText]]
    """Their messages."""
    weak_defaults: NotRequired[list[WeakDefault]]
    """The least credible defaults that the result rests on, the least credible first."""
    forgotten: NotRequired[Forgotten]
    """What `dialsim forget` has taken out of the run's folder since."""
    performance: Performance
    """Figures of this machine and this run, outside every digest."""
    checksums: NotRequired[Checksums]
    """What the stored tables are checked by, outside every digest; absent: they are in memory."""
