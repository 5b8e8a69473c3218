"""Metrics split by an attribute of the people called, or by the hour of the day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from dialsim.arrow_numpy import text_codes
from dialsim.core.codes import EventCode, LeadState
from dialsim.messages.stored_text import stored_text
from dialsim.outcomes.passthrough import NO_VALUE
from dialsim.outcomes.split import COUNTS, EVENT_COUNTS, SplitCounts, table_columns
from dialsim.results.lists.waterfall import lead_blocks, persons_on
from dialsim.results.metrics import metric_values
from dialsim.results.run_view import carried_of
from dialsim.results.summary_types.summary import Split as StoredSplit
from dialsim.results.summary_types.summary import SplitRow
from dialsim.results.summary_types.texts import StoredText
from dialsim.scenario.frame import Frame
from dialsim.scenario.metrics import metrics, unsplit_reasons, unsplit_texts, values_from_counts

if TYPE_CHECKING:
    from dialsim.engine.build import World

Array = NDArray[Any]

MOST_ROWS = 1000
"""Values with a row of their own; the rarest beyond it share one."""

PERSON_PARTS = {"list": "list", "operator": "number_operator", "province": "number_province"}
"""Attributes that people of every run have, with their columns in the table of people."""


@dataclass(frozen=True)
class Split:
    """Metrics by the values of one attribute.

    Attributes
    ----------
    attribute
        Name of the column of the lists.
    rows
        A dict a value: ``value`` (None: no value, as in synthetic lists), ``leads`` and every
        metric that can be split; by attempts, the most first, then by value. Where there are more
        than 1000 values, ``values`` of the last row says how many it stands for (else 1).
    total
        The same for all rows together: equal to the metrics of the run.
    not_split
        The other metrics, each with the reason.
    """

    attribute: str
    rows: list[SplitRow]
    total: SplitRow
    not_split: dict[str, str] = field(default_factory=unsplit_reasons)

    @property
    def table(self) -> Frame:
        """The rows as a table of Arrow, polars or pandas; units in the field metadata."""
        import pyarrow as pa

        table = pa.Table.from_pylist(self.rows or [self.total])
        table = table if self.rows else table.slice(0, 0)
        known = metrics()
        fields = [
            each.with_metadata({"unit": known[each.name].unit}) if each.name in known else each
            for each in table.schema
        ]
        return Frame(table.cast(pa.schema(fields)), f"by {self.attribute}")

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Hand the rows to whoever reads Arrow's C stream: polars, pandas, altair, DuckDB."""
        return self.table.__arrow_c_stream__(requested_schema)

    def __repr__(self) -> str:
        attempts = self.total["attempts"]
        return f"<Split by {self.attribute}: {len(self.rows):,} values, {attempts:,} attempts>"

    def _repr_html_(self) -> str:
        return self.table._repr_html_()

    def to_dict(self) -> StoredSplit:
        """Return plain values for JSON; :meth:`from_dict` reads them."""
        reasons = unsplit_texts(by_hour=True)
        return {
            "attribute": self.attribute,
            "rows": self.rows,
            "total": self.total,
            "not_split": self.not_split,
            "not_split_message": {
                key: cast(StoredText, stored_text(reasons[key])) for key in self.not_split
            },
        }

    @classmethod
    def from_dict(cls, found: StoredSplit) -> Split:
        """Return the split of a summary."""
        return cls(found["attribute"], found["rows"], found["total"], found["not_split"])


def split_metrics(
    attribute: str,
    values: Sequence[str],
    counts: Mapping[str, Array],
    run_values: Mapping[str, float | None],
) -> Split:
    """Return metrics by value.

    Parameters
    ----------
    attribute
        Its name.
    values
        What each code means.
    counts
        As of :meth:`dialsim.outcomes.split.SplitCounts.counts`.
    run_values
        Metrics of the whole run, by key; read of those split `in_proportion_to` a count.

    Notes
    -----
    Counts add up to those of the run, and so do parts in proportion to a count, such as
    `attempts_per_hour`. Shares and means are computed from the value's own counts.
    """
    per_count = {}
    for key, metric in metrics().items():
        if metric.in_proportion_to is not None:
            value, whole = run_values.get(key), int(counts[metric.in_proportion_to].sum())
            per_count[key] = value / whole if value is not None and whole else None
    names = [*values, None]
    order = sorted(
        (i for i in range(len(names)) if any(int(counts[name][i]) for name in COUNTS)),
        key=lambda i: (names[i] is None, -int(counts["attempts"][i]), names[i] or ""),
    )
    own, rest = order, []
    if len(order) > MOST_ROWS:
        own, rest = order[: MOST_ROWS - 1], order[MOST_ROWS - 1 :]
    rows = [_row(names[i], 1, counts, [i], per_count) for i in own]
    if rest:
        rows.append(_row(None, len(rest), counts, rest, per_count))
    total = _row(None, len(order), counts, list(range(len(names))), per_count)
    return Split(attribute, rows, total)


def _row(
    value: str | None,
    values: int,
    counts: Mapping[str, Array],
    which: list[int],
    per_count: Mapping[str, float | None],
) -> SplitRow:
    """Return one row: the metrics of the values with these indices together.

    ``per_count`` has, by metric, how much of the run's value each count gets.
    """
    sums = {name: int(np.sum(counts[name][which])) for name in COUNTS}
    split = [each for each in metrics().values() if each.not_split is None]
    found = values_from_counts(sums, split)
    for metric in split:
        if metric.in_proportion_to is not None:
            each = per_count[metric.key]
            found[metric.key] = None if each is None else sums[metric.in_proportion_to] * each
    head: SplitRow = {"value": value, "values": values, "leads": sums["leads"]}
    return head | {metric.key: found[metric.key] for metric in split}


