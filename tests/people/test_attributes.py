"""Pass-through columns that hold phone numbers are refused, as they are read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dialsim.errors import Problems, ScenarioError
from dialsim.people.lists import Lists
from tests.people.lists import opened, scenario_of, table, whole

NUMBERS = [f"138{i:08d}" for i in range(60)]


def carried(path: Path, values: list[Any], chunk_rows: int = 1000, **keys: Any) -> None:
    """Read a list whose attribute has these values."""
    rows = [[f"139{i:08d}", value] for i, value in enumerate(values)]
    file = str(table(path / "a.csv", rows, "number,of"))
    whole(opened({"name": "a", "file": file, "attributes": ["of"], **keys}), 0, chunk_rows)


@pytest.mark.parametrize("chunk_rows", [7, 60, 1000])
@pytest.mark.parametrize("keys", [{}, {"order": "key"}])
@pytest.mark.parametrize(
    "values",
    [
        NUMBERS,
        ["", *NUMBERS[:3]],
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
