"""Gaps between planned dials, one numbered draw each."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import Stream
from dialsim.core.quantiles import quantile
from dialsim.core.rng import draw
from dialsim.jit.decorator import kernel


@kernel
def draw_gaps(
    table: NDArray[Any], base: np.uint64, key: np.uint64, first: int, out: NDArray[Any]
) -> None:
    """Write the gaps of numbers ``first`` and up into ``out`` (int64), as a table has them."""
    for i in range(out.shape[0]):
        out[i] = quantile(table, draw(base, Stream.PACING, key, first + i))
