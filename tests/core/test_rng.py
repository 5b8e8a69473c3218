"""Draws: golden numbers that hold for ever, the same with and without the compiler."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialsim.core import rng

U64 = np.uint64
MASK = (1 << 64) - 1

# (seed, replication, stream, entity, n) -> draw. Changing one changes every result ever stored.
GOLDEN = {
    (0, 0, 0, 0, 0): 0xC9246DD9A4749B28,
    (0, 0, 1, 0, 0): 0x176619BB8893492B,
    (1, 0, 36, 0, 1): 0x2A014EA6ADF9FD03,
    (20260413, 0, 36, 0x0123456789ABCDEF, 1): 0x61243FE5A36F5069,
    (20260413, 0, 36, 0x0123456789ABCDEF, 2): 0xEFF9E44FD945EBD7,
    (20260413, 1, 36, 0x0123456789ABCDEF, 1): 0x890249D0D177223E,
    (20260413, 0, 50, (1 << 64) - 1, 1_000_000): 0xCFF1E7AD73177171,
    (-1, 1 << 31, 40, 1 << 63, -1): 0xD1933CC05AD15ACA,
}


def mix(x: int) -> int:
    """The mixer in plain integers."""
    x = (x ^ (x >> 27)) * 0x3C79AC492BA7B653 & MASK
    x = (x ^ (x >> 33)) * 0x1C69B3F74AC4AE35 & MASK
    return x ^ (x >> 27)


def plain_base(seed: int, replication: int) -> int:
    first = mix((seed + 0x91E10DA5C79E7B1D) & MASK)
    return mix((first + (replication + 1) * 0x9E3779B97F4A7C15) & MASK)


def plain_draw(base: int, stream: int, entity: int, n: int) -> int:
    x = mix((base + stream * 0x9E3779B97F4A7C15) & MASK)
    x = mix(x ^ entity)
    return mix((x + n * 0xC13FA9A902A6328F) & MASK)


def drawn(seed: int, replication: int, stream: int, entity: int, n: int) -> int:
    with rng.wrapping():
        base = U64(rng.run_base(seed, replication))
        return int(rng.draw(base, stream, U64(entity), n))


def test_golden_draws() -> None:
    assert {key: drawn(*key) for key in GOLDEN} == GOLDEN


def test_golden_keys() -> None:
    assert rng.text_key("customers") == 0x720D47A82D5A4F1E
    assert rng.text_key("13800138000") == 0xCD36E0AF186A4633
    with rng.wrapping():
        assert int(rng.ordinal_key(U64(rng.text_key("customers")), 999_999)) == 0xAC158C87A95E2759


@pytest.mark.once
def test_the_same_with_the_compiler_on_and_off(jit_off: bool) -> None:
    script = (
        "import numpy as np\n"
        "from dialsim.core import rng\n"
        "with rng.wrapping():\n"
        "    for i in range(40):\n"
        "        base = np.uint64(rng.run_base(i - 3, i))\n"
        "        u = np.uint64(rng.draw(base, i, np.uint64(rng.text_key(str(i))), i))\n"
        "        key = int(rng.ordinal_key(base, i))\n"
        "        print(int(base), int(u), key, bool(rng.hit(u, 1 << 31)))\n"
    )
    env = os.environ | {"NUMBA_DISABLE_JIT": "0" if jit_off else "1"}
    other = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        env=env,
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert other.returncode == 0, other.stderr
    lines = []
    with rng.wrapping():
        for i in range(40):
            base = U64(rng.run_base(i - 3, i))
            u = U64(rng.draw(base, i, U64(rng.text_key(str(i))), i))
            key = int(rng.ordinal_key(base, i))
            lines.append(f"{int(base)} {int(u)} {key} {bool(rng.hit(u, 1 << 31))}")
    assert other.stdout.splitlines() == lines


def test_streams_that_are_begun_give_the_same() -> None:
    for (seed, replication, stream, entity, n), expected in GOLDEN.items():
        with rng.wrapping():
            luck = rng.stream_keys_of(U64(rng.run_base(seed, replication)))
            assert int(rng.draw_by(luck, stream, U64(entity), n)) == expected


words = st.integers(0, MASK)
small = st.integers(-(1 << 63), (1 << 63) - 1)


@pytest.mark.rule("E-DRAW-1")
@given(seed=small, replication=small, stream=st.integers(0, 60), entity=words, n=small)
def test_draws_equal_those_of_plain_integers(
    seed: int, replication: int, stream: int, entity: int, n: int
) -> None:
    base = plain_base(seed, replication)
    assert drawn(seed, replication, stream, entity, n) == plain_draw(base, stream, entity, n)


@pytest.mark.rule("E-DRAW-1")
@given(u=words, threshold=st.integers(0, 1 << 32))
def test_hit_compares_the_high_half(u: int, threshold: int) -> None:
    assert rng.hit(U64(u), threshold) == (u >> 32 < threshold)


def test_hit_at_the_ends() -> None:
    assert not rng.hit(U64(0), 0)
    assert rng.hit(U64(MASK), rng.CERTAIN)
    assert not rng.hit(U64(MASK), rng.CERTAIN - 1)


@pytest.mark.parametrize("p", [-1e-9, 1.0000001, float("nan")])
def test_threshold_refuses_what_is_no_probability(p: float) -> None:
    with pytest.raises(ValueError, match="probability must be within 0 and 1"):
        rng.threshold32(p)


def test_ordinals_of_a_list_never_share_a_key(jit_off: bool) -> None:
    n = 200 if jit_off else 200_000
    with rng.wrapping():
        keys = {int(rng.ordinal_key(U64(77), i)) for i in range(n)}
    assert len(keys) == n


def test_text_keys_read_str_as_utf8() -> None:
    assert rng.text_key("客户") == rng.text_key("客户".encode())
    assert rng.text_key("a") != rng.text_key("b")
    assert 0 <= rng.text_key("") < 1 << 64
