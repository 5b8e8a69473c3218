"""Replaced rates of answer that change nothing, or cannot come about, are named on the page."""

from __future__ import annotations

from typing import Any

import pytest

from dialsim.results.answer_rates import answer_rate_notes, highest_rate
from dialsim.results.assumptions import replaced
from dialsim.scenario import load_network, load_scenario
from tests.scenario.worlds import world


def with_rates(relation: str, kind: str = "people", name: str = "", **rates: float) -> Any:
    """A small scenario with rates of answer of its own."""
    raw = world()
    raw["people"][0]["synthetic"] = {"count": 100, "relation": relation}
    if kind != "people":
        raw["agents"][0] |= {"kind": kind, "wrap_up": "0s"}
    if name:
        raw["caller_ids"][0]["display_name"] = name
    raw["network"] = {"overrides": {f"answer.gross.{key}": rate for key, rate in rates.items()}}
    return load_scenario(raw)


@pytest.mark.parametrize(
    ("scenario", "unused"),
    [
        (with_rates("opted_in", "robots", robot=0.3), "robot"),
        (with_rates("bought", robot=0.3), "robot"),
        (with_rates("bought", opted_in=0.3), "opted_in"),
        (with_rates("opted_in", bought=0.3), "bought"),
        (with_rates("opted_in", named=0.3), "named"),
        (with_rates("bought", name="Example", named=0.3), "named"),
    ],
)
def test_a_rate_of_nobody_is_said_to_change_nothing(scenario: Any, unused: str) -> None:
    (english,) = answer_rate_notes(scenario)
    assert english.startswith(f"answer.gross.{unused} changes nothing here: ")
    assert english in replaced(scenario)
    (chinese,) = [text["zh"] for text in answer_rate_notes(scenario)]
    assert chinese.startswith(f"answer.gross.{unused} 在本方案中不起作用：")
    assert chinese in [text["zh"] for text in replaced(scenario)]


@pytest.mark.parametrize(
    "scenario",
    [
        with_rates("bought", "robots", robot=0.3),
        with_rates("opted_in", opted_in=0.3),
        with_rates("bought", bought=0.3),
        with_rates("opted_in", name="Example", named=0.5),
        with_rates("opted_in"),
    ],
)
def test_a_rate_that_acts_is_told_as_replaced_alone(scenario: Any) -> None:
    assert answer_rate_notes(scenario) == []


@pytest.mark.parametrize(
    ("relation", "kind", "name", "rate"),
    [
        ("bought", "robots", "", "robot"),
        ("opted_in", "people", "", "opted_in"),
        ("bought", "people", "", "bought"),
        ("opted_in", "people", "Example", "named"),
    ],
)
def test_a_rate_out_of_reach_is_told_with_what_comes_about(
    relation: str, kind: str, name: str, rate: str
) -> None:
    found = [
        answer_rate_notes(with_rates(relation, kind, name, **{rate: wanted}))
        for wanted in (0.9, 1.0)
    ]
    for (text,), wanted in zip(found, ("90 %", "100 %"), strict=True):
        assert f"answer.gross.{rate} = {wanted} is out of reach: " in text
    most = highest_rate(load_network("typical").with_overrides({f"answer.gross.{rate}": 1.0}), rate)
    assert 0.2 < most < 0.85
    assert highest_rate(load_network("typical"), rate) == pytest.approx(
        load_network("typical")[f"answer.gross.{rate}"], abs=0.002
    )
