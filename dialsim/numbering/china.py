"""What China's numbering plan has beyond the phonenumbers library, and where we differ from it.

Patterns are of national significant numbers. Sources are those of the facts behind the profiles.
"""

from __future__ import annotations

from typing import NamedTuple

from dialsim.core.codes import NumberClass, Operator

CALLING_CODE = 86
REGION = "CN"
CARRIERS = {
    "China Mobile": Operator.CMCC,
    "China Unicom": Operator.CUCC,
    "China Telecom": Operator.CTCC,
    "China Broadnet": Operator.CBN,
}
"""The library's names of the operators."""


INTERMEDIATE = "700"
"""What the numbers of the number-protection service (号码保护服务) begin with."""


class Group(NamedTuple):
    """Numbers of one class, whatever the library says of them.

    Where the library knows no such number (UNKNOWN) the group adds it to the plan; otherwise it
    takes up those only that the library knows.
    """

    name: str
    pattern: str
    number_class: NumberClass
    library: NumberClass
    operator: Operator | None  # None: as its prefix says, or nobody
    reason: str
    source: str


class OwnOperator(NamedTuple):
    """Prefixes of mobiles whose operator the library names otherwise, or not at all."""

    name: str
    prefixes: tuple[str, ...]
    operator: Operator
    library: Operator | None
    reason: str
    source: str


class OwnZones(NamedTuple):
    """A province that lives by other clocks than the one the library has for all of China."""

    province: str
    zones: tuple[str, ...]
    library: tuple[str, ...]
    reason: str
    source: str


class Difference(NamedTuple):
    """Numbers of which we say other things than the library, on purpose."""

    name: str
    field: str  # valid, class, operator, zones or place
    pattern: str
    ours: str
    library: str
    reason: str
    source: str
    province: str = ""  # only numbers of this province


# Area codes without their trunk prefix 0; which of them exist, the library tells.
_AREA = r"(?:10|2\d|[3-9]\d\d)"
_C = NumberClass
_BY_AREA = "the same number dialled through an area"
_SHORT = "short codes are no subscribers, but must be known when they stand in a list"

# fmt: off
GROUPS = (
    Group("emergency", "1(?:10|19|2[02])", _C.EMERGENCY, _C.UNKNOWN, None, _SHORT, "S68"),
    Group("disaster relief", r"174(?:0[6-9]|1[0-2])\d{6}", _C.EMERGENCY, _C.UNKNOWN, None,
          "mobiles set apart for emergencies", "S68"),
    Group("government and carriers", r"1(?:1[24]|00\d\d|2\d{3})", _C.SHORT_CODE, _C.UNKNOWN, None,
          _SHORT, "S68"),
    Group("95 enterprise", r"95[356]\d{2,3}", _C.ENTERPRISE_95, _C.UNKNOWN, None, _SHORT, "S68"),
    Group("95 value-added", r"95[01247]\d{2,3}", _C.B24_95, _C.UNKNOWN, None, _SHORT, "S10"),
    Group("96", r"96\d{3,4}", _C.N96, _C.UNKNOWN, None, _SHORT, "S68"),
    Group("106", r"106(?:\d{5,6}|\d{8,9})", _C.N106, _C.UNKNOWN, None,
          "message access codes; with ten digits it is a landline of Beijing", "S68"),
    Group("machines", r"(?:1064|1410|144[01]|14[68]\d)\d{9}", _C.IOT, _C.UNKNOWN, None,
          "numbers of 13 digits: no person answers", "S68"),
    Group("number protection", INTERMEDIATE + r"\d{12}", _C.PRIVACY, _C.UNKNOWN, None,
          "intermediate numbers: 15 digits are shown, the first 11 are managed", "S81"),
    Group("satellite", r"1749\d{7}", _C.SATELLITE, _C.UNKNOWN, None, "satellite phones", "S68"),
    Group("149", r"149\d{8}", _C.MOBILE, _C.UNKNOWN, Operator.CTCC, "China Telecom's", "S68"),
    Group("data", r"145\d{8}", _C.IOT, _C.MOBILE, None, "data cards: no person answers", "S68"),
    Group("1010", r"1010\d{4}", _C.N1010, _C.SHARED_COST, None, "a caller ID's class", "S32"),
    Group("400 of China Unicom", r"400[06]\d{6}", _C.N400, _C.SHARED_COST, Operator.CUCC,
          "the fourth digit names the operator", "S75"),
    Group("400 of China Mobile", r"400[17]\d{6}", _C.N400, _C.SHARED_COST, Operator.CMCC,
          "the fourth digit names the operator", "S75"),
    Group("400 of China Telecom", r"400[89]\d{6}", _C.N400, _C.SHARED_COST, Operator.CTCC,
          "the fourth digit names the operator", "S75"),
    Group("other 400", r"400[2-5]\d{6}", _C.N400, _C.SHARED_COST, None, "call-in only", "S75"),
    Group("long 950", r"950\d{7,8}", _C.B24_95, _C.SHARED_COST, None,
          "a 95 number with an extension", "S10"),
    Group("95 enterprise of an area", _AREA + r"95[356]\d{2,3}", _C.ENTERPRISE_95, _C.FIXED, None,
          _BY_AREA, "S68"),
    Group("95 value-added of an area", _AREA + r"95[01247]\d{2,3}", _C.B24_95, _C.FIXED, None,
          _BY_AREA, "S10"),
    Group("96 of an area", _AREA + r"96\d{3,4}", _C.N96, _C.SHARED_COST, None,
          "a 96 number is one province's", "S68"),
    Group("short code of an area", _AREA + r"1(?:00\d\d|23\d{1,2})", _C.SHORT_CODE, _C.FIXED, None,
          _BY_AREA, "S68"),
)
"""The first group whose pattern matches decides."""

