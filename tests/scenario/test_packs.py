"""Rule packs: the same names in each, one inside the other, each value with its home."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import get_args

import pytest
import tomli

from dialsim.errors import InternalError
from dialsim.scenario import Profile, known_profiles, load_network, load_rules
from dialsim.scenario.identity import NEUTRAL_VALUES, scenario_digest
from dialsim.scenario.load import load_scenario
from dialsim.scenario.models import fields
from dialsim.scenario.profiles.profile import read_profile
from dialsim.scenario.profiles.sources import sources_of
from dialsim.scenario.profiles.strictness import Ceiling, covers
from dialsim.scenario.values import parse_windows
from tests.scenario.test_evidence import ABROAD
from tests.scenario.worlds import world

PACKS = ["brazil", "cn", "cn-collections", "cn-strict", "india", "lab", "uk", "uk-2016", "us"]
SECTORS = (
    "banking", "insurance", "securities", "lending", "education", "real_estate", "retail",
    "telecom", "healthcare", "travel", "government", "other",
)  # fmt: skip
PURPOSES = get_args(fields.Purpose)


def within(inner: list[str], outer: list[str]) -> bool:
    walls = parse_windows(outer)
    return all(
        any(a <= start and end <= b for a, b in walls) for start, end in parse_windows(inner)
    )


def test_no_wall_of_china_rests_on_practice_or_on_nothing() -> None:
    """What sellers say, or nobody, may be replaced by a contract; theory's cap bars nobody."""
    for name in ("cn", "cn-strict", "cn-collections", "lab"):
        pack = load_rules(name)
        walls = {key: pack.entry(key).confidence for key in pack if pack.entry(key).wall}
        weak = {key for key, known in walls.items() if known in ("practice", "assumption")}
        assert weak == ({"abandon.at_most"} if name == "lab" else set()), name


def test_law_of_another_country_is_no_rule_of_china() -> None:
    """What is taken over from it says so, and stays a wall."""
    for name in ("cn", "cn-strict", "cn-collections", "lab"):
        pack = load_rules(name)
        for key in pack:
            entry = pack.entry(key)
            cited = {source.name for source in sources_of([entry.source])}
            if cited and cited <= ABROAD:
                assert entry.confidence == "inferred", (name, key)
                assert entry.wall
                assert "United States" in entry.note
                assert "美国" in entry.note["zh"]
    usual, american = load_rules("cn"), load_rules("us")
    for key in ("abandon.at_most", "abandon.connect_within", "ring.at_least", "registry.max_age"):
        assert (usual[key], usual.entry(key).wall) == (american[key], True)
        assert american.entry(key).confidence == "rule"


def test_the_packs() -> None:
    assert known_profiles("rules") == PACKS
    keys = {name: sorted(load_rules(name)) for name in PACKS}
    assert all(found == keys["cn"] for found in keys.values())


@pytest.mark.parametrize("name", PACKS)
def test_hours_stay_within_their_walls(name: str) -> None:
    pack = load_rules(name)
    for purpose in PURPOSES:
        wall = pack[f"hours.wall.{purpose}"]
        assert pack.entry(f"hours.wall.{purpose}").wall
        assert within(pack[f"hours.{purpose}"], wall)
        for sector in SECTORS:
            value = pack.entry(f"hours.sector.{sector}.{purpose}")
            assert within(value.value, wall)
            assert value.protected


@pytest.mark.parametrize("name", PACKS)
def test_every_pack_guards_registries_and_dropped_calls(name: str) -> None:
    pack = load_rules(name)
    assert pack["registry.max_age"] <= 31 * 86_400_000
    assert pack["abandon.at_most"] <= (1.0 if name == "lab" else 0.03)
    for key in ("registry.max_age", "abandon.at_most", "abandon.formula"):
        assert pack.entry(key).wall
        assert pack.entry(key).tighter == "lower"
    assert pack["abandon.formula"] == ("machines_out" if name == "uk-2016" else "live_answers")
    assert pack["dialer.setup_allowance"] == 15_000


def test_the_strict_pack_is_nowhere_looser() -> None:
    usual, strict = load_rules("cn"), load_rules("cn-strict")
    assert covers(
        [Ceiling.of(limit) for limit in strict["callee.limits"]],
        [Ceiling.of(limit) for limit in usual["callee.limits"]],
    )
    noon = [(12 * 3_600_000, 14 * 3_600_000)]
    for purpose in PURPOSES:
        open_at = parse_windows(strict[f"hours.wall.{purpose}"])
        assert all(end <= noon[0][0] or noon[0][1] <= start for start, end in open_at)
        assert open_at[-1][1] <= 21 * 3_600_000
    for key in usual:
        if usual.entry(key).unit in ("windows", "purposes"):
            inner, outer = strict[key], usual[key]
            assert within(inner, outer) if key.startswith("hours") else set(inner) <= set(outer)


