"""Every value has its source, and no override loosens what may only tighten."""

from __future__ import annotations

from datetime import date
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialsim.core.codes import Category, NumberClass, Operator, Purpose, Seen
from dialsim.errors import InternalError, ScenarioError
from dialsim.scenario import Profile, known_profiles, load_network, load_rules, load_scenario
from dialsim.scenario.models import fields
from dialsim.scenario.profiles.profile import read_profile
from dialsim.scenario.profiles.strictness import FORMULAS, SEEN, Ceiling, covers, is_looser
from dialsim.scenario.values import format_duration, parse_windows
from tests.scenario.worlds import world

ALL = [load_rules(name) for name in known_profiles("rules")] + [
    load_network(name) for name in known_profiles("network")
]


@pytest.mark.parametrize("profile", ALL, ids=lambda p: f"{p.kind}-{p.name}")
def test_every_value_has_unit_source_and_confidence(profile: Profile) -> None:
    assert len(profile) > 30
    for key in profile:
        entry = profile.entry(key)
        assert entry.unit
        assert (entry.source == "A") == (entry.confidence == "assumption"), key
        assert profile[key] == profile[key]


def test_known_profiles() -> None:
    assert {"cn", "lab"} <= set(known_profiles("rules"))
    assert {"lab", "lenient", "published", "strict", "typical"} <= set(known_profiles("network"))
    assert len({profile.digest() for profile in ALL}) == len(ALL)
    with pytest.raises(
        ScenarioError, match=r'lenient, published, strict, typical\n.*mean "typical"'
    ):
        load_network("typcial")


def test_profiles_of_a_kind_hold_the_same_keys() -> None:
    for kind in ("rules", "network"):
        keys = [list(profile) for profile in ALL if profile.kind == kind]
        assert all(sorted(other) == sorted(keys[0]) for other in keys)


@pytest.mark.parametrize("pack", ["cn-strict", "cn-collections", "lab"])
def test_a_wall_of_a_pack_is_never_lower_elsewhere(pack: str) -> None:
    """Theory may lift own limits and the abandon ceiling, which only counts, but no wall.

    Other countries have walls of their own.
    """
    cn, profile = load_rules("cn"), load_rules(pack)
    for key in cn:
        old, new = cn.entry(key), profile.entry(key)
        if old.protected and key != "abandon.at_most":
            assert new.protected
            assert new.value == old.value or not is_looser(
                new.value, old.value, old.unit, old.tighter
            )


def test_what_belongs_together_adds_up() -> None:
    for profile in ALL:
        if profile.kind == "network":
            shares = profile.below("operators.share")
            assert set(shares) == {operator.name for operator in Operator}
            assert sum(shares.values()) == pytest.approx(1.0)
            returned = {
                code
                for cause in ("refused", "throttled", "line_shut", "busy", "no_answer")
                for code, _ in profile[f"signalling.{cause}"]
            }
            assert {str(code) for code in returned} <= set(profile["signalling.meaning"])
        else:
            for purpose in get_args(fields.Purpose):
                inner = parse_windows(profile[f"hours.{purpose}"])
                wall = parse_windows(profile[f"hours.wall.{purpose}"])
                assert all(any(a <= s and e <= b for a, b in wall) for s, e in inner)


def test_names_in_files_are_the_codes_names() -> None:
    assert list(get_args(fields.Purpose)) == [item.name.lower() for item in Purpose]
    assert list(get_args(fields.Category)) == [item.name.lower() for item in Category]
    assert [*get_args(fields.Operator), "ABROAD"] == [item.name for item in Operator]
    assert len(get_args(fields.NumberClass)) == NumberClass.AXB + 2  # privacy is judged as axb
    assert set(SEEN) <= {item.name.lower() for item in Seen}
    for name in get_args(fields.NumberClass):
        assert f"caller_class.{name}.purposes" in load_rules("cn")


@pytest.mark.parametrize(
    "text",
    [
        "a = 1",
        'a = { value = 1, unit = "calls", source = "S1" }',
        'a = { value = 1, unit = "calls", confidence = "rule" }',
        'a = { value = 1, unit = "calls", source = "S1", confidence = "sure" }',
        'a = { value = 1, unit = "calls", source = "A", confidence = "rule" }',
        'a = { value = 1, unit = "calls", source = "web", confidence = "rule" }',
        'a = { value = 2, unit = "share", source = "S1", confidence = "rule" }',
        'a = { value = "2", unit = "duration", source = "S1", confidence = "rule" }',
        'a = { value = 1, unit = "calls", source = "S1", confidence = "rule", sauce = "x" }',
        'extends = "typical"\na = { value = 1, unit = "c", source = "S1", confidence = "rule" }',
    ],
)
def test_a_value_without_its_papers_is_our_fault(text: str) -> None:
    with pytest.raises(InternalError):
        read_profile("network", "x", text, lambda _kind, name: load_network(name))


def windows() -> st.SearchStrategy[list[str]]:
    minutes = st.integers(0, 24 * 60)
    pair = st.tuples(minutes, minutes).filter(lambda ends: ends[0] < ends[1])
    text = pair.map(lambda e: "-".join(f"{m // 60:02}:{m % 60:02}" for m in e))
    return st.lists(text, max_size=3)


def limits() -> st.SearchStrategy[list[dict[str, Any]]]:
    per = st.integers(1, 40 * 86_400_000).map(format_duration)
    return st.lists(st.fixed_dictionaries({"count": st.integers(1, 30), "per": per}), max_size=3)


