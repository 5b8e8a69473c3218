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
from dialsim.report.dossier import recounted
from tests.report.stopped import STOPPED

LIMITS = {
    "callee_limits": [
        {"count": 1, "per": "1m"},
        {"count": 2, "per": "24h"},
        {"count": 5, "per": "30d"},
        {"count": 1, "per": "7d", "counts": "connects", "window": "calendar"},
    ],
    "retry_gap": "3h",
}


@pytest.fixture(scope="module")
def run() -> dialsim.Run:
    return dialsim.run({**STOPPED, "rules": {**STOPPED.get("rules", {}), **LIMITS}})


def walls(run: dialsim.Run) -> list[list[str]]:
    """The rows of the table, and the sentence below it."""
    html = run.dossier("compliance")
    section = html.partition('<section id="walls">')[2].partition("</section>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", section, re.DOTALL)
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in rows]
    said = re.findall(r'<p class="quiet">(.*?)</p>', section)
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
    hours = rows["dials by the clock of Asia/Shanghai"]
    assert hours[0] == f"{min(clock)} – {max(clock)}"
    assert hours[2] == "kept"
    assert rows["calls to people after they asked not to be called"] == ["0", "none", "kept"]
    assert len([name for name in rows if name.startswith("most calls")]) == 3  # connects are not


def test_what_is_broken_is_told(run: dialsim.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    persons, ticks = recounted.attempts_by_person(run.log)
    opted = next(each for each in run.log.happenings if each.event == "opt_out")
    night = run.log.day_start(opted.tick) + 23 * 3_600_000
    persons = np.append(persons, [opted.person, opted.person])
    ticks = np.append(ticks, [night, night + 30_000])
    order = np.lexsort((ticks, persons))
    forged = persons[order], ticks[order]
    monkeypatch.setattr(recounted, "attempts_by_person", lambda log: forged)
    rows = told(run)
    assert rows["most calls to one person within 1 min"] == ["2", "at most 1", "broken"]
    assert rows["least time between two calls to a person"][::2] == ["30 s", "broken"]
    assert rows["dials by the clock of Asia/Shanghai"][2] == "broken"
    assert rows["calls to people after they asked not to be called"] == ["2", "none", "broken"]


def test_a_run_without_a_log_says_so(tmp_path: Path) -> None:
    unlogged = dialsim.run(STOPPED, log=False, out=tmp_path)
    *rows, said = walls(unlogged)
    assert not any(row[0].startswith("most calls") for row in rows)
    assert "how often and when people were called cannot be counted" in said[0]


def test_a_damaged_log_leaves_the_rest_of_the_page(tmp_path: Path) -> None:
    damaged = dialsim.run(STOPPED, out=tmp_path)
    assert damaged.folder is not None
    (damaged.folder / "calls" / "part-00001.parquet").write_bytes(b"none")
    *rows, said = walls(dialsim.load_run(damaged.folder))
    assert [row[0] for row in rows] == ["abandoned share"]
    assert "could not be counted again" in said[0]


def test_nobody_called() -> None:
    none = np.zeros(0, np.int64)
    assert recounted.most_of_a_person(none, none, 1000) == 0
    assert recounted.shortest_gap(none, none) is None
