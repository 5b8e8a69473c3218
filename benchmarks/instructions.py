"""Count the machine instructions of an attempt, one by one, with valgrind's callgrind.

    python benchmarks/instructions.py                            the open road
    python benchmarks/instructions.py scenarios/too_fast.toml    scenarios, each played to its end
    python benchmarks/instructions.py --caches --world plain --world campaigns

A count is the same each time, whatever else the machine does, and the same on any x86-64 machine:
the engine is compiled for a processor of 2013 that valgrind knows. What Python does between slices
is in it. It says nothing of waits for memory or of branches foreseen wrong; what it finds is for
`turns.py` to confirm. Needs valgrind; compiling apart it takes some twenty seconds a world.

`--caches` also counts the lines of memory that an attempt does not find in L1, the first cache
(32 KiB for code, as much for data), and in L2, the second (1 MiB). What was asked for early counts
as not found, for valgrind passes that over: what it tells is where two worlds, or engines, differ.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import click

from benchmarks.turns import WORLDS

PROCESSOR = {"NUMBA_CPU_NAME": "haswell", "NUMBA_CPU_FEATURES": ""}
CACHES = ("--cache-sim=yes", "--I1=32768,8,64", "--D1=32768,8,64", "--LL=1048576,8,64")
"""Of a common processor: bytes, lines of a set, bytes of a line."""
PEOPLE, MOST_PEOPLE = 100_000, 10_000_000


def counted(profile: str) -> Counter[str]:
    r"""Return what a file of callgrind's counted, by callgrind's names of events.

    Raises
    ------
    ValueError
        If it has no totals.

    Examples
    --------
    >>> counted("events: Ir Dr\n\ntotals: 1871 402\n")["Dr"]
    402
    """
    lines = dict(line.split(": ", 1) for line in profile.splitlines() if ": " in line)
    if "events" not in lines or "totals" not in lines:
        raise ValueError("callgrind's file has no lines 'events:' and 'totals:'")
    names, totals = lines["events"].split(), map(int, lines["totals"].split())
    return Counter(dict(zip(names, totals, strict=True)))


def line_of(name: str, attempts: int, events: Counter[str]) -> str:
    """Return a line that tells what an attempt of a world takes.

    >>> print(line_of("plain", 100, Counter(Ir=380_000)))
    plain                          100 attempts,    3,800 instructions each
    """
    said = f"{name:<24} {attempts:>9,} attempts, {events['Ir'] / attempts:>8,.0f} instructions each"
    if "I1mr" not in events:
        return said
    code, data = events["I1mr"], events["D1mr"] + events["D1mw"]
    second = events["ILmr"] + events["DLmr"] + events["DLmw"]
    each = [f"{count / attempts:.1f}" for count in (code, data, second)]
    return f"{said}; not in L1 {each[0]} of code, {each[1]} of data; not in L2 {each[2]}"


def play_here(scenario: Path | None, world: str, people: int, *, count: bool) -> int:
    """Play a world in this process, counted if callgrind holds it, and return its attempts."""
    from benchmarks.measured.engine import attempts, play_out
    from benchmarks.turns import world_of
    from dialsim.engine import host
    from dialsim.engine.build import prepare
    from dialsim.scenario import load_scenario

    made = load_scenario(world_of(world, people) if scenario is None else scenario)
    played = host.fill_all(prepare(made, call_rows=1 << 15))
    host.advance(played, 0)  # loads the compiled loop

    def switch(state: str) -> None:
        if count:
            command = ["callgrind_control", "-i", state, str(os.getpid())]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    switch("on")
    play_out(played)
    switch("off")
    return attempts(played)


def play_apart(world: list[str], valgrind: str, *, caches: bool) -> tuple[int, Counter[str]]:
    """Return the attempts of a world, played in a process of its own, and what was counted."""
    play = [sys.executable, __file__, "--inside", *world]
    environment = os.environ | PROCESSOR
    # Compiled beforehand: under callgrind that would take minutes.
    subprocess.run(play, env=environment, check=True, capture_output=True, text=True)
    with tempfile.TemporaryDirectory() as folder:
        profile = Path(folder) / "profile"
        options = ["--tool=callgrind", "-q", "--instr-atstart=no", *(CACHES if caches else ())]
        held = [valgrind, *options, f"--callgrind-out-file={profile}", *play, "--count"]
        done = subprocess.run(held, env=environment, check=True, capture_output=True, text=True)
        return int(done.stdout.split()[-1]), counted(profile.read_text())


def check_scenarios(scenarios: tuple[Path, ...]) -> None:
    """Raise unless each may be played.

    Raises
    ------
    BadInput
        With everything that is wrong with any of them.
    """
    from benchmarks.files import BadInput
    from dialsim.errors import Problem, ScenarioError
    from dialsim.scenario import load_scenario

    problems: list[Problem] = []
    for scenario in scenarios:
        try:
            load_scenario(scenario)
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise BadInput(str(ScenarioError(problems)))


@click.command(help=(__doc__ or "").replace("\n\n    ", "\n\n\b\n    "))  # \b: lines as written
@click.argument("scenarios", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--world",
    "worlds",
    type=click.Choice(WORLDS),
    multiple=True,
    help="One of turns.py; may be given several times.",
)
@click.option(
    "--people", type=click.IntRange(1, MOST_PEOPLE), default=PEOPLE, help="Of such a world."
)
@click.option("--caches", is_flag=True, help="Count lines that no cache holds as well.")
@click.option("--inside", is_flag=True, hidden=True)
@click.option("--count", is_flag=True, hidden=True)
def main(
    scenarios: tuple[Path, ...],
    worlds: tuple[str, ...],
    people: int,
    caches: bool,
    inside: bool,
    count: bool,
) -> None:
    """Play each world twice, once to compile, and print what an attempt of it takes."""
    named = worlds or ([] if scenarios else WORLDS[:1])
    if inside:
        scenario = scenarios[0] if scenarios else None
        click.echo(play_here(scenario, named[0] if named else "", people, count=count))
        return
    check_scenarios(scenarios)
    valgrind = shutil.which("valgrind")
    if valgrind is None or shutil.which("callgrind_control") is None:
        click.echo("valgrind is not installed; on Debian: apt-get install valgrind", err=True)
        sys.exit(3)
    asked = [(scenario.stem, [str(scenario)]) for scenario in scenarios]
    asked += [(name, ["--world", name, "--people", str(people)]) for name in named]
    for name, world in asked:
        try:
            click.echo(line_of(name, *play_apart(world, valgrind, caches=caches)))
        except subprocess.CalledProcessError as error:
            said = (error.stderr or "").strip().splitlines()
            click.echo(f"{name} was not counted: {said[-1] if said else error}", err=True)
            sys.exit(3)


if __name__ == "__main__":
    from benchmarks.program import run

    run(main)
