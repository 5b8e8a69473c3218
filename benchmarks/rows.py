"""The rows of the table of what is measured: each group checks its results, then times them."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from benchmarks.measured.around import bare_and_whole
from benchmarks.measured.do_not_call import lookups
from benchmarks.measured.engine import engine, replications
from benchmarks.measured.memory import person_bytes
from benchmarks.measured.numbering import library, plain_mobiles
from benchmarks.measured.peers import check_likeness, check_timed, same_campaign
from benchmarks.measured.screen import crowd, from_registries, full_verdict, static_reasons
from benchmarks.measured.second_core import two_processes
from benchmarks.measured.start import start_seconds
from benchmarks.measuring import Measurement, Rate, timed, timed_in_turns


@dataclass(frozen=True)
class Sizes:
    """How much is measured; small sizes show that the table can be made, and nothing else."""

    engine: tuple[int, ...] = (1_000_000, 10_000_000)
    peers: int = 1_000_000
    people: int = 4_000_000
    numbers: int = 1_000_000
    by_library: int = 2_000
    listed: int = 5_000_000
    asked: int = 2_000_000
    run: int = 1_000_000
    rounds: int | None = None
    cold: bool = True
    likeness: bool = True


SMALL = Sizes((2_000,), 2_000, 4_000, 4_000, 100, 5_000, 2_000, 2_000, 1, False, False)


class Bound(NamedTuple):
    """What a row should at least be, in words, and whether it is."""

    text: str = ""
    kept: bool = True


NO_BOUND = Bound()


@dataclass(frozen=True)
class Row:
    """A row: what was measured, what it should at least be, what it aims at, what it is.

    `beside` is the ratio to what was measured in the same group; `first_s` is what the first call
    took, compiling and warming up, which is not in the figure.
    """

    what: str
    found: str
    at_least: Bound = NO_BOUND
    aim: str = ""
    beside: str = ""
    first_s: float | None = None

    def cells(self, judged: bool = True) -> list[str]:
        """Return the row's cells as text; `judged`: a bound that is not kept is marked."""
        first = "" if self.first_s is None else seconds(self.first_s)
        missed = judged and not self.at_least.kept
        least = self.at_least.text + (": **missed**" if missed else "")
        return [self.what, self.found, least, self.aim, self.beside, first]


HEADINGS = ("what", "measured", "at least", "aim", "beside it", "first call")


def number(value: float) -> str:
    """Return a figure with two or three significant digits and a word for its size.

    Examples
    --------
    >>> number(2_345_678), number(41_000_000), number(61_234), number(12.34)
    ('2.35 M', '41 M', '61.2 k', '12.3')
    >>> number(1_234_567_890)
    '1,230 M'
    """
    if value >= 1e9:
        return f"{round(value, 2 - math.floor(math.log10(value))) / 1e6:,.0f} M"
    for size, word in ((1e6, " M"), (1e3, " k")):
        if value >= size:
            return f"{value / size:.3g}{word}"
    return f"{value:.3g}"


def seconds(taken_s: float) -> str:
    """Return seconds with two decimals; never none where something took time.

    >>> seconds(1.234), seconds(0.004)
    ('1.23 s', '< 0.01 s')
    """
    return "< 0.01 s" if 0 < taken_s < 0.005 else f"{taken_s:.2f} s"


def rate_row(
    measurement: Measurement,
    rate: Rate,
    at_least: Bound = NO_BOUND,
    aim: str = "",
    beside: str = "",
) -> Row:
    """Return the row of a rate."""
    found = f"{number(rate.per_second)} {measurement.unit}/s"
    return Row(measurement.name, found, at_least, aim, beside, rate.first_s)


def engine_rows(sizes: Sizes) -> Iterator[Row]:
    """Measure the whole engine."""
    for people in sizes.engine:
        what = engine(people, rounds=3 if people <= 1_000_000 else 2)
        rate = timed(what, sizes.rounds)
        least = Bound("2 M attempts/s", rate.per_second >= 2e6)
        yield rate_row(what, rate, least, "5 M attempts/s")


def peer_rows(sizes: Sizes) -> Iterator[Row]:
    """Measure the peers' call flow, once the models are shown to play one campaign."""
    if sizes.likeness:
        check_likeness()
    dialsim, *peers = same_campaign(sizes.peers, rounds=2)  # a million people take minutes
    ours, *others = timed_in_turns([dialsim, *peers], sizes.rounds)
    logged, *models = others
    if sizes.likeness:
        for model in models:
            check_timed(sizes.peers, logged.result, model.result)
    yield rate_row(dialsim, ours)
    for peer, theirs in zip(peers, others, strict=True):
        ratio = ours.per_second / theirs.per_second
        if peer.name.startswith("SimPy"):
            least = Bound("60 times slower", ratio >= 60)
            yield rate_row(peer, theirs, least, "200 times", _slower(ours, theirs))
        else:
            yield rate_row(peer, theirs, beside=_slower(ours, theirs))


