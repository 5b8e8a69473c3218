"""Who waits longer for an agent than the rules let them counts as abandoned, connected or not."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dialsim
from dialsim.pages.run.terminal import page
from tests.people.scenarios import small_scenario

pytestmark = [pytest.mark.needs_jit, pytest.mark.once]


def eager(**changes: Any) -> dict[str, Any]:
    """Far too many calls for two agents, and no guard in the way."""
    made = small_scenario({"name": "list", "synthetic": {"count": 9_000, "relation": "opted_in"}})
    made["caller_ids"][0]["count"] = 200
    made["agents"][0]["count"] = 12
    made["campaigns"][0] |= {"pacing": {"mode": "power", "ratio": 2.0}} | changes
    return made


@pytest.fixture(scope="module")
def patient() -> dialsim.Run:
    return dialsim.run(eager(drop_after="30s"))


def late_of(run: dialsim.Run) -> int:
    calls = run.calls.to_pandas()
    live = calls[calls["true_outcome"] == "live"]
    return int(((live["seen_outcome"] == "connected") & (live["wait_ms"] > 2_000)).sum())


def test_who_was_connected_too_late_counts(patient: dialsim.Run) -> None:
    calls = patient.calls.to_pandas()
    late = late_of(patient)
    dropped = int(
        ((calls["true_outcome"] == "live") & (calls["seen_outcome"] == "abandoned")).sum()
    )
    assert late > 5
    assert patient.metrics["abandoned"] == dropped + late
    live = patient.metrics["live_answers"]
    assert patient.metrics["abandoned_share"] == pytest.approx((dropped + late) / live)
    told = patient.summary["abandoned"]
    assert (told["connected_late"], told["connect_within_ms"]) == (late, 2_000)
    (wall,) = patient.summary["walls"]
    assert wall["measured"] == pytest.approx((dropped + late) / live)


def test_waiting_longer_loosens_nothing(patient: dialsim.Run) -> None:
    """By the calls that were answered, the share is at least that of letting go after 2 s."""
    strict = dialsim.run(eager())
    assert strict.summary["abandoned"]["connected_late"] == 0
    shares = [each.metrics["abandoned_share"] for each in (strict, patient)]
    assert shares[0] is not None
    assert shares[1] is not None
    assert shares[1] > 0.8 * shares[0]


def test_splits_agree(patient: dialsim.Run, tmp_path: Path) -> None:
    whole = patient.metrics
    run = dialsim.run(eager(drop_after="30s"), out=tmp_path)
    for split in (patient.split("hour"), patient.split("operator"), run.split("hour")):
        assert split.total["abandoned"] == whole["abandoned"]
        assert sum(row["abandoned"] for row in split.rows) == whole["abandoned"]


def test_replications_count_it() -> None:
    found = dialsim.replicate(eager(drop_after="30s"), 3)
    share = found.values("abandoned") / found.values("live_answers")
    assert np.allclose(share, found.values("abandoned_share"))
    assert found.values("abandoned").min() > 5


def test_the_page_says_how_many(patient: dialsim.Run) -> None:
    late = late_of(patient)
    english = "\n".join(line.plain for line in page(patient.summary, 100))
    chinese = "\n".join(line.plain for line in page(patient.summary, 100, language="zh"))
    assert f"{late} of them connected after more than 2 s" in " ".join(english.split())
    assert f"其中 {late} 次等待超过 2 秒才接通坐席" in "".join(chinese.split("\n"))


def test_in_theory_waiting_is_no_drop() -> None:
    raw = copy.deepcopy(eager(drop_after="30s"))
    raw["rules"] = raw.get("rules", {}) | {"pack": "lab"}
    run = dialsim.run(raw)
    calls = run.calls.to_pandas()
    dropped = (calls["true_outcome"] == "live") & (calls["seen_outcome"] == "abandoned")
    assert run.metrics["abandoned"] == int(dropped.sum())
    assert run.split("hour").total["abandoned"] == int(dropped.sum())
