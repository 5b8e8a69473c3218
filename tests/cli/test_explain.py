"""``dialsim explain``: what it finds, and pages that fit."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

import dialsim
from dialsim.__main__ import main
from dialsim.core.codes import Reason
from dialsim.errors import ScenarioError
from dialsim.scenario import known_profiles, load_network, load_rules


@pytest.fixture
def explain(capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> Any:
    """Call the command on a terminal of 80 columns; returns exit code, output and errors."""
    monkeypatch.setenv("COLUMNS", "80")

    def call(*arguments: str) -> tuple[int, str, str]:
        code = main(["explain", *arguments])
        captured = capsys.readouterr()
        if not {"--json", "--html"} & set(arguments):
            assert all(cell_len(line) <= 80 for line in captured.out.splitlines())
        return code, captured.out, captured.err

    return call


@pytest.mark.parametrize("name", ["no_consent", "NO_CONSENT", "No-Consent", "no consent"])
def test_a_reason_in_any_case(explain: Any, name: str) -> None:
    code, out, _ = explain(name)
    assert code == 0
    for part in ("No consent of the person", "final", "unlawful", "S1", "SAMR", "record it"):
        assert part in out


def test_chinese(explain: Any) -> None:
    code, out, _ = explain("no_consent", "--lang", "zh")
    assert code == 0
    assert "没有此人同意的记录。" in out
    assert "违法" in out
    assert "No consent of" not in out
    assert "可信度" in explain("callee.limits", "--lang", "zh")[1]


def test_a_value_names_the_pack_it_stands_in(explain: Any) -> None:
    out = explain("callee.retry_gap", "--rules", "us")[1]
    assert "rules/_abroad, taken over by rules/us" in out
    assert "nothing was found" in out
    sector = explain("hours.sector.retail.marketing", "--rules", "us")[1]
    assert "as hours.wall.marketing" in sector
    assert "08:00-21:00" in sector


def test_what_an_override_may_do(explain: Any) -> None:
    assert "may only be tightened" in explain("registry.max_age")[1]
    assert "rules.contract" in explain("callee.limits")[1]
    assert "may be replaced" in explain("labels.marks")[1]
    assert "CALLEE_LIMIT" in explain("callee.limits")[1]


def test_a_group_and_the_list_of_everything(explain: Any) -> None:
    out = explain("hours")[1]
    assert "09:00-12:00," in out
    assert "14:00-20:30" in out
    assert "callee" not in out
    everything = explain()[1]
    for reason in Reason:
        assert reason.name in everything
    assert len(everything.splitlines()) > len(load_rules("cn")) + len(load_network("typical"))
    lines = explain("reasons")[1].splitlines()
    rows = [line for line in lines if line.startswith("  ") and not line.startswith("   ")]
    heading, *names = (line.split()[0] for line in rows)
    assert (heading, names) == ("reason", [reason.name for reason in Reason])


def test_a_source_gives_all_that_rests_on_it(explain: Any) -> None:
    found = json.loads(explain("S60", "--json")[1])
    assert {entry["key"] for entry in found if entry["kind"] == "value"} > {"abandon.at_most"}
    assert "ABANDON_GUARD" in {entry.get("reason") for entry in found}


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("no_consnt", "no_consent"),
        ("callee.retry_gab", "callee.retry_gap"),
        ("abandn", "abandon"),
        ("OUTSIDE-HOUR", "outside_hours"),
    ],
)
def test_an_unknown_name_gets_the_nearest(explain: Any, name: str, near: str) -> None:
    code, out, err = explain(name)
    assert (code, out) == (2, "")
    assert f'"{near}"' in err
    assert explain("x", "--rules", "cnn")[0] == 2


@pytest.mark.parametrize("pack", known_profiles("rules"))
def test_every_value_and_reason_has_a_page(explain: Any, pack: str) -> None:
    names = [entry.get("key") or entry["reason"] for entry in dialsim.explain(rules=pack)]
    assert len(names) == len(set(names))
    for name in names[:: 4 if pack == "cn" else 19]:
        assert explain(name, "--rules", pack)[0] == 0
    assert explain("--rules", pack, "--lang", "zh")[0] == 0


def test_from_python() -> None:
    (value,) = dialsim.explain("abandon.at_most", rules="uk")
    assert (value["value"], value["wall"], value["override"]) == (0.0, True, "tighten")
    (reason,) = dialsim.explain("abandon_guard", language="zh")
    assert reason["code"] == 35
    assert "abandon.at_most" in reason["values"]
    with pytest.raises(ScenarioError, match="did you mean"):
        dialsim.explain("abandon.at_mos")


@pytest.mark.parametrize("name", ["callee.limits", "INTERNAL_DNC", "abandon", "S60"])
def test_a_page_as_html_names_each_of_its_parts_once(
    explain: Any, name: str, tmp_path: Path
) -> None:
    place = tmp_path / "page.html"
    assert explain(name, "--html", str(place))[:2] == (0, f"{place}\n")
    written = place.read_text(encoding="utf-8")
    assert name in written
    ids = re.findall(r' id="([^"]+)"', written)
    assert len(ids) == len(set(ids)) > 1
    code, out, err = explain(name, "--html", str(place), "--json")
    assert (code, out) == (2, "")
    assert "exclude each other" in err
