"""One campaign as dialsim, SimPy and salabim play it, once they are shown to play it alike."""

from __future__ import annotations

import gc
from typing import Any

from benchmarks.measured.engine import attempts, play_out
from benchmarks.measuring import Measurement
from benchmarks.peers import dialsim_world, salabim_model, simpy_model, simpy_processes
from benchmarks.peers.flow import Counts, Parameters, statistics
from benchmarks.peers.likeness import (
    CAMPAIGNS,
    OTHERS,
    campaign,
    campaign_of,
    check_alike,
    check_near,
    differences,
    sample,
)
from dialsim.engine.build import World
from dialsim.engine.host import Logs, digest, run_to_end

PEERS: dict[str, Any] = {
    "SimPy": simpy_model,
    "SimPy with a process a call": simpy_processes,
    "salabim": salabim_model,
}


def check_likeness() -> None:
    """Play campaigns in every model and compare what they come to; takes some ten seconds.

    Raises
    ------
    AssertionError
        A peer plays another campaign than dialsim does: their times say nothing.
    """
    ours = sample(dialsim_world.play, [campaign(seed) for seed in OTHERS])
    for seed in CAMPAIGNS[:2]:
        assert simpy_processes.play(campaign(seed)) == simpy_model.play(campaign(seed))
    for model in (simpy_model, salabim_model):
        theirs = sample(model.play, [campaign(seed) for seed in CAMPAIGNS])
        check_alike(differences(theirs, ours))


def check_timed(people: int, logged: tuple[World, Logs], theirs: Counts) -> None:
    """Compare the campaign that was timed, of one model each; :func:`check_likeness` plays small.

    Raises
    ------
    AssertionError
        A statistic differs by more than its margin.
    """
    parameters = campaign_of(people)
    counts = dialsim_world.counts(*logged, parameters)
    check_near(statistics(counts, parameters), statistics(theirs, parameters))


def check_counts(counts: Counts) -> None:
    """Every answer went somewhere, every part of the flow was used."""
    assert counts.answers == counts.connects + counts.abandoned
    assert min(counts.abandoned, counts.refused, *counts.tried) > 0


def ours(parameters: Parameters, rounds: int) -> Measurement:
    """Return the campaign as dialsim plays it: like the peers it counts, and keeps no call.

    What it counts is right if every attempt is that of a campaign whose log is kept and counted.
    """
    kept: list[str] = []

    def check(world: World) -> None:
        if not kept:
            logged = dialsim_world.ready(parameters)
            check_counts(dialsim_world.counts(logged, run_to_end(logged), parameters))
            kept.append(digest(logged))
        assert digest(world) == kept[0]

    return Measurement(
        name=f"dialsim, the peers' call flow, {parameters.people:,} people",
        unit="attempts",
        items=attempts,
        play=play_out,
        check=check,
        setup=lambda: (dialsim_world.ready(parameters),),
        rounds=rounds,
    )


def with_log(parameters: Parameters, rounds: int) -> Measurement:
    """Return the campaign as dialsim plays it, with a row of every call kept in memory."""

    def play(world: World) -> tuple[World, Logs]:
        return world, run_to_end(world)

    return Measurement(
        name="dialsim with every call kept, the same call flow",
        unit="attempts",
        items=lambda played: len(played[1].calls),
        play=play,
        check=lambda played: check_counts(dialsim_world.counts(*played, parameters)),
        setup=lambda: (dialsim_world.ready(parameters),),
        rounds=rounds,
    )


def theirs(name: str, parameters: Parameters, rounds: int) -> Measurement:
    """Return the campaign as a peer plays it; building it is not timed either.

    The garbage collector rests meanwhile: it would look at the peer's many objects again and
    again, and find nothing.
    """
    model = PEERS[name]

    def build() -> tuple[Any]:
        gc.collect()  # the last round's campaign is one large cycle
        return (model.Campaign(parameters),)

    def run(built: Any) -> Counts:
        gc.disable()
        try:
            counts: Counts = built.run()
        finally:
            gc.enable()
        return counts

    return Measurement(
        name=f"{name}, the same call flow",
        unit="attempts",
        items=lambda counts: counts.attempts,
        play=run,
        check=check_counts,
        setup=build,
        rounds=rounds,
    )


def same_campaign(people: int, rounds: int = 3) -> list[Measurement]:
    """Return one campaign in each model, dialsim's first, as the peers play it and with its log."""
    parameters = campaign_of(people)
    return [
        ours(parameters, rounds),
        with_log(parameters, rounds),
        *(theirs(name, parameters, rounds) for name in PEERS),
    ]
