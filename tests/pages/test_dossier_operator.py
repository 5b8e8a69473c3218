"""The dossier for an operator: peaks, volumes and complaints against a recount of the calls."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dialsim
from dialsim.errors import ScenarioError
from dialsim.pages.dossiers.request import Audience
from dialsim.pages.dossiers.traffic import most_at_once, most_within, traffic
from dialsim.results.tables.run_log import RunLog
from tests.results.small_runs import SCRIPT, notes, rows_of, section, told

MARKED = " ¹²³⁴⁵⁶"

HOUR_MS = 3_600_000


@pytest.fixture(scope="module")
def run() -> dialsim.Run:
    return dialsim.run(told())


@pytest.fixture(scope="module")
def log(run: dialsim.Run) -> RunLog:
    return run.log


# --- peaks, by brute force ------------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=30))
def test_most_at_once_is_what_counting_every_tick_gives(spans: list[tuple[int, int]]) -> None:
    begins = np.array([begin for begin, _ in spans], np.int64)
    ends = np.array([begin + length for begin, length in spans], np.int64)
    counts = [sum(b <= tick < b + n for b, n in spans) for tick in range(90)]
    found = most_at_once(begins, ends)
    assert found.most == max(counts)
    assert not spans or counts[found.tick] == found.most


@given(st.lists(st.integers(0, 60), max_size=30), st.integers(1, 20))
def test_most_within_is_what_looking_at_every_span_gives(ticks: list[int], span: int) -> None:
    counts = [sum(first <= tick < first + span for tick in ticks) for first in range(61)]
    found = most_within(np.array(ticks, np.int64), span)
    assert found.most == max(counts)
    assert not ticks or counts[found.tick] == found.most


def test_the_load_of_each_trunk_is_that_of_its_calls(run: dialsim.Run, log: RunLog) -> None:
    rows, calls = rows_of(run), traffic(log)
    assert len(calls) == len(rows) > 300
    for place, trunk in enumerate(run.scenario.trunks):
        mine = [row for row in rows if row["trunk"] == trunk.name]
        found = calls.of(calls.trunk == place)
        ticks = [row["tick"] for row in mine]
        assert len(found) == len(mine) > 50
        at_once = max(sum(row["tick"] <= tick < row["end"] for row in mine) for tick in ticks)
        assert found.at_once.most == at_once <= trunk.channels
        for peak, span in ((found.in_a_second, 1000), (found.in_an_hour, HOUR_MS)):
            within = max(sum(tick <= other < tick + span for other in ticks) for tick in ticks)
            assert peak.most == within
        assert found.in_a_second.most <= trunk.calls_per_second
        days = Counter(row["time"].date() for row in mine)
        first = run.scenario.start
        assert found.by_day.tolist() == [days[first + timedelta(n)] for n in range(2)]
        shown = section(run.dossier("operator"), "load")[1 + place]
        assert shown[2] == f"{len(mine):,}"
        assert shown[3].startswith(f"{found.in_a_second.most} of {trunk.calls_per_second}")
        assert shown[4].startswith(f"{at_once} of {trunk.channels}")
        assert shown[5].startswith(f"{found.in_an_hour.most:,}")


def test_volumes_by_operator_and_province_are_those_of_the_people(run: dialsim.Run) -> None:
    rows = rows_of(run)
    people = run.people.select(["person", "number_province"]).to_pylist()
    province = {each["person"]: each["number_province"] for each in people}
    html = run.dossier("operator")
    names = {"cmcc": "China Mobile", "cucc": "China Unicom", "ctcc": "China Telecom",
             "cbn": "China Broadnet", "mvno": "virtual operators"}  # fmt: skip
    by_operator = Counter(names[row["true_operator"]] for row in rows)
    shown = {cells[0]: cells for cells in section(html, "by-operator")[1:]}
    assert {name: int(cells[1].replace(",", "")) for name, cells in shown.items()} == by_operator
    by_province = Counter(province[row["person"]] or "not known" for row in rows)
    assert set(by_province) >= {"Guangdong", "Zhejiang", "not known"}
    table = section(html, "by-province")
    found = {cells[0]: cells for cells in table[1:]}
    assert {name: int(cells[1].replace(",", "")) for name, cells in found.items()} == by_province
    days = len({row["time"].date() for row in rows})
    for name, cells in found.items():
        mine = [row for row in rows if (province[row["person"]] or "not known") == name]
        busiest = max(Counter(row["time"].date() for row in mine).values())
        assert cells[4] == f"{busiest:,}"
        for operator, cell in zip(table[0][6:], cells[6:], strict=True):
            count = sum(names[row["true_operator"]] == operator for row in mine)
            assert cell == f"{round(count / days)}"
    assert "synthetic.regions" in html  # of those whose province nobody knows


def test_the_busiest_number_stands_beside_its_filing(run: dialsim.Run) -> None:
    made = Counter((row["caller"], row["time"].date()) for row in rows_of(run))
    busiest = {
        block: max(count for (caller, _), count in made.items() if caller.startswith(block))
        for block in ("north", "south")
    }
    rows = {cells[0]: cells for cells in section(run.dossier("operator"), "numbers")}
    assert rows["north"][7:9] == ["100", f"{busiest['north']}"]
    assert rows["south"][7:9] == ["90", f"{busiest['south']}"]
    assert busiest["north"] > 100  # above what is filed, and marked
    marked = rf'<td class="figure bad"[^>]*>{busiest["north"]}</td>'
    assert re.search(marked, run.dossier("operator"))
    assert rows["north"][9] == f"Bank {SCRIPT}"
    assert rows["north"][1:6] == ["3", "fixed line", "Beijing, area code 10", "main", "in force"]
    assert notes(run.dossier("operator"), "numbers") == ["from 30 Apr 2026: 40"]


# --- complaints -----------------------------------------------------------------------------------


def test_complaints_are_per_delivered_call_of_the_lines_told_of() -> None:
    raw = told(network={"overrides": {"complaints.rate_12321.opted_in": 40_000}})
    run = dialsim.run(raw)
    trunk = {"north": "main", "south": "side"}
    for operator, lines in ((None, {"main", "side"}), ("CMCC", {"side"})):
        delivered = sum(row["delivered"] and row["trunk"] in lines for row in rows_of(run))
        events = Counter(
            event["event"]
            for event in run.events.to_pylist()
            if trunk[event["caller"].rpartition("-")[0]] in lines
        )
        html = run.dossier("operator", operator=operator)
        rows = {cells[0].rstrip(MARKED): cells for cells in section(html, "complaints")}
        both = events["complaint_12321"] + events["complaint_hotline"]
        assert both > 0
        assert rows["12321 and hotlines"][1] == f"{both:,}"
        rate = float(rows["12321 and hotlines"][2].replace(",", ""))
        assert rate == pytest.approx(both / delivered * 1e6, rel=0.005)
        low, high = (float(end.replace(",", "")) for end in rows["12321"][3].split(" – "))
        assert low <= events["complaint_12321"] / delivered * 1e6 <= high
        assert rows["complaints.rate_12321.opted_in"][1] == "40000"
    alone = run.dossier("operator", operator="CMCC")
    assert [cells[0] for cells in section(alone, "load")[1:]] == ["side"]
    assert "north" not in {cells[0] for cells in section(alone, "numbers")}
    with pytest.raises(ScenarioError, match="no line of the scenario is this operator's"):
        run.dossier("operator", operator="CUCC")


def test_no_operator_is_told_of_a_study(run: dialsim.Run) -> None:
    study = dialsim.run(told(study="unlawful"))
    with pytest.raises(ScenarioError, match="no operator is told of it"):
        study.dossier("operator")
    readers: tuple[Audience, ...] = ("boss", "compliance")
    for audience in readers:
        html = study.dossier(audience, replications=0)
        assert "not a lawful plan" in html
        assert not re.search(r'class="[^"]*verdict[^"]* good', html)


def test_replications_tell_complaints_more_closely() -> None:
    raw = told(network={"overrides": {"complaints.rate_12321.opted_in": 40_000}})
    run, many = dialsim.run(raw), dialsim.replicate(raw, 4)
    complaints, delivered = (int(many.values(key).sum()) for key in ("complaints", "delivered"))
    rows = {
        cells[0].rstrip(MARKED): cells
        for cells in section(run.dossier("operator", replications=4), "complaints")
    }
    assert rows["12321 and hotlines"][1] == f"{complaints:,}"
    rate = float(rows["12321 and hotlines"][2].replace(",", ""))
    assert rate == pytest.approx(complaints / delivered * 1e6, rel=0.005)
    formal = int(many.values("complaints_12321").sum())
    assert rows["operators' hotlines"][1] == f"{complaints - formal:,}"
    assert rows["the sector's regulator"][1] == f"{int(many.values('complaints_sector').sum()):,}"
