"""HDR histograms of times, in microseconds, and their files."""

from __future__ import annotations

import io
import math
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

QUANTILES = (50.0, 90.0, 99.0, 99.9, 99.99)
CURVE = (25.0, 50.0, 75.0, 90.0, 95.0, 97.5, 99.0, 99.5, 99.75, 99.9, 99.95, 99.99, 99.999)
"""Percentiles of the curve that a chart of a step shows."""
LONGEST_US = 24 * 3_600_000_000
FIGURES = 3  # significant decimal figures a value keeps
US_PER_MS = 1000.0
_DEVIATION = re.compile(r"(StdDeviation   = )[ 0-9.]+")


def histogram_of(seconds: NDArray[np.float64]) -> Any:
    """Return an HDR histogram of times; times below a microsecond count as one.

    Notes
    -----
    Recorded by ``record_value``, once for each distinct microsecond: about 1 µs each.
    """
    from hdrh.histogram import HdrHistogram

    made: Any = HdrHistogram(1, LONGEST_US, FIGURES)
    us = np.clip(np.rint(seconds * 1e6), 1, LONGEST_US).astype(np.int64)
    values, counts = np.unique(us, return_counts=True)
    for value, count in zip(values.tolist(), counts.tolist(), strict=True):
        made.record_value(value, count)
    return made


def quantiles_ms(made: Any) -> dict[str, float | None]:
    """Return a histogram's quantiles and maximum in ms; None if it is empty.

    >>> import numpy as np
    >>> quantiles_ms(histogram_of(np.array([0.001] * 99 + [0.5])))["p99"]
    1.0
    """
    some = made.get_total_count() > 0
    values = made.get_percentile_to_value_dict(QUANTILES)  # one pass; an empty histogram has none
    found: dict[str, float | None] = {
        quantile_name(q): values[q] / 1000 if some else None for q in QUANTILES
    }
    found["max"] = made.get_max_value() / 1000 if some else None
    return found


def percentiles_ms(made: Any) -> dict[str, float]:
    """Return a histogram's times in ms by percentile, as far as one lies above each, and maximum.

    >>> import numpy as np
    >>> percentiles_ms(histogram_of(np.array([0.001] * 7 + [0.5])))
    {'25': 1.0, '50': 1.0, '75': 1.0, 'max': 500.223}
    """
    count = made.get_total_count()
    if not count:
        return {}
    known = [q for q in CURVE if count * (100 - q) >= 99.999]
    values = made.get_percentile_to_value_dict(known) if known else {}
    found = {f"{q:g}": values[q] / US_PER_MS for q in known}
    return found | {"max": made.get_max_value() / US_PER_MS}


def judged_quantiles_ms(made: Any, unknown: int) -> dict[str, float | None]:
    """Return the quantiles in ms of times, so many more of which are unknown.

    Unknown times count as longer than all others, so quantiles are never too short. None: the
    quantile lies among them, or there are no times.

    >>> import numpy as np
    >>> some = histogram_of(np.array([0.001] * 90 + [0.5] * 5))
    >>> judged_quantiles_ms(some, 5)["p90"], judged_quantiles_ms(some, 5)["p99"]
    (1.0, None)
    """
    known = made.get_total_count()
    if not unknown:
        return {name: value for name, value in quantiles_ms(made).items() if name != "max"}
    found: dict[str, float | None] = {}
    for q in QUANTILES:
        rank = math.ceil(round(q / 100 * (known + unknown), 6))
        inside = 0 < rank <= known
        value = made.get_value_at_percentile(100 * rank / known) / 1000 if inside else None
        found[quantile_name(q)] = value
    return found


def quantile_name(percent: float) -> str:
    """Return a quantile's name, such as ``p99.9``."""
    return f"p{percent:g}"


def hgrm_text(made: Any) -> str:
    """Return a histogram as a percentile distribution in ms, the usual ``.hgrm`` file.

    Its last line, a comment like those before it, states the unit.

    >>> import numpy as np
    >>> text = hgrm_text(histogram_of(np.array([0.001, 0.002])))
    >>> text.splitlines()[-4]
    '#[Mean    =        1.500, StdDeviation   =        0.500]'
    """
    out = io.BytesIO()
    made.output_percentile_distribution(out, US_PER_MS)
    text = out.getvalue().decode("ascii")
    deviation_ms = f"{made.get_stddev() / US_PER_MS:12.{FIGURES}f}"  # hdrh leaves it in µs
    return _DEVIATION.sub(lambda found: found[1] + deviation_ms, text) + "#[Unit    = ms]\n"
