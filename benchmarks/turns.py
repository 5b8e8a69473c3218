"""Tell by how much the engine is faster or slower than at another commit, on any machine.

    python benchmarks/turns.py HEAD~1                      one campaign, a million people
    python benchmarks/turns.py HEAD~1 --world callers      the same with 100,000 caller IDs
    python benchmarks/turns.py HEAD~1 --world peers        the call flow of SimPy's row: no network

Both play the same world, each in a process of its own and in turns of 32,768 attempts: while one
plays, the other waits. A shared machine may change its speed by half within a minute, but hardly
between two turns, so of a pair of processes the median of their turns' ratios is told. What happens
in few turns only, as in a break in which nobody dials, is in none of that: beside it stands the
ratio of all turns together. Where memory comes to lie differs from process to process and is worth
some hundredths: the same engine twice is as far apart. So there are several pairs, each of new
processes, and only if all of them say the same is one engine called faster. Both must come to the
same counts and talk; where digests differ nevertheless, as of a commit that makes them otherwise,
it is said. A minute, half of it to compile the other commit.
"""

from __future__ import annotations

import io
import json
import os
import signal
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT))  # behind the tree that a process was told to play

WORLDS = ("plain", "campaigns", "callers", "peers")
PEOPLE = 1_000_000
AGENTS = 4000
FEWEST_PEOPLE, MOST_PEOPLE = 250_000, 100_000_000
"""Of whom there are fifteen turns. The first warms caches up, the last is cut short."""


PAIRS = 6
"""Of two engines that are alike, one seems the faster in all six pairs once in 32 times."""

OTHER_DIGESTS = "digests differ, counts do not: made otherwise, or of other attempts as many"


@dataclass(frozen=True)
class Turn:
    """What one process played while the other waited.

    Attributes
    ----------
    attempts
        Since the turn before.
    seconds
        It took.
    counts
        Of all attempts so far, in ms and otherwise, by name.
    digest
        Of all attempts so far.
    """

    attempts: int
    seconds: float
    counts: dict[str, int]
    digest: str


class PlayedOtherwise(click.ClickException):
    """The two engines do not play the same, so times cannot be compared."""

    exit_code = 1


def world_of(name: str, people: int) -> dict[str, Any]:
    """Return a scenario file's content: one campaign, fifty, many caller IDs, or no network."""
    from benchmarks.peers import dialsim_world, likeness
    from benchmarks.worlds import open_road, shared_out, whole_list

    if name == "peers":
        return dialsim_world.scenario(likeness.campaign_of(people))
    if name == "campaigns":
        return shared_out(open_road(people, AGENTS), 50)
    return open_road(people, AGENTS, callers=100_000) if name == "callers" else whole_list(people)


def play_here() -> None:
    """Play the world that comes as a line of input, a turn for each further line."""
    from benchmarks.measured.engine import TURN, play_turn
    from dialsim.core.codes import Status
    from dialsim.engine import host
    from dialsim.engine.build import prepare
    from dialsim.scenario import load_scenario

    for number in (signal.SIGINT, getattr(signal, "SIGHUP", signal.SIGINT)):
        signal.signal(number, signal.SIG_IGN)  # whoever began this process ends it
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever else is printed is no answer
    world = host.fill_all(prepare(load_scenario(json.loads(input())), call_rows=TURN))
    host.advance(world, 0)  # loads or compiles the loop
    print("ready", file=out, flush=True)
    made = 0
    for _ in sys.stdin:
        begin = time.perf_counter()
        status = play_turn(world)
        seconds = time.perf_counter() - begin
        attempts = int(world.state.control[0]["attempts"])
        tallies = world.state.memory.tallies
        counts = {name: int(tallies[name].sum()) for name in tallies.dtype.names or ()}
        played = [attempts - made, seconds, counts, host.digest(world), int(status)]
        print(json.dumps(played), file=out, flush=True)
        made = attempts
        host.let_go(world)
        if status == Status.DONE:
            return


def begin(tree: Path, raw: dict[str, Any], cache: Path | None) -> subprocess.Popen[str]:
    """Begin a process that plays a world with a tree's engine; `cache`: where it compiles to.

    It plays by the tree's own copy of this file, which knows the tree's names of modules.
    """
    own = {"PYTHONPATH": str(tree)} | ({} if cache is None else {"NUMBA_CACHE_DIR": str(cache)})
    command = [sys.executable, "-P", str(tree / "benchmarks" / "turns.py"), "--inside"]
    process = subprocess.Popen(
        command, env=os.environ | own, cwd=tree, stdin=-1, stdout=-1, text=True
    )
    tell(process, json.dumps(raw))
    return process


