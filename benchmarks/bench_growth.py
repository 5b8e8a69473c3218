"""What an attempt costs as people, campaigns and caller IDs grow: it should hardly."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import pytest

from benchmarks.measured.engine import play_out
from benchmarks.worlds import open_road, shared_out, whole_list
from dialsim.engine import face
from dialsim.engine.build import prepare
from dialsim.scenario import load_scenario

PEOPLE, LARGE = 100_000, 10_000_000
BUSY = 2_000_000
"""People who keep 4,000 agents busy for most of a day: who calls nobody still looks around."""
CAMPAIGNS, CALLERS = 50, 100_000
GROWTH_BY_PEOPLE, GROWTH_BY_CAMPAIGNS, GROWTH_BY_CALLERS = 0.30, 0.10, 0.10
"""Most that an attempt's cost may grow over these ranges."""
LOG_ROWS = 1 << 15
TURNS = 9


def cost_ns(raw: dict[str, Any]) -> float:
    """Return the time of an attempt, and see that each was counted."""
    world = face.fill_all(prepare(load_scenario(raw), call_rows=LOG_ROWS))
    begin = time.perf_counter()
    attempts = int(play_out(world).state.control[0]["attempts"])
    cost = 1e9 * (time.perf_counter() - begin) / attempts
    assert attempts == world.state.memory.tallies["attempts"].sum()
    assert attempts > len(world.state.people)
    return cost


GROWTHS = {
    "people": (
        f"{PEOPLE:,} to {LARGE:,} people",
        lambda: whole_list(PEOPLE),
        lambda: whole_list(LARGE),
        GROWTH_BY_PEOPLE,
    ),
    "campaigns": (
        f"1 to {CAMPAIGNS} campaigns",
        lambda: open_road(BUSY, 4000),
        lambda: shared_out(open_road(BUSY, 4000), CAMPAIGNS),
        GROWTH_BY_CAMPAIGNS,
    ),
    "caller_ids": (
        f"100 to {CALLERS:,} caller IDs",
        lambda: open_road(10 * PEOPLE, 4000),
        lambda: open_road(10 * PEOPLE, 4000, callers=CALLERS),
        GROWTH_BY_CALLERS,
    ),
}
"""By name: words, the small world, the large one, and how much more an attempt may cost there."""


def by_turns(small: Callable[[], Any], large: Callable[[], Any]) -> list[tuple[float, float]]:
    """Play both worlds by turns, the one that goes first last in the next turn.

    A shared machine is a fifth slower in one minute than in the next: what is compared is
    played side by side, so that the minute counts for both.
    """
    turns = []
    for turn in range(TURNS):
        if turn % 2:
            later = cost_ns(large())
            turns.append((cost_ns(small()), later))
        else:
            turns.append((cost_ns(small()), cost_ns(large())))
    return turns


@pytest.mark.parametrize("which", GROWTHS)
def test_growth(which: str, benchmark: Any, note: Callable[[str], None], measured: bool) -> None:
    """The growth of a turn; half of the turns show less, half more."""
    words, small, large, most = GROWTHS[which]
    if not measured:
        few = shared_out(open_road(2000, 50), 5) if which == "campaigns" else open_road(2000, 50)
        assert cost_ns(few) > 0
        benchmark.pedantic(lambda: None, rounds=1)
        return
    turns = by_turns(small, large)
    growths = [after / before - 1 for before, after in turns]
    growth = statistics.median(growths)
    low, _, high = statistics.quantiles(growths, n=4)
    before, after = (min(each) for each in zip(*turns, strict=True))
    note(
        f"{words}: {growth:+.0%} an attempt, half of {TURNS} turns {low:+.0%} to {high:+.0%}; "
        f"at best {before:.0f} and {after:.0f} ns"
    )
    benchmark.pedantic(lambda: None, rounds=1)  # the figures are in the notes
    if growth > most:
        pytest.fail(f"{growth:.1%} more; at most {most:.0%}")
