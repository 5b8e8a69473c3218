"""Columns to rows: what each cell means, what is refused, and that nothing is guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialsim.core.codes import Relation, RowFault
from dialsim.core.person_flags import PersonFlag
from dialsim.core.ticks import local_tick
from dialsim.core.time_units import DAY_MS, NEVER
from dialsim.numbering.classify import classify_column
from dialsim.people import layout
from dialsim.people.chunks import FAULT_FLAGS
from dialsim.people.merging.layout import MET, NO_HOUR, NO_PRIORITY
from dialsim.people.reading.attributes import NumberSearch
from dialsim.people.reading.cells import (
    BAD,
    Coded,
    as_text,
    by_value,
    is_set,
    read_answer,
    whole_numbers,
)
from dialsim.people.reading.dates import BAD as NO_DATE
from dialsim.people.reading.dates import EMPTY, READ, Dates
from dialsim.people.reading.rows import RowReader
from dialsim.people.row_context import CELLS, Read, RowContext
from dialsim.scenario import load_scenario
from tests.people.scenarios import ONE_NUMBER, small_scenario

START = date(2026, 4, 13)
ZONE = "Asia/Shanghai"
HOUR_MS = 3_600_000
MOBILE = "13800000001"


def dates_of(column: Any, zone: str = ZONE) -> tuple[list[int], list[int]]:
    """Return ticks and states."""
    found = Dates(START, zone).read(column)
    return found.ticks.tolist(), found.state.tolist()


# --- dates -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "tick"),
    [
        ("2026-04-13", 0),
        ("2026-04-14T01:02", DAY_MS + HOUR_MS + 120_000),
        ("2026-04-14 01:02:03.5", DAY_MS + HOUR_MS + 123_500),
        ("2026-04-13T00:00:00Z", 8 * HOUR_MS),
        ("2026-04-13 00:00+09:00", -HOUR_MS),
        ("2026-04-13 00:00-0130", 9 * HOUR_MS + 1_800_000),
        ("2026/4/3", -10 * DAY_MS),
        ("2026.04.03", -10 * DAY_MS),
        ("2026年4月3日 08:30", -10 * DAY_MS + 8 * HOUR_MS + 1_800_000),
        ("２０２６-０４-１４", DAY_MS),
        (" 20260414 ", DAY_MS),
        ("20260414 09:00", DAY_MS + 9 * HOUR_MS),
    ],
)
def test_dates_that_are_plain(text: str, tick: int) -> None:
    """ISO, its likes, and eight digits; of a day alone midnight."""
    assert dates_of(pa.array([text, "2026-04-13", ""])) == ([tick, 0, 0], [READ, READ, EMPTY])


@pytest.mark.parametrize(
    "text",
    [
        "13/4/2026",
        "04-05-2026",
        "46125",
        "2026-02-30",
        "2026-4",
        "2026-04-13 25:00",
        "2026-04-13 09",
        "2026-04/13",
        "1026-04-13",
        "9999-04-13",
        "2026-04-13 00:00+20:00",
        "yesterday",
        "2026-04-13 09:00 and more",
    ],
)
def test_dates_that_are_not(text: str) -> None:
    """What could be read in two ways, and what is no date; its neighbours are read all the same."""
    assert dates_of(pa.array([text, "2026-04-14 00:00:01"])) == (
        [0, DAY_MS + 1000],
        [NO_DATE, READ],
    )


def test_dates_of_arrow() -> None:
    """Dates, timestamps with and without a zone, whole numbers and floats of eight digits."""
    day = date(2026, 4, 14)
    assert dates_of(pa.array([day, None])) == ([DAY_MS, 0], [READ, EMPTY])
    moment = pa.array([datetime(2026, 4, 14, 1), datetime(1, 1, 1)], pa.timestamp("us"))
    assert dates_of(moment) == ([DAY_MS + HOUR_MS, 0], [READ, NO_DATE])
    zoned = pa.array([datetime(2026, 4, 13, tzinfo=UTC)], pa.timestamp("s", "America/New_York"))
    assert dates_of(zoned) == ([8 * HOUR_MS], [READ])
    assert dates_of(pa.array([20260414, 46125, None])) == ([DAY_MS, 0, 0], [READ, NO_DATE, EMPTY])
    assert dates_of(pa.array([20260414.0, None])) == ([DAY_MS, 0], [READ, EMPTY])
    assert dates_of(pa.array(["2026-04-14"]).dictionary_encode()) == ([DAY_MS], [READ])
    found = Dates(START, ZONE).read(pa.array(["2026-04-14", "2026-04-14 00:00", "2026/4/14"]))
    assert found.day_alone.tolist() == [True, False, True]
    assert Dates(START, ZONE).read(pa.array([day])).day_alone.tolist() == [True]


@given(
    st.lists(
        st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1)).map(
            lambda moment: moment.replace(microsecond=0)
        ),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "Australia/Lord_Howe"]),
)
def test_times_are_those_of_the_clock(moments: list[datetime], zone: str) -> None:
    """By Arrow, one by one, or as timestamps: the tick is that of the scenario's clock."""
    ticks = [local_tick(START, zone, moment) for moment in moments]
    iso = [moment.isoformat(" ") for moment in moments]
    assert dates_of(pa.array(iso), zone)[0] == ticks
    slashes = [text.replace("-", "/") for text in iso]
    assert dates_of(pa.array(slashes), zone)[0] == ticks
    assert dates_of(pa.array(moments, pa.timestamp("ms")), zone)[0] == ticks


