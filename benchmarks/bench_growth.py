"""What an attempt costs as people, campaigns and caller IDs grow: it should hardly."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import pytest

from benchmarks.measured.engine import TURN, play_turn
from benchmarks.worlds import open_road, shared_out, whole_list
from dialsim.core.codes import Status
from dialsim.engine import host
from dialsim.engine.build import World, prepare
from dialsim.scenario import load_scenario

PEOPLE, LARGE = 100_000, 10_000_000
BUSY = 2_000_000
"""People who keep 4,000 agents busy for most of a day: who calls nobody still looks around."""
CAMPAIGNS, SOME_CALLERS, CALLERS = 50, 3_000, 100_000
GROWTH_BY_PEOPLE, GROWTH_BY_CAMPAIGNS, GROWTH_BY_CALLERS = 0.30, 0.10, 0.10
"""Most that an attempt's cost may grow over these ranges."""
ROUNDS = 5


class Played:
    """A world that is played in turns with another, and begun again when it is over.

    Attributes
    ----------
    whole
        How often it was played to its end.
    """

    def __init__(self, raw: dict[str, Any]) -> None:
        self.scenario = load_scenario(raw)
        self.whole, self.attempts, self.seconds = 0, 0, 0.0
        self.world: World | None = None
        self.under_way = 0.0

    def take_turn(self) -> None:
        """Play until the log is full or the world over; see then that each attempt was counted."""
        if self.world is None:  # to make one is not timed
            self.world = host.fill_all(prepare(self.scenario, call_rows=TURN))
        begin = time.perf_counter()
        status = play_turn(self.world)
        self.under_way += time.perf_counter() - begin
        host.let_go(self.world)
        if status == Status.DONE:
            attempts = int(self.world.state.control[0]["attempts"])
            assert attempts == self.world.state.memory.tallies["attempts"].sum()
            assert attempts > len(self.world.state.people)
            self.whole += 1
            self.attempts += attempts
            self.seconds += self.under_way
            self.world, self.under_way = None, 0.0

    def cost_ns(self) -> float:
        """Return the time of an attempt, over whole worlds."""
        return 1e9 * self.seconds / self.attempts


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
    "some_caller_ids": (  # what is kept of them no longer fits into the second cache
        f"100 to {SOME_CALLERS:,} caller IDs",
        lambda: open_road(10 * PEOPLE, 4000),
        lambda: open_road(10 * PEOPLE, 4000, callers=SOME_CALLERS),
        GROWTH_BY_CALLERS,
    ),
    "caller_ids": (
        f"100 to {CALLERS:,} caller IDs",
        lambda: open_road(10 * PEOPLE, 4000),
        lambda: open_road(10 * PEOPLE, 4000, callers=CALLERS),
        GROWTH_BY_CALLERS,
    ),
}
"""By name: words, the small world, the large one, and how much more an attempt may cost there."""


def by_turns(small: dict[str, Any], large: dict[str, Any]) -> tuple[float, float]:
    """Play two worlds in turns, and return what an attempt took in each, in ns.

    A shared machine changes its speed by half within a minute, but hardly from turn to turn. The
    large one is played to its end once, the small one as often as it is over meanwhile.
    """
    one, other = Played(small), Played(large)
    while other.whole == 0:
        one.take_turn()
        other.take_turn()
    while one.whole == 0:
        one.take_turn()
    return one.cost_ns(), other.cost_ns()


@pytest.mark.parametrize("which", GROWTHS)
def test_growth(
    which: str,
    benchmark: Any,
    note: Callable[[str], None],
    budget: Callable[[bool, str], None],
    measured: bool,
) -> None:
    """The growth in a round; half of the rounds show less, half more."""
    words, small, large, most = GROWTHS[which]
    if not measured:
        few = shared_out(open_road(2000, 50), 5) if which == "campaigns" else open_road(2000, 50)
        assert min(benchmark.pedantic(by_turns, args=(open_road(500, 50), few), rounds=1)) > 0
        return
    rounds: list[tuple[float, float]] = []
    benchmark.pedantic(lambda: rounds.append(by_turns(small(), large())), rounds=ROUNDS)
    growths = [after / before - 1 for before, after in rounds]
    growth = statistics.median(growths)
    before, after = (min(each) for each in zip(*rounds, strict=True))
    note(
        f"{words}: {growth:+.0%} an attempt, {ROUNDS} rounds {min(growths):+.0%} to "
        f"{max(growths):+.0%}; "
        f"at best {before:.0f} and {after:.0f} ns"
    )
    budget(growth <= most, f"at most {most:.0%} more an attempt: {growth:+.1%}")
