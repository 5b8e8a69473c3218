"""Changes to the status of many numbers at once: filings, trunk contracts, the platform.

Rows of the log speak of trunk t as caller ID -2 - t, of block b of caller IDs as caller ID -1000 -
b.
"""

from typing import Any

import numpy as np

from dialsim.carrier.complaints.kernels import working_later
from dialsim.carrier.contract.kernels import trunk_exceeds, unreported_excess
from dialsim.carrier.dated.kernels import next_act_tick, take_act
from dialsim.carrier.filing.kernels import change_standing, class_row, keep_labels, keep_rung
from dialsim.carrier.ladder.kernels import holds_until
from dialsim.core.codes import FIRST_RANGE, FIRST_TRUNK, Action, Kind, Rule
from dialsim.core.queue import queue_is_in, queue_put
from dialsim.core.time_units import DAY_MS, NEVER
from dialsim.engine.network.kernels import apply_notice, await_appeal, move_ladder_node
from dialsim.engine.state import State, Static
from dialsim.jit.decorator import kernel
from dialsim.outcomes.kernels import log_action
from dialsim.outcomes.layout import NetworkAction


@kernel
def announce(s: State, caller: int, rule: int, act: NetworkAction) -> None:
    """Log an action that the dialer is notified of, and apply the notice."""
    log_action(s.memory, s.control[0], caller, rule, 1, act)
    apply_notice(s, caller, act.action, rule)


@kernel
def on_block(k: Static, s: State, block: int, now: int) -> None:
    """Register a number range, or deregister it."""
    filed = s.carrier.filed_blocks[block]
    starts = now == np.int64(filed["registered_from"])
    if starts:
        leave_classes(k, s, block, now)
    numbers = change_standing(s.carrier, block, 1 if starts else 0)
    action = Action.REGISTER if starts else Action.DEREGISTER
    announce(s, FIRST_RANGE - block, Rule.FILING, NetworkAction(now, action, numbers, 0, -1, -1))
    if starts and filed["registered_until"] < k.world[0]["end"]:
        node = np.int64(k.world[0]["node_block"]) + block
        queue_put(s.queue, node, np.int64(filed["registered_until"]), Kind.NETWORK)


@kernel
def leave_classes(k: Static, s: State, block: int, now: int) -> None:
    """Let caller IDs about to be registered keep what their class is under."""
    filed = s.carrier.filed_blocks[block]
    first, count = np.int64(filed["first"]), np.int64(filed["count"])
    for caller in range(first, first + count):
        record = s.carrier.numbers[caller]
        row = class_row(s.carrier, record, now)
        if row < 0:
            continue
        if keep_rung(s.carrier, caller, row) and record["pending"] == Action.NONE:
            tick = holds_until(k.profile, record)
            move_ladder_node(k, s, caller, tick if tick < 0 else max(now, tick))
        if keep_labels(s.carrier, caller, row):
            await_appeal(k, s, caller, now)


@kernel
def on_platform(k: Static, s: State, now: int) -> None:
    """Stop the platform for what other clients did, or release it."""
    enterprise = s.carrier.enterprise[0]
    spell = np.int64(enterprise["platform_spell"])
    node = np.int64(k.world[0]["node_platform"])
    if enterprise["platform_stopped"] == 0:
        enterprise["platform_stopped"] = 1
        until = np.int64(s.carrier.platform_stops[spell, 1])
        announce(s, -1, Rule.PLATFORM, NetworkAction(now, Action.STOP, 0, 0, until, -1))
        queue_put(s.queue, node, until, Kind.NETWORK)
        return
    enterprise["platform_stopped"] = 0
    enterprise["platform_spell"] = spell + 1
    announce(s, -1, Rule.PLATFORM, NetworkAction(now, Action.LIFT, 0, 0, -1, -1))
    if spell + 1 < s.carrier.platform_stops.shape[0]:
        queue_put(s.queue, node, np.int64(s.carrier.platform_stops[spell + 1, 0]), Kind.NETWORK)


