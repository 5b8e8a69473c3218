"""Options of a load test, checked all at once."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise
from numbers import Integral
from typing import Any, Literal, get_args

from dialsim.errors import Problems, did_you_mean
from dialsim.loadtest.histograms import QUANTILES, quantile_name
from dialsim.loadtest.load_world import Profile
from dialsim.loadtest.one_run import OfferTimeouts
from dialsim.loadtest.plan import MilliRate, Stage
from dialsim.messages.text import MARKS, message
from dialsim.pages.load_result import LoadSettings
from dialsim.scenario.values import format_duration, parse_duration

Arrivals = Literal["poisson", "even"]
Length = str | timedelta
Rate = str | int | float

MOST_ASKED_MILLI = 10**15
RATE_FORM = message('a number with its unit, /s, /m or /h, such as "50000/s" or "1_200/m"')
RAMP_FORM = 'from:to:step, such as "10000:50000:10000/s"'
NOTHING = "at this rate nothing would be dialled"
SECONDS_PER_UNIT = {"s": 1, "m": 60, "h": 3600}
SHOWN = 40
MOST_SEED = 2**63 - 1
LEAST_RUNS, MOST_RUNS = 5, 1000
SMOKE_RUNS = 1
MOST_STAGES = 100
SHORTEST_MS, LONGEST_MS = 100, 86_400_000
LONGEST_HOLD_MS = 600_000
DEFAULT_P99_MS = 10.0
LENGTHS, SEARCH_LENGTHS, SMOKE_LENGTHS = ("30s", "2s"), ("3s", "1s"), ("3s", "1s")
"""Default lengths of a step and of the warm-up."""

FIRST_RATE = "1000/s"
TARGETED = "p99"
"""The quantile of own lateness that a search for the limit uses."""

_RATE = re.compile(r"([0-9][0-9_]{0,400}(?:\.[0-9]{1,9})?)\s*(?:/\s*(s|m|h))?")
_SHARE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,30})?)\s*(%?)")


@dataclass(frozen=True)
class LoadRequest:
    """A valid load test.

    Attributes
    ----------
    rates_milli
        Rate of each step, in dials in a thousand seconds; for a search its first rate.
    length_ms, warm_up_ms
        Length of each step, and of the warm-up at the first rate before it.
    lateness_ms
        Thresholds by the name of their quantile.
    admitted
        Least admitted share of offers; None: any.
    find_limit
        Search for the highest passing rate instead of running steps.
    smoke
        One run, which shows that the load can be played and gives no verdict on capacity.
    """

    rates_milli: tuple[MilliRate, ...]
    length_ms: int
    warm_up_ms: int
    arrivals: Arrivals
    profile: Profile
    runs: int
    timeouts: OfferTimeouts
    lateness_ms: Mapping[str, float] = field(default_factory=dict)
    admitted: float | None = None
    find_limit: bool = False
    seed: int | None = None
    smoke: bool = False

    def stages(self, rates_milli: tuple[MilliRate, ...] | None = None) -> tuple[Stage, ...]:
        """Return the warm-up, if there is one, and the steps."""
        rates = rates_milli or self.rates_milli
        warm = [Stage(rates[0], self.warm_up_ms, measured=False)] if self.warm_up_ms else []
        return (*warm, *(Stage(rate, self.length_ms) for rate in rates))

    @property
    def least_milli(self) -> MilliRate:
        """Lowest rate at which a search step plans enough dials for its quantile."""
        dials = dials_needed(float(TARGETED.removeprefix("p")))
        return -(-dials * 1_000_000 // self.length_ms)

    def to_dict(self) -> LoadSettings:
        """Return the request as a plain dict: rates in dials per second, lengths in ms."""
        deadline_s = self.timeouts.deadline_s
        return {
            "rates_per_s": [float(rate / 1000) for rate in self.rates_milli],
            "length_ms": self.length_ms,
            "warm_up_ms": self.warm_up_ms,
            "arrivals": self.arrivals,
            "profile": self.profile,
            "runs": self.runs,
            "hold_ms": self.timeouts.hold_ms,
            "deadline_ms": None if deadline_s is None else round(deadline_s * 1000),
            "drain_ms": round(self.timeouts.drain_s * 1000),
            "lateness_ms": dict(self.lateness_ms),
            "admitted": self.admitted,
            "find_limit": self.find_limit,
            "smoke": self.smoke,
        }


def load_request(
    *,
    rate: Rate | None = None,
    ramp: str | None = None,
    length: Length | None = None,
    warm_up: Length | None = None,
    arrivals: str = "poisson",
    profile: str = "full",
    runs: int | None = None,
    hold: Length = "1s",
    deadline: Length | None = None,
    drain: Length = "5s",
    lateness: Mapping[str, Length] | None = None,
    admitted: str | float | None = None,
    find_limit: bool = False,
    smoke: bool = False,
    seed: int | None = None,
) -> LoadRequest:
    """Return a checked load test.

    Parameters
    ----------
    rate, ramp
        Either of them: planned dials per time, or several rates in sequence. A bare number is a
        rate a second.
    length, warm_up
        None: 30 s and 2 s, for a search and for a smoke run 3 s and 1 s.
    hold, deadline, drain
        Durations in the format of scenarios.
    lateness
        Greatest own lateness by quantile, ``"p50"`` to ``"p99.99"``.
    admitted
        Least admitted share of offers, ``"99.5%"`` or 0.995.
    smoke
        One run instead of several; ``runs=1`` means the same.

    Raises
    ------
    ScenarioError
        All invalid options at once, with their names on the command line.
    """
    read = _Reader()
    rates = read.rates(rate, ramp, find_limit=find_limit)
    usual = SEARCH_LENGTHS if find_limit else SMOKE_LENGTHS if smoke else LENGTHS
    length_ms = read.length(
        "--for", usual[0] if length is None else length, SHORTEST_MS, LONGEST_MS
    )
    warm_up_ms = read.length("--warm-up", usual[1] if warm_up is None else warm_up, 0, LONGEST_MS)
    hold_ms = read.length("--hold", hold, 0, LONGEST_HOLD_MS)
    drain_ms = read.length("--drain", drain, 0, LONGEST_HOLD_MS)
    deadline_ms = None if deadline is None else read.length("--deadline", deadline, 1, LONGEST_MS)
    read.choice("--arrivals", arrivals, get_args(Arrivals))
    read.choice("--profile", profile, get_args(Profile))
    lateness_ms = read.lateness({} if lateness is None else lateness, find_limit=find_limit)
    share = read.share("--admitted", admitted)
    if find_limit and share is not None:
        read.problems.add(
            "--admitted", message("a search for the limit goes by lateness and backlog alone")
        )
    if find_limit and deadline is not None:
        sentence = message("a search asks how many dials can be decided: none may be dropped")
        read.problems.add("--deadline", sentence, remedy=message("leave it out"))
    whole_runs = read.runs(runs, find_limit=find_limit, smoke=smoke)
    whole_seed = read.seed(seed)
    asked = LoadRequest(
        rates_milli=rates,
        length_ms=length_ms,
        warm_up_ms=warm_up_ms,
        arrivals="even" if arrivals == "even" else "poisson",
        profile="decision-only" if profile == "decision-only" else "full",
        runs=whole_runs,
        timeouts=OfferTimeouts(
            hold_ms, None if deadline_ms is None else deadline_ms / 1000, drain_ms / 1000
        ),
        lateness_ms=lateness_ms,
        admitted=share,
        find_limit=find_limit,
        seed=whole_seed,
        smoke=whole_runs == SMOKE_RUNS,
    )
    if not len(read.problems):
        read.enough_dials(asked)
    read.problems.raise_if_any()
    return asked


class _Reader:
    """Reads options one by one, and collects their problems."""

    def __init__(self) -> None:
        self.problems = Problems()

    def rates(
        self, rate: Rate | None, ramp: str | None, *, find_limit: bool
    ) -> tuple[MilliRate, ...]:
        """Return the rates of the steps, in dials per thousand seconds; never none."""
        if rate is not None and ramp is not None:
            self.problems.add(
                "--ramp", message("a load has one rate, or a ramp of several"), found=ramp
            )
        if ramp is not None:
            if find_limit:
                sentence = message("a search goes through rates of its own")
                self.problems.add("--ramp", sentence, remedy=message("--rate to begin with"))
            return self._ramp(ramp)
        if rate is None and not find_limit:
            self.problems.add(
                "--rate", message("a load needs a rate, or a ramp of them"), allowed=RATE_FORM
            )
        found = self._rate("--rate", FIRST_RATE if rate is None else rate)
        return (1000 if found is None else found,)

    def _rate(
        self, option: str, text: Rate, unit: str | None = None, nothing: str = NOTHING
    ) -> Fraction | None:
        """Return a rate; `unit`: unit of a plain number; `nothing`: message for zero."""
        per_s = _dials_per_s(text, unit)
        if per_s is None:
            self.problems.add(option, message("this is no rate"), found=text, allowed=RATE_FORM)
            return None
        milli = per_s * 1000
        if milli < 1:
            self.problems.add(
                option, nothing, found=text, allowed=message("at least 0.001/s, 3.6/h")
            )
            return None
        if milli > MOST_ASKED_MILLI:
            sentence, most = "no machine dials so often", f"at most {MOST_ASKED_MILLI // 1000:,}/s"
            found = str(text) if len(str(text)) < SHOWN else f"{str(text)[:SHOWN]}..."
            self.problems.add(option, sentence, found=found, allowed=most)
            return None
        return milli

    def _ramp(self, text: str) -> tuple[MilliRate, ...]:
        parts = [part.strip() for part in str(text).split(":")]
        unit = parts[-1].rpartition("/")[2].strip() if "/" in parts[-1] else None
        if len(parts) != 3 or not any("/" in part for part in parts):
            self.problems.add("--ramp", message("this is no ramp"), found=text, allowed=RAMP_FORM)
            return (1000,)
        messages = (NOTHING, NOTHING, "a ramp of steps of nothing has no end")
        read = [
            self._rate("--ramp", part, unit, nothing)
            for part, nothing in zip(parts, messages, strict=True)
        ]
        if read[0] is None or read[1] is None or read[2] is None:
            return (1000,)
        first, last, step = read[0], read[1], read[2]
        if last < first:
            self.problems.add(
                "--ramp",
                message("a ramp goes up"),
                found=text,
                allowed=message("from at most as high as to"),
            )
            return (first,)
        if (last - first) % step:
            whole = first + (last - first) // step * step
            ends = [_rate_in(unit or "s", end) for end in (whole, whole + step)]
            self.problems.add(
                "--ramp",
                message("no step falls on its end"),
                found=text,
                allowed=message("from, and to a whole number of steps above it"),
                remedy=message("{value} or {value_2} as its end").filled(
                    value=ends[0], value_2=ends[1]
                ),
            )
            return (first,)
        count = (last - first) // step + 1
        if count > MOST_STAGES:
            self.problems.add(
                "--ramp",
                message("{count:,} steps").filled(count=count),
                found=text,
                allowed=message("at most {most_stages}").filled(most_stages=MOST_STAGES),
            )
            return (first,)
        return tuple(first + i * step for i in range(count))

    def length(self, option: str, text: Length, least: int, most: int) -> int:
        """Return a duration in ms; for a refused one the shortest allowed."""
        bounds = MARKS["to"].filled(format_duration(least), format_duration(most))
        try:
            ms = parse_duration(text)
        except ValueError as error:
            self.problems.add(option, error.args[0], found=text, allowed=bounds)
            return max(1, least)
        if not least <= ms <= most:
            self.problems.add(
                option, message("no sensible length"), found=str(text), allowed=bounds
            )
            return max(1, least)
        return ms

    def choice(self, option: str, text: str, known: tuple[str, ...]) -> None:
        """Refuse unknown words."""
        if text not in known:
            remedy = did_you_mean(text, known)
            self.problems.add(option, "unknown", found=text, allowed=known, remedy=remedy)

    def runs(self, runs: Any, *, find_limit: bool, smoke: bool) -> int:
        """Return the number of runs of the load."""
        if smoke and find_limit:
            self.problems.add(
                "--smoke", message("a smoke run has one rate, a search tries several")
            )
            return LEAST_RUNS
        if runs is None:
            return SMOKE_RUNS if smoke else LEAST_RUNS
        if not isinstance(runs, Integral) or isinstance(runs, bool):
            self.problems.add("--runs", message("this is no whole number"), found=runs)
            return LEAST_RUNS
        whole = int(runs)
        if find_limit:
            self.problems.add(
                "--runs",
                message("a search plays each rate three times"),
                found=whole,
                remedy=message("leave it out"),
            )
        elif smoke and whole != SMOKE_RUNS:
            self.problems.add("--runs", message("a smoke run is one run"), found=whole)
        elif whole != SMOKE_RUNS and not LEAST_RUNS <= whole <= MOST_RUNS:
            self.problems.add(
                "--runs",
                message("the range of so many runs says nothing")
                if whole < LEAST_RUNS
                else message("too many runs"),
                found=whole,
                allowed=message("{least_runs} to {most_runs}, or 1 for a smoke run").filled(
                    least_runs=LEAST_RUNS, most_runs=MOST_RUNS
                ),
            )
        return whole

    def seed(self, seed: Any) -> int | None:
        """Return a seed, also one of numpy's integer types; refuse others."""
        if seed is None:
            return None
        if (
            isinstance(seed, bool)
            or not isinstance(seed, Integral)
            or not 0 <= int(seed) <= MOST_SEED
        ):
            allowed = message("a whole number from 0 to {most_seed}").filled(most_seed=MOST_SEED)
            self.problems.add("--seed", message("this is no seed"), found=seed, allowed=allowed)
            return None
        return int(seed)

    def lateness(self, asked: Mapping[str, Length], *, find_limit: bool) -> dict[str, float]:
        """Return thresholds in ms, by quantile in ascending order."""
        known = [quantile_name(q) for q in QUANTILES]
        found: dict[str, float] = {}
        if not isinstance(asked, Mapping):
            allowed = message('lengths by quantile, such as {"p99": "20ms"}')
            self.problems.add(
                "lateness", message("this is no mapping"), found=asked, allowed=allowed
            )
            return found
        for name in asked:
            if name not in known:
                self.problems.add(
                    f"--{name}", message("no such quantile"), found=name, allowed=known
                )
            elif find_limit and name != TARGETED:
                self.problems.add(
                    f"--{name}", message("a search for the limit goes by --p99 alone")
                )
        for name in known:
            if name in asked:
                found[name] = float(self.length(f"--{name}", asked[name], 1, LONGEST_MS))
        names = list(found)
        for low, high in pairwise(names):
            if found[low] > found[high]:
                self.problems.add(
                    f"--{high}",
                    message("{high} can never be below {low}").filled(high=high, low=low),
                    found=f"{high} {found[high]:g} ms, {low} {found[low]:g} ms",
                    allowed=message("thresholds that rise with their quantile"),
                )
        if find_limit:
            found.setdefault(TARGETED, DEFAULT_P99_MS)
        return found

    def share(self, option: str, text: str | float | None) -> float | None:
        """Return a share between 0 and 1."""
        if text is None:
            return None
        value: float | None
        if isinstance(text, float):
            value = float(text)
        else:
            match = _SHARE.fullmatch(str(text).strip())
            # in floats 0.9 / 100 is above 9 in 1,000
            value = None if match is None else float(Fraction(match[1]) / (100 if match[2] else 1))
        if value is None or not 0 < value <= 1:
            self.problems.add(
                option,
                message("this is no share"),
                found=str(text),
                allowed=message('above 0 to 1, or "99.5%"'),
            )
        return value

    def enough_dials(self, asked: LoadRequest) -> None:
        """Refuse steps too short for their thresholds."""
        for stage in asked.stages():
            if stage.measured and stage.expected < 1:
                self.problems.add(
                    "--for",
                    message("not one dial would be planned"),
                    found=message("{length_ms} at {rate_per_s:g}/s").filled(
                        length_ms=format_duration(stage.length_ms), rate_per_s=stage.rate_per_s
                    ),
                    allowed=message("a step long enough for one at its rate"),
                )
                return
        least = min(stage.expected for stage in asked.stages() if stage.measured)
        for q in QUANTILES:
            needed = dials_needed(q)
            if quantile_name(q) in asked.lateness_ms and least < needed:
                self.problems.add(
                    f"--{quantile_name(q)}",
                    message(
                        "a step plans some {least:,} dials, of which none lies above this quantile"
                    ).filled(least=least),
                    allowed=message("at least {needed:,} dials a step").filled(needed=needed),
                    remedy=message("a higher --rate or a longer --for"),
                )


def dials_needed(quantile: float) -> int:
    """Return how many dials put one above a quantile, in percent.

    >>> dials_needed(50.0), dials_needed(99.0), dials_needed(99.99)
    (2, 100, 10000)
    """
    return round(100 / (100 - quantile))


def _dials_per_s(text: Rate, unit: str | None) -> Fraction | None:
    """Return an exact rate; None if the text is no rate."""
    if isinstance(text, float):  # decimal as written: 0.1, not the nearest binary fraction
        return Fraction(repr(float(text))) if 0 <= text < math.inf else None
    if isinstance(text, int) and not isinstance(text, bool):
        return Fraction(text) if text >= 0 else None
    match = _RATE.fullmatch(text.strip()) if isinstance(text, str) else None
    per = (match[2] or unit) if match else None
    if match is None or per is None:
        return None
    return Fraction(match[1].replace("_", "")) / SECONDS_PER_UNIT[per]


def _rate_in(unit: str, rate_milli: MilliRate) -> str:
    """Return a rate in the unit of a message."""
    return f"{float(rate_milli * SECONDS_PER_UNIT[unit] / 1000):,.10g}/{unit}"
