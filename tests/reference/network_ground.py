"""What every part of the naive network stands on: lines, counters, its log and its calendar."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Protocol

from dialsim.carrier.layout import CASE_NODES, WEEK_BUCKET_MS, WEEK_COUNTS, WINDOW_FAMILIES
from dialsim.core.codes import Action, Announcement, Cause, Kind, Rule
from dialsim.outcomes.layout import NO_OPERATOR
from tests.reference.draws import Count, draw, top
from tests.reference.people import Person

DAY_MS = 86_400_000  # E-TIME-6
HOUR_MS = 3_600_000
MINUTE_MS = 60_000
CERTAIN = 1 << 32
CLASSES = 9


class Dialer(Protocol):
    """All that the network can do to the dialer's world: its own events, and a formal notice."""

    def put(self, node: int, kind: int, tick: int, move: bool = False) -> None: ...
    def put_once(self, node: int, kind: int, tick: int) -> None: ...
    def drop(self, node: int) -> None: ...
    def retire(self, caller: int, why: str) -> None: ...
    def reinstate(self, caller: int, why: str) -> None: ...


@dataclass
class Fate:
    """An attempt as it really is."""

    cause: int
    after_ms: int
    sip: int
    delivered: bool
    announcement: int = Announcement.NONE
    talk_ms: int = 0
    patience_ms: int = 0
    live: bool = False
    opt_out: bool = False
    declined: bool = False

    @property
    def answered(self) -> bool:
        return self.cause in (Cause.LIVE, Cause.ASSISTANT)

    @property
    def blocked(self) -> bool:  # N-FATE-1
        """ "REFUSED_CATEGORY and above but CANCELLED"."""
        return self.cause >= Cause.REFUSED_CATEGORY and self.cause != Cause.CANCELLED


class Line:  # N-LOG-2
    """A row of `lines`: a caller ID, those linked of a class, or as an operator there knows it."""

    row: int

    def __init__(self, row: int, given: SimpleNamespace) -> None:
        self.__dict__.update(given.__dict__)
        self.row = row

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)


class Counters:  # N-LOG-6
    """One counter of each window family, and of each count of a week."""

    def __init__(self, before: dict[str, dict[int, int]] | None = None) -> None:
        for name, bucket_ms in WINDOW_FAMILIES.items():
            setattr(self, name, Count(bucket_ms, (before or {}).get(name)))
        for name in WEEK_COUNTS:
            setattr(self, name, Count(WEEK_BUCKET_MS, (before or {}).get(name)))

    def __getattr__(self, name: str) -> Count:
        raise AttributeError(name)

    def family(self, number: int) -> Count:
        return self.__dict__[list(WINDOW_FAMILIES)[number]]  # type: ignore[no-any-return]


@dataclass
class Judging:
    """By whom a line is judged now: its own operator, or the callee's."""

    operator: int
    counter: Counters
    target: Line
    rules: Line  # whose frequency rules hold
    there: bool


