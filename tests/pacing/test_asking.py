"""Single decisions from Python: the same as in a campaign, and what cannot be is refused."""

from __future__ import annotations

import pytest

from dialsim.pacing.asking import Counts, rehearse, steered_level, vicidial_dials, vicidial_level

pytestmark = pytest.mark.once
TRIES = [(4, True), (9, False), (20, False), (25, False)] * 25


def test_the_same_question_has_the_same_answer() -> None:
    found = [rehearse(TRIES, [20, 35, 60], idle=10, at_call_s=[5, 900], seed=s) for s in (1, 1, 2)]
    assert found[0] == found[1]
    assert found[0] != found[2]
    assert found[0].error > 0


def test_more_drops_allowed_is_no_fewer_dials() -> None:
    ratios = [
        rehearse(TRIES, [20, 35, 60], idle=20, out_s=[3] * 4, waiting=1, drop_target=share).ratio
        for share in (0.005, 0.03, 0.2, 0.9)
    ]
    assert ratios == sorted(ratios)
    assert len(set(ratios)) > 1


def test_a_longer_grace_drops_less() -> None:
    """The same candidate, whatever it drops."""
    shares = [
        rehearse(TRIES, [60], idle=2, at_call_s=[5] * 8, waiting=5, drop_target=1.0, grace_s=s)
        for s in (0, 2, 60)
    ]
    assert shares[0].share > shares[2].share


@pytest.mark.parametrize("lacking", [{"tries": [(4, False)]}, {"talks_s": []}, {"idle": 0}])
def test_nothing_to_play_is_refused(lacking: dict[str, object]) -> None:
    said: dict[str, object] = {"tries": TRIES, "talks_s": [20], "idle": 5} | lacking
    with pytest.raises(ValueError, match="needed"):
        rehearse(**said)  # type: ignore[arg-type]


def test_levels_stay_in_their_bounds() -> None:
    assert vicidial_level(2.0, ready=0, waiting=20, agents=20) == 1.0
    assert vicidial_level(2.9, ready=9, waiting=0, agents=10) == 3.0
    assert vicidial_level(2.0, 4, 1, 20, today=Counts(51, 1000, 31), method="hard") == 1.0
    assert steered_level(2.0, Counts(answers=100, drops=90), drop_target=0.02, gain=1.0) == 1.0
    assert steered_level(2.95, Counts(), drop_target=0.02) == 3.0
    assert vicidial_dials(2.0, agents=4, calls=20, agents_target=-9) == 0
    with pytest.raises(KeyError):
        vicidial_level(2.0, 1, 1, 10, method="gentle")