# --- cells -------------------------------------------------------------------------------------


def test_anything_has_a_text() -> None:
    """Whole floats without a fraction, bytes, lists, dictionaries, chunks."""
    for column, text in (
        (pa.array([1.0, 1.5, None, float("nan")]), ["1", "1.5", None, None]),
        (pa.array([b"a", b"\xff", None]), ["a", "\ufffd", None]),
        (pa.array([True, None]), ["true", None]),
        (pa.array([[1], None]), ["[1]", None]),
        (pa.array([7, None]).dictionary_encode(), ["7", None]),
        (pa.chunked_array([["a"], ["b"]]), ["a", "b"]),
    ):
        assert as_text(column).to_pylist() == text


def test_answers_and_what_is_said() -> None:
    """Yes and no in any case and width; evidence is whatever is no no."""
    known: dict[str, int] = {}
    column = pa.array(["YES", "ｙ", "是", "1", "no", "否", "F", "", None, "True "])
    expected = [1, 1, 1, 1, 0, 0, BAD, -1, -1, 1]
    assert by_value(column, read_answer, -1, known).tolist() == expected
    assert by_value(column, read_answer, -1, known).tolist() == expected
    crowd = {str(i): 0 for i in range((1 << 16) + 1)}
    assert by_value(pa.array(["y"]), read_answer, -1, crowd).tolist() == [1]
    assert crowd == {"y": 1}
    said = is_set(pa.array(["ref 17", " ", None, "No", "否", "0", "true"]))
    assert said.tolist() == [True, False, False, False, False, False, True]


@pytest.mark.parametrize(
    ("column", "values"),
    [
        (pa.array(["5", "-3"]), [5, -3]),
        (pa.array(["5", "", "x", "5.0", "2.5", "99", None, "+7"]), [5, 0, BAD, 5, BAD, BAD, 0, 7]),
        (pa.array(["0x5", "5"]), [BAD, 5]),
        (pa.array(["0x5", ""]), [BAD, 0]),
        (pa.array(["0000000000000005", "5"]), [BAD, 5]),
        (pa.array([5, None, 99]), [5, 0, BAD]),
        (pa.array([5.0, 2.5, None]), [5, BAD, 0]),
        (pa.array([5, 2**64 - 1, None], pa.uint64()), [5, BAD, 0]),
    ],
)
def test_whole_numbers(column: Any, values: list[int]) -> None:
    """Within their bounds, whatever the other cells are; an empty cell is no fault."""
    assert whole_numbers(column, 0, -9, 9).tolist() == values


