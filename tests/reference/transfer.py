"""From a robot to a person: E-TRANSFER."""

from __future__ import annotations

from typing import Any

from dialsim.carrier.layout import Table
from dialsim.core.codes import AgentState, Kind, LeadState, Stream
from dialsim.pacing.layout import GAP_UNIT
from tests.reference.draws import draw, quantile, top
from tests.reference.records import Call


class Transfer:
    """Who is on hold, by campaign."""

    def __init__(self, given: Any, twin: Any) -> None:
        self.given, self.twin = given, twin
        self.held: list[list[Call]] = [[] for _ in given.campaigns]

    def bits(self, stream: Stream, call: Call) -> int:
        return draw(self.given.world.run_base, stream, call.person.key, call.n)

    def hand_over(self, t: int, call: Call) -> bool:  # E-TRANSFER-1, E-TRANSFER-5
        """Whether the call goes on after a robot has talked."""
        campaign, counts = call.campaign, self.twin.order.counts[call.lead.campaign]
        if call.handed_over or not call.fate.live or call.fate.opt_out:
            return False
        if not top(self.bits(Stream.TRANSFER, call)) < campaign.transfer_share:
            return False
        counts["asked"] += 1
        call.robot, call.robot_ms, call.hold_tick = call.agent, call.leg_ms, t
        for pool in self.given.desks[call.lead.campaign]:
            idle = self.twin.staff.idle(pool)
            if idle:
                self.take_over(t, call, min(idle)[1])
                return True
        patience = campaign.hold_patience_ms * quantile(
            self.given.gaps, self.bits(Stream.HOLD, call)
        )
        hold = min(campaign.hold_ms, patience // GAP_UNIT)
        if hold == 0:
            counts["not_taken"] += 1
            return False
        call.on_hold = True
        call.lead.state = LeadState.WAITING
        self.held[call.lead.campaign].append(call)
        self.twin.put(self.twin.world.node_lead + call.lead.number, Kind.WAIT_END, t + hold)
        return True

    def take_over(self, t: int, call: Call, agent: int) -> None:  # E-TRANSFER-2, E-TRANSFER-4
        node = self.twin.world.node_lead + call.lead.number
        self.twin.drop(node)
        self.end_hold(t, call)
        counts = self.twin.order.counts[call.lead.campaign]
        counts["taken_over"] += 1
        counts["hold_ms"] += call.hold_ms
        self.twin.staff.to(t, agent, AgentState.TALK)
        self.twin.talked_to[agent] = call.lead.campaign
        call.lead.state = LeadState.TALKING
        table = self.given.tables[Table.TALK_OPTED_IN]
        call.agent, call.handed_over = agent, True
        call.leg_ms = max(1, quantile(table, self.bits(Stream.TRANSFER_TALK, call)))
        call.talk_ms += call.leg_ms
        self.twin.put(node, Kind.CALL_END, t + call.leg_ms)

    def end_hold(self, t: int, call: Call) -> None:  # E-TRANSFER-3
        call.on_hold = False
        call.hold_ms = t - call.hold_tick
        call.wait_ms += call.hold_ms

    def give_up(self, t: int, call: Call) -> None:  # E-TRANSFER-6
        """The callee hangs up, or is released."""
        self.held[call.lead.campaign].remove(call)
        self.end_hold(t, call)
        self.twin.order.counts[call.lead.campaign]["not_taken"] += 1
        self.twin.settle(t, call)

    def relieve(self, t: int, agent: int, pool: int) -> bool:  # E-CALL-10
        """Whether a free agent of a desk gets somebody on hold."""
        heads = [
            (held[0].hold_tick, c)
            for c, held in enumerate(self.held)
            if held and pool in self.given.desks[c]
        ]
        if not heads:
            return False
        self.take_over(t, self.held[min(heads)[1]].pop(0), agent)
        return True
