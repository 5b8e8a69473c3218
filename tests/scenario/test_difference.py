"""What differs between two scenarios, and nothing else."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import tomli_w

from dialsim.scenario.difference import Change, differences
from dialsim.scenario.load import load_scenario
from dialsim.scenario.models.schema import Scenario
from tests.scenario.worlds import world


def changed(**values: Any) -> list[Change]:
    """Return what setting values, by `__` for a dot, makes of the small world."""
    base = load_scenario(world())
    other = base
    for dotted, value in values.items():
        other = other.with_(dotted.replace("__", "."), value)
    return differences(base, other)


def told(found: list[Change]) -> list[tuple[str, Any, Any]]:
    assert {change.where for change in found} <= {"scenario"}
    return [(change.path, change.before, change.after) for change in found]


def test_nothing_differs_from_itself() -> None:
    base = load_scenario(world())
    assert differences(base, load_scenario(world())) == []
    assert differences(base, load_scenario(base.to_dict())) == []  # every default written out


def test_a_value_is_named_as_it_is_set() -> None:
    found = told(changed(caller_ids__north__count=9, days=3))
    assert found == [("days", 2, 3), ("caller_ids.north.count", 4, 9)]
    base = load_scenario(world())
    assert base.with_(found[1][0], found[1][2]).caller_ids[0].count == 9


def test_turned_round_before_and_after_change_places() -> None:
    base = load_scenario(world())
    other = base.with_("agents.day.count", 5).with_("goals", [{"metric": "reach", "at_least": 5}])
    forth, back = differences(base, other), differences(other, base)
    assert {(c.path, repr(c.before), repr(c.after)) for c in forth} == {
        (c.path, repr(c.after), repr(c.before)) for c in back
    }


def two_blocks(*names: str) -> dict[str, Any]:
    raw = world()
    block = raw["caller_ids"][0]
    raw["caller_ids"] = [copy.deepcopy(block) | {"name": name} for name in names]
    raw["campaigns"][0]["caller_ids"] = [names[0]]
    return raw


def test_tables_are_matched_by_name() -> None:
    one, two = two_blocks("north", "south"), two_blocks("west", "north", "south")
    two["caller_ids"][2]["count"] = 7
    found = told(differences(load_scenario(one), load_scenario(two)))
    assert [each[0] for each in found] == [
        "caller_ids.south.count",
        "caller_ids.west",
        "campaigns.upsell.caller_ids",
    ]
    assert found[0][1:] == (4, 7)
    assert found[1][1] is None
    assert found[1][2]["name"] == "west"


def test_another_order_is_a_change() -> None:
    one, two = two_blocks("north", "south"), two_blocks("south", "north")
    two["campaigns"][0]["caller_ids"] = ["north"]
    assert told(differences(load_scenario(one), load_scenario(two))) == [
        ("order of caller_ids", ["north", "south"], ["south", "north"])
    ]


def test_goals_are_matched_by_what_they_are_of() -> None:
    goals = [
        {"metric": "reach", "at_least": 10},
        {"metric": "complaints", "at_most": 3},
        {"metric": "complaints", "at_least": 0},
    ]
    one = load_scenario(world() | {"goals": goals})
    two = load_scenario(
        world() | {"goals": [goals[2], {"metric": "complaints", "at_most": 1}, goals[0]]}
    )
    assert told(differences(one, two)) == [("goals.1.at_most", 3, 1)]
    fewer = load_scenario(world() | {"goals": goals[:1]})
    assert [each[0] for each in told(differences(one, fewer))] == ["goals.1", "goals.2"]


def test_tables_without_names_meet_once_equal_ones_are_aside() -> None:
    shift = {"days": "mon-fri", "from": "09:00", "to": "12:00"}
    later = {"days": "mon-fri", "from": "14:00", "to": "18:00"}
    base = load_scenario(world()).with_("agents.day.shifts", [shift, later])
    longer = base.with_("agents.day.shifts", [shift, later | {"to": "19:00"}])
    assert told(differences(base, longer)) == [("agents.day.shifts.1.to", "18:00:00", "19:00:00")]
    gone = base.with_("agents.day.shifts", [later])
    (only,) = told(differences(base, gone))
    assert (only[0], only[2]) == ("agents.day.shifts.0", None)
    limit = [{"count": 50, "per": "1h"}]
    (new,) = told(differences(base, base.with_("rules.caller_limits", limit)))
    assert (new[0], new[1], new[2]["count"]) == ("rules.caller_limits.0", None, 50)


def test_values_of_profiles_are_told_as_they_stand() -> None:
    found = changed(network__overrides__people__busy=0.05)
    assert found == [Change("network", "people.busy", 0.04, 0.05)]
    same = changed(network__overrides__people__busy=0.04)  # says what the profile says
    assert same == []
    strict = changed(network__profile="strict")
    assert strict[0] == Change("scenario", "network.profile", "typical", "strict")
    delay = [change for change in strict if change.path == "frequency.delay"]
    assert delay == [Change("network", "frequency.delay", "10m", "5m")]
    pack = changed(rules__pack="lab")
    assert pack[0] == Change("scenario", "rules.pack", "cn", "lab")
    assert len(pack) > 1
    assert {change.where for change in pack[1:]} == {"rules"}
    gap = changed(rules__overrides__callee__retry_gap="3h")
    assert gap == [Change("rules", "callee.retry_gap", "2h", "3h")]


def test_a_profile_file_is_told_by_its_values(tmp_path: Path) -> None:
    """Two files of one name whose content differs are not the same scenario."""

    def scenario(folder: str, busy: float) -> Scenario:
        place = tmp_path / folder
        place.mkdir()
        profile = {
            "extends": "typical",
            "people": {
                "busy": {
                    "value": busy,
                    "unit": "share",
                    "source": "measured",
                    "confidence": "inferred",
                }
            },
        }
        (place / "ours.toml").write_text(tomli_w.dumps(profile))
        raw = load_scenario(world()).to_dict()
        raw["network"]["profile"] = "ours.toml"
        (place / "s.toml").write_text(tomli_w.dumps(raw))
        return load_scenario(place / "s.toml")

    found = differences(scenario("a", 0.05), scenario("b", 0.06))
    assert found == [Change("network", "people.busy", 0.05, 0.06)]


def test_what_was_not_said_before() -> None:
    assert told(changed(study="unlawful")) == [("study", None, "unlawful")]
    (table,) = told(changed(enterprise__privacy__recording_notice=True))
    assert table[:2] == ("enterprise.privacy", None)
    assert table[2]["recording_notice"] is True


def test_what_two_places_share_is_changed_in_one() -> None:
    """A dict made in Python may hold one table twice: they are two in what is changed."""
    raw = world()
    terms = {"at_most": 2, "retry": {"no_answer": "4h"}}
    first = raw["campaigns"][0] | {"attempts": terms}
    raw["campaigns"] = [first, first | {"name": "second"}]
    other = load_scenario(raw).with_("campaigns.second.attempts.at_most", 3)
    assert [each.attempts.at_most for each in other.campaigns] == [2, 3]
    assert terms["at_most"] == 2
