"""Screening, exact: every reason as a bit, and the first tick at which a call is allowed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dialsim
from dialsim.compliance import kernels as compliance
from dialsim.compliance.layout import LIMIT
from dialsim.compliance.limits.kernels import callee_until, pack_attempt
from dialsim.compliance.screening.kernels import (
    end_at_bars,
    next_open,
    reason_flags,
    screen_flags,
    screen_people,
)
from dialsim.compliance.screening.layout import ANY_CALLER, BIT, ORDER, SCREENED, STATIC, Asked
from dialsim.core.codes import Category, Counted, Operator, Purpose, Reason, Scope, Verdict, Window
from dialsim.core.person_flags import CONSENT_SHIFT, PROVINCE_SHIFT, REFUSED_SHIFT, PersonFlag
from dialsim.core.time_units import NEVER
from dialsim.pacing.layout import CAMPAIGN
from dialsim.people.layout import DATED, PERSON
from tests.people.scenarios import small_scenario

ROW_BITS = (
    (PersonFlag.INVALID, Reason.INVALID_NUMBER),
    (PersonFlag.UNUSABLE, Reason.UNUSABLE_ROW),
    (PersonFlag.PROTECTED, Reason.PROTECTED_NUMBER),
    (PersonFlag.DUPLICATE, Reason.DUPLICATE),
    (PersonFlag.OTHER_COUNTRY, Reason.OTHER_COUNTRY),
)
FLAGS = st.integers(0, 2**31 - 1)
PROVINCES = st.sampled_from((0, 1, 28))
OPERATORS = st.sampled_from((Operator.CMCC, Operator.CTCC))
FEW_FLAGS = st.sets(st.integers(0, 30), max_size=5).map(lambda bits: sum(1 << b for b in bits))


@st.composite
def campaigns(draw: Any) -> Any:
    """Any campaign, as far as people are concerned."""
    record = np.zeros(1, CAMPAIGN)
    record["purpose"] = draw(st.sampled_from(Purpose))
    record["category"] = draw(st.sampled_from(Category))
    record["by_consent"] = draw(st.integers(0, 1))
    record["exports_data"] = draw(st.integers(0, 1))
    record["barred"] = draw(st.sampled_from((0, 1 << 28, 3)))
    record["by_operator"] = draw(st.integers(0, 1))
    record["barred_of"][0, Operator.CMCC] = draw(st.sampled_from((0, 2)))
    return record[0]


def naive_reasons(flags: int, province: int, operator: Operator, campaign: Any) -> set[Reason]:
    """Every reason, written from the rules: what the row says, the consent, the bars."""
    found = {reason for bit, reason in ROW_BITS if flags & bit}
    purpose = int(campaign["purpose"])
    purposes = {p for p in Purpose if flags >> CONSENT_SHIFT & 1 << p}
    nobody = {Reason.INVALID_NUMBER, Reason.UNUSABLE_ROW} & found
    if campaign["by_consent"] and not nobody:
        if not purposes:
            found.add(Reason.NO_CONSENT)
        else:
            if purpose not in purposes:
                found.add(Reason.WRONG_PURPOSE)
            if flags & PersonFlag.NO_PROOF:
                found.add(Reason.NO_CONSENT_PROOF)
            if flags & PersonFlag.EXPIRED:
                found.add(Reason.CONSENT_EXPIRED)
    if flags & PersonFlag.NO_EXPORT and campaign["exports_data"]:
        found.add(Reason.NO_EXPORT_CONSENT)
    if purpose == Purpose.MARKETING:
        if flags & PersonFlag.DECLINED:
            found.add(Reason.DECLINED)
        if flags & PersonFlag.INDUSTRY_DNC:
            found.add(Reason.INDUSTRY_DNC)
    if flags & 1 << REFUSED_SHIFT + int(campaign["category"]):
        found.add(Reason.REFUSE_CALL)
    barred = int(campaign["barred"])
    if campaign["by_operator"]:
        barred |= int(campaign["barred_of"][operator])
    if barred & 1 << province and not nobody:
        found.add(Reason.CALLER_NOT_ALLOWED)
    for bit, reason in (
        (PersonFlag.WITHDRAWN, Reason.CONSENT_WITHDRAWN),
        (PersonFlag.INTERNAL_DNC, Reason.INTERNAL_DNC),
        (PersonFlag.SUSPECTED, Reason.SUSPECTED_BLOCK),
    ):
        if flags & bit:
            found.add(reason)
    return found


def reasons_of(bits: int) -> set[Reason]:
    return {reason for reason in ORDER if bits & BIT[reason]}


def first_of(bits: int) -> Reason:
    return next((reason for reason in ORDER if bits & BIT[reason]), Reason.NONE)


@given(st.one_of(FLAGS, FEW_FLAGS), PROVINCES, OPERATORS, campaigns())
def test_every_reason_is_a_bit(
    flags: int, province: int, operator: Operator, campaign: Any
) -> None:
    """The bits are the reasons written from the rules; the first is the engine's."""
    home = province << PROVINCE_SHIFT | operator
    bits = int(reason_flags(flags, home, campaign))
    assert reasons_of(bits) == naive_reasons(flags, province, operator, campaign)
    assert bits < 1 << len(STATIC)
    assert first_of(bits) == compliance.static_reason(flags, home, campaign)


