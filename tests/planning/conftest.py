"""What tests of plans share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.planning.worlds import few_runs


@pytest.fixture
def brief() -> Iterator[None]:
    """Proofs take tens of runs: see `few_runs`."""
    with few_runs():
        yield
