"""Division without a sign, against Python's own."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dialsim.core.counts import quotient, remainder

counts = st.integers(0, (1 << 63) - 1)


@given(count=counts, by=st.integers(1, (1 << 63) - 1))
def test_it_is_pythons_division(count: int, by: int) -> None:
    assert (quotient(count, by), remainder(count, by)) == divmod(count, by)
