"""Every field of the numbering plan against the phonenumbers library.

The library is asked number by number; whatever it says otherwise must stand among the intended
differences of `china.py`, and each of those must occur.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import phonenumbers
import pytest
from numpy.typing import NDArray
from phonenumbers import PhoneNumber, PhoneNumberType, carrier, geocoder, timezone
from phonenumbers.phonenumberutil import (
    COUNTRY_CODE_TO_REGION_CODE,
    COUNTRY_CODES_FOR_NON_GEO_REGIONS,
    SUPPORTED_REGIONS,
)

from dialsim.core.codes import NumberClass, Operator
from dialsim.numbering import china
from dialsim.numbering.china import DIFFERENCES, GROUPS, Difference
from dialsim.numbering.kernels import describe_all, numbers_at
from dialsim.numbering.layout import NUMBER
from dialsim.numbering.tables import load_plan, zone_sets_of

OTHERS = ("US", "HK", "SG", "GB", "DE", "BR", "IN", "RU", "AU", "MX")
CLASSES = {
    PhoneNumberType.FIXED_LINE: NumberClass.FIXED,
    PhoneNumberType.MOBILE: NumberClass.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE: NumberClass.FIXED_OR_MOBILE,
    PhoneNumberType.TOLL_FREE: NumberClass.TOLL_FREE,
    PhoneNumberType.PREMIUM_RATE: NumberClass.PREMIUM_RATE,
    PhoneNumberType.SHARED_COST: NumberClass.SHARED_COST,
    PhoneNumberType.VOIP: NumberClass.VOIP,
    PhoneNumberType.PERSONAL_NUMBER: NumberClass.PERSONAL,
    PhoneNumberType.PAGER: NumberClass.PAGER,
    PhoneNumberType.UAN: NumberClass.UAN,
    PhoneNumberType.VOICEMAIL: NumberClass.VOICEMAIL,
    PhoneNumberType.UNKNOWN: NumberClass.UNKNOWN,
}


class Answer(NamedTuple):
    """What is said of a number, in words; empty where nothing is."""

    valid: str
    region: str
    number_class: str
    operator: str
    zones: str
    place: str


FIELDS = {"class": "number_class"}  # names of differences that are no names here


def split(number: int) -> tuple[int, str]:
    """Return calling code and national significant number of E.164 digits."""
    text = str(number)
    for length in (1, 2, 3):
        if int(text[:length]) in COUNTRY_CODE_TO_REGION_CODE:
            return int(text[:length]), text[length:]
    raise AssertionError(text)


def parsed(number: int) -> PhoneNumber:
    code, national = split(number)
    zeros = len(national) - len(national.lstrip("0"))
    zeros -= zeros == len(national)
    return PhoneNumber(
        country_code=code,
        national_number=int(national),
        italian_leading_zero=True if zeros > 0 else None,
        number_of_leading_zeros=zeros if zeros > 1 else None,
    )


def librarys(number: int) -> Answer:
    """Return the library's answer; of a number that is not valid it has none."""
    asked = parsed(number)
    if not phonenumbers.is_valid_number(asked):
        return Answer("no", "", "UNKNOWN", "", "", "")
    zones = timezone.time_zones_for_number(asked)
    chinese = asked.country_code == china.CALLING_CODE
    operator, place = Operator.ABROAD.name, ""
    if chinese:
        name = carrier.name_for_number(asked, "en")
        operator = china.CARRIERS[name].name if name else ""
        place = geocoder.description_for_number(asked, "en").removeprefix("China")
    return Answer(
        "yes",
        phonenumbers.region_code_for_number(asked),
        CLASSES[phonenumbers.number_type(asked)].name,
        operator,
        "" if zones == ("Etc/Unknown",) else ",".join(zones),
        place,
    )


