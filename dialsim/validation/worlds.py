"""Worlds that hold only a queue: profile and rule pack "lab", people drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, get_args

from dialsim.core.rng import text_key
from dialsim.scenario.load import load_scenario
from dialsim.scenario.models.pacing import Mode
from dialsim.scenario.models.schema import Mechanism, Scenario

OPENS_H, CLOSES_H = 9, 17
"""Calls are made between these hours; whoever was answered then is served by those still there."""

DAY_S = (CLOSES_H - OPENS_H) * 3600
SEED = 20_260_413
FOREVER = "3650d"


@dataclass(frozen=True)
class Queue:
    """A dialer that theory can solve.

    Attributes
    ----------
    name
        Of the world; draws of its own come from it.
    agents
        How many there are.
    calls_per_minute
        Dials of rate pacing; None: one dial a free agent, or `ratio` dials.
    arrivals
        ``"poisson"`` or ``"even"``.
    talk
        Profile rows of the talk: weight, mean (exponential) or median (lognormal) in s, sigma.
    shape
        ``"exponential"`` or ``"lognormal"``.
    wrap_up
        Key of a group of agents, such as ``{"wrap_up": "15s"}``.
    answer
        Share of dials that a person answers.
    ring
        Profile values of post-dial delay and ring.
    patience, drop_after
        Mean of the callee's exponential patience; when the dialer lets go.
    ratio
        Of power pacing.
    trunk
        Keys of the trunk.
    numbers, rules
        Caller IDs, and keys of the rules, such as their limits.
    goes_home_h
        Hour at which agents leave, and dials stop falling due.
    ring_timeout
        When the dialer gives up; None: the default.
    second_per_minute
        Dials of a second campaign that the same agents serve after the first; None: there is none.
    """

    name: str
    agents: int
    calls_per_minute: float | None = None
    arrivals: str = "poisson"
    talk: tuple[tuple[float, float, float], ...] = ((1.0, 180.0, 0.0),)
    shape: str = "exponential"
    wrap_up: Mapping[str, Any] = field(default_factory=lambda: {"wrap_up": "0s"})
    answer: float = 1.0
    ring: Mapping[str, Any] = field(default_factory=dict)
    patience: str = "1d"
    drop_after: str = FOREVER
    ratio: float = 1.0
    trunk: Mapping[str, Any] = field(default_factory=dict)
    numbers: int = 50
    rules: Mapping[str, Any] = field(default_factory=dict)
    goes_home_h: int = 21
    ring_timeout: str | None = None
    second_per_minute: float | None = None

    @property
    def mode(self) -> Mode:
        """Its pacing mode."""
        if self.calls_per_minute is not None:
            return "rate"
        return "power" if self.ratio > 1 else "progressive"

    def people(self, days: int) -> int:
        """Return enough people for so many days."""
        a_day = self.agents * DAY_S / 5  # no agent is faster than one call in five seconds
        if self.calls_per_minute is not None:
            a_day = self.calls_per_minute * DAY_S / 60
        return int(days * a_day + 8 * (days * a_day) ** 0.5 + 100)

    def scenario(self, days: int, people: int) -> Scenario:
        """Return its scenario: so many days, each from an empty start; one attempt per person."""
        return load_scenario(self.raw(days, people))

    def raw(self, days: int, people: int) -> dict[str, Any]:
        """Return its scenario as plain data, to be changed before it is loaded."""
        overrides = {
            "answer.gross.opted_in": self.answer,
            "answer.gross.named": self.answer,
            "talk.shape": self.shape,
            "talk.opted_in": [list(row) for row in self.talk],
            "patience.mean": self.patience,
            **self.ring,
        }
        pacing: dict[str, Any] = {"mode": self.mode}
        if self.calls_per_minute is not None:
            pacing |= {"per_minute": self.calls_per_minute, "arrivals": self.arrivals}
        elif self.ratio > 1:
            pacing["ratio"] = self.ratio
        filed = {"use": "marketing", "category": "other", "daily_volume": 1_000_000}
        shift = {"days": "daily", "from": f"{OPENS_H:02}:00", "to": f"{self.goes_home_h}:00"}
        trunk: dict[str, Any] = {"name": "lines", "operator": "CTCC", "permits": ["marketing"]}
        trunk |= {"calls_per_second": 100_000, "channels": 20_000}
        raw: dict[str, Any] = {
            "schema": 1,
            "name": self.name,
            "start": "2026-04-13",
            "days": days,
            "seed": SEED + text_key(self.name) % 1_000_000,
            "aftermath": "0s",
            "enterprise": {"name": "Theory"},
            "rules": {
                "pack": "lab",
                "overrides": {"hours.marketing": [f"{OPENS_H:02}:00-{CLOSES_H}:00"]},
            }
            | dict(self.rules),
            "network": {
                "profile": "lab",
                "off": list(get_args(Mechanism)),
                "overrides": overrides,
            },
            "people": [{"name": "callees", "synthetic": {"count": people, "relation": "opted_in"}}],
            "trunks": [trunk | dict(self.trunk)],
            "caller_ids": [
                {"name": "numbers", "class": "fixed", "area_code": "10", "count": self.numbers}
                | {"trunk": "lines", "registered": True, "filed": filed, "checked_clean": True}
            ],
            "agents": [
                {"name": "team", "count": self.agents, "shifts": [shift]} | dict(self.wrap_up)
            ],
            "campaigns": [
                {
                    "name": "calls",
                    "purpose": "marketing",
                    "category": "other",
                    "lawful_basis": "consent",
                    "people": ["callees"],
                    "caller_ids": ["numbers"],
                    "agents": ["team"],
                    "pacing": pacing,
                    "drop_after": self.drop_after,
                    "opt_out_offered": False,
                    "attempts": {"at_most": 1},
                }
            ],
        }
        if self.ring_timeout is not None:
            raw["campaigns"][0]["ring_timeout"] = self.ring_timeout
        if self.second_per_minute is not None:
            self._add_second(raw, days)
        return raw

    def _add_second(self, raw: dict[str, Any], days: int) -> None:
        """Add the second campaign, with a list of its own."""
        second = replace(self, calls_per_minute=self.second_per_minute)
        entry = {"count": second.people(days), "relation": "opted_in"}
        raw["people"].append({"name": "others", "synthetic": entry})
        first = raw["campaigns"][0]
        pacing = first["pacing"] | {"per_minute": self.second_per_minute}
        changes = {"name": "later", "people": ["others"], "pacing": pacing, "priority": 2}
        raw["campaigns"].append(first | changes)
