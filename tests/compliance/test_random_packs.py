"""Random rule packs and random people: kernels and a naive reading of the rules agree.

A pack goes the whole way: scenario, overrides, hours by zone, limits, events, and then the kernels
that a run and a screening ask. The naive side reads the scenario's text, one tick at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numba import config

from dialsim.api.screening_rows import answers
from dialsim.carrier.build import build_profile
from dialsim.compliance.kernels import verdict
from dialsim.compliance.limits.build import looks_at_all
from dialsim.compliance.limits.kernels import CALLER_BITS, CANNOT_HAVE_RUNG, pack_attempt
from dialsim.compliance.screening.layout import BIT, NO_TICK, ORDER
from dialsim.core.codes import (
    Category,
    Counted,
    Operator,
    Province,
    Purpose,
    Reason,
    Scope,
    Seen,
    Verdict,
)
from dialsim.core.person_flags import (
    ALTERNATES_SHIFT,
    NUMBER_SHIFT,
    PROVINCE_SHIFT,
    REFUSED,
    REFUSED_SHIFT,
    RELATION_SHIFT,
    PersonFlag,
)
from dialsim.engine.build import prepare
from dialsim.errors import ScenarioError
from dialsim.people.layout import DATED, LONG_AGO
from dialsim.scenario import load_scenario
from tests.reference.choosing import final_reason
from tests.reference.limits import Past, first_allowed
from tests.reference.packs import PROVINCES, STEP_MS, Naive, random_pack
from tests.reference.people import Person
from tests.reference.worlds import caller_ids, trunk

PEOPLE = 5
UNKNOWN = -1
TERMS = ("purpose", "category", "by_consent", "exports_data")
NOBODY = {Reason.INVALID_NUMBER, Reason.UNUSABLE_ROW}
NO_CALLEE = NOBODY | {Reason.PROTECTED_NUMBER, Reason.OTHER_COUNTRY}
BARS = (
    PersonFlag.WITHDRAWN,
    PersonFlag.INTERNAL_DNC,
    PersonFlag.INVALID,
    PersonFlag.PROTECTED,
    PersonFlag.DUPLICATE,
    PersonFlag.SUSPECTED,
    PersonFlag.INDUSTRY_DNC,
    PersonFlag.UNUSABLE,
    PersonFlag.EXPIRED,
    PersonFlag.NO_PROOF,
    PersonFlag.NO_EXPORT,
    PersonFlag.OTHER_COUNTRY,
    PersonFlag.DECLINED,
)
NO_BARS = (
    PersonFlag.HELD, PersonFlag.REACHED, PersonFlag.COMPLAINED, 1 << NUMBER_SHIFT,
    1 << RELATION_SHIFT, 1 << ALTERNATES_SHIFT,
)  # fmt: skip
REASON_OF = {Scope.PAIR: Reason.PAIR_LIMIT, Scope.OTHERS: Reason.NOT_RUNG}
ALL_PURPOSES = (1 << len(Purpose)) - 1
CAUSE = {
    Reason.INVALID_NUMBER: PersonFlag.INVALID,
    Reason.UNUSABLE_ROW: PersonFlag.UNUSABLE,
    Reason.PROTECTED_NUMBER: PersonFlag.PROTECTED,
    Reason.DUPLICATE: PersonFlag.DUPLICATE,
    Reason.OTHER_COUNTRY: PersonFlag.OTHER_COUNTRY,
    Reason.NO_CONSENT_PROOF: PersonFlag.NO_PROOF,
    Reason.CONSENT_EXPIRED: PersonFlag.EXPIRED,
    Reason.CONSENT_WITHDRAWN: PersonFlag.WITHDRAWN,
    Reason.NO_EXPORT_CONSENT: PersonFlag.NO_EXPORT,
    Reason.INTERNAL_DNC: PersonFlag.INTERNAL_DNC,
    Reason.DECLINED: PersonFlag.DECLINED,
    Reason.INDUSTRY_DNC: PersonFlag.INDUSTRY_DNC,
    Reason.REFUSE_CALL: REFUSED,
}


# --- people --------------------------------------------------------------------------------------


@dataclass
class Somebody:
    """A person, for the kernels as bits and a ring, for the naive side as facts and a list."""

    flags: int
    zones: tuple[tuple[str, ...], str | None]
    operator: Operator
    province: Province
    past: list[Past]

    def person(self) -> Person:
        return Person(
            row=0, key=0, zone=0, operator=self.operator, province=self.province, true_operator=0,
            relation=0, consent=self.flags & ALL_PURPOSES, genuine=True, internal_dnc=False,
            industry_dnc=False, whitelist=False, empty=False, suspended=False, dormant=False,
            dead=[], registered_min=0, handset=0, refused=0, propensity=0, flags=self.flags,
            suspected=bool(self.flags & PersonFlag.SUSPECTED), attempts=self.past,
        )  # fmt: skip

    def ring(self, depth: int) -> Any:
        ring = np.zeros(depth, np.int64)
        for n, call in enumerate(self.past):
            caller = CALLER_BITS if call.caller == UNKNOWN else call.caller
            seen = CANNOT_HAVE_RUNG if call.not_rung else call.seen
            ring[n % depth] = pack_attempt(call.tick, caller, n % 64) | seen
        return ring


def random_person(r: Random, pack: Naive, at: int, most: int) -> Somebody:
    flags = 0
    for bits, share in ((BARS, 0.03), (NO_BARS, 0.3), ((PersonFlag.BUSY,), 0.05)):
        flags |= sum(bit for bit in bits if r.random() < share)
    if r.random() < 0.15:
        flags |= sum(1 << REFUSED_SHIFT + each for each in Category if r.random() < 0.4)
    flags |= r.choice((ALL_PURPOSES, ALL_PURPOSES, ALL_PURPOSES, r.randint(0, ALL_PURPOSES)))
    ticks: list[int] = []
    for _ in range(r.choice((0, 1, 2, 3, 4, 6, most))):
        ticks.append(_moment(r, pack, at, ticks))
    past = [_attempt(r, pack, tick) for tick in sorted(set(ticks))[:most]]
    if r.random() < 0.1:  # of some only the number is known
        past = [Past(LONG_AGO) for _ in range(r.randint(0, most - len(past)))] + past
    province = Province[r.choice(("UNKNOWN", "HENAN", *(name.upper() for name in PROVINCES)))]
    return Somebody(flags, pack.zones(r), r.choice(list(Operator)), province, past)


def _moment(r: Random, pack: Naive, at: int, others: list[int]) -> int:
    """A tick up to `at`: any, or one at which a window begins or ends with `at` or another call."""
    long = r.choice([pack.gap_ms, *(limit.per_ms for limit in pack.limits)])
    mark = r.choice([at, at, *others, *(tick for tick in r.choice(pack.periods) if tick <= at)])
    near = mark - r.choice((long, long // 2, 0, -long)) + r.choice((-1, 0, 0, 1))
    return min(at, r.choice((near, near, at - r.randint(0, 3 * long + 60_000))))


def _attempt(r: Random, pack: Naive, tick: int) -> Past:
    caller = r.choice([UNKNOWN, *pack.callers])
    seen = r.choice((Seen.NONE, Seen.CONNECTED, Seen.NO_ANSWER, *Seen))
    return Past(tick, caller, seen, seen == Seen.NO_ANSWER and r.random() < 0.7)


# --- the naive side ------------------------------------------------------------------------------


def naive_static(somebody: Somebody, campaign: SimpleNamespace) -> list[Reason]:
    """Every reason that bars for good: the first, then the first of what is left, and so on."""
    person, found = somebody.person(), []
    terms = SimpleNamespace(**vars(campaign))
    while reason := Reason(final_reason(person, terms)):
        found.append(reason)
        if reason in NOBODY or reason == Reason.NO_CONSENT:  # nothing more about the consent
            person = replace(person, consent=ALL_PURPOSES)
            person.flags &= ~(PersonFlag.NO_PROOF | PersonFlag.EXPIRED)
        if reason == Reason.WRONG_PURPOSE:
            person = replace(person, consent=ALL_PURPOSES)
        if reason in NOBODY or reason == Reason.CALLER_NOT_ALLOWED:
            terms.barred, terms.barred_of = 0, [0] * len(Operator)
        if reason == Reason.SUSPECTED_BLOCK:
            person = replace(person, suspected=False)
        person.flags &= ~CAUSE.get(reason, 0)
    return found


@dataclass
class Callee:
    """Somebody under a pack, asked about single ticks."""

    pack: Naive
    past: list[Past]
    zones: frozenset[str]
    lines: list[str]  # trunks of the campaign that reach the person
    callers: list[int]  # their caller IDs

    @classmethod
    def of(cls, pack: Naive, who: Somebody) -> Callee:
        known = {name.upper(): name for name in PROVINCES}
        lines, callers = pack.reaching(known.get(who.province.name), who.operator)
        if not lines:  # barred for good; what else there is to say is said of the campaign
            lines = [block["trunk"] for block in pack.raw["caller_ids"]]
            callers = list(pack.callers)
        own = {who.zones[1]} if who.zones[1] else set()
        return cls(pack, who.past, frozenset(who.zones[0]) | own, lines, callers)

    def hours(self, tick: int) -> bool:
        return self.pack.hours(self.zones, tick)

    def stopped(self, tick: int) -> bool:
        return self.pack.stopped(self.lines, tick)

    def after_gap(self, tick: int) -> int:
        return max(tick, self.past[-1].tick + self.pack.gap_ms) if self.past else tick

    def first_of(self, limits: Sequence[SimpleNamespace], caller: int, tick: int) -> int:
        """The first tick from `tick` on at which some limits allow a call from a caller ID."""
        return first_allowed(limits, self.past, caller, self.pack.periods, tick)

    def first_from(self, caller: int, tick: int) -> int:
        """The same of all limits and the gap."""
        return self.first_of(self.pack.limits, caller, self.after_gap(tick))

    def allowed(self, tick: int) -> bool:
        """Whether hours, trunks, limits and gap allow a call."""
        free = any(self.first_from(caller, tick) == tick for caller in self.callers)
        return free and self.hours(tick) and not self.stopped(tick)

    def first_eligible(self, at: int) -> int:
        """By walking: to where limits allow it, then from one step of the clock to the next."""
        tick = at
        while tick < self.pack.end:
            tick = min(self.first_from(caller, tick) for caller in self.callers)
            if self.hours(tick) and not self.stopped(tick):
                return tick
            tick = (tick // STEP_MS + 1) * STEP_MS
        return NO_TICK

    def limit_reasons(self, tick: int) -> set[Reason]:
        """Which of limits and gap forbid an attempt at a tick, each asked by itself."""
        others = [limit for limit in self.pack.limits if limit.scope not in REASON_OF]
        found = set()
        if self.first_of(others, UNKNOWN, tick) > tick:
            found.add(Reason.CALLEE_LIMIT)
        barring = [
            {
                REASON_OF[limit.scope]
                for limit in self.pack.limits
                if limit.scope in REASON_OF and self.first_of([limit], caller, tick) > tick
            }
            for caller in self.callers
        ]
        if all(barring):  # a reason of all of them, or else there is none without both
            found |= set.intersection(*barring) or set(REASON_OF.values())
        return found | ({Reason.RETRY_GAP} if self.after_gap(tick) > tick else set())

    def time_reasons(self, tick: int) -> set[Reason]:
        found = set() if self.hours(tick) else {Reason.OUTSIDE_HOURS}
        return found | ({Reason.TRUNK_LIMIT} if self.stopped(tick) else set())

    def what_ends(self, at: int) -> set[Reason]:
        """Why nobody calls any more: what the last tick says that could be used."""
        grid = range((self.pack.end - 1) // STEP_MS, at // STEP_MS - 1, -1)
        open_steps = [step for step in grid if self.hours(step * STEP_MS)]
        usable = next((step for step in open_steps if not self.stopped(step * STEP_MS)), None)
        if usable is not None:
            return self.limit_reasons((usable + 1) * STEP_MS - 1)
        return {Reason.TRUNK_LIMIT if open_steps else Reason.OUTSIDE_HOURS}


def verdict_of(
    callee: Callee, who: Somebody, campaign: SimpleNamespace, caller: int, now: int
) -> tuple[Verdict, Reason, int]:
    """The dialer's answer for one caller ID, hours apart; the reason is what lasts longest."""
    bars = naive_static(who, campaign)
    if bars:
        return Verdict.FINAL, bars[0], now
    if who.flags & PersonFlag.BUSY:
        return Verdict.ON, Reason.PERSON_BUSY, now
    waits = [
        (
            callee.first_of([limit], caller, now),
            REASON_OF.get(limit.scope, Reason.CALLEE_LIMIT),
        )
        for limit in callee.pack.limits
    ]
    waits.append((callee.after_gap(now), Reason.RETRY_GAP))
    longest = max(until for until, _ in waits)
    if longest == now:
        return Verdict.GO, Reason.NONE, now
    until = callee.first_from(caller, now)
    return Verdict.UNTIL, next(reason for wait, reason in waits if wait == longest), until


