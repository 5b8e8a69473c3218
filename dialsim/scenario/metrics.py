"""The metric dictionary: names, units and meaning, read once from ``metrics.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

import tomli

from dialsim.statistics.rate import Rate

NO_COUNTS = ("share", "s", "calls/h", "1/million calls")
"""Units of measurements and ratios, which are not counts."""


@dataclass(frozen=True)
class Metric:
    """One metric.

    `better` says which way is an improvement, `share` that it lies in 0 to 1, `by_campaign` that
    each campaign has its own; `events`, `exposure` and `times` how a rate is made, see `rate`.
    """

    key: str
    unit: str
    name: str
    name_zh: str
    meaning: str
    better: Literal["higher", "lower"]
    by_campaign: bool = True
    events: str | None = None
    exposure: str | None = None
    times: float = 1.0

    @property
    def rate(self) -> Rate | None:
        """Events and exposure of the rate, if the value is a rate of rare events."""
        if self.events is None or self.exposure is None:
            return None
        return Rate(self.events, self.exposure, self.times)

    @property
    def share(self) -> bool:
        """Whether the value lies between 0 and 1."""
        return self.unit == "share"

    @property
    def count(self) -> bool:
        """Whether the value is a whole number of things."""
        return self.unit not in NO_COUNTS


@cache
def metrics() -> Mapping[str, Metric]:
    """Return every metric by its key, in the order outputs show them.

    >>> metrics()["conversations"].name_zh
    '有效通话'
    """
    text = files("dialsim.scenario").joinpath("metrics.toml").read_text(encoding="utf-8")
    return MappingProxyType(
        {key: Metric(key=key, **entry) for key, entry in tomli.loads(text).items()}
    )
