"""The binding constraint of a campaign as a sentence, with the arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from dialsim.compliance.areas import groups_of
from dialsim.core.codes import Cause, LeadState, Limit, Reason
from dialsim.core.ticks import intersect
from dialsim.core.time_units import DAY_MS
from dialsim.messages.text import Message, Text, Texts, TextTable, from_table, joined, text_table
from dialsim.results import formatting
from dialsim.results.capacity import (
    caller_arithmetic,
    first_day,
    length_ms,
    limits_capacity,
    scarcest_limit,
)
from dialsim.results.history.call_history import closed_before
from dialsim.results.lists.waterfall import before_dial, lead_blocks, name_text
from dialsim.results.opening_hours import campaign_open
from dialsim.scenario.filing import agreed_on, first_use
from dialsim.scenario.named import named
from dialsim.scenario.open_hours import stop_spans

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dialsim.engine.build import World
    from dialsim.scenario.models.schema import Trunk


LABELS: Texts = text_table(
    {
        "closed": "Nobody was at work while calls were allowed.",
        "held": "({} of the open time)",
        "used": ", {} of it used",
        "later": "; {block} was not in use before {first}",
        "retired": "; {:,} were given up on the way",
        "agents": "Agents {held}: {arithmetic}.",
        "no_talk": "{agents} had nobody to talk to",
        "trunks": "Trunks {held}: {arithmetic}.",
        "limit": "{calls:,} calls {per}",
        "nothing": "Nothing held it back {held}.",
        "contract_volume": "{:,} above the calls a day",
        "contract_concurrency": "{:,} above the calls at a time",
        "contract_callee": "{:,} above the calls to one person",
        "caller_ids": "Caller IDs: {arithmetic}; none was free for {share} of the open time.",
        "ramp": "; a ramp holds {numbers} to {calls:,} calls a day at the end of the run",
        "hourly": "{agents} at {each:.0f} s an attempt ({waiting:.0f} s waiting for an answer, "
        "{handling:.0f} s talk and wrap-up) make {hourly:,.0f} calls an hour",
        "rate": "Its own rate of dialling {held}: {wanted:,g} dials a minute are wanted, no more.",
        "policy": "Its policy{name} {held}: all that it had asked for was dialled.",
        "trunk_limit": "{name} takes {calls:,} calls {per} by its own limit",
        "trunk": "{name} takes {rate:,} calls a second and {channels:,} at a time",
        "stopped": "; {events} stopped it for {share} of the open time",
        "leads": "People to call {held}: {finished:,} of {leads:,} leads are finished{barred}, and "
        "nobody else was due.",
        "all_leads": "People to call {held}: all {leads:,} leads are finished{barred}.",
        "one_lead": "People to call {held}: the one lead is finished{barred}.",
        "barred": ", {count:,} of them without a call, most for: {reason}",
        "enterprise": "The enterprise's own limits {held}: {limits}, over all caller IDs.",
        "abandon_guard": "The abandon guard {held}: one more dial might have been one dropped call "
        "too many for the cap of {cap}; every answered call, and every agent, gives it room.",
        "contract": " The line contract refused {calls} ({share}): {each} it agrees on.",
    }
)
NOUNS: TextTable[dict[str, tuple[str, str]]] = text_table(
    {
        "agents": (
            "{:,} agent",
            "{:,} agents",
        ),
        "numbers": (
            "{:,} number",
            "{:,} numbers",
        ),
        "calls": (
            "{:,} call",
            "{:,} calls",
        ),
    }
)
"""Counts of things: of one, and of several."""

CONTRACT = (Cause.CONTRACT_VOLUME, Cause.CONTRACT_CONCURRENCY, Cause.CONTRACT_CALLEE)
"""Causes by which an operator refuses calls above a term of its line contract."""


def binding_sentence(
    world: World, index: int, limit: Limit, share: float, used: float | None
) -> Text:
    """Return why a campaign made no more calls.

    Parameters
    ----------
    index
        The campaign's.
    limit, share
        What held it back, and for which share of its open time; a share of 0: it was never open.
    used
        Share of what its caller limits allow that was made use of; None without such limits.
    """
    texts: dict[str, Message] = LABELS.messages
    if not share:
        return texts["closed"]
    held = texts["held"].filled(formatting.percent(share))
    if limit == Limit.CALLER_IDS:
        arithmetic = _callers(world, index, used)
        return texts["caller_ids"].filled(arithmetic=arithmetic, share=formatting.percent(share))
    given: dict[str, object] = {}
    if limit in (Limit.AGENTS, Limit.TRUNKS):
        calculation = _agents if limit == Limit.AGENTS else _trunks
        given["arithmetic"] = calculation(world, index)
    elif limit == Limit.RATE:
        given["wanted"] = world.scenario.campaigns[index].pacing.per_minute
    elif limit == Limit.POLICY:
        policy = world.scenario.policy
        given["name"] = "" if policy is None else f" {policy.name}"
    elif limit == Limit.LEADS:
        given["finished"], given["leads"], given["barred"] = _leads(world, index)
    elif limit == Limit.ENTERPRISE:
        limits = world.scenario.rules.enterprise_limits
        each = (
            texts["limit"].filled(calls=x.count, per=formatting.per_text(x.per)) for x in limits
        )
        given["limits"] = joined(texts["comma"], each)
    elif limit == Limit.ABANDON_GUARD:
        given["cap"] = formatting.percent(float(world.rules["abandon.at_most"]))
    else:
        limit = Limit.NOTHING
    if limit == Limit.LEADS and given["finished"] == given["leads"]:
        return texts["one_lead" if given["leads"] == 1 else "all_leads"].filled(held=held, **given)
    return texts[limit.name.lower()].filled(held=held, **given)


def contract_words(refused: Mapping[Cause, int], attempts: int) -> Text:
    """Return how many calls were refused under the line contract, as text; empty if none."""
    total = sum(refused.values())
    if not total:
        return Text("")
    texts = LABELS.messages
    each = joined(
        texts["comma"], (texts[cause.name.lower()].filled(n) for cause, n in refused.items() if n)
    )
    share = formatting.percent(total / max(1, attempts))
    return from_table(LABELS, "contract", calls=_count("calls", total), share=share, each=each)


def _count(noun: str, count: int) -> Text:
    form: Message = NOUNS.messages[noun][count != 1]
    return form.filled(count)


def _leads(world: World, index: int) -> tuple[int, int, str]:
    """Return how many leads of a campaign are finished, how many it has, and what barred most."""
    finished = leads = 0
    barred = np.zeros(len(Reason), np.int64)
    for _, rows, missing in lead_blocks(world, index):
        mine = world.state.leads[rows]
        over = mine["state"] == LeadState.FINISHED
        finished += int(over.sum())
        never = mine["reason"][over & (mine["attempts"] == 0)]
        barred += np.bincount(never, minlength=len(barred))
        leads += rows.stop - rows.start + missing
    count = int(barred.sum())
    if 2 * count < leads:
        return finished, leads, ""
    reason = name_text(before_dial(int(barred.argmax())))
    return finished, leads, from_table(LABELS, "barred", count=count, reason=reason)


def _callers(world: World, index: int, used: float | None) -> Text:
    texts, scenario = LABELS.messages, world.scenario
    campaign = scenario.campaigns[index]
    blocks = named(scenario.caller_ids, campaign.caller_ids)
    parts: list[str] = [caller_arithmetic(blocks, scenario.rules.caller_limits)]
    if used is not None:
        parts.append(texts["used"].filled(formatting.percent(used)))
    parts.extend(
        texts["later"].filled(block=block.name, first=first_day(block))
        for block in blocks
        if first_use(scenario, block) > 0
    )
    ramped = [b for b in blocks if b.filed is not None and b.filed.ramp]
    if ramped:
        day = min(int(world.state.control[0]["now"]), world.horizon_tick - 1) // DAY_MS
        agreed = [agreed_on(b.filed, scenario.start + timedelta(day)) * b.count for b in ramped]
        numbers = _count("numbers", sum(b.count for b in ramped))
        parts.append(texts["ramp"].filled(numbers=numbers, calls=sum(agreed)))
    callers = world.state.resources.callers
    mine = np.isin(callers["group"], groups_of(world.static.areas, index))
    mine[closed_before(world)] = False
    retired = int(callers["retired"][mine].sum())
    return joined("", [*parts, texts["retired"].filled(retired)] if retired else parts)


def _trunks(world: World, index: int) -> Text:
    campaign = world.scenario.campaigns[index]
    names = {block.trunk for block in named(world.scenario.caller_ids, campaign.caller_ids)}
    until = min(int(world.state.control[0]["now"]), world.horizon_tick)
    spans = campaign_open(world, index, until)
    tally = world.state.memory.tallies[index]
    held_ms = (int(tally["ring_ms"]) + int(tally["talk_ms"])) / max(1, int(tally["attempts"]))
    each = [
        _trunk(world, trunk, spans, held_ms)
        for trunk in world.scenario.trunks
        if trunk.name in names
    ]
    return joined(LABELS.messages["then"], each)


def _trunk(world: World, trunk: Trunk, spans: NDArray[Any], held_ms: float) -> Text:
    """Return a trunk's capacity as text: its own limit if lowest, else its throughput."""
    texts = LABELS.messages
    stopped = _stopped(world, trunk, spans)
    carried = min(trunk.calls_per_second / 1000, trunk.channels / max(1.0, held_ms))
    own = limits_capacity(spans, trunk.limits, world.scenario)
    if own is not None and own < carried * length_ms(spans):
        limit = scarcest_limit(spans, trunk.limits, world.scenario)
        per = formatting.per_text(limit.per)
        takes = texts["trunk_limit"].filled(name=trunk.name, calls=limit.count, per=per)
    else:
        takes = texts["trunk"].filled(
            name=trunk.name, rate=trunk.calls_per_second, channels=trunk.channels
        )
    return joined("", [takes, *stopped])


