"""Ctrl-C is heard wherever it falls."""

from __future__ import annotations

import ctypes
import signal
import sys
import threading

import pytest
import trio

from dialsim.scheduler.stop import Stop, interruptible, interrupts

Callback = ctypes.CFUNCTYPE(None)


def test_an_interrupt_in_a_callback_from_c(capsys: pytest.CaptureFixture[str]) -> None:
    """Python drops what a C callback raises; the work goes on, and is interrupted at its end."""
    before = signal.getsignal(signal.SIGINT), sys.unraisablehook
    done: list[str] = []

    def work() -> None:
        with interruptible():
            Callback(lambda: signal.raise_signal(signal.SIGINT))()
            done.append("more")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == ["more"]
    assert capsys.readouterr().err == ""
    assert (signal.getsignal(signal.SIGINT), sys.unraisablehook) == before


def test_an_interrupt_anywhere_else_is_raised_at_once() -> None:
    done: list[str] = []

    def work() -> None:
        with interruptible():
            signal.raise_signal(signal.SIGINT)
            done.append("more")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == []


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_other_faults_in_a_callback_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda dropped: told.append(str(dropped.exc_value)))

    def fault() -> None:
        raise ValueError("a fault of ours")

    with interruptible():
        Callback(fault)()
    assert told == ["a fault of ours"]


def test_another_thread_gets_no_signals() -> None:
    outcome: list[str] = []

    def work() -> None:
        with interruptible():
            outcome.append("done")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert outcome == ["done"]


def test_several_loops_hear_one_stop() -> None:
    """Replications on threads have a loop each; what ends one of them ends nobody else's."""
    asked = Stop()
    inner = [Stop(Stop(asked)) for _ in range(3)]
    ended: list[int] = []

    def wait(number: int) -> None:
        trio.run(inner[number].wait)
        ended.append(number)

    threads = [threading.Thread(target=wait, args=(i,)) for i in range(len(inner))]
    for thread in threads:
        thread.start()
    inner[1].request()
    threads[1].join(60)
    assert ended == [1]
    assert not asked.requested
    asked.request()
    for thread in threads:
        thread.join(60)
    assert sorted(ended) == [0, 1, 2]
    trio.run(inner[0].wait)  # who comes later does not wait
    asked.request()  # nobody is left to be told


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="there is no such signal")
@pytest.mark.parametrize("ignored", [False, True])
def test_a_hang_up_is_a_wish_to_stop_unless_it_is_ignored(ignored: bool) -> None:
    found = signal.SIG_IGN if ignored else signal.default_int_handler
    before = signal.signal(signal.SIGHUP, found)
    stop = Stop()
    try:
        with interrupts(stop):
            signal.raise_signal(signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) is found
    finally:
        signal.signal(signal.SIGHUP, before)
    assert stop.requested is not ignored
