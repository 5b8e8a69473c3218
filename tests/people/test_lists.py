"""Whole lists: chunks, persons over lists, orders, and an account that sums to the file's rows."""

from __future__ import annotations

import csv
import stat
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from dialsim.core.codes import LeadState, Reason, RowFault
from dialsim.core.person_flags import ALTERNATES_SHIFT, PersonFlag
from dialsim.engine.build import World, prepare
from dialsim.engine.host import digest, fill_chunk, publish, run_to_end
from dialsim.errors import InternalError, Problems, ScenarioError
from dialsim.people.account import masked
from dialsim.people.lists import Lists
from dialsim.people.merging.identities import CallHistory, id_keys
from dialsim.people.order import dial_order
from dialsim.people.reading.rows import blank_rows
from tests.people.lists import A, B, C, D, E, bits, opened, scenario_of, summed, table, whole

DAY_MS = 86_400_000


# --- as they come ------------------------------------------------------------------------------


def test_as_they_come(tmp_path: Path) -> None:
    """One person by number or identifier; unusable rows and malformed ones behind all others."""
    path = table(
        tmp_path / "a.csv",
        [[A, "a"], [A, "b"], [B, "b"], ["abc", "c"], [C], [C, ""], ["10086", "d"]],
    )
    lists = opened({"name": "a", "file": str(path)}, keep=True)
    assert not lists.read_first
    assert (lists.counts, lists.estimate) == ([7], [7])
    chunk = whole(lists, chunk_rows=3)
    duplicate = PersonFlag.DUPLICATE
    invalid, protected, unusable = PersonFlag.INVALID, PersonFlag.PROTECTED, PersonFlag.UNUSABLE
    assert bits(chunk) == [0, duplicate, duplicate, invalid, 0, protected, unusable]
    assert chunk.lines.tolist() == [2, 3, 4, 5, 7, 8, 6]
    assert chunk.numbers.tolist()[:3] == [8613800000001, 8613800000001, 8613800000002]
    assert chunk.rows["key"][0] == id_keys(pa.array(["a"]))[0]
    account = summed(lists.accounts[0])
    assert (account.used, account.merged, account.rows) == (2, 2, 7)
    assert account.to_dict()["merged_by"] == {"number": 1, "id": 1}
    assert account.examples["MERGED"][1].merged_with == "a:2"
    assert [example.line for example in account.examples["NO_DIGITS"]] == [5]
    assert account.unusable == {
        RowFault.NO_DIGITS: 1,
        RowFault.SERVICE_NUMBER: 1,
        RowFault.MALFORMED_ROW: 1,
    }
    assert len(lists.inputs[str(path)]) == 64


def test_bridges_and_bars_nobody_heard_of(tmp_path: Path) -> None:
    """What comes too late for a person that was handed on is counted; bars are not too late."""
    path = table(tmp_path / "b.csv", [[A, "a"], [B, "b"], [A, "b"]])
    lists = opened({"name": "b", "file": str(path)})
    assert not lists.read_first
    assert bits(whole(lists)) == [0, 0, PersonFlag.DUPLICATE]
    assert summed(lists.accounts[0]).bridging == 1
    rows = [[A], [f"{C}/{A}"], [D], [f"{E}/{B}"], [B]]
    path = table(tmp_path / "a.csv", rows, "number")
    forbidden = table(tmp_path / "dnc.csv", [[C], [D]], "number")
    gone = table(tmp_path / "w.csv", [[E, "2026-04-01"]], "number,time")
    lists = opened(
        {"name": "a", "file": str(path)},
        registries=[{"name": "own", "kind": "internal", "file": str(forbidden)}],
        withdrawals=[{"file": str(gone)}],
    )
    assert lists.read_first
    chunk = whole(lists)
    dnc, duplicate = PersonFlag.INTERNAL_DNC, PersonFlag.DUPLICATE
    two = 1 << ALTERNATES_SHIFT
    assert bits(chunk) == [dnc | two, duplicate | dnc, dnc, PersonFlag.WITHDRAWN | two, duplicate]
    account = summed(lists.accounts[0])
    assert (account.bridging, account.bars_unheard) == (0, 0)
    assert account.barred["internal_dnc"] == 2
    assert "registries[0].file" in lists.inputs


