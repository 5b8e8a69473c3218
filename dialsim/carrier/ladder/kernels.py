"""Rungs of the network's ladder: called for, spared after a test call, in effect, lifted."""

from typing import Any

import numpy as np

from dialsim.carrier.contexts import Attempt
from dialsim.carrier.layout import Carrier, Profile
from dialsim.core.codes import Action, Rule, Stream
from dialsim.core.rng import draw_by, hit
from dialsim.jit.decorator import kernel


@kernel
def call_for(
    target: Any, action: int, rule: int, measured: int, threshold: int, operator: int, now: int
) -> int:
    """A rule that asks for ``action`` is exceeded: 1 if a higher rung is pending from now on.

    The rung in force is prolonged instead if it is the same. The rule comes as its two numbers
    and not as its record: rules of frequency and of behaviour have records of their own.
    """
    if action == target["state"]:
        target["over_tick"] = now
    if action <= target["state"] or action <= target["pending"]:
        return 0
    target["pending"] = action
    target["pending_rule"] = rule
    target["pending_by"] = operator
    target["measured"] = measured
    target["ceiling"] = threshold
    return 1


@kernel
def test_call(
    carrier: Carrier, profile: Profile, target: int, operator: int, attempt: Attempt
) -> None:
    """Decide whether the rung that has just become pending will be spared.

    The caller ID whose call was one too many is the one that is rung back, by the ``operator``
    that judges.
    """
    row = carrier.numbers[target]
    action = np.int64(row["pending"])
    row["spares"] = 0
    if profile.network[0]["off_callbacks"] == 1 or action < Action.THROTTLE:
        return
    record = carrier.numbers[attempt.caller]
    if record["registered"] == 1 or record["answers"] == 0:
        return
    if (np.int64(row["spared"]) >> action) & 1:
        return
    terms = profile.operators[operator]
    keys, key, n = attempt.keys, attempt.key, attempt.n
    if hit(draw_by(keys, Stream.CALLBACK_TEST, key, n), np.int64(terms["tested"])):
        if hit(draw_by(keys, Stream.CALLBACK_SPARED, key, n), np.int64(terms["spared"])):
            row["spares"] = 1


@kernel
def hold_of(profile: Profile, operator: int, action: int, rule: int) -> int:
    """How long a rung holds, in ms."""
    terms = profile.operators[operator]
    if rule == Rule.SHORT_ENTERPRISE:
        return np.int64(terms["enterprise_ms"])
    return np.int64(terms["hold_ms"][action])


@kernel
def holds_until(profile: Profile, record: Any) -> int:
    """The tick at which a row's rung in force may lift, if nothing prolongs it (-1: never)."""
    state = np.int64(record["state"])
    if state == Action.CLOSE:
        return np.int64(-1)
    if state == Action.SUSPEND:
        return np.int64(record["until"])
    hold = hold_of(profile, np.int64(record["state_by"]), state, np.int64(record["state_rule"]))
    return np.int64(record["over_tick"]) + hold


@kernel
def spare(carrier: Carrier, profile: Profile, row: int, now: int) -> tuple[int, int, int, int]:
    """The test call was answered: the pending rung goes, and never spares this row again."""
    record = carrier.numbers[row]
    record["spared"] = np.int64(record["spared"]) | (1 << np.int64(record["pending"]))
    record["pending"] = Action.NONE
    record["spares"] = 0
    until = np.int64(-1)
    state = np.int64(record["state"])
    if state != Action.NONE:
        hold = hold_of(profile, np.int64(record["state_by"]), state, np.int64(record["state_rule"]))
        until = max(now, np.int64(record["over_tick"]) + hold)
    return Action.SPARE, np.int64(record["measured"]), np.int64(record["ceiling"]), until


@kernel
def take_effect(
    carrier: Carrier, profile: Profile, row: int, now: int
) -> tuple[int, int, int, int]:
    """The pending rung becomes the state."""
    record = carrier.numbers[row]
    pending = np.int64(record["pending"])
    record["state"] = pending
    record["state_rule"] = record["pending_rule"]
    record["state_by"] = record["pending_by"]
    record["pending"] = Action.NONE
    record["over_tick"] = now
    until = np.int64(-1)
    if pending != Action.CLOSE:
        rule = np.int64(record["state_rule"])
        until = now + hold_of(profile, np.int64(record["state_by"]), pending, rule)
    if pending == Action.SUSPEND:
        record["until"] = until
    return pending, np.int64(record["measured"]), np.int64(record["ceiling"]), until


@kernel
def climb_ladder(
    carrier: Carrier, profile: Profile, row: int, now: int
) -> tuple[int, int, int, int]:
    """A caller ID's node is due: the pending rung takes effect, or the one in force lifts.

    Returns the row for the log; ``until`` is the tick of the caller ID's next node (-1: none). An
    action NONE with a tick means: still above the ceiling, look again then.
    """
    record = carrier.numbers[row]
    if record["pending"] != Action.NONE:
        if record["spares"] == 1:
            return spare(carrier, profile, row, now)
        return take_effect(carrier, profile, row, now)
    free = holds_until(profile, record)
    if free > now:
        return Action.NONE, 0, 0, free
    record["state"] = Action.NONE
    record["until"] = -1
    return Action.LIFT, 0, 0, -1
