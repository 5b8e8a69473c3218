"""Results of fixed worlds stay as they are, from version to version, unless meant to change."""

from __future__ import annotations

import pytest

from tests.engine import golden


@pytest.mark.parametrize("name", golden.golden_worlds())
@pytest.mark.slow_without_jit
def test_as_kept(name: str) -> None:
    kept = golden.read().get(name)
    assert kept is not None, f"no result is kept of {name!r}: run {golden.RENEW}"
    found = golden.changes(kept, golden.figures(golden.golden_worlds()[name]))
    assert not found, "\n".join(
        [
            f"the result of the world {name!r} has changed:",
            *found,
            f"If that is meant, say why in the change's message and run: {golden.RENEW}",
        ]
    )
