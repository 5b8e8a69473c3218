"""Pages say beside their figures which weak defaults they rest on, and not of what is replaced."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rich.cells import cell_len

import dialsim
from dialsim.pages.check.check_result import whole_page
from dialsim.pages.comparison.comparison_page import comparison_page
from dialsim.pages.comparison.replications_page import replications_page
from dialsim.pages.model.terminal import in_terminal, page_lines
from dialsim.pages.planning.sensitivity_page import sensitivity_page
from dialsim.pages.run.terminal import page
from dialsim.pages.weak_defaults import weak_section, weak_texts
from dialsim.planning.sensitivity_analysis.sensitivity_result import Sensitivity
from dialsim.results.weak_defaults import rows_of_two, weak_rows
from tests.people.scenarios import small_scenario
from tests.planning.worlds import small
from tests.results.small_runs import plain

KEYS = [
    "answer.gross.opted_in",
    "talk.opted_in",
    "labels.share",
    "complaints.hotline_factor",
]
"""What the small campaign rests on: the network does nothing against its numbers."""
GOALS = [{"metric": "conversations", "at_least": 20}, {"metric": "complaints", "at_most": 9}]


def campaign(**overrides: Any) -> dict[str, Any]:
    people = {"name": "list", "synthetic": {"count": 300, "relation": "opted_in"}}
    return small_scenario(people, **overrides) | {"goals": GOALS}


def replaced() -> dict[str, Any]:
    """The same with every weak default replaced, by what it is."""
    network = dialsim.profile("typical")
    return campaign(**{key: network.entry(key).value for key in (*KEYS, "frequency.delay")})


@pytest.fixture(scope="module")
def run() -> dialsim.Run:
    return dialsim.run(campaign())


def lines_of(lines: Any) -> list[str]:
    return [line.plain for line in lines]


def section(lines: list[str], title: str = "Weak defaults") -> list[str]:
    """Return the lines below a title, up to the next empty one."""
    at = next(i for i, line in enumerate(lines) if line.startswith(title))
    end = next((i for i in range(at, len(lines)) if not lines[i]), len(lines))
    return lines[at + 1 : end]


def keys(rows: Any) -> list[str]:
    return [row["key"] for row in rows]


def test_a_run_says_it_beside_its_goals(run: dialsim.Run) -> None:
    assert keys(run.summary["weak_defaults"]) == KEYS
    json.dumps(run.summary["weak_defaults"])
    first = run.summary["weak_defaults"][0]
    assert (first["value"], first["confidence"], first["source"]) == (0.42, "vendor", "S42")
    assert first["published"] == [0.15, 0.35]
    lines = lines_of(page(run.summary, 80))
    assert any("conversations ¹²" in line for line in lines)
    assert any("complaints ⁴" in line for line in lines)
    told = section(lines)
    assert len(told) == len(KEYS)  # a line each
    assert told[0] == ("  ¹ answer.gross.opted_in 42 % (vendor): published for China: 15 % to 35 %")


def test_what_is_replaced_is_said_of_no_page() -> None:
    raw = replaced()
    found = dialsim.run(raw)
    assert found.summary["weak_defaults"] == []
    many = dialsim.replicate(raw, 2)
    pages = [
        page(found.summary, 80),
        page_lines(replications_page(many.to_dict()), 80),
        page_lines(comparison_page(dialsim.compare(raw, raw, replications=2).to_dict()), 80),
        page_lines(whole_page(dialsim.check(raw)), 80),
    ]
    for each in pages:
        text = "\n".join(lines_of(each))
        assert "Weak defaults" not in text
        assert "¹" not in text


def test_the_delay_is_said_where_the_network_acted() -> None:
    raw = campaign()
    raw["caller_ids"][0] |= {"registered": False, "count": 4}
    del raw["caller_ids"][0]["filed"]
    raw["rules"] = {"pack": "lab"}
    raw["study"] = "unlawful"
    found = dialsim.run(raw)
    acted = {group["rule"] for group in found.summary["interventions"]["groups"]}
    assert "calls_per_hour" in acted
    assert "frequency.delay" in keys(found.summary["weak_defaults"])


@pytest.mark.parametrize("width", [60, 80, 100])
def test_pages_fit(run: dialsim.Run, width: int) -> None:
    many = dialsim.replicate(campaign(), 2).to_dict()
    for language in ("en", "zh"):
        for found in (page(run.summary, width, language=language),
                      page_lines(replications_page(many, language), width)):  # fmt: skip
            assert max(cell_len(line.plain) for line in found) <= width
            title = "Weak defaults" if language == "en" else "薄弱默认值"
            assert len(section(lines_of(found), title)) >= len(KEYS)


def test_a_check_and_replications_say_it() -> None:
    found = dialsim.check(campaign())
    assert keys(found["estimate"]["weak_defaults"]) == [*KEYS[:3], "frequency.delay", KEYS[3]]
    lines = lines_of(page_lines(whole_page(found), 80))
    assert any("conversations ¹²" in line for line in lines)
    assert any("a review ⁵" in line for line in lines)
    assert len(section(lines)) == 5
    many = dialsim.replicate(campaign(), 2).to_dict()
    assert keys(many["weak_defaults"]) == KEYS
    lines = lines_of(page_lines(replications_page(many), 80))
    metrics = section(lines, "Metrics")
    assert any(line.strip().startswith("caller IDs labelled ³") for line in metrics)
    assert any(line.strip().startswith("complaints ⁴") for line in metrics)


def test_a_comparison_says_which_side_rests_on_what() -> None:
    other = campaign() | {"network": {"profile": "published"}}
    found = dialsim.compare(campaign(), other, replications=2).to_dict()
    assert {row["key"]: row["side"] for row in found["weak_defaults"]} == {
        **dict.fromkeys(KEYS[:3], "A"),
        KEYS[3]: None,
    }
    told = section(lines_of(page_lines(comparison_page(found), 80)))
    assert told[0].startswith("  ¹ A: answer.gross.opted_in 42 %")
    assert any(line.startswith("  ⁴ complaints.hotline_factor") for line in told)
    one = [{"key": "frequency.delay", "value": "10m"}]
    two = [{"key": "frequency.delay", "value": "5m"}]
    assert [row["side"] for row in rows_of_two(one, two)] == ["A", "B"]


def test_runs_compared_say_it_and_older_runs_nothing(run: dialsim.Run) -> None:
    again = dialsim.run(campaign() | {"seed": 4})
    found = dialsim.compare(run, again).to_dict()
    assert keys(found["weak_defaults"]) == KEYS
    made = weak_rows(dialsim.load_scenario(campaign()), acted=False)
    assert [{**row, "side": None} for row in made] == found["weak_defaults"]  # Chinese, too
    del again.summary["weak_defaults"]
    assert keys(dialsim.compare(again, again).to_dict()["weak_defaults"]) == []
    assert not any("Weak" in line for line in lines_of(page(again.summary, 80)))


def test_dossiers_and_the_html_page_say_it(run: dialsim.Run) -> None:
    for audience, more in (("boss", {"replications": 0}), ("compliance", {}),
                           ("operator", {"replications": 0})):  # fmt: skip
        text = plain(run.dossier(audience, **more))
        assert "¹ answer.gross.opted_in 42 % (vendor)" in text
    told = plain(run.dossier("compliance", language="zh"))
    assert "¹ answer.gross.opted_in 42%（厂商）" in told
    text = plain(run.report())
    assert "⁴ complaints.hotline_factor ×10 (assumption): nothing is published" in text
    assert "conversations ¹²" in text


def test_a_study_says_it() -> None:
    raw = small()
    raw["plan"]["decisions"] = [{"key": "agents.day.count", "values": [2]}]
    scenario = dialsim.load_scenario(raw)
    rows = weak_rows(scenario)
    assert keys(rows)[0].startswith("answer.gross.")
    study = Sensitivity("s", 1, 4, 0, 1, 1.0, True, 0, 0, (), {}, [], weak_defaults=rows).to_dict()
    assert keys(study["weak_defaults"]) == keys(rows)
    assert len(section(lines_of(page_lines(sensitivity_page(study), 80)))) == len(rows)


def test_lines_are_one_a_value() -> None:
    rows = dialsim.replicate(campaign(), 1).to_dict()["weak_defaults"]
    for language in ("en", "zh"):
        texts = weak_texts(rows, language)
        assert len(texts) == len(rows)
        assert len(in_terminal(weak_section(rows, language), 80, language)) == 1 + len(rows)
    assert weak_section([]) is None
