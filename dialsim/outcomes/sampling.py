"""A call log of sampled people, each with all attempts."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.outcomes.writer import Sink

Array = NDArray[Any]

_SALT = np.uint64(0x51A7_5EED_0C0F_FEE5)
_MIX = np.uint64(0xD6E8_FEB8_6659_FD93)
_HALF = np.uint64(32)


def in_sample(keys: NDArray[np.uint64], one_in: int) -> NDArray[np.bool_]:
    """Return bool[n]: whether each person is in the sample, decided by the stable key alone.

    The same people whatever the seed, the replication and the plan, so that samples of two runs
    can be laid side by side.
    """
    mixed = keys ^ _SALT
    for _ in range(2):
        mixed = (mixed ^ (mixed >> _HALF)) * _MIX
    found: NDArray[np.bool_] = (mixed >> _HALF) % np.uint64(one_in) == 0
    return found


class SamplingSink:
    """Passes on the attempts of sampled people; events and interventions of all.

    Parameters
    ----------
    sink
        Gets them.
    keys
        uint64[P]: stable key by person row; known before the first attempt to the person.
    one_in
        Of so many people one is kept, on average.
    """

    def __init__(self, sink: Sink, keys: NDArray[np.uint64], one_in: int) -> None:
        self._sink, self._keys, self._one_in = sink, keys, one_in

    def write(self, calls: Array, events: Array, actions: Array) -> None:
        """Filter a batch and pass it on."""
        kept = in_sample(self._keys[calls["person"]], self._one_in)
        self._sink.write(calls[kept], events, actions)

    def rotate(self) -> None:
        """Pass the call on."""
        self._sink.rotate()

    def close(self) -> None:
        """Pass the call on."""
        self._sink.close()
