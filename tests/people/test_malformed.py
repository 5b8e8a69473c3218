"""Rows that are none and say that consent was withdrawn: whom they name is not called."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialsim.core.person_flags import PersonFlag
from dialsim.people.reading.malformed import means_withdrawn
from tests.people.lists import opened, whole

HEAD = "number,id,branch,withdrawn,note"
GOOD = "13800000001,a,north,,\n13800000002,b,north,,\n"
GONE = (
    "13800000001,a,north,2026-04-01",  # its last field is missing
    "13800000001,north,2026-04-01,x",  # one before it is
    "13800000001,,north,2026-04-01,x,y",  # one too many
    "13800000001,,no,rth,2026-04-01,x",  # a delimiter in a cell
    "13800000001,withdrawn",
    "138 0000 0001,a,Opted out",
    "13800000001,,退订",
    '13800000001,z,"north,2026-04-01,x',  # a quote that nothing closes
    "13800000001,z,nor\xffth,2026-04-01,x",
)


def account_of(tmp_path: Path, content: str, **keys: object):
    path = tmp_path / "a.csv"
    path.write_bytes(content.encode("utf-8").replace("\xff".encode(), b"\xff"))
    lists = opened(
        {"name": "a", "file": str(path), "encoding": "utf-8", "attributes": ["branch"], **keys}
    )
    chunk = whole(lists)
    account = lists.accounts[0]
    assert account is not None
    assert account.rows == account.used + account.merged + sum(account.unusable.values())
    return chunk, account


@pytest.mark.parametrize("row", GONE)
@pytest.mark.parametrize("first", [True, False])
def test_a_withdrawal_in_a_row_that_is_none(tmp_path: Path, row: str, first: bool) -> None:
    """Before the person's own row and behind it; the account says how often."""
    content = f"{HEAD}\n{row}\n{GOOD}" if first else f"{HEAD}\n{GOOD}{row}\n"
    chunk, account = account_of(tmp_path, content)
    flags = chunk.rows["flags"] & PersonFlag.WITHDRAWN
    assert flags.tolist()[:2] == [PersonFlag.WITHDRAWN, 0]
    assert account.taken_strictly == account.stricter == 1
    assert account.to_dict()["taken_strictly"] == 1
    assert sum(account.unusable.values()) == 1
    assert account.barred["withdrawn"] == 1


def test_it_counts_in_every_list(tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text("number\n13800000001\n13800000002\n", "utf-8")
    second.write_text("number,withdrawn,note\n13800000003,,\n13800000001,2026-04-01\n", "utf-8")
    lists = opened({"name": "a", "file": str(first)}, {"name": "b", "file": str(second)})
    flags = whole(lists, 0).rows["flags"] & PersonFlag.WITHDRAWN
    assert flags.tolist() == [PersonFlag.WITHDRAWN, 0]


@pytest.mark.parametrize(
    "row", ["13800000001,a,north", "13800000001,a,north,,,", "13800000001,a,no,,,", ",,2026"]
)
def test_a_row_that_is_none_and_says_nothing(tmp_path: Path, row: str) -> None:
    chunk, account = account_of(tmp_path, f"{HEAD}\n{GOOD}{row}\n")
    assert not (chunk.rows["flags"] & PersonFlag.WITHDRAWN).any()
    assert account.taken_strictly == 0
    assert "taken_strictly" not in account.to_dict()


@pytest.mark.parametrize(
    ("row", "withdrawn"),
    [
        ("13800000001,marketing,2026-01-05", False),  # the last cell was empty, and was cut
        ("13800000001,2026-01-05,2026-03-01", True),  # one in the middle is missing
        ("13800000001,,2026-01-05,退订,x", True),
        ("13800000001,88001234", False),  # an amount, and no day
    ],
)
def test_a_row_that_lacks_its_end_alone_says_what_it_says(
    tmp_path: Path, row: str, withdrawn: bool
) -> None:
    head = "number,consent_purpose,consent_date,withdrawn"
    content = f"{head}\n{row}\n13800000001,marketing,2026-01-05,\n"
    path = tmp_path / "a.csv"
    path.write_text(content, "utf-8")
    lists = opened({"name": "a", "file": str(path)})
    flags = whole(lists).rows["flags"] & PersonFlag.WITHDRAWN
    assert bool(flags.any()) is withdrawn


def test_a_list_without_consent_is_not_searched(tmp_path: Path) -> None:
    """A word in a column of anything is no withdrawal."""
    path = tmp_path / "a.csv"
    path.write_text("number,note\n13800000001,\n13800000001,stop,x\n", "utf-8")
    lists = opened({"name": "a", "file": str(path)})
    assert not (whole(lists).rows["flags"] & PersonFlag.WITHDRAWN).any()


def test_words_of_a_withdrawal() -> None:
    assert all(map(means_withdrawn, ["DNC", "do not call", "撤回", " 已退订 ", "\uff24NC"]))
    assert not any(map(means_withdrawn, ["", "north", "2026-04-01", "withdrawn later " * 20]))
