"""Who compiles which part: near the root first, each once, and nobody waits for ever."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from numba import types

from dialsim.jit import compile_jobs
from dialsim.jit.compile_jobs import Job, Jobs, key_of, shared, sharing


def job(name: str) -> Job:
    return Job(("dialsim.core.rng", name), (types.int64, types.UniTuple(types.uint8, 2)))


class Process:
    """A process that compiles nothing, and notes what it would have.

    While it is at a part it does what `meanwhile` says of its kernel.
    """

    def __init__(self, folder: Path, pauses: int = 0) -> None:
        self.done: list[str] = []
        self.pauses = pauses
        self.meanwhile: dict[str, Callable[[], object]] = {}
        self.jobs = Jobs(folder, self.pause, self.part_of)

    def pause(self) -> bool:
        self.pauses -= 1
        return self.pauses >= 0

    def part_of(self, module: str, name: str) -> Any:
        process = self

        class Dispatcher:
            def compile(self, arguments: Any) -> None:
                assert Job((module, name), arguments) == job(name)
                process.done.append(name)
                process.meanwhile.get(name, lambda: None)()

        return Dispatcher()

    def do_all(self) -> list[str]:
        while self.jobs.do_one():
            pass
        return self.done


@pytest.fixture
def two(tmp_path: Path) -> tuple[Process, Process]:
    return Process(tmp_path), Process(tmp_path)


def test_what_is_nearest_the_root_is_done_first_and_the_last_of_it_before_others(
    two: tuple[Process, Process],
) -> None:
    one, other = two
    for order, name in enumerate(["deep", "deeper"]):
        one.jobs.offer(job(name), (job("root"), job("on_dial")), order)
    for order, name in enumerate(["first", "second", "third"]):
        one.jobs.offer(job(name), (job("root"),), order)
    assert other.do_all() == ["third", "second", "first", "deeper", "deep"]
    assert one.do_all() == []
    assert not other.jobs.do_one()


def test_a_part_is_taken_once(two: tuple[Process, Process]) -> None:
    one, other = two
    one.jobs.offer(job("mine"), (), 0)
    assert one.jobs.claim(job("mine"))
    assert one.jobs.claim(job("mine"))
    assert not other.jobs.claim(job("mine"))
    assert other.do_all() == []
    other.jobs.offer(job("mine"), (), 0)  # it has come upon it too
    assert one.do_all() == other.do_all() == []
    one.jobs.offer(job("theirs"), (), 0)
    other.meanwhile["theirs"] = lambda: taken.append(one.jobs.claim(job("theirs")))
    taken: list[bool] = []
    assert other.do_all() == ["theirs"]
    assert taken == [False]


def test_parts_are_told_apart_by_kernel_and_types() -> None:
    name = ("dialsim.core.rng", "mix64")
    made = [
        Job(name, (types.int64,)),
        Job(name, (types.int32,)),
        Job(name, (types.int64, types.int64)),
        Job(("dialsim.core.queue", "mix64"), (types.int64,)),
    ]
    assert len({key_of(each) for each in made}) == len(made)
    assert key_of(made[0]) == key_of(Job(name, (types.int64,)))


def test_who_waits_does_what_is_below_the_part_it_waits_for(tmp_path: Path) -> None:
    waiting, other = Process(tmp_path, pauses=100), Process(tmp_path)
    there: list[str] = []
    assert other.jobs.claim(job("awaited"))
    other.jobs.offer(job("elsewhere"), (job("root"),), 1)
    other.jobs.offer(job("below"), (job("root"), job("awaited")), 1)
    # What is done below offers in its turn: that is below as well.
    waiting.meanwhile["below"] = lambda: waiting.jobs.offer(job("under"), (job("below"),), 1)
    waiting.meanwhile["under"] = lambda: there.append("awaited")
    waiting.jobs.await_other(job("awaited"), lambda: bool(there))
    assert waiting.done == ["below", "under"]
    assert waiting.pauses == 100
    assert other.do_all() == ["elsewhere"]


@pytest.mark.parametrize("why", ["it is there", "others are gone", "in vain", "given back"])
def test_waiting_ends(why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compile_jobs, "IN_VAIN", 7)
    waiting, other = (
        Process(tmp_path, pauses=5 if why == "others are gone" else 50),
        Process(tmp_path),
    )
    assert other.jobs.claim(job("awaited"))
    looks = itertools.count()

    def is_there() -> bool:
        look = next(looks)
        if why == "given back" and look == 3:
            (tmp_path / f"{key_of(job('awaited'))}.taken").unlink()
        return why == "it is there" and look == 4

    waiting.jobs.await_other(job("awaited"), is_there)
    taken = {"it is there": 46, "others are gone": -1, "in vain": 43, "given back": 47}
    assert waiting.pauses == taken[why]
    assert waiting.done == []


def test_what_goes_wrong_is_left_to_whoever_needs_it(two: tuple[Process, Process]) -> None:
    one, other = two

    def fail() -> None:
        raise TypeError("no such type")

    one.jobs.offer(job("wrong"), (), 0)
    other.meanwhile["wrong"] = fail
    assert other.do_all() == ["wrong"]
    one.jobs.await_other(job("wrong"), lambda: False)  # at once
    assert one.jobs.claim(job("wrong"))


def test_what_is_no_longer_compiled_is_waited_for_by_nobody(two: tuple[Process, Process]) -> None:
    """Compiled, or not kept as the disk is full: it is there, or whoever needs it begins."""
    one, other = two
    assert one.jobs.claim(job("part"))
    one.jobs.end(job("part"))
    other.jobs.await_other(job("part"), lambda: False)  # at once
    assert other.jobs.claim(job("part"))
    assert not one.jobs.claim(job("part"))


def test_an_errand_is_done_once_and_leaves_nothing_begun(two: tuple[Process, Process]) -> None:
    one, other = two
    gone: list[str] = []

    def fail() -> None:
        gone.append("fail")
        assert one.jobs.claim(job("kernel"))
        assert one.jobs.claim(job("what it calls"))
        one.jobs.end(job("what it calls"))
        raise OSError("no room")

    assert one.jobs.claim(job("of before"))
    one.jobs.do_errand("fail", fail)
    assert other.jobs.claim(job("kernel"))
    assert not other.jobs.claim(job("of before"))
    for process in two:
        process.jobs.do_errand("fail", fail)
        process.jobs.do_errand("go", lambda: gone.append("go"))
    assert gone == ["fail", "go"]


def test_an_offer_that_cannot_be_read_is_passed_over(two: tuple[Process, Process]) -> None:
    one, other = two
    one.jobs.offer(job("good"), (), 0)
    (good,) = Path(one.jobs.folder).iterdir()
    good.with_name(f"000-000-{'0' * 20}.job").write_bytes(good.read_bytes()[:30])
    assert other.do_all() == ["good"]


def test_without_a_folder_each_does_all_by_itself(tmp_path: Path) -> None:
    alone = Process(tmp_path / "gone")
    alone.jobs.offer(job("one"), (), 0)
    assert not alone.jobs.do_one()
    assert alone.jobs.claim(job("one"))


def test_a_process_shares_for_as_long_as_it_says(two: tuple[Process, Process]) -> None:
    one, other = two
    assert shared() is None
    with sharing(one.jobs):
        with sharing(other.jobs):
            assert shared() is other.jobs
        assert shared() is one.jobs
    assert shared() is None
