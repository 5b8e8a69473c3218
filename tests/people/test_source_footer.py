"""A damaged footer of a Parquet file ends in a message, not in the end of the process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from dialsim.__main__ import main
from dialsim.people.reading import source_parquet
from dialsim.people.reading.source_footer import column_sizes
from dialsim.people.reading.source_text import UnreadableError

ROWS = 50


def a_list(path: Path) -> bytes:
    table = pa.table({"number": ["13800010001"] * ROWS, "name": ["x" * 20] * ROWS})
    parquet.write_table(table, path)
    return path.read_bytes()


@pytest.fixture(scope="module")
def fatal(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A list with one bit of its footer turned, at which Arrow ends the process that asks."""
    path = tmp_path_factory.mktemp("lists") / "list.parquet"
    data = a_list(path)
    begin = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
    ask = (
        "import os, sys\nfrom pyarrow import parquet\nimport pyarrow as pa\n"
        f"data, path = open({str(path)!r}, 'rb').read(), {str(path)!r} + '.turned'\n"
        "for place in range(int(sys.argv[1]), len(data) - 8):\n"
        "    turned = bytearray(data); turned[place] ^= 2; open(path, 'wb').write(turned)\n"
        "    print(place, flush=True)\n"
        "    try:\n"
        "        footer = parquet.read_metadata(path)\n"
        "        [footer.row_group(0).column(i) for i in range(2)]\n"
        "    except (pa.ArrowException, OSError, ValueError):\n"
        "        pass\n"
    )
    asked = subprocess.run([sys.executable, "-c", ask, str(begin)], capture_output=True, text=True)
    assert asked.returncode < 0, "no bit of this footer ends the process any more"
    turned = bytearray(data)
    turned[int(asked.stdout.split()[-1])] ^= 2
    return bytes(turned)


def test_what_a_footer_says_of_columns(tmp_path: Path) -> None:
    a_list(tmp_path / "list.parquet")
    sizes = column_sizes(tmp_path / "list.parquet", [0])
    assert [(name, rows) for name, _, rows in sizes] == [("number", ROWS), ("name", ROWS)]
    assert all(size > 0 for _, size, _ in sizes)


def test_a_fatal_footer_is_an_error(fatal: bytes, tmp_path: Path) -> None:
    path = tmp_path / "list.parquet"
    path.write_bytes(fatal)
    with pytest.raises(UnreadableError, match="footer is damaged"):
        column_sizes(path, [0])


@pytest.mark.parametrize("most", [source_parquet._MOST_HELD, 1])
def test_a_list_with_one_is_read_or_refused(
    fatal: bytes,
    most: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(source_parquet, "_MOST_HELD", most)
    path = tmp_path / "list.parquet"
    path.write_bytes(fatal)
    assert main(["people", str(path)]) in (0, 2)
    assert "please report" not in capsys.readouterr().err
