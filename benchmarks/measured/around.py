"""What is around the engine: Trio, slices, progress and the whole log in Parquet."""

from __future__ import annotations

from pathlib import Path

import dialsim
from benchmarks.measuring import Measurement
from benchmarks.worlds import open_road
from dialsim.engine.build import World, prepare
from dialsim.engine.face import digest, fill_all, run_to_end
from dialsim.scenario import load_scenario


def bare_and_whole(people: int, folder: Path, rounds: int = 4) -> tuple[Measurement, Measurement]:
    """Return one campaign by the engine alone, and as a run with its folder.

    Both begin with an empty list: the bare engine's time includes filling it. Both must come to
    the same digest.
    """
    scenario = load_scenario(open_road(people))
    known: list[str] = []

    def bare() -> tuple[int, str]:
        world: World = prepare(scenario)
        run_to_end(fill_all(world))
        return int(world.state.control[0]["attempts"]), digest(world)

    def whole() -> tuple[int, str]:
        run = dialsim.run(scenario, out=folder)
        return int(run.metrics["attempts"] or 0), str(run.summary["outcome_digest"])

    def check(done: tuple[int, str]) -> None:
        assert done[0] > people
        assert done[1] == (known or [done[1]])[0]
        known[:] = [done[1]]

    def measurement(name: str, play: object) -> Measurement:
        assert callable(play)
        return Measurement(
            name=f"{name}, {people:,} people",
            unit="attempts",
            items=lambda done: int(done[0]),
            play=play,
            check=check,
            rounds=rounds,
        )

    return measurement("bare engine", bare), measurement("run with its folder", whole)
