"""While dialsim is imported and worlds are built, Python's collector of garbage rests."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from dialsim.gc_pause import collector_at_rest, copy_of
from tests.house.sources import ROOT


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    """Put nothing aside for other tests, whose every run would count it."""
    gc.unfreeze()
    gc.enable()
    yield
    gc.enable()
    gc.unfreeze()


class Cyclic:
    """Garbage that only the collector finds."""

    def __init__(self) -> None:
        self.me = self


def test_it_goes_on_when_the_last_block_has_ended() -> None:
    with collector_at_rest():
        assert not gc.isenabled()
        with collector_at_rest():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_blocks_of_two_threads_are_counted() -> None:
    begun, may_end = Event(), Event()

    def other() -> None:
        with collector_at_rest():
            begun.set()
            may_end.wait()

    thread = Thread(target=other)
    with collector_at_rest():
        thread.start()
        begun.wait()
    assert not gc.isenabled()
    may_end.set()
    thread.join()
    assert gc.isenabled()


def test_one_that_was_off_stays_off() -> None:
    gc.disable()
    with collector_at_rest():
        pass
    assert not gc.isenabled()


def test_it_goes_on_after_an_error() -> None:
    with pytest.raises(ValueError, match="mine"), collector_at_rest():
        raise ValueError("mine")
    assert gc.isenabled()


@pytest.mark.full
def test_what_was_made_meanwhile_is_old_and_its_garbage_is_found() -> None:
    with collector_at_rest():
        kept: list[Any] = [[]]
        Cyclic()
    assert not any(each is kept for each in gc.get_objects(generation=0))
    assert any(each is kept for each in gc.get_objects(generation=2))
    gc.collect()
    assert not any(type(each) is Cyclic for each in gc.get_objects())  # proxies pretend


def test_what_somebody_put_aside_stays_aside() -> None:
    kept: list[Any] = [[]]
    assert any(each is kept for each in gc.get_objects())
    gc.freeze()  # how many are aside is no measure: some of them may end meanwhile
    with collector_at_rest():
        pass
    assert not any(each is kept for each in gc.get_objects())


@pytest.mark.full
def test_it_rests_while_dialsim_is_imported() -> None:
    """No full collection, which would go through all that numba and pydantic have made."""
    code = """
import gc
full = 0
def note(phase, about):
    global full
    full += phase == "start" and about["generation"] == 2
gc.callbacks.append(note)
import dialsim
dialsim.run, dialsim.plan, dialsim.replicate, dialsim.sweep
print(full, gc.isenabled())
"""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0", "True"]


def test_a_copy_of_an_error_leads_to_no_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    """Although a library has taught `copy` to take tracebacks along."""
    import copyreg

    class OddError(Exception):
        def __init__(self, place: Path) -> None:
            super().__init__(f"at {place.name}")

    def with_frames(error: ValueError) -> Any:
        return _raised_again, (str(error), error.__traceback__)

    monkeypatch.setitem(copyreg.dispatch_table, ValueError, with_frames)
    try:
        raise ValueError("broken off")
    except ValueError as error:
        found = copy_of(error)
    assert str(found) == "broken off"
    assert found.__traceback__ is None
    assert found.__context__ is None
    odd = OddError(Path("here"))
    assert copy_of(odd) is odd  # its class is made of something else than its arguments


def _raised_again(text: str, trace: Any) -> ValueError:
    return ValueError(text).with_traceback(trace)
