"""How scripts of the benchmarks end: Ctrl-C, SIGTERM, an output that nobody reads."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.house.sources import ROOT

pytestmark = [pytest.mark.once, pytest.mark.skipif(os.name == "nt", reason="signals")]

SCRIPT = """
import signal, subprocess, sys, tempfile, time, click
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # under nohup it would be ignored
from benchmarks.program import run
@click.command()
@click.argument("what")
def main(what):
    if what == "lines":
        for i in range(100_000):
            click.echo(i)
    elif what == "wrong":
        raise click.UsageError("no")
    elif what == "worse":
        sys.exit(1)
    else:
        with tempfile.TemporaryDirectory(dir=what) as folder:
            subprocess.run([sys.executable, "-c", f"open({folder!r} + '/begun', 'w'); "
                            "import time; time.sleep(60)"], check=True)
run(main)
"""


def started(what: object, **how: object) -> subprocess.Popen[str]:
    """Start the script; its children are in its group, so that a test can look for them."""
    command = [sys.executable, "-c", SCRIPT, str(what)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | how
    return subprocess.Popen(command, cwd=ROOT, text=True, start_new_session=True, **pipes)  # type: ignore[call-overload,no-any-return]


def is_there(group: int) -> bool:
    """Whether a process of the group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_takes_children_and_folders_along(
    number: signal.Signals, code: int, tmp_path: Path
) -> None:
    script = started(tmp_path)
    while not list(tmp_path.glob("*/begun")) and script.poll() is None:
        time.sleep(0.01)
    script.send_signal(number)
    _, told = script.communicate(timeout=30)
    assert script.returncode == code
    assert "Traceback" not in told
    assert list(tmp_path.iterdir()) == []
    # A child that was killed is in its group until whoever inherits it has read how it ended.
    deadline = time.monotonic() + 30
    while is_there(script.pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not is_there(script.pid)


def test_codes_of_its_own() -> None:
    for what, code, said in (("wrong", 2, "no"), ("worse", 1, "")):
        script = started(what)
        _, told = script.communicate(timeout=30)
        assert script.returncode == code
        assert said in told


def test_a_reader_that_leaves() -> None:
    script = started("lines")
    with script:
        assert script.stdout is not None
        assert script.stderr is not None
        script.stdout.readline()
        script.stdout.close()
        assert script.stderr.read() == ""
        assert script.wait(timeout=30) == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_an_output_that_is_full() -> None:
    with Path("/dev/full").open("w") as full:
        script = started("lines", stdout=full)
        _, told = script.communicate(timeout=30)
    assert script.returncode == 3
    assert told == "standard output cannot be written: No space left on device\n"
