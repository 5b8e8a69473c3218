"""Draw the measurements of ``history.csv`` by date, a panel for each figure.

python benchmarks/history.py history.png
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import altair as alt

HISTORY = Path(__file__).with_name("history.csv")


def chart(rows: list[dict[str, str]]) -> alt.Chart:
    """Return the chart: order of measurement across, figure up, machines by colour."""
    data = [{**row, "figure": float(row["figure"]), "place": i} for i, row in enumerate(rows)]
    panels = []
    for what in dict.fromkeys(row["what"] for row in rows):
        values = [row for row in data if row["what"] == what]
        points = alt.Chart(alt.Data(values=values)).mark_line(point=True)
        panels.append(
            points.encode(
                alt.X("place:O", axis=None),
                alt.Y("figure:Q", title=values[0]["unit"], scale=alt.Scale(zero=False)),
                alt.Color("machine:N"),
            ).properties(width=320, height=160, title=what)
        )
    return alt.concat(*panels, columns=2)


if __name__ == "__main__":
    with HISTORY.open(encoding="utf-8", newline="") as file:
        chart(list(csv.DictReader(file))).save(sys.argv[1])
