"""Search for the highest rate that dialsim sustains on this machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dialsim.errors import CapacityError
from dialsim.loadtest.plan import MilliRate
from dialsim.messages.text import in_each
from dialsim.pages.load_result import LimitResult, TrialResult

TRIES = 3
"""Passed runs, out of as many, for a rate to pass."""

GROWTH = 2.0
CLOSE_ENOUGH = 1.05  # first fail over last pass at which the search ends
MOST_RATES = 40


@dataclass(frozen=True)
class RateTrial:
    """One run at one rate.

    Attributes
    ----------
    passed
        Own lateness within its target, and a backlog that does not grow.
    void
        The machine delayed the process: the run is invalid, and no pass.
    why
        The reason of its failure; None: it passed.
    admitted
        Share of the dials that were placed, not deferred; None: no dials.
    """

    rate_milli: MilliRate
    passed: bool
    void: bool
    lateness_ms: float | None
    backlog_slope_per_s: float | None
    why: str | None = None
    admitted: float | None = None

    def to_dict(self) -> TrialResult:
        """Return the fields as a plain dict, the rate in dials a second."""
        return {
            "rate_per_s": float(self.rate_milli / 1000),
            "passed": self.passed,
            "void": self.void,
            "lateness_ms": self.lateness_ms,
            "backlog_slope_per_s": self.backlog_slope_per_s,
            "why": self.why,
            "admitted": self.admitted,
        }


@dataclass(frozen=True)
class RateLimit:
    """The bounds found for the highest passing rate.

    Attributes
    ----------
    last_pass_milli, first_fail_milli
        In dials in a thousand seconds; None: none passed, or none failed.
    tried
        Every run, in order.
    complete
        False if the search was interrupted: it covers the runs so far.
    ended_by
        Why no higher rate was tried although the last one passed, such as too little memory.
    """

    last_pass_milli: MilliRate | None
    first_fail_milli: MilliRate | None
    tried: tuple[RateTrial, ...]
    complete: bool
    ended_by: str | None = None

    @property
    def void(self) -> bool:
        """Whether the machine disturbed some run each time it was repeated."""
        return any(each.void for each in self.tried)

    def to_dict(self) -> LimitResult:
        """Return it as a plain dict, rates in dials a second."""
        return {
            "last_pass_per_s": _per_s(self.last_pass_milli),
            "first_fail_per_s": _per_s(self.first_fail_milli),
            "complete": self.complete,
            "void": self.void,
            "ended_by": self.ended_by,
            "tried": [each.to_dict() for each in self.tried],
        }


def find_limit(
    try_rate: Callable[[MilliRate], RateTrial | None],
    start_milli: MilliRate,
    most_milli: int,
    least_milli: MilliRate = 1000,
) -> RateLimit:
    """Search for the highest rate that passes.

    Parameters
    ----------
    try_rate
        Runs a load at a rate; None if it was interrupted.
    start_milli
        The first rate. Rates double while they pass and halve while they fail; then the geometric
        mean of the last pass and the first fail is tried until these lie within 5 % of each other.
    least_milli, most_milli
        No lower and no higher rate is tried.

    Returns
    -------
    RateLimit
        A rate passes if 3 of 3 runs pass; it fails with its first failed run. A rate whose run the
        machine disturbs repeatedly ends the search, without a verdict on it.

    Raises
    ------
    CapacityError
        From `try_rate` before any rate has passed; later it ends the search.
    """
    tried: list[RateTrial] = []
    last_pass: MilliRate | None = None
    first_fail: MilliRate | None = None
    rate: MilliRate | None = min(start_milli, most_milli)
    for _ in range(MOST_RATES):
        if rate is None:
            break
        try:
            passed = _passes(try_rate, rate, tried)
        except CapacityError as error:
            if last_pass is None:
                raise
            ended_by = in_each(error.in_language)
            return RateLimit(last_pass, first_fail, tuple(tried), True, ended_by)
        if passed is None:
            return RateLimit(last_pass, first_fail, tuple(tried), complete=False)
        if tried[-1].void:
            break
        if passed:
            last_pass = rate
        else:
            first_fail = rate
        rate = _next_rate(last_pass, first_fail, least_milli, most_milli)
    return RateLimit(last_pass, first_fail, tuple(tried), complete=True)


def _passes(
    try_rate: Callable[[MilliRate], RateTrial | None], rate_milli: MilliRate, tried: list[RateTrial]
) -> bool | None:
    """Run a rate until it fails or has passed often enough; None if interrupted."""
    for _ in range(TRIES):
        found = try_rate(rate_milli)
        if found is None:
            return None
        tried.append(found)
        if not found.passed:
            return False
    return True


def _next_rate(
    last_pass: MilliRate | None, first_fail: MilliRate | None, least: MilliRate, most: int
) -> MilliRate | None:
    """Return the next rate to run; None when the limit is known closely enough."""
    if first_fail is None:
        assert last_pass is not None
        return None if last_pass >= most else min(most, int(last_pass * GROWTH))
    if last_pass is None:
        return max(least, int(first_fail / GROWTH)) if first_fail > least else None
    if first_fail <= last_pass * CLOSE_ENOUGH:
        return None
    middle = int((last_pass * first_fail) ** 0.5)
    return middle if last_pass < middle < first_fail else None


def _per_s(rate_milli: MilliRate | None) -> float | None:
    return None if rate_milli is None else float(rate_milli / 1000)
