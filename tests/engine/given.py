"""Worlds of a list whose rows are given, without a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from dialsim.core.codes import Seen
from dialsim.engine import host
from dialsim.engine.build import World, prepare
from dialsim.people.chunks import Chunk
from dialsim.people.layout import DATED, EARLIER, GIVEN, LONG_AGO
from dialsim.scenario import load_scenario
from tests.people.scenarios import ONE_NUMBER, small_scenario


def given_rows(count: int, **fields: Any) -> np.ndarray[Any, Any]:
    """Rows of people with keys of their own, everything else left to the draws."""
    rows = np.zeros(count, GIVEN)
    rows["key"] = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    rows["last_tick"] = LONG_AGO
    for name in ("consent", "relation", "operator", "zone", "province"):
        rows[name] = -1
    for name, value in fields.items():
        rows[name] = value
    return rows


def chunk_of(
    rows: np.ndarray[Any, Any],
    dated: list[tuple[int, int, int]] | None = None,
    earlier: Sequence[tuple[int, ...]] | None = None,
    first: int = 0,
    ended: bool = True,
) -> Chunk:
    """Return a chunk as a reader hands it on.

    `dated`: (tick, row, flags); `earlier`: (row, tick, caller), what was seen, the campaign and
    whether it cannot have rung, and the person declined, if they are known.
    """
    unsaid = (Seen.NONE, NO_CAMPAIGN, 0, 0)  # seen, campaign, not rung, declined
    known = [(*each, *unsaid[len(each) - 3 :]) for each in earlier or ()]
    return Chunk(
        rows=rows,
        dated=np.array(dated or [], DATED),
        earlier=np.array(known, EARLIER),
        numbers=np.zeros(len(rows), np.int64),
        attributes={},
        lines=np.arange(first, first + len(rows)),
        ended=ended,
    )


NO_CAMPAIGN = -1
SHIFTS = (("09:00", "09:20"), ("11:20", "11:40"))
"""Short, since each second of a shift costs time without the compiler; two hours apart."""


def given_scenario(*shifts: tuple[str, str], **keys: Any) -> dict[str, Any]:
    """Return a scenario whose one list would come from a file."""
    raw = small_scenario({"name": "list", "file": ONE_NUMBER}) | keys
    raw["agents"][0]["shifts"] = [
        {"days": "daily", "from": begin, "to": end} for begin, end in shifts or SHIFTS
    ]
    return raw


def given_world(
    chunk: Chunk, raw: dict[str, Any] | None = None, rows_reserved: int | None = None
) -> World:
    """Return a world with the chunk's rows resident, nothing played."""
    counts = [rows_reserved or len(chunk.rows)]
    world = prepare(load_scenario(raw or given_scenario()), counts=counts)
    host.fill_chunk(world, 0, chunk)
    host.publish(world, 0)
    return world
