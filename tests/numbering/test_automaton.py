"""Automata over digits against `re` itself."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialsim.numbering.automaton import DEAD, REST, Forest, flatten

ATOMS = st.sampled_from(["0", "1", "2", r"\d", "[01]", "[1-3]", "[02-9]", r"[\d]"])
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"(?:{'|'.join(parts)})"),
        inner.map(lambda part: f"(?:{part})?"),
        st.tuples(inner, st.integers(0, 2), st.integers(0, 1)).map(
            lambda given: f"({given[0]}){{{given[1]},{given[1] + given[2]}}}"
        ),
    ),
    max_leaves=5,
)
TEXTS = ["", *("".join(t) for n in (1, 2, 3, 4) for t in itertools.product("0123", repeat=n))]


@given(PATTERNS)
def test_a_pattern_takes_what_re_matches_whole(pattern: str) -> None:
    forest = Forest()
    root = forest.pattern(pattern)
    whole = re.compile(pattern)
    assert [bool(forest.label(root, t)) for t in TEXTS] == [bool(whole.fullmatch(t)) for t in TEXTS]


@given(PATTERNS, PATTERNS)
def test_equal_languages_are_one_node(one: str, other: str) -> None:
    forest = Forest()
    either = forest.union(forest.pattern(one), forest.pattern(other))
    assert either == forest.pattern(f"{other}|{one}") == forest.union(either, either)


@given(PATTERNS)
def test_a_prefix_takes_what_re_matches_in_front(pattern: str) -> None:
    forest = Forest()
    root = forest.prefix(pattern)
    front = re.compile(pattern)
    assert [bool(forest.label(root, t)) for t in TEXTS] == [bool(front.match(t)) for t in TEXTS]


@given(PATTERNS)
def test_the_sum_along_a_walk_is_the_rank(pattern: str) -> None:
    forest = Forest()
    other = forest.pattern("7[12]")
    flat = flatten(forest, [other, forest.pattern(pattern)])
    taken = sorted(t for t in TEXTS if re.fullmatch(pattern, t))  # a prefix stands before
    digits_beyond = re.search(r"\\d|3|9", pattern)
    for place, text in enumerate(taken):
        state, rank, rest = flat.roots[1], 0, text
        while rest and flat.free[state] < 0:
            digit, rest = int(rest[0]), rest[1:]
            rank += int(flat.before[state, digit])
            state = int(flat.step[state, digit])
        assert flat.label[state] == 1
        assert flat.free[state] == len(rest) or (not rest and flat.free[state] == -1)
        rank += int(rest or 0)
        if not digits_beyond:  # else numbers stand between that the list of texts does not have
            assert rank == place
    assert flat.sizes[0] == 2


def test_digits_that_may_be_any_take_no_steps() -> None:
    forest = Forest()
    flat = flatten(forest, [forest.pattern(r"1\d{4}|2\d{2,3}")])
    # the root, 2, 2d and 2dd; nothing, and the last of three digits; four after the 1
    assert sorted(flat.free.tolist()) == [-1, -1, -1, -1, 0, 0, 4]


def test_lengths_cut_numbers_off_and_labels_are_kept_apart() -> None:
    forest = Forest()
    root = forest.of_lengths(forest.pattern(r"1\d{1,3}", label=5), [2, 4])
    assert [forest.label(root, t) for t in ("1", "12", "123", "1234")] == [0, 5, 0, 5]
    both = forest.union(root, forest.pattern("12|9", label=7))
    assert [forest.label(both, t) for t in ("12", "13", "9", "8")] == [7, 5, 7, 0]
    assert forest.labels(both) == {5, 7}
    assert forest.labels(DEAD) == frozenset()
    assert [forest.depth(node) for node in (both, DEAD, forest.pattern(""))] == [4, 0, 0]


def test_a_merge_decides_from_all_labels() -> None:
    forest = Forest()
    roots = [forest.pattern(r"\d{2}"), forest.prefix("1"), forest.pattern("[12]5")]
    merged = forest.merge(roots, lambda f: f[0] * (1 + f[1] + 2 * f[2]), bounded=[0])
    assert [forest.label(merged, t) for t in ("25", "15", "16", "36", "156")] == [3, 4, 2, 1, 0]
    assert forest.union(REST, merged) == REST


@pytest.mark.parametrize("pattern", ["1+?", "(?=1)2", "1$", r"\w", "[^1]", "."])
def test_what_is_not_understood_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="not understood"):
        Forest().pattern(pattern)


def test_endless_patterns_are_refused() -> None:
    with pytest.raises(ValueError, match="without an end"):
        Forest().pattern("1*")
