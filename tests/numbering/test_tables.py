"""The plan's tables: ranks, prefixes, the file they are kept in."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from dialsim.core.codes import NumberClass, Operator
from dialsim.errors import InternalError
from dialsim.numbering import tables
from dialsim.numbering.kernels import (
    describe,
    describe_all,
    describe_other,
    look_up,
    number_at,
    numbers_at,
    profile_row,
)
from dialsim.numbering.layout import NUMBER
from dialsim.numbering.tables import WALK, load_plan, zone_sets_of
from dialsim.storage.checked import read_checked

PLAN, NAMES = load_plan()
LARGEST = np.iinfo(np.int64).max


def row(number: int) -> np.void:
    record = np.zeros(1, NUMBER)
    describe(PLAN, number, record[0])
    return record[0]


# --- ranks ---------------------------------------------------------------------------------------


def test_countries_follow_one_another_china_first() -> None:
    countries = PLAN.countries
    assert countries[0]["code"] == 86
    assert countries["first"].tolist() == [0, *np.cumsum(countries["size"])[:-1].tolist()]
    assert (np.diff(countries["size"][1:]) >= 0).all()
    assert (countries["size"] > 0).all()


def test_the_rank_of_a_number_is_its_index(world_size) -> None:
    """At random over each country, its first and last number among them."""
    rng = np.random.default_rng(7)
    for country in PLAN.countries:
        first, size = int(country["first"]), int(country["size"])
        ranks = np.array([0, size - 1, *rng.integers(0, size, world_size(30))])
        numbers = np.zeros(len(ranks), np.int64)
        numbers_at(PLAN, first + ranks, numbers)
        records = np.zeros(len(ranks), NUMBER)
        describe_all(PLAN, numbers, records)
        assert records["index"].tolist() == (first + ranks).tolist()
        assert records["valid"].all()


def check_bijection(country: np.void, count: int) -> None:
    first = int(country["first"])
    numbers = [number_at(PLAN, first + rank) for rank in range(count)]
    assert [look_up(PLAN, number)[1] for number in numbers] == list(range(first, first + count))
    assert sorted(map(str, numbers)) == list(map(str, numbers))


def test_ranks_go_up_with_the_digits() -> None:
    check_bijection(PLAN.countries[1], 300)
    check_bijection(PLAN.countries[0], 300)


@pytest.mark.full
def test_ranks_of_small_countries_whole() -> None:
    for country in PLAN.countries[1:6]:
        check_bijection(country, int(country["size"]))


def test_no_number_stands_outside_the_indices() -> None:
    last = PLAN.countries[-1]
    assert number_at(PLAN, -1) == -1
    assert number_at(PLAN, int(last["first"] + last["size"])) == -1
    assert look_up(PLAN, number_at(PLAN, int(last["first"] + last["size"] - 1)))[2] == 214


# --- look-up -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "number",
    [0, -1, -8613800000001, 8, 86, 861380000000, 86138000000011, 210, 80, 10**18, LARGEST],
)
def test_what_is_no_number_says_nothing(number: int) -> None:
    found = row(number)
    assert found["number"] == number
    assert (found["index"], found["valid"], found["operator"]) == (-1, 0, -1)
    assert (found["place"], found["zones"], found["region"]) == (0, 0, 0)
    assert found["number_class"] == NumberClass.UNKNOWN


def test_the_calling_code_is_known_where_the_number_is_not() -> None:
    assert look_up(PLAN, 8612)[2] == 0
    assert look_up(PLAN, 1)[2] == NAMES.home_rows["US"] == NAMES.home_rows["CA"]
    assert look_up(PLAN, 210)[2] == -1
    assert look_up(PLAN, 44)[2] == NAMES.home_rows["GB"]


@pytest.mark.parametrize(
    ("number", "number_class", "operator"),
    [
        (8613800000001, NumberClass.MOBILE, Operator.CMCC),
        (8613491000000, NumberClass.MOBILE, Operator.CTCC),
        (8614900000000, NumberClass.MOBILE, Operator.CTCC),
        (8617400000000, NumberClass.MOBILE, Operator.CTCC),
        (8617406000000, NumberClass.EMERGENCY, -1),
        (8617490000000, NumberClass.SATELLITE, -1),
        (8616200000000, NumberClass.MOBILE, Operator.MVNO),
        (8617010000000, NumberClass.MOBILE, Operator.MVNO),
        (8619200000000, NumberClass.MOBILE, Operator.CBN),
        (8614500000000, NumberClass.IOT, Operator.CUCC),
        (861440000000000, NumberClass.IOT, -1),
        (861064000000000, NumberClass.IOT, -1),
        (861062345678, NumberClass.FIXED, -1),
        (8610690000, NumberClass.N106, -1),
        (8610690000123, NumberClass.N106, -1),
        (8695588, NumberClass.ENTERPRISE_95, -1),
        (86950800, NumberClass.B24_95, -1),
        (8696110, NumberClass.N96, -1),
        (861095588, NumberClass.ENTERPRISE_95, -1),
        (8610101234, NumberClass.N1010, -1),
        (864001234567, NumberClass.N400, Operator.CMCC),
        (864002234567, NumberClass.N400, -1),
        (86110, NumberClass.EMERGENCY, -1),
        (8612345, NumberClass.SHORT_CODE, -1),
        (8610086, NumberClass.SHORT_CODE, -1),
        (868001234567, NumberClass.TOLL_FREE, -1),
        (8616812345, NumberClass.PREMIUM_RATE, -1),
        (12015550123, NumberClass.FIXED_OR_MOBILE, Operator.ABROAD),
        (80012345678, NumberClass.TOLL_FREE, Operator.ABROAD),
    ],
)
def test_classes_and_operators(number: int, number_class: NumberClass, operator: int) -> None:
    found = row(number)
    assert found["valid"]
    assert (found["number_class"], found["operator"]) == (number_class, operator)


@pytest.mark.parametrize("number", [8613999000001, 8614500000000, 8614900000000, 8617400000000])
def test_mobiles_need_no_way_of_their_own(number: int) -> None:
    """The short way of China's mobiles says what the long one says."""
    record = np.zeros(1, NUMBER)
    describe_other(PLAN, number, record[0])
    assert record[0] == row(number)


