"""The metric dictionary: keys that contradict each other are refused by name."""

from __future__ import annotations

import sys
from typing import Any

import pytest

import dialsim
from dialsim.messages.text import Text
from dialsim.pages.run.terminal import page
from dialsim.scenario.metrics import Metric, metrics, unsplit_reasons
from tests.scheduler.worlds import tiny

TEXTS: dict[str, Any] = {"unit": "share", "name": Text("a"), "meaning": "A."}
ROW: dict[str, Any] = {**TEXTS, "better": "higher"}


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ({"better": "more"}, "better"),
        ({"part": "answered"}, "both or neither"),
        ({"part": "answered", "whole": "attempts", "sum_of": ["marks"]}, "at once"),
        ({"rare": True}, "rare: needs part"),
        ({"times": 100}, "times: needs part"),
        ({"not_split": "agents", "in_proportion_to": "attempts"}, "more than one way"),
        ({"since": "1.0"}, "since: a day"),
        ({"not_split": "moon"}, "a reason that"),
        ({"colour": "red"}, "unknown keys \\['colour'\\]"),
    ],
)
def test_a_wrong_row_is_refused(
    monkeypatch: pytest.MonkeyPatch, keys: dict[str, Any], problem: str
) -> None:
    tables = {"not_split": {"agents": {"en": "no"}}, "new": {**ROW, **keys}}
    monkeypatch.setattr(sys.modules[Metric.__module__], "_tables", lambda: tables)
    with pytest.raises(ValueError, match=f"metrics.toml: new: .*{problem}"):
        metrics.__wrapped__()


def test_a_rate_is_of_rare_events_only() -> None:
    ratio = {**ROW, "part": "marks", "whole": "delivered"}
    assert Metric(key="new", **ratio).rate is None
    assert Metric(key="new", **ratio, rare=True).rate == ("marks", "delivered", 1.0)


def test_every_metric_that_is_not_split_has_its_reason_in_both_languages() -> None:
    without = [key for key, metric in metrics().items() if metric.not_split]
    assert sorted(unsplit_reasons()) == sorted(without)
    assert list(unsplit_reasons("zh", by_hour=True)) == [*unsplit_reasons(), "leads_finished"]


@pytest.mark.needs_jit
def test_a_row_is_all_that_a_new_metric_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run, its campaigns, splits, page, schema and comparisons take it from the dictionary."""
    module = sys.modules[Metric.__module__]
    row = {
        "unit": "share",
        "name": "marks per answer",
        "meaning": "Marks over answers.",
        "better": "lower",
        "part": "marks",
        "whole": "answered",
        "rare": True,
    }
    tables = {**module._tables(), "marks_per_answer": row}  # type: ignore[attr-defined]
    monkeypatch.setattr(module, "_tables", lambda: tables)
    metrics.cache_clear()
    try:
        raw = tiny(goals=[{"metric": "marks_per_answer", "at_most": 0.5}])
        run = dialsim.run(raw)
        found = run.summary["metrics"]
        assert found["marks_per_answer"]["value"] == (
            found["marks"]["value"] / found["answered"]["value"]
        )
        assert run.summary["goals"][0]["met"]
        assert "marks_per_answer" in run.split("list").rows[0]
        assert any("marks per answer" in line.plain for line in page(run.summary, 100))
        compared = dialsim.compare(raw, raw, replications=2).metrics
        assert compared["marks_per_answer"]["change"]["value"] == 0
    finally:
        metrics.cache_clear()
