"""Duration of an intervention, and what ended it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import Any

from dialsim.core.time_units import DAY_MS
from dialsim.explanations.recount import tripping
from dialsim.results.network.network_rules import NetworkRules
from dialsim.results.tables.run_log import Act, RunLog


def is_instant(rules: NetworkRules, act: Act) -> bool:
    """Return whether an action leaves nothing in force, such as a notice or a spared step."""
    notice = act.action == "warn" and act.until is None and not rules.rule(act.rule).ends
    return notice or rules.named("action", act.action).instant


def is_state(rules: NetworkRules, act: Act) -> bool:
    """Return whether an action changes the state of its targets; a notice alone does not."""
    severity = rules.named("action", act.action).severity
    return bool(severity) and not (act.action == "warn" and act.until is None)


def end_of(log: RunLog, act: Act, rules: NetworkRules) -> tuple[int, Act | None]:
    """Return the tick at which an action ended, and the action that ended it.

    The latter is None if its day, its time or the run ended it. Only suspensions end at the time in
    the table: milder states last as long as their cause.
    """
    if rules.rule(act.rule).ends == "until":  # actions at one time on one target end separately
        return _until(log, act, rules)
    if rules.rule(act.rule).ends:
        return min((act.tick // DAY_MS + 1) * DAY_MS, log.last_tick), None
    if is_instant(rules, act):
        return act.tick, None
    mine = rules.named("action", act.action).severity
    last = log.last_tick
    if act.until is not None and (mine is None or mine >= rules.out_of_use):
        last = min(act.until, last)
    same = log.acts_by_target.get(act.whom, [])
    for each in same[bisect_right(same, act.number, key=lambda other: other.number) :]:
        if each.tick > last:
            break
        if _ends(rules, each, act):
            return each.tick, each
    return last, None


def _until(log: RunLog, act: Act, rules: NetworkRules) -> tuple[int, Act | None]:
    """Return the same for an action whose end the table states."""
    if rules.named("action", act.action).lifts:
        return act.tick, None
    if act.until is None or act.until > log.last_tick:
        return log.last_tick, None
    ended = (
        each
        for each in log.acts_by_target.get(act.whom, [])
        if (each.rule, each.tick) == (act.rule, act.until)
        and rules.named("action", each.action).lifts
    )
    return act.until, next(ended, None)


def _ends(rules: NetworkRules, each: Act, act: Act) -> bool:
    """Return whether an action ends an earlier one: lifts it, or is worse."""
    mine = rules.named("action", act.action).severity
    named = rules.named("action", each.action)
    worse = mine is not None and named.severity is not None and named.severity > mine
    if _thread(rules, each) != _thread(rules, act):
        return False
    if mine is None:  # a review ends with its result
        return each.rule == act.rule and (named.lifts or each.tick == act.until)
    return named.lifts or worse


def _thread(rules: NetworkRules, act: Act) -> tuple[Any, ...]:
    """Return the key that actions share which may end one another."""
    return (*act.whom, act.rule if rules.rule(act.rule).apart else "")


def held_spans(log: RunLog, act: Act, line: int, rules: NetworkRules) -> list[tuple[int, int]]:
    """Return the spans in which an action determines the state of a caller ID.

    Actions on caller IDs that it replaces apply as well, and those on its or their class while they
    count with their enterprise. When a caller ID is registered, the state of its class persists
    until it is lifted from the caller ID itself.
    """
    return spans_of_lines(log, act, [line], rules)[line]


def spans_of_lines(
    log: RunLog, act: Act, lines: Iterable[int], rules: NetworkRules
) -> dict[int, list[tuple[int, int]]]:
    """Return the same for several caller IDs by row; targets of the action are found once."""
    end, _ = end_of(log, act, rules)
    met = tripping(log, act)
    if act.target not in ("caller", "unregistered"):
        return {line: [(act.tick, end)] if met[line] else [] for line in lines}
    if act.target == "caller":
        held = (act.tick, end)
        return {line: [held] if act.line in log.lines.ancestors(line) else [] for line in lines}
    return {
        line: [
            span
            for each in log.lines.ancestors(line)
            if met[each]
            for span in _as_class(log, act, each, end, rules)
        ]
        for line in lines
    }


def _as_class(
    log: RunLog, act: Act, line: int, end: int, rules: NetworkRules
) -> list[tuple[int, int]]:
    found = []
    for first, last in log.lines.linked_spans(line):
        span = max(first, act.tick), min(last, end)
        if span[0] >= span[1]:
            continue
        if last < end:
            before = sum(each.tick < last for each in log.acts) - 1
            own = act._replace(number=before, target="caller", line=line, number_class=None)
            span = span[0], end_of(log, own, rules)[0]
        found.append(span)
    return found
