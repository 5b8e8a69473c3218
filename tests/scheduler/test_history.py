"""What a scenario tells of the time before its start, from the files to the engine."""

from __future__ import annotations

import random
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dialsim
from dialsim.carrier.history import CALLER_STATE
from dialsim.carrier.labels.build import ALL_PLATFORMS
from dialsim.carrier.layout import W_DAY, W_DELIVERED, W_HOUR, W_MARKS, W_TRIAGED
from dialsim.core.codes import Seen
from dialsim.core.person_flags import REFUSED, PersonFlag
from dialsim.core.windows import of_family
from dialsim.engine import host
from dialsim.engine.build import World
from dialsim.errors import ScenarioError
from dialsim.people.layout import LONG_AGO
from dialsim.scenario.load import load_scenario
from dialsim.scheduler.history import as_calls
from dialsim.scheduler.history_calls import CALL, in_order
from dialsim.scheduler.prepare import prepare_world
from tests.reference.compare import difference, engine_result
from tests.reference.twin import play
from tests.reference.worlds import caller_ids, synthetic
from tests.scheduler.lists import block, world_of, written

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
NUMBERS = ["01066666666", "01066666667", "01066666668"]
STATES = "caller_id,age_days,calls_hour,calls_day,delivered_30d,marks_30d,complaints_30d,labelled"
STATE_ROWS = ["north-001,40,3,8,20,2,1,yes", "010-66666667,1,,5,,,,"]
CALLS = "number,time,caller_id"
CALL_ROWS = [
    "13800000001,2026-04-12 23:50,north-003",
    "13800000001,2026-04-12 23:58,01066666668",
    "13800000002,2026-04-12,north-003",
    "13800000002,2026-04-12,north-003",
    ",2026-04-12T23:59:30,north-003",
    "13800000003,2026-04-01 09:00,",
]


def told(
    folder: Path, states: list[str] | None = None, calls: list[str] | None = None, **changes: Any
) -> dict[str, Any]:
    """A scenario whose numbers and history stand in files."""
    history = {}
    if states is not None:
        history["caller_ids"] = {"file": written(folder, "states.csv", *states)}
    if calls is not None:
        history["calls"] = {"file": written(folder, "calls.csv", *calls)}
    return world_of(block(folder, NUMBERS), history=history, **changes)


def prepared(raw: dict[str, Any]) -> World:
    return prepare_world(load_scenario(raw))


def account(raw: dict[str, Any]) -> dict[str, Any]:
    world = prepared(raw)
    assert world.history is not None
    return world.history.to_dict()


def test_no_history() -> None:
    """A scenario that tells nothing has no account, and begins as before."""
    world = prepared(world_of(caller_ids("north", 3, "main")))
    assert world.history is None
    assert not world.state.carrier.window_counts.small.any()


@pytest.mark.rule("E-PAST-4", "E-PAST-5", "E-PAST-8", "E-PAST-10")
def test_rows_reach_rings_and_windows(tmp_path: Path) -> None:
    """States, then calls: the line's windows, the shared row, labels, and the dialer's rings."""
    world = prepared(told(tmp_path, [STATES, *STATE_ROWS], [CALLS, *CALL_ROWS]))
    families = (W_HOUR, W_DAY, W_MARKS, W_DELIVERED, W_TRIAGED)
    totals = [of_family(world.state.carrier.windows, each)["total"][:4] for each in families]
    hour, day, marks, delivered, triaged = totals
    assert hour.tolist() == [3, 0, 5, 8]
    assert day.tolist() == [8, 5, 5, 18]
    assert marks.tolist() == [2, 0, 0, 2]
    assert delivered.tolist() == [20, 0, 0, 20]
    assert triaged.tolist() == [1, 0, 0, 0]
    assert world.state.carrier.numbers["labelled"][0] == ALL_PLATFORMS
    assert not world.state.carrier.enterprise_days.any()
    resources = world.state.resources  # four calls in ten minutes are the most
    assert resources.callers["attempts"].tolist() == [4, 4, 4]
    minute = 60_000
    assert resources.rings[2].tolist() == [-2 * minute, -30_000, -2, -1]
    assert resources.free.tolist() == [[0, 0, 8 * minute]]
    assert resources.rings[0, -1] == -1
    assert world.history is not None
    assert world.history.attempts_before.tolist() == [4, 4, 4]
    assert world.lists is not None
    assert {"history.calls.file", "history.caller_ids.file"} <= set(world.lists.inputs)


