"""Durations, windows, weekdays and line numbers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import tomli
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from dialsim.scenario.lines import line_map
from dialsim.scenario.values import (
    TooLongError,
    format_duration,
    parse_duration,
    parse_weekdays,
    parse_window,
    path_text,
)


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("500ms", 500),
        ("25s", 25_000),
        ("60m", 3_600_000),
        ("4h", 14_400_000),
        ("1.5h", 5_400_000),
        ("1h 30m", 5_400_000),
        ("0s", 0),
        (timedelta(seconds=2), 2_000),
    ],
)
def test_durations(text: object, ms: int) -> None:
    assert parse_duration(text) == ms


@pytest.mark.parametrize("text", ["", "4", "h", "-4h", "4x", "4 h 3", "0.5ms", 4, None, True, "1w"])
def test_not_durations(text: object) -> None:
    with pytest.raises(ValueError, match="duration"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["99999999d", "9" * 40 + "d", "36600d 1ms"])
def test_too_long_is_a_fault_of_its_own(text: str) -> None:
    with pytest.raises(TooLongError, match="at most 36600d"):
        parse_duration(text)
    with pytest.raises(TooLongError, match="at most 366d"):
        parse_duration("367d", "366d")


@given(st.integers(0, 36_600 * 86_400_000))
def test_durations_come_back(ms: int) -> None:
    assert parse_duration(format_duration(ms)) == ms


@pytest.mark.parametrize("text", ["9-12", "12:00-09:00", "09:00-24:01", "09:60-10:00", 9, "09:00"])
def test_not_windows(text: object) -> None:
    with pytest.raises(ValueError, match="HH:MM"):
        parse_window(text)


@pytest.mark.parametrize("text", ["", "monday", "mon-", "mon-wed-fri", "mon,,tue", 3])
def test_not_weekdays(text: object) -> None:
    with pytest.raises(ValueError, match="days are"):
        parse_weekdays(text)


KEYS = st.text("abz_-1", min_size=1, max_size=4) | st.sampled_from(["a b", "q[", "#", "x=1"])
SCALARS = (
    st.integers(-9, 9)
    | st.booleans()
    | st.text(st.sampled_from("a\"'\\#[]{}=,\n"), max_size=6)
    | st.floats(allow_nan=False, allow_infinity=False)
)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)


def paths(node: Any, loc: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if isinstance(node, dict):
        items: list[Any] = list(node.items())
    else:
        items = list(enumerate(node)) if isinstance(node, list) else []
    return [loc, *(path for key, item in items for path in paths(item, (*loc, key)))]


@given(st.dictionaries(KEYS, TREES, max_size=4), st.booleans())
def test_every_key_has_a_line(tree: dict[str, Any], multiline: bool) -> None:
    text = tomli_w.dumps(tree, multiline_strings=multiline)
    lines = line_map(text)
    rows = text.split("\n")
    for path in paths(tomli.loads(text)):
        if path and not any(isinstance(part, str) and set(part) & set('."\\') for part in path):
            line = lines[path_text(path)]
            assert 1 <= line <= len(rows)
            if isinstance(path[-1], str):
                assert path[-1] in "".join(rows[line - 1])
