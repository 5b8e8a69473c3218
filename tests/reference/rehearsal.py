"""simulate_ahead: the next minutes, call by call, as the page on pacing says."""

from __future__ import annotations

from math import sqrt
from types import SimpleNamespace
from typing import Any

from dialsim.core.codes import Stream
from tests.reference.draws import draw, top

SECONDS = range(1, 241)


class Rehearsal:
    """What one campaign remembers of its calls, and what it made of them."""

    def __init__(self) -> None:
        self.tries: list[tuple[int, int, int]] = []  # tick, seconds, answered
        self.talks: list[tuple[int, int]] = []
        self.decisions = self.runs = self.known = 0
        self.ratio, self.share, self.error, self.busy = 1.0, 0.0, 0.0, 0.0

    def ratio_now(self, agents: int, since_dial_ms: int, over: bool) -> float:  # P-SIM-2
        if agents < 5 or self.known < 50 or since_dial_ms > 600_000:
            return 1.0
        return max(1.0, 0.75 * self.ratio) if over else self.ratio

    def decide(
        self, t: int, terms: Any, base: int, floor: SimpleNamespace, busy: list[int], out: list[int]
    ) -> None:
        """`busy`: ms that agents have been at calls; `out`: seconds that calls have been out."""
        # P-SIM-3 to P-SIM-6
        tries = sorted((s, i, hit) for i, (at, s, hit) in enumerate(self.tries[-100:])
                       if t - at <= 1_800_000)  # fmt: skip
        talks = sorted(s for at, s in self.talks[-100:] if t - at <= 1_800_000)
        self.known, answered = len(tries), sum(hit for *_, hit in tries)
        if not answered or not talks:
            return
        self.decisions += 1
        scene = SimpleNamespace(
            tries=[(s, hit) for s, _, hit in tries], talks=talks, idle=floor.idle,
            waiting=floor.waiting, busy=[min(ms // 1000, 511) for ms in busy], out=out,
            grace=min(terms.drop_after_ms, terms.connect_within_ms) // 1000,
        )  # fmt: skip
        target = terms.drop_percent / 100.0
        self.ratio, self.runs, self.share, self.error, self.busy = 1.0, 0, 0.0, 0.0, 0.0
        tried = []
        for i in range(1, 7):
            ratio = max(1.0, len(tries) / answered * i / 6)
            if ratio in tried:
                continue
            tried.append(ratio)
            runs, share, error, at_calls = self.tried(terms, base, scene, ratio, target)
            if share < target and (self.runs == 0 or at_calls > self.busy):
                self.ratio, self.runs = ratio, runs
                self.share, self.error, self.busy = share, error, at_calls

    def tried(
        self, terms: Any, base: int, scene: SimpleNamespace, ratio: float, target: float
    ) -> tuple[int, float, float, float]:
        # P-SIM-5, P-SIM-7
        played: list[tuple[int, int, int]] = []
        share = error = 0.0
        while len(played) < terms.runs:
            run = self.decisions << 40 | len(played) << 24
            played.append(Run(scene, base, terms.key, run).play(ratio))
            answers, drops, _ = (sum(each) for each in zip(*played, strict=True))
            n = len(played)
            if answers and n > 1:
                share = drops / answers
                squares = sum(float(a * a) for a, _, _ in played)
                products = sum(float(a * d) for a, d, _ in played)
                scatter = sum(float(d * d) for _, d, _ in played)
                scatter = scatter - 2.0 * share * products + share * share * squares
                error = sqrt(max(0.0, scatter) * n / (n - 1.0)) / answers
            if n >= 8 and abs(share - target) > 2.0 * error:
                break
        worked = sum(seconds for *_, seconds in played)
        agents = max(1, scene.idle + len(scene.busy))
        return len(played), share, error, worked / (len(played) * 240 * agents)


class Run:  # P-SIM-9, P-SIM-10
    """240 seconds of calls that each end as one that is remembered."""

    def __init__(self, scene: SimpleNamespace, base: int, key: int, first: int) -> None:
        self.scene, self.base, self.key, self.first = scene, base, key, first
        self.drawn = 0
        self.frees: list[int] = []  # seconds at which an agent is free
        self.ends: list[tuple[int, int]] = []  # second, answered
        for age in range(512):
            for _ in range(scene.busy.count(age)):
                self.talk(0, age)
            for _ in range(scene.out.count(age)):
                self.call(0, age)

    def pick(self, among: list[Any]) -> Any:  # P-SIM-8
        bits = draw(self.base, Stream.REHEARSAL, self.key, self.first + self.drawn)
        self.drawn += 1
        return among[top(bits) * len(among) >> 32]

    def talk(self, second: int, age: int = 0) -> None:  # P-SIM-9
        lasting = [s for s in self.scene.talks if s >= age]
        left = self.pick(lasting) - age if lasting else 1
        self.frees.append(second + max(1, left))

    def call(self, second: int, age: int = 0) -> None:  # P-SIM-10
        lasting = [each for each in self.scene.tries if each[0] >= age]
        s, hit = self.pick(lasting) if lasting else (age + 1, 0)
        self.ends.append((second + max(1, s - age), hit))

    def play(self, ratio: float) -> tuple[int, int, int]:  # P-SIM-11 to P-SIM-13
        idle, busy = self.scene.idle, len(self.scene.busy)
        waiting = [0] * self.scene.waiting  # seconds at which they answered
        answers, drops, worked = len(waiting), 0, 0
        for second in SECONDS:
            free = self.frees.count(second)
            idle, busy = idle + free, busy - free
            now = [hit for at, hit in self.ends if at == second]
            answers += sum(now)
            waiting += [second] * sum(now)
            while waiting and idle:
                waiting.pop(0)
                idle, busy = idle - 1, busy + 1
                self.talk(second)
            late = [at for at in waiting if at == second - self.scene.grace]
            waiting = [at for at in waiting if at != second - self.scene.grace]
            drops += len(late)
            out = sum(at > second for at, _ in self.ends)
            for _ in range(int(ratio * idle) - out - len(waiting)):
                self.call(second)
            worked += busy
        return answers, drops, worked