VALUES = {
    "windows": windows(),
    "limits": limits(),
    "share": st.floats(0, 1),
    "duration": st.integers(0, 10**10).map(format_duration),
    "purposes": st.lists(st.sampled_from(get_args(fields.Purpose)), unique=True),
    "yes or no": st.booleans(),
    "time zone": st.sampled_from(["Asia/Urumqi", "Asia/Tokyo"]),
    "date": st.dates(date(2025, 1, 1), date(2027, 1, 1)).map(date.isoformat),
    "calls": st.integers(0, 100),
    "people": st.integers(0, 20_000_000),
    "working days": st.integers(0, 60),
    "years": st.integers(0, 4),
    "formula": st.sampled_from(FORMULAS),
}


def ordered(profile: Profile, key: str, new: Any) -> bool:
    """Whether the new value allows nothing more: written apart from the code under test."""
    old, fresh = profile[key], new
    entry = profile.entry(key)
    if entry.unit == "windows":
        allowed = {m for a, b in parse_windows(old) for m in range(a // 60_000, b // 60_000)}
        wanted = {m for a, b in parse_windows(fresh) for m in range(a // 60_000, b // 60_000)}
        return wanted <= allowed
    if entry.unit == "purposes":
        return set(fresh) <= set(old)
    if entry.unit == "limits":
        return covers([Ceiling.of(x) for x in fresh], [Ceiling.of(x) for x in old])
    return bool(fresh == old)


@given(st.data())
def test_overrides_never_loosen_a_protected_value(data: st.DataObject) -> None:
    rules = load_rules("cn")
    key = data.draw(st.sampled_from([k for k in rules if rules.entry(k).protected]))
    new = data.draw(VALUES[rules.entry(key).unit])
    contract = data.draw(st.sampled_from([None, "Line contract"]))
    try:
        after = rules.with_overrides({key: new}, contract=contract)
    except ScenarioError:
        return
    entry = rules.entry(key)
    if entry.unit == "formula":
        assert FORMULAS.index(after[key]) <= FORMULAS.index(rules[key])
    elif entry.tighter == "lower":
        assert after[key] <= rules[key]
    elif entry.tighter == "higher":
        assert after[key] >= rules[key]
    else:
        assert ordered(rules, key, after[key])


@given(limits(), limits(), st.lists(st.integers(0, 4 * 86_400_000), max_size=60))
def test_covering_limits_admit_nothing_the_others_refuse(
    new: list[dict[str, Any]], old: list[dict[str, Any]], times: list[int]
) -> None:
    from dialsim.scenario.values import parse_duration

    mine = [(limit["count"], parse_duration(limit["per"])) for limit in new]
    theirs = [(limit["count"], parse_duration(limit["per"])) for limit in old]
    if not covers(mine, theirs):
        return
    kept: list[int] = []
    for tick in sorted(times):
        if all(sum(tick - t < per for t in kept) < count for count, per in mine):
            kept.append(tick)
    for count, per in theirs:
        for i, tick in enumerate(kept):
            assert sum(tick - t < per for t in kept[: i + 1]) <= count


def test_overrides_take_effect_and_change_the_digest() -> None:
    network = load_network("typical")
    after = network.with_overrides({"contract.callee_per_day": 2, "signalling.meaning.480": "busy"})
    assert after["contract.callee_per_day"] == 2
    assert after["signalling.meaning"]["480"] == "busy"
    assert after["signalling.meaning"]["486"] == "busy"
    assert after.digest() != network.digest()
    assert network["contract.callee_per_day"] == 3


def test_a_value_handed_out_is_a_copy() -> None:
    rules = load_rules("cn")
    rules["callee.limits"].append("x")
    rules["hours.marketing"].append("x")
    assert "x" not in rules["callee.limits"] + rules["hours.marketing"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("signalling.busy", [[486, 0.5]]),
        ("signalling.meaning", {"486": "engaged"}),
        ("talk.bought", [[0.5, 5, 1]]),
        ("answer.hour_index", [1.0] * 23),
        ("answer.icc", 1.5),
        ("frequency.mobile.warn_per_hour", 2.5),
        ("frequency.mobile.warn_per_hour", True),
        ("contract.callee_per_day", -1),
    ],
)
def test_values_of_the_wrong_form(key: str, value: object) -> None:
    with pytest.raises(ScenarioError, match="allowed: "):
        load_network("typical").with_overrides({key: value})


def test_an_unknown_key_names_the_nearest() -> None:
    with pytest.raises(KeyError, match=r"labels\.marks"):
        load_network("typical")["labels.mark"]


def test_parts_of_a_map_are_replaced_one_after_the_other() -> None:
    """Each used to begin anew with the profile's own map, so that only the last one counted."""
    network = load_network("typical").with_overrides(
        {"signalling.meaning.480": "busy", "signalling.meaning.486": "no_answer"}
    )
    meaning = network["signalling.meaning"]
    assert (meaning["480"], meaning["486"]) == ("busy", "no_answer")
    assert meaning["404"] == load_network("typical")["signalling.meaning"]["404"]


@pytest.mark.parametrize("key", ["complaints.window", "labels.window"])
def test_a_window_that_nothing_else_counts_is_refused(key: str) -> None:
    """Another length changed what a page said of it, and not what was counted."""
    load_scenario(world() | {"network": {"overrides": {key: "30d"}}})
    with pytest.raises(ScenarioError, match=r"allowed: 30d"):
        load_scenario(world() | {"network": {"overrides": {key: "10d"}}})
