"""The fixtures every other test leans on do what they say."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable

import pytest
from hypothesis import settings


def test_a_test_cannot_leave_the_machine() -> None:
    with pytest.raises(pytest.fail.Exception, match="tests stay on this machine"):
        socket.create_connection(("192.0.2.1", 9), timeout=1)


def test_a_test_may_talk_to_itself() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=1) as client,
    ):
        assert client.getpeername() == server.getsockname()


@pytest.mark.needs_jit
def test_compiled_means_compiled(jit_off: bool) -> None:
    from numba import config

    assert not jit_off
    assert not config.DISABLE_JIT


def test_worlds_shrink_without_the_compiler(
    jit_off: bool, world_size: Callable[[int], int]
) -> None:
    assert world_size(20_000) == (400 if jit_off else 20_000)
    assert world_size(100) == (20 if jit_off else 100)
    assert world_size(7) == 7
    assert jit_off == (os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0"))


def test_examples_are_the_same_everywhere(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--hypothesis-profile"):
        pytest.skip("another profile was asked for")
    assert settings().derandomize
    assert settings().deadline is None
