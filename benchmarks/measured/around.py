"""What is around the engine: Trio, slices, progress and the log, in whichever form."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import dialsim
from benchmarks.measured.engine import play_out
from benchmarks.measuring import Measurement
from benchmarks.worlds import open_road
from dialsim.engine.build import World, prepare
from dialsim.engine.host import digest, fill_all
from dialsim.scenario import load_scenario

LOGS = ("parquet", "arrow", "none", "sample=1/100")


def bare_and_whole(
    people: int, folder: Path, rounds: int = 4, logs: Sequence[str] = LOGS[:1]
) -> list[Measurement]:
    """Return one campaign by the engine alone, and as a run with its folder, one for each log.

    All begin with an empty list: the bare engine's time includes filling it. It writes its log
    rows like the others and throws them away. All must come to the same digest.
    """
    scenario = load_scenario(open_road(people))
    known: list[str] = []

    def bare() -> tuple[int, str]:
        world: World = prepare(scenario)
        play_out(fill_all(world))
        return int(world.state.control[0]["attempts"]), digest(world)

    def whole(log: str) -> tuple[int, str]:
        run = dialsim.run(scenario, out=folder, log=log)
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

    wholes = [measurement(f"run with its folder, {log}", partial(whole, log)) for log in logs]
    return [measurement("bare engine", bare), *wholes]