def test_persons_over_lists(tmp_path: Path) -> None:
    """A number of an earlier list is a duplicate in a later one; drawn lists are between them."""
    first = table(tmp_path / "a.csv", [[A, "a"], [B, "b"]])
    second = table(tmp_path / "b.csv", [[C, "c"], [B, "x"], [D, "a"]])
    lists = opened(
        {"name": "a", "file": str(first)},
        {"name": "drawn", "synthetic": {"count": 5}},
        {"name": "b", "file": str(second)},
    )
    assert lists.counts == [2, 5, 3]
    assert lists.accounts[1] is None
    with pytest.raises(InternalError, match="list 1 comes from no file"):
        lists.chunks(1, 10)
    with pytest.raises(InternalError, match="not the next"):
        next(lists.chunks(2, 10))
    lists = opened(
        {"name": "a", "file": str(first)},
        {"name": "drawn", "synthetic": {"count": 5}},
        {"name": "b", "file": str(second)},
    )
    whole(lists, 0)
    assert bits(whole(lists, 2)) == [0, PersonFlag.DUPLICATE, PersonFlag.DUPLICATE]
    account = summed(lists.accounts[2])
    assert [example.merged_with for example in account.examples["MERGED"]] == ["a:3", "a:2"]


def test_a_second_call_goes_on(tmp_path: Path) -> None:
    """A feed that was stopped finds the rest."""
    path = table(tmp_path / "a.csv", [[A, ""], [B, ""], [C, ""]])
    lists = opened({"name": "a", "file": str(path)})
    assert next(lists.chunks(0, 2)).lines.tolist() == [2, 3]
    assert next(lists.chunks(0, 2)).lines.tolist() == [4]


def test_second_numbers_are_alternates(tmp_path: Path) -> None:
    """Of one cell or of columns, at most three; the rest is counted."""
    path = table(
        tmp_path / "a.csv",
        [[f"{A}/{B}", C, D], [f"{E};13800000006;13800000007", "13800000008", "13800000009"]],
        "number,t2,t3",
    )
    lists = opened({"name": "a", "file": str(path), "columns": {"alternates": ["t2", "t3"]}})
    chunk = whole(lists)
    alternates = chunk.rows["flags"] >> ALTERNATES_SHIFT & 3
    assert alternates.tolist() == [3, 3]
    account = summed(lists.accounts[0])
    assert (account.alternates_used, account.alternates_beyond) == (6, 1)
    assert (account.second_numbers, account.alternates) == (3, 4)


def test_header_only_and_a_file_that_grew(tmp_path: Path) -> None:
    """A problem before, an error in the middle; never a traceback."""
    problems = Problems()
    empty = table(tmp_path / "a.csv", [])
    Lists(scenario_of({"name": "a", "file": str(empty)}), problems)
    assert "the list is empty" in problems.items[0].message
    path = table(tmp_path / "b.csv", [[A, ""]])
    lists = opened({"name": "b", "file": str(path)})
    table(path, [[A, ""], [B, ""], [C, ""]])
    with pytest.raises(ScenarioError, match="has changed"):
        whole(lists)


# --- read first --------------------------------------------------------------------------------


