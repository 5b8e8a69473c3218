"""Caller IDs, trunks and the enterprise's meter: what may call next, against asking each one."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialsim.compliance.build import build_resources, order_callers
from dialsim.compliance.kernels import (
    BY_NUMBER,
    BY_PLATFORM,
    BY_STOP,
    BY_TRUNK,
    NO_CALLER,
    bar_caller,
    pick_caller,
    reinstate_caller,
    replay_callers,
    replay_meter,
    retire_caller,
    screen,
    take_caller,
    take_trunk,
    verdict,
)
from dialsim.compliance.layout import LIMIT, Limits, Resources
from dialsim.compliance.limits.build import build_limits
from dialsim.compliance.limits.kernels import pack_attempt
from dialsim.core.codes import Limit, Operator, Purpose, Reason, Scope, Verdict, Window
from dialsim.core.person_flags import PersonFlag
from dialsim.core.pool import check_pool
from dialsim.core.time_units import NEVER
from dialsim.core.time_units import NEVER as NO_MORE
from dialsim.pacing.layout import CAMPAIGN
from dialsim.people.layout import LEAD, PERSON
from tests.reference.inputs import records
from tests.reference.limits import Past, first_allowed

pytestmark = pytest.mark.by_hand

PERIODS = np.array([[*range(-420, 2080, 50)], [*range(-430, 4570, 100)]], np.int64)
"""Days of 50 ms and weeks of two days; the start lies within both."""

Line = tuple[int, int, Window]
"""A limit: calls, ms, window."""


def table(lines: list[Line]) -> Any:
    limits = np.zeros(len(lines), LIMIT)
    for record, (count, per_ms, window) in zip(limits, lines, strict=True):
        record["count"], record["per_ms"], record["window"] = count, per_ms, window
        record["periods"] = window == Window.CALENDAR and per_ms % 2
    return limits


def dialer(
    groups: list[tuple[int, int]],
    channels: list[int],
    caller: list[Line] | None = None,
    meters: list[list[Line]] | None = None,
    stops: list[list[int]] | None = None,
    to_operator: list[Line] | None = None,
) -> tuple[Resources, Limits]:
    """Groups of (caller IDs, trunk) and the channels of each trunk, with limits and stops.

    `meters`: the enterprise's limits, then those of each trunk.
    """
    told = meters or [[] for _ in range(len(channels) + 1)]
    rows = np.zeros((len(told), max(len(each) for each in told)), LIMIT)
    for row, each in zip(rows, told, strict=True):
        row[: len(each)] = table(each)
    held = np.full((len(channels), 1 + max(len(each) for each in stops or [[]])), -1, np.int64)
    for row, each in zip(held, stops or [], strict=False):
        row[: len(each)] = each
    limits = Limits(
        build_limits([]), table(caller or []), table(to_operator or []), rows, PERIODS, held
    )
    scenario: Any = SimpleNamespace(
        start=date(2026, 4, 13),
        days=1,
        trunks=[
            SimpleNamespace(name=t, channels=n, contract=None, by_gateway=False)
            for t, n in enumerate(channels)
        ],
        caller_ids=[SimpleNamespace(count=n, trunk=t, start=None, filed=None) for n, t in groups],
    )
    registered = [(0, NO_MORE)] * len(groups)
    return build_resources(scenario, limits, registered, by_operator=bool(to_operator)), limits


def set_free(r: Resources, ticks: list[int]) -> None:
    """Say from which tick on each caller ID is free."""
    r.free[:] = ticks
    order_callers(r)


def in_use(r: Resources, track: int = 0) -> list[list[int]]:
    """Who is in the pool of each group, in the order of their turns."""
    return [check_pool(r.pools, r.free, track, row) for row in range(len(r.groups))]


def pick(r: Resources, limits: Limits, groups: list[int], now: int) -> tuple[int, int, int]:
    """As `pick_caller` by turns; by headroom it is the same where nothing is filed."""
    asked = np.array([*groups, -1, 0], np.int32)
    caller, wake, lacking = pick_caller(r, limits, asked, 0, 0, now)
    assert pick_caller(r, limits, asked, 0, 1, now) == (caller, wake, lacking)
    return int(caller), int(wake), int(lacking)


# --- choosing ------------------------------------------------------------------------------------

TICKS = st.integers(0, 8)


def naive_pick(
    r: Resources, limits: Limits, groups: list[int], now: int
) -> tuple[int, int, int | None]:
    """Ask every caller ID that is not retired; what lacks is of no matter when one is ready."""
    ready, wakes = [], [NEVER]
    some_free = False
    firm = int(r.meters["free"][0])
    for caller, record in enumerate(r.callers):
        if record["group"] not in groups or record["retired"]:
            continue
        trunk = int(r.groups["trunk"][record["group"]])
        some_free = some_free or r.free[0, caller] <= now
        if r.trunks["in_use"][trunk] >= r.trunks["channels"][trunk]:
            continue
        told = [int(tick) for tick in limits.stops[trunk] if tick >= 0]
        held = [b for a, b in zip(told[::2], told[1::2], strict=True) if a <= now < b]
        first = max([int(r.free[0, caller]), int(r.meters["free"][1 + trunk]), firm, *held])
        if first <= now:
            ready.append((int(r.free[0, caller]), caller))
        wakes.append(first)
    if ready:
        return min(ready)[1], 0, None
    if not some_free:
        return NO_CALLER, min(wakes), Limit.CALLER_IDS
    return NO_CALLER, min(wakes), Limit.ENTERPRISE if firm > now else Limit.TRUNKS


@pytest.mark.rule("E-CALLER-4 to E-CALLER-7", "E-CALLER-11", "E-CALLER-12")
@given(
    st.lists(st.tuples(TICKS, st.booleans()), min_size=6, max_size=6),
    st.sampled_from([[0], [1], [2], [0, 1], [2, 0], [1, 2], [2, 1, 0], []]),
    st.lists(TICKS, min_size=3, max_size=3),
    st.lists(st.integers(0, 2), min_size=2, max_size=2),
    st.lists(st.lists(TICKS, max_size=4, unique=True), min_size=2, max_size=2),
    TICKS,
)
def test_any_dialer(
    callers: list[tuple[int, bool]],
    groups: list[int],
    free: list[int],
    in_use: list[int],
    stops: list[list[int]],
    now: int,
) -> None:
    """The caller ID that was free first; else when to ask again, and what lacks."""
    held = [sorted(each)[: len(each) // 2 * 2] for each in stops]
    r, limits = dialer([(1, 1), (3, 0), (2, 1)], [2, 1], stops=held)
    set_free(r, [tick for tick, _ in callers])
    for caller, (_, gone) in enumerate(callers):
        if gone:
            retire_caller(r, caller)
    r.meters["free"], r.trunks["in_use"] = free, in_use
    caller, wake, lacking = naive_pick(r, limits, groups, now)
    found = pick(r, limits, groups, now)
    assert found[0] == caller
    if caller == NO_CALLER:
        assert found == (caller, wake, lacking)


@pytest.mark.rule("E-CALLER-4", "E-CALLER-7")
def test_the_one_free_longest_then_the_lower_number() -> None:
    r, limits = dialer([(2, 0), (2, 0)], [9])
    set_free(r, [4, 3, 3, 2])
    assert pick(r, limits, [0, 1], 5)[0] == 3
    assert pick(r, limits, [0], 5)[0] == 1
    set_free(r, [4, 3, 3, 7])
    assert pick(r, limits, [0, 1], 5)[0] == 1
    assert pick(r, limits, [1, 0], 5)[0] == 1  # whatever the order of groups
    set_free(r, [2, 9, 4, 9])
    assert pick(r, limits, [0, 1], 5)[0] == 0
    set_free(r, [3, 9, 1, 9])
    assert pick(r, limits, [1, 0], 5)[0] == 2


@pytest.mark.rule("E-CALLER-11")
@pytest.mark.parametrize(
    ("free", "in_use", "meters", "found"),
    [
        (6, 0, [0, 0], (NO_CALLER, 6, Limit.CALLER_IDS)),
        (5, 0, [0, 0], (0, NEVER, Limit.TRUNKS)),
        (5, 0, [0, 6], (NO_CALLER, 6, Limit.TRUNKS)),
        (5, 0, [0, 5], (0, NEVER, Limit.TRUNKS)),
        (5, 0, [7, 6], (NO_CALLER, 7, Limit.ENTERPRISE)),
        (5, 2, [0, 0], (NO_CALLER, NEVER, Limit.TRUNKS)),  # only a call's end can help
        (5, 1, [0, 0], (0, NEVER, Limit.TRUNKS)),
        (5, 3, [0, 0], (NO_CALLER, NEVER, Limit.TRUNKS)),
        (5, 2, [5, 0], (NO_CALLER, NEVER, Limit.TRUNKS)),
        (5, 2, [9, 0], (NO_CALLER, NEVER, Limit.ENTERPRISE)),
        (8, 0, [7, 6], (NO_CALLER, 8, Limit.CALLER_IDS)),
        (8, 2, [0, 0], (NO_CALLER, NEVER, Limit.CALLER_IDS)),
    ],
)
def test_what_lacks_at_tick_five(
    free: int, in_use: int, meters: list[int], found: tuple[int, int, int]
) -> None:
    r, limits = dialer([(1, 0)], [2])
    set_free(r, [free])
    r.trunks["in_use"], r.meters["free"] = in_use, meters
    assert pick(r, limits, [0], 5) == found


@pytest.mark.rule("E-CALLER-12")
def test_the_earliest_of_several_wakes() -> None:
    r, limits = dialer([(1, 0), (1, 1), (1, 2)], [1, 1, 1], stops=[[], [3, 8], []])
    set_free(r, [9, 2, 12])
    assert pick(r, limits, [0, 1, 2], 5) == (NO_CALLER, 8, Limit.TRUNKS)
    assert pick(r, limits, [2, 0], 5) == (NO_CALLER, 9, Limit.CALLER_IDS)
    assert pick(r, limits, [0, 1], 8)[0] == 1


@pytest.mark.rule("E-CALLER-5")
def test_a_full_trunk_hides_no_other() -> None:
    """Whichever of them a campaign names first."""
    r, limits = dialer([(1, 0), (1, 1), (1, 2)], [1, 1, 1])
    r.trunks["in_use"] = [1, 0, 1]
    for groups in ([0, 1], [1, 0], [0, 2, 1]):
        assert pick(r, limits, groups, 5)[0] == 1
    set_free(r, [2, 8, 2])
    assert pick(r, limits, [0, 1], 5) == (NO_CALLER, 8, Limit.TRUNKS)


def test_each_group_has_the_meter_of_its_trunk() -> None:
    r, limits = dialer([(1, 1), (1, 0)], [1, 1, 1])
    r.meters["free"] = [1, 8, 9, 2]
    assert pick(r, limits, [0], 5) == (-1, 9, Limit.TRUNKS)
    assert pick(r, limits, [1], 5) == (-1, 8, Limit.TRUNKS)
    assert pick(r, limits, [0], 9)[0] == 0


def test_what_never_comes_is_behind_every_tick() -> None:
    """The same for screening, and for periods of a calendar that has no more."""
    assert NEVER == NO_MORE == 1 << 62


def test_who_retired_is_not_chosen_again() -> None:
    """Nor replaced: a group of which all retired has nobody."""
    r, limits = dialer([(2, 0), (1, 0)], [9])
    retire_caller(r, 0)
    retire_caller(r, 0)
    assert in_use(r) == [[1], [2]]
    assert pick(r, limits, [0], 5)[0] == 1
    retire_caller(r, 1)
    assert in_use(r) == [[], [2]]
    assert r.callers["retired"].tolist() == [1, 1, 0]
    assert pick(r, limits, [0], 5) == (NO_CALLER, NEVER, Limit.CALLER_IDS)
    assert pick(r, limits, [0, 1], 5)[0] == 2


BARS = (BY_NUMBER, BY_STOP, BY_TRUNK, BY_PLATFORM)


@pytest.mark.rule("N-RETIRE-1")
@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from(BARS), st.booleans()), max_size=20))
def test_a_caller_id_is_used_while_nothing_bars_it(
    steps: list[tuple[int, int, bool]],
) -> None:
    """Against a set of reasons for each, with a pool for each operator; no reason counts twice."""
    r, _ = dialer([(2, 0), (3, 0)], [9], to_operator=[(1, 40, Window.SLIDING)])
    r.free[:] = [[5, 4, 3, 2, 1]] * len(r.free)
    order_callers(r)
    holds: list[set[int]] = [set() for _ in range(5)]
    for caller, why, bars in steps:
        if bars:
            bar_caller(r, caller, why)
            holds[caller].add(why)
        else:
            reinstate_caller(r, caller, why)
            holds[caller].discard(why)
        assert r.callers["why"].tolist() == [sum(each) for each in holds]
        assert r.callers["retired"].tolist() == [int(bool(each)) for each in holds]
        for track in range(len(r.free)):
            assert in_use(r, track) == [
                [caller for caller in reversed(group) if not holds[caller]]
                for group in (range(2), range(2, 5))
            ]


@pytest.mark.rule("N-RETIRE-1", "N-RETIRE-2")
def test_reasons_add_up_and_each_is_taken_back_alone() -> None:
    """A line used again has been rejected by nobody yet; other reasons say nothing of it."""
    r, limits = dialer([(1, 0), (1, 0)], [9], to_operator=[(1, 40, Window.SLIDING)])
    r.callers["rejected"] = 3
    retire_caller(r, 0)
    assert r.callers["why"].tolist() == [BY_NUMBER, 0]
    bar_caller(r, 0, BY_STOP)
    reinstate_caller(r, 0, BY_TRUNK)
    reinstate_caller(r, 0, BY_STOP)
    assert pick(r, limits, [0], 5)[0] == NO_CALLER
    assert r.callers["rejected"].tolist() == [3, 3]
    bar_caller(r, 0, BY_PLATFORM)
    reinstate_caller(r, 0, BY_NUMBER)
    assert (r.callers["rejected"].tolist(), r.callers["retired"].tolist()) == ([0, 3], [1, 0])
    reinstate_caller(r, 0, BY_PLATFORM)
    reinstate_caller(r, 0, BY_PLATFORM)
    assert in_use(r) == [[0], [1]]
    assert [pick(r, limits, [group], 5)[0] for group in (0, 1)] == [0, 1]


# --- booking -------------------------------------------------------------------------------------

LINES = st.lists(
    st.tuples(st.integers(1, 3), st.integers(1, 60), st.sampled_from(Window)), max_size=3
)


@given(
    LINES,
    LINES,
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 5), st.integers(0, 9)), min_size=1, max_size=12
    ),
)
def test_caller_ids_take_turns_within_their_limits(
    lines: list[Line], to_operator: list[Line], calls: list[tuple[int, int, int]]
) -> None:
    """Each is free exactly when its own calls allow, and one tick after its last at least.

    Where calls to an operator's numbers are limited, for each operator by itself.
    """
    r, limits = dialer([(2, 0), (3, 0)], [9], lines, to_operator=to_operator)
    past: list[list[Past]] = [[] for _ in range(5)]
    theirs: list[list[list[Past]]] = [[[] for _ in range(6)] for _ in range(5)]
    periods = PERIODS.tolist()
    now = 0
    for caller, operator, wait in calls:
        now = max(now, int(r.free[min(operator, len(r.free) - 1), caller])) + wait
        take_caller(r, limits, caller, operator, now)
        past[caller].append(Past(now))
        theirs[caller][operator].append(Past(now))
        firm = first_allowed(records(limits.caller), past[caller], -1, periods, now + 1)
        rules = records(limits.to_operator)
        for track, ticks in enumerate(r.free):
            assert ticks[caller] == first_allowed(rules, theirs[caller][track], -1, periods, firm)
            assert [sorted(each) for each in in_use(r, track)] == [[0, 1], [2, 3, 4]]
        assert r.callers["attempts"].tolist() == [len(each) for each in past]


@given(
    st.lists(LINES, min_size=3, max_size=3),
    st.lists(st.tuples(st.integers(0, 1), st.integers(0, 9)), min_size=1, max_size=12),
)
def test_trunks_and_the_enterprise_meter_each_call(
    lines: list[list[Line]], calls: list[tuple[int, int]]
) -> None:
    r, limits = dialer([(1, 0)], [50, 50], meters=lines)
    past: list[list[Past]] = [[], [], []]
    now = 0
    for trunk, wait in calls:
        now = max(now, *(int(r.meters["free"][row]) for row in (0, 1 + trunk))) + wait
        take_trunk(r, limits, trunk, now)
        for row in (0, 1 + trunk):
            past[row].append(Past(now))
        for row, each in enumerate(past):
            expected = first_allowed(records(limits.meters[row]), each, -1, PERIODS.tolist(), now)
            assert max(int(r.meters["free"][row]), now) == expected
        assert r.meters["booked"].tolist() == [
            len(each) if limited else 0 for each, limited in zip(past, lines, strict=True)
        ]
        assert r.trunks["in_use"].tolist() == [len(each) for each in past[1:]]


@pytest.mark.rule("E-PAST-4")
@given(
    LINES,
    LINES,
    LINES,
    st.lists(st.integers(-60, -1), max_size=8, unique=True).map(sorted),
    st.lists(st.integers(-1, 5), min_size=8, max_size=8),
)
def test_calls_before_the_start_count(
    lines: list[Line],
    to_operator: list[Line],
    meter: list[Line],
    ticks: list[int],
    operators: list[int],
) -> None:
    """Those of one caller ID, and of the enterprise; the others are free at once.

    A call to nobody knows whose number counts for every operator.
    """
    r, limits = dialer([(3, 0)], [1], lines, [meter, []], to_operator=to_operator)
    past = [Past(tick) for tick in ticks]
    depth = r.rings.shape[1]
    for n, tick in enumerate(ticks):
        r.rings[1, n % depth] = tick
    r.callers["attempts"] = [0, len(ticks), 0]
    r.free[:] = 99
    called = np.array(operators[: len(ticks)], np.int64)
    replay_callers(r, limits, np.full(len(ticks), 1), called, np.array(ticks, np.int64))
    replay_meter(r, limits, 0, np.array(ticks, np.int64))
    periods = PERIODS.tolist()
    mine = first_allowed(records(limits.caller), past, -1, periods, 0)
    for track, found in enumerate(r.free.tolist()):
        theirs = [each for each, to in zip(past, operators, strict=False) if to in (-1, track)]
        rules = records(limits.to_operator)
        assert found == [0, first_allowed(rules, theirs, -1, periods, mine), 0]
    firm = first_allowed(records(limits.meters[0]), past, -1, periods, 0)
    assert r.meters["free"].tolist() == [firm, 0]
    assert r.meters["booked"].tolist() == [len(ticks) if meter else 0, 0]


@pytest.mark.rule("E-LIMIT-6")
@pytest.mark.parametrize("callers", [1, 2, 9])
def test_whom_a_call_before_the_start_counts_for(callers: int) -> None:
    """For the operator called, and for each if nobody knows whose number it was."""
    for to in (-1, *Operator):
        r, limits = dialer([(callers, 0)], [1], to_operator=[(1, 40, Window.SLIDING)])
        ticks = np.array([-10], np.int64)
        r.callers["attempts"][0], r.rings[0, 0] = 1, -10
        replay_callers(r, limits, np.zeros(1, np.int64), np.array([to]), ticks)
        assert r.free[:, 0].tolist() == [30 if to in (-1, each) else 0 for each in Operator]
        assert not r.free[:, 1:].any()


@pytest.mark.parametrize(
    ("line", "free"),
    [
        ((2, 60, Window.SLIDING), 45),
        ((2, 10, Window.SLIDING), 0),  # long over
        ((2, 60, Window.ANCHORED), 45),
        ((3, 60, Window.ANCHORED), 0),
        ((2, 15, Window.ANCHORED), 0),
        ((2, 50, Window.CALENDAR), 30),
        ((2, 51, Window.CALENDAR), 70),  # the week
    ],
)
def test_a_window_opened_before_the_start_goes_on(line: Line, free: int) -> None:
    """Two calls, 15 and 6 ms before the start."""
    r, limits = dialer([(1, 0)], [1], [line], [[line], []])
    ticks = np.array([-15, -6], np.int64)
    r.rings[0, :2] = ticks
    r.callers["attempts"] = 2
    replay_callers(r, limits, np.zeros(2, np.int64), np.full(2, -1), ticks)
    replay_meter(r, limits, 0, ticks)
    assert (r.free[0, 0], r.meters["free"][0]) == (free, free)


# --- one person ----------------------------------------------------------------------------------


def asked(flags: int, attempts: int, now: int) -> tuple[int, int, int]:
    """Ask about somebody called at tick 10, within a gap of 5 and one call to the pair in 20."""
    _, plain = dialer([(1, 0)], [1])
    limits = plain._replace(callee=build_limits([]))
    pair = table([(1, 20, Window.SLIDING)])
    pair["scope"] = Scope.PAIR
    limits = limits._replace(callee=pair)
    person = np.zeros(1, PERSON)
    person["flags"], person["attempts"] = flags, attempts
    ring = np.array([pack_attempt(10, 7, 0)], np.int64)
    found = verdict(person[0], ring, np.zeros(1, CAMPAIGN)[0], 7 - (now >= 40), limits, 5, now)
    return int(found[0]), int(found[1]), int(found[2])


@pytest.mark.rule("E-VERDICT-2")
@pytest.mark.parametrize(
    ("flags", "attempts", "now", "found"),
    [
        (0, 0, 12, (Verdict.GO, Reason.NONE, 12)),
        (0, 1, 12, (Verdict.UNTIL, Reason.PAIR_LIMIT, 30)),
        (0, 1, 29, (Verdict.UNTIL, Reason.PAIR_LIMIT, 30)),
        (0, 1, 30, (Verdict.GO, Reason.NONE, 30)),
        (PersonFlag.BUSY, 1, 12, (Verdict.ON, Reason.PERSON_BUSY, 12)),
        (
            PersonFlag.INTERNAL_DNC | PersonFlag.BUSY,
            1,
            12,
            (Verdict.FINAL, Reason.INTERNAL_DNC, 12),
        ),
        (PersonFlag.HELD | PersonFlag.REACHED, 0, 12, (Verdict.GO, Reason.NONE, 12)),
    ],
)
def test_verdicts(flags: int, attempts: int, now: int, found: tuple[int, int, int]) -> None:
    """For good, while a call lasts, until a tick, or now."""
    assert asked(flags, attempts, now) == found


def test_a_list_of_leads_is_screened() -> None:
    """Each lead by its own person and campaign."""
    persons, leads = np.zeros(3, PERSON), np.zeros(5, LEAD)
    # two lists, of one person and of two; the second campaign calls both
    shifts = np.array([[0, -1], [2, 2]])
    campaigns, out = np.zeros(2, CAMPAIGN), np.full(5, 99, np.uint8)
    persons["flags"] = [0, PersonFlag.WITHDRAWN, PersonFlag.INDUSTRY_DNC]
    campaigns["purpose"] = [Purpose.MARKETING, Purpose.SERVICE]
    leads["campaign"], leads["block"] = [0, 0, 1, 1, 1], [1, 1, 0, 1, 1]
    assert screen(persons, leads, shifts, campaigns, out) == 2
    withdrawn, on_dnc = Reason.CONSENT_WITHDRAWN, Reason.INDUSTRY_DNC
    assert out.tolist() == [withdrawn, on_dnc, 0, withdrawn, 0]
