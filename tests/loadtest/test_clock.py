"""What is due is taken in one turn; and a heartbeat that misses nothing."""

from __future__ import annotations

import time

import numpy as np
import trio

from dialsim.loadtest.clock import IDLE_MS, LEAD_S, OfferClock, SystemTime
from dialsim.loadtest.figures import backlog_slope
from dialsim.loadtest.watchdog import BEAT_S, Watchdog
from tests.loadtest.loads import FakeTime

BEGIN = 32_400_001


def clock_at(time_source: FakeTime, next_due: int) -> OfferClock:
    return OfferClock(time_source, BEGIN, lambda tick: next_due)


async def test_a_turn_reaches_to_the_end_of_all_that_has_begun() -> None:
    time_source = FakeTime()
    clock = clock_at(time_source, BEGIN + 5)
    assert clock.reach(BEGIN, BEGIN + 1000) == BEGIN + 6  # nothing has begun: up to the next
    await clock.wait(BEGIN + 6)
    assert abs(time_source.now - (100.0 + LEAD_S + 0.005)) < 1e-9
    assert clock.begun() == BEGIN + 5 or clock.begun() == BEGIN + 4  # as the fraction rounds
    time_source.now += 0.7305
    assert clock.reach(BEGIN + 6, BEGIN + 1000) == BEGIN + 736
    assert clock.reach(BEGIN + 6, BEGIN + 100) == BEGIN + 100
    before = time_source.now
    await clock.wait(BEGIN + 736)
    assert time_source.now == before  # late: no sleep


def test_without_a_dial_the_engine_is_not_left_alone_for_long() -> None:
    clock = clock_at(FakeTime(), BEGIN + 50_000)
    assert clock.reach(BEGIN, BEGIN + 100_000) == BEGIN + IDLE_MS + 1


async def test_the_real_wall_goes_forward() -> None:
    time_source = SystemTime()
    begin = time_source.now_s()
    await time_source.sleep_until(begin + 0.002)
    assert time_source.now_s() >= begin + 0.002
    with trio.move_on_after(5):
        await time_source.sleep_until(begin)  # long past


def test_after_a_pause_each_missed_beat_is_late_by_its_share() -> None:
    now = 0.0
    beats = 0

    def sleep(seconds: float) -> None:
        nonlocal now, beats
        beats += 1
        now += 0.1 if beats == 50 else seconds
        if beats >= 60:
            time.sleep(0.001)  # lets the other thread end it

    with Watchdog(lambda: now, sleep) as watchdog:
        while beats < 80:
            time.sleep(0.001)
    late = np.array(watchdog.late_s)
    assert (late[:49] < 1e-9).all()
    assert np.allclose(late[49:148], 0.1 - BEAT_S * np.arange(1, 100), atol=1e-9)
    assert (late[149:] < 1e-9).all()


def test_the_slope_of_a_backlog() -> None:
    at_s = np.linspace(0, 10, 2000)
    noise = np.sin(np.arange(2000) * 12.9898) * 30 + 30
    slope, grows = backlog_slope(at_s, noise)
    assert slope is not None
    assert abs(slope) < 1
    assert not grows
    slope, grows = backlog_slope(at_s, noise + 40 * at_s)
    assert slope is not None
    assert 38 < slope < 42
    assert grows
    assert backlog_slope(at_s, noise + 40 * at_s, least=500)[1] is False
    assert backlog_slope(at_s, noise - 40 * at_s)[1] is False
    assert backlog_slope(at_s[:5], noise[:5]) == (None, False)
    assert backlog_slope(at_s[:1], noise[:1]) == (None, False)
