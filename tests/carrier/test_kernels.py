"""Edges of the network's kernels that random worlds reach only by luck."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dialsim.carrier.build import build_carrier, build_profile
from dialsim.carrier.complaints.kernels import act_on_caller, review_due, triage
from dialsim.carrier.contexts import Attempt
from dialsim.carrier.contract.kernels import within_contract
from dialsim.carrier.dated.kernels import INTERCEPTED, THROTTLED
from dialsim.carrier.delivery.kernels import delivery_cause, duration
from dialsim.carrier.frequency.kernels import apply_frequency, seat_here
from dialsim.carrier.kernels import refusal
from dialsim.carrier.layout import (
    NEVER_MIN,
    SUBSCRIBER,
    W_DAY,
    W_HOUR,
    Carrier,
    Profile,
    SubscriberFlag,
    Table,
)
from dialsim.carrier.subscribers.kernels import (
    fill_subscriber,
    refuses_by_portal,
    registration_minute,
)
from dialsim.compliance.layout import TRUNK
from dialsim.core.codes import Action, Cause, Operator, Stream
from dialsim.core.quantiles import quantile
from dialsim.core.rng import draw, draw_by, stream_keys_of, wrapping
from dialsim.core.windows import of_family
from dialsim.people.layout import PERSON
from dialsim.scenario import load_network, load_scenario
from tests.people.scenarios import small_scenario

pytestmark = pytest.mark.by_hand

DAY_MS = 86_400_000


def built(**overrides: Any) -> tuple[Carrier, Profile]:
    """Return a network for fifty registered numbers."""
    people = {"name": "list", "synthetic": {"count": 5, "relation": "opted_in"}}
    scenario = load_scenario(small_scenario(people))
    network = load_network("typical").with_overrides(overrides)
    with wrapping():
        carrier = build_carrier(scenario, network, np.uint64(1), 5, 60, 8)
        return carrier, build_profile(scenario, network, 60)


@pytest.mark.rule("E-SUBS-5")
def test_registration_grows_with_time() -> None:
    """Below today's share since ever; above it at the minute the share passes; else never."""
    _, growing = built()
    people = growing.populations[0, 0]
    share, per_minute = int(people["registered_share"]), int(people["growth_per_min"])
    assert registration_minute(people, np.uint64((share - 1) << 32)) == -NEVER_MIN
    assert registration_minute(people, np.uint64((share + 7 * per_minute) << 32)) == 7
    _, still = built(**{"refuse_call.growth_per_month": 0.0})
    assert registration_minute(still.populations[0, 0], np.uint64((2**32 - 1) << 32)) == NEVER_MIN


@pytest.mark.rule("N-JUDGE-12")
def test_an_intercepted_line_is_refused_by_who_is_registered() -> None:
    """Of registered lines by category; of others all, once their conduct has flagged them."""
    carrier, profile = built(
        **{"refuse_call.intercept_flagged_line": 1.0, "refuse_call.intercept_registered_line": 0.9}
    )
    person, line = np.zeros(1, SUBSCRIBER), carrier.numbers[0]
    person["registered_min"] = 1
    with wrapping():
        drawn = [draw(np.uint64(1), Stream.REFUSE_CALL, np.uint64(2), n) >> 32 for n in range(60)]
    stopped, passed = int(np.argmin(drawn)), int(np.argmax(drawn))
    assert drawn[stopped] < 0.9 * 2**32 <= drawn[passed]

    def found(state: Action, now: int, n: int = stopped, dated: int = 0) -> int:
        attempt = Attempt(now, 0, 0, stream_keys_of(np.uint64(1)), np.uint64(2), n)
        with wrapping():
            return int(refusal(line, state, dated, person[0], profile.network[0], attempt))

    assert found(Action.INTERCEPT, 60_000) == Cause.NONE
    person["refused"] = 1 << int(line["category"])
    assert found(Action.NONE, 60_000) == Cause.REFUSED_CATEGORY
    assert found(Action.NONE, 59_999) == Cause.NONE
    assert found(Action.NONE, 60_000, passed) == Cause.NONE  # one in ten
    assert found(Action.NONE, 60_000, passed, INTERCEPTED) == Cause.REFUSED_FLAGGED  # by an event
    assert found(Action.NONE, 60_000, stopped, INTERCEPTED) == Cause.REFUSED_CATEGORY
    assert found(Action.NONE, 59_999, passed, INTERCEPTED) == Cause.NONE
    assert found(Action.NONE, 60_000, passed, THROTTLED) == Cause.NONE
    line["registered"] = 0
    assert found(Action.THROTTLE, 60_000) == Cause.NONE
    assert found(Action.INTERCEPT, 60_000) == Cause.REFUSED_FLAGGED


