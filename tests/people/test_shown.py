"""What outputs show of cells: no number, no name, no identity card."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dialsim.numbering.classify import classify_column
from dialsim.people.account import masked
from dialsim.people.reading.attributes import NumberSearch, is_identity_card
from dialsim.people.reading.source_columns import listed
from tests.people.lists import opened, whole

CARDS = ("11010519491231002X", "440524188001010014", "11010519491231002x", "110105491231002")
PHONES = ("138/0001/0001", "138.0001.0001", "138·0001·0001", "１３８／０００１／０００１",
          "138 0001 0001 139/0001/0001", "tel:138|0001|0001", "+86/138/0001/0001",
          "１３８００01 0001", "138、0001、0001", "138:0001:0001")  # fmt: skip


@pytest.mark.parametrize("text", [*CARDS, *PHONES])
def test_what_an_attribute_must_not_hold(text: str) -> None:
    search = NumberSearch("CN", classify_column)
    apart = [f"{text[:6]}{mark}{text[6:14]}{mark}{text[14:]}" for mark in " -/.·"]
    texts = [text, f"vip {text} north", *(apart if text in CARDS[:3] else [])]
    assert search.found(texts) == [True] * len(texts)


@pytest.mark.parametrize(
    "text",
    ["north", "2026-04-13", "2026/04/13 10:00", "110105194912310021", "1/2/3/4/5/6/7", "A-17/2026",
     "99010519491231002X", "11010519491331002X", "3.14159265", "10:00-12:00"],
)  # fmt: skip
def test_what_it_may_hold(text: str) -> None:
    assert not is_identity_card(text)
    assert NumberSearch("CN", classify_column).found([text]) == [False]


def test_no_name_is_shown(tmp_path: Path) -> None:
    """In the place of a number, of an identifier or in a row that is none."""
    path = tmp_path / "a.csv"
    path.write_text(
        "number,id\nZhang Sanfeng,a\n张三丰,b\n13800000001 欧阳,c\n13800000002,x,Wang Wu\nИван,d\n"
        "13800000003,e\n",
        "utf-8",
    )
    lists = opened({"name": "a", "file": str(path)})
    whole(lists)
    account = lists.accounts[0]
    assert account is not None
    shown = json.dumps(account.to_dict(), ensure_ascii=False)
    assert sum(account.unusable.values()) >= 4
    for name in ("hang", "anfeng", "张", "三", "欧", "Wang", "ang", "Wu", "Иван", "ван"):
        assert name not in shown


def test_what_shows_a_fault_still_shows() -> None:
    assert masked("1.38E+10") == "1.3*E+10"
    assert masked("1380000000O").endswith("O")
    assert masked("n/a") == "n/a"
    assert masked("bought 2", number=False) == "bought 2"


@pytest.mark.parametrize(
    "text",
    [
        "4/13/2026 9:15:30", "13/4/2026 10:15", "13.4.2026 10:15", "15 Apr 2026 09:30:15",
        "2026-04-15 9:30 - 2026-04-15 12:00", "139.186.20.115", "192.0.2.15:1380",
        "113.26436,23.12908", "20260413",
    ],
)  # fmt: skip
def test_dates_addresses_and_places_are_nobodys_numbers(text: str) -> None:
    assert NumberSearch("CN", classify_column).found([text]) == [False]


@pytest.mark.parametrize("between", ["/", "‐", "−", "\u200b", "\u00ad", ".", ",", " - "])
def test_whatever_parts_a_number_leaves_it_one(between: str) -> None:
    text = between.join(("138", "0013", "8004"))
    assert NumberSearch("CN", classify_column).found([text, f"打给{text}"]) == [True, True]


def test_eight_digits_are_a_date_if_they_name_a_day() -> None:
    found = NumberSearch("HK", classify_column).found(["61234567", "6123 4567", "20260413"])
    assert found == [True, True, False]


def test_a_first_row_of_data_shows_no_name() -> None:
    assert listed(["张三丰", "13800138000", "2026-01-05"]).startswith("***, 138****8000")
    assert listed(["姓名", "手机"]) == "姓名, 手机"
