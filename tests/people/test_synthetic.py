"""Drawn lists: people are as the list says, else as the network profile says."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from dialsim.carrier.layout import SubscriberFlag
from dialsim.core.codes import Category, Cause, Operator, Purpose, Relation
from dialsim.core.person_flags import (
    ALTERNATES_SHIFT,
    OPERATOR,
    PROVINCE_SHIFT,
    RELATION_SHIFT,
    PersonFlag,
)
from dialsim.engine.build import World, prepare
from dialsim.engine.host import fill_all, fill_rows, run_to_end
from dialsim.errors import ScenarioError
from dialsim.people.build import build_lists, cumulative, operator_shares
from dialsim.people.layout import GIVEN
from dialsim.scenario import load_network, load_scenario
from dialsim.scenario.models.schema import Synthetic
from tests.people.scenarios import small_scenario
from tests.reference.compare import people_difference
from tests.reference.inputs import read
from tests.reference.people import people as twin_people

SIGMAS = 5
EVERYTHING: dict[str, Any] = {
    "relations": {"opted_in": 0.7},
    "consent_recorded": 0.6,
    "consent_genuine": 0.3,
    "internal_dnc": 0.1,
    "industry_dnc": 0.2,
    "purposes": ["marketing"],
    "operators": {"CMCC": 0.5, "CBN": 0.2},
    "empty": 0.2,
    "suspended": 0.1,
    "dormant": 0.14,
    "regions": {"Xinjiang": 0.25, "Beijing": 0.1},
    "registered": 0.5,
    "refuses": {"credit_card": 0.2},
    "registry_growth": 0.3,
    "whitelist": 0.15,
}


def drawn(count: int, keys: dict[str, Any], network: dict[str, Any] | None = None) -> World:
    """Return a world with one drawn list, all rows filled."""
    source = {"name": "list", "synthetic": {"count": count} | keys}
    return fill_all(prepare(load_scenario(small_scenario(source, **(network or {})))))


def operators(people: Any) -> Any:
    """Return whose prefixes people have."""
    return people["home"] & OPERATOR


def provinces(people: Any) -> Any:
    """Return the province codes of people."""
    return people["home"] >> PROVINCE_SHIFT


def share(found: Any, expected: float) -> None:
    """Hold a share of rows within binomial bounds; none and all exactly."""
    bound = SIGMAS * (expected * (1 - expected) / len(found)) ** 0.5
    assert abs(float(np.mean(found)) - expected) <= bound


@pytest.fixture(scope="module")
def everything(world_size: Callable[[int], int]) -> World:
    """A list that says everything itself."""
    return drawn(world_size(40_000), EVERYTHING)


@pytest.mark.rule("E-LIST-2 to E-LIST-5")
def test_what_the_dialer_knows(everything: World) -> None:
    """Echo: relations, consent, do-not-call lists, operators and zone come out as given."""
    people = everything.state.people
    flags = people["flags"]
    bought = flags >> RELATION_SHIFT & 1 == Relation.BOUGHT
    share(bought, 0.3)
    share(flags & 7 == 1 << Purpose.MARKETING, 0.6)
    share(flags & 7 == 0, 0.4)
    share(flags & PersonFlag.INTERNAL_DNC != 0, 0.1)
    share(flags & PersonFlag.INDUSTRY_DNC != 0, 0.2)
    share(people["zone"] == 1, 0.25)
    share(operators(people) == Operator.CMCC, 0.5)
    share(operators(people) == Operator.CBN, 0.2)
    market = load_network("typical").below("operators.share")
    rest = market["CTCC"] + market["CUCC"] + market["MVNO"]
    share(operators(people) == Operator.CTCC, 0.3 * market["CTCC"] / rest)
    share(flags[bought] & 7 == 0, 0.4)  # one draw does not know of the other


@pytest.mark.rule("E-SUBS-1 to E-SUBS-8")
def test_what_the_network_knows(everything: World) -> None:
    """Echo: numbers, consent given, registry and whitelist come out as given, for both relations.

    Empty, suspended and dormant exclude each other; refusals are shares of all people.
    """
    truth = everything.state.carrier.subscribers
    bought = everything.state.people["flags"] >> RELATION_SHIFT & 1 != 0
    for mine in (truth[bought], truth[~bought]):
        flags = mine["flags"]
        share(flags & SubscriberFlag.GENUINE != 0, 0.3)
        share(flags & SubscriberFlag.EMPTY != 0, 0.2)
        share(flags & SubscriberFlag.SUSPENDED_NUMBER != 0, 0.1)
        share(flags & SubscriberFlag.DORMANT != 0, 0.14)
        share(flags & SubscriberFlag.WHITELIST != 0, 0.15)
        share(mine["registered_min"] < 0, 0.5)
        share(mine["registered_min"] < 30 * 24 * 60, 0.8)  # a month later
        registered = mine["registered_min"] < 0
        share(registered & (mine["refused"] >> Category.CREDIT_CARD & 1 == 1), 0.2)
    dead = SubscriberFlag.EMPTY | SubscriberFlag.SUSPENDED_NUMBER
    both = (truth["flags"] & SubscriberFlag.DORMANT != 0) & (truth["flags"] & dead != 0)
    assert not np.any(both)


def test_what_a_list_leaves_open_follows_relation_and_profile(
    world_size: Callable[[int], int],
) -> None:
    """Echo: opted-in and bought people of one list are as the profile says of each."""
    world = drawn(world_size(40_000), {"relations": {"bought": 0.5}, "registered": 0.2})
    network, truth = world.network, world.state.carrier.subscribers
    relations = world.state.people["flags"] >> RELATION_SHIFT & 1
    for relation, name in enumerate(("opted_in", "bought")):
        mine = truth[relations == relation]
        share(mine["flags"] & SubscriberFlag.GENUINE != 0, 1.0 - relation)
        share(mine["flags"] & SubscriberFlag.EMPTY != 0, network[f"people.{name}.empty"])
        share(mine["flags"] & SubscriberFlag.DORMANT != 0, 0.0)
        share(mine["registered_min"] < 0, 0.2)
        # fewer are registered; of those as many refuse a category as of the profile's
        refuses = network[f"refuse_call.category_share.{name}"]
        of_registered = refuses / network["refuse_call.registered_share"]
        share(mine["refused"] >> Category.LOAN & 1 == 1, of_registered)


def people_of(replication: int = 0, **keys: Any) -> list[Any]:
    raw = small_scenario({"name": "list", "synthetic": {"count": 40} | EVERYTHING})
    scenario = load_scenario(raw | {"seed": 5} | keys)
    state = fill_all(prepare(scenario, replication=replication)).state
    return [state.people.tolist(), state.carrier.subscribers.tolist()]


def all_other(some: list[Any], others: list[Any]) -> bool:
    return all(mine != theirs for mine, theirs in zip(some, others, strict=True))


@pytest.mark.rule("E-DRAW-2")
def test_the_list_seed_draws_people_and_the_seed_does_not() -> None:
    """Another seed meets the same people, another list seed others."""
    first = people_of(list_seed=1)
    assert people_of(list_seed=1, seed=6) == first
    assert all_other(first, people_of(list_seed=2))


@pytest.mark.rule("E-DRAW-3")
def test_replications_redraw_people_unless_they_are_to_keep_them() -> None:
    first = people_of(0)
    assert all_other(first, people_of(3))
    assert all_other(people_of(2), people_of(3))
    assert people_of(3) == people_of(3)
    assert people_of(0, list_seed=5) == people_of(3, list_seed=5) == first
    fixed = {"replications": {"people": "fixed"}}
    assert people_of(3, **fixed) == first
    redrawn = {"replications": {"people": "redrawn"}}
    assert people_of(3, list_seed=5, **redrawn) == people_of(3)


def given_rows(count: int) -> np.ndarray[Any, Any]:
    """Rows of a file: some say much, some nothing."""
    rng = np.random.default_rng(4)
    rows = np.zeros(count, GIVEN)
    rows["key"] = rng.integers(1, 2**63, count)
    rows["attempts"] = rng.integers(0, 9, count)
    for name, most in (
        ("consent", 8),
        ("relation", 2),
        ("operator", 6),
        ("zone", 4),
        ("province", 32),
    ):
        rows[name] = rng.integers(-1, most, count)
    rows["flags"] = (
        rng.integers(0, 4, count) << ALTERNATES_SHIFT
        | rng.integers(0, 2, count) * PersonFlag.INTERNAL_DNC
        | rng.integers(0, 2, count) * PersonFlag.UNUSABLE
    )
    return rows


@pytest.mark.rule("E-LIST-1")
def test_what_a_row_says_wins() -> None:
    """Rows with words of their own, told apart field by field by the twin."""
    source = {"name": "list", "synthetic": {"count": 120} | EVERYTHING}
    world = prepare(load_scenario(small_scenario(source, **{"portability.share": 0.5})))
    world.state.lists["operator_share"] = cumulative([0.3, 0.1, 0.1, 0, 0, 0.5])
    rows = given_rows(120)
    fill_rows(world, 0, rows)
    twin = SimpleNamespace(people=twin_people(read(world.static, world.state, {0: rows})))
    assert people_difference(world, twin) == ""  # type: ignore[arg-type]
    people, truth = world.state.people, world.state.carrier.subscribers
    assert people["attempts"].tolist() == rows["attempts"].tolist()
    assert np.all(people["flags"] & rows["flags"] == rows["flags"])
    assert np.any(truth["flags"] & SubscriberFlag.DEAD << 2)
    abroad = operators(people) == Operator.ABROAD
    assert np.any(abroad & (rows["operator"] < 0))
    assert np.all(truth["operator"][abroad] == Operator.ABROAD)
    assert np.any(truth["operator"][~abroad] != operators(people)[~abroad])


@pytest.mark.rule("E-SUBS-4")
def test_numbers_move_to_the_whole_market(world_size: Callable[[int], int]) -> None:
    """Consistency: ported numbers of a list of one operator are with each as the market is."""
    keys = {"operators": {"CMCC": 1.0}}
    world = drawn(world_size(40_000), keys, {"portability.share": 0.5})
    assert np.all(operators(world.state.people) == Operator.CMCC)
    true = world.state.carrier.subscribers["operator"]
    market = world.network.below("operators.share")
    share(true == Operator.CTCC, 0.5 * market["CTCC"])
    share(true == Operator.CMCC, 0.5 + 0.5 * market["CMCC"])


@pytest.mark.rule("E-LIST-5")
def test_operators_of_prefixes() -> None:
    """Prefixes bring the operators of their numbers; the others are as `operators` says."""
    network = load_network("typical")
    plan = {"134": [0.9, 0, 0.1, 0, 0, 0], "170": [0, 0, 0, 0, 1, 0]}
    keys = {"prefixes": {"134": 0.5, "170": 0.1}, "operators": {"CUCC": 0.5, "CTCC": 0.5}}
    shares = operator_shares(Synthetic(count=1, **keys), network, plan)
    assert shares == pytest.approx([0.45, 0.2, 0.25, 0, 0.1, 0])
    alone = operator_shares(Synthetic(count=1, prefixes={"170": 0.5}), network, plan)
    market = list(operator_shares(None, network, plan))
    assert alone == pytest.approx([m / 2 + (0.5 if i == 4 else 0) for i, m in enumerate(market)])
    whole = {"CMCC": 0.4, "CUCC": 0.3, "CTCC": 0.1, "CBN": 0.1, "MVNO": 0.1}
    assert operator_shares(Synthetic(count=1, operators=whole), network, plan) == pytest.approx(
        [*(whole[name] for name in ("CMCC", "CUCC", "CTCC", "CBN", "MVNO")), 0]
    )
    assert cumulative([0.25, 0.25, 0, 0, 0, 0]) == [2**31] + [2**32] * 5


def test_of_no_region_named_the_profile_speaks(world_size: Callable[[int], int]) -> None:
    """Echo: half the people live in Beijing, so half as many as elsewhere live in Xinjiang."""
    overrides = {"region.xinjiang_share": 0.4}
    world = drawn(world_size(10_000), {"regions": {"Beijing": 0.5}}, overrides)
    share(world.state.people["zone"] == 1, 0.2)


def test_a_prefix_nobody_has_is_a_problem() -> None:
    """Named with its place, before anything is built."""
    people = {"name": "list", "synthetic": {"count": 1, "prefixes": {"138": 0.5, "142": 0.5}}}
    scenario = load_scenario(small_scenario(people))
    plan = {"138": [1, 0, 0, 0, 0, 0], "142": [0] * 6}
    with pytest.raises(ScenarioError, match="nobody's number begins like this") as caught:
        build_lists(scenario, [1], load_network("typical"), plan)
    assert [item.path for item in caught.value.problems] == ["people[0].synthetic.prefixes.142"]


@pytest.mark.slow_without_jit
def test_a_worse_list_answers_less() -> None:
    """Consistency: dead and dormant phones cost answers; nobody else makes up for them."""

    def causes(keys: dict[str, Any]) -> np.ndarray[Any, Any]:
        source = {"name": "list", "synthetic": {"count": 20_000} | keys}
        raw = small_scenario(source)
        raw["caller_ids"][0] |= {"count": 1000}
        raw["trunks"][0] |= {"calls_per_second": 500, "channels": 5000}
        raw["agents"][0] |= {"count": 200}
        raw["campaigns"][0] |= {"attempts": {"at_most": 1}}
        raw["network"] |= {"off": ["refuse_call"]}
        world = fill_all(prepare(load_scenario(raw)))
        run_to_end(world)
        found = world.state.memory.by_cause[0]
        return np.asarray(found / found.sum())

    good, bad = causes({}), causes({"empty": 0.3, "suspended": 0.1, "dormant": 0.2})
    assert bad[Cause.INVALID] == pytest.approx(0.4, abs=0.02)
    assert bad[Cause.UNREACHABLE] == pytest.approx(0.2 + 0.4 * 0.08, abs=0.02)
    left = (1 - 0.4 - 0.2) / (1 - 0.06)
    assert bad[Cause.LIVE] / good[Cause.LIVE] == pytest.approx(left, abs=0.03)
