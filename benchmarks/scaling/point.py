"""One size, in a process of its own: what it took, as a line of JSON on standard output."""

from __future__ import annotations

import time

BEGIN = time.perf_counter()

import json  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import dialsim  # noqa: E402
from benchmarks.scaling.worlds import campaign  # noqa: E402


def played(people: int, listed: Path | None, column: str) -> dict[str, Any]:
    """Play the campaign without a call log; return what it took.

    Returns
    -------
    dict
        ``people``, ``attempts``, ``engine_s``, ``wall_s``, ``peak_bytes``, and ``first_call_s``
        from the start of the process (a quarter of a second exact).

    Raises
    ------
    DialsimError
        The list cannot be read, most of it may not be called, a limit held the campaign up before
        its end, or the machine is too small for it.
    """
    first: list[float] = []

    def note(progress: Any) -> None:
        if progress.attempts and not first:
            first.append(time.perf_counter() - BEGIN)

    run = dialsim.run(campaign(people, listed, column), log=False, progress=note)
    performance = run.summary["performance"]
    from dialsim.errors import ScenarioError

    exits = run.summary["waterfall"]["total"]["exits"]
    left = sum(each["leads"] for each in exits if each["key"] in ("out_of_time", "still_open"))
    if left > 0.01 * people:
        (held,) = run.summary["binding"]
        raise ScenarioError(
            f"{left:,} of {people:,} people were not done with at the end, so a limit was measured "
            f"and not the engine. {held['sentence']}"
        )
    if performance["attempts"] <= 0.9 * people:
        raise ScenarioError(
            f"{performance['attempts']:,} attempts to {people:,} rows: there should be more than "
            "one each; a list to measure on holds mobile numbers, each once"
        )
    return {
        "people": people,
        "attempts": performance["attempts"],
        "engine_s": performance["engine_seconds"],
        "wall_s": time.perf_counter() - BEGIN,
        "peak_bytes": performance["peak_rss_bytes"],
        "first_call_s": first[0] if first else time.perf_counter() - BEGIN,
    }


def main() -> int:
    """Play the size named on the command line: people, column and perhaps a file."""
    from dialsim.errors import DialsimError

    people, column, *listed = sys.argv[1:]
    try:
        found = played(int(people), Path(listed[0]) if listed else None, column)
    except DialsimError as error:
        told = {"people": int(people), "failed": str(error), "exit_code": error.exit_code}
        print(json.dumps(told))
        return error.exit_code
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
