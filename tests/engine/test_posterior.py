"""Who people are, given how calls to them ended before: against arithmetic and against runs."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import dialsim
from dialsim.carrier.layout import SubscriberFlag, Table
from dialsim.carrier.posterior import kernels
from dialsim.carrier.posterior.layout import PAST_CALL
from dialsim.carrier.subscribers.kernels import fill_subscriber
from dialsim.core.codes import Cause, Seen
from dialsim.core.person_flags import ALTERNATES_SHIFT
from dialsim.core.rng import threshold32, wrapping
from dialsim.engine import host
from dialsim.engine import listed_people as given_rows
from dialsim.engine.build import World, prepare
from dialsim.engine.call_history.attempts import WEEK_MS, past_calls
from dialsim.engine.listed_people import list_base
from dialsim.people.chunks import Chunk
from dialsim.people.layout import DATED, EARLIER, GIVEN
from dialsim.scenario import load_scenario
from tests.scenario.worlds import world as small_world

PEOPLE = 1200
MONDAY_10 = 10 * 3_600_000
WHOLE = float(1 << 32)


def some_people(**changes: Any) -> World:
    """People who all opted in, with a good deal of dead numbers, none called yet."""
    raw = small_world()
    drawn = {"count": PEOPLE, "relation": "opted_in"}
    drawn |= {"empty": 0.05, "suspended": 0.03, "dormant": 0.06}
    raw["people"][0]["synthetic"] = drawn | changes
    return host.fill_all(prepare(load_scenario(raw)))


def called(seen: Sequence[Seen], people: int = PEOPLE) -> NDArray[Any]:
    """Everybody called once for each of some outcomes, at ten on Mondays."""
    calls = np.zeros(people * len(seen), PAST_CALL)
    calls["row"] = np.repeat(np.arange(people), len(seen))
    calls["seen"] = np.tile(np.array(seen, np.int64), people)
    calls["week_ms"], calls["in_time"] = MONDAY_10, threshold32(0.9)
    return calls


def fitted(seen: Sequence[Seen], **changes: Any) -> World:
    """The same people after such calls."""
    found = some_people(**changes)
    with wrapping():
        kernels.fit_subscribers(
            found.state.carrier, found.static.profile, found.state.people,
            list_base(found), called(seen),
        )  # fmt: skip
    return found


def classes(world: World) -> tuple[NDArray[np.float64], NDArray[np.float64], Any]:
    """Propensities that are equally likely, and the chances of each outcome: alive and not."""
    profile = world.static.profile
    table = 2.0 * profile.tables[Table.PROPENSITY_OPTED_IN][:4096]
    hour = profile.hour_factor[(int(profile.weekday[0]) * 24 + 10) % 168] / 65536
    answers = 0.9 * np.minimum(1.0, table / WHOLE * hour)
    shares = profile.seen_shares / WHOLE
    off, busy = (int(profile.network[0][name]) / WHOLE for name in ("unreachable", "busy"))
    ringing = np.outer(answers, shares[Cause.LIVE]) + np.outer(1 - answers, shares[Cause.NO_ANSWER])
    alive = off * shares[Cause.UNREACHABLE]
    alive = alive + (1 - off) * (busy * shares[Cause.BUSY] + (1 - busy) * ringing)
    return table, alive, shares


SEEN = (
    [Seen.NO_ANSWER],
    [Seen.UNREACHABLE, Seen.NO_ANSWER],
    [Seen.NO_ANSWER] * 3,
    [Seen.CONNECTED],
    [Seen.UNREACHABLE] * 2,
    [Seen.INVALID],
    [Seen.NO_ANSWER] * 3 + [Seen.BUSY] * 3,
    [Seen.BUSY, Seen.NO_ANSWER, Seen.UNREACHABLE] * 2,
    [Seen.CONNECTED] * 2 + [Seen.NO_ANSWER] * 6,
    [Seen.INVALID] * 2 + [Seen.NO_ANSWER] * 2,
)
SLOW = pytest.mark.slow_without_jit


@pytest.mark.rule("E-FIT-1", "E-FIT-2")
@pytest.mark.slow_without_jit
@pytest.mark.parametrize("seen", [SEEN[0], *(pytest.param(each, marks=SLOW) for each in SEEN[1:])])
def test_people_are_drawn_from_the_posterior(seen: list[Seen]) -> None:
    """Shares of dead and dormant numbers and mean propensities, by Bayes' rule over 4096 kinds."""
    found = fitted(seen)
    table, alive, shares = classes(found)
    gone = float(np.prod([shares[Cause.INVALID, each] for each in seen])) * 0.08
    asleep = float(np.prod([shares[Cause.UNREACHABLE, each] for each in seen])) * 0.92 * 0.06
    kinds = np.prod([alive[:, each] for each in seen], axis=0) * 0.92 * 0.94 / len(table)
    total = gone + asleep + kinds.sum()
    flags = found.state.carrier.subscribers["flags"]
    dead = (flags & (SubscriberFlag.EMPTY | SubscriberFlag.SUSPENDED_NUMBER)) != 0
    dormant = (flags & SubscriberFlag.DORMANT) != 0
    for sample, expected in ((dead, gone / total), (dormant, asleep / total)):
        spread = np.sqrt(expected * (1 - expected) / PEOPLE)
        assert abs(sample.mean() - expected) <= 4.5 * spread + 1e-9
    ready = found.state.carrier.subscribers["propensity"][~dead & ~dormant]
    if len(ready) > 30:
        weights = kinds / kinds.sum()
        mean = table @ weights
        deviation = np.sqrt((table - mean) ** 2 @ weights)
        assert abs(ready.mean() - mean) < 4.5 * deviation / np.sqrt(len(ready))


