"""What the numbering plan says of one number, given as its E.164 digits."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import NumberClass
from dialsim.jit.decorator import kernel

POWERS = np.array([10**exponent for exponent in range(19)], np.int64)
WIDTH = 18  # digits a national number is left-aligned in, in two halves
HALF_DIGITS = 9
HALF = 10**HALF_DIGITS
# A half times this is its first digit in front of a binary point; times ten, the next one comes.
POINT = 57  # bits behind the point
SCALE = -(-(1 << POINT) // (HALF // 10))  # rounded up: the error stays below the last digit
FRACTION = (1 << POINT) - 1
CODE_DIGITS = 3  # no calling code has more
KEY_DIGITS = 9  # they decide place, zones and operator
TOP_UNIT = 10**5  # ... of which the first four find the range's neighbourhood

# Eleven digits behind 86 that begin with 1.
FIRST_MOBILE = 8_610_000_000_000
LAST_MOBILE = 8_619_999_999_999
SUBSCRIBERS = 1_000_000  # numbers of one five-digit prefix
EXCHANGE = 10_000  # numbers of one seven-digit prefix
FIRST_MOBILE_KEY = 861_000_000
LAST_MOBILE_KEY = 861_999_999

NO_OPERATOR = -1
FROM_PREFIX = -2  # of tables.py; such a label is geographic
NO_NUMBER = -2  # of tables.py


@kernel
def digits_of(number: int) -> int:
    """How many decimal digits a positive number has."""
    digits = 1
    while digits < 19 and number >= POWERS[digits]:
        digits += 1
    return digits


@kernel
def first_digits(number: int, digits: int, wanted: int) -> int:
    """The first `wanted` digits of a number that has `digits`, filled up with zeros."""
    if digits >= wanted:
        return number // POWERS[digits - wanted]
    return number * POWERS[wanted - digits]


@kernel
def look_up(plan: Any, number: int) -> tuple[int, int, int]:
    """Row of the plan's labels, dense index and country row of a number; -1 for none.

    A number that is not valid has neither label nor index, but its calling code may be known.
    """
    if FIRST_MOBILE <= number <= LAST_MOBILE:
        national = number - FIRST_MOBILE
        prefix = national // SUBSCRIBERS
        label = np.int64(plan.mobile_labels[prefix])
        if label >= 0:
            return label, plan.mobile_first[prefix] + (national - prefix * SUBSCRIBERS), 0
        if label == NO_NUMBER:
            return -1, -1, 0
    if number <= 0:
        return -1, -1, -1
    digits = digits_of(number)
    row = np.int64(plan.country_of[first_digits(number, digits, CODE_DIGITS)])
    if row < 0:
        return -1, -1, -1
    digits -= np.int64(plan.countries[row]["digits"])
    if digits < 0:
        return -1, -1, -1
    label, index = walk(plan, row, number % POWERS[digits], digits)
    return label, index, row


@kernel
def walk(plan: Any, row: int, national: int, digits: int) -> tuple[int, int]:
    """Label row and dense index of a national number of so many digits; -1 for none."""
    country = plan.countries[row]
    state = np.int64(country["root"])
    index = np.int64(country["first"])
    aligned = national * POWERS[WIDTH - digits]
    point = aligned // HALF * SCALE
    for done in range(digits):
        free = np.int64(plan.free[state])
        if free >= 0:
            rest = digits - done
            if free != rest:
                return -1, -1
            return np.int64(plan.ends[state]), index + national % POWERS[rest]
        if done == HALF_DIGITS:
            point = aligned % HALF * SCALE
        digit = point >> POINT
        point = (point & FRACTION) * 10
        index += plan.before[state, digit]
        state = np.int64(plan.step[state, digit])
    label = np.int64(plan.ends[state])
    if label < 0 or plan.free[state] > 0:
        return -1, -1
    return label, index


@kernel
def profile_row(plan: Any, number: int) -> int:
    """Row of the plan's profiles of a positive number."""
    if FIRST_MOBILE <= number <= LAST_MOBILE:
        return np.int64(plan.mobile_profiles[(number - FIRST_MOBILE) // EXCHANGE])
    key = first_digits(number, digits_of(number), KEY_DIGITS)
    if FIRST_MOBILE_KEY <= key <= LAST_MOBILE_KEY:
        return np.int64(plan.mobile_profiles[key - FIRST_MOBILE_KEY])
    top = key // TOP_UNIT
    low = np.int64(plan.tops[top])
    high = np.int64(plan.tops[top + 1])
    while low < high:
        middle = (low + high + 1) // 2
        if plan.breaks[middle] <= key:
            low = middle
        else:
            high = middle - 1
    return np.int64(plan.break_profiles[low])


@kernel
def describe(plan: Any, number: int, out: Any) -> None:
    """Fill every field of one NUMBER record but `fault` and `further`."""
    if FIRST_MOBILE <= number <= LAST_MOBILE:
        # Most numbers go this way: three loads, and nothing in doubt.
        national = number - FIRST_MOBILE
        exchange = national // EXCHANGE
        prefix = exchange // (SUBSCRIBERS // EXCHANGE)
        label = np.int64(plan.mobile_labels[prefix])
        if label >= 0 and plan.labels[label]["operator"] == FROM_PREFIX:
            entry = plan.labels[label]
            profile = plan.profiles[plan.mobile_profiles[exchange]]
            out["number"] = number
            out["index"] = plan.mobile_first[prefix] + (national - prefix * SUBSCRIBERS)
            out["place"] = profile["place"]
            out["zones"] = profile["zones"]
            out["region"] = entry["region"]
            out["number_class"] = entry["number_class"]
            out["operator"] = profile["operator"]
            out["valid"] = 1
            return
    describe_other(plan, number, out)


@kernel
def describe_other(plan: Any, number: int, out: Any) -> None:
    """Fill a NUMBER record, whatever the number is."""
    label, index, country = look_up(plan, number)
    out["number"] = number
    out["index"] = index
    out["place"] = 0
    if label < 0:
        out["zones"] = 0
        out["region"] = 0
        out["number_class"] = NumberClass.UNKNOWN
        out["operator"] = NO_OPERATOR
        out["valid"] = 0
        return
    entry = plan.labels[label]
    out["zones"] = plan.countries[country]["zones"]
    out["region"] = entry["region"]
    out["number_class"] = entry["number_class"]
    out["operator"] = entry["operator"]
    out["valid"] = 1
    if entry["geographic"] != 0:
        profile = plan.profiles[profile_row(plan, number)]
        out["place"] = profile["place"]
        out["zones"] = profile["zones"]
        if entry["operator"] == FROM_PREFIX:
            out["operator"] = profile["operator"]


@kernel
def describe_all(plan: Any, numbers: NDArray[Any], out: NDArray[Any]) -> None:
    """Fill the NUMBER records of many numbers, as `describe` does."""
    for i in range(len(numbers)):
        describe(plan, numbers[i], out[i])


@kernel
def number_at(plan: Any, index: int) -> int:
    """Return the number of a dense index, the inverse of `look_up`; -1 where there is none."""
    row = np.int64(0)
    countries = plan.countries
    while row < len(countries) and index >= countries[row]["first"] + countries[row]["size"]:
        row += 1
    if index < 0 or row == len(countries):
        return -1
    number = np.int64(countries[row]["code"])
    state = np.int64(countries[row]["root"])
    rank = index - countries[row]["first"]
    while plan.free[state] < 0 and (rank > 0 or plan.ends[state] < 0):
        digit = np.int64(9)
        while plan.before[state, digit] > rank:
            digit -= 1
        rank -= plan.before[state, digit]
        number = number * 10 + digit
        state = np.int64(plan.step[state, digit])
    free = max(np.int64(plan.free[state]), 0)
    return number * POWERS[free] + rank


@kernel
def numbers_at(plan: Any, indices: NDArray[Any], out: NDArray[Any]) -> None:
    """Write the numbers of many dense indices."""
    for i in range(len(indices)):
        out[i] = number_at(plan, indices[i])