def split_of_world(world: World, attribute: str, counts: SplitCounts) -> Split:
    """Return the split of a run from the counts made during it and its final world."""
    carried = carried_of(world)
    assert carried is not None
    for campaign in range(len(world.scenario.campaigns)):
        for source, rows, missing in lead_blocks(world, campaign):
            if not missing:
                leads = world.state.leads[rows]
                persons = persons_on(world, campaign, source, rows)
                counts.add_leads(persons, leads["state"] == LeadState.FINISHED)
    values = carried.values(attribute)
    return split_metrics(attribute, values, counts.counts(len(values)), metric_values(world))


def split_tables(
    attribute: str,
    people: Iterable[Any],
    calls: Iterable[Any],
    events: Iterable[Any],
    run_values: Mapping[str, float | None],
    within_ms: int,
) -> Split:
    """Return the split of a run from its tables, each as Arrow batches.

    Parameters
    ----------
    people, calls, events
        With the columns ``person, state`` and the attribute's last; `CALL_TABLE_COLUMNS`;
        ``person, event``.
    within_ms
        Who waited longer than that for an agent counts as abandoned.

    Notes
    -----
    Memory: 5 bytes a person and the values of the attribute.
    """
    words: dict[str, int] = {}
    codes = np.zeros(0, np.int32)
    counts = SplitCounts(lambda persons: codes[persons], within_ms)
    for batch in people:
        persons = _numbers(batch.column(0))
        top = int(persons.max(initial=-1)) + 1
        if top > len(codes):
            more = np.full(max(top, 2 * len(codes)), NO_VALUE, np.int32)
            more[: len(codes)] = codes
            codes = more
        codes[persons] = dictionary_codes(batch.column(2), words)
        counts.add_leads(persons, _texts(batch.column(1)) == LeadState.FINISHED.name.lower())
    for batch in calls:
        counts.add_calls(*table_columns(batch, within_ms))
    named = {code.name.lower(): int(code) for code in EventCode}
    for batch in events:
        kinds = [named.get(str(word), 0) for word in _texts(batch.column(1))]
        counts.add_events(_numbers(batch.column(0)), np.array(kinds, np.uint8))
    return split_metrics(attribute, list(words), counts.counts(len(words)), run_values)


def split_by_hour(
    calls: Iterable[Any],
    events: Iterable[Any],
    run_values: Mapping[str, float | None],
    within_ms: int,
) -> Split:
    """Return metrics by the hour of the day of the attempt, ``"00"`` to ``"23"``.

    Parameters
    ----------
    calls, events
        Arrow batches with ``time`` and `CALL_TABLE_COLUMNS`; ``event, call_time``.
    within_ms
        As for :func:`split_tables`.

    Notes
    -----
    A person is reached in the hour of the first live answer; what people did after a call counts
    in the hour of the call. Memory: a byte a person.
    """
    counts = {name: np.zeros(25, np.int64) for name in COUNTS}
    reached = np.zeros(0, np.bool_)
    for batch in calls:
        hours = _hours(batch.column("time"))
        persons, columns = table_columns(batch, within_ms)
        for name, column in (("attempts", np.ones(len(hours), np.bool_)), *columns.items()):
            np.add.at(counts[name], hours, column.astype(np.int64))
        live = np.flatnonzero(columns["live_answers"])
        people, first = np.unique(persons[live], return_index=True)
        if len(people) and people[-1] >= len(reached):
            more = np.zeros(max(int(people[-1]) + 1, 2 * len(reached)), np.bool_)
            more[: len(reached)] = reached
            reached = more
        new = ~reached[people]
        np.add.at(counts["reach"], hours[live[first[new]]], 1)
        reached[people] = True
    named = {code.name.lower(): name for code, name in EVENT_COUNTS.items()}
    for batch in events:
        hours = _hours(batch.column("call_time"))
        for word, name in named.items():
            np.add.at(counts[name], hours[_texts(batch.column("event")) == word], 1)
    values = [f"{hour:02d}" for hour in range(24)]
    found = split_metrics("hour", values, counts, run_values)
    rows = sorted(found.rows, key=lambda row: str(row["value"]))
    return replace(found, rows=rows, not_split=unsplit_reasons(by_hour=True))


def _hours(column: Any) -> Array:
    """Return the hour of the day of each time, on the clocks of its zone."""
    from pyarrow import compute

    return np.asarray(compute.hour(column).to_numpy(zero_copy_only=False), np.int64)


def _numbers(column: Any) -> Array:
    return np.asarray(column.to_numpy(zero_copy_only=False), np.int64)


def _texts(column: Any) -> Array:
    return np.asarray(column.cast("string").to_numpy(zero_copy_only=False), object)


def dictionary_codes(column: Any, words: dict[str, int]) -> Array:
    """Return int32[n]: codes of a column of text; new words are added to the known ones."""
    codes, texts = text_codes(column)
    known = [words.setdefault(str(word), len(words)) for word in texts]
    return np.array([*known, NO_VALUE], np.int32)[codes]  # -1 is the last
