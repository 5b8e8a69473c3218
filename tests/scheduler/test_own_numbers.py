"""Files of the enterprise's own numbers: read, judged, and never shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from dialsim.errors import Problems, ScenarioError
from dialsim.scenario.load import load_scenario
from dialsim.scheduler.own_numbers import OwnNumbers, own_numbers
from dialsim.scheduler.prepare import prepare_world
from tests.scheduler.lists import block, world_of, written

BEIJING = ["01066666666", "+86 10 6666 6667", "(010) 66666668"]


def read(*blocks: dict[str, Any]) -> tuple[OwnNumbers, list[str]]:
    problems = Problems()
    own = own_numbers(load_scenario(world_of(*blocks)), problems)
    return own, [str(problem) for problem in problems]


def test_numbers_stand_in_the_order_of_the_file(tmp_path: Path) -> None:
    """Blocks without a file have no numbers; names and numbers lead to the same caller ID."""
    plain = {"name": "plain", "class": "400", "count": 2, "trunk": "main"}
    own, problems = read(plain, block(tmp_path, BEIJING))
    assert not problems
    assert own.numbers.tolist() == [0, 0, 861066666666, 861066666667, 861066666668]
    assert list(own.inputs) == ["caller_ids[1].file"]
    cells = pa.array(["north-002", "861066666667", " 010-66666667 ", "plain-001", "", None, "east"])
    rows, empty = own.rows_of(cells)
    assert rows.tolist() == [3, 3, 3, 0, -1, -1, -1]
    assert empty.tolist() == [False] * 4 + [True, True, False]
    assert own.rows_of(pa.array([861066666666, 1], pa.int64()))[0].tolist() == [2, -1]
    bare, _ = read(plain)
    assert bare.rows_of(pa.array(["plain-002", "4008000000"]))[0].tolist() == [1, -1]


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("fixed", "01066666666"),
        ("mobile", "13800000001"),
        ("95_enterprise", "95588"),
        ("95_b24", "951234"),
        ("96", "96123"),
        ("1010", "10101234"),
        ("400", "4008000000"),
        ("106", "106901234567"),
        ("axb", "17000000001"),
        ("privacy", "700123456789012"),
    ],
)
def test_each_class_has_its_numbers(tmp_path: Path, kind: str, number: str) -> None:
    """A number of the class is taken; of another class it is not."""
    assert not read(block(tmp_path, [number], kind))[1]
    other = "01066666666" if kind != "fixed" else "13800000001"
    _, problems = read(block(tmp_path, [other], kind))
    assert len(problems) == 1
    assert "caller_ids[0].file: 1 row is not what the block holds" in problems[0]
    assert f"class {kind}" in problems[0]
    assert other not in problems[0]


def test_all_that_is_wrong_at_once(tmp_path: Path) -> None:
    """Faults by kind, numbers that stand twice and counts; each with its line, masked."""
    north = [
        "01066666666", "13800000001", "057188888888", "+85221234567", "abc",
        "010-6666 6666", "01066666667/01066666668", "010666666660",
    ]  # fmt: skip
    east = ["01066666669", "01066666666", "01066666669"]
    _, problems = read(block(tmp_path, north, count=2), block(tmp_path, east, name="east", count=9))
    text = "\n".join(problems)
    assert "4 rows are not what the block holds: no number of the block's class" in text
    assert "line 3: 138****0001; line 4: 057*****8888; line 5: +" in text
    assert "line 6: a**" in text
    assert "SEVERAL_NUMBERS" in text
    assert "line 7: 010****6666 as line 2" in text
    assert "2 numbers stand twice" in text
    assert "line 3: 010****6666 as north.csv line 2; line 4: 010****6669 as line 2" in text
    assert "caller_ids[0].count: not as many numbers as the file has" in text
    assert "allowed: 1, as in north.csv" in text
    assert "caller_ids[1].count" in text
    assert all(number not in text for number in ("13800000001", "66666666", "66666669"))


def test_a_malformed_row_is_named(tmp_path: Path) -> None:
    """A row with a field too many is no number."""
    _, problems = read(block(tmp_path, ["01066666666", "01066666667,1,2"]))
    assert len(problems) == 1
    assert "MALFORMED_ROW" in problems[0]
    assert "line 3" in problems[0]


def test_more_than_three_are_counted(tmp_path: Path) -> None:
    """Beyond three the rest is counted."""
    mobiles = [f"1380000000{i}" for i in range(5)]
    _, problems = read(block(tmp_path, mobiles))
    assert "line 4: 138****0002; and 2 more" in problems[0]


def test_the_world_does_not_know_the_numbers(tmp_path: Path) -> None:
    """A world with and without the file plays alike; what is wrong stops it."""
    world = prepare_world(load_scenario(world_of(block(tmp_path, BEIJING))))
    assert world.lists is not None
    assert "caller_ids[0].file" in world.lists.inputs
    assert world.history is None
    wrong = block(tmp_path, BEIJING, "mobile", name="wrong")
    with pytest.raises(ScenarioError, match="no number of the block's class"):
        prepare_world(load_scenario(world_of(wrong)))
    missing = wrong | {"columns": {"number": "tel"}}
    with pytest.raises(ScenarioError, match="tel"):
        prepare_world(load_scenario(world_of(missing)))
    empty = wrong | {"file": written(tmp_path, "empty.csv", "number")}
    with pytest.raises(ScenarioError, match="empty"):
        prepare_world(load_scenario(world_of(empty)))
