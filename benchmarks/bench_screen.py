"""How quickly people are screened: all static reasons, and the full verdict with hours and limits.

Registries are in the flags already, as they are once a list is read; probing them is measured in
``bench_registries``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

from dialsim.api.screening_rows import asked_by
from dialsim.compliance.kernels import static_reason
from dialsim.compliance.limits.kernels import pack_attempt
from dialsim.compliance.screening.kernels import screen_flags, screen_people
from dialsim.compliance.screening.layout import ORDER, SCREENED, Asked
from dialsim.core.codes import Purpose, Verdict
from dialsim.engine.build import prepare
from dialsim.people.layout import (
    DUPLICATE,
    INTERNAL_DNC,
    INVALID,
    PERSON,
    REFUSED,
    WITHDRAWN,
)
from dialsim.scenario import load_scenario
from tests.people.scenarios import small_scenario

PEOPLE = 4_000_000
FLAGS_PER_S = 40_000_000
VERDICTS_PER_S = 10_000_000
HOUR_MS = 3_600_000
TEN = 10 * HOUR_MS
BARS = ((INVALID, 0.03), (DUPLICATE, 0.02), (INTERNAL_DNC, 0.05), (REFUSED, 0.04),
        (WITHDRAWN, 0.01))  # fmt: skip
"""Shares of people with each bar, in no order."""


class Crowd(NamedTuple):
    """People as a list leaves them, and what a campaign asks of them."""

    people: Any
    rings: Any
    asked: Asked
    gap_ms: int


@pytest.fixture(scope="module")
def crowd(request: pytest.FixtureRequest) -> Crowd:
    """Return people of whom one in seven is barred and one in four was called before."""
    n = PEOPLE if request.config.getoption("benchmark_enable") else 2000
    people_list = {"name": "list", "synthetic": {"count": 10}}
    world = prepare(load_scenario(small_scenario(people_list) | {"days": 5}))
    rng = np.random.default_rng(1)
    people = np.zeros(n, PERSON)
    people["flags"] = 1 << Purpose.MARKETING
    for bit, share in BARS:
        people["flags"] |= np.where(rng.random(n) < share, np.uint32(bit), np.uint32(0))
    people["zone"] = rng.random(n) < 0.02
    people["attempts"] = np.where(rng.random(n) < 0.25, rng.integers(1, 5, n), 0)
    depth = int(max(world.static.limits.callee["count"], default=1))
    ticks = np.sort(rng.integers(-40 * 24 * HOUR_MS, 0, (n, depth)), axis=1)
    rings = (ticks << 28) | pack_attempt(0, 1, 1)
    gap_ms = int(world.static.world[0]["retry_gap_ms"])
    return Crowd(people, rings, asked_by(world, 0), gap_ms)


def test_static_reasons(crowd: Crowd, rate: Callable[..., Any], measured: bool) -> None:
    """Every reason of every person as bits, in list order."""
    campaign = crowd.asked.campaign[0]
    out = np.zeros(len(crowd.people), np.uint32)

    def check(free: int) -> None:
        assert free == int((out == 0).sum())
        for i in range(1000):
            bits = int(out[i])
            first = 0 if bits == 0 else int(ORDER[(bits & -bits).bit_length() - 1])
            assert first == static_reason(int(crowd.people[i]["flags"]), 0, campaign)
        assert 0.8 * len(out) < free < 0.9 * len(out)

    found = rate(
        lambda: screen_flags(crowd.people, campaign, out),
        items=len(out), unit="people", check=check,
    )  # fmt: skip
    if measured and found.per_second < FLAGS_PER_S:
        pytest.fail(f"{found.per_second:,.0f} people/s; at least {FLAGS_PER_S:,}")


def test_full_verdict(crowd: Crowd, rate: Callable[..., Any], measured: bool) -> None:
    """Reasons, hours, limits and the gap, and the first tick at which a call is allowed."""
    out = np.zeros(len(crowd.people), SCREENED)
    again = np.zeros(1000, SCREENED)

    def screened(at: int, into: Any) -> int:
        few = slice(0, len(into))
        people, rings = crowd.people[few], crowd.rings[few]
        return int(screen_people(people, rings, crowd.asked, crowd.gap_ms, at, into))

    def check(now: int) -> None:
        assert now == int((out["verdict"] == Verdict.GO).sum())
        assert set(out["verdict"].tolist()) == {Verdict.GO, Verdict.FINAL, Verdict.UNTIL}
        later = out["until"][:1000]
        for tick in np.unique(later[later > TEN])[:50].tolist():  # that tick, none before it
            mine = later == tick
            screened(tick - 1, again)
            assert (again["verdict"][mine] != Verdict.GO).all()
            screened(tick, again)
            assert (again["verdict"][mine] == Verdict.GO).all()

    found = rate(lambda: screened(TEN, out), items=len(out), unit="people", check=check)
    if measured and found.per_second < VERDICTS_PER_S:
        pytest.fail(f"{found.per_second:,.0f} people/s; at least {VERDICTS_PER_S:,}")
