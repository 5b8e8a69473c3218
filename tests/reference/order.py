"""Whose turn it is and when a lead comes again: E-LEAD, E-TURN, E-AGREE."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace

from dialsim.core.codes import Stream
from dialsim.core.person_flags import PersonFlag
from dialsim.people.layout import BY_PRIORITY
from tests.reference.choosing import on_own_list
from tests.reference.draws import draw
from tests.reference.leads import Fresh
from tests.reference.records import Call, Lead

DAY_MS = 86_400_000
STEP_MS = 300_000


def spells(ticks: list[int], count: int) -> list[tuple[int, int]]:
    """Boundaries that alternate start and end, in pairs."""
    return list(zip(ticks[:count:2], ticks[1:count:2], strict=True))


class Order:
    """What is counted of who was dialled, by campaign."""

    def __init__(self, given: SimpleNamespace, fresh: list[list[list[Fresh]]]):
        self.given, self.fresh = given, fresh
        self.zones = given.world.zones
        # by hours class and area: calls agreed on, and the others
        self.ready: list[list[tuple[list[Lead], list[Lead]]]] = [
            [([], []) for _ in given.area_groups[row // self.zones]]
            for row in range(len(given.classes))
        ]
        self.fresh_due = Counter[int]()
        self.taken = [[0] * len(blocks) for blocks in fresh]
        self.counts: list[Counter[str]] = [Counter() for _ in given.campaigns]

    def rank(self, lead: Lead) -> tuple[bool, int, int]:  # E-LEAD-2
        """Calls agreed on first; then who became READY first (tick, then number)."""
        return (lead.agreed_tick < 0, lead.entered, lead.number)

    def add(self, lead: Lead, row: int, area: int) -> None:  # E-LEAD-1
        self.ready[row][area][lead.agreed_tick < 0].append(lead)

    def heads(self, c: int, areas: list[int]) -> list[list[Lead]]:
        """The ready lists of some areas in open classes that somebody is in."""
        return [
            queue
            for row in range(c * self.zones, (c + 1) * self.zones)
            if self.given.classes[row].open
            for place in areas
            for queue in self.ready[row][place]
            if queue
        ]

    def anybody(self, c: int) -> bool:
        """Whether somebody waits in an open class, or a row is left."""
        return any(self.fresh[c]) or bool(self.heads(c, [*range(len(self.given.area_groups[c]))]))

    def next_ready(self, c: int, areas: list[int]) -> Lead | None:  # E-LEAD-2
        """Of some areas in open classes, the head whose turn it is."""
        queues = self.heads(c, areas)
        return min(queues, key=lambda queue: self.rank(queue[0])).pop(0) if queues else None

    def fresh_first(self, c: int, areas: list[int]) -> bool:  # E-TURN-1
        """Whether a fresh row goes before those who wait."""
        queues = self.heads(c, areas)
        share = self.given.campaigns[c].fresh_share
        if share < 0 or not queues or not any(self.fresh[c]):
            return False
        if min(self.rank(queue[0]) for queue in queues)[0] is False:
            return False
        self.fresh_due[c] += share
        if self.fresh_due[c] < 1 << 16:
            return False
        self.fresh_due[c] -= 1 << 16
        return True

    def next_fresh(self, c: int, t: int) -> int | None:  # E-LEAD-6, E-LEAD-7, E-TURN-3
        """The next row of the list whose turn it is, in its order; by best hour if it has such."""
        left = [place for place, block in enumerate(self.fresh[c]) if block]
        if not left:
            return None
        weights = self.given.mix[c]
        place = left[0]
        if weights[place]:
            place = min(left, key=lambda i: (self.turn_of(c, i, weights[i]), i))
        self.taken[c][place] += 1
        block = self.fresh[c][place]
        if block[0].hour is None:
            return block.pop(0).number
        hour = t // 3_600_000 % 24
        # "the bucket of this hour, else of bucket 24, else of the hours before, nearest first"
        for wanted in [hour, 24, *((hour - back) % 24 for back in range(1, 24))]:
            for i, row in enumerate(block):
                if row.hour == wanted:
                    return block.pop(i).number
        raise AssertionError("a block with rows has one in some bucket")

    def turn_of(self, c: int, place: int, weight: int) -> float:  # E-TURN-3, E-TURN-4
        """What decides over the lists of a mix: the smallest goes first."""
        if weight == BY_PRIORITY:
            return -self.fresh[c][place][0].priority
        return (self.taken[c][place] + 1) / weight

    def part(self, c: int, t: int) -> int:  # E-AFTER-6
        begun = self.begins(c)
        past = [i for i, begin in enumerate(begun) if begin <= t % DAY_MS]
        return past[-1] if past else len(begun) - 1

    def begins(self, c: int) -> list[int]:
        campaign = self.given.campaigns[c]
        return list(campaign.part_ms[: campaign.parts])

    def other_part(self, lead: Lead, dialled: int, seen: int, until: int) -> int:
        """The first tick from `until` in a part of the day not tried yet."""
        # E-AFTER-5, E-AFTER-7
        c = lead.campaign
        if not self.given.campaigns[c].varied >> seen & 1:
            return until
        mine = self.part(c, dialled)
        lead.parts.add(mine)
        if len(lead.parts) == len(self.begins(c)):
            lead.parts = {mine}
        if self.part(c, until) not in lead.parts:
            return until
        day = until - until % DAY_MS
        begins = [
            day + later + begin
            for later in (0, DAY_MS)
            for i, begin in enumerate(self.begins(c))
            if i not in lead.parts
        ]
        return min(begin for begin in begins if begin > until)

    def staffed(self, lead: Lead) -> list[tuple[int, int]]:  # E-AGREE-3
        """When its hours are open while a team that serves the campaign is on shift."""
        given, row = self.given, lead.campaign * self.given.world.zones + lead.person.zone
        hours = spells(given.boundaries[row], given.classes[row].count)
        shifts = [
            spell
            for group, ticks in zip(given.agent_groups, given.shifts, strict=True)
            if group.pool in given.pools_of[lead.campaign]
            for spell in spells(ticks, group.boundaries)
        ]
        both = [
            (max(opens, starts), min(closes, ends))
            for opens, closes in hours
            for starts, ends in shifts
        ]
        return sorted((begin, end) for begin, end in both if begin < end)

    def agreed(self, t: int, call: Call) -> int | None:  # E-AGREE-1 to E-AGREE-3
        """When the callee is called again, if that was agreed on."""
        lead, campaign = call.lead, call.campaign
        out = (
            call.person.withdrawn
            or call.person.flags & PersonFlag.WITHDRAWN
            or on_own_list(call.person)
        )
        if lead.agreed >= campaign.callbacks or out or call.fate.opt_out:
            return None
        bits = draw(self.given.world.run_base, Stream.AGREED, call.person.key, call.n)
        if bits >> 32 >= campaign.callback_share:
            return None
        span = campaign.latest_ms - campaign.soonest_ms
        when = t + campaign.soonest_ms + span * (bits % (1 << 20)) // (1 << 20)
        when += -when % STEP_MS
        times = [max(when, begin) for begin, end in self.staffed(lead) if when < end]
        if not times:
            return None
        lead.agreed += 1
        lead.agreed_tick = min(times)
        self.counts[lead.campaign]["agreed"] += 1
        return lead.agreed_tick

    def keep(self, t: int, lead: Lead) -> None:  # E-PLACE-2
        """A lead is dialled: how long after the time agreed on."""
        if lead.agreed_tick < 0:
            return
        late, lead.agreed_tick = t - lead.agreed_tick, -1
        counts = self.counts[lead.campaign]
        counts["called_back"] += 1
        counts["late_ms"] += late
        counts["on_time"] += late <= self.given.campaigns[lead.campaign].punctual_ms
