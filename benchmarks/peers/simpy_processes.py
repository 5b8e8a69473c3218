"""The call flow without a carrier, in SimPy as its documentation teaches it.

A call is a process: it rings, asks for an agent while the callee's patience lasts, talks, and gives
the agent back. It waits for agent or patience only if nobody is idle. Whoever is tried again stands
in a calendar, for which one process waits: with a process for each of them, and a wait for agent or
patience in every answer, this took 1.7 times as long. Idle agents are a `Container`: a `Resource`,
which knows who uses it, looks through all who do when one is given back, and thousands of agents
are many. The draws are those of `simpy_model`, which plays the same campaign without a process:
what is between the two is what speed costs in plainness.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from heapq import heappop, heappush
from typing import Any

import simpy

from benchmarks.peers.flow import Counts, Luck, Parameters, tally

NEVER = 1 << 60
Process = Generator[simpy.Event, Any, None]


class Campaign:
    """A campaign in a SimPy environment; `run` plays it to its end."""

    def __init__(self, parameters: Parameters) -> None:
        p = self.parameters = parameters
        self.env = simpy.Environment()
        self.agents = simpy.Container(self.env, capacity=p.agents, init=p.agents)  # idle ones
        self.counts = Counts()
        self.luck = Luck(p)
        self.dialling = 0
        self.attempts = [0] * p.people
        self.recent: list[tuple[int, ...]] = [()] * p.people  # the last `limit` attempts
        self.fresh = iter(range(p.people))
        self.due: deque[int] = deque()  # retries whose time has come
        self.calendar: list[tuple[int, int, int]] = []  # tick, order of entry, person
        self.entered = 0
        self.next_date = NEVER  # of the calendar

    def run(self) -> Counts:
        """Play until nobody is left to call and the last call is over."""
        self.pump()
        self.env.run()
        self.counts.tried = tally(self.attempts, self.parameters.at_most)
        return self.counts

    def pump(self) -> None:
        """Dial while the pacing allows it and somebody may be called."""
        agents = self.agents
        idle = agents.level - len(agents.get_queue)
        while self.dialling < int(self.parameters.power * idle):
            person = self.next_person()
            if person is None:
                return
            self.dialling += 1
            self.env.process(self.call(person))

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
            if len(recent) < p.limit or now - recent[0] >= p.window_ms:
                self.recent[person] = (*recent, now)[-p.limit :]
                return person
            self.enter(recent[0] + p.window_ms, person)

    def enter(self, tick: int, person: int) -> None:
        """Enter somebody into the calendar, who is to be tried again at a tick."""
        self.entered += 1
        heappush(self.calendar, (tick, self.entered, person))
        if tick < self.next_date:
            self.next_date = tick
            self.env.process(self.dates())

    def dates(self) -> Process:
        """Hand on whoever is due, date by date, until somebody is entered for an earlier one."""
        calendar, tick = self.calendar, self.next_date
        while tick < NEVER:
            yield self.env.timeout(tick - self.env.now)
            if tick != self.next_date:
                return
            while calendar and calendar[0][0] <= tick:
                self.due.append(heappop(calendar)[2])
            tick = self.next_date = calendar[0][0] if calendar else NEVER
            self.pump()
            if tick != self.next_date:
                return

    def call(self, person: int) -> Process:
        """One attempt, from the dial to its end."""
        env, p, counts, luck = self.env, self.parameters, self.counts, self.luck
        counts.last_dial_ms = env.now
        counts.attempts += 1
        self.attempts[person] += 1
        answers = next(luck.answers) < luck.propensity[person]
        ring_ms = next(luck.rings) if answers else p.ring_timeout_ms
        answered = ring_ms < p.ring_timeout_ms
        length_ms = p.setup_ms + min(ring_ms, p.ring_timeout_ms)
        counts.dial_ms += length_ms
        yield env.timeout(length_ms)
        self.dialling -= 1
        if answered:
            counts.answers += 1
            yield from self.talk()
        elif self.attempts[person] < p.at_most:
            self.enter(env.now + p.retry_ms, person)
        counts.end_ms = env.now
        self.pump()

    def talk(self) -> Process:
        """Wait for an agent as long as the callee does, talk and wrap up."""
        env, p, counts = self.env, self.parameters, self.counts
        with self.agents.get(1) as agent:
            if not agent.triggered:
                since = env.now
                found = yield agent | env.timeout(p.drop_after_ms)
                counts.wait_ms += env.now - since
                if agent not in found:
                    counts.abandoned += 1
                    return
            talk_ms = next(self.luck.talks)
            counts.connects += 1
            counts.talk_ms += talk_ms
            counts.agent_ms += talk_ms + p.wrap_up_ms
            yield env.timeout(talk_ms + p.wrap_up_ms)
            self.agents.put(1)


def play(parameters: Parameters) -> Counts:
    """Play a campaign; the same parameters give the same counts."""
    return Campaign(parameters).run()
