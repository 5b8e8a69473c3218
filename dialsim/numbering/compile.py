"""The phonenumbers library's metadata and China's own rows, compiled into flat tables.

Run as a program it writes the tables to standard output. It is run in a process of its own,
because the library's places alone take 300 ms and 100 MB to import.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import NumberClass, Operator
from dialsim.numbering import china
from dialsim.numbering.automaton import DEAD, DIGITS, NO_LABEL, Forest, flatten
from dialsim.numbering.tables import (
    COUNTRY,
    FROM_PREFIX,
    LABEL,
    MOBILE_FROM,
    MOBILE_PREFIXES,
    NO_NUMBER,
    NO_OPERATOR,
    PREFIX_DIGITS,
    PROFILE,
    TOP_DIGITS,
    WALK,
)

DESCRIPTIONS = (
    ("premium_rate", NumberClass.PREMIUM_RATE),
    ("toll_free", NumberClass.TOLL_FREE),
    ("shared_cost", NumberClass.SHARED_COST),
    ("voip", NumberClass.VOIP),
    ("personal_number", NumberClass.PERSONAL),
    ("pager", NumberClass.PAGER),
    ("uan", NumberClass.UAN),
    ("voicemail", NumberClass.VOICEMAIL),
)
"""In the order in which the library tries them; landlines and mobiles come after."""
WITH_CARRIER = {NumberClass.MOBILE, NumberClass.FIXED_OR_MOBILE}
"""The library names carriers of pagers too, but China has none left."""
MOBILE_FREE = 6
"""Digits of a Chinese mobile behind the five that decide."""
LARGEST = 2**63 - 1
UNKNOWN_ZONES = ("Etc/Unknown",)


class Label(NamedTuple):
    """What a number is, as far as its own digits tell."""

    number_class: int
    region: int
    operator: int  # `Operator`, NO_OPERATOR, or FROM_PREFIX
    geographic: int  # place and zones by prefix; else none, and the zones of its country


class Rows:
    """Equal values are one row."""

    def __init__(self, *first: Any) -> None:
        self.values = list(first)
        self._rows = {value: row for row, value in enumerate(first)}

    def row(self, value: Any) -> int:
        """Return the row of a value; a new one if need be."""
        found = self._rows.get(value)
        if found is None:
            found = self._rows[value] = len(self.values)
            self.values.append(value)
        return found


def compile_plan() -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Return the tables by name, and the names of their rows.

    Takes some two seconds, most of them for the places of China.
    """
    from phonenumbers.phonenumberutil import COUNTRY_CODE_TO_REGION_CODE as REGIONS

    forest = Forest()
    regions = Rows("", *sorted({region for each in REGIONS.values() for region in each}))
    labels = Rows(None)  # a label of the forest is a row here; 0 is no number
    zone_sets = Rows(())
    roots = {code: country(forest, labels, regions, code) for code in REGIONS}
    for code, root in roots.items():
        if int(f"{code}{'9' * forest.depth(root)}") > LARGEST:
            raise OverflowError(f"numbers of +{code} do not fit an int64")
    sizes = {code: flatten(forest, [root]).sizes[0] for code, root in roots.items()}
    # China's dense index is small, whatever the library learns of countries with endless numbers.
    codes = sorted(roots, key=lambda code: (code != china.CALLING_CODE, sizes[code], code))
    flat = flatten(forest, [roots[code] for code in codes])
    tables: dict[str, NDArray[Any]] = {
        "step": flat.step,
        "before": flat.before,
        "free": flat.free,
        "ends": flat.label - 1,
        "labels": records(labels.values[1:], LABEL),
    }
    countries = np.zeros(len(codes), COUNTRY)
    countries["code"], countries["root"] = codes, flat.roots
    countries["digits"] = [len(str(code)) for code in codes]
    countries["first"] = np.cumsum([0, *flat.sizes[:-1]])
    countries["size"] = flat.sizes
    countries["zones"] = [zone_sets.row(country_zones(code)) for code in codes]
    tables["countries"] = countries
    country_of = np.full(1000, -1, np.int16)
    for row, code in enumerate(codes):
        span = 10 ** (3 - len(str(code)))
        country_of[code * span : (code + 1) * span] = row
    tables["country_of"] = country_of
    places, prefixes, profiles = prefix_map(zone_sets)
    tables["profiles"] = records(profiles.values, PROFILE)
    tables |= break_tables(prefixes) | mobile_tables(forest, roots[china.CALLING_CODE], prefixes)
    names = {
        "regions": regions.values,
        "places": places,
        "zone_sets": zone_sets.values,
        "home_rows": {region: codes.index(code) for code in codes for region in REGIONS[code]},
        "region_zones": region_zones(forest, roots, labels, prefixes, profiles, countries),
    }
    return tables, names


