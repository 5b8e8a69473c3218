"""Metrics by value: they add up, what cannot be split is named, and the page fits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from rich.cells import cell_len

from dialsim.outcomes.split import COUNTS
from dialsim.pages.model.terminal import in_terminal
from dialsim.pages.run.split_page import SHOWN, split_section
from dialsim.results.splits import MOST_ROWS, Split, split_metrics
from dialsim.scenario.metrics import metrics, unsplit_reasons

COUNTED = ("attempts", "answered", "marks", "complaints", "leads", "reach", "opt_outs")


def split(values: int, attribute: str = "branch") -> Split:
    rng = np.random.default_rng(values)
    counts = {name: rng.integers(1, 90, values + 1) for name in COUNTS}
    return split_metrics(
        attribute, [f"value {i}" for i in range(values)], counts, {"attempts_per_hour": 100.0}
    )


@pytest.mark.parametrize("values", [0, 3, MOST_ROWS, MOST_ROWS + 50])
def test_rows_add_up(values: int) -> None:
    found = split(values)
    assert len(found.rows) == min(values + 1, MOST_ROWS)
    assert sum(row["values"] for row in found.rows) == values + 1
    for name in COUNTED:
        assert sum(row[name] for row in found.rows) == found.total[name], name
    assert found.total["attempts_per_hour"] == pytest.approx(100.0)


def test_every_metric_is_split_or_said_not_to_be() -> None:
    found = split(3)
    keys = {"value", "values", "leads"}
    for row in (*found.rows, found.total):
        assert set(row) - keys == set(metrics()) - set(unsplit_reasons())
    assert set(found.not_split) <= set(metrics())
    assert all(found.not_split.values())


def test_a_value_nobody_had_is_left_out_and_none_stands_last() -> None:
    counts = {name: np.array([0, 2, 1]) for name in COUNTS}
    rows = split_metrics("branch", ["a", "b"], counts, {}).rows
    assert [row["value"] for row in rows] == ["b", None]
    assert rows[0]["attempts_per_hour"] is None


def test_shares_of_nothing_are_none() -> None:
    counts: dict[str, Any] = {name: np.array([0, 0]) for name in COUNTS}
    counts["leads"] = np.array([5, 0])
    row = split_metrics("branch", ["a"], counts, {}).rows[0]
    assert (row["asr"], row["acd_s"], row["abandoned_share"]) == (None, None, None)


def test_a_split_survives_json() -> None:
    found = split(4)
    assert Split.from_dict(found.to_dict()) == found
    assert found.table.num_rows == 5
    assert found.table.schema.field("acd_s").metadata == {b"unit": b"s"}
    assert split_metrics("a", [], {n: np.zeros(1, int) for n in COUNTS}, {}).table.num_rows == 0


@pytest.mark.parametrize("width", [60, 80, 100])
def test_the_table_fits(width: int) -> None:
    for found in (split(0), split(3, "分行" * 30), split(SHOWN + 5), split(MOST_ROWS + 9)):
        lines = in_terminal(split_section(found.to_dict()), width, "en")
        assert max(cell_len(line.plain) for line in lines) <= width
    section = split_section(split(SHOWN + 5).to_dict())
    text = "\n".join(line.plain for line in in_terminal(section, width, "en"))
    assert "6 more, in summary.json" in text
