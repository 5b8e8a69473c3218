"""Recount of an intervention's figure from the tables of a run, in the network's buckets.

The network counts in 60 buckets a window: the bucket of the tick and the 59 before it. The event
that breaks a rule precedes the action by `delay`. The log has no order within a millisecond, so
that several figures may be possible.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np

from dialsim.core.codes import Cause, EventCode, NumberClass
from dialsim.core.time_units import DAY_MS, HOUR_MS
from dialsim.core.windows import BUCKETS
from dialsim.outcomes.tables import INTERCEPTED
from dialsim.results.network.network_rules import NetworkRules, RuleText, network_rules
from dialsim.results.run_view import CLASS_NAMES
from dialsim.results.tables.run_log import Act, Array, RunLog
from dialsim.scenario.values import parse_duration

MILLION = 1_000_000
MARK = EventCode.MARK.name.lower()
COMPLAINT = EventCode.COMPLAINT_12321.name.lower()
HOTLINE = EventCode.COMPLAINT_HOTLINE.name.lower()
Agreement = Literal["agrees", "differs", "earlier", "forgotten"]

ROW = np.dtype(
    [("tick", "i8"), ("dial", "i8"), ("person", "i4"), ("line", "i4"), ("seconds", "i8")]
)
"""A counted event: its tick, dial of the call, callee, caller ID, and duration."""

DIALLED = (
    "calls",
    "reached",
    "new_callees",
    "repeats",
)  # counted at the dial; other attempts at their end
_BEFORE_CONTRACT = [
    int(cause) for cause in INTERCEPTED if not cause.name.startswith("CONTRACT_")
] + [int(Cause.CONTRACT_CALLEE)]
"""Causes by which a call does not reach a line contract's count of calls a day."""

_ORDERS = 8  # up to so many events of a millisecond all orders are tried


@dataclass(frozen=True)
class Recount:
    """A recounted figure.

    Attributes
    ----------
    figure
        The logged figure if it is among those possible, else the highest.
    lowest, highest
        The figures possible, for calls of one millisecond.
    agreement
        agrees; earlier: the window reaches back before the run, of which the log is incomplete;
        forgotten: calls of people forgotten since are missing; differs: a defect of dialsim.
    from_tick, to_tick
        The first tick of the window, and the tick at which it was counted.
    numbers
        Caller IDs that were counted together.
    of
        Denominator of a share or a rate; None for a count.
    breaking
        The last counted event: (tick, person, line), or None.
    together
        Events in that millisecond; `breaking` has the first of them.
    before
        Counted calls before the run, or complaints about such calls; `of_before`: calls before the
        run in the denominator.
    """

    figure: int
    lowest: int
    highest: int
    agreement: Agreement
    from_tick: int
    to_tick: int
    numbers: int
    of: int | None = None
    breaking: tuple[int, int, int] | None = None
    together: int = 1
    before: int = 0
    of_before: int = 0


def recount(log: RunLog, act: Act) -> Recount | None:
    """Recount the figure of an action.

    Returns
    -------
    Recount or None
        None where the action rests on no figure.

    Notes
    -----
    Reads the call log in batches, as far as the window needs it.
    """
    rules = network_rules()
    rule = rules.rule(act.rule)
    figureless = act.measured == act.threshold == 0
    if rule.counts == "nothing" or rules.named("action", act.action).lifts or figureless:
        return None
    if rule.counts == "review":
        return _review(log, rule, act) if act.action.upper() == rule.follows else None
    at = breaking_tick(log, rule, act)
    first = _first_tick(log, rule, at)
    lines = counter_lines(log, rule, act)
    found = _counted(log, rule, rule.counts, lines, first, at, act)
    of: Array | None = None
    if rule.of is not None:
        of = _counted(log, rule, rule.of, lines, first, at, act)
    figures = _figures(rule, found, of, at)
    figure = act.measured if act.measured in figures else max(figures)
    last = found if of is None else of
    line: Array = last["line"]
    now = last[(last["tick"] == at) & tripping(log, act)[line]]
    if not len(now) and act.person is not None:  # a case that is acted on days after it counted
        now = last[last["person"] == act.person][-1:]
    return Recount(
        figure,
        min(figures),
        max(figures),
        _agreement(log, act, figure, first),
        first,
        at,
        in_use(log, act, lines, at, last["line"]),
        None if of is None else len(of),
        tuple(now[["tick", "person", "line"]][0].tolist()) if len(now) else None,
        len(now),
        _before(log, rule, found),
    )


