"""What a result takes for granted of its lists."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dialsim.report.assumptions import assumptions
from dialsim.scenario import load_scenario
from dialsim.scheduler.prepare import prepare_world
from tests.people.scenarios import small_scenario

SILENT = "rows of list say nothing of consent and"
CONTRACT = {"purpose": "service", "lawful_basis": "contract"}


@pytest.mark.parametrize(
    ("header", "keys", "campaign", "sentence"),
    [
        ("number,id", {}, {}, f"{SILENT} count as consented (consent_recorded = 1.0)"),
        (
            "number,id",
            {"consent_recorded": 0.8},
            {},
            f"{SILENT} are drawn: 80 % count as consented (consent_recorded = 0.8)",
        ),
        (
            "number,id",
            {"consent_recorded": 0},
            {},
            f"{SILENT} count as not consented (consent_recorded = 0.0)",
        ),
        (
            "number,consent_purpose",
            {},
            {},
            "rows of list that say nothing of consent count as consented (consent_recorded = 1.0)",
        ),
        ("number,consent_date", {}, {}, None),
        ("number,id", {}, CONTRACT, None),
    ],
)
def test_consent_that_no_column_tells(
    tmp_path: Path,
    header: str,
    keys: dict[str, Any],
    campaign: dict[str, Any],
    sentence: str | None,
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{header}\n13800000001,\n")
    raw = small_scenario({"name": "list", "file": str(path), **keys})
    raw["campaigns"][0].update(campaign)
    if campaign:
        raw["caller_ids"][0]["filed"]["use"] = "service"
        raw["trunks"][0]["permits"] = ["service"]
    found = assumptions(prepare_world(load_scenario(raw)), [])
    assert [text for text in found if "consent" in text] == ([] if sentence is None else [sentence])


def test_a_drawn_list_tells_of_itself() -> None:
    raw = small_scenario({"name": "drawn", "synthetic": {"count": 10}})
    found = assumptions(prepare_world(load_scenario(raw)), [])
    assert not [text for text in found if "consent" in text]
