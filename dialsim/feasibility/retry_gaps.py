"""Effective gaps between attempts to a person: retry, retry gap and callee limits together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.compliance.limits.build import callee_limits, retry_gap
from dialsim.feasibility.audience_result import GapCause, OutcomeGaps, RetryGaps
from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, message, text_table
from dialsim.results import formatting
from dialsim.results.network.network_rules import network_rules
from dialsim.scenario.models.schema import Campaign, Scenario
from dialsim.scenario.profiles.profile import Profile

Array = NDArray[Any]
NEVER = 1 << 60

LABELS: Texts = text_table(
    {
        "retry gap": "retry gap",
        "callee limit": "callee limit",
        "both": message(" and ", "causes"),
        "further": ", then ",
        "longer": " ({causes}; asked: {asked})",
        "after": message("{} {}", "outcome and wait"),
    }
)


def effective_gaps(scenario: Scenario, rules: Profile, campaign: Campaign) -> RetryGaps:
    """Return how long a campaign waits before each further attempt to a person, hours apart.

    Notes
    -----
    Limits that count attempts in sliding windows are exact. The others (answers, calls from one
    number, calendar days) may only make a wait longer, and are left out.
    """
    gap, limits = retry_gap(scenario, rules), _sliding(scenario, rules)
    outcomes: list[OutcomeGaps] = []
    for seen, asked in dict(campaign.attempts.retry).items():
        waits: list[int] = []
        by: list[GapCause] = []
        if asked is not None:
            waits, by = _waits(asked, gap, limits, campaign.attempts.at_most)
        outcomes.append({"seen": seen, "asked_ms": asked, "gaps_ms": waits, "by": by})
    return {"retry_gap_ms": gap, "outcomes": outcomes}


def _sliding(scenario: Scenario, rules: Profile) -> list[tuple[int, int]]:
    """Return count and length (ms) of the callee limits that count attempts in sliding windows."""
    limits = callee_limits(scenario, rules)
    return [(int(each["count"]), int(each["per_ms"])) for each in limits[limits["plain"] != 0]]


def _waits(
    asked: int, gap: int, limits: Sequence[tuple[int, int]], at_most: int
) -> tuple[list[int], list[GapCause]]:
    ticks = [0]
    by: list[GapCause] = []
    why: GapCause
    for _ in range(1, at_most):
        tick, why = ticks[-1] + asked, "retry"
        if ticks[-1] + gap > tick:
            tick, why = ticks[-1] + gap, "retry gap"
        free = _free(ticks, limits)
        if free > tick:
            tick, why = free, "callee limit"
        ticks.append(tick)
        by.append(why)
    return [b - a for a, b in pairwise(ticks)], by


def _free(ticks: Sequence[int], limits: Sequence[tuple[int, int]]) -> int:
    """Return the first tick at which sliding limits allow another attempt."""
    return max((ticks[-count] + per for count, per in limits if len(ticks) >= count), default=0)


def possible_attempts(
    scenario: Scenario,
    rules: Profile,
    campaign: Campaign,
    spans: Array,
    starts: Array,
    wait_ms: int,
) -> NDArray[np.int64]:
    """Return how many attempts people can get at most in the open time of a campaign (int64[n]).

    The wait after each, the retry gap and the limits on people decide; at most what the campaign
    wants.

    Parameters
    ----------
    spans
        int64[m, 2], sorted and disjoint: when calls may be made.
    starts
        int64[n]: ticks from which on each may be tried.
    wait_ms
        The campaign's own.
    """
    limits = _sliding(scenario, rules)
    wait = max(retry_gap(scenario, rules), wait_ms, 1)
    ticks: list[Array] = []
    found = np.zeros(len(starts), np.int64)
    tick = np.asarray(starts)
    for made in range(campaign.attempts.at_most):
        for count, per in limits:
            if made >= count:
                tick = np.maximum(tick, ticks[made - count] + per)
        place = np.searchsorted(spans[:, 1], tick, "right")  # the first that ends later
        is_open = place < len(spans)
        found += is_open
        if not is_open.any():
            break
        begin = spans[np.minimum(place, len(spans) - 1), 0]
        ticks.append(np.where(is_open, np.maximum(tick, begin), NEVER))
        tick = ticks[-1] + wait
    return found


def written_gaps(gaps: RetryGaps, language: Language = "en") -> list[str]:
    """Return the waits of a campaign in words: as asked, and where they are longer, why."""
    texts = LABELS[language]
    found = []
    for each in gaps["outcomes"]:
        asked = each["asked_ms"]
        if asked is None or not each["gaps_ms"]:
            continue
        name = network_rules().word("seen", each["seen"].upper(), language)
        spans = [formatting.span(wait, language) for wait in each["gaps_ms"]]
        text = spans[0] if len(set(each["gaps_ms"])) == 1 else texts["further"].join(spans)
        causes = sorted(set(each["by"]) - {"retry"})
        if causes:
            text += texts["longer"].format(
                causes=texts["both"].join(texts[cause] for cause in causes),
                asked=formatting.span(asked, language),
            )
        found.append(texts["after"].format(name, text))
    return found
