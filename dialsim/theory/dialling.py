"""Costs and gains of dialling without queues: progressive, bursts, lines in use."""

from __future__ import annotations

import numpy as np

from dialsim.theory.arguments import above_zero, at_least_zero, share_above_zero, whole


def progressive_utilisation(
    answer: float, handling_s: float, dial_answered_s: float, dial_unanswered_s: float
) -> float:
    """Return agents' utilisation if each free agent gets one dial.

    Parameters
    ----------
    answer
        Share of dials that are answered, above 0.
    handling_s
        Mean talk and wrap-up of an answered dial, above 0.
    dial_answered_s, dial_unanswered_s
        Mean time from the dial to the answer, or to the end of a dial without one: set-up, ring,
        and whatever passes before the next dial.

    Raises
    ------
    ValueError
        An argument is out of its range.

    Notes
    -----
    Renewal reward: lines never lack and lists never end. No law matters beyond its mean.

    Examples
    --------
    >>> round(progressive_utilisation(0.3, 180, 10, 25), 4)
    0.7248
    """
    answer = share_above_zero("answer", answer)
    handled = answer * above_zero("handling_s", handling_s)
    dialled = answer * at_least_zero("dial_answered_s", dial_answered_s)
    dialled += (1.0 - answer) * at_least_zero("dial_unanswered_s", dial_unanswered_s)
    return handled / (handled + dialled)


def burst_mismatch(free_agents: int, dials: int, answer: float) -> float:
    """Return the share of answers that find no agent if dials are simultaneous.

    Parameters
    ----------
    free_agents
        Free when the answers come, 0 or more.
    dials
        Dials at once, 1 or more.
    answer
        Share of dials that are answered, each independently; above 0.

    Raises
    ------
    ValueError
        An argument is out of its range.

    Notes
    -----
    E[max(0, X - free_agents)] / E[X] with X binomial. Cost: O(dials).

    Examples
    --------
    Two dials for each of four agents:

    >>> round(burst_mismatch(free_agents=4, dials=8, answer=0.29), 6)
    0.026311
    """
    free_agents = whole("free_agents", free_agents, 0)
    dials = whole("dials", dials, 1)
    answer = share_above_zero("answer", answer)
    excess = np.maximum(np.arange(dials + 1) - free_agents, 0)
    if answer == 1.0:
        return float(excess[-1]) / dials
    # Ratios of binomial probabilities from the mode outwards.
    mode = min(int((dials + 1) * answer), dials)
    k = np.arange(1, dials + 1)
    ratios = (dials - k + 1) / k * (answer / (1.0 - answer))
    below = np.cumprod(1.0 / ratios[:mode][::-1])[::-1]
    weights = np.concatenate([below, [1.0], np.cumprod(ratios[mode:])])
    return float(excess @ weights / weights.sum()) / (dials * answer)


def mean_lines(dials_per_s: float, hold_s: float) -> float:
    """Return the long-run mean number of lines in use, with unlimited lines.

    Parameters
    ----------
    dials_per_s
        0 or more.
    hold_s
        Mean time a dial holds its line, answered or not.

    Raises
    ------
    ValueError
        An argument is out of its range.

    Notes
    -----
    M/G/infinity: with Poisson dials the number is Poisson of this mean, whatever the law of the
    hold. The mean (Little's law) needs no Poisson dials.

    Examples
    --------
    >>> mean_lines(dials_per_s=2.0, hold_s=35.0)
    70.0
    """
    return at_least_zero("dials_per_s", dials_per_s) * at_least_zero("hold_s", hold_s)


def mean_lines_of_day(
    dials_per_s: float, hold_s: float, hold_square_s2: float, day_s: float
) -> float:
    """Return the mean number of lines in use over a day that starts with none.

    Parameters
    ----------
    dials_per_s
        0 or more, the same all day.
    hold_s, hold_square_s2
        Mean of the time a dial holds its line, and mean of its square; no hold may outlast the
        day.
    day_s
        Above 0; lines still held at its end stop counting then.

    Raises
    ------
    ValueError
        An argument is out of its range, or the mean square is below the square of the mean.

    Notes
    -----
    A dial u seconds before the end counts min(hold, u): dials × (E[hold] - E[hold²] / (2 day)).

    Examples
    --------
    >>> round(mean_lines_of_day(dials_per_s=2.0, hold_s=35.0, hold_square_s2=2450.0, day_s=3600), 4)
    69.3194
    """
    mean = mean_lines(dials_per_s, hold_s)
    day_s = above_zero("day_s", day_s)
    hold_square_s2 = at_least_zero("hold_square_s2", hold_square_s2)
    if hold_square_s2 < hold_s * hold_s * (1.0 - 1e-12):
        raise ValueError(
            f"`hold_square_s2` must be at least the square of `hold_s`, {hold_s * hold_s!r}, "
            f"was {hold_square_s2!r}"
        )
    return mean - dials_per_s * hold_square_s2 / (2.0 * day_s)
