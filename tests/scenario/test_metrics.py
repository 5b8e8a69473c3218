"""The metric dictionary: keys that contradict each other are refused by name."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from dialsim.messages.text import Text
from dialsim.scenario.metrics import Metric, metrics, unsplit_reasons

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
