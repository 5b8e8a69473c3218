"""Predictive pacing against tuned rivals, cell by cell.

Each rival is tuned in each cell on seeds of its own, then all play the same days: the same people,
luck and guard (drops of at most 3 %, 2 s). What counts is talk time per staffed hour: the one-sided
99.9 % bound of the paired difference is to be above -0.5 points in every cell (-1 point against the
linear controller), and above zero in four of five comparisons (Holm). Where numbers are blocked,
conversations over campaign and aftermath count, and numbers lost.

The whole grid takes more than an hour of one core. In parts:

    python benchmarks/pacing_grid.py --agents 5 20 --json small.json
    python benchmarks/pacing_grid.py --kind blocks --tuned small.json --json blocks.json
    python benchmarks/pacing_grid.py --rows small.json blocks.json
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from benchmarks.grid.blocks import SHAPES
from benchmarks.grid.cells import KINDS, cells
from benchmarks.grid.comparing import compared, compared_blocked, line, tuned_before
from benchmarks.grid.verdict import Row, closing


class OneLine(argparse.ArgumentParser):
    """Command line arguments whose errors are told in one line."""

    def error(self, message: str) -> NoReturn:
        """End the program with the message."""
        self.exit(2, f"{Path(sys.argv[0]).name}: {message}\n")


def whole_number(text: str) -> int:
    """Return a number of agents, or seconds of handling.

    Raises
    ------
    ValueError
        It is no whole number of 1 or more.
    """
    if (number := int(text)) < 1:
        raise ValueError(text)
    return number


def share(text: str) -> float:
    """Return a share of answers.

    Raises
    ------
    ValueError
        It is not above 0 and below 1.
    """
    if not 0 < (number := float(text)) < 1:
        raise ValueError(text)
    return number


def options() -> OneLine:
    """Return what may be said on the command line."""
    told = OneLine(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--kind", choices=KINDS, nargs="+", help="cells of these kinds alone")
    told.add_argument(
        "--agents", type=whole_number, nargs="+", metavar="N", help="these teams alone"
    )
    told.add_argument("--answers", type=share, nargs="+", metavar="P", help="these answer shares")
    told.add_argument(
        "--handling", type=whole_number, nargs="+", metavar="S", help="these handling times"
    )
    told.add_argument("--shapes", choices=SHAPES, nargs="+", help="blocks of these shapes alone")
    told.add_argument("--json", metavar="FILE", help="write the rows there as well")
    told.add_argument(
        "--tuned", metavar="FILE", nargs="+", default=[], help="rows with what rivals are tuned to"
    )
    told.add_argument(
        "--rows", metavar="FILE", nargs="+", help="play nothing; the verdict over rows of these"
    )
    return told


def read_rows(files: list[str], parser: OneLine) -> list[Row]:
    """Return the rows of JSON files, those of one comparison once: the latest."""
    found: dict[str, Row] = {}
    for name in files:
        try:
            for row in json.loads(Path(name).read_text("utf-8")):
                where = [row[key] for key in ("kind", "agents", "answer", "handling_s", "rival")]
                found[str([*where, row.get("shape"), row.get("suspects")])] = row
        except OSError as error:
            parser.error(f"{name} cannot be read: {error.strerror}")
        except (ValueError, KeyError, AttributeError, TypeError):
            parser.error(f"{name} holds no rows of this benchmark")
    return list(found.values())


def played(told: argparse.Namespace, known: list[Row]) -> Iterator[Row]:
    """Play the cells asked for; where numbers are blocked, rivals stay as they were tuned."""
    before = list(known)
    for kind in told.kind or KINDS:
        for cell in cells(kind, told.agents, told.answers, told.handling):
            if kind != "blocks":
                for row in compared(cell):
                    before.append(row)
                    yield row
                continue
            for shape in told.shapes or SHAPES:
                yield from compared_blocked(cell, shape, tuned_before(before))


def check_writable(name: str, parser: OneLine) -> None:
    """End the program at once if rows could not be written there in the end."""
    try:
        Path(name).open("a", encoding="utf-8").close()
    except OSError as error:
        parser.error(f"{name} cannot be written: {error.strerror}")


def main() -> int:
    """Play the grid, or part of it, and print it."""
    parser = options()
    told = parser.parse_args()
    if told.rows:
        rows = read_rows(told.rows, parser)
    else:
        if told.json:
            check_writable(told.json, parser)
        rows = []
        for row in played(told, read_rows(told.tuned, parser)):
            rows.append(row)
            print(line(row), flush=True)
            if told.json:
                Path(told.json).write_text(json.dumps(rows, indent=2) + "\n", "utf-8")
    lines, passed = closing(rows)
    print("\n".join(lines))
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
