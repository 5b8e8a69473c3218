"""Logs that the simulator wrote itself: what was put into the network is found again."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from dialsim.calibration import calibrate
from dialsim.calibration.reading import read_log
from dialsim.people.call_logs.outcome import Outcome
from tests.calibration.worlds import drawn_values, played, truths, world

LOGS = 200
SEEN_LOGS = 120
PEOPLE = 2000
COVERED = 0.90  # of intervals of 95 %
COVERED_SEEN = 0.93


@pytest.mark.slow_without_jit
def test_a_run_tells_relation_timeout_and_registration(tmp_path: Path) -> None:
    import dialsim

    run = dialsim.run(world(5, 300), out=tmp_path)
    assert run.folder is not None
    log = read_log(run.folder, None, seen=False, name=None)
    assert log.rows == run.calls.num_rows
    assert set(log.relation.tolist()) == {1}  # type: ignore[union-attr]
    assert set(log.timeout_ms.tolist()) == {25_000}  # type: ignore[union-attr]
    assert set(log.registered.tolist()) == {1}  # type: ignore[union-attr]
    assert log.true_causes
    seen = read_log(run, None, seen=True, name=None)
    assert not seen.true_causes
    assert seen.outcome is not None
    assert log.outcome is not None
    assert np.array_equal(seen.answered, log.answered)
    assert (log.outcome == Outcome.BLOCKED).sum() > (seen.outcome == Outcome.BLOCKED).sum()


@pytest.mark.full
@pytest.mark.slow_without_jit
def test_a_run_gives_its_values_back() -> None:
    number = 4
    relation, _ = drawn_values(number)
    truth = truths(number)
    found = calibrate(played(number, 500))
    for key in (f"answer.gross.{relation}", "answer.icc", "ring.answer_median", "people.busy"):
        row = found[key]
        assert row.low is not None
        assert row.high is not None
        half = (row.high - row.low) / 2
        assert row.low - half < truth[key] < row.high + half, key
    page = found._repr_html_()
    assert page.startswith("<pre>")
    assert f"{found.calls:,}" in page


@pytest.mark.slow_without_jit
def test_whose_phone_cannot_have_rung_is_told_by_the_log() -> None:
    """People whose phone did not ring are tried again late or never: they refuse, most of them.

    By how calls ended alone, those who are tried again would seem to differ far more than they do.
    """
    log = read_log(played(1012, PEOPLE), None, seen=True, name=None)
    assert log.outcome is not None
    assert log.ring_ms is not None
    quick = (log.outcome == Outcome.NO_ANSWER) & (log.ring_ms < log.quick_ms)
    blocked = np.isin(log.outcome, (Outcome.INVALID, Outcome.BLOCKED))
    assert np.array_equal(log.telling, quick | blocked)
    assert min(quick.sum(), blocked.sum()) > 100


@pytest.mark.full
def test_how_people_differ_holds_where_some_wait_for_a_day() -> None:
    """It lay 0.04 below the interval by how calls ended alone."""
    truth = truths(1012)
    columns = {"refusers": truth["refuse_call.category_share.opted_in"]}
    icc = calibrate(played(1012, PEOPLE), seen=True, columns=columns)["answer.icc"]
    assert icc.low is not None
    assert icc.low < truth["answer.icc"] - 0.1


@pytest.mark.full
@pytest.mark.slow_without_jit
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("scrubbed", [False, True])
def test_intervals_hold_on_logs_as_a_dialer_sees_them(scrubbed: bool) -> None:
    """All shares are drawn, refusers from 0 to 20 %: 93 % of the intervals of each value hold.

    A value that is not identified has a range in place of an interval. Talk is fitted alike where
    true causes are known, and is left to the other test.
    """
    tried: Counter[str] = Counter()
    held: Counter[str] = Counter()
    identified: Counter[str] = Counter()
    ranges: Counter[str] = Counter()
    for number in range(1000, 1000 + SEEN_LOGS):
        truth = truths(number)
        relation, _ = drawn_values(number)
        refusers = truth[f"refuse_call.category_share.{relation}"]
        columns = {"refusers": refusers} if scrubbed else None
        found = calibrate(played(number, PEOPLE), seen=True, columns=columns)
        for row in found.rows:
            if row.key not in truth or row.low is None or row.high is None or row.kind == "bound":
                continue
            if row.key.startswith("talk."):
                continue
            key = row.key.replace(relation, "R")
            key = "answer.hour_index" if key.startswith("answer.hour") else key
            tried[key] += 1
            holds = row.low <= truth[row.key] <= row.high
            identified[key] += row.identified
            held[key] += row.identified and holds
            ranges[key] += holds
    assert tried["answer.gross.R"] == identified["answer.gross.R"] == SEEN_LOGS
    assert tried["answer.icc"] > 0.9 * SEEN_LOGS
    assert (identified["answer.icc"] > 0) is scrubbed
    assert identified["ring.answer_median"] == identified["ring.answer_sigma"] == 0
    shares = {key: held[key] / count for key, count in identified.items() if count >= SEEN_LOGS / 2}
    assert {"answer.gross.R", "answer.hour_index", "answer.assistant_share"} <= set(shares)
    assert {key: share for key, share in shares.items() if share < COVERED_SEEN} == {}
    wide = {key: ranges[key] / count for key, count in tried.items() if count >= SEEN_LOGS / 2}
    assert {key: share for key, share in wide.items() if share < COVERED} == {}


@pytest.mark.full
@pytest.mark.slow_without_jit
@pytest.mark.timeout(7200)
def test_intervals_hold_what_was_put_in() -> None:
    """In 200 logs of varied networks, at least 90 % of the 95 % intervals of every parameter."""
    tried: Counter[str] = Counter()
    held: Counter[str] = Counter()
    for number in range(LOGS):
        truth = truths(number)
        relation, _ = drawn_values(number)
        for row in calibrate(played(number, PEOPLE)).rows:
            if row.key not in truth or row.low is None or row.high is None or row.kind == "bound":
                continue
            key = row.key.replace(relation, "R")
            key = "answer.hour_index" if key.startswith("answer.hour") else key
            tried[key] += 1
            held[key] += row.low <= truth[row.key] <= row.high
    shares = {key: held[key] / count for key, count in tried.items() if count >= LOGS / 2}
    assert len(shares) >= 15
    low = {key: share for key, share in shares.items() if share < COVERED}
    assert low == {}
