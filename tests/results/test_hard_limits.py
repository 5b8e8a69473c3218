"""The ceiling of abandoned calls, measured by the formula of the pack."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialsim.core.codes import Seen
from dialsim.results.hard_limits import machines_out, measured_limits
from dialsim.scenario.profiles.profile import load_rules
from tests.results.worlds import fabricated


@pytest.mark.parametrize(
    ("drops", "persons", "machines", "share"),
    [
        (5, 80, 20, 4 / 84),  # of five dropped four were persons
        (3, 97, 0, 3 / 100),
        (0, 10, 90, 0.0),
        (2, 0, 50, 1.0),  # nothing to estimate by: all of them count
        (0, 0, 50, None),
        (0, 0, 0, None),
    ],
)
def test_machines_out_by_hand(drops: int, persons: int, machines: int, share: float | None) -> None:
    assert machines_out(drops, persons, machines) == pytest.approx(share)


def test_the_wall_is_measured_by_the_formula_of_the_pack() -> None:
    """With what the dialer sees: who was dropped by whom is not looked at."""
    made = fabricated()
    memory = made.state.memory
    ends, series = memory.by_end[0], memory.series[0]
    ends[:] = 0
    for seen, count in ((Seen.CONNECTED, 144), (Seen.ASSISTANT, 36), (Seen.ABANDONED, 6)):
        ends[0, seen] = count
    series["live_answers"], series["abandoned"] = 0, 0
    series["live_answers"][0], series["abandoned"][0] = 150, 6
    (usual,) = measured_limits(made)
    assert (usual["measured"], usual["cap"], usual["met"]) == (6 / 150, 0.03, False)
    (past,) = measured_limits(replace(made, rules=load_rules("uk-2016")))
    assert past["measured"] == pytest.approx(4.8 / 148.8)
    assert (past["source"], past["met"]) == ("S65", False)
    ends[0, Seen.ABANDONED] = 5
    (kept,) = measured_limits(replace(made, rules=load_rules("uk-2016")))
    assert kept["measured"] == pytest.approx(4 / 148)
    assert kept["met"]
