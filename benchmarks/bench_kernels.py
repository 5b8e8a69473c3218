"""Kernels by themselves: draws, the queue, screening."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.worlds import open_road
from dialsim.compliance.kernels import screen
from dialsim.core.queue import queue_pop, queue_put
from dialsim.core.queue_layout import Queue, make_queue
from dialsim.core.rng import draw, run_base
from dialsim.engine.build import prepare
from dialsim.engine.host import fill_all
from dialsim.jit.decorator import kernel
from dialsim.scenario import load_scenario

BASE = np.uint64(run_base(1, 0))


@kernel
def many_draws(base: np.uint64, count: int) -> np.uint64:
    """Xor of draws for as many people."""
    total = np.uint64(0)
    for i in range(count):
        total ^= draw(base, 3, np.uint64(i), 0)
    return total


def test_draw(rate: Callable[..., Any]) -> None:
    """One draw keyed by stream, person and attempt."""
    few = np.uint64(0)
    for i in range(1000):
        few ^= np.uint64(draw(BASE, 3, np.uint64(i), 0))
    assert many_draws(BASE, 1000) == few
    rate(many_draws, items=10**7, unit="draws", check=lambda _: None, setup=lambda: (BASE, 10**7))


@kernel
def hold_and_release(queue: Queue, ticks: Any, far: int) -> int:
    """Put every node, then take and put again; returns how often the order was wrong."""
    wrong = 0
    for node in range(ticks.shape[0]):
        queue_put(queue, node, ticks[node], 3)
    last = 0
    for _ in range(2 * ticks.shape[0]):
        node = queue_pop(queue, far)
        now = queue.clock[0]
        wrong += now < last
        last = now
        queue_put(queue, node, now + ticks[node], 3)
    return wrong


def test_queue(rate: Callable[..., Any]) -> None:
    """Take the earliest of a million waiting events and put it back hours later."""
    n = 1_000_000
    ticks = np.random.default_rng(1).integers(1, 4 * 3_600_000, n)

    def check(wrong: int) -> None:
        assert wrong == 0

    rate(
        hold_and_release,
        items=3 * n,
        unit="events",
        check=check,
        setup=lambda: (make_queue(n), ticks, 1 << 40),
        rounds=3,
    )


def test_screen(rate: Callable[..., Any]) -> None:
    """Static reasons of a million leads in list order."""
    world = fill_all(prepare(load_scenario(open_road(1_000_000))))
    s, k = world.state, world.static
    out = np.zeros(len(s.leads), np.uint8)

    def check(free: int) -> None:
        assert free == int((out == 0).sum()) == len(s.leads)

    rate(
        screen,
        items=len(s.leads),
        unit="leads",
        check=check,
        setup=lambda: (s.people, s.leads, k.lead_shift, k.campaigns, out),
    )
