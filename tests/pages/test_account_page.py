"""The account of lists on a terminal: every row, aligned, at any width."""

from __future__ import annotations

from typing import Any

import pytest
from rich.cells import cell_len

from dialsim.core.codes import RowFault
from dialsim.pages.model.parts import Section
from dialsim.pages.model.terminal import in_terminal, page_lines
from dialsim.pages.run.account_page import account_page
from dialsim.pages.run.lists_section import brief_table
from dialsim.results.lists.accounts import BARS, FAULTS, NOTES
from tests.pages.test_terminal import summary

ACCOUNT: dict[str, Any] = {
    "name": "customers",
    "file": "customers.csv",
    "rows": 1000,
    "used": 930,
    "merged": 20,
    "merged_by": {"number": 15, "id": 5},
    "unusable": {"LETTERS": 40, "MALFORMED_ROW": 10},
    "barred": {"internal_dnc": 7, "no_consent": 100},
    "during": {},
    "examples": {
        "MERGED": [
            {"line": 7, "text": "138****0001", "merged_with": "customers:3"},
            {"line": 9, "merged_with": "old: list:12"},
        ],
        "LETTERS": [{"line": 8, "column": "number", "text": "ab"}],
        "MALFORMED_ROW": [{"line": 4, "column": "priority", "text": "x,y"}],
    },
    "shares": {
        "operators": {"CMCC": 600, "CUCC": 200, "CTCC": 100, "MVNO": 30},
        "classes": {"mobile": 900, "n400": 30},
        "provinces": {f"province {i}": 93 for i in range(10)},
        "time_zones": {},
    },
    **dict.fromkeys(NOTES, 0),
    "stricter": 3,
}
FILE: dict[str, Any] = {
    "name": "own",
    "file": "own.csv",
    "kind": "internal",
    "rows": 10,
    "numbers": 8,
    "unusable": {"NO_DIGITS": 2},
    "taken_strictly": {"BAD_DATE": 4, "MALFORMED_ROW": 1},
    "examples": [{"line": 3, "text": "x"}],
    "applies": False,
    "known_from": "2026-04-15T08:00:00",
}
FOUND: dict[str, Any] = {"lists": [ACCOUNT], "files": [FILE], "synthetic": ["drawn"]}
EMPTY = {**ACCOUNT, "rows": 0, "used": 0, "merged": 0, "unusable": {}, "barred": {}, "shares": {}}


def test_every_fault_has_words() -> None:
    assert set(FAULTS) == set(RowFault) - {RowFault.NONE}
    assert len({text.en for text in FAULTS.values()}) == len(FAULTS)


@pytest.mark.parametrize("width", [60, 80, 100, 300])
def test_no_line_is_wider_than_the_page(width: int) -> None:
    long = {**ACCOUNT, "name": "客户名单" * 20, "file": "很长的" * 60}
    found = {"lists": [ACCOUNT, long, EMPTY], "files": [FILE], "synthetic": ["a" * 90]}
    lines = page_lines(account_page(found), width)
    assert max(cell_len(line.plain) for line in lines) <= min(width, 100)
    assert not any(line.plain.endswith(" ") for line in lines)
    brief = in_terminal(Section("", (brief_table(found["lists"]),)), width, "en")
    assert all(cell_len(line.plain) <= width for line in brief)


def test_the_account_says_all() -> None:
    text = "\n".join(line.plain for line in page_lines(account_page(FOUND), 80))
    for words in (
        "line 7 is line 3; line 9 is line 12 of old: list",
        "line 8 “ab”",
        "line 4 priority “x,y”",
        "letters among the digits",
        BARS["internal_dnc"].en,
        "mobile 96.8 %, 400 3.2 %",
        "4 others 40.0 %",
        "stricter: 3",
        "5 used all the same: 4 a date that cannot be read; 1 more or fewer fields",
        "known from 2026-04-15T08:00:00",
        "bars nobody in this scenario",
        "drawn, not read: drawn",
    ):
        assert words in text, words
    assert "bridging" not in text
    assert "customers:3" not in text


def test_counts_stand_below_each_other() -> None:
    lines = [line.plain for line in page_lines(account_page({**FOUND, "files": []}), 80)]
    ends = {line.index("%") for line in lines if "  − " in line or line.startswith("  used")}
    assert len(ends) == 1


def test_a_run_tells_of_its_lists() -> None:
    from dialsim.pages.run.terminal import page

    found = {**summary(), "lists": [ACCOUNT, EMPTY]}
    text = "\n".join(line.plain for line in page(found, 80))
    assert "The lists" in text
    assert "50 unusable: 40 letters among the digits; 10 more or fewer fields" in text
    assert "The lists" not in "\n".join(line.plain for line in page(summary(), 80))


def test_losses_leave_what_is_used() -> None:
    found = {**ACCOUNT, "unusable": {"LETTERS": 10, "BAD_PURPOSE": 40}}
    lines = [
        line.plain.strip() for line in page_lines(account_page({**FOUND, "lists": [found]}), 80)
    ]
    parts = (
        "− an unknown purpose",
        "allowed: marketing, service, collections, 营销, 服务, 催收",
        "− letters among the digits",
        "usable rows    ",
        "− same person as another row",
        "used    ",
        "· no consent on record",
        "· own do-not-call list",
    )
    at = [next(i for i, line in enumerate(lines) if line.startswith(part)) for part in parts]
    assert at == sorted(at)
    assert lines[at[3]].split()[2] == "950"
    assert all(len(text.en) <= 36 for text in (*FAULTS.values(), *BARS.values()))


def page_of(**found: Any) -> str:
    """Return the page as one text, its lines joined."""
    lines = page_lines(account_page({**FOUND, "lists": [], "files": [], **found}), 80)
    return " ".join(line.plain.strip() for line in lines)


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"met": 2}, "met 2 people of the lists"),
        ({"met": 1}, "met 1 person of the lists"),
        ({"met": 0}, "! met nobody of the lists"),
        ({"rows": 0, "met": 0}, "! a header and no row"),
        (
            {"rows": 1, "unusable": {}, "taken_strictly": {}},
            "own   internal     1                  8",
        ),
        ({"strict_examples": [{"line": 7, "text": "(empty)"}]}, "header (line 7 (empty))"),
        ({"unusable": {"MORE_IN_HOUR_THAN_DAY": 1}}, "1 more calls in the hour than the day"),
        ({"unusable": {"BAD_DATE": 1}}, "allowed are 2026-04-13, 2026/4/13"),
    ],
)
def test_a_file_says_whom_it_met(keys: dict[str, Any], words: str) -> None:
    assert words in page_of(files=[{**FILE, **keys}])


def test_nothing_is_said_of_lists_not_read() -> None:
    assert "met" not in page_of(files=[{**FILE, "met": None}])


def test_a_list_says_what_comes_later_and_what_is_withheld() -> None:
    found = {
        **ACCOUNT,
        "during": {"withdrawn": 160, "later_sync": 40},
        "barred": {"other_purpose": 2},
        "numbers_withheld": 3,
        "first_none": 4,
        "examples": {
            "NUMBER_WITHHELD": [{"line": 5, "column": "branch", "text": "打给139****0001"}]
        },
    }
    text = page_of(lists=[found])
    for words in (
        "consent for another purpose",
        "withdrawn during the run",
        "barred by a later sync",
        "shown as “(number withheld)”: 3",
        "line 5 branch “打给139****0001”",
        "first number was none, a further one used: 4",
    ):
        assert words in text, words