def test_the_account(tmp_path: Path) -> None:
    """Every row is used or has a reason and a line; what only half is understood is counted."""
    states = [
        "north-001,1,2,1,0,0,0,no", "east-001,,,,,,,", ",,,,,,,", "north-002,x,,,,,,",
        "north-003,,,,,,,maybe", "north-003,7,,,,3,,", "01066666668,9,,4,,1,,no", "a,b,c",
    ]  # fmt: skip
    calls = [
        "13800000001,soon,north-001", "abc,2026-04-12,north-001", "13800000001,2026-04-12,east",
        "abc,2026-04-12,", "13800000001,,", ",2026-04-12,east", "1,2,3,4",
        "13800000004,2026-04-12 09:00,", "13800000004,2026-04-12 09:00,",
    ]  # fmt: skip
    found = account(told(tmp_path, [STATES, *states], [CALLS, *calls]))
    mine = found["caller_ids"]
    assert (mine["rows"], mine["used"], mine["numbers"]) == (8, 2, 1)
    assert mine["taken_strictly"] == {"REPEATED": 1}
    assert mine["unusable"] == {
        "BAD_ANSWER": 1, "BAD_COUNT": 1, "MALFORMED_ROW": 1, "MORE_IN_HOUR_THAN_DAY": 1,
        "NO_NUMBER": 1, "UNKNOWN_CALLER": 1,
    }  # fmt: skip
    lines = {example["reason"]: example["line"] for example in mine["examples"]}
    assert (lines["MORE_IN_HOUR_THAN_DAY"], lines["MALFORMED_ROW"]) == (2, 9)
    mine = found["calls"]
    assert (mine["rows"], mine["used"]) == (9, 4)
    assert mine["unusable"] == {
        "BAD_DATE": 2, "MALFORMED_ROW": 1, "NO_DIGITS": 1, "UNKNOWN_CALLER": 1,
    }  # fmt: skip
    assert mine["taken_strictly"] == {"NO_DIGITS": 1, "UNKNOWN_CALLER": 1}
    assert (found["repeated"], found["to_persons"], found["with_caller"]) == (1, 2, 1)
    assert found["on_no_list"] == 2
    assert found["callers"] == 2
    assert any("calls_hour" not in text for text in found["assumed"])
    assert "13800000001" not in str(found)


def test_the_worst_of_several_states(tmp_path: Path) -> None:
    """A caller ID that stands twice has the higher counts, the label and the younger age."""
    rows = ["north-003,9,,4,,1,,no", "north-003,7,1,2,,3,,yes", "north-003,,,,,,,"]
    world = prepared(told(tmp_path, [STATES, *rows]))
    families = (W_HOUR, W_DAY, W_MARKS)
    totals = [of_family(world.state.carrier.windows, each)["total"][2] for each in families]
    assert totals == [1, 4, 3]
    assert world.state.carrier.numbers["linked_tick"][2] == -7 * DAY_MS
    assert world.state.carrier.numbers["labelled"][2] == ALL_PLATFORMS


@pytest.mark.parametrize("late", ["2026-04-13", "2026-04-13 00:00", "2026-05-01T09:00:00+08:00"])
def test_calls_after_the_start_are_a_problem(tmp_path: Path, late: str) -> None:
    """How many, and the line of the first."""
    rows = [CALL_ROWS[0], f"13800000001,{late},", f"13800000002,{late},"]
    with pytest.raises(ScenarioError) as error:
        prepared(told(tmp_path, None, [CALLS, *rows]))
    text = str(error.value)
    assert "history.calls.file: 2 calls at or after the start, the first in line 3" in text
    assert "2026-04-13" in text


