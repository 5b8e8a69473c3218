"""What is varied of a value, and how far: whatever a profile holds, also what it will hold."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialsim.planning.sensitivity_analysis.factors import given as given_factor
from dialsim.planning.sensitivity_analysis.factors import varied
from dialsim.planning.sensitivity_analysis.uncertain_inputs import absent_words, chosen_factors
from dialsim.planning.sensitivity_analysis.uncertainty_ranges import Spread, knowledge
from dialsim.scenario import load_scenario
from dialsim.scenario.profiles.profile import Value, known_profiles, load_network
from dialsim.scenario.profiles.strictness import problem_with
from tests.people.scenarios import small_scenario

PLACES = st.floats(0, 1)
SPREADS = st.builds(Spread, st.floats(1.01, 10), st.floats(0.01, 0.5))


def value(what: Any, unit: str) -> Value:
    """Return an assumed value."""
    return Value(what, unit, "A", "assumption")


@given(st.floats(0, 1), SPREADS, PLACES)
def test_shares_stay_shares(share: float, spread: Spread, u: float) -> None:
    factor = varied("x", value(share, "share"), spread)
    assert factor is not None
    assert 0 <= factor.at(u) <= 1
    assert factor.at(factor.home) == pytest.approx(share, abs=1e-12)
    assert factor.low <= factor.high or share == 1


@given(st.integers(1, 10**9), SPREADS, PLACES)
def test_counts_stay_whole(count: int, spread: Spread, u: float) -> None:
    factor = varied("x", value(count, "calls"), spread)
    assert factor is not None
    assert isinstance(factor.at(u), int)
    assert factor.low <= factor.at(u) <= factor.high
    assert factor.at(factor.home) == count
    assert factor.low >= 1


@given(SPREADS, PLACES)
def test_shapes_keep_their_form(spread: Spread, u: float) -> None:
    shapes: dict[str, list[Any]] = {
        "mixture": [[0.3, 5, 0.7], [0.7, 55, 0.9]],
        "index": [0.5, 1.0, 1.5, 1.0, 1.0, 0.9, 1.1],
        "sip shares": [[480, 0.35], [486, 0.45], [404, 0.2]],
    }
    for unit, shape in shapes.items():
        factor = varied("x", value(shape, unit), spread)
        assert factor is not None
        assert problem_with(factor.at(u), shape, unit) is None
        assert factor.at(0.5) == [pytest.approx(part) for part in shape]


@pytest.mark.parametrize("name", known_profiles("network"))
def test_every_value_is_varied_or_left_out_with_a_reason(name: str) -> None:
    network = load_network(name)
    scenario = load_scenario(
        small_scenario({"name": "list", "synthetic": {"count": 5, "relation": "bought"}})
        | {"network": {"profile": name}}
    )
    factors, left = chosen_factors(scenario, network, [], {})
    assert {factor.key for factor in factors} | set(left) == set(network)
    assert not {factor.key for factor in factors} & set(left)
    for factor in factors:
        entry = network.entry(factor.key)
        assert entry.confidence not in ("rule", "official")
        for u in (0.0, 1 / 3, 1.0):
            assert problem_with(factor.at(u), entry.value, entry.unit) is None, factor.key
        assert knowledge().how_to_measure(factor.key).en
        assert knowledge().how_to_measure(factor.key).zh
    assert all(why.en and why.zh for why in left.values())


def test_what_is_not_there_is_not_varied() -> None:
    made = small_scenario({"name": "list", "synthetic": {"count": 5, "relation": "opted_in"}})
    made["network"] = {"off": ["labels"], "overrides": {"people.busy": 0.1}}
    scenario = load_scenario(made)
    assert {"bought", "mobile", "named"} <= absent_words(scenario)
    assert not {"opted_in", "fixed", "registered"} & absent_words(scenario)
    factors, left = chosen_factors(scenario, load_network("typical"), [], {})
    keys = {factor.key for factor in factors}
    assert "answer.gross.opted_in" in keys
    for key, why in {
        "answer.gross.bought": "of this kind",
        "frequency.mobile.warn_per_hour": "of this kind",
        "labels.marks": "switched off",
        "people.busy": "states it",
        "answer.reference_hours": "what others mean",
    }.items():
        assert why in left[key].en


def test_a_range_of_ones_own() -> None:
    entry = load_network("typical").entry("frequency.delay")
    factor = given_factor("frequency.delay", entry, "5m", "25m")
    assert not isinstance(factor, str)
    assert [factor.at(u) for u in (0.0, 0.5, 1.0)] == ["5m", "15m", "25m"]
    assert factor.home == 0.25  # 10 minutes
    assert factor.near(1.0, 0.5) == "12500ms" or factor.near(1.0, 0.0) == "10m"


@pytest.mark.parametrize(
    ("what", "unit", "low", "high", "said"),
    [
        (0.1, "share", 0.2, 1.2, "not a share"),
        (0.1, "share", 0.5, 0.2, "below the upper"),
        (10, "calls", 5.5, 20, "whole number"),
        ("1d", "duration", 1, 2, "is not"),
        ([[0.3, 5, 0.7], [0.7, 5, 0.7]], "mixture", [[1.0, 5, 0.7]], [[1.0, 9, 0.7]], "no range"),
        (True, "yes or no", False, True, "no range"),
    ],
)
def test_ranges_that_are_none(what: Any, unit: str, low: Any, high: Any, said: str) -> None:
    found = given_factor("x", value(what, unit), low, high)
    assert isinstance(found, str)
    assert said in found


def test_part_of_a_range() -> None:
    factor = varied("x", value(100, "calls"), Spread(2.0, 0.1))
    assert factor is not None
    upper = factor.between(0.5, 1.0)
    assert (upper.low, upper.high, upper.home) == (100, 200, 0.0)


def test_unknown_values_have_a_way_to_be_known() -> None:
    assert "Ask your operator" in knowledge().how_to_measure("something.new").en
    assert "line contract" in knowledge().how_to_measure("frequency.mobile.warn_per_hour").en
    assert set(knowledge().spreads) == {"assumption", "practice", "inferred", "vendor"}
