"""What a result takes for granted of its lists."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dialsim.results.assumptions import assumptions, replaced
from dialsim.scenario import load_scenario
from dialsim.scheduler.prepare import prepare_world
from tests.people.scenarios import small_scenario
from tests.scenario.worlds import world

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


def test_values_of_a_profile_file_are_not_the_scenarios(tmp_path: Path) -> None:
    """Nor are they once ``--set`` or an override replaced one of them, of that one alone."""
    (tmp_path / "ours.toml").write_text(
        'extends = "typical"\n[people]\n'
        'busy = { value = 0.05, unit = "share", source = "log", confidence = "inferred" }\n'
        'unreachable = { value = 0.1, unit = "share", source = "log", confidence = "inferred" }\n'
    )
    raw = {**world(), "network": {"profile": str(tmp_path / "ours.toml")}}
    scenario = load_scenario(raw)
    file = "network values of its profile file ours.toml: "
    both = "people.busy = 0.05 (log), people.unreachable = 0.1 (log)"
    assert replaced(scenario) == [file + both]
    assert replaced(scenario.with_("seed", 2)) == [file + both]
    assert replaced(scenario.with_("network.overrides", {"people.busy": 0.07})) == [
        "network values replaced by the scenario: people.busy = 0.07"
    ]
    raw["network"]["overrides"] = {"people.busy": 0.07}
    assert replaced(load_scenario(raw)) == [
        f"{file}people.unreachable = 0.1 (log)",
        "network values replaced by the scenario: people.busy = 0.07",
    ]
    alone = {**world(), "network": load_scenario(raw).to_dict()["network"]}  # as a run keeps it
    assert replaced(load_scenario(alone))[0].startswith("network values replaced by the scenario")
