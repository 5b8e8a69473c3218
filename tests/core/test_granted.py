"""What machine code takes for granted: told by layouts, looked for in arrays, put in by linking."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from dialsim.jit.decorator import kernel
from dialsim.jit.frame import frame
from dialsim.jit.specialise import grant_fields, grant_lengths, unlike_fields, unlike_lengths

TERMS = np.dtype([("kept", "u1"), ("share", "i4"), ("factor", "f8"), ("of_test", "i8", (2,))])


@frame
class Inner(NamedTuple):
    terms: NDArray[Any]  # TERMS[n]


@frame
class Outer(NamedTuple):
    grid: NDArray[Any]  # int64[n, 3]
    inner: Inner


grant_fields("test", TERMS, kept=0, share=-7)
grant_fields("other", TERMS, kept=1)
grant_lengths("test", Outer, grid=(None, 3))
grant_lengths("test", Inner, terms=(2,))


def missing(grants: tuple[str, ...], *frames: Any) -> list[str]:
    return [*unlike_fields(grants, *frames), *unlike_lengths(grants, *frames)]


def world(rows: int = 2, columns: int = 3) -> Outer:
    terms = np.zeros(rows, TERMS)
    terms["share"] = -7
    return Outer(np.arange(6 * columns).reshape(6, columns), Inner(terms))


@kernel
def seen(w: Outer) -> int:
    """What a kernel sees of the fields and axes that may be granted."""
    terms = w.inner.terms
    fields = np.int64(terms[0]["kept"]) * 1000 + np.int64(terms[1]["share"])
    return fields * 10_000 + w.grid.shape[1] * 100 + terms.shape[0] * 10 + w.grid[1, 1]


@kernel(granted=("test",))
def seen_as_granted(w: Outer) -> int:
    """The same by what is granted."""
    return seen(w)


@kernel(granted=("other",))
def seen_otherwise(w: Outer) -> int:
    """The same by another grant."""
    return seen(w)


def expected(kept: int, share: int, columns: int, rows: int, item: int) -> int:
    return (kept * 1000 + share) * 10_000 + columns * 100 + rows * 10 + item


def test_grants_that_hold_change_nothing() -> None:
    assert missing(("test",), world()) == []
    assert seen(world()) == seen_as_granted(world()) == expected(0, -7, 3, 2, 4)


@pytest.mark.needs_jit
def test_what_is_granted_is_not_read() -> None:
    other = world(3, 4)
    other.inner.terms["kept"], other.inner.terms["share"] = 9, 5
    assert seen(other) == expected(9, 5, 4, 3, 5)
    assert seen_as_granted(other) == expected(0, -7, 3, 2, 4), "the fourth in rows of three"
    assert seen_otherwise(other) == expected(1, 5, 4, 3, 5)


@pytest.mark.parametrize(
    ("place", "value"),
    [("Inner.terms['kept']", 1), ("Inner.terms['share']", 0), ("Inner.terms['share']", -8)],
)
def test_a_field_that_is_otherwise_in_one_record_is_found(place: str, value: int) -> None:
    other = world()
    other.inner.terms[place.split("'")[1]][1] = value
    assert missing(("test",), other) == [place]
    assert missing((), other) == []


def test_an_axis_that_is_otherwise_is_found() -> None:
    assert missing(("test",), world(3)) == ["Inner.terms, axis 0"]
    assert missing(("test",), world(2, 4)) == ["Outer.grid, axis 1"]
    assert missing(("test",), world(1, 2)) == ["Outer.grid, axis 1", "Inner.terms, axis 0"]
    assert missing(("test",), world(), world(2, 2)) == ["Outer.grid, axis 1"]
    assert missing(("other",), world(3)) == ["Inner.terms['kept']"]


def test_only_what_is_there_can_be_granted() -> None:
    with pytest.raises(ValueError, match="gone is no single field"):
        grant_fields("test", TERMS, gone=0)
    with pytest.raises(ValueError, match="of_test is no single field"):
        grant_fields("test", TERMS, of_test=0)
    with pytest.raises(ValueError, match="Outer has no array gone"):
        grant_lengths("test", Outer, gone=(1,))
