"""In how many runs of a plan's proof a review of the enterprise was opened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dialsim.api.replicating import Played
from dialsim.report.intervals import mean_interval, share_interval


def reviews_of(played: Sequence[Played]) -> dict[str, Any] | None:
    """Return how likely a review is by runs, counted and by the calls made; None without runs.

    Returns
    -------
    dict
        ``runs``; ``hits``, those with a review; ``share`` of them with its interval; ``by_calls``,
        the mean chance given the calls made with its interval (None: not known); ``stood_still``,
        the runs in which a review stopped every number. Of a plan for the rest only reviews that
        were opened after the moment count.
    """
    if not played:
        return None
    hits = sum(each.reviewed for each in played)
    chances = [each.review_chance for each in played if each.review_chance is not None]
    by_calls = None
    if len(chances) == len(played):
        found = mean_interval(chances)
        if found.low is not None and found.high is not None:  # no mean of chances leaves 0 to 1
            found = found._replace(low=max(0.0, found.low), high=min(1.0, found.high))
        by_calls = found._asdict()
    return {
        "runs": len(played),
        "hits": hits,
        "share": share_interval(hits, len(played))._asdict(),
        "by_calls": by_calls,
        "stood_still": sum(each.stopped_by_review for each in played),
    }