def country(forest: Forest, labels: Rows, regions: Rows, code: int) -> int:
    """Return the automaton of a calling code's national numbers; its labels are rows of `labels`.

    With several regions the first one decides whose leading digits match, or, where it has none,
    whose patterns do; a number that one claims by its leading digits is no other's.
    """
    from phonenumbers.phonemetadata import PhoneMetadata
    from phonenumbers.phonenumberutil import COUNTRY_CODE_TO_REGION_CODE as REGIONS

    names = REGIONS[code]
    find: Any = PhoneMetadata.metadata_for_region_or_calling_code
    metadata = [find(code, name) for name in names]
    typed = [typed_numbers(forest, data) for data in metadata]
    leading = [data.leading_digits if len(names) > 1 else None for data in metadata]
    claims = [forest.prefix(digits) if digits else DEAD for digits in leading]
    known: dict[tuple[int, int], int] = {}

    def decide(found: tuple[int, ...]) -> int:
        for i in range(len(names)):
            number_type, claimed = found[i], found[len(names) + i]
            if claimed if leading[i] else number_type:
                if not number_type:
                    return NO_LABEL
                key = (i, number_type)
                if key not in known:
                    known[key] = labels.row(
                        label_of(code, NumberClass(number_type - 1), regions.row(names[i]))
                    )
                return known[key]
        return NO_LABEL

    root = forest.merge([*typed, *claims], decide, range(len(names)))
    return with_groups(forest, labels, root, regions) if code == china.CALLING_CODE else root


def typed_numbers(forest: Forest, metadata: Any) -> int:
    """Return the automaton of a region's numbers, labelled with `NumberClass` + 1."""
    nodes = []
    for name in ("general_desc", *(name for name, _ in DESCRIPTIONS), "fixed_line", "mobile"):
        description = getattr(metadata, name)
        node = DEAD
        if description is not None and description.national_number_pattern:
            node = forest.pattern(description.national_number_pattern)
            if description.possible_length:
                node = forest.of_lengths(node, description.possible_length)
        nodes.append(node)
    alike = metadata.same_mobile_and_fixed_line_pattern

    def decide(found: tuple[int, ...]) -> int:
        general, *special, fixed, mobile = found
        if not general:
            return NO_LABEL
        for (_, number_class), matches in zip(DESCRIPTIONS, special, strict=True):
            if matches:
                return number_class + 1
        if fixed:
            return (NumberClass.FIXED_OR_MOBILE if alike or mobile else NumberClass.FIXED) + 1
        return NumberClass.MOBILE + 1 if mobile and not alike else NO_LABEL

    return forest.merge(nodes, decide, [0])


def label_of(code: int, number_class: NumberClass, region: int) -> Label:
    """Return the label of a class of numbers of a calling code."""
    from phonenumbers.phonenumberutil import PhoneNumberType, is_number_type_geographical

    number_type = {
        NumberClass.FIXED: PhoneNumberType.FIXED_LINE,
        NumberClass.MOBILE: PhoneNumberType.MOBILE,
        NumberClass.FIXED_OR_MOBILE: PhoneNumberType.FIXED_LINE_OR_MOBILE,
    }.get(number_class, PhoneNumberType.UNKNOWN)
    operator: int = Operator.ABROAD
    if code == china.CALLING_CODE:
        operator = FROM_PREFIX if number_class in WITH_CARRIER else NO_OPERATOR
    geographic = is_number_type_geographical(number_type, code)
    return Label(int(number_class), region, int(operator), int(geographic))


