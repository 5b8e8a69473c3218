"""More calls than usual that fail at once: which caller IDs and campaigns look intercepted."""

from __future__ import annotations

from typing import Any

from dialsim.core.codes import Limit, Seen

PENDING = object()


class Doubt:
    """What each campaign is used to, and how far each line and campaign is from it."""

    def __init__(self, given: Any, twin: Any) -> None:
        self.given, self.twin = given, twin
        campaigns = range(len(given.campaigns))
        self.ends = dict.fromkeys(campaigns, 0.0)
        self.usual = dict.fromkeys(campaigns, 0.0)
        unregistered = [i for i, each in enumerate(given.callers) if each.judged_with >= 0]
        alone = {i: [i] for i in range(len(given.callers))}
        self.together = alone | dict.fromkeys(unregistered, unregistered)
        self.probe_of_line: dict[int, Any] = {}
        self.row: dict[int, list[list[Any]]] = {c: [] for c in campaigns}  # lead, sign
        self.of_campaign = dict.fromkeys(campaigns, 0.0)
        self.since = dict.fromkeys(campaigns, 0.0)
        self.of_line: dict[int, float] = {}
        self.given_up: dict[int, int] = {}  # by line that is: since when
        self.alarm: dict[int, int] = {}  # by campaign that has one: the day it was raised

    def after(self, doubt: float, usual: float, quick: int) -> float:
        stopped = self.given.world.suspicion_stopped
        if usual > 0.95:
            return 0.0
        if not quick:
            return float((doubt + 1.0) * (1.0 - stopped))
        return float((doubt + 1.0) * (1.0 - stopped + stopped / max(usual, 0.01)))

    def begin(self, lead: Any, caller: int) -> None:
        """A dial, which may become a probe and join its campaign's row."""
        if lead.attempts == 1:
            self.probe_of_line.setdefault(self.together[caller][0], lead)
            if len(self.row[lead.campaign]) < 64:
                self.row[lead.campaign].append([lead, PENDING])

    def end(self, t: int, call: Any, seen: int | None) -> None:
        """A call was answered (None), or ended as it was seen."""
        c, world = call.lead.campaign, self.given.world
        if call.lead.attempts > 1:
            return
        sign = None  # nothing to be told
        if seen in (None, Seen.NO_ANSWER, Seen.BUSY, Seen.UNREACHABLE):
            sign = int(seen is not None and t - call.dial_tick < world.suspicion_quick_ms)
        known = self.ends[c] >= world.suspicion_known
        together = self.together[call.caller]
        if self.probe_of_line.get(together[0]) is call.lead:
            del self.probe_of_line[together[0]]
            if known and sign is not None:
                doubt = self.after(self.of_line.get(together[0], 0.0), self.usual[c], sign)
                if doubt > world.suspicion_calls:
                    doubt = 0.0
                    self.give_up(t, together)
                self.of_line[together[0]] = doubt
        mine = [each for each in self.row[c] if each[0] is call.lead]
        for each in mine:
            each[1] = sign
        while self.row[c] and self.row[c][0][1] is not PENDING:
            _, heard = self.row[c].pop(0)
            if known and heard is not None:
                self.watch(t // 86_400_000, c, heard)
        unregistered = self.given.callers[call.caller].judged_with >= 0
        if mine and unregistered and self.alarm.get(c) == t // 86_400_000:
            self.of_line[together[0]] = 0.0
            self.give_up(t, together)
        if sign is not None and c not in self.alarm:
            self.ends[c] = min(self.ends[c] + 1.0, 5000.0)
            self.usual[c] += (sign - self.usual[c]) / self.ends[c]

    def give_up(self, t: int, together: list[int]) -> None:
        """Use a line no more, or all that are registered nowhere, until they were looked up."""
        for caller in together:
            self.given_up.setdefault(caller, t)
            self.twin.retire(caller, "doubt")

    def take_up_again(self, t: int, opens: int) -> None:
        """When hours begin, lines given up long enough ago are used again."""
        rested = [
            line
            for line, since in self.given_up.items()
            if opens and t - since >= self.given.world.suspicion_rest_ms
        ]
        for line in rested:
            del self.given_up[line]
            self.twin.reinstate(line, "doubt")
        for c in range(len(self.given.campaigns)) if rested else ():
            if self.given.progress[c].limit == Limit.CALLER_IDS:
                self.twin.pace(t, c)

    def watch(self, day: int, c: int, quick: int) -> None:
        world, usual = self.given.world, self.usual[c]
        if c in self.alarm:
            self.since[c] += (quick - self.since[c]) / 150.0
            few = self.since[c] <= usual + (1.0 - usual) * world.suspicion_stopped / 2.0
            if few or self.alarm[c] != day:
                del self.alarm[c]
            return
        self.of_campaign[c] = self.after(self.of_campaign[c], usual, quick)
        if self.of_campaign[c] > world.suspicion_calls:
            self.of_campaign[c], self.since[c] = 0.0, 1.0
            self.alarm[c] = day
