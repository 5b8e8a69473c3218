"""What callees shut out themselves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dialsim.carrier.build import build_carrier, build_profile
from dialsim.carrier.contexts import Attempt, Judged
from dialsim.carrier.kernels import blocked_cause
from dialsim.carrier.labels.build import shut_out_by
from dialsim.carrier.layout import (
    BLOCKED_SHIFT,
    PLATFORM,
    SUBSCRIBER,
    Carrier,
    HandsetFlag,
    Profile,
    SubscriberFlag,
)
from dialsim.carrier.subscribers.kernels import handset_of, own_block
from dialsim.core.codes import Cause
from dialsim.core.rng import stream_keys_of, wrapping
from dialsim.scenario import load_network, load_scenario
from dialsim.scenario.checks.names import resolved_profiles
from tests.people.scenarios import small_scenario

pytestmark = pytest.mark.by_hand

PEOPLE = {"name": "list", "synthetic": {"count": 5, "relation": "opted_in"}}
NAMED = ("Bank", "Bank", "Shop", None)


def built(**keys: Any) -> tuple[Carrier, Profile]:
    """Return a network of four numbers, of which two show one name."""
    raw = small_scenario(PEOPLE)
    block = raw["caller_ids"][0] | {"count": 1}
    raw["caller_ids"] = [
        block | {"name": f"line{i}"} | ({"display_name": name} if name else {})
        for i, name in enumerate(NAMED)
    ]
    raw["campaigns"][0]["caller_ids"] = ["line0"]
    raw["network"] |= keys
    scenario = load_scenario(raw)
    _, network = resolved_profiles(scenario)
    assert network is not None
    with wrapping():
        carrier = build_carrier(scenario, network, np.uint64(1), 5, 60, 8)
        return carrier, build_profile(scenario, network, 60)


@pytest.mark.rule("N-JUDGE-9")
@pytest.mark.parametrize(
    ("blocked", "causes"),
    [
        (0, [Cause.BLOCKED_BY_CALLEE] * 2 + [Cause.NONE] * 2),  # its name is on line 1 too
        (2, [Cause.NONE, Cause.NONE, Cause.BLOCKED_BY_CALLEE, Cause.NONE]),
        (3, [Cause.NONE] * 3 + [Cause.BLOCKED_BY_CALLEE]),  # no name is nobody's name
    ],
)
def test_a_blocked_number_takes_its_name_along(blocked: int, causes: list[Cause]) -> None:
    """Other numbers of that name are blocked as well, other names are not."""
    carrier, _ = built()
    subscriber = np.zeros(1, SUBSCRIBER)
    subscriber["handset"] = (blocked + 1) << BLOCKED_SHIFT | PLATFORM
    with wrapping():
        assert [own_block(carrier, subscriber[0], line) for line in range(4)] == causes
        subscriber["handset"] = HandsetFlag.BLOCKS_ENTERPRISE
        found = [own_block(carrier, subscriber[0], line) for line in range(4)]
    assert found == [Cause.BLOCKED_BY_CALLEE] * 4


@pytest.mark.rule("N-JUDGE-10")
def test_what_a_call_shows_is_shut_out() -> None:
    """A bit of the handset against the same bit of the line; the class goes before the origin."""
    carrier, _ = built()
    subscriber = np.zeros(1, SUBSCRIBER)
    subscriber["handset"] = HandsetFlag.BLOCKS_95 | HandsetFlag.BLOCKS_ABROAD
    shown = (
        0,
        HandsetFlag.BLOCKS_96,
        HandsetFlag.BLOCKS_95,
        HandsetFlag.BLOCKS_ABROAD,
        HandsetFlag.BLOCKS_95 | HandsetFlag.BLOCKS_ABROAD,
    )
    found = []
    for bits in shown:
        carrier.numbers["blocked_by"][0] = bits
        with wrapping():
            found.append(own_block(carrier, subscriber[0], 0))
    prefix, abroad = Cause.BLOCKED_PREFIX, Cause.BLOCKED_INTERNATIONAL
    assert found == [Cause.NONE, Cause.NONE, prefix, abroad, prefix]


@pytest.mark.rule("N-JUDGE-8")
def test_a_whitelist_goes_before_a_blacklist() -> None:
    """As in the order of the operators' own service; a shut line is not let through by it."""
    carrier, profile = built()
    subscriber = np.zeros(1, SUBSCRIBER)
    subscriber["registered_min"] = 2**31 - 1
    subscriber["handset"] = HandsetFlag.BLOCKS_ENTERPRISE
    attempt = Attempt(0, 0, 0, stream_keys_of(np.uint64(1)), np.uint64(2), 0)
    judged = Judged(False, False, -1, -1)
    for flags, cause in ((0, Cause.BLOCKED_BY_CALLEE), (SubscriberFlag.WHITELIST, Cause.NONE)):
        subscriber["flags"] = flags
        with wrapping():
            assert blocked_cause(carrier, profile, subscriber[0], -1, judged, attempt) == cause


