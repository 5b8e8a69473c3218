"""No override loosens a wall: random ones over every pack and value, by every way in.

What is looser is judged here by what it lets happen: ms of the day, the share of given calls,
calls that one set of limits lets through and the other does not.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest
import tomli_w
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialsim.cli.changes import load_changed
from dialsim.errors import Problem, ScenarioError
from dialsim.scenario import Profile, Value, known_profiles, load_rules, load_scenario
from dialsim.scenario.models import fields
from dialsim.scenario.profiles.strictness import FORMULAS, MEANINGS, Ceiling
from dialsim.scenario.values import format_duration, parse_duration, parse_windows
from tests.people.scenarios import ONE_NUMBER
from tests.scenario.naive_limits import Tried, all_let_through, bursts, lets_through
from tests.scenario.worlds import world

PACKS = known_profiles("rules")
HOUR = 3_600_000
DAY = 24 * HOUR

# --- overrides in form ---------------------------------------------------------------------------


def windows() -> st.SearchStrategy[list[str]]:
    quarter = st.integers(0, 96)
    pair = st.tuples(quarter, quarter).filter(lambda ends: ends[0] < ends[1])
    text = pair.map(lambda e: "-".join(f"{q // 4:02}:{q % 4 * 15:02}" for q in e))
    return st.lists(text, max_size=3)


def limits() -> st.SearchStrategy[list[dict[str, Any]]]:
    per = st.sampled_from(["1m", "90s", "5m", "1h", "12h", "24h", "1d", "36h", "7d", "30d", "60d"])
    usual = st.fixed_dictionaries({"count": st.integers(1, 6), "per": per})
    meant = st.fixed_dictionaries(
        {"count": st.integers(1, 6), "per": st.sampled_from(["1d", "7d"])},
        optional={key: st.sampled_from(words) for key, words in MEANINGS.items()},
    )
    return st.lists(usual | meant, max_size=4)


def near(value: Any, unit: str) -> st.SearchStrategy[Any]:
    """Values of a unit, often close to the one that stands there."""
    purposes = st.lists(st.sampled_from(get_args(fields.Purpose)), unique=True)
    durations = st.integers(0, 40 * DAY).map(format_duration)
    if unit == "duration":
        ms = parse_duration(value)
        durations |= st.sampled_from([max(0, ms - 1), ms, ms + 1]).map(format_duration)
    counts = st.integers(0, 100)
    if isinstance(value, int):
        counts |= st.integers(max(0, value - 1), value + 1)
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "windows": windows(),
        "limits": limits(),
        "share": st.floats(0, 1) | st.sampled_from([0, 0.03, 0.0300001, 0.0299, 1]),
        "duration": durations,
        "purposes": purposes,
        "yes or no": st.booleans(),
        "time zone": st.sampled_from(["Asia/Urumqi", "Asia/Tokyo", "Asia/Shanghai"]),
        "formula": st.sampled_from(FORMULAS),
        "date": st.dates(date(2025, 1, 1), date(2027, 1, 1)).map(date.isoformat),
    }
    return kinds.get(unit, counts) | st.just(value)


@st.composite
def overrides(draw: Any, packs: list[str]) -> tuple[str, str, Any, str | None, str]:
    """A pack, a name in it, a value in form, a contract or none, and the way in."""
    pack = draw(st.sampled_from(packs))
    rules = load_rules(pack)
    units = sorted({rules.entry(key).unit for key in rules})
    unit = draw(st.sampled_from(units))  # each kind of value as often as any other
    key = draw(st.sampled_from(sorted(key for key in rules if rules.entry(key).unit == unit)))
    new = draw(near(rules.entry(key).value, unit))
    contract = draw(st.sampled_from([None, "Line contract 7"]))
    return pack, key, new, contract, draw(st.sampled_from(["flat", "nested", "with"]))


# --- what they let happen ------------------------------------------------------------------------


def lets_more_happen(new: Any, old: Value) -> bool | None:
    """Whether a value lets happen what the old one does not; None: no example was found."""
    if old.unit == "windows":
        return not _minutes(new) <= _minutes(old.value)
    if old.unit == "purposes":
        return any(purpose not in old.value for purpose in new)
    if old.unit == "formula":
        return _share(new) < _share(old.value)
    if old.unit == "limits":
        return _limits_let_more_happen(new, old.value)
    if old.tighter == "none":
        return bool(new != old.value)
    if old.unit == "duration":
        new, was = parse_duration(new), parse_duration(old.value)
    else:
        was = old.value
    return bool(new > was) if old.tighter == "lower" else bool(new < was)


def _minutes(texts: list[str]) -> set[int]:
    return {m for a, b in parse_windows(texts) for m in range(a // 60_000, b // 60_000)}


def _share(formula: str) -> float:
    """The abandoned share of 90 connects, 5 drops, 5 who hung up waiting and 20 assistants."""
    wholes = {"connects_and_drops": 95, "live_answers": 100, "machines_out": 115, "answers": 120}
    return 5 / wholes[formula]


def _limits_let_more_happen(new: list[Any], old: list[Any]) -> bool | None:
    mine, theirs = [Ceiling.of(limit) for limit in new], [Ceiling.of(limit) for limit in old]
    if any(not all_let_through(theirs, calls) for calls in _examples(mine)):
        return True
    return False if set(theirs) <= set(mine) else None


def _examples(limits: list[Ceiling]) -> list[list[Tried]]:
    """Calls that limits let through, as many as they can in little time."""
    if not limits:
        return [[Tried(i) for i in range(10)]]
    found, early = [], bursts(limits, 12)
    for kind, number, caller in (("connects", 0, 0), ("attempts", 0, 0), ("connects", 1, 1)):
        for start in (0, DAY - 3, 7 * DAY - 3):
            calls: list[Tried] = []
            for i, at in enumerate(early):
                who = Tried(start + at.tick, kind, i % 2 * number, i % 2 * caller)
                if all(lets_through(limit, calls, who) for limit in limits):
                    calls.append(who)
            found.append(calls)
    return found


def expected_refusal(rules: Profile, key: str, new: Any, contract: str | None) -> bool | None:
    """Whether an override must be refused; None: that cannot be told here."""
    old = rules.entry(key)
    looser = lets_more_happen(new, old)
    kept = old.wall or old.confidence in ("rule", "official")
    if key in ("hours.marketing", "hours.service", "hours.collections"):
        wall = rules[f"hours.wall.{key.rpartition('.')[2]}"]
        if not _minutes(new) <= _minutes(wall):
            return True
    if looser is None:
        return None if kept or contract is None else False
    return looser and (kept or contract is None)


# --- ways in -------------------------------------------------------------------------------------


def world_of(pack: str) -> dict[str, Any]:
    """A scenario of callees and purposes that a pack is for."""
    raw, scope = world(), load_rules(pack).scope
    if "CN" not in scope.countries:
        country = scope.countries[0]
        listed = {"file": ONE_NUMBER, "home": country, "countries": [country]}
        raw["people"] = [{"name": people["name"], **listed} for people in raw["people"]]
    if "marketing" not in scope.purposes:
        use = {"purpose": scope.purposes[0], "lawful_basis": "contract"}
        raw["campaigns"] = [campaign | use for campaign in raw["campaigns"]]
        for block in raw["caller_ids"]:
            if "filed" in block:
                block["filed"]["use"] = scope.purposes[0]
        for trunk in raw["trunks"]:
            trunk["permits"] = list(scope.purposes)
    return raw


def problems_of(pack: str, key: str, new: Any, contract: str | None, way: str) -> list[Problem]:
    """Return what a scenario with an override is told about it, by one of the ways in."""
    plain: dict[str, Any] = {"pack": pack}
    if contract is not None:
        plain["contract"] = contract
    raw = {**world_of(pack), "rules": plain}
    raw["caller_ids"] = [{**block, "approved_use": "letter 12"} for block in raw["caller_ids"]]
    given: Any = {key: new}
    if way == "nested":
        for part in reversed(key.split(".")):
            given = {part: given.pop(key) if key in given else given}
    try:
        if way == "with":
            start = load_scenario(raw)
            assert start.with_(f"rules.overrides.{key}", new).rules.overrides
        else:
            load_scenario({**raw, "rules": {**plain, "overrides": given}})
    except ScenarioError as error:
        place = f"rules.overrides.{key}"
        about = [p for p in error.problems if p.path == place]
        return [p for p in about if "no hour of any day is left" not in p.message]
    return []


def judge(case: tuple[str, str, Any, str | None, str]) -> None:
    pack, key, new, contract, _ = case
    expected = expected_refusal(load_rules(pack), key, new, contract)
    refused = bool(problems_of(*case))
    if expected is not None:
        assert refused == expected, case


@given(overrides(PACKS))
def test_an_override_is_refused_exactly_when_it_loosens(case: Any) -> None:
    judge(case)


@pytest.mark.full
@pytest.mark.parametrize("pack", PACKS)
@settings(max_examples=1_250, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_ten_thousand_overrides(pack: str, data: st.DataObject) -> None:
    judge(data.draw(overrides([pack])))


@given(limits(), st.sampled_from(PACKS))
def test_limits_taken_in_let_nothing_more_through(new: list[Any], pack: str) -> None:
    rules = load_rules(pack)
    try:
        rules.with_overrides({"callee.limits": new})
    except ScenarioError:
        return
    old = [Ceiling.of(limit) for limit in rules["callee.limits"]]
    assert all(all_let_through(old, calls) for calls in _examples([Ceiling.of(x) for x in new]))


@given(st.sampled_from(PACKS), st.data())
def test_tighter_limits_are_taken_in(pack: str, data: st.DataObject) -> None:
    tighter = []
    for limit in load_rules(pack).entry("callee.limits").value:
        longer = parse_duration(limit["per"]) * data.draw(st.integers(1, 3))
        count = data.draw(st.integers(1, limit["count"]))
        tighter.append({"count": count, "per": format_duration(longer)})
    more = data.draw(limits())
    assert problems_of(pack, "callee.limits", tighter + more, None, "flat") == []


# --- what must never give way --------------------------------------------------------------------


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("contract", [None, "Line contract 7"])
@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("registry.max_age", "31d 1ms"),
        ("registry.max_age", "45d"),
        ("abandon.at_most", 0.0301),
        ("abandon.at_most", 1),
        ("abandon.formula", "answers"),
        ("abandon.window", "60d"),
        ("abandon.connect_within", "3s"),
        ("hours.wall.marketing", ["00:00-24:00"]),
        ("caller_class.106.purposes", ["marketing"]),
    ],
)
def test_walls_of_every_pack(pack: str, contract: str | None, key: str, value: Any) -> None:
    if (pack, key) == ("lab", "abandon.at_most"):
        return  # theory drops as many as its formulas do; such a run says that it proves nothing
    for way in ("flat", "nested", "with"):
        assert problems_of(pack, key, value, contract, way), way


def test_changes_on_the_command_line_meet_the_same_wall(tmp_path: Path) -> None:
    raw = world()
    path = tmp_path / "a.toml"
    path.write_text(tomli_w.dumps(raw), encoding="utf-8")
    for change in (
        "rules.overrides.registry.max_age=45d",
        "rules.overrides.abandon.at_most=0.05",
        'rules.overrides={ "abandon.at_most" = 0.05 }',
        "rules.overrides.callee.retry_gap=1h",
        "rules.overrides.hours.on_holidays.marketing=true",
        "rules.overrides.dialer.setup_allowance=5s",
    ):
        with pytest.raises(ScenarioError, match="tighten"):
            load_changed(path, ["rules.pack=cn", change])
    after = load_changed(path, ["rules.overrides.abandon.at_most=0.02"])
    assert after.rules.overrides == {"abandon.at_most": 0.02}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("callee.retry_gap", "1h"),  # practice
        ("dialer.setup_allowance", "5s"),  # vendor
        ("hours.on_holidays.marketing", True),  # assumption
        ("hours.extra_zone.xinjiang", "Asia/Shanghai"),  # no order
    ],
)
def test_a_named_contract_replaces_what_is_no_rule(key: str, value: Any) -> None:
    (problem,) = problems_of("cn", key, value, None, "flat")
    assert "contract" in str(problem.remedy)
    assert problems_of("cn", key, value, "Line contract 7", "flat") == []


@pytest.mark.parametrize("pack", ["cn", "cn-collections"])
def test_own_limits_give_way_to_no_rule(pack: str) -> None:
    """`rules.callee_limits` and `rules.retry_gap` are overrides as well."""
    loose = {"pack": pack, "contract": "C", "callee_limits": [{"count": 4, "per": "1d"}]}
    if pack == "cn":
        load_scenario({**world_of(pack), "rules": loose})
        return
    with pytest.raises(ScenarioError, match="no contract loosens what is rule"):
        load_scenario({**world_of(pack), "rules": loose})


@pytest.mark.parametrize("key", ["window", "counts", "scope"])
def test_own_limits_are_judged_by_their_meaning(key: str) -> None:
    looser = MEANINGS[key][1]
    limit = {"count": 1, "per": "30d", key: looser}
    if key == "window":
        limit["count"] = 4
    rules = {"callee_limits": [{"count": 1, "per": "1m"}, {"count": 3, "per": "1d"}, limit]}
    with pytest.raises(ScenarioError, match=r"looser than the pack's 5 in 30d"):
        load_scenario({**world(), "rules": rules | {"retry_gap": "2h"}})
    rules["callee_limits"][2] = {"count": 5, "per": "30d"}
    load_scenario({**world(), "rules": rules})
