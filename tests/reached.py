"""Tell which lines of kernels no test of them has reached, if there are any.

    python tests/reached.py .coverage.json

The file is one that slipcover wrote (``--json``); it is removed. Its own report, with
``--fail-under``, forgets what the workers of pytest-xdist have reached (1.1.0).
"""

from __future__ import annotations

import itertools
import json
import sys
from pathlib import Path


def spans(lines: list[int]) -> str:
    """Write line numbers as a reader finds them: ``3, 17-20``."""
    found = []
    for _, run in itertools.groupby(enumerate(sorted(lines)), lambda each: each[1] - each[0]):
        numbers = [line for _, line in run]
        first, last = numbers[0], numbers[-1]
        found.append(str(first) if first == last else f"{first}-{last}")
    return ", ".join(found)


def main(file: str) -> int:
    """Print every file with lines left out; 1 if there is one."""
    files = json.loads(Path(file).read_text(encoding="utf-8"))["files"]
    Path(file).unlink()  # another run, should it fail, is not to be judged by it
    missing = {name: each["missing_lines"] for name, each in sorted(files.items())}
    for name, lines in missing.items():
        if lines:
            print(f"not reached: {name}: {spans(lines)}")
    reached = sum(len(each["executed_lines"]) for each in files.values())
    left = sum(map(len, missing.values()))
    print(f"{reached:,} of {reached + left:,} lines in {len(files)} files of kernels are reached")
    return int(left > 0 or not reached)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
