"""Does the model return the published answer rates?"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.credibility.campaigns import campaign, play

pytestmark = [pytest.mark.slow_without_jit, pytest.mark.consistency]


@pytest.mark.parametrize(
    ("relation", "named", "published"),
    [("opted_in", False, 0.42), ("opted_in", True, 0.55), ("bought", False, 0.25)],
)
def test_gross_answer_rates(
    relation: str, named: bool, published: float, figure: Callable[..., None]
) -> None:
    """Invalid, off, busy, refusal, hour and propensity combine to the gross rate.

    Over the hours it happens to be played in, which weigh a little otherwise than the reference
    hours: within 6 % of the published figure.
    """
    played = play(campaign(relation, 60_000, **({"display_name": "Example Bank"} if named else {})))
    world = played.world
    hours = world.state.memory.series[0]["attempts"]
    index = world.network["answer.hour_index"]
    mean = np.average(
        [index[i // 4 % 24] for i in range(len(hours))], weights=np.maximum(hours, 1e-9)
    )
    reference = np.mean([index[int(h)] for h in world.network["answer.reference_hours"]])
    rate = played.tally["answered"] / played.tally["attempts"] * reference / mean
    figure(f"gross answer rate, {relation}{', named' * named}", rate, f"{published} ± 6 %")
    assert rate == pytest.approx(published, rel=0.06)