class Ground:
    def __init__(self, given: SimpleNamespace, people: list[Person], dialer: Dialer) -> None:
        self.given, self.world, self.net = given, given.world, given.network
        self.people, self.dialer = people, dialer
        self.lines = [Line(row, line) for row, line in enumerate(given.lines)]
        self.callers: int = given.world.callers
        self.seats: int = given.enterprise.seats
        counters = [Counters(before) for before in given.counters]  # N-LOG-5
        self.own, self.shared = counters[:-1], counters[-1]
        self.there = [[Counters() for _ in range(self.seats + 1)] for _ in range(5)]
        self.enterprise = given.enterprise
        self.days: dict[int, dict[str, int]] = {}  # enterprise_days
        self.trunk_days: list[dict[int, dict[str, int]]] = [{} for _ in given.contracts]
        self.trunks_under_review: set[int] = set()
        self.cases: list[SimpleNamespace] = []
        self.actions: list[dict[str, int]] = []

    # --- lines ---------------------------------------------------------------------------------

    def linked(self, t: int, line: Line) -> bool:  # N-LOG-3
        return not line.registered and t >= line.linked_tick

    def class_row(self, line: Line) -> Line:
        return self.lines[self.callers + line.number_class]

    def chain(self, line: Line) -> list[Line]:  # N-RETIRE-3
        """The line and those it replaces, all the way."""
        found = [line]
        while found[-1].replaces >= 0:
            found.append(self.lines[found[-1].replaces])
        return found

    def standing(self, t: int, line: Line) -> list[Line]:  # N-LABEL-2, N-JUDGE-4
        """Rows whose state and labels are the line's own: with those it replaces, their classes."""
        chain = self.chain(line)
        return chain + [self.class_row(each) for each in chain[1:] if self.linked(t, each)]

    def own_state(self, t: int, line: Line) -> int:  # N-JUDGE-4
        return max(int(each.state) for each in self.standing(t, line))

    def state_there(self, t: int, line: Line, o: int) -> int:  # N-JUDGE-6
        """ "Row (o, seat), the same of those it replaces, (o, U + class) of each linked"."""
        rows = [self.there_row(o, each.seat) for each in self.chain(line) if each.seat >= 0]
        rows += [
            self.there_row(o, self.seats + each.number_class)
            for each in self.chain(line)[1:]
            if self.linked(t, each)
        ]
        return max(int(each.state) for each in rows)

    def there_row(self, operator: int, i: int) -> Line:  # N-LOG-4
        first = self.callers + CLASSES + operator * (self.seats + CLASSES)
        return self.lines[first + i]

    def judged_here(self, t: int, line: Line) -> Judging:  # N-RULES-1, N-RULES-3
        if self.linked(t, line):
            return Judging(line.operator, self.shared, self.class_row(line), line, False)
        return Judging(line.operator, self.own[line.row], line, line, False)

    def judged_there(self, t: int, line: Line, person: Person) -> Judging | None:
        """By the callee's operator, "an unregistered line whose operator is not" that one."""
        # N-THERE-1, N-THERE-2, N-THERE-4
        o = person.true_operator
        if self.net.off_terminating or line.registered:
            return None
        if o == line.operator or o > 4:
            return None
        own = self.there_row(o, line.seat)
        if self.linked(t, line):
            target = self.there_row(o, self.seats + line.number_class)
            return Judging(o, self.there[o][self.seats], target, own, True)
        return Judging(o, self.there[o][line.seat], own, own, True)

    def judgings(self, t: int, line: Line, person: Person) -> list[Judging]:
        """Here, then there."""
        there = self.judged_there(t, line, person)
        return [self.judged_here(t, line)] + ([there] if there else [])

    # --- draws, calendar, log ------------------------------------------------------------------

    def hits(self, stream: int, key: int, n: int, threshold: int) -> bool:  # E-DRAW-1, E-DRAW-5
        return top(draw(self.world.run_base, stream, key, n)) < threshold

    def day(self, number: int) -> dict[str, int]:
        names = ("delivered", "cases", "attempts", "answered", "short")
        return self.days.setdefault(number, dict.fromkeys(names, 0))

    def trunk_day(self, trunk: int, number: int) -> dict[str, int]:
        return self.trunk_days[trunk].setdefault(number, {"delivered": 0, "cases": 0})

    def working_days_later(self, t: int, days: int) -> int:  # N-CASE-3
        """The same time of day; each next day that is working counts one."""
        while days > 0:
            t += DAY_MS
            days -= self.given.working[t // DAY_MS]
        return t

    def case_node(self, number: int, part: int) -> int:  # E-TIME-3
        """Of each case: 0 its stages, 1 its traceback, 2 its appeal."""
        return int(self.world.node_case + CASE_NODES * number + part)

    def put_line(self, row: int, tick: int) -> None:
        self.dialer.put(self.world.node_ladder + row, Kind.NETWORK, tick, move=True)

    def act(
        self,
        t: int,
        line: int,
        action: int,
        rule: int,
        measured: int = 0,
        threshold: int = 0,
        person: int = -1,
        until: int = -1,
        noticed: int = 0,
        operator: int = NO_OPERATOR,
        there: int = 0,
    ) -> None:
        # N-LOG-1
        self.actions.append(
            {
                "tick": t,
                "until": until,
                "target": line,
                "measured": measured,
                "threshold": threshold,
                "cause_person": person,
                "action": int(Action(action)),
                "rule": int(Rule(rule)),
                "noticed": int(noticed),
                "operator": operator,
                "there": there,
            }
        )

    def act_on(
        self, t: int, line: Line, action: int, rule: int, operator: int, **more: int
    ) -> None:
        """A row on a row of `lines`, as the log calls it."""
        # N-LOG-7
        there = int(line.row >= self.callers + CLASSES)
        self.act(t, line.shown, action, rule, operator=operator, there=there, **more)

    def noticed(self, line: Line) -> int:  # N-LADDER-2, N-LADDER-5
        """Whether who uses the line is told: only of a registered caller ID."""
        return int(line.row < self.callers and line.registered)
