"""What load tests of small worlds can do without."""

from __future__ import annotations

import gc
from functools import partial

import pytest


@pytest.fixture(autouse=True)
def _young_garbage_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Go not through all that a worker has gathered in a thousand tests, before each run.

    A third of a second of computing each, and nobody here asks how late a dial was on this
    machine. A test of `tests/cli/test_bench.py` has a process of its own, and leaves the collector
    as it is.
    """
    monkeypatch.setattr(gc, "collect", partial(gc.collect, 0))