def with_groups(forest: Forest, labels: Rows, library: int, regions: Rows) -> int:
    """Return China's automaton with the classes of `china.GROUPS` laid over the library's."""
    union = DEAD
    for rank, group in enumerate(reversed(china.GROUPS), 1):  # the higher rank wins
        union = forest.union(union, forest.pattern(group.pattern, rank))

    def decide(found: tuple[int, ...]) -> int:
        label, rank = found
        group = china.GROUPS[-rank] if rank else None
        if group is None or (not label and group.library is not NumberClass.UNKNOWN):
            return label
        region = regions.row(china.REGION)
        was = labels.values[label] or Label(0, region, NO_OPERATOR, 0)
        operator = was.operator if group.operator is None else int(group.operator)
        return labels.row(was._replace(number_class=int(group.number_class), operator=operator))

    return forest.merge([library, union], decide, [0, 1])


def country_zones(code: int) -> tuple[str, ...]:
    """Return the zones the library gives to a number of a country that has no place."""
    from phonenumbers import PhoneNumber, timezone

    found = tuple(timezone._country_level_time_zones_for_number(PhoneNumber(country_code=code)))
    return () if found == UNKNOWN_ZONES else found


def prefix_map(zone_sets: Rows) -> tuple[list[tuple[str, str, str]], dict[str, int], Rows]:
    """Return the places, and profile rows by E.164 prefix, of which the longest counts."""
    from phonenumbers.carrierdata import CARRIER_DATA
    from phonenumbers.geodata import GEOCODE_DATA
    from phonenumbers.tzdata import TIMEZONE_DATA

    home = str(china.CALLING_CODE)
    zones = {k: () if v == UNKNOWN_ZONES else tuple(v) for k, v in TIMEZONE_DATA.items()}
    chinese = {k: v for k, v in GEOCODE_DATA.items() if k.startswith(home) and v.get("en")}
    places, place_of = place_rows(chinese)
    own = {home + prefix: row.operator for row in china.OPERATORS for prefix in row.prefixes}
    operators = {
        key: china.CARRIERS.get(value.get("en", ""), NO_OPERATOR)
        for key, value in CARRIER_DATA.items()
        if key.startswith(home) and not key.startswith(tuple(own))
    } | own
    own_zones = {row.province: row.zones for row in china.ZONES}
    profiles = Rows((NO_OPERATOR, 0, 0))
    prefixes: dict[str, int] = {}
    keys = zones.keys() | chinese.keys() | operators.keys()
    for key in sorted(keys, key=lambda key: (len(key), key)):
        place = longest(place_of, key, 0)
        zone_set = own_zones.get(places[place][2]) or longest(zones, key, ())
        operator = int(longest(operators, key, NO_OPERATOR))
        profile = profiles.row((operator, place, zone_sets.row(zone_set)))
        if profile != longest(prefixes, key, 0):
            prefixes[key] = profile
    return places, prefixes, profiles


def place_rows(
    names: Mapping[str, Mapping[str, str]],
) -> tuple[list[tuple[str, str, str]], dict[str, int]]:
    """Return (English, Chinese, province) of each place, row 0 empty, and rows by prefix.

    The library spells some places in Chinese in two ways; the one it uses most counts.
    """
    spellings: dict[str, dict[str, int]] = {}
    for name in names.values():
        counts = spellings.setdefault(name["en"], {})
        chinese = name.get("zh", "")
        counts[chinese] = counts.get(chinese, 0) + bool(chinese)
    places = [("", "", "")]
    for english in sorted(spellings):
        chinese = max(spellings[english].items(), key=lambda item: (item[1], item[0]))[0]
        places.append((english, chinese, english.rpartition(", ")[2]))
    rows = {place[0]: row for row, place in enumerate(places)}
    return places, {prefix: rows[name["en"]] for prefix, name in names.items()}


def longest(table: Mapping[str, Any], digits: str, default: Any) -> Any:
    """Return the value of the longest key that `digits` begins with."""
    for length in range(len(digits), 0, -1):
        found = table.get(digits[:length])
        if found is not None:
            return found
    return default


def break_tables(prefixes: Mapping[str, int]) -> dict[str, NDArray[Any]]:
    """Return the prefix map as ranges of the first nine digits, mobiles of China left out."""
    starts = {0}
    for key in prefixes:
        if not key.startswith(MOBILE_FROM):
            span = 10 ** (PREFIX_DIGITS - len(key))
            starts |= {int(key) * span, (int(key) + 1) * span}
    breaks: list[int] = []
    values: list[int] = []
    for start in sorted(starts):
        value = longest(prefixes, f"{start:0{PREFIX_DIGITS}}", 0)
        if not values or values[-1] != value:
            breaks.append(start)
            values.append(value)
    bounds = np.arange(10**TOP_DIGITS + 1) * 10 ** (PREFIX_DIGITS - TOP_DIGITS)
    return {
        "breaks": np.array(breaks, np.int32),
        "break_profiles": np.array(values, np.uint16),
        # the range that holds the first number of each top prefix
        "tops": (np.searchsorted(breaks, bounds, "right") - 1).astype(np.int32),
    }


