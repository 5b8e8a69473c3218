"""The tables of leads and of the series."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from pyarrow import parquet

import dialsim
from dialsim.results.lists.waterfall import waterfalls
from dialsim.results.tables.lead_states import people_parts, people_table
from dialsim.results.tables.series import series_table
from tests.results.worlds import LEADS, fabricated, played
from tests.scenario.worlds import world


def test_each_lead_has_a_row_with_its_reason() -> None:
    table = people_table(fabricated())
    assert table.num_rows == len(LEADS)
    assert "number" not in table.column_names
    rows = table.to_pylist()
    assert [row["reason"] for row in rows[:7]] == [
        "invalid_number", "duplicate", "no_consent", "consent_withdrawn", "internal_dnc",
        "out_of_time", "out_of_time",
    ]  # fmt: skip
    assert rows[11]["state"] == "sleeping"
    assert rows[11]["reason"] == "out_of_time"
    assert [row["row"] for row in rows] == list(range(len(LEADS)))
    assert "key" not in " ".join(table.column_names)  # nothing that could be searched for


def test_the_people_of_a_played_world_match_its_waterfall() -> None:
    made, _ = played()
    table = people_table(made)
    reasons = Counter(table.column("reason").to_pylist())
    total, _ = waterfalls(made)
    leads = {leave["key"]: leave["leads"] for leave in total["exits"]}
    assert reasons["connected"] == leads.get("short", 0) + leads.get("conversation", 0)


def test_pieces_are_the_table(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """However many leads are looked at together: the account, the table and its file."""
    made, _ = played()
    table, account = people_table(made), waterfalls(made)
    monkeypatch.setattr("dialsim.results.lists.waterfall.CHUNK", 7)
    assert waterfalls(made) == account
    parts = list(people_parts(made))
    assert len(parts) > 9
    assert max(part.num_rows for part in parts) == 7
    assert people_table(made).equals(table)
    folder = dialsim.run(made.scenario, out=tmp_path, log="none").folder
    assert folder is not None
    file = parquet.ParquetFile(folder / "people.parquet")
    assert file.num_row_groups > 9
    kept = dialsim.run(made.scenario, log="none").people
    assert file.read().to_pylist() == kept.to_pylist()
    assert not list(folder.rglob("*.tmp"))


def test_series_sums_to_the_tallies() -> None:
    made, _ = played()
    table = series_table(made)
    attempts = sum(table.column("attempts").to_pylist())
    assert attempts == made.state.memory.tallies["attempts"].sum()
    assert str(table.schema.field("time").type) == "timestamp[ms, tz=Asia/Shanghai]"
    assert table.schema.field("staff_talk_ms").metadata == {b"unit": b"ms"}
    staffed = sum(
        sum(table.column(f"staff_{part}_ms").to_pylist()) for part in ("idle", "talk", "wrap")
    )
    assert staffed == sum(
        int(made.state.crew.staff[f"{p}_ms"].sum()) for p in ("idle", "talk", "wrap")
    )


def test_what_people_did_after_calls_is_in_the_series_as_well(tmp_path: Path) -> None:
    """Each by the interval of the call it is about: also what came days after the last call."""
    raw = world()
    raw["enterprise"]["sector"] = "banking"
    raw["people"][0]["synthetic"] = {"count": 1_500, "relation": "bought"}
    raw["agents"][0]["count"] = 20
    raw["trunks"][0] |= {"channels": 40}
    raw["caller_ids"][0] |= {"count": 40}
    raw["campaigns"].append({**raw["campaigns"][0], "name": "again"})
    rates = {f"complaints.rate_12321.{relation}": 9_000 for relation in ("bought", "opted_in")}
    raw["network"] = {"overrides": rates}
    for run in (dialsim.run(raw), dialsim.run(raw, out=tmp_path)):
        sums = {name: sum(run.series.column(name).to_pylist()) for name in SUMMED}
        metrics = {name: each["value"] for name, each in run.summary["metrics"].items()}
        sums["complaints"] = sums["complaints_12321"] + sums.pop("complaints_hotline")
        assert sums == {name: metrics[name] for name in sums}
        assert all(sums.values()), sums
        marks = run.series.filter(run.series.column("attempts").to_numpy() == 0).column("marks")
        assert not any(marks.to_pylist())  # none where nobody was called


SUMMED = (
    *("attempts", "conversations", "marks", "opt_outs"),
    *("complaints_12321", "complaints_hotline", "complaints_sector"),
)
