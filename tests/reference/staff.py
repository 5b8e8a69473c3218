"""Agents: who is idle, where their time goes, how long they wrap up."""

from __future__ import annotations

from collections import Counter
from typing import Any

from dialsim.core.codes import AgentState, Stream
from tests.reference.draws import draw, quantile, top
from tests.reference.records import Call

TIMES = {AgentState.IDLE: "idle_ms", AgentState.TALK: "talk_ms", AgentState.WRAP_UP: "wrap_ms"}


class Staff:
    """Everybody who can talk."""

    def __init__(self, given: Any) -> None:
        self.given = given
        self.times: list[Counter[str]] = [Counter() for _ in given.pools]

    def idle(self, pool: int) -> list[tuple[int, int]]:
        """Idle agents of a pool: idle since, number."""
        return [
            (agent.since, number)
            for number, agent in enumerate(self.given.agents)
            if agent.pool == pool and agent.state == AgentState.IDLE
        ]

    def counts(self, pool: int) -> tuple[int, int, int]:
        """Agents of a pool idle, talking, wrapping up."""
        mine = [agent.state for agent in self.given.agents if agent.pool == pool]
        return tuple(mine.count(state) for state in TIMES)  # type: ignore[return-value]

    def busy_on_shift(self, pool: int) -> list[int]:
        """Ticks since which agents of teams on shift are at a call."""
        return [
            agent.busy_since
            for agent in self.given.agents
            if agent.pool == pool
            and agent.state in (AgentState.TALK, AgentState.WRAP_UP)
            and self.given.agent_groups[agent.group].on_shift
        ]

    def to(self, t: int, number: int, state: int) -> None:  # E-SUM-2
        """An agent's state changes; the time in the old one is booked."""
        agent = self.given.agents[number]
        if agent.state in TIMES:
            self.times[agent.pool][TIMES[AgentState(agent.state)]] += t - agent.since
        if state == AgentState.TALK:
            agent.busy_since = t
        agent.state, agent.since = state, t

    def shift(self, t: int, row: int) -> bool:  # E-SHIFT-2, E-SHIFT-4
        """SHIFT of a team; true if it starts."""
        team = self.given.agent_groups[row]
        starts = not team.on_shift
        team.on_shift = int(starts)
        self.given.pools[team.pool].on_shift += 1 if starts else -1
        for number in range(team.first, team.first + team.count):
            state = self.given.agents[number].state
            if starts and state == AgentState.OFF and not self.absent(t, number):
                self.to(t, number, AgentState.IDLE)
            elif not starts and state == AgentState.IDLE:
                self.to(t, number, AgentState.OFF)
        team.position += 1
        return starts

    def absent(self, t: int, number: int) -> bool:  # E-SHIFT-3
        """ "ABSENCE (key of the agent, n = day) hits absent"."""
        agent = self.given.agents[number]
        bits = draw(
            self.given.world.run_base,
            Stream.ABSENCE,
            self.given.agent_keys[number],
            t // 86_400_000,
        )
        return top(bits) < self.given.agent_groups[agent.group].absent

    def wrap_ms(self, call: Call) -> int:  # E-CALL-8
        """ "By what became of the call", times a quantile if lengths scatter."""
        group = self.given.agent_groups[self.given.agents[call.agent].group]
        outcome = 2 if not call.fate.live else 0 if call.leg_ms >= 30_000 else 1
        mean: int = group.wrap_ms[outcome]
        if group.wrap_table < 0:
            return mean
        bits = draw(self.given.world.run_base, Stream.WRAP_UP, call.person.key, call.n)
        return mean * quantile(self.given.wraps[group.wrap_table], bits) // 1_000_000
