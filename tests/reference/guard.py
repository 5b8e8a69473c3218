"""The abandon guard: no dial that might, at worst, take the share of drops over its cap."""

from __future__ import annotations

from typing import Any

from dialsim.core.codes import AgentState
from dialsim.pacing.layout import ABANDON_UNIT

DAY_MS = 86_400_000


class Guard:
    """What each campaign has had answered and dropped, and has under way."""

    def __init__(self, given: Any) -> None:
        self.given = given
        self.outstanding = [0] * len(given.campaigns)
        self.answers: list[list[tuple[int, int]]] = [[] for _ in given.campaigns]  # tick, dropped

    def connected(self, t: int, call: Any) -> None:
        """An agent has the callee: late, if the wait was longer than it may be."""
        late = call.wait_ms > call.campaign.connect_within_ms
        if call.fate.live:
            self.answers[call.lead.campaign].append((t, int(late)))
        elif call.campaign.counts_assistants:
            self.answers[call.lead.campaign].append((t, 0))

    def dropped(self, t: int, call: Any) -> None:
        self.answers[call.lead.campaign].append((t, 1))

    def credit(self, t: int, c: int) -> int:
        """Drops that the day's answers allow, less those there were."""
        recent = [drop for tick, drop in self.answers[c] if tick // DAY_MS == t // DAY_MS]
        cap = self.given.campaigns[c].abandon_cap
        return cap * len(recent) // ABANDON_UNIT - sum(recent)

    def sure(self, t: int, c: int) -> int:
        """Idle agents who are still at work when a callee dialled now may answer."""
        campaign = self.given.campaigns[c]
        count = 0
        for agent in self.given.agents:
            group = self.given.agent_groups[agent.group]
            if agent.pool != campaign.pool or agent.state != AgentState.IDLE:
                continue
            end = self.given.shifts[agent.group][group.position]
            count += end >= t + campaign.reach_ms
        return count

    def allows(self, t: int, c: int, waiting: list[list[Any]]) -> bool:
        """Whether the campaign may dial once more."""
        campaign = self.given.campaigns[c]
        if campaign.abandon_cap >= ABANDON_UNIT:
            return True
        waiting_here = waiting[campaign.pool]
        under_way = self.given.pools[campaign.pool].outstanding + len(waiting_here) + 1
        excess = under_way - self.sure(t, c)
        for other in self.given.pool_campaigns[campaign.pool]:
            mine = self.outstanding[other] + (other == c)
            mine += sum(call.lead.campaign == other for call in waiting_here)
            if self.given.campaigns[other].abandon_cap >= ABANDON_UNIT:
                continue
            if min(mine, excess) > max(0, self.credit(t, other)):
                return False
        return True
