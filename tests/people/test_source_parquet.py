"""What reading a Parquet file costs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from dialsim.__main__ import main
from dialsim.errors import Problems
from dialsim.people.reading.source_opening import open_source
from dialsim.scenario.models.files import FileFormat


def test_a_parquet_file_is_not_kept_in_memory(tmp_path: Path) -> None:
    """What was read of it is given back, however many rows follow."""
    path, problems = tmp_path / "long.parquet", Problems()
    numbers = np.random.default_rng(1).integers(13_000_000_000, 14_000_000_000, 1_200_000)
    parquet.write_table(pa.table({"number": numbers}), path, row_group_size=20_000)
    roles = {"number": ["number"]}
    source = open_source(path, FileFormat(), roles, "people[0]", problems, given={})
    assert source is not None, problems
    before, most = pa.total_allocated_bytes(), 0
    for _ in source.batches(10_000):
        most = max(most, pa.total_allocated_bytes() - before)
    assert path.stat().st_size > 4_000_000
    assert most < 2_500_000


def test_a_column_whose_name_is_no_text_in_the_footer(tmp_path: Path) -> None:
    path = tmp_path / "people.parquet"
    parquet.write_table(pa.table({"number": ["13800000001"], "other": ["x"]}), path)
    data = path.read_bytes()
    at = data.rindex(b"other", 0, data.rindex(b"ARROW:schema"))  # of the column, after the schema's
    path.write_bytes(data[:at] + b"oth\x9cr" + data[at + 5 :])
    assert main(["people", str(path), "--json"]) in (0, 2)
