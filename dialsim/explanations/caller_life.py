"""Timeline of a caller ID: days, states, network actions and complaints."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from dialsim.core.codes import Action, Cause, Seen
from dialsim.explanations.before_run import caller_before, closed_since
from dialsim.explanations.durations import held_spans, is_state
from dialsim.explanations.history_result import (
    CallerCounts,
    CallerDay,
    CallerState,
    CallerTimeline,
    TakenOut,
)
from dialsim.explanations.intervention_result import RecountedFigure
from dialsim.explanations.intervention_trace import brief, complaint, figure, iso
from dialsim.explanations.recount import basis_action, case_tick, recount, tripping
from dialsim.messages.catalogue import Language
from dialsim.outcomes.tables import INTERCEPTED
from dialsim.results.network.network_rules import NetworkRules, network_rules
from dialsim.results.run_view import CLASS_NAMES
from dialsim.results.tables.run_log import Act, Array, RunLog

CLOSED = Action.CLOSE.name.lower()
_BLOCKS = [int(cause) for cause in INTERCEPTED]
_ANSWERS = [int(Cause.LIVE), int(Cause.ASSISTANT)]


class State(NamedTuple):
    """The state of a caller ID between two ticks; `action` "none" is the clear state."""

    from_tick: int
    to_tick: int
    action: str


def timeline(log: RunLog, line: int, language: Language = "en") -> CallerTimeline:
    """Return the history of a caller ID from its first call to the end of the aftermath.

    Parameters
    ----------
    line
        Its row.
    language
        Of names and sentences.

    Returns
    -------
    CallerTimeline
        A dict; :class:`dialsim.explanations.history_result.CallerTimeline` describes its keys.
    """
    rules = network_rules()
    mine = np.arange(len(log.lines.names)) == line
    acts = acts_on(log, line)
    calls = log.calls(lines=mine)
    states = states_of(log, line, rules)
    block = log.block_of(line)
    ordinal = line - int(np.flatnonzero(log.lines.block == log.lines.block[line])[0]) + 1
    trunk = next(each for each in log.scenario.trunks if each.name == block.trunk)
    happenings = [each for each in log.happenings if each.line == line]
    cases = [each for each in happenings if case_tick(log, each.event, each.tick) is not None]
    met = [each for each in happenings if not each.before and each.event != "passed_on"]
    labels = [act for act in acts if act.action == "label"]
    return {
        "kind": "caller",
        "caller": log.lines.names[line],
        "number": line + 1,
        "caller_ids": len(log.lines.names),
        "block": block.name,
        "ordinal": ordinal,
        "block_count": block.count,
        "class": block.number_class,
        "class_name": _class_name(block.number_class, language),
        "registered": block.registered,
        "operator": trunk.operator,
        "trunk": trunk.name,
        "filed": None if block.filed is None else block.filed.model_dump(by_alias=True),
        "display_name": block.display_name,
        "before": caller_before(log, line, language),
        "first_call": iso(log, int(calls["tick"][0])) if len(calls) else None,
        "last_call": iso(log, int(calls["tick"][-1])) if len(calls) else None,
        "ends": iso(log, log.last_tick),
        "totals": counts_of(calls, met),
        "days": _days(log, calls, met, states),
        "states": [_state(log, state, language) for state in states],
        "labelled": iso(log, labels[0].tick) if labels else None,
        "taken_out": taken_out(log, line, acts, calls),
        "interventions": [
            {**brief(log, act, language), "figure": _figure(log, act)} for act in acts
        ],
        "complaints": [complaint(log, each, language) for each in cases],
    }


def acts_on(log: RunLog, line: int) -> list[Act]:
    """Return the actions on a caller ID, its class, its enterprise or a caller ID it replaces."""
    return [act for act in log.acts if _met(log, act, line)]


def _class_name(number_class: str, language: Language) -> str:
    code = next(code for code, name in CLASS_NAMES.items() if name == number_class)
    return network_rules().word("class", code.name, language)


def _met(log: RunLog, act: Act, line: int) -> bool:
    """Return whether an action applies to a caller ID.

    An action on a class applies while a caller ID counts with its enterprise, from later on, too.
    """
    family = np.array(log.lines.ancestors(line))
    if act.target == "caller":
        return bool((family == act.line).any())
    met = tripping(log, act)
    if act.target != "unregistered":
        return bool(met[line])
    if (met[family] & log.lines.is_linked(family, np.full(len(family), act.tick))).any():
        return True
    rules = network_rules()
    return is_state(rules, act) and bool(held_spans(log, act, line, rules))


def _figure(log: RunLog, act: Act) -> RecountedFigure | None:
    base = basis_action(log, act, network_rules())
    return figure(log, base, recount(log, base))


def counts_of(calls: Array, met: list[Any]) -> CallerCounts:
    """Return counts of attempts and of people's reactions to them."""
    return {
        "attempts": len(calls),
        "delivered": int(np.count_nonzero(calls["delivered"])),
        "answered": int(np.isin(calls["cause"], _ANSWERS).sum()),
        "refused": int(np.isin(calls["cause"], _BLOCKS).sum()),
        "marks": sum(each.event == "mark" for each in met),
        "complaints": sum(each.event.startswith("complaint") for each in met),
        "opt_outs": sum(each.event == "opt_out" for each in met),
    }


