"""Files kept between commands: whatever happens to one, what is read is what was written."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from dialsim.storage import checked
from dialsim.storage.checked import DIGEST_BYTES, read_checked, write_checked

CONTENT = b"machine code" * 5


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    path = tmp_path / "new" / "kernel.whole"
    write_checked(path, "stamp", CONTENT)
    return path


def test_what_is_kept_is_read(kept: Path) -> None:
    assert read_checked(kept, "stamp") == CONTENT
    assert [each.name for each in kept.parent.iterdir()] == [kept.name]
    write_checked(kept, "stamp", b"")
    assert read_checked(kept, "stamp") == b""


def test_each_single_bit_that_flips_is_found(kept: Path) -> None:
    content = kept.read_bytes()
    for bit in range(8 * len(content)):
        flipped = bytearray(content)
        flipped[bit // 8] ^= 1 << bit % 8
        kept.write_bytes(flipped)
        assert read_checked(kept, "stamp") is None
        assert not kept.exists(), "it is thrown away"


def test_a_file_that_is_cut_or_grown_is_found(kept: Path) -> None:
    content = kept.read_bytes()
    for length in range(len(content)):
        kept.write_bytes(content[:length])
        assert read_checked(kept, "stamp") is None
    kept.write_bytes(content + b"\0")
    assert read_checked(kept, "stamp") is None
    kept.write_bytes(content)
    assert read_checked(kept, "stamp") == CONTENT


def test_a_file_of_another_name_or_stamp_is_not_read(kept: Path) -> None:
    other = kept.with_name("other.whole")
    kept.rename(other)
    assert read_checked(kept, "stamp") is None
    assert read_checked(other, "stamp") is None
    write_checked(kept, "another stamp", CONTENT)
    assert read_checked(kept, "stamp") is None
    write_checked(kept, f"stamp\0{kept.name}", CONTENT)
    assert read_checked(kept, "stamp") is None


def test_what_another_process_has_replaced_meanwhile_stays(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.write_bytes(b"damaged")
    digest = checked._digest

    def replaced(path: Path, stamp: str, content: bytes) -> bytes:
        monkeypatch.setattr(checked, "_digest", digest)
        write_checked(kept, "stamp", CONTENT)
        return digest(path, stamp, content)

    monkeypatch.setattr(checked, "_digest", replaced)
    assert read_checked(kept, "stamp") is None
    assert read_checked(kept, "stamp") == CONTENT


def test_what_is_no_file_or_cannot_be_written(kept: Path, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    assert read_checked(folder, "stamp") is None
    for path in (folder, kept / "below"):
        with pytest.raises(OSError, match=r"."):
            write_checked(path, "stamp", CONTENT)
    assert read_checked(kept, "stamp") == CONTENT
    assert not list(tmp_path.glob(".*"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="has no named pipes")
def test_a_pipe_is_thrown_away_and_not_waited_for(kept: Path) -> None:
    kept.unlink()
    os.mkfifo(kept)
    assert read_checked(kept, "stamp") is None
    assert not os.path.lexists(kept)
    write_checked(kept, "stamp", CONTENT)
    assert read_checked(kept, "stamp") == CONTENT


def test_who_reads_while_others_write_reads_one_of_them_whole(kept: Path) -> None:
    contents = [bytes([number]) * (DIGEST_BYTES + 100_000 * number) for number in range(1, 4)]

    def write(content: bytes) -> None:
        for _ in range(20):
            write_checked(kept, "stamp", content)

    writing = [threading.Thread(target=write, args=(content,)) for content in contents]
    for thread in writing:
        thread.start()
    while any(thread.is_alive() for thread in writing):
        assert read_checked(kept, "stamp") in (CONTENT, *contents)
    for thread in writing:
        thread.join()
