"""Complaints and what follows from them: N-CASE and on."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from dialsim.core.codes import Action, EventCode, Kind, Rule, Stream
from tests.reference import heard
from tests.reference.draws import draw, top
from tests.reference.network_ground import DAY_MS
from tests.reference.network_labels import Labels


class Complaints(Labels):
    def file(self, t: int, call: Any, channel: int, days: int) -> None:  # N-CASE-2
        """A case: "proof 2 genuine, 1 recorded bit of the campaign's purpose, 0"."""
        person = call.person
        recorded = person.consent >> call.campaign.purpose & 1
        case = SimpleNamespace(
            number=len(self.cases),
            call_tick=call.dial_tick,
            line=call.caller,
            person=person.row,
            channel=channel,
            campaign=call.lead.campaign,
            stage=0,
            proof=2 if person.genuine else int(recorded),
            trace_days=0,
            appealed_until=None,
        )
        self.cases.append(case)
        self.put_stage(case, self.working_days_later(t, days))

    def put_stage(self, case: Any, tick: int) -> None:
        self.dialer.put(self.case_node(case.number, 0), Kind.CASE, tick)

    def case(self, t: int, node: int) -> None:
        number, part = divmod(node, 3)
        case = self.cases[number]
        (self.stage, self.not_traced, self.case_appeal)[part](t, case)

    def stage(self, t: int, case: Any) -> None:  # N-CASE-1, N-CASE-4 to N-CASE-10
        net, line = self.net, self.lines[case.line]
        triaged = self.own[line.root].triaged
        if case.stage == 0:
            heard.complaint(self.dialer, t, case)
            if case.channel == EventCode.COMPLAINT_SECTOR:
                case.stage = 3
                return
            self.day(case.call_tick // DAY_MS)["cases"] += 1
            self.check_enterprise(t, case)
            self.check_trunk(t, case)
            if case.channel == EventCode.COMPLAINT_HOTLINE:
                case.stage = 3
                return
            line.proofs |= 1 << case.proof
            self.traceback(t, case)
            triaged.add(t)
            if triaged.total(t) == net.number_warn:
                self.act_on(
                    t, line, Action.WARN, Rule.COMPLAINTS_NUMBER, line.operator,
                    measured=net.number_warn, threshold=net.number_warn, person=case.person,
                    noticed=self.noticed(line),
                )  # fmt: skip
            case.stage = 1
            self.put_stage(case, self.working_days_later(t, net.act_days))
            return
        count = triaged.total(t)
        if case.stage == 1:
            if count >= net.number_suspend and line.state < Action.SUSPEND:
                self.suspend(t, case, Rule.COMPLAINTS_NUMBER, count, net.number_suspend)
            case.stage = 2
            self.put_stage(case, self.working_days_later(t, net.investigate_days))
        else:
            if count >= net.number_close and line.state < Action.CLOSE:
                line.pending = 0
                self.enter(
                    t, line, Action.CLOSE, Rule.COMPLAINTS_NUMBER, line.operator,
                    count, net.number_close, case.person,
                )  # fmt: skip
            case.stage = 3

    def suspend(self, t: int, case: Any, rule: int, measured: int, threshold: int) -> None:
        # N-LADDER-7, N-APPEAL-1
        line = self.lines[case.line]
        line.pending = 0
        self.enter(t, line, Action.SUSPEND, rule, line.operator, measured, threshold, case.person)
        # "Appeal (unless off or the enterprise does not appeal; of a suspension that was noticed)"
        queued = case.appealed_until is not None
        if self.net.appeals and self.noticed(line) and not queued:
            case.appealed_until = line.until
            due = self.working_days_later(t, self.net.case_appeal_days)
            self.dialer.put(self.case_node(case.number, 2), Kind.CASE, due)

    def case_appeal(self, t: int, case: Any) -> None:  # N-APPEAL-2 to N-APPEAL-4
        line, until, case.appealed_until = self.lines[case.line], case.appealed_until, None
        if line.state != Action.SUSPEND or line.until != until:
            return
        proof = next(bit for bit in range(3) if line.proofs >> bit & 1)
        key = self.people[case.person].key
        granted = self.hits(Stream.APPEAL, key, case.call_tick, self.net.granted[proof])
        by = line.state_by
        if granted:
            line.state, line.until = Action.NONE, -1
            self.dialer.drop(self.world.node_ladder + line.row)
            self.dialer.reinstate(line.row, "line")
        self.act_on(
            t, line, Action.LIFT if granted else Action.UPHOLD, Rule.APPEAL, by,
            measured=proof, person=case.person, noticed=1,
        )  # fmt: skip

    def traceback(self, t: int, case: Any) -> None:  # N-TRACE-1, N-TRACE-2
        net = self.net
        if net.off_traceback:
            return
        less = net.traceback_less if self.lines[case.line].registered else 0
        days = max(0, net.traceback_days - less)
        due = self.working_days_later(t, days)
        if net.traceback_within >= 0 and t + net.traceback_within <= due:
            return
        case.trace_days = days
        self.dialer.put(self.case_node(case.number, 1), Kind.CASE, due)

    def not_traced(self, t: int, case: Any) -> None:  # N-TRACE-3
        if self.lines[case.line].state < Action.SUSPEND:
            self.suspend(t, case, Rule.TRACEBACK, case.trace_days, case.trace_days)

    # --- the enterprise ------------------------------------------------------------------------

    def too_many(self, days: dict[int, dict[str, int]], last: int, per_million: int) -> int | None:
        """Cases per million over the 30 days that end with `last`, if they are too many."""
        # N-REVIEW-1
        span = [days[day] for day in range(last - 29, last + 1) if day in days]
        cases = sum(day["cases"] for day in span)
        delivered = sum(day["delivered"] for day in span)
        low = self.given.poisson_low[min(cases, len(self.given.poisson_low) - 1)]
        if cases >= self.net.cases_at_least and low * 1_000_000 > per_million * delivered:
            return cases * 1_000_000 // delivered
        return None

    def check_enterprise(self, t: int, case: Any) -> None:  # N-REVIEW-1, N-REVIEW-2
        firm, net = self.enterprise, self.net
        if firm.review_pending or firm.stopped:
            return
        measured = self.too_many(self.days, firm.last_call_day, net.per_million)
        if measured is not None:
            firm.review_pending, firm.proof = 1, case.proof
            due = self.working_days_later(t, net.review_days)
            self.dialer.put(self.world.node_enterprise, Kind.NETWORK, due)
            self.act(
                t, -1, Action.REVIEW, Rule.COMPLAINTS_ENTERPRISE,
                measured, net.per_million // 1000, case.person, until=due,
            )  # fmt: skip

    def review(self, t: int) -> None:  # N-REVIEW-3
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
        if u >= self.net.stop[firm.proof]:
            self.act(t, -1, Action.LIFT, Rule.COMPLAINTS_ENTERPRISE)
            return
        firm.stopped = 1
        self.act(t, -1, Action.STOP, Rule.COMPLAINTS_ENTERPRISE, noticed=1)
        self.all_callers("stop", retire=True)
        if self.net.appeals and not firm.appealed:
            firm.appealed = 1  # N-APPEAL-5
            due = self.working_days_later(t, self.net.case_appeal_days)
            self.dialer.put(self.world.node_stop_appeal, Kind.NETWORK, due)

    def stop_appeal(self, t: int) -> None:  # N-APPEAL-5, N-APPEAL-6
        firm = self.enterprise
        granted = self.hits(
            Stream.APPEAL, self.world.enterprise_key, 0, self.net.granted[firm.proof]
        )
        if granted:
            firm.stopped = 0
            self.all_callers("stop", retire=False)
        action = Action.LIFT if granted else Action.UPHOLD
        self.act(t, -1, action, Rule.APPEAL, measured=firm.proof, noticed=1)

    def all_callers(self, why: str, retire: bool, trunk: int | None = None) -> None:
        for caller in range(self.callers):
            if trunk is None or self.lines[caller].trunk == trunk:
                (self.dialer.retire if retire else self.dialer.reinstate)(caller, why)

    # --- trunks --------------------------------------------------------------------------------

    def trunk_measured(self, trunk: int) -> int | None:  # N-TRUNK-1
        contract = self.given.contracts[trunk]
        if contract.last_day < 0:
            return None
        return self.too_many(self.trunk_days[trunk], contract.last_day, contract.per_million)

    def check_trunk(self, t: int, case: Any) -> None:  # N-TRUNK-2, N-TRUNK-3
        trunk = self.lines[case.line].trunk
        contract = self.given.contracts[trunk]
        if self.net.off_contract or contract.per_million < 0:
            return
        self.trunk_day(trunk, case.call_tick // DAY_MS)["cases"] += 1
        if trunk in self.trunks_under_review:
            return
        measured = self.trunk_measured(trunk)
        if measured is not None:
            due = self.working_days_later(t, self.net.review_days)
            self.put_trunk(trunk, due)
            self.act_on_trunk(t, trunk, Action.WARN, measured, until=due)

    def trunk(self, t: int, trunk: int) -> None:  # N-TRUNK-4, N-TRUNK-5
        self.trunks_under_review.discard(trunk)
        contract = self.given.contracts[trunk]
        measured = self.trunk_measured(trunk)
        if contract.shut_until > 0 or measured is None:
            contract.shut_until = 0
            self.all_callers("trunk", retire=False, trunk=trunk)
            self.act_on_trunk(t, trunk, Action.LIFT)
            return
        contract.shut_until = t + self.net.hold_ms[Action.SUSPEND]
        self.put_trunk(trunk, contract.shut_until)
        self.all_callers("trunk", retire=True, trunk=trunk)
        self.act_on_trunk(t, trunk, Action.SUSPEND, measured, until=contract.shut_until)

    def put_trunk(self, trunk: int, tick: int) -> None:
        self.trunks_under_review.add(trunk)
        self.dialer.put(self.world.node_trunk + trunk, Kind.NETWORK, tick)

    def act_on_trunk(
        self, t: int, trunk: int, action: int, measured: int | None = None, **more: int
    ) -> None:
        """ "Measured, threshold" of a check; nothing of what lifts."""
        # N-TRUNK-6
        agreed = self.given.contracts[trunk].per_million // 1000 if measured is not None else 0
        rule = Rule.CONTRACT_COMPLAINTS
        self.act(t, -2 - trunk, action, rule, measured or 0, agreed, noticed=1, **more)