def _before(log: RunLog, rule: RuleText, found: Array) -> int:
    """Return how many counted calls, or calls of counted complaints, precede the run."""
    known = rule.counts in ("triaged", "calls")
    return int((found["dial"] < log.opening_tick).sum()) if known else 0


def breaking_tick(log: RunLog, rule: RuleText, act: Act) -> int:
    """Return the tick of the event by which a rule was broken."""
    if not rule.delay or (rule.at_once and act.noticed):
        return act.tick
    return act.tick - max(1, length_ms(log, rule.delay, act))


def _first_tick(log: RunLog, rule: RuleText, at: int) -> int:
    if rule.window == "day":
        return at // DAY_MS * DAY_MS
    bucket = window_ms(log, rule) // BUCKETS
    return (at // bucket - BUCKETS + 1) * bucket


def window_ms(log: RunLog, rule: RuleText) -> int:
    """Return how long a rule's window is, in ms."""
    return DAY_MS if rule.window == "day" else length_ms(log, rule.window, None)


def length_ms(log: RunLog, length: str, act: Act | None) -> int:
    """Return a length in ms, given as a duration or as a key of the action's profile."""
    network = log.network_of(None if act is None else act.operator)
    return int(network[length]) if length in network else parse_duration(length)


def _figures(rule: RuleText, found: Array, of: Array | None, at: int) -> set[int]:
    """Return the figures that the last millisecond leaves possible."""
    whole = found if of is None else of
    last = np.flatnonzero(whole["tick"] == at)
    before = whole["tick"] < at
    if rule.figure == "count":
        return {int(before.sum()) + taken for taken in range(1, len(last) + 1)} or {len(whole)}
    parts = set(_call_keys(found)) if rule.figure == "share" else set()
    inside = np.array([key in parts for key in _call_keys(whole)], np.bool_)
    seconds = whole["seconds"]
    top = inside if rule.figure == "share" else seconds
    sums = int(top[before].sum()), int(before.sum())
    chosen = [()] if not len(last) else _choices(last.tolist())
    return {
        (sums[0] + int(top[list(taken)].sum())) * rule.scale // max(sums[1] + len(taken), 1)
        for taken in chosen
    }


def _choices(last: list[int]) -> list[tuple[int, ...]]:
    """Return the sets of a millisecond's events that may have been counted."""
    if len(last) > _ORDERS:
        return [tuple(last[: n + 1]) for n in range(len(last))]
    return [some for n in range(1, len(last) + 1) for some in combinations(last, n)]


def _call_keys(rows: Array) -> list[tuple[int, int]]:
    return list(zip(rows["dial"].tolist(), rows["line"].tolist(), strict=True))


def _agreement(log: RunLog, act: Act, figure: int, first: int) -> Agreement:
    if figure == act.measured:
        return "agrees"
    if log.has_history and first < log.opening_tick:
        return "earlier"
    return "forgotten" if log.forgotten_calls else "differs"


def counter_lines(log: RunLog, rule: RuleText, act: Act) -> Array:
    """Return which caller IDs the counter behind an action may include: bool[N]."""
    count = len(log.lines.names)
    if act.target == "caller":
        return log.lines.kin(act.line) if rule.whose == "line" else np.arange(count) == act.line
    if act.place is not None:
        return tripping(log, act)
    if rule.whose == "enterprise" or act.target == "enterprise":
        return np.ones(count, np.bool_)
    return log.lines.ever_unregistered


def tripping(log: RunLog, act: Act) -> Array:
    """Return the caller IDs an action applies to, also by enterprise, place or class: bool[N]."""
    count = len(log.lines.names)
    if act.target == "caller":
        alone: Array = np.arange(count) == act.line
        return alone
    if act.place is not None:
        by_trunk = act.target == "trunk"
        here = [
            act.place == (each.trunk if by_trunk else each.name) for each in log.scenario.caller_ids
        ]
        return np.array(here, np.bool_)[log.lines.block]
    if act.target != "unregistered":
        return np.ones(count, np.bool_)
    code = NumberClass[(act.number_class or "unknown").upper()]
    wanted = CLASS_NAMES.get(code)
    blocks = np.array([each.judged_class == wanted for each in log.scenario.caller_ids], np.bool_)
    found: Array = blocks[log.lines.block] & log.lines.ever_unregistered
    return found


def in_use(log: RunLog, act: Act, lines: Array, at: int, called: Array) -> int:
    """Return how many caller IDs of an action existed at a tick, or called.

    Replacements count from their first use on, members of a class while not registered.
    """
    met = lines & (log.lines.used_from <= at)
    if act.target == "unregistered":
        every = np.arange(len(lines))
        met &= log.lines.is_linked(every, np.full(len(lines), at))
    met[called] = True
    return int(np.count_nonzero(met))


def _counted(
    log: RunLog, rule: RuleText, what: str, lines: Array, first: int, at: int, act: Act
) -> Array:
    """Return the events of a counter in a window that ends with a tick: ROW[n]."""
    if what == "marks":
        rows = _events(log, MARK, 0)
    elif what == "triaged":
        rows = _events(log, COMPLAINT, int(log.network["complaints.triage_working_days"]))
    else:
        rows = _attempts(log, rule, what, lines, first, at, act)
    since = rows["dial"] if rule.window == "day" else rows["tick"]
    keep = (since >= first) & (rows["tick"] <= at) & lines[rows["line"]]
    if rule.anew:
        keep &= rows["tick"] > _began(log, act)
    if act.target == "unregistered":
        keep &= log.lines.is_linked(rows["line"], rows["tick"])
    taken: Array = rows[keep]
    return taken


def _began(log: RunLog, act: Act) -> int:
    """Return the tick at which a counter was reset, when its last action was lifted."""
    ends = [
        each.tick
        for each in log.acts[: act.number]
        if each.rule == act.rule
        and network_rules().named("action", each.action).lifts
        and (each.target, each.line) == (act.target, act.line)
    ]
    return max(ends, default=-(2**62))


def _attempts(
    log: RunLog, rule: RuleText, what: str, lines: Array, first: int, at: int, act: Act
) -> Array:
    if what in ("calls", "reached"):
        calls = log.calls(lines=lines, since=first, until=at + 1)
        if what == "reached":
            calls = calls[~np.isin(calls["cause"], _BEFORE_CONTRACT)]
    elif what in DIALLED:  # whether a callee is new depends on all earlier calls to them
        calls = log.calls(lines=_looks_for_new(log), until=at + 1)
        calls = calls[_is_new(log, rule, calls) == (what == "new_callees")]
    else:  # counted when the call is over, however long it took
        calls = log.calls(lines=lines, until=at + 1)
        calls = calls[calls["delivered"]]
    if act.there:
        calls = calls[calls["true_operator"] == log.operator_code(act.operator)]
    lasted = calls["end_tick"] - calls["tick"] - calls["ring_ms"]
    rows = np.zeros(len(calls), ROW)
    rows["tick"] = calls["tick"] if what in DIALLED else calls["end_tick"]
    rows["dial"], rows["person"], rows["line"] = calls["tick"], calls["person"], calls["line"]
    rows["seconds"] = (lasted + 500) // 1000
    if what == "calls" and not act.there:
        rows = np.concatenate([_earlier(log, rule, lines, first), rows])
    if what in (*DIALLED, "delivered"):
        return rows
    answered = np.isin(calls["cause"], [int(Cause.LIVE), int(Cause.ASSISTANT)])
    if what == "short":
        answered &= lasted <= length_ms(log, rule.short, act)
    taken: Array = rows[answered]
    return taken


def _earlier(log: RunLog, rule: RuleText, lines: Array, first: int) -> Array:
    """Return the campaigns' own calls before the run, from a tick on: ROW[n].

    Without caller IDs whose states give the number of calls: that number counts instead.
    """
    column = stated_calls(log, rule)
    known = log.earlier.lines
    stated = [row for row, line in known.items() if column in line.stated]
    calls = log.earlier.calls
    mine = (calls["line"] >= 0) & (calls["tick"] >= first)
    mine &= lines[calls["line"]] & ~np.isin(calls["line"], stated)
    rows = np.zeros(int(mine.sum()), ROW)
    rows["tick"] = rows["dial"] = calls["tick"][mine]
    rows["person"], rows["line"] = calls["person"][mine], calls["line"][mine]
    return rows


def stated_calls(log: RunLog, rule: RuleText) -> str:
    """Return the column of caller ID states with the calls in a rule's window."""
    return "calls_hour" if window_ms(log, rule) <= HOUR_MS else "calls_day"


def _looks_for_new(log: RunLog) -> Array:
    """Return the caller IDs watched for new callees: unregistered mobiles (bool[N])."""
    mobile = [each.number_class == "mobile" for each in log.scenario.caller_ids]
    found: Array = np.array(mobile, np.bool_)[log.lines.block] & log.lines.ever_unregistered
    return found


def _is_new(log: RunLog, rule: RuleText, calls: Array) -> Array:
    """Return whether callees are new to the counter, which has not called them for some hours.

    Hours are whole hours of ticks, as in the network.
    """
    order = np.lexsort((calls["tick"], calls["person"]))
    mine = calls[order]
    together = log.lines.is_linked(mine["line"], mine["tick"])
    counter = np.where(together, -1, mine["line"])
    hour = mine["tick"] // 3_600_000
    hours = length_ms(log, rule.new_after, None) // 3_600_000
    known = np.zeros(len(mine), np.bool_)
    known[1:] = (
        (mine["person"][1:] == mine["person"][:-1])
        & (counter[1:] == counter[:-1])
        & (hour[1:] - hour[:-1] < hours)
    )
    new = np.empty(len(mine), np.bool_)
    new[order] = ~known
    return new


def _events(log: RunLog, event: str, working_days: int) -> Array:
    found = [each for each in log.happenings if each.event == event]
    rows = np.zeros(len(found), ROW)
    for i, each in enumerate(found):
        tick = log.working_later(each.tick, working_days)
        rows[i] = (tick, each.call_tick, each.person, each.line, 0)
    return rows


def _review(log: RunLog, rule: RuleText, act: Act) -> Recount:
    """Recount complaints per million delivered calls, both by the day of the call."""
    days = window_ms(log, rule) // DAY_MS
    lines = tripping(log, act)
    calls = log.calls(lines=lines, until=act.tick)
    dialled = calls["tick"][calls["delivered"] & (calls["end_tick"] < act.tick)] // DAY_MS
    before_run = log.earlier.delivered(act.place)
    last = max(int(dialled.max()) if len(dialled) else -1, len(before_run) - 1)
    first = max(0, last - days + 1)
    of_before = sum(before_run[first:])
    delivered = int(np.count_nonzero(dialled >= first)) + of_before
    cases = earlier = before = 0
    latest: tuple[int, int, int] | None = None
    for each in log.happenings:
        tick = case_tick(log, each.event, each.tick)
        if tick is None or tick > act.tick or not lines[each.line]:
            continue
        if not first <= each.call_tick // DAY_MS <= last:
            continue
        cases += 1
        before += each.before
        earlier += tick < act.tick
        if tick == act.tick:
            latest = (tick, each.person, each.line)
    high = cases * MILLION // max(delivered, 1)
    low = min(earlier + 1, cases) * MILLION // max(delivered, 1)
    figure = act.measured if low <= act.measured <= high else high
    return Recount(
        figure,
        low,
        high,
        _agreement(log, act, figure, first * DAY_MS),
        first * DAY_MS,
        act.tick,
        in_use(log, act, lines, act.tick, calls["line"]),
        delivered,
        latest,
        before=before,
        of_before=of_before,
    )


def case_tick(log: RunLog, event: str, tick: int) -> int | None:
    """Return when a complaint counts, some working days after it; None if it is no complaint."""
    days = {
        COMPLAINT: "complaints.triage_working_days",
        HOTLINE: "complaints.hotline_working_days",
    }.get(event)
    return None if days is None else log.working_later(tick, int(log.network[days]))


def basis_action(log: RunLog, act: Act, rules: NetworkRules) -> Act:
    """Return the action whose figure led to an action: itself or an earlier one."""
    rule = rules.rule(act.rule)
    if not rule.follows or act.action.upper() == rule.follows:
        return act
    before = [
        each
        for each in log.acts[: act.number]
        if (each.rule, each.place) == (act.rule, act.place) and each.action.upper() == rule.follows
    ]
    return before[-1] if before else act
