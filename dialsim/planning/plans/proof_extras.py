"""Further results of a plan's proof: reviews, and goals with a call history."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dialsim.execution.replication import Played
from dialsim.results.planning_types.intervals import KnownMean, known_mean, known_share
from dialsim.results.planning_types.plan_promises import PromiseLog, Reviews
from dialsim.scenario.metrics import NO_COUNTS
from dialsim.statistics.intervals import mean_interval, share_interval


def reviews_of(played: Sequence[Played]) -> Reviews | None:
    """Return the probability of a review, by counts and given the calls; None without runs.

    Of a plan for the rest only reviews that were opened after the moment count.
    """
    if not played:
        return None
    hits = sum(each.reviewed for each in played)
    chances = [each.review_chance for each in played if each.review_chance is not None]
    by_calls: KnownMean | None = None
    if len(chances) == len(played):
        found = mean_interval(chances)
        if found.low is not None and found.high is not None:  # no mean of chances leaves 0 to 1
            found = found._replace(low=max(0.0, found.low), high=min(1.0, found.high))
        by_calls = known_mean(found)
    return {
        "runs": len(played),
        "hits": hits,
        "share": known_share(share_interval(hits, len(played))),
        "by_calls": by_calls,
        "stood_still": sum(each.stopped_by_review for each in played),
    }


def before_and_played(played: Sequence[Played], place: int) -> PromiseLog | None:
    """Return a goal's value in the log, and the runs' mean addition; None without a log.

    Parameters
    ----------
    place
        Of the goal, from 0.

    Notes
    -----
    The mean is ``expected`` of what is counted, ``played`` of shares and means.
    """
    goals = [each.goals[place] for each in played]
    logs = [goal["before"] for goal in goals if "before" in goal]
    if not logs:
        return None
    unit, as_of, value = goals[0]["unit"], logs[0]["as_of"], logs[0]["value"]
    came = [log["played"] for log in logs if log["played"] is not None]
    mean = float(np.mean(came)) if came else None
    if unit in NO_COUNTS:
        return {"unit": unit, "before": {"as_of": as_of, "value": value, "played": mean}}
    return {"unit": unit, "before": {"as_of": as_of, "value": value, "expected": mean}}
