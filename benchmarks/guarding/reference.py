"""A fixed loop that every measurement is divided by, so that figures survive another machine.

It does what dialling does, integers and memory in no order, and nothing else of dialsim's: a step
multiplies, shifts and alters one word at random of an array that no cache holds. **It must never be
changed**: every stored baseline would lose its meaning.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.jit.decorator import kernel

WORDS = 1 << 23
"""64 MiB, beyond the caches that a core has to itself."""
STEPS = 2_000_000
_TIMES = np.uint64(6364136223846793005)
_PLUS = np.uint64(1442695040888963407)
_SHIFT = np.uint64(33)


@kernel
def reference_loop(words: NDArray[Any], steps: int) -> np.uint64:
    """Alter words at random; returns the xor of all that were read."""
    last = np.uint64(words.shape[0] - 1)
    state, total = np.uint64(1), np.uint64(0)
    for _ in range(steps):
        state = state * _TIMES + _PLUS
        place = np.int64((state >> _SHIFT) & last)
        total ^= words[place]
        words[place] += state
    return total


class Reference:
    """The loop with its array, made and compiled once."""

    def __init__(self) -> None:
        self.words = np.zeros(WORDS, np.uint64)
        reference_loop(self.words, 1000)

    def seconds_a_step(self) -> float:
        """Return what a step takes now."""
        begin = time.perf_counter()
        reference_loop(self.words, STEPS)
        return (time.perf_counter() - begin) / STEPS
