"""Hashes of identifiers, and the merging of persons who share one or share a number.

Tables are those of :mod:`dialsim.people.identity_index.kernels`: `numbers` with `far`, and `ids`.
A key is a number, or the hash of an identifier; 0 is none.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.bits import ONE, ZERO
from dialsim.core.codes import RowFault, Stream
from dialsim.core.person_flags import ALTERNATES_SHIFT, REFUSED, PersonFlag
from dialsim.core.rng import draw, hit, mix64
from dialsim.jit.decorator import kernel
from dialsim.people.identity_index.kernels import (
    fetch_ids,
    fetch_numbers,
    find_id,
    find_number,
    owner_of_id,
    owner_of_number,
    put_id,
    put_number,
    take_id,
    take_number,
    turn_over,
)
from dialsim.people.merging.layout import LINK_ALTERNATE, LINK_ID, LINK_NUMBER, MOST_ALTERNATES

Array = NDArray[Any]

NUMBER_SALT = np.uint64(0x5D1A15B0C0FFEE11)
ID_SALT = np.uint64(0xA24BAED4963EE407)
WORD_STEP = np.uint64(0x9E3779B97F4A7C15)
BLOCK = 128  # rows whose slots are fetched before the first is looked at
DOT, DIGIT_ZERO, DIGIT_NINE = 46, 48, 57
SPACE = 32  # bytes up to it at either end of an identifier do not count
MOST_FRESH = 255
TALLY_LINK, TALLY_USED, TALLY_MERGED, TALLY_NO_CONSENT = 256, 264, 265, 266
TALLY_ALTERNATES, TALLY_BEYOND, TALLY_BIT, MOST_BITS, TALLIES = 267, 268, 288, 32, 320
BARS = (
    PersonFlag.WITHDRAWN
    | PersonFlag.INTERNAL_DNC
    | PersonFlag.INDUSTRY_DNC
    | REFUSED
    | PersonFlag.EXPIRED
    | PersonFlag.NO_PROOF
    | PersonFlag.NO_EXPORT
)


@kernel
def hash_bytes(data: Array, first: int, last: int) -> np.uint64:
    """Return a 64-bit hash of ``data[first:last]``, blanks at the ends left out; 0 if none is left.

    Digits are hashed without the ".0" that a spreadsheet may have put behind them.
    A chain of :func:`~dialsim.core.rng.mix64` over words of eight bytes and the length: for equal
    lengths each word's step is a bijection of the hash so far.
    """
    while first < last and data[first] <= SPACE:
        first += 1
    while first < last and data[last - 1] <= SPACE:
        last -= 1
    if first >= last:
        return ZERO
    if last - first > 2 and data[last - 1] == DIGIT_ZERO and data[last - 2] == DOT:
        place = first
        while place < last - 2 and DIGIT_ZERO <= data[place] <= DIGIT_NINE:
            place += 1
        if place == last - 2:
            last = place
    key = mix64(np.uint64(last - first) ^ ID_SALT)
    while first < last:
        word = ZERO
        for place in range(min(8, last - first)):
            word |= np.uint64(data[first + place]) << np.uint64(8 * place)
        key = mix64((np.uint64(key) ^ word) + WORD_STEP)
        first += 8
    return np.uint64(key) if np.uint64(key) != ZERO else ONE


@kernel
def hash_cells(data: Array, offsets: Array, out: Array) -> None:
    """Hash each cell of a text column (Arrow: bytes and int64 offsets)."""
    for i in range(out.shape[0]):
        out[i] = hash_bytes(data, np.int64(offsets[i]), np.int64(offsets[i + 1]))


@kernel
def person_key(number: int, id_key: np.uint64) -> np.uint64:
    """Return the stable key of a person: of the identifier, else of the number."""
    if np.uint64(id_key) != ZERO:
        return np.uint64(id_key)
    return np.uint64(mix64(np.uint64(np.int64(number)) ^ NUMBER_SALT))


@kernel
def person_keys(rows: Array, out: Array) -> None:
    """Write the key of each of `rows` (ROW)."""
    for i in range(rows.shape[0]):
        out[i] = person_key(np.int64(rows[i]["number"]), np.uint64(rows[i]["id_key"]))


@kernel
def understand(
    numbers: Array, allowed: Array, zone_of: Array, province_of: Array, rows: Array
) -> None:
    """Fill ROW records from what the numbering plan says (NUMBER).

    Parameters
    ----------
    allowed
        bool[256] by region: its numbers may be called.
    zone_of
        int16 by set of zones: row of the hours zones; below 0: none.
    province_of
        uint8 by place: `Province`.
    """
    for i in range(numbers.shape[0]):
        number, row = numbers[i], rows[i]
        fault = np.int64(number["fault"])
        if fault == 0 and not allowed[np.int64(number["region"])]:
            fault = RowFault.OTHER_COUNTRY
        row["fault"] = fault
        row["number"] = number["number"]
        row["operator"] = number["operator"]
        row["zone"] = zone_of[np.int64(number["zones"])]
        row["province"] = province_of[np.int64(number["place"])]


@kernel
def give(rows: Array, merged: Array, fault_flags: Array, given: Array, tally: Array) -> None:
    """Write GIVEN of rows whose persons are known, and count them.

    Parameters
    ----------
    merged
        bool[n]: another row stands for the person.
    fault_flags
        uint32[256]: bits of each fault.
    tally
        int64[320]: by fault; then by link of merged rows; used, merged, used without consent,
        alternates, alternates beyond those that are kept; used rows by bit of their flags.
    """
    for i in range(rows.shape[0]):
        row, out = rows[i], given[i]
        fault = np.int64(row["fault"])
        out["key"] = person_key(np.int64(row["number"]), np.uint64(row["id_key"]))
        out["last_tick"] = row["last_tick"]
        out["attempts"] = row["attempts"]
        out["consent"] = row["consent"]
        out["relation"] = row["relation"]
        out["operator"] = row["operator"]
        out["zone"] = row["zone"]
        out["province"] = row["province"]
        flags = np.int64(row["flags"]) | np.int64(fault_flags[fault])
        flags |= PersonFlag.WITHDRAWN if row["withdrawn"] <= 0 else 0
        flags |= PersonFlag.EXPIRED if row["expiry"] <= 0 else 0
        tally[fault] += 1
        if fault == 0 and merged[i]:
            flags |= PersonFlag.DUPLICATE
            tally[TALLY_LINK + np.int64(row["link"])] += 1
            tally[TALLY_MERGED] += 1
        elif fault == 0:
            more = max(np.int64(row["fresh"]) - 1, 0)
            kept = min(more, MOST_ALTERNATES)
            tally[TALLY_USED] += 1
            tally[TALLY_NO_CONSENT] += row["consent"] == 0
            tally[TALLY_ALTERNATES] += kept
            tally[TALLY_BEYOND] += more - kept
            for bit in range(MOST_BITS if flags != 0 else 0):
                tally[TALLY_BIT + bit] += (flags >> bit) & 1
            flags |= kept << ALTERNATES_SHIFT
        out["flags"] = flags


@kernel
def earlier_of(first: int, second: int) -> int:
    """Return the earlier of two rows, where -1 is none."""
    if first < 0 or second < 0:
        return max(first, second)
    return min(first, second)


@kernel
def meet_row(
    numbers: Array, far: Array, ids: Array, row: Any, further: Array, at: int
) -> tuple[int, int]:
    """Look one usable row up by all it has, and make what is new known.

    Returns
    -------
    The first row of the person, -1 if this is it; and whether the row joins two that were two.
    """
    number, id_key = np.int64(row["number"]), np.uint64(row["id_key"])
    number_at, id_at = find_number(numbers, far, number), find_id(ids, id_key)
    by_number = owner_of_number(numbers, number_at)
    by_id = owner_of_id(ids, id_at) if id_key != ZERO else -1
    first = earlier_of(by_number, by_id)
    bridges = by_number >= 0 and by_id >= 0 and by_number != by_id
    link = (LINK_NUMBER if by_number >= 0 else 0) | (LINK_ID if by_id >= 0 else 0)
    for k in range(further.shape[0]):
        if further[k] != 0:
            other = owner_of_number(numbers, find_number(numbers, far, np.int64(further[k])))
            if other >= 0:
                link |= LINK_ALTERNATE
                bridges = bridges or (first >= 0 and other != first)
                first = earlier_of(first, other)
    row["link"] = link
    mine = first if first >= 0 else at
    if by_number < 0 and number != 0:
        take_number(numbers, far, number_at, number, mine)
    if by_id < 0 and id_key != ZERO:
        take_id(ids, id_at, id_key, mine)
    for k in range(further.shape[0]):
        if further[k] != 0:
            put_number(numbers, far, np.int64(further[k]), mine)
    return first, 1 if bridges else 0


@kernel
def meet(
    numbers: Array,
    far: Array,
    ids: Array,
    rows: Array,
    further: Array,
    base: int,
    first: Array,
    touched: Array,
) -> int:
    """Say of rows read one after another whether their person has stood before.

    Parameters
    ----------
    numbers, far, ids
        What is known of all rows so far.
    rows
        ROW; `link` is written. Rows with a fault take no part.
    further
        int64[n, k]: other numbers of the row, 0 none.
    base
        Number of the first of `rows` among all rows.
    first
        int64[n], written: the person's first row among all rows, -1 where it is this one.
    touched
        uint64[1], written so that the compiler keeps what is fetched; of no meaning.

    Returns
    -------
    How many rows joined two persons that were two.
    """
    bridging = 0
    seen = ZERO
    for low in range(0, rows.shape[0], BLOCK):
        high = min(low + BLOCK, rows.shape[0])
        seen ^= np.uint64(fetch_numbers(numbers, rows, low, high))
        seen ^= np.uint64(fetch_ids(ids, rows, low, high))
        for i in range(low, high):
            first[i] = -1
            if rows[i]["fault"] == 0:
                found, bridges = meet_row(numbers, far, ids, rows[i], further[i], base + i)
                first[i] = found
                bridging += bridges
    touched[0] = seen
    return bridging


@kernel
def root_of(parent: Array, row: int) -> int:
    """Return the first row of a row's set, halving the path to it."""
    while parent[row] != row:
        parent[row] = parent[parent[row]]
        row = np.int64(parent[row])
    return row