def ours(numbers: Iterable[int]) -> Iterator[tuple[int, Answer, str]]:
    """Return each number, our answer, and the province of its place."""
    plan, names = load_plan()
    array = np.fromiter(numbers, np.int64)
    records = np.zeros(len(array), NUMBER)
    describe_all(plan, array, records)
    for number, record in zip(array.tolist(), records, strict=True):
        assert record["number"] == number
        assert (record["index"] >= 0) == bool(record["valid"])
        operator = int(record["operator"])
        place = names.places[record["place"]]
        yield (
            number,
            Answer(
                "yes" if record["valid"] else "no",
                names.regions[record["region"]],
                NumberClass(int(record["number_class"])).name,
                Operator(operator).name if operator >= 0 else "",
                ",".join(names.zone_sets[record["zones"]]),
                place.english,
            ),
            place.province,
        )


def explained(number: int, field: str, pair: tuple[str, str], province: str) -> set[Difference]:
    """Return the intended differences that say so."""
    code, national = split(number)
    if code != china.CALLING_CODE:
        return set()
    return {
        row
        for row in DIFFERENCES
        if FIELDS.get(row.field, row.field) == field
        and (row.ours, row.library) == pair
        and row.province in ("", province)
        and re.fullmatch(row.pattern, national)
    }


def compare(numbers: Iterable[int]) -> set[Difference]:
    """Fail on the first difference that is not intended; return those that occurred."""
    occurred: set[Difference] = set()
    for number, mine, province in ours(numbers):
        theirs = librarys(number)
        for field in Answer._fields:
            pair = getattr(mine, field), getattr(theirs, field)
            # the region of a number that only we know is its calling code's
            if pair[0] != pair[1] and not (
                field == "region" and theirs.valid == "no" != mine.valid
            ):
                reasons = explained(number, field, pair, province)
                assert reasons, f"{number}: {field}: {pair[0]!r}, the library: {pair[1]!r}"
                occurred |= reasons
    return occurred


def example_numbers() -> list[int]:
    """Return the library's own example of every region and every type."""
    found = []
    for kind in CLASSES:
        for region in sorted(SUPPORTED_REGIONS):
            found.append(phonenumbers.example_number_for_type(region, kind))
        found += [
            phonenumbers.example_number_for_non_geo_entity(code)
            for code in sorted(COUNTRY_CODES_FOR_NON_GEO_REGIONS)
        ]
    texts = {phonenumbers.format_number(n, phonenumbers.PhoneNumberFormat.E164) for n in found if n}
    return sorted(int(text) for text in texts)


def random_chinese(rng: np.random.Generator, count: int) -> NDArray[np.int64]:
    """Return numbers over the whole prefix space: mobiles, landlines, service codes, junk."""
    plan, _ = load_plan()
    digits = rng.integers(3, 14, count)
    anything = rng.integers(0, 10, (count, 13)) @ 10 ** np.arange(12, -1, -1, dtype=np.int64)
    junk = 86 * 10**digits + anything // 10 ** (13 - digits)
    mobiles = 86 * 10**11 + rng.integers(10**10, 2 * 10**10, count)
    # a known number, of another length or with another end
    known = np.zeros(count, np.int64)
    numbers_at(plan, rng.integers(0, plan.countries[0]["size"], count), known)
    starts = np.array([int(f"86{text}") for text in STARTS], np.int64)
    tail = rng.integers(2, 9, count)
    service = rng.choice(starts, count) * 10**tail + anything % 10**tail
    choice = rng.choice(4, count, p=[0.2, 0.4, 0.05, 0.35])
    return np.choose(choice, [junk, mobiles, known, service])


STARTS = (
    [str(n) for n in (10, *range(20, 30), *range(310, 1000, 7), 755, 991, 994, 996, 998)]
    + ["95", "96", "400", "1010", "106", "1064", "950", "100", "12", "11", "1095", "2195", "75595"]
    + ["1096", "2396", "31195", "1010", "20100", "755100", "2123", "991123", "800", "16", "1749"]
)  # fmt: skip


