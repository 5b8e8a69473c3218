"""Ratios against those of a baseline file: what became slower."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.files import BadInput

SCHEMA = 3


@dataclass(frozen=True)
class Change:
    """A measurement before and now, in steps of the reference loop an item; None: not measured."""

    name: str
    before: float | None
    now: float | None
    tolerance: float

    @property
    def by(self) -> float | None:
        """How much longer it takes, as a share; below 0: it is faster."""
        if self.before is None or self.now is None:
            return None
        return self.now / self.before - 1

    @property
    def is_slower(self) -> bool:
        """Whether it takes longer by more than the tolerance."""
        return self.by is not None and self.by > self.tolerance

    @property
    def verdict(self) -> str:
        """What is to be said of it."""
        if self.by is None:
            return "new" if self.before is None else "not measured now"
        if self.is_slower:
            return "slower"
        return "faster" if self.by < -self.tolerance else "as before"

    def cells(self) -> list[str]:
        """Return it as a row of a table."""
        figures = ["" if each is None else f"{each:.3g}" for each in (self.before, self.now)]
        return [self.name, *figures, "" if self.by is None else f"{self.by:+.0%}", self.verdict]


def changes(
    before: Mapping[str, float], now: Mapping[str, float], tolerance: float
) -> list[Change]:
    """Return every measurement of a baseline and of this run, those of the baseline first."""
    names = [*before, *(name for name in now if name not in before)]
    return [Change(name, before.get(name), now.get(name), tolerance) for name in names]


def table(found: Sequence[Change]) -> Iterator[str]:
    """Yield the lines of a table in Markdown."""
    yield "| what | before | now | change | |"
    yield "|---|---|---|---|---|"
    for change in found:
        yield f"| {' | '.join(change.cells())} |"


def as_json(ratios: Mapping[str, float], machine: str, small: bool = False) -> str:
    """Return the text of a baseline file; `small`: what was measured was."""
    content: dict[str, Any] = {
        "schema": SCHEMA,
        "unit": "steps of the reference loop an item",
        "machine": machine,
        "small": small,
        "ratios": dict(ratios),
    }
    return json.dumps(content, indent=2) + "\n"


def read_baseline(path: Path, small: bool = False) -> dict[str, float]:
    """Return the ratios of a baseline file; `small`: what is measured now is.

    Raises
    ------
    BadInput
        It cannot be read, is no baseline of this format, or is one of other sizes.
    """
    try:
        content = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}; make it with --save") from None
    except (ValueError, RecursionError):
        raise BadInput(f"{path} is no baseline: it is not JSON; make it with --save") from None
    if not isinstance(content, dict) or repr(content.get("schema")) != repr(SCHEMA):
        raise BadInput(f"{path} is no baseline: its schema is not {SCHEMA}; make it with --save")
    ratios = content.get("ratios")
    if not isinstance(ratios, dict) or not all(_is_ratio(each) for each in ratios.values()):
        raise BadInput(f"{path} is no baseline: `ratios` must be numbers above 0 by name")
    of_small = content.get("small")
    if not isinstance(of_small, bool):
        raise BadInput(f"{path} is no baseline: `small` must be true or false")
    if of_small != small:
        sizes = "small sizes" if of_small else "full sizes"
        option = "with --small" if of_small else "without --small"
        raise BadInput(f"{path} holds ratios of {sizes}: compare {option}")
    if not ratios:
        raise BadInput(f"{path} is no baseline: `ratios` is empty; make it with --save")
    return {name: float(ratio) for name, ratio in ratios.items()}


def _is_ratio(found: object) -> bool:
    if isinstance(found, bool) or not isinstance(found, int | float):
        return False
    try:
        return math.isfinite(found) and found > 0
    except OverflowError:  # a whole number beyond any float
        return False
