"""What held each campaign back, with the arithmetic."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.compliance.areas import groups_of
from dialsim.core.codes import Cause, Limit
from dialsim.report import words
from dialsim.report.capacity import caller_arithmetic, length_ms, limits_capacity, scarcest_limit
from dialsim.report.opening import campaign_open
from dialsim.report.world import history_of
from dialsim.scenario.filing import agreed_on

if TYPE_CHECKING:
    from dialsim.engine.build import World
    from dialsim.scenario.schema import Trunk

Array = NDArray[Any]
_CONTRACT = {
    Cause.CONTRACT_VOLUME: "above the calls a day",
    Cause.CONTRACT_CONCURRENCY: "above the calls at a time",
    Cause.CONTRACT_CALLEE: "above the calls to one person",
}
"""Terms of a line contract by which its operator refuses calls."""

USED_UP = 0.9  # of what caller limits allow: from here on they decide, whoever held longer

DAY_MS = 86_400_000


def limit_shares(world: World, campaign: int) -> dict[Limit, float]:
    """Return the share of a campaign's open time that each limit held it for."""
    spent = world.state.limit_ms[campaign].astype(np.float64)
    progress = world.state.progress[campaign]
    until = min(int(world.state.control[0]["now"]), world.horizon_tick)
    spent[progress["limit"]] += max(0, until - int(progress["limit_since"]))
    spent[Limit.CLOSED] = 0
    total = spent.sum()
    return {limit: float(spent[limit] / total) if total else 0.0 for limit in Limit if limit}


def binding(world: World) -> list[dict[str, Any]]:
    """Return for each campaign what held it back longest, with the arithmetic.

    Returns
    -------
    list of dict
        ``campaign, limit, name, share (of open time), shares (of all limits), callers_used,
        refused_by_contract (calls by cause), sentence``; `limit` is None for a campaign that was
        never open.
    """
    return [_binding(world, index) for index in range(len(world.scenario.campaigns))]


def _binding(world: World, index: int) -> dict[str, Any]:
    campaign = world.scenario.campaigns[index]
    shares = limit_shares(world, index)
    used = callers_used(world, index)
    limit = max(shares, key=lambda each: (shares[each], -each))
    if used is not None and used >= USED_UP and shares[Limit.CALLER_IDS] > 0:
        limit = Limit.CALLER_IDS
    known = shares[limit] > 0
    refused = {cause: int(world.state.memory.by_cause[index, cause]) for cause in _CONTRACT}
    return {
        "campaign": campaign.name,
        "limit": limit.name.lower() if known else None,
        "name": words.LIMITS[limit] if known else None,
        "share": shares[limit],
        "shares": {each.name.lower(): share for each, share in shares.items()},
        "callers_used": used,
        "refused_by_contract": {cause.name.lower(): n for cause, n in refused.items() if n},
        "sentence": _sentence(world, index, limit, shares[limit], used)
        + _contract_words(refused, int(world.state.memory.tallies["attempts"][index]))
        if known
        else "Nobody was at work while calls were allowed.",
    }


def _contract_words(refused: dict[Cause, int], attempts: int) -> str:
    """Say how many calls the dialer made that the line contract did not let through."""
    total = sum(refused.values())
    if not total:
        return ""
    each = ", ".join(f"{n:,} {_CONTRACT[cause]}" for cause, n in refused.items() if n)
    return (
        f" The line contract refused {words.things(total, 'call')} "
        f"({words.percent(total / max(1, attempts))}): {each} it agrees on."
    )


def callers_used(world: World, campaign: int) -> float | None:
    """Return which share of what its caller limits allow a campaign's numbers made use of.

    The calls of all campaigns count, for they share the numbers; None without a limit. A limit
    that is used up decides the volume even if others held for longer: agents who dial faster
    only come to the end of each window sooner.
    """
    scenario = world.scenario
    until = min(int(world.state.control[0]["now"]), world.horizon_tick)
    spans = campaign_open(world, campaign, until)
    each = limits_capacity(spans, scenario.rules.caller_limits, scenario)
    if not each:
        return None
    groups = groups_of(world.static.areas, campaign).tolist()
    mine = np.isin(world.state.resources.callers["group"], groups)
    attempts = world.state.resources.callers["attempts"]
    made = int(attempts[mine].sum())
    history = history_of(world)
    if history is not None:  # rings begin with the calls made before the start
        before = history.attempts_before
        made -= int(before[mine[: len(before)]].sum())
    return made / (each * int(mine.sum()))


