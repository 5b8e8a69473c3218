"""Answering, fitted to a log as a dialer sees it: signals, not true causes.

If an attempt failed, such a log does not record whether the phone rang. The share of people who
answer a first attempt is counted all the same, and first attempts are made to everybody: rates by
relation, hour and label are fitted to them alone. What the model of propensities still takes for
granted then (how people differ, how many are never reached) matters little; each interval is wide
enough for all of it.

How people differ (the intraclass correlation) shows in who answers a second or third attempt. So
do people who are registered to refuse: they never answer, and are signalled as if they did not
pick up. The log does not distinguish the two. An operator's scrub gives the share of the latter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from dialsim.calibration.allowed import allowed
from dialsim.calibration.answer_model import Assumed, answer_model
from dialsim.calibration.answers import Answers, intervals_of, too_few
from dialsim.calibration.comparison import compare_attempts, compare_rates
from dialsim.calibration.likelihood import NARROW, Profiled, joined
from dialsim.calibration.log import RELATIONS, CallLog
from dialsim.calibration.patterns import Patterns, Trials, patterns_of, trials_of
from dialsim.scenario.profiles.profile import Profile

ALIKE = 0.005  # of the share of answers in time: what differs less does not matter
Timing = tuple[NDArray[np.float64], float]
"""Share of answers before the ring timeout: of each attempt, and of the reference timeout."""


def fit_signalled(log: CallLog, network: Profile, timings: Sequence[Timing]) -> Answers | str:
    """Return rates by relation and hour, label effect, and a range of the intraclass correlation.

    The last is identified only where `log.refusers` is known. Parameters and reasons why there are
    none are those of :func:`dialsim.calibration.answers.fit_answers`.

    Parameters
    ----------
    log
        With outcomes, unanswered attempts and hours.
    network
        Gives what is not estimated, and where to begin.
    timings
        The likeliest, and where the time to answer is not identified the others that may be.
    """
    first = trials_of(log, network, timings[0][0], first_alone=True)
    why = too_few(first)
    if first is None or why is not None:
        return why or "too_few"
    found = _rates(log, network, timings)
    if isinstance(found, str):
        return found
    every = trials_of(log, network, timings[0][0])
    assert every is not None  # it holds the first attempts
    found.count_people(every)
    if found.tried_again:
        _differ(found, log, every, network, timings[0][1])
    return found


def _rates(log: CallLog, network: Profile, timings: Sequence[Timing]) -> Answers | str:
    """Return rates from first attempts, with intervals that hold under all assumptions.

    Propensities are cut at 1. How much that matters is more the more people differ and the fewer
    of them are reached: the two ends of both hold what lies between.
    """
    central = Assumed.of(network)
    may = allowed()
    most = may.refusers[1]
    lost = (central.invalid[0] + most, central.invalid[1] + most)
    ends = [
        Assumed(may.reach[1], may.icc[0], (0.0, 0.0)),
        Assumed(may.reach[0], may.icc[1], lost),
    ]
    found: Answers | None = None
    for assumed, timing in [
        (central, timings[0]),
        *((end, timings[0]) for end in ends),
        *((central, timing) for timing in timings[1:] if _matters(timing, timings[0])),
    ]:
        first = trials_of(log, network, timing[0], first_alone=True)
        assert first is not None  # there were some
        groups = patterns_of(log, first)
        whole = answer_model(log, first, groups, network, timing[1], assumed)
        fit = whole.fitted()
        if found is None:
            if isinstance(fit, str):
                return fit
            found = Answers(intervals_of(whole, fit))
            compare_rates(found, log, first, whole.model, fit.at)
            compare_attempts(found, log, first, whole.model, fit.at)
        elif not isinstance(fit, str):  # else the log rules this end out
            for name, interval in intervals_of(whole, fit).items():
                found.parameters[name] = joined(found.parameters[name], interval)
    assert found is not None
    return found


def _matters(timing: Timing, other: Timing) -> bool:
    """Return whether two timings imply different shares of answers in time."""
    ratios = [in_time / max(at_reference, ALIKE) for in_time, at_reference in (timing, other)]
    return bool(np.any(np.abs(ratios[0] - ratios[1]) > ALIKE))


def _differ(
    found: Answers, log: CallLog, trials: Trials, network: Profile, at_reference: float
) -> None:
    """Add the intraclass correlation, with a range over the share of registered refusers."""
    groups = patterns_of(log, trials)
    central = replace(Assumed.of(network), refusers=_refusers(log, groups, network))
    may = allowed()
    least, most = may.refusers if log.refusers is None else (log.refusers, log.refusers)
    # Few answer later attempts where people differ much, where many refuse, and where few phones
    # are off or busy; the more of it is due to the others, the less people differ.
    ends = [
        replace(central, refusers=most, reach=may.reach[1]),
        replace(central, refusers=least, reach=may.reach[0]),
    ]
    range_: Profiled | None = None
    for assumed in (central, *ends):
        whole = answer_model(log, trials, groups, network, at_reference, assumed)
        fit = whole.fitted()
        if isinstance(fit, str):
            continue
        if assumed is central:
            compare_attempts(found, log, trials, whole.model, fit.at)
        interval = fit.interval(whole.model.names.index("icc"))
        range_ = interval if range_ is None else joined(range_, interval)
    if range_ is not None:
        known = range_.identified and log.refusers is not None
        known = known and range_.high - range_.low < NARROW
        found.parameters["icc"] = replace(range_, identified=known)


def _refusers(log: CallLog, groups: list[Patterns], network: Profile) -> float:
    """Return the share of registered refusers: the scrub's, else the profile's."""
    if log.refusers is not None:
        return log.refusers
    shares = [float(network[f"refuse_call.category_share.{RELATIONS[g.relation]}"]) for g in groups]
    people = [float(g.count.sum()) for g in groups]
    return min(float(np.average(shares, weights=people)), allowed().refusers[1])
