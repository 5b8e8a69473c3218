"""The outcome digest: what it depends on, and that it depends on all of it."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialsim.core.rng import wrapping
from dialsim.outcomes.kernels import add_digest
from dialsim.outcomes.layout import CALL, CALL_ROW, FATE

CONTROL = np.dtype([("digest_low", "u8"), ("digest_high", "u8")])
KEY = 0x0123456789ABCDEF
ATTEMPT = {
    "key": KEY,
    "campaign": 2,
    "tick": 32_400_000,
    "caller": 7,
    "seen": 1,
    "cause": 12,
    "ring_ms": 9_000,
    "wait_ms": 400,
    "talk_ms": 31_000,
}
DURATIONS = ("ring_ms", "wait_ms", "talk_ms")


def digest(*attempts: dict[str, int]) -> tuple[int, int]:
    """Return both halves of a digest of attempts, in this order."""
    control, call = np.zeros(1, CONTROL), np.zeros(1, CALL)
    fate, row = np.zeros(1, FATE), np.zeros(1, CALL_ROW)
    for each in attempts:
        call[0]["dial_tick"] = each["tick"]
        for name in ("campaign", "caller", "seen"):
            call[0][name] = each[name]
        fate[0]["cause"] = each["cause"]
        for name in DURATIONS:
            row[0][name] = each[name]
        with wrapping():
            add_digest(control[0], np.uint64(each["key"]), call[0], fate[0], row[0])
    return int(control["digest_low"][0]), int(control["digest_high"][0])


def all_bits_in_play(one: int, other: int) -> bool:
    """Whether two halves differ in about half of their bits."""
    return 10 <= (one ^ other).bit_count() <= 54


@pytest.mark.rule("E-END-2")
@pytest.mark.parametrize("field", ATTEMPT)
def test_every_field_changes_both_halves(field: str) -> None:
    before = digest(ATTEMPT)
    for by in (1, 2, 128):
        after = digest(ATTEMPT | {field: ATTEMPT[field] + by})
        assert all(map(all_bits_in_play, before, after)), by


@pytest.mark.parametrize(("one", "other"), list(combinations(ATTEMPT, 2)))
def test_what_goes_from_one_field_to_another_is_told(one: str, other: str) -> None:
    """Also where their sum stays, as with a second that was talk and is now waiting."""
    moved = ATTEMPT | {one: ATTEMPT[one] - 1, other: ATTEMPT[other] + 1}
    assert all(map(all_bits_in_play, digest(ATTEMPT), digest(moved)))


def test_what_two_attempts_exchange_is_told() -> None:
    """Who was called when, from where and how it went belong together."""
    other = {name: value + 3 for name, value in ATTEMPT.items()}
    before = digest(ATTEMPT, other)
    for field in ATTEMPT:
        swapped = ATTEMPT | {field: other[field]}, other | {field: ATTEMPT[field]}
        assert all(map(all_bits_in_play, before, digest(*swapped))), field


def attempts(n: int) -> Any:
    """Draw attempts whose fields are as long as they may be."""
    fields = {"key": 64, "tick": 40, "caller": 20, "campaign": 8, "seen": 8, "cause": 8}
    fields |= dict.fromkeys(DURATIONS, 31)
    one = st.fixed_dictionaries(
        {name: st.integers(0, (1 << bits) - 1) for name, bits in fields.items()}
    )
    return st.lists(one, min_size=n, max_size=n)


@pytest.mark.rule("E-END-2")
@given(attempts(3), st.permutations(range(3)))
def test_order_is_of_no_matter(drawn: list[dict[str, int]], order: list[int]) -> None:
    assert digest(*drawn) == digest(*(drawn[i] for i in order))


@given(attempts(2))
def test_fields_as_long_as_they_may_be_are_told_apart(drawn: list[dict[str, int]]) -> None:
    one, other = drawn
    assert (one == other) == (digest(one)[0] == digest(other)[0])
    assert (one == other) == (digest(one)[1] == digest(other)[1])
