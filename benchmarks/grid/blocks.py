"""Campaigns of some days whose numbers the network begins to block, disguised as "no answer".

About noon of the first day the numbers reach a ceiling of the frequency rule, and stay above it as
long as they are dialled from as before. Three shapes:

- ``flagged``: all numbers are unregistered; calls to people in the refuse-call registry, about
  half of all, are intercepted.
- ``part``: half of the numbers are unregistered and flagged so, the others go on.
- ``throttled``: all numbers are registered; nine of ten calls above what was filed are refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np

from benchmarks.grid.cells import SHIFTS, Cell, registered
from benchmarks.grid.playing import run, run_scenario
from dialsim.core.codes import Action
from dialsim.results.network.interventions import caller_states, total_refused
from dialsim.results.network.network_rules import network_rules
from dialsim.scenario import load_scenario

Shape = Literal["flagged", "part", "throttled"]
SHAPES: tuple[Shape, ...] = ("flagged", "part", "throttled")
CAMPAIGN_DAYS, AFTERMATH, SEEDS = 3, "30d", range(6)
CALLS_A_NUMBER = 200  # a day, about
LIST_DAYS = 0.8 * CAMPAIGN_DAYS  # people, in days of attempts by agents who are never idle
NOON_MS = SHIFTS[0][1] * 3_600_000
NEVER = 1_000_000_000
WIDE = 100_000  # calls a number and day that nothing comes of
UNSUSPECTING = {"dialer.suspicion_known": NEVER}
ON = ("frequency", "refuse_call", "complaints")


def _names(*rungs: Action) -> tuple[str, ...]:
    """Return what a summary calls the states that actions bring."""
    return tuple(network_rules().word("action", rung.name, "en") for rung in rungs)


LOST = _names(Action.SUSPEND, Action.CLOSE, Action.STOP)
HELD = _names(Action.THROTTLE, Action.INTERCEPT)


class Outcome(NamedTuple):
    """What became of one campaign, its aftermath included."""

    conversations: int
    lost: int
    """Numbers suspended, closed or stopped at any time."""
    held: int
    """Numbers that were at worst throttled or intercepted."""
    given_up: int
    """Numbers that the dialer gave up by itself."""
    alarms: int
    attempts: int
    refused: int
    """Attempts that the network ended."""


@dataclass(frozen=True)
class BlockedCell:
    """A cell's campaign in a network that blocks its numbers once they reach a ceiling."""

    cell: Cell
    shape: Shape
    by_noon: int
    """Attempts that are usual before noon of the first day."""

    @property
    def numbers(self) -> int:
        """Caller IDs: so many that each makes its share of the calls of a usual day."""
        return max(10, 2 * round(self.by_noon * self._day_over_morning / CALLS_A_NUMBER / 2))

    def raw(self, pacing: dict[str, Any], seed: int, suspects: bool) -> dict[str, Any]:
        """Return what its scenario file would say; `suspects`: its dialer gives numbers up."""
        made = self.cell.untroubled.raw(pacing, seed)
        network = made["network"]
        network["off"] = [name for name in network["off"] if name not in ON]
        network["overrides"] |= self._ceilings()
        made |= {"days": CAMPAIGN_DAYS, "aftermath": AFTERMATH, "caller_ids": self._caller_ids()}
        made["people"][0]["synthetic"]["count"] = int(LIST_DAYS * self.cell.full_attempts)
        made["campaigns"][0]["caller_ids"] = [block["name"] for block in made["caller_ids"]]
        if not suspects:
            made["rules"] = {"contract": "a dialer of its own", "overrides": UNSUSPECTING}
        return made

    def scenario(self, pacing: dict[str, Any], seed: int, suspects: bool = True) -> Any:
        """Return its scenario for a way of pacing."""
        return load_scenario(self.raw(pacing, seed, suspects))

    def play(self, pacing: dict[str, Any], seed: int, suspects: bool = True) -> Outcome:
        """Play it to the end of its aftermath."""
        world, logs = run_scenario(lambda told: self.scenario(told, seed, suspects), pacing)
        tally = world.state.memory.tallies[0]
        stand = caller_states(world, logs.actions)
        return Outcome(
            conversations=int(tally["conversations"]),
            lost=sum(stand["severest"].get(name, 0) for name in LOST),
            held=sum(stand["severest"].get(name, 0) for name in HELD),
            given_up=len(stand["suspected"]),
            alarms=sum(each["times"] for each in stand["alarms"]),
            attempts=int(tally["attempts"]),
            refused=total_refused(world),
        )

    @property
    def _day_over_morning(self) -> float:
        morning = SHIFTS[0][1] - SHIFTS[0][0]
        return sum(end - start for start, end in SHIFTS) / morning

    def _ceilings(self) -> dict[str, Any]:
        """Return the network's values: one ceiling, and no sign that it is passed."""
        share = 0.5 if self.shape == "part" else 1.0
        return {
            "frequency.fixed.warn_per_hour": NEVER,
            "frequency.fixed.intercept_per_day": int(share * self.by_noon),
            "frequency.registered.throttle_per_hour": NEVER,
            "frequency.registered.notice_per_day": WIDE,
            "refuse_call.category_share.opted_in": 0.0,
            **{f"signalling.{cause}": [[408, 1.0]] for cause in ("refused", "throttled")},
            **{
                f"signalling.announcement.{cause}": [["none", 1.0]]
                for cause in ("refused", "throttled")
            },
        }

    def _caller_ids(self) -> list[dict[str, Any]]:
        filed = registered("north", self.numbers)
        plain = {key: filed[key] for key in ("class", "area_code", "trunk", "checked_clean")}
        if self.shape == "throttled":
            filed["filed"]["daily_volume"] = max(1, self.by_noon // self.numbers)
            return [filed]
        if self.shape == "flagged":
            return [plain | {"name": "unfiled", "count": self.numbers}]
        half = self.numbers // 2
        filed["count"], filed["filed"]["daily_volume"] = half, WIDE
        return [filed, plain | {"name": "unfiled", "count": half}]


def usual_by_noon(cell: Cell, pacings: list[dict[str, Any]]) -> int:
    """Return how many attempts ways of pacing make before noon where nothing is blocked."""
    seed = cell.tuning_seeds[0]
    made = [run(cell.untroubled, pacing, seed)[1].calls["tick"] for pacing in pacings]
    return int(np.mean([(ticks < NOON_MS).sum() for ticks in made]))
