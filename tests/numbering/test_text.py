"""Cells as people write them: what is understood, what is rejected and why."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialsim.core.codes import NumberClass, RowFault
from dialsim.numbering.china import GROUPS
from dialsim.numbering.classify import classify_text
from dialsim.numbering.text.odd import settle
from dialsim.numbering.text.reading import reading

MOBILE = 8613800000001
FIXED = 861012345678

UNDERSTOOD = {
    # plain, with and without the country
    "13800000001": MOBILE,
    "8613800000001": MOBILE,
    "+8613800000001": MOBILE,
    "008613800000001": MOBILE,
    "013800000001": MOBILE,
    "8601012345678": FIXED,
    "01012345678": FIXED,
    "1012345678": FIXED,
    "02087654321": 862087654321,
    "+8607551234567": 0,
    # set apart
    " 13800000001 ": MOBILE,
    "138 0000 0001": MOBILE,
    "138-0000-0001": MOBILE,
    "138.0000.0001": MOBILE,
    "1380000.0001": MOBILE,
    "86-138-0000-0001": MOBILE,
    "+86 138 0000 0001": MOBILE,
    "0086 138 0000 0001": MOBILE,
    "(+86)13800000001": MOBILE,
    "+86 (0)10 1234 5678": FIXED,
    "(010)12345678": FIXED,
    "010/12345678": FIXED,
    "13800000001.": MOBILE,
    "13800000001\r\n": MOBILE,
    "\t13800000001": MOBILE,
    "138\u00a00000\u00a00001": MOBILE,
    "138\u30000000\u30000001": MOBILE,
    "138\u2009000000\u201001": MOBILE,
    "138\u22120000\u22120001": MOBILE,
    # other shapes of the same characters
    "１３８０００００００１": MOBILE,
    "＋８６１３８０００００００１": MOBILE,
    "（010）１２３４－５６７８": FIXED,
    "138．0000．0001": MOBILE,
    "١٣٨٠٠٠٠٠٠٠١": MOBILE,
    "\u202d13800000001\u202c": MOBILE,
    "\ufeff13800000001": MOBILE,
    "1380000\u200b0001": MOBILE,
    "1380000\u20600001": MOBILE,
    # spreadsheets
    "'13800000001": MOBILE,
    '="13800000001"': MOBILE,
    '"13800000001"': MOBILE,
    "13800000001.0": MOBILE,
    "13800000001.00": MOBILE,
    "13800000001.000000": MOBILE,
    "+8613800000001.0": MOBILE,
    "1380000.0000": 8613800000000,
    "13,800,000,001": MOBILE,
    "138,0000,0001": MOBILE,
    "1.3800000001E+10": MOBILE,
    "1.3800000001e10": MOBILE,
    "8.613800000001E+12": MOBILE,
    "1.38000000010E+10": MOBILE,
    # extensions
    "13800000001转22": MOBILE,
    "13800000001，转22": MOBILE,
    "13800000001 ext 5": MOBILE,
    "13800000001 ext. 5": MOBILE,
    "13800000001x12": MOBILE,
    "13800000001#12": MOBILE,
    "010-12345678 转 801": FIXED,
    "010-12345678-801": FIXED,
    "010-12345678 分机801": FIXED,
    # labels and links
    "手机13800000001": MOBILE,
    "手机：13800000001": MOBILE,
    "Tel: 13800000001": MOBILE,
    "Tel: 010/12345678": FIXED,
    "13800000001(张三)": MOBILE,
    "13800000001 home": MOBILE,
    "☎13800000001": MOBILE,
    "tel:+86-138-0000-0001": MOBILE,
    "tel:+8613800000001;ext=5": MOBILE,
    "tel:138-0000-0001;phone-context=+86": MOBILE,
    # by carrier, abroad
    "12593013800000001": 0,
    "1259313800000001": MOBILE,
    "17909 010 12345678": 0,
    "+16502530000": 16502530000,
    "001 650 253 0000": 16502530000,
    "+44 20 7031 3000": 442070313000,
    "+44 (0)20 7031 3000": 442070313000,
    "+39 06 698 12345": 390669812345,
    "+852 5123 4567": 85251234567,
    "1790900" + "16502530000": 16502530000,
    "1790900" + "8613800000001": MOBILE,
    "860013800000001": MOBILE,
}
# What looks alike and is none: the value 0 above.
FAULTS_OF_NONE = {
    "+8607551234567": RowFault.NOT_ALLOCATED,
    "12593013800000001": RowFault.TOO_LONG,
    "17909 010 12345678": RowFault.TOO_LONG,
}

SEVERAL = {
    "13800000001/13900000002": [MOBILE, 8613900000002],
    "13800000001,13900000002": [MOBILE, 8613900000002],
    "13800000001;13900000002": [MOBILE, 8613900000002],
    "13800000001、13900000002": [MOBILE, 8613900000002],
    "13800000001 13900000002": [MOBILE, 8613900000002],
    "138 0000 0001 139 0000 0002": [MOBILE, 8613900000002],
    "13800000001\n13900000002": [MOBILE, 8613900000002],
    "+8613800000001+8613900000002": [MOBILE, 8613900000002],
    "13800000001 或 13900000002": [MOBILE, 8613900000002],
    "家010-12345678 手机13800000001": [FIXED, MOBILE],
    "010 12345678 13800000001": [FIXED, MOBILE],
    "13800000001/13900000002/13900000003": [MOBILE, 8613900000002, 8613900000003],
    "13800000001/13800000001": [MOBILE],
    "13800000001 / +1 650 253 0000": [MOBILE, 16502530000],
}

REJECTED = {
    "": RowFault.NO_NUMBER,
    "   ": RowFault.NO_NUMBER,
    "\u3000": RowFault.NO_NUMBER,
    "\t\r\n": RowFault.NO_NUMBER,
    '""': RowFault.NO_NUMBER,
    "'": RowFault.NO_NUMBER,
    "-": RowFault.NO_NUMBER,
    ".": RowFault.NO_DIGITS,
    "+": RowFault.NO_DIGITS,
    "无": RowFault.NO_NUMBER,
    "NULL": RowFault.NO_NUMBER,
    "13800O00001": RowFault.LETTERS,
    "13800000001\u00e9": RowFault.LETTERS,
    "l3800000001": RowFault.LETTERS,
    "13800000001a": RowFault.LETTERS,
    "138个0000个0001": RowFault.LETTERS,
    "第1个": RowFault.LETTERS,
    "1-800-FLOWERS": RowFault.LETTERS,
    "一3800000001": RowFault.LETTERS,
    "a1": RowFault.LETTERS,
    "1380000\x000001": RowFault.BAD_CHARACTER,
    "\x0013800000001": RowFault.BAD_CHARACTER,
    "13800000001\x1b": RowFault.BAD_CHARACTER,
    "13800000001/\x7f": RowFault.BAD_CHARACTER,
    "138\ufffd0000001": RowFault.BAD_CHARACTER,
    "1" * 40: RowFault.TOO_LONG,
    "138000000011380000000 2": RowFault.TOO_LONG,
    "1380000000113900000002": RowFault.TOO_LONG,
    "+8613800000001139": RowFault.TOO_LONG,
    "14000000000000001": RowFault.TOO_LONG,
    "014000000000000001": RowFault.TOO_LONG,
    "+165025300001234567": RowFault.TOO_LONG,
    "13800000001\v": RowFault.BAD_CHARACTER,
    "13800000001" + " " * 300: RowFault.TOO_LONG,
    "1": RowFault.TOO_SHORT,
    "+1": RowFault.TOO_SHORT,
    "+44": RowFault.TOO_SHORT,
    "0": RowFault.TOO_SHORT,
    "13800": RowFault.TOO_SHORT,
    "1.38E+10": RowFault.LOST_DIGITS,
    "1.380000E+10": RowFault.LOST_DIGITS,
    "1E+10": RowFault.LOST_DIGITS,
    "138****0001": RowFault.MASKED_DIGITS,
    "138xxxx0001": RowFault.MASKED_DIGITS,
    "13800000000.5": RowFault.FRACTION,
    "13800000000.537": RowFault.FRACTION,
    "1.38000000005E+9": RowFault.FRACTION,
    "13800000001/2": RowFault.SEVERAL_NUMBERS,
    "13800000001 2": RowFault.SEVERAL_NUMBERS,
    "13800000001/1390000": RowFault.SEVERAL_NUMBERS,
    "13800000001-13900000002": RowFault.SEVERAL_NUMBERS,
    "1=*010010": RowFault.SEVERAL_NUMBERS,
    "+)13800000001": RowFault.NOT_ALLOCATED,
    "+:13800000001": RowFault.SEVERAL_NUMBERS,
    "86+13800000001": RowFault.SEVERAL_NUMBERS,
    "04331234567.000": RowFault.NONE,
    "+999123456": RowFault.UNKNOWN_COUNTRY,
    "00999123456": RowFault.UNKNOWN_COUNTRY,
    "+0123456": RowFault.UNKNOWN_COUNTRY,
    "15400000000": RowFault.NOT_ALLOCATED,
    "1380000": RowFault.NOT_ALLOCATED,
    "12345678": RowFault.NOT_ALLOCATED,
    "000138000": RowFault.NOT_ALLOCATED,
    "01380000": RowFault.NOT_ALLOCATED,
    "+1 650 253 000": RowFault.NOT_ALLOCATED,
    "110": RowFault.SERVICE_NUMBER,
    "12315": RowFault.SERVICE_NUMBER,
    "10086": RowFault.SERVICE_NUMBER,
    "95588": RowFault.SERVICE_NUMBER,
    "+8695588": RowFault.SERVICE_NUMBER,
    "400-800-0000": RowFault.SERVICE_NUMBER,
    "800 800 0000": RowFault.SERVICE_NUMBER,
    "+1 800 253 0000": RowFault.SERVICE_NUMBER,
    "1410123456789": RowFault.MACHINE_NUMBER,
    "700123456789012": RowFault.INTERMEDIATE_NUMBER,
    "700 1234 5678 9012": RowFault.INTERMEDIATE_NUMBER,
    "+86 700-1234-5678-9012": RowFault.INTERMEDIATE_NUMBER,
    "0086700123456789012": RowFault.INTERMEDIATE_NUMBER,
    "\uff17\uff10\uff10123456789012": RowFault.INTERMEDIATE_NUMBER,
    "中间号700123456789012": RowFault.INTERMEDIATE_NUMBER,
    "70012345678": RowFault.NOT_ALLOCATED,
    "70012345678901": RowFault.SHORT_INTERMEDIATE,
    "+86 7001234567890": RowFault.SHORT_INTERMEDIATE,
    "700123456789": RowFault.SHORT_INTERMEDIATE,
    "70112345678901": RowFault.TOO_LONG,
    "7001234567890123": RowFault.TOO_LONG,
    "701123456789012": RowFault.TOO_LONG,
}


def read(cell: str, home: str = "CN") -> tuple[int, RowFault]:
    found = classify_text([cell], home)[0]
    return int(found["number"]), RowFault(found["fault"])


@pytest.mark.parametrize("cell", UNDERSTOOD)
def test_understood(cell: str) -> None:
    number, fault = read(cell)
    if UNDERSTOOD[cell]:
        assert (number, fault) == (UNDERSTOOD[cell], RowFault.NONE)
    else:
        assert fault == FAULTS_OF_NONE[cell]


@pytest.mark.parametrize("cell", SEVERAL)
def test_several_numbers(cell: str) -> None:
    number, fault = read(cell)
    settled = settle(cell.encode(), "CN")
    assert ([number, *settled.further], fault) == (SEVERAL[cell], RowFault.NONE)
    assert settled.record["further"] == len(SEVERAL[cell]) - 1


@pytest.mark.parametrize("cell", REJECTED)
def test_rejected(cell: str) -> None:
    assert read(cell)[1] == REJECTED[cell]


def test_a_cell_reads_the_same_by_the_kernel_and_by_hand() -> None:
    """The kernel takes the plain cells, `settle` any: where both may, they agree."""
    cells = [*UNDERSTOOD, *SEVERAL, *REJECTED]
    for cell, found in zip(cells, classify_text(cells), strict=True):
        if len(cell.encode()) <= 256:
            assert settle(cell.encode(), "CN").record.tolist() == found.tolist(), cell


# --- every way to write one number ------------------------------------------------------------

PREFIXES = ["", "+86", "0086", "86", "+86 ", "0086-", "86-", "(+86)", "＋８６", "+86\u00a0"]
GAPS = ["", " ", "-", "\u3000", "\u2013", ".", "  ", " - "]


@given(
    national=st.one_of(
        st.integers(0, 99_999_999).map(lambda n: f"138{n:08d}"),
        st.integers(0, 9_999_999).map(lambda n: f"106{n:07d}"),
        st.integers(0, 9_999_999).map(lambda n: f"7558{n:07d}"),
    ),
    prefix=st.sampled_from(PREFIXES),
    gap=st.sampled_from(GAPS),
    wide=st.booleans(),
    ends=st.sampled_from(["", " ", "\t", "\r\n", "\u3000"]),
)
def test_the_same_number_however_written(
    national: str, prefix: str, gap: str, wide: bool, ends: str
) -> None:
    expected = int("86" + national)
    if phonenumbers.is_valid_number(phonenumbers.parse("+86" + national)):
        text = prefix + gap.join((national[:3], national[3:7], national[7:]))
        if wide:
            text = text.translate({ord("0") + d: ord("０") + d for d in range(10)})
        assert read(ends + text + ends) == (expected, RowFault.NONE)


# --- the library ------------------------------------------------------------------------------

STARTS = [
    "", "0", "00", "86", "+", "+86", "0086", "860", "+860", "12593", "17909", "1790900", "1", "011",
    "39", "+39", "+44", "+1", "8", "+7",
]  # fmt: skip
MIDDLES = ["138", "10", "0755", "755", "400", "95", "1069", "650253", "20", "179", "861"]
# Numbers of China that the library does not know.
OURS = re.compile(
    "86(?:" + "|".join(g.pattern for g in GROUPS if g.library == NumberClass.UNKNOWN) + ")"
)


def by_library(text: str, home: str) -> int:
    try:
        parsed = phonenumbers.parse(text, home)
    except phonenumbers.NumberParseException:
        return 0
    national = phonenumbers.national_significant_number(parsed)
    valid = phonenumbers.is_valid_number(parsed)
    return int(f"{parsed.country_code}{national}") if valid else 0


def digits(luck: random.Random) -> str:
    body = "".join(luck.choice("0123456789") for _ in range(luck.randint(0, 11)))
    return luck.choice(STARTS) + luck.choice(MIDDLES) + body


def punctuated(luck: random.Random, text: str) -> str:
    return "".join(
        (luck.choice([" ", "-", ".", "("]) if i and luck.random() < 0.2 else "") + character
        for i, character in enumerate(text)
    )


def differences(texts: list[str], home: str) -> list[tuple[str, int, int]]:
    """Texts, the library's number and ours, where nothing explains why they differ."""
    wrong = []
    for text, found in zip(texts, classify_text(texts, home), strict=True):
        theirs = by_library(text, home)
        ours = int(found["number"]) if found["valid"] else 0
        explained = (
            ours == theirs
            or (theirs == 0 and OURS.fullmatch(str(ours)))
            # A decimal point and what follows is no part of a number.
            or found["fault"] == RowFault.FRACTION
            or text.endswith((".0", ".00"))
            # Several numbers, or an extension behind a dash: the library takes them as one.
            or (theirs == 0 and (found["further"] > 0 or "-" in text))
        )
        if not explained:
            wrong.append((text, theirs, ours))
    return wrong


