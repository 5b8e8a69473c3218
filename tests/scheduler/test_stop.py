"""Ctrl-C is heard wherever it falls."""

from __future__ import annotations

import ctypes
import signal
import sys
import threading

import pytest

from dialsim.scheduler.stop import interruptible

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