@kernel
def unite(parent: Array, one: int, other: int) -> None:
    """Make two sets one; the earlier first row is the first of both."""
    one, other = root_of(parent, one), root_of(parent, other)
    parent[max(one, other)] = min(one, other)


@kernel
def claim_number(
    numbers: Array, far: Array, rows: Array, parent: Array, number: int, row: int
) -> bool:
    """Unite a row with the one that has a number, or give it the number; whether it was taken.

    A number counts as fresh once, at the first row without a fault that has it.
    """
    usable = rows[row]["fault"] == 0
    at = find_number(numbers, far, number)
    owner = owner_of_number(numbers, at)
    if owner < 0:
        take_number(numbers, far, at, number, row)
    else:
        unite(parent, owner, row)
    if usable and (owner < 0 or rows[owner]["fault"] != 0):
        turn_over(numbers, at, row)  # to itself, if it has just taken it
        if rows[row]["fresh"] < MOST_FRESH:
            rows[row]["fresh"] += 1
    return owner >= 0


@kernel
def join(
    numbers: Array, far: Array, ids: Array, rows: Array, parent: Array, touched: Array
) -> None:
    """Unite rows with one number or one identifier; rows whose number is none by identifier only.

    Parameters
    ----------
    rows
        ROW in dial order; `link` and `fresh` are written.
    parent
        int64[n], written: each row's parent in a forest; the first row of a set is its root.
    touched
        As for :func:`meet`.
    """
    seen = ZERO
    for low in range(0, rows.shape[0], BLOCK):
        high = min(low + BLOCK, rows.shape[0])
        seen ^= np.uint64(fetch_numbers(numbers, rows, low, high))
        seen ^= np.uint64(fetch_ids(ids, rows, low, high))
        for i in range(low, high):
            parent[i] = i
            number, id_key = np.int64(rows[i]["number"]), np.uint64(rows[i]["id_key"])
            fault = rows[i]["fault"]
            if number != 0 and (fault == 0 or fault >= RowFault.OTHER_COUNTRY):
                if claim_number(numbers, far, rows, parent, number, i):
                    rows[i]["link"] |= LINK_NUMBER
            if id_key != ZERO and not put_id(ids, id_key, i):
                unite(parent, owner_of_id(ids, find_id(ids, id_key)), i)
                rows[i]["link"] |= LINK_ID
    touched[0] = seen