@pytest.mark.parametrize("home", ["CN", "US", "DE", "IT", "HK", "GG"])
def test_agrees_with_the_library(home: str, world_size: Callable[[int], int]) -> None:
    luck = random.Random(home)
    plain = [digits(luck) for _ in range(world_size(2000))]
    assert differences(plain, home) == []
    assert differences([punctuated(luck, text) for text in plain[:500]], home) == []


@pytest.mark.full
@pytest.mark.parametrize("home", ["CN", "US", "DE", "IT", "GB", "AR", "RU", "HK", "GG", "MX"])
def test_agrees_with_the_library_at_length(home: str) -> None:
    luck = random.Random(home)
    plain = [digits(luck) for _ in range(20_000)]
    assert differences(plain, home) == []
    assert differences([punctuated(luck, text) for text in plain], home) == []


def test_every_country_can_be_home() -> None:
    for home in phonenumbers.SUPPORTED_REGIONS:
        assert reading(home).home[0] == phonenumbers.country_code_for_region(home)


def test_national_numbers_of_another_home() -> None:
    assert read("(650) 253-0000", "US") == (16502530000, RowFault.NONE)
    assert read("1 650 253 0000", "US") == (16502530000, RowFault.NONE)
    assert read("011 86 138 0000 0001", "US") == (MOBILE, RowFault.NONE)
    assert read("06502530000", "US") == (106502530000, RowFault.NOT_ALLOCATED)
    assert read("650253000", "US") == (1650253000, RowFault.NOT_ALLOCATED)
    assert read("9" * 17, "US") == (0, RowFault.TOO_LONG)
    assert read("0", "GB")[1] == read("+440", "GB")[1] == RowFault.TOO_SHORT
    assert read("+44 00 20 7031 3000", "GB")[1] == RowFault.NOT_ALLOCATED
    assert read("020 7031 3000", "GB") == (442070313000, RowFault.NONE)
    assert read("030 123456", "DE") == (4930123456, RowFault.NONE)
    assert read("+49 (0)30 123456", "GB") == (4930123456, RowFault.NONE)
    assert read("06 698 12345", "IT") == (390669812345, RowFault.NONE)
    assert read("000123", "DE")[1] != RowFault.NONE
    with pytest.raises(ValueError, match='must be the ISO code of a country such as "CN", was'):
        classify_text(["1"], "XX")
