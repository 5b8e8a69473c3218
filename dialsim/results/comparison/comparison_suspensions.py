"""Chances of suspensions in two scenarios over pairs: counted, and given the calls made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from dialsim.messages.text import Text, message
from dialsim.results.comparison.metric_result import (
    ChanceCompared,
    ChanceDifference,
    ChanceTested,
    EventChance,
    EventCompared,
    EventCount,
    EventVerdict,
)
from dialsim.results.interval_result import IntervalResult, interval_result
from dialsim.results.probabilities import p_text, percent_digits
from dialsim.statistics.intervals import LEVEL, mean_interval, share_interval
from dialsim.statistics.paired_differences import (
    holm,
    paired_difference,
    pairs_of,
    share_difference,
)

End = Literal["value", "low", "high"]
"""A part of an interval."""

SUSPENSIONS: dict[str, Text] = {
    "any_suspension": message("any number suspended"),
    "enterprise_stop": message("all stopped at once"),
    "any_review": message("a review opened"),
}
"""Texts of what happens to caller IDs and to the enterprise, by metric."""


def suspensions_compared(
    first: Mapping[str, ArrayLike],
    second: Mapping[str, ArrayLike],
    of_calls: Mapping[str, str],
) -> dict[str, ChanceCompared]:
    """Return how the chances of suspensions differ; nothing if they were not requested.

    Parameters
    ----------
    first, second
        float[n] by metric, the same replication at the same place.
    of_calls
        From the metric of an event to that of its chance, given the calls made.

    Returns
    -------
    dict of ChanceCompared
        By event.
    """
    found: dict[str, ChanceDifference] = {}
    for metric, chance in of_calls.items():
        if chance not in first or chance not in second or not len(np.asarray(first[chance])):
            continue
        each = paired_difference(first[chance], second[chance])
        found[metric] = {
            "name": SUSPENSIONS[metric],
            "a": _side(first[metric], first[chance]),
            "b": _side(second[metric], second[chance]),
            "change": interval_result(each.change),
            "p": each.p,
        }
    adjusted = holm([each["p"] for each in found.values()])
    return {
        metric: _judged(each, p) for (metric, each), p in zip(found.items(), adjusted, strict=True)
    }


def happenings_compared(
    first: Mapping[str, ArrayLike],
    second: Mapping[str, ArrayLike],
    happenings: Iterable[str],
) -> dict[str, EventCompared]:
    """Return in how many pairs suspensions and reviews happened in two scenarios.

    Parameters
    ----------
    first, second
        float[n] by metric, the same replication at the same place.
    happenings
        Metrics of the events.

    Returns
    -------
    dict of EventCompared
        By event.
    """
    found: dict[str, EventCompared] = {}
    for metric in happenings:
        if metric not in first or metric not in second or not len(np.asarray(first[metric])):
            continue
        change = share_difference(pairs_of(first[metric], second[metric]))
        found[metric] = {
            "name": SUSPENSIONS[metric],
            "a": _count(first[metric]),
            "b": _count(second[metric]),
            "change": interval_result(change),
        }
    return found


def _count(happened: ArrayLike) -> EventCount:
    counted = np.asarray(happened, float)
    hits = int(counted.sum())
    return {"hits": hits, "share": interval_result(share_interval(hits, len(counted)))}


def _side(happened: ArrayLike, chances: ArrayLike) -> EventChance:
    mean = mean_interval(chances)
    if mean.low is not None and mean.high is not None:  # a mean chance cannot leave 0 to 1
        mean = mean._replace(low=max(0.0, mean.low), high=min(1.0, mean.high))
    return {**_count(happened), "by_calls": interval_result(mean)}


def _judged(each: ChanceDifference, p_holm: float | None) -> ChanceCompared:
    """Return a probability of both sides with its verdict and sentence."""
    tested: ChanceTested = {**each, "p_holm": p_holm, "verdict": _verdict(each, p_holm)}
    return {**tested, "sentence": _sentence(tested)}


def _verdict(each: ChanceDifference, p_holm: float | None) -> EventVerdict:
    change = each["change"]["value"]
    assert change is not None  # there are pairs
    if p_holm is None:
        return "untold" if change else "same"
    if p_holm > 1 - LEVEL:
        return "untold"
    return "likelier" if change > 0 else "less likely"


def _sentence(each: ChanceTested) -> Text:
    a, b = each["a"], each["b"]
    counted = _COUNTED.filled(a=a["hits"], b=b["hits"], n=a["share"]["n"])
    if each["verdict"] == "same":
        return message("The same in both, in every pair. {counted}").filled(counted=counted)
    change = each["change"]
    difference: Text = message("{value} points").filled(value=points(change, "value"))
    if change["low"] is not None:
        difference = message("{value} points ({low} to {high})").filled(
            value=points(change, "value"), low=points(change, "low"), high=points(change, "high")
        )
    if each["p_holm"] is None:
        text = message("B − A {difference}. {counted}")
        return text.filled(difference=difference, counted=counted)
    return _VERDICTS[each["verdict"]].filled(
        p=p_text(each["p_holm"]), difference=difference, counted=counted
    )


_COUNTED = message("Counted: A {a} of {n}, B {b} of {n}.")
_VERDICTS = {
    "untold": message("Not significant ({p}): B − A {difference}. {counted}"),
    "likelier": message("Likelier in B ({p}): B − A {difference}. {counted}"),
    "less likely": message("Less likely in B ({p}): B − A {difference}. {counted}"),
}


def points(change: IntervalResult, end: End) -> str:
    """Return one end of a difference in points, with as many digits as distinguish the ends."""
    value, low, high, wanted = change["value"], change["low"], change["high"], change[end]
    assert value is not None  # there are pairs
    assert wanted is not None
    half = abs(value) if low is None or high is None else (high - low) / 2
    digits = max(percent_digits(abs(value)), percent_digits(half, 1))
    text = f"{abs(100 * wanted):.{digits}f}"
    if not float(text):
        return "0"
    return f"{'−' if wanted < 0 else '+'}{text}"
