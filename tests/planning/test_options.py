"""Options judged as wholes: valid together only, or never; what of a limit may be decided."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

import dialsim
from dialsim.errors import Problem, ScenarioError
from dialsim.pages.model.terminal import page_lines
from dialsim.pages.planning.plan_page import plan_page
from dialsim.planning.plans.candidates import outward
from dialsim.scenario.checks import plan_options
from dialsim.scenario.profiles.plan_rules import plan_rules
from tests.planning.worlds import in_few_runs, small

MONDAY, WEDNESDAY = date(2026, 4, 13), date(2026, 4, 15)
BY = [{"metric": "conversations", "at_least": 5, "by": datetime(2026, 4, 15, 18)}]


def asked(*decisions: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return the small campaign with other decisions."""
    raw = small(**changes)
    raw["plan"]["decisions"] = list(decisions)
    return raw


def refused(raw: dict[str, Any]) -> list[Problem]:
    """Return why a scenario is refused."""
    with pytest.raises(ScenarioError) as caught:
        dialsim.load_scenario(raw)
    return list(caught.value.problems)


def together() -> dict[str, Any]:
    """Return a campaign that may begin on Monday with three days, or on Wednesday with one.

    Its goal has to be met by Wednesday: one day from Monday on does not come so far.
    """
    return asked(
        {"key": "start", "values": [MONDAY, WEDNESDAY]},
        {"key": "days", "values": [1, 3]},
        start=WEDNESDAY,
        goals=BY,
    )


def test_options_that_are_valid_only_together_are_not_refused() -> None:
    assert dialsim.load_scenario(together()).plan is not None
    alone = together()
    alone["plan"]["decisions"] = alone["plan"]["decisions"][:1]
    (problem,) = refused(alone)
    assert problem.path == "plan.decisions[0].values[0]"
    never = together()
    never["plan"]["decisions"][1]["values"] = [1, 2]
    assert [each.path for each in refused(never)] == ["plan.decisions[0].values[0]"]


def test_what_is_valid_with_two_others_only_is_found() -> None:
    """Rate pacing needs its rate, and a rate its pacing; a Monday its days."""
    raw = asked(
        {"key": "campaigns.upsell.pacing.mode", "values": ["rate"]},
        {"key": "campaigns.upsell.pacing.per_minute", "values": [2.0, 5.0]},
        {"key": "start", "values": [MONDAY]},
        {"key": "days", "values": [3]},
        start=WEDNESDAY,
        goals=BY,
    )
    assert dialsim.load_scenario(raw).plan is not None


@pytest.mark.full
@pytest.mark.usefixtures("brief")
def test_candidates_that_are_no_valid_scenario_are_left_out_and_told() -> None:
    found = dialsim.plan(in_few_runs(together()), executor="serial")
    assert found.certified
    told = found.to_dict()
    assert told["invalid"] == {
        "count": 1,
        "all": True,
        "reason": "goals[0].by: outside the run (with start = 2026-04-13, days = 1)",
    }
    assert told["struck"]["invalid"] == 1
    assert all(row["values"] != {"start": MONDAY, "days": 1} for row in told["candidates"])
    pages = {
        lang: " ".join(
            " ".join(line.plain for line in page_lines(plan_page(told, lang), 100)).split()
        )
        for lang in ("en", "zh")
    }
    assert (
        "1 of 4 candidates are no valid scenario, and were left out; the first: goals[0].by"
        in (pages["en"])
    )
    assert "4 个候选中 1 个不是有效方案" in pages["zh"]


def test_the_search_begins_with_a_valid_candidate() -> None:
    """What is nearest to the scenario, Monday with one day, is none."""
    raw = together()
    raw |= {"start": date(2026, 4, 14), "days": 2}
    found = dialsim.plan(raw, executor="serial", only_forecast=True)
    (played,) = found.search.evidence
    assert found.values(played) == {"start": WEDNESDAY, "days": 1}


def test_where_no_candidate_is_valid_that_is_said() -> None:
    """An earlier start does, and fewer days do, but not both."""
    raw = asked(
        {"key": "start", "values": [date(2026, 4, 12)]},
        {"key": "days", "values": [2]},
        start=date(2026, 4, 14),
        days=5,
        goals=BY,
    )
    assert dialsim.load_scenario(raw).plan is not None
    with pytest.raises(ScenarioError) as caught:
        dialsim.plan(raw, executor="serial")
    (problem,) = caught.value.problems
    assert problem.path == "plan.decisions"
    assert "none of 1 candidates is a valid scenario" in problem.message
    assert "goals[0].by: outside the run" in problem.message


