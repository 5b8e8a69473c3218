"""The tables of a run as arrays of ticks and rows: the input of explanations.

It stands on the scenario, the profiles and the tables alone, so that a folder of yesterday can be
asked; nothing of the network's memory is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialsim.arrow_numpy import values_of
from dialsim.core.codes import Cause, Operator, Seen
from dialsim.core.ticks import end_tick, local_tick, tick_to_datetime, working_days
from dialsim.core.time_units import DAY_MS
from dialsim.results.history.history_log import EarlierLog
from dialsim.results.summary_types.summary import Summary
from dialsim.results.tables.caller_rows import CallerTable, caller_table
from dialsim.results.tables.coded_columns import coded
from dialsim.scenario.as_of import opening_tick
from dialsim.scenario.calendar import public_days
from dialsim.scenario.checks.names import resolved_profiles
from dialsim.scenario.models.schema import CallerIds, Scenario
from dialsim.scenario.profiles.operator_profiles import operator_profiles
from dialsim.scenario.profiles.profile import Profile

Array = NDArray[Any]
Batches = Callable[[str, Sequence[str]], Iterable[Any]]
"""Of a table's name and columns: Arrow batches."""

Columns = Callable[[str], Sequence[str]]
"""Of a table's name: its columns."""

DELAY_DAYS = 60  # as the engine: days behind the aftermath that a delay may reach

PLACES = ("trunk", "block")
"""Columns of `interventions`, where it has them, that name what an action met but caller IDs."""

CALL = np.dtype(
    [
        ("tick", "i8"),  # dial
        ("end_tick", "i8"),
        ("ring_ms", "i8"),
        ("wait_ms", "i8"),
        ("hold_ms", "i8"),  # of it, from asking a robot for a person
        ("robot", "i8"),  # robot that was asked for one, -1 none
        ("agent", "i8"),  # only where some robot may be asked
        ("talk_ms", "i8"),
        ("person", "i4"),
        ("line", "i4"),  # row of the caller ID
        ("campaign", "i4"),
        ("seen", "i2"),  # `Seen`
        ("cause", "i2"),  # `Cause`
        ("sip", "i4"),
        ("attempt", "i2"),
        ("true_operator", "i2"),  # `Operator`
        ("delivered", "?"),
    ]
)
"""An attempt of the call log; ticks are ms from the scenario's first midnight."""

CALL_COLUMNS = (
    *("time", "campaign", "person", "caller", "attempt", "seen_outcome", "sip_code"),
    *("true_operator", "true_outcome", "true_reason", "delivered", "ring_ms", "wait_ms"),
    "talk_ms",
)
TRANSFER_COLUMNS = ("robot", "agent", "hold_ms")
CAUSES = {cause.name.lower(): int(cause) for cause in Cause}
_OPERATORS = {operator.name.lower(): int(operator) for operator in Operator}
SEEN = {seen.name.lower(): int(seen) for seen in Seen}


class Act(NamedTuple):
    """One row of `interventions`: ticks and lines as in `CALL`, names in lower case.

    `line` is the caller ID's row; -1 where the action met the enterprise or a class of numbers.
    `operator` is who acted where the table says it, and `there` whether it was the callee's, which
    judges by the calls to its own subscribers alone. `place` is the trunk or block of caller IDs
    that an action met, where the target is one.
    """

    number: int
    tick: int
    action: str
    rule: str
    target: str
    line: int
    number_class: str | None
    measured: int
    threshold: int
    until: int | None
    person: int | None
    noticed: bool
    operator: str | None = None
    there: bool = False
    place: str | None = None

    @property
    def whom(self) -> tuple[Any, ...]:
        """Key of the target, for comparison."""
        return (
            self.target, self.line, self.number_class, self.place, self.there and self.operator
        )  # fmt: skip


class Happening(NamedTuple):
    """One row of `events`, or a complaint that a call before the run brought (`before`)."""

    tick: int
    event: str
    campaign: str
    person: int
    line: int
    call_tick: int
    before: bool = False


