"""What users of a notebook expect: tables of any library, pickling, several changes at once."""

from __future__ import annotations

import pickle
from datetime import timedelta
from pathlib import Path
from typing import Any

import altair as alt
import pandas
import polars
import pyarrow as pa
import pytest

import dialsim
from dialsim.pages.charts.theme import PAPER
from tests.people.scenarios import small_scenario

LIST = {"name": "list", "synthetic": {"count": 200, "relation": "opted_in"}}


@pytest.fixture(scope="module")
def done() -> dialsim.Run:
    return dialsim.run(small_scenario(dict(LIST)))


@pytest.mark.parametrize("name", ["calls", "people", "series", "events", "interventions"])
def test_a_table_goes_into_other_libraries_as_it_is(done: dialsim.Run, name: str) -> None:
    table = getattr(done, name)
    assert polars.from_arrow(pa.table(table)).height == len(table)
    assert polars.DataFrame(table).height == len(table)
    assert len(pandas.DataFrame(pa.table(table).to_pandas())) == len(table)


def test_a_split_and_replications_do_too(done: dialsim.Run) -> None:
    split = done.split("operator")
    assert polars.DataFrame(split)["value"].to_list() == [row["value"] for row in split.rows]
    many = dialsim.replicate(small_scenario(dict(LIST)), 3)
    assert polars.DataFrame(many.table)["replication"].n_unique() == 3


def test_a_run_in_memory_is_pickled_with_its_tables(done: dialsim.Run) -> None:
    again = pickle.loads(pickle.dumps(done))
    assert again.summary == done.summary
    assert again.calls == done.calls
    assert again.people == done.people
    assert again.page() == done.page()
    assert again.person(0).page() == done.person(0).page()


def test_a_run_in_a_folder_is_pickled_by_its_place(tmp_path: Path) -> None:
    stored = dialsim.run(small_scenario(dict(LIST)), out=tmp_path)
    again = pickle.loads(pickle.dumps(stored))
    assert again.folder == stored.folder
    assert again.calls == stored.calls


def test_several_changes_are_made_before_the_scenario_is_checked() -> None:
    scenario = dialsim.load_scenario(small_scenario(dict(LIST)))
    both = scenario.with_({"seed": 4, "days": 2})
    assert (both.seed, both.days) == (4, 2)
    assert both.to_dict() == scenario.with_("seed", 4).with_("days", 2).to_dict()
    assert scenario.with_({}).to_dict() == scenario.to_dict()
    with pytest.raises(dialsim.ScenarioError, match="seeed"):
        scenario.with_({"days": 2, "seeed": 4})


def test_a_run_takes_changes() -> None:
    made = small_scenario(dict(LIST))
    changed = dialsim.run(made, changes={"people.list.synthetic.count": 50})
    plain = dialsim.run(dialsim.load_scenario(made).with_("people.list.synthetic.count", 50))
    assert changed.summary["outcome_digest"] == plain.summary["outcome_digest"]
    assert changed.summary["waterfall"]["total"]["rows"] == 50


def test_the_nearest_metric_is_named(done: dialsim.Run) -> None:
    assert done.metrics["conversations"] is not None
    assert done.metrics.get("conversatons") is None
    with pytest.raises(KeyError, match='did you mean "conversations"'):
        done.metrics["conversatons"]


@pytest.fixture(scope="module")
def many() -> dialsim.Replications:
    goals = [
        {"metric": "conversations", "at_least": 5},
        {"metric": "caller_ids_suspended", "at_most": 0},
    ]
    return dialsim.replicate(small_scenario(dict(LIST)) | {"goals": goals}, 12)


def rows(chart: Any) -> list[Any]:
    """Return the rows behind each layer of a chart that Vega-Lite's schema accepts."""
    drawn = chart.to_dict(validate=True)
    found = []
    for layer in drawn["layer"]:
        source = layer.get("data", drawn.get("data"))
        found.append(source["values"] if "values" in source else drawn["datasets"][source["name"]])
    return found


def test_replications_draw_how_a_metric_spreads(many: dialsim.Replications) -> None:
    bars, interval, _, tails = rows(many.plot.distribution("conversations"))
    assert [bar["value"] for bar in bars] == many.values("conversations").tolist()
    found = many.interval("conversations")
    assert interval[0]["mean"] == found.value
    assert (interval[0]["low"], interval[0]["high"]) == (found.low, found.high)
    assert [each["at"] for each in tails] == [
        many.quantile("conversations", 0.05),
        many.quantile("conversations", 0.95),
    ]
    with pytest.raises(dialsim.ScenarioError, match=r"(?s)happens or not.*plot\.convergence"):
        many.plot.distribution("any_suspension")
    with pytest.raises(KeyError, match="conversations"):
        many.plot.distribution("conversation")


def test_replications_draw_how_a_mean_settles(many: dialsim.Replications) -> None:
    means = rows(many.plot.convergence("conversations"))[0]
    assert [row["replications"] for row in means] == list(range(1, 13))
    assert means[0]["low"] is None
    last, found = means[-1], many.interval("conversations")
    assert (last["mean"], last["low"], last["high"]) == (found.value, found.low, found.high)
    shares = rows(many.plot.convergence("goals_met"))[0]
    share = many.interval("goals_met")
    assert (shares[-1]["mean"], shares[-1]["low"]) == (share.value, share.low)
    assert shares[0]["low"] is not None


def test_replications_draw_margins_of_goals(many: dialsim.Replications) -> None:
    marks, target = rows(many.plot.goals(language="zh"))
    assert [mark["margin"] for mark in marks] == many.values("goal_1.margin").tolist()
    assert {mark["met"] for mark in marks} <= {"达成", "未达成"}
    assert target == [{"at": 0}]
    assert "distribution" in repr(many.plot)
    with pytest.raises(dialsim.ScenarioError, match="no replication has a goal"):
        dialsim.replicate(small_scenario(dict(LIST)), 2).plot.goals()


def test_own_charts_take_the_theme() -> None:
    alt.theme.register("dialsim", enable=False)(dialsim.chart_theme)
    with alt.theme.enable("dialsim"):
        drawn = alt.Chart(alt.InlineData([{"x": 1}])).mark_line().encode(x="x:Q").to_dict()
    assert drawn["config"] == dialsim.chart_theme()["config"]
    assert drawn["config"]["axis"]["gridColor"] == PAPER.grid


def test_durations_of_a_scenario_show_their_unit() -> None:
    scenario = dialsim.load_scenario(small_scenario(dict(LIST)) | {"aftermath": timedelta(days=2)})
    assert repr(scenario.aftermath) == "Duration('2d')"
    assert scenario.aftermath.timedelta == timedelta(days=2)
    assert scenario.aftermath == 2 * 86_400_000
    assert f"{scenario.aftermath}" == str(scenario.aftermath) == "172800000"
    assert scenario.to_dict()["aftermath"] == "2d"
    assert pickle.loads(pickle.dumps(scenario)).aftermath.timedelta == timedelta(days=2)