def _sentence(world: World, index: int, limit: Limit, share: float, used: float | None) -> str:
    held = f"({words.percent(share)} of the open time)"
    if limit == Limit.CALLER_IDS:
        return f"Caller IDs: {_caller_sentence(world, index, share, used)}."
    if limit == Limit.AGENTS:
        return f"Agents {held}: {_agent_arithmetic(world, index)}."
    if limit == Limit.RATE:
        wanted = world.scenario.campaigns[index].pacing.per_minute
        return f"Its own rate of dialling {held}: {wanted:,g} dials a minute are wanted, no more."
    if limit == Limit.POLICY:
        policy = world.scenario.policy
        name = "" if policy is None else f" {policy.name}"
        return f"Its policy{name} {held}: all that it had asked for was dialled."
    if limit == Limit.TRUNKS:
        return f"Trunks {held}: {_trunk_arithmetic(world, index)}."
    if limit == Limit.LEADS:
        finished = int(world.state.control[0]["finished"])
        return (
            f"People to call {held}: {finished:,} of {len(world.state.leads):,} leads are "
            "finished, and nobody else was due."
        )
    if limit == Limit.ENTERPRISE:
        return f"The enterprise's own limits {held}: {_limit_words(world)}, over all caller IDs."
    if limit == Limit.ABANDON_GUARD:
        cap = words.percent(float(world.rules["abandon.at_most"]))
        return (
            f"The abandon guard {held}: one more dial might have been one dropped call too many "
            f"for the cap of {cap}; every answered call, and every agent, gives it room."
        )
    return f"Nothing held it back {held}."


def _limit_words(world: World) -> str:
    limits = world.scenario.rules.enterprise_limits
    return ", ".join(f"{each.count:,} calls {words.per(each.per)}" for each in limits)


def _caller_sentence(world: World, index: int, share: float, used: float | None) -> str:
    scenario = world.scenario
    campaign = scenario.campaigns[index]
    blocks = [b for b in scenario.caller_ids if b.name in campaign.caller_ids]
    text = caller_arithmetic(blocks, scenario.rules.caller_limits)
    if used is not None:
        text += f", {words.percent(used)} of it used"
    ramped = [b for b in blocks if b.filed is not None and b.filed.ramp]
    if ramped:
        day = min(int(world.state.control[0]["now"]), world.horizon_tick - 1) // DAY_MS
        agreed = [agreed_on(b.filed, scenario.start + timedelta(day)) * b.count for b in ramped]
        text += (
            f"; a ramp holds {words.things(sum(b.count for b in ramped), 'number')} to "
            f"{sum(agreed):,} calls a day at the end of the run"
        )
    retired = int(world.state.resources.callers["retired"].sum())
    if retired:
        text += f"; {retired:,} were given up on the way"
    return f"{text}; none was free for {words.percent(share)} of the open time"


def _trunk_arithmetic(world: World, index: int) -> str:
    campaign = world.scenario.campaigns[index]
    names = {b.trunk for b in world.scenario.caller_ids if b.name in campaign.caller_ids}
    until = min(int(world.state.control[0]["now"]), world.horizon_tick)
    spans = campaign_open(world, index, until)
    tally = world.state.memory.tallies[index]
    held_ms = (int(tally["ring_ms"]) + int(tally["talk_ms"])) / max(1, int(tally["attempts"]))
    return "; ".join(
        _trunk_words(world, trunk, spans, held_ms)
        for trunk in world.scenario.trunks
        if trunk.name in names
    )


def _trunk_words(world: World, trunk: Trunk, spans: Array, held_ms: float) -> str:
    """Say what a trunk takes: its own limit where that is the least, else what it can carry."""
    carried = min(trunk.calls_per_second / 1000, trunk.channels / max(1.0, held_ms))
    own = limits_capacity(spans, trunk.limits, world.scenario)
    if own is not None and own < carried * length_ms(spans):
        limit = scarcest_limit(spans, trunk.limits, world.scenario)
        return f"{trunk.name} takes {limit.count:,} calls {words.per(limit.per)} by its own limit"
    return (
        f"{trunk.name} takes {trunk.calls_per_second:,} calls a second and "
        f"{trunk.channels:,} at a time"
    )


def _agent_arithmetic(world: World, index: int) -> str:
    scenario = world.scenario
    campaign = scenario.campaigns[index]
    agents = sum(group.count for group in scenario.agents if group.name in campaign.all_agents)
    pools = world.static.routes.pools[index]
    staff = world.state.crew.staff[pools[pools >= 0]]
    serves = sorted({int(c) for c in world.static.routes.served[pools[pools >= 0]].flat if c >= 0})
    attempts = int(world.state.memory.tallies["attempts"][serves].sum())
    idle, talk, wrap = (float(staff[f"{part}_ms"].sum()) for part in ("idle", "talk", "wrap"))
    if not attempts:
        return f"{words.things(agents, 'agent')} had nobody to talk to"
    each = (idle + talk + wrap) / attempts / 1000
    handling = (talk + wrap) / attempts / 1000
    hourly = agents * 3600 / each
    return (
        f"{words.things(agents, 'agent')} at {each:.0f} s an attempt "
        f"({each - handling:.0f} s waiting for an answer, {handling:.0f} s talk and wrap-up) "
        f"make {hourly:,.0f} calls an hour"
    )
