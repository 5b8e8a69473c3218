"""Worlds whose final arrays are written by hand, and small ones that were really played."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from dialsim.core.codes import Action, Cause, EventCode, LeadState, Limit, Reason, Rule, Seen
from dialsim.core.person_flags import PersonFlag
from dialsim.engine import host
from dialsim.engine.build import World, prepare
from dialsim.outcomes.layout import ACTION_ROW, EVENT_ROW
from dialsim.scenario import load_scenario
from tests.scenario.worlds import world

HOUR = 3_600_000
DAY = 24 * HOUR

LEADS = (
    # state, reason, attempts, flags
    (LeadState.FRESH, 0, 0, PersonFlag.INVALID | 7),
    (LeadState.FRESH, 0, 0, PersonFlag.DUPLICATE | 7),
    (LeadState.FINISHED, Reason.NO_CONSENT, 0, 0),
    (LeadState.FRESH, 0, 0, PersonFlag.WITHDRAWN | 7),
    (LeadState.FINISHED, Reason.INTERNAL_DNC, 0, PersonFlag.INTERNAL_DNC | 7),
    (LeadState.FRESH, 0, 0, 7),
    (LeadState.FRESH, 0, 0, 7),
    (LeadState.FINISHED, Reason.INVALID_NUMBER, 1, 7),
    (LeadState.FINISHED, Reason.SUSPECTED_BLOCK, 1, PersonFlag.SUSPECTED | 7),
    (LeadState.FINISHED, Reason.ATTEMPTS_USED, 3, 7),
    (LeadState.FINISHED, Reason.NO_RETRY, 1, 7),
    (LeadState.SLEEPING, 0, 2, 7),
    (LeadState.SLEEPING, 0, 1, PersonFlag.REACHED | 7),
    (LeadState.FINISHED, Reason.CONNECTED, 1, PersonFlag.REACHED | 7),
    (LeadState.FINISHED, Reason.CONNECTED, 2, PersonFlag.REACHED | 7),
    (LeadState.FINISHED, Reason.CONNECTED, 1, PersonFlag.REACHED | PersonFlag.WITHDRAWN | 7),
)
"""One lead for each way to end but one that is not read from the list."""


def fabricated(changes: dict[str, Any] | None = None) -> World:
    """Return a world of sixteen leads with every way to end, its tallies to match."""
    scenario = load_scenario(world())
    for dotted, value in {
        "people.0.synthetic.count": len(LEADS),
        "rules.caller_limits": [{"count": 5, "per": "1h"}],
        "goals": [
            {"metric": "conversations", "at_least": 1, "by": "2026-04-14T11:00:00"},
            {"metric": "caller_ids_suspended", "at_most": 0},
        ],
        **(changes or {}),
    }.items():
        scenario = scenario.with_(dotted, value)
    made = prepare(scenario)
    state = made.state
    host.show(made, 0, len(LEADS))
    for i, (lead_state, reason, attempts, flags) in enumerate(LEADS):
        state.leads[i]["state"] = lead_state
        state.leads[i]["reason"] = reason
        state.leads[i]["attempts"] = attempts
        state.people[i]["flags"] = flags
        state.people[i]["key"] = 1000 + i
    state.control["now"] = made.end_tick - 1
    state.control["finished"] = sum(lead[0] == LeadState.FINISHED for lead in LEADS)
    tally = state.memory.series[0, 9 * 4]
    for name, value in {
        "attempts": 13, "delivered": 10, "answered": 5, "live_answers": 4, "connects": 3,
        "conversations": 2, "reach": 4, "abandoned": 1, "intercepted": 1, "marks": 1,
        "complaints_12321": 1, "complaints_hotline": 1, "opt_outs": 1, "talk_ms": 240_000,
        "ring_ms": 130_000,
    }.items():  # fmt: skip
        tally[name] = value
    state.crew.booked[0, 9 * 4] = (600_000, 240_000, 60_000)
    state.memory.by_end[0, Cause.THROTTLED, Seen.NO_ANSWER] = 1
    state.limit_ms[0, Limit.CLOSED] = DAY
    state.limit_ms[0, Limit.AGENTS] = 3 * HOUR
    state.limit_ms[0, Limit.LEADS] = HOUR
    state.control["digest_low"], state.control["digest_high"] = 0xAB, 0xCD
    return made


def shared_list() -> World:
    """Return a world whose two campaigns dial the same list; nothing has happened in it."""
    raw = world()
    raw["people"][0]["synthetic"]["count"] = len(LEADS)
    raw["campaigns"].append({**raw["campaigns"][0], "name": "second"})
    made = prepare(load_scenario(raw))
    host.show(made, 0, len(LEADS))
    return made


def action(
    tick: int,
    line: int,
    what: Action,
    rule: Rule,
    measured: int = 0,
    threshold: int = 0,
) -> Any:
    """Return one row of the action log."""
    row = np.zeros(1, ACTION_ROW)
    row["operator"] = 255  # nobody by itself: the trunk's
    row["tick"], row["target"], row["action"], row["rule"] = tick, line, what, rule
    row["measured"], row["threshold"], row["until"], row["cause_person"] = (
        measured, threshold, -1, -1,
    )  # fmt: skip
    return row


def actions() -> Any:
    """Return a throttle, its lift, a suspension after the end."""
    return np.concatenate(
        [
            action(10 * HOUR + 32 * 60_000, 2, Action.THROTTLE, Rule.CALLS_PER_HOUR, 61, 60),
            action(12 * HOUR, 2, Action.LIFT, Rule.CALLS_PER_HOUR),
            action(7 * DAY + 9 * HOUR, 0, Action.SUSPEND, Rule.COMPLAINTS_NUMBER, 3, 3),
        ]
    )


def events() -> Any:
    """Return a mark, and a complaint of each channel on the last day."""
    rows = np.zeros(3, EVENT_ROW)
    rows["tick"] = (9 * HOUR, DAY + 10 * HOUR, DAY + 11 * HOUR)
    rows["code"] = (EventCode.MARK, EventCode.COMPLAINT_12321, EventCode.COMPLAINT_HOTLINE)
    return rows


@cache
def played() -> tuple[World, host.Logs]:
    """Return a small world played to its end, and everything it logged."""
    made = host.fill_all(prepare(load_scenario(world())))
    return made, host.run_to_end(made)


def count(made: World, **counts: Any) -> None:
    """Have campaigns counted so much of each, in all."""
    memory = made.state.memory
    for name, of_campaigns in counts.items():
        memory.series[name] = 0
        memory.later[name] = of_campaigns
