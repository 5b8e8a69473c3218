"""Charts of a sweep, drawn on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dialsim.api.languages import language_of
from dialsim.api.samples import COST, happens
from dialsim.errors import ScenarioError, written
from dialsim.messages.catalogue import Language
from dialsim.messages.text import message
from dialsim.pages.planning.sweep_words import figure, name_of

if TYPE_CHECKING:
    from dialsim.planning.sweeps.sweep_result import Sweep


class SweepPlots:
    """The charts of a sweep, each an altair chart: shown in a notebook, saved as PNG or SVG.

    Parameters
    ----------
    found
        What they are drawn from.

    Examples
    --------
    ::

        found.plot.curve("conversations")
        found.plot.heat("conversations").save("map.png", scale_factor=2)
    """

    def __init__(self, found: Sweep) -> None:
        self._found = found

    def curve(self, metric: str, key: str | None = None, language: Language = "en") -> Any:
        """Return a figure's response to each key, with 95 % intervals; averaged over other keys.

        Raises
        ------
        KeyError
            There is no such figure.
        ScenarioError
            The key was not varied.
        """
        from dialsim.pages.charts.responses import ResponseRow, responses

        found = self._found
        rows: list[ResponseRow] = [
            {
                "key": each.key,
                "value": _text(each.value),
                "place": found.head.axes[each.key].index(each.value),
                "mean": each.interval.value,
                "low": each.interval.low,
                "high": each.interval.high,
            }
            for each in found.curve(metric, key)
        ]
        return responses(rows, self._title(metric, language), self._is_share(metric))

    def heat(
        self,
        metric: str,
        first: str | None = None,
        second: str | None = None,
        language: Language = "en",
    ) -> Any:
        """Return a map of two keys, averaged over the others; None: the first two varied keys.

        Raises
        ------
        KeyError
            There is no such figure.
        ScenarioError
            A key was not varied, or fewer than two were.
        """
        from dialsim.pages.charts.responses import HeatField, heat

        found = self._found
        names = [found.key(name) for name in (first, second) if name is not None]
        names += [key for key in found.keys if key not in names][: 2 - len(names)]
        if len(set(names)) < 2:
            sentence, allowed = message("a map takes two keys"), ", ".join(found.keys)
            raise ScenarioError.at("", sentence, allowed=allowed)
        one, two = names
        unit = found.head.units.get(metric, "")
        rows: list[HeatField] = []
        for i, x in enumerate(found.head.axes[one]):
            for j, y in enumerate(found.head.axes[two]):
                mean = found.interval(metric, {one: x, two: y}).value
                rows.append(
                    {
                        "first": _text(x),
                        "second": _text(y),
                        "at_first": i,
                        "at_second": j,
                        "mean": None if mean is None or np.isnan(mean) else mean,
                        "label": figure(mean, "share" if happens(metric) else unit),
                    }
                )
        title = self._title(metric, language)
        return heat(rows, (one, two), title, self._is_share(metric))

    def _title(self, metric: str, language: Language) -> str:
        name = name_of(metric, self._found.head.goals, language_of("language", language))
        return f"{name}, {self._found.head.units[metric]}" if metric == COST else name

    def _is_share(self, metric: str) -> bool:
        return happens(metric) or self._found.head.units.get(metric) == "share"

    def __repr__(self) -> str:
        return "<SweepPlots: curve, heat>"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else written(value)
