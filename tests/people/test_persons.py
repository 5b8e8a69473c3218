"""Who is the same person: against sets of rows made one by one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialsim.core.codes import Relation, RowFault, Stream
from dialsim.core.person_flags import REFUSED, PersonFlag
from dialsim.core.rng import draw, hit, run_base, threshold32, wrapping
from dialsim.core.time_units import NEVER
from dialsim.errors import CapacityError
from dialsim.people.identity_index.layout import MOBILES_FROM
from dialsim.people.merging import kernels
from dialsim.people.merging import layout as merging
from dialsim.people.merging.identities import (
    CallHistory,
    Persons,
    bytes_of_tables,
    id_keys,
    merge,
    merge_zones,
    person_keys,
    slots_for,
)
from dialsim.people.merging.layout import ALTERNATE, TERMS
from dialsim.people.reading.rows import blank_rows

NUMBERS = (  # the first and the last Chinese mobile number, and such as are none
    0, 8613000000000, 8619999999999, 8612999999999, 8620000000000, 14155550100, 867552345678
)  # fmt: skip
ROWS = st.lists(
    st.tuples(
        st.sampled_from(NUMBERS),
        st.integers(0, 4),  # identifier, 0 none
        st.lists(st.sampled_from(NUMBERS[1:]), max_size=2),  # further numbers
        st.sampled_from([0, 0, 0, 0, 11, 20, 21]),  # fault
    ),
    max_size=14,
)


def made(rows: list[tuple[Any, ...]]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return ROW records and their further numbers."""
    records = blank_rows(len(rows))
    further = np.zeros((len(rows), 2), np.int64)
    for i, (number, identifier, more, fault) in enumerate(rows):
        records[i]["number"] = number
        records[i]["id_key"] = identifier
        records[i]["fault"] = fault if number else RowFault.NO_NUMBER
        further[i, : len(more)] = more
    return records, further


def naive_sets(rows: list[tuple[Any, ...]]) -> list[set[int]]:
    """Return the sets of rows that hang together, joined until nothing changes."""
    keys = []
    for number, identifier, more, fault in rows:
        mine = {("number", n) for n in more}
        if number and (fault == 0 or fault >= RowFault.OTHER_COUNTRY):
            mine.add(("number", number))
        if identifier:
            mine.add(("id", identifier))
        keys.append(mine)
    sets: list[tuple[set[int], set[Any]]] = []
    for i, mine in enumerate(keys):
        rows_in, known = {i}, set(mine)
        for other in [entry for entry in sets if entry[1] & mine]:
            rows_in |= other[0]
            known |= other[1]
            sets.remove(other)
        sets.append((rows_in, known))
    return [rows_in for rows_in, _ in sets]


@given(ROWS)
def test_read_first_is_the_union_of_rows(rows: list[tuple[Any, ...]]) -> None:
    """Exact sets; the first row without a fault stands for each; alternates counted once."""
    records, further = made(rows)
    places, columns = np.nonzero(further)
    alternates = np.zeros(len(places), ALTERNATE)
    alternates["row"], alternates["number"] = places, further[places, columns]
    first = Persons(100, 100).join(records, alternates)
    for rows_in in naive_sets(rows):
        usable = sorted(i for i in rows_in if records[i]["fault"] == 0)
        assert {int(first[i]) for i in rows_in} == {usable[0] if usable else -1}
        numbers = {int(records[i]["number"]) for i in usable}
        numbers |= {n for i in usable for n in rows[i][2]}
        assert sum(int(records[i]["fresh"]) for i in rows_in) == len(numbers)


def naive_meeting(rows: list[tuple[Any, ...]], records: Any) -> tuple[list[int], int]:
    """Return each row's first row, and how many joined two persons."""
    owner: dict[Any, int] = {}
    first, bridging = [], 0
    for i, (number, identifier, more, _) in enumerate(rows):
        if records[i]["fault"]:
            first.append(-1)
            continue
        keys = [("number", number), *([("id", identifier)] if identifier else [])]
        keys += [("number", n) for n in more]
        met = {owner[key] for key in keys if key in owner}
        first.append(min(met, default=-1))
        bridging += len(met) > 1
        for key in keys:
            owner.setdefault(key, min(met, default=i))
    return first, bridging


