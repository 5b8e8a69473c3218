"""What the charts of a run are drawn from, against a plain recount; and that each is drawn."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import vl_convert
from hypothesis import given
from hypothesis import strategies as st

import dialsim
from dialsim.errors import ScenarioError
from dialsim.explanations.caller_life import states_of
from dialsim.explanations.caller_states import state_spans, worst
from dialsim.messages.dates import WEEKDAYS
from dialsim.pages.charts import callers, calls, flow, progress, reactions, times
from dialsim.pages.charts.labels import LABELS
from dialsim.pages.charts.theme import PAGE, PAPER, STATES
from dialsim.pages.html.labels import LABELS as PAGE_LABELS
from dialsim.results.network.network_rules import network_rules
from dialsim.results.tables.run_log import RunLog
from tests.pages.several_parts import several_parts
from tests.results.stopped import STOPPED
from tests.scheduler.worlds import tiny
from tests.tiers import tiered

pytestmark = pytest.mark.needs_jit


@pytest.fixture(scope="module")
def run() -> dialsim.Run:
    """A run in which the network does everything it can, under a ceiling of its own as well."""
    limits = [{"count": 60, "per": "2h", "window": "sliding"}]
    raw = {**STOPPED, "rules": {**STOPPED["rules"], "caller_limits": limits}}
    return dialsim.run(raw)


@pytest.fixture(scope="module")
def log(run: dialsim.Run) -> RunLog:
    return run.log


def test_every_stage_is_the_one_before_less_what_left(run: dialsim.Run) -> None:
    rows = flow.waterfall_rows(run.summary)
    assert rows[0]["to"] == run.summary["waterfall"]["total"]["rows"]
    left = rows[0]["to"]
    for row in rows[1:]:
        if row["kind"] == "exit":
            assert row["to"] == left
            left = row["from"]
        else:
            assert (row["from"], row["to"]) == (0, left)
    assert flow.waterfall_rows(run.summary, "loans") == rows
    with pytest.raises(KeyError):
        flow.waterfall_rows(run.summary, "nobody")


def test_hours_sum_to_the_run(run: dialsim.Run, log: RunLog) -> None:
    rows, step = calls.flow_rows(log)
    assert step == "h"
    for name in calls.FLOWS:
        assert sum(row[name] for row in rows) == run.metrics[name]
    by_hour = Counter(call["time"].strftime("%Y-%m-%dT%H") for call in run.calls.to_pylist())
    assert {row["time"][:13]: row["attempts"] for row in rows if row["attempts"]} == by_hour


def test_when_people_answer_is_counted_from_the_calls(run: dialsim.Run, log: RunLog) -> None:
    tried: Counter[tuple[str, str]] = Counter()
    live: Counter[tuple[str, str]] = Counter()
    for call in run.calls.to_pylist():
        key = WEEKDAYS["en"][call["time"].weekday()], f"{call['time'].hour:02d}"
        tried[key] += 1
        live[key] += call["true_outcome"] == "live" and call["sip_code"] == 200
    found = {(row["day"], row["hour"]): (row["attempts"], row["live"]) for row in
             times.answer_rows(log)}  # fmt: skip
    assert found == {key: (tried[key], live[key]) for key in tried}


def test_agents_time_is_the_runs(run: dialsim.Run, log: RunLog) -> None:
    rows = times.staff_rows(log)
    hours = sum(row["staffed_h"] for row in rows)
    busy = sum(row["staffed_h"] * row["occupancy"] for row in rows)
    assert busy / hours == pytest.approx(run.metrics["occupancy"], abs=1e-12)
    for row in rows:
        assert row["talk"] + row["wrap"] + row["idle"] == pytest.approx(1.0)


def test_drops_so_far_end_at_the_runs_share(run: dialsim.Run, log: RunLog) -> None:
    rows = times.dropped_rows(log)
    assert rows[-1]["so_far"] == run.metrics["abandoned_share"]
    assert sum(row["dropped"] for row in rows) == run.metrics["abandoned"]


def test_marks_and_complaints_sum_to_the_run(run: dialsim.Run, log: RunLog) -> None:
    counts: Counter[str] = Counter()
    for row in reactions.reaction_rows(log):
        counts[row["kind"]] += row["count"]
    assert counts["marks"] > 0
    assert counts["marks"] == run.metrics["marks"]
    assert counts["complaint_12321"] > 0
    assert counts["complaint_12321"] == run.metrics["complaints_12321"]
    assert counts["complaint_sector"] == run.metrics["complaints_sector"]


def test_life_lines_are_those_of_each_number(log: RunLog) -> None:
    rules = network_rules()
    lives = callers.lives(log)
    assert {each.action for held in lives.values() for each in held} >= {"throttle", "suspend"}
    for line, name in enumerate(log.lines.names):
        alone = [
            (state.from_tick, state.to_tick, state.action)
            for state in states_of(log, line, rules)
            if state.action != "none"
        ]
        together: list[tuple[int, int, str]] = []
        for each in lives.get(line, []):
            if together and together[-1][1:] == (each.from_tick, each.action):
                together[-1] = (together[-1][0], each.to_tick, each.action)
            else:
                together.append((each.from_tick, each.to_tick, each.action))
        assert together == alone, name


def test_a_life_line_has_no_gap_and_the_worst_come_first(log: RunLog) -> None:
    rows = callers.life_rows(log, shown=5)
    names = list(dict.fromkeys(row["caller"] for row in rows))
    assert len(names) == 5
    severity = {state: place for place, state in enumerate(STATES)}
    worst_of = []
    for name in names:
        mine = [row for row in rows if row["caller"] == name]
        for before, after in pairwise(mine):
            assert before["to"] == after["from"]
        assert all(row["why"] or row["state"] == "none" for row in mine)
        worst_of.append(max(severity[row["state"]] for row in mine))
    assert worst_of == sorted(worst_of, reverse=True)


def test_the_worst_state_holds() -> None:
    found = standings_of([(0, 100, "warn"), (10, 30, "suspend"), (20, 60, "throttle")])
    spans = [(each.from_tick, each.to_tick, each.action) for each in worst(found)]
    assert spans == [
        (0, 10, "warn"), (10, 30, "suspend"), (30, 60, "throttle"), (60, 100, "warn")
    ]  # fmt: skip


def standings_of(spans: list[tuple[int, int, str]]) -> list[Any]:
    from dialsim.explanations.caller_states import StateSpan

    return [
        StateSpan(0, first, last, STATES.index(action), action, act)
        for act, (first, last, action) in enumerate(spans)
    ]


def test_headroom_is_counted_from_the_calls(run: dialsim.Run, log: RunLog) -> None:
    rows = {row["name"]: row for row in callers.headroom_rows(log)}
    calls = run.calls.to_pylist()
    a_day = Counter((call["caller"], call["time"].date()) for call in calls)
    most = {name: 0 for name in log.lines.names if name.startswith("desk")}
    for (name, _), count in a_day.items():
        if name in most:
            most[name] = max(most[name], count)
    filed = rows["desk: filed, 120 a day"]
    assert filed["most"] == max(most.values())
    assert filed["median"] == float(np.median(list(most.values())))
    sliding = rows["sims: own ceiling, 60 in 2 h"]
    ticks = sorted(c["time"].timestamp() for c in calls if c["caller"] == "sims-001")
    assert sliding["most"] <= 60
    assert max(sum(t - 7200 < u <= t for u in ticks) for t in ticks) <= sliding["most"]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 60)), max_size=40), st.integers(1, 30))
def test_the_busiest_span_is_the_busiest(calls: list[tuple[int, int]], span: int) -> None:
    ordered = sorted(calls)
    lines = np.array([line for line, _ in ordered], np.int64)
    ticks = np.array([tick for _, tick in ordered], np.int64)
    found = callers.most_within(lines, ticks, span, 4)
    for line in range(4):
        mine = [tick for each, tick in ordered if each == line]
        most = max((sum(t - span < u <= t for u in mine) for t in mine), default=0)
        assert found[line] == most


def test_a_run_without_calls_has_no_headroom() -> None:
    bare = dialsim.run(tiny(), log=False)
    with pytest.raises(ScenarioError, match=r"calls"):
        callers.headroom_rows(bare.log)


@pytest.mark.parametrize("language", tiered(["zh"], ["en"]))
@pytest.mark.parametrize(
    "name",
    ["waterfall", "flow", "answers", "occupancy", "dropped", "caller_ids", "headroom", "reactions"],
)
def test_every_chart_is_drawn(run: dialsim.Run, name: str, language: Any) -> None:
    chart = getattr(run.plot, name)(language=language)
    svg = vl_convert.vegalite_to_svg(chart.to_dict())
    assert svg.count("<path") > 3
    assert "NaN" not in svg
    assert "undefined" not in svg
    heading = chart.to_dict()["title"]["text"]
    assert heading in PAGE_LABELS[language].values()
    assert f">{heading}<" in svg


def test_a_page_has_the_colours_of_its_style(log: RunLog) -> None:
    def colours(spec: object) -> set[str]:
        if isinstance(spec, dict):
            return set().union(*(colours(each) for each in spec.values()))
        if isinstance(spec, list):
            return set().union(*(colours(each) for each in spec))
        return {spec} if isinstance(spec, str) and spec.startswith(("#", "var(")) else set()

    drawn = colours(callers.caller_ids(log, look=PAGE).to_dict())
    assert drawn
    assert all(colour.startswith("var(--") for colour in drawn)
    assert not any(each.startswith("var") for each in (PAPER.ink, *PAPER.states))


def test_both_languages_say_the_same_things() -> None:
    import re

    assert LABELS["en"].keys() == LABELS["zh"].keys()
    for key, text in LABELS["en"].items():
        slots = re.findall(r"\{[^}]*\}", text)
        assert sorted(slots) == sorted(re.findall(r"\{[^}]*\}", LABELS["zh"][key])), key


def test_nothing_to_draw_is_said() -> None:
    quiet = dialsim.run(tiny())
    with pytest.raises(ScenarioError, match="no number into another state"):
        quiet.plot.caller_ids()
    with pytest.raises(ScenarioError, match="there is no campaign nobody"):
        quiet.plot.waterfall("nobody")
    assert state_spans(quiet.log) == []


def test_campaigns_agents_have_a_row_each(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Lines of several campaigns in one field would hide each other."""
    two = several_parts(tmp_path_factory.mktemp("parts"))
    chart = times.occupancy(two.log, look=PAGE).to_dict()
    drawn = chart["data"]["values"]
    assert [row["occupancy"] for row in drawn] == [
        row["occupancy"] for row in times.staff_rows(two.log)
    ]
    floors = {row["campaign"]: row["from"] for row in drawn}
    assert floors == {"upsell": 1, "side": 0}
    for row in drawn:
        assert row["from"] == floors[row["campaign"]]
        assert row["to"] - row["from"] == pytest.approx(times.FULL * row["occupancy"])
        assert row["to"] < row["from"] + 1


def test_points_on_the_line_of_many_hours_are_left_out(log: RunLog) -> None:
    rows = progress.progress_rows(log)
    many = [{**row, "time": f"{row['time'][:10]}T{i:02d}"} for i in range(61) for row in rows[:1]]
    for shown, size in ((rows, 22), (many, 0)):
        line = progress.progress(log, look=PAGE, rows=shown).to_dict()["layer"][0]
        assert line["mark"]["point"]["size"] == size


def test_charts_of_a_notebook_have_no_names_that_could_meet(log: RunLog) -> None:
    """Two runs beside each other: data of one name would be those of the first."""
    page, paper = (calls.flow(log, look=look).to_dict() for look in (PAGE, PAPER))
    assert page["data"]["name"] == "flow"
    assert paper["datasets"].keys() == {paper["data"]["name"]} != {"flow"}
