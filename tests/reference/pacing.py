"""How many to dial: every mode, from the page on what the engine does."""

from __future__ import annotations

from typing import Any

from dialsim.core.codes import Limit, Stream
from dialsim.pacing.layout import POWER, RATE
from tests.reference.draws import draw, quantile


class Pacing:
    """What each campaign wants, and when it is asked next."""

    def __init__(self, given: Any, twin: Any) -> None:
        self.given, self.twin = given, twin

    def begin(self, t: int, c: int) -> int:
        """The first tick of the node *second* after a shift's start."""
        self.given.progress[c].due = t * 1024
        return self.next_second(t, c)

    def next_second(self, t: int, c: int) -> int:
        if self.given.campaigns[c].mode == RATE:
            return self.next_due(t, c)
        return t + 1000

    def next_due(self, t: int, c: int) -> int:
        """ "due grows by gap; gap × PACING quantile // 1 000 000 (Poisson)"."""
        campaign, progress = self.given.campaigns[c], self.given.progress[c]
        gap = campaign.gap
        if campaign.poisson:
            base = self.given.world.run_base
            bits = draw(base, Stream.PACING, campaign.key, progress.gaps)
            gap = gap * quantile(self.given.gaps, bits) // 1_000_000
        progress.gaps += 1
        progress.due += gap
        return max(t, progress.due // 1024)

    def wanted(self, c: int, second: bool) -> int:
        """to_dial of a campaign that is open."""
        campaign = self.given.campaigns[c]
        if campaign.mode == RATE:
            return int(self.given.progress[c].to_dial) + int(second)
        idle = len(self.twin.staff.idle(campaign.pool))
        want = campaign.ratio * idle // 1024 if campaign.mode == POWER else idle
        outstanding = self.given.pools[campaign.pool].outstanding
        return max(0, want - outstanding - len(self.twin.waiting[campaign.pool]))

    def satisfied(self, c: int) -> int:
        """The limit of a campaign that wants no more."""
        return Limit.RATE if self.given.campaigns[c].mode == RATE else Limit.AGENTS
