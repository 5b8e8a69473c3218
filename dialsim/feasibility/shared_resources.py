"""Resources that several campaigns share, and their division."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from numpy.typing import NDArray

from dialsim.feasibility.campaign_figures import Figures
from dialsim.feasibility.resource_words import (
    AGENTS,
    CALLERS,
    CONTRACT,
    ENTERPRISE,
    FILED,
    REGISTRATION,
    TRUNKS,
)
from dialsim.feasibility.resources import Case
from dialsim.results.capacity import hours_each, limits_capacity, union
from dialsim.scenario.models.schema import AgentGroup, CallerIds, Trunk

Array = NDArray[Any]


@dataclass(frozen=True)
class Shared:
    """A resource of several campaigns.

    Attributes
    ----------
    resource, members
        Which, and the places of the campaigns that use it.
    attempts
        Attempts it allows them in all.
    each
        Attempts that one more of `of` would bring: the block or group that would grow; 0: none.
    """

    resource: str
    members: tuple[int, ...]
    attempts: float
    each: float = 0.0
    of: CallerIds | AgentGroup | None = None


@dataclass(frozen=True)
class Division:
    """All campaigns up to a moment, what they share divided.

    Attributes
    ----------
    figures
        Of each campaign.
    alone
        Attempts of each campaign if it were the only one.
    shared
        What several of them use.
    left
        The part of `alone` that is left to each.
    """

    figures: Sequence[Figures]
    alone: Sequence[float]
    shared: Sequence[Shared]
    left: Sequence[float]


def divided(cases: Sequence[Case], until: int) -> Division:
    """Return all campaigns up to a tick, what they share divided among them."""
    figures = [case.until(until) for case in cases]
    alone = [
        case.expected(each, each.binding.attempts)["attempts"]
        for case, each in zip(cases, figures, strict=True)
    ]
    shared = shared_resources(cases, figures, alone)
    return Division(figures, alone, shared, factors(shared, alone))


def shared_resources(
    cases: Sequence[Case], figures: Sequence[Figures], attempts: Sequence[float]
) -> list[Shared]:
    """Return every resource that two or more campaigns have in common.

    Parameters
    ----------
    cases, figures
        All campaigns, up to one moment. Each by what its own case knows of what it uses: of the
        scenario as it is, or as it was before a change that leaves all of that alone.
    attempts
        Of each campaign alone: they weigh the time an attempt takes.
    """
    if len(cases) < 2:
        return []
    found = []
    for members in _together([{block.name for block in case.blocks} for case in cases]):
        found += _numbers([cases[i] for i in members], _spans(figures, members), members)
    for members in _together([{group.name for group in case.groups} for case in cases]):
        found.append(_agents(cases, figures, members, attempts))
    for members in _together([{trunk.name for trunk in case.trunks} for case in cases]):
        spans = _spans(figures, members)
        last = max(members, key=lambda i: figures[i].mean.held_s)
        slowest, held_s = cases[last], figures[last].mean.held_s
        trunks: dict[str, Trunk] = {t.name: t for i in members for t in cases[i].trunks}
        owners = {t.name: i for i in members for t in cases[i].trunks}
        used = [
            (slowest, trunk, held_s)
            if trunk in slowest.trunks
            else (cases[owners[name]], trunk, figures[owners[name]].mean.held_s)
            for name, trunk in trunks.items()
        ]
        lines = sum(case.line_capacity(trunk, spans, each_s) for case, trunk, each_s in used)
        found.append(Shared(TRUNKS, members, lines))
        if any(case.agreed(trunk) for case, trunk, _ in used):
            taken = sum(
                case.contract_capacity(trunk, spans, each_s) for case, trunk, each_s in used
            )
            found.append(Shared(CONTRACT, members, taken))
    everybody = tuple(range(len(cases)))
    known = cases[0].known
    limits = known.scenario.rules.enterprise_limits
    most = limits_capacity(_spans(figures, everybody), limits, known.scenario)
    if most is not None:
        found.append(Shared(ENTERPRISE, everybody, most))
    return found + _registration(cases, figures)


def _registration(cases: Sequence[Case], figures: Sequence[Figures]) -> list[Shared]:
    """Return what is left to each campaign that is held up while numbers are not registered.

    What campaigns share is scarcer in the time that is left to them. Each is the only member of
    its own: others lose nothing by it.
    """
    late = {
        i: capacity.attempts
        for i, each in enumerate(figures)
        for capacity in each.capacities
        if capacity.resource == REGISTRATION
    }
    if not late:
        return []
    parts = [
        case.registered_part(each.spans, each.mean)
        for case, each in zip(cases, figures, strict=True)
    ]
    alone = [attempts for _, attempts in parts]
    then = [
        replace(each, spans=spans, capacities=())
        for each, (spans, _) in zip(figures, parts, strict=True)
    ]
    left = factors(shared_resources([case.of_registered for case in cases], then, alone), alone)
    return [
        Shared(REGISTRATION, (i,), allowed - (1.0 - left[i]) * alone[i])
        for i, allowed in late.items()
    ]


def factors(shared: Iterable[Shared], attempts: Sequence[float]) -> list[float]:
    """Return the share of its own capacity that each campaign keeps.

    What is scarce is divided in proportion to that.
    """
    left = [1.0] * len(attempts)
    for each in shared:
        wanted = sum(attempts[i] for i in each.members)
        if wanted > each.attempts:
            for i in each.members:
                left[i] = min(left[i], each.attempts / wanted)
    return left


def _together(uses: Sequence[set[str]]) -> list[tuple[int, ...]]:
    """Return the groups of two or more campaigns connected by shared resources.

    >>> _together([{"a"}, {"b"}, {"a", "c"}])
    [(0, 2)]
    """
    groups: list[tuple[set[str], tuple[int, ...]]] = []
    for place, names in enumerate(uses):
        joined = [group for group in groups if group[0] & names]
        groups = [group for group in groups if not group[0] & names]
        merged = names.union(*[group[0] for group in joined])
        groups.append((merged, (*[i for group in joined for i in group[1]], place)))
    return sorted(tuple(sorted(members)) for _, members in groups if len(members) > 1)


def _spans(figures: Sequence[Figures], members: Sequence[int]) -> Array:
    return union([figures[i].spans for i in members])


def _numbers(cases: Sequence[Case], spans: Array, members: tuple[int, ...]) -> list[Shared]:
    owners = {block.name: (case, block) for case in cases for block in case.blocks}
    filed = [block for _, block in owners.values() if block.filed is not None]
    grows = max(filed, key=lambda block: block.count, default=None)
    found = []
    if cases[0].known.scenario.rules.caller_limits:
        each = {n: case.attempts_each(block, spans) or 0 for n, (case, block) in owners.items()}
        total = sum(case.usable(block) * each[n] for n, (case, block) in owners.items())
        found.append(Shared(CALLERS, members, total, each[grows.name] if grows else 0.0, grows))
    if grows is not None and len(filed) == len(owners):
        each = {name: case.filed_each(block, spans) for name, (case, block) in owners.items()}
        total = sum(case.filed_left(block, spans) for case, block in owners.values())
        found.append(Shared(FILED, members, total, each[grows.name], grows))
    return found


def _agents(
    cases: Sequence[Case],
    figures: Sequence[Figures],
    members: tuple[int, ...],
    attempts: Sequence[float],
) -> Shared:
    spans = _spans(figures, members)
    groups = {group.name: group for i in members for group in cases[i].groups}
    hours: dict[str, float] = {}
    for i in members:
        hours |= hours_each(cases[i].known.far, cases[i].campaign, spans)
    total = sum(group.count * hours[name] for name, group in groups.items())
    wanted = sum(attempts[i] for i in members)
    each_s = {i: cases[i].agent_s(figures[i].mean) for i in members}
    seconds = sum(attempts[i] * each_s[i] for i in members)
    mean_s = seconds / wanted if wanted else each_s[members[0]]
    grows = max(groups.values(), key=lambda group: hours[group.name])
    per_hour = 3600 / mean_s
    return Shared(AGENTS, members, total * per_hour, hours[grows.name] * per_hour, grows)
