"""How a comparison writes its figures."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

import dialsim
from dialsim.pages.comparison.comparison_figures import change_text, half_width, signed, written
from dialsim.pages.comparison.comparison_page import comparison_page
from dialsim.pages.console import put
from dialsim.pages.model.parts import Section
from dialsim.pages.model.tables import Table
from dialsim.pages.model.terminal import page_lines
from dialsim.statistics.paired_differences import paired_difference
from tests.scheduler.worlds import tiny


def figures(first: list[float], second: list[float], unit: str = "calls") -> dict[str, Any]:
    found = paired_difference(first, second)
    change = found.change._asdict()
    return {"a": found.first, "b": found.second, "change": change, "unit": unit}


@pytest.mark.parametrize(
    ("first", "second", "unit", "expected"),
    [
        ([15_000, 15_040], [13_000, 13_080], "calls", ("15,020", "13,040", "−1,980", "254")),
        ([400.1, 400.3], [354.2, 354.6], "calls/h", ("400.2", "354.4", "−45.8", "1.3")),
        ([0.631, 0.641], [0.56, 0.566], "share", ("63.6 %", "56.3 %", "−7.3 pts", "2.5")),
        ([0.0007, 0.0009], [0.0008, 0.0011], "share", ("0.08 %", "0.10 %", "+0.02 pts", "0.06")),
        ([3, 5], [4, 6], "numbers", ("4", "5", "+1", "")),
        ([0.5, 0.5], [0.5, 0.5], "share", ("50.0 %", "50.0 %", "0.0 pts", "")),
    ],
)
def test_a_row_has_the_decimals_its_interval_supports(
    first: list[float], second: list[float], unit: str, expected: tuple[str, ...]
) -> None:
    row = figures(first, second, unit)
    found = (written(row, row["a"]), written(row, row["b"]), signed(row), half_width(row))
    assert found == expected


def test_a_difference_too_small_to_write() -> None:
    row = figures([0.471], [0.4711], "share")
    assert signed(row) == "<0.1 pts"
    assert change_text(figures([1.0, 2.0], [2.0, 3.5])) == "+1.2 ± 3.2"
    assert written({"unit": "share", **row}, None) == "none"


def page_of(**changes: Any) -> dict[str, Any]:
    """Return what a page is made of, as little as there can be."""
    side = {"label": "s.toml", "name": "s", "seed": 1, "digest": "", "heading": None}
    verdict = {"sentence": "Nothing.", "exit_code": 0, "better": [], "worse": [], "untold": []}
    return {
        "kind": "scenarios",
        "a": side,
        "b": side | {"label": "t.toml"},
        "headings": {"a": None, "b": None},
        "wanted": 2,
        "replications": [0, 1],
        "complete": True,
        "same": False,
        "changes": [],
        "others": [],
        "notes": [],
        "again": None,
        "goals": [],
        "only_a": [],
        "only_b": [],
        "metrics": {},
        "verdict": verdict,
    } | changes


def lines_of(found: dict[str, Any], width: int = 80) -> list[str]:
    return [line.plain for line in page_lines(comparison_page(found), width)]


def test_many_changes_are_cut_and_counted() -> None:
    changes = [
        {"where": "network", "path": f"people.value_{i}", "before": i, "after": i + 1}
        for i in range(25)
    ]
    page = "\n".join(lines_of(page_of(changes=changes)))
    assert "25 differences" in page
    assert "network: people.value_19  19  20" in page
    assert "people.value_20" not in page
    assert "and 5 more" in page


@pytest.mark.parametrize("where", ["scenario", "rules", "network", "operators"])
def test_a_change_anywhere_is_shown(where: str) -> None:
    change = {"where": where, "path": "CMCC labels.share", "before": 1, "after": 2}
    page = "\n".join(lines_of(page_of(changes=[change])))
    assert re.search(r"CMCC labels\.share +1 +2", page)


def test_a_long_value_is_broken_within_its_column() -> None:
    table = {f"key_{i}": "x" * 10 for i in range(8)}
    change = {"where": "scenario", "path": "campaigns.a.retry", "before": None, "after": table}
    lines = lines_of(page_of(changes=[change]), 60)
    at = next(i for i, line in enumerate(lines) if line.startswith("  campaigns.a.retry  absent  "))
    assert lines[at + 1].lstrip() == '"xxxxxxxxxx", key_2 ='
    assert max(map(cell_len, lines)) <= 60


def test_a_command_is_broken_so_that_a_shell_takes_it() -> None:
    again = f"dialsim compare runs/{'a' * 40} runs/{'b' * 40} --replications 20"
    lines = lines_of(page_of(kind="runs", again=again), 60)
    at = next(i for i, line in enumerate(lines) if "dialsim compare" in line)
    assert all(line.endswith(" \\") for line in lines[at:-1])
    assert " ".join("".join(lines[at:]).replace("\\", " ").split()) == again
    assert max(map(cell_len, lines)) <= 60


def test_long_paths_stay_whole() -> None:
    label = "/".join(f"folder_{i}" for i in range(20)) + "/s.toml"
    found = page_of(again=f"dialsim compare {label} {label}")
    found["a"] = found["a"] | {"label": label}
    lines = lines_of(found, 60)
    assert f"A  {label}" in "".join(lines).replace("   ", "")
    assert sum(label in line for line in lines) == 2  # of the command, each on a line of its own
    assert max(map(cell_len, (line for line in lines if label not in line))) <= 60


def test_a_terminal_without_signs_gets_plain_ones() -> None:
    change = {"where": "scenario", "path": "days", "before": 1, "after": 2}
    metric = figures([1.0, 2.0], [2.0, 3.5]) | {
        "name": "reach",
        "better": "higher",
        "p": 0.2,
        "p_holm": 0.2,
        "told": False,
        "constant": False,
        "saved": 4.0,
    }
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    console = Console(file=out, width=80)
    found = page_of(changes=[change], metrics={"reach": metric})
    put(page_lines(comparison_page(found), console.width), console)
    out.seek(0)
    page = out.read()
    assert re.search(r"days +1 +2", page)
    assert "?" not in page


def test_both_languages_have_the_same_figures_and_no_english() -> None:
    raw = tiny(goals=[{"metric": "attempts", "at_least": 150}], days=1)
    more = raw | {"seed": 4}
    found = dialsim.compare(raw, more | {"agents": raw["agents"]}, replications=3, rare=True)
    english, chinese = (found.page(language) for language in ("en", "zh"))
    assert [each.key for each in english.sections] == [each.key for each in chinese.sections]
    for mine, other in zip(english.sections, chinese.sections, strict=True):
        assert values_of(mine) == values_of(other)
    for line in page_lines(chinese, 80):
        assert not re.search(r"\b(the|and|of|both|pairs?|met|goals?)\b", line.plain), line.plain


def values_of(each: Section) -> list[Any]:
    """Return the values of all figures in the tables of a section."""
    tables = [part for part in each.parts if isinstance(part, Table)]
    return [cell.value for table in tables for row in table.rows for cell in row.cells]
