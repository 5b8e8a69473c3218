"""Agents and turns that campaigns have in common."""

from __future__ import annotations

from typing import Any

from dialsim.core.codes import AgentState, Limit
from dialsim.pacing.layout import (
    FIRST_BUSY_MS,
    POLICY,
    PREDICTIVE,
    RATE,
    VICIDIAL,
    WEIGHT_UNIT,
)


class Sharing:
    """Who may come to whose agents, and whose turn it is to dial."""

    def __init__(self, given: Any, twin: Any) -> None:
        self.given, self.twin = given, twin
        campaigns = range(len(given.campaigns))
        self.together = {c: self.hang_together(c) for c in campaigns}
        self.tag = dict.fromkeys(campaigns, 0)
        self.busy_ms = dict.fromkeys(campaigns, 0)
        self.ended = dict.fromkeys(campaigns, 0)
        self.virtual = {min(self.together[c]): 0 for c in campaigns}
        self.line_tag = dict(self.virtual)
        self.giving_way: set[int] = set()
        self.given_up: set[int] = set()  # pools, while a campaign decides
        self.dial_virtual = 0

    def hang_together(self, campaign: int) -> list[int]:  # S-POOL-3
        """Those that use an agent of one that is in already."""
        found: list[int] = []
        open_ = [campaign]
        while open_:
            c = open_.pop()
            if c in found:
                continue
            found.append(c)
            open_ += [
                other
                for other, pools in enumerate(self.given.pools_of)
                if set(pools) & set(self.given.pools_of[c])
            ]
        return sorted(found)

    # --- agents --------------------------------------------------------------------------------

    def idle(self, pool: int, until: int | None = None) -> int:  # E-GUARD-2
        """Idle agents of a pool, or those of them who are still at work at a tick."""
        count = 0
        for agent in self.given.agents:
            if agent.pool != pool or agent.state != AgentState.IDLE:
                continue
            group = self.given.agent_groups[agent.group]
            end = self.given.shifts[agent.group][group.position]
            count += until is None or end >= until
        return count

    def under_way(self, c: int) -> int:
        return self.twin.guard.outstanding[c] + len(self.twin.waiting[c])

    def spread(
        self, c: int, more: int = 0, until: int | None = None
    ) -> tuple[dict[tuple[int, int], int], dict[int, int]]:
        """By campaign and pool what may come; by pool how many are too many."""
        # S-SPREAD-1, S-SPREAD-2
        members = self.together[c]
        pools = {pool for other in members for pool in self.given.pools_of[other]}
        room = {pool: self.idle(pool, until) for pool in pools}
        first = {other: self.under_way(other) + (more if other == c else 0) for other in members}
        come = {(o, p): 0 for o in members for p in self.given.pools_of[o]}
        over = dict.fromkeys(pools, 0)
        while True:
            new = {}
            for other in members:
                carried = first[other]
                for pool in self.given.pools_of[other]:
                    new[other, pool] = carried
                    carried = min(carried, over[pool])
            over = {
                pool: max(0, sum(n for (_, p), n in new.items() if p == pool) - room[pool])
                for pool in pools
            }
            if new == come:
                return come, over
            come = new

    def left_over(self, c: int, until: int) -> dict[int, int]:  # E-GUARD-2, S-SPREAD-3
        """Calls of each campaign that may find nobody, with one more of this one."""
        come, over = self.spread(c, 1, until)
        last = {other: self.given.pools_of[other][-1] for other in self.together[c]}
        return {other: min(come[other, pool], over[pool]) for other, pool in last.items()}

    def rivals(self, c: int) -> dict[int, int]:  # S-SPREAD-4
        """Calls of each campaign that may come to this one's agents."""
        if len(self.together[c]) == 1:
            return {c: self.under_way(c)}
        come, _ = self.spread(c)
        found = {}
        for other in self.together[c]:
            mine = [p for p in self.given.pools_of[other] if p in self.pools(c)]
            found[other] = min(self.under_way(other), sum(come[other, pool] for pool in mine))
        found[c] = self.under_way(c)
        return found

    def whom(self, c: int) -> int | None:  # S-POOL-2, S-POOL-5
        """The agent an answer gets."""
        for pool in self.given.pools_of[c]:
            idle = self.twin.staff.idle(pool)
            if idle:
                return int(min(idle)[1])
        return None

    def next_waiting(self, pool: int) -> Any:  # S-POOL-6
        """The call that a free agent gets."""
        heads = [
            (self.given.campaigns[c].priority, self.twin.waiting[c][0].answer_tick, c)
            for c, pools in enumerate(self.given.pools_of)
            if pool in pools and self.twin.waiting[c]
        ]
        return self.twin.waiting[min(heads)[2]].pop(0) if heads else None

    # --- turns ---------------------------------------------------------------------------------

    def starts(self, c: int) -> tuple[int, int, int, int]:  # S-TURN-1, S-TURN-2
        first = min(self.together[c])
        line = max(self.dial_virtual, self.line_tag[first])
        return line, first, max(self.tag[c], self.virtual[first] - self.claim(c)), c

    def claim(self, c: int) -> int:  # S-TURN-3
        agents = sum(sum(self.twin.staff.counts(pool)) for pool in self.given.pools_of[c])
        return 30_000 * agents * WEIGHT_UNIT // int(self.given.progress[c].weight)

    def charge(self, c: int) -> None:  # S-TURN-4, S-TURN-5
        """A dial."""
        line, first, own, _ = self.starts(c)
        mean = (self.busy_ms[c] + FIRST_BUSY_MS) // (self.ended[c] + 1)
        self.tag[c] = own + mean * WEIGHT_UNIT // self.given.progress[c].weight
        self.virtual[first] = max(self.virtual[first], own)
        total = sum(self.given.progress[other].weight for other in self.together[c])
        self.line_tag[first] = line + WEIGHT_UNIT * WEIGHT_UNIT // total
        self.dial_virtual = line

    # --- who gives way -------------------------------------------------------------------------

    def decide_anew(self, t: int, c: int) -> bool:  # S-TURN-8, S-YIELD-5
        """Whether a campaign whose turn it is, with dials to make, has some after all."""
        progress = self.given.progress[c]
        stale, progress.stale = progress.stale, 0
        self.give_way(t, c)
        given_up, some = self.given_up, bool(self.pools(c))
        if some and (stale or given_up):
            progress.to_dial = self.twin.pacing.wanted(t, c, False)
        self.given_up = set()
        return some and progress.to_dial > 0

    def hungry(self, t: int, c: int) -> bool:  # S-YIELD-1, S-YIELD-2
        campaign = self.given.campaigns[c]
        if self.twin.world.node_dial + c in self.twin.due:
            return False
        if self.given.progress[c].limit not in (Limit.AGENTS, Limit.ABANDON_GUARD):
            return False
        if campaign.mode == VICIDIAL and campaign.agents_target < 0:
            return False
        if campaign.mode == PREDICTIVE and c in self.twin.doubt.alarm:
            return False
        return self.has_somebody(t, c)

    def has_somebody(self, t: int, c: int) -> bool:  # S-YIELD-1
        """Whether steps 1 and 2 of a DIAL would find somebody to dial."""
        areas = self.given.area_groups[c]
        barred = {area for area, groups in enumerate(areas) if not groups}
        found = {a for a in range(len(areas)) if a not in barred and self.caller_for(t, c, a)}
        if self.twin.order.heads(c, [*barred, *found]):
            return True
        return any(self.twin.order.fresh[c]) and (bool(found) or len(barred) == len(areas))

    def caller_for(self, t: int, c: int, area: int) -> bool:
        return self.twin.own.caller_for(t, c, area)[0] is not None

    def give_way(self, t: int, c: int) -> None:  # S-YIELD-3, S-YIELD-4
        """Work out which pools the campaign whose turn it is gives up."""
        if self.given.campaigns[c].mode in (RATE, POLICY):
            return
        mine = set(self.given.pools_of[c])
        own = self.starts(c)[2]
        before = []
        for other in self.together[c]:
            if (
                other == c
                or not mine & set(self.given.pools_of[other])
                or not self.hungry(t, other)
            ):
                continue
            theirs = self.starts(other)[2]
            if own - theirs > self.claim(other):
                self.giving_way.add(c)
            if (theirs, other) < (own, c):
                before.append(other)
        if not before:
            self.giving_way.discard(c)
        if c in self.giving_way:
            self.given_up = {p for p in mine for o in before if p in self.given.pools_of[o]}

    def pools(self, c: int) -> list[int]:  # S-YIELD-5
        """Those a campaign decides with."""
        return [pool for pool in self.given.pools_of[c] if pool not in self.given_up]
