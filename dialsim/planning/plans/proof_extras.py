"""Further results of a plan's proof: reviews, and goals with a call history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from dialsim.execution.replication import Played
from dialsim.scenario.metrics import NO_COUNTS
from dialsim.statistics.intervals import mean_interval, share_interval


def reviews_of(played: Sequence[Played]) -> dict[str, Any] | None:
    """Return the probability of a review, by counts and given the calls; None without runs.

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


def before_and_played(played: Sequence[Played], place: int) -> dict[str, Any] | None:
    """Return a goal's value in the log, and the runs' mean addition; None without a log.

    Parameters
    ----------
    place
        Of the goal, from 0.

    Returns
    -------
    dict
        As ``before`` of a judged goal (:func:`dialsim.results.goals.judge`), with ``unit``: the
        mean is ``expected`` of what is counted, ``played`` of shares and means.
    """
    goals = [each.goals[place] for each in played]
    if not goals or "before" not in goals[0]:
        return None
    first, unit = goals[0], str(goals[0]["unit"])
    came = [goal["before"]["played"] for goal in goals if goal["before"]["played"] is not None]
    key = "played" if unit in NO_COUNTS else "expected"
    before = {name: first["before"][name] for name in ("as_of", "value")}
    before |= {key: float(np.mean(came)) if came else None}
    return {"unit": unit, "before": before}
