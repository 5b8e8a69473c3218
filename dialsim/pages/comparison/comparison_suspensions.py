"""Chances of suspensions in two scenarios over pairs: counted, and given the calls made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from rich.text import Text

from dialsim.pages.comparison.certainty_lines import SUSPENSIONS, percent_digits, probability
from dialsim.pages.layout import BAD, GOOD, OPEN, QUIET, headed, paragraph
from dialsim.results.comparison.comparison_goals import p_text
from dialsim.statistics.intervals import LEVEL, mean_interval, share_interval
from dialsim.statistics.paired_differences import (
    holm,
    paired_difference,
    pairs_of,
    share_difference,
)

Found = Mapping[str, Any]
_MARKS = {
    "likelier": ("−", BAD),
    "less likely": ("+", GOOD),
    "same": ("=", ""),
    "untold": ("?", OPEN),
}


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


def _sentence(each: Found) -> str:
    n = each["a"]["share"]["n"]
    counted = f"Counted: A {each['a']['hits']} of {n}, B {each['b']['hits']} of {n}."
    if each["verdict"] == "same":
        return f"The same in both, in every pair. {counted}"
    change = each["change"]
    ends = (
        "" if change["low"] is None else f" ({_points(change, 'low')} to {_points(change, 'high')})"
    )
    difference = f"B − A {_points(change, 'value')} points{ends}"
    if each["p_holm"] is None:
        return f"{difference}. {counted}"
    told = "Cannot be told apart" if each["verdict"] == "untold" else f"{each['verdict']} in B"
    return f"{told[0].upper()}{told[1:]} ({p_text(each['p_holm'])}): {difference}. {counted}"


def _points(change: Found, end: str) -> str:
    """Return one end of a difference in points, with as many digits as distinguish the ends."""
    low, high = change["low"], change["high"]
    half = abs(change["value"]) if low is None else (high - low) / 2
    digits = max(percent_digits(abs(change["value"])), percent_digits(half, 1))
    text = f"{abs(100 * change[end]):.{digits}f}"
    if not float(text):
        return "0"
    return f"{'−' if change[end] < 0 else '+'}{text}"


def suspension_lines(found: Found, width: int) -> list[Text]:
    """Return the section of a comparison's page; nothing where it was not asked for.

    Parameters
    ----------
    found
        As of ``Comparison.to_dict``.
    width
        None is wider.
    """
    suspensions = found.get("suspensions")  # older versions did not write it
    if not suspensions:
        return _counted_lines(found, width)
    note = "chance by the calls made, mean over pairs · paired t test, Holm"
    lines = [Text(""), *headed("Suspensions and reviews", note, width)]
    for each in suspensions.values():
        mark, style = _MARKS[each["verdict"]]
        a, b = (probability(each[side]["by_calls"]["value"]) for side in "ab")
        first = paragraph(f"{each['name']}: A {a}, B {b}", width - 3, 2)
        first[0] = Text.assemble("  ", (mark, style), "  ", first[0].plain.strip())
        lines += [*first, *paragraph(each["sentence"], width, 5, QUIET)]
    return lines


def _counted_lines(found: Found, width: int) -> list[Text]:
    """Return the counted events where chances were not requested; nothing if none happened."""
    counted = found.get("happened") or {}  # older versions did not write it
    if not any(each[side]["hits"] for each in counted.values() for side in "ab"):
        return []
    note = "in so many pairs · 95 % interval of the difference"
    lines = [Text(""), *headed("Suspensions and reviews", note, width)]
    for each in counted.values():
        lines += paragraph(counted_sentence(each), width, 2)
    return lines


def counted_sentence(each: Found) -> str:
    """Return in how many pairs an event happened in both scenarios, and the difference."""
    n, change = each["a"]["share"]["n"], each["change"]
    text = f"{each['name']}: A {each['a']['hits']:,} of {n:,}, B {each['b']['hits']:,} of {n:,}"
    if not (each["a"]["hits"] or each["b"]["hits"]):
        return text
    ends = f" ({_points(change, 'low')} to {_points(change, 'high')})"
    return f"{text}; B − A {_points(change, 'value')} points{ends}"