@SLOW
def test_who_was_called_is_drawn_by_themselves() -> None:
    """Nobody else changes, and not what the dialer knows; nothing depends on who else is asked."""
    before, after = some_people(), some_people()
    calls = called([Seen.NO_ANSWER] * 2, people=40)
    with wrapping():
        for part in (calls[:40], calls[40:]):
            kernels.fit_subscribers(
                after.state.carrier, after.static.profile, after.state.people,
                list_base(after), part,
            )  # fmt: skip
    together = fitted([Seen.NO_ANSWER] * 2).state.carrier.subscribers
    mine = after.state.carrier.subscribers
    assert (mine[:40] == together[:40]).all()
    assert (mine[40:] == before.state.carrier.subscribers[40:]).all()
    assert (mine[:40] != before.state.carrier.subscribers[:40]).any()
    assert (after.state.people == before.state.people).all()


@pytest.mark.rule("E-FIT-7")
def test_what_cannot_be_is_left_out_from_the_earliest_on() -> None:
    """No number is ever none here: whom it says so of is drawn by what was seen later."""
    none = dict.fromkeys(("empty", "suspended", "dormant"), 0.0)
    plain = some_people(**none)
    plain.static.profile.seen_shares[:, Seen.INVALID] = 0
    for seen, like in (
        ([Seen.INVALID], []),
        ([Seen.INVALID, Seen.NO_ANSWER], [Seen.NO_ANSWER]),
        ([Seen.NO_ANSWER, Seen.INVALID], []),
    ):
        worlds = []
        for calls in (seen, like):
            world = some_people(**none)
            world.static.profile.seen_shares[:, Seen.INVALID] = 0
            with wrapping():
                kernels.fit_subscribers(
                    world.state.carrier, world.static.profile, world.state.people,
                    list_base(world), called(calls, people=3),
                )  # fmt: skip
            worlds.append(world.state.carrier.subscribers[:3])
        assert (worlds[0] == worlds[1]).all()


@pytest.mark.rule("E-FIT-6")
@pytest.mark.by_hand
def test_where_no_candidate_is_taken_it_is_the_heaviest() -> None:
    """No number is none, but one silence in four million sounds like it: who hardly answers."""
    world = some_people(empty=0.0, suspended=0.0, dormant=0.0)
    carrier, profile = world.state.carrier, world.static.profile
    profile.seen_shares[:, Seen.INVALID] = 0
    profile.seen_shares[Cause.INVALID, Seen.INVALID] = 1 << 32
    profile.seen_shares[Cause.NO_ANSWER, Seen.INVALID] = 1 << 10
    person, base = world.state.people[0], list_base(world)
    with wrapping():
        weights, drawn = [], []
        for candidate in range(kernels.MOST_CANDIDATES):
            subscriber = carrier.subscribers[0]
            by = np.uint64(kernels.candidate_base(base, candidate))
            fill_subscriber(subscriber, profile, person, by)
            weight = kernels.weight_of(carrier, profile, subscriber, called([Seen.INVALID], 1))
            weights.append((-int(weight[1]), int(weight[0])))
            drawn.append(carrier.subscribers[0].copy())
        kernels.fit_subscribers(
            carrier, profile, world.state.people, base, called([Seen.INVALID], 1)
        )
    assert carrier.subscribers[0] == drawn[weights.index(max(weights))]
    assert len({each["propensity"] for each in drawn}) > 900


