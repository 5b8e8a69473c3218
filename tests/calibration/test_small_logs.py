"""Logs of few calls: a value with its interval, or why there is none, and never an error."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from dialsim.calibration import Calibration, calibrate, comparison
from dialsim.calibration.answer_model import Assumed, answer_model
from dialsim.calibration.patterns import patterns_of, relation_of_each, trials_of
from dialsim.pages.calibration_page import calibration_page
from dialsim.pages.model.terminal import page_lines
from tests.calibration.logs import NETWORK, Shares, signalled_log

OUTCOMES = ("answered", "no answer", "busy", "unreachable", "invalid", "blocked", "voicemail",
            "abandoned", "cancelled")  # fmt: skip
MIXES = [
    [0.4, 0.4, 0.06, 0.05, 0.04, 0.03, 0.01, 0.01, 0],
    [0.3, 0.2, 0.1, 0.1, 0.1, 0.1, 0.05, 0.03, 0.02],
    [0.99, 0.01, 0, 0, 0, 0, 0, 0, 0],
    [0.01, 0.99, 0, 0, 0, 0, 0, 0, 0],
    [0.5, 0.5, 0, 0, 0, 0, 0, 0, 0],
    [1, 0, 0, 0, 0, 0, 0, 0, 0],
    [0, 1, 0, 0, 0, 0, 0, 0, 0],
    [0, 0, 0, 0, 1, 0, 0, 0, 0],
]
HOURS = [(9,), (3,), (9, 11, 15), (0, 23), tuple(range(24))]


def log(
    outcomes: list[str], people: int, hours: tuple[int, ...] = (9,), **columns: Any
) -> pa.Table:
    """Return a log of calls that go round the people, a day a round."""
    row = np.arange(len(outcomes))
    time = (20_556 + row // people) * 86_400_000
    time += np.array(hours)[row % len(hours)] * 3_600_000 + row % 60 * 60_000
    return pa.table(
        {
            "time": pa.array(time, pa.timestamp("ms")),
            "person": row % people,
            "outcome": outcomes,
            **columns,
        }
    )


def drawn(seed: int, most: int) -> tuple[pa.Table, dict[str, Any]]:
    """Return a small log by a seed, and what is said of it."""
    rng = np.random.default_rng(seed)
    count = int(rng.choice([n for n in (1, 2, 3, 10, 30, 60, 99, 100, 120, 300) if n <= most]))
    people = int(rng.choice([1, 2, max(1, count // 8), max(1, count // 3), count]))
    outcomes = rng.choice(OUTCOMES, count, p=MIXES[int(rng.integers(len(MIXES)))])
    answered = np.isin(outcomes, ("answered", "voicemail", "abandoned"))
    talks = [np.full(count, 30.0), rng.lognormal(3, 1, count), np.round(rng.lognormal(1, 2, count))]
    rings = [np.full(count, 5000.0), np.zeros(count), rng.lognormal(9, 0.5, count)]
    columns = {
        "talk_s": np.where(answered, talks[int(rng.integers(3))], 0),
        "ring_ms": np.where(answered, rings[int(rng.integers(3))], 25_000),
        "contacts": rng.integers(1, int(rng.choice([2, 3, 20])), count),
        "relation": rng.choice(["opted_in", "bought"], count),
        "registered": rng.choice(["yes", "no"], count),
        "caller": rng.integers(0, 3, count).astype(str),
        "reason": rng.choice(["refused_category", "contract_callee", ""], count),
    }
    chosen = {name: values for name, values in columns.items() if rng.random() < 0.5}
    told: dict[str, Any] = {"columns": {}, "certain": bool(rng.random() < 0.5)}
    if rng.random() < 0.5:
        told["ring_timeout"] = str(rng.choice(["1s", "25s", "60s"]))
    if rng.random() < 0.3:
        told["ring_from"] = "ringing"
    return log(outcomes.tolist(), people, HOURS[int(rng.integers(len(HOURS)))], **chosen), told


def floats(value: Any) -> Iterator[float]:
    if isinstance(value, float):
        yield value
    elif isinstance(value, dict):
        yield from (each for item in value.values() for each in floats(item))
    elif isinstance(value, list | tuple):
        yield from (each for item in value for each in floats(item))


def check_found(found: Calibration) -> None:
    assert all(math.isfinite(each) for each in floats(found.to_dict()))
    for row in found.rows:
        if row.low is not None and row.high is not None:
            assert row.fitted is not None
            assert row.low - 1e-9 <= row.fitted <= row.high + 1e-9, row
    assert page_lines(calibration_page(found.to_dict()), 80)
    assert page_lines(calibration_page(found.to_dict(), "zh"), 80)
    found.profile()


@pytest.mark.parametrize("first", [0, pytest.param(20, marks=pytest.mark.full)])
def test_small_logs_give_values_or_say_why_not(first: int) -> None:
    for seed in range(first, first + 20):
        table, told = drawn(seed, 99)
        check_found(calibrate(table, columns=told))


@pytest.mark.full
@pytest.mark.parametrize("first", range(0, 400, 20))
def test_hundreds_of_small_logs(first: int) -> None:
    for seed in range(10_000 + first, 10_020 + first):
        table, told = drawn(seed, 300)
        check_found(calibrate(table, columns=told))


@pytest.mark.full
@pytest.mark.parametrize("certain", [True, False])
@pytest.mark.parametrize("hours", [(9,), (3,)])
def test_where_all_answer_no_rate_is_claimed(certain: bool, hours: tuple[int, ...]) -> None:
    outcomes = ["no answer", *["answered"] * 119]
    found = calibrate(log(outcomes, 120, hours), columns={"columns": {}, "certain": certain})
    check_found(found)
    assert ("answers", "all_answered") in found.not_fitted
    assert "answer.gross.opted_in" not in found


def test_where_all_who_are_reached_answer_no_rate_is_claimed() -> None:
    outcomes = ["busy" if i % 2 else "answered" for i in range(120)]
    found = calibrate(log(outcomes, 120), columns={"columns": {}, "certain": True})
    assert ("answers", "all_answered") in found.not_fitted
    assert found["people.busy"].fitted == 0.5


def test_of_a_relation_without_an_estimate_no_answer_is_expected() -> None:
    """Whose first attempts tell nothing: its people are not compared with those of the other."""
    log = signalled_log(2, Shares(), 300)
    assert log.person is not None
    log.relation = (log.person % 3 == 0).astype(np.int8)
    trials = trials_of(log, NETWORK, np.ones(log.rows))
    assert trials is not None
    groups, central = patterns_of(log, trials), Assumed.of(NETWORK)
    whole = answer_model(log, trials, groups, NETWORK, 1.0, central)
    chances = whole.model.chances(whole.starts[0])
    side = relation_of_each(log, trials)[trials.person]
    for known, people in (({0: chances[0]}, 200), ({1: chances[1]}, 100), (chances, 300), ({}, 0)):
        rows = comparison._by_attempt(trials, side, known)
        assert [row[1] for row in rows[:1]] == [people] * bool(people)


def test_where_one_of_many_answers_the_interval_says_how_little_is_known() -> None:
    outcomes = ["answered", *["no answer"] * 119]
    found = calibrate(log(outcomes, 120), columns={"columns": {}, "certain": True})
    check_found(found)
    row = found["answer.gross.opted_in"]
    assert row.fitted == pytest.approx(1 / 120, rel=0.15)
    assert row.low is not None
    assert row.high is not None
    assert row.low < 0.002
    assert row.high > 0.03


@pytest.mark.parametrize(
    ("people", "timeout", "why"), [(1, "25s", "few_people"), (9, "25s", "few_people")]
)
def test_a_rate_over_people_wants_people(people: int, timeout: str, why: str) -> None:
    outcomes = ["answered" if i % 3 else "no answer" for i in range(120)]
    told = {"columns": {}, "certain": True, "ring_timeout": timeout}
    found = calibrate(log(outcomes, people), columns=told)
    assert ("answers", why) in found.not_fitted


def test_attempts_of_which_none_counts_are_too_few() -> None:
    outcomes = ["busy"] * 119 + ["answered"]
    table = log(outcomes, 120, attempt=[1] * 119 + [9])
    found = calibrate(table, columns={"columns": {}, "certain": True})
    assert ("answers", "too_few") in found.not_fitted


@pytest.mark.full
def test_a_person_of_two_relations_has_that_of_the_last_attempt() -> None:
    outcomes = ["answered" if i % 3 else "no answer" for i in range(120)]
    relation = ["bought"] * 60 + ["opted_in"] * 60
    table = log(outcomes, 60, relation=relation, talk_s=[3] * 120)
    found = [calibrate(table, columns={"columns": {}}) for _ in range(2)]
    assert found[0].to_dict() == found[1].to_dict()
    assert all(0 <= expected <= people for _, people, _, expected in found[0].answers_by_attempt)