def tell(process: subprocess.Popen[str], line: str) -> None:
    """Write a line that a process reads; if it has ended, its answer is missed."""
    assert process.stdin is not None
    with suppress(BrokenPipeError):
        process.stdin.write(line + "\n")
        process.stdin.flush()


def answer_of(process: subprocess.Popen[str], which: str) -> str:
    """Return the next line that a process writes.

    Raises
    ------
    click.ClickException
        It ended instead.
    """
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise click.ClickException(f"{which} cannot be played: see above")
    return line


@contextmanager
def ended(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    """End a process behind a with statement, however that is left."""
    try:
        yield process
    finally:
        process.kill()
        with suppress(BrokenPipeError):  # what it was told last it never read
            process.communicate()


def take_turns(processes: dict[str, subprocess.Popen[str]]) -> dict[str, list[Turn]]:
    """Let processes play in turns until their worlds end.

    Raises
    ------
    PlayedOtherwise
        A count differs after a turn.
    """
    from dialsim.core.codes import Status

    names = list(processes)
    for name in names:
        answer_of(processes[name], name)
    turns: dict[str, list[Turn]] = {name: [] for name in names}
    status, made = -1, 0
    while status != Status.DONE:
        names.append(names.pop(0))  # nobody is always the first
        for name in names:
            tell(processes[name], "")
            attempts, seconds, counts, digest, status = json.loads(answer_of(processes[name], name))
            turns[name].append(Turn(attempts, seconds, counts, digest))
        made += turns[names[0]][-1].attempts
        one, other = (turns[name][-1].counts for name in names)
        if apart := [name for name in sorted(one) if one[name] != other.get(name)]:
            raise PlayedOtherwise(
                f"{' and '.join(processes)} have other counts by attempt {made:,} "
                f"({', '.join(apart)}): they do not play the same, so neither is the faster one"
            )
    return turns


@dataclass(frozen=True)
class Pair:
    """What one pair of processes tells.

    Attributes
    ----------
    took_ns
        What an attempt takes in each, by name: medians over the turns.
    ratio
        Time of the second by that of the first: the median over the turns.
    in_all
        The same of all turns together, the first apart.
    alike
        Their digests are the same.
    """

    took_ns: dict[str, float]
    ratio: float
    in_all: float
    alike: bool


def pair_of(turns: dict[str, list[Turn]]) -> Pair:
    """Return what a pair's turns tell, the first left out, and of a turn the last, cut short, too.

    >>> one = [Turn(100, s * 1e-7, {}, "") for s in (9, 5, 6, 5, 8)]
    >>> two = [Turn(100, s * 1e-7, {}, "") for s in (9, 4, 5, 4, 8)]
    >>> pair_of({"old": one, "new": two})
    Pair(took_ns={'old': 5.0, 'new': 4.0}, ratio=0.8, in_all=0.875, alike=True)
    """
    took = {
        name: [each.seconds / each.attempts * 1e9 for each in mine[1:-1]]
        for name, mine in turns.items()
    }
    old, new = turns
    ratios = [there / here for here, there in zip(took[old], took[new], strict=True)]
    return Pair(
        took_ns={name: round(statistics.median(each), 1) for name, each in took.items()},
        ratio=round(statistics.median(ratios), 4),
        in_all=round(sum_of(turns[new][1:]) / sum_of(turns[old][1:]), 4),
        alike=turns[old][-1].digest == turns[new][-1].digest,
    )


def sum_of(turns: list[Turn]) -> float:
    """Return how long turns took together, in s."""
    return sum(each.seconds for each in turns)


def summary(pairs: list[Pair]) -> list[str]:
    r"""Return lines that tell what an attempt takes in each, and the ratios of the second.

    >>> old, new = {"old": 5.0}, {"new": 4.0}
    >>> found = [Pair(old | new, ratio, 0.9, True) for ratio in (0.8, 0.81, 0.79) * 2]
    >>> print(*summary(found), sep="\n")
    old: 5.0 ns an attempt
    new: 4.0 ns an attempt
    new takes of the time of old, in 6 pairs of processes:
      in a turn 0.800 (0.790 to 0.810)
      in all 0.900 (0.900 to 0.900)
    >>> print(*summary([Pair(old | new, 1.02, 0.9, True), *found[1:]])[3:], sep="\n")
      in a turn 0.805 (0.790 to 1.020): not told apart, pairs say one and the other
      in all 0.900 (0.900 to 0.900)
    """
    old, new = pairs[0].took_ns
    many = "one pair" if len(pairs) == 1 else f"{len(pairs)} pairs"
    return [
        *(
            f"{name}: {statistics.median(each.took_ns[name] for each in pairs):,.1f} ns an attempt"
            for name in (old, new)
        ),
        f"{new} takes of the time of {old}, in {many} of processes:",
        f"  in a turn {_told([each.ratio for each in pairs])}",
        f"  in all {_told([each.in_all for each in pairs])}",
        *([] if all(each.alike for each in pairs) else [OTHER_DIGESTS]),
    ]


def _told(ratios: list[float]) -> str:
    doubt = ""
    if len(ratios) < PAIRS:
        doubt = f": too few pairs to tell engines apart, {PAIRS} at least"
    elif min(ratios) <= 1 <= max(ratios):
        doubt = ": not told apart, pairs say one and the other"
    return f"{statistics.median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f}){doubt}"


def play_pair(trees: dict[str, tuple[Path, Path | None]], raw: dict[str, Any]) -> Pair:
    """Play a world with two trees, each in a new process; by name a tree and its cache."""
    with ExitStack() as ending:
        return pair_of(
            take_turns(
                {
                    name: ending.enter_context(ended(begin(tree, raw, cache)))
                    for name, (tree, cache) in trees.items()
                }
            )
        )


def git(*command: str) -> bytes:
    """Return what git answers in this tree."""
    return subprocess.run(["git", *command], cwd=ROOT, check=True, capture_output=True).stdout


def unpacked(commit: str, folder: Path) -> Path:
    """Return a folder with the package and its benchmarks as they were at a commit.

    Raises
    ------
    BadInput
        Git knows no such commit, or there is no history here.
    """
    from benchmarks.files import BadInput

    try:
        named = git("rev-parse", "--verify", "--end-of-options", f"{commit}^{{commit}}")
        packed = git("archive", named.decode().strip(), "dialsim", "benchmarks")
    except FileNotFoundError as error:
        raise BadInput("git is not installed, which keeps what the engine was before") from error
    except subprocess.CalledProcessError as error:
        answer = error.stderr.decode(errors="replace").strip()
        raise BadInput(
            f"{commit!r} is no commit with packages dialsim and benchmarks: {answer}"
        ) from error
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    return folder


@click.command(help=(__doc__ or "").replace("\n\n    ", "\n\n\b\n    "))  # \b: lines as written
@click.argument("commit", required=False)
@click.option(
    "--world",
    type=click.Choice(WORLDS),
    default=WORLDS[0],
    show_default=True,
    help="One campaign, fifty, one with 100,000 caller IDs, or one without a network.",
)
@click.option(
    "--people",
    type=click.IntRange(FEWEST_PEOPLE, MOST_PEOPLE),
    default=PEOPLE,
    show_default=True,
    help="On the list; fewer are too few to tell.",
)
@click.option(
    "--pairs",
    type=click.IntRange(1, 100),
    default=PAIRS,
    show_default=True,
    help="Of processes, one pair after another.",
)
@click.option("--inside", is_flag=True, hidden=True)
def main(commit: str | None, world: str, people: int, pairs: int, inside: bool) -> None:
    """Play in turns, and print the ratio."""
    if inside:
        play_here()
        return
    from benchmarks.files import BadInput
    from benchmarks.measuring import machine

    if commit is None:
        raise BadInput("nothing to compare with: name a commit, as HEAD~1")
    raw = world_of(world, people)
    with ExitStack() as ending:
        folder = Path(ending.enter_context(tempfile.TemporaryDirectory()))
        tree = unpacked(commit, folder)
        trees = {commit: (tree, folder / "cache"), "this tree": (ROOT, None)}
        found = [play_pair(trees, raw) for _ in range(pairs)]
    click.echo("\n".join(summary(found)))
    click.echo(f"{people:,} people, on {machine()}")


if __name__ == "__main__":
    from benchmarks.program import run

    run(main)
