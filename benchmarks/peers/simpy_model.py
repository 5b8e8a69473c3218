"""The call flow without a carrier, in SimPy.

Written for speed within SimPy. A call is a chain of two or three time-outs with callbacks, not a
process (a process adds an initialising and a closing event to each call); idle agents are a
counter, not a `Resource` (a request and a release are events too); draws come from numpy in
blocks. Nothing polls: the dialer is woken by whatever may change its mind. Retries wait as tuples
in a calendar with a heap of its own, and only its next date is an event: a hundred thousand events
that live for an hour would slow the queue, and the garbage collector, which looks at them all.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from heapq import heappop, heappush

import simpy

from benchmarks.peers.flow import Counts, Luck, Parameters, tally

NEVER = 1 << 60


class Campaign:
    """A campaign in a SimPy environment; `run` plays it to its end."""

    def __init__(self, parameters: Parameters) -> None:
        p = self.parameters = parameters
        self.env = simpy.Environment()
        self.counts = Counts()
        self.luck = Luck(p)
        self.idle = p.agents
        self.dialling = 0
        self.attempts = [0] * p.people
        self.recent: list[tuple[int, ...]] = [()] * p.people  # the last `limit` attempts
        self.fresh = iter(range(p.people))
        self.due: deque[int] = deque()  # retries whose time has come
        self.calendar: list[tuple[int, int, int]] = []  # tick, order of entry, person
        self.entered = 0
        self.next_date = NEVER  # of the calendar
        self.waiting: dict[int, int] = {}  # answered when, no agent yet; longest wait first

    def run(self) -> Counts:
        """Play until nobody is left to call and the last call is over."""
        self.pump()
        self.env.run()
        self.counts.tried = tally(self.attempts, self.parameters.at_most)
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
            if len(recent) < p.limit or now - recent[0] >= p.window_ms:
                return person
            self.enter(recent[0] + p.window_ms, person)

    def dial(self, person: int) -> None:
        p, counts, luck = self.parameters, self.counts, self.luck
        now = counts.last_dial_ms = self.env.now
        self.recent[person] = (*self.recent[person], now)[-p.limit :]
        self.attempts[person] += 1
        self.dialling += 1
        counts.attempts += 1
        if (
            next(luck.answers) < luck.propensity[person]
            and (ring := next(luck.rings)) < p.ring_timeout_ms
        ):
            length = p.setup_ms + ring
            self.at(length, self.on_answer, person)
        else:
            length = p.setup_ms + p.ring_timeout_ms
            self.at(length, self.on_no_answer, person)
        counts.dial_ms += length

    def on_no_answer(self, event: simpy.Event) -> None:
        person = event.value
        self.dialling -= 1
        if self.attempts[person] < self.parameters.at_most:
            self.enter(self.env.now + self.parameters.retry_ms, person)
        self.close()

    def enter(self, tick: int, person: int) -> None:
        """Enter somebody into the calendar, who is to be tried again at a tick."""
        self.entered += 1
        heappush(self.calendar, (tick, self.entered, person))
        if tick < self.next_date:
            self.next_date = tick
            self.at(tick - self.env.now, self.on_date)

    def on_date(self, event: simpy.Event) -> None:
        """Hand on whoever is due, unless somebody was entered for an earlier date since."""
        now, calendar = self.env.now, self.calendar
        if now != self.next_date:
            return
        while calendar and calendar[0][0] <= now:
            self.due.append(heappop(calendar)[2])
        self.next_date = calendar[0][0] if calendar else NEVER
        if calendar:
            self.at(self.next_date - now, self.on_date)
        self.pump()

    def on_answer(self, event: simpy.Event) -> None:
        self.dialling -= 1
        self.counts.answers += 1
        if self.idle:
            self.idle -= 1
            self.connect()
        else:
            self.waiting[event.value] = self.env.now
            self.at(self.parameters.drop_after_ms, self.on_patience_over, event.value)

    def on_patience_over(self, event: simpy.Event) -> None:
        since = self.waiting.pop(event.value, None)
        if since is not None:
            self.counts.abandoned += 1
            self.counts.wait_ms += self.env.now - since
            self.close()

    def connect(self) -> None:
        talk = next(self.luck.talks)
        counts = self.counts
        counts.connects += 1
        counts.talk_ms += talk
        counts.agent_ms += talk + self.parameters.wrap_up_ms
        self.at(talk + self.parameters.wrap_up_ms, self.on_agent_free)

    def on_agent_free(self, event: simpy.Event) -> None:
        if self.waiting:
            since = self.waiting.pop(next(iter(self.waiting)))
            self.counts.wait_ms += self.env.now - since
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
