"""Single pacing decisions from Python: the engine's kernels with plain arguments.

For notebooks and for comparing with other dialers; a campaign in a scenario needs none of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dialsim.core.rng import run_base
from dialsim.core.time_units import MINUTE_MS, SECOND_MS
from dialsim.pacing.adaptive import kernels as adaptive
from dialsim.pacing.build import METHODS, build_pacers, build_rehearsals
from dialsim.pacing.layout import CAMPAIGN, LEDGER, SAMPLES
from dialsim.pacing.rehearsal import kernels as rehearsal
from dialsim.pacing.rehearsal.layout import AGES


@dataclass(frozen=True)
class Counts:
    """Calls, answers and drops of a span."""

    calls: int = 0
    answers: int = 0
    drops: int = 0


@dataclass(frozen=True)
class Rehearsed:
    """Result of simulate_ahead.

    Attributes
    ----------
    ratio
        Dials an idle agent; 1 if no candidate drops little enough.
    runs
        How often it was played; 0: none was good enough.
    share, error
        Of its answers, dropped; the standard error of that over the runs.
    busy
        Share of agents' time at calls.
    """

    ratio: float
    runs: int
    share: float
    error: float
    busy: float


def vicidial_level(
    level: float,
    ready: float,
    waiting: float,
    agents: float,
    *,
    agents_target: int = 0,
    intensity: int = 0,
    most_level: float = 3.0,
    method: str = "average",
    drop_percent: float = 3.0,
    minute: Counts = Counts(),
    today: Counts = Counts(),
    minute_of_day: int = 0,
    latest_minute: int = 21 * 60,
) -> float:
    """Return VICIdial's dial level of the next 15 seconds.

    Parameters
    ----------
    level
        The one in force, dials an agent.
    ready, waiting, agents
        Means of the latest samples, as whole numbers: idle agents, callees waiting, agents.
    agents_target, intensity, most_level, method, drop_percent, latest_minute
        Its settings, as in a scenario's ``pacing``; `drop_percent` of answers, `latest_minute`
        of the day.
    minute, today
        What happened in the last full minute, and today.
    minute_of_day
        Now.

    Raises
    ------
    KeyError
        If there is no such method.

    Notes
    -----
    Deterministic; some microseconds. The rule is that of AST_VDadapt.pl.

    Examples
    --------
    >>> vicidial_level(2.0, ready=4, waiting=1, agents=20)
    2.3
    >>> vicidial_level(2.0, ready=4, waiting=1, agents=20, minute=Counts(calls=30, drops=18))
    1.15
    """
    terms, pacer = np.zeros(1, CAMPAIGN)[0], build_pacers(1)[0]
    terms["agents_target"], terms["intensity"] = agents_target, intensity
    terms["most_level"], terms["method"] = most_level, METHODS[method]
    terms["drop_percent"], terms["latest_min"] = drop_percent, latest_minute
    pacer["level"] = level
    for _ in range(SAMPLES):
        adaptive.take_sample(pacer, round(ready), round(waiting), round(agents))
    pacer["minute_calls"], pacer["minute_drops"] = minute.calls, minute.drops
    return float(adaptive.vicidial_level(terms, pacer, _ledger(today), minute_of_day * MINUTE_MS))


def vicidial_dials(level: float, agents: int, calls: int, *, agents_target: int = 0) -> int:
    """Return how many calls VICIdial places: up to the level times the agents counted.

    >>> vicidial_dials(2.5, agents=9, calls=20)  # 22.5 is rounded to the even 22
    2
    """
    terms, pacer = np.zeros(1, CAMPAIGN)[0], build_pacers(1)[0]
    terms["agents_target"], pacer["level"] = agents_target, level
    return int(adaptive.placed_by_level(terms, pacer, agents, calls))


def steered_level(
    level: float, window: Counts, *, drop_target: float, gain: float = 0.1, most_level: float = 3.0
) -> float:
    """Return the level of abandon_target 15 seconds later, by the drops of its window.

    >>> steered_level(2.0, Counts(answers=100, drops=1), drop_target=0.02)
    2.1
    """
    terms, pacer = np.zeros(1, CAMPAIGN)[0], build_pacers(1)[0]
    terms["drop_percent"], terms["gain"] = 100.0 * drop_target, gain
    terms["most_level"], pacer["level"] = most_level, level
    return float(adaptive.steered_level(terms, pacer, window.answers, window.drops))


def rehearse(
    tries: Sequence[tuple[int, bool]],
    talks_s: Sequence[int],
    *,
    idle: int,
    at_call_s: Sequence[int] = (),
    out_s: Sequence[int] = (),
    waiting: int = 0,
    drop_target: float = 0.03,
    grace_s: int = 2,
    runs: int = 64,
    seed: int = 0,
) -> Rehearsed:
    """Return the dials per idle agent that simulate_ahead chooses.

    Parameters
    ----------
    tries
        Attempts to play again, the oldest first: seconds until the answer or the end, and whether
        it was answered. The latest 100 count.
    talks_s
        Handling times to play again, in s; the latest 100 count.
    idle, at_call_s, out_s, waiting
        The floor: idle agents; how long the others have been at calls and the calls have been
        out, in s; callees waiting.
    drop_target
        A candidate's share of drops is to be below it.
    grace_s
        A callee who has waited so long is dropped.
    runs
        How often a candidate is played at most.
    seed
        Of the draws: the same arguments give the same answer.

    Raises
    ------
    ValueError
        If no try was answered, there are no talks, or no agents.

    Notes
    -----
    240 seconds are played per run; some microseconds an agent and run.

    Examples
    --------
    >>> found = rehearse([(4, True), (9, False), (20, False), (25, False)] * 25, [20, 35, 60] * 20,
    ...                  idle=10, at_call_s=[5, 15, 25] * 10)
    >>> found.share < 0.03 and found.runs >= 8
    True
    """
    answered = sum(hit for _, hit in tries[-100:])
    if not answered or not talks_s or not idle + len(at_call_s):
        raise ValueError("an answered try, a handling time and an agent are needed")
    board, terms = build_rehearsals(1)[0], np.zeros(1, CAMPAIGN)[0]
    for after_s, hit in tries:
        rehearsal.note_try(board, after_s * SECOND_MS, int(hit), 0)
    for talk_s in talks_s:
        rehearsal.note_talk(board, talk_s * SECOND_MS, 0)
    board["idle"], board["waiting"] = idle, waiting
    for name, ages in (("at_call", at_call_s), ("out", out_s)):
        board[name] = np.bincount(np.minimum(np.array(ages, int), AGES - 1), minlength=AGES)
    terms["drop_percent"], terms["runs"] = 100.0 * drop_target, runs
    terms["drop_after_ms"] = terms["connect_within_ms"] = grace_s * SECOND_MS
    rehearsal.choose_ratio(
        board, terms, int(rehearsal.lay_out_recent(board, 0)), np.uint64(run_base(seed, 0))
    )
    found = (float(board[name]) for name in ("ratio", "share", "error", "busy"))
    ratio, share, error, busy = found
    return Rehearsed(ratio, int(board["runs"]), share, error, busy)


def _ledger(counts: Counts) -> Any:
    ledger = np.zeros(1, LEDGER)[0]
    ledger["calls"], ledger["answers"] = counts.calls, counts.answers
    ledger["drops"] = counts.drops
    return ledger