def _stopped(world: World, trunk: Trunk, spans: NDArray[Any]) -> list[Text]:
    """Return which events stopped a trunk while calls were allowed; nothing if none did."""
    events = [e.name for e in world.scenario.events if e.stops(trunk.name, trunk.operator)]
    lost = length_ms(intersect(stop_spans(world.scenario, trunk), spans))
    if not lost:
        return []
    share = formatting.percent(lost / length_ms(spans))
    named = formatting.names_text(events)
    return [from_table(LABELS, "stopped", events=named, share=share)]


def _agents(world: World, index: int) -> Text:
    scenario = world.scenario
    campaign = scenario.campaigns[index]
    count = sum(group.count for group in named(scenario.agents, campaign.all_agents))
    agents = _count("agents", count)
    pools = world.static.routes.pools[index]
    staff = world.state.crew.staff[pools[pools >= 0]]
    serves = sorted({int(c) for c in world.static.routes.served[pools[pools >= 0]].flat if c >= 0})
    attempts = int(world.state.memory.tallies["attempts"][serves].sum())
    idle, talk, wrap = (float(staff[f"{part}_ms"].sum()) for part in ("idle", "talk", "wrap"))
    if not attempts:
        return from_table(LABELS, "no_talk", agents=agents)
    each = (idle + talk + wrap) / attempts / 1000
    handling = (talk + wrap) / attempts / 1000
    return from_table(
        LABELS,
        "hourly",
        agents=agents,
        each=each,
        waiting=each - handling,
        handling=handling,
        hourly=count * 3600 / each,
    )
