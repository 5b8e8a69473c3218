"""The network: what becomes of an attempt, and what follows from it. SEMANTICS.md, "Judge" and on.

It knows the dialer only through `Twin.put` (its own events) and `Twin.retire` (a notice).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from dialsim.carrier import layout
from dialsim.core.codes import Action, Cause, EventCode, Kind, Rule, Seen, Stream
from tests.reference.draws import Count, draw, quantile, top
from tests.reference.people import Person

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
MINUTE_MS = 60_000
CERTAIN = 1 << 32


def gone(person: Person) -> bool:
    """Whether the number that is dialled now is empty or suspended."""
    if person.number:
        return person.dead[person.number - 1]
    return person.empty or person.suspended


@dataclass
class Fate:
    """An attempt as it really is."""

    cause: int
    after_ms: int
    sip: int
    delivered: bool
    talk_ms: int = 0
    patience_ms: int = 0
    live: bool = False
    opt_out: bool = False

    @property
    def answered(self) -> bool:
        return self.cause in (Cause.LIVE, Cause.ASSISTANT)


class Line:
    """A caller ID, or all linked unregistered numbers of a class, with its five counters."""

    def __init__(self, given: SimpleNamespace) -> None:
        self.__dict__.update(given.__dict__)
        self.hour = Count(layout.HOUR_BUCKET_MS)
        self.day = Count(layout.DAY_BUCKET_MS)
        self.marks = Count(layout.MONTH_BUCKET_MS)
        self.delivered = Count(layout.MONTH_BUCKET_MS)
        self.triaged = Count(layout.MONTH_BUCKET_MS)


class Network:
    def __init__(
        self,
        given: SimpleNamespace,
        people: list[Person],
        put: Callable[..., None],
        drop: Callable[[int], None],
        retire: Callable[[int], None],
    ) -> None:
        self.given, self.world, self.net = given, given.world, given.network
        self.people, self.put, self.drop, self.retire = people, put, drop, retire
        self.lines = [Line(line) for line in given.lines]
        self.callers = given.world.callers
        self.shared_hour = Count(layout.HOUR_BUCKET_MS)  # row N of both windows
        self.shared_day = Count(layout.DAY_BUCKET_MS)
        self.shared_marks = Count(layout.MONTH_BUCKET_MS)
        self.shared_delivered = Count(layout.MONTH_BUCKET_MS)
        shared = {name: self.__dict__.get(f"shared_{name}") for name in given.counters}
        for name, rows in given.counters.items():  # before the start
            mine = [line.__dict__[name] for line in self.lines[: self.callers]]
            for counter, ticks in zip([*mine, shared[name]], rows, strict=False):
                counter.ticks += ticks
        self.enterprise = given.enterprise
        self.delivered_by_day: dict[int, int] = {}
        self.cases_by_day: dict[int, int] = {}
        self.cases: list[SimpleNamespace] = []
        self.actions: list[dict[str, int]] = []

    # --- judging -------------------------------------------------------------------------------

    def judge(self, t: int, person: Person, n: int, caller: int, trunk: Any, campaign: Any) -> Fate:
        def bits(stream: int) -> int:
            return draw(self.world.run_base, stream, person.key, n)

        def ms(table: int, stream: int) -> int:
            return quantile(self.given.tables[table], bits(stream))

        line = self.lines[caller]
        b = 0 if person.genuine else 1
        cause = self.verdict(t, person, bits, caller, trunk)
        if cause == Cause.NONE:
            cause = self.reaction(t, person, bits, line, b)
            # "RING quantile > ring_timeout − 1 → NO_ANSWER"
            ring = ms(layout.RING, Stream.RING)
            if cause in (Cause.LIVE, Cause.ASSISTANT) and ring > campaign.ring_timeout_ms - 1:
                cause = Cause.NO_ANSWER
        # "after_ms (at least 1): causes of 1-6: REFUSAL_DELAY; INVALID, UNREACHABLE, BUSY:
        # POST_DIAL; NO_ANSWER: POST_DIAL + ring_timeout; answered: POST_DIAL + RING"
        if cause >= Cause.REFUSED_CATEGORY:
            after = ms(layout.REFUSAL_DELAY, Stream.SIGNAL_DELAY)
        else:
            after = ms(layout.POST_DIAL, Stream.POST_DIAL)
            if cause == Cause.NO_ANSWER:
                after += campaign.ring_timeout_ms
            elif cause in (Cause.LIVE, Cause.ASSISTANT):
                after += ms(layout.RING, Stream.RING)
        fate = Fate(
            cause=cause,
            after_ms=max(1, after),
            sip=200,
            delivered=cause in (Cause.NO_ANSWER, Cause.ASSISTANT, Cause.LIVE),
        )
        if not fate.answered:
            # "the first code of the cause's row whose cumulative threshold exceeds SIGNAL's top"
            u = top(bits(Stream.SIGNAL))
            fate.sip = next(code for share, code in self.given.signals[cause] if share > u)
            return fate
        # "talk: ASSISTANT_TALK for an assistant, else TALK from b's table, at least 1. patience:
        # PATIENCE quantile, at least 1. opt_out: live and OPT_OUT hits opt_out[b]"
        fate.live = cause == Cause.LIVE
        if fate.live:
            fate.talk_ms = max(1, ms(layout.TALK_OPTED_IN + b, Stream.TALK))
        else:
            fate.talk_ms = max(1, ms(layout.ASSISTANT_TALK, Stream.ASSISTANT_TALK))
        fate.patience_ms = max(1, ms(layout.PATIENCE, Stream.PATIENCE))
        fate.opt_out = fate.live and top(bits(Stream.OPT_OUT)) < self.net.opt_out[b]
        return fate

    def verdict(
        self, t: int, person: Person, bits: Callable[[int], int], caller: int, trunk: Any
    ) -> int:
        """Steps 1 to 6: what the network refuses; NONE if it lets the call through."""
        line, net = self.lines[caller], self.net
        # "Count first: the line's hour and day windows, and row N of both if the line is
        # unregistered and t ≥ linked_tick"
        linked = not line.registered and t >= line.linked_tick
        line.hour.add(t)
        line.day.add(t)
        if linked:
            self.shared_hour.add(t)
            self.shared_day.add(t)
        target_row = self.callers + line.number_class if linked else caller
        target = self.lines[target_row]
        throttled_now = self.frequency(t, line, target, target_row, linked)

        if not line.authentic:
            return Cause.NOT_AUTHENTIC
        states = (line.state, target.state)
        if self.enterprise.stopped or max(states) >= Action.SUSPEND:
            return Cause.LINE_SHUT
        if not person.whitelist:
            if not net.off_refuse_call and person.registered_min * MINUTE_MS <= t:
                u = top(bits(Stream.REFUSE_CALL))
                if line.registered:
                    if person.refused >> line.category & 1 and u < net.intercept_registered:
                        return Cause.REFUSED_CATEGORY
                elif Action.INTERCEPT in states and u < net.intercept_flagged:
                    return Cause.REFUSED_FLAGGED
            if (
                max(states) >= Action.THROTTLE
                and throttled_now
                and top(bits(Stream.THROTTLE)) < net.throttle_refuses
            ):
                return Cause.THROTTLED
        if self.over_contract(t, person, trunk):
            return Cause.CONTRACT_CALLEE
        return Cause.NONE

    def frequency(self, t: int, line: Line, target: Line, row: int, linked: bool) -> bool:
        """The line's frequency rules; whether one that throttles is exceeded now."""
        throttled_now = False
        if self.net.off_frequency:
            return False
        for rule in self.given.frequency[line.rule_first : line.rule_first + line.rule_count]:
            hour = self.shared_hour if linked else line.hour
            day = self.shared_day if linked else line.day
            count = (day if rule.window else hour).total(t)
            # "exceeded if count > ceiling (−1: filed_daily; none if that is −1)"
            ceiling = line.filed_daily if rule.ceiling == -1 else rule.ceiling
            if ceiling == -1 or count <= ceiling:
                continue
            if rule.action == target.state:
                target.over_tick = t
            if rule.action > target.state and rule.action > target.pending:
                target.pending, target.pending_rule = rule.action, rule.rule
                target.measured, target.ceiling = count, ceiling
                self.put(
                    self.world.node_line + row, Kind.LINE, t + max(1, self.net.delay_ms), move=True
                )
            throttled_now = throttled_now or rule.action == Action.THROTTLE
        return throttled_now

    def over_contract(self, t: int, person: Person, trunk: Any) -> bool:
        """Step 6: attempts that came this far, today and this month, over whichever trunk."""
        if self.net.off_contract:
            return False
        day = t // DAY_MS
        month = self.given.month_of_day[day]
        if person.day != day:
            person.day, person.day_calls = day, 0
        if person.month != month:
            person.month, person.month_calls = month, 0
        if 0 <= trunk.callee_per_day <= person.day_calls:
            return True
        if 0 <= trunk.callee_per_month <= person.month_calls:
            return True
        person.day_calls = min(255, person.day_calls + 1)
        person.month_calls = min(255, person.month_calls + 1)
        return False

    def reaction(
        self, t: int, person: Person, bits: Callable[[int], int], line: Line, b: int
    ) -> int:
        """Steps 7 and 8, but for the ring: what the phone and the person do."""
        net = self.net
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
        if line.named:
            p = p * net.display_factor[b] >> 16
        if self.labelled(t, line):
            p = p * net.label_factor >> 16
        if top(bits(Stream.ANSWER)) >= min(CERTAIN, p):
            return Cause.NO_ANSWER
        if top(bits(Stream.ASSISTANT)) < net.assistant:
            return Cause.ASSISTANT
        return Cause.LIVE

    def linked(self, t: int, line: Line) -> bool:
        return not line.registered and t >= line.linked_tick

    def labelled(self, t: int, line: Line) -> bool:
        """Whether the line, or the row it shares with its class, is labelled."""
        shared = self.lines[self.callers + line.number_class]
        return bool(line.labelled or (self.linked(t, line) and shared.labelled))

    # --- what follows from a delivered call ----------------------------------------------------

    def settle(self, t: int, call: Any, seen: int) -> list[int]:
        """What a person does after a delivered call, as event codes; the network takes note."""
        net, person, caller = self.net, call.person, call.caller
        line = self.lines[caller]
        b = 0 if person.genuine else 1

        def hit(stream: int, base: int, *factors: int) -> bool:
            for factor in factors:
                base = base * factor >> 16
            return top(draw(self.world.run_base, stream, person.key, call.n)) < base

        # "third_call if the person's attempt n ≥ 2, labelled, dropped if abandoned, named if the
        # line is": labelled as the callee saw it, before a mark of their own
        dropped = [net.dropped] if seen == Seen.ABANDONED else []
        factors = [net.third_call] if call.n >= 2 else []
        factors += [net.labelled] if self.labelled(t, line) else []
        factors += dropped
        factors += [net.named] if line.named else []

        # "Delivered (at settle): delivered window of the line, enterprise_days[dial day]
        # delivered + 1, last_call_day"
        day = call.dial_tick // DAY_MS
        line.delivered.add(t)
        if self.linked(t, line):
            self.shared_delivered.add(t)
        self.delivered_by_day[day] = self.delivered_by_day.get(day, 0) + 1
        self.enterprise.last_call_day = day

        codes = []
        # "marks know only dropped"
        if not net.off_labels and hit(Stream.MARK, net.mark[b], *dropped):
            codes.append(EventCode.MARK)
            self.mark(t, caller, person)
        if not net.off_complaints:
            if hit(Stream.COMPLAINT, net.complaint[b], *factors):
                codes.append(EventCode.COMPLAINT_12321)
                self.file(t, call, EventCode.COMPLAINT_12321, net.triage_days)
            if hit(Stream.HOTLINE, net.hotline[b], *factors):
                codes.append(EventCode.COMPLAINT_HOTLINE)
                self.file(t, call, EventCode.COMPLAINT_HOTLINE, net.hotline_days)
        return codes

    def mark(self, t: int, caller: int, person: Person) -> None:
        line, net = self.lines[caller], self.net
        line.marks.add(t)
        row, counts = caller, (line.marks, line.delivered)
        if self.linked(t, line):
            self.shared_marks.add(t)
            row, counts = (
                self.callers + line.number_class,
                (self.shared_marks, self.shared_delivered),
            )
        marks, delivered = counts[0].total(t), counts[1].total(t)
        if (
            not self.lines[row].labelled
            and marks >= net.label_marks
            and marks * CERTAIN >= net.label_share * delivered
        ):
            self.lines[row].labelled = 1
            self.act(t, row, Action.LABEL, Rule.MARKS, marks, net.label_marks, person.row)

    def file(self, t: int, call: Any, channel: int, days: int) -> None:
        """A case: "proof 2 genuine, 1 recorded bit of the campaign's purpose, 0"."""
        person = call.person
        recorded = person.consent >> call.campaign.purpose & 1
        self.cases.append(
            SimpleNamespace(
                call_tick=call.dial_tick,
                line=call.caller,
                person=person.row,
                channel=channel,
                stage=0,
                proof=2 if person.genuine else int(recorded),
            )
        )
        node = self.world.node_case + len(self.cases) - 1
        self.put(node, Kind.CASE, self.working_days_later(t, days))

    def working_days_later(self, t: int, days: int) -> int:
        """The same time of day; each next day that is working counts one."""
        while days > 0:
            t += DAY_MS
            days -= self.given.working[t // DAY_MS]
        return t

    # --- the network's own events --------------------------------------------------------------

    def case(self, t: int, number: int) -> None:
        case, net = self.cases[number], self.net
        line = self.lines[case.line]
        node = self.world.node_case + number
        if case.stage == 0:
            day = case.call_tick // DAY_MS
            self.cases_by_day[day] = self.cases_by_day.get(day, 0) + 1
            self.check_enterprise(t, case)
            if case.channel == EventCode.COMPLAINT_HOTLINE:
                case.stage = 3
                return
            line.triaged.add(t)
            count = line.triaged.total(t)
            # "count ≥ number_warn: row WARN at the first, then stage 1"
            if count == net.number_warn:
                self.act(
                    t, case.line, Action.WARN, Rule.COMPLAINTS_NUMBER, count, net.number_warn,
                    case.person, noticed=line.registered,
                )  # fmt: skip
            case.stage = 1
            self.put(node, Kind.CASE, self.working_days_later(t, net.act_days))
            return
        count = line.triaged.total(t)
        if case.stage == 1:
            if count >= net.number_suspend and line.state < Action.SUSPEND:
                self.sanction(t, case, Action.SUSPEND, count, net.number_suspend)
            case.stage = 2
            self.put(node, Kind.CASE, self.working_days_later(t, net.investigate_days))
        else:
            if count >= net.number_close and line.state < Action.CLOSE:
                self.sanction(t, case, Action.CLOSE, count, net.number_close)
            case.stage = 3

    def sanction(self, t: int, case: Any, action: int, count: int, threshold: int) -> None:
        """Suspend or close a line for its complaints; it clears what was pending."""
        self.lines[case.line].pending = 0
        self.enter(t, case.line, action, Rule.COMPLAINTS_NUMBER, count, threshold, case.person)

    def enter(
        self, t: int, row: int, action: int, rule: int, measured: int, threshold: int, person: int
    ) -> None:
        """A rung comes into force on a line."""
        line, hold = self.lines[row], self.net.hold_ms[action]
        line.state, line.over_tick, line.pending_rule = action, t, rule
        self.drop(self.world.node_line + row)
        until = -1
        if action != Action.CLOSE:
            until = t + hold
            self.put(self.world.node_line + row, Kind.LINE, until)
        noticed = line.registered
        self.act(t, row, action, rule, measured, threshold, person, until, noticed)
        # "A suspension or closing that is noticed retires the caller ID"
        if noticed and action >= Action.SUSPEND:
            self.retire(row)

    def line(self, t: int, row: int) -> None:
        line = self.lines[row]
        if line.pending:
            action, line.pending = line.pending, 0
            self.enter(t, row, action, line.pending_rule, line.measured, line.ceiling, -1)
            return
        # "SUSPEND lifts; others lift when over_tick + hold ≤ t, or wait until then"
        lifts = line.over_tick + self.net.hold_ms[line.state]
        if line.state != Action.SUSPEND and lifts > t:
            self.put(self.world.node_line + row, Kind.LINE, lifts)
            return
        line.state = Action.NONE
        self.act(t, row, Action.LIFT, line.pending_rule, 0, 0, -1, noticed=line.registered)

    def check_enterprise(self, t: int, case: Any) -> None:
        firm, net = self.enterprise, self.net
        if firm.review_pending or firm.stopped:
            return
        days = range(firm.last_call_day - 29, firm.last_call_day + 1)
        cases = sum(self.cases_by_day.get(day, 0) for day in days)
        delivered = sum(self.delivered_by_day.get(day, 0) for day in days)
        low = self.given.poisson_low[min(cases, len(self.given.poisson_low) - 1)]
        if cases >= net.cases_at_least and low * 1_000_000 > net.per_million * delivered:
            firm.review_pending, firm.proof = 1, case.proof
            due = self.working_days_later(t, net.review_days)
            self.put(self.world.node_enterprise, Kind.LINE, due)
            self.act(
                t, -1, Action.REVIEW, Rule.COMPLAINTS_ENTERPRISE,
                cases * 1_000_000 // delivered, net.per_million // 1000, case.person, until=due,
            )  # fmt: skip

    def review(self, t: int) -> None:
        firm = self.enterprise
        u = top(
            draw(
                self.world.run_base,
                Stream.ENTERPRISE_STOP,
                self.world.enterprise_key,
                firm.reviewed,
            )
        )
        firm.review_pending = 0
        firm.reviewed += 1
        if u < self.net.stop[firm.proof]:
            firm.stopped = 1
            self.act(t, -1, Action.STOP, Rule.COMPLAINTS_ENTERPRISE, 0, 0, -1, noticed=1)
            for caller in range(self.callers):
                self.retire(caller)
        else:
            self.act(t, -1, Action.LIFT, Rule.COMPLAINTS_ENTERPRISE, 0, 0, -1)

    def act(
        self,
        t: int,
        line: int,
        action: int,
        rule: int,
        measured: int,
        threshold: int,
        person: int,
        until: int = -1,
        noticed: int = 0,
    ) -> None:
        self.actions.append(
            {
                "tick": t,
                "until": until,
                "line": line,
                "measured": measured,
                "threshold": threshold,
                "cause_person": person,
                "action": int(action),
                "rule": int(rule),
                "noticed": noticed,
            }
        )
