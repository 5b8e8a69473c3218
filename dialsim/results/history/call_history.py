"""The call history of a run as tables: calls and caller IDs from before its start."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import EventCode, Seen
from dialsim.outcomes.columns import named, plain, texts, truth
from dialsim.people.build import persons_of
from dialsim.people.layout import BEGUN, LONG_AGO
from dialsim.results.run_view import history_of, labels_of
from dialsim.scenario.as_of import opening_tick

if TYPE_CHECKING:
    from dialsim.engine.build import World

Array = NDArray[Any]
NOT_KNOWN = LONG_AGO >> 1
"""Ticks before it are bounds of a time that nobody knows."""
COMPLAINTS = {
    "complaint_12321": EventCode.COMPLAINT_12321,
    "complaint_hotline": EventCode.COMPLAINT_HOTLINE,
}
"""Columns of `earlier_calls` by the complaint that a call still brought."""
COUNTS = ("age_days", "calls_hour", "calls_day", "delivered_30d", "marks_30d", "complaints_30d")
ANSWERS = ("labelled", "suspended")


def earlier_tables(world: World) -> dict[str, Callable[[World, Array | None], Any]]:
    """Return what makes the tables of a scenario's history, by their names; none without one.

    Returns
    -------
    dict
        Functions of a world that has been played, and of bool[P], whose calls are told (None:
        everybody's):

        ``earlier_calls``, a row a call that a campaign of the run made before it began: ``time``
        (null: not known), ``campaign, person, caller`` (null: not known), ``seen_outcome`` (null:
        not known), and whether the call brought a complaint that was still to be counted,
        ``complaint_12321`` and ``complaint_hotline``; by time. ``earlier_caller_ids``, a row a
        caller ID of which anything is known: ``caller, calls``, of these ``calls_in_campaigns``,
        ``first_call, last_call``, and what the file of states says, null where it says nothing.

    Notes
    -----
    People are rows and caller IDs names, never numbers. About 40 bytes a call.
    """
    if history_of(world) is None:
        return {}
    return {"earlier_calls": _calls_table, "earlier_caller_ids": _callers_table}


def other_attempts(world: World) -> Array:
    """Return int64[P]: attempts to each person before the run that are none of its campaigns'."""
    people = world.state.people
    tried = np.flatnonzero(world.state.leads["attempts"])
    leads = world.state.leads[tried]
    persons = persons_of(leads, tried, world.static.lead_shift)
    made = np.bincount(persons, weights=leads["attempts"], minlength=len(people))
    found: Array = np.maximum(people["attempts"] - made.astype(np.int64), 0)
    return found


def cases_before(world: World) -> Array:
    """Return the complaints that calls before the run still bring: CASE, by time of the call.

    Those that the network counts: to 12321 and to hotlines.
    """
    cases = world.state.carrier.cases[: int(world.state.control[0]["cases"])]
    counts = cases["channel"] != EventCode.COMPLAINT_SECTOR
    found: Array = cases[counts & (cases["call_tick"] < opening_tick(world.scenario))]
    return found[np.argsort(found["call_tick"], kind="stable")]


def to_come(world: World) -> dict[str, int]:
    """Return how many complaints calls before the run still brought, by their kind."""
    channels = cases_before(world)["channel"]
    return {name: int((channels == code).sum()) for name, code in COMPLAINTS.items()}


def closed_before(world: World) -> Array:
    """Return the rows of the caller IDs that were closed when the run began: int64[n]."""
    history = history_of(world)
    if history is None or history.states is None:
        return np.zeros(0, np.int64)
    found: Array = history.states["caller"][history.states["suspended"] > 0]
    return found


def _begun(world: World) -> Array:
    """Return the calls that campaigns of the run made before, by time: BEGUN of person rows."""
    parts = [np.zeros(0, BEGUN)]
    for source, found in world.begun.items():
        for begun in found:
            parts.append(begun.copy())
            parts[-1]["row"] += int(world.state.lists[source]["first"])
    calls = np.concatenate(parts)
    return calls[np.lexsort((calls["row"], calls["tick"]))]


def _calls_table(world: World, persons: Array | None) -> Any:
    import pyarrow as pa

    labels = labels_of(world)
    calls = _begun(world)
    brought = _brought(calls, cases_before(world))
    if persons is not None:
        kept = persons[calls["row"]]
        calls, brought = calls[kept], {name: rows[kept] for name, rows in brought.items()}
    seen = [each.name.lower() for each in Seen]
    columns = {
        "time": _times(calls["tick"], labels),
        "campaign": named(calls["campaign"], labels.campaign_words),
        "person": plain(calls["row"].astype(np.int32)),
        "caller": named(calls["caller"], labels.caller_words),
        "seen_outcome": named(np.where(calls["seen"] > 0, calls["seen"], -1), texts(seen)),
        **{name: truth(rows) for name, rows in brought.items()},
    }
    return pa.table(columns)


def _brought(calls: Array, cases: Array) -> dict[str, NDArray[np.bool_]]:
    """Return which calls, by time, the complaints are about, by their kind."""
    found = {name: np.zeros(len(calls), np.bool_) for name in COMPLAINTS}
    names = {int(code): name for name, code in COMPLAINTS.items()}
    first = np.searchsorted(calls["tick"], cases["call_tick"], "left").tolist()
    last = np.searchsorted(calls["tick"], cases["call_tick"], "right").tolist()
    for case, low, high in zip(cases, first, last, strict=True):
        mine = calls["row"][low:high] == case["person"]
        mine &= calls["caller"][low:high] == case["caller"]
        found[names[int(case["channel"])]][low:high] |= mine
    return found


def _callers_table(world: World, persons: Array | None) -> Any:
    import pyarrow as pa

    del persons  # it tells of none
    history = history_of(world)
    assert history is not None  # or there is no such table
    labels, lines = labels_of(world), history.lines
    columns = {
        "caller": named(lines["caller"], labels.caller_words),
        "calls": plain(lines["calls"]),
        "calls_in_campaigns": plain(lines["in_campaigns"]),
        "first_call": _times(lines["first_tick"], labels),
        "last_call": _times(lines["last_tick"], labels),
    }
    states = history.states
    for name in (*COUNTS, *ANSWERS):
        values = np.full(len(lines), -1, np.int64)
        if states is not None:
            values[np.searchsorted(lines["caller"], states["caller"])] = states[name]
        column = plain(values, values < 0)
        columns[name] = column if name in COUNTS else column.cast(pa.bool_())
    return pa.table(columns)


def _times(ticks: Array, labels: Any) -> Any:
    import pyarrow as pa

    stamps = ticks.astype(np.int64) + labels.epoch_ms
    return plain(stamps, ticks <= NOT_KNOWN, pa.timestamp("ms", tz=labels.zone))