def test_codes_of_attributes() -> None:
    """In order of first appearance over all batches; ranks in order of the values."""
    coded = Coded(NumberSearch("CN", classify_column))
    assert coded.read(pa.array(["b", "a", None, ""])).tolist() == [0, 1, -1, -1]
    assert coded.read(pa.array(["c", "b"])).tolist() == [2, 0]
    assert coded.values == ["b", "a", "c"]
    assert coded.ranks()[[0, 1, 2, -1]].tolist() == [1, 0, 2, -1]


# --- rows --------------------------------------------------------------------------------------


def zone_row(zones: tuple[str, ...], own: str | None) -> int | None:
    """Row by zones: China 0, with Xinjiang 1, Hong Kong 2; all else is not foreseen."""
    named = frozenset([*zones, *([own] if own else [])])
    rows = {
        frozenset(["Asia/Shanghai"]): 0,
        frozenset(["Asia/Shanghai", "Asia/Urumqi"]): 1,
        frozenset(["Asia/Hong_Kong"]): 2,
    }
    return rows.get(named)


class Registered:
    """Registries that know one number now and one later."""

    def __init__(self, known: str, later: str) -> None:
        from dialsim.numbering.classify import classify_text

        self.known, self.soon = classify_text([known, later])["index"]

    def flags(self, index: Any) -> Any:
        return np.where(index == self.known, PersonFlag.INTERNAL_DNC, 0).astype(np.uint32)

    def later(self, index: Any) -> Any:
        places = np.flatnonzero(index == self.soon)
        found = np.zeros(len(places), layout.DATED)
        found["tick"], found["row"], found["flags"] = 5000, places, PersonFlag.INDUSTRY_DNC
        return found

    def met(self, index: Any) -> Any:
        return np.zeros(0, MET)


class Withdrawn:
    """A withdrawal by number."""

    def dated(self, numbers: Any, id_keys: Any) -> Any:
        places = np.flatnonzero(numbers == 8613800000009)
        found = np.zeros(len(places), layout.DATED)
        found["tick"], found["row"], found["flags"] = 700, places, PersonFlag.WITHDRAWN
        return found

    def met(self, numbers: Any, id_keys: Any) -> Any:
        return np.zeros(0, MET)


def read(columns: dict[str, Any], list_keys: dict[str, Any] | None = None, **keys: Any) -> Read:
    """Read one batch of a list."""
    from dialsim.numbering.classify import classify_column, classify_numbers, further_numbers
    from dialsim.numbering.tables import load_plan

    people = {"name": "list", "file": ONE_NUMBER, **(list_keys or {})}
    _, names = load_plan()
    context = RowContext(
        Dates(START, ZONE), zone_row, classify_column, classify_numbers, further_numbers,
        names.regions, names.zone_sets, **keys,
    )  # fmt: skip
    reader = RowReader(load_scenario(small_scenario(people)).people[0], context)
    rows = max(len(column) for column in columns.values())
    columns = {"number": [MOBILE] * rows, **columns}
    arrays = {name: pa.array(column) for name, column in columns.items()}
    return reader.read(pa.RecordBatch.from_pydict(arrays))


def faults(found: Read) -> list[str]:
    """Return the names of faults, and the column they are in."""
    return [
        RowFault(row["fault"]).name + ("" if row["fault"] == 0 else f" in {CELLS[row['cell']]}")
        for row in found.rows
    ]


