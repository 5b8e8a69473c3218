"""International gateways: ceilings on all their calls, blocks for what others send."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dialsim.carrier.build import build_carrier, build_profile
from dialsim.carrier.contexts import Attempt
from dialsim.carrier.delivery.kernels import answer_threshold
from dialsim.carrier.gateways.build import blocked_spans
from dialsim.carrier.gateways.kernels import gateway_cause, is_blocked_at
from dialsim.carrier.layout import SUBSCRIBER, Carrier, Profile
from dialsim.core.codes import Cause
from dialsim.core.rng import stream_keys_of, wrapping
from dialsim.core.time_units import NEVER
from dialsim.scenario import load_network, load_scenario
from dialsim.scenario.checks.names import resolved_profiles
from tests.people.scenarios import small_scenario

pytestmark = pytest.mark.by_hand

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
PEOPLE = {"name": "list", "synthetic": {"count": 5, "relation": "opted_in"}}


def built(off: tuple[str, ...] = (), **overrides: Any) -> tuple[Carrier, Profile]:
    """Return a network of one gateway, over which numbers of another country call."""
    raw = small_scenario(PEOPLE)
    raw["network"] = {"overrides": overrides, "off": list(off)}
    raw["trunks"].append(raw["trunks"][0] | {"name": "abroad", "enters": "gateway"})
    raw["caller_ids"].append(
        {"name": "far", "class": "fixed", "country": "SG", "count": 2, "trunk": "abroad"}
    )
    scenario = load_scenario(raw)
    _, network = resolved_profiles(scenario)
    assert network is not None
    with wrapping():
        carrier = build_carrier(scenario, network, np.uint64(1), 5, 400, 8)
        return carrier, build_profile(scenario, network, 400)


def call(carrier: Carrier, profile: Profile, now: int, n: int = 0) -> Cause:
    """Call through the gateway."""
    with wrapping():
        attempt = Attempt(now, 0, 0, stream_keys_of(np.uint64(1)), np.uint64(2), n)
        return Cause(gateway_cause(carrier, profile.network[0], 1, attempt))


@pytest.mark.rule("N-GATE-1")
def test_only_lines_of_a_gateway_pass_it() -> None:
    """Of fifty lines in the country none, of the two from abroad both."""
    carrier, _ = built()
    assert carrier.numbers["gateway"][:52].tolist() == [-1] * 50 + [1, 1]
    assert carrier.numbers["international"][:52].tolist() == [0] * 50 + [1, 1]
    assert not len(carrier.gateway_blocks[0, carrier.gateway_blocks[0] < NEVER])
    carrier, _ = built(off=("gateway",))
    assert len(carrier.gateways) == 0
    assert carrier.numbers["gateway"].max() == -1
    assert carrier.numbers["international"][50] == 1  # what callees see is not the gateway's


@pytest.mark.rule("N-GATE-3")
def test_all_calls_of_a_gateway_count_together() -> None:
    """The fourth in an hour is above a ceiling of three; an hour later there is room again."""
    carrier, profile = built(
        **{"gateway.calls_per_hour": 3, "ladder.throttle_refuses": 1.0,
           "gateway.blocks_per_year": 0.0, "ladder.throttle_hold": "30m"}
    )  # fmt: skip
    causes = [call(carrier, profile, now) for now in range(5)]
    assert causes == [Cause.NONE] * 3 + [Cause.GATEWAY_THROTTLED] * 2
    record = carrier.gateways[1]
    assert (record["raised"], record["measured"], record["ceiling"]) == (1, 4, 3)
    assert record["calm_tick"] == 4 + HOUR_MS // 2
    record["raised"] = 0
    assert call(carrier, profile, HOUR_MS // 2) == Cause.GATEWAY_THROTTLED
    assert record["raised"] == 0  # the same throttling goes on
    record["throttling"] = 0  # it has ended
    assert call(carrier, profile, 2 * HOUR_MS) == Cause.NONE
    for n in range(4):
        call(carrier, profile, 2 * HOUR_MS + 1, n)
    assert record["raised"] == 1


@pytest.mark.rule("N-GATE-3")
def test_a_day_has_a_ceiling_too() -> None:
    """Spread over hours, the calls of a day are above it."""
    carrier, profile = built(
        **{"gateway.calls_per_day": 5, "ladder.throttle_refuses": 1.0,
           "gateway.blocks_per_year": 0.0}
    )  # fmt: skip
    causes = [call(carrier, profile, hour * HOUR_MS) for hour in range(7)]
    assert causes == [Cause.NONE] * 5 + [Cause.GATEWAY_THROTTLED] * 2
    assert carrier.gateways[1]["ceiling"] == 5


@pytest.mark.rule("N-GATE-2")
def test_a_block_holds_from_its_first_tick_to_before_its_end() -> None:
    """Nothing passes meanwhile, and what does not pass is not counted."""
    carrier, profile = built()
    blocks = np.full((2, 4), NEVER, np.int64)
    blocks[1] = (10, 20, 30, 40)
    carrier = carrier._replace(gateway_blocks=blocks)
    ticks = (9, 10, 19, 20, 29, 39, 40, 10**12)
    shut = {now for now in ticks if call(carrier, profile, now) == Cause.GATEWAY_SHUT}
    assert shut == {10, 19, 39}
    carrier, _ = built()
    carrier = carrier._replace(gateway_blocks=blocks)
    with wrapping():
        assert not is_blocked_at(carrier, 1, 45)  # several boundaries at once
    assert not carrier.gateway_windows["total"].any()


@pytest.mark.rule("N-GATE-6")
def test_blocks_come_as_often_as_the_profile_says() -> None:
    """Four a year, three days each: over two thousand years within a twentieth."""
    network = load_network("strict")
    with wrapping():
        spans = [
            blocked_spans(network, np.uint64(7), np.uint64(key), 400 * 365 * DAY_MS)
            for key in range(5)
        ]
    gaps = np.concatenate([np.diff([0, *span])[::2] for span in spans])
    holds = np.concatenate([np.diff(span)[::2] for span in spans])
    assert np.all(holds == 3 * DAY_MS)
    assert gaps.mean() / DAY_MS == pytest.approx(365 / 4, rel=0.05)
    assert spans[0] != spans[1]
    assert not blocked_spans(load_network("lab"), np.uint64(7), np.uint64(0), DAY_MS)


@pytest.mark.rule("N-ANSWER-3")
def test_calls_from_abroad_are_answered_less() -> None:
    """Four in ten of those who would answer a call of the country."""
    carrier, profile = built()
    subscriber = np.zeros(1, SUBSCRIBER)
    subscriber["propensity"] = 2**30
    at_home, abroad = (
        answer_threshold(subscriber[0], carrier.numbers[line], False, 0, profile, 10 * HOUR_MS)
        for line in (0, 50)
    )
    assert abroad / at_home == pytest.approx(0.4, abs=1e-4)
