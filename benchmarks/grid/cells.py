"""The cells of the pacing grid: campaigns whose team, answer share and handling time are given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

from dialsim.scenario import load_scenario

Kind = Literal["even", "changing", "blocks"]
KINDS: tuple[Kind, ...] = ("even", "changing", "blocks")
AGENTS, ANSWERS, HANDLING_S = (5, 20, 100, 500), (0.1, 0.3, 0.5), (35, 200)
PART_AGENTS, PART_ANSWERS = (20, 100), (0.1, 0.3)  # of changing rates and of blocks
DAYS = {5: 40, 20: 24, 100: 12, 500: 8}  # small teams have more luck in a day, and play more
TUNING_DAYS = {5: 8, 20: 5, 100: 2, 500: 1}
FIRST_TUNING_SEED = 1000
SHIFTS = ((9, 12), (14, 20))  # whole days: the guard lets nobody dial far ahead before noon
WORKED_HOURS = sum(end - start for start, end in SHIFTS)
WRAP_UP_S = 10
EVEN = (1.0,) * 24
SWING = (*EVEN[:9], 1.5, 1.0, 0.5, 0.5, 0.5, 1.0, 1.5, 1.25, 0.75, 0.5, 1.0, *EVEN[20:])
"""Answer share over its mean, by hour of day; 1 on average over the hours worked."""

QUIET = (
    "labels", "complaints", "frequency", "refuse_call", "contract", "behaviour", "terminating",
    "subscriber_blocks", "recording_notice",
)  # fmt: skip
"""Mechanisms of the network that are off."""


@dataclass(frozen=True)
class Cell:
    """A campaign of one day in a network that lets every call through."""

    agents: int
    answer: float
    handling_s: float
    kind: Kind = "even"

    @property
    def seeds(self) -> range:
        """Days on which the ways of pacing are compared."""
        return range(DAYS[self._size])

    @property
    def tuning_seeds(self) -> range:
        """Other days, on which the rivals are tuned."""
        return range(FIRST_TUNING_SEED, FIRST_TUNING_SEED + TUNING_DAYS[self._size])

    @property
    def full_attempts(self) -> float:
        """Attempts of a day if agents were never idle."""
        return self.agents * WORKED_HOURS * 3600 / self.handling_s / self.answer

    @property
    def untroubled(self) -> Cell:
        """The same cell with even answers and no blocks."""
        return Cell(self.agents, self.answer, self.handling_s)

    @property
    def list_rows(self) -> int:
        """People on the list: more than can be called."""
        return int((1.1 if self.kind == "even" else 1.4) * self.full_attempts) + 1000

    def raw(self, pacing: dict[str, Any], seed: int) -> dict[str, Any]:
        """Return what its scenario file would say for a way of pacing."""
        return {
            "schema": 1,
            "name": "cell",
            "start": "2026-04-13",
            "days": 1,
            "seed": seed,
            "aftermath": "0s",
            "enterprise": {"name": "Example Bank"},
            "network": {"off": list(QUIET), "overrides": self.overrides()},
            "people": [
                {
                    "name": "list",
                    "synthetic": {"count": self.list_rows, "consent_recorded": 1.0},
                }
            ],
            "trunks": [
                {"name": "main", "operator": "CTCC", "permits": ["marketing"]}
                | {"calls_per_second": 2000, "channels": 40_000}
            ],
            "caller_ids": [registered("north", 1000)],
            "agents": [
                {
                    "name": "day",
                    "count": self.agents,
                    "wrap_up": f"{WRAP_UP_S}s",
                    "shifts": [
                        {"days": "daily", "from": f"{start:02}:00", "to": f"{end}:00"}
                        for start, end in SHIFTS
                    ],
                }
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

    def scenario(self, pacing: dict[str, Any], seed: int) -> Any:
        """Return its scenario for a way of pacing."""
        return load_scenario(self.raw(pacing, seed))

    def overrides(self) -> dict[str, Any]:
        """Return the network's values: every phone is on, and people answer as the cell says."""
        talk_s = self.handling_s - WRAP_UP_S
        return {
            "answer.gross.opted_in": self.answer,
            "answer.gross.named": min(1.0, 1.3 * self.answer),
            "answer.hour_index": list(SWING if self.kind == "changing" else EVEN),
            "answer.assistant_share": 0.0,
            "talk.opted_in": [[0.3, 0.1 * talk_s, 0.7], [0.7, 0.93 * talk_s, 0.8]],
            "people.unreachable": 0.0,
            "people.busy": 0.0,
            "opt_out.opted_in": 0.0,
            **dict.fromkeys(
                (f"people.opted_in.{x}" for x in ("empty", "suspended", "dormant")), 0.0
            ),
        }

    @property
    def _size(self) -> int:
        return max((size for size in DAYS if size <= self.agents), default=min(DAYS))


def registered(name: str, count: int) -> dict[str, Any]:
    """Return a block of registered numbers that nothing is wrong with."""
    return {
        "name": name,
        "class": "fixed",
        "area_code": "10",
        "count": count,
        "trunk": "main",
        "registered": True,
        "checked_clean": True,
        "filed": {"use": "marketing", "category": "loan", "daily_volume": 500},
    }


def cells(
    kind: Kind, agents: list[int] | None, answers: list[float] | None, handling: list[int] | None
) -> Iterator[Cell]:
    """Yield the cells of a kind; of the teams, answer shares and handling times named alone."""
    whole = kind == "even"
    for size, answer, handling_s in product(
        agents or (AGENTS if whole else PART_AGENTS),
        answers or (ANSWERS if whole else PART_ANSWERS),
        handling or HANDLING_S,
    ):
        yield Cell(size, answer, handling_s, kind)
