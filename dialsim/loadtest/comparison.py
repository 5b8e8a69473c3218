"""Comparison of two load tests of the same load."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from dialsim.errors import Problems
from dialsim.loadtest.histograms import QUANTILES, quantile_name
from dialsim.loadtest.progress import rate_text
from dialsim.loadtest.stored import StoredLoad, StoredStage, read_load
from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import message
from dialsim.pages.load_comparison_result import (
    ComparedFigure,
    ComparedLoad,
    ComparedStep,
    LoadComparisonResult,
)
from dialsim.pages.model.display import PageResult
from dialsim.statistics.independent_samples import welch_difference
from dialsim.statistics.intervals import LEVEL
from dialsim.statistics.paired_differences import Difference, holm

if TYPE_CHECKING:
    from dialsim.pages.model.parts import Page

Value = Callable[[StoredStage, float], float | None]
SETTINGS = {
    "rates_per_s": "--rate, --ramp",
    "length_ms": "--for",
    "warm_up_ms": "--warm-up",
    "arrivals": "--arrivals",
    "profile": "--profile",
    "hold_ms": "--hold",
    "deadline_ms": "--deadline",
}
"""Keys of the request that make the load plan, and their options."""


@dataclass(frozen=True)
class _Figure:
    """A figure of a step; `better`: 1 if more is better, -1 if less is."""

    name: str
    unit: str
    better: int
    value: Value


def _lateness(name: str) -> Value:
    def value(stage: StoredStage, length_s: float) -> float | None:
        del length_s
        return stage["lateness_ms"].get(name)

    return value


def _share(stage: StoredStage, length_s: float) -> float | None:
    del length_s
    return stage["admitted"] / stage["offered"] if stage["offered"] else None


FIGURES = (
    *(
        _Figure(f"lateness {name}", "ms", -1, _lateness(name))
        for name in (*map(quantile_name, QUANTILES), "max")
    ),
    _Figure("reached", "dials/s", 1, lambda stage, s: (stage["admitted"] + stage["deferred"]) / s),
    _Figure("admitted", "share", 1, _share),
)


class LoadComparison(PageResult):
    """Two load tests of the same load, the second judged by the first.

    Runs are independent samples: Welch's interval and test, Holm's correction over all figures of
    all steps. An interrupted step is left out.
    """

    def __init__(self, places: tuple[str, str], loads: tuple[StoredLoad, StoredLoad]) -> None:
        self.places, self.loads = places, loads
        self.steps = _steps(loads)

    @property
    def worse(self) -> bool:
        """Whether the second is significantly worse in any figure."""
        return any(each["worse"] for step in self.steps for each in step["figures"])

    @property
    def exit_code(self) -> int:
        """1 if the second is significantly worse in any figure, else 0."""
        return int(self.worse)

    def to_dict(self) -> LoadComparisonResult:
        """Return the comparison, ready for JSON."""
        first, second = (
            _compared(place, load) for place, load in zip(self.places, self.loads, strict=True)
        )
        return {
            "scenario": self.loads[0]["scenario"],
            "seed": self.loads[0]["seed"],
            "first": first,
            "second": second,
            "steps": self.steps,
            "worse": self.worse,
            "tests": sum(each["p"] is not None for step in self.steps for each in step["figures"]),
        }

    def page(self, language: Language = ENGLISH) -> Page:
        """Return the page of the comparison."""
        from dialsim.pages.load_comparison_page import load_comparison_page

        return load_comparison_page(self.to_dict(), language)


def compare_loads(first: Path, second: Path) -> LoadComparison:
    """Compare two load tests, each a ``load.json`` or the folder that has it.

    Raises
    ------
    ScenarioError
        One of them cannot be read or was a search, or their load plans differ.
    """
    loads = read_load(first, "A"), read_load(second, "B")
    _refuse_others(loads)
    return LoadComparison((str(first), str(second)), loads)


def _refuse_others(loads: tuple[StoredLoad, StoredLoad]) -> None:
    """Refuse searches, and load plans that differ, naming every difference."""
    problems = Problems()
    for option, load in zip("AB", loads, strict=True):
        if load["asked"]["find_limit"]:
            problems.add(option, message("a search for a limit has no steps to compare"))
    problems.raise_if_any()
    one, two = loads
    plans = [
        ("SCENARIO", one["scenario"], two["scenario"]),
        ("--seed", one["seed"], two["seed"]),
        *((option, one["asked"][key], two["asked"][key]) for key, option in SETTINGS.items()),  # type: ignore[literal-required]
    ]
    for option, mine, other in plans:
        if mine != other:
            problems.add(
                "B",
                message("its load plan differs from that of A in {option}").filled(option=option),
                found=str(other),
                allowed=str(mine),
            )
    problems.raise_if_any()


def _compared(place: str, load: StoredLoad) -> ComparedLoad:
    machine = load["machine"]
    names = [str(machine[key]) for key in ("system", "processor") if machine.get(key)]
    return {
        "place": place,
        "runs": sum(not run["interrupted"] for run in load["runs"]),
        "complete": load["complete"],
        "void": load["void"],
        "machine": " ".join(names),
        "cores": cores if isinstance(cores := machine.get("cores"), int) else None,
    }


def _steps(loads: tuple[StoredLoad, StoredLoad]) -> list[ComparedStep]:
    length_s = loads[0]["asked"]["length_ms"] / 1000
    found = [_stages(load) for load in loads]
    stages = sorted(found[0].keys() & found[1].keys())
    rows = [
        (stage, figure, [_values(figure, each[stage], length_s) for each in found])
        for stage in stages
        for figure in FIGURES
    ]
    differences = [welch_difference(one, two) for _, _, (one, two) in rows]
    adjusted = holm([each.p for each in differences])
    steps: dict[int, ComparedStep] = {}
    for (stage, figure, _), difference, p in zip(rows, differences, adjusted, strict=True):
        first = found[0][stage][0]
        step = steps.setdefault(
            stage,
            {
                "stage": stage,
                "rate_per_s": first["rate_per_s"],
                "rate": rate_text(first["rate_per_s"]),
                "runs": [len(each[stage]) for each in found],
                "figures": [],
            },
        )
        step["figures"].append(_figure(figure, difference, p))
    return list(steps.values())


def _stages(load: StoredLoad) -> dict[int, list[StoredStage]]:
    """Return the steps of all runs by their number, without an interrupted one."""
    by_stage: dict[int, list[StoredStage]] = {}
    for run in load["runs"]:
        for stage in run["stages"][: -1 if run["interrupted"] else None]:
            by_stage.setdefault(stage["stage"], []).append(stage)
    return by_stage


def _values(figure: _Figure, stages: Sequence[StoredStage], length_s: float) -> list[float]:
    values = [figure.value(stage, length_s) for stage in stages]
    return [np.nan if value is None else value for value in values]


def _figure(figure: _Figure, difference: Difference, p: float | None) -> ComparedFigure:
    change = difference.change
    differs = difference.constant and change.value != 0
    significant = differs or (p is not None and p <= 1 - LEVEL)
    return {
        "name": figure.name,
        "unit": figure.unit,
        "first": difference.first,
        "second": difference.second,
        "change": change.value,
        "low": change.low,
        "high": change.high,
        "p": p,
        "significant": significant,
        "worse": significant and (change.value or 0.0) * figure.better < 0,
    }
