"""Factors: profile values mapped so that 0 to 1 covers the whole range."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dialsim.core.time_units import HOUR_MS, MINUTE_MS
from dialsim.errors import InternalError
from dialsim.messages.text import message
from dialsim.planning.sensitivity_analysis.uncertainty_ranges import Spread
from dialsim.scenario.profiles.profile import Value
from dialsim.scenario.profiles.strictness import MOST_INDEX, MOST_PER_UNIT, problem_with
from dialsim.scenario.values import format_duration, parse_duration

SHAPES = {
    "mixture": message("all medians ×{}"),
    "index": message("contrast between hours or days ×{}"),
    "sip shares": message("odds of the first code ×{}"),
}
"""What is varied of a value that is more than a number."""


@dataclass(frozen=True)
class Factor:
    """One assumption that is varied.

    Attributes
    ----------
    key
        Name of the value in the network profile.
    value
        The value in force, with unit, source and confidence.
    low, high
        Ends of its range, in the form of the value; of a shape, the multipliers.
    at
        From a place between 0 and 1 to the value as an override writes it.
    home
        The place of the value in force, or the nearest to it.
    given
        Whether the range was given by the user.
    """

    key: str
    value: Value
    low: Any
    high: Any
    at: Callable[[float], Any]
    home: float = 0.5
    given: bool = False

    @property
    def shape(self) -> bool:
        """Whether the value is more than a number."""
        return self.value.unit in SHAPES

    @property
    def moves(self) -> bool:
        """Whether its range holds more than one value."""
        return bool(self.at(0.0) != self.at(1.0))

    def near(self, u: float, share: float) -> Any:
        """Return the value a share of the way from the current one to that at a place."""
        return self.at(self.home + (u - self.home) * share)

    def between(self, first: float, last: float) -> Factor:
        """Return it with only a part of its range, from one place in it to another."""
        at, span = self.at, last - first

        def there(u: float) -> Any:
            return at(first + u * span)

        low, high = there(0.0), there(1.0)
        if self.shape:
            low, high = (self.low * (self.high / self.low) ** place for place in (first, last))
        home = (self.home - first) / span if span > 0 else 0.0
        return replace(self, low=low, high=high, at=there, home=min(1.0, max(0.0, home)))


def varied(key: str, value: Value, spread: Spread) -> Factor | None:
    """Return a value with the range that its confidence implies; None if it cannot be varied.

    Counts stay whole and above 0, shares within 0 and 1; durations are text.

    Examples
    --------
    >>> half = Value(0.5, "share", "A", "assumption")
    >>> factor = varied("people.busy", half, Spread(2.0, 0.2))
    >>> round(factor.low, 3), factor.at(0.5), round(factor.high, 3)
    (0.333, 0.5, 0.667)
    """
    at = _way(value, spread)
    if at is None:
        return None
    ends = (1 / spread.factor, spread.factor) if value.unit in SHAPES else (at(0.0), at(1.0))
    home = 0.0 if value.unit == "share" and value.value in (0, 1) else 0.5
    return Factor(key, value, low=ends[0], high=ends[1], at=at, home=home)


def _way(value: Value, spread: Spread) -> Callable[[float], Any] | None:
    """Return how the value moves through its range; None if it has none."""
    bare, unit, factor = value.value, value.unit, spread.factor

    def times(u: float) -> float:
        return float(factor ** (2 * u - 1))

    if unit == "share" and not isinstance(bare, bool):
        return _share_way(float(bare), times, spread.edge)
    if unit == "duration":
        ms = parse_duration(bare)
        return (lambda u: written(ms * times(u))) if ms > 0 else None
    if unit == "mixture":
        return lambda u: [[w, median * times(u), sigma] for w, median, sigma in bare]
    if unit == "index" and len(bare) in (7, 24):
        return lambda u: [min(MOST_INDEX, each ** times(u)) for each in bare]
    if unit == "sip shares" and len(bare) > 1 and 0 < bare[0][1] < 1:
        return lambda u: _first_code(bare, times(u))
    if isinstance(bare, bool) or not isinstance(bare, (int, float)) or bare <= 0:
        return None
    most = MOST_PER_UNIT.get(unit, 10**15)
    if isinstance(bare, int):
        return lambda u: int(min(most, max(1, round(bare * times(u)))))
    return lambda u: min(most, bare * times(u))


def _share_way(
    share: float, times: Callable[[float], float], edge: float
) -> Callable[[float], Any]:
    if share <= 0:
        return lambda u: u * edge
    if share >= 1:
        return lambda u: 1 - u * edge

    def odds(u: float) -> float:
        there = share * times(u)
        return there / (1 - share + there)

    return odds


def _first_code(rows: Sequence[Sequence[float]], times: float) -> list[list[float]]:
    """Return the shares with the odds of the first code changed, the others in proportion."""
    (code, share), *others = rows
    first = share * times / (1 - share + share * times)
    left = (1 - first) / (1 - share)
    changed = [[other, part * left] for other, part in others]
    return [[code, 1 - sum(part for _, part in changed)], *changed]


def written(ms: float) -> str:
    """Return a length as text, whole minutes from an hour on: windows divide without rest.

    >>> written(1500.4), written(5_430_000)
    ('1500ms', '91m')
    """
    step = MINUTE_MS if ms >= HOUR_MS else 1
    return format_duration(max(1, math.floor(ms / step + 0.5)) * step)


def reaching(key: str, value: Value, low: Any, high: Any) -> Factor:
    """Return a value with a built-in range, widened to the current value.

    Parameters
    ----------
    low, high
        In the form of the value; of a mixture, factors on its medians.

    Examples
    --------
    >>> best_case = Value(0.42, "share", "S42", "vendor")
    >>> factor = reaching("answer.gross.opted_in", best_case, 0.15, 0.35)
    >>> factor.low, factor.high, factor.home
    (0.15, 0.42, 1.0)
    """
    bare = value.value
    if value.unit == "mixture":
        low, high = min(low, 1.0), max(high, 1.0)

        def at(u: float) -> Any:
            times = low * (high / low) ** u
            return [[weight, median * times, sigma] for weight, median, sigma in bare]

        return Factor(key, value, low, high, at, home=math.log(1 / low) / math.log(high / low))
    order = parse_duration if value.unit == "duration" else float
    made = given(key, value, min(low, bare, key=order), max(high, bare, key=order))
    if isinstance(made, str):
        raise InternalError(f"weak_defaults.toml: {key}: {made}")
    return replace(made, given=False)


def given(key: str, value: Value, low: Any, high: Any) -> Factor | str:
    """Return a value with a user's range, or its problem.

    Parameters
    ----------
    low, high
        As an override would write them.
    """
    for end in (low, high):
        wrong = problem_with(end, value.value, value.unit)
        if wrong is not None:
            return f"{end!r} is not {wrong}"
    if value.unit == "duration":
        first, last = float(parse_duration(low)), float(parse_duration(high))
    elif isinstance(low, bool) or not isinstance(low, (int, float)):
        return f"a value in {value.unit} has no range: replace it in network.overrides instead"
    else:
        first, last = float(low), float(high)
    if first >= last:
        return "the lower end must be below the upper one"

    def at(u: float) -> Any:
        there = first + u * (last - first)
        if value.unit == "duration":
            return format_duration(round(there))
        return round(there) if isinstance(value.value, int) else float(there)

    bare = parse_duration(value.value) if value.unit == "duration" else value.value
    home = min(1.0, max(0.0, (bare - first) / (last - first)))
    return Factor(key, value, low, high, at, home, given=True)
