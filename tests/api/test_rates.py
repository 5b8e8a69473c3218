"""Rates of rare events over replications, as a user has them."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import dialsim
from dialsim.__main__ import main
from dialsim.api import replicate
from dialsim.api.replications import Replications
from dialsim.pages.comparison.replications_page import replications_page
from dialsim.pages.model.terminal import page_lines
from dialsim.scenario.metrics import metrics
from dialsim.statistics.rate_intervals import Counted, rate_interval
from tests.people.scenarios import small_scenario

RATE = "complaints_per_million"
pytestmark = [pytest.mark.once, pytest.mark.slow_without_jit]


def scenario(rate: int = 4_000, count: int = 60, **changes: Any) -> dict[str, Any]:
    """Return a small world with so many complaints per million calls, and goals on them."""
    people = {"name": "list", "synthetic": {"count": count, "relation": "opted_in"}}
    overrides = {"complaints.rate_12321.opted_in": rate, "complaints.hotline_factor": 0}
    goals = [
        {"metric": RATE, "at_most": 10_000},
        {"metric": RATE, "at_most": 10_000, "campaign": "upsell", "by": "2026-04-13T09:05:00"},
        {"metric": "conversations", "at_least": 1},
    ]
    raw = small_scenario(people) | {"goals": goals} | changes
    raw["network"] = {**raw.get("network", {}), "overrides": overrides}
    return raw


@pytest.fixture(scope="module")
def found() -> Replications:
    """What thirty replications come to."""
    return replicate(scenario(), 30)


def test_a_rate_is_the_events_of_all_over_the_exposure_of_all(found: Replications) -> None:
    complaints, delivered = found.values("complaints"), found.values("delivered")
    interval = found.interval(RATE)
    assert interval.kind == "Garwood"
    assert interval.value == pytest.approx(1e6 * complaints.sum() / delivered.sum())
    assert interval == rate_interval(Counted(complaints, delivered, 1e6))
    assert found.to_dict()["metrics"][RATE]["mean"] == interval._asdict()
    share = found.interval("abandoned_share")
    whole = found.values("live_answers").sum()
    assert share.value == pytest.approx(found.values("abandoned").sum() / whole)


def test_a_goal_on_a_rate_counts_what_it_was_judged_by(found: Replications) -> None:
    assert found.interval("goal_1.value")[:3] == found.interval(RATE)[:3]
    events, exposure = (found.values(f"goal_2.{part}") for part in ("events", "exposure"))
    assert (exposure < found.values("delivered")).any()  # those of the first minutes
    rates = found.values("goal_2.value")
    known = ~np.isnan(rates)
    assert rates[known] == pytest.approx(1e6 * events[known] / exposure[known])
    assert "goal_3.events" not in found.metrics
    assert found.goals[1]["value"] == found.interval("goal_2.value")
    assert found.interval("goal_2.events").kind == "Garwood"


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [60, 80, 100])
def test_no_complaint_is_not_shown_as_certain(width: int, language: Any) -> None:
    none = replicate(scenario(0), 5)
    assert not none.values("complaints").any()
    lines = page_lines(replications_page(none.to_dict(), language), width)
    name = metrics()[RATE].name[language]
    text = "\n".join(line.plain for line in lines).rpartition(name)[2]
    most = 1e6 * -np.log(0.025) / none.values("delivered").sum()
    assert f"{round(most):,}" in text


@pytest.mark.full
def test_sweeps_and_pairs_have_the_same(found: Replications) -> None:
    swept = dialsim.sweep(scenario(), {"days": [1, 2]}, 30, executor="serial")
    one = dialsim.load_scenario(scenario()).with_("days", 2)
    alone = replicate(one, 30)
    assert swept.interval(RATE, days=2) == alone.interval(RATE)
    assert swept.at(days=2).interval("goal_1.value") == alone.interval("goal_1.value")
    assert swept.at(days=2).interval("complaints") == alone.interval("complaints")
    both = swept.interval(RATE)
    means = [swept.interval(RATE, days=days).value for days in (1, 2)]
    assert both.value == pytest.approx(np.mean(means))  # type: ignore[arg-type]
    paired = found.paired(alone).interval(RATE)
    assert paired.value == pytest.approx(found.interval(RATE).value - alone.interval(RATE).value)  # type: ignore[operator]
    compared = dialsim.compare(one, scenario(), replications=30)
    assert compared.interval(RATE) == paired
    assert compared.paired.interval(RATE) == paired
    goal = compared.goals[0]["value"]["change"]
    assert (goal["low"], goal["high"]) == paired[1:3]


def test_until_a_rate_is_known_well_enough() -> None:
    found = replicate(scenario(30_000), until={f"goal:{RATE}": 0.3}, n=400)
    assert found.precise
    assert {each.target.kind for each in found.precision} == {"rate"}
    assert found.precision[0].interval.value == found.interval(RATE).value


def test_the_command_says_it(tmp_path: Any, capsys: Any) -> None:
    import tomli_w

    path = tmp_path / "s.toml"
    path.write_text(tomli_w.dumps(scenario(0)))
    assert main(["run", str(path), "--replications", "4", "--json"]) == 0
    mean = json.loads(capsys.readouterr().out)["metrics"][RATE]["mean"]
    assert mean["value"] == 0
    assert mean["high"] > 1_000
    assert mean["kind"] == "Garwood"


@pytest.mark.full
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("rate", [1_000, 4_000, 30_000])
def test_intervals_hold_the_rate_of_very_many_replications(rate: int) -> None:
    """200 sets of 20, people drawn anew in each; the truth is that of all 4,000."""
    whole = replicate(scenario(rate), 4_000)
    complaints, delivered = (whole.values(name) for name in ("complaints", "delivered"))
    true = 1e6 * complaints.sum() / delivered.sum()
    sets = [
        rate_interval(Counted(events, exposure, 1e6))
        for events, exposure in zip(
            complaints.reshape(200, 20), delivered.reshape(200, 20), strict=True
        )
    ]
    held = sum(each.low <= true <= each.high for each in sets)  # type: ignore[operator]
    assert held >= 0.93 * 200
