"""Talk: intervals hold whichever way a log rounds, and robots are not taken for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray

from dialsim.calibration import Calibration, calibrate
from dialsim.calibration.durations import ROUNDED, fit_durations
from dialsim.report.calibration_page import calibration_page
from tests.calibration.worlds import drawn_values, played, truths
from tests.people.scenarios import small_scenario

LOGS = 1000
ROUNDED_LOGS = 200
PEOPLE = 2000
TALKS = 900
COVERED = 0.93  # of intervals of 95 %
MIXTURE = (0.45, 3_000, 0.8, 80_000, 0.7)
WAYS: dict[str, Callable[[Any], Any]] = {"down": np.floor, "nearest": np.round, "up": np.ceil}
Floats = NDArray[np.float64]


def talks(rng: np.random.Generator, count: int, mixture: tuple[float, ...] = MIXTURE) -> Floats:
    weight, *_ = mixture
    short = rng.random(count) < weight
    _, short_ms, short_sigma, long_ms, long_sigma = mixture
    median = np.where(short, short_ms, long_ms)
    return rng.lognormal(np.log(median), np.where(short, short_sigma, long_sigma))


def export(talk_s: Floats) -> pa.Table:
    """Return a dialer's export of answered calls."""
    return pa.table({"outcome": ["answered"] * len(talk_s), "talk_s": talk_s})


def all_hold(found: Calibration) -> bool:
    """Whether intervals, made half as wide again, hold: one seed, no chance of 5 %."""
    names = ("[0].weight", "[0].median", "[0].sigma", "[1].median", "[1].sigma")
    for name, value in zip(names, MIXTURE, strict=True):
        row = found[f"talk.opted_in{name}"]
        assert row.identified
        assert row.low is not None
        assert row.high is not None
        quarter = (row.high - row.low) / 4
        if not row.low - quarter < value < row.high + quarter:
            return False
    return True


@pytest.mark.parametrize("step_s", [1, pytest.param(6, marks=pytest.mark.full)])
@pytest.mark.parametrize("way", WAYS)
def test_talk_in_steps_is_no_shorter_or_longer(way: str, step_s: int) -> None:
    """Rounded to nothing, a talk is missing: 8 % of those are that a log rounds down."""
    talk_s = talks(np.random.default_rng(3), 20_000) / 1000
    log = export(WAYS[way](talk_s / step_s) * step_s)
    known = calibrate(log, columns={"columns": {}, "rounded": way})
    assert all_hold(known)
    assert "rounded" not in dict(known.remarks)
    unknown = calibrate(log, columns={"columns": {}})
    assert ("rounded", 1000 * step_s) in unknown.remarks
    for name in ("[0].median", "[0].sigma"):
        key = f"talk.opted_in{name}"
        assert unknown[key].low <= known[key].low + 1  # type: ignore[operator]
        assert unknown[key].high >= known[key].high - 1  # type: ignore[operator]
    assert all_hold(unknown)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_says_that_rounding_is_not_known(lang: Any) -> None:
    talk_s = np.ceil(talks(np.random.default_rng(4), 150) / 1000)
    page = calibration_page(calibrate(export(talk_s)).to_dict(), 80, lang)
    text = "".join("".join(line.plain.split()) for line in page)
    assert ("roundeddown,tothenearestorup" if lang == "en" else "舍去、四舍五入还是进位") in text


def test_talk_in_milliseconds_is_not_rounded() -> None:
    rng = np.random.default_rng(5)
    log = export(np.round(talks(rng, 400)) / 1000)
    assert calibrate(log).rows == calibrate(log, columns={"columns": {}, "rounded": "up"}).rows


