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
        self.probe_of_line: dict[int, Any] = {}  # by line, all that are not registered as one
        self.row: dict[int, list[list[Any]]] = {c: [] for c in campaigns}  # lead, sign
        self.of_campaign = dict.fromkeys(campaigns, 0.0)
        self.since = dict.fromkeys(campaigns, 0.0)
        self.of_line: dict[int, float] = {}
        self.given_up: dict[int, int] = {}  # by line that is: since when
        self.alarm: dict[int, int] = {}  # by campaign that has one: the day it was raised

    def registered(self, caller: int, t: int) -> bool:
        block = self.given.filed_blocks[self.given.callers[caller].group]
        return bool(block.registered_from <= t < block.registered_until)

    def line(self, caller: int, dial_tick: int) -> int:  # P-DOUBT-2
        """A line, or all that are not registered."""
        return caller if self.registered(caller, dial_tick) else -1

    def after(self, doubt: float, usual: float, quick: int) -> float:  # P-DOUBT-6
        stopped = self.given.world.suspicion_stopped
        if usual > 0.95:
            return 0.0
        if not quick:
            return float((doubt + 1.0) * (1.0 - stopped))
        return float((doubt + 1.0) * (1.0 - stopped + stopped / max(usual, 0.01)))

    def begin(self, t: int, lead: Any, caller: int) -> None:  # P-DOUBT-1, P-DOUBT-3
        """A dial, which may become a probe and join its campaign's row."""
        if lead.attempts == 1 and self.given.world.suspicion_quick_ms > 0:
            self.probe_of_line.setdefault(self.line(caller, t), lead)
            if len(self.row[lead.campaign]) < 64:
                self.row[lead.campaign].append([lead, PENDING])

    def end(self, t: int, call: Any, seen: int | None) -> None:
        """A call was answered (None), or ended as it was seen."""
        # P-DOUBT-4, P-DOUBT-5, P-DOUBT-7, P-DOUBT-9, P-DOUBT-12, P-DOUBT-13
        c, world = call.lead.campaign, self.given.world
        if call.lead.attempts > 1 or world.suspicion_quick_ms == 0:
            return
        sign = None  # nothing to be told
        if seen in (None, Seen.NO_ANSWER, Seen.BUSY, Seen.UNREACHABLE):
            sign = int(seen is not None and t - call.dial_tick < world.suspicion_quick_ms)
        known = self.ends[c] >= world.suspicion_known
        line = self.line(call.caller, call.dial_tick)
        if self.probe_of_line.get(line) is call.lead:
            del self.probe_of_line[line]
            if known and sign is not None:
                doubt = self.after(self.of_line.get(line, 0.0), self.usual[c], sign)
                self.of_line[line] = doubt
                if doubt > world.suspicion_calls:
                    self.give_up(t, line)
        mine = [each for each in self.row[c] if each[0] is call.lead]
        for each in mine:
            each[1] = sign
        while self.row[c] and self.row[c][0][1] is not PENDING:
            _, heard = self.row[c].pop(0)
            if known and heard is not None:
                self.watch(t // 86_400_000, c, heard)
        today = self.alarm.get(c) == t // 86_400_000
        if mine and sign == 1 and line < 0 and today and call.caller not in self.given_up:
            self.give_up(t, line)
        if sign is not None and c not in self.alarm:
            self.ends[c] = min(self.ends[c] + 1.0, 5000.0)
            self.usual[c] += (sign - self.usual[c]) / self.ends[c]

    def give_up(self, t: int, line: int) -> None:  # P-DOUBT-2, P-DOUBT-8
        """Use a line no more, or all that are not registered now, until they were looked up."""
        callers = range(len(self.given.callers))
        alone = [line] if line >= 0 else [each for each in callers if not self.registered(each, t)]
        self.of_line[line] = 0.0
        for caller in alone:
            self.of_line[caller] = 0.0
            self.given_up.setdefault(caller, t)
            self.twin.retire(caller, "doubt")

    def take_up_again(self, t: int, opens: int) -> None:  # E-SHIFT-7
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

    def watch(self, day: int, c: int, quick: int) -> None:  # P-DOUBT-10, P-DOUBT-11
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