def test_rows_of_numbers_alone() -> None:
    """Everything else is left to the list."""
    bound = "700 1234 5678 9012"
    found = read({"number": [MOBILE, "10086", "x", "+852 5123 4567", None, bound]})
    assert faults(found) == [
        "NONE",
        "SERVICE_NUMBER in number",
        "NO_DIGITS in number",
        "OTHER_COUNTRY in number",
        "NO_NUMBER in number",
        "INTERMEDIATE_NUMBER in number",
    ]
    row = found.rows[0]
    assert row["number"] == 8613800000001
    names = ("withdrawn", "expiry", "last_tick", "consent", "relation", "best_hour", "priority")
    blank = [NEVER, NEVER, layout.LONG_AGO, -1, -1, NO_HOUR, NO_PRIORITY]
    assert [int(row[name]) for name in names] == blank
    assert row["zone"] == 0
    assert found.text(2) == "x"
    assert found.text(4) == ""
    assert [int(FAULT_FLAGS[fault]) for fault in found.rows["fault"]] == [
        0,
        PersonFlag.PROTECTED,
        PersonFlag.INVALID,
        PersonFlag.OTHER_COUNTRY,
        PersonFlag.INVALID,
        PersonFlag.INVALID,
    ]


def test_other_countries_may_be_named() -> None:
    """Their numbers keep their own hours."""
    keys = {"countries": ["CN", "HK"]}
    found = read({"number": [MOBILE, "+852 5123 4567", "+1 212 555 0100"]}, keys)
    assert faults(found) == ["NONE", "NONE", "OTHER_COUNTRY in number"]
    assert found.rows["zone"].tolist() == [0, 2, -1]


def test_consent_columns() -> None:
    """Empty is none on record; a date after the start is not yet one; purposes of the row win."""
    found = read(
        {
            "consent_date": ["2026-01-01", "", "2026-04-14", "2026-13-01", "2026-04-13", ""],
            "consent_purpose": ["", "", "", "", "service|marketing", "service"],
        }
    )
    assert found.rows["consent"].tolist() == [7, 0, 0, 0, 3, 0]
    assert faults(found)[3] == "BAD_DATE in consent_date"
    assert found.notes["consent_later"] == 1
    found = read({"consent_purpose": ["service", "", "sales"]})
    assert found.rows["consent"].tolist() == [2, -1, -1]
    assert faults(found)[2] == "BAD_PURPOSE in consent_purpose"
    words = ["营销", "服务、催收", "营销，service；催收", "售后"]
    found = read({"consent_purpose": words})
    assert found.rows["consent"].tolist()[:3] == [1, 6, 7]
    assert faults(found)[3] == "BAD_PURPOSE in consent_purpose"


def test_what_ends_a_consent() -> None:
    """Withdrawal and expiry in ticks; one that cannot be read counts from the beginning."""
    found = read(
        {
            "consent_expiry": ["2026-04-14", None, "2026-04-01", "soon"],
            "withdrawn": [None, "2026-04-13 10:00", "?", None],
        }
    )
    assert found.rows["expiry"].tolist() == [DAY_MS, NEVER, -12 * DAY_MS, layout.LONG_AGO]
    assert found.rows["withdrawn"].tolist() == [NEVER, 10 * HOUR_MS, layout.LONG_AGO, NEVER]
    assert faults(found) == [
        "NONE",
        "NONE",
        "BAD_DATE in withdrawn",
        "BAD_DATE in consent_expiry",
    ]


def test_proof_export_and_relation() -> None:
    """Evidence is anything but a no; without a column nobody agreed to an export."""
    found = read(
        {
            "consent_evidence": ["rec-17", "", "no"],
            "export_consent": ["yes", "", "maybe"],
            "relation": ["Bought", "", "friend"],
        }
    )
    proof, export = PersonFlag.NO_PROOF, PersonFlag.NO_EXPORT
    assert found.rows["flags"].tolist() == [0, proof | export, proof | export]
    assert found.rows["relation"].tolist() == [Relation.BOUGHT, -1, -1]
    assert faults(found)[2] == "BAD_ANSWER in export_consent"
    assert read({} | {"relation": ["friend"]}).rows["flags"].tolist() == [0]
    assert read({"id": ["a"]}, exports_data=True).rows["flags"].tolist() == [export]


