"""Files that are read whole: never more than a most, and never without an end."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from dialsim.calibration.columns import read_columns
from dialsim.errors import ScenarioError
from dialsim.scenario.library import template
from dialsim.scenario.load import load_scenario
from dialsim.storage.small_files import MOST_BYTES, read_small


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/urandom"])
def test_a_device_that_never_ends(path: str) -> None:
    for read in (load_scenario, read_columns):
        with pytest.raises(ScenarioError, match=r"cannot be read: longer than 4 MiB"):
            read(path)


def test_a_file_of_many_gigabytes_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    with path.open("wb") as file:
        file.truncate(5 << 30)
    began = time.process_time()
    with pytest.raises(ScenarioError, match=r"cannot be read: longer than 4 MiB"):
        load_scenario(path)
    assert time.process_time() - began < 5
    base = template("starter").text.replace('profile = "typical"', 'profile = "a.toml"')
    if 'profile = "a.toml"' not in base:
        base = f'{base}\n[network]\nprofile = "a.toml"\n'
    scenario = tmp_path / "b.toml"
    scenario.write_text(base, "utf-8")
    with pytest.raises(ScenarioError, match=r"network.profile: .* longer than 4 MiB"):
        load_scenario(scenario)


def test_a_pipe_that_nothing_writes_to(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with pytest.raises(TimeoutError, match=r"nothing has been written to it in 0.05 s"):
        read_small(path, patience_s=0.05)


def test_a_pipe_is_read_to_its_end(tmp_path: Path) -> None:
    """As that of ``dialsim check <(command)`` is."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    content = os.urandom(300_000)
    writer = threading.Thread(target=path.write_bytes, args=(content,))
    writer.start()
    assert read_small(path) == content
    writer.join()


def test_the_most_is_allowed(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x" * MOST_BYTES)
    assert len(read_small(path)) == MOST_BYTES
    with pytest.raises(OSError, match="longer than"):
        read_small(path, most=MOST_BYTES - 1)
    with pytest.raises(IsADirectoryError):
        read_small(tmp_path)


@pytest.mark.full
def test_many_unknown_keys_are_told_soon() -> None:
    began = time.process_time()
    with pytest.raises(ScenarioError, match="more problems"):
        load_scenario({f"key_{i}": i for i in range(20_000)})
    assert time.process_time() - began < 30
