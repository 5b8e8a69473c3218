"""How many to dial: every mode, from the page on pacing."""

from __future__ import annotations

from itertools import accumulate
from math import sqrt
from types import SimpleNamespace
from typing import Any

from dialsim.core.codes import Limit, Stream
from dialsim.pacing import layout
from tests.reference.draws import draw, quantile
from tests.reference.rehearsal import Rehearsal

HALF_SECONDS = (layout.VICIDIAL, layout.ABANDON_TARGET)


class Memory:
    """What a campaign's pacing remembers."""

    def __init__(self) -> None:
        self.last_dial, self.gap = 0, 0.0
        self.clock = self.calls = self.drops = 0
        self.mark = self.minute = (0, 0)
        self.level = 1.0
        self.samples: list[tuple[int, int, int]] = []
        self.window: list[tuple[int, int]] = []  # tick, dropped
        self.margin, self.share, self.known = 1.0, 0.5, 0.0
        self.answered, self.ended = [0.0] * 64, [0.0] * 64
        self.ringing: dict[int, int] = {}
        self.unit = 1.0
        self.out, self.within, self.first_soon = 0, 10, 0.5
        self.mean = self.variance = 0.0

    def crowd(self) -> float:  # P-LEARN-6
        return min(1.0, self.out * self.share / 40.0)

    def soon(self, age: int) -> float:  # P-WEIGH-3
        age = min(age, 63)
        left = 0.0
        for i in range(63, age - 1, -1):
            left += self.answered[i] + self.ended[i]
        if left < self.unit:
            return self.share
        by_then = down(self.answered, age) - down(self.answered, min(age + self.within, 63) + 1)
        return min(1.0, by_then / left)


def down(cells: list[float], to: int) -> float:
    """The sum from the last cell down to one."""
    total = 0.0
    for each in reversed(cells[to:]):
        total += each
    return total


