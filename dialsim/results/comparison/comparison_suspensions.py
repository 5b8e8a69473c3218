"""Chances of suspensions in two scenarios over pairs: counted, and given the calls made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from dialsim.messages.text import Text, message
from dialsim.results.probabilities import p_text, percent_digits
from dialsim.statistics.intervals import LEVEL, mean_interval, share_interval
from dialsim.statistics.paired_differences import (
    holm,
    paired_difference,
    pairs_of,
    share_difference,
)

Found = Mapping[str, Any]

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
) -> dict[str, Any]:
    """Return how the chances of suspensions differ; nothing if they were not requested.

    Parameters
    ----------
    first, second
        float[n] by metric, the same replication at the same place.
    of_calls
        From the metric of an event to that of its chance, given the calls made.

    Returns
    -------
    dict
        By event: for ``a`` and ``b`` the ``hits`` and ``share`` of replications in which it
        happened, and ``by_calls`` the mean chance given the calls made, each with its interval; the
        ``change`` of that chance with its paired t interval; ``p`` of the paired t test and
        ``p_holm``, Holm over both; ``verdict`` on the second: likelier, less likely, same (in every
        pair) or untold; and a ``sentence``.
    """
    found: dict[str, Any] = {}
    for metric, chance in of_calls.items():
        if chance not in first or chance not in second or not len(np.asarray(first[chance])):
            continue
        each = paired_difference(first[chance], second[chance])
        found[metric] = {
            "name": SUSPENSIONS[metric],
            "a": _side(first[metric], first[chance]),
            "b": _side(second[metric], second[chance]),
            "change": each.change._asdict(),
            "p": each.p,
        }
    adjusted = holm([each["p"] for each in found.values()])
    for each, p in zip(found.values(), adjusted, strict=True):
        each["p_holm"] = p
        each["verdict"] = _verdict(each)
        each["sentence"] = _sentence(each)
    return found


def happenings_compared(
    first: Mapping[str, ArrayLike],
    second: Mapping[str, ArrayLike],
    happenings: Iterable[str],
) -> dict[str, Any]:
    """Return in how many pairs suspensions and reviews happened in two scenarios.

    Parameters
    ----------
    first, second
        float[n] by metric, the same replication at the same place.
    happenings
        Metrics of the events.

    Returns
    -------
    dict
        By event: for ``a`` and ``b`` the ``hits`` and ``share`` of replications, and the
        ``change`` of that share with Newcombe's interval for pairs.
    """
    found: dict[str, Any] = {}
    for metric in happenings:
        if metric not in first or metric not in second or not len(np.asarray(first[metric])):
            continue
        sides = {}
        for side, values in (("a", first[metric]), ("b", second[metric])):
            counted = np.asarray(values, float)
            hits = int(counted.sum())
            sides[side] = {
                "hits": hits,
                "share": share_interval(hits, len(counted))._asdict(),
            }
        change = share_difference(pairs_of(first[metric], second[metric]))
        found[metric] = {"name": SUSPENSIONS[metric], **sides, "change": change._asdict()}
    return found


def _side(happened: ArrayLike, chances: ArrayLike) -> dict[str, Any]:
    counted = np.asarray(happened, float)
    hits = int(counted.sum())
    mean = mean_interval(chances)
    if mean.low is not None and mean.high is not None:  # a mean chance cannot leave 0 to 1
        mean = mean._replace(low=max(0.0, mean.low), high=min(1.0, mean.high))
    share = share_interval(hits, len(counted))
    return {"hits": hits, "share": share._asdict(), "by_calls": mean._asdict()}


def _verdict(each: Found) -> str:
    change, p = each["change"]["value"], each["p_holm"]
    if p is None:
        return "untold" if change else "same"
    if p > 1 - LEVEL:
        return "untold"
    return "likelier" if change > 0 else "less likely"


def _sentence(each: Found) -> Text:
    n, sides = each["a"]["share"]["n"], {side: each[side]["hits"] for side in "ab"}
    counted = _COUNTED.filled(**sides, n=n)
    if each["verdict"] == "same":
        return message("The same in both, in every pair. {counted}").filled(counted=counted)
    change = each["change"]
    difference: Text = message("{value} points").filled(value=points(change, "value"))
    if change["low"] is not None:
        difference = message("{value} points ({low} to {high})").filled(
            **{end: points(change, end) for end in ("value", "low", "high")}
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


def points(change: Found, end: str) -> str:
    """Return one end of a difference in points, with as many digits as distinguish the ends."""
    low, high = change["low"], change["high"]
    half = abs(change["value"]) if low is None else (high - low) / 2
    digits = max(percent_digits(abs(change["value"])), percent_digits(half, 1))
    text = f"{abs(100 * change[end]):.{digits}f}"
    if not float(text):
        return "0"
    return f"{'−' if change[end] < 0 else '+'}{text}"