@pytest.mark.rule("E-SUBS-6", "N-JUDGE-11")
def test_a_registration_acts_after_the_lag_of_its_operator() -> None:
    """Counted from its minute; who has registered since ever is refused from the beginning."""
    carrier, profile = built(**{"refuse_call.lag.CUCC": "2m"})
    line, person = carrier.numbers[0], np.zeros(1, SUBSCRIBER)
    person["refused"] = 1 << int(line["category"])
    for operator, minute, first in (
        (Operator.CMCC, 1, 60_000),
        (Operator.CUCC, 1, 180_000),
        (Operator.CUCC, -NEVER_MIN, 0),
        (Operator.ABROAD, 1, 60_000),
    ):
        person["operator"], person["registered_min"] = operator, minute
        found = []
        for now in (first - 1, first):
            attempt = Attempt(now, 0, 0, stream_keys_of(np.uint64(1)), np.uint64(2), 0)
            with wrapping():
                found.append(refusal(line, Action.NONE, 0, person[0], profile.network[0], attempt))
        assert found == [Cause.NONE if first else Cause.REFUSED_CATEGORY, Cause.REFUSED_CATEGORY]


@pytest.mark.rule("E-SUBS-5", "E-SUBS-7")
@pytest.mark.parametrize("registered", [0.0, 0.01, 0.1, 1.0])
def test_an_operators_own_service_refuses_for_who_is_not_in_the_registry(registered: float) -> None:
    """As many of them as its share says, every trade, however many are in the registry."""
    overrides = {"refuse_call.registered_share": registered, "refuse_call.growth_per_month": 0.0}
    _, profile = built(
        **overrides, **{"refuse_call.portal_share.CTCC": 0.5, "portability.share": 0}
    )
    count = 1200
    people, found = np.zeros(count, PERSON), np.zeros(count, SUBSCRIBER)
    people["key"] = np.arange(count)
    people["home"] = Operator.CTCC
    with wrapping():
        for person, subscriber in zip(people, found, strict=True):
            fill_subscriber(subscriber, profile, person, np.uint64(1))
    refuses = (found["registered_min"] < 0) & (found["refused"] & 1 == 1)
    in_registry = min(registered, 0.1)  # share of all people who refuse a trade
    expected = in_registry + (1.0 - registered) * 0.5
    assert abs(refuses.mean() - expected) < 0.05


def test_an_operators_own_service_refuses_for_its_subscribers() -> None:
    """Beside the registry, by a draw of its own; of other operators nobody."""
    _, profile = built(**{"refuse_call.portal_share.CTCC": 0.25})
    network = profile.network[0]
    with wrapping():
        drawn = [
            refuses_by_portal(network, Operator.CTCC, np.uint64(1), np.uint64(key))
            for key in range(400)
        ]
        people = profile.populations[0, 0]
        placed = [draw(np.uint64(1), Stream.REGISTERED, np.uint64(key), 0) for key in range(400)]
        registry = [registration_minute(people, np.uint64(u)) < 0 for u in placed]
        others = [
            refuses_by_portal(network, operator, np.uint64(1), np.uint64(key))
            for operator in (Operator.CMCC, Operator.ABROAD)
            for key in range(50)
        ]
    assert 70 < sum(drawn) < 130
    assert 0.15 < np.mean(np.array(drawn)[np.array(registry)]) < 0.35  # whoever else is registered
    assert not any(others)


@pytest.mark.rule("N-ANSWER-1")
def test_a_dormant_phone_is_never_reached() -> None:
    """Whatever is drawn for the attempt; but a number that is dead besides is invalid."""
    carrier, profile = built(**{"people.unreachable": 0.0})
    subscriber = np.zeros(1, SUBSCRIBER)
    for flags, cause in (
        (SubscriberFlag.DORMANT, Cause.UNREACHABLE),
        (SubscriberFlag.DORMANT | SubscriberFlag.EMPTY, Cause.INVALID),
    ):
        subscriber["flags"] = flags
        for n in range(5):
            attempt = Attempt(0, 0, 0, stream_keys_of(np.uint64(1)), np.uint64(2), n)
            line = carrier.numbers[0]
            found = delivery_cause(subscriber[0], line, False, 0, profile, 25_000, attempt)
            assert found == (cause, 0)