def shares(profile: Profile, n: int = 4000) -> dict[str, float]:
    """Return how often each trait of a handset is drawn."""
    with wrapping():
        population = profile.populations[0, 0]
        found = np.array(
            [
                handset_of(profile.network[0], population, np.uint64(5), np.uint64(key))
                for key in range(n)
            ]
        )
    traits = {"main": (found & 3) == 0, "none": (found & 3) == 3}
    bits = {
        "certified": HandsetFlag.CERTIFIED,
        "enterprise": HandsetFlag.BLOCKS_ENTERPRISE,
        "95": HandsetFlag.BLOCKS_95,
    }
    traits |= {name: (found & bit) != 0 for name, bit in bits.items()}
    return {name: float(hits.mean()) for name, hits in traits.items()}


@pytest.mark.rule("E-PHONE-1 to E-PHONE-3")
def test_handsets_are_drawn_as_the_profile_says() -> None:
    """Platforms and certified display; prefixes that no line shows are not drawn at all."""
    _, profile = built()
    found = shares(profile)
    assert found["main"] == pytest.approx(0.55, abs=0.03)
    assert found["none"] == pytest.approx(0.15, abs=0.03)
    assert found["certified"] == pytest.approx(0.5, abs=0.03)
    assert found["95"] == 0
    assert 0 < found["enterprise"] < 0.01


@pytest.mark.rule("E-PHONE-5")
def test_a_mechanism_that_is_off_draws_nothing() -> None:
    """Nobody blocks; nobody sees labels where these are off."""
    _, profile = built(off=["subscriber_blocks", "labels"])
    assert shares(profile, 500) == {"main": 0, "none": 1, "certified": 0, "enterprise": 0, "95": 0}
    assert profile.network[0]["after_mark"] == 0


@pytest.mark.rule("N-JUDGE-10")
def test_which_bits_a_block_meets() -> None:
    """By class, and by whether it shows as international."""
    raw = small_scenario(PEOPLE)
    raw["study"] = "unlawful"
    raw["trunks"][0]["enters"] = "gateway"
    raw["caller_ids"] = [
        {"name": kind, "class": kind, "count": 1, "trunk": "main"} | more
        for kind, more in (
            ("95_b24", {}), ("1010", {"authorised_by": "CTCC"}), ("mobile", {"country": "SG"}),
        )
    ]  # fmt: skip
    raw["campaigns"][0]["caller_ids"] = ["95_b24"]
    scenario = load_scenario(raw)
    found = [shut_out_by(block, scenario) for block in scenario.caller_ids]
    assert found == [
        HandsetFlag.BLOCKS_95 | HandsetFlag.BLOCKS_ABROAD,
        HandsetFlag.BLOCKS_96,
        HandsetFlag.BLOCKS_ABROAD,
    ]
    with wrapping():
        network = build_profile(scenario, load_network("typical"), 60).network[0]
    assert [share > 0 for share in network["blocks_shown"]] == [True, True, False, True]
