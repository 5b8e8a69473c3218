"""Simulation of the next four minutes with each of six numbers of dials per idle agent.

The rule is that of impactdialing's simulator (`predictive.rb`, `simulator/`): the latest attempts
and handling times are played again second by second, from the agents and calls as they stand, and
of the candidates whose dropped share is below the wanted one the one that keeps agents busiest is
taken. There each candidate was played once; here until it is clear on which side its share lies,
or `runs` times, and the standard error is kept beside the share.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import Stream
from dialsim.core.rng import draw
from dialsim.core.time_units import SECOND_MS
from dialsim.jit.decorator import kernel
from dialsim.pacing.rehearsal.layout import (
    CANDIDATES,
    CLEAR,
    FEWEST_RUNS,
    HORIZON_S,
    LEAST_AGENTS,
    LEAST_TRIES,
    MEMORY_MS,
    OVER_LIMIT,
    REMEMBERED,
    STALE_MS,
)

Array = NDArray[Any]

HALF_WORD = np.uint64(32)
DECISION_BITS, RUN_BITS = 40, 24  # places of both in the number of a draw


@kernel
def note_try(board: Any, after_ms: int, answered: int, now: int) -> None:
    """Record how long an attempt took until it was answered or ended."""
    place = np.int64(board["tries"]) % REMEMBERED
    board["try_tick"][place] = now
    board["try_s"][place] = after_ms // SECOND_MS
    board["try_answered"][place] = answered
    board["tries"] += 1


@kernel
def note_talk(board: Any, handled_ms: int, now: int) -> None:
    """Record how long an agent handled a call."""
    place = np.int64(board["talks"]) % REMEMBERED
    board["talk_tick"][place] = now
    board["talk_s"][place] = handled_ms // SECOND_MS
    board["talks"] += 1


@kernel
def lay_out_recent(board: Any, now: int) -> int:
    """Sort the recorded calls of the last half hour by length; return how many were answered."""
    known = answered = 0
    for i in range(max(0, np.int64(board["tries"]) - REMEMBERED), np.int64(board["tries"])):
        place = i % REMEMBERED
        if now - np.int64(board["try_tick"][place]) > MEMORY_MS:
            continue
        at = known
        while at > 0 and board["end_s"][at - 1] > board["try_s"][place]:
            board["end_s"][at] = board["end_s"][at - 1]
            board["end_answered"][at] = board["end_answered"][at - 1]
            at -= 1
        board["end_s"][at] = board["try_s"][place]
        board["end_answered"][at] = board["try_answered"][place]
        known += 1
        answered += np.int64(board["try_answered"][place])
    board["known_tries"] = known
    known = 0
    for i in range(max(0, np.int64(board["talks"]) - REMEMBERED), np.int64(board["talks"])):
        place = i % REMEMBERED
        if now - np.int64(board["talk_tick"][place]) > MEMORY_MS:
            continue
        at = known
        while at > 0 and board["free_s"][at - 1] > board["talk_s"][place]:
            board["free_s"][at] = board["free_s"][at - 1]
            at -= 1
        board["free_s"][at] = board["talk_s"][place]
        known += 1
    board["known_talks"] = known
    return answered


@kernel
def first_lasting(lengths_s: Array, known: int, age_s: int) -> int:
    """The first place, in order of length, of calls that last at least so long."""
    low, high = 0, known
    while low < high:
        middle = (low + high) // 2
        if lengths_s[middle] < age_s:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def draw_recent(board: Any, first: int, known: int, at: tuple[np.uint64, np.uint64, int]) -> int:
    """Draw one of the places from the first to the last known, each as likely."""
    base, key, n = at
    u = draw(base, Stream.REHEARSAL, key, n + np.int64(board["draws"]))
    board["draws"] += 1
    return first + (np.int64(u >> HALF_WORD) * (known - first) >> 32)


@kernel
def draw_end(board: Any, age_s: int, second: int, at: tuple[np.uint64, np.uint64, int]) -> None:
    """Draw the end of a call that is out since ``age_s``, from recent calls."""
    known = np.int64(board["known_tries"])
    first = first_lasting(board["end_s"], known, age_s)
    when, answered = second + 1, 0
    if first < known:
        place = draw_recent(board, first, known, at)
        when = second + max(1, np.int64(board["end_s"][place]) - age_s)
        answered = np.int64(board["end_answered"][place])
    if when <= HORIZON_S:
        board["answers"][when] += answered
        board["ends"][when] += 1 - answered


@kernel
def draw_free(board: Any, age_s: int, second: int, at: tuple[np.uint64, np.uint64, int]) -> None:
    """Draw when an agent at a call since ``age_s`` is free, from recent calls."""
    known = np.int64(board["known_talks"])
    first = first_lasting(board["free_s"], known, age_s)
    when = second + 1
    if first < known:
        place = draw_recent(board, first, known, at)
        when = second + max(1, np.int64(board["free_s"][place]) - age_s)
    if when <= HORIZON_S:
        board["frees"][when] += 1


@kernel
def draw_start(board: Any, at: tuple[np.uint64, np.uint64, int]) -> tuple[int, int]:
    """Draw the ends of the calls under way at the start of a run; return how many there are."""
    board["draws"] = 0
    for second in range(HORIZON_S + 1):
        board["frees"][second] = board["answers"][second] = 0
        board["ends"][second] = board["waits"][second] = 0
    board["waits"][0] = board["waiting"]
    busy = out = 0
    for age_s in range(board["at_call"].shape[0]):
        for _ in range(board["at_call"][age_s]):
            draw_free(board, age_s, 0, at)
        busy += np.int64(board["at_call"][age_s])
        for _ in range(board["out"][age_s]):
            draw_end(board, age_s, 0, at)
        out += np.int64(board["out"][age_s])
    return busy, out


@kernel
def simulate_run(
    board: Any, ratio: float, grace_s: int, at: tuple[np.uint64, np.uint64, int]
) -> tuple[int, int, int]:
    """Simulate so many dials an idle agent once: answers, drops, agents' seconds at calls.

    ``grace_s``: a callee who has waited so long is dropped; ``at``: base and key of the draws, and
    the number of the first.
    """
    busy, out = draw_start(board, at)
    idle, waiting = np.int64(board["idle"]), np.int64(board["waiting"])
    answers, drops, worked_s, oldest = waiting, 0, 0, 0
    for second in range(1, HORIZON_S + 1):
        free, answered = np.int64(board["frees"][second]), np.int64(board["answers"][second])
        idle, busy = idle + free, busy - free
        out -= answered + np.int64(board["ends"][second])
        board["waits"][second] = answered
        answers, waiting = answers + answered, waiting + answered
        while waiting > 0 and idle > 0:
            while board["waits"][oldest] == 0:
                oldest += 1
            board["waits"][oldest] -= 1
            waiting, idle, busy = waiting - 1, idle - 1, busy + 1
            draw_free(board, 0, second, at)
        if second >= grace_s:
            late = np.int64(board["waits"][second - grace_s])
            board["waits"][second - grace_s] = 0
            drops, waiting = drops + late, waiting - late
        for _ in range(np.int64(ratio * idle) - out - waiting):
            draw_end(board, 0, second, at)
            out += 1
        worked_s += busy
    return answers, drops, worked_s


@kernel
def simulate_candidate(
    board: Any, terms: Any, ratio: float, base: np.uint64
) -> tuple[int, float, float, float]:
    """Simulate a candidate: runs, share dropped, its standard error, agents' share busy.

    The error is that of a ratio of sums over independent runs, by linearisation.
    """
    target = terms["drop_percent"] / 100.0
    grace_s = min(np.int64(terms["drop_after_ms"]), np.int64(terms["connect_within_ms"]))
    grace_s //= SECOND_MS
    first = np.int64(board["decisions"]) << DECISION_BITS
    answers = drops = worked_s = 0
    squares = products = drop_squares = 0.0
    share = error = 0.0
    runs = 0
    while runs < terms["runs"]:
        a, d, w = simulate_run(
            board, ratio, grace_s, (base, terms["key"], first | runs << RUN_BITS)
        )
        runs += 1
        answers, drops, worked_s = answers + a, drops + d, worked_s + w
        squares, products, drop_squares = squares + a * a, products + a * d, drop_squares + d * d
        if answers > 0 and runs > 1:
            share = drops / answers
            scatter = drop_squares - 2.0 * share * products + share * share * squares
            error = np.sqrt(max(0.0, scatter) * runs / (runs - 1.0)) / answers
        if runs >= FEWEST_RUNS and abs(share - target) > CLEAR * error:
            break
    agents = max(1, np.int64(board["idle"]) + np.sum(board["at_call"]))  # nobody at work: not busy
    return runs, share, error, worked_s / (runs * HORIZON_S * agents)


@kernel
def choose_ratio(board: Any, terms: Any, answered: int, base: np.uint64) -> None:
    """Choose the dials an idle agent of the next minute; the board is set.

    ``answered``: of the attempts that are played again. Of candidates whose share of drops is
    below the wanted one the busiest is taken, of equals the least; if there is none, 1.
    """
    board["ratio"], board["runs"] = 1.0, 0
    board["share"] = board["error"] = board["busy"] = 0.0
    board["decisions"] += 1
    before = 0.0
    for i in range(1, CANDIDATES + 1):
        ratio = max(1.0, board["known_tries"] / answered * i / CANDIDATES)
        if ratio == before:
            continue
        before = ratio
        runs, share, error, busy = simulate_candidate(board, terms, ratio, base)
        if share < terms["drop_percent"] / 100.0 and (board["runs"] == 0 or busy > board["busy"]):
            board["ratio"], board["runs"] = ratio, runs
            board["share"], board["error"], board["busy"] = share, error, busy


@kernel
def ratio_now(board: Any, terms: Any, ledger: Any, agents: int, since_dial_ms: int) -> float:
    """Dials an idle agent now: the ratio chosen, or less where it is not reliable."""
    few = agents < LEAST_AGENTS or board["known_tries"] < LEAST_TRIES
    if few or since_dial_ms > STALE_MS:
        return 1.0
    if 100.0 * ledger["drops"] > terms["drop_percent"] * ledger["answers"]:
        return max(1.0, OVER_LIMIT * board["ratio"])
    return board["ratio"]