@pytest.mark.parametrize(
    ("states", "calls", "message"),
    [
        (["age_days", "3"], None, "no column says which caller ID"),
        (None, ["number", "13800000001"], "no column says when"),
        (None, ["time", "2026-04-12"], "no column says whom"),
        ([STATES, *(f"north-00{i},,,,1000001,,," for i in (1, 2))], None, "no row of this"),
        (None, [CALLS, "abc,2026-04-12,", "13800000001,soon,"], "no row of this"),
    ],
)
def test_files_that_tell_nothing(
    tmp_path: Path, states: list[str] | None, calls: list[str] | None, message: str
) -> None:
    """A column that is needed; rows of which none can be meant."""
    with pytest.raises(ScenarioError, match=message):
        prepared(told(tmp_path, states, calls))


def test_what_a_file_need_not_have(tmp_path: Path) -> None:
    """Calls without caller IDs; a column that is named must be there; one account a file."""
    raw = told(tmp_path, None, ["number,time", "13800000001,2026-04-12"])
    world = prepared(raw)
    assert world.history is not None
    assert [each.where for each in world.history.files] == ["history.calls"]
    assert world.history.with_caller == 0
    for key in ("calls", "caller_ids"):
        file = raw["history"]["calls"]["file"]
        wrong = {key: {"file": file, "columns": {"caller_id": "shown"}}}
        with pytest.raises(ScenarioError, match="shown"):
            prepared(raw | {"history": wrong})