@pytest.mark.rule("E-FIT-2", "E-FIT-4", "E-FIT-5")
def test_candidates_are_taken_in_parts_of_the_largest_weight() -> None:
    """With the chance of their share; what is larger yet, always."""
    half = np.uint64(1 << 63)
    for weight, at_half, just_below in (
        ((1 << 32, 4), True, True),
        ((1 << 31, 3), True, True),
        ((3 << 30, 5), False, True),
        ((1 << 31, 5), False, False),
    ):
        assert kernels.is_taken(half, weight, (1 << 32, 4)) == at_half
        below = np.uint64((3 << 61) - (1 << 33))  # under three eighths
        assert kernels.is_taken(below, weight, (1 << 32, 4)) == just_below
    assert not kernels.is_taken(np.uint64(0), (1 << 31, 200), (1 << 32, 4))


@pytest.mark.rule("E-FIT-11 to E-FIT-13")
@pytest.mark.by_hand
def test_the_chance_of_a_call_by_hand() -> None:
    """Which number was called, what the line shows, and when it was."""
    world = some_people()
    carrier, profile = world.state.carrier, world.static.profile
    no_line = int(world.static.world[0]["callers"])
    carrier.numbers["named"][:no_line] = 1
    profile.hour_factor[:] = 1 << 16
    profile.hour_factor[11] = 1 << 15
    network = profile.network[0]
    network["display_factor"] = (3 << 15, 5 << 14)
    shares = profile.seen_shares

    def chance(seen: Seen, flags: int = 0, number: int = 0, line: int = no_line, at_h: int = 0):
        subscriber = carrier.subscribers[0]
        subscriber["flags"], subscriber["propensity"] = flags, 1 << 30
        call = called([seen], people=1)[0]
        call["number"], call["caller"], call["in_time"] = number, line, 1 << 32
        call["week_ms"] = (at_h - 24 * int(profile.weekday[0])) % 168 * 3_600_000
        with wrapping():
            return int(kernels.chance_of(carrier, profile, subscriber, call))

    def alive(p: float) -> float:
        off, busy = (int(network[name]) / WHOLE for name in ("unreachable", "busy"))
        return (1 - off) * (1 - busy) * p

    assert chance(Seen.CONNECTED) / WHOLE == pytest.approx(alive(1 / 4), rel=1e-6)
    for flags, line, expected in (
        (SubscriberFlag.GENUINE, 0, 3 / 8),
        (0, 0, 5 / 16),
        (SubscriberFlag.GENUINE, no_line, 1 / 4),
    ):
        found = chance(Seen.CONNECTED, flags, line=line) / WHOLE
        assert found == pytest.approx(alive(expected), rel=1e-6)
    assert chance(Seen.CONNECTED, at_h=11) / WHOLE == pytest.approx(alive(1 / 8), rel=1e-6)
    none, other = int(shares[Cause.INVALID, Seen.INVALID]), chance(Seen.INVALID)
    assert none > 10 * other
    for flags, number, expected in (
        (SubscriberFlag.EMPTY, 0, none),
        (SubscriberFlag.SUSPENDED_NUMBER, 0, none),
        (SubscriberFlag.EMPTY, 1, other),
        (SubscriberFlag.DEAD, 0, other),
        (SubscriberFlag.DEAD, 1, none),
        (SubscriberFlag.DEAD, 2, other),
        (SubscriberFlag.DEAD << 1, 2, none),
        (SubscriberFlag.DEAD << 1, 1, other),
    ):
        assert chance(Seen.INVALID, flags, number) == expected
    asleep, other = int(shares[Cause.UNREACHABLE, Seen.UNREACHABLE]), chance(Seen.UNREACHABLE)
    assert asleep > 2 * other
    assert chance(Seen.UNREACHABLE, SubscriberFlag.DORMANT, 0) == asleep
    assert chance(Seen.UNREACHABLE, SubscriberFlag.DORMANT, 1) == other