def test_merged_rows_count(tmp_path: Path) -> None:
    """Consent is what both say, bars add up, the other number becomes an alternate."""
    header = "number,id,consent_date,consent_purpose,consent_expiry,withdrawn"
    path = table(
        tmp_path / "a.csv",
        [
            [A, "a", "2026-01-01", "", "", ""],
            [B, "", "", "", "", ""],
            [C, "a", "2026-01-01", "service", "2026-04-13 12:00", ""],
            [B, "b", "2026-01-01", "", "", "2026-04-13 10:00"],
            [D, "d", "2026-01-01", "", "", "oops"],
            [E, "d", "2026-01-01", "", "", ""],
            ["x", "a", "", "", "", "2026-01-05"],
            ["y", "e"],
        ],
        header,
    )
    lists = opened({"name": "a", "file": str(path)}, keep=True)
    assert lists.read_first
    chunk = whole(lists, chunk_rows=3)
    one = 1 << ALTERNATES_SHIFT
    d, withdrawn = PersonFlag.DUPLICATE, PersonFlag.WITHDRAWN
    # the withdrawal of the row without a number is of the person with that identifier
    assert bits(chunk) == [
        one | withdrawn, 0, d, d, PersonFlag.UNUSABLE | withdrawn, withdrawn,
        PersonFlag.INVALID | withdrawn, PersonFlag.UNUSABLE,
    ]  # fmt: skip
    assert chunk.rows["consent"].tolist()[:2] == [2, 0]
    assert chunk.dated.tolist() == [
        (DAY_MS // 2, 0, PersonFlag.EXPIRED),
        (10 * DAY_MS // 24, 1, PersonFlag.WITHDRAWN),
    ]
    account = summed(lists.accounts[0])
    assert (account.rows, account.used, account.merged, account.stricter) == (8, 3, 2, 4)
    assert account.barred["no_consent"] == 1
    assert account.barred["withdrawn"] == 2
    assert account.examples["BAD_DATE"][0].column == "withdrawn"


@pytest.mark.parametrize(
    ("keys", "header"),
    [
        ({"order": "key"}, "number,id"),
        ({"order": "priority"}, "number,priority"),
        ({"order": "best_hour"}, "number,best_hour"),
        ({}, "number,relation"),
        ({"columns": {"withdrawn": "w"}}, "number,w"),
    ],
)
def test_what_makes_lists_be_read_first(tmp_path: Path, keys: Any, header: str) -> None:
    """An order that needs all rows, or a column whose strictest value counts."""
    path = table(tmp_path / "a.csv", [[A, ""]], header)
    assert opened({"name": "a", "file": str(path), **keys}).read_first


def test_terms_of_lists_and_withdrawals_make_lists_be_read_first(tmp_path: Path) -> None:
    """Two lists that differ in what they say of consent; withdrawals with several keys."""
    one, two = (str(table(tmp_path / f"{i}.csv", [[A, ""]])) for i in "ab")
    alike = opened({"name": "a", "file": one}, {"name": "b", "file": two})
    assert not alike.read_first
    assert opened(
        {"name": "a", "file": one}, {"name": "b", "file": two, "internal_dnc": 0.5}
    ).read_first
    gone = str(table(tmp_path / "w.csv", [[A, "2026-04-13"]], "number,time"))
    assert opened({"name": "a", "file": one}, withdrawals=[{"file": gone}]).read_first
    plain = str(table(tmp_path / "c.csv", [[A], [B]], "number"))
    lists = opened({"name": "c", "file": plain}, withdrawals=[{"file": gone}])
    assert not lists.read_first
    assert bits(whole(lists)) == [PersonFlag.WITHDRAWN, 0]


def test_two_lists_of_different_terms_are_one_person(tmp_path: Path) -> None:
    """The stricter list's share counts for a person of both."""
    numbers = [[f"138000{i:05d}"] for i in range(60)]
    one, two = (str(table(tmp_path / f"{i}.csv", numbers, "number")) for i in "ab")
    lists = opened(
        {"name": "a", "file": one},
        {"name": "b", "file": two, "consent_recorded": 0.5, "relation": "bought"},
    )
    first, second = whole(lists, 0, 7), whole(lists, 1, 7)
    assert set(first.rows["consent"].tolist()) == {0, 7}
    assert set(first.rows["relation"].tolist()) == {1}
    assert bits(second) == [PersonFlag.DUPLICATE] * 60
    a, b = (summed(account) for account in lists.accounts)
    assert (a.used, b.merged) == (60, 60)
    assert b.stricter == int((first.rows["consent"] == 0).sum())
    assert b.examples["MERGED"][0].merged_with == "a:2"


def test_orders(tmp_path: Path) -> None:
    """Highest priority first; by hour with those of none last; malformed rows behind all."""
    rows = [[A, "", "9"], [B, "7", ""], [C, "-1", "23"], [D, "7", "9"], ["x"]]
    path = str(table(tmp_path / "a.csv", rows, "number,priority,best_hour"))
    by_priority = opened({"name": "a", "file": path, "order": "priority"})
    assert whole(by_priority, 0, 2).lines.tolist() == [3, 5, 4, 2, 6]
    assert by_priority.hour_starts == [None]
    by_hour = opened({"name": "a", "file": path, "order": "best_hour"})
    assert whole(by_hour, 0, 2).lines.tolist() == [2, 5, 4, 3, 6]
    starts = by_hour.hour_starts[0]
    assert starts is not None
    assert starts.tolist() == [0] * 10 + [2] * 14 + [3, 5]
    listed = opened({"name": "a", "file": path})  # a column of no use: its faults are none
    assert whole(listed).lines.tolist() == [2, 3, 4, 5, 6]


def test_order_by_key_does_not_depend_on_the_file(tmp_path: Path) -> None:
    """The same rows shuffled give the same people, duplicates and attributes included."""
    rng = np.random.default_rng(4)
    rows = [
        [f"1380000{rng.integers(0, 30):04d}", f"c{rng.integers(0, 40)}" if i % 3 else "",
         rng.choice(["", "2026-01-01"]), rng.choice(["", "2026-04-13 11:00"]),
         rng.choice(["", "Asia/Urumqi"]), str(rng.integers(0, 3))]
        for i in range(120)
    ]  # fmt: skip
    header = "number,id,consent_date,withdrawn,time_zone,branch"
    found = []
    for name in ("a.csv", "b.csv"):
        keys = {"order": "key", "attributes": ["branch"]}
        lists = opened({"name": "l", "file": str(table(tmp_path / name, rows, header)), **keys})
        chunk = whole(lists, 0, 11)
        values = np.array([*lists.attribute_values[0]["branch"], ""])
        found.append(
            [chunk.rows.tolist(), chunk.dated.tolist(), chunk.numbers.tolist(),
             values[chunk.attributes["branch"]].tolist()]
        )  # fmt: skip
        assert summed(lists.accounts[0]).merged > 10
        rng.shuffle(rows)
    assert found[0] == found[1]


def test_ties_in_the_order_by_key() -> None:
    """Equal keys by all else, then by what is carried; equal rows as they stand."""
    rows = blank_rows(4)
    rows["id_key"] = 9
    rows["number"] = [2, 1, 1, 1]
    assert dial_order(rows, "key", [np.array([0, 5, 3, 3])]).tolist() == [2, 3, 1, 0]
    assert dial_order(rows, "list", []).tolist() == [0, 1, 2, 3]


def test_earlier_attempts(tmp_path: Path) -> None:
    """Found by number, further number and identifier; of merged rows for their person."""
    path = table(tmp_path / "a.csv", [[A, "a", ""], [B, "b", C], [D, "a", ""]], "number,id,tel2")
    attempts = [(1, 0, -5, 0), (3, 0, -6, 1), (0, "a", -7, 2), (4, 0, -8, 3), (5, 0, -9, 4)]
    numbers = np.array([8613800000000 + n if n else 0 for n, *_ in attempts])
    keys = np.array([id_keys(pa.array(["a"]))[0] if k else 0 for _, k, *_ in attempts], np.uint64)
    ticks, callers = (np.array([row[i] for row in attempts]) for i in (2, 3))
    lists = opened({"name": "a", "file": str(path), "columns": {"alternates": ["tel2"]}})
    not_rung = np.array([1, 0, 0, 0, 0])
    declined, seen = np.array([0, 1, 0, 0, 0]), np.array([4, 1, 8, 0, 5])
    earlier = CallHistory(numbers, keys, ticks, callers, seen, not_rung=not_rung, declined=declined)
    lists.set_call_history(earlier)
    assert lists.read_first
    chunk = whole(lists, 0, 2)
    found = [
        (0, -8, 3, 0, -1, 0, 0), (0, -7, 2, 8, -1, 0, 0), (0, -5, 0, 4, -1, 1, 0),
        (1, -6, 1, 1, -1, 0, 1),
    ]  # fmt: skip
    assert chunk.earlier.tolist() == found
    assert earlier.met.tolist() == [True, True, True, True, False]
    plain = table(tmp_path / "b.csv", [[A], [A], [D], [f"{B}/{C}"]], "number")
    lists = opened({"name": "b", "file": str(plain)})
    lists.set_call_history(CallHistory(numbers, keys, ticks, callers))
    assert lists.read_first
    told = [each[:4] for each in whole(lists, 0, 2).earlier.tolist()]
    assert told == [(0, -5, 0, 0), (2, -8, 3, 0), (3, -6, 1, 0)]


def test_syncs_of_registries_reach_the_person(tmp_path: Path) -> None:
    """News of a merged row's number is news of its person; as they come, of each row used."""
    path = table(tmp_path / "a.csv", [[A, "a"], [B, "b"], [C, "a"], [B, "x"]])
    plain = table(tmp_path / "b.csv", [[A], [B], [C], [B]], "number")
    later = table(tmp_path / "r.csv", [[C], [B]], "number")
    registries = [
        {"name": "r", "kind": "internal", "file": str(later), "known_from": "2026-04-13T08:00:00"}
    ]
    tick, flag = 8 * 3_600_000, PersonFlag.INTERNAL_DNC
    as_they_come = opened({"name": "b", "file": str(plain)}, registries=registries)
    assert not as_they_come.read_first
    assert whole(as_they_come, 0, 2).dated.tolist() == [(tick, 1, flag), (tick, 2, flag)]
    by_list = opened({"name": "a", "file": str(path)}, registries=registries)
    assert by_list.read_first
    assert whole(by_list, 0, 2).dated.tolist() == [(tick, 0, flag), (tick, 1, flag)]
    keys = {"internal_dnc": 0.0, "order": "key"}
    first = opened({"name": "a", "file": str(path), **keys}, registries=registries)
    chunk = whole(first, 0, 2)
    told = {int(chunk.numbers[row]): int(flags) for _, row, flags in chunk.dated.tolist()}
    assert set(told.values()) == {PersonFlag.INTERNAL_DNC}
    assert len(told) == 2


def test_hours_of_merged_numbers(tmp_path: Path) -> None:
    """A person with numbers in two zones keeps the hours of both, or the first number alone."""
    path = table(tmp_path / "a.csv", [[A, "a"], ["+852 5123 4567", "a"], [B, "b"]])
    keys = {"order": "key", "countries": ["CN", "HK"]}

    def read(both: int | None) -> tuple[list[int], list[int], Lists]:
        rows = {frozenset(["Asia/Shanghai"]): 0, frozenset(["Asia/Hong_Kong"]): 1}
        if both is not None:
            rows[frozenset(["Asia/Shanghai", "Asia/Hong_Kong"])] = both
        lists = opened({"name": "a", "file": str(path), **keys})
        lists.zone_row = lambda zones, own: rows.get(frozenset(zones))
        chunk = whole(lists)
        mine = chunk.rows["flags"] & PersonFlag.DUPLICATE == 0
        alternates = chunk.rows["flags"] >> ALTERNATES_SHIFT & 3
        return sorted(chunk.rows["zone"][mine].tolist()), sorted(alternates.tolist()), lists

    zones, alternates, lists = read(5)
    assert (zones, alternates) == ([0, 5], [0, 0, 1])
    zones, alternates, lists = read(None)
    assert (alternates, summed(lists.accounts[0]).alternates_elsewhere) == ([0, 0, 0], 1)


# --- a campaign of them ------------------------------------------------------------------------


def played(path: Path, order: str, chunk_rows: int) -> World:
    """Play a list read in chunks."""
    scenario = scenario_of({"name": "a", "file": str(path), "order": order})
    lists = Lists(scenario, Problems())
    world = prepare(scenario, counts=lists.counts)
    lists.zone_row = world.hours.row
    world.lists = lists
    for chunk in lists.chunks(0, chunk_rows):
        fill_chunk(world, 0, chunk)
    publish(world, 0)
    run_to_end(world)
    return world


@pytest.mark.slow_without_jit
def test_shuffled_rows_do_not_matter_under_key_order(tmp_path: Path) -> None:
    """The same people in another row order are the same campaign; under list order they are not."""
    n = 400
    order = np.random.default_rng(2).permutation(n)
    rows = [[str(13_800_000_000 + i), f"c{i}"] for i in range(n)]
    first = table(tmp_path / "a.csv", rows)
    second = table(tmp_path / "b.csv", [rows[i] for i in order])
    by_key, listed = digest(played(first, "key", 7)), digest(played(first, "list", 7))
    assert digest(played(second, "key", 50)) == by_key
    assert digest(played(first, "list", n)) == listed
    assert digest(played(second, "list", 7)) != listed


@pytest.mark.slow_without_jit
def test_rows_end_with_their_reasons(tmp_path: Path) -> None:
    """A duplicate, an invalid number and a row that is none are finished before anybody dials."""
    path = table(tmp_path / "a.csv", [[A, "a"], [A, "b"], ["1", "c"], ["x"], [E, "e"]])
    leads = played(path, "list", 3).state.leads
    finished = leads["reason"][[1, 2, 4]].tolist()
    assert finished == [Reason.DUPLICATE, Reason.INVALID_NUMBER, Reason.UNUSABLE_ROW]
    assert leads["state"][[1, 2, 4]].tolist() == [LeadState.FINISHED] * 3


# --- any file ----------------------------------------------------------------------------------

CELLS = {
    "number": [A, B, C, f"{A}/{B}", "+86 138-0000-0002", "", "x", "1.38E+10", "10086", "120"],
    "id": ["", "a", "b", "c"],
    "consent_date": ["2026-01-01", "", "?", "2027-01-01"],
    "tel2": ["", D, A, "z"],
}


@given(
    st.lists(st.tuples(*(st.sampled_from(cells) for cells in CELLS.values())), min_size=1),
    st.integers(0, 2),
    st.booleans(),
)
def test_every_row_is_accounted_for(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Any], broken: int, consent: bool
) -> None:
    """The account sums to the file's rows, and chunks change nothing."""
    if not consent:
        rows = [(number, identifier, "", tel) for number, identifier, _, tel in rows]
    lines = [list(row) for row in rows] + [["too", "few"]] * broken
    header = ",".join(CELLS) if consent else "number,id,nothing,tel2"
    path = str(table(tmp_path_factory.mktemp("lists") / "a.csv", lines, header))
    found = []
    for chunk_rows in (1, 2, 7, 1000):
        lists = opened({"name": "a", "file": path, "columns": {"alternates": ["tel2"]}})
        assert lists.read_first == consent
        chunk = whole(lists, 0, chunk_rows)
        account = summed(lists.accounts[0])
        assert account.rows == len(lines) == len(chunk.rows)
        assert sorted(chunk.lines.tolist()) == list(range(2, len(lines) + 2))
        assert account.unusable[RowFault.MALFORMED_ROW] == broken
        found.append(
            [chunk.rows.tolist(), chunk.dated.tolist(), chunk.numbers.tolist(),
             chunk.lines.tolist(), account.to_dict()]
        )  # fmt: skip
    assert all(each == found[0] for each in found)


def test_parquet_is_read_alike(tmp_path: Path) -> None:
    """Whole numbers, dates and words of a Parquet file mean what they mean as text."""
    rows = [[A, "17", "2026-01-01", "3"], [B, "", "", ""], [A, "18", "2026-01-01", "1"]]
    text = table(tmp_path / "a.csv", rows, "number,id,consent_date,prior_attempts")
    columns = {
        "number": pa.array([int(A), int(B), int(A)]),
        "id": pa.array([17, None, 18]),
        "consent_date": pa.array([20454, None, 20454], pa.date32()),
        "prior_attempts": pa.array([3.0, None, 1.0]),
    }
    parquet.write_table(pa.table(columns), tmp_path / "a.parquet")
    one, two = (
        whole(opened({"name": "a", "file": str(path)})) for path in (text, tmp_path / "a.parquet")
    )
    assert one.rows.tolist() == two.rows.tolist()
    assert one.rows["consent"].tolist()[:2] == [7, 0]
    assert two.lines.tolist() == [1, 2, 3]


# --- the account -------------------------------------------------------------------------------


def test_rejects_are_written_for_the_owner_alone(tmp_path: Path) -> None:
    """Each row not used, with line, reason and text; nothing a spreadsheet would run."""
    path = table(tmp_path / "a.csv", [[A, "a"], [A, "b"], ["=1+2", "c"], ["-cmd()", "d"], ["only"]])
    lists = opened({"name": "a", "file": str(path)}, keep=True)
    whole(lists)
    target = tmp_path / "rejects.csv"
    target.write_text("old")
    assert lists.write_rejects(target) == 4
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert target.read_bytes().startswith(b"\xef\xbb\xbf")
    with target.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    own = ["list", "line", "reason", "column", "text", "merged_with"]
    assert rows[0] == [*own, "number", "id"]
    assert rows[1] == ["a", "3", "MERGED", "number", "+8613800000001", "a:2", A, "b"]
    assert [row[6:] for row in rows[2:]] == [["'=1+2", "c"], ["'-cmd()", "d"], ["only", ""]]
    assert rows[2][1] == "4"
    assert rows[2][4] == "'=1+2"
    assert rows[3][4] == "'-cmd()"
    assert rows[4][1:3] == ["6", "MALFORMED_ROW"]
    assert list(tmp_path.glob(".rejects*")) == []
    with pytest.raises(IsADirectoryError):
        lists.write_rejects(tmp_path)
    lists = opened({"name": "a", "file": str(path)})
    whole(lists)
    with pytest.raises(InternalError, match="not kept"):
        lists.write_rejects(target)


def test_an_unreadable_withdrawal_is_one(tmp_path: Path) -> None:
    """Bytes that are no text cost the row, but the person's other row is barred too."""
    path = tmp_path / "a.csv"
    path.write_bytes(f"number,withdrawn\n{A},\n{A},".encode() + b"\xff\n" + f"{B},\n".encode())
    lists = opened({"name": "a", "file": str(path), "encoding": "utf-8"})
    chunk = whole(lists)
    assert [bool(flags & PersonFlag.WITHDRAWN) for flags in bits(chunk)] == [True, True, False]
    assert summed(lists.accounts[0]).unusable == {RowFault.BAD_DATE: 1}


def test_examples_hide_numbers(tmp_path: Path) -> None:
    """At most five of a kind, masked; the dictionary holds no number."""
    path = table(tmp_path / "a.csv", [[A, ""]] * 9 + [[f"{A}x", ""]] * 7)
    lists = opened({"name": "a", "file": str(path)})
    whole(lists, 0, 4)
    account = summed(lists.accounts[0])
    assert {reason: len(found) for reason, found in account.examples.items()} == {
        "MERGED": 5,
        "LETTERS": 5,
    }
    written = account.to_dict()
    assert written["merged"] == 8
    assert written["unusable"] == {"LETTERS": 7}
    assert A not in str(written)
    assert account.examples["LETTERS"][0].text == "138****0001x"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("+8613800000001", "+86138****0001"),
        ("008613800000001", "0086138****0001"),
        ("1234", "1234"),
        ("x" * 60, "x" + "*" * 36 + "..."),
        ("\u202e13800000001", "\\u202e138****0001"),
    ],
)
def test_masks(text: str, shown: str) -> None:
    """Most digits are stars, control characters are seen, the line is short."""
    assert masked(text) == shown


# --- memory --------------------------------------------------------------------------------------


@pytest.mark.slow_without_jit
@pytest.mark.parametrize("first", [False, True])
def test_memory_of_reading_is_foreseen_and_given_back(tmp_path: Path, first: bool) -> None:
    """The estimate against what is taken, beside what the chunks hold."""
    count = 20_000
    rows = [[f"138{i:08d}", f"id {i}"] for i in range(count)]
    path = table(tmp_path / "a.csv", rows)
    order = "key" if first else "list"
    lists = opened({"name": "a", "file": str(path), "order": order})
    assert lists.read_first == first
    whole(opened({"name": "warm", "file": str(table(tmp_path / "warm.csv", rows[:9]))}))
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        chunks = lists.chunks(0, 1000)
        next(chunks)
        most = tracemalloc.get_traced_memory()[1] - before
        for chunk in chunks:
            if chunk.ended:
                break
        left = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    told = lists.bytes_to_read()
    assert told > count * 26  # tables of 11 and 16 bytes a key, a little less for rounding
    assert told <= most < told + 1_500_000  # a batch on its way
    assert left < 500_000
