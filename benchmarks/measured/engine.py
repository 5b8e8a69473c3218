"""The whole engine on one core, with full rules and carrier; two replications on two cores."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from benchmarks.measuring import Measurement
from benchmarks.worlds import whole_list
from dialsim.core.codes import LeadState, Status
from dialsim.engine import host
from dialsim.engine.build import World, prepare
from dialsim.scenario import load_scenario

TURN = 1 << 15
"""Attempts until the log is full: some hundredths of a second."""


def ready(people: int, replication: int = 0) -> World:
    """Return a filled world of the open road, untouched."""
    scenario = load_scenario(whole_list(people))
    return host.fill_all(prepare(scenario, replication=replication, call_rows=TURN))


def play_turn(world: World) -> Status:
    """Play a world of synthetic lists until its log is full or it is over; return which."""
    while (status := host.advance(world, world.end_tick)) == Status.CASES_FULL:
        host.grow_cases(world)
    return status


def play_out(world: World) -> World:
    """Play a world of synthetic lists to its end; what it logs is let go."""
    while play_turn(world) != Status.DONE:
        host.let_go(world)
    return world


def attempts(world: World) -> int:
    """Return how many attempts a world has made."""
    return int(world.state.control[0]["attempts"])


def check_played(world: World) -> None:
    """Every attempt is in the tallies; everybody is dealt with; nobody but people is the limit."""
    people = len(world.state.people)
    assert world.state.memory.tallies[0]["attempts"] == attempts(world) > people
    assert (world.state.leads["state"] == LeadState.FINISHED).mean() > 0.99


def engine(people: int, rounds: int = 3) -> Measurement:
    """Return a campaign with up to three attempts a person, on one core."""
    return Measurement(
        name=f"engine, {people:,} people",
        unit="attempts",
        items=attempts,
        play=play_out,
        check=check_played,
        setup=lambda: (ready(people),),
        rounds=rounds,
    )


def in_turn(worlds: list[World]) -> list[World]:
    """Play worlds one after another."""
    return [play_out(world) for world in worlds]


def at_once(worlds: list[World]) -> list[World]:
    """Play each world in a thread of its own."""
    with ThreadPoolExecutor(len(worlds)) as threads:
        return list(threads.map(play_out, worlds))


def replications(people: int, rounds: int = 3) -> tuple[Measurement, Measurement]:
    """Return two replications one after another, and at once on two threads.

    Both are checked against each other: whichever runs second must give the first's digests.
    """
    known: list[str] = []

    def check(worlds: list[World]) -> None:
        digests = [host.digest(world) for world in worlds]
        assert digests == (known or digests)
        assert len(set(digests)) == len(digests)
        known[:] = digests
        for world in worlds:
            check_played(world)

    def measurement(name: str, play: Callable[[list[World]], list[World]]) -> Measurement:
        return Measurement(
            name=f"two replications {name}, {people:,} people",
            unit="attempts",
            items=lambda worlds: sum(map(attempts, worlds)),
            play=play,
            check=check,
            setup=lambda: ([ready(people, 0), ready(people, 1)],),
            rounds=rounds,
        )

    return measurement("one after another", in_turn), measurement("at once", at_once)
