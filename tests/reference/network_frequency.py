"""Counting and judging calls: N-COUNT, N-FREQ, N-LADDER, N-BEHAVE, N-SHORT."""

from __future__ import annotations

from typing import Any

from dialsim.core.codes import Action, NumberClass, Rule, Stream
from tests.reference.network_ground import HOUR_MS, Ground, Judging, Line
from tests.reference.people import Person

OF_COMPLAINTS = (Rule.COMPLAINTS_NUMBER, Rule.TRACEBACK)


class Frequency(Ground):
    # --- attempts ------------------------------------------------------------------------------

    def count_attempt(self, t: int, line: Line, person: Person) -> None:
        """ "Count first"."""
        # N-COUNT-1 to N-COUNT-5, N-THERE-3
        own = self.own[line.row]
        judgings = self.judgings(t, line, person)
        counted = [own] + ([self.shared] if self.linked(t, line) else [])
        counted += [judging.counter for judging in judgings if judging.there]
        for counter in counted:
            counter.hour.add(t)
            counter.day.add(t)
        if self.linked(t, line):
            self.day(t // 86_400_000)["attempts"] += 1
        if self.net.off_behaviour or line.registered or line.number_class != NumberClass.MOBILE:
            return
        number = self.callers if self.linked(t, line) else line.row
        hour = t // HOUR_MS
        after = self.given.operators[line.operator].new_after_h
        last = person.last_call
        new = not (last and last[0] == number and hour - last[1] < after)
        person.last_call = (number, hour)
        for judging in judgings:
            if new:
                judging.counter.new_5min.add(t)
                judging.counter.new_day.add(t)
            else:
                judging.counter.repeats.add(t)

    def throttled_now(self, t: int, line: Line, judging: Judging, person: Person, n: int) -> bool:
        """Apply the frequency rules; whether one that throttles is exceeded now."""
        # N-FREQ-1, N-FREQ-2, N-FREQ-4
        throttled = False
        first, count = judging.rules.rule_first, judging.rules.rule_count
        for rule in self.given.frequency[first : first + count]:
            if rule.action == Action.NONE:
                continue
            total = judging.counter.family(rule.window).total(t)
            # "exceeded if count > ceiling (−1: filed_daily; none if that is −1)"
            ceiling = line.filed_daily if rule.ceiling == -1 else rule.ceiling
            if ceiling == -1 or total <= ceiling:
                continue
            self.exceeded(t, line, judging, rule, total, ceiling, person, n)
            throttled = throttled or rule.action == Action.THROTTLE
        slow = self.given.operators[judging.operator].slow_per_hour
        return throttled or bool(judging.target.slow and judging.counter.hour.total(t) > slow)

    def exceeded(
        self,
        t: int,
        line: Line,
        judging: Judging,
        rule: Any,
        measured: int,
        threshold: int,
        person: Person,
        n: int,
    ) -> None:
        # N-FREQ-3, N-FREQ-6
        target = judging.target
        if rule.action == target.state:
            target.over_tick = t
        if rule.action > target.state and rule.action > target.pending:
            operator = self.given.operators[judging.operator]
            spares = (
                not self.net.off_callbacks
                and rule.action >= Action.THROTTLE
                and not line.registered
                and line.answers
                and not target.spared >> rule.action & 1
                and self.hits(Stream.CALLBACK_TEST, person.key, n, operator.tested)
                and self.hits(Stream.CALLBACK_SPARED, person.key, n, operator.spared)
            )
            self.raise_on(
                t, target, judging.operator, rule.action, rule.rule, measured, threshold, spares
            )

    def raise_on(
        self,
        t: int,
        target: Line,
        operator: int,
        action: int,
        rule: int,
        measured: int,
        threshold: int,
        spares: bool,
    ) -> None:
        # N-FREQ-5
        target.pending, target.pending_rule, target.pending_by = action, rule, operator
        target.measured, target.ceiling, target.spares = measured, threshold, int(spares)
        self.put_line(target.row, t + max(1, self.given.operators[operator].delay_ms))

    # --- what a rung does ----------------------------------------------------------------------

    def hold_ms(self, action: int, rule: int, operator: int) -> int:  # N-LADDER-3
        """ "Hold is that of the operator behind the rung; for SHORT_ENTERPRISE enterprise_ms"."""
        if rule in OF_COMPLAINTS:
            return int(self.net.hold_ms[action])
        if rule == Rule.SHORT_ENTERPRISE:
            return int(self.given.operators[operator].enterprise_ms)
        return int(self.given.operators[operator].hold_ms[action])

    def line(self, t: int, row: int) -> None:  # N-LADDER-4, N-LADDER-5
        """LINE (row)."""
        line = self.lines[row]
        if line.pending:
            action, line.pending = line.pending, 0
            rule, by = line.pending_rule, line.pending_by
            if line.spares:
                self.spare(t, line, action, rule, by)
            else:
                self.enter(t, line, action, rule, by, line.measured, line.ceiling)
            return
        lifts = line.over_tick + self.hold_ms(line.state, line.state_rule, line.state_by)
        # "SUSPEND lifts; others lift when over_tick + hold ≤ t, or wait until then"
        if line.state != Action.SUSPEND and lifts > t:
            self.put_line(row, lifts)
            return
        line.state, line.until = Action.NONE, -1
        told = self.noticed(line)
        self.act_on(t, line, Action.LIFT, line.state_rule, line.state_by, noticed=told)

    def spare(self, t: int, line: Line, action: int, rule: int, by: int) -> None:  # N-LADDER-1
        line.spared |= 1 << action
        more = {"measured": line.measured, "threshold": line.ceiling}
        self.act_on(t, line, Action.SPARE, rule, by, **more)
        if line.state:
            hold = self.hold_ms(line.state, line.state_rule, line.state_by)
            self.put_line(line.row, max(t, line.over_tick + hold))

    def enter(
        self,
        t: int,
        line: Line,
        action: int,
        rule: int,
        by: int,
        measured: int,
        threshold: int,
        person: int = -1,
    ) -> None:
        """A rung comes into force."""
        # N-LADDER-2, N-LADDER-6
        hold = self.hold_ms(action, rule, by)
        line.state, line.over_tick, line.state_rule, line.state_by = action, t, rule, by
        self.dialer.drop(self.world.node_ladder + line.row)
        line.until = -1
        if action != Action.CLOSE:
            line.until = t + hold
            self.put_line(line.row, line.until)
        told = self.noticed(line)
        self.act_on(
            t, line, action, rule, by,
            measured=measured, threshold=threshold, person=person, until=line.until, noticed=told,
        )  # fmt: skip
        # "A suspension or closing that is noticed retires the caller ID"
        if told and action >= Action.SUSPEND:
            self.dialer.retire(line.row, "line")

    # --- behaviour -----------------------------------------------------------------------------

    def behave(self, t: int, call: Any) -> None:  # N-BEHAVE-1
        """At settle of a delivered call."""
        if self.net.off_behaviour:
            return
        line = self.lines[call.caller]
        duration = t - call.answer_tick if call.fate.answered else None
        for judging in self.judgings(t, line, call.person):
            self.count_behaviour(t, judging, duration)
        for judging in self.judgings(t, line, call.person):
            self.judge_behaviour(t, line, judging, call)
        if self.linked(t, line) and duration is not None:
            self.short_of_enterprise(t, line, call, duration)

    def count_behaviour(self, t: int, judging: Judging, duration: int | None) -> None:
        # N-BEHAVE-2 to N-BEHAVE-4
        counter = judging.counter
        counter.week_delivered.add(t)
        if duration is None:
            return
        counter.answered.add(t)
        if counter.talk.total(t) < 1 << 30:
            counter.talk.add(t, (duration + 500) // 1000)
        if duration <= self.given.operators[judging.operator].short_ms:
            counter.short.add(t)

    def judge_behaviour(self, t: int, line: Line, judging: Judging, call: Any) -> None:
        # N-BEHAVE-7 to N-BEHAVE-9
        registered = line.registered
        operator = self.given.operators[judging.operator]
        slow = 0
        for rule in self.given.behaviour[judging.operator]:
            if rule.action == Action.NONE:
                continue
            if registered and (
                rule.action != Action.WARN or (not call.fate.answered and rule.measure != 1)
            ):
                continue
            figure = self.past_threshold(t, judging, rule, operator.at_least)
            if figure is None:
                continue
            if not registered:
                slow = slow or int(rule.action == Action.THROTTLE)
                self.exceeded(t, line, judging, rule, figure, rule.threshold, call.person, call.n)
            elif t >= line.notice_from[rule.measure]:
                line.notice_from[rule.measure] = t + operator.notice_ms
                self.act_on(
                    t, line, Action.WARN, rule.rule, judging.operator,
                    measured=figure, threshold=rule.threshold, noticed=1,
                )  # fmt: skip
        if not registered:
            judging.target.slow = slow

    def past_threshold(self, t: int, judging: Judging, rule: Any, at_least: int) -> int | None:
        """The figure of an exceeded rule."""
        # N-BEHAVE-5, N-BEHAVE-6
        counter = judging.counter
        n = (counter.week_delivered if rule.measure == 1 else counter.answered).total(t)
        if n < at_least:
            return None
        counted = (counter.short, counter.answered, counter.talk)[rule.measure].total(t)
        scaled = counted * (1000 if rule.measure == 2 else 10_000)
        past = rule.threshold * n - scaled
        past = -past if rule.measure == 0 else past
        return scaled // n if past > 0 and past * past > n * rule.variance else None

    def short_of_enterprise(self, t: int, line: Line, call: Any, duration: int) -> None:
        """ "The enterprise's short calls"."""
        # N-SHORT-1 to N-SHORT-3
        operator = self.given.operators[line.operator]
        day = self.day(call.dial_tick // 86_400_000)
        day["answered"] += 1
        day["short"] += int(duration <= operator.short_ms)
        if day["attempts"] < operator.enterprise_calls:
            return
        if 10_000 * day["short"] <= operator.enterprise_short * day["answered"]:
            return
        for row in self.lines[self.callers : self.callers + 9]:
            if row.members and row.state < Action.SUSPEND and row.pending < Action.SUSPEND:
                self.raise_on(
                    t, row, line.operator, Action.SUSPEND, Rule.SHORT_ENTERPRISE,
                    10_000 * day["short"] // day["answered"], operator.enterprise_short, False,
                )  # fmt: skip
