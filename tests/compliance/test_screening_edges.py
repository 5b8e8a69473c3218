"""Screening at its edges: flags that could pass for others, limits side by side, last ticks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dialsim.compliance.screening.kernels import end_at_bars, last_open, reason_flags, screen_people
from dialsim.compliance.screening.layout import BIT, SCREENED
from dialsim.core.codes import Category, Province, Purpose, Reason, Scope, Verdict, Window
from dialsim.core.person_flags import PROVINCE_SHIFT, REFUSED_SHIFT, PersonFlag
from dialsim.core.time_units import NEVER
from dialsim.pacing.layout import CAMPAIGN
from dialsim.people.layout import DATED, PERSON
from tests.compliance.test_screening import Attempt, Line, asked_of, edges_of, reasons_of, ring_of


@pytest.mark.parametrize("category", Category)
def test_each_category_has_its_bit(category: Category) -> None:
    campaign = np.zeros(1, CAMPAIGN)
    campaign["category"] = category
    every = sum(1 << REFUSED_SHIFT + each for each in Category)
    mine = 1 << REFUSED_SHIFT + category
    assert reason_flags(mine, 0, campaign[0]) == BIT[Reason.REFUSE_CALL]
    assert reason_flags(every - mine, 0, campaign[0]) == 0


@pytest.mark.parametrize("purpose", Purpose)
def test_consent_for_another_purpose(purpose: Purpose) -> None:
    campaign = np.zeros(1, CAMPAIGN)
    campaign["purpose"], campaign["by_consent"] = purpose, 1
    assert reason_flags(1 << purpose, 0, campaign[0]) == 0
    assert reason_flags(7 - (1 << purpose), 0, campaign[0]) == BIT[Reason.WRONG_PURPOSE]


@pytest.mark.parametrize(
    ("flag", "reason"),
    [
        (PersonFlag.INVALID, Reason.INVALID_NUMBER),
        (PersonFlag.UNUSABLE, Reason.UNUSABLE_ROW),
        (PersonFlag.PROTECTED, Reason.PROTECTED_NUMBER),
    ],
)
def test_a_row_of_nobody_lacks_no_consent(flag: int, reason: Reason) -> None:
    """Nor is it out of reach; a number that is protected is somebody's."""
    campaign = np.zeros(1, CAMPAIGN)
    campaign["by_consent"], campaign["barred"] = 1, 1 << Province.TIBET
    found = int(reason_flags(flag, Province.TIBET << PROVINCE_SHIFT, campaign[0]))
    of_somebody = {Reason.NO_CONSENT, Reason.CALLER_NOT_ALLOWED}
    assert reasons_of(found) - of_somebody == {reason}
    assert (of_somebody <= reasons_of(found)) == (flag == PersonFlag.PROTECTED)


# --- limits side by side -------------------------------------------------------------------------


def screened(
    made: list[Attempt],
    limits: list[Line],
    at: int = 0,
    hours: tuple[int, ...] = (-1000, 1000),
    callers: tuple[int, ...] = (1,),
    gap: int = 0,
    flags: int = 0,
) -> tuple[set[Reason], int, set[Reason]]:
    """Reasons, next tick and what ends it for one person of a campaign."""
    person, out = np.zeros(1, PERSON), np.zeros(1, SCREENED)
    person["flags"], person["attempts"] = flags, len(made)
    asked = asked_of(np.zeros(1, CAMPAIGN)[0], [[*hours]], limits, callers)
    screen_people(person, ring_of(made)[None], asked, gap, at, out)
    row = out[0]
    return reasons_of(int(row["reasons"])), int(row["until"]), reasons_of(int(row["ends"]))


def sliding(count: int, per_ms: int, scope: Scope = Scope.PERSON) -> Line:
    return count, per_ms, Window.SLIDING, scope


FULL, ROOM = sliding(1, 50), sliding(2, 50)
PAIR_FULL, PAIR_ROOM = sliding(1, 50, Scope.PAIR), sliding(2, 50, Scope.PAIR)


