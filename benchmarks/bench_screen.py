"""How quickly people are screened; probing alone is measured in ``bench_registries``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from benchmarks.measured.screen import (
    Crowd,
    crowd,
    from_registries,
    full_verdict,
    static_reasons,
)

PEOPLE, LISTED = 4_000_000, 5_000_000
FLAGS_PER_S = 40_000_000
VERDICTS_PER_S = 10_000_000


@pytest.fixture(scope="module")
def who(request: pytest.FixtureRequest) -> Crowd:
    """Return the people; few where only results count."""
    return crowd(PEOPLE if request.config.getoption("benchmark_enable") else 2000)


def test_static_reasons(
    who: Crowd, rate: Callable[..., Any], budget: Callable[[bool, str], None]
) -> None:
    """Every reason of every person as bits, in list order."""
    found = rate(static_reasons(who))
    budget(found.per_second >= FLAGS_PER_S, f"at least {FLAGS_PER_S:,} people/s")


def test_registries_and_reasons(
    who: Crowd, rate: Callable[..., Any], budget: Callable[[bool, str], None], measured: bool
) -> None:
    """The same, of whom it is looked up first who is on a list."""
    found = rate(from_registries(who, LISTED if measured else 5000))
    budget(found.per_second >= FLAGS_PER_S, f"at least {FLAGS_PER_S:,} people/s")


def test_full_verdict(
    who: Crowd, rate: Callable[..., Any], budget: Callable[[bool, str], None]
) -> None:
    """Reasons, hours, limits and the gap, and the first tick at which a call is allowed."""
    found = rate(full_verdict(who))
    budget(found.per_second >= VERDICTS_PER_S, f"at least {VERDICTS_PER_S:,} people/s")
