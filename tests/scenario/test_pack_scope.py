"""A rule pack is for some callees and some campaigns: others keep their own walls."""

from __future__ import annotations

import pytest

from dialsim.errors import ScenarioError
from dialsim.scenario import load_scenario
from dialsim.scenario.checks.warnings import warnings
from dialsim.scenario.profiles.profile import known_profiles, load_rules
from tests.people.scenarios import ONE_NUMBER
from tests.scenario.worlds import changed, world

ABROAD = [name for name in known_profiles("rules") if "CN" not in load_rules(name).scope.countries]


def test_there_are_packs_for_abroad() -> None:
    assert ABROAD == ["brazil", "india", "uk", "uk-2016", "us"]


@pytest.mark.parametrize("pack", ABROAD)
def test_no_pack_from_abroad_opens_china_s_hours(pack: str) -> None:
    for people in (
        world()["people"],
        [{"name": "own", "file": ONE_NUMBER}],
        [{"name": "own", "file": ONE_NUMBER, "home": "US", "countries": ["US", "CN"]}],
    ):
        with pytest.raises(ScenarioError, match="holds callees in China") as caught:
            load_scenario(changed("rules", {"pack": pack}) | {"people": people})
        assert [problem.path for problem in caught.value.problems] == ["rules.pack"]


def test_callees_abroad_may_have_their_own_pack() -> None:
    people = [{"name": "own", "file": ONE_NUMBER, "home": "US", "countries": ["US"]}]
    load_scenario(changed("rules", {"pack": "us"}) | {"people": people})
    at_home = load_scenario(world() | {"people": people})
    assert any("us holds the rules of US" in text for text in warnings(at_home))


def test_a_pack_for_collections_is_for_no_marketing() -> None:
    with pytest.raises(ScenarioError, match="holds rules for collections") as caught:
        load_scenario(changed("rules", {"pack": "cn-collections"}))
    assert [problem.path for problem in caught.value.problems] == ["rules.pack"]
