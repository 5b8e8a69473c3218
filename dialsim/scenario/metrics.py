"""The metric dictionary: names, units and meaning, read once from ``metrics.toml``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal

import tomli

from dialsim.messages.catalogue import Language
from dialsim.messages.data_files import text_of
from dialsim.messages.text import Text
from dialsim.statistics.rate import Rate

NO_COUNTS = ("share", "s", "calls/h", "1/million calls")
"""Units of measurements and ratios, which are not counts."""


@dataclass(frozen=True)
class Metric:
    """One metric.

    `better` says which way is an improvement, `by_campaign` that each campaign has its own value.
    ``metrics.toml`` explains every key.

    Raises
    ------
    ValueError
        Its keys contradict each other; names the metric.
    """

    key: str
    unit: str
    name: Text
    meaning: str
    better: Literal["higher", "lower"]
    by_campaign: bool = True
    since: date | None = None
    sum_of: tuple[str, ...] = ()
    part: str | None = None
    whole: str | None = None
    times: float = 1.0
    rare: bool = False
    in_proportion_to: str | None = None
    not_split: str | None = None
    not_split_by_hour: str | None = None

    def __post_init__(self) -> None:
        ratio = self.part is not None
        splits = (self.in_proportion_to, self.not_split, self.not_split_by_hour)
        for wrong, problem in (
            (self.better not in ("higher", "lower"), 'better: "higher" or "lower"'),
            (ratio != (self.whole is not None), "part and whole: both or neither"),
            (ratio and self.sum_of, "a sum and a ratio at once"),
            (self.rare and not ratio, "rare: needs part and whole"),
            (self.times != 1 and not ratio, "times: needs part and whole"),
            (sum(each is not None for each in splits) > 1, "more than one way to split"),
            (not isinstance(self.since, date | None), "since: a day, such as 2026-11-26"),
        ):
            if wrong:
                raise ValueError(f"metrics.toml: {self.key}: {problem}")

    @property
    def rate(self) -> Rate | None:
        """Events and exposure of the rate, if the value is a rate of rare events."""
        if not self.rare or self.part is None or self.whole is None:
            return None
        return Rate(self.part, self.whole, self.times)

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

    >>> metrics()["conversations"].name["zh"]
    '有效通话'
    """
    found = {}
    keys = {each.name for each in fields(Metric)}
    reasons = _tables()["not_split"]
    for key, table in _tables().items():
        if key == "not_split":
            continue
        if unknown := table.keys() - keys - {"context"}:
            raise ValueError(f"metrics.toml: {key}: unknown keys {sorted(unknown)}")
        given = {each: item for each, item in table.items() if each != "context"}
        given |= {"name": text_of(table, "name"), "sum_of": tuple(table.get("sum_of", ()))}
        metric = Metric(key=key, **given)
        if not {metric.not_split, metric.not_split_by_hour} <= {None, *reasons}:
            raise ValueError(f"metrics.toml: {key}: a reason that [not_split] does not have")
        found[key] = metric
    return MappingProxyType(found)


def values_from_counts(
    counts: Mapping[str, float], chosen: Iterable[Metric]
) -> dict[str, int | float | None]:
    """Return the values of metrics that counts of calls give, by key.

    Parameters
    ----------
    counts
        By name; ``talk_ms`` also counts as ``talk_s``.
    chosen
        Metrics in the dictionary's order; those whose counts are not in `counts` are left out.

    Returns
    -------
    dict
        Counts are int, ratios float; None where the whole is 0.

    >>> asr, reach = metrics()["asr"], metrics()["reach"]
    >>> values_from_counts({"answered": 1, "attempts": 4, "talk_ms": 0}, [asr, reach])
    {'asr': 0.25}
    """
    known: dict[str, Any] = {**counts, "talk_s": counts["talk_ms"] / 1000}
    found: dict[str, int | float | None] = {}
    for metric in chosen:
        key = metric.key
        if metric.part is not None and metric.whole is not None:
            if {metric.part, metric.whole} <= known.keys():
                whole = known[metric.whole]
                known[key] = metric.times * known[metric.part] / whole if whole else None
        elif metric.sum_of:
            known[key] = sum(known[each] for each in metric.sum_of)
        if key in known:
            found[key] = known[key]
    return found


def unsplit_reasons(language: Language = "en", by_hour: bool = False) -> dict[str, str]:
    """Return why metrics are not split by a value of the people called, by key.

    Ordered by the reasons of ``metrics.toml``, then as outputs show metrics.
    """
    return {key: text[language] for key, text in unsplit_texts(by_hour).items()}


def unsplit_texts(by_hour: bool = False) -> dict[str, Text]:
    """Return the same as texts."""
    found: dict[str, Text] = {}
    for reason, table in _tables()["not_split"].items():
        for key, metric in metrics().items():
            if reason == metric.not_split or (by_hour and reason == metric.not_split_by_hour):
                found[key] = text_of(table, "en")
    return found


@cache
def _tables() -> dict[str, dict[str, Any]]:
    """Return the tables of ``metrics.toml``: a table for each metric, and ``not_split``."""
    text = files("dialsim.scenario").joinpath("metrics.toml").read_text(encoding="utf-8")
    return tomli.loads(text)
