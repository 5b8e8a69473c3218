"""The network's windows, labels and links before the start."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dialsim.carrier.counters.kernels import count_in
from dialsim.carrier.frequency.build import RULES, build_frequency, judges_of
from dialsim.carrier.history import CALLER_CALL, CALLER_STATE, Young, remember, spread, young
from dialsim.carrier.labels.build import ALL_PLATFORMS
from dialsim.carrier.layout import (
    FAMILIES,
    NUMBER,
    W_DAY,
    W_DELIVERED,
    W_HOUR,
    W_MARKS,
    W_TRIAGED,
    WINDOW_FAMILIES,
    Carrier,
)
from dialsim.core.codes import Action, NumberClass
from dialsim.core.rng import wrapping
from dialsim.core.windows import BESIDE, WINDOW, no_counts
from dialsim.scenario.checks.names import resolved_profiles
from dialsim.scenario.load import load_scenario
from tests.reference.worlds import scenario

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
N = 3  # line 0 registered, line 1 the enterprise's own, line 2 of another holder
NEW = Young(np.array([7 * DAY_MS, DAY_MS]), np.array([7, 21]), rule_count=2)
BUCKETS_MS = tuple(WINDOW_FAMILIES.values())
STATED = (W_HOUR, W_DAY, W_MARKS, W_DELIVERED, W_TRIAGED)


def carrier() -> Carrier:
    numbers = np.zeros(N + 9, NUMBER)
    numbers["registered"][0] = 1
    numbers["shown"] = numbers["root"] = range(N + 9)
    numbers["linked_tick"][2] = 2 * DAY_MS
    numbers["labelled"][:N] = (0, 1, 1)
    used = {
        "numbers": numbers,
        "windows": np.zeros((FAMILIES // BESIDE, N + 1, BESIDE), WINDOW),
        "window_counts": no_counts(FAMILIES, N + 1),
    }
    return Carrier(**dict.fromkeys(Carrier._fields, np.zeros(0)) | used)


def states(*rows: dict[str, int]) -> np.ndarray[Any, Any]:
    made = np.zeros(len(rows), CALLER_STATE)
    for record, row in zip(made, rows, strict=True):
        for name in CALLER_STATE.names or ():
            record[name] = row.get(name, -1)
    return made


def calls(*rows: tuple[int, int]) -> np.ndarray[Any, Any]:
    return np.array(list(rows), CALLER_CALL)


def total(network: Carrier, window: int, line: int, tick: int = -1) -> int:
    with wrapping():
        return int(count_in(network, line, window, BUCKETS_MS[window], tick))


@pytest.mark.rule("E-PAST-5")
def test_spread_is_even_and_complete() -> None:
    """Buckets differ by one at most, and what is left over comes late."""
    parts = spread(np.array([0, 1, 59, 60, 61, 1_000_000]))
    assert parts.sum(axis=1).tolist() == [0, 1, 59, 60, 61, 1_000_000]
    assert all(row[4:].max() - row[4:].min() <= 1 for row in parts)
    assert not parts[:, :4].any()  # the four buckets behind the window
    assert parts[1, -1] == 1
    assert parts[4, 4:].tolist() == [1] * 59 + [2]


@pytest.mark.rule("E-PAST-5", "E-PAST-7")
def test_totals_fill_the_line_and_what_it_shares() -> None:
    """Every window of the line; the shared rows from its linked tick on; not of registered ones."""
    network = carrier()
    full = {"calls_hour": 60, "calls_day": 600, "delivered_30d": 900, "marks_30d": 12,
            "complaints_30d": 2}  # fmt: skip
    remember(
        network,
        N,
        states({"caller": 0, "age_days": 40, **full}, {"caller": 1, "age_days": 40, **full}),
        calls(),
        labels=True,
        new=NEW,
    )
    for line in (0, 1):
        assert [total(network, w, line) for w in STATED] == [60, 600, 12, 900, 2]
    assert [total(network, w, N) for w in STATED[:4]] == [60, 600, 12, 900]
    assert total(network, 0, 1, 0) == 59  # the window slides on
    assert total(network, 0, 1, 30 * 60_000) == 29
    assert total(network, 1, 1, DAY_MS) == 0
    assert total(network, 0, 2) == 0


@pytest.mark.rule("E-PAST-6", "E-PAST-7")
def test_age_links_another_holders_line() -> None:
    """Two days after its first use a line counts with the enterprise, exact to a bucket."""
    network = carrier()
    remember(
        network,
        N,
        states({"caller": 2, "age_days": 1, "calls_day": 60}),
        calls(),
        labels=True,
        new=NEW,
    )
    assert network.numbers["linked_tick"][2] == DAY_MS
    assert (total(network, 1, 2), total(network, 1, N)) == (60, 0)
    network = carrier()
    older = {"caller": 2, "age_days": 2, "calls_hour": 60, "delivered_30d": 60}
    remember(
        network, N, states(older), calls((2, -2 * DAY_MS - 12 * HOUR_MS)), labels=True, new=NEW
    )
    assert network.numbers["linked_tick"][2] == -12 * HOUR_MS
    assert total(network, 0, N) == 60
    assert total(network, W_DELIVERED, 2) == 60
    assert total(network, W_DELIVERED, N) == 1  # of 60 buckets of 12 hours the last


@pytest.mark.rule("E-PAST-5")
def test_calls_fill_hour_and_day_where_nothing_is_stated() -> None:
    """A total that is stated goes before the calls of the line."""
    network = carrier()
    made = calls((1, -1), (1, -1), (1, -30 * 60_000), (1, -5 * HOUR_MS), (1, -25 * HOUR_MS),
                 (0, -1), (0, -2))  # fmt: skip
    remember(network, N, states({"caller": 0, "calls_hour": 7}), made, labels=True, new=NEW)
    assert (total(network, 0, 1), total(network, 1, 1)) == (3, 4)
    assert (total(network, 0, 0), total(network, 1, 0)) == (7, 2)
    assert (total(network, 0, N), total(network, 1, N)) == (3, 4)
    assert network.numbers["linked_tick"][:2].tolist() == [-2, -25 * HOUR_MS]


@pytest.mark.rule("E-PAST-9")
def test_new_mobile_lines_have_rules_of_their_own() -> None:
    """Young, mobile and not registered: all three; an age nobody states is none."""
    network = carrier()
    network.numbers["number_class"][:N] = NumberClass.MOBILE
    network.numbers["rule_count"] = 1
    ages = [
        {"caller": 0, "age_days": 0},
        {"caller": 1, "age_days": 6},
        {"caller": 2, "age_days": 7},
    ]
    remember(network, N, states(*ages), calls(), labels=True, new=NEW)
    assert network.numbers["rule_first"][:N].tolist() == [0, 7, 0]
    assert network.numbers["rule_count"][:N].tolist() == [1, 2, 1]
    network.numbers["number_class"][1] = NumberClass.FIXED
    network.numbers["rule_first"] = 0
    remember(network, N, states({"caller": 1, "age_days": 6}, {"caller": 2}), calls(), True, NEW)
    assert not network.numbers["rule_first"].any()


@pytest.mark.rule("E-PAST-8")
def test_labels() -> None:
    """What is stated replaces the draw; without labels nothing is."""
    told = states({"caller": 0, "labelled": 1}, {"caller": 1, "labelled": 0})
    network = carrier()
    remember(network, N, told, calls(), labels=True, new=NEW)
    assert network.numbers["labelled"][:N].tolist() == [ALL_PLATFORMS, 0, 1]
    network = carrier()
    remember(network, N, told, calls(), labels=False, new=NEW)
    assert network.numbers["labelled"][:N].tolist() == [0, 1, 1]
    assert not network.windows["head"].any()


def test_young_lines_are_young_by_their_judge() -> None:
    """A line of six days is new to one operator and not to another, who knows it by a row there."""
    network = carrier()
    there = network.numbers[[1]].copy()
    there["operator"], network.numbers["number_class"][1] = 1, NumberClass.MOBILE
    there["number_class"], there["shown"] = NumberClass.MOBILE, 1
    network = network._replace(numbers=np.concatenate([network.numbers, there]))
    remember(network, N, states({"caller": 1, "age_days": 6}), calls(), labels=True, new=NEW)
    assert network.numbers["rule_first"][[1, -1]].tolist() == [7, 0]
    remember(network, N, states({"caller": 1, "age_days": 0}), calls(), labels=True, new=NEW)
    assert network.numbers["rule_first"][[1, -1]].tolist() == [7, 21]


def test_new_numbers_are_never_allowed_more() -> None:
    """The profile's ceilings of new mobile numbers, or those of all where they are lower."""
    for override, expected in ((None, [15, 50]), (4, [4, 50])):
        overrides = {} if override is None else {"frequency.mobile.warn_per_hour": override}
        made = load_scenario(scenario(network={"overrides": overrides}))
        _, network = resolved_profiles(made)
        assert network is not None
        new = young(made, network)
        assert new.below_ms.tolist() == [7 * DAY_MS] * 5
        rules = build_frequency(judges_of(made, network))
        for first in new.rule_first:
            mine = rules[first : first + new.rule_count]
            assert mine["ceiling"][:2].tolist() == expected
            assert mine["action"][:2].tolist() == [Action.WARN, Action.SUSPEND]
        assert np.diff(new.rule_first).tolist() == [len(RULES)] * 4
