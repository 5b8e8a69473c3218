"""What the compliance dossier counts again from the calls, against counts as simple as can be."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dialsim
from dialsim.pages.dossiers import callee_limits_recounted
from tests.results.stopped import STOPPED
from tests.scheduler.worlds import tiny

LIMITS = {
    "callee_limits": [
        {"count": 1, "per": "1m"},
        {"count": 2, "per": "24h"},
        {"count": 5, "per": "30d"},
        {"count": 1, "per": "7d", "counts": "connects", "window": "calendar"},
    ],
    "retry_gap": "3h",
}
NOT_RUNG = "calls from another number within 1 day of one that cannot have rung"
OPTED_OUT = "calls to people who had asked in a call of this run not to be called"
DECLINED = "marketing calls to people who had said that they were not interested"
COMPLAINED = "calls to complainants after a complaint of theirs was passed on"
WEEK = {"name": "week", "what": "hours", "from": "2026-04-13", "to": "2026-04-19"}
SHORT = tiny(name="short", goals=[])


@pytest.fixture(scope="module")
def run() -> dialsim.Run:
    return dialsim.run({**STOPPED, "rules": {**STOPPED.get("rules", {}), **LIMITS}})


def walls(run: dialsim.Run) -> list[list[str]]:
    """The rows of the table, and the sentence below it."""
    html = run.dossier("compliance")
    section = html.partition('<section id="walls"')[2].partition("</section>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", section.partition("<tbody>")[2], re.DOTALL)
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in rows]
    said = re.findall(r'<p class="level1 quiet">(.*?)</p>', section)
    return [*(row for row in cells if row), said]


def told(run: dialsim.Run) -> dict[str, list[str]]:
    return {row[0]: row[1:] for row in walls(run)[:-1]}


def test_figures_are_those_of_the_calls(run: dialsim.Run) -> None:
    times: dict[int, list[Any]] = {}
    for row in run.calls.arrow.select(["person", "time"]).to_pylist():
        times.setdefault(row["person"], []).append(row["time"])
    gaps = [b - a for mine in times.values() for a, b in pairwise(sorted(mine))]
    by_day = Counter((who, at.date()) for who, mine in times.items() for at in mine)
    rows = told(run)
    assert rows["most calls to one person within 1 min"] == ["1", "at most 1", "kept"]
    assert int(rows["most calls to one person within 1 day"][0]) >= max(by_day.values())
    assert rows["most calls to one person within 1 day"][1:] == ["at most 2", "kept"]
    most = str(max(map(len, times.values())))
    assert rows["most calls to one person within 30 days"] == [most, "at most 5", "kept"]
    assert min(gaps).total_seconds() >= 3 * 3600
    assert rows["least time between two calls to a person"][1:] == ["at least 3 h", "kept"]
    clock = [at.strftime("%H:%M") for mine in times.values() for at in mine]
    hours = rows["hours of dials, marketing"]
    assert hours[0] == f"{min(clock)}-{max(clock)}"
    assert hours[2] == "kept"
    assert rows[OPTED_OUT] == ["0", "none", "kept"]
    assert rows[COMPLAINED] == rows[DECLINED] == ["0", "none", "kept"]
    assert rows[NOT_RUNG] == ["0", "none", "kept"]
    assert len([name for name in rows if name.startswith("most calls")]) == 3  # connects are not


def forged(
    run: dialsim.Run, person: int, ticks: list[int], campaign: int = 0
) -> callee_limits_recounted.Attempts:
    """The run's attempts and some more to a person."""
    made = callee_limits_recounted.attempts_by_person(run.log)
    count = len(ticks)
    more = callee_limits_recounted.Attempts(
        np.full(count, person), np.array(ticks), np.full(count, campaign), np.ones(count, np.bool_),
        np.arange(count), np.arange(count) == 0, np.zeros(count, np.bool_),
    )  # fmt: skip
    both = [np.concatenate(pair) for pair in zip(made, more, strict=True)]
    order = np.lexsort((both[1], both[0]))
    return callee_limits_recounted.Attempts(*(part[order] for part in both))


