"""Where benchmarks and dialsim write: aside, but never over what is no file."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from benchmarks import files
from dialsim.errors import CapacityError
from dialsim.outcomes import writer

Write = Callable[[Path, str], None]
WRITERS = [files.write_atomically, writer.write_atomically]


@pytest.mark.skipif(os.name == "nt", reason="a pipe with a name")
@pytest.mark.parametrize("write", WRITERS)
def test_a_pipe_is_written_to_and_stays(write: Write, tmp_path: Path) -> None:
    """As a device is: root could otherwise lose /dev/null."""
    pipe, read = tmp_path / "pipe", list[str]()
    os.mkfifo(pipe)
    reader = Thread(target=lambda: read.append(pipe.read_text("utf-8")))
    reader.start()
    write(pipe, "once")
    reader.join()
    assert read == ["once"]
    assert pipe.is_fifo()
    assert list(tmp_path.iterdir()) == [pipe]


@pytest.mark.parametrize("write", WRITERS)
def test_a_link_stays_one(write: Write, tmp_path: Path) -> None:
    target, link = tmp_path / "of" / "it", tmp_path / "link"
    target.parent.mkdir()
    link.symlink_to(target)
    for text in ("new", "newer"):
        write(link, text)
        assert link.is_symlink()
        assert target.read_text("utf-8") == text


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("name", ["a" * 255, "名" * 85])
def test_the_longest_name(write: Write, name: str, tmp_path: Path) -> None:
    write(tmp_path / name, "text")
    assert [each.name for each in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("error", [files.NoRoom, CapacityError])
def test_a_name_that_is_too_long(error: type[Exception], tmp_path: Path) -> None:
    write = files.write_atomically if error is files.NoRoom else writer.write_atomically
    with pytest.raises(error, match="name too long"):
        write(tmp_path / ("a" * 256), "text")
    with pytest.raises(files.NoRoom, match="name too long"):
        files.check_writable(tmp_path / ("a" * 256))
    assert list(tmp_path.iterdir()) == []


def test_what_stands_beside_it_stays(tmp_path: Path) -> None:
    mine: dict[str, Any] = {name: name for name in ("x.json.part", "x.json.tmp", ".x.json.part")}
    for name, text in mine.items():
        (tmp_path / name).write_text(text, "utf-8")
    for write in WRITERS:
        write(tmp_path / "x.json", "new")
    files.check_writable(tmp_path / "x.json")
    found = {each.name: each.read_text("utf-8") for each in tmp_path.iterdir()}
    assert found == mine | {"x.json": "new"}
