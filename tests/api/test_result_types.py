"""What the functions of the interface return is of its type, in every branch."""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

import dialsim
from dialsim.api import Comparison, compare, replicate
from dialsim.results.comparison.comparison_result import ComparisonResult
from dialsim.results.comparison.replications_result import ReplicationsResult
from dialsim.results.lists.account_result import AccountsResult
from dialsim.results.lists.screening_result import ScreeningResult
from dialsim.scheduler.stop import Stop
from tests.api.lists import folder, number
from tests.api.test_comparing import GOALS, scenario, wider
from tests.api.test_rare import WORLDS
from tests.api.test_screening import listed
from tests.results.begun_runs import mid_campaign
from tests.results.strict_types import assert_closed, of_type
from tests.scheduler.worlds import tiny

pytestmark = pytest.mark.once
COMPARED: TypeAdapter[Any] = TypeAdapter(ComparisonResult)
SCREENED: TypeAdapter[Any] = TypeAdapter(ScreeningResult)
COUNTED: TypeAdapter[Any] = TypeAdapter(AccountsResult)
REPLICATED: TypeAdapter[Any] = TypeAdapter(ReplicationsResult)
LUNCH = datetime(2026, 4, 13, 12)


@pytest.fixture(scope="module")
def pairs() -> Comparison:
    """Two scenarios whose numbers of complaints, goals and hard limits are compared."""
    goals = [*GOALS[:2], {"metric": "abandoned_share", "at_most": 0.4}, {"metric": "reach",
             "at_least": 3}]  # fmt: skip
    return compare(scenario(), wider(goals=goals), replications=3, rare=True)


# --- comparisons ----------------------------------------------------------------------------------


def test_pairs_of_two_scenarios(pairs: Comparison) -> None:
    found = of_type(COMPARED, pairs.to_dict())
    assert [goal["wall"] for goal in found["goals"]] == [False, False, False, True]
    assert [goal["metric"] for goal in found["only_b"]] == ["reach"]
    assert found["suspensions"]
    assert found["changes"]
    assert found["weak_defaults"]


def test_suspensions_that_happen() -> None:
    other = deepcopy(WORLDS["reviews"])
    other["caller_ids"][0]["count"] = 12
    found = of_type(
        COMPARED, compare(WORLDS["reviews"], other, replications=6, rare=True).to_dict()
    )
    assert any(each[side]["hits"] for each in found["happened"].values() for side in "ab")
    assert all(goal["wall"] for goal in found["goals"])


def test_a_scenario_and_itself_a_study_and_theory() -> None:
    lab = scenario(rules={"pack": "lab"}, study="unlawful")
    for other in (scenario(), lab, scenario(goals=[])):
        of_type(COMPARED, compare(scenario(), other, replications=2).to_dict())


def test_nothing_was_complete() -> None:
    stop = Stop()
    stop.request()
    assert (
        of_type(COMPARED, compare(scenario(), wider(), stop=stop).to_dict())["replications"] == []
    )


def test_two_runs() -> None:
    one, two = dialsim.run(scenario()), dialsim.run(wider(study="unlawful"))
    for first, second in ((one, two), (two, one), (one, one)):
        found = of_type(COMPARED, compare(first, second).to_dict())
        assert all("margin" in goal for goal in found["goals"])
        assert found["suspensions"] == {}


def test_runs_that_go_on_from_a_call_log() -> None:
    goals = [
        {"metric": "attempts", "at_least": 1_200},
        {"metric": "opt_outs", "at_most": 400, "by": LUNCH},
    ]
    one, two = (mid_campaign(goals=goals, seed=seed) for seed in (1, 2))
    found = of_type(COMPARED, compare(one, two, replications=2).to_dict())
    assert all(goal["before"]["a"] for goal in found["goals"] if not goal["wall"])
    of_type(COMPARED, compare(dialsim.run(one), dialsim.run(tiny())).to_dict())


@pytest.mark.parametrize(
    "path",
    [
        ("a",),
        ("changes", 0),
        ("goals", 0),
        ("goals", 0, "value", "change"),
        ("only_b", 0),
        ("metrics", "attempts"),
        ("happened", "any_suspension", "a"),
        ("suspensions", "any_review"),
        ("weak_defaults", 0),
        ("verdict",),
    ],
)
def test_an_unknown_or_a_missing_key_is_no_comparison(
    pairs: Comparison, path: tuple[str | int, ...]
) -> None:
    assert_closed(COMPARED, pairs.to_dict(), path)