@given(ROWS, st.integers(1, 5))
def test_as_they_come_does_not_depend_on_chunks(rows: list[tuple[Any, ...]], chunk: int) -> None:
    """A later row belongs to the first it has anything in common with, however rows are cut."""
    records, further = made(rows)
    persons = Persons(2, 2)  # too few on purpose: tables grow
    found, bridging = [], 0
    for low in range(0, len(rows), chunk):
        part = slice(low, low + chunk)
        first, bridges = persons.first_rows(records[part], further[part], low)
        found += first.tolist()
        bridging += bridges
    assert (found, bridging) == naive_meeting(rows, records)
    assert persons.bridging == bridging


def test_tables_grow_when_cells_hold_more_than_was_reserved() -> None:
    """Nothing known is lost when a table is made anew; every second number is no mobile's."""
    persons = Persons(1, 1)
    rows = blank_rows(40)
    rows["number"] = np.arange(1, 41) + np.tile([MOBILES_FROM, 0], 20)
    rows["id_key"] = np.arange(1, 41)
    for low in (0, 10, 20, 30):
        first, _ = persons.first_rows(rows[low : low + 10], np.zeros((10, 0), np.int64), low)
        assert (first == -1).all()
    first, _ = persons.first_rows(rows.copy(), np.zeros((40, 0), np.int64), 40)
    assert first.tolist() == list(range(40))
    assert len(persons.numbers) >= 64
    assert persons.far[0] == 20


def test_more_numbers_than_codes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers that are no Chinese mobile numbers, met or joined; what is known stays."""
    monkeypatch.setattr("dialsim.people.merging.identities.MOST_FAR", 3)
    rows = blank_rows(4)
    rows["number"] = [1, 2, MOBILES_FROM, 3]
    none = np.zeros((4, 0), np.int64)
    persons = Persons(99, 0)
    persons.first_rows(rows, none, 0)
    with pytest.raises(CapacityError, match="6 numbers that are no Chinese mobile numbers; at mo"):
        persons.first_rows(rows, none, 4)
    with pytest.raises(CapacityError, match="4 numbers"):
        Persons(99, 0).join(rows, np.array([(0, 4)], ALTERNATE))
    assert persons.first_rows(rows[2:3], none[:1], 4)[0].tolist() == [2]


def test_rows_without_a_number_are_not_each_others() -> None:
    """Whatever else they are: no number is no number that two could share."""
    rows = blank_rows(3)
    rows["id_key"] = [1, 2, 1]
    persons = Persons(3, 3)
    first, _ = persons.first_rows(rows, np.zeros((3, 0), np.int64), 0)
    assert first.tolist() == [-1, -1, 0]
    assert not persons.numbers.any()


def test_links_say_what_rows_have_in_common() -> None:
    """By number, by identifier, by a further number; several at once."""
    records, further = made([(1, 1, [], 0), (1, 0, [], 0), (2, 1, [], 0), (3, 0, [1], 0)])
    Persons(9, 9).first_rows(records, further, 0)
    assert records["link"].tolist() == [
        0,
        merging.LINK_NUMBER,
        merging.LINK_ID,
        merging.LINK_ALTERNATE,
    ]


def test_too_many_rows_are_refused() -> None:
    """Beyond 2**31 rows nothing is reserved."""
    with pytest.raises(CapacityError, match="at most 2147483647"):
        Persons(1 << 31, 1)


def test_tables_hold_what_they_are_made_for() -> None:
    """At most three quarters full, never smaller than a handful; 11 bytes a number, 16 an id."""
    assert [slots_for(n) for n in (0, 12, 13, 1000)] == [16, 16, 18, 1334]
    assert bytes_of_tables(1000, 0) == 1334 * 8
    assert bytes_of_tables(0, 13) == 18 * 12


# --- merging -----------------------------------------------------------------------------------


def terms(*lists: tuple[int, float, int, float, Relation]) -> np.ndarray[Any, Any]:
    """Return TERMS of (until, recorded, purposes, internal_dnc, relation)."""
    records = np.zeros(len(lists), TERMS)
    for record, (until, recorded, purposes, dnc, relation) in zip(records, lists, strict=True):
        record["until"], record["purposes"] = until, purposes
        record["recorded"], record["internal_dnc"] = threshold32(recorded), threshold32(dnc)
        record["relation"] = relation
    return records


ALL = terms((9, 1.0, 7, 0.0, Relation.OPTED_IN))
BASE = np.uint64(5)


def pair(first: dict[str, Any], second: dict[str, Any], of: Any = ALL) -> tuple[Any, int]:
    """Merge two rows of one person; return the first, and whether the second was stricter."""
    rows = blank_rows(2)
    rows["number"], rows["zone"] = 1, 0
    for row, fields in zip(rows, (first, second), strict=True):
        for name, value in fields.items():
            row[name] = value
    stricter = merge(rows, np.zeros(2, np.int64), of, BASE)
    assert stricter[0] == 0
    return rows[0], int(stricter[1])


def test_bars_add_up() -> None:
    """Bits of a merged row count; those about its number alone do not if it is none."""
    flags = PersonFlag.INTERNAL_DNC | PersonFlag.NO_PROOF | PersonFlag.PROTECTED
    row, stricter = pair({"flags": REFUSED}, {"flags": flags})
    assert (row["flags"], stricter) == (flags | REFUSED, 1)
    row, stricter = pair({}, {"flags": flags, "fault": RowFault.BAD_DATE})
    assert row["flags"] == PersonFlag.INTERNAL_DNC | PersonFlag.NO_PROOF
    row, stricter = pair({"flags": flags}, {"flags": flags})
    assert (row["flags"], stricter) == (flags, 0)


def test_consent_is_what_all_rows_agree_in() -> None:
    """Bits that both have; -1 stands for the list's; a row that cannot be used says nothing."""
    assert [int(x) for x in (pair({"consent": 7}, {"consent": 3})[0]["consent"],)] == [3]
    assert pair({}, {"consent": 2})[0]["consent"] == 2
    row, stricter = pair({"consent": 1}, {})
    assert (row["consent"], stricter) == (1, 0)
    assert pair({}, {})[0]["consent"] == -1
    row, stricter = pair({"consent": 1}, {"consent": 0, "fault": RowFault.BAD_HOUR})
    assert (row["consent"], stricter) == (1, 0)


