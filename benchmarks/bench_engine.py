"""The whole engine, full rules and carrier, on one core; peers and a second core beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.measured.engine import engine, replications
from benchmarks.measured.memory import person_bytes
from benchmarks.measured.peers import check_likeness, same_campaign
from benchmarks.measuring import timed

PEOPLE, FEW = 1_000_000, 2_000
PEER_PEOPLE = 200_000
LEAST_PER_S = 2_000_000
"""Attempts a second that the engine is to make."""


def test_engine(
    rate: Callable[..., Any], budget: Callable[[bool, str], None], measured: bool
) -> None:
    """A million people, up to three attempts each."""
    found = rate(engine(PEOPLE if measured else FEW))
    budget(found.per_second >= LEAST_PER_S, f"at least {LEAST_PER_S:,} attempts/s")


def test_peers(rate: Callable[..., Any], note: Callable[[str], None], measured: bool) -> None:
    """One campaign without a carrier in every model; where it measures, shown to be one first."""
    if measured:
        check_likeness()
    dialsim, *peers = same_campaign(PEER_PEOPLE if measured else FEW)
    ours = rate(dialsim)
    for peer in peers:
        theirs = timed(peer, None if measured else 1)
        pace = f"{theirs.per_second:,.0f} attempts/s"
        note(f"{peer.name}: {pace}; ratio {ours.per_second / theirs.per_second:.1f}")


def test_two_replications(
    rate: Callable[..., Any], note: Callable[[str], None], measured: bool
) -> None:
    """Two worlds one after another and on two threads, identical both ways."""
    in_turn, at_once = replications(PEOPLE if measured else FEW)
    alone = timed(in_turn, None if measured else 1)
    together = rate(at_once)
    note(f"two cores: {together.per_second / alone.per_second:.2f} x")


def test_memory(benchmark: Any, note: Callable[[str], None]) -> None:
    """Bytes a person, an attempt remembered, a further campaign: no more than the budget has."""
    found = benchmark.pedantic(person_bytes, rounds=1)
    note(", ".join(f"{name} {size:g} B" for name, size in found.items()))
    assert found["remembered attempt"] == 8
    assert 0 < round(found["further campaign"]) <= 24  # a few bytes are of the world, not of it
    assert 0 < round(found["person"]) <= 64