_VIRTUAL = "numbers of virtual operators; the library names the network below, or none"
OPERATORS = (
    OwnOperator("virtual", ("162", "165"), Operator.MVNO, None, _VIRTUAL, "S68"),
    OwnOperator("virtual on China Telecom", ("1700", "1701", "1702"), Operator.MVNO, Operator.CTCC,
                _VIRTUAL, "S68"),
    OwnOperator("virtual on China Mobile", ("1703", "1705", "1706"), Operator.MVNO, Operator.CMCC,
                _VIRTUAL, "S68"),
    OwnOperator("virtual on China Unicom", ("167", "1704", "1707", "1708", "1709", "171"),
                Operator.MVNO, Operator.CUCC, _VIRTUAL, "S68"),
    OwnOperator("1349", ("1349",), Operator.CTCC, None, "China Telecom's", "S68"),
)

ZONES = (
    OwnZones("Xinjiang", ("Asia/Shanghai", "Asia/Urumqi"), ("Asia/Shanghai",),
             "people there live by Beijing time and by the sun, two hours later", "S27,S30"),
)
# fmt: on
_COUNTRY_ZONE = "Asia/Shanghai"


def _differences() -> list[Difference]:
    found = []
    for name, pattern, ours, library, operator, reason, source in GROUPS:
        rows = [("class", ours.name, library.name)]
        if library is NumberClass.UNKNOWN:
            rows += [("valid", "yes", "no"), ("zones", _COUNTRY_ZONE, "")]
        if operator is not None:
            rows.append(("operator", operator.name, ""))
        found += [Difference(name, row[0], pattern, *row[1:], reason, source) for row in rows]
    for name, prefixes, operator, library_operator, reason, source in OPERATORS:
        pattern = "|".join(f"{prefix}\\d{{{11 - len(prefix)}}}" for prefix in prefixes)
        other = library_operator.name if library_operator is not None else ""
        found.append(Difference(name, "operator", pattern, operator.name, other, reason, source))
    for province, zones, library_zones, reason, source in ZONES:
        sets = (",".join(zones), ",".join(library_zones))
        found.append(Difference(province, "zones", r"\d*", *sets, reason, source, province))
    return found


DIFFERENCES = tuple(_differences())
"""Every intended difference from the library, a field a row; anything else is a mistake."""
