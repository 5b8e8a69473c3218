"""Worlds of many replications begin as one built alone, whatever was played before them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from dialsim.core import aligned
from dialsim.core.aligned import CACHE_LINE, aligned_copy
from dialsim.engine.build import prepare
from dialsim.engine.host import fill_all, run_to_end
from dialsim.engine.shared import NOBODY_WORKED, NOTHING_BOOKED, alike
from dialsim.scenario import load_scenario
from tests.engine.golden import golden_worlds
from tests.reference.worlds import caller_ids, scenario

pytestmark = pytest.mark.once

WORLDS = golden_worlds()


def arrays_of(tuples: Any, name: str = "") -> Iterator[tuple[str, NDArray[Any]]]:
    """Yield every array of nested tuples, with its name."""
    if isinstance(tuples, np.ndarray):
        yield name, tuples
    elif isinstance(tuples, tuple):
        fields = getattr(tuples, "_fields", map(str, range(len(tuples))))
        for field, each in zip(fields, tuples, strict=True):
            yield from arrays_of(each, f"{name}.{field}")


@pytest.mark.parametrize("name", WORLDS)
def test_nothing_is_left_of_one_that_was_played_before(name: str) -> None:
    played = load_scenario(WORLDS[name])
    begin = alike(played)
    before = [(field, found.copy()) for field, found in arrays_of(begin.static)]
    run_to_end(fill_all(prepare(played, like=begin)))
    for (field, wanted), (_, found) in zip(before, arrays_of(begin.static), strict=True):
        assert np.array_equal(found, wanted), field
    beside, alone = prepare(played, None, 1, like=begin), prepare(played, None, 1)
    for mine, theirs in ((beside.static, alone.static), (beside.state, alone.state)):
        for (field, found), (_, wanted) in zip(arrays_of(mine), arrays_of(theirs), strict=True):
            assert found.dtype == wanted.dtype, field
            assert np.array_equal(found, wanted), field


def test_what_is_written_is_nobody_elses_and_lies_where_it_should() -> None:
    first = load_scenario(next(iter(WORLDS.values())))
    begin = alike(first)
    one, other = (prepare(first, None, 1, like=begin) for _ in range(2))
    kept = (begin.lists, begin.classes, begin.resources, begin.crew, begin.numbers, other.state)
    theirs = [each for _, each in arrays_of(kept)]
    for field, found in arrays_of(one.state):
        assert not any(np.shares_memory(found, each) for each in theirs), field
    crew, resources = one.state.crew, one.state.resources
    for found in (resources.callers, crew.groups, crew.pools, one.state.carrier.numbers):
        assert found.ctypes.data % CACHE_LINE == 0
    assert one.static.campaigns is other.static.campaigns


@pytest.mark.parametrize("name", WORLDS)
def test_what_is_made_anew_is_all_zeros(name: str) -> None:
    begin = alike(load_scenario(WORLDS[name]))
    for arrays, names in ((begin.resources, NOTHING_BOOKED), (begin.crew, NOBODY_WORKED)):
        assert not any(bytes(getattr(arrays, each)).strip(b"\0") for each in names)


def test_the_rings_of_many_numbers_are_not_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy would touch every page: 240 MB here, of which no call needs more than a few."""
    raw = scenario(caller_ids=[caller_ids("north", 20_000, "main")])
    raw["rules"]["caller_limits"] = [{"count": 1_500, "per": "1d"}]
    many = load_scenario(raw)
    begin = alike(many)
    sizes: list[int] = []

    def sized(array: NDArray[Any]) -> NDArray[Any]:
        sizes.append(array.nbytes)
        return aligned_copy(array)

    monkeypatch.setattr(aligned, "aligned_copy", sized)
    world = prepare(many, like=begin)
    assert world.state.resources.rings.nbytes == 240_000_000
    assert 0 < sum(sizes) < 24_000_000