def members(row: Difference, rng: np.random.Generator, count: int) -> list[int]:
    """Return random numbers that a row is about."""
    from dialsim.numbering.automaton import Forest

    forest = Forest()
    root = forest.pattern(row.pattern)
    found = []
    for _ in range(count):
        node, text = root, ""
        while not forest[node][0] or (any(forest[node][1]) and rng.random() < 0.5):
            ways = [digit for digit in range(10) if forest[node][1][digit]]
            digit = int(rng.choice(ways))
            node, text = forest[node][1][digit], f"{text}{digit}"
        found.append(int(f"86{text}"))
    return found


def test_the_library_s_own_example_numbers() -> None:
    numbers = example_numbers()
    assert len(numbers) > 900
    compare(numbers)


def test_random_chinese_numbers(world_size) -> None:
    numbers = random_chinese(np.random.default_rng(1), world_size(10_000)).tolist()
    compare(numbers)
    valid = [answer for _, answer, _ in ours(numbers) if answer.valid == "yes"]
    assert len(valid) > len(numbers) / 4
    if len(numbers) > 5_000:
        assert {answer.number_class for answer in valid} >= {group[2].name for group in GROUPS}


@pytest.mark.full
def test_a_million_random_chinese_numbers() -> None:
    rng = np.random.default_rng(2)
    for _ in range(10):
        compare(random_chinese(rng, 100_000).tolist())


def test_each_intended_difference_occurs() -> None:
    rng = np.random.default_rng(3)
    occurred: set[Difference] = set()
    for row in DIFFERENCES:
        if not row.province:
            tries = 40 if "area" in row.name else 6
            occurred |= compare(members(row, rng, tries))
    occurred |= compare([8613999000001])  # Bayingolin
    assert [row.name for row in DIFFERENCES if row not in occurred] == []
    assert all(row.reason and re.fullmatch(r"S\d+(,S\d+)*", row.source) for row in DIFFERENCES)


def random_of(region: str, rng: np.random.Generator, count: int) -> NDArray[np.int64]:
    """Return numbers of a calling code: known ones, their neighbours, and any of its lengths."""
    plan, names = load_plan()
    country = plan.countries[names.home_rows[region]]
    known = np.zeros(count, np.int64)
    ranks = rng.integers(0, country["size"], count)
    numbers_at(plan, country["first"] + ranks, known)
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region, None)
    assert metadata is not None
    lengths = rng.choice(metadata.general_desc.possible_length, count)
    anything = int(country["code"]) * 10**lengths + rng.integers(0, 10**15, count) % 10**lengths
    near = known + rng.integers(-1000, 1000, count) * 10 ** rng.integers(0, 6, count)
    near = np.where([str(n).startswith(str(country["code"])) for n in near], near, known)
    return np.choose(rng.choice(3, count, p=[0.3, 0.4, 0.3]), [known, anything, near])


@pytest.mark.parametrize("region", OTHERS)
def test_random_numbers_of_other_countries(region: str, world_size) -> None:
    check_random_numbers(region, world_size(400))


@pytest.mark.full
@pytest.mark.parametrize("region", OTHERS)
def test_many_random_numbers_of_other_countries(region: str) -> None:
    check_random_numbers(region, 100_000)


def check_random_numbers(region: str, count: int) -> None:
    numbers = random_of(region, np.random.default_rng(4), count).tolist()
    assert compare(numbers) == set()
    possible: dict[str, set[str]] = {}
    answers = list(ours(numbers))
    for _, answer, _ in answers:
        if answer.zones:
            sets = possible.setdefault(answer.region, set()) or {
                ",".join(zones) for zones in zone_sets_of([answer.region])
            }
            possible[answer.region] = sets
            assert answer.zones in sets
    assert sum(answer.valid == "yes" for _, answer, _ in answers) > count / 5


def test_numbers_that_end_within_a_longer_prefix() -> None:
    """A short number padded with zeros must not match a prefix longer than itself."""
    from phonenumbers.tzdata import TIMEZONE_DATA

    ends = {key.rstrip("0") + "0" * zeros for key in TIMEZONE_DATA for zeros in range(4)}
    numbers = sorted(int(text) for text in ends | TIMEZONE_DATA.keys() if len(text) > 5)
    assert compare(numbers) == set()
