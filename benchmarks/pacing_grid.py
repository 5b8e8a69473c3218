"""Predictive pacing against tuned rivals, cell by cell: talk time per staffed hour.

Run it as ``python benchmarks/pacing_grid.py`` (some minutes; ``--quick`` part of the grid). Each
rival is tuned in each cell on seeds of its own, then all play the same days: the same people, luck
and guard (drops of at most 3 %, 2 s). A cell is won if the one-sided 99.9 % bound of the paired
difference is above zero, lost if it is below -0.5 points.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from dialsim.engine import face
from dialsim.engine.build import prepare
from dialsim.report.intervals import mean_interval
from dialsim.scenario import load_scenario

AGENTS, ANSWERS, HANDLING_S = (5, 20, 100, 500), (0.1, 0.3, 0.5), (35, 200)
TUNING = range(1000, 1003)
LEAST_DAYS, AGENT_DAYS = 8, 300  # small teams have more luck in a day, and play more of them
ONE_SIDED = 0.998  # level of a two-sided interval whose lower end is a 99.9 % bound
LOST = -0.005
QUIET = ("labels", "complaints", "frequency", "refuse_call", "contract", "behaviour", "terminating")
OURS = {"mode": "predictive"}


@dataclass(frozen=True)
class Cell:
    """A campaign of one day."""

    agents: int
    answer: float
    handling_s: float

    def scenario(self, pacing: dict[str, Any], seed: int) -> Any:
        """Return its scenario for a way of pacing."""
        calls = self.agents * 11 * 3600 / (0.6 * self.handling_s) / self.answer
        talk_s = self.handling_s - 10
        return load_scenario(
            {
                "schema": 1,
                "name": "cell",
                "start": "2026-04-13",
                "days": 1,
                "seed": seed,
                "aftermath": "0s",
                "enterprise": {"name": "Example Bank"},
                "network": {
                    "off": [*QUIET, "subscriber_blocks", "recording_notice"],
                    "overrides": {
                        "answer.gross.opted_in": self.answer,
                        "answer.gross.named": min(1.0, 1.3 * self.answer),
                        "answer.hour_index": [1.0] * 24,
                        "answer.assistant_share": 0.0,
                        "talk.opted_in": [[0.3, 0.1 * talk_s, 0.7], [0.7, 0.93 * talk_s, 0.8]],
                        "people.unreachable": 0.0,
                        "people.busy": 0.0,
                        "opt_out.opted_in": 0.0,
                        **dict.fromkeys(
                            (f"people.opted_in.{x}" for x in ("empty", "suspended", "dormant")), 0.0
                        ),
                    },
                },
                "people": [
                    {
                        "name": "list",
                        "synthetic": {"count": int(1.2 * calls) + 1000, "consent_recorded": 1.0},
                    }
                ],
                "trunks": [
                    {"name": "main", "operator": "CTCC", "permits": ["marketing"]}
                    | {"calls_per_second": 2000, "channels": 40_000}
                ],
                "caller_ids": [
                    {"name": "north", "class": "fixed", "area_code": "10", "count": 1000}
                    | {"trunk": "main", "registered": True, "checked_clean": True}
                    | {"filed": {"use": "marketing", "category": "loan", "daily_volume": 500}}
                ],
                "agents": [
                    {"name": "day", "count": self.agents, "wrap_up": "10s"}
                    | {"shifts": [{"days": "daily", "from": "09:00", "to": "20:00"}]}
                ],
                "campaigns": [
                    {
                        "name": "calls",
                        "purpose": "marketing",
                        "category": "loan",
                        "lawful_basis": "consent",
                        "people": ["list"],
                        "caller_ids": ["north"],
                        "agents": ["day"],
                        "pacing": pacing,
                        "attempts": {"at_most": 1},
                    }
                ],
            }
        )

    def rivals(self) -> dict[str, list[dict[str, Any]]]:
        """Return what each rival may be tuned to."""
        free = min(100.0, round(1 / self.answer, 2))
        power = [{"mode": "power", "ratio": round(max(1.0, part * free), 2)}
                 for part in (0.5, 0.75, 1.0, 1.5)]  # fmt: skip
        vicidial = [
            {"mode": "vicidial_adapt", "most_level": free, "method": method, "agents_target": aim}
            for method, aim in product(("average", "hard"), (-1, 0, 1))
        ]
        steered = [
            {"mode": "abandon_target", "most_level": 2 * free, "gain": gain, "window": window}
            | {"drop_target": 0.027}
            for gain, window in product((0.03, 0.15), ("10m", "1h"))
        ]
        return {"power": power, "vicidial_adapt": vicidial, "abandon_target": steered}


def play(cell: Cell, pacing: dict[str, Any], seed: int) -> tuple[float, float]:
    """Return the share of staffed time that is talk, and the share of live answers dropped."""
    world = face.fill_all(prepare(cell.scenario(pacing, seed)))
    face.run_to_end(world)
    staff, tally = world.state.crew.staff[0], world.state.memory.tallies[0]
    total = sum(int(staff[part].sum()) for part in ("idle_ms", "talk_ms", "wrap_ms"))
    return int(staff["talk_ms"].sum()) / total, tally["abandoned"] / max(1, tally["live_answers"])


def tuned(cell: Cell, choices: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the choice that talks most on the tuning seeds."""
    means = [float(np.mean([play(cell, each, seed)[0] for seed in TUNING])) for each in choices]
    return choices[int(np.argmax(means))]