# --- both ----------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _one_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Build the network's tables once: they take longer than all the rest, and nobody asks them."""
    monkeypatch.setattr("dialsim.engine.shared.build_profile", cache_of(build_profile))


def cache_of(make: Any) -> Any:
    made: list[Any] = []

    def once(*args: Any) -> Any:
        if not made:
            made.append(make(*args))
        return made[0]

    return once


def reasons_of(bits: int) -> set[Reason]:
    return {reason for reason in ORDER if bits & BIT[reason]}


def check_pack(seed: int) -> None:
    """Compare everything that is said of some people under one pack."""
    raw = random_pack(seed)
    world, pack = prepare(load_scenario(raw), counts=[PEOPLE]), Naive(raw)
    limits, gap_ms = world.static.limits, int(world.static.world[0]["retry_gap_ms"])
    records, rings = world.state.people, world.state.rings
    # attempts that a ring must tell apart; beyond them, where the last of them decide
    each = looks_at_all(limits.callee) or (limits.callee["counts"] == Counted.NOT_RUNG).any()
    most = rings.shape[1] + (0 if each else 3)
    r = Random(f"people of {seed}")
    at = r.choice((r.randrange(pack.end), r.randrange(0, pack.end, STEP_MS)))
    crowd = [random_person(r, pack, at, most) for _ in range(PEOPLE)]
    for row, who in enumerate(crowd):
        rings[row] = who.ring(rings.shape[1])
        records["flags"][row], records["attempts"][row] = who.flags, len(who.past)
        records["zone"][row] = world.hours.row(*who.zones)
        records["home"][row] = who.operator | who.province << PROVINCE_SHIFT
    out = answers(world, 0, records, rings, np.zeros(0, DATED), at)
    terms = world.static.campaigns[0]
    campaign = SimpleNamespace(
        **{
            name: int(terms[name]) for name in ("purpose", "category", "by_consent", "exports_data")
        },
        barred=0,
        barred_of=pack.barred_of(),
    )
    for record, ring, who, said in zip(records, rings, crowd, out, strict=True):
        callee = Callee.of(pack, who)
        caller = r.choice(callee.callers)
        found = verdict(record, ring, terms, caller, limits, gap_ms, at)
        assert tuple(found) == verdict_of(callee, who, campaign, caller, at), (seed, who)
        check_screened(callee, who, campaign, at, said, seed)


