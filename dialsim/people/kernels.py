"""Rows of people, and what a person does when the phone rings and after."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import Stream
from dialsim.core.jit import kernel
from dialsim.core.rng import draw, first_above, hit, ordinal_key

Array = NDArray[Any]

WITHDRAWN = 1 << 3
INTERNAL_DNC = 1 << 4

S_OPERATOR = int(Stream.OPERATOR)
S_ZONE = int(Stream.ZONE)
S_CONSENT = int(Stream.CONSENT)
S_INTERNAL_DNC = int(Stream.INTERNAL_DNC)


@kernel
def fill_person(person: Any, entry: Any, world: Any, shares: Array, key: np.uint64) -> None:
    """Fill the dialer's record of one person from its key (SEMANTICS.md, People)."""
    base = world["list_base"]
    flags = 0
    if hit(draw(base, S_CONSENT, key, 0), np.int64(entry["recorded"])):
        flags |= np.int64(entry["purposes"])
    if hit(draw(base, S_INTERNAL_DNC, key, 0), np.int64(entry["internal_dnc"])):
        flags |= INTERNAL_DNC
    person["key"] = key
    person["flags"] = flags
    person["zone"] = 1 if hit(draw(base, S_ZONE, key, 0), np.int64(world["extra_zone"])) else 0
    person["operator"] = first_above(shares, draw(base, S_OPERATOR, key, 0))
    person["attempts"] = 0
    person["relation"] = entry["relation"]


@kernel
def fill_synthetic(
    people: Array, lists: Array, world: Any, shares: Array, source: int, first: int, count: int
) -> None:
    """Fill rows ``first .. first + count`` of a synthetic list; 20 ns a row, order-free."""
    entry = lists[source]
    start = np.int64(entry["first"])
    for ordinal in range(first, first + count):
        person = people[start + ordinal]
        fill_person(person, entry, world, shares, ordinal_key(entry["key"], ordinal))
        person["source"] = source


@kernel
def fill_keyed(
    people: Array, lists: Array, world: Any, shares: Array, source: int, first: int, rows: Array
) -> None:
    """Fill rows from ``rows`` (GIVEN): key, operator or -1, further flag bits."""
    entry = lists[source]
    start = np.int64(entry["first"]) + first
    for i in range(rows.shape[0]):
        person = people[start + i]
        fill_person(person, entry, world, shares, rows[i]["key"])
        person["source"] = source
        person["flags"] |= rows[i]["flags"]
        if rows[i]["operator"] >= 0:
            person["operator"] = rows[i]["operator"]
