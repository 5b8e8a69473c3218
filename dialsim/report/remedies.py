"""What it takes to reach a goal that some resource puts out of reach.

Only lawful ways are looked at: more numbers with a filing of their own, more lines, agents, days or
people; and a line contract may agree on more, where the operator does. No wall, limit on people,
ceiling or filing is ever loosened.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from dialsim.core.ticks import end_tick, local_tick
from dialsim.report import words
from dialsim.report.audience import days_of
from dialsim.report.capacity import cut, hours_each, length_ms
from dialsim.report.resources import (
    AGENTS,
    CALLERS,
    CONTRACT,
    FILED,
    PEOPLE,
    RATE,
    TRUNKS,
    Case,
    Figures,
)
from dialsim.report.sharing import Shared
from dialsim.scenario.schema import CallerIds, Goal, Scenario

HOUR_MS = 3_600_000
MOST_NUMBERS, MOST_AGENTS, MOST_RATE, MOST_CHANNELS = 200_000, 100_000, 100_000, 1_000_000
MOST_DRAWN = MOST_AGREED = 1_000_000_000
MOST_PER_MINUTE = 6_000_000
LEAD_TIME = "filing.lead_time"  # of the network profile, where it has one
SLACK = 1e-9  # of an attempt count, for sums in another order


@dataclass(frozen=True)
class Need:
    """What one campaign must do for a goal, by a moment.

    Attributes
    ----------
    begun
        People it must begin with, each tried to the end.
    attempts
        Attempts that takes.
    """

    case: Case
    figures: Figures
    until: int
    begun: float
    attempts: float

    @property
    def short(self) -> list[str]:
        """The resources that allow fewer attempts, the scarcest first."""
        found = sorted(self.figures.capacities, key=lambda each: each.attempts)
        return [each.resource for each in found if each.attempts < self.attempts * (1 - SLACK)]

    def allows(self, resource: str) -> float:
        """Return the attempts a resource allows; without one of the name, any."""
        found = [each.attempts for each in self.figures.capacities if each.resource == resource]
        return min(found, default=math.inf)


def need(case: Case, until: int, metric: str, target: float) -> Need | None:
    """Return what a campaign must do to bring so much of a metric by a tick; None: it cannot."""
    figures = case.until(until)
    each = case.yields(figures)[metric]
    if each <= 0:
        return None
    begun = target / each
    return Need(case, figures, until, begun, begun * sum(figures.shares))


def remedies(
    wanted: Need,
    goal: Goal,
    index: int,
    metric: str,
    target: float,
    common: Collection[str] = (),
) -> list[dict[str, Any]]:
    """Return what would mend each resource that is too scarce for a goal.

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

    Returns
    -------
    list of dict
        ``resources`` (which of the scarce ones it mends), ``sentence``, ``set`` (changes as
        ``--set`` takes them, empty where only a file or a filing can do it), ``value``.
    """
    short = [name for name in wanted.short if name not in common]
    found = []
    if {CALLERS, FILED} & set(short):
        found.append(_numbers(wanted, [name for name in (CALLERS, FILED) if name in short]))
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
    if timely:
        days = _days(wanted, timely, goal, index, metric, target)
        found += [days] if days else []
    return found


def shared_remedy(case: Case, shared: Shared, needed: float) -> dict[str, Any]:
    """Return what would mend a resource that several campaigns share.

    Parameters
    ----------
    case
        Any of the campaigns.
    needed
        Attempts of all of them.
    """
    scenario = case.known.scenario
    names = ", ".join(scenario.campaigns[i].name for i in shared.members)
    text = (
        f"{names} share {shared.resource}: {words.about(shared.attempts)} attempts in all, and "
        f"they need {words.about(needed)}"
    )
    if shared.resource == CONTRACT:
        text += ": agree on more with the operator, within what the numbers are filed for"
    grows = shared.of
    if grows is None or not shared.each:
        return _remedy([shared.resource], text, {}, None)
    count = grows.count + _upward((needed - shared.attempts) / shared.each)
    is_block = isinstance(grows, CallerIds)
    kind, most = ("caller_ids", MOST_NUMBERS) if is_block else ("agents", MOST_AGENTS)
    own = f", each with a filing of its own ({lead_time(case)})" if is_block else ""
    text += f": it takes {count:,} in {grows.name} instead of {grows.count:,}{own}"
    if count > most or (isinstance(grows, CallerIds) and grows.file is not None):
        return _remedy([shared.resource], text, {}, count)
    every = [each.name for each in getattr(scenario, kind)]
    return _remedy(
        [shared.resource], text, {f"{_path(kind, grows.name, every)}.count": count}, count
    )


def _remedy(
    resources: Iterable[str], sentence: str, changes: dict[str, object], value: float | None
) -> dict[str, Any]:
    quoted = [f"{key}={to}" for key, to in changes.items()]
    return {"resources": list(resources), "sentence": sentence, "set": quoted, "value": value}


def _path(kind: str, name: str, names: Iterable[str]) -> str:
    """Return the dotted path of an item: by name, or by place if the name would be cut."""
    plain = not set(name) & set(".[] \t'\"=")
    return f"{kind}.{name if plain and not name.isdigit() else list(names).index(name)}"


# --- one resource each ----------------------------------------------------------------------------


def _numbers(wanted: Need, short: list[str]) -> dict[str, Any]:
    """Return how many registered numbers it takes, by own ceilings and by filings."""
    case = wanted.case
    filed = [block for block in case.blocks if block.filed is not None]
    if not filed:
        return _remedy(
            short,
            f"{words.things(case.numbers, 'number')} without a filing: register numbers for this "
            "use first, and plan with them",
            {},
            None,
        )
    block = max(filed, key=lambda each: each.count)
    count = block.count + max(_more_numbers(wanted, block, name) for name in short)
    have, total = case.numbers, case.numbers + count - block.count
    allowed = min(wanted.allows(name) for name in short)
    text = (
        f"{words.things(have, 'number')} allow {words.about(allowed)} attempts: it takes "
        f"{words.things(total, 'number')}, {total - have:,} more with a filing of their own "
        f"({lead_time(case)})"
    )
    if block.file is not None or count > MOST_NUMBERS:
        return _remedy(short, text, {}, count)
    names = [each.name for each in case.known.scenario.caller_ids]
    key = f"{_path('caller_ids', block.name, names)}.count"
    return _remedy(short, text, {key: count}, count)


def _more_numbers(wanted: Need, block: CallerIds, resource: str) -> int:
    case, figures = wanted.case, wanted.figures
    missing = wanted.attempts - wanted.allows(resource)
    if resource == CALLERS:
        each = case.attempts_each(block, figures.spans) or 0
    else:
        each = case.filed_each(block, figures.spans)
    return _upward(missing / each) if each else MOST_NUMBERS


def lead_time(case: Case) -> str:
    """Return how long a filing takes, as the network profile says, if it does."""
    network = case.known.network
    if LEAD_TIME not in network:
        return "lead time: ask the operator"
    entry = network.entry(LEAD_TIME)
    return f"lead time about {words.span(entry.bare)}, {entry.confidence}"


def _lines(wanted: Need) -> dict[str, Any]:
    """Return the calls a second and channels that the first trunk would need."""
    case, spans = wanted.case, wanted.figures.spans
    trunk = max(case.trunks, key=lambda each: case.line_capacity(each, spans))
    spans = case.with_line(trunk.name, spans)
    others = sum(
        case.line_capacity(each, wanted.figures.spans) for each in case.trunks if each is not trunk
    )
    seconds = length_ms(spans) / 1000
    rate = (wanted.attempts - others) / seconds if seconds else math.inf
    text = f"{words.about(wanted.allows(TRUNKS))} attempts on {_listed(case)}"
    if not seconds or trunk.limits:
        return _remedy([TRUNKS], f"{text}: another line, or its own limits, decide", {}, None)
    names = [each.name for each in case.known.scenario.trunks]
    path = _path("trunks", trunk.name, names)
    changes: dict[str, object] = {}
    parts = []
    wants = (
        ("calls_per_second", _upward(rate), "calls a second", MOST_RATE),
        ("channels", _upward(rate * case.held_s), "channels", MOST_CHANNELS),
    )
    for key, count, name, most in wants:
        have = getattr(trunk, key)
        if count > have:
            parts.append(f"{count:,} {name} instead of {have:,}")
            if count <= most:
                changes[f"{path}.{key}"] = count
    text += f": {trunk.name} needs {' and '.join(parts)}"
    return _remedy([TRUNKS], text, changes if len(changes) == len(parts) else {}, rate)


def _contract(wanted: Need) -> dict[str, Any]:
    """Return what to agree on for the trunk, of those whose contracts bound it, that carries most.

    Nothing is tried with numbers that are not filed: those are registered first.
    """
    case, spans = wanted.case, wanted.figures.spans
    bound = [trunk for trunk in case.trunks if case.agreed(trunk) is not None]
    trunk = max(bound, key=lambda each: case.line_capacity(each, spans))
    contract = case.agreed(trunk)
    assert contract is not None
    others = sum(case.contract_capacity(each, spans) for each in case.trunks if each is not trunk)
    spans = case.with_line(trunk.name, spans)
    days, seconds = days_of(spans), length_ms(spans) / 1000
    text = f"{words.about(wanted.allows(CONTRACT))} attempts within what the operator agreed to"
    filed = case.filed_a_day(trunk)
    if not days:
        return _remedy([CONTRACT], f"{text}: another line decides", {}, None)
    if not filed:
        return _remedy([CONTRACT], f"{text}: register the numbers on {trunk.name} first", {}, None)
    calls = wanted.attempts - others
    path = f"{_path('trunks', trunk.name, [t.name for t in case.known.scenario.trunks])}.contract"
    volume = _upward(calls / days)
    wants = (
        ("daily_volume", volume, "calls a day"),
        ("concurrency", _upward(calls / seconds * case.held_s), "calls at a time"),
    )
    changes: dict[str, object] = {}
    parts = []
    for key, count, name in wants:
        have = getattr(contract, key)
        if have is not None and count > have:
            parts.append(f"{count:,} {name} instead of {have:,}")
            changes[f"{path}.{key}"] = count
    text += f": agree with it on {' and '.join(parts)} for {trunk.name}"
    text += f", whose numbers are filed for {filed:,} a day"
    if volume > filed:
        text += f", {volume - filed:,} too few: file more as well"
    if any(isinstance(count, int) and count > MOST_AGREED for count in changes.values()):
        changes = {}
    return _remedy([CONTRACT], text, changes, volume)


def _listed(case: Case) -> str:
    return words.things(len(case.trunks), "trunk")


def _rate(wanted: Need) -> dict[str, Any]:
    """Return how many dials a minute it takes."""
    campaign = wanted.case.campaign
    allowed = wanted.allows(RATE)
    assert campaign.pacing.per_minute is not None
    per_minute = _upward(campaign.pacing.per_minute * wanted.attempts / allowed) if allowed else 0
    text = (
        f"{campaign.pacing.per_minute:,g} dials a minute allow {words.about(allowed)} attempts: "
        f"it takes {per_minute:,} a minute"
    )
    names = [each.name for each in wanted.case.known.scenario.campaigns]
    key = f"{_path('campaigns', campaign.name, names)}.pacing.per_minute"
    most = per_minute <= MOST_PER_MINUTE and allowed > 0
    return _remedy([RATE], text, {key: float(per_minute)} if most else {}, per_minute)


def _agents(wanted: Need) -> dict[str, Any]:
    """Return how many agents it takes in the group that is longest at work while calls may be."""
    case, until = wanted.case, wanted.until
    hours = hours_each(case.known.far, case.campaign, cut(case.free, until))
    name = max(hours, key=lambda each: hours[each])
    have = sum(group.count for group in case.groups)
    allowed = words.about(wanted.allows(AGENTS))
    text = f"{words.things(have, 'agent')} allow {allowed} attempts"
    if not hours[name]:
        return _remedy([AGENTS], f"{text}: no shift meets the hours", {}, None)
    missing_h = wanted.attempts * case.agent_s / 3600 - case.agent_hours(until)
    more = _upward(missing_h / hours[name])
    group = next(each for each in case.groups if each.name == name)
    count = group.count + more
    text += f": it takes {words.things(have + more, 'agent')}, {more:,} more in the same shifts"
    names = [each.name for each in case.known.scenario.agents]
    key = f"{_path('agents', name, names)}.count"
    return _remedy([AGENTS], text, {key: count} if count <= MOST_AGENTS else {}, count)


def _people(wanted: Need) -> dict[str, Any]:
    """Return how many rows the largest list would need at the share that can be called."""
    case, figures = wanted.case, wanted.figures
    known = case.known
    have = figures.people
    text = f"{words.about(have)} people can be called: it takes {words.about(wanted.begun)}"
    rows = dict(zip([each.name for each in known.scenario.people], known.rows, strict=True))
    allowed = {name: count for name, count in case.audience.lists.items() if count > 0}
    if not allowed or not have:
        return _remedy([PEOPLE], f"{text}, with consent on record for this purpose", {}, None)
    name = max(allowed, key=lambda each: allowed[each])
    open_share = have / case.audience.allowed
    usable = allowed[name] / rows[name] * open_share
    count = rows[name] + _upward((wanted.begun - have) / usable)
    text += (
        f", {words.about(wanted.begun - have)} more with consent on record: {name} with "
        f"{count:,} rows, as many of them barred as now"
    )
    source = next(each for each in known.scenario.people if each.name == name)
    if source.synthetic is None or count > MOST_DRAWN:
        return _remedy([PEOPLE], text, {}, count)
    key = f"{_path('people', name, rows)}.synthetic.count"
    return _remedy([PEOPLE], text, {key: count}, count)


def _days(
    wanted: Need, short: list[str], goal: Goal, index: int, metric: str, target: float
) -> dict[str, Any] | None:
    """Return the fewest further days on which every scarce resource suffices."""
    far = wanted.case.known.far
    last = end_tick(far.start, far.days, far.time_zone)
    more = 1
    while (later := _later(far, wanted.case.known.scenario, goal, more)).until <= last:
        then = need(wanted.case, later.until, metric, target)
        if then is not None and not set(short) & set(then.short):
            break
        more += 1
    else:
        return None
    text = f"or {words.things(more, 'more day')}, until {words.day(later.day, weekday=True)}"
    if PEOPLE in wanted.short:
        text += ", with the people above"
    changes: dict[str, object] = {}
    if later.days != wanted.case.known.scenario.days:
        changes["days"] = later.days
    if later.by is not None:
        changes[f"goals.{index}.by"] = later.by.isoformat()
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
    """Return the next whole number, a hair's breadth above one being that one."""
    return math.ceil(value - SLACK * max(1.0, abs(value)))