def check_screened(
    callee: Callee, who: Somebody, campaign: SimpleNamespace, at: int, said: Any, seed: int
) -> None:
    """Compare what a screening says of somebody; no tick before the next is allowed, that is."""
    static = set(naive_static(who, campaign))
    reasons = set(static)
    if not static & NO_CALLEE:
        reasons |= {Reason.PERSON_BUSY} if who.flags & PersonFlag.BUSY else set()
        reasons |= callee.time_reasons(at) | callee.limit_reasons(at)
    assert reasons_of(int(said["reasons"])) == reasons, (seed, who)
    if static or Reason.PERSON_BUSY in reasons:
        kind = Verdict.FINAL if static else Verdict.ON
        assert (said["verdict"], said["until"]) == (kind, NO_TICK), (seed, who)
        return
    until = int(said["until"])
    assert said["verdict"] == (Verdict.UNTIL if reasons else Verdict.GO), (seed, who)
    assert until == callee.first_eligible(at), (seed, who)
    if until == NO_TICK:
        ends = callee.what_ends(at)
        assert reasons_of(int(said["ends"])) == ends, (seed, who)
        assert not callee.allowed(callee.pack.end - 1), (seed, who)
    else:
        assert callee.allowed(until), (seed, who)
        assert until == at or not callee.allowed(until - 1), (seed, who)


