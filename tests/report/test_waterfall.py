"""Where the list went, against the calls of the run."""

from __future__ import annotations

import pytest

import dialsim
from tests.report.test_changes import paced

pytestmark = pytest.mark.needs_jit


def test_who_agreed_on_a_further_call_was_connected() -> None:
    raw = paced(goals=[])
    raw["campaigns"][0]["callbacks"] = {"share": 0.3, "latest": "2d"}
    run = dialsim.run(raw)
    kept = run.summary["callbacks"]["renewal"]
    assert kept["agreed"] > kept["made"] > 0
    connected = {
        call["person"] for call in run.calls.to_pylist() if call["seen_outcome"] == "connected"
    }
    total = run.summary["waterfall"]["total"]
    left = {stage["key"]: stage["left"] for stage in total["stages"]}
    exits = {leave["key"]: leave["leads"] for leave in total["exits"]}
    assert left["connected"] == len(connected)
    assert exits.get("no_agent", 0) == run.metrics["abandoned"] == 0
    assert sum(exits.values()) == total["rows"]
    assert 0 < left["conversation"] <= left["connected"]
