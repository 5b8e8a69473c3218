"""Registries and withdrawals from files: who is barred, from when, and what became of each row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from dialsim.core.codes import Category
from dialsim.core.person_flags import REFUSED, REFUSED_SHIFT, PersonFlag
from dialsim.errors import Problems
from dialsim.numbering.classify import classify_numbers
from dialsim.people.account import masked
from dialsim.people.merging.identities import id_keys
from dialsim.people.number_files import shown_cell
from dialsim.people.registries import Registries
from dialsim.people.withdrawals import Withdrawals
from dialsim.scenario import load_scenario
from dialsim.scenario.models.schema import Scenario
from tests.people.scenarios import small_scenario

HOUR = 3_600_000


def scenario(**tables: Any) -> Scenario:
    """A scenario that starts on 2026-04-13 and calls about loans."""
    raw = small_scenario({"name": "list", "synthetic": {"count": 10, "relation": "opted_in"}})
    if any(table.get("kind") == "refused" for table in tables.get("registries", [])):
        raw["refuse_call"] = {"access": "operator_scrub"}
    return load_scenario(raw | tables)


def listed(path: Path, kind: str = "internal", **keys: Any) -> dict[str, Any]:
    as_of = {"as_of": "2026-04-10"} if kind in ("refused", "industry") else {}
    return {"name": path.stem, "kind": kind, "file": str(path)} | as_of | keys


def csv(path: Path, *rows: object) -> Path:
    path.write_text("\n".join(map(str, rows)) + "\n")
    return path


def loaded(*registries: dict[str, Any]) -> Registries:
    problems = Problems()
    made = Registries.load(scenario(registries=list(registries)), problems)
    assert problems.items == []
    return made


def index_of(*ends: int) -> Any:
    """Dense indices of 138 0000 and these last digits."""
    return np.ascontiguousarray(classify_numbers(np.array(ends) + 8613800000000)["index"])


def test_every_kind_sets_its_own_flag(tmp_path: Path) -> None:
    made = loaded(
        listed(csv(tmp_path / "a.csv", "number", 13800000001, 13800000009)),
        listed(csv(tmp_path / "b.csv", "number", 13800000002, 13800000009), "industry"),
        listed(csv(tmp_path / "c.csv", "number", 13800000003, 13800000009), "refused"),
        listed(csv(tmp_path / "d.csv", "number", 13800000004, 95588), "protected"),
    )
    flags = made.flags(index_of(1, 2, 3, 4, 9, 5))
    assert flags.dtype == np.uint32
    every = [PersonFlag.INTERNAL_DNC, PersonFlag.INDUSTRY_DNC, REFUSED, PersonFlag.PROTECTED]
    assert flags.tolist() == [
        *every,
        PersonFlag.INTERNAL_DNC | PersonFlag.INDUSTRY_DNC | REFUSED,
        0,
    ]
    assert made.flags(np.array([-1])).tolist() == [0]
    service = np.ascontiguousarray(classify_numbers(np.array([8695588]))["index"])
    assert made.flags(service).tolist() == [PersonFlag.PROTECTED]
    assert len(made.later(index_of(1, 2, 9))) == 0
    assert sorted(made.inputs) == [f"registries[{i}].file" for i in range(4)]
    assert all(len(digest) == 64 for digest in made.inputs.values())


def test_refusals_are_of_categories(tmp_path: Path) -> None:
    """Each scrub bars the categories it is about; one that names none bars all."""
    loans = csv(tmp_path / "loans.csv", "number", 13800000001, 13800000002)
    both = csv(tmp_path / "both.csv", "number", 13800000002)
    every = csv(tmp_path / "all.csv", "number", 13800000003)
    cards = csv(tmp_path / "cards.csv", "number", 13800000004)
    loan, card = (1 << REFUSED_SHIFT + c for c in (Category.LOAN, Category.CREDIT_CARD))
    made = loaded(
        listed(loans, "refused", categories=["loan"]),
        listed(both, "refused", categories=["loan", "credit_card"]),
        listed(every, "refused"),
        listed(cards, "refused", categories=["credit_card"]),  # no campaign calls about them
    )
    assert made.flags(index_of(1, 2, 3, 4)).tolist() == [loan, loan | card, REFUSED, 0]
    alone = loaded(listed(loans, "refused", categories=["loan"]))
    assert alone.flags(index_of(1, 3)).tolist() == [loan, 0]
    assert made.bytes_used > alone.bytes_used


def test_every_row_is_accounted_for(tmp_path: Path) -> None:
    rows = ["number,note", "13800000001,a", "138-0000-0001,again", "call 1380000000,b", ",c"]
    rows += ["+8613800000002/13800000003,two", "13800000004", "15400000001,none"]
    made = loaded(listed(csv(tmp_path / "own.csv", *rows)))
    (account,) = made.accounts
    assert (account.rows, account.used, account.numbers) == (7, 4, 4)
    assert sum(account.unusable.values()) == 3
    assert account.taken_strictly == {"MALFORMED_ROW": 1}
    assert [example.line for example in account.examples] == [4, 5, 8]
    assert made.flags(index_of(1, 2, 3, 4, 5)).tolist() == [PersonFlag.INTERNAL_DNC] * 4 + [0]
    told = account.to_dict()
    assert told["rows"] == 7
    assert "13800000" not in str(told)
    assert "1540000" not in str(told)


def test_at_most_five_examples_of_a_reason(tmp_path: Path) -> None:
    rows = ["number", 13800000001, *["none"] * 20]
    (account,) = loaded(listed(csv(tmp_path / "own.csv", *rows))).accounts
    assert account.unusable.total() == 20
    assert len(account.examples) == 5


def test_two_files_of_a_kind_are_counted_apart(tmp_path: Path) -> None:
    one = csv(tmp_path / "one.csv", "number", 13800000001, 13800000002)
    two = csv(tmp_path / "two.csv", "number", 13800000002, 13800000003, 13800000003)
    made = loaded(listed(one), listed(two))
    assert [account.numbers for account in made.accounts] == [2, 2]
    assert made.flags(index_of(1, 2, 3)).tolist() == [PersonFlag.INTERNAL_DNC] * 3


def test_a_list_may_forbid_intermediate_numbers(tmp_path: Path) -> None:
    """They are numbers of the plan, if none a list of people is called by."""
    (account,) = loaded(listed(csv(tmp_path / "own.csv", "number", 700123456789012))).accounts
    assert (account.rows, account.used, account.unusable.total()) == (1, 1, 0)


def test_parquet_of_whole_numbers(tmp_path: Path) -> None:
    path = tmp_path / "own.parquet"
    parquet.write_table(pa.table({"tel": pa.array([13800000001, None, 5])}), path)
    made = loaded(listed(path, columns={"number": "tel"}))
    (account,) = made.accounts
    assert (account.rows, account.used) == (3, 1)
    assert account.unusable["NO_NUMBER"] == 1
    assert made.flags(index_of(1)).tolist() == [PersonFlag.INTERNAL_DNC]


def test_a_refusal_of_another_category_bars_nobody(tmp_path: Path) -> None:
    path = csv(tmp_path / "scrub.csv", "number", 13800000001, 13800000001)
    made = loaded(listed(path, "refused", categories=["estate"]))
    (account,) = made.accounts
    assert (account.applies, account.rows, account.numbers) == (False, 2, 1)
    assert made.flags(index_of(1)).tolist() == [0]
    assert loaded(listed(path, "refused", categories=["estate", "loan"])).flags(index_of(1))[0]


def test_later_registries_are_dated_and_say_only_what_is_new(tmp_path: Path) -> None:
    made = loaded(
        listed(csv(tmp_path / "now.csv", "number", 13800000001)),
        listed(
            csv(tmp_path / "late.csv", "number", 13800000002, 13800000003),
            known_from="2026-04-13T18:00:00",
        ),
        listed(
            csv(tmp_path / "sync.csv", "number", 13800000001, 13800000002),
            known_from="2026-04-13T09:00:00",
        ),
        listed(
            csv(tmp_path / "trade.csv", "number", 13800000002),
            "industry",
            known_from="2026-04-13T18:00:00",
        ),
    )
    index = np.concatenate([index_of(1, 2, 3, 4), [-1], index_of(2)])
    assert made.flags(index).tolist() == [PersonFlag.INTERNAL_DNC, 0, 0, 0, 0, 0]
    nine, six = 9 * HOUR, 18 * HOUR
    assert made.later(index).tolist() == [
        (nine, 1, PersonFlag.INTERNAL_DNC),
        (nine, 5, PersonFlag.INTERNAL_DNC),
        (six, 1, PersonFlag.INDUSTRY_DNC),
        (six, 2, PersonFlag.INTERNAL_DNC),
        (six, 5, PersonFlag.INDUSTRY_DNC),
    ]
    assert made.accounts[1].known_from == "2026-04-13T18:00:00"


def test_a_later_start_knows_more(tmp_path: Path) -> None:
    path = csv(tmp_path / "sync.csv", "number", 13800000001)
    table = listed(path, known_from="2026-04-13T09:00:00")
    made = Registries.load(scenario(registries=[table]), Problems(), start_tick=9 * HOUR)
    assert made.flags(index_of(1)).tolist() == [PersonFlag.INTERNAL_DNC]
    assert len(made.later(index_of(1))) == 0


@pytest.mark.parametrize("rows", [("name", "Li"), ("number", "Li", "Wang")])
def test_a_registry_that_bars_nobody_is_a_problem(tmp_path: Path, rows: tuple[str, ...]) -> None:
    problems = Problems()
    table = listed(csv(tmp_path / "own.csv", *rows))
    Registries.load(scenario(registries=[table]), problems)
    assert len(problems) == 1
    assert problems.items[0].path.startswith("registries[0]")


def test_an_empty_registry_bars_nobody(tmp_path: Path) -> None:
    made = loaded(listed(csv(tmp_path / "own.csv", "number")))
    assert made.accounts[0].rows == 0
    assert made.flags(index_of(1)).tolist() == [0]
    assert made.bytes_used < 1 << 20


def test_no_registries() -> None:
    made = loaded()
    assert made.flags(index_of(1, 2)).tolist() == [0, 0]
    assert (made.accounts, made.inputs) == ([], {})


# --- withdrawals ----------------------------------------------------------------------------------


def withdrawn(path: Path, *rows: object, **keys: Any) -> Withdrawals:
    problems = Problems()
    table = {"file": str(csv(path, *rows))} | keys
    made = Withdrawals.load(scenario(withdrawals=[table]), problems)
    assert problems.items == []
    return made


def test_the_earliest_withdrawal_by_number_or_identifier_counts(tmp_path: Path) -> None:
    made = withdrawn(
        tmp_path / "w.csv",
        "number,id,time",
        "13800000001,,2026-04-13 10:00",
        "13800000001,,2026-04-13T09:00:00+08:00",
        ",A7,2026/4/12",
        "13800000002,A8,2026-04-14 00:00:00",
    )
    numbers = np.array([8613800000001, 8613800000001, 0, 8613800000002, 8613800000003])
    keys = id_keys(pa.array([None, "A7", "A8", "", "B"]))
    assert made.dated(numbers, keys).tolist() == [
        (9 * HOUR, 0, PersonFlag.WITHDRAWN),
        (-24 * HOUR, 1, PersonFlag.WITHDRAWN),
        (24 * HOUR, 2, PersonFlag.WITHDRAWN),
        (24 * HOUR, 3, PersonFlag.WITHDRAWN),
    ]
    (account,) = made.accounts
    assert (account.rows, account.used, account.numbers) == (4, 4, 4)


def test_a_withdrawal_without_a_readable_time_counts_from_the_beginning(tmp_path: Path) -> None:
    made = withdrawn(
        tmp_path / "w.csv", "number,time", "13800000001,soon", "13800000002,", "none,2026-04-13"
    )
    dated = made.dated(np.array([8613800000001, 8613800000002]), np.zeros(2, np.uint64))
    assert (dated["tick"] < 0).all()
    (account,) = made.accounts
    assert account.taken_strictly == {"BAD_DATE": 2}
    assert (account.rows, account.used) == (3, 2)
    assert account.examples[0].line == 4


@pytest.mark.parametrize(
    "row",
    [
        b"13800000001,A1,\xff\xff",
        b"13800000001,\xff,2026-04-13",
        b"1380000\xff0001,A1,2026-04-13",
        b"13800000001",
        b"13800000001,A1,2026-04-13,",
        b'13800000001,A1,"2026-04-13',
    ],
)
def test_whoever_can_be_told_has_withdrawn(tmp_path: Path, row: bytes) -> None:
    """Bytes that are no text, a field too few or too many: the person is barred all the same."""
    path = tmp_path / "w.csv"
    path.write_bytes(b"number,id,time\n" + row + b"\n,,\n\xff,\xff,\n")
    problems = Problems()
    table = {"file": str(path), "encoding": "utf-8"}
    made = Withdrawals.load(scenario(withdrawals=[table]), problems)
    assert problems.items == []
    keys = id_keys(pa.array(["A1" if b"A1" in row else "", "\ufffd"]))
    assert made.dated(np.array([8613800000001, 8613800000002]), keys)["row"].tolist() == [0]
    (account,) = made.accounts
    assert (account.rows, account.used, account.unusable.total()) == (3, 1, 2)


def test_withdrawals_of_nobody_are_a_problem(tmp_path: Path) -> None:
    problems = Problems()
    table = {"file": str(csv(tmp_path / "w.csv", "number,time", "none,2026-04-13"))}
    Withdrawals.load(scenario(withdrawals=[table]), problems)
    assert "would bar nobody" in problems.items[0].message


def test_several_numbers_in_a_cell_withdraw_together(tmp_path: Path) -> None:
    made = withdrawn(tmp_path / "w.csv", "number,time", "13800000001/13800000002,2026-04-13")
    dated = made.dated(np.array([8613800000002, 8613800000001]), np.zeros(2, np.uint64))
    assert dated["tick"].tolist() == [0, 0]


def test_identifiers_alone(tmp_path: Path) -> None:
    made = withdrawn(tmp_path / "w.csv", "id,time", "A7,2026-04-13", ",2026-04-13")
    assert made.accounts[0].unusable == {"NO_NUMBER": 1}
    dated = made.dated(np.zeros(2, np.int64), id_keys(pa.array([" A7 ", "A"])))
    assert dated["row"].tolist() == [0]


@pytest.mark.parametrize("header", ["number,id", "who,time"])
def test_a_file_that_does_not_say_who_or_when_is_a_problem(tmp_path: Path, header: str) -> None:
    problems = Problems()
    table = {"file": str(csv(tmp_path / "w.csv", header, "a,b"))}
    Withdrawals.load(scenario(withdrawals=[table]), problems)
    assert len(problems) == 1


def test_no_withdrawals_in_an_empty_file(tmp_path: Path) -> None:
    made = withdrawn(tmp_path / "w.csv", "number,time")
    assert len(made.dated(np.array([8613800000001]), np.zeros(1, np.uint64))) == 0


def test_cells_are_masked_as_those_of_lists() -> None:
    """A number loses its middle; an empty cell is seen to be one."""
    for digits in range(8, 20):
        assert shown_cell("1" * digits).count("*") >= 1
        assert shown_cell("1" * digits) == masked("1" * digits)
    assert [shown_cell(cell) for cell in ("", None, "x")] == ["(empty)", "(empty)", "x"]
    assert len(shown_cell("x" * 500)) == 40
