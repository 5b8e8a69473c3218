"""Whether two models of the call flow come to the same statistics, campaign after campaign."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.peers.flow import Counts, Parameters, registry, statistics

PEOPLE_AN_AGENT = 300  # on the list of a campaign that is timed
ERROR = 0.01
"""Chance that any statistic of two models that are alike is found to differ."""
MARGINS = {
    "answer share": 0.01,
    "drop share of answers": 0.01,
    "attempts a person": 0.03,
    "share tried once": 0.01,
    "share tried to the last": 0.01,
    "share refused": 0.01,
    "talk share of agents": 0.01,
    "mean wait, s": 0.03,
    "mean talk, s": 2.0,
    "mean set-up and ringing, s": 0.1,
    "last dial, h": 0.1,
}
"""Difference of each statistic that would matter; its interval must be narrower."""


CAMPAIGNS, OTHERS = range(1, 25), range(101, 149)
"""Seeds of the campaigns that a peer plays, and of those that dialsim plays: other people."""


@dataclass(frozen=True)
class Difference:
    """A statistic of two models: both means, and the interval in which their difference lies."""

    name: str
    first: float
    second: float
    low: float
    high: float
    margin: float

    @property
    def is_alike(self) -> bool:
        """Whether no difference is a possible value, and none beyond the margin is."""
        return self.low <= 0 <= self.high and max(-self.low, self.high) <= self.margin

    def __str__(self) -> str:
        """Return it as a line of text."""
        return (
            f"{self.name:<27} {self.first:9.4f} {self.second:9.4f}  "
            f"difference {self.low:+.4f} to {self.high:+.4f}, margin {self.margin:g}"
        )


def campaign(seed: int, people: int = 6_000, agents: int = 20) -> Parameters:
    """Return a campaign in which every part of the flow matters.

    Answers are dialled for ahead of free agents, so that some wait and some are dropped; one in
    twenty people is on the do-not-call list; the third attempt waits for the window of the first.
    """
    hour = 3_600_000
    return Parameters(
        people=people,
        agents=agents,
        do_not_call=registry(people, 0.05, seed),
        power=4.5,
        retry_ms=hour,
        limit=2,
        window_ms=3 * hour,
        seed=seed,
    )


def campaign_of(people: int) -> Parameters:
    """Return the campaign that is timed: as many agents as get through the list in a shift."""
    return campaign(1, people, max(people // PEOPLE_AN_AGENT, 10))


def sample(
    play: Callable[[Parameters], Counts], campaigns: Sequence[Parameters]
) -> dict[str, list[float]]:
    """Return the statistics of campaigns as a model plays them."""
    rows = [statistics(play(each), each) for each in campaigns]
    return {name: [row[name] for row in rows] for name in rows[0]}


def differences(
    first: Mapping[str, Sequence[float]], second: Mapping[str, Sequence[float]]
) -> list[Difference]:
    """Compare two samples, statistic by statistic.

    Parameters
    ----------
    first, second
        Statistics of campaigns, independent of each other; at least two of each.

    Returns
    -------
    list
        The intervals are Welch's, and hold all together with probability 1 − `ERROR`.
    """
    confidence = 1 - ERROR / len(first)
    return [_difference(name, first[name], second[name], confidence) for name in first]


def _difference(
    name: str, first: Sequence[float], second: Sequence[float], confidence: float
) -> Difference:
    from scipy import stats

    means = float(np.mean(first)), float(np.mean(second))
    variances = [float(np.var(each, ddof=1)) / len(each) for each in (first, second)]
    variance = sum(variances)
    between = means[1] - means[0]
    if variance == 0:
        return Difference(name, *means, between, between, MARGINS[name])
    freedom = variance**2 / sum(
        v**2 / (len(each) - 1) for v, each in zip(variances, (first, second), strict=True)
    )
    half = float(stats.t.ppf((1 + confidence) / 2, freedom)) * math.sqrt(variance)
    return Difference(name, *means, between - half, between + half, MARGINS[name])


def check_near(first: Mapping[str, float], second: Mapping[str, float]) -> None:
    """Raise unless one large campaign of each of two models differs in nothing that matters.

    Raises
    ------
    AssertionError
        A statistic differs by more than its margin.
    """
    wrong = [
        f"{name}: {first[name]:.4f} and {second[name]:.4f}, margin {margin:g}"
        for name, margin in MARGINS.items()
        if not abs(first[name] - second[name]) <= margin
    ]
    assert not wrong, "the models are not alike where they are timed:\n" + "\n".join(wrong)


def check_alike(found: Sequence[Difference]) -> None:
    """Raise unless two models are alike in every statistic.

    Raises
    ------
    AssertionError
        A statistic differs, or its interval is too wide to say that it does not.
    """
    wrong = [str(each) for each in found if not each.is_alike]
    assert not wrong, "the models are not alike:\n" + "\n".join(wrong)
