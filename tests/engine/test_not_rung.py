"""A call that cannot have rung: no other number calls that person for a while."""

from __future__ import annotations

import csv
import dataclasses
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import dialsim
from dialsim.compliance.limits.build import attempts_within, person_limits, retry_gap
from dialsim.engine.build import prepare
from dialsim.pages.explain.story_page import story_page
from dialsim.pages.model.terminal import page_lines
from dialsim.scenario import load_scenario
from dialsim.scenario.checks.names import resolved_profiles
from tests.results.stopped import stopped

QUICK_MS = 6_000
DAY = timedelta(days=1)


@dataclasses.dataclass
class Made:
    """A call as a log tells of it."""

    person: int
    time: datetime
    caller: str
    seen: str
    ring_ms: int

    @property
    def cannot_have_rung(self) -> bool:
        return self.seen == "no_answer" and self.ring_ms < QUICK_MS


def made(run: dialsim.Run) -> list[Made]:
    rows = run.calls.select(["person", "time", "caller", "seen_outcome", "ring_ms"]).to_pylist()
    return [Made(*row.values()) for row in rows]


def from_another(calls: Iterable[Made], wait: timedelta = DAY) -> tuple[int, int]:
    """Calls from another number, and from the same, so soon after one that did not ring."""
    by_person = defaultdict(list)
    for call in sorted(calls, key=lambda each: each.time):
        by_person[call.person].append(call)
    other = same = 0
    for theirs in by_person.values():
        for i, call in enumerate(theirs):
            since = [
                each for each in theirs[:i]
                if each.cannot_have_rung and call.time - each.time < wait
            ]  # fmt: skip
            other += any(each.caller != call.caller for each in since)
            same += bool(since) and all(each.caller == call.caller for each in since)
    return other, same


def world(wait: str, **changes: Any) -> dict[str, Any]:
    """Return a world in which many calls are stopped and look unanswered."""
    raw = stopped() | changes
    raw["rules"]["overrides"]["dialer.suspicion_wait"] = wait
    return raw


@pytest.mark.rule("E-LIMIT-4")
@pytest.mark.slow_without_jit
def test_no_other_number_calls_within_a_day() -> None:
    """And the same may, as soon as gap and limits allow; without the rule others did."""
    free = made(dialsim.run(world("0s")))
    assert from_another(free)[0] > 1_000
    kept = made(dialsim.run(world("24h")))
    assert sum(call.cannot_have_rung for call in kept) > 1_000
    other, same = from_another(kept)
    assert other == 0
    assert same > 10


@pytest.mark.slow_without_jit
def test_it_lasts_as_long_as_the_pack_says() -> None:
    calls = made(dialsim.run(world("5h")))
    assert from_another(calls, timedelta(hours=5))[0] == 0
    assert from_another(calls)[0] > 1_000


@pytest.mark.rule("E-LIMIT-4")
@pytest.mark.slow_without_jit
def test_a_call_that_ends_later_has_rung() -> None:
    """What ends within `suspicion_quick` is all that counts; none if that is 0."""
    raw = world("24h")
    raw["rules"]["overrides"]["dialer.suspicion_quick"] = "0s"
    assert from_another(made(dialsim.run(raw)))[0] > 1_000


def listed(folder: Path, **history: Any) -> dict[str, Any]:
    path = folder / "list.csv"
    if not path.exists():
        rows = "\n".join(f"138{row:08d},bought,2026-01-05,form" for row in range(3_000))
        path.write_text(f"number,relation,consent_date,consent_evidence\n{rows}\n")
    raw = world("24h", people=[{"name": "bought", "file": str(path), "home": "CN"}], days=2)
    raw["aftermath"] = "1d"
    return raw | ({"history": history} if history else {})


@pytest.mark.rule("E-LIMIT-4")
@pytest.mark.slow_without_jit
@pytest.mark.parametrize("with_ring", [True, False])
def test_a_log_tells_of_earlier_calls(tmp_path: Path, with_ring: bool) -> None:
    """The seconds from the dial to the end say which of them cannot have rung."""
    before = [call for call in made(dialsim.run(listed(tmp_path))) if call.time.day == 13]
    log = tmp_path / "log.csv"
    with log.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["time", "number", "caller_id", "outcome", "ring_s"])
        rows.writerows(
            [
                call.time.strftime("%Y-%m-%d %H:%M:%S.%f"), f"138{call.person:08d}", call.caller,
                call.seen, call.ring_ms / 1000 if with_ring else "",
            ]
            for call in before
        )  # fmt: skip
    going_on = {"calls": {"file": str(log), "own": True}, "as_of": datetime(2026, 4, 14)}
    run = dialsim.run(listed(tmp_path, **going_on))
    other, _ = from_another([*before, *made(run)])
    assert (other == 0) == with_ring


@pytest.mark.slow_without_jit
def test_a_ring_time_that_is_none_is_told(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text(
        "time,number,caller_id,outcome,ring_s\n"
        "2026-04-12 10:00,13800000001,desk-001,no_answer,soon\n"
    )
    raw = listed(tmp_path, calls={"file": str(log)})
    assumed = dialsim.run(raw).summary["history"]["assumed"]
    assert "1 ring times that cannot be read: taken as not known" in [
        each["en"] if isinstance(each, dict) else str(each) for each in assumed
    ]


@pytest.mark.parametrize(
    ("limits", "gap", "within"),
    [
        ([{"count": 3, "per": "24h"}], "0s", 3),
        ([{"count": 3, "per": "7h"}], "0s", 12),
        ([{"count": 1, "per": "1h"}], "12h", 2),
        ([{"count": 3, "per": "24h", "counts": "answers"}], "0s", float("inf")),
    ],
)
def test_as_many_attempts_are_remembered_as_the_wait_can_hold(
    limits: list[dict[str, Any]], gap: str, within: float
) -> None:
    raw = world("24h")
    raw["rules"] |= {"callee_limits": limits, "retry_gap": gap}
    scenario = load_scenario(raw)
    rules, _ = resolved_profiles(scenario)
    assert rules is not None
    all_limits, gap_ms = person_limits(scenario, rules), retry_gap(scenario, rules)
    assert attempts_within(all_limits, gap_ms) == within
    depth = prepare(scenario).state.rings.shape[1]
    assert depth == min(3, within)  # nobody gets more than three


@pytest.mark.slow_without_jit
def test_a_person_s_story_says_so() -> None:
    run = dialsim.run(world("24h"))
    call = next(each for each in made(run) if each.cannot_have_rung)
    story = dialsim.explain_run(run, person=call.person)
    told = next(
        each for each in story["attempts"] if datetime.fromisoformat(each["time"]) == call.time
    )
    until = datetime.fromisoformat(told["then"]["others_not_before"])
    assert until == call.time + DAY
    for language, said in (("en", "no other number before"), ("zh", "前不得换号再呼")):
        lines = page_lines(story_page(story, language), 100)
        blank = " " if language == "en" else ""
        assert said in blank.join(line.plain.strip() for line in lines)
