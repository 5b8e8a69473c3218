"""Network actions by rule, and the states of the caller IDs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from dialsim.carrier.frequency.build import OPERATORS, judges_of
from dialsim.compliance.kernels import BY_DOUBT
from dialsim.core.codes import Action, Cause, NumberClass, Rule
from dialsim.messages.text import Text, message
from dialsim.outcomes.tables import INTERCEPTED
from dialsim.results.history.call_history import closed_before
from dialsim.results.metrics import (
    OF_GATEWAYS,
    labelled_callers,
    reached_callers,
    suspended_there,
)
from dialsim.results.network.action_texts import CONTRACT, FILING, PROOFS, worked_line
from dialsim.results.network.action_texts import quoted_basis as quoted_basis
from dialsim.results.network.network_rules import network_rules
from dialsim.results.run_view import CLASS_NAMES, caller_count, moment
from dialsim.results.summary_types.network import (
    ActionGroup,
    Alarm,
    Basis,
    CallerIds,
    Refused,
    Suspected,
)
from dialsim.results.summary_types.units import State
from dialsim.scenario.filing import registered_span

if TYPE_CHECKING:
    from dialsim.engine.build import World
    from dialsim.scenario.profiles.profile import Profile

Array = NDArray[Any]

RUNGS = (
    Action.WARN,
    Action.THROTTLE,
    Action.INTERCEPT,
    Action.SUSPEND,
    Action.CLOSE,
    Action.STOP,
)
"""The network's ladder, mildest first."""

SHORT_CAUSES = {
    Cause.BLOCKED_BY_CALLEE: message("blocked on the callee's handset"),
    Cause.BLOCKED_PREFIX: message("callee bars numbers of this class"),
    Cause.BLOCKED_INTERNATIONAL: message("callee bars calls from abroad"),
}
"""Names of causes that a summary has shorter than the data file."""

WITH_OWN_SERVICES = {
    Cause.REFUSED_CATEGORY: message("registry or operator's own service"),
    Cause.REFUSED_FLAGGED: message("registry or own service, flagged line"),
}
"""Names of causes where operators also refuse by a service of their own: a log has only one code
for both."""

_COMPLAINT_KEYS = {Action.WARN: "warn", Action.SUSPEND: "suspend", Action.CLOSE: "close"}
_BEHAVIOUR_KEYS = {
    (Rule.SHORT_CALLS, Action.WARN): "short.warn",
    (Rule.SHORT_CALLS, Action.THROTTLE): "short.throttle",
    (Rule.UNANSWERED, Action.WARN): "answers.warn",
    (Rule.UNANSWERED, Action.THROTTLE): "answers.throttle",
    (Rule.TALK_TIME, Action.WARN): "mean_talk.warn",
    (Rule.NEW_CALLEES_5MIN, Action.WARN): "new_callees.mobile.warn_per_5min",
    (Rule.NEW_CALLEES_DAY, Action.SUSPEND): "new_callees.mobile.suspend_per_day",
    (Rule.REPEATS, Action.WARN): "repeats.mobile.warn_per_day",
    (Rule.SHORT_ENTERPRISE, Action.SUSPEND): "enterprise.short",
}
_DATED_KEYS = {
    Action.THROTTLE: "ladder.throttle_refuses",
    Action.INTERCEPT: "refuse_call.intercept_flagged_line",
}
"""What share of calls an event of the scenario refuses."""
_TERM_KEYS = {
    Rule.CONTRACT_VOLUME: "daily_volume",
    Rule.CONTRACT_CONCURRENCY: "concurrency",
    Rule.CONTRACT_COMPLAINTS: "complaints_per_million",
}
"""What of a line contract an action rests on."""
_FIRST_TRUNK = -2
_SUFFIX = {Rule.CALLS_PER_HOUR: "per_hour", Rule.CALLS_PER_DAY: "per_day"}


def groups(world: World, actions: Array) -> list[ActionGroup]:
    """Return the network's actions grouped by rule and action, in order of first effect.

    Parameters
    ----------
    actions
        `ACTION_ROW` rows; lifts are counted in the group of their rule, not as one of their own.

    Returns
    -------
    list of ActionGroup
        Names and example are texts.
    """
    rows = actions[np.argsort(actions["tick"], kind="stable")]
    lifts = rows[rows["action"] == Action.LIFT]
    bare = (rows["action"] == Action.LIFT) | (rows["action"] == Action.NONE)
    keys = np.where(bare, -1, rows["rule"].astype(np.int64) * 256 + rows["action"])
    found = [
        _group(world, rows[keys == key], lifts, _numbers(world, rows, keys == key))
        for key in np.unique(keys[~bare])
    ]
    return sorted(found, key=lambda group: (group["first_tick"], group["action"]))


