from __future__ import annotations

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st
from trio.testing import MockClock

from dialsim.scheduler.clock import VirtualClock, WallClock

HOUR = 3_600_000


def test_virtual_clock_never_waits() -> None:
    async def main() -> float:
        clock = VirtualClock()
        assert clock.reach(0, 10**12) == 10**12
        await clock.wait(10**12)
        return trio.current_time()

    assert trio.run(main, clock=MockClock()) == 0.0


def test_wall_clock_keeps_its_pace() -> None:
    async def main() -> None:
        clock = WallClock(60.0)
        await clock.wait(0)
        begin = trio.current_time()
        await clock.wait(HOUR)
        assert trio.current_time() - begin == pytest.approx(60.0)
        await clock.wait(HOUR // 2)  # past: at once
        assert trio.current_time() - begin == pytest.approx(60.0)

    trio.run(main, clock=MockClock(autojump_threshold=0))


def test_nights_pass_at_once() -> None:
    async def main() -> None:
        clock = WallClock(3600.0, [(9 * HOUR, 12 * HOUR), (33 * HOUR, 36 * HOUR)])
        begin = trio.current_time()
        tick = 0
        while tick < 1000 * HOUR:
            tick = clock.reach(tick, 1000 * HOUR)
            await clock.wait(tick)
        assert trio.current_time() - begin == pytest.approx(6.0)

    trio.run(main, clock=MockClock(autojump_threshold=0))


SPANS = st.lists(st.integers(1, 1000), min_size=2, max_size=8, unique=True).map(
    lambda ticks: list(zip(*[iter(sorted(ticks))] * 2, strict=False))
)


@given(SPANS, st.floats(0.01, 1e5), st.integers(0, 1200), st.integers(0, 1200))
def test_reach_always_gets_on_and_never_too_far(
    spans: list[tuple[int, int]], speed: float, now: int, until: int
) -> None:
    clock = WallClock(speed, spans)
    reached = clock.reach(now, max(now, until))
    assert now <= reached <= max(now, until)
    assert reached > now or until <= now
    inside = sum(max(0, min(reached, b) - max(now, a)) for a, b in spans)
    assert clock.paced_ms(reached) - clock.paced_ms(now) == inside


@pytest.mark.parametrize("speed", [0.0, -1.0, float("nan")])
def test_speed_is_above_zero(speed: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        WallClock(speed)
