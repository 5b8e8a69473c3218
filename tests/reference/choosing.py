"""From which number, whose turn it is, and who may be called at all: E-CALLER, E-VERDICT."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace

from dialsim.core.codes import Limit, Purpose, Reason
from dialsim.core.person_flags import REFUSED_SHIFT, PersonFlag
from tests.reference.limits import Past, first_allowed
from tests.reference.people import Person


def final_reason(person: Person, campaign: SimpleNamespace) -> int:  # E-VERDICT-3
    """The first of the FINAL reasons."""
    bits = person.flags
    found: list[tuple[int | bool, Reason]] = [
        (bits & PersonFlag.INVALID, Reason.INVALID_NUMBER),
        (bits & PersonFlag.UNUSABLE, Reason.UNUSABLE_ROW),
        (bits & PersonFlag.PROTECTED, Reason.PROTECTED_NUMBER),
        (bits & PersonFlag.DUPLICATE, Reason.DUPLICATE),
        (bits & PersonFlag.OTHER_COUNTRY, Reason.OTHER_COUNTRY),
    ]
    if campaign.by_consent:
        found += [
            (person.consent == 0, Reason.NO_CONSENT),
            (not person.consent >> campaign.purpose & 1, Reason.WRONG_PURPOSE),
            (bits & PersonFlag.NO_PROOF, Reason.NO_CONSENT_PROOF),
            (bits & PersonFlag.EXPIRED, Reason.CONSENT_EXPIRED),
        ]
    found += [
        (person.withdrawn or bits & PersonFlag.WITHDRAWN, Reason.CONSENT_WITHDRAWN),
        (campaign.exports_data and bits & PersonFlag.NO_EXPORT, Reason.NO_EXPORT_CONSENT),
        (on_own_list(person), Reason.INTERNAL_DNC),
        (
            (person.declined is not None or bits & PersonFlag.DECLINED)
            and campaign.purpose == Purpose.MARKETING,
            Reason.DECLINED,
        ),
        (
            (person.industry_dnc or bits & PersonFlag.INDUSTRY_DNC)
            and campaign.purpose == Purpose.MARKETING,
            Reason.INDUSTRY_DNC,
        ),
        (bits >> REFUSED_SHIFT >> campaign.category & 1, Reason.REFUSE_CALL),
        (
            (campaign.barred | campaign.barred_of[person.operator]) >> person.province & 1,
            Reason.CALLER_NOT_ALLOWED,
        ),
        (person.suspected, Reason.SUSPECTED_BLOCK),
    ]
    return next((reason for bars, reason in found if bars), Reason.NONE)


def on_own_list(person: Person) -> bool:  # E-REACT-5
    """Whether the person is on the enterprise's own do-not-call list, or complained since."""
    return bool(person.internal_dnc or person.complained or person.flags & PersonFlag.INTERNAL_DNC)


def area(given: SimpleNamespace, c: int, person: Person) -> int:  # E-CALLER-1
    """Whose numbers the same groups may call: an area's number is the build's."""
    return given.area_of[c][person.operator | person.province << 3]


DAY_MS = 86_400_000


