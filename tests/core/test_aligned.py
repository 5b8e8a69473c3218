"""Arrays that lie as they will be touched."""

from __future__ import annotations

import mmap

import numpy as np
import pytest

from dialsim.core.aligned import CACHE_LINE, LARGE_BYTES, strewn_zeros


@pytest.mark.parametrize("bytes_each", [1, LARGE_BYTES // 60 // 8 + 1])
def test_strewn_zeros_are_zeros(bytes_each: int) -> None:
    """Few are numpy's own, of many each page is made when it is touched; both may be written."""
    found = strewn_zeros((60, bytes_each, 4), np.int16)
    assert (found.shape, found.dtype, found.flags.c_contiguous) == (
        (60, bytes_each, 4),
        np.int16,
        True,
    )
    assert found.ctypes.data % CACHE_LINE == 0
    assert not found.any()
    found[...] = 7
    assert (found.copy() == 7).all()


def test_without_such_pages_they_are_zeros_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(mmap, "MADV_NOHUGEPAGE", raising=False)
    found = strewn_zeros(LARGE_BYTES, np.int8)
    assert found.shape == (LARGE_BYTES,)
    assert not found[:: LARGE_BYTES // 8].any()


def test_where_the_system_knows_no_huge_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its answer is that the advice means nothing to it."""

    class Plain(mmap.mmap):
        def madvise(self, *advice: int) -> None:
            raise OSError(22, "Invalid argument")

    monkeypatch.setattr(mmap, "mmap", Plain)
    assert not strewn_zeros(2 * LARGE_BYTES, np.int8).any()


def test_more_than_there_is() -> None:
    with pytest.raises(MemoryError):
        strewn_zeros(1 << 60, np.int8)