@kernel
def on_dated(k: Static, s: State, now: int) -> None:
    """Begin or end a dated network event; the dialer is not notified."""
    row, ends = take_act(s.carrier)
    act = s.carrier.dated_acts[row]
    action, until = np.int64(act["action"]), np.int64(act["end"])
    if ends:
        action, until = Action.LIFT, np.int64(-1)
    elif until == NEVER:
        until = np.int64(-1)
    caller, rule = np.int64(act["shown"]), np.int64(act["rule"])
    taken = NetworkAction(now, action, 0, 0, until, -1)
    log_action(s.memory, s.control[0], caller, rule, 0, taken)
    logged = s.memory.actions[s.control[0]["actions"] - 1]
    logged["operator"] = act["by"]
    logged["there"] = 1 if act["operator"] >= 0 else 0
    tick = next_act_tick(s.carrier)
    if 0 <= tick < k.world[0]["end"]:
        queue_put(s.queue, np.int64(k.world[0]["node_dated"]), tick, Kind.NETWORK)


@kernel
def report_excess(s: State, trunk: int, cause: int, now: int) -> None:
    """Notify the dialer, once a day, that the trunk's contract refused a call."""
    in_use = np.int64(s.resources.trunks[trunk]["in_use"])
    contract = s.carrier.contracts[trunk]
    rule, measured, limit = unreported_excess(contract, cause, in_use, now)
    if rule > 0:
        warning = NetworkAction(now, Action.WARN, measured, limit, -1, -1)
        announce(s, FIRST_TRUNK - trunk, rule, warning)


@kernel
def check_trunk(k: Static, s: State, case: Any, now: int) -> None:
    """Count a case for its trunk; warn and schedule a review if there are more than agreed."""
    trunk = np.int64(s.carrier.numbers[case["caller"]]["trunk"])
    contract = s.carrier.contracts[trunk]
    if contract["per_million"] < 0:
        return
    s.carrier.contract_days[trunk, np.int64(case["call_tick"]) // DAY_MS, 1] += 1
    node = np.int64(k.world[0]["node_trunk"]) + trunk
    if queue_is_in(s.queue, node):
        return
    exceeded, measured = trunk_exceeds(s.carrier, k.profile, trunk)
    if not exceeded:
        return
    days = np.int64(k.profile.network[0]["review_days"])
    tick = working_later(k.profile.working, now, days)
    queue_put(s.queue, node, tick, Kind.NETWORK)
    agreed = np.int64(contract["per_million"]) // 1000
    warning = NetworkAction(now, Action.WARN, measured, agreed, tick, -1)
    announce(s, FIRST_TRUNK - trunk, Rule.CONTRACT_COMPLAINTS, warning)


@kernel
def on_trunk(k: Static, s: State, trunk: int, now: int) -> None:
    """Review a trunk's complaints again, or end its suspension."""
    contract = s.carrier.contracts[trunk]
    exceeded, measured = trunk_exceeds(s.carrier, k.profile, trunk)
    if contract["shut_until"] > 0 or not exceeded:
        contract["shut_until"] = 0
        end = NetworkAction(now, Action.LIFT, 0, 0, -1, -1)
        announce(s, FIRST_TRUNK - trunk, Rule.CONTRACT_COMPLAINTS, end)
        return
    until = now + np.int64(k.profile.network[0]["hold_ms"][Action.SUSPEND])
    contract["shut_until"] = until
    queue_put(s.queue, np.int64(k.world[0]["node_trunk"]) + trunk, until, Kind.NETWORK)
    agreed = np.int64(contract["per_million"]) // 1000
    suspension = NetworkAction(now, Action.SUSPEND, measured, agreed, until, -1)
    announce(s, FIRST_TRUNK - trunk, Rule.CONTRACT_COMPLAINTS, suspension)
