"""The world under load: a scenario whose campaigns dial as the load test orders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from dialsim.core.aligned import aligned_copy
from dialsim.core.ticks import intersect
from dialsim.engine.build import World
from dialsim.engine.state import SIGNAL
from dialsim.errors import CapacityError, InternalError, ScenarioError
from dialsim.loadtest.plan import Plan
from dialsim.loadtest.unthrottled_scenario import open_road
from dialsim.messages.text import message
from dialsim.pacing.layout import ABANDON_UNIT
from dialsim.scenario.checks.capacity_bounds import CHANNELS
from dialsim.scenario.load import load_scenario
from dialsim.scenario.models.schema import Scenario
from dialsim.scheduler.memory import bytes_available
from dialsim.scheduler.prepared_inputs import Beginning
from dialsim.scheduler.progress import Progress, duration
from dialsim.scheduler.run import Player
from dialsim.scheduler.stop import Stop

Profile = Literal["full", "decision-only"]
BUSY_SIP = 486
CALL_MS = 1  # of decision-only: a call is over by the next tick
OFFER_BYTES = 120  # a dial's planned tick, fate and decision, and what is computed from them
TAPE_BYTES = SIGNAL.itemsize
MOST_CHANNELS = 1_000_000


@dataclass
class LoadTarget:
    """A scenario prepared for a load, and the worlds built from it.

    Parameters
    ----------
    scenario
        With every campaign in pacing mode ``policy``.
    profile
        ``"full"``: the network processes each call, with its usual length. ``"decision-only"``: the
        compliance kernel, the choice of a caller ID and every rate limit as in any run, but each
        call is busy after one tick, without the network: channels and agents are never short.
    dials
        The most dials that a load may plan.
    built_in
        The scenario is the built-in one (`open_road`).
    guarded
        False: the abandon guard lets every dial pass. So it is for decision-only, which has no
        answers, and after it was lifted.
    """

    scenario: Scenario
    profile: Profile
    dials: int
    built_in: bool = False
    guarded: bool = True
    _beginning: Beginning | None = None

    def begin_tick(self, world: World, plan: Plan, hold_ms: int) -> int:
        """Return the first tick from which all campaigns are open long enough.

        Raises
        ------
        ScenarioError
            There is none.
        """
        zones = int(world.static.world[0]["zones"])
        spans: NDArray[Any] = np.array([[0, world.horizon_tick]], np.int64)
        for row in world.static.staffed[::zones]:  # China's legal time, which most people have
            known = row[row < world.end_tick]
            spans = intersect(spans, known[: len(known) // 2 * 2].reshape(-1, 2).astype(np.int64))
        needed = plan.length_ms + hold_ms + 2
        for begin, end in spans.tolist():
            if end - begin >= needed:
                return int(begin) + 1  # agents log in at the start itself
        longest = max((int(end - begin) for begin, end in spans.tolist()), default=0)
        raise ScenarioError.at(
            "--for",
            message("the load lasts longer than its campaigns are open at a stretch"),
            found=message(
                "{duration} with warm-up, every step and the hold, {duration_2} too long"
            ).filled(
                duration=duration(needed / 1000), duration_2=duration((needed - longest) / 1000)
            ),
            allowed=message("at most {duration}").filled(duration=duration(longest / 1000)),
            remedy=message("a shorter step, fewer steps, or longer shifts"),
        )

    def world(
        self,
        plan: Plan,
        hold_ms: int,
        stop: Stop,
        on_kernels: Callable[[int], None] | None = None,
    ) -> tuple[World, int] | None:
        """Return a world played to the load's start, every list resident, and that tick.

        None if it was stopped before. `on_kernels` is called several times a second with the number
        of compiled kernels, during compilation.

        Raises
        ------
        ScenarioError, CapacityError
            A file cannot be read; the load is too long; not enough memory.
        """
        check_memory(len(plan), decisions_alone=self.profile == "decision-only")
        if len(plan) > self.dials:
            raise InternalError(f"{len(plan)} dials for a target made for {self.dials}")
        try:
            if self._beginning is None:
                alone = self.profile == "decision-only"
                tape = _all_busy(self.dials) if alone else None
                self._beginning = Beginning(self.scenario, tape=tape)
            world = self._beginning.world(0, stop)
        except CapacityError as error:
            if not self.built_in:
                raise
            raise cannot_generate(len(plan), f"{error.what}, {error.figure}") from error
        if world is None:
            return None
        if not self.guarded:
            campaigns = aligned_copy(world.static.campaigns)  # kernels of other worlds keep theirs
            campaigns["abandon_cap"] = ABANDON_UNIT
            world.static = world.static._replace(campaigns=campaigns)
        begin = self.begin_tick(world, plan, hold_ms)

        def report(far: Progress) -> None:
            if far.phase == "compiling" and on_kernels is not None:
                on_kernels(far.kernels)

        player = Player(world, NoLog(), on_progress=report)
        player.fill_lists()
        if not player.play(begin, stop):
            return None
        if int(world.state.control[0]["attempts"]):
            raise InternalError("a load test's world dialled before its load began")
        return world, begin


class NoLog:
    """A sink that discards everything."""

    def write(self, calls: NDArray[Any], events: NDArray[Any], actions: NDArray[Any]) -> None:
        """Discard a batch."""

    def rotate(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


def load_target(
    scenario: Scenario | None, profile: Profile, dials: int, peak_per_s: float, seed: int
) -> LoadTarget:
    """Return the prepared world of a scenario, or of the built-in one."""
    alone = profile == "decision-only"
    check_memory(dials, decisions_alone=alone)
    built_in = scenario is None
    if scenario is None:
        try:
            scenario = load_scenario(open_road(dials, peak_per_s, seed, decisions_alone=alone))
        except ScenarioError as error:  # more people, trunks or numbers than a scenario may have
            first = error.problems[0]
            what = message("no scenario can carry that load")
            figure = message("{dials:,} planned dials: {message} ({path})").filled(
                dials=dials, message=first.message, path=first.path
            )
            raise CapacityError(what, figure, message("--rate, --for or --ramp")) from error
    for campaign in scenario.campaigns:
        scenario = scenario.with_(f"campaigns.{campaign.name}.pacing", {"mode": "policy"})
    if alone:
        room = min(MOST_CHANNELS, 1000 + int(peak_per_s))  # a second's dials may start at once
        while sum(max(trunk.channels, room) for trunk in scenario.trunks) > CHANNELS:
            room //= 2  # the schema's limit on agents of a scenario
        for trunk in scenario.trunks:
            if trunk.channels < room:
                scenario = scenario.with_(f"trunks.{trunk.name}.channels", room)
    return LoadTarget(scenario, profile, dials, built_in, guarded=not alone)


def check_memory(dials: int, *, decisions_alone: bool) -> None:
    """Refuse a load whose planned dials alone do not fit in memory.

    Raises
    ------
    CapacityError
        This machine cannot generate the load.
    """
    available = bytes_available()
    needed = dials * (OFFER_BYTES + (TAPE_BYTES if decisions_alone else 0))
    if available is not None and needed > available:
        sizes = message(
            "{needed:,.1f} GB of memory, of which {available:,.1f} are available"
        ).filled(needed=needed / 1e9, available=available / 1e9)
        raise cannot_generate(dials, sizes)


def cannot_generate(dials: int, why: str) -> CapacityError:
    """Return the error for a load that this machine cannot generate."""
    what = message("this machine cannot generate that load")
    return CapacityError(
        what,
        message("{dials:,} planned dials: {why}").filled(dials=dials, why=why),
        message("--rate, --for or --ramp"),
    )


def _all_busy(count: int) -> NDArray[Any]:
    tape = np.zeros(max(1, count), SIGNAL)
    tape["after_ms"], tape["sip"] = CALL_MS, BUSY_SIP
    return tape