class Pacing:
    """What each campaign wants, and when it is asked next."""

    def __init__(self, given: Any, twin: Any) -> None:
        self.given, self.twin = given, twin
        self.memory = [Memory() for _ in given.campaigns]
        self.rehearsals = [Rehearsal() for _ in given.campaigns]
        self.today: dict[tuple[int, int], int] = {}  # by campaign and day: calls
        self.outlooks = [
            SimpleNamespace(unit=1.0, worth=1.0, handled=[0.0] * 128, mean=0.0, variance=0.0)
            for _ in given.pools
        ]

    # --- when ----------------------------------------------------------------------------------

    def begin(self, t: int, c: int) -> int:  # P-WHEN-1, P-WHEN-3
        """The first tick of the node *second* after a shift's start."""
        self.given.progress[c].due = t * 1024
        return self.next_second(t, c)

    def next_second(self, t: int, c: int) -> int:  # P-WHEN-2
        campaign = self.given.campaigns[c]
        if campaign.mode == layout.RATE:
            return self.next_due(t, c)
        if campaign.mode in HALF_SECONDS:
            return t + 500
        young = [
            since + campaign.preview_ms
            for pool in self.given.pools_of[c]
            for since, _ in self.twin.staff.idle(pool)
            if since + campaign.preview_ms > t
        ]
        if campaign.mode == layout.PREVIEW and young:
            return min(t + 1000, *young)
        return t + 1000

    def next_due(self, t: int, c: int) -> int:  # P-WHEN-3
        """ "due + gap; at random gap × PACING quantile // 1 000 000"."""
        campaign, progress = self.given.campaigns[c], self.given.progress[c]
        gap = campaign.gap
        if campaign.poisson:
            base = self.given.world.run_base
            bits = draw(base, Stream.PACING, campaign.key, progress.gaps)
            gap = gap * quantile(self.given.gaps, bits) // 1_000_000
        progress.gaps += 1
        progress.due += gap
        return max(t, progress.due // 1024)

    # --- how many ------------------------------------------------------------------------------

    def wanted(self, t: int, c: int, second: bool) -> int:
        """to_dial of a campaign that is open."""
        # P-MODE-2, P-MODE-3, P-AHEAD-1, P-DOUBT-14
        campaign = self.given.campaigns[c]
        to_dial = int(self.given.progress[c].to_dial)
        if campaign.mode == layout.RATE:
            return to_dial + int(second)
        pool = self.floor(c)
        if campaign.mode == layout.POLICY:
            return int(self.given.progress[c].allotted)  # P-MODE-4
        if campaign.mode == layout.SIMULATE_AHEAD:
            return self.by_rehearsal(t, c, second, pool)
        if campaign.mode in HALF_SECONDS:
            return self.by_level(t, c, second, pool, to_dial)
        want = pool.idle
        if campaign.mode == layout.POWER:
            want = campaign.ratio * want // 1024
        if campaign.mode == layout.PREVIEW:
            pools = self.twin.sharing.pools(c)
            idle = [agent for p in pools for agent in self.twin.staff.idle(p)]
            want = sum(since + campaign.preview_ms <= t for since, _ in idle)
        plain = max(0, want - pool.outstanding - pool.waiting)
        if campaign.mode != layout.PREDICTIVE:
            return plain
        if c in self.twin.doubt.alarm:
            memory = self.memory[c]
            return min(plain, int(t - memory.last_dial >= 2.0 * memory.gap))
        if second:
            self.weigh(t, c)
        return max(plain, self.ahead(c, pool))

    def by_rehearsal(self, t: int, c: int, second: bool, pool: SimpleNamespace) -> int:  # P-SIM-1
        """ "simulate_ahead"."""
        memory, rehearsal, campaign = self.memory[c], self.rehearsals[c], self.given.campaigns[c]
        if second:
            if memory.clock % 60 == 0:
                busy = [
                    t - since
                    for row in self.given.pools_of[c]
                    for since in self.twin.staff.busy_on_shift(row)
                ]
                out = [
                    (t // 1000 - dialled) % 512
                    for dialled, calls in memory.ringing.items()
                    for _ in range(calls)
                ]
                out += [0] * (pool.outstanding - len(out))
                rehearsal.decide(t, campaign, self.given.world.run_base, pool, busy, out)
            memory.clock += 1
        answers, drops = self.twin.guard.day(t, c)
        over = 100.0 * drops > campaign.drop_percent * answers
        ratio = rehearsal.ratio_now(pool.agents, t - memory.last_dial, over)
        return max(0, int(ratio * pool.idle) - pool.outstanding - pool.waiting)

    def floor(self, c: int) -> SimpleNamespace:  # S-SPREAD-5, P-MODE-1
        """Agents of a campaign's pools, and the calls that may come to them."""
        counts = [self.twin.staff.counts(pool) for pool in self.twin.sharing.pools(c)]
        idle, talking, wrapping = (sum(each) for each in zip(*counts, strict=True))
        calls = self.twin.sharing.rivals(c)
        waiting = {other: min(n, len(self.twin.waiting[other])) for other, n in calls.items()}
        return SimpleNamespace(
            idle=idle, talking=talking, wrapping=wrapping, agents=idle + talking + wrapping,
            waiting=sum(waiting.values()),
            outstanding=sum(calls.values()) - sum(waiting.values()),
        )  # fmt: skip

    def satisfied(self, c: int) -> int:  # P-WHEN-5
        """The limit of a campaign that wants no more."""
        mode = self.given.campaigns[c].mode
        return {layout.RATE: Limit.RATE, layout.POLICY: Limit.POLICY}.get(mode, Limit.AGENTS)

    def by_level(self, t: int, c: int, second: bool, pool: SimpleNamespace, to_dial: int) -> int:
        # P-LEVEL-1 to P-LEVEL-4, P-LEVEL-11
        campaign, memory = self.given.campaigns[c], self.memory[c]
        vicidial, clock = campaign.mode == layout.VICIDIAL, memory.clock
        if second:
            memory.clock += 1
            if vicidial and clock % 2 == 0:
                memory.samples = [*memory.samples, (pool.idle, pool.waiting, pool.agents)][-15:]
            if vicidial and clock % 120 == 0:
                now = (memory.calls, memory.drops)
                memory.minute = (now[0] - memory.mark[0], now[1] - memory.mark[1])
                memory.mark = now
            if clock % 30 == 0:
                memory.level = self.adapted(t, c) if vicidial else self.steered(t, c)
        existing = pool.outstanding + pool.waiting + pool.talking
        if not vicidial:
            return max(0, round(memory.level * pool.agents) - (existing + pool.wrapping))
        if second and clock % 5 == 0:
            counted = max(0, pool.idle + pool.talking + campaign.agents_target)
            return max(0, round(memory.level * counted) - existing)
        return to_dial

    def adapted(self, t: int, c: int) -> float:  # P-LEVEL-5 to P-LEVEL-8
        """ "Level of vicidial_adapt"."""
        campaign, memory = self.given.campaigns[c], self.memory[c]
        level = memory.level
        if memory.samples:
            ready, waiting, agents = (sum(each) for each in zip(*memory.samples, strict=True))
            n = len(memory.samples)
            wanted, change = (ready - waiting) / n + campaign.agents_target, 0.0
            if wanted and agents:
                change = wanted / (agents / n)
                tilt = campaign.intensity / 100.0
                change *= abs(tilt - 1.0) if change < 0 else tilt + 1.0
            level = round(max(0.0, level * (1.0 + change)) * 1000.0) / 1000.0
            level = min(level, campaign.most_level)
        level = max(1.0, level)
        calls, drops = memory.minute
        if calls > 20 and 2 * drops > calls:
            level /= 2.0
        answers, dropped = self.twin.guard.day(t, c)
        share = round(dropped * 10_000.0 / answers) / 100.0 if answers else 0.0
        if self.today.get((c, t // 86_400_000), 0) > 50 and share > campaign.drop_percent:
            level = self.braked(t, campaign, level)
        return max(1.0, level)

    def braked(self, t: int, campaign: Any, level: float) -> float:  # P-LEVEL-8, P-LEVEL-9
        if campaign.method == layout.HARD:
            return 1.0
        if campaign.method == layout.AVERAGE:
            return level / 2.0
        minute, latest = t % 86_400_000 // 60_000, campaign.latest_min
        left, far = latest - minute, 600
        if campaign.method == layout.TAPERED:
            left = int(f"{latest // 60}{latest % 60:02}") - int(f"{minute // 60}{minute % 60:02}")
            far = 1000
        if left > far:
            return level
        rate = left / (1000.0 if far == 1000 else 600.0)
        return 1.0 if rate <= 0 else level * rate

    def steered(self, t: int, c: int) -> float:  # P-LEVEL-10
        campaign, memory = self.given.campaigns[c], self.memory[c]
        newest = t * 60 // campaign.window_ms
        inside = [
            dropped
            for tick, dropped in memory.window
            if newest - 59 <= tick * 60 // campaign.window_ms
        ]
        target = campaign.drop_percent / 100.0
        share = sum(inside) / len(inside) if inside else 0.0
        level = memory.level * (1.0 + campaign.gain * (target - share) / target)
        return float(max(1.0, min(level, campaign.most_level)))

    # --- ahead ---------------------------------------------------------------------------------

    def weigh(self, t: int, c: int) -> None:
        # P-WEIGH-1, P-WEIGH-2, P-WEIGH-4, P-WEIGH-5, P-WEIGH-7, P-WEIGH-8
        memory = self.memory[c]
        count = total = 0.0
        for i, calls in enumerate(memory.answered):
            count += calls
            total += i * calls
        memory.within = 1 + int((1.0 + memory.crowd()) * total / count) if count else 10
        memory.first_soon = memory.soon(0)
        memory.mean = memory.variance = 0.0
        ages = {(t // 1000 - second) % 512: n for second, n in memory.ringing.items() if n > 0}
        most = self.given.campaigns[c].ring_timeout_ms // 1000 + 60
        for age, calls in sorted(item for item in ages.items() if item[0] < most):
            soon = memory.soon(age)
            memory.mean += calls * soon
            memory.variance += calls * soon * (1.0 - soon)
        for pool in self.given.pools_of[c]:
            outlook = self.outlooks[pool]
            outlook.mean = outlook.variance = 0.0
            *at_least, total = accumulate(reversed(outlook.handled))
            longer = 0.0
            for calls in at_least:
                longer += calls
            outlook.worth = 1.0
            if total > 0.0:
                mean_s = 4.0 * (0.5 + longer / total)
                outlook.worth = min(1.0, 1.5 * memory.within / mean_s)
            alike: dict[tuple[int, int], int] = {}
            for since in self.twin.staff.busy_on_shift(pool):
                b = (
                    -(-t // 1000) + -since // 1000
                )  # whole seconds, from the first after the connect
                bins = min(b // 4, 127), (b + memory.within) // 4 - b // 4
                alike[bins] = alike.get(bins, 0) + 1
            for (first, further), agents in sorted(alike.items()):
                free = self.free(outlook, first, min(first + further, 127))
                outlook.mean += agents * free
                outlook.variance += agents * free * (1.0 - free)

    def free(self, outlook: SimpleNamespace, first: int, last: int) -> float:  # P-WEIGH-6
        left = down(outlook.handled, first)
        if left < outlook.unit:
            return 0.5 if last > first else 0.0
        return (left - down(outlook.handled, last)) / left

    def ahead(self, c: int, pool: SimpleNamespace) -> int:  # P-AHEAD-2 to P-AHEAD-4
        answers = spread = 0.0
        for other, calls in self.twin.sharing.rivals(c).items():
            under_way = self.twin.sharing.under_way(other)
            if self.given.campaigns[other].mode == layout.PREDICTIVE:
                part = 1.0 if calls == under_way else calls / under_way
                answers += part * self.memory[other].mean
                spread += part * self.memory[other].variance
            else:
                answers += max(0, calls - len(self.twin.waiting[other]))
        free = float(pool.idle - pool.waiting)
        for each in self.twin.sharing.pools(c):
            free += self.outlooks[each].worth * self.outlooks[each].mean
            spread += self.outlooks[each].variance
        surplus = free - answers
        chance = max(0.001, self.memory[c].first_soon)
        for dials in range(1, 4097):
            variance = spread + dials * (chance * (1.0 - chance))
            if surplus - dials * chance - self.memory[c].margin * sqrt(variance) < 0:
                return dials - 1
        return 4096

    # --- what is heard -------------------------------------------------------------------------

    def dialled(self, t: int, c: int) -> None:  # P-HEAR-1, P-DOUBT-15, P-LEARN-1
        memory = self.memory[c]
        if c not in self.twin.doubt.alarm and memory.calls > 0:
            gap = min(float(t - memory.last_dial), 60_000.0)
            memory.gap += (gap - memory.gap) / min(float(memory.calls), 200.0)
        memory.last_dial = t
        memory.calls += 1
        day = (c, t // 86_400_000)
        self.today[day] = self.today.get(day, 0) + 1
        if self.given.campaigns[c].mode not in (layout.PREDICTIVE, layout.SIMULATE_AHEAD):
            return
        second = t // 1000 % 512
        memory.ringing[second] = memory.ringing.get(second, 0) + 1
        memory.mean += memory.first_soon
        memory.variance += memory.first_soon * (1.0 - memory.first_soon)
        memory.out += 1

    def ended(self, t: int, c: int, dial_tick: int, answered: int) -> None:
        # P-LEARN-2 to P-LEARN-4
        memory, mode = self.memory[c], self.given.campaigns[c].mode
        if mode in (layout.PREDICTIVE, layout.SIMULATE_AHEAD):
            memory.ringing[dial_tick // 1000 % 512] -= 1
        if mode == layout.SIMULATE_AHEAD:
            self.rehearsals[c].tries.append((t, (t - dial_tick) // 1000, answered))
        if mode != layout.PREDICTIVE:
            return
        if memory.out > 0:
            memory.mean -= memory.mean / memory.out
            memory.variance -= memory.variance / memory.out
        memory.out = max(0, memory.out - 1)
        memory.known = min(memory.known + 1.0, 500.0)
        weight = memory.known + max(0.0, 20.0 - memory.known)
        memory.share += (answered - memory.share) / weight
        memory.unit *= 500.0 / (500.0 - 1.0)
        if memory.unit > 1e9:
            memory.answered = [each / memory.unit for each in memory.answered]
            memory.ended = [each / memory.unit for each in memory.ended]
            memory.unit = 1.0
        cells = memory.answered if answered else memory.ended
        cells[min((t - dial_tick) // 1000, 63)] += memory.unit

    def served(self, t: int, c: int, dropped: int) -> None:
        # P-HEAR-2, P-HEAR-3, P-LEARN-5, P-LEARN-6
        memory, campaign = self.memory[c], self.given.campaigns[c]
        memory.drops += dropped
        memory.window.append((t, dropped))
        answers, drops = self.twin.guard.day(t, c)
        target = campaign.drop_percent / 100.0
        aimed = target + (target * answers - drops) / (300.0 + answers / 4.0)
        step = 0.1 / (1.0 + memory.out * memory.share / 50.0)
        step *= dropped - min(3.0 * target, max(0.0, aimed))
        if step < 0 and self.given.progress[c].limit != Limit.AGENTS:
            step *= memory.crowd() if memory.margin > 1.0 else 0.0
        memory.margin = min(6.0, max(-3.0, memory.margin + step))

    def handled(self, t: int, c: int, row: int, since: int) -> None:  # P-LEARN-7, P-LEARN-8
        """A wrap-up is over, before the agent's state changes."""
        if self.given.campaigns[c].mode == layout.SIMULATE_AHEAD:
            self.rehearsals[c].talks.append((t, (t - since) // 1000))
        if self.given.campaigns[c].mode != layout.PREDICTIVE:
            return
        outlook = self.outlooks[row]
        outlook.unit *= 500.0 / (500.0 - 1.0)
        if outlook.unit > 1e9:
            outlook.handled = [each / outlook.unit for each in outlook.handled]
            outlook.unit = 1.0
        outlook.handled[min((t - since) // 4000, 127)] += outlook.unit
        _, talking, wrapping = self.twin.staff.counts(row)
        busy = talking + wrapping
        if busy > 0:
            outlook.mean -= outlook.mean / busy
            outlook.variance -= outlook.variance / busy
