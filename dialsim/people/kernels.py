"""Rows of people as the dialer knows them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.bits import UPPER_HALF
from dialsim.core.codes import Operator, Province, Relation, Stream
from dialsim.core.person_flags import (
    CONSENT,
    OPERATOR,
    PROVINCE_SHIFT,
    RELATION,
    RELATION_SHIFT,
    PersonFlag,
)
from dialsim.core.rng import draw, hit, ordinal_key
from dialsim.jit.decorator import kernel

Array = NDArray[Any]


PROVINCES = 31


@kernel
def drawn_flags(entry: Any, base: np.uint64, key: np.uint64) -> int:
    """Relation, recorded consent and do-not-call bits a person of a list has."""
    flags = 0
    if hit(draw(base, Stream.CONSENT, key, 0), np.int64(entry["recorded"])):
        flags |= np.int64(entry["purposes"])
    if hit(draw(base, Stream.INTERNAL_DNC, key, 0), np.int64(entry["internal_dnc"])):
        flags |= PersonFlag.INTERNAL_DNC
    if hit(draw(base, Stream.INDUSTRY_DNC, key, 0), np.int64(entry["industry_dnc"])):
        flags |= PersonFlag.INDUSTRY_DNC
    if not hit(draw(base, Stream.RELATION, key, 0), np.int64(entry["opted_in"])):
        flags |= Relation.BOUGHT << RELATION_SHIFT
    return flags


@kernel
def drawn_operator(entry: Any, u: np.uint64) -> int:
    """Operator of the first cumulative share above a draw; else the last."""
    high = np.int64(u >> UPPER_HALF)
    for operator in range(Operator.ABROAD):
        if high < np.int64(entry["operator_share"][operator]):
            return operator
    return Operator.ABROAD


@kernel
def drawn_province(entry: Any, u: np.uint64) -> int:
    """Province of the first cumulative share above a draw; behind the last it is not known."""
    high = np.int64(u >> UPPER_HALF)
    for i in range(PROVINCES):
        if high < np.int64(entry["province_share"][i]):
            return i + 1
    return 0


@kernel
def fill_person(person: Any, entry: Any, base: np.uint64, key: np.uint64) -> None:
    """Fill the dialer's record of one person from its key (E-LIST)."""
    person["key"] = key
    person["flags"] = drawn_flags(entry, base, key)
    province = Province.XINJIANG
    person["zone"] = 1
    if not hit(draw(base, Stream.ZONE, key, 0), np.int64(entry["extra_zone"])):
        person["zone"] = 0
        province = 0
        if entry["province_share"][PROVINCES - 1] > 0:
            province = drawn_province(entry, draw(base, Stream.PROVINCE, key, 0))
    operator = drawn_operator(entry, draw(base, Stream.OPERATOR, key, 0))
    person["home"] = operator | province << PROVINCE_SHIFT
    person["attempts"] = 0


@kernel
def fill_synthetic(
    people: Array, lists: Array, base: np.uint64, source: int, first: int, count: int
) -> None:
    """Fill rows ``first .. first + count`` of a synthetic list; 25 ns a row, order-free."""
    entry = lists[source]
    start = np.int64(entry["first"])
    for ordinal in range(first, first + count):
        person = people[start + ordinal]
        fill_person(person, entry, base, ordinal_key(entry["key"], ordinal))
        person["source"] = source


@kernel
def fill_given(person: Any, row: Any) -> None:
    """Write what a row of a file (GIVEN) says of a person over what was drawn."""
    flags = np.int64(person["flags"])
    if row["consent"] >= 0:
        flags = flags & ~CONSENT | np.int64(row["consent"])
    if row["relation"] >= 0:
        flags = flags & ~RELATION | np.int64(row["relation"]) << RELATION_SHIFT
    person["flags"] = flags | np.int64(row["flags"])
    home = np.int64(person["home"])
    if row["operator"] >= 0:
        home = home & ~OPERATOR | np.int64(row["operator"])
    if row["province"] >= 0:
        home = home & OPERATOR | np.int64(row["province"]) << PROVINCE_SHIFT
    person["home"] = home
    if row["zone"] >= 0:
        person["zone"] = row["zone"]
    person["attempts"] = row["attempts"]


@kernel
def fill_keyed(
    people: Array, lists: Array, base: np.uint64, source: int, first: int, rows: Array
) -> None:
    """Fill rows from ``rows`` (GIVEN); what they leave open is drawn as for a synthetic list."""
    entry = lists[source]
    start = np.int64(entry["first"]) + first
    for i in range(rows.shape[0]):
        person = people[start + i]
        fill_person(person, entry, base, rows[i]["key"])
        person["source"] = source
        fill_given(person, rows[i])
