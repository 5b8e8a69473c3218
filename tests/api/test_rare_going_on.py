"""Rare suspensions of what goes on from a moment or a call log: the chance against counting.

What calls before the moment will still bring weighs in both, whatever is drawn from there on.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dialsim
from dialsim.api import replicate
from dialsim.execution.branches import Fork
from dialsim.execution.replication import Played
from dialsim.outcomes.complaint_factors import CALL_GROUNDS
from dialsim.results.history.complaint_history import (
    ComplaintHistory,
    complaint_history_at,
    complaint_history_of_log,
)
from dialsim.results.network.suspension_chance import Chances, ComplaintTerms, complaint_chances
from dialsim.scenario.as_of import AsOf
from dialsim.scheduler.prepared_inputs import Beginning
from dialsim.statistics.intervals import share_interval
from tests.api.test_rare import ONLY_REVIEWS, world
from tests.planning.call_logs import played, rows_of, written

pytestmark = [pytest.mark.needs_jit, pytest.mark.once]
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


def slow(**changes: Any) -> dict[str, Any]:
    """A campaign of some days: two agents, and people who complain often."""
    made = world(people=2_500, days=9, **changes)
    made["agents"][0]["count"] = 2
    return made


def late(rate: int = 100) -> dict[str, Any]:
    """Answers to tracebacks take longer than a working day."""
    made = slow(rate=rate, seed=5, **{"traceback.deadline_working_days": 3})
    made["enterprise"]["traceback_within"] = "30h"
    return made


def on_a_trunk(seed: int = 5) -> dict[str, Any]:
    made = slow(rate=8_000, seed=seed, **ONLY_REVIEWS)
    made["trunks"][0]["contract"] = {"name": "c", "complaints_per_million": 13_500}
    return made


REVIEWS = {
    "complaints.enterprise.per_million": 13_500,
    "complaints.enterprise.stop.genuine": 0.5,
}
WORLDS = {
    "numbers": slow(rate=5_000, seed=5),
    "tracebacks": late(400),
    "reviews": slow(rate=8_000, seed=11, **ONLY_REVIEWS, **REVIEWS),
    "a trunk": on_a_trunk(),
}


def forked(raw: dict[str, Any], tick: int) -> Fork:
    scenario = dialsim.load_scenario(raw)
    going_on = dialsim.load_scenario(scenario.to_dict())
    going_on._as_of = AsOf(scenario, tick, 0)
    return Fork(going_on)


@cache
def fork(name: str, day: int, hour: int) -> Fork:
    return forked(WORLDS[name], day * DAY_MS + hour * HOUR_MS + 17 * 60_000)


def earlier(one: Fork) -> ComplaintHistory:
    begun = one.branch_point()
    assert begun is not None
    return complaint_history_at(begun.world, one.as_of.tick, begun.down)


def futures(one: Fork, n: int) -> list[Played]:
    found = [one.play(number, rare=True) for number in range(1, n + 1)]
    assert all(found)
    return [each for each in found if each is not None]


def agree(some: list[Played]) -> None:
    """Counting and calls made tell of the same probabilities (99.9 %)."""
    for counted, chance in (
        ("suspended", "suspension_chance"),
        ("enterprise_stopped", "stop_chance"),
        ("reviewed", "review_chance"),
    ):
        share = share_interval(sum(getattr(each, counted) for each in some), len(some), 0.999)
        mean = float(np.mean([getattr(each, chance) for each in some]))
        assert share.low is not None
        assert share.high is not None
        assert share.low <= mean + 1e-12
        assert mean <= share.high


@pytest.mark.full
@pytest.mark.parametrize(("name", "day", "hour"), [("numbers", 1, 12), ("reviews", 1, 12)])
def test_by_calls_as_by_counting(name: str, day: int, hour: int) -> None:
    begun = fork(name, day, hour)
    assert len(earlier(begun).filed) > 5
    some = futures(begun, 60)
    assert 0.05 < np.mean([each.suspended for each in some]) < 0.95
    agree(some)


@pytest.mark.full
@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.parametrize(("day", "hour"), [(0, 9), (1, 12), (3, 10)])
def test_by_calls_as_by_counting_closely(name: str, day: int, hour: int) -> None:
    some = futures(fork(name, day, hour), 600)
    assert np.mean([each.suspended for each in some]) > 0.001
    agree(some)


def test_what_was_filed_weighs() -> None:
    """Without the cases on their way the chance would be told too low."""
    begun = fork("numbers", 3, 10)
    with pytest.MonkeyPatch.context() as patch:
        none = earlier(begun)
        patch.setattr(
            "dialsim.results.history.complaint_history.complaint_history_at", lambda *_: _bare(none)
        )
        less = futures(begun, 12)
    more = futures(begun, 12)
    chances = [[each.suspension_chance for each in some] for some in (less, more)]
    assert np.mean(chances[1]) > 1.05 * np.mean(chances[0])


def _bare(found: ComplaintHistory) -> ComplaintHistory:
    return replace(found, filed=found.filed[:0], certain=found.certain & False)


def test_it_changes_nothing_else() -> None:
    begun = fork("numbers", 3, 10)
    plain, watched = begun.play(4), begun.play(4, rare=True)
    assert plain is not None
    assert watched is not None
    assert (plain.digest, plain.metrics) == (watched.digest, watched.metrics)
    assert plain.suspension_chance is None
    assert watched == begun.play(4, rare=True)


def test_what_is_certain_is_told_before_it_comes() -> None:
    """A third complaint was triaged, a traceback missed: the number is suspended days later."""
    seen = {"checks": 0, "tracebacks": 0}
    for kind, raw, hours in (
        ("checks", slow(rate=5_000, seed=11), range(60, 110, 4)),
        ("tracebacks", late(600), range(60, 130, 4)),
    ):
        for hour in hours:
            begun = forked(raw, hour * HOUR_MS)
            found = earlier(begun)
            if found.certain.any():
                seen[kind] += 1
                (one,) = futures(begun, 1)
                assert one.suspended
                assert one.suspension_chance == 1.0
                break
    assert all(seen.values()), seen


@pytest.mark.full
def test_a_review_under_way_ends_as_its_proof_lets_it() -> None:
    raw = slow(rate=12_000, seed=3, **ONLY_REVIEWS, **REVIEWS)
    for hour in range(60, 400, 6):
        begun = forked(raw, hour * HOUR_MS)
        if earlier(begun).stop > 0:
            break
    else:
        pytest.fail("no review came about")
    until = earlier(begun).review_until
    assert until is not None
    assert until > hour * HOUR_MS
    assert earlier(begun).stop == pytest.approx(0.5, abs=1e-6)
    some = futures(begun, 40)
    assert min(each.stop_chance or 0.0 for each in some) >= 0.5 - 1e-6
    # that review is no further one, and half of the futures end with it
    assert max(each.review_chance or 0.0 for each in some) <= 0.5 + 1e-6
    agree(some)


def test_numbers_that_are_down_are_no_further_ones() -> None:
    begun = fork("numbers", 3, 10)
    reached = begun.branch_point()
    assert reached is not None
    down = np.ones_like(reached.down)
    found = complaint_history_at(reached.world, begun.as_of.tick, down)
    assert not found.certain.any()
    terms = ComplaintTerms(reached.world, begun.as_of.tick)
    none = np.zeros(0, CALL_GROUNDS)
    assert terms.chances(none, Chances(0.0, 0.0), found).suspension == pytest.approx(0, abs=1e-12)


# --- a call log -----------------------------------------------------------------------------------


def listed(folder: Path, raw: dict[str, Any]) -> dict[str, Any]:
    """The same campaign, its people in a file."""
    raw = {**raw, "people": [dict(raw["people"][0])]}
    with (folder / "people.csv").open("w", encoding="utf-8") as file:
        file.write("number,id,consent_date\n")
        file.writelines(f"{13800000000 + 7 * i},p{i},2026-01-05\n" for i in range(2_500))
    raw["people"][0].pop("synthetic", None)
    raw["people"][0] |= {"file": str(folder / "people.csv"), "relation": "opted_in"}
    return raw


def from_log(folder: Path, name: str, day: int, hour: int) -> dict[str, Any]:
    """The campaign of a world, which goes on from its own log up to a moment."""
    raw = listed(folder, WORLDS[name])
    until = day * DAY_MS + hour * HOUR_MS
    begun, calls = played(raw, until)
    log = written(folder / "calls.csv", rows_of(begun, calls))
    start = datetime.fromisoformat(str(raw["start"]))
    history = {"as_of": start + timedelta(milliseconds=until)}
    return raw | {"history": history | {"calls": {"file": str(log), "own": True}}}


@pytest.mark.full
@pytest.mark.parametrize("name", ["numbers"])
def test_from_a_call_log_by_calls_as_by_counting(name: str, tmp_path: Path) -> None:
    found = replicate(from_log(tmp_path, name, 3, 7), 80, rare=True)
    hits = found.values("any_suspension").mean()
    assert 0.05 < hits < 0.95
    agree(found.played)


@pytest.mark.full
@pytest.mark.parametrize("name", ["numbers", "reviews", "a trunk"])
def test_from_a_call_log_by_calls_as_by_counting_closely(name: str, tmp_path: Path) -> None:
    found = replicate(from_log(tmp_path, name, 3, 7), 600, rare=True)
    assert 0.001 < found.values("any_suspension").mean() < 0.97
    agree(found.played)


def test_calls_of_a_log_are_those_that_were_delivered(tmp_path: Path) -> None:
    """As many as the network counts, and complaints about them as many as their chances say."""
    raw = from_log(tmp_path, "reviews", 3, 7)
    beginning = Beginning(dialsim.load_scenario(raw))
    expected, filed = [], []
    for number in range(40):
        begun = beginning.world(number)
        assert begun is not None
        tick = 3 * DAY_MS + 7 * HOUR_MS
        calls = complaint_history_of_log(begun).calls
        there = complaint_history_at(begun, tick, np.zeros(6, np.bool_))
        assert len(calls) == there.days[:, 0].sum() > 1_000
        terms = ComplaintTerms(begun)
        network = begun.static.profile.network[0]
        chances = 0.0
        for field, days in (("complaint", "triage_days"), ("hotline", "hotline_days")):
            counts = terms._counts(terms._later(calls["hour"], int(network[days])))
            chances += complaint_chances(network, field)[calls["grounds"]][counts].sum()
        expected.append(chances)
        filed.append(len(there.filed))
    off = np.array(filed) - np.array(expected)
    assert np.mean(filed) > 5
    assert abs(off.mean()) < 4 * off.std(ddof=1) / np.sqrt(len(off))


def test_of_a_log_the_chance_hardly_varies(tmp_path: Path) -> None:
    """Which of its calls are complained about is no matter of luck to the chance."""
    found = replicate(from_log(tmp_path, "reviews", 3, 7), 30, rare=True).values("stop_chance")
    assert 0.005 < found.mean() < 0.5
    assert (found**2).mean() < 2 * found.mean() ** 2