def test_a_caller_id_that_called_may_be_free_before_those_that_did_not() -> None:
    """Its window opened earlier: calls from nobody knows which caller ID lie in both."""
    raw = random_pack(0) | {"days": 3, "events": [], "start": date(2026, 4, 13)}
    raw["time_zone"] = "Asia/Shanghai"
    raw["people"][0]["countries"] = ["CN"]
    raw["caller_ids"] = [caller_ids("north", 6, "main")]
    raw["trunks"] = [trunk("main", 5, 5)]
    raw["campaigns"][0] |= {"caller_ids": ["north"], "purpose": "service"}
    limit = {"count": 2, "per": "1d", "window": "anchored", "scope": "pair"}
    raw["rules"] = {"pack": "lab", "contract": "test", "callee_limits": [limit]}
    world = prepare(load_scenario(raw), counts=[1])
    at, hour = 10 * 3_600_000, 3_600_000
    past = [Past(at - 23 * hour, 4), Past(at - 2 * hour), Past(at - hour)]
    who = Somebody(ALL_PURPOSES, (("Asia/Shanghai",), None), Operator.CMCC, Province.BEIJING, past)
    world.state.rings[0] = who.ring(world.state.rings.shape[1])
    record = world.state.people[:1]
    record["flags"], record["attempts"] = who.flags, len(past)
    record["home"] = who.operator | who.province << PROVINCE_SHIFT
    said = answers(world, 0, record, world.state.rings, np.zeros(0, DATED), at)
    assert said["until"].tolist() == [at + hour]


def check_packs(seeds: range, wanted: int) -> None:
    """Go on until so many packs were compared; some that are drawn leave no time to call."""
    done = 0
    for seed in seeds:
        try:
            check_pack(seed)
        except ScenarioError:
            continue
        done += 1
        if done == wanted:
            return
    pytest.fail(f"only {done} packs of {len(seeds)} are valid")


@pytest.mark.bounds
def test_random_packs() -> None:
    check_packs(range(320), 40 if config.DISABLE_JIT else 150)


@pytest.mark.full
@pytest.mark.timeout(1800)
def test_ten_thousand_random_packs() -> None:
    check_packs(range(1_000_000, 1_020_000), 10_000)
