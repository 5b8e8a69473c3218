"""Random draws as a pure function of their keys: no generator, no state, no order.

A draw is a chain of three mixers over (run, stream), entity and count. Who else is in the world,
in which order and on which thread a draw is made changes nothing, so two runs that differ in one
setting share all other draws.

Everything is uint64 with wrap-around. Compiled code wraps silently; plain numpy scalars warn, so
a face that calls these with NUMBA_DISABLE_JIT=1 does it inside :func:`wrapping`. A face hands keys
and bases over as np.uint64: a compiled kernel returns a plain int, which would count as int64.
"""

from __future__ import annotations

import hashlib
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialsim.core.bits import UPPER_HALF
from dialsim.core.codes import Stream
from dialsim.jit.decorator import kernel
from dialsim.jit.frame import frame

# moremur (P. Evensen, 2019): as quick as splitmix64's finaliser, and without its weakness on
# inputs that differ in few bits.
_M1 = np.uint64(0x3C79AC492BA7B653)
_M2 = np.uint64(0x1C69B3F74AC4AE35)
_S27 = np.uint64(27)
_S33 = np.uint64(33)
# Odd, without pattern: fractional bits of the golden ratio and of the plastic number.
_STREAM_STEP = np.uint64(0x9E3779B97F4A7C15)
_COUNT_STEP = np.uint64(0xC13FA9A902A6328F)
_SEED_OFFSET = np.uint64(0x91E10DA5C79E7B1D)

CERTAIN = 1 << 32
"""Threshold that every draw is below."""


@kernel
def mix64(x: np.uint64) -> np.uint64:
    """Return a bijective scramble of 64 bits; each input bit flips about half the output bits."""
    x = np.uint64(x)
    x = (x ^ (x >> _S27)) * _M1
    x = (x ^ (x >> _S33)) * _M2
    return x ^ (x >> _S27)


@kernel
def run_base(seed: int, replication: int) -> np.uint64:
    """Return the base of all draws of one replication; neighbouring seeds are unrelated.

    Parameters
    ----------
    seed, replication
        Any int64; negative ones count as their two's complement.
    """
    first = mix64(np.uint64(np.int64(seed)) + _SEED_OFFSET)
    return mix64(first + (np.uint64(np.int64(replication)) + np.uint64(1)) * _STREAM_STEP)


@kernel(inlined=True)
def draw(base: np.uint64, stream: int, entity: np.uint64, n: int) -> np.uint64:
    """Return 64 uniform bits for one decision.

    Parameters
    ----------
    base
        From :func:`run_base`.
    stream
        A :class:`dialsim.core.codes.Stream`: one purpose each.
    entity
        Stable key of the person the decision is about (uint64).
    n
        Which of that person's decisions in this stream: the attempt's number.

    Notes
    -----
    For one base, stream and entity it is a bijection of `n`, and for one base, stream and `n` a
    bijection of `entity` followed by another: no short cycles, no lost values. A draw costs three
    mixers, of which the first is the same for a whole stream (:class:`Luck`).
    """
    begun = mix64(np.uint64(base) + np.uint64(np.int64(stream)) * _STREAM_STEP)
    return draw_on(begun, entity, n)


@kernel(inlined=True)
def draw_on(begun: np.uint64, entity: np.uint64, n: int) -> np.uint64:
    """Return what :func:`draw` returns; `begun` is what its first mixer makes of the stream."""
    x = mix64(np.uint64(begun) ^ np.uint64(entity))
    return mix64(x + np.uint64(np.int64(n)) * _COUNT_STEP)


@frame
class StreamKeys(NamedTuple):
    """Stream keys of one base; made by :func:`stream_keys_of`.

    An attempt is a dozen draws of one base; each takes two mixers instead of three.
    """

    streams: NDArray[Any]  # uint64[Stream]: what the first mixer of a draw makes of each


@kernel(inlined=True)
def draw_by(keys: StreamKeys, stream: int, entity: np.uint64, n: int) -> np.uint64:
    """Return what :func:`draw` returns for the base of these stream keys."""
    return draw_on(keys.streams[stream], entity, n)


