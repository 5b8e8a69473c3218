"""What the page says the network did: standing at the time, whom it reached, words that fit."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from dialsim.core.codes import Action, Cause, NumberClass, Rule, Seen
from dialsim.engine.build import World
from dialsim.pages.console import put
from dialsim.pages.run.terminal import page as run_page
from dialsim.results.assumptions import assumptions
from dialsim.results.binding_constraint import binding
from dialsim.results.metrics import metric_values, suspended_callers, suspended_there
from dialsim.results.network import interventions
from dialsim.summary.summarise import summarise
from tests.results.worlds import DAY, HOUR, action, actions, fabricated
from tests.tiers import tiered

FIXED = 4 + NumberClass.FIXED
FILED = {"use": "marketing", "category": "credit_card", "daily_volume": 300}
NORTH = {
    "name": "north", "class": "fixed", "area_code": "10", "trunk": "main", "registered": True,
    "filed": FILED,
}  # fmt: skip


def world(*, on: str | None = None, deregistered: str | None = None) -> World:
    """Return a world of two numbers always registered and two that are not always."""
    filed = FILED | ({"on": on} if on else {})
    changes: dict[str, Any] = {
        "days": 20,
        "study": "unlawful",
        "caller_ids": [
            NORTH | {"count": 2},
            NORTH | {"count": 2, "name": "south", "filed": filed},
        ],
        "campaigns.0.caller_ids": ["north", "south"],
    }
    if deregistered:
        changes["events"] = [
            {"name": "out", "what": "deregistered", "caller_ids": ["south"], "from": deregistered}
        ]
    return fabricated(changes)


def printed(found: dict[str, Any], width: int = 80) -> str:
    console = Console(file=io.StringIO(), width=width)
    put(run_page(found, console.width, "runs/x"), console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize(
    ("tick", "line", "what", "threshold", "key"),
    [
        (DAY, 2, Action.INTERCEPT, 500, "frequency.fixed.intercept_per_day"),
        (10 * DAY, 2, Action.THROTTLE, 300, "caller_ids.south.filed.daily_volume"),
        # broken before the filing took effect, ten minutes later in force
        (3 * DAY + 60_000, 2, Action.INTERCEPT, 500, "frequency.fixed.intercept_per_day"),
        (DAY, 0, Action.THROTTLE, 300, "caller_ids.north.filed.daily_volume"),
    ],
)
def test_a_figure_is_that_of_the_standing_then(
    tick: int, line: int, what: Action, threshold: int, key: str
) -> None:
    made = world(on="2026-04-02")  # in force two weeks later, on the fourth day
    made.state.carrier.numbers["registered"][:4] = 1
    rows = action(tick, line, what, Rule.CALLS_PER_DAY, threshold + 1, threshold)
    (group,) = interventions.groups(made, rows)
    assert group["basis"]["key"] == key


def test_a_deregistered_number_was_judged_as_registered() -> None:
    made = world(deregistered="2026-04-20")
    rows = action(DAY, 2, Action.THROTTLE, Rule.CALLS_PER_DAY, 301, 300)
    made.state.carrier.numbers["registered"][2:4] = 0
    assert interventions.groups(made, rows)[0]["basis"]["source"] == "the filing"
    late = action(9 * DAY, 2, Action.INTERCEPT, Rule.CALLS_PER_DAY, 501, 500)
    assert interventions.groups(made, late)[0]["basis"]["key"].startswith("frequency.fixed.")


@pytest.mark.parametrize(
    ("how", "rows", "hit"),
    [
        # registered on the fourth day: what its class met before was its own
        ({"on": "2026-04-02"}, [(DAY, Action.SUSPEND)], True),
        ({"on": "2026-04-02"}, [(4 * DAY, Action.SUSPEND)], False),
        # deregistered on the eighth: what its class is under then, and no more what was lifted
        ({"deregistered": "2026-04-20"}, [(DAY, Action.SUSPEND)], True),
        ({"deregistered": "2026-04-20"}, [(DAY, Action.SUSPEND), (2 * DAY, Action.LIFT)], False),
        ({"deregistered": "2026-04-20"}, [(9 * DAY, Action.SUSPEND)], True),
        ({}, [(DAY, Action.SUSPEND)], False),
    ],
)
@pytest.mark.parametrize("final", [0, 1])
def test_whom_an_action_on_a_class_reaches(
    how: dict[str, str], rows: list[tuple[int, Action]], hit: bool, final: int
) -> None:
    made = world(**how)
    made.state.carrier.numbers["registered"][2:4] = final  # how it ends says nothing
    done = np.concatenate([action(tick, FIXED, what, Rule.CALLS_PER_DAY) for tick, what in rows])
    assert suspended_callers(made, done).tolist() == [False, False, hit, hit]
    assert metric_values(made, done)["caller_ids_suspended"] == 2 * hit
    severest = interventions.caller_states(made, done)["severest"]
    assert severest.get("suspended", 0) == 2 * hit


def test_a_lift_by_any_operator_ends_what_the_class_is_under() -> None:
    """But there each operator has a state of its own."""
    made = world(deregistered="2026-04-20")
    rows = [
        action(DAY, FIXED, Action.SUSPEND, Rule.CALLS_PER_DAY),
        action(2 * DAY, FIXED, Action.LIFT, Rule.CALLS_PER_DAY),
    ]
    for row, operator in zip(rows, (0, 1), strict=True):
        row["operator"] = operator
    assert not suspended_callers(made, np.concatenate(rows)).any()
    for row in rows:
        row["there"] = 1
    assert suspended_there(made, np.concatenate(rows)).tolist() == [False, False, True, True]


def test_a_number_stands_as_its_trunk_and_its_platform_do() -> None:
    """While they are shut at the end; a number that is closed stays closed."""
    made = world()
    carrier = made.state.carrier
    now = int(made.state.control[0]["now"])
    carrier.numbers["state"][0] = Action.CLOSE
    for until, states in (
        (now, {"clear": 3, "closed": 1}),
        (now + 1, {"suspended": 3, "closed": 1}),
    ):
        carrier.contracts["shut_until"] = until
        found = interventions.caller_states(made, actions())["by_state"]
        assert {name: n for name, n in found.items() if n} == states
    carrier.enterprise["platform_stopped"] = 1
    found = interventions.caller_states(made, actions())["by_state"]
    assert {name: n for name, n in found.items() if n} == {"stopped": 4}


def test_what_an_operator_there_suspends_is_told_apart() -> None:
    made = fabricated()
    rows = action(HOUR, 1, Action.SUSPEND, Rule.CALLS_PER_DAY, 9, 8)
    rows["there"], rows["operator"] = 1, 0
    states = interventions.caller_states(made, rows)
    assert (states["severest"], states["suspended_there"]) == ({"clear": 4}, 1)
    told = "1 suspended in calls to one operator's subscribers"
    assert told in " ".join(printed(summarise(made, interventions=rows)).split())
    assert "subscribers" not in printed(summarise(made, interventions=actions()))


def test_interventions_are_what_was_done_against_the_enterprise() -> None:
    counted = [
        (Action.WARN, Rule.CONTRACT_VOLUME), (Action.THROTTLE, Rule.CALLS_PER_HOUR),
        (Action.LABEL, Rule.MARKS), (Action.REVIEW, Rule.COMPLAINTS_ENTERPRISE),
        (Action.STOP, Rule.PLATFORM),
    ]  # fmt: skip
    others = [
        (Action.REGISTER, Rule.FILING), (Action.DEREGISTER, Rule.FILING),
        (Action.SPARE, Rule.CALLS_PER_DAY), (Action.UPHOLD, Rule.APPEAL),
        (Action.REVIEW, Rule.MARKS), (Action.LIFT, Rule.MARKS),
    ]  # fmt: skip
    rows = np.concatenate([action(HOUR, 1, what, rule) for what, rule in counted + others])
    assert metric_values(fabricated(), rows)["interventions"] == len(counted)


def test_what_held_it_back_tells_of_the_line_contract() -> None:
    made = fabricated()
    assert "contract" not in binding(made)[0]["sentence"]
    made.state.memory.by_end[0, Cause.CONTRACT_CALLEE, Seen.BLOCKED] = 1
    made.state.memory.by_end[0, Cause.CONTRACT_VOLUME, Seen.BLOCKED] = 3
    (found,) = binding(made)
    assert found["refused_by_contract"] == {"contract_volume": 3, "contract_callee": 1}
    assert found["sentence"].endswith(
        " The line contract refused 4 calls (31 %): 3 above the calls a day, 1 above the calls to "
        "one person it agrees on."
    )


def test_a_length_of_time_is_no_number_of_milliseconds() -> None:
    made = fabricated()
    rows = action(HOUR, -1000, Action.REGISTER, Rule.FILING, 4)
    groups = interventions.groups(made, rows)
    assert groups[0]["basis"]["value"] == 14 * DAY
    page = " ".join(printed(summarise(made, interventions=rows)).split())
    assert "profile 14 days (assumption)" in page
    assert "1,209,600,000" not in page
    (told,) = [text for text in assumptions(made, groups) if "acted here" in text]
    assert told.endswith("filing.lead_time = 14 days")


@pytest.mark.parametrize("width", tiered([60], [80]))
def test_no_name_of_a_rule_is_cut_off(width: int) -> None:
    made = fabricated()
    for rule in Rule:
        rows = action(HOUR, -1, Action.SUSPEND, rule)
        found = summarise(made, interventions=rows)
        head = f"suspended: {found['interventions']['groups'][0]['rule_name']}"
        text = printed(found, width)
        assert all(word in text for word in head.split()), head
        assert "…" not in text
        assert all(len(line) <= width for line in text.splitlines())