def states_of(log: RunLog, line: int, rules: NetworkRules) -> list[State]:
    """Return the consecutive states of a caller ID from the start of the run to its end.

    The worst state applies: its own, that of its class of unregistered numbers, or that of its
    enterprise. Warnings for complaints change no state, nor do actions of a callee's operator,
    which affect calls to its subscribers alone.
    """
    held: list[tuple[int, int, int, str]] = []
    for act in log.acts:
        if is_state(rules, act) and not act.there:
            severity = rules.named("action", act.action).severity or 0
            spans = held_spans(log, act, line, rules)
            held += [(severity, first, last, act.action) for first, last in spans if first < last]
    if line in log.earlier.closed:
        severity = rules.named("action", CLOSED).severity or 0
        held.append((severity, log.opening_tick, log.last_tick, CLOSED))
    changes = {log.opening_tick, log.last_tick} | {tick for each in held for tick in each[1:3]}
    found: list[State] = []
    for first, last in pairwise(sorted(tick for tick in changes if tick <= log.last_tick)):
        over = [each for each in held if each[1] <= first and last <= each[2]]
        action = max(over)[3] if over else "none"
        if found and found[-1].action == action:
            found[-1] = found[-1]._replace(to_tick=last)
        else:
            found.append(State(first, last, action))
    return found


def _state(log: RunLog, state: State, language: Language) -> CallerState:
    return {
        "from": iso(log, state.from_tick),
        "to": iso(log, state.to_tick),
        "action": state.action,
        "action_name": network_rules().word("action", state.action, language),
    }


def _days(log: RunLog, calls: Array, met: list[Any], states: list[State]) -> list[CallerDay]:
    """Return counts and states of each day with calls, reactions or changes of state."""
    changes = {log.day_start(state.from_tick) for state in states[1:]}
    starts = {log.day_start(each.tick) for each in met} | changes
    if len(calls):
        first, last = int(calls["tick"][0]), int(calls["tick"][-1])
        starts |= {log.day_start(tick) for tick in range(first, last + 1, 86_400_000)}
        starts.add(log.day_start(last))
    rows: list[CallerDay] = []
    for start in sorted(starts):
        end = log.day_start(start + 36 * 3_600_000)  # noon of the next day at the latest
        mine = calls[slice(*np.searchsorted(calls["tick"], (start, end)))]
        happened = [each for each in met if start <= each.tick < end]
        rows.append(
            {
                "day": log.moment(start).date().isoformat(),
                **counts_of(mine, happened),
                "states": [
                    {
                        "action": state.action,
                        "from": iso(log, max(start, state.from_tick)),
                        "to": iso(log, min(end, state.to_tick)),
                    }
                    for state in states
                    if state.from_tick < end and state.to_tick > start
                ],
            }
        )
    return rows


def _of_route(log: RunLog, line: int, ended: Array, limit: int) -> Array:
    """Return which refused calls its gateway refused from every caller ID.

    `ended`: calls of the caller ID, by their ends.
    """
    blocks = log.scenario.caller_ids
    trunk = blocks[int(log.lines.block[line])].trunk
    if not next(each for each in log.scenario.trunks if each.name == trunk).by_gateway:
        return np.zeros(len(ended), np.bool_)
    there = [number for number, block in enumerate(blocks) if block.trunk == trunk]
    calls = log.calls(lines=np.isin(log.lines.block, there))
    calls = calls[np.argsort(calls["end_tick"], kind="stable")]
    in_a_row = _in_a_row(calls["seen"] == Seen.LINE_REJECTED)
    found: Array = (in_a_row >= limit)[calls["line"] == line]
    return found


def _in_a_row(held: Array) -> Array:
    """Return how many in a row, up to each place, are true.

    >>> _in_a_row(np.array([True, True, False, True])).tolist()
    [1, 2, 0, 1]
    """
    place = np.arange(1, len(held) + 1)
    found: Array = place - np.maximum.accumulate(np.where(held, 0, place))
    return found


def taken_out(log: RunLog, line: int, acts: list[Act], calls: Array) -> TakenOut | None:
    """Return when and why the dialer stopped using a caller ID; None if it never did.

    The first of these: a formal notice of a suspension or worse, the rule pack's number of line
    rejections in a row, a suspicion of interception, or a closure before the run.
    """
    rules = network_rules()
    notices = [
        act
        for act in acts
        if act.noticed and (rules.named("action", act.action).severity or 0) >= rules.out_of_use
    ]
    limit = int(log.profiles[0]["dialer.line_rejections_to_retire"])
    ended = np.take(calls, np.argsort(calls["end_tick"], kind="stable"))
    ended = np.take(ended, np.flatnonzero(~_of_route(log, line, ended, limit)))
    out = np.flatnonzero(_in_a_row(ended["seen"] == Seen.LINE_REJECTED) == limit)
    rejected = int(ended["end_tick"][out[0]]) if len(out) else None
    found: list[tuple[datetime, str, int | None, int | None]] = [
        (datetime.fromisoformat(each["time"]), "suspicion", None, None)
        for each in log.summary.get("caller_ids", {}).get("suspected", [])
        if each["caller"] == log.lines.names[line]
    ]
    if notices:
        found.append((log.moment(notices[0].tick), "notice", None, notices[0].number))
    if rejected is not None:
        found.append((log.moment(rejected), "line_rejections", limit, None))
    closed = closed_since(log, line)
    if closed is not None:
        found.append((closed, "before", None, None))
    if not found:
        return None
    when, why, rejections, number = min(found, key=lambda each: each[0])
    return {
        "time": when.isoformat(timespec="milliseconds" if when.microsecond else "seconds"),
        "why": why,
        "rejections": rejections,
        "intervention": number,
    }
