"""The naive twin: plays a world in plain Python, written from SEMANTICS.md and from nothing else.

It shares the arrays the build made, before the first event, and the code numbers with the engine;
no kernel, no array arithmetic, no cleverness. Where it and the engine differ, one of them, or the
page, is wrong.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from dialsim.core.codes import (
    AgentState,
    Announcement,
    Cause,
    EventCode,
    Kind,
    LeadState,
    Limit,
    Reason,
    Seen,
    Stream,
)
from dialsim.core.person_flags import REFUSED_SHIFT, PersonFlag
from tests.reference import heard, routes
from tests.reference.begun import begin, passed_by
from tests.reference.choosing import OwnNumbers, area, final_reason
from tests.reference.doubt import Doubt
from tests.reference.draws import draw
from tests.reference.guard import Guard, late
from tests.reference.inputs import read
from tests.reference.leads import fresh_rows, make_leads
from tests.reference.limits import Past, first_allowed
from tests.reference.log import EVENT_TALLIES, Log
from tests.reference.network import Network
from tests.reference.network_ground import Fate
from tests.reference.order import Order
from tests.reference.outcome import outcome
from tests.reference.pacing import Pacing
from tests.reference.people import Person, people
from tests.reference.posterior import remember
from tests.reference.records import Call, Lead, ListRows, Result
from tests.reference.sharing import Sharing
from tests.reference.staff import Staff
from tests.reference.transfer import Transfer

FINISHING = {
    Seen.CONNECTED: Reason.CONNECTED,
    Seen.INVALID: Reason.INVALID_NUMBER,
    Seen.CANCELLED: Reason.CONSENT_WITHDRAWN,
}


class Twin:
    def __init__(
        self,
        static: Any,
        state: Any,
        rows: dict[int, ListRows] | None = None,
        orders: Sequence[tuple[int, int, int]] = (),
        weights: Sequence[tuple[int, int, int]] = (),
    ) -> None:
        given = read(
            static, state, {source: brought.rows for source, brought in (rows or {}).items()}
        )
        self.given, self.world = given, given.world
        self.zones = given.world.zones
        self.due: dict[int, tuple[int, int]] = {}  # node: tick, kind
        self.heap: list[tuple[int, int, int]] = []
        self.people = people(given)
        self.places: dict[tuple[int, int, int], int] = {}  # of attempts before: list, row, tick
        remember(self, rows or {})
        self.to_learn = sorted(
            (tick, given.lists[source].first + row, flags)
            for source, brought in (rows or {}).items()
            for tick, row, flags in brought.dated
        )
        self.orders = sorted(orders)  # tick, campaign, dials
        self.weights = sorted(weights)  # tick, campaign, its weight from then on
        self.leads = make_leads(given, self.people)
        self.fresh = [
            [fresh_rows(given, c, source, (rows or {}).get(source)) for source in blocks]
            for c, blocks in enumerate(given.blocks)
        ]
        self.order = Order(given, self.fresh)
        self.waiting: list[list[Call]] = [[] for _ in given.campaigns]
        self.under_way: dict[int, Call] = {}  # by lead
        self.own = OwnNumbers(given)
        self.guard = Guard(given)
        self.sharing = Sharing(given, self)
        self.limit_ms = [Counter() for _ in given.campaigns]
        self.staff = Staff(given)
        self.pacing = Pacing(given, self)
        self.doubt = Doubt(given, self)
        self.transfer = Transfer(given, self)
        self.talked_to: dict[int, int] = {}  # by agent: campaign of the last callee
        self.events: list[dict[str, int]] = []
        self.log = Log(len(given.campaigns))
        for caller in given.callers:
            caller.retired = {"start"} if caller.retired else set()
        self.network = Network(given, self.people, self)
        begin(self, rows or {})

    # --- the queue -----------------------------------------------------------------------------

    def put(self, node: int, kind: int, tick: int, move: bool = False) -> None:  # E-TIME-1
        assert move or node not in self.due, f"node {node} is queued twice"
        self.due[node] = (tick, int(kind))
        heapq.heappush(self.heap, (tick, int(kind), node))

    def put_once(self, node: int, kind: int, tick: int) -> None:
        """Put the node if it is not queued."""
        if node not in self.due:
            self.put(node, kind, tick)

    def drop(self, node: int) -> None:
        self.due.pop(node, None)

    def play(self) -> Result:  # E-BEGIN-1, E-TIME-4, E-END-1
        for row, group in enumerate(self.given.agent_groups):
            if group.boundaries:
                self.put(self.world.node_group + row, Kind.SHIFT, self.given.shifts[row][0])
        for row, hours in enumerate(self.given.classes):
            if hours.count:
                self.put(self.world.node_class + row, Kind.WINDOW, self.given.boundaries[row][0])
        self.network.begin()
        last = (0, 0, 0)
        while self.heap and self.heap[0][0] < self.world.end:
            tick, kind, node = event = heapq.heappop(self.heap)
            if self.due.get(node) != (tick, kind):
                continue  # moved or dropped
            while self.weights and self.weights[0][0] <= tick:  # S-TURN-6
                _, campaign, weight = self.weights.pop(0)
                self.given.progress[campaign].weight = weight
            if self.orders and self.orders[0][0] <= tick:
                heapq.heappush(self.heap, event)
                at, campaign, dials = self.orders.pop(0)
                self.given.progress[campaign].allotted = dials
                self.pace(at, campaign)
                continue
            if self.to_learn and self.to_learn[0][0] <= tick:
                heapq.heappush(self.heap, event)
                self.learn(*self.to_learn.pop(0))
                continue
            assert event >= last, "time goes back"
            last = event
            del self.due[node]
            self.run(tick, kind, node)
        return outcome(self)

    def learn(self, t: int, row: int, flags: int) -> None:  # E-KNOWN-1
        """What becomes known of a person, before any event of its tick."""
        person = self.people[row]
        person.flags |= flags
        if flags & PersonFlag.WITHDRAWN:
            for call in list(self.under_way.values()):
                if call.person is person and call.lead.state == LeadState.DIALLING:
                    self.cancel(t, call)

    def cancel(self, t: int, call: Call) -> None:  # E-KNOWN-3, E-KNOWN-4
        fate = call.fate
        self.drop(self.world.node_lead + call.lead.number)
        fate.live, fate.delivered = False, False
        fate.after_ms, fate.sip, fate.announcement = t - call.dial_tick, 487, Announcement.NONE
        if not fate.blocked:
            fate.cause = Cause.CANCELLED
        call.cancelled = True
        self.call_end(t, call)

    def run(self, t: int, kind: int, node: int) -> None:
        w = self.world
        if kind in (Kind.CASE, Kind.NETWORK):
            self.network.run(t, node)
        elif kind == Kind.CALL_END:
            self.call_end(t, self.under_way[node - w.node_lead])
        elif kind == Kind.WAIT_END:
            call = self.under_way[node - w.node_lead]
            if call.on_hold:
                self.transfer.give_up(t, call)
            else:
                self.waiting[call.lead.campaign].remove(call)
                self.abandon(t, call)
        elif kind == Kind.ANSWER:
            self.answer(t, self.under_way[node - w.node_lead])
        elif kind == Kind.AGENT:
            self.wrapped_up(t, node - w.node_agent)
        elif kind == Kind.SHIFT:
            self.shift(t, node - w.node_group)
        elif kind == Kind.WINDOW:
            self.window(t, node - w.node_class)
        elif kind == Kind.DUE:
            self.lead_due(t, self.leads[node - w.node_lead])
        elif kind == Kind.CALLER:
            self.pace(t, node - w.node_wake)  # E-VERDICT-8
        elif kind == Kind.PACE and node >= w.node_second:
            campaign = node - w.node_second
            if self.at_work(campaign):
                self.put(node, Kind.PACE, self.pacing.next_second(t, campaign))
            self.decide(t, campaign, second=True)
        elif kind == Kind.PACE:
            self.decide(t, node - w.node_pace, second=False)
        else:
            self.put(node, kind, t)  # it may be another's turn
            queued = [c for c in range(w.campaigns) if w.node_dial + c in self.due]
            campaign = min(queued, key=self.sharing.starts)
            self.drop(w.node_dial + campaign)
            self.dial(t, campaign)

    # --- shifts, hours, pacing -----------------------------------------------------------------

    def shift(self, t: int, row: int) -> None:  # E-SHIFT-5
        group = self.given.agent_groups[row]
        starts = self.staff.shift(t, row)
        if group.position < group.boundaries:
            tick = self.given.shifts[row][group.position]
            self.put(self.world.node_group + row, Kind.SHIFT, tick)
        self.pace_pool(t, group.pool)
        for campaign, pools in enumerate(self.given.pools_of):
            if starts and group.pool in pools:
                node = self.world.node_second + campaign
                if node not in self.due:
                    self.put(node, Kind.PACE, self.pacing.begin(t, campaign))

    def window(self, t: int, row: int) -> None:  # E-SHIFT-6
        hours = self.given.classes[row]
        hours.open = 1 - hours.open
        hours.position += 1
        if hours.position < hours.count:
            tick = self.given.boundaries[row][hours.position]
            self.put(self.world.node_class + row, Kind.WINDOW, tick)
        self.pace(t, row // self.zones)
        self.doubt.take_up_again(t, hours.open)

    def pace(self, t: int, campaign: int) -> None:  # E-SHIFT-8
        """To pace: put the campaign's PACE node now, if it is not queued."""
        self.put_once(self.world.node_pace + campaign, Kind.PACE, t)

    def pace_pool(self, t: int, pool: int) -> None:  # S-POOL-4
        """Campaigns of a pool, and all that hang together with one."""
        for campaign, pools in enumerate(self.given.pools_of):
            if pool in pools:
                for other in self.sharing.together[campaign]:
                    self.pace(t, other)

    def at_work(self, c: int) -> bool:  # P-WHEN-4
        return any(self.given.pools[pool].on_shift for pool in self.given.pools_of[c])

    def decide(self, t: int, c: int, second: bool) -> None:  # P-WHEN-4 to P-WHEN-7, P-REST-5
        progress = self.given.progress[c]
        progress.stale = 0
        classes = self.given.classes[c * self.zones : (c + 1) * self.zones]
        if not any(hours.open for hours in classes) or not self.at_work(c):
            progress.to_dial = 0
            self.limit(t, c, Limit.CLOSED)
            return
        progress.to_dial = self.pacing.wanted(t, c, second)
        if progress.to_dial == 0:
            self.limit(t, c, self.pacing.satisfied(c))
        elif progress.limit == Limit.LEADS and not self.order.anybody(c):
            progress.to_dial = 0
        else:
            self.put_once(self.world.node_dial + c, Kind.DIAL, t)

    def limit(self, t: int, c: int, limit: int) -> None:  # E-END-7
        progress = self.given.progress[c]
        self.limit_ms[c][progress.limit] += t - progress.limit_since
        progress.limit, progress.limit_since = int(limit), t

    # --- dialling ------------------------------------------------------------------------------

    def dial(self, t: int, c: int) -> None:  # E-DIAL-1, E-DIAL-3, E-DIAL-4, S-YIELD-6
        progress = self.given.progress[c]
        if progress.to_dial <= 0:
            return
        if not self.sharing.decide_anew(t, c):
            self.limit(t, c, self.pacing.satisfied(c))
            return
        stop = self.dial_step(t, c)
        if stop is not None:
            progress.to_dial = 0
            self.limit(t, c, stop)
        elif progress.to_dial > 0:
            self.put(self.world.node_dial + c, Kind.DIAL, t)
        else:
            self.limit(t, c, self.pacing.satisfied(c))

    def dial_step(self, t: int, c: int) -> int | None:
        """One step; the limit that stops the campaign, or None."""
        # E-DIAL-2, E-LEAD-3, E-LEAD-4, E-LEAD-6, E-LEAD-10, E-LEAD-11, E-VERDICT-2
        if not self.guard.allows(t, c, self.sharing):
            return Limit.ABANDON_GUARD
        found = {
            area: self.own.caller_for(t, c, area) if groups else (None, None, None)
            for area, groups in enumerate(self.given.area_groups[c])
        }
        lacking = [area for area, (caller, limit, _) in found.items() if limit and caller is None]
        turns = [area for area in found if area not in lacking]
        fresh_first = self.order.fresh_first(c, turns)
        lead = None if fresh_first else self.order.next_ready(c, turns)
        if lead is None:
            able = fresh_first or any(found[area][0] is not None for area in turns)
            if lacking and not able:
                return self.wait(c, [found[area] for area in lacking])
            number = self.order.next_fresh(c, t)
            if number is None:
                waiting = [found[area] for area in lacking if self.order.heads(c, [area])]
                return self.wait(c, waiting) if waiting else Limit.LEADS
            lead = self.leads[number]
            if passed_by(self, lead, fresh_first):
                return None
            if not self.hours_of(lead).open or self.area_of(lead) in lacking:
                self.make_ready(t, lead)
                return None
        caller = found[self.area_of(lead)][0]
        heard.lapse(self, t, lead.person)
        reason = final_reason(lead.person, self.given.campaigns[lead.campaign])
        if reason != Reason.NONE:
            self.finish(lead, reason)
        elif lead.person.busy:
            lead.state = LeadState.HELD
            lead.person.held = True
        else:
            until = self.allowed_from(t, lead.person, caller if caller is not None else -1)
            if until > t:
                self.sleep(lead, until)
            else:
                assert caller is not None
                self.place(t, lead, caller)
        return None

    def wait(self, c: int, lacking: list[tuple[int | None, int | None, int | None]]) -> int:
        """Put the wake-up of areas without a caller ID; what the first of them lacks."""
        # E-LEAD-5
        # "wake at the smallest tick ... (moved if queued; taken out if there is none)"
        self.drop(self.world.node_wake + c)
        ticks = [wake for _, _, wake in lacking if wake is not None]
        if ticks:
            self.put(self.world.node_wake + c, Kind.CALLER, min(ticks))
        assert lacking[0][1] is not None
        return lacking[0][1]

    def area_of(self, lead: Lead) -> int:
        return area(self.given, lead.campaign, lead.person)

    def allowed_from(self, t: int, person: Person, caller: int) -> int:  # E-VERDICT-4
        """The first tick at which every limit and the retry gap allow one more attempt."""
        past = person.attempts
        earliest = t
        if past:
            earliest = max(t, past[-1].tick + self.world.retry_gap_ms)
        limits, periods = self.given.callee_limits, self.given.periods
        return first_allowed(limits, past, caller, periods, earliest)

    def place(self, t: int, lead: Lead, caller: int) -> None:  # E-PLACE-1, E-PLACE-6, E-PLACE-7
        person, campaign = lead.person, self.given.campaigns[lead.campaign]
        trunk_row = self.given.groups[self.given.callers[caller].group].trunk
        trunk = self.given.trunks[trunk_row]
        n = len(person.attempts)
        lead.state = LeadState.DIALLING
        lead.attempts += 1
        self.order.keep(t, lead)
        person.busy = True
        past = Past(t, caller)
        person.attempts.append(past)
        self.own.book(past, trunk_row, person.operator)
        trunk.in_use += 1
        routes.call_begins(self, t, trunk)
        self.guard.outstanding[lead.campaign] += 1
        self.pacing.dialled(t, lead.campaign)
        self.doubt.begin(t, lead, caller)
        self.given.progress[lead.campaign].allotted -= 1
        self.given.progress[lead.campaign].to_dial -= 1
        self.sharing.charge(lead.campaign)
        for other in self.sharing.together[lead.campaign]:
            if other != lead.campaign and self.world.node_dial + other in self.due:
                self.given.progress[other].stale = 1  # S-TURN-7
        fate = self.network.judge(t, person, n, caller, trunk, campaign)
        self.under_way[lead.number] = Call(lead, person, campaign, caller, trunk_row, t, n, fate)
        kind = Kind.ANSWER if fate.answered else Kind.CALL_END
        self.put(self.world.node_lead + lead.number, kind, t + fate.after_ms)

    # --- leads ---------------------------------------------------------------------------------

    def hours_row(self, lead: Lead) -> int:
        return lead.campaign * self.zones + lead.person.zone

    def hours_of(self, lead: Lead) -> SimpleNamespace:
        return self.given.classes[self.hours_row(lead)]

    def make_ready(self, t: int, lead: Lead) -> None:  # E-LEAD-1
        lead.state, lead.entered = LeadState.READY, t
        self.order.add(lead, self.hours_row(lead), self.area_of(lead))

    def finish(self, lead: Lead, reason: int) -> None:
        lead.state, lead.reason = LeadState.FINISHED, reason

    def sleep(self, lead: Lead, until: int) -> None:  # E-VERDICT-6
        lead.state = LeadState.SLEEPING
        if until < self.world.horizon:
            self.put(self.world.node_lead + lead.number, Kind.DUE, until)

    def lead_due(self, t: int, lead: Lead) -> None:  # E-VERDICT-7
        self.make_ready(t, lead)
        if self.given.progress[lead.campaign].limit == Limit.LEADS:
            self.pace(t, lead.campaign)

    # --- a call's later life -------------------------------------------------------------------

    def answer(self, t: int, call: Call) -> None:  # E-CALL-1, E-CALL-2
        self.guard.outstanding[call.lead.campaign] -= 1
        self.pacing.ended(t, call.lead.campaign, call.dial_tick, 1)
        self.doubt.end(t, call, None)
        call.answer_tick = t
        agent = self.sharing.whom(call.lead.campaign)
        if agent is not None:
            self.connect(t, call, agent)
            return
        patience = min(call.campaign.drop_after_ms, call.fate.patience_ms)
        if call.campaign.drop_after_ms == 0:
            self.abandon(t, call)
            return
        call.lead.state = LeadState.WAITING
        self.waiting[call.lead.campaign].append(call)
        self.put(self.world.node_lead + call.lead.number, Kind.WAIT_END, t + patience)

    def connect(self, t: int, call: Call, agent: int) -> None:  # E-CALL-3, E-CALL-4
        node = self.world.node_lead + call.lead.number
        self.drop(node)
        call.lead.state = LeadState.TALKING
        call.agent, call.wait_ms, call.talk_ms = agent, t - call.answer_tick, call.fate.talk_ms
        message = call.campaign.message_ms
        if message and call.talk_ms >= message:
            call.talk_ms = message
            self.order.counts[call.lead.campaign]["heard_out"] += call.fate.live
        call.leg_ms = call.talk_ms
        dropped = self.guard.connected(t, call)
        self.order.counts[call.lead.campaign]["connected_late"] += late(call)
        if dropped is not None:
            self.pacing.served(t, call.lead.campaign, dropped)
        self.staff.to(t, agent, AgentState.TALK)
        self.talked_to[agent] = call.lead.campaign
        self.put(node, Kind.CALL_END, t + call.talk_ms)

    def abandon(self, t: int, call: Call) -> None:  # E-CALL-5
        call.wait_ms = t - call.answer_tick
        self.guard.dropped(t, call)
        self.pacing.served(t, call.lead.campaign, 1)
        self.settle(t, call)

    def call_end(self, t: int, call: Call) -> None:  # E-CALL-6, E-CALL-7
        if not call.fate.answered:
            self.guard.outstanding[call.lead.campaign] -= 1
            self.pacing.ended(t, call.lead.campaign, call.dial_tick, 0)
            seen = Seen.CANCELLED if call.cancelled else self.meaning(call.fate)
            self.doubt.end(t, call, seen)
        if call.agent >= 0:
            self.staff.to(t, call.agent, AgentState.WRAP_UP)
            wrap_ms = self.staff.wrap_ms(call)
            if not call.handed_over:
                self.sharing.busy_ms[call.lead.campaign] += call.leg_ms + wrap_ms
            self.put(self.world.node_agent + call.agent, Kind.AGENT, t + wrap_ms)
            if self.transfer.hand_over(t, call):
                return
        self.settle(t, call)

    def wrapped_up(self, t: int, number: int) -> None:  # E-CALL-9, E-CALL-10
        agent = self.given.agents[number]
        self.pacing.handled(t, self.talked_to[number], agent.pool, agent.busy_since)
        on_shift = self.given.agent_groups[agent.group].on_shift
        self.staff.to(t, number, AgentState.IDLE if on_shift else AgentState.OFF)
        if on_shift and self.transfer.relieve(t, number, agent.pool):
            return
        waiting = self.sharing.next_waiting(agent.pool) if on_shift else None
        if waiting is not None:
            self.connect(t, waiting, number)
        elif on_shift:
            self.pace_pool(t, agent.pool)

    # --- settling ------------------------------------------------------------------------------

    def settle(self, t: int, call: Call) -> None:
        # E-SETTLE-1, E-SETTLE-2, E-SETTLE-4, E-SETTLE-8, E-SETTLE-9
        lead, person, fate = call.lead, call.person, call.fate
        del self.under_way[lead.number]
        self.sharing.ended[lead.campaign] += 1
        if call.agent >= 0:
            seen = Seen.CONNECTED if fate.live else Seen.ASSISTANT
        else:
            seen = Seen.ABANDONED if fate.answered else self.meaning(fate)
        if call.cancelled:
            seen = Seen.CANCELLED
        person.attempts[call.n].end(seen, t - call.dial_tick, self.given.world.suspicion_quick_ms)
        self.log.write(call, seen)

        trunk = self.given.trunks[call.trunk]
        was_full = trunk.in_use == trunk.channels
        trunk.in_use -= 1
        if was_full:
            for c, progress in enumerate(self.given.progress):
                if progress.limit == Limit.TRUNKS:
                    self.pace(t, c)
        routes.call_ends(self, t, call, seen)

        tally = self.log.tallies[lead.campaign]
        if fate.live and not person.reached:
            person.reached = True
            tally["reach"] += 1
        codes = []
        if seen == Seen.CONNECTED and fate.opt_out:
            # "WITHDRAWN if the campaign offers it; if not, half of them (lowest bit of OPT_OUT
            # set, labels on) MARK instead, apart from the mark below"
            bits = draw(self.world.run_base, Stream.OPT_OUT, person.key, call.n)
            if call.campaign.opt_out_offered:
                person.withdrawn = True
                codes.append(EventCode.OPT_OUT)
            elif bits & 1 and not self.given.network.off_labels:
                codes.append(EventCode.MARK)
                self.network.mark(t, call)
        if fate.delivered:
            codes += self.network.settle(t, call, seen)
            self.log.calls[-1]["grounds"] = self.network.grounds
        person.asked = person.asked or (seen == Seen.CONNECTED and fate.opt_out)
        for code in codes:
            tally[EVENT_TALLIES[code]] += 1
            heard.write(self, t, (call.dial_tick, person.row, call.caller, lead.campaign), code)
        self.after(t, call, seen)

    def after(self, t: int, call: Call, seen: int) -> None:
        """What becomes of the lead, and of those its person kept waiting."""
        # E-AFTER-1, E-AFTER-3, E-AFTER-4, E-AFTER-8, E-AFTER-9
        lead, person = call.lead, call.person
        lead.seen = seen
        retry = call.campaign.retry_ms[seen]
        if seen == Seen.REFUSED:
            person.flags |= 1 << REFUSED_SHIFT << call.campaign.category
            self.finish(lead, Reason.REFUSE_CALL)
        elif seen == Seen.BLOCKED:
            person.suspected = True
            self.finish(lead, Reason.SUSPECTED_BLOCK)
        elif seen == Seen.INVALID and person.number < len(person.dead):
            person.number += 1
            if lead.attempts >= call.campaign.at_most:
                self.finish(lead, Reason.ATTEMPTS_USED)
            else:
                self.sleep(lead, t)
        elif seen == Seen.CONNECTED and (agreed := self.order.agreed(t, call)) is not None:
            self.sleep(lead, agreed)
        elif seen in FINISHING:
            if seen == Seen.CONNECTED:
                heard.decline(self, t, call)
            self.finish(lead, FINISHING[seen])
        elif retry < 0:
            self.finish(lead, Reason.NO_RETRY)
        elif lead.attempts >= call.campaign.at_most:
            self.finish(lead, Reason.ATTEMPTS_USED)
        else:
            self.sleep(lead, self.order.other_part(lead, call.dial_tick, seen, t + retry))
        person.busy = False
        if person.held:
            person.held = False
            for other in self.leads:
                if other.person is person and other.state == LeadState.HELD:
                    other.state = LeadState.SLEEPING
                    self.put(self.world.node_lead + other.number, Kind.DUE, t)
        for other in self.sharing.together[lead.campaign]:
            self.pace(t, other)

    def meaning(self, fate: Fate) -> Seen:  # N-FATE-4
        """What the dialer takes a failed attempt for, from the code and what is heard."""
        told = self.given.announced[fate.announcement]
        if told and self.given.ambiguous[fate.sip]:
            return Seen(told)
        return Seen(self.given.meaning[fate.sip])

    def retire(self, caller: int, why: str) -> None:  # N-RETIRE-1
        self.given.callers[caller].retired.add(why)

    def reinstate(self, caller: int, why: str) -> None:  # N-RETIRE-2
        """Take one reason away; a number retired for another is not dialled from yet."""
        self.given.callers[caller].retired.discard(why)
        if why == "line":
            self.given.callers[caller].rejected = 0


def play(
    static: Any,
    state: Any,
    rows: dict[int, ListRows] | None = None,
    orders: Sequence[tuple[int, int, int]] = (),
    weights: Sequence[tuple[int, int, int]] = (),
) -> Result:
    """Play a world, given as built, to its end: `rows` of lists, `orders` of a policy."""
    return Twin(static, state, rows, orders, weights).play()