def of_unregistered(world: World, actions: Array) -> set[tuple[str, str]]:
    """Return the rules and actions of :func:`groups` that met numbers not registered then."""
    count, line = caller_count(world), actions["target"].astype(np.int64)
    spans = [registered_span(world.scenario, world.network, b) for b in world.scenario.caller_ids]
    first = world.state.resources.groups["first"]
    own = (line >= 0) & (line < count)
    begin, end = np.array(spans)[np.searchsorted(first, np.where(own, line, 0), side="right") - 1].T
    others = own & ((actions["tick"] < begin) | (actions["tick"] >= end))
    judged_there = (actions["there"] != 0) & (actions["rule"] != Rule.DATED)
    met = actions[others | (line >= count) | judged_there]
    return {
        (Rule(rule).name.lower(), Action(action).name.lower())
        for rule, action in np.unique(met[["rule", "action"]]).tolist()
    }


def _group(world: World, rows: Array, lifts: Array, numbers: int) -> ActionGroup:
    first, last = rows[0], rows[-1]
    rule, action = Rule(int(first["rule"])), Action(int(first["action"]))
    basis = basis_of(world, first)
    targets = np.unique(rows["target"])
    return {
        "rule": rule.name.lower(),
        "rule_name": network_rules().rule(rule.name).name,
        "action": action.name.lower(),
        "action_name": network_rules().named("action", action.name).name,
        "count": len(rows),
        "targets": len(targets),
        "numbers": numbers,
        "noticed": int(rows["noticed"].sum()),
        "lifted": int(np.isin(lifts["target"][lifts["rule"] == rule], targets).sum()),
        "first": moment(world.scenario, first["tick"]).isoformat(),
        "last": moment(world.scenario, last["tick"]).isoformat(),
        "first_tick": int(first["tick"]),
        "after_the_last_day": bool(first["tick"] >= world.horizon_tick),
        "basis": basis,
        "example": worked_line(world, first, basis),
    }


def _numbers(world: World, actions: Array, chosen: Array) -> int:
    """Return how many caller IDs the chosen ones of all actions met, each once."""
    own = (actions["target"] >= 0) & (actions["target"] < caller_count(world))
    met = reached_callers(world, actions, chosen & ~own)
    met[actions["target"][chosen & own]] = True
    return int(met.sum())


def basis_of(world: World, row: Any) -> Basis | None:
    """Return the profile value (or the filing) that an action rests on; None if unknown."""
    rule, action = Rule(int(row["rule"])), Action(int(row["action"]))
    network = judge_of(world, row)
    if rule in _SUFFIX:
        broken = int(row["tick"]) - max(1, int(network["frequency.delay"]))
        line, threshold = int(row["target"]), int(row["threshold"])
        return _frequency_basis(world, network, rule, (line, broken), threshold)
    key = None
    if (rule, action) in _BEHAVIOUR_KEYS:
        return _entry(network, f"behaviour.{_BEHAVIOUR_KEYS[rule, action]}")
    if rule == Rule.COMPLAINTS_NUMBER and action in _COMPLAINT_KEYS:
        key = f"complaints.number.{_COMPLAINT_KEYS[action]}"
    elif rule == Rule.COMPLAINTS_ENTERPRISE:
        key = "complaints.enterprise.per_million"
    elif rule == Rule.MARKS:
        key = "labels.appeal.removal_working_days" if action == Action.REVIEW else "labels.marks"
    elif rule in _TERM_KEYS:
        return _term(world, _FIRST_TRUNK - int(row["target"]), _TERM_KEYS[rule])
    elif rule == Rule.TRACEBACK:
        key = "traceback.deadline_working_days"
    elif rule == Rule.APPEAL:
        key = f"appeals.granted.{PROOFS[int(row['measured'])]}"
    elif rule == Rule.PLATFORM:
        key = "platform.stop_hold"
    elif rule == Rule.FILING and action == Action.REGISTER:
        key = "filing.lead_time"
    elif rule == Rule.DATED:
        return _entry(network, _DATED_KEYS.get(action))
    elif rule == Rule.GATEWAY:
        key = "gateway.block_hold"
    elif rule == Rule.GATEWAY_CALLS:
        below = world.network.below("gateway")
        per_day = int(row["threshold"]) == below["calls_per_day"]
        key = "gateway.calls_per_day" if per_day else "gateway.calls_per_hour"
    return _entry(world.network, key)