def test_nobody_is_shown_before_they_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that are being written are none of those another thread may show; of two lists."""
    raw = small_world()
    name = raw["people"][0]["name"]
    raw["people"] = [
        {"name": each, "file": __file__, "relation": "opted_in"} for each in (name, "second")
    ]
    second = copy.deepcopy(raw["campaigns"][0]) | {"name": "other", "people": ["second"]}
    raw["campaigns"].append(second)
    world = prepare(load_scenario(raw), counts=[5, 6])
    ring = np.sort(world.static.profile.tables[Table.RING][:4096])
    world.static.campaigns["ring_timeout_ms"] = ring[[1000, 3000]]
    seen: list[tuple[int, ...]] = []

    def fit(carrier: Any, profile: Any, people: Any, base: Any, calls: NDArray[Any]) -> None:
        call = calls[0]
        told = [int(call[name]) for name in ("row", "caller", "in_time")]
        seen.append((int(world.filled[1]), *told))
        kernels.fit_subscribers(carrier, profile, people, base, calls)

    monkeypatch.setattr(given_rows, "fit_subscribers", fit)
    no_line = int(world.static.world[0]["callers"])
    shorter = int(np.count_nonzero(ring < ring[3000])) << 20
    for first in (0, 3):
        rows = np.zeros(3, GIVEN)
        rows["key"] = first + 1 + np.arange(3)
        earlier = np.array([(first + 1, -9, -1, Seen.BUSY, -1, 0, 0)], EARLIER)
        none = np.zeros(3, np.int64)
        chunk = Chunk(rows, np.zeros(0, DATED), earlier, none, {}, none)
        assert host.fill_chunk(world, 1, chunk) == 3
    begin = int(world.state.lists[1]["first"])
    assert begin >= 5
    assert seen == [(0, begin + 1, no_line, shorter), (3, begin + 4, no_line, shorter)]
    assert world.filled[1] == 6


# --- which calls say so -------------------------------------------------------------------------


def told(*calls: tuple[int, int, int, int, int], further: int = 0) -> list[tuple[int, ...]]:
    """What calls (row, tick, caller, seen, campaign) say, as tuples.

    Campaigns 0 and 1 call the list, with ring timeouts hit by 5 and 7; campaign 2 does not.
    """
    rows = np.zeros(3, GIVEN)
    rows["flags"] = further << ALTERNATES_SHIFT
    found = past_calls(
        rows,
        np.array([(*call, 0, 0) for call in calls], EARLIER),
        np.array([0, 9, -1]),
        np.array([5, 7, 8]),
        no_line=99,
    )
    names = ["row", "week_ms", "caller", "number", "seen", "in_time"]
    return [tuple(int(call[name]) for name in names) for call in found]


def test_calls_in_order_of_row_and_time() -> None:
    """An unknown caller ID is the shared row; times count within the week, whenever they were."""
    found = told(
        (1, -1, -1, Seen.NO_ANSWER, -1),
        (0, -2, 3, Seen.BUSY, 0),
        (1, -WEEK_MS, 4, Seen.ASSISTANT, 1),
        (0, 5, 3, Seen.UNREACHABLE, 2),
    )
    assert found == [
        (0, WEEK_MS - 2, 3, 0, Seen.BUSY, 5),
        (0, 5, 3, 0, Seen.UNREACHABLE, 7),  # not of a campaign that calls the list
        (1, 0, 4, 0, Seen.ASSISTANT, 7),
        (1, WEEK_MS - 1, 99, 0, Seen.NO_ANSWER, 7),
    ]
    assert told() == []


@pytest.mark.rule("E-FIT-8")
@pytest.mark.parametrize("seen", [Seen.NONE, Seen.BLOCKED, Seen.REFUSED, Seen.CANCELLED])
def test_what_says_nothing_of_a_person(seen: Seen) -> None:
    """What rules and the dialer did; a call at the same tick is hidden by what tells more."""
    assert told((0, -9, 1, seen, 0)) == []
    hides = seen in (Seen.BLOCKED, Seen.REFUSED)
    assert len(told((0, -9, 1, Seen.BUSY, 0), (0, -9, 1, seen, 0))) == (0 if hides else 1)


@pytest.mark.rule("E-FIT-9")
def test_of_calls_at_one_tick_one_counts() -> None:
    """The run's own before others, then what tells most, then the smallest caller and seen."""
    seen = [Seen.NO_ANSWER, Seen.CONNECTED, Seen.BUSY]
    assert [each[4] for each in told(*((0, -9, 1, each, 0) for each in seen))] == [Seen.CONNECTED]
    assert told((0, -9, 1, Seen.CONNECTED, -1), (0, -9, 2, Seen.BUSY, 1))[0][4] == Seen.BUSY
    assert told((0, -9, 2, Seen.BUSY, 0), (0, -9, 1, Seen.UNREACHABLE, 0))[0][2] == 1


