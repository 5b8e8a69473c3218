"""Nothing that only one person had is left in a file's bytes: dictionaries, bounds, metadata."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import ipc, parquet

import dialsim
from dialsim.people.erasing.erase import find_person, take_out
from dialsim.scenario.models.files import EarlierCalls
from tests.people.scenarios import small_scenario
from tests.scheduler.worlds import as_toml

NUMBER, ID, NAME, VALUE = "13800000017", "person-17", "Li Seventeen", "only seventeen's"
OWN = [NUMBER, ID, NAME, VALUE]
MAGIC = b"\x28\xb5\x2f\xfd"

pytestmark = pytest.mark.slow_without_jit  # plays worlds, and no kernel for its own sake


def unpacked(path: Path) -> bytes:
    """Return a file's bytes, and what is packed in it."""
    raw = path.read_bytes()
    parts = [raw]
    at = raw.find(MAGIC)
    while at >= 0:
        stream = pa.CompressedInputStream(pa.BufferReader(raw[at:]), "zstd")
        try:
            while part := stream.read(1):
                parts.append(part)
        except OSError:  # what follows the end of a page is none
            pass
        at = raw.find(MAGIC, at + 1)
    return b"".join(parts)


def dictionaries(path: Path) -> Iterator[Any]:
    """Yield every word in the dictionaries of a table's file."""
    if path.suffix == ".arrow":
        table = ipc.open_file(pa.BufferReader(path.read_bytes())).read_all()
    else:
        table = parquet.read_table(path)
    for column in table.columns:
        for chunk in column.chunks if pa.types.is_dictionary(column.type) else ():
            yield from chunk.dictionary.to_pylist()


@pytest.mark.parametrize("compression", ["none", "zstd"])
def test_a_list_with_dictionaries(tmp_path: Path, compression: str) -> None:
    path = tmp_path / "list.parquet"
    rows = 60
    names = [NAME if i == 17 else f"Li {i}" for i in range(rows)]
    table = pa.table(
        {
            "number": pa.array([f"138000000{i:02d}" for i in range(rows)]).dictionary_encode(),
            "id": pa.array([f"person-{i}" for i in range(rows)]).dictionary_encode(),
            "name": pa.array(names, pa.large_string()).dictionary_encode(),
            "plain": names,
            "deep": pa.array([{"value": name} for name in names]),
            "coded_in": pa.StructArray.from_arrays([pa.array(names).dictionary_encode()], ["x"]),
        }
    )
    frame = table.schema.with_metadata({b"pandas": b'{"index_columns": [], "columns": []}'})
    parquet.write_table(
        table.cast(frame), path, row_group_size=20, compression=compression,
        write_statistics=True, write_page_index=True,
    )  # fmt: skip
    before = parquet.read_schema(path)
    assert all(word.encode() in unpacked(path) for word in (NUMBER, ID, NAME))
    marked = find_person(path, EarlierCalls(file="list.parquet"), [8613800000017], [ID])
    take_out(path, marked)
    assert not [word for word in (NUMBER, ID, NAME) if word.encode() in unpacked(path)]
    assert not {NUMBER, ID, NAME} & set(dictionaries(path))
    left = parquet.read_table(path)
    assert left.to_pylist() == [row for row in table.to_pylist() if row["id"] != ID]
    assert left.schema.equals(before, check_metadata=True)
    bounds = parquet.ParquetFile(path).metadata.row_group(0).column(0).statistics
    assert bounds.max == "13800000019"


def test_metadata_that_holds_the_number_is_named(tmp_path: Path) -> None:
    table = pa.table({"number": [NUMBER, "13800000018"]})
    path = tmp_path / "list.parquet"
    parquet.write_table(table.replace_schema_metadata({"last": f"+86 {NUMBER}"}), path)
    as_toml(small_scenario({"name": "a", "file": path.name}), tmp_path / "s.toml")
    found = dialsim.forget(NUMBER, tmp_path, lists=True)
    assert found.could_not == [f"{path}: its metadata may hold the number too: look at it"]
    assert not found.verdict[0].startswith("gone")