@kernel
def join_alternates(
    numbers: Array, far: Array, rows: Array, parent: Array, alternates: Array
) -> None:
    """Unite rows with those that have one of their further numbers (ALTERNATE)."""
    for k in range(alternates.shape[0]):
        row = np.int64(alternates[k]["row"])
        if claim_number(numbers, far, rows, parent, np.int64(alternates[k]["number"]), row):
            rows[row]["link"] |= LINK_ALTERNATE


@kernel
def survivors(rows: Array, parent: Array, first: Array) -> None:
    """Write each row's person: the first row of its set without a fault, -1 if there is none."""
    for i in range(rows.shape[0]):
        first[i] = -1
    for i in range(rows.shape[0]):
        root = root_of(parent, i)
        parent[i] = root
        if first[root] < 0 and rows[i]["fault"] == 0:
            first[root] = i
    for i in range(rows.shape[0]):
        first[i] = first[np.int64(parent[i])]


@kernel
def source_of(terms: Array, row: int) -> int:
    """Return the list a row is of."""
    source = 0
    while row >= terms[source]["until"]:
        source += 1
    return source


@kernel
def consent_of(row: Any, term: Any, base: np.uint64, key: np.uint64) -> int:
    """Return the purposes on record for a row; of its list's share, as the fill draws it."""
    if row["consent"] >= 0:
        return np.int64(row["consent"])
    if hit(draw(base, Stream.CONSENT, key, 0), np.int64(term["recorded"])):
        return np.int64(term["purposes"])
    return 0


