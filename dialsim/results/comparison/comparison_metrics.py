"""Metrics of two scenarios over pairs of replications: which differences are significant."""

from __future__ import annotations

from collections.abc import Mapping

from numpy.typing import ArrayLike

from dialsim.results.comparison.metric_result import MetricCompared, MetricDifference
from dialsim.results.interval_result import interval_result
from dialsim.scenario.metrics import metrics
from dialsim.statistics.intervals import LEVEL
from dialsim.statistics.paired_differences import holm, paired_difference
from dialsim.statistics.rate_intervals import counted_of, rate_difference


def metrics_compared(
    first: Mapping[str, ArrayLike],
    second: Mapping[str, ArrayLike],
    *,
    level: float = LEVEL,
    same: bool = False,
) -> dict[str, MetricCompared]:
    """Return how each metric differs, in the dictionary's order.

    Parameters
    ----------
    first, second
        float[n] by metric, the same replication at the same place; not a number: no value.
    same
        Whether both are the same scenario, so that even what is rare cannot differ.

    Returns
    -------
    dict of MetricCompared
        By metric. A difference is significant (``told``) if it survives Holm over all metrics
        tested (rates of rare events as
        :func:`~dialsim.statistics.rate_intervals.rate_difference` says). A metric that one of the
        two never has is left out.
    """
    found: dict[str, MetricDifference] = {}
    for key, metric in metrics().items():
        if key not in first or key not in second:
            continue
        if (
            not same
            and metric.rate is not None
            and {*metric.rate[:2]} <= first.keys() & second.keys()
        ):
            one, two = (counted_of(side, metric.rate) for side in (first, second))
            each = rate_difference(one, two, level)
        else:
            each = paired_difference(first[key], second[key], level)
        if not each.change.n:
            continue
        found[key] = {
            "name": metric.name["en"],
            "name_zh": metric.name["zh"],
            "unit": metric.unit,
            "better": metric.better,
            "a": each.first,
            "b": each.second,
            "change": interval_result(each.change),
            "p": each.p,
            "constant": each.constant,
            "saved": each.saved,
        }
    adjusted = holm([each["p"] for each in found.values()])
    return {
        key: {**each, "p_holm": p, "told": p is not None and p <= 1 - level}
        for (key, each), p in zip(found.items(), adjusted, strict=True)
    }