def compared(cell: Cell) -> Iterator[dict[str, Any]]:
    """Play one cell: a row a rival."""
    days = range(max(LEAST_DAYS, AGENT_DAYS // cell.agents))
    ours = np.array([play(cell, OURS, seed) for seed in days])
    for name, choices in cell.rivals().items():
        best = tuned(cell, choices)
        theirs = np.array([play(cell, best, seed) for seed in days])
        gap = mean_interval(ours[:, 0] - theirs[:, 0], ONE_SIDED)
        yield {
            "agents": cell.agents,
            "answer": cell.answer,
            "handling_s": cell.handling_s,
            "rival": name,
            "tuned": best,
            "ours": float(ours[:, 0].mean()),
            "theirs": float(theirs[:, 0].mean()),
            "gap": gap.value,
            "bound": gap.low,
            "drops_ours": float(ours[:, 1].max()),
            "drops_theirs": float(theirs[:, 1].max()),
        }


def main() -> int:
    """Play the grid and print it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="teams of 5 and 20 alone")
    options.add_argument("--agents", type=int, nargs="+", metavar="N", help="these teams alone")
    options.add_argument("--json", metavar="FILE", help="write the rows there as well")
    told = options.parse_args()
    rows = []
    print("agents answer handling  rival            ours    theirs  gap     bound   drops")
    for size, answer, handling_s in product(
        told.agents or (AGENTS[:2] if told.quick else AGENTS), ANSWERS, HANDLING_S
    ):
        for row in compared(Cell(size, answer, handling_s)):
            rows.append(row)
            print(
                f"{size:6} {answer:6.0%} {handling_s:6} s  {row['rival']:15} {row['ours']:7.3f} "
                f"{row['theirs']:7.3f} {row['gap']:+7.4f} {row['bound']:+7.4f} "
                f"{row['drops_ours']:6.2%} {row['drops_theirs']:6.2%}",
                flush=True,
            )
    won = sum(row["bound"] > 0 for row in rows)
    lost = sum(row["bound"] <= LOST for row in rows)
    print(f"{won} of {len(rows)} won, {lost} not shown to be within half a point")
    if told.json:
        Path(told.json).write_text(json.dumps(rows, indent=2) + "\n", "utf-8")
    return 0 if not lost else 1


if __name__ == "__main__":
    sys.exit(main())
