"""What users of a notebook expect: tables of any library, pickling, several changes at once."""

from __future__ import annotations

import pickle
from pathlib import Path

import pandas
import polars
import pyarrow as pa
import pytest

import dialsim
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