def _term(world: World, trunk: int, name: str) -> Basis | None:
    """Return a term of a trunk's contract, as a basis."""
    of = world.scenario.trunks[trunk]
    if of.contract is None:
        return None
    return {
        "key": f"trunks.{of.name}.contract.{name}",
        "value": getattr(of.contract, name),
        "unit": "calls" if name != "complaints_per_million" else "per million delivered",
        "source": CONTRACT,
        "confidence": "scenario",
    }


def judge_of(world: World, row: Any) -> Profile:
    """Return the profile by which the operator behind an action judges."""
    operator = int(row["operator"])
    if operator >= len(OPERATORS):
        return world.network
    return judges_of(world.scenario, world.network)[operator]


def _frequency_basis(
    world: World, network: Profile, rule: Rule, at: tuple[int, int], threshold: int
) -> Basis | None:
    """Return what a ceiling on calls rests on; `at`: line, and the tick of the call above it."""
    line, tick = at
    count = caller_count(world)
    if 0 <= line < count and _is_registered(world, line, tick):
        kind = "registered"
        block = _block_of(world, line)
        if rule == Rule.CALLS_PER_DAY and block.filed and threshold == block.filed.daily_volume:
            return {
                "key": f"caller_ids.{block.name}.filed.daily_volume",
                "value": threshold,
                "unit": "calls",
                "source": FILING,
                "confidence": "scenario",
            }
    else:
        code = line - count if line >= count else world.state.carrier.numbers[line]["number_class"]
        kind = CLASS_NAMES[NumberClass(int(code))]
    below = network.below("frequency")
    names = [name for name in below if name.endswith(_SUFFIX[rule])]
    right = [name for name in names if name.startswith(f"{kind}.")]
    right = right or [name for name in names if below[name] == threshold]
    exact = [name for name in right if below[name] == threshold]
    return _entry(network, f"frequency.{(exact or right)[0]}" if right else None)


def _is_registered(world: World, line: int, tick: int) -> bool:
    begin, end = registered_span(world.scenario, world.network, _block_of(world, line))
    return begin <= tick < end


def _block_of(world: World, line: int) -> Any:
    first = world.state.resources.groups["first"]
    return world.scenario.caller_ids[int(np.searchsorted(first, line, side="right")) - 1]


def _entry(network: Profile, key: str | None) -> Basis | None:
    if key is None or key not in network:
        return None
    entry = network.entry(key)
    return {
        "key": key,
        "value": entry.bare,
        "unit": entry.unit,
        "source": entry.source,
        "confidence": entry.confidence,
    }


def own_services(network: Profile) -> dict[str, float]:
    """Return the operators that refuse by a service of their own, and for which share of whom."""
    shares = {name: float(network[f"refuse_call.portal_share.{name}"]) for name in OPERATORS}
    return {name: share for name, share in shares.items() if share > 0}


def refusals(world: World) -> list[Refused]:
    """Return the attempts that the network itself ended, by true cause, most first."""
    counts = world.state.memory.by_cause.sum(axis=0)
    found: list[Refused] = [
        {
            "cause": cause.name.lower(),
            "name": _cause_name(cause, world.network),
            "attempts": int(counts[cause]),
        }
        for cause in INTERCEPTED
        if counts[cause]
    ]
    return sorted(found, key=lambda item: (-item["attempts"], item["cause"]))


def _cause_name(cause: Cause, network: Profile) -> Text:
    if cause in WITH_OWN_SERVICES and own_services(network):
        return WITH_OWN_SERVICES[cause]
    name = network_rules().named("cause", cause.name).name
    return SHORT_CAUSES.get(cause, name)


