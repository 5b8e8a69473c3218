"""A limit on the real time of a call in this thread: who keeps it, and who does not."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from dialsim import Decision, Observation, run
from dialsim.scheduler import decision_limit
from dialsim.scheduler.decision_limit import DecisionLimit, TooLong
from dialsim.scheduler.stop import Stop, interrupts
from tests.scheduler.test_policy import asking


def busy() -> None:
    while True:
        pass


def stubborn() -> None:
    """Go on after whatever is raised, once."""
    try:
        busy()
    except BaseException:
        return


def asleep() -> None:
    time.sleep(60)


def test_what_keeps_the_limit_gives_its_result() -> None:
    limit = DecisionLimit(5)
    assert [limit.call(lambda n=n: n) for n in range(1000)] == list(range(1000))  # type: ignore[misc]


def test_an_error_is_passed_on() -> None:
    with pytest.raises(ZeroDivisionError):
        DecisionLimit(5).call(lambda: 1 // 0)


@pytest.mark.parametrize("function", [busy, stubborn, asleep])
def test_what_takes_too_long_is_ended(function: Callable[[], None]) -> None:
    stop = Stop()
    limit = DecisionLimit(0.1)
    with interrupts(stop), pytest.raises(TooLong):
        limit.call(function)
    assert limit.call(lambda: 7) == 7  # nothing of it is left behind


def test_python_code_is_ended_in_any_thread() -> None:
    ended = []

    def work() -> None:
        try:
            DecisionLimit(0.1).call(busy)
        except TooLong:
            ended.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(60)
    assert ended == [True]


def test_its_thread_ends_when_there_are_no_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decision_limit, "LOOK_S", 0.001)
    limit = DecisionLimit(5)
    limit.call(lambda: None)
    watch = limit._watch
    assert watch is not None
    watch.join(60)
    assert not watch.is_alive()
    assert limit.call(lambda: 7) == 7


def threads_asked(waits: bool) -> set[int]:
    """Return the threads in which a policy was asked."""

    class Mine:
        def __init__(self) -> None:
            self.waits = waits
            self.threads: set[int] = set()

        def decide(self, seen: Observation) -> Decision:
            self.threads.add(threading.get_ident())
            return Decision({"upsell": 1}, wake_in_s=60)

    mine = Mine()
    run(asking(), policy=mine)
    return mine.threads


def test_a_policy_is_asked_in_this_thread_unless_it_waits() -> None:
    assert threads_asked(False) == {threading.get_ident()}
    assert threading.get_ident() not in threads_asked(True)