@kernel
def merge_terms(mine: Any, term: Any, other: Any, its: Any, base: np.uint64) -> bool:
    """Let what list `its` says of a usable row count for the person; whether it is stricter."""
    key = np.uint64(person_key(np.int64(mine["number"]), np.uint64(mine["id_key"])))
    same = term["recorded"] == its["recorded"] and term["purposes"] == its["purposes"]
    changed = False
    if not (same and mine["consent"] < 0 and other["consent"] < 0):
        before = consent_of(mine, term, base, key)
        mine["consent"] = before & consent_of(other, its, base, key)
        changed = np.int64(mine["consent"]) != before
    if its["internal_dnc"] > term["internal_dnc"] and (
        hit(draw(base, Stream.INTERNAL_DNC, key, 0), np.int64(its["internal_dnc"]))
    ):
        changed = changed or np.int64(mine["flags"]) & PersonFlag.INTERNAL_DNC == 0
        mine["flags"] |= PersonFlag.INTERNAL_DNC
    relation = other["relation"] if other["relation"] >= 0 else its["relation"]
    if relation > (mine["relation"] if mine["relation"] >= 0 else term["relation"]):
        mine["relation"] = relation
    return changed


@kernel
def merge(rows: Array, first: Array, terms: Array, base: np.uint64, stricter: Array) -> None:
    """Let every row of a person count for the row that stands for it.

    Bars add up, the earliest withdrawal and expiry count, consent is what all usable rows agree
    in, earlier attempts are the most that one row knows of. `stricter` (uint8[n]): whether the row
    made what may be done with its person stricter.
    """
    for i in range(rows.shape[0]):
        mine = np.int64(first[i])
        if mine < 0 or mine == i:
            continue
        row, other = rows[mine], rows[i]
        usable = other["fault"] == 0
        bars = np.int64(other["flags"]) & (BARS | PersonFlag.PROTECTED if usable else BARS)
        changed = bars & ~np.int64(row["flags"]) != 0
        row["flags"] |= bars
        if other["withdrawn"] < row["withdrawn"] or other["expiry"] < row["expiry"]:
            changed = True
            row["withdrawn"] = min(np.int64(row["withdrawn"]), np.int64(other["withdrawn"]))
            row["expiry"] = min(np.int64(row["expiry"]), np.int64(other["expiry"]))
        row["attempts"] = max(np.int64(row["attempts"]), np.int64(other["attempts"]))
        row["last_tick"] = max(np.int64(row["last_tick"]), np.int64(other["last_tick"]))
        if usable:
            row["fresh"] = min(np.int64(row["fresh"]) + np.int64(other["fresh"]), MOST_FRESH)
            term, its = terms[source_of(terms, mine)], terms[source_of(terms, i)]
            changed = merge_terms(row, term, other, its, base) or changed
        stricter[i] = changed