def test_places_know_their_province() -> None:
    found = row(8613999000001)
    place = NAMES.places[found["place"]]
    assert place == ("Bayingolin, Xinjiang", "新疆巴音郭楞蒙古自治州", "Xinjiang")
    assert NAMES.zone_sets[found["zones"]] == ("Asia/Shanghai", "Asia/Urumqi")
    assert len({place.province for place in NAMES.places[1:]}) == 31
    assert all(place.chinese for place in NAMES.places[1:] if place.english != "Simao, Yunnan")


def test_the_prefix_is_found_in_every_range() -> None:
    """Both ends of each range, against a plain search."""
    starts = PLAN.breaks[1:][:: max(1, len(PLAN.breaks) // 300)]
    for key in np.concatenate([starts, starts - 1]).tolist():
        place = np.searchsorted(PLAN.breaks, key, "right") - 1
        if not 861_000_000 <= key < 862_000_000 and key >= 100_000_000:
            assert profile_row(PLAN, key * 100) == PLAN.break_profiles[place]


def test_zone_sets_of_countries() -> None:
    assert zone_sets_of(["CN"]) == [("Asia/Shanghai",), ("Asia/Shanghai", "Asia/Urumqi")]
    assert zone_sets_of(["SG", "HK", "HK"]) == [("Asia/Hong_Kong",), ("Asia/Singapore",)]
    american = zone_sets_of(["US"])
    assert ("America/New_York",) in american
    assert ("America/Toronto",) not in american
    assert zone_sets_of([]) == []
    with pytest.raises(KeyError):
        zone_sets_of(["XX"])


# --- the file ------------------------------------------------------------------------------------


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count compilations, which give the plan of this process at once."""
    kept = tables._path()
    data = None if kept is None else read_checked(kept, tables._KEPT)
    data = tables._compiled() if data is None else data
    calls: list[int] = []

    def compile_at_once() -> bytes:
        calls.append(1)
        return data

    monkeypatch.setattr(tables, "_compiled", compile_at_once)
    return calls


def load() -> int:
    plan, names = load_plan.__wrapped__()
    assert names == NAMES
    assert all((a == b).all() for a, b in zip(plan, PLAN, strict=True))
    return len(plan)


def test_the_tables_are_kept(compiled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "new" / "plan-1.tables"
    monkeypatch.setattr(tables, "_path", lambda: path)
    load()
    old = path.with_name("plan-0.npz")
    old.write_bytes(b"")
    load()
    assert compiled == [1]
    assert sorted(p.name for p in path.parent.iterdir()) == ["plan-0.npz", "plan-1.tables"]
    path.write_bytes(path.read_bytes()[:5000])  # cut short: made anew, and the old version goes
    load()
    load()
    assert compiled == [1, 1]
    assert [p.name for p in path.parent.iterdir()] == ["plan-1.tables"]


@pytest.mark.parametrize("junk", [b"", b"junk", b"PK\x05\x06" + b"\0" * 18])
def test_a_damaged_file_is_made_anew(compiled, tmp_path, monkeypatch, junk: bytes) -> None:
    path = tmp_path / "plan-1.tables"
    path.write_bytes(junk)
    monkeypatch.setattr(tables, "_path", lambda: path)
    load()
    load()
    assert compiled == [1]


@pytest.mark.parametrize("place", [0.0, 0.001, 0.3, 0.7, 0.999])
def test_a_bit_that_flipped_is_no_other_plan(compiled, tmp_path, monkeypatch, place: float) -> None:
    path = tmp_path / "plan-1.tables"
    monkeypatch.setattr(tables, "_path", lambda: path)
    load()
    content = bytearray(path.read_bytes())
    content[int(place * len(content))] ^= 4
    path.write_bytes(content)
    load()
    assert compiled == [1, 1]


def test_a_place_that_cannot_be_written(compiled, tmp_path, monkeypatch) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setattr(tables, "_path", lambda: tmp_path / "file" / "plan-1.tables")
    load()
    monkeypatch.setattr(tables, "_path", lambda: None)
    load()
    assert compiled == [1, 1]


def test_another_version_of_the_library_is_another_stamp(monkeypatch) -> None:
    import phonenumbers

    assert tables._library_version() == phonenumbers.__version__
    stamp = tables.plan_stamp()
    monkeypatch.setattr(tables, "_library_version", lambda: "0.0.0")
    assert tables.plan_stamp() != stamp


def test_a_compiler_that_fails_says_so(monkeypatch) -> None:
    monkeypatch.setattr(sys, "executable", "false")
    with pytest.raises(InternalError, match="could not be compiled"):
        tables._compiled()


IMPORTS_NOTHING = """
import sys
import numpy as np
from dialsim.numbering.kernels import describe
from dialsim.numbering.layout import NUMBER
from dialsim.numbering.tables import load_plan

record = np.zeros(1, NUMBER)
describe(load_plan()[0], 8613800000001, record[0])
assert record[0]["valid"]
print(sorted(name for name in sys.modules if name.startswith("phonenumbers")))
"""


def test_the_library_is_not_imported_at_run_time() -> None:
    done = subprocess.run([sys.executable, "-c", IMPORTS_NOTHING], capture_output=True, text=True)
    assert (done.stdout, done.returncode) == ("[]\n", 0), done.stderr


@pytest.mark.full
def test_compiling_gives_the_same_each_time() -> None:
    assert tables._compiled() == tables._compiled()


def test_common_prefixes_need_no_walk() -> None:
    """An allocated mobile prefix is answered by its five digits; few are not."""
    plan, _ = load_plan()
    assert all(plan.mobile_labels[int(prefix) * 100 - 10_000] >= 0 for prefix in ("138", "199"))
    assert int((plan.mobile_labels == WALK).sum()) <= 100