def mobile_tables(
    forest: Forest, root: int, prefixes: Mapping[str, int]
) -> dict[str, NDArray[Any]]:
    """Return China's numbers of 1xx...: profiles by seven digits, label and rank by five."""
    profiles = np.zeros(10 ** (PREFIX_DIGITS - len(MOBILE_FROM)), np.uint16)
    profiles[:] = longest(prefixes, MOBILE_FROM, 0)
    for key in sorted((key for key in prefixes if key.startswith(MOBILE_FROM)), key=len):
        span = 10 ** (PREFIX_DIGITS - len(key))
        start = int(key[len(MOBILE_FROM) :] or "0") * span
        profiles[start : start + span] = prefixes[key]
    label = np.full(MOBILE_PREFIXES, WALK, np.int16)
    first = np.zeros(MOBILE_PREFIXES, np.int64)
    flat = flatten(forest, [root])
    for prefix in range(MOBILE_PREFIXES):
        node, state, rank, place = root, flat.roots[0], 0, 0
        digits = str(MOBILE_PREFIXES + prefix)
        while place < len(digits) and flat.free[state] < 0:  # a free state has no further steps
            digit = int(digits[place])
            rank += int(flat.before[state, digit])
            state, node = int(flat.step[state, digit]), forest[node][1][digit]
            place += 1
        rest = digits[place:]
        if flat.free[state] == MOBILE_FREE + len(rest):
            rank += int(rest or "0") * 10**MOBILE_FREE
            label[prefix], first[prefix] = flat.label[state] - 1, rank
        elif flat.free[state] >= 0 or forest.of_lengths(node, [MOBILE_FREE]) == DEAD:
            label[prefix] = NO_NUMBER
    return {"mobile_profiles": profiles, "mobile_labels": label, "mobile_first": first}


def region_zones(
    forest: Forest,
    roots: Mapping[int, int],
    labels: Rows,
    prefixes: Mapping[str, int],
    profiles: Rows,
    countries: NDArray[Any],
) -> dict[int, list[int]]:
    """Return the rows of all zone sets that a valid number of each region can have."""
    found: dict[int, set[int]] = {}
    inner = {key[:length] for key in prefixes for length in range(len(key))}

    def take(node: int, profile: int, own: int) -> None:
        for value in forest.labels(node):
            label = labels.values[value]
            zones = profiles.values[profile][2] if label.geographic else own
            found.setdefault(label.region, set()).add(zones)

    def visit(node: int, key: str, profile: int, own: int) -> None:
        profile = prefixes.get(key, profile)
        if node == DEAD:
            return
        if key not in inner:
            take(node, profile, own)
            return
        take(forest.node(forest[node][0], (DEAD,) * 10), profile, own)
        for digit in DIGITS:
            visit(forest[node][1][digit], f"{key}{digit}", profile, own)

    for row in countries:
        code = str(row["code"])
        visit(roots[int(code)], code, longest(prefixes, code, 0), int(row["zones"]))
    return {region: sorted(rows) for region, rows in sorted(found.items())}


def records(values: Sequence[tuple[int, ...]], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return rows of values as an array whose padding is zero."""
    out = np.zeros(len(values), dtype)
    for name, column in zip(dtype.names or (), zip(*values, strict=True), strict=True):
        out[name] = column
    return out


def packed(tables: Mapping[str, NDArray[Any]], names: Mapping[str, Any]) -> bytes:
    """Return tables and names as one file."""
    text = np.frombuffer(json.dumps(names, ensure_ascii=False).encode(), np.uint8)
    file = io.BytesIO()
    np.savez(file, names=text, **tables)  # type: ignore[arg-type]
    return file.getvalue()


def main() -> None:
    """Compile and write the tables to standard output."""
    sys.stdout.buffer.write(packed(*compile_plan()))


if __name__ == "__main__":
    main()