@pytest.mark.parametrize(
    ("limits", "gap", "reasons", "until"),
    [
        ([FULL, ROOM], 0, {Reason.CALLEE_LIMIT}, 40),
        ([ROOM, FULL], 0, {Reason.CALLEE_LIMIT}, 40),
        ([PAIR_FULL, ROOM], 0, {Reason.PAIR_LIMIT}, 40),
        ([PAIR_ROOM, FULL], 0, {Reason.CALLEE_LIMIT}, 40),
        ([FULL, PAIR_ROOM], 0, {Reason.CALLEE_LIMIT}, 40),
        ([PAIR_ROOM, ROOM], 0, set(), 0),
        ([FULL, PAIR_FULL], 0, {Reason.CALLEE_LIMIT, Reason.PAIR_LIMIT}, 40),
        ([FULL, ROOM, ROOM], 10, {Reason.CALLEE_LIMIT}, 40),
        ([FULL, ROOM, ROOM], 11, {Reason.CALLEE_LIMIT, Reason.RETRY_GAP}, 40),
        ([ROOM, ROOM], 45, {Reason.RETRY_GAP}, 35),
    ],
)
def test_each_limit_is_asked_by_itself(
    limits: list[Line], gap: int, reasons: set[Reason], until: int
) -> None:
    """Somebody was called ten ticks ago; a limit of one is full, one of two has room."""
    assert screened([(-10, 1)], limits, gap=gap) == (reasons, until, set())


def test_a_call_at_the_very_tick_fills_no_other_limit() -> None:
    assert screened([(0, 1)], [ROOM]) == (set(), 0, set())
    assert screened([(0, 1)], [FULL]) == ({Reason.CALLEE_LIMIT}, 50, set())


@pytest.mark.parametrize(
    ("callers", "reasons", "until"),
    [
        ((1,), {Reason.PAIR_LIMIT}, 40),
        ((2,), {Reason.PAIR_LIMIT}, 30),
        ((1, 2), {Reason.PAIR_LIMIT}, 30),
        ((2, 1), {Reason.PAIR_LIMIT}, 30),
        ((1, 2, 3), set(), 0),
        ((3, 1), set(), 0),
    ],
)
def test_the_caller_id_that_may_first(
    callers: tuple[int, ...], reasons: set[Reason], until: int
) -> None:
    """Each has called once: the one ten ticks ago, two twenty; the third never."""
    made = [(-20, 2), (-10, 1)]
    assert screened(made, [PAIR_FULL], callers=callers) == (reasons, until, set())
    found = screened(made, [PAIR_FULL], callers=callers, hours=(20, 100))
    assert found == (reasons | {Reason.OUTSIDE_HOURS}, max(until, 20), set())


# --- the end of the hours ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "last"),
    [([], -1), ([100, 200], 199), ([0, 1], 0), ([100, 200, 300, 400], 399)],
)
@pytest.mark.parametrize("more", [0, 1, 2, 3])
def test_the_last_open_tick(hours: list[int], last: int, more: int) -> None:
    """Whatever the length of the row, which other zones' hours may have filled up."""
    assert last_open(np.array([*hours, *[NEVER] * more], np.int64)) == last


@pytest.mark.parametrize(
    ("at", "ends"),
    [
        (0, {Reason.CALLEE_LIMIT}),
        (30, {Reason.CALLEE_LIMIT}),
        (39, {Reason.CALLEE_LIMIT}),  # the last open tick
        (40, {Reason.OUTSIDE_HOURS}),
        (41, {Reason.OUTSIDE_HOURS}),
    ],
)
def test_what_ends_it_for_who_has_been_called_enough(at: int, ends: set[Reason]) -> None:
    reasons, until, found = screened([(-10, 1)], [FULL], at, hours=(20, 40))
    assert (until, found) == (-1, ends)
    assert (Reason.OUTSIDE_HOURS in reasons) == (not 20 <= at < 40)


@pytest.mark.parametrize(
    ("at", "ends"),
    [(198, Reason.TRUNK_LIMIT), (199, Reason.TRUNK_LIMIT), (200, Reason.OUTSIDE_HOURS)],
)
def test_trunks_stopped_to_the_end(at: int, ends: Reason) -> None:
    """The last tick of the hours is theirs to take; behind it there are none."""
    asked = asked_of(np.zeros(1, CAMPAIGN)[0], [[100, 200]], [], (1,))
    stops = np.array([150, 500], np.int64)
    asked = asked._replace(stopped=stops, edges=edges_of([[100, 150]]))
    out = np.zeros(1, SCREENED)
    screen_people(np.zeros(1, PERSON), np.zeros((1, 8), np.int64), asked, 0, at, out)
    assert reasons_of(int(out[0]["ends"])) == {ends}