def test_what_is_broken_is_told(run: dialsim.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    opted = next(each for each in run.log.happenings if each.event == "opt_out")
    night = run.log.day_start(opted.tick) + 23 * 3_600_000
    made = forged(run, opted.person, [night, night + 30_000])
    monkeypatch.setattr(callee_limits_recounted, "attempts_by_person", lambda log: made)
    rows = told(run)
    assert rows["most calls to one person within 1 min"] == ["2", "at most 1", "broken"]
    assert rows["least time between two calls to a person"][::2] == ["30 s", "broken"]
    assert rows["hours of dials, marketing"][2] == "broken"
    assert rows[OPTED_OUT] == ["2", "none", "broken"]
    assert rows[NOT_RUNG] == ["1", "none", "broken"]


@pytest.mark.full
@pytest.mark.parametrize(
    ("changes", "hour"),
    [
        ({"events": [{**WEEK, "hours": ["10:00-10:30"]}]}, 15),
        ({"start": "2026-04-30"}, 24 + 10),  # the first of May: marketing rests
        ({}, 13),
    ],
)
def test_hours_are_those_of_the_day(
    changes: dict[str, Any], hour: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    played = dialsim.run({**SHORT, **changes})
    assert told(played)["hours of dials, marketing"][2] == "kept"
    made = forged(played, 10**6, [hour * 3_600_000])
    monkeypatch.setattr(callee_limits_recounted, "attempts_by_person", lambda log: made)
    assert told(played)["hours of dials, marketing"][2] == "broken"


def test_what_is_left_out_is_said(run: dialsim.Run) -> None:
    assert "by calendar, from a first call on or on outcomes are not" in walls(run)[-1][0]
    abroad = dialsim.run({**SHORT, "time_zone": "Asia/Singapore"})
    assert not any(name.startswith("hours of dials") for name in told(abroad))
    assert "people of several clocks" in walls(abroad)[-1][0]


def test_calls_before_the_run_count() -> None:
    """A pair of which the second is of the run is judged, one before it is not."""
    person, tick = np.array([1, 1, 1, 2, 2]), np.array([0, 10, 5_000, 0, 10])
    played = np.array([False, False, True, False, False])
    made = callee_limits_recounted.Attempts(person, tick, person * 0, played, person * 0, ~played)
    assert callee_limits_recounted.shortest_gap(made) == 4_990
    assert callee_limits_recounted.most_within(made, 5_000) == 2
    assert callee_limits_recounted.most_within(made, 5_001) == 3
    assert callee_limits_recounted.most_within(made, 100) == 1


@pytest.mark.parametrize("kept", [False, "sample=1/5"])
@pytest.mark.parametrize("in_memory", [False, True])
def test_a_run_without_its_calls_says_so(tmp_path: Path, kept: Any, in_memory: bool) -> None:
    unlogged = dialsim.run(STOPPED, log=kept, out=None if in_memory else tmp_path)
    *rows, said = walls(unlogged)
    assert not any(row[0].startswith("most calls") for row in rows)
    assert "how often and when people were called cannot be counted" in said[0]


def test_a_damaged_log_leaves_the_rest_of_the_page(tmp_path: Path) -> None:
    damaged = dialsim.run(STOPPED, out=tmp_path)
    assert damaged.folder is not None
    (damaged.folder / "calls" / "part-00001.parquet").write_bytes(b"none")
    *rows, said = walls(dialsim.load_run(damaged.folder))
    assert [row[0] for row in rows] == ["abandoned share"]
    assert "The call log is damaged" in said[0]


def test_nobody_called() -> None:
    none = np.zeros(0, np.int64)
    made = callee_limits_recounted.Attempts(none, none, none, none > 0, none, none > 0)
    assert callee_limits_recounted.most_within(made, 1000) == 0
    assert callee_limits_recounted.shortest_gap(made) is None
