"""Dictionary-encoded columns of a run's tables under codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.arrow_numpy import values_of

Array = NDArray[Any]


def coded(column: Any, codes: Mapping[str, int], none: int = -1) -> Array:
    """Return a dictionary-encoded column under the codes of its words; `none` where it is null."""
    words = column.dictionary.to_pylist()
    by_word = np.array([codes.get(word, none) for word in words] or [none], np.int64)
    index = values_of(column.indices, missing=-1)
    return np.where(index < 0, none, by_word[np.maximum(index, 0)])
