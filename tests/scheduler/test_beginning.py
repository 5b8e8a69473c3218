"""Lists that many replications share are read once, and whole, whatever comes in between."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dialsim.engine import host
from dialsim.execution.cells import PreparedCache, play_cell, send
from dialsim.people.lists import Lists
from dialsim.scenario.load import load_scenario
from dialsim.scenario.models.schema import Scenario
from dialsim.scheduler.stop import Stop
from tests.scheduler.lists import written
from tests.scheduler.worlds import tiny

NUMBERS = [f"1390000{i:04d}" for i in range(120)]


@pytest.fixture
def listed(tmp_path: Path) -> Scenario:
    """Two lists from files that share most of their numbers."""
    raw = tiny()
    raw["people"] = [
        {"name": name, "file": written(tmp_path, f"{name}.csv", "number", *NUMBERS[first:])}
        for first, name in enumerate(("drawn", "sorted"))
    ]
    raw["campaigns"][0]["people"] = ["sorted", "drawn"]
    return load_scenario(raw)


def digests(scenario: Scenario, begun: PreparedCache, stop: Stop | None = None) -> list[str]:
    return [each.digest for each in play_cell(send(scenario, [0, 1]), stop, begun).played]


@pytest.mark.parametrize("at", [1, 2])
def test_who_goes_on_after_a_stop_reads_on(
    at: int, listed: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker outlives a stop, and may be asked for the same again."""
    kept, stop, filled = PreparedCache(), Stop(), host.fill_chunk
    rows: list[int] = []

    def fill(world: Any, source: int, chunk: Any) -> int:
        rows.append(len(chunk.rows))
        if len(rows) == at:
            stop.request()
        return filled(world, source, chunk)

    whole = digests(listed, PreparedCache())
    monkeypatch.setattr(host, "fill_chunk", fill)
    assert digests(listed, kept, stop) == []
    assert len(rows) == at
    assert digests(listed, kept) == whole
    assert sum(rows) == 120 + 119  # and none is read twice


def test_what_failed_is_begun_anew(listed: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever ran out of memory once need not do so for ever, nor be told a part of a list."""
    whole, kept, filled = digests(listed, PreparedCache()), PreparedCache(), host.fill_chunk

    def fail(*given: Any) -> int:
        monkeypatch.setattr(host, "fill_chunk", filled)
        raise MemoryError("no room for rows")

    monkeypatch.setattr(host, "fill_chunk", fail)
    with pytest.raises(MemoryError):
        digests(listed, kept)
    assert digests(listed, kept) == whole


def test_they_are_read_once(listed: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    chunks = Lists.chunks

    def counting(self: Lists, index: int, rows: int) -> Any:
        asked.append(index)
        return chunks(self, index, rows)

    monkeypatch.setattr(Lists, "chunks", counting)
    kept = PreparedCache()
    assert digests(listed, kept) == digests(listed, kept)
    assert sorted(asked) == [0, 1]
