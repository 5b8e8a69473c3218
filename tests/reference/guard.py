"""The abandon guard: no dial that might, at worst, take the share of drops over its cap."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from dialsim.pacing.layout import ABANDON_UNIT

DAY_MS = 86_400_000


def late(call: Any) -> int:
    """Return 1 of a person who waited longer for an agent than the rules let them, else 0."""
    return int(call.fate.live and call.wait_ms > call.campaign.connect_within_ms)


class Guard:
    """What each campaign has had answered and dropped, and has under way."""

    def __init__(self, given: Any) -> None:
        self.given = given
        self.outstanding = [0] * len(given.campaigns)
        # by campaign and day: of each answer who it was (True a person an agent had, False an
        # assistant an agent had, None: nobody heard) and whether it was dropped
        self.answers: list[dict[int, list[tuple[bool | None, int]]]] = [{} for _ in given.campaigns]

    def connected(self, t: int, call: Any) -> int | None:  # E-GUARD-5
        """An agent has the callee: late, if the wait was longer than it may be.

        Whether that is a drop; None if it is no answer.
        """
        if not call.fate.live and not call.campaign.counts_assistants:
            return None
        self.note(t, call, bool(call.fate.live), late(call))
        return late(call)

    def dropped(self, t: int, call: Any) -> None:  # E-GUARD-5
        self.note(t, call, None, 1)

    def note(self, t: int, call: Any, who: bool | None, dropped: int) -> None:
        self.answers[call.lead.campaign].setdefault(t // DAY_MS, []).append((who, dropped))

    def day(self, t: int, c: int) -> tuple[int, int]:  # E-GUARD-6, E-GUARD-7
        """Answers and drops of the day, as the formula counts them."""
        recent = self.answers[c].get(t // DAY_MS, [])
        drops = sum(dropped for _, dropped in recent)
        if self.given.campaigns[c].counts_assistants < 2:
            return len(recent), drops
        persons = sum(who is True for who, _ in recent)
        machines = sum(who is False for who, _ in recent)
        unheard = len(recent) - persons - machines
        if not persons:
            return unheard, unheard
        late = drops - unheard
        heavier = Fraction(late) / (1 - Fraction(machines, persons + machines))
        return len(recent), unheard + math.ceil(heavier)

    def credit(self, t: int, c: int) -> int:  # E-GUARD-4
        """Drops that the day's answers allow, less those there were."""
        answers, drops = self.day(t, c)
        return self.given.campaigns[c].abandon_cap * answers // ABANDON_UNIT - drops

    def allows(self, t: int, c: int, sharing: Any) -> bool:  # E-GUARD-1, E-GUARD-3
        """Whether the campaign may dial once more."""
        campaign = self.given.campaigns[c]
        if campaign.abandon_cap >= ABANDON_UNIT:
            return True
        for other, short in sharing.left_over(c, t + campaign.reach_ms).items():
            if self.given.campaigns[other].abandon_cap >= ABANDON_UNIT:
                continue
            if short > max(0, self.credit(t, other)):
                return False
        return True
