"""Tables of numbers and of identifiers: which row each is of.

A table is probed one slot after another and at most three quarters full; it is made once at an
upper bound and seldom anew. Numbers: uint64[n] (`NUMBER_SLOT`), with the numbers that are no
Chinese mobiles in `far` (int64[m]), where they are counted by its first word. Identifiers: SLOT[n].
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.bits import UPPER_HALF, ZERO
from dialsim.core.rng import mix64
from dialsim.jit.decorator import kernel

Array = NDArray[Any]

SLOT_SALT = np.uint64(0x9FB21C651E98DF25)
ROW_BITS = np.uint64(31)
ROW_MASK = np.uint64(0x7FFFFFFF)
MOBILES_FROM, MOBILES = 8_613_000_000_000, 7_000_000_000


@kernel
def home(slots: int, key: np.uint64) -> int:
    """Return the slot in which a key stands unless others stood there before."""
    high = np.uint64(mix64(np.uint64(key) ^ SLOT_SALT)) >> UPPER_HALF
    return np.int64((high * np.uint64(slots)) >> UPPER_HALF)


@kernel
def number_home(numbers: Array, number: int) -> int:
    """Return the slot in which a number stands unless others stood there before."""
    return np.int64(home(numbers.shape[0], np.uint64(np.int64(number))))


@kernel
def mobile_of(number: int) -> int:
    """Return the code of a Chinese mobile number, -1 of any other."""
    place = np.int64(number) - MOBILES_FROM
    return place if 0 <= place < MOBILES else -1


@kernel
def code_in(word: np.uint64) -> int:
    """Return the code of the number in a slot."""
    return np.int64(np.uint64(word) >> ROW_BITS)


@kernel
def number_in(far: Array, word: np.uint64) -> int:
    """Return the number in a slot that is not free."""
    code = np.int64(code_in(np.uint64(word)))
    return MOBILES_FROM + code if code < MOBILES else np.int64(far[1 + code - MOBILES])


@kernel
def find_number(numbers: Array, far: Array, number: int) -> int:
    """Return the slot of a number, or the free slot where it would go."""
    at = np.int64(number_home(numbers, number))
    mobile = np.int64(mobile_of(number))
    while True:
        word = np.uint64(numbers[at])
        if word == ZERO:
            return at
        code = np.int64(code_in(word))
        if code == mobile:
            return at
        if mobile < 0 and code >= MOBILES and far[1 + code - MOBILES] == number:
            return at
        at += 1
        if at == numbers.shape[0]:
            at = 0


@kernel
def owner_of_number(numbers: Array, at: int) -> int:
    """Return the row that the number in a slot has; -1: the slot is free."""
    return np.int64(np.uint64(numbers[at]) & ROW_MASK) - 1


@kernel
def take_number(numbers: Array, far: Array, at: int, number: int, row: int) -> None:
    """Give a free slot to a number and its row."""
    code = np.int64(mobile_of(number))
    if code < 0:
        known = np.int64(far[0])
        far[1 + known] = number
        far[0] = known + 1
        code = MOBILES + known
    numbers[at] = (np.uint64(code) << ROW_BITS) | np.uint64(row + 1)


@kernel
def turn_over(numbers: Array, at: int, row: int) -> None:
    """Give the number in a slot to another row."""
    numbers[at] = (np.uint64(numbers[at]) & ~ROW_MASK) | np.uint64(row + 1)


@kernel
def put_number(numbers: Array, far: Array, number: int, row: int) -> None:
    """Give a number to a row unless it has one."""
    at = np.int64(find_number(numbers, far, number))
    if np.uint64(numbers[at]) == ZERO:
        take_number(numbers, far, at, number, row)


@kernel
def fetch_numbers(numbers: Array, rows: Array, first: int, last: int) -> np.uint64:
    """Touch the slots of rows ``first .. last``: their loads overlap, and the look-ups find them.

    `rows`: ROW.
    """
    seen = ZERO
    for i in range(first, last):
        seen ^= np.uint64(numbers[number_home(numbers, np.int64(rows[i]["number"]))])
    return seen


@kernel
def refill_numbers(numbers: Array, far: Array, larger: Array) -> None:
    """Put every number of a table into a larger one, which has the same `far`."""
    for at in range(numbers.shape[0]):
        word = np.uint64(numbers[at])
        if word != ZERO:
            place = np.int64(number_home(larger, np.int64(number_in(far, word))))
            while np.uint64(larger[place]) != ZERO:
                place = place + 1 if place + 1 < larger.shape[0] else 0
            larger[place] = word


@kernel
def find_id(ids: Array, key: np.uint64) -> int:
    """Return the slot of an identifier, or the free slot where it would go."""
    at = np.int64(home(ids.shape[0], np.uint64(key)))
    while True:
        found = np.uint64(ids[at]["key"])
        if found == ZERO or found == np.uint64(key):
            return at
        at += 1
        if at == ids.shape[0]:
            at = 0


@kernel
def owner_of_id(ids: Array, at: int) -> int:
    """Return the row that the identifier in a slot has; -1: the slot is free."""
    return np.int64(ids[at]["row"]) if np.uint64(ids[at]["key"]) != ZERO else -1


@kernel
def take_id(ids: Array, at: int, key: np.uint64, row: int) -> None:
    """Give a free slot to an identifier and its row."""
    ids[at]["key"] = key
    ids[at]["row"] = row


@kernel
def put_id(ids: Array, key: np.uint64, row: int) -> bool:
    """Give an identifier to a row unless it has one; whether it was free."""
    at = np.int64(find_id(ids, np.uint64(key)))
    if np.uint64(ids[at]["key"]) != ZERO:
        return False
    take_id(ids, at, np.uint64(key), row)
    return True


@kernel
def fetch_ids(ids: Array, rows: Array, first: int, last: int) -> np.uint64:
    """Touch the slots of the identifiers of rows, as :func:`fetch_numbers` does of numbers."""
    seen = ZERO
    for i in range(first, last):
        seen ^= np.uint64(ids[home(ids.shape[0], np.uint64(rows[i]["id_key"]))]["key"])
    return seen


@kernel
def refill_ids(ids: Array, larger: Array) -> None:
    """Put every identifier of a table into a larger one."""
    for at in range(ids.shape[0]):
        if np.uint64(ids[at]["key"]) != ZERO:
            put_id(larger, np.uint64(ids[at]["key"]), np.int64(ids[at]["row"]))
