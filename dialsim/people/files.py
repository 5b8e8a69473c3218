"""People from Parquet files: two columns, an identifier and a number."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.rng import mix64, text_key, wrapping
from dialsim.errors import Problems
from dialsim.numbering.plan import classify
from dialsim.people.layout import DUPLICATE, GIVEN, INVALID
from dialsim.scenario.schema import PeopleList, Scenario

CHUNK_ROWS = 65_536
COUNTRY = "86"
NUMBER_SALT = np.uint64(0x5D1A15B0C0FFEE11)


def count_rows(scenario: Scenario, problems: Problems) -> list[int]:
    """Return the rows of each list, and add what is wrong with a file to `problems`.

    Opens each file's footer only; the rows are read by :func:`read_rows`.
    """
    counts = []
    for i, source in enumerate(scenario.people):
        if source.synthetic is not None:
            counts.append(source.synthetic.count)
            continue
        path = scenario.file_path(str(source.file))
        counts.append(_rows_of(path, source, f"people[{i}]", problems))
    return counts


def _rows_of(path: Path, source: PeopleList, where: str, problems: Problems) -> int:
    import pyarrow as pa
    from pyarrow import parquet

    if not path.is_file():
        problems.add(
            f"{where}.file", "no such file", found=str(source.file), allowed="a Parquet file",
            remedy="paths are relative to the scenario's own file",
        )  # fmt: skip
        return 0
    try:
        with parquet.ParquetFile(path) as file:
            schema = file.schema_arrow
            names = schema.names
            rows = int(file.metadata.num_rows)
    except (pa.ArrowException, OSError) as error:
        text = str(error).splitlines()[0][:120]
        problems.add(
            f"{where}.file", f"this is no readable Parquet file ({text})", found=str(source.file),
            allowed="a whole Parquet file", remedy="export the list again as Parquet",
        )  # fmt: skip
        return 0
    if source.columns.number not in names:
        problems.add(
            f"{where}.columns.number", "the file has no such column", found=source.columns.number,
            allowed=", ".join(names), remedy='name it: columns = { number = "..." }',
        )  # fmt: skip
    elif not _holds_numbers(schema.field(source.columns.number).type):
        problems.add(
            f"{where}.columns.number", "a column of this type holds no phone numbers",
            found=f"{source.columns.number}: {schema.field(source.columns.number).type}",
            allowed="text or whole numbers",
        )  # fmt: skip
    if "id" in source.columns.model_fields_set and source.columns.id not in names:
        problems.add(
            f"{where}.columns.id", "the file has no such column", found=source.columns.id,
            allowed=", ".join(names), remedy="leave `id` out if rows have no identifier",
        )  # fmt: skip
    if rows == 0:
        problems.add(
            f"{where}.file", "the list is empty: it has a header and no row",
            found=str(source.file), allowed="at least one row",
        )  # fmt: skip
    return rows


def _holds_numbers(kind: Any) -> bool:
    import pyarrow as pa

    inner = kind.value_type if pa.types.is_dictionary(kind) else kind
    tests = (pa.types.is_string, pa.types.is_large_string, pa.types.is_integer)
    return any(test(inner) for test in (*tests, pa.types.is_floating))


def read_rows(
    scenario: Scenario, index: int, met: set[int], chunk_rows: int = CHUNK_ROWS
) -> Iterator[NDArray[Any]]:
    """Yield a file list's rows as GIVEN records, in chunks.

    Parameters
    ----------
    index
        Which list.
    met
        Numbers and identifiers met so far in all lists; a second row with one of them is marked
        DUPLICATE: it is the same person, who is called on the first row's number.

    Notes
    -----
    A person's key is the hash of the identifier, or of the number where a row has none. Under
    ``order = "key"`` the file is read whole and handed on in key order, so that the order of its
    rows does not matter.
    """
    from pyarrow import parquet

    source = scenario.people[index]
    with parquet.ParquetFile(scenario.file_path(str(source.file))) as file:
        columns = [source.columns.number]
        if source.columns.id in file.schema_arrow.names:
            columns.append(source.columns.id)
        batches = file.iter_batches(batch_size=chunk_rows, columns=columns)
        chunks = ((_numbers(batch.column(0)), _keys(batch)) for batch in batches)
        if source.order == "key":
            parts = list(chunks)
            numbers = np.concatenate([part[0] for part in parts])
            keys = np.concatenate([part[1] for part in parts])
            order = np.lexsort((numbers, keys))
            yield _given(numbers[order], keys[order], met)
            return
        for numbers, keys in chunks:
            yield _given(numbers, keys, met)


def _numbers(column: Any) -> NDArray[np.int64]:
    """National numbers of a column of text or integers; 0 where there is none."""
    import pyarrow as pa
    from pyarrow import compute

    if pa.types.is_floating(column.type):  # what pandas makes of whole numbers beside empty cells
        values = column.to_numpy(zero_copy_only=False)
        whole = np.isfinite(values) & (values == np.floor(values)) & (np.abs(values) < 1e15)
        column = pa.array(np.where(whole, values, 0).astype(np.int64))
    text = column.cast(pa.string())
    digits = compute.replace_substring_regex(text, r"[^0-9]", "")
    digits = compute.replace_substring_regex(digits, rf"^(00)?{COUNTRY}(1\d{{10}})$", r"\2")
    usable = compute.match_substring_regex(digits, r"^\d{1,15}$")
    kept = compute.if_else(compute.fill_null(usable, False), digits, "0")
    return np.asarray(kept.cast(pa.int64()).to_numpy(zero_copy_only=False), np.int64)


def _keys(batch: Any) -> NDArray[np.uint64]:
    """Stable keys of a batch's people: of the identifier, else of the number."""
    numbers = _numbers(batch.column(0)).astype(np.uint64)
    with wrapping():
        keys = np.array([mix64(np.uint64(n) ^ NUMBER_SALT) for n in numbers], np.uint64)
    if batch.num_columns == 2:
        for i, value in enumerate(batch.column(1).to_pylist()):
            if value is not None:
                keys[i] = text_key(str(value))
    return keys


def _given(numbers: NDArray[np.int64], keys: NDArray[np.uint64], met: set[int]) -> NDArray[Any]:
    rows = np.zeros(len(numbers), GIVEN)
    valid, operator = classify(numbers)
    rows["key"] = keys
    rows["operator"] = operator
    rows["flags"] = np.where(valid, 0, INVALID)
    for i in np.flatnonzero(valid):
        # identifiers are kept beside numbers, told apart by their sign
        person = {int(numbers[i]), -1 - int(keys[i])}
        if not met.isdisjoint(person):
            rows["flags"][i] |= DUPLICATE
        met |= person
    return rows
