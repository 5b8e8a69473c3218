"""People screened: all static reasons, and the full verdict with hours, limits and next tick.

Registries are in the flags already, as they are once a list is read; or they are looked up first.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from benchmarks.measured.do_not_call import SPACE as MOBILES
from benchmarks.measuring import Measurement
from dialsim.api.screening_rows import asked_by
from dialsim.compliance.kernels import static_reason
from dialsim.compliance.limits.kernels import pack_attempt
from dialsim.compliance.screening.kernels import screen_flags, screen_people
from dialsim.compliance.screening.layout import ORDER, SCREENED, Asked
from dialsim.core.codes import Purpose, Verdict
from dialsim.core.person_flags import REFUSED, REFUSED_SHIFT, PersonFlag
from dialsim.engine.build import prepare
from dialsim.people.layout import PERSON
from dialsim.people.registries import KINDS, Known
from dialsim.scenario import load_scenario
from tests.people.scenarios import small_scenario

BLOCK = 1 << 16  # rows, as a list from a file is read
REFUSES = REFUSED >> REFUSED_SHIFT  # a registry of people who want no call of any category
HOUR_MS = 3_600_000
TEN = 10 * HOUR_MS
BARS = (
    (PersonFlag.INVALID, 0.03),
    (PersonFlag.DUPLICATE, 0.02),
    (PersonFlag.INTERNAL_DNC, 0.05),
    (REFUSED, 0.04),
    (PersonFlag.WITHDRAWN, 0.01),
)
"""Shares of people with each bar, in no order."""


class Crowd(NamedTuple):
    """People as a list leaves them, and what a campaign asks of them."""

    people: Any
    rings: Any
    asked: Asked
    gap_ms: int


def crowd(count: int) -> Crowd:
    """Return people of whom one in seven is barred and one in four was called before."""
    people_list = {"name": "list", "synthetic": {"count": 10}}
    world = prepare(load_scenario(small_scenario(people_list) | {"days": 5}))
    rng = np.random.default_rng(1)
    people = np.zeros(count, PERSON)
    people["flags"] = 1 << Purpose.MARKETING
    for bit, share in BARS:
        people["flags"] |= np.where(rng.random(count) < share, np.uint32(bit), np.uint32(0))
    people["zone"] = rng.random(count) < 0.02
    people["attempts"] = np.where(rng.random(count) < 0.25, rng.integers(1, 5, count), 0)
    depth = int(max(world.static.limits.callee["count"], default=1))
    ticks = np.sort(rng.integers(-40 * 24 * HOUR_MS, 0, (count, depth)), axis=1)
    rings = (ticks << 28) | pack_attempt(0, 1, 1)
    gap_ms = int(world.static.world[0]["retry_gap_ms"])
    return Crowd(people, rings, asked_by(world, 0), gap_ms)


def static_reasons(who: Crowd) -> Measurement:
    """Return every reason of every person as bits, in list order."""
    campaign = who.asked.campaign[0]
    out = np.zeros(len(who.people), np.uint32)

    def check(free: int) -> None:
        assert free == int((out == 0).sum())
        for i in range(1000):
            bits = int(out[i])
            first = 0 if bits == 0 else int(ORDER[(bits & -bits).bit_length() - 1])
            assert first == static_reason(int(who.people[i]["flags"]), 0, campaign)
        assert 0.8 * len(out) < free < 0.9 * len(out)

    return Measurement(
        name="screen, final reasons",
        unit="people",
        items=len(out),
        play=lambda: screen_flags(who.people, campaign, out),
        check=check,
    )


def from_registries(who: Crowd, listed_count: int) -> Measurement:
    """Return every reason of every person, of whom it is looked up first who is on a list.

    The lists lie interleaved in the bitset of all numbers there are, as numbers do at random over
    those of China's mobiles; people are taken in blocks, as they are read.
    """
    rng = np.random.default_rng(2)
    listed = rng.integers(0, MOBILES, listed_count)
    lanes = rng.integers(0, len(KINDS), listed_count)
    known = Known(listed_count, [REFUSES])
    for lane in range(len(KINDS)):
        known.add(listed[lanes == lane], lane, REFUSES)
    index = rng.integers(0, MOBILES, len(who.people))
    index[::10] = rng.choice(listed, len(index[::10]))
    campaign = who.asked.campaign[0]
    read = who.people.copy()  # what a look-up adds it adds again in each round
    out = np.zeros(len(index), np.uint32)

    def play() -> int:
        free = 0
        for first in range(0, len(index), BLOCK):
            rows = slice(first, first + BLOCK)
            read["flags"][rows] |= known.flags(index[rows])
            free += int(screen_flags(read[rows], campaign, out[rows]))
        return free

    def check(free: int) -> None:
        assert free == int((out == 0).sum())
        bars = np.zeros(len(index), np.uint32)
        for lane, flag in enumerate(
            (PersonFlag.INTERNAL_DNC, PersonFlag.INDUSTRY_DNC, REFUSED, PersonFlag.PROTECTED)
        ):
            bars[np.isin(index, listed[lanes == lane])] |= np.uint32(flag)
        people = who.people.copy()
        people["flags"] |= bars
        expected = np.zeros(len(index), np.uint32)
        assert free == screen_flags(people, campaign, expected)
        assert (out == expected).all()
        assert 0.7 * len(out) < free < 0.85 * len(out)

    return Measurement(
        name="screen, registries looked up and final reasons",
        unit="people",
        items=len(out),
        play=play,
        check=check,
    )


def full_verdict(who: Crowd) -> Measurement:
    """Return reasons, hours, limits and the gap, and the first tick at which a call is allowed."""
    out = np.zeros(len(who.people), SCREENED)
    again = np.zeros(1000, SCREENED)

    def screened(at: int, into: Any) -> int:
        few = slice(0, len(into))
        people, rings = who.people[few], who.rings[few]
        return int(screen_people(people, rings, who.asked, who.gap_ms, at, into))

    def check(now: int) -> None:
        assert now == int((out["verdict"] == Verdict.GO).sum())
        assert set(out["verdict"].tolist()) == {Verdict.GO, Verdict.FINAL, Verdict.UNTIL}
        later = out["until"][:1000]
        for tick in np.unique(later[later > TEN])[:50].tolist():  # that tick, none before it
            mine = later == tick
            screened(tick - 1, again)
            assert (again["verdict"][mine] != Verdict.GO).all()
            screened(tick, again)
            assert (again["verdict"][mine] == Verdict.GO).all()

    return Measurement(
        name="screen, full verdict",
        unit="people",
        items=len(out),
        play=lambda: screened(TEN, out),
        check=check,
    )
