"""A measurement is checked before it is timed, and the first call does not count."""

from __future__ import annotations

import time

import numpy as np
import pytest

from benchmarks.measured.do_not_call import as_answers, lookups
from benchmarks.measured.memory import array_bytes, bytes_a_person, person_bytes
from benchmarks.measuring import Measurement, machine, timed, timed_in_turns
from benchmarks.worlds import open_road
from dialsim.engine.build import prepare
from dialsim.scenario import load_scenario


def is_right(result: int) -> None:
    assert result == 3


def test_a_wrong_result_is_not_timed() -> None:
    calls: list[int] = []

    def wrong() -> int:
        calls.append(1)
        return 4

    with pytest.raises(AssertionError):
        timed(Measurement("wrong", "calls", 1, wrong, is_right))
    assert len(calls) == 1


def test_a_result_that_goes_wrong_later_is_noticed() -> None:
    results = iter([3, 3, 4])
    with pytest.raises(AssertionError):
        timed(Measurement("wrong", "calls", 1, lambda: next(results), is_right, rounds=2))


def test_the_first_call_is_apart_and_setup_is_not_timed() -> None:
    made: list[int] = []

    def setup() -> tuple[int]:
        time.sleep(0.02)
        made.append(1)
        return (len(made),)

    def play(call: int) -> int:
        time.sleep(0.03 if call == 1 else 0.0)
        return 3

    rate = timed(Measurement("once", "calls", lambda result: 2 * result, play, is_right, setup, 4))
    assert len(made) == 5
    assert rate.best_s < rate.first_s
    assert rate.per_second == pytest.approx(6 / rate.best_s)
    assert rate.result == 3


def test_what_is_compared_takes_turns_once_all_is_checked() -> None:
    order: list[str] = []

    def measurement(name: str, rounds: int) -> Measurement:
        return Measurement(
            name, "calls", 1, lambda: order.append(name) or 3, is_right, tuple, rounds
        )

    rates = timed_in_turns([measurement("a", 1), measurement("b", 2)])
    assert order == ["a", "b", "a", "b", "a", "b"]
    assert len(rates) == 2
    assert timed_in_turns([measurement("a", 1)], rounds=4)
    assert len(order) == 6 + 5


def test_every_way_to_look_up_gives_the_same_answers_and_is_checked() -> None:
    ways = lookups(500, 400, rounds=1)
    assert len({way.name for way in ways}) == 6
    for way in ways:
        _, result = way.begin()
        answers = as_answers(result, 400)
        assert 20 < answers.sum() < 80
        with pytest.raises(AssertionError):
            way.check(~answers)


def test_rows_of_a_join_become_answers() -> None:
    assert as_answers(np.array([0, 2]), 4).tolist() == [True, False, True, False]


def test_bytes_grow_with_the_list_alone() -> None:
    by_array = bytes_a_person(open_road(1000, agents=10))
    few, more = (
        array_bytes(prepare(load_scenario(open_road(people, agents=10)), call_rows=1))
        for people in (3000, 4000)
    )
    growth = {name: (more[name] - few[name]) / 1000 for name in more if more[name] != few[name]}
    assert growth == pytest.approx(by_array, abs=0.05)  # but for the room of cases to come
    assert "people" in by_array
    assert "calls" not in by_array


def test_what_a_person_takes() -> None:
    found = person_bytes()
    assert found["remembered attempt"] == 8
    assert 0 < found["further campaign"] < found["person"]


def test_the_machine_is_named() -> None:
    assert "cores" in machine()
    assert "numpy" in machine()