@kernel
def hit(u: np.uint64, threshold: int) -> bool:
    """Return whether a draw falls under a threshold from :func:`threshold32`.

    Compares the high 32 bits with an integer in 0 to 2**32: 0 never hits, 2**32 always.
    """
    return bool(np.int64(u >> UPPER_HALF) < threshold)


@kernel(inlined=True)
def happens(keys: StreamKeys, stream: int, entity: np.uint64, n: int, threshold: int) -> bool:
    """Return whether the draw of :func:`draw_by` is a :func:`hit`; what never happens is not drawn.

    A mechanism that is off costs a comparison, then, and not two mixers.
    """
    return threshold > 0 and hit(draw_by(keys, stream, entity, n), threshold)


@kernel
def first_above(shares: NDArray[Any], u: np.uint64) -> int:
    """Return the index of the first cumulative 32-bit threshold above a draw; else the last."""
    high = np.int64(u >> UPPER_HALF)
    last = shares.shape[0] - 1
    for i in range(last):
        if high < shares[i]:
            return i
    return last


@kernel
def ordinal_key(list_hash: np.uint64, ordinal: int) -> np.uint64:
    """Return the key of the `ordinal`-th person of a synthetic list.

    A bijection of the ordinal within a list, so that no two people of a list share a key.
    """
    return mix64(mix64(np.uint64(np.int64(ordinal)) + _SEED_OFFSET) ^ np.uint64(list_hash))


_mix_each: Any = getattr(mix64, "py_func", mix64)  # of an array, in numpy


def stream_keys_of(base: np.uint64) -> StreamKeys:
    """Return the stream keys of a base.

    >>> luck = stream_keys_of(np.uint64(run_base(7, 0)))
    >>> len(luck.streams) == max(Stream) + 1
    True
    """
    streams = np.arange(max(Stream) + 1, dtype=np.uint64)
    return StreamKeys(_mix_each(np.uint64(base) + streams * _STREAM_STEP))


def draw_each(
    base: np.uint64, stream: int, entities: NDArray[np.uint64], n: int
) -> NDArray[np.uint64]:
    """Return what :func:`draw` returns for each of many entities, from Python.

    A kernel called once for each takes 15 µs, and 70 if it is told the stream by its name.

    Examples
    --------
    >>> base, keys = np.uint64(run_base(7, 0)), np.arange(3, dtype=np.uint64)
    >>> draw_each(base, 2, keys, 1).tolist() == [int(draw(base, 2, key, 1)) for key in keys]
    True
    """
    begun = _mix_each(np.array([base]) + np.array([stream], np.uint64) * _STREAM_STEP)
    counted = np.array([n], np.uint64) * _COUNT_STEP
    drawn: NDArray[np.uint64] = _mix_each(_mix_each(begun ^ entities) + counted)
    return drawn


def threshold32(p: float) -> int:
    """Return the threshold under which a share `p` of all draws falls, for :func:`hit`.

    Raises
    ------
    ValueError
        If `p` is not within 0 and 1.

    Examples
    --------
    >>> threshold32(0.0), threshold32(0.25), threshold32(1.0)
    (0, 1073741824, 4294967296)
    """
    if not 0.0 <= p <= 1.0:
        raise ValueError(f"probability must be within 0 and 1, not {p!r}")
    return round(p * CERTAIN)


def text_key(text: str | bytes, salt: bytes = b"dialsim") -> int:
    """Return a stable 64-bit key of a text: the same on every machine and in every version.

    Parameters
    ----------
    text
        A number, an identifier or a name; a str counts as its UTF-8 bytes.
    salt
        Key of the hash, at most 64 bytes; another salt gives unrelated keys.

    Examples
    --------
    >>> text_key("customers") == text_key(b"customers") != text_key("customers", b"other")
    True
    """
    data = text.encode() if isinstance(text, str) else text
    return int.from_bytes(hashlib.blake2b(data, digest_size=8, key=salt).digest(), "little")


def wrapping() -> AbstractContextManager[None]:
    """Return a context in which uint64 scalars of numpy wrap around without a warning."""
    return np.errstate(over="ignore")