def test_wishes_and_history() -> None:
    """Priority, best hour, attempts; a last attempt of a day alone counts to its end."""
    found = read(
        {
            "priority": ["3", "", "high"],
            "best_hour": ["9", "09:00", "24"],
            "prior_attempts": ["300", "", "-1"],
            "last_attempt": ["2026-04-12", "2026-04-13 07:00", ""],
        }
    )
    assert found.rows["priority"].tolist() == [3, NO_PRIORITY, NO_PRIORITY]
    assert found.rows["best_hour"].tolist() == [9, 9, NO_HOUR]
    assert found.rows["attempts"].tolist() == [255, 1, 0]
    assert found.rows["last_tick"].tolist() == [-1, -1, layout.LONG_AGO]
    assert faults(found)[2] == "BAD_COUNT in priority"
    found = read({"prior_attempts": ["2", "x"], "last_attempt": ["2026-04-11 12:00", "2026-04-14"]})
    assert found.rows["last_tick"].tolist()[0] == -DAY_MS - 12 * HOUR_MS
    assert faults(found)[1] == "BAD_COUNT in prior_attempts"
    assert faults(read({"last_attempt": ["2026-04-14"]})) == ["BAD_DATE in last_attempt"]


def test_zones_of_ones_own() -> None:
    """The strictest of both; a zone outside the list's countries is refused."""
    found = read({"time_zone": ["Asia/Urumqi", "", "Europe/Berlin", "Asia/Urumqi"]})
    assert found.rows["zone"].tolist() == [1, 0, -1, 1]
    assert faults(found)[2] == "BAD_TIME_ZONE in time_zone"
    never = read({"number": ["+852 5123 4567"], "time_zone": ["Asia/Urumqi"]})
    assert faults(never) == ["OTHER_COUNTRY in number"]


def test_further_numbers() -> None:
    """From their columns and from cells that hold two; repeated and unusable ones are not taken."""
    found = read(
        {
            "number": ["13800000001/13800000002", MOBILE, MOBILE, MOBILE],
            "alternates:0": ["13800000002", "10086", "", "13800000003"],
            "alternates:1": [None, "13800000001", "x", "13800000004"],
        }
    )
    assert [sorted(n for n in row.tolist() if n) for row in found.further] == [
        [8613800000002],
        [],
        [],
        [8613800000003, 8613800000004],
    ]
    assert found.notes["second_numbers"] == 1
    assert found.notes["alternates"] == 6
    assert found.notes["alternates_unusable"] == 2
    assert not found.rows["fault"].any()


def test_hours_of_further_numbers() -> None:
    """The strictest of all; one whose hours are not foreseen with the first is not taken."""
    keys = {"countries": ["CN", "HK"]}
    urumqi = "09912345678"
    found = read(
        {"alternates:0": [urumqi, "+852 5123 4567", urumqi], "time_zone": ["", "", "Asia/Urumqi"]},
        keys,
    )
    assert found.rows["zone"].tolist() == [1, 0, 1]
    assert (found.further[:, 0] > 0).tolist() == [True, False, True]
    assert found.notes["alternates_elsewhere"] == 1


def test_notes_are_of_rows_that_can_be_used() -> None:
    """What a row with a fault says is not counted; its further numbers still tell whose it is."""
    keys = {"countries": ["CN", "HK"]}
    cells = ["+852 5123 4567", "10086", "13800000002/13800000003"]
    columns = {
        "number": [f"{MOBILE}/13800000005"] * 3,
        "alternates:0": cells,
        "consent_date": ["2026-04-14"] * 3,
    }
    counted = read(columns, keys).notes
    names = ("alternates", "alternates_unusable", "alternates_elsewhere", "second_numbers")
    assert [counted[name] for name in (*names, "consent_later")] == [3, 1, 1, 4, 3]
    found = read(columns | {"best_hour": ["noon"] * 3}, keys)
    assert set(faults(found)) == {"BAD_HOUR in best_hour"}
    assert not any(found.notes.values())
    assert np.count_nonzero(found.further, axis=1).tolist() == [2, 1, 3]