def test_walls_are_refused_whatever_else_may_be_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    """And soon: no other decision touches them."""
    tried = []
    faults = plan_options._Tried.faults

    def counted(self: Any, values: Any) -> Any:
        tried.append(values)
        return faults(self, values)

    monkeypatch.setattr(plan_options._Tried, "faults", counted)
    raw = asked(
        {"key": "rules.retry_gap", "values": ["1s", "2s", "3s", "4s", "2h"]},
        {"key": "rules.overrides.hours.marketing", "values": [["05:00-23:00"]]},
        {"key": "caller_ids.north.count", "from": 1, "to": 900},
        {"key": "agents.day.count", "from": 1, "to": 900},
        {"key": "trunks.main.channels", "from": 10, "to": 900},
    )
    problems = refused(raw)
    assert [each.path for each in problems] == [
        *(f"plan.decisions[0].values[{place}]" for place in range(4)),
        "plan.decisions[1].values[0]",
    ]
    assert "rules.contract" in (problems[0].remedy or "")
    assert "a plan varies own limits within the rules" in (problems[0].remedy or "")
    assert len(tried) < 300


@pytest.mark.full
def test_options_that_would_take_too_many_checks_are_left_to_the_search() -> None:
    raw = asked(
        {"key": "start", "values": [MONDAY, WEDNESDAY]},
        *(
            {"key": key, "from": 1, "to": 900}
            for key in ("caller_ids.north.count", "agents.day.count", "trunks.main.channels")
        ),
        {"key": "days", "from": 1, "to": 2},
        start=WEDNESDAY,
        goals=BY,
    )
    raw["plan"]["decisions"].append({"key": "rules.retry_gap", "values": ["1s", "2s", "2h"]})
    *first, wall, other = refused(raw)  # walls are refused whatever is left open before them
    assert {wall.path, other.path} == {f"plan.decisions[5].values[{place}]" for place in (0, 1)}
    del raw["plan"]["decisions"][-1]
    assert [each.path for each in first] == [each.path for each in refused(raw)]
    (problem,) = refused(raw)  # two days from Monday on do not do either
    assert problem.path == "plan.decisions[0].values[0]"
    raw["plan"]["decisions"][-1]["to"] = 60
    assert dialsim.load_scenario(raw).plan is not None


# --- what is wrong, where and how to mend it ------------------------------------------------------


@pytest.mark.parametrize(
    ("decision", "changes", "found", "allowed"),
    [
        ({"key": "start", "values": [WEDNESDAY, MONDAY]}, {"start": WEDNESDAY}, "2026-04-13",
         "2026-04-15, with days = 1"),
        ({"key": "start", "values": [WEDNESDAY, date(2026, 4, 16)]},
         {"start": WEDNESDAY, "days": 3}, "2026-04-16", "2026-04-13 to 2026-04-15, with days = 3"),
        ({"key": "days", "values": [1, 3]}, {"start": MONDAY, "days": 3}, "1", "at least 3"),
    ],
)  # fmt: skip
def test_the_end_of_a_goal_outside_the_days_is_named(
    decision: dict[str, Any], changes: dict[str, Any], found: str, allowed: str
) -> None:
    (problem,) = refused(asked(decision, goals=BY, **changes))
    assert "goals[0].by" in problem.message
    assert "conversations" in problem.message
    assert "outside the run" in problem.message
    assert (problem.found, problem.allowed) == (found, allowed)
    assert "take goals[0].by out" in (problem.remedy or "")


@pytest.mark.parametrize(
    ("key", "message", "remedy"),
    [
        ("rules.callee_limits.1.count", "writes no item of this list", "in rules"),
        ("rules.enterprise_limits.0.count", "writes no item of this list", "per = ..."),
        ("trunks.main.limits.0.count", "writes no item of this list", "in trunks.main"),
        ("rules.caller_limits.3.count", "the list has 1 item, counted from 0", ""),
    ],
)
def test_items_that_are_not_there_are_told_with_how_to_write_them(
    key: str, message: str, remedy: str
) -> None:
    (problem,) = refused(asked({"key": key, "values": [1, 2]}))
    assert problem.path == "plan.decisions[0].key"
    assert message in problem.message
    assert remedy in (problem.remedy or "")
    swept = small()
    del swept["plan"]
    with pytest.raises(ScenarioError) as caught:
        dialsim.sweep(swept, {key: [1, 2]}, 1, executor="serial")
    (problem,) = caught.value.problems
    assert message in problem.message
    assert remedy in (problem.remedy or "")


