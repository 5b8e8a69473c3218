"""What callees do to numbers: N-MARK, N-LABEL."""

from __future__ import annotations

from typing import Any

from dialsim.carrier.layout import BLOCKED_SHIFT, FAR_PAST, HandsetFlag
from dialsim.core.codes import Action, Kind, Rule, Stream
from tests.reference.network_frequency import Frequency
from tests.reference.network_ground import CERTAIN, CLASSES, Line
from tests.reference.people import Person


class Labels(Frequency):
    def sees_label(self, t: int, line: Line, person: Person) -> bool:  # N-LABEL-1, N-LABEL-2
        """ "Of the line, of one it replaces" or its class, "or of its shared target row"."""
        platform = person.phone & 3
        if platform == 3 or (line.named and person.phone & HandsetFlag.CERTIFIED):
            return False
        rows = self.standing(t, line) + ([self.class_row(line)] if self.linked(t, line) else [])
        return any(row.labelled >> platform & 1 and t >= row.label_from[platform] for row in rows)

    def mark(self, t: int, call: Any) -> None:  # N-MARK-2
        line, person = self.lines[call.caller], call.person
        target, counter = line, self.own[line.row]
        counter.marks.add(t)
        if self.linked(t, line):
            self.shared.marks.add(t)
            target, counter = self.class_row(line), self.shared
        self.label(t, target, counter.marks.total(t), counter.delivered.total(t), person)
        # "the callee's handset blocks this line if it blocks none yet; if it blocks another:
        # BLOCKS_ENTERPRISE"
        # N-MARK-5, E-PHONE-4
        if self.hits(Stream.HANDSET_BLOCK, person.key, call.n, self.net.after_mark):
            blocked = person.phone >> BLOCKED_SHIFT
            if blocked == 0:
                person.phone |= (1 + line.row) << BLOCKED_SHIFT
            elif blocked != 1 + line.row:
                person.phone |= HandsetFlag.BLOCKS_ENTERPRISE

    def label(self, t: int, target: Line, marks: int, delivered: int, person: Person) -> None:
        # N-MARK-3, N-MARK-4
        net, before = self.net, target.labelled
        lowest = None
        for p in range(3):
            if before >> p & 1 or marks < net.label_marks[p]:
                continue
            if marks * CERTAIN < net.label_share * delivered:
                continue
            target.labelled |= 1 << p
            target.label_from[p] = t + net.label_delay_ms[p]
            lowest = p if lowest is None else lowest
        if before or lowest is None:
            return
        self.act(
            t, target.shown, Action.LABEL, Rule.MARKS,
            marks, net.label_marks[lowest], person.row)  # fmt: skip
        self.look_up(t, target)

    def look_up(self, t: int, target: Line) -> None:  # N-MARK-4
        if target.appeals and target.appeal_stage == 0:
            target.appeal_stage = 1
            self.put_label(target, t + max(1, self.net.lookup_ms))

    def put_label(self, target: Line, tick: int) -> None:
        self.dialer.put(self.world.node_label + target.row, Kind.NETWORK, tick)

    def begin_labels(self) -> None:  # N-LABEL-4, E-RESUME-2
        for line in self.lines[: self.callers + CLASSES]:
            if line.labelled and line.appeals:
                line.appeal_stage = 1
                self.put_label(line, self.world.opening + max(1, self.net.lookup_ms))

    def label_node(self, t: int, row: int) -> None:  # N-LABEL-5 to N-LABEL-7
        target, net = self.lines[row], self.net
        if target.appeal_stage == 1:
            earliest = target.filed[4 - net.appeal_most]
            if earliest > FAR_PAST and t < earliest + net.appeal_window_ms:
                self.put_label(target, earliest + net.appeal_window_ms)
                return
            target.filed = [*target.filed[1:], t]
            target.appeal_stage = 2
            due = self.working_days_later(t, net.appeal_days)
            self.put_label(target, due)
            self.act(
                t, target.shown, Action.REVIEW, Rule.MARKS,
                until=due)  # fmt: skip
            return
        target.labelled, target.appeal_stage = 0, 0
        counter = self.own[row] if row < self.callers else self.shared
        counter.marks.buckets.clear()
        self.act(t, target.shown, Action.LIFT, Rule.MARKS)
