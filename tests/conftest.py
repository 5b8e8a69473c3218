"""What every test relies on: fixed examples, the three ways of running, no network."""

from __future__ import annotations

import gc
import os
import signal
import socket
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from tests.alive import Alive

BOUNDS_CHECKED = os.environ.get("NUMBA_BOUNDSCHECK", "0") not in ("", "0")
JIT_OFF = os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0")

# Commands speak English here, also those in processes, whatever the locale of the machine is.
os.environ["DIALSIM_LANG"] = "en"

# `fixed` gives the same examples on every machine, and `wide` more of them, in the full tier;
# `explore` (--hypothesis-profile=explore) looks for new ones. No deadline: the first example may
# have to compile.
_common: dict[str, Any] = {
    "deadline": None,
    "print_blob": True,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large],
}
EXAMPLES = 2 if JIT_OFF else 3 if BOUNDS_CHECKED else 6
settings.register_profile(
    "fixed", derandomize=True, database=None, max_examples=EXAMPLES, **_common
)
settings.register_profile(
    "wide", derandomize=True, database=None, max_examples=10 * EXAMPLES, **_common
)
settings.register_profile("explore", max_examples=2_000, **_common)
settings.load_profile("fixed")


def pytest_configure(config: pytest.Config) -> None:
    """Let plain numpy wrap around in silence, as compiled code does."""
    if JIT_OFF:
        config.addinivalue_line(
            "filterwarnings", "ignore:overflow encountered in scalar:RuntimeWarning"
        )


gc.disable()  # until all tests are imported: two seconds of each process, and nothing to find


def pytest_collection_finish() -> None:
    """Let Python's collector go on."""
    gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what says nothing, or takes for ever, in this way of running.

    Plain Python checks every index as well: bounds-checked runs what it cannot play, and worlds
    drawn at random. Plain Python also calls kernels by hand that a run reaches through others: each
    would have to be compiled once more, a second's work, to be called from a test.
    """

    def has(item: pytest.Item, *marks: str) -> bool:
        return any(item.get_closest_marker(mark) for mark in marks)

    out: list[pytest.Item] = []
    if JIT_OFF:
        out = [item for item in items if has(item, "once", "needs_jit", "slow_without_jit")]
    elif BOUNDS_CHECKED:
        kept = ("needs_jit", "slow_without_jit", "bounds")
        out = [item for item in items if has(item, "once") or not has(item, *kept)]
    elif "by_hand" not in config.option.markexpr:
        out = [item for item in items if has(item, "by_hand")]
    if out:
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if item not in out]


@pytest.fixture(scope="session", autouse=True)
def _old_objects_are_seldom_looked_at() -> None:
    """Keep Python's collector off the half a million objects that all tests share.

    Modules, types and tests live to the end; going through them at every full collection is a
    tenth of all computing. They are not frozen: each run would count them (`gc_pause`).
    """
    gc.collect()
    gc.set_threshold(700, 10, 1_000)


@pytest.fixture(scope="session")
def jit_off() -> bool:
    """Whether kernels run as plain Python in this process."""
    return JIT_OFF


@pytest.fixture(scope="session")
def world_size() -> Callable[[int], int]:
    """Shrink a size meant for compiled code to what plain Python plays in about the same time.

    `world_size(20_000)` is 20 000 compiled and 400 with JIT off; never below 20.
    """

    def size(compiled: int) -> int:
        return max(min(compiled, 20), compiled // 50) if JIT_OFF else compiled

    return size


@pytest.fixture
def each_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tell of every replication as it ends, instead of some times a second.

    Who asks for a stop when some are done is then heard at the same one on every machine: a quick
    one may otherwise be at the end before it tells of the second.
    """
    from dialsim.scheduler import replication_progress

    monkeypatch.setattr(replication_progress, "SHOWN_EVERY_S", 0.0)


@pytest.fixture(scope="session")
def compiled() -> None:
    """Compile the engine, or load it: a run that fails at once would leave a thread at that."""
    from dialsim.engine import host
    from dialsim.scenario.load import load_scenario
    from dialsim.scheduler.prepare import prepare_world
    from dialsim.scheduler.run import BEFORE_ALL
    from tests.people.scenarios import ONE_NUMBER, file_scenario

    host.advance(prepare_world(load_scenario(file_scenario(ONE_NUMBER))), BEFORE_ALL, 1)


@pytest.fixture
def alive(monkeypatch: pytest.MonkeyPatch, compiled: None) -> Iterator[Alive]:
    """Watch which worlds are still there, with Python's collector switched off."""
    from tests.alive import watching

    with watching(monkeypatch) as found:
        yield found


@pytest.fixture(scope="session", autouse=True)
def _interrupts_arrive() -> Iterator[None]:
    """Let tests, and what they start, be interrupted.

    A shell starts its background jobs with SIGINT ignored, their children inherit that, and
    dialsim respects it: no test of Ctrl-C could pass there.
    """
    ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    if ignored:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    if ignored:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _is_local(family: int, address: Any) -> bool:
    """Unix sockets and the loop-back interface are this machine."""
    if family not in (socket.AF_INET, socket.AF_INET6):
        return True
    host = str(address[0])
    return host.startswith("127.") or host in ("::1", "localhost", "")


@pytest.fixture(autouse=True)
def _no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail a test that talks to another machine."""
    if not request.node.get_closest_marker("allow_network"):
        for name in ("connect", "connect_ex"):
            plain = getattr(socket.socket, name)

            def guarded(self: socket.socket, address: Any, *, _plain: Any = plain) -> Any:
                if not _is_local(self.family, address):
                    self.close()
                    pytest.fail(f"a test tried to reach {address!r}; tests stay on this machine")
                return _plain(self, address)

            monkeypatch.setattr(socket.socket, name, guarded)
