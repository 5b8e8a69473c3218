"""Whether draws look random, however their keys are made.

Every way in which keys of a simulation differ (attempts, people numbered or hashed, streams,
replications, seeds) is read as one sequence, and each sequence goes through the same tests. Seeds
are fixed, so a test passes always or never; its limits are such that a good generator would fail
one in some hundred thousand.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import stats

from dialsim.core import rng

U64 = np.uint64
QUICK = 1_000_000
FULL = 20_000_000
CHUNK = 1_000_000
LEAST_P = 1e-6
SEED = 20260413


def mix(x: Any) -> Any:
    """`rng.mix64` of whole arrays."""
    x = (x ^ (x >> U64(27))) * U64(0x3C79AC492BA7B653)
    x = (x ^ (x >> U64(33))) * U64(0x1C69B3F74AC4AE35)
    return x ^ (x >> U64(27))


def bases(seed: Any, replication: Any) -> Any:
    first = mix(np.atleast_1d(U64(seed)) + U64(0x91E10DA5C79E7B1D))
    return mix(first + (np.atleast_1d(U64(replication)) + U64(1)) * U64(0x9E3779B97F4A7C15))


def draws(base: Any, stream: Any, entity: Any, n: Any) -> Any:
    x = mix(np.atleast_1d(U64(base)) + np.atleast_1d(U64(stream)) * U64(0x9E3779B97F4A7C15))
    x = mix(x ^ np.atleast_1d(U64(entity)))
    return mix(x + np.atleast_1d(U64(n)) * U64(0xC13FA9A902A6328F))


def keys(ordinal: Any) -> Any:
    return mix(mix(U64(ordinal) + U64(0x91E10DA5C79E7B1D)) ^ U64(0x720D47A82D5A4F1E))


BASE = bases(SEED, 0)

# name -> draws of the i-th member of the sequence
SEQUENCES: dict[str, Callable[[Any], Any]] = {
    "attempts of one person": lambda i: draws(BASE, 36, 12345, i),
    "people by ordinal": lambda i: draws(BASE, 36, i, 1),
    "people by hashed ordinal": lambda i: draws(BASE, 36, keys(i), 1),
    "people by phone number": lambda i: draws(BASE, 36, i + U64(13_800_000_000), 1),
    "people by high bits": lambda i: draws(BASE, 36, i << U64(39), 1),
    "three attempts of each person": lambda i: draws(BASE, 36, keys(i // U64(3)), i % U64(3)),
    "fifty streams of each person": lambda i: draws(BASE, i % U64(50), keys(i // U64(50)), 1),
    "streams": lambda i: draws(BASE, i, 12345, 1),
    "replications": lambda i: draws(bases(SEED, i), 36, 12345, 1),
    "neighbouring seeds": lambda i: draws(bases(i, 0), 36, 12345, 1),
    "seeds, each with ten people": lambda i: draws(bases(i // U64(10), 0), 36, i % U64(10), 1),
    "bases": lambda i: bases(i, 0),
    "keys of a list": keys,
}

# name -> two draws for the i-th member that must have nothing to do with each other
PAIRS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "attempts 1 and 2": (
        lambda i: draws(BASE, 36, keys(i), 1),
        lambda i: draws(BASE, 36, keys(i), 2),
    ),
    "streams 36 and 37": (
        lambda i: draws(BASE, 36, keys(i), 1),
        lambda i: draws(BASE, 37, keys(i), 1),
    ),
    "streams 1 and 36 without attempts": (
        lambda i: draws(BASE, 1, i, 0),
        lambda i: draws(BASE, 36, i, 0),
    ),
    "replications 0 and 1": (
        lambda i: draws(bases(SEED, 0), 36, keys(i), 1),
        lambda i: draws(bases(SEED, 1), 36, keys(i), 1),
    ),
    "seeds one apart": (
        lambda i: draws(bases(SEED, 0), 36, i, 1),
        lambda i: draws(bases(SEED + 1, 0), 36, i, 1),
    ),
    "seed and replication swapped": (
        lambda i: draws(bases(1, 2), 36, i, 1),
        lambda i: draws(bases(2, 1), 36, i, 1),
    ),
    "stream and attempt swapped": (
        lambda i: draws(BASE, 2, i, 3),
        lambda i: draws(BASE, 3, i, 2),
    ),
    "key and draw": (keys, lambda i: draws(BASE, 36, keys(i), 1)),
}


def chunks(n: int) -> Any:
    for start in range(0, n, CHUNK):
        yield np.arange(start, min(n, start + CHUNK), dtype=U64)


def even(counts: Any) -> float:
    """P-value of counts that should all be alike, small for too uneven and for too even."""
    return two_sided(float(stats.chisquare(counts).pvalue))


def two_sided(p: float) -> float:
    return 2.0 * min(p, 1.0 - p)


def normal(z: float) -> float:
    return 2.0 * float(stats.norm.sf(abs(z)))


def poisson(count: int, mean: float) -> float:
    upper = float(stats.poisson.sf(count - 1, mean))
    return min(1.0, 2.0 * min(upper, float(stats.poisson.cdf(count, mean))))


def ones(words: Any) -> Any:
    return np.bitwise_count(words).astype(np.int64)


def one_sequence(at: Callable[[Any], Any], n: int) -> dict[str, float]:
    """Return the p-value of each test of one sequence."""
    bytes_ = np.zeros((8, 256), np.int64)
    high = np.zeros(1 << 16, np.int64)
    serial = np.zeros(1 << 16, np.int64)
    serial_low = np.zeros(1 << 16, np.int64)
    weights = np.zeros(65, np.int64)
    steps = np.zeros(65, np.int64)
    bits = np.zeros(64, np.int64)
    lagged = np.zeros(4)
    doubles = spacings = days = 0
    expected_doubles = 0.0
    for i in chunks(n):
        u = at(i)
        view = u.view(np.uint8).reshape(-1, 8)
        for byte in range(8):
            bytes_[byte] += np.bincount(view[:, byte], minlength=256)
        high += np.bincount((u >> U64(48)).astype(np.int64), minlength=1 << 16)
        pair = (u[:-1] >> U64(56)) * U64(256) + (u[1:] >> U64(56))
        serial += np.bincount(pair[::2].astype(np.int64), minlength=1 << 16)
        pair = (u[:-1] & U64(255)) * U64(256) + (u[1:] & U64(255))
        serial_low += np.bincount(pair[::2].astype(np.int64), minlength=1 << 16)
        weights += np.bincount(ones(u), minlength=65)
        steps += np.bincount(ones(u[:-1] ^ u[1:])[::2], minlength=65)
        for bit in range(64):
            bits[bit] += int(np.count_nonzero(u & U64(1 << bit)))
        x = u.astype(np.float64) / 2.0**64 - 0.5
        for place, lag in enumerate((1, 2, 3, 50)):
            lagged[place] += float(x[:-lag] @ x[lag:]) * 12.0
        top = np.sort(u >> U64(32))
        doubles += int(np.count_nonzero(top[1:] == top[:-1]))
        expected_doubles += len(top) - 2.0**32 * -np.expm1(len(top) * np.log1p(-(2.0**-32)))
        # Birthday spacings: 4096 birthdays in 2**32 days leave 4 equal spacings on average.
        rows = np.sort((u[: len(u) // 4096 * 4096] & U64(0xFFFFFFFF)).reshape(-1, 4096), axis=1)
        gaps = np.sort(np.diff(rows, axis=1), axis=1)
        spacings += int(np.count_nonzero(gaps[:, 1:] == gaps[:, :-1]))
        days += len(rows)
    binomial = stats.binom.pmf(np.arange(65), 64, 0.5)
    found = {f"byte {byte}": even(bytes_[byte]) for byte in range(8)}
    found |= {
        "high 16 bits": even(high),
        "high bytes in a row": even(serial),
        "low bytes in a row": even(serial_low),
        "ones": shape(weights, binomial),
        "bits that change": shape(steps, binomial),
        "each bit": min(1.0, 64 * min(normal((2 * b - n) / n**0.5) for b in bits.tolist())),
        "doubles": poisson(doubles, expected_doubles),
        "birthday spacings": poisson(spacings, days * 4.0),
    }
    found |= {f"lag {g}": normal(s / n**0.5) for g, s in zip((1, 2, 3, 50), lagged, strict=True)}
    return found


def shape(counts: Any, expected: Any) -> float:
    """P-value of counts against a distribution, rare ends put together."""
    n = counts.sum()
    usual = expected * n > 20
    seen = np.append(counts[usual], counts[~usual].sum())
    due = np.append(expected[usual], expected[~usual].sum()) * n
    return two_sided(float(stats.chisquare(seen, due, sum_check=False).pvalue))


def one_pair(first: Callable[[Any], Any], second: Callable[[Any], Any], n: int) -> dict[str, float]:
    """Return the p-value of each test of two sequences."""
    high = np.zeros(1 << 16, np.int64)
    low = np.zeros(1 << 16, np.int64)
    differ = np.zeros(65, np.int64)
    product = 0.0
    equal = 0
    for i in chunks(n):
        u, v = first(i), second(i)
        pair = (u >> U64(56)) * U64(256) + (v >> U64(56))
        high += np.bincount(pair.astype(np.int64), minlength=1 << 16)
        pair = (u & U64(255)) * U64(256) + (v & U64(255))
        low += np.bincount(pair.astype(np.int64), minlength=1 << 16)
        differ += np.bincount(ones(u ^ v), minlength=65)
        x = u.astype(np.float64) / 2.0**64 - 0.5
        y = v.astype(np.float64) / 2.0**64 - 0.5
        product += float(x @ y) * 12.0
        equal += int(np.count_nonzero(u >> U64(44) == v >> U64(44)))
    return {
        "high bytes": even(high),
        "low bytes": even(low),
        "bits that differ": shape(differ, stats.binom.pmf(np.arange(65), 64, 0.5)),
        "correlation": normal(product / n**0.5),
        "equal high 20 bits": poisson(equal, n / 2.0**20),
    }


def judge(found: dict[str, float]) -> None:
    bad = {name: p for name, p in found.items() if p < LEAST_P}
    assert bad == {}


def test_whole_arrays_are_drawn_as_the_kernel_draws(jit_off: bool) -> None:
    with rng.wrapping():
        for i in range(50 if jit_off else 2_000):
            base = U64(rng.run_base(i, i * 7))
            assert base == bases(i, i * 7)[0]
            assert rng.draw(base, i % 60, U64(i << 40), i) == draws(base, i % 60, i << 40, i)[0]
            assert rng.ordinal_key(U64(0x720D47A82D5A4F1E), i) == keys(np.array([i]))[0]


def flips(at: Callable[[Any], Any], inputs: Any, bit: int) -> Any:
    """Return how often each of 64 output bits flips when one input bit does, in deviations."""
    inputs = inputs[(inputs >> U64(bit)) & U64(1) == 0]  # each pair once
    changed = at(inputs) ^ at(inputs ^ U64(1 << bit))
    share = np.array([np.count_nonzero(changed & U64(1 << out)) for out in range(64)])
    return (2 * share - len(inputs)) / len(inputs) ** 0.5


FIELDS: dict[str, tuple[int, Callable[[Any], Any]]] = {
    "seed": (64, lambda x: draws(bases(x, 0), 36, 12345, 1)),
    "replication": (32, lambda x: draws(bases(SEED, x), 36, 12345, 1)),
    "stream": (8, lambda x: draws(BASE, x, np.arange(len(x)), 1)),
    "entity": (64, lambda x: draws(BASE, 36, x, 1)),
    "attempt": (24, lambda x: draws(BASE, 36, 12345, x)),
    "ordinal": (40, keys),
}


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("spread", ["small", "wide"])
def test_each_input_bit_flips_half_the_output(field: str, spread: str) -> None:
    width, at = FIELDS[field]
    inputs = np.arange(20_000, dtype=U64)
    if spread == "wide":
        inputs = mix(inputs + U64(1)) >> U64(64 - width)
    worst = max(float(np.abs(flips(at, inputs, bit)).max()) for bit in range(width))
    assert worst < 6.0  # in 4096 tries a fair coin strays by 6 deviations once in 100 000


@pytest.mark.full
@pytest.mark.once
@pytest.mark.parametrize("name", SEQUENCES)
def test_sequence_quick(name: str) -> None:
    judge(one_sequence(SEQUENCES[name], QUICK))


@pytest.mark.once
@pytest.mark.parametrize("name", PAIRS)
def test_pair_quick(name: str) -> None:
    judge(one_pair(*PAIRS[name], QUICK))


@pytest.mark.full
@pytest.mark.parametrize("name", SEQUENCES)
def test_sequence_long(name: str) -> None:
    judge(one_sequence(SEQUENCES[name], FULL))


@pytest.mark.full
@pytest.mark.parametrize("name", PAIRS)
def test_pair_long(name: str) -> None:
    judge(one_pair(*PAIRS[name], FULL))


@pytest.mark.full
def test_p_values_are_even_themselves() -> None:
    found = [p for at in SEQUENCES.values() for p in one_sequence(at, QUICK).values() if p < 1.0]
    found += [p for pair in PAIRS.values() for p in one_pair(*pair, QUICK).values() if p < 1.0]
    assert stats.kstest(found, "uniform").pvalue > 1e-4


def test_the_battery_bites() -> None:
    """A counter, a weak mixer and two related sequences are found out."""
    with pytest.raises(AssertionError):
        judge(one_sequence(lambda i: i * U64(0x9E3779B97F4A7C15), 200_000))
    with pytest.raises(AssertionError):
        judge(one_sequence(lambda i: i ^ (i << U64(20)) ^ (i << U64(41)), 200_000))
    with pytest.raises(AssertionError):
        judge(one_pair(lambda i: mix(i), lambda i: mix(i) ^ (i & U64(1)), 200_000))
