"""Cases of a test by tier: some every day, the rest of the same kind in the full tier alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def tiered(everyday: Iterable[Any], full: Iterable[Any]) -> list[Any]:
    """Return the cases of `parametrize`: those of every day first.

    A tuple is the values of several names, as pytest has it.

    >>> [getattr(case, "values", case) for case in tiered([1, 2], [3])]
    [1, 2, (3,)]
    """
    rest = (each if isinstance(each, tuple) else (each,) for each in full)
    return [*everyday, *(pytest.param(*values, marks=pytest.mark.full) for values in rest)]
