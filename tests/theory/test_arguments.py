"""Bad arguments: one message that says what, the rule and what was found."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import dialsim.theory as theory
from dialsim.theory import (
    BirthDeath,
    ErlangA,
    ErlangC,
    FixedPatience,
    FixedPatienceDay,
    QueueDay,
    admit_rolling,
    admit_spaced,
    burst_mismatch,
    erlang_b,
    erlang_b_load,
    even_dials,
    fixed_patience_load,
    mean_lines,
    mean_lines_of_day,
    poisson_arrivals,
    progressive_utilisation,
    queue_capacity,
    renewal_loss,
)
from dialsim.theory.laplace import invert

NAN, INF = float("nan"), float("inf")
POSITIVE = (0.0, -1.0, NAN, INF)
NOT_NEGATIVE = (-1e-9, NAN, INF)
SHARE_ABOVE_ZERO = (0.0, -0.1, 1.1, NAN)
SHARE_BELOW_ONE = (1.0, -0.1, NAN)
COUNT = (0, -1, 2.5, True, NAN, "3")

RULES: dict[tuple[Any, ...], str] = {
    POSITIVE: "must be above 0 and finite",
    NOT_NEGATIVE: "must be at least 0 and finite",
    SHARE_ABOVE_ZERO: "must be above 0 and at most 1",
    SHARE_BELOW_ONE: "must be at least 0 and below 1",
    COUNT: "must be a whole number of at least 1",
}

QUEUE: dict[str, Any] = {"arrivals_per_s": 0.05, "service_s": 60.0, "agents": 5}
QUEUE_RULES = {"arrivals_per_s": POSITIVE, "service_s": POSITIVE, "agents": COUNT}
DROP: dict[str, Any] = {"drop_after_s": 2.0}
DROP_RULE = {"drop_after_s": NOT_NEGATIVE}
DAY: dict[str, Any] = {"day_s": 600.0}
DAY_RULE = {"day_s": POSITIVE}

CASES: list[tuple[Callable[..., object], dict[str, Any], dict[str, tuple[Any, ...]]]] = [
    (erlang_b, {"load": 3.0, "agents": 4}, {"load": NOT_NEGATIVE}),
    (
        erlang_b_load,
        {"lost_at_most": 0.03, "agents": 4},
        {"lost_at_most": SHARE_BELOW_ONE, "agents": COUNT},
    ),
    (ErlangC, QUEUE, QUEUE_RULES),
    (ErlangA, QUEUE | {"patience_s": 60.0}, QUEUE_RULES | {"patience_s": POSITIVE}),
    (FixedPatience, QUEUE | DROP, QUEUE_RULES | DROP_RULE),
    (FixedPatienceDay, QUEUE | DROP | DAY, QUEUE_RULES | DROP_RULE | DAY_RULE),
    (
        QueueDay,
        QUEUE | DAY | {"patience_s": 60.0, "places": 3},
        QUEUE_RULES | DAY_RULE | {"patience_s": POSITIVE},
    ),
    (
        fixed_patience_load,
        {"drop_at_most": 0.03, "service_s": 60.0, "agents": 4} | DROP,
        {"drop_at_most": SHARE_BELOW_ONE, "service_s": POSITIVE, "agents": COUNT} | DROP_RULE,
    ),
    (
        renewal_loss,
        {"gap": poisson_arrivals(1.0), "service_s": 60.0, "agents": 4},
        {"service_s": POSITIVE, "agents": COUNT},
    ),
    (
        even_dials,
        {"spacing_s": 2.0, "answer": 0.3},
        {"spacing_s": POSITIVE, "answer": SHARE_ABOVE_ZERO},
    ),
    (poisson_arrivals, {"arrivals_per_s": 1.0}, {"arrivals_per_s": POSITIVE}),
    (
        progressive_utilisation,
        {"answer": 0.3, "handling_s": 90.0, "dial_answered_s": 9.0, "dial_unanswered_s": 20.0},
        {
            "answer": SHARE_ABOVE_ZERO,
            "handling_s": POSITIVE,
            "dial_answered_s": NOT_NEGATIVE,
            "dial_unanswered_s": NOT_NEGATIVE,
        },
    ),
    (
        burst_mismatch,
        {"free_agents": 4, "dials": 8, "answer": 0.3},
        {"dials": COUNT, "answer": SHARE_ABOVE_ZERO},
    ),
    (
        mean_lines,
        {"dials_per_s": 2.0, "hold_s": 35.0},
        {"dials_per_s": NOT_NEGATIVE, "hold_s": NOT_NEGATIVE},
    ),
    (
        mean_lines_of_day,
        {"dials_per_s": 2.0, "hold_s": 35.0, "hold_square_s2": 2450.0} | DAY,
        {"hold_square_s2": NOT_NEGATIVE} | DAY_RULE,
    ),
    (
        admit_rolling,
        {"offered_ms": [0], "calls": 3, "window_ms": 1000, "wait_at_most_ms": 0},
        {"calls": COUNT, "window_ms": POSITIVE, "wait_at_most_ms": NOT_NEGATIVE},
    ),
    (admit_spaced, {"offered_ms": [0], "spacing_ms": 200}, {"spacing_ms": POSITIVE}),
    (
        queue_capacity,
        {"calls": 5, "wait_at_most_ms": 300_000, "window_ms": 1000},
        {"calls": COUNT, "wait_at_most_ms": NOT_NEGATIVE, "window_ms": POSITIVE},
    ),
    (BirthDeath([1.0], [1.0]).at, {"time_s": 1.0}, {"time_s": NOT_NEGATIVE}),
    (BirthDeath([1.0], [1.0]).averaged, {"time_s": 1.0}, {"time_s": NOT_NEGATIVE}),
    (ErlangC(**QUEUE).service_level, {"within_s": 20.0}, {"within_s": NOT_NEGATIVE}),
    (
        ErlangA(**QUEUE, patience_s=60).service_level,
        {"within_s": 20.0},
        {"within_s": NOT_NEGATIVE},
    ),
    (
        FixedPatience(**QUEUE, drop_after_s=60).service_level,
        {"within_s": 20.0},
        {"within_s": NOT_NEGATIVE},
    ),
    (QueueDay(**QUEUE, **DAY).service_level, {"within_s": 20.0}, {"within_s": NOT_NEGATIVE}),
    (
        FixedPatienceDay(**QUEUE, **DROP, **DAY).service_level,
        {"within_s": 20.0},
        {"within_s": NOT_NEGATIVE},
    ),
    (invert, {"transform": np.reciprocal, "time_s": 1.0}, {"time_s": POSITIVE}),
]


def name_of(ask: Callable[..., object]) -> str:
    return str(getattr(ask, "__qualname__", ask))


@pytest.mark.parametrize(
    ("ask", "good", "name", "rule", "wrong"),
    [
        pytest.param(ask, good, name, RULES[values], value, id=f"{name_of(ask)}-{name}-{value}")
        for ask, good, rules in CASES
        for name, values in rules.items()
        for value in values
    ],
)
def test_a_bad_argument_is_named(
    ask: Callable[..., object], good: dict[str, Any], name: str, rule: str, wrong: object
) -> None:
    ask(**good)
    with pytest.raises(ValueError, match=f"^{re.escape(f'`{name}` {rule}, was {wrong!r}')}$"):
        ask(**good | {name: wrong})


@pytest.mark.parametrize("wrong", [-1, 1.0])
def test_counts_that_may_be_zero(wrong: int) -> None:
    rule = "must be a whole number of at least 0, was"
    with pytest.raises(ValueError, match=f"^`agents` {rule}"):
        erlang_b(3.0, wrong)
    with pytest.raises(ValueError, match=f"^`places` {rule}"):
        QueueDay(**QUEUE, **DAY, places=wrong)
    with pytest.raises(ValueError, match=f"^`free_agents` {rule}"):
        burst_mismatch(wrong, 3, 0.5)


def test_counts_of_numpy_are_counts() -> None:
    agents: Any = np.int32(17)
    assert erlang_b(10, agents) == erlang_b(10, 17)


def test_every_public_name_is_there_and_documented() -> None:
    assert theory.__all__ == sorted(set(theory.__all__))
    for name in theory.__all__:
        assert getattr(theory, name).__doc__, name


def test_importing_takes_neither_scipy_nor_the_simulator() -> None:
    code = "import sys, dialsim.theory; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    found = set(done.stdout.split())
    assert not {"scipy", "numba", "pyarrow"} & {name.split(".")[0] for name in found}
    inside = {name for name in found if name.startswith("dialsim")}
    assert inside - {"dialsim", "dialsim.distribution"} == {
        name for name in inside if name.startswith("dialsim.theory")
    }
