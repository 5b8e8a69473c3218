"""Capacity of each resource of a campaign up to any moment."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta
from functools import cached_property
from typing import Any

from numpy.typing import NDArray

from dialsim.core.ticks import end_tick, intersect, without
from dialsim.core.time_units import DAY_MS, HOUR_MS
from dialsim.feasibility.attempt_survival import AttemptSurvival
from dialsim.feasibility.audience import Audience, audience, days_of, days_with, zone_times
from dialsim.feasibility.campaign_figures import Capacity, Figures, begun_within
from dialsim.feasibility.inputs import EstimateInputs
from dialsim.feasibility.mean_rates import LEAST_S, MeanAttempt, Rates, campaign_rates
from dialsim.feasibility.refused_share import part_let_through
from dialsim.feasibility.registration import registered_time, unregistered_time
from dialsim.feasibility.resource_words import (
    AGENTS,
    CALLERS,
    CONTRACT,
    ENTERPRISE,
    FILED,
    PEOPLE,
    RATE,
    REGISTRATION,
    TRUNKS,
    arithmetic,
    counted,
    limit_words,
)
from dialsim.feasibility.unregistered_calls import calls_before_stopped
from dialsim.messages.text import Text, joined, message
from dialsim.results.capacity import (
    caller_arithmetic,
    cut,
    first_day,
    hours_of_week,
    length_ms,
    limits_capacity,
    scarcest_limit,
    staffed_times,
    union,
    used_in,
)
from dialsim.scenario.as_of import opening_tick
from dialsim.scenario.filing import agreed_on, first_use
from dialsim.scenario.models.schema import AgentGroup, CallerIds, Campaign, Contract, Trunk
from dialsim.scenario.named import named
from dialsim.scenario.open_hours import stop_spans

Array = NDArray[Any]
ROUNDS = 12  # iterations until attempts and their starting times agree
NOTHING = message("")


class Case:
    """The estimate of one campaign taken alone.

    Parameters
    ----------
    known
        What it starts from.
    campaign
        One of the scenario's.
    registered
        Of what it could do from registered numbers alone.
    """

    def __init__(self, known: EstimateInputs, campaign: Campaign, registered: bool = False) -> None:
        self.known, self.campaign, self.registered = known, campaign, registered
        self._figures: dict[tuple[int, float, float], Figures] = {}

    @cached_property
    def rates(self) -> Rates:
        """Mean rates of its attempts in the hours in which it calls."""
        known, scenario = self.known, self.known.scenario
        last = end_tick(scenario.start, scenario.days, scenario.time_zone)
        spans = cut(union([spans for _, spans in self.staffed]), last)
        hours = hours_of_week(spans, scenario.start.weekday())
        return campaign_rates(scenario, self.campaign, known.network, known.rows, hours)

    @cached_property
    def coming(self) -> AttemptSurvival:
        """Share of people who get each attempt."""
        return AttemptSurvival(self.known, self.campaign, self.rates)

    @cached_property
    def audience(self) -> Audience:
        """People of its lists who may be called."""
        return audience(self.known, self.campaign)

    @cached_property
    def allowed(self) -> Array:
        """Spans in which the rules let it call somebody, staffed or not."""
        rows = self.audience.zones or {0: 0.0}
        return union([zone_times(self.known, self.campaign, row) for row in rows])

    @cached_property
    def callable_spans(self) -> Array:
        """Spans in which it may call somebody and has a caller ID in use."""
        return union([self.in_use(block, self.allowed) for block in self.blocks])

    @cached_property
    def staffed(self) -> list[tuple[float, Array]]:
        """Agents of each team, and when they are at work, may call and have a line."""
        return [
            (count, intersect(spans, self.callable_spans))
            for count, spans in staffed_times(self.known.far, self.campaign)
        ]

    @cached_property
    def _stops(self) -> dict[str, Array]:
        return {trunk.name: stop_spans(self.known.far, trunk) for trunk in self.trunks}

    def with_line(self, trunk: str, spans: Array) -> Array:
        """Return what of some spans a trunk is not stopped in."""
        return without(spans, self._stops[trunk])

    def in_use(self, block: CallerIds, spans: Array) -> Array:
        """Return what of some spans a block is used in, and has a line."""
        used = self.with_line(block.trunk, used_in(self.known.far, block, spans))
        if not self.registered:
            return used
        return registered_time(self.known.far, self.known.network, block, used)

    @cached_property
    def blocks(self) -> list[CallerIds]:
        """Its blocks of caller IDs."""
        blocks = named(self.known.scenario.caller_ids, self.campaign.caller_ids)
        return [block for block in blocks if block.registered or not self.registered]

    @cached_property
    def trunks(self) -> list[Trunk]:
        """The trunks its caller IDs are on."""
        used = {block.trunk for block in self.blocks}
        return [trunk for trunk in self.known.scenario.trunks if trunk.name in used]

    @cached_property
    def groups(self) -> list[AgentGroup]:
        """Its groups of agents."""
        return named(self.known.scenario.agents, self.campaign.all_agents)

    @cached_property
    def numbers(self) -> int:
        """How many caller IDs it may use."""
        return sum(self.usable(block) for block in self.blocks)

    def usable(self, block: CallerIds) -> int:
        """Return how many numbers of a block are not closed already."""
        progress = self.known.progress
        own = self._counts[block.name]
        return own - (0 if progress is None else progress.closed.get(block.name, 0))

    def share_of(self, block: CallerIds) -> float:
        """Return the share of its calls that it makes from a block.

        Numbers take turns, so that each has an equal part of the calls to the people it may call.
        """
        return self._shares[block.name]

    @cached_property
    def _shares(self) -> dict[str, float]:
        usable = {block.name: self.usable(block) for block in self.blocks}
        found = {name: count / max(self.numbers, 1) for name, count in usable.items()}
        served: dict[frozenset[str], float] = {}
        for names, people in self.audience.served.items():
            mine = names & frozenset(usable)
            served[mine] = served.get(mine, 0.0) + people
        if all(len(names) == len(usable) for names in served):
            return found  # all of them may call everybody
        able = {names: sum(usable[name] for name in names) for names in served}
        total = sum(people for names, people in served.items() if able[names])
        if not total:
            return found
        return {
            name: sum(
                people / total * count / able[names]
                for names, people in served.items()
                if name in names and able[names]
            )
            for name, count in usable.items()
        }

    @cached_property
    def _counts(self) -> dict[str, int]:
        return {block.name: block.count for block in self.blocks}

    @cached_property
    def _in_use(self) -> list[CallerIds]:
        """Its blocks as large as their numbers that may be used."""
        return [block.model_copy(update={"count": self.usable(block)}) for block in self.blocks]

    def agent_s(self, mean: MeanAttempt) -> float:
        """Return the mean time of an agent an attempt takes."""
        pacing = self.campaign.pacing
        waiting = mean.dial_s / pacing.ratio if pacing.waits_with_agents else 0.0
        return max(LEAST_S, waiting + mean.talk_s)

    # --- up to a moment ----------------------------------------------------------------------

    def until(self, tick: int, attempts: float = 0.0, begun: float = 0.0) -> Figures:
        """Return its figures up to a tick.

        The later a person is begun with, the fewer attempts there is time for; how long it takes to
        begin with all follows from what the resources allow. `attempts`, `begun`: as if each of
        them allowed so many attempts at least, and there were so many people. Worked out once.
        """
        asked = tick, attempts, begun
        if asked not in self._figures:
            self._figures[asked] = self._until(*asked)
        return self._figures[asked]

    def _until(self, tick: int, attempts: float, begun: float) -> Figures:
        spans = cut(union([spans for _, spans in self.staffed]), tick)
        days = days_of(spans)
        people = sum(
            count
            for row, count in self.audience.zones.items()
            if len(intersect(spans, zone_times(self.known, self.campaign, row)))
        )
        wanted = max(people, begun) * sum(self.coming.shares(spans, 0.0))
        part = 1.0
        for _ in range(ROUNDS):
            mean = self.rates.mean(self.coming.shares(spans, part))
            apart = self._all_apart(spans, tick, mean)
            before, part = part, begun_within(wanted, apart, attempts, days)
            if part == before:
                break
        coming = self.coming.shares(spans, part)
        mean = self.rates.mean(coming)
        each = sum(coming)
        why = arithmetic("people", people=people, each=each)
        capacities = [*self._all_apart(spans, tick, mean), Capacity(PEOPLE, people * each, why)]
        let_through = part_let_through(self, spans)
        return Figures(spans, days, people, coming, mean, capacities, let_through)

    def _all_apart(self, spans: Array, tick: int, mean: MeanAttempt) -> list[Capacity]:
        """Return the capacity of every resource but people, registration among them."""
        apart = self._apart(spans, tick, mean)
        return [*apart, *self._registration(spans, mean, apart)]

    def _apart(self, spans: Array, tick: int, mean: MeanAttempt) -> list[Capacity]:
        """Return the capacity of every resource but people and registration."""
        return [
            *self._callers(spans),
            *self._filed(spans),
            *self._enterprise(spans),
            self._lines(spans, mean.held_s),
            *self._contracts(spans, mean.held_s),
            self._agents(tick, mean),
            *self._rate(spans),
        ]

    def attempts_each(self, block: CallerIds, spans: Array) -> int | None:
        """Return what the own ceilings allow one caller ID of a block; None without any."""
        known = self.known
        free = self.in_use(block, spans)
        return limits_capacity(free, known.scenario.rules.caller_limits, known.scenario)

    def filed_each(self, block: CallerIds, spans: Array) -> int:
        """Return what its filing allows one caller ID of a block on the open days."""
        start = self.known.scenario.start
        days = days_with(self.in_use(block, spans))
        return sum(agreed_on(block.filed, start + timedelta(day)) for day in days)

    def filed_left(self, block: CallerIds, spans: Array) -> int:
        """Return what its filing still allows a block, so many numbers as may be used."""
        allowed = self.usable(block) * self.filed_each(block, spans)
        progress = self.known.progress
        today = opening_tick(self.known.scenario) // DAY_MS
        if progress is None or today not in days_with(self.in_use(block, spans)):
            return allowed
        agreed = agreed_on(block.filed, self.known.scenario.start + timedelta(today))
        used = min(progress.today.get(block.name, 0), self.usable(block) * agreed)
        return allowed - used

    def agent_hours(self, tick: int) -> float:
        """Return the hours of all agents in which somebody may be called, up to a tick."""
        return sum(count * length_ms(cut(spans, tick)) / HOUR_MS for count, spans in self.staffed)

    def expected(self, figures: Figures, attempts: float) -> dict[str, float]:
        """Return the mean outcome of so many attempts: each person begun with is tried on."""
        begun = min(figures.people, attempts / sum(figures.shares)) if figures.people else 0.0
        return {key: begun * each for key, each in self.yields(figures).items()}

    def yields(self, figures: Figures) -> dict[str, float]:
        """Return the mean metrics of one person who gets a first attempt."""
        rates, attempts = self.rates, sum(figures.shares)
        answered = attempts * figures.answered
        live = answered * rates.live
        return {
            "attempts": attempts,
            "delivered": attempts * figures.delivered,
            "answered": answered,
            "live_answers": live,
            "connects": live,
            "conversations": live * rates.talks,
            "reach": live,
        }

    # --- registration ------------------------------------------------------------------------

    @cached_property
    def of_registered(self) -> Case:
        """The same campaign calling from registered numbers alone."""
        return Case(self.known, self.campaign, registered=True)

    def registered_part(self, spans: Array, mean: MeanAttempt) -> tuple[Array, float]:
        """Return when registered numbers are in use, and the attempts they allow.

        Parameters
        ----------
        spans
            Its open time up to a moment.
        """
        case, end = self.of_registered, int(spans[-1, 1]) if len(spans) else 0
        if not case.blocks:
            return spans[:0], 0.0
        their = cut(union([each for _, each in case.staffed]), end)
        return their, min(each.attempts for each in case._apart(their, end, mean))

    def unregistered(self, spans: Array) -> dict[str, Array]:
        """Return in what of some spans each block is in use and not registered; where any is."""
        far, network = self.known.far, self.known.network
        found = {
            block.name: unregistered_time(far, network, block, self.in_use(block, spans))
            for block in self.blocks
        }
        return {name: each for name, each in found.items() if len(each)}

    def _registration(
        self, spans: Array, mean: MeanAttempt, apart: Sequence[Capacity]
    ) -> list[Capacity]:
        """Return what numbers allow that are not registered all the time; nothing if all are.

        All that registered ones can do, and of the others the calls before they are stopped.
        """
        late = self.unregistered(spans)
        seconds = length_ms(spans) / 1000
        if not late or not seconds:
            return []
        speed = [each.attempts for each in apart if each.resource in (AGENTS, TRUNKS, RATE)]
        rate, pace = min(each.attempts for each in apart) / seconds, min(speed) / seconds
        before, why = calls_before_stopped(self, late, rate, pace)
        if why is None:  # nothing stops them
            return []
        return [Capacity(REGISTRATION, before + self.registered_part(spans, mean)[1], why)]

    # --- resources ---------------------------------------------------------------------------

    def _callers(self, spans: Array) -> list[Capacity]:
        limits = self.known.scenario.rules.caller_limits
        if not limits:
            return []
        most = sum(block.count * (self.attempts_each(block, spans) or 0) for block in self._in_use)
        why = caller_arithmetic(self._in_use, limits)
        return [Capacity(CALLERS, most, joined(NOTHING, [why, *self._later()]))]

    def _later(self) -> list[Text]:
        """Return which of its blocks are not in use from the first day on, in words."""
        return [
            arithmetic(
                "later",
                block=block.name,
                first=first_day(block),
            )
            for block in self.blocks
            if first_use(self.known.far, block) > 0
        ]

    def _filed(self, spans: Array) -> list[Capacity]:
        """Return what filings allow; nothing if some number has neither filing nor ceiling."""
        filed = [block for block in self._in_use if block.filed is not None]
        if not filed:
            return []
        numbers = sum(block.count for block in filed)
        a_day = sum(block.count * block.filed.daily_volume for block in filed if block.filed)
        attempts = sum(self.filed_left(block, spans) for block in filed)
        why = [arithmetic("filed", numbers=counted("number", numbers), a_day=a_day)]
        if any(block.filed.ramp for block in filed if block.filed):
            why.append(arithmetic("ramp"))
        for block in self._in_use:
            if block.filed is None:
                each = self.attempts_each(block, spans)
                if each is None:
                    return []
                attempts += block.count * each
        why += self._later()
        if numbers < self.numbers:
            others = counted("number", self.numbers - numbers)
            why.append(arithmetic("unfiled", numbers=others))
        return [Capacity(FILED, attempts, joined(NOTHING, why))]

    def _enterprise(self, spans: Array) -> list[Capacity]:
        limits = self.known.scenario.rules.enterprise_limits
        most = limits_capacity(spans, limits, self.known.scenario)
        if most is None:
            return []
        text = joined(arithmetic("comma"), [limit_words(each) for each in limits])
        return [Capacity(ENTERPRISE, most, arithmetic("enterprise", limits=text))]

    def line_capacity(self, trunk: Trunk, spans: Array, held_s: float) -> float:
        """Return the attempts one trunk allows, each of which holds a channel so long."""
        spans = self.with_line(trunk.name, spans)
        own = limits_capacity(spans, trunk.limits, self.known.scenario)
        most = self._carried(trunk, spans, held_s)
        return most if own is None else min(most, own)

    def _carried(self, trunk: Trunk, spans: Array, held_s: float) -> float:
        """Return the attempts one trunk could carry if it had no limits of its own."""
        seconds = length_ms(spans) / 1000
        return min(trunk.calls_per_second, trunk.channels / held_s) * seconds

    def agreed(self, trunk: Trunk) -> Contract | None:
        """Return a trunk's contract if it agrees on volume or concurrency, and counts."""
        contract = trunk.contract
        if contract is None or "contract" in self.known.scenario.network.off:
            return None
        terms = (contract.daily_volume, contract.concurrency)
        return None if terms == (None, None) else contract

    def contract_capacity(self, trunk: Trunk, spans: Array, held_s: float) -> float:
        """Return the attempts a trunk's contract takes; of one without such terms, its line."""
        contract = self.agreed(trunk)
        if contract is None:
            return self.line_capacity(trunk, spans, held_s)
        spans = self.with_line(trunk.name, spans)
        most = math.inf
        if contract.daily_volume is not None:
            most = float(contract.daily_volume * days_of(spans))
        if contract.concurrency is not None:
            most = min(most, contract.concurrency / held_s * length_ms(spans) / 1000)
        return most

    def filed_a_day(self, trunk: Trunk) -> int:
        """Return the calls a day that the numbers on a trunk are filed for in all."""
        blocks = [block for block in self.known.scenario.caller_ids if block.trunk == trunk.name]
        return sum(block.count * block.filed.daily_volume for block in blocks if block.filed)

    def _contracts(self, spans: Array, held_s: float) -> list[Capacity]:
        """Return what contracts take, beyond which the operator refuses calls."""
        parts = []
        for trunk in self.trunks:
            contract = self.agreed(trunk)
            if contract is None:
                continue
            terms = []
            if contract.daily_volume is not None:
                volume = arithmetic("volume", calls=contract.daily_volume)
                filed = self.filed_a_day(trunk)
                terms.append(arithmetic("than", volume=volume, filed=filed) if filed else volume)
            if contract.concurrency is not None:
                terms.append(arithmetic("concurrency", calls=contract.concurrency, held_s=held_s))
            text = joined(arithmetic("then"), terms)
            parts.append(
                arithmetic("contract", contract=contract.name, trunk=trunk.name, terms=text)
            )
        if not parts:
            return []
        attempts = sum(self.contract_capacity(trunk, spans, held_s) for trunk in self.trunks)
        return [Capacity(CONTRACT, attempts, joined(arithmetic("then"), parts))]

    def _lines(self, spans: Array, held_s: float) -> Capacity:
        rate = sum(trunk.calls_per_second for trunk in self.trunks)
        channels = sum(trunk.channels for trunk in self.trunks)
        why = [arithmetic("lines", rate=rate, channels=channels, held_s=held_s)]
        for trunk in self.trunks:  # own limits that allow less than the line carries
            free = self.with_line(trunk.name, spans)
            limit = scarcest_limit(free, trunk.limits, self.known.scenario)
            carried = self._carried(trunk, free, held_s)
            if limit is not None and self.line_capacity(trunk, free, held_s) < carried:
                why.append(arithmetic("own_limit", trunk=trunk.name, limit=limit_words(limit)))
        attempts = sum(self.line_capacity(trunk, spans, held_s) for trunk in self.trunks)
        return Capacity(TRUNKS, attempts, joined(NOTHING, why))

    def _agents(self, tick: int, mean: MeanAttempt) -> Capacity:
        hours, attempt_s, talk_s = self.agent_hours(tick), self.agent_s(mean), mean.talk_s
        why = arithmetic(
            "agents",
            hours=hours,
            attempt_s=attempt_s,
            waiting_s=attempt_s - talk_s,
            talk_s=talk_s,
        )
        return Capacity(AGENTS, hours * 3600 / attempt_s, why)

    def _rate(self, spans: Array) -> list[Capacity]:
        """Return what rate pacing dials."""
        per_minute = self.campaign.pacing.per_minute
        if per_minute is None:
            return []
        minutes = length_ms(spans) / 60_000
        why = arithmetic("rate", per_minute=per_minute, hours=minutes / 60)
        return [Capacity(RATE, per_minute * minutes, why)]