class OwnNumbers:  # E-LIMIT-5
    """The calls made from each caller ID, over each trunk and in all, and who is free when."""

    def __init__(self, given: SimpleNamespace) -> None:
        self.given = given
        operators = len(given.free) if len(given.free) > 1 else 0
        self.by_caller = [[Past(tick) for tick in ticks] for ticks in given.caller_ticks]
        self.by_operator = [  # of each caller ID, by operator of the number called
            [[Past(tick) for tick in given.operator_ticks[caller][o]] for o in range(operators)]
            for caller in range(len(given.caller_ticks))
        ]
        self.by_trunk: list[list[Past]] = [[] for _ in given.trunks]
        self.by_enterprise: list[Past] = []
        self.known: dict[tuple[int, int, int], int] = {}  # the areas of a step ask the same

    def metered(self, row: int, t: int) -> int:
        """The first tick at which the enterprise (row 0) or a trunk (1 + its row) has room."""
        limits, calls = self.given.enterprise_limits, self.by_enterprise
        if row > 0:
            limits, calls = self.given.trunk_limits[row - 1], self.by_trunk[row - 1]
        asked = (row, t, len(calls))
        if asked not in self.known:
            self.known = {key: tick for key, tick in self.known.items() if key[1] == t}
            self.known[asked] = first_allowed(limits, calls, -1, self.given.periods, t)
        return self.known[asked]

    def book(self, call: Past, trunk: int, operator: int) -> None:
        """Count a call: the caller ID's next-free tick, or that for each operator, is anew."""
        # E-LIMIT-6, E-PLACE-3, E-PLACE-4
        given, caller, periods = self.given, call.caller, self.given.periods
        for calls in (self.by_caller[caller], self.by_trunk[trunk], self.by_enterprise):
            calls.append(call)
        free = first_allowed(
            given.caller_limits, self.by_caller[caller], caller, periods, call.tick + 1
        )
        g = given.callers[caller].group
        agreed = given.agreed[g][min(call.tick // DAY_MS, len(given.agreed[g]) - 1)]
        midnight = call.tick - call.tick % DAY_MS
        today = sum(each.tick >= max(0, midnight) for each in self.by_caller[caller])
        if given.groups[g].ramped and today * given.groups[g].count >= agreed:
            free = max(free, midnight + DAY_MS)
        theirs = self.by_operator[caller]
        if theirs:
            theirs[operator].append(call)
        for track, ticks in enumerate(given.free):
            ticks[caller] = free
            if theirs:
                limits = given.operator_limits
                ticks[caller] = first_allowed(limits, theirs[track], caller, periods, free)

    def calls_of_day(self, g: int, t: int, operator: int | None = None) -> int:  # E-CALLER-9
        """Calls that a group has made so far on the day of t, those of before the start not.

        Of them those to the numbers of one operator, or all.
        """
        group = self.given.groups[g]
        return sum(
            call.tick >= max(0, t - t % DAY_MS)
            for caller in range(group.first, group.first + group.count)
            for call in (
                self.by_caller[caller] if operator is None else self.by_operator[caller][operator]
            )
        )

    def caller_for(self, t: int, c: int, area: int) -> tuple[int | None, int, int | None]:
        """The caller ID to dial from to an area of a campaign; or None, the limit, when to look."""
        # E-CALLER-3 to E-CALLER-12
        given, track = self.given, self.given.tracks[c][area]
        ready, wakes, some_free = [], [], False
        firm = self.metered(0, t)
        for g in given.area_groups[c][area]:
            group = given.groups[g]
            active = [
                (given.free[track][caller], caller)
                for caller in range(group.first, group.first + group.count)
                if not given.callers[caller].retired
            ]
            if not active:
                continue
            used, agreed = Fraction(0), given.agreed[g][min(t // DAY_MS, len(given.agreed[g]) - 1)]
            by_headroom = given.campaigns[c].by_headroom
            if by_headroom and agreed and self.calls_of_day(g, t) >= agreed:
                wakes.append((t // DAY_MS + 1) * DAY_MS)
                continue
            if by_headroom:
                used = Fraction(self.calls_of_day(g, t, track), agreed) if agreed else Fraction(2)
            free, caller = min(active)
            some_free = some_free or free <= t
            trunk = given.trunks[group.trunk]
            if trunk.in_use == trunk.channels:
                continue
            line = self.metered(1 + group.trunk, t)
            stops = given.stops[group.trunk]
            for begin, end in zip(stops[::2], stops[1::2], strict=True):
                if begin <= t < end:
                    line = max(line, end)
            line = max(line, trunk.held_until)
            first = max(free, line, firm)
            if first <= t:
                ready.append((used, free, caller))
            wakes.append(first)
        if ready:
            return min(ready)[2], Limit.NOTHING, None
        wake = min(wakes, default=None)
        if not some_free:
            return None, Limit.CALLER_IDS, wake
        return None, Limit.ENTERPRISE if firm > t else Limit.TRUNKS, wake
