"""The call flow that dialsim and its peers play alike: parameters, draws, what a campaign comes to.

One list is dialled in order by power pacing, due retries first. A person on the do-not-call list is
passed over. Nobody is called more often than `limit` times in any `window_ms`. A call is set up,
rings, and is answered or not; an answer gets an idle agent, or waits for one and is dropped. Who
did not answer is tried again. There is no carrier: every call gets through. Times are whole
milliseconds since the shift began.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Parameters:
    """One campaign. Answer propensities are beta, ringing is lognormal, talk a mixture of two.

    `power` is dials under way for each idle agent, 1 is progressive; `limit` attempts to a person
    are allowed in any window of `window_ms`. A lognormal is given by mean and deviation of ln(ms).
    """

    people: int = 10_000
    agents: int = 50
    do_not_call: frozenset[int] = field(default_factory=frozenset)
    answer_alpha: float = 1.5
    answer_beta: float = 3.5
    setup_ms: int = 2_000
    ring: tuple[float, float] = (9.0, 0.3)  # of those who answer
    ring_timeout_ms: int = 25_000
    short_share: float = 0.6  # share of talks from the short lognormal
    short_talk: tuple[float, float] = (9.2, 0.7)
    long_talk: tuple[float, float] = (11.3, 0.6)
    wrap_up_ms: int = 15_000
    drop_after_ms: int = 2_000
    power: float = 1.0
    limit: int = 3
    window_ms: int = 86_400_000
    retry_ms: int = 14_400_000
    at_most: int = 3
    seed: int = 1


@dataclass(slots=True)
class Counts:
    """What a campaign came to.

    `agent_ms` is talk and wrap-up, `dial_ms` set-up and ringing, `wait_ms` what people waited for
    an agent, those who were dropped included; `end_ms` is when the last call was over. `tried[n]`
    people were tried n times.
    """

    attempts: int = 0
    answers: int = 0
    connects: int = 0
    abandoned: int = 0
    refused: int = 0  # on the do-not-call list
    talk_ms: int = 0
    agent_ms: int = 0
    dial_ms: int = 0
    wait_ms: int = 0
    last_dial_ms: int = 0
    end_ms: int = 0
    tried: tuple[int, ...] = ()


def statistics(counts: Counts, parameters: Parameters) -> dict[str, float]:
    """Return what two models of the flow must agree on, each by its name with its unit."""
    dialled = sum(counts.tried[1:])
    staffed_ms = parameters.agents * counts.last_dial_ms
    return {
        "answer share": counts.answers / counts.attempts,
        "drop share of answers": counts.abandoned / counts.answers,
        "attempts a person": counts.attempts / dialled,
        "share tried once": counts.tried[1] / dialled,
        "share tried to the last": counts.tried[-1] / dialled,
        "share refused": counts.refused / parameters.people,
        "talk share of agents": counts.talk_ms / staffed_ms,
        "mean wait, s": counts.wait_ms / counts.answers / 1000,
        "mean talk, s": counts.talk_ms / counts.connects / 1000,
        "mean set-up and ringing, s": counts.dial_ms / counts.attempts / 1000,
        "last dial, h": counts.last_dial_ms / 3_600_000,
    }


def registry(people: int, share: float, seed: int) -> frozenset[int]:
    """Return the people on a do-not-call list, each with the same chance."""
    listed = np.random.default_rng([seed, 1]).random(people) < share
    return frozenset(np.flatnonzero(listed).tolist())


def tally(attempts: Iterable[int], at_most: int) -> tuple[int, ...]:
    """Return how many people were tried 0, 1, ... `at_most` times."""
    found = Counter(attempts)
    return tuple(found[n] for n in range(at_most + 1))


class Luck:
    """Every draw of a campaign as Python numbers, made by numpy in blocks.

    `answers` are uniform on [0, 1), `rings` and `talks` whole ms, each without end; `propensity` is
    a person's chance to answer, in list order.
    """

    def __init__(self, parameters: Parameters) -> None:
        p = parameters
        rng = np.random.default_rng(p.seed)
        self.propensity: list[float] = rng.beta(p.answer_alpha, p.answer_beta, p.people).tolist()
        self.answers = _endless(rng.random)
        self.rings = _endless(lambda n: rng.lognormal(*p.ring, n).astype(np.int64))
        self.talks = _endless(lambda n: _talks(p, rng, n))


def _talks(p: Parameters, rng: np.random.Generator, n: int) -> NDArray[np.int64]:
    short = rng.random(n) < p.short_share
    talks = np.where(short, rng.lognormal(*p.short_talk, n), rng.lognormal(*p.long_talk, n))
    return talks.astype(np.int64) + 1


def _endless(draw: Callable[[int], NDArray[Any]], size: int = 8192) -> Iterator[Any]:
    """Yield draws for ever, made in blocks."""
    while True:
        yield from draw(size).tolist()
