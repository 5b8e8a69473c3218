"""Lists from Parquet: every row used, marked duplicate or marked invalid; bad files explained."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from dialsim.core.codes import LeadState, Reason
from dialsim.engine.build import prepare
from dialsim.engine.face import digest, fill_rows, publish, run_to_end
from dialsim.errors import Problems
from dialsim.people import files
from dialsim.people.layout import DUPLICATE, INVALID
from dialsim.scenario import Scenario, load_scenario
from tests.people.scenarios import file_scenario


def write(path: Path, numbers: list[Any], ids: list[Any] | None = None) -> Path:
    """Write a minimal list."""
    columns = {"number": numbers} if ids is None else {"number": numbers, "id": ids}
    parquet.write_table(pa.table(columns), path)
    return path


def rows_of(path: Path, **keys: Any) -> tuple[np.ndarray[Any, Any], Scenario]:
    """Read a list whole."""
    scenario = load_scenario(file_scenario(path, **keys))
    return np.concatenate(list(files.read_rows(scenario, 0, set(), 2))), scenario


def test_numbers_as_they_come(tmp_path: Path) -> None:
    """Prefixes and dashes are understood, junk and nulls are invalid, a second row is duplicate."""
    numbers = ["13800000001", "+86 138-0000-0002", "008613800000003", "13800000001", "abc", None]
    rows, _ = rows_of(write(tmp_path / "a.parquet", numbers, list("abcdef")))
    assert rows["flags"].tolist() == [0, 0, 0, DUPLICATE, INVALID, INVALID]
    assert rows["operator"].tolist()[:3] == [0, 0, 0]
    assert len(set(rows["key"].tolist())) == 6


def test_floats_and_missing_identifiers(tmp_path: Path) -> None:
    """Whole floats are numbers, fractions and nulls are not; without id the number is the key."""
    numbers = pa.array([13800000001.0, 13800000002.5, None, 13300000004.0], pa.float64())
    rows, _ = rows_of(write(tmp_path / "a.parquet", numbers, ["a", "b", "c", None]))
    assert rows["flags"].tolist() == [0, INVALID, INVALID, 0]
    plain, _ = rows_of(write(tmp_path / "b.parquet", [13300000004]))
    assert rows["key"][3] == plain["key"][0]


def test_one_identifier_is_one_person(tmp_path: Path) -> None:
    """A second number under an identifier already met is a duplicate row, never a twin of it."""
    rows, _ = rows_of(write(tmp_path / "a.parquet", [13800000001, 13800000002], ["x", "x"]))
    assert rows["flags"].tolist() == [0, DUPLICATE]


def test_whole_numbers_and_no_identifier(tmp_path: Path) -> None:
    """Integers do; without an id the number itself is the key."""
    rows, _ = rows_of(write(tmp_path / "a.parquet", [13800000001, 13300000001]))
    again, _ = rows_of(write(tmp_path / "b.parquet", [13300000001, 13800000001]))
    assert rows["key"].tolist() == again["key"].tolist()[::-1]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("missing", "no such file"),
        ("text", "no readable Parquet file"),
        ("empty", "the list is empty"),
        ("column", "no such column"),
        ("type", "holds no phone numbers"),
    ],
)
def test_bad_files_are_explained(tmp_path: Path, content: str, words: str) -> None:
    """Each fault names file and remedy, and none is a traceback."""
    path = tmp_path / "list.parquet"
    write(path, ["13800000001"])
    scenario = load_scenario(file_scenario(path))
    if content == "missing":
        path.unlink()
    elif content == "text":
        path.write_text("not parquet")
    elif content == "empty":
        write(path, pa.array([], pa.string()))
    elif content == "type":
        parquet.write_table(pa.table({"number": [True]}), path)
    else:
        parquet.write_table(pa.table({"phone": ["13800000001"]}), path)
    problems = Problems()
    files.count_rows(scenario, problems)
    assert [words in item.message for item in problems.items] == [True]


def played(path: Path, order: str, chunk: int) -> tuple[str, Any]:
    """Play a file list read in chunks."""
    scenario = load_scenario(file_scenario(path, order=order))
    counts = files.count_rows(scenario, Problems())
    world = prepare(scenario, counts=counts)
    for rows in files.read_rows(scenario, 0, world.numbers_met, chunk):
        fill_rows(world, 0, rows)
    publish(world, 0)
    run_to_end(world)
    return digest(world), world


def test_shuffled_rows_do_not_matter_under_key_order(tmp_path: Path, world_size: Any) -> None:
    """The same people in another row order are the same campaign; under list order they are not."""
    n = world_size(400)  # a few dozen without the compiler
    rng = np.random.default_rng(2)
    numbers = (13_800_000_000 + rng.permutation(n)).astype(str).tolist()
    ids = [f"c{i}" for i in range(n)]
    order = rng.permutation(n)
    first = write(tmp_path / "a.parquet", numbers, ids)
    second = write(tmp_path / "b.parquet", [numbers[i] for i in order], [ids[i] for i in order])
    assert played(first, "key", 7)[0] == played(second, "key", 50)[0]
    assert played(first, "list", 7)[0] == played(first, "list", n)[0]
    assert played(first, "list", 7)[0] != played(second, "list", 7)[0]


def test_every_row_is_accounted_for(tmp_path: Path) -> None:
    """Duplicates and invalid numbers end with their reasons."""
    numbers = ["13800000001", "13800000001", "1", "13300000005"]
    _, world = played(write(tmp_path / "a.parquet", numbers, list("abcd")), "list", 3)
    leads = world.state.leads
    assert leads["state"][1:3].tolist() == [LeadState.FINISHED] * 2
    assert leads["reason"][1:3].tolist() == [Reason.DUPLICATE, Reason.INVALID_NUMBER]