def test_dates_and_earlier_attempts() -> None:
    """The earliest withdrawal and expiry, the latest attempt, the most attempts."""
    row, stricter = pair(
        {"withdrawn": 9, "attempts": 2, "last_tick": -5},
        {"withdrawn": 4, "expiry": 7, "attempts": 1, "last_tick": -2},
    )
    found = [int(row[name]) for name in ("withdrawn", "expiry", "attempts", "last_tick")]
    assert (found, stricter) == ([4, 7, 2, -2], 1)
    row, stricter = pair({"expiry": 7}, {"expiry": NEVER})
    assert (row["expiry"], stricter) == (7, 0)


def test_terms_of_two_lists() -> None:
    """What lists say with a share is drawn as the fill draws it, and the stricter counts."""
    rows = blank_rows(200)
    rows["number"] = np.repeat(np.arange(1, 101), 2)
    rows = np.concatenate([rows[::2], rows[1::2]])
    first = np.tile(np.arange(100), 2)
    of = terms((100, 0.8, 7, 0.0, Relation.OPTED_IN), (200, 0.4, 3, 0.5, Relation.BOUGHT))
    with wrapping():
        base = np.uint64(run_base(3, 0))
    stricter = merge(rows, first, of, base)
    for i in range(100):
        with wrapping():
            key = person_keys(rows[i : i + 1])[0]
            u = np.uint64(draw(base, Stream.CONSENT, key, 0))
            v = np.uint64(draw(base, Stream.INTERNAL_DNC, key, 0))
            consent = 3 if hit(u, threshold32(0.4)) else 0
            barred = bool(hit(v, threshold32(0.5)))
            before = 7 if hit(u, threshold32(0.8)) else 0
        assert rows[i]["consent"] == consent
        assert bool(rows[i]["flags"] & PersonFlag.INTERNAL_DNC) == barred
        assert bool(stricter[100 + i]) == (barred or consent != before)
        assert rows[i]["relation"] == Relation.BOUGHT


def test_zones_become_the_strictest() -> None:
    """Where two zones have no row together the further number is not taken."""
    rows = blank_rows(5)
    rows["zone"] = [0, 1, 2, 1, 3]
    rows["fresh"] = 1
    first = np.array([0, 0, 0, 0, 4])
    left = merge_zones(rows, first, lambda *pair: {(0, 1): 1, (1, 2): None}[pair])
    assert left.tolist() == [2]
    assert rows["zone"].tolist() == [1, 1, 2, 1, 3]
    assert rows["fresh"].tolist() == [1, 1, 0, 1, 1]


