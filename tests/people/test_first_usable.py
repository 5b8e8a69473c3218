"""Where the first number of a row is none, the next usable one takes its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dialsim.core.codes import RowFault
from dialsim.core.person_flags import PersonFlag
from tests.people.lists import A, B, C, D, bits, opened, summed, table, whole

HONG_KONG = "+85251234567"


def found(tmp_path: Path, rows: list[list[Any]], **keys: Any) -> Any:
    """Read a list with two columns of further numbers."""
    file = str(table(tmp_path / "a.csv", rows, "number,t2,t3"))
    return opened({"name": "a", "file": file, "columns": {"alternates": ["t2", "t3"]}}, **keys)


@pytest.mark.parametrize(
    ("row", "number", "fresh"),
    [
        (["", A, B], A, 1),
        (["abc", "", A], A, 0),
        (["10086", A, ""], A, 0),
        ([f"10086/{B}", A, ""], B, 1),
        (["", f"110;{A}", B], A, 1),
        (["1.38E+10", HONG_KONG, A], A, 0),
        (["", f"{A}", A], A, 0),
        ([A, B, ""], A, 1),
    ],
)
def test_the_first_usable_number(tmp_path: Path, row: list[str], number: str, fresh: int) -> None:
    lists = found(tmp_path, [row])
    chunk = whole(lists)
    assert chunk.numbers.tolist() == [int(f"86{number}")]
    account = summed(lists.accounts[0])
    assert (account.used, account.alternates_used) == (1, fresh)
    assert account.first_none == int(row[0] != A)


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (["", "", ""], RowFault.NO_NUMBER),
        (["abc", "10086", "x"], RowFault.NO_DIGITS),
        ([HONG_KONG, A, ""], RowFault.OTHER_COUNTRY),  # a number, and its person's
        (["110", HONG_KONG, ""], RowFault.SERVICE_NUMBER),
    ],
)
def test_a_fault_stays_where_no_number_is_usable(
    tmp_path: Path, row: list[str], fault: RowFault
) -> None:
    lists = found(tmp_path, [row])
    whole(lists)
    account = summed(lists.accounts[0])
    assert (account.unusable, account.first_none) == ({fault: 1}, 0)


@pytest.mark.parametrize("known", ["10086", A, B])
def test_a_bar_on_any_number_bars(tmp_path: Path, known: str) -> None:
    """That of the number which was none for calling, too."""
    forbidden = str(table(tmp_path / "dnc.csv", [[known]], "number"))
    registries = [{"name": "own", "kind": "internal", "file": forbidden}]
    rows = [["10086", A, B], [C, "", ""], ["", D, ""]]
    lists = found(tmp_path, rows, registries=registries)
    chunk = whole(lists)
    barred = [bool(flags & PersonFlag.INTERNAL_DNC) for flags in bits(chunk)]
    assert barred == [True, False, False]
    gone = str(table(tmp_path / "w.csv", [[known, "2026-04-01"]], "number,time"))
    chunk = whole(found(tmp_path, rows, withdrawals=[{"file": gone}]))
    assert [bool(flags & PersonFlag.WITHDRAWN) for flags in bits(chunk)] == [True, False, False]


def test_rows_with_one_number_by_different_ways_are_one_person(tmp_path: Path) -> None:
    lists = found(tmp_path, [[A, "", ""], ["", A, ""], ["x", "y", A]])
    whole(lists)
    account = summed(lists.accounts[0])
    assert (account.used, account.merged, account.first_none) == (1, 2, 2)
