"""Measurements as multiples of the reference loop, timed in turns with it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.guarding.reference import Reference
from benchmarks.measured.around import bare_and_whole
from benchmarks.measured.do_not_call import lookups
from benchmarks.measured.engine import engine
from benchmarks.measured.numbering import plain_mobiles
from benchmarks.measured.peers import same_campaign
from benchmarks.measured.screen import crowd, from_registries, full_verdict, static_reasons
from benchmarks.measuring import Measurement

ROUNDS, MOST_ROUNDS = 5, 60
ENOUGH_S = 2.0
"""Rounds of a measurement: at least so many, and more until it was timed for so long."""
ATTEMPTS = 3
"""Times that what seems slower is measured, before it is called so."""

Measure = Callable[[Measurement], float]


def guarded(small: bool = False) -> Iterator[Measurement]:
    """Yield what is guarded, one at a time, so that only one is in memory; small: a few of each.

    Sizes are part of what the ratios mean: whoever changes one changes `comparing.SCHEMA`.
    """
    yield engine(2_000 if small else 200_000)
    yield same_campaign(2_000 if small else 60_000)[0]
    who = crowd(4_000 if small else 4_000_000)
    yield static_reasons(who)
    yield from_registries(who, 5_000 if small else 5_000_000)
    yield full_verdict(who)
    del who
    yield plain_mobiles(4_000 if small else 1_000_000)
    yield lookups(*((5_000, 2_000) if small else (5_000_000, 4_000_000)))[0]
    with tempfile.TemporaryDirectory() as folder:
        yield bare_and_whole(2_000 if small else 200_000, Path(folder))[1]


def ratio_to(reference: Reference, enough_s: float = ENOUGH_S) -> Measure:
    """Return a function that tells how many steps of the reference loop an item takes.

    Loop and measurement take turns, and the best round of each counts: what else the machine does
    meanwhile troubles both.
    """

    def measure(what: Measurement) -> float:
        what.begin()
        step_s, best_s, total_s = reference.seconds_a_step(), float("inf"), 0.0
        for done in range(MOST_ROUNDS):
            if done >= ROUNDS and total_s >= enough_s:
                break
            seconds, result = what.round()
            total_s += seconds
            best_s = min(best_s, seconds / what.count(result))
            step_s = min(step_s, reference.seconds_a_step())
        what.check(result)
        return best_s / step_s

    return measure


def ratios(
    measurements: Iterator[Measurement] | Sequence[Measurement],
    measure: Measure,
    baseline: Mapping[str, float] | None = None,
    tolerance: float = 0.0,
) -> dict[str, float]:
    """Return the ratio of each measurement by its name.

    Parameters
    ----------
    measurements
        With names that differ.
    measure
        Tells the ratio of one.
    baseline, tolerance
        What is slower than this by more than the tolerance is measured again, up to `ATTEMPTS`
        times, and its best counts: a busy moment is no regression.

    Raises
    ------
    AssertionError
        A result is wrong.
    """
    found: dict[str, float] = {}
    for what in measurements:
        limit = (baseline or {}).get(what.name, float("inf")) * (1 + tolerance)
        best = measure(what)
        for _ in range(ATTEMPTS - 1):
            if best <= limit:
                break
            best = min(best, measure(what))
        found[what.name] = best
    return found