def test_alternates_are_counted_to_their_bound() -> None:
    """A person of hundreds of rows: the count stops, nothing wraps."""
    rows = blank_rows(400)
    rows["number"] = np.arange(1, 401)
    rows["id_key"] = 7
    first = Persons(400, 400).join(rows, np.zeros(0, ALTERNATE))
    assert not first.any()
    merge(rows, first, terms((400, 1.0, 7, 0.0, Relation.OPTED_IN)), BASE)
    assert rows[0]["fresh"] == kernels.MOST_FRESH


# --- identifiers -------------------------------------------------------------------------------


def test_identifiers_by_their_text() -> None:
    """Numbers count as their digits, blanks at the ends do not count, null is none."""
    import pyarrow as pa

    text = id_keys(pa.array(["17", " 17\t", "", "  ", None, "a longer one, of 3 words", "客户7"]))
    assert text[0] == text[1]
    assert text[2:5].tolist() == [0, 0, 0]
    assert id_keys(pa.array([17])).tolist() == id_keys(pa.array([17.0])).tolist() == [text[0]]
    assert id_keys(pa.array(["17"]).dictionary_encode())[0] == text[0]
    assert id_keys(pa.array(["x", "17", "y"], pa.large_string()).slice(1, 1))[0] == text[0]
    assert len(set(text.tolist())) == 4
    assert id_keys(pa.array([], pa.string())).tolist() == []
    assert id_keys(pa.array(["", None])).tolist() == [0, 0]


def test_identifiers_spread() -> None:
    """Every bit of the hash is set for about half of some likely identifiers."""
    import pyarrow as pa

    keys = id_keys(pa.array([f"C{i:06d}" for i in range(400)]))
    assert len(set(keys.tolist())) == 400
    bits = (keys[:, None] >> np.arange(64, dtype=np.uint64)) & np.uint64(1)
    assert (np.abs(bits.mean(axis=0) - 0.5) < 0.15).all()


def test_an_identifier_is_the_same_everywhere() -> None:
    """Fixed for ever: results and histories hold these keys."""
    import pyarrow as pa

    assert id_keys(pa.array(["c000000001", "x"])).tolist() == [PINNED_LONG, PINNED_SHORT]


PINNED_LONG, PINNED_SHORT = 6814504551890497036, 8080816682508853597


# --- history -----------------------------------------------------------------------------------


def test_earlier_attempts_are_found_by_number_or_identifier() -> None:
    """One that a row shares both with counts once; what nobody has is not met."""
    earlier = CallHistory(
        np.array([1, 0, 1, 2, 9]),
        np.array([5, 5, 0, 6, 0], np.uint64),
        np.array([-10, -20, -30, -40, -50]),
        np.array([0, 1, -1, 2, 3]),
    )
    found = earlier.of(np.array([3, 4, 3]), np.array([1, 2, 0]), np.array([5, 0, 0], np.uint64))
    told = [each[:4] for each in found.tolist()]
    assert told == [(3, -30, -1, 0), (3, -20, 1, 0), (3, -10, 0, 0), (4, -40, 2, 0)]
    assert earlier.met.tolist() == [True, True, True, True, False]
    nobody = CallHistory(*(np.zeros(0, kind) for kind in (np.int64, np.uint64, np.int64, np.int64)))
    assert len(nobody.of(np.array([0]), np.array([1]), np.array([1], np.uint64))) == 0


@pytest.mark.full
def test_a_million_duplicates_and_one_identifier_of_a_thousand_numbers() -> None:
    """In either way one person, in seconds."""
    n = 1_000_000
    rows = blank_rows(n)
    rows["number"] = 8613800000001
    first, bridging = Persons(n, 0).first_rows(rows, np.zeros((n, 0), np.int64), 0)
    assert (first[0], set(first[1:].tolist()), bridging) == (-1, {0}, 0)
    rows["number"] = 8613800000001 + np.arange(n)
    rows["id_key"] = np.arange(n) // 1000 + 1
    first = Persons(n, n).join(rows, np.zeros(0, ALTERNATE))
    assert (first == np.arange(n) // 1000 * 1000).all()