@dataclass
class RunLog:
    """Tables, summary and scenario of a run, as explanations read them.

    Parameters
    ----------
    scenario
        As the run resolved it.
    summary
        Contents of ``summary.json``.
    batches
        Reads columns of a table.
    columns
        Says which columns a table has.
    kept
        Every call, if they were read at once; see :meth:`with_calls`.
    """

    scenario: Scenario
    summary: Summary
    batches: Batches
    columns: Columns
    kept: Array | None = None

    def with_calls(self) -> RunLog:
        """Return this log with every call in memory, some 90 bytes each.

        Whoever asks for calls many times does so faster.
        """
        found = copy(self)
        found.kept = self.calls()
        return found

    @cached_property
    def profiles(self) -> tuple[Profile, Profile]:
        """The rule pack and the network profile, with the scenario's overrides."""
        rules, network = resolved_profiles(self.scenario)
        assert rules is not None
        assert network is not None
        return rules, network

    @property
    def network(self) -> Profile:
        """The network profile."""
        return self.profiles[1]

    def network_of(self, operator: str | None) -> Profile:
        """Return the profile by which an operator judges: the network's, unless one is named."""
        return self.operator_profiles.get(operator or "", self.network)

    @cached_property
    def operator_profiles(self) -> dict[str, Profile]:
        """The profiles of the operators that have one of their own, overrides included."""
        return operator_profiles(self.scenario, self.network)

    def operator_code(self, operator: str | None) -> int:
        """Return the code of an operator by its name, -1 for none."""
        return _OPERATORS.get((operator or "").lower(), -1)

    @cached_property
    def lines(self) -> CallerTable:
        """The caller IDs."""
        return caller_table(self.scenario, self.network)

    def block_of(self, line: int) -> CallerIds:
        """Return the block of a caller ID."""
        return self.scenario.caller_ids[int(self.lines.block[line])]

    @cached_property
    def horizon_tick(self) -> int:
        """The midnight that ends the last day of calling."""
        return end_tick(self.scenario.start, self.scenario.days, self.scenario.time_zone)

    @cached_property
    def last_tick(self) -> int:
        """Where the run ended: after the aftermath, or where it was broken off."""
        reached = self.summary.get("period", {}).get("reached")
        if not self.summary["complete"] and isinstance(reached, str):
            zone, start = self.scenario.time_zone, self.scenario.start
            return local_tick(start, zone, datetime.fromisoformat(reached))
        return int(self.horizon_tick + self.scenario.aftermath)

    def moment(self, tick: int) -> datetime:
        """Return the moment of a tick in the scenario's zone."""
        return tick_to_datetime(self.scenario.start, self.scenario.time_zone, int(tick))

    def day_start(self, tick: int) -> int:
        """Return the local midnight before a tick."""
        when = self.moment(tick)
        midnight = datetime.combine(when.date(), datetime.min.time())
        return local_tick(self.scenario.start, self.scenario.time_zone, midnight)

    @cached_property
    def working(self) -> Array:
        """Days from the start that are worked, as the network counts them: int64[k], rising."""
        start = self.scenario.start
        days = (self.horizon_tick + self.scenario.aftermath) // DAY_MS + DELAY_DAYS
        public = public_days(start, start + timedelta(days=days))
        table = working_days(start, days, rest=public.rest, make_up=public.make_up)
        return np.flatnonzero(table)

    def working_later(self, tick: int, days: int) -> int:
        """Return the tick so many working days later, at the same time of day."""
        if days <= 0:
            return tick
        day = tick // DAY_MS
        place = int(np.searchsorted(self.working, day, side="right")) + days - 1
        last = (self.horizon_tick + self.scenario.aftermath) // DAY_MS + DELAY_DAYS - 1
        found = int(self.working[place]) if place < len(self.working) else last
        return found * DAY_MS + tick % DAY_MS

    @cached_property
    def acts(self) -> list[Act]:
        """Every action of the network, in the order of the table."""
        columns: tuple[str, ...] = (
            *("time", "action", "rule", "target", "caller", "number_class", "measured"),
            *("threshold", "until", "cause_person", "noticed"),
        )
        known = self.columns("interventions")
        columns += tuple(name for name in ("operator", "there", *PLACES) if name in known)
        found: list[Act] = []
        for batch in self.batches("interventions", columns):
            rows = batch.to_pydict() | {
                "time": self.ticks(batch.column("time")).tolist(),
                "until": self._optional_ticks(batch.column("until")),
            }
            for row in zip(*(rows[name] for name in columns), strict=True):
                found.append(self._act(len(found), dict(zip(columns, row, strict=True))))
        return found

    def _act(self, number: int, row: dict[str, Any]) -> Act:
        return Act(
            number,
            row["time"],
            row["action"] or "none",
            row["rule"] or "none",
            row["target"],
            -1 if row["caller"] is None else self.row_of[row["caller"]],
            row["number_class"],
            row["measured"],
            row["threshold"],
            row["until"],
            row["cause_person"],
            row["noticed"],
            row["operator"].upper() if row.get("operator") else None,
            bool(row.get("there")),
            next((row[place] for place in PLACES if row.get(place)), None),
        )

    @cached_property
    def acts_by_target(self) -> dict[tuple[Any, ...], list[Act]]:
        """Actions by whom they met, each in the order of the table."""
        found: dict[tuple[Any, ...], list[Act]] = {}
        for act in self.acts:
            found.setdefault(act.whom, []).append(act)
        return found

    @cached_property
    def acts_by_person(self) -> dict[int, list[Act]]:
        """Actions by the person whose complaint or call tipped them."""
        found: dict[int, list[Act]] = {}
        for act in self.acts:
            if act.person is not None:
                found.setdefault(act.person, []).append(act)
        return found

    @cached_property
    def row_of(self) -> dict[str, int]:
        """Row by the name of each caller ID."""
        return {name: row for row, name in enumerate(self.lines.names)}

    @cached_property
    def happenings(self) -> list[Happening]:
        """Complaints that calls before the run still brought, then the events of the run."""
        columns = ("time", "event", "campaign", "person", "caller", "call_time")
        found = [self._before(event, call) for event, call in self.earlier.complaints]
        for batch in self.batches("events", columns):
            rows = batch.select(["event", "campaign", "person", "caller"]).to_pydict()
            ticks = self.ticks(batch.column("time")).tolist()
            calls = self.ticks(batch.column("call_time")).tolist()
            lines = [self.row_of[name] for name in rows["caller"]]
            parts = (ticks, rows["event"], rows["campaign"], rows["person"], lines, calls)
            found += [Happening(*row) for row in zip(*parts, strict=True)]
        return found

    def _before(self, event: str, call: Any) -> Happening:
        campaign = self.scenario.campaigns[int(call["campaign"])].name
        tick = int(call["tick"])
        return Happening(
            tick, event, campaign, int(call["person"]), int(call["line"]), tick, before=True
        )

    @cached_property
    def earlier(self) -> EarlierLog:
        """What is known of the time before the run was played."""
        # of a copy, which does not hold what is made of it: this log and it would hold each other
        return EarlierLog(copy(self))

    @property
    def opening_tick(self) -> int:
        """The tick from which the run was played."""
        return opening_tick(self.scenario)

    def calls(
        self,
        *,
        lines: Array | None = None,
        person: int | None = None,
        since: int | None = None,
        until: int | None = None,
    ) -> Array:
        """Return attempts by the tick of the dial.

        Parameters
        ----------
        lines
            bool[N]: attempts of these caller IDs alone.
        person
            Attempts to this person alone.
        since, until
            Attempts that were dialled from here on, and before.

        Returns
        -------
        CALL[n]
            At one tick in the order of the log, which is that of their ends.
        """
        if self.kept is not None:
            return self._of_kept(self.kept, lines, person, since, until)
        parts = [np.zeros(0, CALL)]
        columns = CALL_COLUMNS + (TRANSFER_COLUMNS if self.transfers else ())
        for batch in self.batches("calls", columns):
            ticks = self.ticks(batch.column("time"))
            keep = np.ones(len(ticks), np.bool_)
            rows = coded(batch.column("caller"), self.row_of)
            if lines is not None:
                keep &= lines[rows]
            if person is not None:
                keep &= values_of(batch.column("person")) == person
            if since is not None:
                keep &= ticks >= since
            if until is not None:
                keep &= ticks < until
            if keep.any():
                parts.append(self._calls(batch, np.flatnonzero(keep), ticks, rows))
        packed = np.dtype((np.void, CALL.itemsize))  # numpy copies records field by field
        found = np.concatenate([part.view(packed) for part in parts]).view(CALL)
        return np.take(found, np.argsort(found["tick"], kind="stable"))

    def _of_kept(
        self,
        kept: Array,
        lines: Array | None,
        person: int | None,
        since: int | None,
        until: int | None,
    ) -> Array:
        """Return calls as :meth:`calls` does, of those in memory."""
        ticks = kept["tick"]
        first = 0 if since is None else int(np.searchsorted(ticks, since))
        last = len(kept) if until is None else int(np.searchsorted(ticks, until))
        found = kept[first:last]
        if lines is not None and not lines.all():
            found = np.take(found, np.flatnonzero(lines[found["line"]]))
        return found if person is None else found[found["person"] == person]

    def _calls(self, batch: Any, keep: Array, ticks: Array, rows: Array) -> Array:
        taken = np.zeros(len(keep), CALL)
        taken["tick"], taken["line"] = ticks[keep], rows[keep]
        plain = {"person": "person", "attempt": "attempt", "sip": "sip_code"}
        plain |= {name: name for name in ("ring_ms", "wait_ms", "talk_ms", "delivered")}
        for name, column in plain.items():
            taken[name] = values_of(batch.column(column))[keep]
        taken["end_tick"] = taken["tick"] + taken["ring_ms"] + taken["wait_ms"] + taken["talk_ms"]
        taken["robot"] = -1
        if self.transfers:
            taken["robot"] = values_of(batch.column("robot"), missing=-1)[keep]
            taken["agent"] = values_of(batch.column("agent"), missing=-1)[keep]
            taken["hold_ms"] = values_of(batch.column("hold_ms"))[keep]
        campaigns = {each.name: i for i, each in enumerate(self.scenario.campaigns)}
        taken["campaign"] = coded(batch.column("campaign"), campaigns)[keep]
        taken["seen"] = coded(batch.column("seen_outcome"), SEEN, 0)[keep]
        taken["true_operator"] = coded(batch.column("true_operator"), _OPERATORS)[keep]
        outcome = coded(batch.column("true_outcome"), CAUSES, 0)[keep]
        reason = coded(batch.column("true_reason"), CAUSES, 0)[keep]
        taken["cause"] = np.where(reason > 0, reason, outcome)
        return taken

    def ticks(self, column: Any) -> Array:
        """Return a column of times as ticks: int64[n]."""
        import pyarrow as pa

        stamps = values_of(column.cast(pa.int64()))
        return np.asarray(stamps, np.int64) - self._epoch_ms

    def _optional_ticks(self, column: Any) -> list[int | None]:
        import pyarrow as pa

        stamps = column.cast(pa.int64()).to_pylist()
        return [None if stamp is None else stamp - self._epoch_ms for stamp in stamps]

    @cached_property
    def _epoch_ms(self) -> int:
        return int(self.moment(0).timestamp()) * 1000

    @property
    def transfers(self) -> bool:
        """Whether callees may ask a robot for a person."""
        return any(campaign.transfer for campaign in self.scenario.campaigns)

    @property
    def has_history(self) -> bool:
        """Whether the network began with memories of the time before the start."""
        return self.scenario.history is not None

    @property
    def forgotten_calls(self) -> int:
        """Attempts of people who were forgotten since: the tables do not hold them any more."""
        from dialsim.outcomes.reader import forgotten_rows

        return forgotten_rows(dict(self.summary), "calls")