def test_what_the_sources_say_of_other_places() -> None:
    assert load_rules("us")["hours.marketing"] == ["08:00-21:00"]
    assert load_rules("india")["hours.wall.marketing"] == ["09:00-21:00"]
    assert load_rules("uk")["abandon.at_most"] == 0.0
    past = load_rules("uk-2016")
    assert past["abandon.at_most"] == 0.03
    assert past.entry("abandon.formula").source == "S65"
    assert past.scope.theory  # no longer the law
    assert load_rules("brazil")["registry.max_age"] == 30 * 86_400_000
    limits = load_rules("cn-collections").entry("callee.limits")
    assert limits.protected
    assert covers([Ceiling.of(limit) for limit in limits.bare], [Ceiling(3, 86_400_000)])


@pytest.mark.parametrize("name", ["us", "uk", "uk-2016", "india", "brazil"])
def test_no_rule_of_china_is_called_a_rule_elsewhere(name: str) -> None:
    """Rules that China's pack took over from abroad may stand, and say so."""
    pack = load_rules(name)
    for key in pack:
        value = pack.entry(key)
        if f"{key.rpartition('.')[0]}.purposes" in pack:
            continue  # of a class: what it may be used for is below
        if value.pack == "cn" and not value.like and value.confidence == "rule":
            assert "United States" in value.note, key
        if key.endswith("purposes") or key.startswith("callee"):
            assert value.pack != "cn", key


def test_hours_that_are_no_rule_of_the_trade_are_not_called_one() -> None:
    """Life insurance has a rule on marketing hours, banks and lenders one on collections."""
    for name in ("cn", "cn-collections", "lab"):
        pack = load_rules(name)
        ruled = {
            (sector, purpose)
            for sector in SECTORS
            for purpose in PURPOSES
            if pack.entry(f"hours.sector.{sector}.{purpose}").confidence == "rule"
        }
        assert ruled == {
            ("insurance", "marketing"), ("banking", "collections"), ("lending", "collections"),
        }  # fmt: skip
        retail = pack.entry("hours.sector.retail.marketing")
        assert (retail.confidence, retail.source, retail.wall) == ("vendor", "S23", True)


def test_a_value_knows_its_home() -> None:
    us = load_rules("us")
    assert us.entry("registry.max_age").pack == "us"
    assert us.entry("callee.retry_gap").pack == "_abroad"
    assert us.entry("hours.on_holidays.service").pack == "cn"
    assert load_network("typical").entry("labels.marks").pack == "typical"
    sector = us.entry("hours.sector.retail.marketing")
    assert (sector.like, sector.value) == ("hours.wall.marketing", ["08:00-21:00"])


def test_what_is_like_another_value_follows_it() -> None:
    text = 'extends = "cn"\n[hours.wall]\nmarketing = { value = ["10:00-11:00"], unit = "windows", '
    text += 'source = "S1", confidence = "rule", tighter = "subset" }\n[hours]\n'
    text += 'service = { like = "hours.wall.marketing", note = "why" }'
    pack = read("x", text)
    assert pack["hours.sector.retail.marketing"] == ["10:00-11:00"]
    assert pack["hours.service"] == ["10:00-11:00"]
    assert (pack.entry("hours.service").note, pack.entry("hours.service").pack) == ("why", "x")
    own = pack.with_overrides({"hours.service": ["10:00-10:30"]})
    assert own.entry("hours.service").like == ""


@pytest.mark.parametrize(
    "line",
    [
        'marketing = { like = "hours.wall.sales" }',
        'marketing = { like = "hours.sector.other.marketing" }',
        'marketing = { like = "hours.wall.marketing", source = "S1" }',
        'sales = { like = "hours.wall.marketing" }',
    ],
)
def test_a_value_like_nothing_is_our_fault(line: str) -> None:
    with pytest.raises(InternalError):
        read("x", f'extends = "cn"\n[hours]\n{line}')


def read(name: str, text: str) -> Profile:
    return read_profile("rules", name, text, lambda _kind, parent: load_rules(parent))


def test_files_that_are_no_packs_say_what_packs_say() -> None:
    folder = files("dialsim").joinpath("profiles").joinpath("rules")
    homes = {entry.name.removesuffix(".toml") for entry in folder.iterdir()}
    assert homes - set(PACKS) == {"_abroad"}
    for home in homes:
        text = folder.joinpath(f"{home}.toml").read_text(encoding="utf-8")
        assert tomli.loads(text)["title"]


def test_what_is_new_in_packs_renames_no_run() -> None:
    """A pack without the sectors' hours, as before there were any, gives the same digest."""
    scenario = load_scenario(world())
    rules, network = load_rules("cn"), load_network("typical")
    new = ("hours.sector.", *NEUTRAL_VALUES)
    older = {key: rules.entry(key) for key in rules if not key.startswith(new)}
    before = Profile("rules", "cn", rules.title, older)
    assert 30 < len(older) < len(rules) - 30
    assert scenario_digest(scenario, rules, network) == scenario_digest(scenario, before, network)
    less = rules.with_overrides({"hours.sector.retail.marketing": ["10:00-11:00"]})
    assert scenario_digest(scenario, less, network) != scenario_digest(scenario, rules, network)


@pytest.mark.parametrize("name", PACKS)
def test_bare_values_are_json(name: str) -> None:
    assert (
        json.loads(json.dumps(load_rules(name).plain_values())) == load_rules(name).plain_values()
    )
