"""What a decision of a pacing policy in Python costs beside the policy's own code.

A day of one campaign whose policy is asked each second: 28,800 decisions. The same day without a
policy is taken off, so is what the policy itself takes.
"""

from __future__ import annotations

import time
from typing import Any

import dialsim
from dialsim import Decision, Observation
from tests.scheduler.test_policy import asking


class Timed:
    """Dials for each free agent, and measures its own time."""

    def __init__(self) -> None:
        self.decisions, self.own_s = 0, 0.0

    def decide(self, seen: Observation) -> Decision:
        begin = time.perf_counter()
        each = seen.campaigns["upsell"]
        decision = Decision({"upsell": max(0, each.idle - each.outstanding - each.waiting)})
        self.decisions += 1
        self.own_s += time.perf_counter() - begin
        return decision


def test_decision(benchmark: Any) -> None:
    made = asking("17:00")
    plain = asking("17:00")
    plain["campaigns"][0]["pacing"] = {"mode": "progressive"}

    def day() -> tuple[float, float]:
        policy, begin = Timed(), time.perf_counter()
        dialsim.run(made, policy=policy)
        asked = time.perf_counter() - begin
        begin = time.perf_counter()
        dialsim.run(plain)
        beside = asked - policy.own_s - (time.perf_counter() - begin)
        return beside / policy.decisions * 1e6, policy.own_s / policy.decisions * 1e6

    day()
    found = [day() for _ in range(3)]
    beside_us, own_us = sorted(found)[1]
    benchmark.extra_info.update(beside_us=round(beside_us, 1), own_us=round(own_us, 1))
    print(f"\n{beside_us:.1f} µs a decision beside the policy's own {own_us:.1f} µs")
    benchmark.pedantic(day, rounds=1)
