"""The final state of each lead as a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import LeadState, Operator, Reason
from dialsim.core.person_flags import OPERATOR, PROVINCE_SHIFT
from dialsim.outcomes.columns import named, plain, texts
from dialsim.outcomes.passthrough import Carried
from dialsim.outcomes.tables import carried_columns
from dialsim.results.history.call_history import other_attempts
from dialsim.results.lists.waterfall import final_reasons, lead_blocks, people_on, persons_on
from dialsim.results.run_view import history_of, labels_of
from dialsim.scenario.checks.reachable import PROVINCES

if TYPE_CHECKING:
    from dialsim.engine.build import World

Array = NDArray[Any]


def people_table(world: World) -> Any:
    """Return each resident lead's end as an Arrow table.

    Returns
    -------
    pyarrow.Table
        ``campaign, list, row (of the list in dial order, from 0), line (of the list's file, as
        an editor counts; null where there is none), person (as in the call log),
        number_operator, number_province (of the number first called, by its prefix; a province
        is null where nothing says it), state, reason, attempts, next_eligible``, where earlier
        attempts are known `other_attempts` (to the person before the run, by none of its
        campaigns; `attempts` holds theirs), then the attributes of the lists, and `pseudonym` and
        `number` on request; by campaign, list and row. A lead that nobody finished carries the
        reason that would refuse its next call, such as ``internal_dnc`` of a person who
        complained; one that could have been tried again carries ``out_of_time``.
        `next_eligible` is set for a lead that waits for a retry within the run's days.

    Notes
    -----
    Never a phone number unless asked, nor a hash of one that could be searched for without a key:
    rows and persons are numbered. Cost: one pass; about 60 bytes a lead.
    """
    import pyarrow as pa

    return pa.concat_tables(people_parts(world)).unify_dictionaries()


def people_parts(world: World) -> Iterator[Any]:
    """Yield :func:`people_table` piece by piece, at least one; words may be coded anew in each."""
    others_known = world.lists is not None and world.lists.has_call_history
    others = other_attempts(world) if others_known or history_of(world) is not None else None
    some = False
    for campaign in range(len(world.scenario.campaigns)):
        for source, rows, missing in lead_blocks(world, campaign):
            if not missing:
                some = True
                yield _part(world, campaign, source, rows, others)
    if not some:
        yield _part(world, 0, 0, slice(0, 0), others)


def _part(world: World, campaign: int, source: int, rows: slice, others: Array | None) -> Any:
    import pyarrow as pa

    labels = labels_of(world)
    leads = world.state.leads[rows]
    n = len(leads)
    base = int(world.static.lead_base[campaign, source])
    ordinal = np.arange(rows.start - base, rows.stop - base, dtype=np.int64)
    persons = persons_on(world, campaign, source, rows)
    people = people_on(world, campaign, source, rows)
    reasons = final_reasons(world, campaign, leads, people)
    due = _due(world, leads, rows, reasons == Reason.NONE)
    reasons[reasons == Reason.NONE] = Reason.OUT_OF_TIME
    home = people["home"]
    columns = {
        "campaign": _all_of(n, campaign, [c.name for c in world.scenario.campaigns]),
        "list": _all_of(n, source, [p.name for p in world.scenario.people]),
        "row": plain(ordinal),
        "line": _lines(labels.carried, source, ordinal),
        "person": plain(persons),
        "number_operator": _coded(home & OPERATOR, _names(Operator)),
        "number_province": _coded((home.astype(np.int32) >> PROVINCE_SHIFT) - 1, list(PROVINCES)),
        "state": _coded(leads["state"], _names(LeadState)),
        "reason": _coded(reasons, _names(Reason)),
        "attempts": plain(leads["attempts"]),
        "next_eligible": due,
    }
    if others is not None:
        columns["other_attempts"] = plain(others[persons])
    units = {"row": "row", "line": "line", "person": "row"}
    units |= {"attempts": "calls", "other_attempts": "calls"}
    if labels.carried is not None:
        for name, column, unit in carried_columns(labels.carried, persons, True):
            columns[name] = column
            if unit is not None:
                units[name] = unit
    fields = [
        pa.field(name, column.type, metadata={"unit": units[name]} if name in units else None)
        for name, column in columns.items()
    ]
    return pa.Table.from_arrays(list(columns.values()), schema=pa.schema(fields))


def _lines(carried: Carried | None, source: int, ordinal: Array) -> Any:
    import pyarrow as pa

    n = len(ordinal)
    lines = carried.lines(source, int(ordinal[0]) if n else 0, n) if carried else None
    return pa.nulls(n, pa.int64()) if lines is None else plain(lines, lines <= 0)


def _due(world: World, leads: Array, rows: slice, open_still: Array) -> Any:
    import pyarrow as pa

    labels = labels_of(world)
    first = int(world.static.world[0]["node_lead"])
    timers = world.state.queue.timers["due"][first + rows.start : first + rows.stop]
    asleep = open_still & (leads["state"] == LeadState.SLEEPING) & (timers >= 0)
    stamps = np.zeros(len(leads), np.int64)
    stamps[asleep] = (timers[asleep] >> 4) + labels.epoch_ms  # a timer holds tick and kind
    return plain(stamps, ~asleep, pa.timestamp("ms", tz=labels.zone))


def _names(kind: Any) -> list[str]:
    names = {int(member): member.name.lower() for member in kind}
    return [names.get(code, "") for code in range(max(names) + 1)]


def _all_of(n: int, place: int, names: list[str]) -> Any:
    return named(np.full(n, place, np.int32), texts(names))


def _coded(codes: Array, names: list[str]) -> Any:
    words = [name for name in names if name]  # of codes alone that there are: no word twice
    place = np.array([words.index(name) if name else -1 for name in names], np.int32)
    if codes.dtype.kind == "u":
        return named(place[codes], texts(words))
    return named(np.where(codes < 0, -1, place[codes]), texts(words))
