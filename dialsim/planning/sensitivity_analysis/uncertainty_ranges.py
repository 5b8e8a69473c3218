"""Uncertainty of values and how they can be measured: ``profiles/sensitivity.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import tomli
from pydantic import with_config
from typing_extensions import TypedDict

from dialsim.messages.data_files import text_of
from dialsim.messages.text import Text
from dialsim.results.result_types import CLOSED


@dataclass(frozen=True)
class Spread:
    """Uncertainty of values of one confidence.

    Attributes
    ----------
    factor
        A value lies between itself divided and multiplied by it; of a share, its odds do.
    edge
        How far a share of exactly 0 or 1 may be off.
    """

    factor: float
    edge: float


@with_config(CLOSED)
class RankingMethod(TypedDict):
    """Figures of the method by which assumptions are ranked."""

    trajectories: int
    """Trajectories of Morris's screening."""
    levels: int
    """Levels of each value."""
    resamples: int
    """Resamples of the trajectories by which a ranking is judged."""
    settled: float
    """Share of resamples that have to agree before a ranking is shown."""
    leading: int
    """Leading values that must agree."""
    decomposed: int
    """Values whose shares of the variance are computed."""
    base_samples: int
    """Base samples of Saltelli's scheme; a power of two."""


@dataclass(frozen=True)
class Knowledge:
    """Contents of the file.

    Attributes
    ----------
    spreads
        By confidence; one that is missing is not varied.
    method
        Figures of the method by name.
    meaning
        Why a value is not varied, by its name or the beginning of it.
    measure
        How a value can be measured, by the beginning of its name.
    """

    spreads: Mapping[str, Spread]
    method: RankingMethod
    meaning: Mapping[str, Text]
    measure: Mapping[str, Text]

    def how_to_measure(self, key: str) -> Text:
        """Return how a value can be measured, in a sentence.

        >>> knowledge().how_to_measure("answer.gross.bought").en[:23]
        'From your own call log:'
        """
        return _longest(self.measure, key) or self.measure[""]

    def why_kept(self, key: str) -> Text | None:
        """Return why a value is no uncertain fact; None if it is one."""
        return _longest(self.meaning, key)


def _longest(texts: Mapping[str, Text], key: str) -> Text | None:
    parts = key.split(".")
    for n in range(len(parts), 0, -1):
        found = texts.get(".".join(parts[:n]))
        if found is not None:
            return found
    return None


@cache
def knowledge() -> Knowledge:
    """Return the file, read once."""
    text = files("dialsim").joinpath("profiles/sensitivity.toml").read_text(encoding="utf-8")
    raw = tomli.loads(text)
    method: Any = {name: entry["value"] for name, entry in raw["method"].items()}
    return Knowledge(
        spreads={
            confidence: Spread(spread["factor"]["value"], spread["edge"]["value"])
            for confidence, spread in raw["spread"].items()
        },
        method=method,
        meaning={key: text_of(entry, "en") for key, entry in raw["meaning"].items()},
        measure={key: text_of(entry, "en") for key, entry in raw["measure"].items()},
    )