def test_a_row_whose_identifier_is_broken_is_known_by_its_number() -> None:
    """Two identifiers that cannot be read may be two persons'."""
    found = read({"id": ["a", "\ufffd", "\ufffd"], "number": [MOBILE, MOBILE, "x"]})
    assert faults(found) == ["NONE", "BAD_CHARACTER in id", "NO_DIGITS in number"]
    assert (found.rows["id_key"] == 0).tolist() == [False, True, True]
    assert found.further.tolist() == [[0], [8613800000001], [0]]
    assert found.text(1) == "\ufffd"


def test_registries_and_withdrawals_know_all_numbers_of_a_row() -> None:
    """A bar of a further number bars the person."""
    found = read(
        {
            "number": [MOBILE, "13800000002", "13800000003", "13800000004"],
            "alternates:0": ["", "13800000001", "13800000008", "13800000009"],
        },
        registries=Registered("13800000001", "13800000008"),
        withdrawals=Withdrawn(),
    )
    barred = PersonFlag.INTERNAL_DNC
    assert found.rows["flags"].tolist() == [barred, barred, 0, 0]
    assert found.later.tolist() == [(5000, 2, PersonFlag.INDUSTRY_DNC)]
    assert found.rows["withdrawn"].tolist() == [NEVER, NEVER, NEVER, 700]


def test_attributes_are_carried() -> None:
    """By name of the column."""
    found = read({"attribute:branch": ["n", "s", "n"]}, {"attributes": ["branch"]})
    assert found.attributes["branch"].tolist() == [0, 1, 0]


def test_serial_days_of_a_spreadsheet_are_read_where_they_are_asked_for() -> None:
    cells = ["46125", "46126.5", "46125.0", "18263", "73051", "4612", "46125x", "1e4"]
    found = Dates(date(2026, 4, 13), "Asia/Shanghai", serial_days=True).read(pa.array(cells))
    assert found.state.tolist() == [READ] * 3 + [NO_DATE] * 5
    assert found.ticks[:3].tolist() == [0, DAY_MS + DAY_MS // 2, 0]
    assert found.day_alone[:3].tolist() == [True, False, True]
    counted = Dates(date(2026, 4, 13), "Asia/Shanghai", serial_days=True).read(pa.array([46125]))
    assert (counted.ticks.tolist(), counted.state.tolist()) == ([0], [READ])


def test_a_list_reads_serial_days(tmp_path: Path) -> None:
    import dialsim

    path = tmp_path / "a.csv"
    path.write_text("number,consent_date\n13800000001,45000\n13800000002,99999\n")
    found = dialsim.people_account(path, on=date(2026, 4, 13)).lists[0]
    assert found["used"] == 1
    assert found["unusable"] == {"BAD_DATE": 1}


def test_a_list_says_how_dates_are_written_and_what_has_no_end(tmp_path: Path) -> None:
    import dialsim

    path = tmp_path / "a.csv"
    path.write_text(
        "number,consent_date,consent_expiry\n13800000001,03/04/2026,长期\n"
        "13800000002,2026-04-03,31/12/2026\n13800000003,13/13/2026,长期\n"
        "13800000004,03/04/2026,永久\n"
    )
    keys = {"on": date(2026, 4, 13), "date_format": "%d/%m/%Y"}
    found = dialsim.people_account(path, **keys, forever=["长期"]).lists[0]
    assert (found["used"], found["unusable"], found["barred"]) == (2, {"BAD_DATE": 2}, {})
    assert dialsim.people_account(path, **keys).lists[0]["used"] == 1
    with pytest.raises(dialsim.ScenarioError, match="does not tell year, month and day"):
        dialsim.people_account(path, date_format="%d/%m")


def test_a_pattern_decides_before_the_other_forms() -> None:
    dates = Dates(date(2026, 4, 13), "Asia/Shanghai", date_format="%Y-%d-%m %H:%M")
    found = dates.read(pa.array(["2026-13-04 09:30", "2026-04-14"]))
    assert found.ticks.tolist() == [9 * 3_600_000 + 1_800_000, DAY_MS]
    assert found.day_alone.tolist() == [False, True]