def with_robots(kind: str, people: int) -> dict[str, Any]:
    """Return a scenario in which machines talk, and beside them so many contacts with people."""
    called = {"name": "customers", "synthetic": {"count": 1500, "relation": "opted_in"}}
    raw = small_scenario(called)
    raw["trunks"][0]["channels"] = 200
    raw["caller_ids"][0]["count"] = 400
    machines = {**raw["agents"][0], "name": "machines", "kind": kind, "wrap_up": "0s", "count": 60}
    raw["agents"][0]["count"] = 30
    raw["agents"].append(machines)
    calls = raw["campaigns"][0]
    calls["agents"] = ["machines"]
    if kind == "recordings":
        calls["message"] = "20s"
    if people:
        others = {"count": people, "relation": "opted_in"}
        raw["people"].append({"name": "others", "synthetic": others})
        raw["campaigns"].append({**calls, "name": "by people", "agents": ["day"]})
        raw["campaigns"][1]["people"] = ["others"]
        raw["campaigns"][1].pop("message", None)
    else:
        raw["agents"].pop(0)
    return raw


@pytest.mark.slow_without_jit
@pytest.mark.parametrize("kind", ["robots", "recordings"])
def test_talk_with_a_machine_is_not_talk_with_people(kind: str) -> None:
    import dialsim

    alone = calibrate(dialsim.run(with_robots(kind, 0)))
    assert ("talk", "machines") in alone.not_fitted
    assert not any(row.key.startswith("talk.opted_in") for row in alone.rows)
    assert ("talk.assistant_median" in alone) is (kind == "robots")  # a recording ends for all
    both = calibrate(dialsim.run(with_robots(kind, 1500)))
    assert dict(both.remarks)["machines"] > 300
    assert both["talk.opted_in[0].median"].n < 800
    assert max(part[1] for part in both.values["talk.opted_in"]) == pytest.approx(55, rel=0.3)
    for lang in ("en", "zh"):
        assert calibration_page(both.to_dict(), 80, lang)  # type: ignore[arg-type]


def missed(held: Counter[str], logs: int) -> dict[str, float]:
    """Return the values whose intervals hold too seldom, and how often they do."""
    assert len(held) == 5
    return {key: count / logs for key, count in held.items() if count < COVERED * logs}


@pytest.mark.full
@pytest.mark.slow_without_jit
@pytest.mark.timeout(7200)
def test_intervals_of_talk_hold_on_logs_as_a_dialer_sees_them() -> None:
    """In 1000 logs of varied networks at least 93 % of the intervals of each value.

    Of 120 logs alone exact intervals of 95 % miss this for one value in seven.
    """
    held: Counter[str] = Counter()
    for number in range(2000, 2000 + LOGS):
        relation, _ = drawn_values(number)
        truth = truths(number)
        table = played(number, PEOPLE).calls.select(["seen_outcome", "talk_ms"])
        told = {"columns": {"outcome": "seen_outcome", "talk_ms": "talk_ms"}, "relation": relation}
        for row in calibrate(table, columns=told).rows:
            if row.key.startswith(f"talk.{relation}"):
                held[row.key.replace(relation, "R")] += row.low <= truth[row.key] <= row.high  # type: ignore[operator]
    assert missed(held, LOGS) == {}


@pytest.mark.full
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("way", WAYS)
def test_intervals_of_rounded_talk_hold(way: str, known: bool) -> None:
    held: Counter[str] = Counter()
    for number in range(ROUNDED_LOGS):
        relation, values = drawn_values(number)
        (weight, short, first), (_, long, second) = values[f"talk.{relation}"]
        truth = (weight, 1000 * short, first, 1000 * long, second)
        talk_ms = talks(np.random.default_rng([number, 9]), TALKS, truth)
        rounded = WAYS[way](talk_ms / 1000) * 1000
        offsets = (ROUNDED[way],) if known else (0.5, 0.0, 1.0)
        one, two = fit_durations(rounded[rounded > 0], offsets=offsets).parts
        for i, (interval, value) in enumerate(zip((*one, *two[1:]), truth, strict=True)):
            held[str(i)] += interval.low <= value <= interval.high
    assert missed(held, ROUNDED_LOGS) == {}
