"""Values printed elsewhere or worked out before: pyworkforce, Callcenter-Simulator, ContactCenters,
Garnett, Mandelbaum and Reiman, carriers' documentation; to the digits given there."""

from __future__ import annotations

from typing import Any

import pytest

from dialsim.theory import (
    ErlangA,
    ErlangC,
    FixedPatience,
    QueueDay,
    admit_rolling,
    admit_spaced,
    burst_mismatch,
    erlang_b,
    erlang_b_load,
    even_dials,
    fixed_patience_load,
    queue_capacity,
    renewal_loss,
)

PYWORKFORCE: dict[str, Any] = {"arrivals_per_s": 100 / 1800, "service_s": 180.0}
CONTACT_CENTERS: dict[str, Any] = {"arrivals_per_s": 4.2 / 60, "service_s": 120.0, "agents": 12}
DAY_S = 8 * 3600
GARNETT: dict[str, Any] = {"arrivals_per_s": 48 / 60, "service_s": 60.0, "agents": 50}


def printed(value: float, decimals: int) -> object:
    return pytest.approx(value, abs=0.5001 * 10**-decimals)


@pytest.mark.parametrize(
    ("agents", "level", "p_wait", "occupancy", "digits"),
    [
        (13, 0.795595, 0.285270, 0.7692308, 6),
        (14, 0.8883500191794669, 0.1741319335950498, 0.7142857142857143, 15),
    ],
)
def test_pyworkforce(
    agents: int, level: float, p_wait: float, occupancy: float, digits: int
) -> None:
    queue = ErlangC(**PYWORKFORCE, agents=agents)
    assert queue.service_level(20) == printed(level, digits)
    assert queue.p_wait == printed(p_wait, digits)
    assert queue.occupancy == printed(occupancy, min(digits, 7))


def test_pyworkforce_with_abandonment() -> None:
    queue = ErlangA(**PYWORKFORCE, agents=14, patience_s=300)
    assert queue.p_wait == printed(0.14526, 5)
    assert queue.p_abandon == printed(0.013984, 6)
    assert queue.occupancy == printed(0.704297, 6)
    assert queue.mean_wait_s / 60 == printed(0.069919, 6)
    assert queue.service_level(20) == printed(0.916792, 6)


def test_callcenter_simulator() -> None:
    assert ErlangC(3.5 / 60, 180, 13).mean_wait_s == printed(26.5569, 4)
    assert ErlangA(3.5 / 60, 180, 13, 300).mean_wait_s == printed(9.9128, 4)


def test_contact_centers_in_the_long_run() -> None:
    queue = ErlangC(**CONTACT_CENTERS)
    assert queue.service_level(20) == printed(0.89908, 5)
    assert queue.mean_wait_s / 60 == printed(0.102160, 6)
    assert queue.occupancy == printed(0.7, 12)
    abandoned = ErlangA(**CONTACT_CENTERS, patience_s=60).p_abandon * 4.2 * 480
    assert abandoned == printed(59.83, 2)


def test_contact_centers_day_from_empty() -> None:
    day = QueueDay(**CONTACT_CENTERS, day_s=DAY_S)
    assert day.service_level(20) == printed(0.90043, 5)
    assert day.mean_wait_s / 60 == printed(0.10068, 5)
    assert day.occupancy == printed(0.69693, 5)
    with_patience = QueueDay(**CONTACT_CENTERS, day_s=DAY_S, patience_s=60)
    assert with_patience.abandoned_in_the_day == printed(59.237, 3)
    # The day's last arrivals may hang up after its end.
    assert with_patience.abandoned == printed(59.263, 3)


def test_contact_centers_simulated_day_holds_the_exact_one() -> None:
    day = QueueDay(**CONTACT_CENTERS, day_s=DAY_S)
    assert 0.900 <= day.service_level(20) <= 0.904
    assert 0.097 <= day.mean_wait_s / 60 <= 0.102
    assert 57.66 <= QueueDay(**CONTACT_CENTERS, day_s=DAY_S, patience_s=60).abandoned <= 59.56


def test_garnett_mandelbaum_reiman() -> None:
    queue = ErlangA(**GARNETT, patience_s=120)
    assert queue.p_abandon * 100 == printed(3.0912, 4)
    assert queue.mean_wait_s == printed(3.709, 3)
    assert queue.occupancy * 100 == printed(93.03, 2)
    assert ErlangC(**GARNETT).mean_wait_s == printed(20.83, 2)


@pytest.mark.parametrize(
    ("agents", "load", "lost"), [(17, 10, 0.0129489), (16, 10, 0.0223019), (30, 25, 0.0526032)]
)
def test_erlang_b(agents: int, load: float, lost: float) -> None:
    assert erlang_b(load, agents) == printed(lost, 7)


@pytest.mark.parametrize(
    ("agents", "load", "with_patience", "occupancy"),
    [
        (10, 5.5294, 5.5908, 0.5423),
        (20, 13.9974, 14.1520, 0.6864),
        (50, 41.9327, 42.3898, 0.8224),
    ],
)
def test_open_loop_load_of_which_three_percent_are_dropped(
    agents: int, load: float, with_patience: float, occupancy: float
) -> None:
    assert erlang_b_load(0.03, agents) == printed(load, 4)
    found = fixed_patience_load(0.03, 180, agents, 2)
    assert found == printed(with_patience, 4)
    assert FixedPatience(found / 180, 180, agents, 2).occupancy == printed(occupancy, 4)


def test_open_loop_occupancy_elsewhere() -> None:
    assert erlang_b_load(0.03, 5) * 0.97 / 5 == printed(0.3638, 4)
    assert erlang_b_load(0.03, 10) * 0.97 / 10 == printed(0.536, 3)
    large = fixed_patience_load(0.03, 35, 100, 2)
    assert FixedPatience(large / 35, 35, 100, 2).occupancy == printed(0.922, 3)


@pytest.mark.parametrize(("answer", "lost"), [(0.3, 0.01861), (0.6, 0.00994), (1.0, 0.00313)])
def test_even_dials(answer: float, lost: float) -> None:
    spacing_s = answer * 180 / 5.5294
    assert renewal_loss(even_dials(spacing_s, answer), 180, 10) == printed(lost, 5)


@pytest.mark.parametrize(
    ("free", "dials", "answer", "share", "digits"),
    [(1, 2, 0.29, 0.145, 12), (4, 8, 0.29, 0.026311, 6), (10, 30, 0.3, 0.064416, 6)],
)
def test_burst_mismatch(free: int, dials: int, answer: float, share: float, digits: int) -> None:
    assert burst_mismatch(free, dials, answer) == printed(share, digits)


def test_vonage_rejects_what_exceeds_three_a_second() -> None:
    found = admit_rolling([0] * 30, calls=3)
    assert (found.accepted, found.rejected, found.last_start_ms) == (3, 27, 0)


def test_bandwidth_queues_what_exceeds_five_a_second() -> None:
    wait = {"wait_at_most_ms": 300_000}
    assert admit_rolling([0] * 15, 5, **wait).last_start_ms == 2000
    assert admit_spaced([0] * 15, 200, **wait).last_start_ms == 2800
    # Spread evenly over the second, they end later by a rolling second, not by spacing.
    spread = [round(i * 1000 / 15) for i in range(15)]
    assert admit_rolling(spread, 5, **wait).last_start_ms == 2267
    assert admit_spaced(spread, 200, **wait).last_start_ms == 2800
    assert queue_capacity(5, **wait) == 1500
