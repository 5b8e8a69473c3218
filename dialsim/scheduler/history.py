"""Call history, read from files: calls before the run, and states of caller IDs.

Nothing here depends on the order of rows: rows are put in an order of their own, and of rows that
say the same thing twice one counts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.carrier import history as carrier_history
from dialsim.carrier.history import CALLER_CALL, CALLER_STATE
from dialsim.compliance.history import remember_calls, remember_metered
from dialsim.compliance.layout import Limits, Resources
from dialsim.core.codes import RowFault
from dialsim.core.time_units import DAY_MS, HOUR_MS, NEVER, SECOND_MS
from dialsim.engine import host
from dialsim.engine.build import World, put_first_looks
from dialsim.errors import Problems
from dialsim.messages import dates
from dialsim.messages.text import Text, Texts, from_table, message, translated
from dialsim.people.history_account import EARLIER_LINE, HistoryAccount
from dialsim.people.layout import LONG_AGO
from dialsim.people.lists import Lists
from dialsim.people.merging.identities import CallHistory
from dialsim.people.number_files import FileAccount
from dialsim.scenario.as_of import opening_tick
from dialsim.scenario.checks.names import resolved_profiles
from dialsim.scenario.models.files import CallerStates
from dialsim.scenario.models.schema import Scenario
from dialsim.scheduler.history_calls import CALL, CALL_NAMES, read_calls
from dialsim.scheduler.history_rows import (
    CHUNK_ROWS,
    MORE_IN_HOUR,
    UNKNOWN_CALLER,
    USELESS,
    add_lost,
    no_column,
    note_fault,
    opened,
    take_rows,
)
from dialsim.scheduler.own_numbers import OwnNumbers

if TYPE_CHECKING:
    from dialsim.people.reading.source import Source

Array = NDArray[Any]
COUNTS = ("age_days", "calls_hour", "calls_day", "delivered_30d", "marks_30d", "complaints_30d")
ANSWERS = ("labelled", "suspended")
MOST = 1_000_000  # that a state may count: calls of one number
MOST_IN_ALL = 1 << 30  # over all caller IDs, which the network adds up


def _operators(numbers: Array) -> Array:
    """Return the operators of numbers by their prefixes; -1 if unknown."""
    from dialsim.numbering.classify import classify_numbers

    return classify_numbers(np.ascontiguousarray(numbers))["operator"].astype(np.int64)


@dataclass
class History:
    """The time before the start, as far as the scenario gives it.

    Attributes
    ----------
    states, calls
        CALLER_STATE and CALL records, in an order of their own.
    account
        What became of the rows.
    inputs
        Digest of each file's content, by its place in the scenario.
    opening
        Tick from which the run is played; everything here came before it.
    as_of
        The moment of that tick on the scenario's clock; None: the start.
    """

    states: Array
    calls: Array
    account: HistoryAccount
    inputs: dict[str, str] = field(default_factory=dict)
    opening: int = 0
    as_of: datetime | None = None

    def attach_calls(self, lists: Lists) -> None:
        """Attach the calls in files to the people of lists, before any row is read."""
        known = self.calls[(self.calls["number"] != 0) | (self.calls["id_key"] != 0)]
        if len(known):
            names = (*CALL_NAMES, "seen", "campaign", "not_rung", "declined")
            columns = (np.ascontiguousarray(known[name]) for name in names)
            self.account.earlier = CallHistory(*columns)
            lists.set_call_history(self.account.earlier)

    def begin(self, world: World) -> None:
        """Write the known state of caller IDs into a world that has played nothing yet."""
        shown = self.calls[self.calls["caller"] >= 0]
        calls = np.zeros(len(shown), CALLER_CALL)
        calls["caller"], calls["tick"] = shown["caller"], shown["tick"]
        labels = "labels" not in world.scenario.network.off
        new = carrier_history.young(world.scenario, world.network)
        callers = int(world.static.world[0]["callers"])
        carrier_history.remember(
            world.state.carrier, callers, self.states, calls, labels, new, self.opening
        )
        put_first_looks(world.static, world.state)
        limits = world.static.limits
        resources = world.state.resources
        without_calls = ~np.isin(self.states["caller"], calls["caller"])
        if len(limits.caller) or len(limits.to_operator):  # else nobody looks into the rings
            depth = max(resources.rings.shape[1], resources.operator_rings.shape[2])
            drawn = as_calls(self.states[without_calls], depth, self.opening)
            both = np.concatenate([calls, drawn])
            operators = np.full(len(both), -1, np.int64)
            if len(limits.to_operator):
                operators[: len(calls)] = _operators(shown["number"])
            remember_calls(resources, limits, both["caller"], both["tick"], operators)
        self._begin_meters(resources, limits, calls, self.states[without_calls])
        for line in self.states["caller"][self.states["suspended"] > 0].tolist():
            host.close_caller(world, line)
        self.account.attempts_before = world.state.resources.callers["attempts"].copy()

    def _begin_meters(
        self, resources: Resources, limits: Limits, calls: Array, states: Array
    ) -> None:
        """Book earlier calls on the meters of enterprise and trunks, as far as they reach."""
        long = np.flatnonzero((limits.meters["per_ms"] > SECOND_MS).any(axis=1))
        if not len(long):
            return
        drawn = as_calls(states, int(limits.meters["count"][long].max()), self.opening)
        known_calls = np.concatenate([calls, drawn])
        trunk_of = resources.groups["trunk"][resources.callers["group"]][known_calls["caller"]]
        for row in long.tolist():
            if row == 0:
                unknown = self.calls["tick"][self.calls["caller"] < 0]
                ticks = np.concatenate([known_calls["tick"], unknown])
            else:
                ticks = known_calls["tick"][trunk_of == row - 1]
            remember_metered(resources, limits, row, ticks)


def as_calls(states: Array, most: int, opening: int = 0) -> Array:
    """Return each caller ID's last calls before a tick, as many as its state counts: CALLER_CALL.

    They are spread evenly over the last hour, the others over the day before it.
    """
    parts = [np.zeros(0, CALLER_CALL)]
    for state in states[(states["calls_day"] > 0) | (states["calls_hour"] > 0)]:
        hour = max(int(state["calls_hour"]), 0)
        rest = max(int(state["calls_day"]) - hour, 0)
        late = np.arange(min(hour, most)) * HOUR_MS // max(hour, 1)
        early = np.arange(min(rest, most - len(late))) * (DAY_MS - HOUR_MS) // max(rest, 1)
        calls = np.zeros(len(late) + len(early), CALLER_CALL)
        calls["caller"] = state["caller"]
        calls["tick"] = opening - 1 - np.concatenate([late, HOUR_MS + early])
        parts.append(calls)
    return np.concatenate(parts)


def read_history(scenario: Scenario, own: OwnNumbers, problems: Problems) -> History | None:
    """Read a scenario's call history; None if it has none.

    Parameters
    ----------
    scenario
        Its `history`, `start` and `time_zone`.
    own
        The caller IDs, which rows name by number or as ``north-001``.
    problems
        Gets what is wrong with a file, a file without a row that can be understood, and calls at
        or after the start.

    Notes
    -----
    A row that cannot be understood is in the account, with its line and why. O(rows log rows);
    56 bytes a call.
    """
    history = scenario.history
    if history is None:
        return None
    made = History(
        np.zeros(0, CALLER_STATE),
        np.zeros(0, CALL),
        HistoryAccount(),
        opening=opening_tick(scenario),
        as_of=history.as_of,
    )
    if history.caller_ids is not None:
        _states(made, scenario, history.caller_ids, own, problems)
    if history.calls is not None:
        rules, _ = resolved_profiles(scenario, Problems())  # its faults are reported elsewhere
        quick_ms = 0 if rules is None else int(rules["dialer.suspicion_quick"])
        made.calls, digest = read_calls(
            scenario, history.calls, own, made.account, problems, quick_ms
        )
        made.inputs |= digest
        made.account.calls_read = made.calls
    lines = np.concatenate([made.states["caller"], made.calls["caller"]])
    made.account.lines = _by_line(made, np.unique(lines[lines >= 0]))
    made.account.callers = len(made.account.lines)
    made.account.states = made.states
    made.account.assumed = _assumed(made, history.calls is not None)
    made.account.assumed += _outcomes_assumed(made, scenario)
    made.account.assumed += _begun_assumed(made)
    return made


def _by_line(made: History, lines: Array) -> Array:
    """Return the known calls of each caller ID: EARLIER_LINE, in order."""
    found = np.zeros(len(lines), EARLIER_LINE)
    found["caller"], found["first_tick"], found["last_tick"] = lines, NEVER, LONG_AGO
    shown = made.calls[made.calls["caller"] >= 0]
    place = np.searchsorted(lines, shown["caller"])
    np.add.at(found["calls"], place, 1)
    np.add.at(found["in_campaigns"], place, shown["campaign"] >= 0)
    np.add.at(found["today"], place, shown["tick"] >= made.opening // DAY_MS * DAY_MS)
    np.minimum.at(found["first_tick"], place, shown["tick"])
    np.maximum.at(found["last_tick"], place, shown["tick"])
    found["first_tick"][found["calls"] == 0] = LONG_AGO
    return found


# --- states of caller IDs --------------------------------------------------------------------


def _states(
    made: History, scenario: Scenario, spec: CallerStates, own: OwnNumbers, problems: Problems
) -> None:
    where = "history.caller_ids"
    source = opened(scenario, spec, where, ("caller_id", *COUNTS, *ANSWERS), problems)
    if source is None:
        return
    if "caller_id" not in source.columns:
        no_column(source, where, "which caller ID a row is about", "caller_id", problems)
        return
    account = FileAccount(where, "", "states of caller IDs", spec.file)
    parts = list(_state_rows(source, own, account))
    account.take_malformed(source)
    account.refuse_if_useless(problems, *USELESS)
    made.inputs[f"{where}.file"] = source.digest
    rows = np.concatenate([np.zeros(0, CALLER_STATE), *parts])
    made.states = _one_each(rows)
    _check_stopped(account, source, problems)
    account.numbers = len(made.states)
    if account.numbers < account.used:
        account.taken_strictly["REPEATED"] = account.used - account.numbers
    made.account.caller_ids = account
    for name in COUNTS[1:]:
        total = int(np.maximum(made.states[name], 0).sum())
        if total > MOST_IN_ALL:
            problems.add(
                f"{where}.columns.{name}",
                message("more in all than any enterprise makes"),
                found=total,
                allowed=message("at most {most_in_all} over all caller IDs").filled(
                    most_in_all=MOST_IN_ALL
                ),
            )


def _check_stopped(account: FileAccount, source: Source, problems: Problems) -> None:
    """Add rows that would be lost of a file of stopped numbers."""
    lost = +account.unusable
    if "suspended" in source.columns and lost and account.used:
        allowed = message("caller IDs of the scenario; yes, no, 关停 or 正常 under `suspended`")
        add_lost(account, lost, "a stopped number would be used", allowed, None, problems)


def _state_rows(source: Source, own: OwnNumbers, account: FileAccount) -> Any:
    """Yield the usable rows of each batch as CALLER_STATE, and account for the others."""
    from dialsim.people.reading.cells import BAD, by_value, read_answer, read_stopped, whole_numbers

    first = 0
    for batch in source.batches(CHUNK_ROWS):
        texts = batch.column("caller_id")
        names = batch.schema.names
        rows = np.full(batch.num_rows, -1, np.int64)
        states = np.zeros(batch.num_rows, CALLER_STATE)
        rows, empty = own.rows_of(texts)
        faults = np.where(empty, np.uint8(RowFault.NO_NUMBER), np.uint8(0))
        faults[~empty & (rows < 0)] = UNKNOWN_CALLER
        states["caller"] = rows
        for name in COUNTS:
            values = np.full(len(rows), -1, np.int64)
            if name in names:
                values = whole_numbers(batch.column(name), -1, 0, MOST)
            note_fault(faults, values == BAD, RowFault.BAD_COUNT)
            states[name] = values
        for name in ANSWERS:
            states[name] = -1
            if name in names:
                read = read_stopped if name == "suspended" else read_answer
                values = by_value(batch.column(name), read, -1, {})
                note_fault(faults, values == BAD, RowFault.BAD_ANSWER)
                states[name] = np.where(values == BAD, -1, values)
        hour, day = states["calls_hour"], states["calls_day"]
        note_fault(faults, (day >= 0) & (hour > day), MORE_IN_HOUR)
        states["calls_day"] = np.maximum(hour, day)
        take_rows(account, source, first, faults, texts)
        first += len(rows)
        yield states[faults == 0]


def _one_each(rows: Array) -> Array:
    """Return one state per caller ID: the worst of each column, and the youngest age."""
    lines, group = np.unique(rows["caller"], return_inverse=True)
    states = np.zeros(len(lines), CALLER_STATE)
    states["caller"] = lines
    for name in (*COUNTS, *ANSWERS):
        states[name] = -1
        np.maximum.at(states[name], group, rows[name])
    stated = rows["age_days"] >= 0
    youngest = states["age_days"].copy()
    np.minimum.at(youngest, group[stated], rows["age_days"][stated])
    states["age_days"] = youngest
    return states


# --- what is assumed ------------------------------------------------------------------------------


LABELS: Texts = translated(
    {
        "no_calls": "earlier calls to single people are not known: their limits begin empty",
        "no_states": "marks, complaints and labels of caller IDs are not known: none, but by draw",
        "no_age": "{} caller IDs without an age: in use since their first known call",
        "lacking": "{count} caller IDs without {column}: taken as none",
        "new": "a mobile number that is new at the start counts as new to the end",
        "spread": "totals of caller IDs are spread evenly over their hour, day or 30 days",
        "rate": "the enterprise's own rate of complaints begins empty",
        "no_outcome": "{:,} earlier calls without an outcome: limits on answers count them all",
        "begun": "{:,} calls of these campaigns: each person goes on from the last one; whoever "
        "was connected is done with, for no row tells of calls agreed on",
        "silent": "{:,} of these calls without an outcome: those people are not called again",
        "to_come": "complaints that these calls will still bring are drawn by the profile; those "
        "counted before are known only as far as states of caller IDs tell",
        "drawn": "what each person is like is drawn by the profile so that it fits how calls to "
        "them ended; what the network did to those calls is not asked",
        "at_once": "calls under way at {} have ended, and whoever is on shift then is free",
        "of_others": "{:,} calls of campaigns that are none of this scenario: for limits alone",
        "unknown_callers": "{:,} calls from caller IDs that are none of the scenario's: neither "
        "its limits nor the network's windows know of them",
        "no_caller": "{:,} calls without a caller ID: neither its limits nor the network's windows "
        "know of them, and they bring no complaints",
        "of_none": "{:,} calls that name no campaign: for limits alone",
        "odd_talks": "{:,} talk times that cannot be read: taken as not known",
        "odd_rings": "{:,} ring times that cannot be read: taken as not known",
        "repeated": "{:,} rows that say what another row says: counted once",
        "left_out": "{:,} calls at the moment of as_of or later: left out",
    }
)


def _sentence(key: str, *values: object, **named: object) -> Text:
    return from_table(LABELS, key, *values, **named)


def _assumed(made: History, with_calls: bool) -> list[Text]:
    """Return sentences on assumptions about what the files lack."""
    states = made.states
    lacking = {name: int(np.count_nonzero(states[name] < 0)) for name in COUNTS}
    found = []
    if not with_calls:
        found.append(_sentence("no_calls"))
    if not len(states):
        found.append(_sentence("no_states"))
    elif lacking["age_days"]:
        found.append(_sentence("no_age", lacking["age_days"]))
    found += [
        _sentence("lacking", count=lacking[name], column=name)
        for name in COUNTS[1:]
        if lacking[name] and not (with_calls and name.startswith("calls_"))
    ]
    if len(states) > lacking["age_days"]:
        found.append(_sentence("new"))
    if len(states):
        found += [_sentence("spread"), _sentence("rate")]
    return found


def _begun_assumed(made: History) -> list[Text]:
    """Return assumptions about campaigns that continue after earlier calls."""
    own = made.calls[made.calls["campaign"] >= 0]
    found = []
    if len(own):
        found.append(_sentence("begun", len(own)))
        silent = int(np.count_nonzero(own["seen"] == 0))
        found += [_sentence("silent", silent)] if silent else []
        unshown = int(np.count_nonzero(own["caller"] < 0)) - made.account.unknown_callers
        found += [_sentence("no_caller", unshown)] if unshown > 0 else []
        found.append(_sentence("to_come"))
    if made.account.with_outcome:
        found.append(_sentence("drawn"))
    if made.as_of is not None:
        found.append(_sentence("at_once", dates.moment_text(made.as_of, weekday=True)))
    if made.account.repeated and len(own):
        found.append(_sentence("repeated", made.account.repeated))
    for key in ("of_others", "of_none", "left_out", "odd_talks", "odd_rings", "unknown_callers"):
        count = getattr(made.account, key)
        found += [_sentence(key, count)] if count else []
    return found


def _outcomes_assumed(made: History, scenario: Scenario) -> list[Text]:
    """Return how limits on answers or connects count calls of unknown outcome."""
    unknown = len(made.calls) - made.account.with_outcome
    limits = scenario.rules.callee_limits or ()
    if not unknown or all(limit.counts == "attempts" for limit in limits):
        return []
    return [_sentence("no_outcome", unknown)]
