"""The search for the highest rate that passes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from dialsim.errors import CapacityError
from dialsim.loadtest.limit import RateTrial, find_limit
from dialsim.loadtest.plan import MilliRate

FAR = 10**12


def machine(
    limit: int, flaw: Callable[[MilliRate, int], bool] | None = None
) -> Callable[[MilliRate], RateTrial]:
    """A machine that keeps up with rates up to one; `flaw`: a try that fails all the same."""
    tries: dict[MilliRate, int] = {}

    def try_rate(rate: MilliRate) -> RateTrial:
        tries[rate] = tries.get(rate, 0) + 1
        passed = rate <= limit and not (flaw is not None and flaw(rate, tries[rate]))
        return RateTrial(rate, passed, False, 1.0, 0.0, None if passed else "late")

    return try_rate


@pytest.mark.parametrize("start", [1_000_000, 777_000, 64_000_000, 2_000_000_000])
def test_the_limit_lies_between_last_pass_and_first_fail(start: int) -> None:
    found = find_limit(machine(41_234_567), start, FAR)
    assert found.complete
    assert found.last_pass_milli is not None
    assert found.first_fail_milli is not None
    assert found.last_pass_milli <= 41_234_567 < found.first_fail_milli
    assert found.first_fail_milli <= 1.05 * found.last_pass_milli
    rates = [each.rate_milli for each in found.tried]
    assert all(rates.count(rate) == 3 for rate in {r for r in rates if r <= 41_234_567})
    assert all(rates.count(rate) == 1 for rate in {r for r in rates if r > 41_234_567})


def test_two_of_three_is_a_fail() -> None:
    found = find_limit(machine(FAR, lambda rate, n: rate > 5_000_000 and n == 3), 1_000_000, FAR)
    assert found.last_pass_milli is not None
    assert found.last_pass_milli <= 5_000_000


def test_a_search_may_begin_at_any_rate() -> None:
    found = find_limit(machine(20_000), Fraction(25, 9), FAR)
    assert found.tried[0].to_dict()["rate_per_s"] == 10 / 3600
    assert found.last_pass_milli is not None
    assert found.last_pass_milli <= 20_000 <= 1.05 * found.last_pass_milli


def test_no_rate_is_tried_at_which_a_step_says_nothing() -> None:
    found = find_limit(machine(0), 9_000, FAR, 4_000)
    assert [each.rate_milli for each in found.tried] == [9_000, 4_500, 4_000]
    assert (found.last_pass_milli, found.first_fail_milli) == (None, 4_000)


def test_a_rate_that_the_machine_held_up_ends_the_search() -> None:
    def held_up(rate: MilliRate) -> RateTrial:
        found = machine(100_000)(rate)
        return found if rate < 20_000 else replace(found, passed=False, void=True, why="void")

    found = find_limit(held_up, 5_000, FAR)
    assert found.void
    assert (found.last_pass_milli, found.first_fail_milli) == (10_000, None)
    assert [each.rate_milli for each in found.tried].count(20_000) == 1


def test_nothing_passes() -> None:
    found = find_limit(machine(0), 8_000, FAR)
    assert (found.last_pass_milli, found.complete) == (None, True)
    assert found.first_fail_milli is not None
    assert found.first_fail_milli < 2_000


def test_nothing_fails() -> None:
    found = find_limit(machine(FAR), 1_000_000, 9_000_000)
    assert (found.last_pass_milli, found.first_fail_milli) == (9_000_000, None)


def test_an_interrupted_search_tells_what_was_tried() -> None:
    whole = machine(5_000_000)
    left = 4

    def broken_off(rate: MilliRate) -> RateTrial | None:
        nonlocal left
        left -= 1
        return whole(rate) if left >= 0 else None

    found = find_limit(broken_off, 1_000_000, FAR)
    assert not found.complete
    assert (found.last_pass_milli, len(found.tried)) == (1_000_000, 4)


def test_want_of_memory_ends_the_search_but_not_before_it_began() -> None:
    whole = machine(FAR)

    def small(rate: MilliRate) -> RateTrial:
        if rate > 4_000_000:
            raise CapacityError("memory", "is short")
        return whole(rate)

    found = find_limit(small, 1_000_000, FAR)
    assert (found.last_pass_milli, found.ended_by) == (4_000_000, "memory: is short")
    with pytest.raises(CapacityError):
        find_limit(small, 5_000_000, FAR)