@pytest.mark.parametrize(
    ("key", "table", "needs"),
    [
        ("campaigns.upsell.callbacks.punctual", "campaigns.upsell.callbacks", "share = ..."),
        ("campaigns.0.transfer.patience", "campaigns.0.transfer", "agents = ..."),
    ],
)
def test_tables_that_are_not_there_are_told_with_what_they_need(
    key: str, table: str, needs: str
) -> None:
    swept = small()
    del swept["plan"]
    with pytest.raises(ScenarioError) as caught:
        dialsim.sweep(swept, {key: ["1h", "2h"]}, 1, executor="serial")
    remedies = [each.remedy or "" for each in caught.value.problems]
    assert any(f"no table {table}" in each and needs in each for each in remedies)


# --- own limits -----------------------------------------------------------------------------------

PACK = [
    {"count": 1, "per": "1m"}, {"count": 3, "per": "1d"}, {"count": 5, "per": "30d"},
]  # fmt: skip


def limited(count: int, *values: int, contract: str | None = None) -> dict[str, Any]:
    """Return a campaign with an own ceiling in 30 days, and values that it may have."""
    raw = asked({"key": "rules.callee_limits.2.count", "values": list(values)})
    raw["rules"] |= {"callee_limits": [*PACK[:2], {"count": count, "per": "30d"}]}
    if contract is not None:
        raw["rules"]["contract"] = contract
    return raw


def test_own_limits_vary_within_the_rules_and_never_beyond() -> None:
    assert dialsim.load_scenario(limited(2, 1, 2, 5)).plan is not None  # looser than its own: 5
    (problem,) = refused(limited(2, 2, 5, 6))
    assert problem.path == "plan.decisions[0].values[2]"
    assert "looser than the pack's 5 in 30d" in problem.message


def test_what_is_said_of_own_limits_is_what_holds() -> None:
    rules = plan_rules()
    assert "never above the rules'" in rules.may_vary["rules.callee_limits.*.count"].en
    assert "never below the rules'" in rules.may_vary["rules.retry_gap"].en
    wall, contract = rules.refusal(["rules", "x"]), rules.refusal(["rules", "contract"])
    assert wall is not None
    assert "within them" in wall.en
    assert contract is not None
    assert "the limits that the scenario writes" in contract.en


def test_a_contract_stands_for_what_the_scenario_writes_and_not_for_more() -> None:
    contract = "Line contract 2026"
    assert dialsim.load_scenario(limited(7, 2, 5, 7, contract=contract)).plan is not None
    (problem,) = refused(limited(7, 5, 7, 8, contract=contract))
    assert problem.path == "plan.decisions[0].values[2]"
    assert "rules.contract" in problem.message
    assert "written" in (problem.remedy or "")
    hours = "rules.overrides.hours.marketing"
    late = asked({"key": hours, "values": [["09:00-20:45"], ["09:00-12:00"], ["09:00-21:00"]]})
    late["rules"] |= {"contract": contract, "overrides": {"hours.marketing": ["09:00-20:45"]}}
    (problem,) = refused(late)
    assert problem.path == "plan.decisions[0].values[2]"
    gap = asked({"key": "rules.retry_gap", "values": ["1h", "30m"]})
    gap["rules"] |= {"contract": contract, "retry_gap": "1h"}
    (problem,) = refused(gap)
    assert problem.path == "plan.decisions[0].values[1]"


def test_outward_goes_through_every_candidate_once() -> None:
    from types import SimpleNamespace

    decisions: Any = [SimpleNamespace(options=range(n)) for n in (3, 4, 2)]
    found = list(outward(decisions, (1, 2, 0)))
    assert len(found) == len(set(found)) == 24
    far = [sum(abs(a - b) for a, b in zip(one, (1, 2, 0), strict=True)) for one in found]
    assert far == sorted(far)