def screen_rows(sizes: Sizes) -> Iterator[Row]:
    """Measure the screening of a list."""
    who = crowd(sizes.people)
    looked_up = from_registries(who, sizes.listed)
    flags, verdict = static_reasons(who), full_verdict(who)
    rate = timed(looked_up, sizes.rounds)
    least = Bound("40 M people/s", rate.per_second >= 40e6)
    yield rate_row(looked_up, rate, least, "60 M people/s")
    yield rate_row(flags, timed(flags, sizes.rounds))
    yield rate_row(verdict, timed(verdict, sizes.rounds))


def numbering_rows(sizes: Sizes) -> Iterator[Row]:
    """Measure numbering and the library it is compared with."""
    ours, theirs = plain_mobiles(sizes.numbers), library(sizes.by_library)
    rate, of_library = timed_in_turns([ours, theirs], sizes.rounds)
    least = Bound("10 M numbers/s", rate.per_second >= 10e6)
    yield rate_row(ours, rate, least, "30 M numbers/s")
    ratio = rate.per_second / of_library.per_second
    least = Bound("200 times slower", ratio >= 200)
    yield rate_row(theirs, of_library, least, "", _slower(rate, of_library))


def do_not_call_rows(sizes: Sizes) -> Iterator[Row]:
    """Measure every way to look numbers up in a do-not-call list."""
    bitset, *ways = lookups(sizes.listed, sizes.asked)
    ours, *others = timed_in_turns([bitset, *ways], sizes.rounds)
    yield rate_row(bitset, ours)
    for way, theirs in zip(ways, others, strict=True):
        yield rate_row(way, theirs, beside=_slower(ours, theirs))


def memory_rows(sizes: Sizes) -> Iterator[Row]:
    """Count what a person takes."""
    found = person_bytes()
    budgets = {
        "person": ("a person with one campaign", 64, "48 B"),
        "remembered attempt": ("each attempt that is remembered", 8, ""),
        "further campaign": ("each further campaign", 24, ""),
    }
    for name, (what, most, aim) in budgets.items():
        kept = round(found[name]) <= most
        yield Row(what, f"{found[name]:.3g} B", Bound(f"at most {most} B", kept), aim)


def around_rows(sizes: Sizes) -> Iterator[Row]:
    """Measure what Trio, slices, progress and the Parquet log add to the engine."""
    with tempfile.TemporaryDirectory() as folder:
        bare, whole = bare_and_whole(sizes.run, Path(folder))
        engine_s, whole_s = timed_in_turns([bare, whole], sizes.rounds)
    yield rate_row(bare, engine_s)
    more = whole_s.best_s / engine_s.best_s - 1
    yield rate_row(whole, whole_s, Bound("at most +20 %", more <= 0.2), "+10 %", f"{more:+.0%}")


def replication_rows(sizes: Sizes) -> Iterator[Row]:
    """Measure two replications on one core and on two, and what a second core is worth just now."""
    in_turn, at_once = replications(sizes.run)
    alone, together = timed_in_turns([in_turn, at_once], sizes.rounds)
    yield rate_row(in_turn, alone)
    ratio = together.per_second / alone.per_second
    least = Bound("1.8 times", ratio >= 1.8)
    yield rate_row(at_once, together, least, "1.95 times", f"{ratio:.2f} times as fast")
    machine = max(two_processes() for _ in range(sizes.rounds or 3))
    yield Row("two plain Python loops at once, two processes", f"{machine:.2f} times as fast")


def start_rows(sizes: Sizes) -> Iterator[Row]:
    """Measure whole processes."""
    with tempfile.TemporaryDirectory() as folder:
        found = start_seconds(Path(folder), sizes.rounds or 5, cold=sizes.cold)
    budgets = {
        "import": ("`import dialsim`", 0.3, "0.15 s"),
        "--help": ("`dialsim --help`", 0.3, "0.15 s"),
        "warm run": ("smallest run from Python, warm", 1.5, "0.8 s"),
        "warm command": ("smallest `dialsim run`, warm, its folder and page with it", None, ""),
        "cold run": ("smallest run, everything compiled first", 60, "30 s"),
    }
    for name, (what, most_s, aim) in budgets.items():
        if name in found:
            least = (
                NO_BOUND
                if most_s is None
                else Bound(f"at most {most_s:g} s", found[name] <= most_s)
            )
            yield Row(what, seconds(found[name]), least, aim)


def _slower(ours: Rate, theirs: Rate) -> str:
    ratio = ours.per_second / theirs.per_second
    return f"{ratio:,.0f} times slower" if ratio >= 10 else f"{ratio:.1f} times slower"


GROUPS: dict[str, Callable[[Sizes], Iterator[Row]]] = {
    "engine": engine_rows,
    "peers": peer_rows,
    "screen": screen_rows,
    "numbering": numbering_rows,
    "do-not-call": do_not_call_rows,
    "memory": memory_rows,
    "around": around_rows,
    "replications": replication_rows,
    "start": start_rows,
}
