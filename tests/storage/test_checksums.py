"""Files summed while they are written, and checked on every byte read."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from dialsim.storage.checksums import (
    BLOCK_BYTES,
    CheckedFile,
    ContentChanged,
    FileSums,
    SummedFile,
)

pytestmark = pytest.mark.once
SIZES = (0, 1, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, 3 * BLOCK_BYTES + 17)


def written(path: Path, data: bytes, piece: int) -> FileSums:
    file = SummedFile(path)
    for first in range(0, len(data), piece):
        assert file.write(data[first : first + piece]) == len(data[first : first + piece])
    assert file.tell() == len(data)
    file.close()
    return file.sums(7)


@pytest.mark.parametrize("size", SIZES)
def test_sums_do_not_depend_on_how_it_was_written(tmp_path: Path, size: int) -> None:
    data = random.Random(size).randbytes(size)
    sums = [written(tmp_path / "a", data, piece) for piece in (1000, BLOCK_BYTES, 1 << 21)]
    assert sums[0] == sums[1] == sums[2]
    assert sums[0].blocks * 8 == len(sums[0].crc32)
    assert FileSums.from_dict(sums[0].to_dict(), BLOCK_BYTES) == sums[0]
    with CheckedFile(tmp_path / "a", sums[0]) as file:
        assert file.read() == data
        file.check()


def test_any_part_is_read_as_it_was_written(tmp_path: Path) -> None:
    draw = random.Random(1)
    data = draw.randbytes(5 * BLOCK_BYTES + 99)
    sums = written(tmp_path / "a", data, 1 << 20)
    with CheckedFile(tmp_path / "a", sums) as file:
        for _ in range(100):
            first, size = draw.randrange(len(data)), draw.randrange(2 * BLOCK_BYTES)
            assert file.seek(first) == first
            assert file.read(size) == data[first : first + size]
        assert file.seek(-9, 2) == len(data) - 9
        assert file.read() == data[-9:]


def test_a_flipped_bit_is_found_by_whoever_reads_its_block_alone(tmp_path: Path) -> None:
    path, draw = tmp_path / "a", random.Random(2)
    data = draw.randbytes(3 * BLOCK_BYTES)
    sums = written(path, data, 1 << 20)
    for _ in range(200):
        bit = draw.randrange(8 * len(data))
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        path.write_bytes(changed)
        with CheckedFile(path, sums) as file:
            file.seek(bit // 8)
            with pytest.raises(ContentChanged, match="not what was written"):
                file.read(1)
            file.seek((bit // 8 + BLOCK_BYTES) % len(data))
            assert file.read(1) == data[file.tell() - 1 : file.tell()]


@pytest.mark.parametrize("change", [lambda data: data[:-1], lambda data: data + b"x"])
def test_another_length_is_found_on_opening(tmp_path: Path, change: object) -> None:
    data = bytes(range(256)) * 10
    sums = written(tmp_path / "a", data, 100)
    (tmp_path / "a").write_bytes(change(data))  # type: ignore[operator]
    with pytest.raises(ContentChanged):
        CheckedFile(tmp_path / "a", sums)


def test_after_a_failure_bytes_go_nowhere(tmp_path: Path) -> None:
    file = SummedFile(tmp_path / "a")
    file.write(b"abc")
    file.close()
    assert file.write(b"def") == 3
    assert (tmp_path / "a").read_bytes() == b"abc"
