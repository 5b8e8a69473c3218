"""Pass-through columns that hold phone numbers are refused, as they are read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dialsim.core.codes import RowFault
from dialsim.errors import Problems, ScenarioError
from dialsim.people.lists import Lists
from tests.people.lists import opened, scenario_of, summed, table, whole

NUMBERS = [f"138{i:08d}" for i in range(60)]


def carried(path: Path, values: list[Any], chunk_rows: int = 1000, **keys: Any) -> None:
    """Read a list whose attribute has these values."""
    rows = [[f"139{i:08d}", value] for i, value in enumerate(values)]
    file = str(table(path / "a.csv", rows, "number,of"))
    problems = Problems()
    lists = Lists(scenario_of({"name": "a", "file": file, "attributes": ["of"], **keys}), problems)
    problems.raise_if_any()
    whole(lists, 0, chunk_rows)


@pytest.mark.parametrize("chunk_rows", [7, 60, 1000])
@pytest.mark.parametrize("keys", [{}, {"order": "key"}])
@pytest.mark.parametrize(
    "values",
    [
        NUMBERS,
        ["", *NUMBERS[:3]],
        [f"700{number}0" for number in NUMBERS],
        [*("x" for _ in range(30)), "y", *NUMBERS[:3]],
        [number if i % 3 else f"branch {i}" for i, number in enumerate(NUMBERS)],
    ],
)
def test_numbers_are_refused(
    tmp_path: Path, values: list[Any], keys: dict[str, Any], chunk_rows: int
) -> None:
    """Many or all there are; chunks and orders do not matter."""
    with pytest.raises(ScenarioError, match=r"people\[0\].attributes: .* most values") as caught:
        carried(tmp_path, values, chunk_rows, **keys)
    assert "--with-numbers" in str(caught.value)
    assert not any(number in str(caught.value) for number in NUMBERS)


@pytest.mark.parametrize(
    "values",
    [
        ["north", "south"] * 9,
        ["10086", "95588", "110", "4008000000"],
        [f"202604{day:02d}" for day in range(1, 31)],
        [f"{i:04d}" for i in range(60)],
        [f"62220200{i:011d}" for i in range(60)],
        [number if i % 3 == 0 else f"branch {i}" for i, number in enumerate(NUMBERS)],
        [""] * 9,
    ],
)
def test_codes_dates_and_words_are_not(tmp_path: Path, values: list[Any]) -> None:
    """Short codes are service numbers, nobody's; a few numbers among words pass."""
    carried(tmp_path, values)
    carried(tmp_path, values, 5)


def test_a_column_of_numbers_is_refused_before_reading(tmp_path: Path) -> None:
    """Whether the scenario names it or its own name does."""
    file = str(table(tmp_path / "a.csv", [[NUMBERS[0], NUMBERS[1], "n"]], "Number,tel2,of"))
    people = {"name": "a", "file": file, "columns": {"alternates": ["tel2"]}}
    problems = Problems()
    Lists(scenario_of({**people, "attributes": ["tel2", "Number", "of"]}), problems)
    assert [(each.path, each.found) for each in problems.items] == [
        ("people[0].attributes", '"tel2"'),
        ("people[0].attributes", '"Number"'),
    ]


def test_a_number_within_a_value_is_withheld(tmp_path: Path) -> None:
    """Whatever its row came to; equal among themselves; with lines to mend."""
    values = [
        "north", "打给13900000001", "13800000001@139.com", "138 0000-0001 (Li)", "", "south",
        "+852 5123 4567", "１３９００００００７７ 转", "2026-04-13 10:00", "62220200138000000010",
        "a1390000007b", "13800000001 13900000001", "1064812345678",
    ]  # fmt: skip
    shown = [0, 1, 1, 1, -1, 2, 1, 1, 3, 4, 5, 1, 1]
    rows = [[f"139{i:08d}" if i != 2 else "x", value] for i, value in enumerate(values)]
    file = str(table(tmp_path / "a.csv", rows, "number,of"))
    for chunk_rows in (1, 4, 100):
        lists = opened({"name": "a", "file": file, "attributes": ["of"]})
        chunk = whole(lists, 0, chunk_rows)
        assert chunk.attributes["of"].tolist() == shown
        names = lists.attribute_values[0]["of"]
        assert names[:3] == ["north", "(number withheld)", "south"]
        assert not any("0000" in name for name in names[1:3])
        account = summed(lists.accounts[0])
        assert account.numbers_withheld == shown.count(1)
        examples = account.examples["NUMBER_WITHHELD"]
        assert [each.line for each in examples] == [3, 4, 5, 8, 9]
        assert examples[0].text == "打给139****0001"
        assert account.unusable == {RowFault.NO_DIGITS: 1}


def test_a_refusal_says_file_and_line(tmp_path: Path) -> None:
    """Also when it is found while the list is read, and when it is opened."""
    numbers = [[f"139{i:08d}", f"138{i:08d}"] for i in range(30)]
    others = [[f"137{i:08d}", f"branch {i % 3}"] for i in range(300)]
    for rows, at_once in ((numbers, True), (others + numbers * 10, False)):
        file = str(table(tmp_path / "a.csv", rows, "number,of"))
        people = {"name": "a", "file": file, "attributes": ["of"]}
        problems = Problems("a.toml", {"people[0].attributes": 12})
        lists = Lists(scenario_of(people), problems)
        assert bool(problems.items) == at_once
        with pytest.raises(ScenarioError, match=r"^a\.toml:12: people\[0\]\.attributes: "):
            problems.raise_if_any() if at_once else whole(lists)
