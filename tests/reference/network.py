"""The network: what becomes of an attempt, and what follows from it. Page N, N-JUDGE on.

It knows the dialer only through `Dialer`: its own events, and formal notices. Its parts, each
resting on the one before: `network_ground`, `_frequency`, `_labels`, `_complaints`, `_gateways`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dialsim.carrier import layout
from dialsim.carrier.layout import HandsetFlag, Table
from dialsim.core.codes import Action, Cause, EventCode, Seen, Stream
from tests.reference.draws import draw, quantile, top
from tests.reference.network_gateways import Gateways
from tests.reference.network_ground import CERTAIN, DAY_MS, HOUR_MS, MINUTE_MS, Fate, Line
from tests.reference.people import Person

ANSWERED = (Cause.LIVE, Cause.ASSISTANT)
RECORDING = 2
PREFIXES = HandsetFlag.BLOCKS_95 | HandsetFlag.BLOCKS_96 | HandsetFlag.BLOCKS_400


def gone(person: Person) -> bool:
    """Whether the number that is dialled now is empty or suspended."""
    if person.number:
        return person.dead[person.number - 1]
    return person.empty or person.suspended


def first_above(row: list[list[int]], u: int) -> int:
    """The first code of a row whose cumulative threshold exceeds `u`."""
    return next(code for share, code in row if share > u)


class Network(Gateways):
    # --- its own events ------------------------------------------------------------------------

    def begin(self) -> None:  # E-BEGIN-1
        self.begin_labels()
        for g in range(len(self.gateways)):
            self.put_gateway(g, -1)
        self.put_platform(-1)
        for number in range(len(self.given.filed_blocks)):
            self.put_block(number, 0)
        self.put_dated()

    def run(self, t: int, node: int) -> None:  # N-NODE-1
        """A node of Kind CASE or LINE: whichever of its owners begins last at or below it.

        Owners without nodes begin where the next one does.
        """
        w = self.world
        owners: list[tuple[int, Callable[[int, int], None]]] = [
            (w.node_ladder, self.line),
            (w.node_enterprise, lambda t, _: self.review(t)),
            (w.node_gateway, self.gateway_blocked),
            (w.node_calm, self.calm),
            (w.node_label, self.label_node),
            (w.node_stop_appeal, lambda t, _: self.stop_appeal(t)),
            (w.node_platform, lambda t, _: self.platform(t)),
            (w.node_block, self.block),
            (w.node_trunk, self.trunk),
            (w.node_dated, lambda t, _: self.dated_turn(t)),
            (w.node_case, self.case),
        ]
        first, owner = max(
            (pair for pair in reversed(owners) if pair[0] <= node), key=lambda pair: pair[0]
        )
        owner(t, node - first)

    # --- judging -------------------------------------------------------------------------------

    def judge(self, t: int, person: Person, n: int, caller: int, trunk: Any, campaign: Any) -> Fate:
        # N-JUDGE-1, N-FATE-1 to N-FATE-9
        def bits(stream: int) -> int:  # E-DRAW-5
            return draw(self.world.run_base, stream, person.key, n)

        def ms(table: int, stream: int) -> int:
            return quantile(self.given.tables[table], bits(stream))

        line = self.lines[caller]
        b = 0 if person.genuine else 1
        cause = self.verdict(t, person, n, line)
        if cause == Cause.NONE:
            cause = self.over_contract(t, person, trunk, line.trunk)
        if cause == Cause.NONE:
            cause = self.reaction(t, person, bits, line, (b, campaign.robot))
            # "RING quantile > ring_timeout − 1 → NO_ANSWER"
            ring = ms(Table.RING, Stream.RING)  # N-ANSWER-4
            if cause in ANSWERED and ring > campaign.ring_timeout_ms - 1:
                cause = Cause.NO_ANSWER
        fate = Fate(
            cause=cause,
            after_ms=1,
            sip=200,
            delivered=cause in (Cause.NO_ANSWER, *ANSWERED),
        )
        # "blocks: REFUSAL_DELAY, but BLOCKED_BY_CALLEE as BUSY; INVALID, UNREACHABLE, BUSY:
        # POST_DIAL; NO_ANSWER: POST_DIAL + ring_timeout; answered: POST_DIAL + RING"
        if fate.blocked and cause != Cause.BLOCKED_BY_CALLEE:
            after = ms(Table.REFUSAL_DELAY, Stream.SIGNAL_DELAY)
        else:
            after = ms(Table.POST_DIAL, Stream.POST_DIAL)
            if cause == Cause.NO_ANSWER:
                after += campaign.ring_timeout_ms
            elif fate.answered:
                after += ms(Table.RING, Stream.RING)
        fate.after_ms = max(1, after)
        if not fate.answered:
            fate.sip = first_above(self.given.signals[cause], top(bits(Stream.SIGNAL)))
            heard = top(bits(Stream.ANNOUNCEMENT))
            fate.announcement = first_above(self.given.announcements[cause], heard)
            return fate
        # "talk: ASSISTANT_TALK for an assistant, else TALK from b's table, at least 1. patience:
        # PATIENCE quantile, at least 1. opt_out: live and OPT_OUT hits opt_out[b]"
        fate.live = cause == Cause.LIVE
        if fate.live:
            own = (Table.TALK_OPTED_IN + b, Table.TALK_ROBOT, Table.TALK_RECORDING)
            table = own[campaign.robot]
            fate.talk_ms = max(1, ms(table, Stream.TALK))
        else:
            fate.talk_ms = max(1, ms(Table.ASSISTANT_TALK, Stream.ASSISTANT_TALK))
        fate.patience_ms = max(1, ms(Table.PATIENCE, Stream.PATIENCE))
        fate.opt_out = fate.live and top(bits(Stream.OPT_OUT)) < self.net.opt_out[b]
        heard = fate.live and campaign.robot != RECORDING
        if fate.live and self.net.notice_ms > 0:
            if top(bits(Stream.RECORDING_NOTICE)) < self.net.hangs_up:
                fate.talk_ms, fate.opt_out = self.net.notice_ms, False
                heard = False
            else:
                fate.talk_ms += self.net.notice_ms
        # "declined: live, to no recording, not hung up at the notice, and DECLINED hits"
        share = self.net.declined[3 * b + campaign.purpose]
        fate.declined = heard and top(bits(Stream.DECLINED)) < share
        return fate

    def verdict(self, t: int, person: Person, n: int, line: Line) -> int:
        """Counting, and steps 1 to 5: what the network refuses; NONE if nothing."""
        # N-JUDGE-1 to N-JUDGE-8, N-JUDGE-11 to N-JUDGE-14, N-DATED-3
        self.count_attempt(t, line, person)
        here, *elsewhere = self.judgings(t, line, person)
        there = elsewhere[0] if elsewhere else None
        throttled_here = self.throttled_now(t, line, here, person, n)
        throttled_there = bool(there and self.throttled_now(t, line, there, person, n))

        def hit(stream: int, threshold: int) -> bool:
            return self.hits(stream, person.key, n, threshold)

        firm = self.enterprise
        states = [self.own_state(t, line), here.target.state]
        states_there = []
        if there:
            states_there = [self.state_there(t, line, there.operator), there.target.state]
        if not line.authentic:
            return Cause.NOT_AUTHENTIC
        shut = t < self.given.contracts[line.trunk].shut_until
        if firm.stopped or firm.platform_stopped or shut or max(states) >= Action.SUSPEND:
            return Cause.LINE_SHUT
        if there and max(states_there) >= Action.SUSPEND:
            return Cause.SHUT_THERE
        dated = self.dated_now(t, line, person)
        if line.gateway >= 0 and any(act.action == Action.SUSPEND for act in dated):
            return Cause.GATEWAY_SHUT
        cause = self.pass_gateway(t, line, person, n)
        if cause != Cause.NONE or person.whitelist:
            return cause
        cause = self.callee_blocks(line, person)
        if cause != Cause.NONE:
            return cause
        intercepts = any(act.action == Action.INTERCEPT for act in dated)
        lag_ms = self.net.refusal_lag_ms[person.true_operator]  # E-SUBS-6
        if not self.net.off_refuse_call and person.registered_min * MINUTE_MS + lag_ms <= t:
            if (
                line.registered
                and person.refused >> line.category & 1
                and hit(Stream.REFUSE_CALL, self.net.intercept_registered)
            ):
                return Cause.REFUSED_CATEGORY
            if not line.registered:
                intercepts = intercepts or Action.INTERCEPT in states + states_there
            if intercepts and hit(Stream.REFUSE_CALL, self.net.intercept_flagged):
                return Cause.REFUSED_FLAGGED
        operators = self.given.operators
        throttles = [act.operator for act in dated if act.action == Action.THROTTLE]
        here_too = (max(states) >= Action.THROTTLE and throttled_here) or -1 in throttles
        if here_too and hit(Stream.THROTTLE, operators[line.operator].throttle_refuses):
            return Cause.THROTTLED
        o = person.true_operator
        there_too = there and max(states_there) >= Action.THROTTLE and throttled_there
        if (there_too or o in throttles) and hit(
            Stream.THROTTLE_THERE, operators[o].throttle_refuses
        ):
            return Cause.THROTTLED_THERE
        return Cause.NONE

    def callee_blocks(self, line: Line, person: Person) -> int:  # N-JUDGE-9, N-JUDGE-10, E-PHONE-4
        """What the callee's own lists say."""
        bits = person.phone
        blocked = (bits >> layout.BLOCKED_SHIFT) - 1
        if bits & HandsetFlag.BLOCKS_ENTERPRISE or blocked == line.row:
            return Cause.BLOCKED_BY_CALLEE
        if blocked >= 0 and line.name and self.lines[blocked].name == line.name:
            return Cause.BLOCKED_BY_CALLEE
        if bits & line.blocked_by & PREFIXES:
            return Cause.BLOCKED_PREFIX
        if bits & line.blocked_by & HandsetFlag.BLOCKS_ABROAD:
            return Cause.BLOCKED_INTERNATIONAL
        return Cause.NONE

    def reaction(
        self, t: int, person: Person, bits: Callable[[int], int], line: Line, who: tuple[int, int]
    ) -> int:
        """Steps 7 and 8, but for the ring: what the phone and the person do."""
        # N-ANSWER-1 to N-ANSWER-4
        net, (b, robot) = self.net, who
        if gone(person):
            return Cause.INVALID
        if (person.dormant and not person.number) or top(
            bits(Stream.UNREACHABLE)
        ) < net.unreachable:
            return Cause.UNREACHABLE
        if top(bits(Stream.BUSY)) < net.busy:
            return Cause.BUSY
        weekday = (self.given.weekday + t // DAY_MS) % 7
        p = person.propensity * self.given.hour_factor[weekday * 24 + t // HOUR_MS % 24] >> 16
        if robot:
            p = p * net.robot_factor[b] >> 16
        if line.named:
            p = p * net.display_factor[b] >> 16
        if self.sees_label(t, line, person):
            p = p * net.label_factor >> 16
        if line.international:
            p = p * net.abroad_factor >> 16
        if top(bits(Stream.ANSWER)) >= min(CERTAIN, p):
            return Cause.NO_ANSWER
        if top(bits(Stream.ASSISTANT)) < net.assistant:
            return Cause.ASSISTANT
        return Cause.LIVE

    # --- what follows from a delivered call ----------------------------------------------------

    def settle(self, t: int, call: Any, seen: int) -> list[int]:  # E-REACT-1, E-REACT-2, E-SETTLE-3
        """What a person does after a delivered call, as event codes; the network takes note."""
        net, person = self.net, call.person
        b = 0 if person.genuine else 1

        def hit(stream: int, base: int, factors: list[int]) -> bool:
            for factor in factors:
                base = base * factor >> 16
            return self.hits(stream, person.key, call.n, base)

        modifiers = self.modifiers(t, call, seen)
        factors = [factor for holds, factor in modifiers if holds]
        weighs = [bool(holds) for holds, _ in modifiers] + [person.genuine]
        told = [] if net.off_complaints else [bit for bit, holds in enumerate(weighs) if holds]
        self.grounds = sum(1 << bit for bit in told)
        self.count_delivered(t, call)
        self.behave(t, call)
        codes = []
        # "marks know only dropped"
        dropped = [net.dropped] if seen == Seen.ABANDONED else []
        if not net.off_labels and hit(Stream.MARK, net.mark[b], dropped):
            codes.append(EventCode.MARK)
            self.mark(t, call)
        if not net.off_complaints:
            if hit(Stream.COMPLAINT, net.complaint[b], factors):
                codes.append(EventCode.COMPLAINT_12321)
                self.file(t, call, EventCode.COMPLAINT_12321, net.triage_days)
            if hit(Stream.HOTLINE, net.hotline[b], factors):
                codes.append(EventCode.COMPLAINT_HOTLINE)
                self.file(t, call, EventCode.COMPLAINT_HOTLINE, net.hotline_days)
            if net.sector[b] > 0 and hit(Stream.COMPLAINT_SECTOR, net.sector[b], factors):
                codes.append(EventCode.COMPLAINT_SECTOR)
                self.file(t, call, EventCode.COMPLAINT_SECTOR, net.sector_days)
        return codes

    def modifiers(self, t: int, call: Any, seen: int) -> list[tuple[Any, int]]:
        """Of complaints, in the order they apply: whether each holds, and its factor."""
        # E-REACT-2 to E-REACT-4
        net, person, line = self.net, call.person, self.lines[call.caller]
        shifts = self.given.zone_shift[person.zone]
        clock = call.dial_tick + shifts[min(call.dial_tick // HOUR_MS, len(shifts) - 1)]
        refused = person.asked or (
            not person.whitelist
            and person.registered_min * MINUTE_MS <= call.dial_tick
            and person.refused >> call.campaign.category & 1
        )
        return [
            (call.n >= 2, net.third_call),
            (self.sees_label(t, line, person), net.labelled),
            (seen == Seen.ABANDONED, net.dropped),
            (line.named, net.named),
            (call.campaign.robot, net.robot),
            (self.given.off_hour[clock // HOUR_MS % 24], net.out_of_hours),
            (refused, net.after_refusal),
        ]

    def count_delivered(self, t: int, call: Any) -> None:  # N-MARK-1
        """ "Delivered (at settle)": of the line, of N, of the enterprise's day and the trunk's."""
        line, day = self.lines[call.caller], call.dial_tick // DAY_MS
        self.own[line.row].delivered.add(t)
        if self.linked(t, line):
            self.shared.delivered.add(t)
        self.day(day)["delivered"] += 1
        self.enterprise.last_call_day = day
        self.trunk_day(line.trunk, day)["delivered"] += 1
        self.given.contracts[line.trunk].last_day = day
