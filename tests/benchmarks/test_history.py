"""The measurements so far: each row has a date, a figure, its unit and its machine."""

from __future__ import annotations

import csv
from datetime import date

from benchmarks.history import HISTORY, chart


def test_every_row_can_be_drawn() -> None:
    with HISTORY.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 200
    units: dict[str, set[str]] = {}
    for row in rows:
        date.fromisoformat(row["date"])
        assert float(row["figure"]) > 0
        assert row["machine"]
        units.setdefault(row["what"], set()).add(row["unit"])
    assert all(len(each) == 1 for each in units.values()), units
    assert chart(rows).to_dict()["concat"]
