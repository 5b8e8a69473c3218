"""The call flow without a carrier, in salabim.

Written for speed within salabim. Its unit is the component, which takes about ten events' time to
make, so none is made for a call: a call takes a component from those that are free and gives it
back, and an agent at work is the component of the call. Processes are generators, since switching
greenlets takes longer; monitors and trace are off. Nothing on the event list is ever cancelled,
which searches the whole list: who waits for an agent is found gone when the patience is over.
Retries do not wait as components, of which there would be one a person, but in one calendar with a
heap of its own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from heapq import heappop, heappush
from typing import Any

import salabim

from benchmarks.peers.flow import Counts, Luck, Parameters, tally


class Campaign:
    """A campaign in a salabim environment; `run` plays it to its end."""

    def __init__(self, parameters: Parameters) -> None:
        p = self.parameters = parameters
        self.env = salabim.Environment(trace=False, yieldless=False)
        self.counts = Counts()
        self.luck = Luck(p)
        self.idle = p.agents
        self.dialling = 0
        self.attempts = [0] * p.people
        self.recent: list[tuple[float, ...]] = [()] * p.people  # the last `limit` attempts
        self.fresh = iter(range(p.people))
        self.due: deque[int] = deque()  # retries whose time has come
        self.waiting: dict[int, float] = {}  # answered when, no agent yet; longest wait first
        self.calendar = Calendar(env=self.env, campaign=self)
        self.free: list[Call] = []

    def run(self) -> Counts:
        """Play until nobody is left to call and the last call is over."""
        self.pump()
        self.env.run()
        counts = self.counts
        counts.tried = tally(self.attempts, self.parameters.at_most)
        counts.wait_ms, counts.end_ms = int(counts.wait_ms), int(counts.end_ms)
        counts.last_dial_ms = int(counts.last_dial_ms)
        return counts

    def pump(self) -> None:
        """Dial while the pacing allows it and somebody may be called."""
        while self.dialling < int(self.parameters.power * self.idle):
            person = self.next_person()
            if person is None:
                return
            length, answered = self.dial(person)
            if self.free:
                self.free.pop().begin(person, answered, length)
            else:
                Call(env=self.env, campaign=self, person=person, answered=answered, delay=length)

    def next_person(self) -> int | None:
        """Return whom to call now: a due retry, then the list; the blocked are put off."""
        p, now = self.parameters, self.env._now
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
            self.calendar.put(recent[0] + p.window_ms, person)

    def dial(self, person: int) -> tuple[int, bool]:
        """Note the attempt; return how long it takes, and whether it is answered then."""
        p, counts, luck = self.parameters, self.counts, self.luck
        now = counts.last_dial_ms = self.env._now
        self.recent[person] = (*self.recent[person], now)[-p.limit :]
        self.attempts[person] += 1
        self.dialling += 1
        counts.attempts += 1
        if (
            next(luck.answers) < luck.propensity[person]
            and (ring := next(luck.rings)) < p.ring_timeout_ms
        ):
            length, answered = p.setup_ms + ring, True
        else:
            length, answered = p.setup_ms + p.ring_timeout_ms, False
        counts.dial_ms += length
        return length, answered


class Calendar(salabim.Component):
    """Who is to be tried again when."""

    def setup(self, campaign: Campaign) -> None:
        self.campaign = campaign
        self.entries: list[tuple[float, int, int]] = []  # tick, order of entry, person
        self.entered = 0
        self.status.monitor(False)

    def put(self, tick: float, person: int) -> None:
        """Enter a person; the calendar is woken if nothing is due before."""
        self.entered += 1
        heappush(self.entries, (tick, self.entered, person))
        if self._scheduled_time > tick and self is not self.env._current_component:
            self.hold(till=tick)

    def process(self) -> Iterator[Any]:
        """Hand on whoever is due, and sleep until the next is."""
        campaign, entries = self.campaign, self.entries
        while True:
            now = self.env._now
            while entries and entries[0][0] <= now:
                campaign.due.append(heappop(entries)[2])
            campaign.pump()
            if entries:
                yield self.hold(till=entries[0][0])
            else:
                yield self.passivate()


class Call(salabim.Component):
    """One call after another: its process goes on where set-up and ringing end."""

    def setup(self, campaign: Campaign, person: int, answered: bool) -> None:
        self.campaign = campaign
        self.person, self.answered = person, answered
        self.status.monitor(False)

    def begin(self, person: int, answered: bool, length: int) -> None:
        """Play another call."""
        self.person, self.answered = person, answered
        self.hold(length)

    def process(self) -> Iterator[Any]:
        """Play the rest of a call, then be free until the next."""
        campaign, env = self.campaign, self.env
        p, counts, waiting = campaign.parameters, campaign.counts, campaign.waiting
        while True:
            campaign.dialling -= 1
            talks = False
            if self.answered:
                counts.answers += 1
                talks = campaign.idle > 0
                if talks:
                    campaign.idle -= 1
                else:
                    yield from self.wait()
            elif campaign.attempts[self.person] < p.at_most:
                campaign.calendar.put(env._now + p.retry_ms, self.person)
            while talks:
                yield self.hold(self.handle_ms())
                talks = bool(waiting)
                if talks:
                    counts.wait_ms += env._now - waiting.pop(next(iter(waiting)))
                else:
                    campaign.idle += 1
            counts.end_ms = env._now
            campaign.pump()
            campaign.free.append(self)
            yield self.passivate()

    def wait(self) -> Iterator[Any]:
        """Wait for an agent, whose own component plays the talk; drop who got none."""
        campaign = self.campaign
        campaign.waiting[self.person] = self.env._now
        yield self.hold(campaign.parameters.drop_after_ms)
        since = campaign.waiting.pop(self.person, None)
        if since is not None:
            campaign.counts.abandoned += 1
            campaign.counts.wait_ms += self.env._now - since

    def handle_ms(self) -> int:
        """Connect somebody to the agent; return the length of talk and wrap-up."""
        counts, p = self.campaign.counts, self.campaign.parameters
        talk = next(self.campaign.luck.talks)
        counts.connects += 1
        counts.talk_ms += talk
        counts.agent_ms += talk + p.wrap_up_ms
        return talk + p.wrap_up_ms


def play(parameters: Parameters) -> Counts:
    """Play a campaign; the same parameters give the same counts."""
    return Campaign(parameters).run()
