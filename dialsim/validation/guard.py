"""The abandon guard, wave by wave: how many dials its credit allows at once."""

from __future__ import annotations

from collections.abc import Iterator

from dialsim.core.codes import Seen as Outcome
from dialsim.core.time_units import HOUR_MS
from dialsim.messages.text import message
from dialsim.validation.exact_worlds import CONSTANT, SET_UP_MS, play_raw, raw_world
from dialsim.validation.rule import Group, Rule, as_listed
from dialsim.validation.worlds import CLOSES_H, OPENS_H, Queue

AGENTS = 3
RATIO = 4
RING_S, TALK_S = 10, 60
ONE_IN = (32, 4)  # caps, exact in binary: 3.125 % and 25 % of a day's answers


def waves(one_in: int, first_ms: int, until_ms: int) -> tuple[list[int], int]:
    """Return the ticks of all dials of a day, and how many calls are abandoned.

    Everybody answers after as long, agents talk as long, whoever finds none is dropped at once. So
    all agents are free together: a wave has as many dials as agents and drops that the day's
    answers have earned, and no more than the ratio asks for.

    >>> [len(waves(4, 0, n * 70_001 + 1)[0]) for n in range(4)]
    [3, 6, 10, 14]
    """
    ticks: list[int] = []
    answers = drops = 0
    now = first_ms
    while now < until_ms:
        credit = answers // one_in - drops
        dials = min(RATIO * AGENTS, AGENTS + max(0, credit))
        ticks += [now] * dials
        answers += dials
        drops += dials - AGENTS
        now += SET_UP_MS + (RING_S + TALK_S) * 1000
    return ticks, drops


def guard_rules() -> Iterator[Rule]:
    """Yield a day under two caps, every dial of it."""
    for one_in in ONE_IN:
        wanted, drops = waves(one_in, OPENS_H * HOUR_MS, CLOSES_H * HOUR_MS)
        queue = Queue(
            f"guard_{one_in}", AGENTS, numbers=400, talk=((1.0, float(TALK_S), 0.0),),
            drop_after="0s", ratio=float(RATIO), ring={"ring.answer_median": f"{RING_S}s"},
        )  # fmt: skip
        raw = raw_world(queue, RATIO * len(wanted), network=dict(CONSTANT))
        raw["rules"]["overrides"]["abandon.at_most"] = 1 / one_in
        seen = play_raw(raw)
        dropped = int((seen.calls["seen"] == Outcome.ABANDONED).sum())
        # each dial takes a caller ID, which is free again one tick later: waves lose none
        expected, found = as_listed(wanted, seen.ticks)
        yield Rule(
            message("at most {percent:g} % of a day's answers abandoned").filled(
                percent=100 / one_in
            ),
            message(
                "{agents} agents, {ratio} dials a free agent, all answer after {ring_s} s"
            ).filled(agents=AGENTS, ratio=RATIO, ring_s=RING_S),
            message("{expected}; {drops} abandoned").filled(expected=expected, drops=drops),
            message("{found}; {dropped} abandoned").filled(found=found, dropped=dropped),
        )


GUARD = Group(message("The abandon guard, by hand"), guard_rules, modes=("power",))
