"""Small loads on small worlds, on a wall clock that goes as a test says."""

from __future__ import annotations

from typing import Any

import trio

from dialsim.core.codes import Status
from dialsim.engine import host
from dialsim.engine.build import World
from dialsim.loadtest.figures import RunFigures, run_figures
from dialsim.loadtest.load_world import LoadTarget, Profile, load_target
from dialsim.loadtest.one_run import OfferTimeouts, Played, play_in_real_time, play_virtually
from dialsim.loadtest.plan import Plan, Stage, make_plan
from dialsim.loadtest.unthrottled_scenario import open_road
from dialsim.scenario.load import load_scenario
from dialsim.scheduler.stop import Stop


class FakeTime:
    """A wall clock that stands still unless somebody sleeps or works."""

    def __init__(self) -> None:
        self.now = 100.0

    def now_s(self) -> float:
        return self.now

    async def sleep_until(self, moment_s: float) -> None:
        self.now = max(self.now, moment_s)
        await trio.lowlevel.checkpoint()


class SlowEngine:
    """The engine, each dial of which takes a time of the fake wall; and it stalls, as told.

    `stalls`: seconds by tick, from the first tick that is played.
    """

    def __init__(
        self, time_source: FakeTime, dial_s: float = 0.0, stalls: dict[int, float] | None = None
    ) -> None:
        self._wall, self._dial_s = time_source, dial_s
        self._stalls = dict(stalls or {})
        self._first: int | None = None

    def __call__(self, world: World, until: int, budget: int) -> Status:
        control = world.state.control[0]
        before = int(control["attempts"])
        if self._first is None:
            self._first = until - 1
        for tick in sorted(self._stalls):
            if until - 1 - self._first >= tick:
                self._wall.now += self._stalls.pop(tick)
        status = host.advance(world, until, budget)
        self._wall.now += self._dial_s * (int(control["attempts"]) - before)
        return status


def road(
    dials: int, rate_per_s: float, profile: Profile = "decision-only", **tables: Any
) -> LoadTarget:
    """The built-in scenario, the first item of a table changed: ``trunks={"channels": 3}``."""
    raw = open_road(dials, rate_per_s, decisions_alone=profile == "decision-only")
    for table, changes in tables.items():
        raw[table][0] |= changes
    return load_target(load_scenario(raw), profile, dials, 1.0, 1)


def load(rate_per_s: float, length_ms: int, campaigns: int = 1, **options: Any) -> Plan:
    """A load of one step, without a warm-up."""
    return make_plan((Stage(round(rate_per_s * 1000), length_ms),), campaigns, 7, **options)


def virtual(target: LoadTarget, plan: Plan, timeouts: OfferTimeouts | None = None) -> Played:
    played = play_virtually(target, plan, timeouts or OfferTimeouts(), Stop())
    assert played is not None
    return played


def on_wall(
    target: LoadTarget,
    plan: Plan,
    timeouts: OfferTimeouts | None = None,
    *,
    dial_s: float = 0.0,
    stalls: dict[int, float] | None = None,
    budget: int | None = None,
) -> Played:
    time_source = FakeTime()
    engine = SlowEngine(time_source, dial_s, stalls)
    played = play_in_real_time(
        target,
        plan,
        timeouts or OfferTimeouts(),
        Stop(),
        time_source=time_source,
        play=engine,
        watch=False,
        budget=budget,
    )
    assert played is not None
    return played


def conserved(played: Played) -> RunFigures:
    """The figures of a run, once every stage's offers are seen to add up."""
    figures = run_figures(played)
    for stage in figures.stages:
        parts = ("admitted", "deferred", "dropped", "censored")
        assert stage.counts["offered"] == sum(stage.counts[part] for part in parts)
        assert sum(stage.deferred_for.values()) == stage.counts["deferred"]
    return figures