def suspected_callers(world: World) -> list[Suspected]:
    """Return the caller IDs that the dialer gave up because they look intercepted, by time.

    Each with the latest time, how often, and whether it was looked up and is used again.
    """
    callers, suspected = world.state.resources.callers, world.state.resources.suspected
    ticks = suspected["tick"]
    found = sorted((int(ticks[row]), int(row)) for row in np.flatnonzero(ticks >= 0))
    return [
        {
            "caller": world.caller_names[row],
            "time": moment(world.scenario, tick).isoformat(),
            "times": int(suspected[row]["times"]),
            "again": not int(callers[row]["why"]) & BY_DOUBT,
        }
        for tick, row in found
    ]


def alarms(world: World) -> list[Alarm]:
    """Return the campaigns all of whose numbers looked intercepted, as their dialer sees it."""
    return [
        {
            "campaign": campaign.name,
            "times": int(pacer["alarms"]),
            "time": moment(world.scenario, int(pacer["alarm_tick"])).isoformat(),
        }
        for campaign, pacer in zip(world.scenario.campaigns, world.state.pacers, strict=True)
        if pacer["alarms"]
    ]


def caller_states(world: World, actions: Array) -> CallerIds:
    """Return the states of the caller IDs at the end, and the severest state each ever had.

    Returns
    -------
    CallerIds
        In ``by_state`` and ``severest`` a number also stands as its class row, its trunk, its
        enterprise and their platform do. Other counts overlap with the states.
    """
    count = caller_count(world)
    lines = world.state.carrier.numbers
    own = lines["state"][:count].astype(np.int64)
    row = lines["state"][count:].astype(np.int64)[lines["number_class"][:count]]
    linked = (lines["registered"][:count] == 0) & (
        lines["linked_tick"][:count] <= world.state.control[0]["now"]
    )
    state = _with_replaced(np.maximum(own, np.where(linked, row, 0)), lines["replaces"][:count])
    carrier = world.state.carrier
    shut = carrier.contracts["shut_until"] > world.state.control[0]["now"]
    state[shut[lines["trunk"][:count]] & (state < Action.SUSPEND)] = Action.SUSPEND
    _by_events(world, state)
    if carrier.enterprise[0]["stopped"] or carrier.enterprise[0]["platform_stopped"]:
        state[:] = Action.STOP
    severest = np.zeros(count, np.int64)
    for action in RUNGS:
        mine = (actions["action"] == action) & (actions["there"] == 0)
        mine &= ~np.isin(actions["rule"], OF_GATEWAYS)
        hit = reached_callers(world, actions, mine)
        severest[hit] = np.maximum(severest[hit], action)
    before = closed_before(world)
    severest[before] = np.maximum(severest[before], Action.CLOSE)
    return {
        "total": count,
        "by_state": _by_name(state),
        "severest": _by_name(severest),
        "labelled": int(labelled_callers(world, actions).sum()),
        "closed_before": len(before),
        "retired": int(world.state.resources.callers["retired"].sum()),
        "suspected": suspected_callers(world),
        "alarms": alarms(world),
        "registered": int(lines["registered"][:count].sum()),
        "suspended_there": int(suspended_there(world, actions).sum()),
    }


def _by_events(world: World, states: Array) -> None:
    """Put lines under what an event of the scenario does to all their calls at the end."""
    carrier, now = world.state.carrier, int(world.state.control[0]["now"])
    lines = carrier.numbers[: len(states)]
    for act in carrier.dated_acts:
        whole = act["operator"] < 0 and act["rule"] == Rule.DATED
        if whole and act["start"] <= now < act["end"]:
            first = int(act["first"])
            met = np.zeros(len(states), np.bool_)
            met[first : first + int(act["count"])] = True
            met &= (act["trunk"] < 0) | (lines["trunk"] == act["trunk"])
            states[met] = np.maximum(states[met], act["action"])


def _with_replaced(states: Array, replaces: Array) -> Array:
    """Return the states of lines, those that replace others at least as bad as these."""
    for row in np.flatnonzero(replaces >= 0).tolist():
        other = int(replaces[row])
        while other >= 0:
            states[row] = max(states[row], states[other])
            other = int(replaces[other])
    return states


def _by_name(states: Array) -> dict[State, int]:
    counts = np.bincount(states, minlength=len(Action))
    return {
        cast(State, network_rules().word("action", action.name, "en")): int(counts[action])
        for action in (Action.NONE, *RUNGS)
        if counts[action] or action == Action.NONE
    }


def total_refused(world: World) -> int:
    """Return how many attempts the network ended before a phone rang."""
    return int(world.state.memory.by_cause[:, sorted(INTERCEPTED)].sum())
