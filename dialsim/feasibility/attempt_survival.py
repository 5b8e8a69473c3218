"""Share of people who get each further attempt of a campaign before its time runs out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import Seen
from dialsim.feasibility.inputs import EstimateInputs
from dialsim.feasibility.mean_rates import Rates
from dialsim.feasibility.retry_gaps import possible_attempts
from dialsim.results.capacity import moments
from dialsim.scenario.models.schema import Campaign

Array = NDArray[Any]
BEGINNINGS = 24  # evenly spread moments of people's first attempts


class AttemptSurvival:
    """The people of one campaign, attempt by attempt.

    Parameters
    ----------
    known
        Inputs of the estimate.
    campaign, rates
        One of the scenario's, and what its attempts come to.
    """

    def __init__(self, known: EstimateInputs, campaign: Campaign, rates: Rates) -> None:
        self.known, self.campaign, self.rates = known, campaign, rates

    def shares(self, spans: Array, part: float) -> list[float]:
        """Return which share of people comes to the n-th attempt, from 1, begun or gone on with.

        They are begun with evenly over the first `part` of the open time (`spans`, int64[n, 2]); 0:
        all at once. Whoever has been called before comes to further attempts as those of a run who
        were called as often.
        """
        known, at_most = self.known, self.campaign.attempts.at_most
        left: Sequence[float] = [1.0]
        if known.progress is not None:
            before = known.progress.campaigns[known.scenario.campaigns.index(self.campaign)]
            begun = [before.fresh, *before.waiting[: at_most - 1]]
            left = begun if any(begun) else left
        found, time = np.zeros(at_most), self._there_is_time(spans, part)
        for made, people in enumerate(left):
            if people:
                come = np.cumprod([1.0, *self._tried_on[made:]])
                found[made:] += people / sum(left) * come * time[: at_most - made]
        shares: list[float] = np.trim_zeros(found, "b").tolist()
        return shares

    def _there_is_time(self, spans: Array, part: float) -> Array:
        """Return for which share of people there is time for each attempt, as for `shares`.

        Each waits after all attempts as after the first: by what it was seen as.
        """
        known, at_most = self.known, self.campaign.attempts.at_most
        found = np.zeros(at_most)
        found[0] = 1.0
        if not len(spans):
            return found
        count = BEGINNINGS if part else 1
        starts = moments(spans, part * (np.arange(count) + 0.5) / count)
        for wait_ms, share in self._waits.items():
            room = possible_attempts(
                known.scenario, known.rules, self.campaign, spans, starts, wait_ms
            )
            found[1:] += share * np.mean(np.arange(1, at_most) < room[:, None], axis=0)
        return found

    @cached_property
    def _waits(self) -> dict[int, float]:
        """How long the campaign waits after a first attempt, and after which share of them."""
        found: dict[int, float] = {}
        waits = dict(self.campaign.attempts.retry)
        for seen, share in zip(Seen, self.rates.prospects.after().tolist(), strict=True):
            if share:
                wait_ms = waits[seen.name.lower()]
                found[wait_ms] = found.get(wait_ms, 0.0) + share
        return found

    @cached_property
    def _tried_on(self) -> list[float]:
        """Share of n-th attempts, from 1, that are followed by another, were there time for it."""
        attempts = range(1, self.campaign.attempts.at_most)
        return [self.rates.prospects.goes_on_at(n) for n in attempts]