def test_what_always_takes_as_long_is_not_drawn() -> None:
    """All else is what its table holds for the draw."""
    _, profile = built(**{"ring.post_dial_median": "2s", "ring.post_dial_sigma": 0.0})
    luck, key = stream_keys_of(np.uint64(1)), np.uint64(2)
    with wrapping():
        lengths = [
            (
                duration(profile, table, int(Stream.TALK), luck, key, 3),
                quantile(profile.tables[table], draw_by(luck, int(Stream.TALK), key, 3)),
            )
            for table in range(len(Table))
        ]
    assert [one == other for one, other in lengths] == [True] * len(Table)
    constant = profile.constants >= 0
    assert (constant[Table.POST_DIAL], lengths[Table.POST_DIAL][0], constant[Table.RING]) == (
        True,
        2_000,
        False,
    )
    nothing = luck._replace(streams=np.zeros(0, np.uint64))
    assert duration(profile, Table.POST_DIAL, int(Stream.TALK), nothing, key, 3) == 2_000


@pytest.mark.rule("N-CONTRACT-1", "N-CONTRACT-2")
def test_a_line_contract_counts_days_and_months() -> None:
    """Three a day, five a month: refused calls do not count, a new day and month begin at 0."""
    subscriber = np.zeros(1, SUBSCRIBER)
    subscriber["day"] = -1
    trunk = np.zeros(1, TRUNK)
    trunk["callee_per_day"], trunk["callee_per_month"] = 3, 5
    months = [0] * 5 + [1] * 2
    passed = [
        sum(within_contract(subscriber[0], trunk[0], month, day * DAY_MS + i) for i in range(4))
        for day, month in enumerate(months)
    ]
    assert passed == [3, 2, 0, 0, 0, 3, 2]
    trunk["callee_per_day"] = trunk["callee_per_month"] = -1
    assert all(within_contract(subscriber[0], trunk[0], 1, 6 * DAY_MS + i) for i in range(400))
    assert subscriber[0]["day_calls"] == 255


def test_without_a_filing_there_is_no_volume_to_pass() -> None:
    """A rule on the filed volume passes over a line that filed none."""
    carrier, profile = built()
    carrier.numbers[0]["filed_daily"] = -1
    of_family(carrier.windows, W_HOUR)["total"][0] = 10_000  # far above the hourly ceiling
    of_family(carrier.windows, W_DAY)["total"][0] = 10_000
    attempt = Attempt(0, 0, 0, stream_keys_of(np.uint64(1)), np.uint64(2), 0)
    assert apply_frequency(carrier, profile, 0, seat_here(0, -1, 50), attempt) == (True, 0)
    assert carrier.numbers[0]["pending"] == Action.THROTTLE
    assert carrier.numbers[0]["ceiling"] == 60


@pytest.mark.rule("N-REVIEW-1")
def test_a_review_needs_cases_and_a_rate() -> None:
    """Five cases are not enough among a million calls; among a thousand they are; once only."""
    carrier, profile = built()
    carrier.enterprise[0]["last_call_day"] = 40
    carrier.enterprise_days[40, :2] = (1_000_000, 4)
    assert review_due(carrier, profile)[0] == Action.NONE
    carrier.enterprise_days[40, :2] = (1_000_000, 5)
    assert review_due(carrier, profile)[0] == Action.NONE
    carrier.enterprise_days[10, :2] = (0, 900)  # too long ago to count
    assert review_due(carrier, profile)[0] == Action.NONE
    carrier.enterprise_days[40, :2] = (1_000, 5)
    assert review_due(carrier, profile) == (Action.REVIEW, 5000, 60, -1)
    assert review_due(carrier, profile)[0] == Action.NONE


@pytest.mark.rule("N-CASE-6", "N-CASE-8", "N-CASE-9")
def test_a_number_climbs_its_ladder_by_triaged_complaints() -> None:
    """The first is a warning; suspended from three on, closed from seven on, each once."""
    carrier, profile = built()
    network, case, now = profile.network[0], carrier.cases[0], DAY_MS
    case["caller"] = 7
    told = [triage(carrier, network, case, now) for _ in range(2)]
    assert told == [(Action.WARN, 1, 1, -1), (Action.NONE, 0, 0, -1)]
    case["stage"] = 1
    assert act_on_caller(carrier, network, case, now)[0] == Action.NONE
    triage(carrier, network, case, now)
    until = now + int(network["hold_ms"][Action.SUSPEND])
    assert act_on_caller(carrier, network, case, now) == (Action.SUSPEND, 3, 3, until)
    assert act_on_caller(carrier, network, case, now)[0] == Action.NONE
    case["stage"] = 2
    assert act_on_caller(carrier, network, case, now)[0] == Action.NONE
    for _ in range(4):
        triage(carrier, network, case, now)
    assert act_on_caller(carrier, network, case, now) == (Action.CLOSE, 7, 7, -1)
    assert act_on_caller(carrier, network, case, now)[0] == Action.NONE
    assert carrier.numbers[7]["state"] == Action.CLOSE
    assert carrier.numbers[7]["until"] == -1
