"""The terminal pages: they fit, they are plain when piped, and they read as they should."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from dialsim.core.codes import Limit
from dialsim.engine.build import prepare
from dialsim.feasibility.estimate import estimate
from dialsim.pages.check.feasibility_page import check_page
from dialsim.pages.console import put
from dialsim.pages.model.terminal import page_lines
from dialsim.pages.run import callers_page
from dialsim.pages.run.terminal import page as run_page
from dialsim.results.assumptions import NEEDLESS_STUDY, assumptions
from dialsim.results.binding_constraint import binding
from dialsim.results.capacity import limit_capacity
from dialsim.scenario import load_scenario
from dialsim.summary.summarise import summarise
from tests.results.worlds import HOUR, actions, count, events, fabricated, played, shared_list
from tests.scenario.worlds import world
from tests.tiers import tiered

SCENARIOS = Path(__file__).parents[2] / "scenarios"
GOLDEN = Path(__file__).with_name("page_80.txt")
PERFORMANCE = {
    "attempts": 13,
    "engine_seconds": 0.5,
    "wall_seconds": 1.2,
    "peak_rss_bytes": 200 * 2**20,
}


def printed(show: Any, width: int, **options: Any) -> list[str]:
    console = Console(file=io.StringIO(), width=width, **options)
    show(console)
    file = console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue().splitlines()


def summary(**changes: Any) -> dict[str, Any]:
    made = fabricated(changes)
    found = summarise(made, interventions=actions(), events=events(), performance=PERFORMANCE)
    found["identity"]["version"] = "0.1.0"
    return found


@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_no_line_is_wider_than_the_page(width: int) -> None:
    made, logs = played()
    pages = [
        summary(),
        summary(study="unlawful", name="中国移动外呼" * 9),
        summarise(made, interventions=logs.actions, events=logs.events),
        summarise(made, complete=False),
    ]
    for found in pages:
        lines = printed(lambda c, s=found: put(run_page(s, c.width, "runs/x"), c), width)
        assert max(cell_len(line) for line in lines) <= min(width, 100)
        assert not any(line.endswith(" ") for line in lines)


def test_the_page_reads_as_agreed() -> None:
    lines = printed(lambda c: put(run_page(summary(), c.width, "runs/small"), c), 80)
    text = "\n".join(lines) + "\n"
    assert text == GOLDEN.read_text(encoding="utf-8")
    assert len(lines) <= 96  # with every way to leave there is; 70 for a calm campaign


def test_piped_output_is_plain_and_a_terminal_gets_colour() -> None:
    found = summary()
    plain = "\n".join(printed(lambda c: put(run_page(found, c.width), c), 80))
    assert "\x1b" not in plain
    styled = "\n".join(printed(lambda c: put(run_page(found, c.width), c), 80, force_terminal=True))
    assert "\x1b[" in styled


def test_an_old_console_gets_ascii() -> None:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding="ascii")
    put(run_page(summary(), 80), Console(file=file, width=80))
    file.flush()
    assert "list rows" in raw.getvalue().decode("ascii")


def test_a_study_is_headed_not_a_lawful_plan() -> None:
    lines = printed(lambda c: put(run_page(summary(study="unlawful"), c.width), c), 80)
    assert lines[1] == "not a lawful plan"
    head = " ".join(" ".join(lines[:6]).split())
    assert "no rule forbids what its numbers are used for" in head


def test_a_study_tells_each_use_with_its_rule_and_what_the_label_means() -> None:
    raw = world()
    raw["caller_ids"][0] |= {"class": "mobile", "registered": False}
    del raw["caller_ids"][0]["area_code"], raw["caller_ids"][0]["filed"]
    made = prepare(load_scenario({**raw, "study": "unlawful"}))
    page = " ".join(
        " ".join(printed(lambda c: put(run_page(summarise(made), c.width), c), 80)).split()
    )
    assert (
        "a call centre may not use class mobile for marketing (unlawful: S0, S6, S7, S10)" in page
    )
    assert "records these uses of numbers instead of refusing them" in page
    assert "exit code 1 whatever its goals" in page
    lab = summarise(prepare(load_scenario({**world(), "rules": {"pack": "lab"}})))
    assert "study" not in " ".join(printed(lambda c: put(run_page(lab, c.width), c), 80)[:6])


def test_a_study_that_calls_beyond_its_province_needs_the_study() -> None:
    """A licence bounds a lawful plan to one province; of a list that says none nothing shows it."""
    raw = {**world(), "study": "unlawful"}
    raw["enterprise"]["call_centre"] = {
        "kind": "in_house", "licence": "B24", "scope": "province", "province": "Beijing",
    }  # fmt: skip
    made = prepare(load_scenario(raw))
    (use,) = summarise(made)["misuses"]
    assert use.startswith("upsell, north: CALLER_NOT_ALLOWED: licence or class allow calls to Beij")
    raw["people"][0]["synthetic"]["regions"] = {"Beijing": 1.0}
    assert not summarise(prepare(load_scenario(raw)))["misuses"]


def test_a_broken_wall_is_red_in_the_head() -> None:
    console = {"force_terminal": True, "color_system": "standard"}
    lines = printed(lambda c: put(run_page(summary(), c.width), c), 80, **console)
    assert "Abandoned share 25 %: above the cap of 3 %, a wall" in lines[1]
    assert "\x1b[1;31m" in lines[1]


def test_a_page_of_campaigns_that_share_a_list() -> None:
    made = shared_list()
    count(made, live_answers=(1000, 10), abandoned=(0, 10))
    lines = printed(lambda c: put(run_page(summarise(made), c.width), c), 80)
    assert not any(line.startswith("  live answer") for line in lines)
    assert sum("Abandoned share of second 100 %: above" in line for line in lines) == 2


def test_check_warns_of_more_answers_than_agents() -> None:
    scenario = load_scenario(world())
    calm = estimate(scenario)["notes"]
    wild = scenario.with_("campaigns.0.pacing", {"mode": "power", "ratio": 50.0})
    guard, drops = [note for note in estimate(wild)["notes"] if note not in calm]
    ahead = scenario.with_("campaigns.0.pacing", {"mode": "predictive"})
    told = [note for note in estimate(ahead)["notes"] if note not in calm]
    assert [words in note for words, note in zip(("guard", "ahead"), told, strict=True)] == [
        True
    ] * 2
    assert "the abandon guard may hold power pacing back" in guard
    assert drops.endswith("drops above the cap of 3 % are likely")
    lab = wild.with_("rules.pack", "lab")
    assert not any("drops" in each or "guard" in each for each in estimate(lab)["notes"])


def test_check_is_no_upper_bound() -> None:
    found = estimate(load_scenario(world()))
    assert "no upper bounds: a run may make more or fewer" in found["notes"][0]
    page = "\n".join(line.plain for line in page_lines(check_page(found), 80))
    assert "attempts, at mean rates" in page
    assert "attempts at most" not in page


def test_what_mends_a_close_call_is_to_be_safe() -> None:
    raw = world()
    raw["goals"] = [{"metric": "attempts", "at_least": 1}]
    most = estimate(load_scenario(raw))["expected"]["attempts"]
    for factor, close in ((1.05, True), (2.0, False)):
        raw["goals"][0]["at_least"] = int(most * factor)
        found = check_page(estimate(load_scenario(raw)))
        page = " ".join(line.plain for line in page_lines(found, 80))
        assert ("to be safe:" in page) is close
        assert "What it takes" in page


OWN = {"contract": "K", "callee_limits": [], "retry_gap": "0s"}
TOLD = (
    "under contract K: no limit on calls to a person instead of 1 a minute, 3 a day, 5 in 30 days; "
    "gap between attempts 0 s instead of 2 h"
)


def test_what_a_contract_loosens_is_told() -> None:
    found = load_scenario({**world(), "rules": OWN})
    assert TOLD in estimate(found)["notes"]
    assert TOLD in assumptions(prepare(found), [])
    same = load_scenario({**world(), "rules": {"contract": "K", "retry_gap": "2h"}})
    assert not any("instead of" in note for note in estimate(same)["notes"])


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("callee.retry_gap", "3h", "callee.retry_gap = 3h"),
        ("callee.retry_gap", "1h", "callee.retry_gap = 1h instead of 2h (under contract K)"),
    ],
)
def test_check_lists_replaced_values(key: str, value: object, told: str) -> None:
    scenario = load_scenario({**world(), "rules": {"contract": "K", "overrides": {key: value}}})
    assert f"rules values replaced by the scenario: {told}" in estimate(scenario)["notes"]


@pytest.mark.parametrize(("count", "named"), [(7, True), (90_000, False)])
def test_a_trunks_own_limit_is_named_where_it_binds(count: int, named: bool) -> None:
    changes = {"trunks.0.limits": [{"count": count, "per": "1h"}]}
    made = fabricated(changes)
    made.state.limit_ms[0, Limit.TRUNKS] = 9 * HOUR
    (found,) = binding(made)
    assert found["limit"] == "trunks"
    assert ("main takes 7 calls an hour by its own limit" in found["sentence"]) is named
    (campaign,) = estimate(made.scenario)["campaigns"]
    (why,) = [each["why"] for each in campaign["capacities"] if each["resource"] == "trunks"]
    assert ("main may take 7 calls an hour by its own limit" in why) is named
    assert "own limits" not in why


def test_check_says_when_a_study_is_not_needed() -> None:
    scenario = load_scenario(world()).with_("study", "unlawful")
    assert NEEDLESS_STUDY in estimate(scenario)["notes"]


def test_names_are_printed_as_they_are() -> None:
    lines = printed(lambda c: put(run_page(summary(name="[red]a[/red] :smile:"), c.width), c), 80)
    assert lines[0].startswith("[red]a[/red] :smile:")


@pytest.mark.parametrize("name", [path.stem for path in sorted(SCENARIOS.glob("*.toml"))])
@pytest.mark.parametrize("width", tiered([80], [100]))
def test_check_fits_and_names_what_binds(name: str, width: int) -> None:
    found = estimate(load_scenario(SCENARIOS / f"{name}.toml"))
    lines = printed(lambda c: put(page_lines(check_page(found), c.width), c), width)
    assert max(cell_len(line) for line in lines) <= width
    binding = found["campaigns"][0]["binding"]
    least = min(found["campaigns"][0]["capacities"], key=lambda each: each["attempts"])
    assert least["resource"] == binding


def test_a_third_fewer_numbers_change_the_outlook() -> None:
    scenario = load_scenario(SCENARIOS / "first_campaign.toml")
    assert estimate(scenario)["goals"][0]["outlook"] != "unlikely"
    fewer = estimate(scenario.with_("caller_ids.north.count", 213))
    assert fewer["campaigns"][0]["binding"] == "caller IDs"
    assert fewer["goals"][0]["outlook"] != "likely"


def test_estimate_counts_only_those_who_may_be_called() -> None:
    scenario = load_scenario(world()).with_("people.0.synthetic.consent_recorded", 0.0)
    (campaign,) = estimate(scenario)["campaigns"]
    assert campaign["binding"] == "people to call"
    assert campaign["expected"]["attempts"] == 0


@given(
    st.lists(st.integers(1, 30), min_size=2, max_size=8),
    st.integers(1, 4),
    st.integers(1, 25),
)
def test_limit_capacity_is_what_a_dialer_can_do(steps: list[int], count: int, per: int) -> None:
    edges = np.cumsum(steps)[: len(steps) // 2 * 2]
    spans = edges.reshape(-1, 2)
    made: list[int] = []
    for first, last in spans.tolist():
        for tick in range(first, last):
            while len(made) < count or made[-count] + per <= tick:  # as many at once as it may
                made.append(tick)
    assert limit_capacity(spans, count, per) == len(made)


def test_numbers_given_up_are_told_with_how_often_and_the_last() -> None:
    """Times are those of the latest suspicion of each: nothing is said of the first."""
    one = {"time": "2026-04-13T09:32:00+08:00", "times": 1, "again": True}
    two = {"time": "2026-04-15T10:00:00+08:00", "times": 3, "again": False}
    told = callers_page.given_up([one, two])
    assert told.startswith("2 given up as intercepted")
    assert "(4 times in all, the last 15 Apr 10:00), 1 of these looked up" in told
    once = callers_page.given_up([one])
    assert "(the last 13 Apr 09:32), 1 of these" in once