# --- replications ---------------------------------------------------------------------------------


def test_replications_with_and_without_goals() -> None:
    found = of_type(REPLICATED, replicate(scenario(), 2).to_dict())
    assert len(found["goals"]) == len(GOALS)
    assert of_type(REPLICATED, replicate(scenario(goals=[]), 1).to_dict())["goals"] == []


def test_replications_with_chances_and_a_stopping_rule() -> None:
    raw = tiny(days=1)
    until = {"goal:attempts": 0.5, "any_suspension": 0.4, "suspension_chance": 0.9}
    found = replicate(raw, 100, until=until, rare=True).to_dict()
    assert of_type(REPLICATED, found)["until"]
    for path in (("until", 0), ("goals", 0), ("happened", "any_review"), ("metrics", "attempts"),
                 ("metrics", "attempts", "quantiles"), ("goals_met",)):  # fmt: skip
        assert_closed(REPLICATED, found, path)


def test_replications_that_go_on_from_a_call_log_and_none() -> None:
    raw = mid_campaign(goals=[{"metric": "attempts", "at_least": 1_200}])
    (goal,) = of_type(REPLICATED, replicate(raw, 1).to_dict())["goals"]
    assert set(goal["before"]) == {"as_of", "value"}
    stop = Stop()
    stop.request()
    found = of_type(REPLICATED, replicate(raw, 2, stop=stop).to_dict())
    assert (found["goals_met"], found["happened"]) == (None, {})


# --- lists ----------------------------------------------------------------------------------------


def test_a_screening_of_lists_and_of_drawn_people(tmp_path: Path) -> None:
    whole = dialsim.screen(None, folder(tmp_path), "2026-04-13 09:00").to_dict()
    found = of_type(SCREENED, whole)
    assert set(found["examples"]) >= {"duplicate", "invalid_number", "internal_dnc"}
    assert found["verdicts"]["now"]
    for path in ((), ("verdicts",), ("waits",), ("eligible_on", 0), ("examples", "duplicate", 0)):
        assert_closed(SCREENED, whole, path)


def test_a_screening_of_contacts_who_wait_and_who_wait_too_long(tmp_path: Path) -> None:
    rows = f"number\n{number(1)}\n{number(2)}\nnone\n"
    (tmp_path / "calls.csv").write_text(f"number,time\n{number(1)},2026-04-12 12:00\n")
    raw = listed(
        tmp_path / "a.csv",
        rows,
        history={"calls": {"file": str(tmp_path / "calls.csv")}},
        rules={"callee_limits": [{"count": 1, "per": "7d"}]},
    )
    out = tmp_path / "out.csv"
    found = of_type(SCREENED, dialsim.screen(None, raw, "2026-04-13 08:00", out=out).to_dict())
    assert found["waits"] == {
        "later": {"outside_hours": 1},
        "not in this run": {"callee_limit": 1},
    }
    assert found["notes"]
    assert found["out"] == str(out)


def test_accounts_of_lists_and_of_a_file(tmp_path: Path) -> None:
    whole = dialsim.people_account(folder(tmp_path)).to_dict()
    found = of_type(COUNTED, whole)
    assert found["lists"][0]["merged"]
    assert found["synthetic"] == ["drawn"]
    for path in ((), ("lists", 0), ("files", 0), ("lists", 0, "examples", "NO_DIGITS", 0)):
        assert_closed(COUNTED, whole, path)
    bare = tmp_path / "bare.csv"
    bare.write_text("number\n13800000001\nnone\n")
    rejects = tmp_path / "rejects.csv"
    of_type(COUNTED, dialsim.people_account(bare, rejects=rejects).to_dict())


def test_an_account_of_lists_beside_a_call_log() -> None:
    found = of_type(COUNTED, dialsim.people_account(mid_campaign()).to_dict())
    assert [each["kind"] for each in found["files"]][-2:] == [
        "earlier calls",
        "states of caller IDs",
    ]
