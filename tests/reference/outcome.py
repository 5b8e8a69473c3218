"""The twin's world at its end, laid out field by field as the engine's."""

from __future__ import annotations

from typing import Any

from dialsim.agents.layout import STAFF
from dialsim.core.codes import Cause, Limit, Seen
from dialsim.outcomes.layout import ACTION_ROW, CALL_ROW, EVENT_ROW, TALLY
from tests.reference.records import FIRM_FIELDS, LEAD_FIELDS, LINE_FIELDS, PROGRESS_FIELDS, Result


def outcome(twin: Any) -> Result:
    """All that the twin came to, laid out as the engine's."""
    for c, progress in enumerate(twin.given.progress):
        twin.limit(twin.world.end, c, progress.limit)
    firm = twin.network.enterprise
    return Result(
        calls=[in_order(row, CALL_ROW) for row in twin.log.calls],
        events=[in_order(row, EVENT_ROW) for row in twin.events],
        actions=[in_order(row, ACTION_ROW) for row in twin.network.actions],
        leads=[tuple(int(getattr(lead, name)) for name in LEAD_FIELDS) for lead in twin.leads],
        progress=[tuple(counts[n] for n in PROGRESS_FIELDS) for counts in twin.order.counts],
        tallies=[in_order(tally, TALLY) for tally in twin.log.tallies],
        by_seen=[[counts[code] for code in Seen] for counts in twin.log.by_seen],
        by_cause=[[counts[code] for code in Cause] for counts in twin.log.by_cause],
        staff=[in_order(counts, STAFF) for counts in twin.staff.times],
        limit_ms=[[counts[code] for code in Limit] for counts in twin.limit_ms],
        digest=(twin.log.digest[0], twin.log.digest[1]),
        retired=[int(bool(caller.retired)) for caller in twin.given.callers],
        lines=[
            tuple(int(getattr(line, name)) for name in LINE_FIELDS) for line in twin.network.lines
        ],
        handsets=[person.phone for person in twin.people],
        enterprise=tuple(int(getattr(firm, name)) for name in FIRM_FIELDS),
        people=twin.people,
    )


def in_order(row: dict[str, int], dtype: Any) -> tuple[int, ...]:
    return tuple(row[name] for name in dtype.names)