@pytest.mark.rule("E-FIT-10")
def test_numbers_are_passed_by_one_after_another() -> None:
    """An own call to none says so of the number of the time; the last of them stays."""
    calls = [(0, -9 + i, 1, Seen.INVALID, 0) for i in range(3)] + [(1, -9, 1, Seen.BUSY, 0)]
    assert [each[3] for each in told(*calls, further=1)] == [0, 1, 1, 0]
    assert [each[3] for each in told(*calls, further=0)] == [0, 0, 0, 0]


@pytest.mark.rule("E-FIT-8")
def test_which_of_several_numbers_was_none_is_not_known_of_other_calls() -> None:
    """With one number it is that one."""
    calls = [(0, -9, 1, Seen.INVALID, -1), (0, -8, 1, Seen.INVALID, 2), (0, -7, 1, Seen.BUSY, -1)]
    assert len(told(*calls)) == 3
    assert [each[3:5] for each in told(*calls, further=2)] == [(0, Seen.BUSY)]


@pytest.mark.rule("E-FIT-8")
def test_the_last_eight_calls_of_a_person_count() -> None:
    """Which number was called is known from all of them."""
    calls = [(row, -50 + i, i, Seen.BUSY, 0) for row in (0, 2) for i in range(11)]
    found = told((1, -9, 1, Seen.BUSY, 0), (0, -99, 1, Seen.INVALID, 0), *calls, further=1)
    assert [each[2] for each in found] == [*range(3, 11), 1, *range(3, 11)]
    assert [each[3] for each in found] == [1] * 8 + [0] * 9


# --- against runs -------------------------------------------------------------------------------

LISTED = 8000


def two_days(folder: Path, **changes: Any) -> dict[str, Any]:
    """A campaign of two days that lacks nothing but people: each is called once a day."""
    listed = folder / "list.csv"
    numbers = [f"138{row:08d}" for row in range(LISTED)]
    listed.write_text("\n".join(["number", *numbers]) + "\n", encoding="utf-8")
    raw = small_world()
    raw["days"] = 2
    raw["people"][0] = {"name": raw["people"][0]["name"], "file": str(listed)}
    raw["people"][0]["relation"] = "opted_in"
    raw["agents"][0]["count"] = 400
    raw["trunks"][0] |= {"channels": 5_000, "calls_per_second": 100}
    raw["caller_ids"][0] |= {"count": 400, "checked_clean": True}
    raw["caller_ids"][0]["filed"]["daily_volume"] = 500
    off = ["frequency", "complaints", "behaviour", "labels", "refuse_call", "subscriber_blocks"]
    raw["network"] = {"off": off, "overrides": {"answer.hour_index": [1.0] * 24, "answer.icc": 0.5}}
    again = dict.fromkeys(("no_answer", "busy", "unreachable", "assistant"), "18h")
    raw["campaigns"][0]["attempts"] = {"at_most": 2, "retry": again}
    return raw | changes


@pytest.mark.full
@pytest.mark.needs_jit
def test_a_run_told_by_its_own_log_goes_on_as_it_did(tmp_path: Path) -> None:
    """Second calls end alike in the whole run and in one that knows the first day from a log."""
    raw = two_days(tmp_path)
    whole = dialsim.run(raw).calls.to_pylist()
    midnight = whole[0]["time"].replace(hour=0, minute=0, second=0, microsecond=0)
    second = midnight + timedelta(days=1)
    first_day = [call for call in whole if call["time"] < second]
    log = tmp_path / "log.csv"
    lines = [
        f"{call['time']:%Y-%m-%dT%H:%M:%S},138{call['person']:08d},{call['seen_outcome']}"
        for call in first_day
    ]
    log.write_text("\n".join(["time,number,outcome", *lines]) + "\n", encoding="utf-8")
    history = {"calls": {"file": str(log), "own": True}, "as_of": second.replace(tzinfo=None)}
    gone_on = dialsim.run(raw | {"history": history, "seed": 77}).calls.to_pylist()
    rates = []
    for calls in (whole, gone_on):
        later = [call["sip_code"] == 200 for call in calls if call["attempt"] == 2]
        assert len(later) > 2000
        rates.append((np.mean(later), len(later)))
    (before, many), (after, as_many) = rates
    assert abs(many - as_many) < 0.02 * many
    spread = np.sqrt(before * (1 - before) * (1 / many + 1 / as_many))
    assert abs(before - after) < 4 * spread
    foretold = dialsim.check(raw | {"history": history})["estimate"]["campaigns"][0]["expected"]
    assert abs(foretold["answered"] - after * as_many) < 0.04 * after * as_many
    fresh = np.mean([call["sip_code"] == 200 for call in first_day])
    assert fresh - before > 8 * spread  # or the test could not tell