def test_who_is_busy_waits_for_the_end_of_a_call() -> None:
    """Not for the end of the hours: nothing is said to keep them."""
    reasons, until, ends = screened([(-10, 1)], [FULL], hours=(20, 30), flags=PersonFlag.BUSY)
    assert reasons == {Reason.PERSON_BUSY, Reason.OUTSIDE_HOURS, Reason.CALLEE_LIMIT}
    assert (until, ends) == (-1, set())


# --- bars that become known later ----------------------------------------------------------------

CONSENT = 1 << Purpose.SERVICE
NO_BITS = 0


def ended(
    rows: list[tuple[Verdict, int, int]], dated: list[tuple[int, int, int]]
) -> list[tuple[int, set[Reason]]]:
    """Next tick and end of rows of (verdict, until, ends), after bars of (row, tick, flags).

    All have given consent; hours are from 100 to 200.
    """
    campaign: Any = np.zeros(1, CAMPAIGN)
    campaign["purpose"], campaign["by_consent"] = Purpose.SERVICE, 1
    persons, out = np.zeros(len(rows), PERSON), np.zeros(len(rows), SCREENED)
    persons["flags"] = CONSENT
    for record, row in zip(out, rows, strict=True):
        record["verdict"], record["until"], record["ends"] = row
    entries = np.zeros(len(dated), DATED)
    for record, entry in zip(entries, dated, strict=True):
        record["row"], record["tick"], record["flags"] = entry
    end_at_bars(persons, entries, asked_of(campaign[0], [[100, 200]], [], (1,)), out)
    return [(int(row["until"]), reasons_of(int(row["ends"]))) for row in out]


WAITS = (Verdict.UNTIL, -1, BIT[Reason.CALLEE_LIMIT])
LATER = (Verdict.UNTIL, 120, NO_BITS)


@pytest.mark.parametrize("row", [0, 1, 2])
def test_a_bar_is_of_its_own_row(row: int) -> None:
    """And adds to what is known of the person, consent included."""
    told: list[tuple[int, set[Reason]]] = [(120, set())] * 3
    told[row] = (-1, {Reason.CONSENT_WITHDRAWN})
    assert ended([LATER] * 3, [(row, 110, PersonFlag.WITHDRAWN)]) == told


def test_bars_add_up_within_a_row_alone() -> None:
    """The second row's entry bars marketing, which this is not."""
    entries = [
        (0, 110, PersonFlag.INDUSTRY_DNC),
        (0, 115, PersonFlag.SUSPECTED | PersonFlag.WITHDRAWN),
        (1, 110, PersonFlag.INDUSTRY_DNC),
        (2, 130, PersonFlag.WITHDRAWN),
    ]
    both = {Reason.CONSENT_WITHDRAWN, Reason.SUSPECTED_BLOCK}
    assert ended([LATER] * 3, entries) == [(-1, both), (120, set()), (120, set())]


@pytest.mark.parametrize(
    ("tick", "told"),
    [(90, True), (150, True), (198, True), (199, True), (200, False), (250, False)],
)
def test_who_waits_in_vain_is_told_a_bar_of_the_hours(tick: int, told: bool) -> None:
    bar = Reason.CONSENT_WITHDRAWN if told else Reason.CALLEE_LIMIT
    assert ended([WAITS], [(0, tick, PersonFlag.WITHDRAWN)]) == [(-1, {bar})]


@pytest.mark.parametrize("row", [WAITS, LATER])
def test_the_first_bar_is_told(row: tuple[Verdict, int, int]) -> None:
    entries = [(0, 110, PersonFlag.WITHDRAWN), (0, 115, PersonFlag.SUSPECTED)]
    assert ended([row], entries) == [(-1, {Reason.CONSENT_WITHDRAWN})]


@pytest.mark.parametrize(
    "row",
    [(Verdict.GO, 50, NO_BITS), (Verdict.FINAL, -1, NO_BITS), (Verdict.ON, -1, NO_BITS)],
)
def test_a_bar_to_come_is_for_who_waits_for_a_tick(row: tuple[Verdict, int, int]) -> None:
    """Not for who may be called now, is barred already, or is in a call."""
    assert ended([row], [(0, 110, PersonFlag.WITHDRAWN)]) == [(row[1], set())]