def test_an_order_of_words_stays(tmp_path: Path) -> None:
    path = tmp_path / "list.parquet"
    words = pa.DictionaryArray.from_arrays(
        pa.array([2, 0, None, 1, 0], pa.int8()), ["low", "middle", "high"], ordered=True
    )
    numbers = [f"1380000000{i}" for i in range(5)]
    parquet.write_table(pa.table({"number": numbers, "rank": words}), path)
    take_out(path, find_person(path, EarlierCalls(file="x"), [8613800000003]))
    left = parquet.read_table(path).column("rank")
    assert left.type.ordered
    assert left.to_pylist() == ["high", "low", None, "low"]
    assert left.chunk(0).dictionary.to_pylist() == ["low", "high"]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runs with all that people bring along; some are read and never called, as nobody works."""
    place = tmp_path_factory.mktemp("values")
    rows = [f"138000000{i:02d},person-{i},{VALUE if i == 17 else f'b{i % 3}'}" for i in range(60)]
    rows += [f"+86 {NUMBER},person-17,{VALUE}"]
    (place / "customers.csv").write_text("\n".join(["number,id,branch", *rows]) + "\n")
    people = {"name": "customers", "file": "customers.csv", "attributes": ["branch"]}
    for name, limit in (("called", 20), ("few", 1)):
        raw = small_scenario(people)
        raw["agents"][0]["count"] = limit
        raw["agents"][0]["shifts"][0]["to"] = "09:20" if limit == 20 else "09:01"
        scenario = as_toml(raw, place / f"{name}.toml")
        for log in ("parquet", "arrow"):
            dialsim.run(
                scenario, out=place / "runs" / f"{name}-{log}", log=log, by="branch",
                attributes=True, with_numbers=True, report=True,
            )  # fmt: skip
    return place


def test_tables_summary_and_page_of_a_run(played: Path, tmp_path: Path) -> None:
    place = Path(shutil.copytree(played, tmp_path / "place"))
    runs = [next(folder.iterdir()) for folder in sorted((place / "runs").iterdir())]
    held = [path for run in runs for path in run.rglob("*") if path.is_file()
            and VALUE.encode() in unpacked(path)]  # fmt: skip
    kinds = {path.suffix for path in held}
    assert {".parquet", ".arrow", ".json"} <= kinds
    assert sum(path.parent.name == "calls" for path in held) == 4
    found = dialsim.forget(NUMBER, place, lists=True)
    assert found.complete, found.could_not
    for run in runs:
        loaded = dialsim.load_run(run)
        assert loaded.calls.num_rows + loaded.summary["forgotten"]["calls"] > 0
        assert f"+86{NUMBER}" not in loaded.people["number"].to_pylist()
        for path in sorted(run.rglob("*")):
            if path.is_file():
                text = unpacked(path)
                assert not [word for word in OWN if word.encode() in text], path
            if path.suffix in (".parquet", ".arrow"):
                assert VALUE not in set(dictionaries(path))
        examples = loaded.summary["lists"][0]["examples"]
        assert not [each for of in examples.values() for each in of if "0017" in each["text"]]
        assert all(row["value"] != VALUE for row in loaded.summary["splits"]["branch"]["rows"])


@pytest.mark.parametrize("lists", [True, False])
def test_a_list_whose_pages_are_damaged(tmp_path: Path, lists: bool) -> None:
    path = tmp_path / "customers.parquet"
    numbers = [f"1380000{i:04d}" for i in range(500)]
    parquet.write_table(pa.table({"number": numbers}), path, compression="zstd")
    raw = bytearray(path.read_bytes())
    raw[60:400] = bytes(340)
    path.write_bytes(raw)
    as_toml(small_scenario({"name": "a", "file": path.name}), tmp_path / "s.toml")
    found = dialsim.forget(numbers[7], tmp_path, lists=lists)
    assert not found.complete
    assert found.could_not[0].startswith(f"{path}: nothing was taken out of customers.parquet:")
    assert path.read_bytes() == raw
