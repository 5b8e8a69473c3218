"""Count the machine instructions of an attempt, one by one, with valgrind's callgrind.

    python benchmarks/instructions.py                            the open road
    python benchmarks/instructions.py scenarios/too_fast.toml    scenarios, each played to its end

A count is the same each time, whatever else the machine does, and the same on any x86-64 machine:
the engine is compiled for a processor of 2013 that valgrind knows. What Python does between slices
is in it. It says nothing of waits for memory or of branches foreseen wrong; what it finds is for
`bench_engine.py` to confirm. Needs valgrind; compiling apart it takes some twenty seconds a world.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import click

PROCESSOR = {"NUMBA_CPU_NAME": "haswell", "NUMBA_CPU_FEATURES": ""}
TOTAL = re.compile(r"^totals: (\d+)", re.MULTILINE)
PEOPLE = 100_000


def counted(profile: str) -> int:
    """Return how many instructions a file of callgrind's counted.

    Raises
    ------
    ValueError
        If it has no total.
    """
    total = TOTAL.search(profile)
    if total is None:
        raise ValueError("callgrind's file has no line 'totals:'")
    return int(total[1])


def play_here(scenario: Path | None, people: int, *, count: bool) -> int:
    """Play a world in this process, counted if callgrind holds it, and return its attempts."""
    from benchmarks.measured.engine import attempts, play_out
    from benchmarks.worlds import whole_list
    from dialsim.engine import face
    from dialsim.engine.build import prepare
    from dialsim.scenario import load_scenario

    made = load_scenario(whole_list(people) if scenario is None else scenario)
    world = face.fill_all(prepare(made, call_rows=1 << 15))
    face.advance(world, 0)  # loads the compiled loop

    def switch(state: str) -> None:
        if count:
            command = ["callgrind_control", "-i", state, str(os.getpid())]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    switch("on")
    play_out(world)
    switch("off")
    return attempts(world)


def play_apart(world: list[str], valgrind: str) -> tuple[int, int]:
    """Return the attempts of a world, played in a process of its own, and their instructions."""
    play = [sys.executable, __file__, "--inside", *world]
    environment = os.environ | PROCESSOR
    # Compiled beforehand: under callgrind that would take minutes.
    subprocess.run(play, env=environment, check=True, stdout=subprocess.DEVNULL)
    with tempfile.TemporaryDirectory() as folder:
        profile = Path(folder) / "profile"
        options = ["--tool=callgrind", "-q", "--instr-atstart=no"]
        held = [valgrind, *options, f"--callgrind-out-file={profile}", *play, "--count"]
        done = subprocess.run(held, env=environment, check=True, capture_output=True, text=True)
        return int(done.stdout.split()[-1]), counted(profile.read_text())


@click.command(help=__doc__)
@click.argument("scenarios", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--people", type=click.IntRange(min=1), default=PEOPLE, help="Of the open road.")
@click.option("--inside", is_flag=True, hidden=True)
@click.option("--count", is_flag=True, hidden=True)
def main(scenarios: tuple[Path, ...], people: int, inside: bool, count: bool) -> None:
    """Play each world twice, once to compile, and print what an attempt of it takes."""
    if inside:
        click.echo(play_here(scenarios[0] if scenarios else None, people, count=count))
        return
    valgrind = shutil.which("valgrind")
    if valgrind is None or shutil.which("callgrind_control") is None:
        click.echo("valgrind is not installed; on Debian: apt-get install valgrind", err=True)
        sys.exit(3)
    worlds = {scenario.stem: [str(scenario)] for scenario in scenarios}
    for name, world in (worlds or {"open-road": ["--people", str(people)]}).items():
        attempts, instructions = play_apart(world, valgrind)
        each = instructions / attempts
        click.echo(f"{name:<24} {attempts:>9,} attempts, {each:>8,.0f} instructions each")


if __name__ == "__main__":
    main()