def test_too_much_in_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the network adds up over all lines has a bound."""
    monkeypatch.setattr("dialsim.scheduler.history.MOST_IN_ALL", 10)
    with pytest.raises(ScenarioError, match=r"columns.calls_day: more in all"):
        prepared(told(tmp_path, [STATES, *STATE_ROWS]))


# --- people ------------------------------------------------------------------------------------


def people_told(folder: Path, rows: list[str], calls: list[str]) -> World:
    people = {"name": "customers", "file": written(folder, "people.csv", "number,id", *rows)}
    world = prepared(told(folder, None, calls, people=[people]))
    assert world.lists is not None
    chunk = next(iter(world.lists.chunks(0, 100)))
    host.fill_chunk(world, 0, chunk)
    host.publish(world, 0)
    return world


def test_calls_reach_the_people_of_lists(tmp_path: Path) -> None:
    """By number or by identifier; who is on no list is counted."""
    calls = [
        "number,id,time,caller_id",
        "13800000001,,2026-04-12 09:00,north-001",
        "13800000001,,2026-04-12,",
        "13800000001,,2026-04-12,",
        ",c2,2026-04-11 08:00,",
        "13800000002,c2,2026-04-11 08:00,",
        "13800000009,,2026-04-11 08:00,north-002",
        "13800000001,,2019-01-01,",
        "13800000001,,2019-02-01,",
    ]
    world = people_told(tmp_path, ["13800000001,c1", "13800000002,c2", "13800000003,c3"], calls)
    assert world.state.people["attempts"][:3].tolist() == [5, 1, 0]
    ring = (world.state.rings[0] >> 28).tolist()
    assert sorted(ring)[-3:] == [-15 * HOUR_MS, -2, -1]
    assert world.history is not None
    found = world.history.to_dict()
    assert (found["to_persons"], found["on_no_list"], found["with_caller"]) == (8, 1, 2)
    assert found["repeated"] == 0


def test_order_and_repeats() -> None:
    """One call told twice is one; days alone are several calls, next to each other."""
    rows = [
        (1, 0, -50, 2, 0), (1, 0, -50, 2, 4), (1, 0, -50, 3, 0), (1, 0, -9, -1, 0),
        (1, 0, -9, -1, 0), (2, 0, LONG_AGO, -1, 0), (2, 0, LONG_AGO, -1, 0), (0, 0, -7, 1, 0),
        (0, 0, -7, 1, 0),
    ]  # fmt: skip
    calls = np.array([(*row, -1, -1, 0, 0) for row in rows], CALL)
    loose = np.array([row[2] in (-9, LONG_AGO) for row in rows])
    expected = [
        (0, 0, -7, 1, 0), (0, 0, -7, 1, 0), (1, 0, -50, 2, 4), (1, 0, -50, 3, 0),
        (1, 0, -9, -1, 0), (1, 0, -10, -1, 0), (2, 0, LONG_AGO, -1, 0), (2, 0, LONG_AGO + 1, -1, 0),
    ]  # fmt: skip
    for seed in range(3):
        order = np.random.default_rng(seed).permutation(len(rows))
        found = in_order(calls[order], loose[order])
        assert [each[:5] for each in found.tolist()] == expected
    assert len(in_order(calls[:0], loose[:0])) == 0


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ((Seen.NO_ANSWER, Seen.CONNECTED), Seen.CONNECTED),
        ((Seen.CONNECTED, Seen.BLOCKED), Seen.BLOCKED),
        ((Seen.REFUSED, Seen.CONNECTED, Seen.NONE), Seen.REFUSED),
        ((Seen.NONE, Seen.BUSY), Seen.BUSY),
    ],
)
def test_of_two_outcomes_the_stricter(told: tuple[Seen, ...], kept: Seen) -> None:
    for order in permutations(told):
        calls = np.array([(1, 0, -50, 2, seen, -1, -1, 0, 0) for seen in order], CALL)
        assert in_order(calls, np.zeros(len(calls), np.bool_))["seen"].tolist() == [kept]


OUTCOMES = "number,time,outcome"


@pytest.mark.rule("E-PAST-2", "E-PAST-3")
def test_outcomes_reach_the_rings_and_bar(tmp_path: Path) -> None:
    """What was seen is counted as such; a block or a refusal bars, whichever word tells it."""
    rows = [
        "13800000001,2026-04-12 09:00,No answer", "13800000001,2026-04-12 10:00,接通",
        "13800000002,2026-04-12 09:00,拦截", "13800000003,2026-04-12 09:00,refused",
        "13800000004,2026-04-12 09:00,invalid", "13800000005,2026-04-12 09:00,",
    ]  # fmt: skip
    lines = [f"1380000000{i},c{i}" for i in range(1, 6)]
    world = people_told(tmp_path, lines, [OUTCOMES, *rows])
    seen = (world.state.rings & 15).tolist()
    assert seen[0][:2] == [Seen.NO_ANSWER, Seen.CONNECTED]
    assert [ring[0] for ring in seen[1:5]] == [
        Seen.BLOCKED, Seen.REFUSED, Seen.UNREACHABLE, Seen.NONE
    ]  # fmt: skip
    flags = world.state.people["flags"][:5]
    assert (flags & PersonFlag.SUSPECTED > 0).tolist() == [False, True, False, False, False]
    assert (flags & REFUSED).tolist() == [0, 0, REFUSED, 0, 0]
    assert world.history is not None
    assert world.history.to_dict()["with_outcome"] == 5


def test_limits_count_what_was_seen(tmp_path: Path) -> None:
    """Of two calls yesterday evening one connected: a limit on connects is not full."""
    calls = ["13800000001,2026-04-12 19:00,connected", "13800000001,2026-04-12 20:00,busy"]
    file = written(tmp_path, "people.csv", "number", "13800000001", "13800000002")
    raw = told(tmp_path, None, [OUTCOMES, *calls], people=[{"name": "customers", "file": file}])
    raw["rules"]["callee_limits"] = [{"count": 2, "per": "1d", "counts": "connects"}]
    first = dialsim.screen(None, raw, "2026-04-13 09:00").table.to_pydict()
    assert first["verdict"] == ["now", "now"]
    written(tmp_path, "calls.csv", "number,time", *(call.rpartition(",")[0] for call in calls))
    found = dialsim.screen(None, raw, "2026-04-13 09:00").table.to_pydict()
    assert found["reason"] == ["callee_limit", None]
    assumed = account(raw)["assumed"]
    assert "2 earlier calls without an outcome: limits on answers count them all" in assumed


def test_an_outcome_that_nobody_knows_is_a_problem(tmp_path: Path) -> None:
    rows = ["13800000001,2026-04-12 09:00,busy", "13800000001,2026-04-12 10:00,fine"]
    with pytest.raises(ScenarioError) as error:
        prepared(told(tmp_path, None, [OUTCOMES, *rows]))
    text = str(error.value)
    assert "history.calls.columns.outcome: 1 call with an outcome that cannot be understood" in text
    assert "in line 3" in text
    assert 'found: "fine (1)"' in text
    assert "no_answer" in text
    other = {"file": str(tmp_path / "calls.csv"), "columns": {"outcome": "result"}}
    with pytest.raises(ScenarioError, match="result"):
        prepared(told(tmp_path, None, [OUTCOMES, *rows]) | {"history": {"calls": other}})


@pytest.mark.rule("E-PAST-4")
def test_states_as_calls(tmp_path: Path) -> None:
    """The hour's calls in the hour, the rest of the day's before it."""
    world = prepared(told(tmp_path, [STATES, "north-001,,3,10,,,,"]))
    assert world.history is not None
    assert world.state.resources.rings[0].tolist() == [
        -1 - HOUR_MS, -1 - 40 * 60_000, -1 - 20 * 60_000, -1
    ]  # fmt: skip
    states = np.zeros(1, CALLER_STATE)
    states["calls_hour"] = states["calls_day"] = 1_000_000
    assert as_calls(states, 3)["tick"].tolist() == [-1, -4, -8]
    assert len(as_calls(states[:0], 3)) == 0


# --- to the engine -----------------------------------------------------------------------------


def busy(folder: Path, states: list[str], calls: list[str]) -> dict[str, Any]:
    """A world in which what came before matters within minutes."""
    raw = told(folder, [STATES, *states], [CALLS, *calls], study="unlawful")
    raw["caller_ids"][1:] = [caller_ids("abroad", 2, "main", "mobile", holder="Another")]
    raw["campaigns"][0]["caller_ids"] = ["north", "abroad"]
    raw["rules"] |= {"caller_limits": [{"count": 4, "per": "10h"}, {"count": 3, "per": "10m"}]}
    raw["people"] = [synthetic("customers", 30, "bought")]
    return raw


ABROAD = ["abroad-001,3,3,6,20,1,1,", "abroad-002,,,,,,2,yes"]


def test_the_twin_begins_with_the_same_past(tmp_path: Path) -> None:
    """Rings, windows, labels and links, as the twin reads them, lead to the same run."""
    raw = busy(tmp_path, [*STATE_ROWS, *ABROAD], CALL_ROWS)
    world = prepared(raw)
    twin = play(world.static, world.state)
    host.fill_all(world)
    found = difference(twin, engine_result(world, host.run_to_end(world)))
    assert not found, found
    without = prepared({key: raw[key] for key in raw if key != "history"})
    host.run_to_end(without)
    assert host.digest(without) != host.digest(world)


@pytest.mark.slow_without_jit
def test_the_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    """The same history, its rows shuffled, is the same run."""
    states, calls = [*STATE_ROWS, *ABROAD], [*CALL_ROWS, CALL_ROWS[0]]
    digests = set()
    for seed in range(2):
        mixed = random.Random(seed)
        world = prepared(busy(tmp_path, mixed.sample(states, 4), mixed.sample(calls, 7)))
        host.run_to_end(world)
        digests.add(host.digest(world))
    assert len(digests) == 1


def test_states_of_caller_ids_in_a_year_python_has_not_are_bad_input(tmp_path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    raw = told(tmp_path, STATES)
    days = pa.array([2**31 - 1] * 2, pa.date32())
    file = Path(raw["history"]["caller_ids"]["file"]).with_suffix(".parquet")
    parquet.write_table(pa.table({"caller_id": days, "dials_today": [1, 2]}), file)
    raw["history"]["caller_ids"]["file"] = str(file)
    with pytest.raises(ScenarioError, match=r"history\.caller_ids"):
        prepared(raw)
