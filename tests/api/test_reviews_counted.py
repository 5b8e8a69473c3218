"""In how many replications a review of the enterprise was opened, and what became of numbers."""

from __future__ import annotations

import numpy as np
import pytest
from rich.cells import cell_len

import dialsim
from dialsim.api import replicate
from dialsim.api.replications import Replications
from dialsim.core.codes import Action, Rule
from dialsim.feasibility.estimate import estimate
from dialsim.pages.comparison.comparison_page import comparison_page
from dialsim.pages.comparison.replications_page import replications_page
from dialsim.pages.model.terminal import page_lines
from dialsim.planning.plans.proof_extras import reviews_of
from dialsim.results.metrics import metric_values
from dialsim.statistics.intervals import share_interval
from dialsim.summary.schema import summary_faults
from tests.api.test_rare import CALM, ONLY_REVIEWS, WORLDS, world
from tests.results.worlds import action, fabricated

pytestmark = [pytest.mark.slow_without_jit, pytest.mark.once]


@pytest.fixture(scope="module")
def many() -> Replications:
    return replicate(WORLDS["reviews"], 60, rare=True)


def test_reviews_are_a_metric_of_every_run() -> None:
    rows = [
        action(1, -1, Action.REVIEW, Rule.COMPLAINTS_ENTERPRISE),
        action(2, -1, Action.LIFT, Rule.COMPLAINTS_ENTERPRISE),
        action(3, -1, Action.REVIEW, Rule.COMPLAINTS_ENTERPRISE),
        action(4, 0, Action.REVIEW, Rule.MARKS),  # the owner's appeal against a label
    ]
    assert metric_values(fabricated(), [np.concatenate(rows)])["reviews"] == 2
    assert metric_values(fabricated())["reviews"] == 0


def test_a_review_is_counted_by_replication(many: Replications) -> None:
    found = many.to_dict()["happened"]["any_review"]
    hits = int(many.values("any_review").sum())
    assert 0 < hits < 60
    assert many.values("any_review").tolist() == (many.values("reviews") > 0).tolist()
    assert (found["hits"], found["reviews"]) == (hits, many.values("reviews").sum())
    assert found["share"] == share_interval(hits, 60)._asdict()
    assert found["by_calls"]["value"] == pytest.approx(many.values("review_chance").mean())
    assert found["stood_still"] == many.values("enterprise_stop").sum() < hits
    share = many.interval("any_review", 0.999)
    assert share.low is not None
    assert share.high is not None
    assert share.low < found["by_calls"]["value"] < share.high


@pytest.mark.parametrize("width", [60, 80, 100])
def test_the_page_says_how_likely_and_what_became_of_numbers(
    many: Replications, width: int
) -> None:
    told = many.to_dict()
    found = told["happened"]["any_review"]
    for language, name, rest in (
        ("en", "a review opened", "Numbers go on calling while a review of the enterprise lasts"),
        ("zh", "企业被审查", "审查期间号码照常外呼"),
    ):
        lines = [line.plain for line in page_lines(replications_page(told, language), width)]  # type: ignore[arg-type]
        assert max(map(cell_len, lines)) <= width
        (row,) = [line for line in lines if line.strip().startswith(name) and "60" in line]
        assert f"{found['hits']} " in row
        assert rest in " ".join(" ".join(lines).split())
    html = many._repr_html_()
    assert "a review opened" in html
    assert "stops them all" in html
    calm = replicate(CALM, 4).to_dict()
    assert calm["happened"]["any_review"]["by_calls"] is None
    page = "\n".join(line.plain for line in page_lines(replications_page(calm), 80))
    assert "a review opened" in page
    assert "Numbers go on calling" not in page


def test_two_scenarios_are_compared_by_reviews() -> None:
    many_of = {**WORLDS["reviews"], "seed": 3}
    rarer = world(rate=4_000, **ONLY_REVIEWS) | {"seed": 3}
    compared = dialsim.compare(rarer, many_of, replications=40)
    found = compared.happened["any_review"]
    assert found["a"]["hits"] == compared.a.values("any_review").sum()  # type: ignore[union-attr]
    assert found["b"]["hits"] == compared.b.values("any_review").sum() > 0  # type: ignore[union-attr]
    assert found["change"] == compared.paired.interval("any_review")._asdict()
    for width in (60, 100):
        lines = [line.plain for line in page_lines(comparison_page(compared.to_dict()), width)]
        assert max(map(cell_len, lines)) <= width
        page = " ".join(" ".join(lines).split())
        counts = f"{found['a']['hits']} of 40 {found['b']['hits']} of 40"
        assert f"a review opened {counts}" in page
    assert "a review opened</td>" in compared._repr_html_()
    same = dialsim.compare(rarer, rarer, replications=2)
    assert "a review opened" not in str(comparison_page(same.to_dict()))
    assert reviews_of([]) is None


def test_a_run_tells_reviews_in_its_summary_and_may_have_a_goal() -> None:
    raw = WORLDS["reviews"] | {"goals": [{"metric": "reviews", "at_most": 0}]}
    many = replicate(raw, 8)
    first = int(many.values("reviews")[0])
    run = dialsim.run(raw, log=False)
    assert run.goals_met is not bool(first)
    summary = run.summary
    assert summary["metrics"]["reviews"]["value"] == first
    assert summary_faults(summary) == []
    older = {**summary, "metrics": {k: v for k, v in summary["metrics"].items() if k != "reviews"}}
    assert summary_faults(older) == []
    assert many.goals[0]["met"].value == 1 - many.values("any_review").mean()


@pytest.mark.parametrize(("rate", "outlook"), [(1, "likely"), (15_000, "out of reach")])
def test_a_goal_on_reviews_is_estimated_before_the_run(rate: int, outlook: str) -> None:
    often = {"complaints.enterprise.per_million": 1_000}
    goals = [{"metric": "reviews", "at_most": 0}]
    raw = world(rate=rate, **ONLY_REVIEWS | often) | {"goals": goals}
    found = estimate(dialsim.load_scenario(raw))
    (goal,) = found["goals"]
    assert goal["outlook"] == outlook
    assert 0 <= goal["expected"] <= 1


def test_a_goal_on_reviews_gets_no_advice_to_call_more() -> None:
    often = {"complaints.enterprise.per_million": 1_000}
    goals = [{"metric": "reviews", "at_most": 0}, {"metric": "connects", "at_least": 10_000}]
    run = dialsim.run(world(rate=15_000, **ONLY_REVIEWS | often) | {"goals": goals}, log=False)
    assert run.metrics["reviews"] == 1
    assert not any(each["kind"].startswith("more") for each in run.summary["changes"])