@given(st.lists(FEW_FLAGS, max_size=20), campaigns())
def test_a_list_of_flags(flags: list[int], campaign: Any) -> None:
    records = np.zeros(len(flags), PERSON)
    records["flags"] = flags
    out = np.full(len(flags), 77, np.uint32)
    free = screen_flags(records, campaign, out)
    assert out.tolist() == [int(reason_flags(each, 0, campaign)) for each in flags]
    assert free == int((out == 0).sum())


# --- time ----------------------------------------------------------------------------------------

WINDOWS = st.lists(st.integers(0, 120), max_size=8, unique=True).map(
    lambda ticks: sorted(ticks)[: len(ticks) // 2 * 2]
)
LIMITS = st.lists(
    st.tuples(
        st.integers(1, 4),
        st.integers(1, 60),
        st.sampled_from(Window),
        st.sampled_from([Scope.PERSON, Scope.PERSON, Scope.PAIR]),
    ),
    max_size=3,
)
ATTEMPTS = st.lists(
    st.tuples(st.integers(-60, -1), st.integers(0, 2)), max_size=6, unique_by=lambda each: each[0]
).map(sorted)
CALLERS = st.sampled_from([(ANY_CALLER,), (0,), (0, 1), (1, 2)])
PERIOD = 40
"""Length of the calendar periods of these tests, which begin at 0."""

END = 400
"""Beyond every window and limit of these tests."""

Attempt = tuple[int, int]
Line = tuple[int, int, Window, Scope]


def edges_of(windows: list[list[int]]) -> Any:
    width = max(1, *(len(each) for each in windows))
    edges = np.full((len(windows), width), NEVER, np.int64)
    for row, each in zip(edges, windows, strict=True):
        row[: len(each)] = each
    return edges


def is_open(windows: list[int], tick: int) -> bool:
    return any(a <= tick < b for a, b in zip(windows[::2], windows[1::2], strict=True))


def full(limit: Line, ticks: list[int], now: int) -> bool:
    """Count by hand whether a limit is used up."""
    count, per, window, _ = limit
    if window == Window.SLIDING:
        return sum(now - t < per for t in ticks) >= count
    if window == Window.CALENDAR:
        return sum(t // PERIOD == now // PERIOD for t in ticks) >= count
    end, used = -1000, 0
    for tick in ticks:
        if tick >= end:
            end, used = tick + per, 0
        used += 1
    return now < end and used >= count


def barred_by(
    made: list[Attempt],
    now: int,
    windows: list[int],
    limits: list[Line],
    gap: int,
    caller: int,
) -> set[Reason]:
    """Ask hours, limits and the gap about one tick and one caller ID, by counting."""
    found = set()
    if not is_open(windows, now):
        found.add(Reason.OUTSIDE_HOURS)
    for limit in limits:
        pair = limit[3] == Scope.PAIR
        if full(limit, [t for t, by in made if not pair or by == caller], now):
            found.add(Reason.PAIR_LIMIT if pair else Reason.CALLEE_LIMIT)
    if made and now - made[-1][0] < gap:
        found.add(Reason.RETRY_GAP)
    return found


def asked_of(
    campaign: Any, windows: list[list[int]], limits: list[Line], callers: tuple[int, ...]
) -> Asked:
    table = np.zeros(len(limits), LIMIT)
    for record, (count, per, window, scope) in zip(table, limits, strict=True):
        record["count"], record["per_ms"], record["window"] = count, per, window
        record["scope"], record["counts"] = scope, Counted.ATTEMPTS
    periods = np.arange(-5 * PERIOD, 20 * PERIOD, PERIOD)[None]
    one = np.zeros(1, CAMPAIGN)
    one[0] = campaign
    hours = edges_of(windows)
    ids = np.array(callers, np.int64)
    return Asked(one, hours, np.full(1, NEVER, np.int64), hours, table, periods, ids)


def ring_of(made: list[Attempt], depth: int = 8) -> Any:
    ring = np.zeros(depth, np.int64)
    for n, (tick, caller) in enumerate(made):
        ring[n % depth] = pack_attempt(tick, caller, 1)
    return ring


@given(WINDOWS, st.integers(0, 130))
def test_next_open_is_exact(windows: list[int], tick: int) -> None:
    found = int(next_open(edges_of([windows])[0], tick))
    expected = next((t for t in range(tick, END) if is_open(windows, t)), -1)
    assert found == expected


@given(
    ATTEMPTS,
    st.lists(WINDOWS, min_size=2, max_size=2),
    LIMITS,
    st.integers(0, 50),
    st.integers(0, 120),
    CALLERS,
)
def test_until_is_exact(
    made: list[Attempt],
    windows: list[list[int]],
    limits: list[Line],
    gap: int,
    at: int,
    callers: tuple[int, ...],
) -> None:
    """No earlier tick is allowed, that tick is: against asking every tick; each zone its hours."""
    campaign = np.zeros(1, CAMPAIGN)
    records = np.zeros(2, PERSON)
    records["zone"], records["attempts"] = [0, 1], len(made)
    rings = np.array([ring_of(made)] * 2)
    out = np.zeros(2, SCREENED)
    asked = asked_of(campaign[0], windows, limits, callers)
    now = screen_people(records, rings, asked, gap, at, out)
    assert now == int((out["verdict"] == Verdict.GO).sum())
    for i, mine in enumerate(windows):
        by_caller = [
            [barred_by(made, t, mine, limits, gap, caller) for t in range(at, END)]
            for caller in callers
        ]
        free = [at + t for each in by_caller for t, found in enumerate(each) if not found]
        assert out[i]["until"] == min(free, default=-1)
        go = out[i]["until"] == at
        assert out[i]["verdict"] == (Verdict.GO if go else Verdict.UNTIL)
        found = reasons_of(int(out[i]["reasons"]))
        assert found == set.intersection(*(each[0] for each in by_caller))
        last = max((t for t in range(at, END) if is_open(mine, t)), default=None)
        if last is None:
            binding = {Reason.OUTSIDE_HOURS}
        else:
            binding = set.intersection(*(each[last - at] for each in by_caller))
        if out[i]["until"] == -1 and last is not None and len(callers) > 1:
            assert binding <= reasons_of(int(out[i]["ends"])) != set()
        else:
            assert reasons_of(int(out[i]["ends"])) == (binding if out[i]["until"] == -1 else set())


@pytest.mark.parametrize(
    ("flags", "verdict", "reasons"),
    [
        (0, Verdict.UNTIL, {Reason.OUTSIDE_HOURS, Reason.RETRY_GAP}),
        (PersonFlag.BUSY, Verdict.ON, {Reason.PERSON_BUSY, Reason.OUTSIDE_HOURS, Reason.RETRY_GAP}),
        (
            PersonFlag.INTERNAL_DNC,
            Verdict.FINAL,
            {Reason.INTERNAL_DNC, Reason.OUTSIDE_HOURS, Reason.RETRY_GAP},
        ),
        (PersonFlag.INVALID, Verdict.FINAL, {Reason.INVALID_NUMBER}),
        (PersonFlag.OTHER_COUNTRY, Verdict.FINAL, {Reason.OTHER_COUNTRY}),
        (
            PersonFlag.DUPLICATE,
            Verdict.FINAL,
            {Reason.DUPLICATE, Reason.OUTSIDE_HOURS, Reason.RETRY_GAP},
        ),
    ],
)
def test_hours_are_of_somebody(flags: int, verdict: Verdict, reasons: set[Reason]) -> None:
    """A row without a number one could call has neither hours nor attempts."""
    records = np.zeros(1, PERSON)
    records["flags"], records["attempts"] = flags, 1
    out = np.zeros(1, SCREENED)
    asked = asked_of(np.zeros(1, CAMPAIGN)[0], [[5, 9]], [], (ANY_CALLER,))
    screen_people(records, ring_of([(-1, 0)])[None], asked, 4, 1, out)
    assert reasons_of(int(out[0]["reasons"])) == reasons
    assert out[0]["verdict"] == verdict
    assert out[0]["until"] == (5 if verdict == Verdict.UNTIL else -1)


@given(ATTEMPTS, LIMITS, st.integers(0, 50), st.integers(0, 60), FEW_FLAGS, campaigns())
def test_it_agrees_with_the_engine(
    made: list[Attempt], limits: list[Line], gap: int, at: int, flags: int, campaign: Any
) -> None:
    """Where hours are always open: the same bar, or the reason and tick the engine waits for."""
    records = np.zeros(1, PERSON)
    records["flags"], records["attempts"] = flags, len(made)
    ring = ring_of(made)
    asked = asked_of(campaign, [[-1000, 1000]], limits, (1,))
    out = np.zeros(1, SCREENED)
    screen_people(records, ring[None], asked, gap, at, out)
    found = reasons_of(int(out[0]["reasons"]))
    static = compliance.static_reason(flags, 0, campaign)
    if static:
        assert out[0]["verdict"] == Verdict.FINAL
        assert first_of(int(out[0]["reasons"])) == static
        return
    if flags & PersonFlag.BUSY:
        assert out[0]["verdict"] == Verdict.ON
        return
    reason, until = callee_until(ring, len(made), 1, asked.limits, asked.periods, gap, at)
    assert out[0]["until"] == until
    assert out[0]["verdict"] == (Verdict.UNTIL if reason else Verdict.GO)
    assert reason == Reason.NONE or Reason(reason) in found


@pytest.mark.parametrize(
    ("entries", "left"),
    [
        ([(50, PersonFlag.WITHDRAWN)], -1),  # before the hours open
        ([(100, PersonFlag.WITHDRAWN)], -1),  # at the tick: known before any call of it
        ([(101, PersonFlag.WITHDRAWN)], 100),
        ([(50, PersonFlag.INDUSTRY_DNC)], 100),  # bars marketing alone
        ([(40, PersonFlag.INDUSTRY_DNC), (60, PersonFlag.SUSPECTED)], -1),
    ],
)
def test_a_bar_to_come_ends_what_comes_after(entries: list[tuple[int, int]], left: int) -> None:
    records = np.zeros(3, PERSON)
    campaign = np.zeros(1, CAMPAIGN)
    campaign["purpose"] = Purpose.SERVICE
    out = np.zeros(3, SCREENED)
    out["until"], out["verdict"] = 100, Verdict.UNTIL
    asked = asked_of(campaign[0], [[100, 200]], [], (ANY_CALLER,))
    dated = np.zeros(len(entries), DATED)
    dated["row"] = 1
    dated["tick"], dated["flags"] = zip(*entries, strict=True)
    end_at_bars(records, dated, asked, out)
    assert out["until"].tolist() == [100, left, 100]
    bars = [reasons_of(int(bits)) for bits in out["ends"]]
    flag = entries[-1][1]
    bar = Reason.CONSENT_WITHDRAWN if flag == PersonFlag.WITHDRAWN else Reason.SUSPECTED_BLOCK
    assert bars == [set(), {bar} if left == -1 else set(), set()]


@pytest.mark.parametrize(("tick", "bars"), [(199, True), (200, False)])
def test_who_waits_to_the_end_is_told_a_bar_within_the_hours(tick: int, bars: bool) -> None:
    out = np.zeros(1, SCREENED)
    out["until"], out["verdict"], out["ends"] = -1, Verdict.UNTIL, BIT[Reason.CALLEE_LIMIT]
    asked = asked_of(np.zeros(1, CAMPAIGN)[0], [[100, 200]], [], (ANY_CALLER,))
    dated = np.zeros(1, DATED)
    dated["tick"], dated["flags"] = tick, PersonFlag.WITHDRAWN
    end_at_bars(np.zeros(1, PERSON), dated, asked, out)
    told = Reason.CONSENT_WITHDRAWN if bars else Reason.CALLEE_LIMIT
    assert reasons_of(int(out[0]["ends"])) == {told}


@pytest.mark.parametrize(
    ("at", "reasons", "until", "ends"),
    [
        (10, {Reason.OUTSIDE_HOURS}, 100, set()),
        (100, set(), 100, set()),
        (150, {Reason.TRUNK_LIMIT}, 180, set()),
        (179, {Reason.TRUNK_LIMIT}, 180, set()),
        (180, set(), 180, set()),
        (200, {Reason.OUTSIDE_HOURS}, -1, {Reason.TRUNK_LIMIT}),  # the last hours are all stopped
        (350, {Reason.TRUNK_LIMIT}, -1, {Reason.TRUNK_LIMIT}),
        (400, {Reason.OUTSIDE_HOURS, Reason.TRUNK_LIMIT}, -1, {Reason.OUTSIDE_HOURS}),
    ],
)
def test_stopped_trunks(at: int, reasons: set[Reason], until: int, ends: set[Reason]) -> None:
    asked = asked_of(np.zeros(1, CAMPAIGN)[0], [[100, 200, 300, 400]], [], (ANY_CALLER,))
    asked = asked._replace(
        stopped=np.array([150, 180, 250, 500], np.int64), edges=edges_of([[100, 150, 180, 200]])
    )
    out = np.zeros(1, SCREENED)
    screen_people(np.zeros(1, PERSON), np.zeros((1, 8), np.int64), asked, 0, at, out)
    assert reasons_of(int(out[0]["reasons"])) == reasons
    assert int(out[0]["until"]) == until
    assert reasons_of(int(out[0]["ends"])) == ends


# --- a list in which every reason occurs ---------------------------------------------------------

HEADER = (
    "number,id,consent_date,consent_purpose,consent_expiry,consent_evidence,"
    "withdrawn,export_consent,time_zone"
)
GOOD = {
    "consent_date": "2026-01-05",
    "consent_purpose": "marketing",
    "consent_expiry": "2027-01-05",
    "consent_evidence": "form",
    "export_consent": "yes",
}
NO_DATES = {"consent_date": "", "consent_expiry": ""}  # in such a row they may be withdrawals
LINES: tuple[tuple[str, dict[str, str], Reason], ...] = (
    ("13800000002", {}, Reason.NONE),
    ("abc", {}, Reason.INVALID_NUMBER),
    ("13800000004", {"consent_date": "2026-13-45"}, Reason.UNUSABLE_ROW),
    ("110", {}, Reason.PROTECTED_NUMBER),
    ("+86 138 0000 0002", {"id": "2"}, Reason.DUPLICATE),
    ("+852 5123 4567", {}, Reason.OTHER_COUNTRY),
    ("13800000008", {"consent_date": "", "consent_purpose": ""}, Reason.NO_CONSENT),
    ("13800000009", {"consent_purpose": "service"}, Reason.WRONG_PURPOSE),
    ("13800000010", {"consent_evidence": ""}, Reason.NO_CONSENT_PROOF),
    ("13800000011", {"consent_expiry": "2026-02-01"}, Reason.CONSENT_EXPIRED),
    ("13800000012", {"withdrawn": "2026-03-01"}, Reason.CONSENT_WITHDRAWN),
    ("13800000013", {"export_consent": "no"}, Reason.NO_EXPORT_CONSENT),
    ("13800000014", {}, Reason.INTERNAL_DNC),
    ("13800000015", {}, Reason.INDUSTRY_DNC),
    ("13800000016", {}, Reason.REFUSE_CALL),
    ("13800000017", {"time_zone": "Asia/Urumqi"}, Reason.OUTSIDE_HOURS),
    ("13800000018", {}, Reason.CALLEE_LIMIT),
    ("13800000019", {}, Reason.RETRY_GAP),
    ("13800000020", {}, Reason.PAIR_LIMIT),
    ("13800000021" + ",no" * 10, NO_DATES, Reason.UNUSABLE_ROW),
    ("13908910001", {}, Reason.CALLER_NOT_ALLOWED),  # of Tibet
    ("13800000023", {}, Reason.NOT_RUNG),
    ("13800000024", {}, Reason.DECLINED),
)
CALLS = (
    ("13800000018", "2026-04-11 10:00", "north-001,,"),
    ("13800000018", "2026-04-12 10:00", "north-001,,"),
    ("13800000019", "2026-04-12 22:00", "north-001,,"),
    *(("13800000020", f"2026-03-2{i} 10:00", "north-001,,") for i in range(3)),
    ("13800000023", "2026-04-12 10:30", ",no_answer,1.5"),  # from nobody knows which number
    ("13800000024", "2026-02-02 10:00", "north-001,declined,"),
)
NOT_BEFORE_A_RUN = {Reason.SUSPECTED_BLOCK, Reason.PERSON_BUSY, Reason.TRUNK_LIMIT}
"""No list tells them: they come of calls of the run, or of events."""


def every_reason(folder: Path) -> dict[str, Any]:
    """Write the files and return a scenario in which every reason has a row."""
    names = HEADER.split(",")
    rows = [HEADER]
    for line, (number, changes, _) in enumerate(LINES, 2):
        cells = GOOD | {"number": number, "id": str(line)} | changes
        rows.append(",".join(cells.get(name, "") for name in names))
    (folder / "list.csv").write_text("\n".join(rows) + "\n", "utf-8")
    raw = small_scenario({"name": "list", "file": str(folder / "list.csv")})
    raw["registries"] = []
    for kind, place in (("internal", 14), ("industry", 15), ("refused", 16)):
        (folder / f"{kind}.csv").write_text(f"number\n138000000{place}\n")
        entry = {"name": kind, "kind": kind, "file": str(folder / f"{kind}.csv")}
        raw["registries"].append(entry | ({} if kind == "internal" else {"as_of": "2026-04-10"}))
    calls = "\n".join(",".join(call) for call in CALLS)
    (folder / "calls.csv").write_text(f"number,time,caller_id,outcome,ring_s\n{calls}\n")
    raw["history"] = {"calls": {"file": str(folder / "calls.csv")}}
    raw["refuse_call"] = {"access": "operator_scrub"}
    raw["days"] = 3
    raw["caller_ids"][0]["count"] = 1
    raw["trunks"][0]["blind"] = ["Tibet"]
    raw["campaigns"][0]["exports_data"] = True
    raw["rules"] = {
        "retry_gap": "12h",
        "callee_limits": [
            {"count": 1, "per": "1m"},
            {"count": 2, "per": "7d"},
            {"count": 5, "per": "30d"},
            {"count": 3, "per": "30d", "scope": "pair"},
        ],
    }
    return raw


def test_every_reason_has_its_row(tmp_path: Path) -> None:
    found = dialsim.screen(None, every_reason(tmp_path), "2026-04-13 09:59")
    assert {reason for _, _, reason in LINES} == {*ORDER, Reason.NONE} - NOT_BEFORE_A_RUN
    table = found.table.sort_by("line").to_pydict()
    expected = [reason.name.lower() if reason else None for _, _, reason in LINES]
    assert table["line"] == list(range(2, len(LINES) + 2))
    assert table["reason"] == expected
    for reason in ORDER:
        flagged = [line for line, has in enumerate(table[reason.name.lower()]) if has]
        assert flagged == [i for i, (_, _, mine) in enumerate(LINES) if mine == reason], reason
    counts = {name: expected.count(name) for name in {*expected} - {None}}
    assert found.flag_counts == counts
    assert found.counts == counts | {"callable": 1}
    assert sum(found.counts.values()) == found.rows == len(LINES)
    assert found.verdicts == {"now": 1, "later": 3, "never": 17, "busy": 0, "not in this run": 2}


def test_when_each_may_be_called_first(tmp_path: Path) -> None:
    found = dialsim.screen(None, every_reason(tmp_path), "2026-04-13 09:30")
    table = found.table.to_pydict()
    first = {
        line: moment.strftime("%d %H:%M")
        for line, moment in zip(table["line"], table["next_eligible"], strict=True)
        if moment is not None
    }
    by = {reason: line for line, (_, _, reason) in enumerate(LINES, 2)}
    assert first == {
        by[Reason.NONE]: "13 09:30",
        by[Reason.OUTSIDE_HOURS]: "13 11:00",  # nine o'clock in Urumqi
        by[Reason.RETRY_GAP]: "13 10:00",
        by[Reason.NOT_RUNG]: "13 10:30",
        # seven days after the call before the last, and 30 after the first: not in three days
    }
    moments = [moment for moment in table["next_eligible"] if moment is not None]
    assert {moment.utcoffset() for moment in moments} == {timedelta(hours=8)}
