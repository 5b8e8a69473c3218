"""Remedies: what a goal needs that some resource puts out of reach.

Only lawful ways are looked at: more numbers with a filing of their own, more lines, agents, days or
people; and a line contract may agree on more, where the operator does. No wall, limit on people,
ceiling of the rules or filing is ever loosened; an own ceiling of numbers may be raised up to what
is filed for each of them, and never beyond.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import NamedTuple

from dialsim.core.ticks import end_tick, local_tick
from dialsim.feasibility.audience import days_of
from dialsim.feasibility.estimate_result import Remedy
from dialsim.feasibility.needs import SLACK, Need, need
from dialsim.feasibility.recommendations.ceilings import raised_ceiling
from dialsim.feasibility.registration import comes_later, standing_words, start_in_force, written
from dialsim.feasibility.remedy_words import day_words, lead_time_of, remedy, sentence
from dialsim.feasibility.resource_words import (
    AGENTS,
    CALLERS,
    CONTRACT,
    FILED,
    PEOPLE,
    RATE,
    REGISTRATION,
    TRUNKS,
    counted,
    resource_name,
)
from dialsim.feasibility.resources import Case
from dialsim.feasibility.shared_resources import Shared
from dialsim.messages.text import Text, in_each, joined
from dialsim.results import formatting
from dialsim.results.capacity import cut, hours_each, length_ms, limits_capacity
from dialsim.scenario.models.schema import CallerIds, Goal, Scenario
from dialsim.scenario.profiles.profile import Profile

MOST_NUMBERS, MOST_AGENTS, MOST_RATE, MOST_CHANNELS = 200_000, 100_000, 100_000, 1_000_000
MOST_DRAWN = MOST_AGREED = 1_000_000_000
MOST_PER_MINUTE = 6_000_000


def remedies(
    wanted: Need,
    goal: Goal,
    index: int,
    metric: str,
    target: float,
    common: Collection[str] = (),
) -> list[Remedy]:
    """Return remedies for each resource that is too scarce for a goal.

    Parameters
    ----------
    wanted
        Of a campaign.
    goal, index
        The goal, and its place in the scenario.
    metric, target
        What the campaign must bring of it.
    common
        Resources that are scarce for several campaigns together: see :func:`shared_remedy`.

    """
    short = [name for name in wanted.short if name not in common]
    found = []
    if REGISTRATION in short:
        found += _registration(wanted)
    if {CALLERS, FILED} & set(short):
        found.append(_numbers(wanted, [name for name in (CALLERS, FILED) if name in short]))
    if CALLERS in short:
        raised = _ceilings(wanted)
        found += [raised] if raised else []
    if TRUNKS in short:
        found.append(_lines(wanted))
    if CONTRACT in short:
        found.append(_contract(wanted))
    if AGENTS in short:
        found.append(_agents(wanted))
    if RATE in short:
        found.append(_rate(wanted))
    if PEOPLE in short:
        found.append(_people(wanted))
    timely = [name for name in short if name != PEOPLE]
    if timely and REGISTRATION not in short:  # further days help only after registration
        days = _days(wanted, timely, goal, index, metric, target)
        found += [days] if days else []
    return found


def shared_remedy(case: Case, shared: Shared, needed: float) -> Remedy:
    """Return remedies for a resource that several campaigns share.

    Parameters
    ----------
    case
        Any of the campaigns.
    needed
        Attempts of all of them.
    """
    scenario = case.known.scenario
    names = [scenario.campaigns[i].name for i in shared.members]
    text = remedy(
        "shared",
        campaigns=joined(remedy("and"), [Text(name) for name in names]),
        resource=resource_name(shared.resource),
        have=formatting.about(shared.attempts),
        need=formatting.about(needed),
    )
    if shared.resource == CONTRACT:
        text = sentence(text, remedy("shared_contract"))
    grows = shared.of
    if grows is None or not shared.each:
        return _remedy([shared.resource], text, {}, None)
    count = grows.count + _upward((needed - shared.attempts) / shared.each)
    is_block = isinstance(grows, CallerIds)
    kind, most = ("caller_ids", MOST_NUMBERS) if is_block else ("agents", MOST_AGENTS)
    text = sentence(
        text,
        remedy("shared_grows", count=count, name=grows.name, before=grows.count),
        *([remedy("own_filing", lead_time=lead_time_of(case.known.network))] if is_block else []),
    )
    if count > most or (isinstance(grows, CallerIds) and grows.file is not None):
        return _remedy([shared.resource], text, {}, count)
    every = [each.name for each in getattr(scenario, kind)]
    return _remedy(
        [shared.resource], text, {f"{_path(kind, grows.name, every)}.count": count}, count
    )


def _remedy(
    resources: Iterable[str], text: Text, changes: dict[str, object], value: float | None
) -> Remedy:
    return {
        "resources": list(resources),
        "sentence": text,
        "sentence_zh": text.zh,
        "set": [*written(changes)],
        "value": value,
    }


def _path(kind: str, name: str, names: Iterable[str]) -> str:
    """Return the dotted path of an item: by name, or by place if the name would be cut."""
    plain = not set(name) & set(".[] \t'\"=")
    return f"{kind}.{name if plain and not name.isdigit() else list(names).index(name)}"


# --- one resource each ----------------------------------------------------------------------------


def _registration(wanted: Need) -> list[Remedy]:
    """Return how to call from registered numbers alone."""
    case, known = wanted.case, wanted.case.known
    late = case.unregistered(wanted.figures.spans)
    blocks = [block for block in case.blocks if block.name in late]
    return [each.remedy for each in to_be_registered(known.scenario, known.network, blocks)]


class Registering(NamedTuple):
    """What to do about unregistered caller IDs, and its changes as values by their paths."""

    remedy: Remedy
    sets: Mapping[str, object]


def to_be_registered(
    scenario: Scenario, network: Profile, blocks: Sequence[CallerIds]
) -> list[Registering]:
    """Return what to do about blocks of caller IDs that are in use while they are not registered.

    Start when filings are in force; register what is not filed.
    """
    start = start_in_force(scenario, network, {block.name for block in blocks})
    found: list[Registering] = []
    by_key: dict[str, list[Text]] = {}
    for block in blocks:
        standing = standing_words(scenario, network, block)
        if start is not None and comes_later(scenario, network, block):
            key = "go_on" if start.goes_on else "start"
        elif block.country != "CN":
            key = "from_within"
        else:
            key = "out" if block.registered else "register"
        by_key.setdefault(key, []).append(standing)
    for key, parts in by_key.items():
        given: dict[str, object] = {"standing": joined(remedy("and"), parts)}
        sets: dict[str, object] = {}
        if key in ("start", "go_on") and start is not None:
            given |= {"lead_time": lead_time_of(network), "day": day_words(start.day)}
            sets = dict(start.sets)
        text = remedy(key, **given)
        found.append(Registering(_remedy([REGISTRATION], text, sets, None), sets))
    return found


def _numbers(wanted: Need, short: list[str]) -> Remedy:
    """Return how many registered numbers it takes, by own ceilings and by filings."""
    case = wanted.case
    filed = [block for block in case.blocks if block.filed is not None]
    if not filed:
        text = remedy("unfiled", numbers=counted("number", case.numbers))
        return _remedy(short, text, {}, None)
    block = max(filed, key=lambda each: each.count)
    count = block.count + max(_more_numbers(wanted, block, name) for name in short)
    have, total = case.numbers, case.numbers + count - block.count
    allowed = min(wanted.allows(name) for name in short)
    text = remedy(
        "numbers",
        numbers=counted("number", have),
        have=formatting.about(allowed),
        total=counted("number", total),
        more=total - have,
        lead_time=lead_time_of(case.known.network),
    )
    if block.file is not None or count > MOST_NUMBERS:
        return _remedy(short, text, {}, count)
    names = [each.name for each in case.known.scenario.caller_ids]
    key = f"{_path('caller_ids', block.name, names)}.count"
    return _remedy(short, text, {key: count}, count)


def _ceilings(wanted: Need) -> Remedy | None:
    """Return own ceilings raised within what is filed for each number; None: there is no room.

    Where they would let a number make more calls an hour than the network takes from registered
    ones, nothing is advised: no change aims at that figure. Where all that is filed does not
    suffice, it is said how far they may go, and nothing set.
    """
    case, spans = wanted.case, wanted.figures.spans
    known = case.known
    changes: dict[str, object] = {}
    parts, counts, enough, filed = [], [], True, 0
    for place, limit in enumerate(known.scenario.rules.caller_limits):
        have = sum(
            case.usable(block)
            * (limits_capacity(case.in_use(block, spans), [limit], known.scenario) or 0)
            for block in case.blocks
        )
        if have >= wanted.attempts * (1 - SLACK):
            continue
        found = raised_ceiling(known.scenario, known.rules, known.network, place)
        if found is None or not have:
            return None
        needed = _upward(limit.count * wanted.attempts / have)
        count, filed = min(needed, found.most), found.filed
        if count > found.throttled_above:
            return None
        counts.append(count)
        enough = enough and needed <= found.most
        per = in_each(partial(formatting.per, limit.per))
        parts.append(remedy("ceiling", count=count, per=per, before=limit.count))
        changes[f"rules.caller_limits.{place}.count"] = count
    if not parts:
        return None
    ceilings = joined(remedy("both"), parts)
    text = remedy("ceilings" if enough else "room", parts=ceilings, filed=filed)
    if not enough:
        return _remedy([], text, {}, None)
    return _remedy([CALLERS], text, changes, max(counts))


def _more_numbers(wanted: Need, block: CallerIds, resource: str) -> int:
    case, figures = wanted.case, wanted.figures
    missing = wanted.attempts - wanted.allows(resource)
    if resource == CALLERS:
        each = case.attempts_each(block, figures.spans) or 0
    else:
        each = case.filed_each(block, figures.spans)
    return _upward(missing / each) if each else MOST_NUMBERS


def _lines(wanted: Need) -> Remedy:
    """Return the calls a second and channels that the first trunk would need."""
    case, spans = wanted.case, wanted.figures.spans
    held_s = wanted.figures.mean.held_s
    trunk = max(case.trunks, key=lambda each: case.line_capacity(each, spans, held_s))
    spans = case.with_line(trunk.name, spans)
    others = sum(
        case.line_capacity(each, wanted.figures.spans, held_s)
        for each in case.trunks
        if each is not trunk
    )
    seconds = length_ms(spans) / 1000
    rate = (wanted.attempts - others) / seconds if seconds else math.inf
    trunks = counted("trunk", len(case.trunks))
    text = remedy("lines", have=formatting.about(wanted.allows(TRUNKS)), trunks=trunks)
    if not seconds or trunk.limits:
        return _remedy([TRUNKS], sentence(text, remedy("another_line")), {}, None)
    names = [each.name for each in case.known.scenario.trunks]
    path = _path("trunks", trunk.name, names)
    changes: dict[str, object] = {}
    parts = []
    wants = (
        ("calls_per_second", _upward(rate), MOST_RATE),
        ("channels", _upward(rate * held_s), MOST_CHANNELS),
    )
    for key, count, most in wants:
        have = getattr(trunk, key)
        if count > have:
            parts.append(remedy(key, count=count, before=have))
            if count <= most:
                changes[f"{path}.{key}"] = count
    needs = joined(remedy("both"), parts)
    text = sentence(text, remedy("line_needs", name=trunk.name, parts=needs))
    return _remedy([TRUNKS], text, changes if len(changes) == len(parts) else {}, rate)


def _contract(wanted: Need) -> Remedy:
    """Return what to agree on for the trunk, of those whose contracts bound it, that carries most.

    Nothing is tried with numbers that are not filed: those are registered first.
    """
    case, spans = wanted.case, wanted.figures.spans
    bound = [trunk for trunk in case.trunks if case.agreed(trunk) is not None]
    held_s = wanted.figures.mean.held_s
    trunk = max(bound, key=lambda each: case.line_capacity(each, spans, held_s))
    contract = case.agreed(trunk)
    assert contract is not None
    others = sum(
        case.contract_capacity(each, spans, held_s) for each in case.trunks if each is not trunk
    )
    spans = case.with_line(trunk.name, spans)
    days, seconds = days_of(spans), length_ms(spans) / 1000
    text = remedy("contract", have=formatting.about(wanted.allows(CONTRACT)))
    filed = case.filed_a_day(trunk)
    if not days:
        return _remedy([CONTRACT], sentence(text, remedy("contract_line")), {}, None)
    if not filed:
        first = remedy("contract_unfiled", name=trunk.name)
        return _remedy([CONTRACT], sentence(text, first), {}, None)
    calls = wanted.attempts - others
    path = f"{_path('trunks', trunk.name, [t.name for t in case.known.scenario.trunks])}.contract"
    volume = _upward(calls / days)
    wants = (
        ("daily_volume", volume),
        ("concurrency", _upward(calls / seconds * held_s)),
    )
    changes: dict[str, object] = {}
    parts = []
    for key, count in wants:
        have = getattr(contract, key)
        if have is not None and count > have:
            parts.append(remedy(key, count=count, before=have))
            changes[f"{path}.{key}"] = count
    terms = joined(remedy("both"), parts)
    text = sentence(text, remedy("agree", parts=terms, name=trunk.name, filed=filed))
    if volume > filed:
        text = sentence(text, remedy("too_few", missing=volume - filed))
    if any(isinstance(count, int) and count > MOST_AGREED for count in changes.values()):
        changes = {}
    return _remedy([CONTRACT], text, changes, volume)


def _rate(wanted: Need) -> Remedy:
    """Return how many dials a minute it takes."""
    campaign = wanted.case.campaign
    allowed = wanted.allows(RATE)
    assert campaign.pacing.per_minute is not None
    per_minute = _upward(campaign.pacing.per_minute * wanted.attempts / allowed) if allowed else 0
    now, have = campaign.pacing.per_minute, formatting.about(allowed)
    text = remedy("rate", now=now, have=have, count=per_minute)
    names = [each.name for each in wanted.case.known.scenario.campaigns]
    key = f"{_path('campaigns', campaign.name, names)}.pacing.per_minute"
    most = per_minute <= MOST_PER_MINUTE and allowed > 0
    return _remedy([RATE], text, {key: float(per_minute)} if most else {}, per_minute)


def _agents(wanted: Need) -> Remedy:
    """Return how many agents it takes in the group that is longest at work while calls may be."""
    case, until = wanted.case, wanted.until
    hours = hours_each(case.known.far, case.campaign, cut(case.callable_spans, until))
    name = max(hours, key=lambda each: hours[each])
    have = sum(group.count for group in case.groups)
    allowed = formatting.about(wanted.allows(AGENTS))
    text = remedy("agents", agents=counted("agent", have), have=allowed)
    if not hours[name]:
        return _remedy([AGENTS], sentence(text, remedy("no_shift")), {}, None)
    agent_s = case.agent_s(wanted.figures.mean)
    missing_h = wanted.attempts * agent_s / 3600 - case.agent_hours(until)
    more = _upward(missing_h / hours[name])
    group = next(each for each in case.groups if each.name == name)
    count = group.count + more
    total = counted("agent", have + more)
    text = sentence(text, remedy("more_agents", total=total, more=more))
    names = [each.name for each in case.known.scenario.agents]
    key = f"{_path('agents', name, names)}.count"
    return _remedy([AGENTS], text, {key: count} if count <= MOST_AGENTS else {}, count)


def _people(wanted: Need) -> Remedy:
    """Return how many rows the largest list would need at the share that can be called."""
    case, figures = wanted.case, wanted.figures
    known = case.known
    have = figures.people
    text = remedy(
        "people", have=formatting.about(have), need=formatting.about(math.ceil(wanted.begun))
    )
    rows = dict(zip([each.name for each in known.scenario.people], known.rows, strict=True))
    allowed = {name: count for name, count in case.audience.lists.items() if count > 0}
    if not allowed or not have:
        return _remedy([PEOPLE], sentence(text, remedy("nobody")), {}, None)
    name = max(allowed, key=lambda each: allowed[each])
    open_share = have / case.audience.allowed
    usable = allowed[name] / rows[name] * open_share
    count = rows[name] + _upward((wanted.begun - have) / usable)
    more = formatting.about(wanted.begun - have)
    text = sentence(text, remedy("more_people", more=more, name=name, count=count))
    source = next(each for each in known.scenario.people if each.name == name)
    if source.synthetic is None or count > MOST_DRAWN:
        return _remedy([PEOPLE], text, {}, count)
    key = f"{_path('people', name, rows)}.synthetic.count"
    return _remedy([PEOPLE], text, {key: count}, count)


def _days(
    wanted: Need, short: list[str], goal: Goal, index: int, metric: str, target: float
) -> Remedy | None:
    """Return the fewest further days on which every scarce resource suffices.

    The last that could be is looked at first: if not even then, it is not before.
    """
    far = wanted.case.known.far
    last = end_tick(far.start, far.days, far.time_zone)

    def suffices(later: _Later) -> bool:
        then = need(wanted.case, later.until, metric, target)
        return then is not None and not set(short) & set(then.short)

    ends = (_later(far, wanted.case.known.scenario, goal, more) for more in itertools.count(1))
    days = list(itertools.takewhile(lambda later: later.until <= last, ends))
    if not days or not suffices(days[-1]):
        return None
    more, later = next((n, each) for n, each in enumerate(days, start=1) if suffices(each))
    text = remedy("days", days=counted("more day", more), day=day_words(later.day))
    if PEOPLE in wanted.short:
        text = sentence(text, remedy("with_people"))
    changes: dict[str, object] = {}
    if later.days != wanted.case.known.scenario.days:
        changes["days"] = later.days
    if later.by is not None:
        changes[f"goals.{index}.by"] = later.by
    return _remedy(short, text, changes, more)


class _Later(NamedTuple):
    """The end of a goal some days later: its tick, the scenario's days, `by` if it moves."""

    until: int
    days: int
    by: datetime | None
    day: date


def _later(far: Scenario, scenario: Scenario, goal: Goal, more: int) -> _Later:
    start, zone = far.start, far.time_zone
    ends, days = end_tick(start, scenario.days, zone), scenario.days + more
    if goal.by is None or local_tick(start, zone, goal.by) >= ends:
        until = end_tick(start, days, zone)
        by = goal.by
        if by is not None:
            by = by + timedelta(days=more) if local_tick(start, zone, by) < until else None
        return _Later(until, days, by, start + timedelta(days=days - 1))
    by = goal.by + timedelta(days=more)
    until = local_tick(start, zone, by)
    while days > scenario.days and end_tick(start, days - 1, zone) >= until:
        days -= 1
    return _Later(until, days, by, by.date())


def _upward(value: float) -> int:
    """Return a value rounded up; one within rounding error above a whole number is that number."""
    return math.ceil(value - SLACK * max(1.0, abs(value)))
