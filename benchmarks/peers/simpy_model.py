"""The call flow without a carrier, in SimPy: the peer that whole-engine speed is compared with.

Written for speed within SimPy. A call is a chain of two or three time-outs with callbacks, not a
process (a process adds an initialising and a closing event to each call); idle agents are a
counter, not a `Resource` (a request and a release are events too); draws come from numpy in
blocks. Nothing polls: the dialer is woken by whatever may change its mind.

People are dialled in list order, due retries first. Times are whole milliseconds.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import simpy


@dataclass(frozen=True, slots=True)
class Parameters:
    """One campaign. Answer propensities are beta, talk is a mixture of two lognormals."""

    people: int = 10_000
    agents: int = 50
    do_not_call: frozenset[int] = field(default_factory=frozenset)
    answer_alpha: float = 1.5
    answer_beta: float = 3.5
    setup_ms: int = 2_000
    ring_ms: tuple[int, int] = (3_000, 18_000)  # of those who answer, uniform
    ring_timeout_ms: int = 25_000
    short_share: float = 0.6  # share of talks from the short lognormal
    short_talk: tuple[float, float] = (9.2, 0.7)  # mean and deviation of ln(ms)
    long_talk: tuple[float, float] = (11.3, 0.6)
    wrap_up_ms: int = 15_000
    drop_after_ms: int = 2_000
    power: float = 1.0  # dials in set-up for each idle agent; 1 is progressive
    limit: int = 3  # attempts to a number ...
    window_ms: int = 86_400_000  # ... in any window of this length
    retry_ms: int = 14_400_000
    at_most: int = 3
    seed: int = 1


@dataclass(slots=True)
class Counts:
    """What a campaign came to; `agent_ms` is talk and wrap-up, `dial_ms` set-up and ringing."""

    attempts: int = 0
    answers: int = 0
    connects: int = 0
    abandoned: int = 0
    refused: int = 0  # on the do-not-call list
    talk_ms: int = 0
    agent_ms: int = 0
    dial_ms: int = 0
    end_ms: int = 0


def blocks(draw: Callable[[int], np.ndarray[Any, Any]], size: int = 8192) -> Iterator[Any]:
    """Yield draws for ever as Python numbers, made in blocks."""
    while True:
        yield from draw(size).tolist()


class Campaign:
    """A campaign in a SimPy environment; `run` plays it to its end."""

    def __init__(self, parameters: Parameters) -> None:
        p = self.parameters = parameters
        rng = np.random.default_rng(p.seed)
        self.env = simpy.Environment()
        self.counts = Counts()
        self.idle = p.agents
        self.dialling = 0
        self.propensity = rng.beta(p.answer_alpha, p.answer_beta, p.people).tolist()
        self.attempts = [0] * p.people
        self.recent: list[deque[int] | None] = [None] * p.people  # the last `limit` attempts
        self.fresh = iter(range(p.people))
        self.due: deque[int] = deque()  # retries whose time has come
        self.waiting: dict[int, None] = {}  # answered, no agent yet; longest wait first
        self.luck = blocks(rng.random)
        self.ring = blocks(lambda n: rng.integers(*p.ring_ms, n))
        self.talk = blocks(lambda n: self._talks(rng, n))

    def _talks(self, rng: np.random.Generator, n: int) -> np.ndarray[Any, Any]:
        p = self.parameters
        short = rng.random(n) < p.short_share
        talks = np.where(short, rng.lognormal(*p.short_talk, n), rng.lognormal(*p.long_talk, n))
        return talks.astype(np.int64) + 1

    def run(self) -> Counts:
        """Play until nobody is left to call and the last call is over."""
        self.pump()
        self.env.run()
        return self.counts

    def at(self, delay: int, then: Callable[[simpy.Event], None], value: int = 0) -> None:
        """Call `then` after a delay; its event carries `value`."""
        timeout = simpy.Timeout(self.env, delay, value)
        timeout.callbacks.append(then)

    def pump(self) -> None:
        """Dial while the pacing allows it and somebody may be called."""
        while self.dialling < int(self.parameters.power * self.idle):
            person = self.next_person()
            if person is None:
                return
            self.dial(person)

    def next_person(self) -> int | None:
        """Return whom to call now: a due retry, then the list; the blocked are put off."""
        p, now = self.parameters, self.env.now
        while True:
            if self.due:
                person = self.due.popleft()
            else:
                person = next(self.fresh, -1)
                if person < 0:
                    return None
                if person in p.do_not_call:
                    self.counts.refused += 1
                    continue
            recent = self.recent[person]
            if recent is None or len(recent) < p.limit or now - recent[0] >= p.window_ms:
                return person
            self.at(recent[0] + p.window_ms - now, self.on_due, person)

    def dial(self, person: int) -> None:
        p, counts = self.parameters, self.counts
        recent = self.recent[person]
        if recent is None:
            recent = self.recent[person] = deque(maxlen=p.limit)
        recent.append(self.env.now)
        self.attempts[person] += 1
        self.dialling += 1
        counts.attempts += 1
        if next(self.luck) < self.propensity[person]:
            length = p.setup_ms + next(self.ring)
            self.at(length, self.on_answer, person)
        else:
            length = p.setup_ms + p.ring_timeout_ms
            self.at(length, self.on_no_answer, person)
        counts.dial_ms += length

    def on_no_answer(self, event: simpy.Event) -> None:
        person = event.value
        self.dialling -= 1
        if self.attempts[person] < self.parameters.at_most:
            self.at(self.parameters.retry_ms, self.on_due, person)
        self.close()

    def on_due(self, event: simpy.Event) -> None:
        self.due.append(event.value)
        self.pump()

    def on_answer(self, event: simpy.Event) -> None:
        self.dialling -= 1
        self.counts.answers += 1
        if self.idle:
            self.idle -= 1
            self.connect()
        else:
            self.waiting[event.value] = None
            self.at(self.parameters.drop_after_ms, self.on_patience_over, event.value)

    def on_patience_over(self, event: simpy.Event) -> None:
        if event.value in self.waiting:
            del self.waiting[event.value]
            self.counts.abandoned += 1
            self.close()

    def connect(self) -> None:
        talk = next(self.talk)
        counts = self.counts
        counts.connects += 1
        counts.talk_ms += talk
        counts.agent_ms += talk + self.parameters.wrap_up_ms
        self.at(talk + self.parameters.wrap_up_ms, self.on_agent_free)

    def on_agent_free(self, event: simpy.Event) -> None:
        if self.waiting:
            del self.waiting[next(iter(self.waiting))]
            self.connect()
        else:
            self.idle += 1
            self.close()

    def close(self) -> None:
        """Note the time a call ended, and look for the next."""
        self.counts.end_ms = self.env.now
        self.pump()


def play(parameters: Parameters) -> Counts:
    """Play a campaign; the same parameters give the same counts."""
    return Campaign(parameters).run()
