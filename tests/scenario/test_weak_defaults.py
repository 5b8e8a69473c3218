"""The least credible defaults: what they are tagged, who reads them, what replaces them."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dialsim
from dialsim.errors import InternalError
from dialsim.planning.sensitivity_analysis.uncertain_inputs import chosen_factors
from dialsim.scenario.checks.names import resolved_profiles
from dialsim.scenario.metrics import metrics
from dialsim.scenario.profiles.profile import load_network
from dialsim.scenario.profiles.weak_defaults import (
    all_weak_defaults,
    read_weak_defaults,
    weak_defaults_read,
    weak_in,
)
from dialsim.scenario.values import parse_duration
from tests.people.scenarios import small_scenario

ORDER = [
    "answer.gross.opted_in",
    "answer.gross.named",
    "talk.opted_in",
    "labels.share",
    "frequency.delay",
    "complaints.hotline_factor",
]
BANK = Path(__file__).parents[1] / "data" / "bank-marketing.csv.gz"
ONE = """
[[value]]
key = "a"
profiles = ["typical"]
range = [0, 1]
said = { en = "nothing" }
needs = []
figures = []
"""
ALIKE = ("typical", "strict", "lenient", "lab")


def world(relation: str = "opted_in", **changes: Any) -> dict[str, Any]:
    people = {"name": "list", "synthetic": {"count": 20, "relation": relation}}
    return small_scenario(people) | changes


def read(raw: dict[str, Any], *, acted: bool = True) -> list[str]:
    scenario = dialsim.load_scenario(raw)
    _, network = resolved_profiles(scenario)
    assert network is not None
    return [each.key for each in weak_defaults_read(scenario, network, acted=acted)]


# --- what they are --------------------------------------------------------------------------------


def test_they_stand_in_order_and_speak_of_metrics_there_are() -> None:
    assert list(all_weak_defaults()) == ORDER
    for each in all_weak_defaults().values():
        assert set(each.figures) <= set(metrics())
        assert each.said.en
        assert each.said.zh
        assert each.profiles <= set(ALIKE)


@pytest.mark.parametrize(
    ("key", "value", "confidence", "source"),
    [
        ("answer.gross.opted_in", 0.42, "vendor", "S42"),
        ("answer.gross.named", 0.55, "vendor", "S41,S42"),
        ("talk.opted_in", [[0.15, 5, 0.7], [0.85, 55, 0.9]], "assumption", "A"),
        ("labels.share", 0.01, "assumption", "A"),
        ("frequency.delay", "10m", "assumption", "A"),
        ("complaints.hotline_factor", 10, "assumption", "A"),
    ],
)
def test_each_is_tagged_as_what_it_is(key: str, value: Any, confidence: str, source: str) -> None:
    entry = load_network("typical").entry(key)
    assert (entry.value, entry.confidence, entry.source) == (value, confidence, source)
    assert entry.note


def test_ranges_hold_what_is_published() -> None:
    for key, each in all_weak_defaults().items():
        unit = load_network("typical").entry(key).unit
        if each.published is None or unit == "mixture":
            continue
        order = parse_duration if unit == "duration" else float
        ends = [order(end) for end in (each.low, *each.published, each.high)]
        assert ends == sorted(ends), key


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[value]]\nkey = "a"\n', "a: .*figures"),
        (ONE + 'sure = "no"\n', "a: .*sure"),
        (ONE * 2, "a: stands there twice"),
    ],
)
def test_a_table_that_is_wrong_is_our_fault(text: str, said: str) -> None:
    assert set(read_weak_defaults(ONE)) == {"a"}
    with pytest.raises(InternalError, match=said):
        read_weak_defaults(text)


# --- who reads them -------------------------------------------------------------------------------


def test_what_a_scenario_reads() -> None:
    assert read(world()) == [key for key in ORDER if key != "answer.gross.named"]
    named = world()
    named["caller_ids"][0]["display_name"] = "Bank"
    assert read(named) == [key for key in ORDER if key != "answer.gross.opted_in"]
    assert read(world("bought")) == ["labels.share", "frequency.delay", "complaints.hotline_factor"]
    assert "frequency.delay" not in read(world(), acted=False)


@pytest.mark.parametrize(
    ("off", "gone"),
    [
        (["labels"], {"labels.share"}),
        (["complaints"], {"complaints.hotline_factor"}),
        (["frequency"], set()),
        (["frequency", "behaviour"], {"frequency.delay"}),
    ],
)
def test_what_is_off_reads_none(off: list[str], gone: set[str]) -> None:
    assert set(read(world())) - set(read(world(network={"off": off}))) == gone


@pytest.mark.parametrize("key", [key for key in ORDER if key != "answer.gross.named"])
def test_what_the_scenario_says_itself_is_no_default(key: str) -> None:
    own = load_network("typical").entry(key).value
    assert set(read(world())) - set(read(world(network={"overrides": {key: own}}))) == {key}


def test_what_nobody_marks_or_complains_of_is_not_read() -> None:
    none = {f"marks.rate.{relation}": 0.0 for relation in ("opted_in", "bought")}
    none |= {f"complaints.rate_12321.{relation}": 0 for relation in ("opted_in", "bought")}
    left = read(world(network={"overrides": none}))
    assert not {"labels.share", "complaints.hotline_factor"} & set(left)
    assert not {*ORDER[:4], ORDER[5]} & set(read(world(network={"profile": "lab"})))


def test_a_robots_talk_is_another() -> None:
    raw = world()
    raw["agents"][0] |= {"kind": "robots", "wrap_up": "0s"}
    assert "talk.opted_in" not in read(raw)


# --- the profile that takes what is published -----------------------------------------------------


def test_the_published_profile_holds_what_is_published() -> None:
    typical, published = load_network("typical"), load_network("published")
    changed = {key for key in typical if typical[key] != published[key]}
    assert changed == {*ORDER} - {"complaints.hotline_factor"}
    assert [each.key for each in weak_in(published)] == ["complaints.hotline_factor"]
    known = all_weak_defaults()
    for key in ("answer.gross.opted_in", "answer.gross.named"):
        ends = known[key].published
        assert ends is not None
        assert ends[0] <= published[key] <= ends[1]
    factor = published["display.factor"]
    assert published["answer.gross.named"] == pytest.approx(
        published["answer.gross.opted_in"] * factor, abs=0.01
    )
    assert published["labels.share"] == 0.0  # a count alone
    assert published["frequency.delay"] == 1_000  # real time
    for key in changed:
        entry = published.entry(key)
        assert entry.pack == "published"
        assert entry.confidence != "assumption"
        assert entry.note


def test_its_talk_is_that_of_the_open_log() -> None:
    with gzip.open(BANK, "rt") as file:
        place = file.readline().strip().split(",").index("duration")
        seconds = np.array([float(line.split(",")[place]) for line in file])
    rng = np.random.default_rng(1)
    mixture = load_network("published")["talk.opted_in"]
    weights, medians, sigmas = (np.array(part) for part in zip(*mixture, strict=True))
    part = rng.choice(len(weights), 200_000, p=weights / weights.sum())
    drawn = medians[part] * np.exp(sigmas[part] * rng.standard_normal(len(part)))
    assert np.median(drawn) == pytest.approx(np.median(seconds), rel=0.03)  # 180 s
    assert np.mean(drawn >= 30) == pytest.approx(np.mean(seconds >= 30), abs=0.01)  # 96 %
    assert np.mean(drawn) == pytest.approx(np.mean(seconds), rel=0.03)
    low, high = all_weak_defaults()["talk.opted_in"].published or ("", "")
    assert parse_duration(low) == pytest.approx(1000 * np.median(seconds), rel=0.02)
    assert parse_duration(high) == pytest.approx(1000 * max(medians), rel=0.02)


def test_a_scenario_can_be_planned_on_it() -> None:
    scenario = dialsim.load_scenario(world(network={"profile": "published"}))
    assert read(world(network={"profile": "published"})) == ["complaints.hotline_factor"]
    assert dialsim.check(scenario)["ok"]
    (told,) = dialsim.explain("answer.gross.opted_in", network="published")
    assert (told["value"], told["published"]) == (0.28, "")
    (weak,) = dialsim.explain("answer.gross.opted_in", language="zh")
    assert weak["published"] == "国内公布 15% 至 35%"


# --- what sensitivity begins with -----------------------------------------------------------------


@pytest.mark.parametrize("name", ["typical", "strict", "lenient"])
def test_sensitivity_begins_with_them_over_what_is_published(name: str) -> None:
    scenario = dialsim.load_scenario(world(network={"profile": name}))
    factors, _ = chosen_factors(scenario, load_network(name), [], {})
    first = {factor.key: factor for factor in factors[:5]}
    assert list(first) == [key for key in ORDER if key != "answer.gross.named"]
    answers, talk = first["answer.gross.opted_in"], first["talk.opted_in"]
    assert (answers.low, answers.high, answers.home) == (0.15, 0.42, 1.0)
    assert answers.at(1.0) == pytest.approx(0.42)
    assert talk.at(talk.home) == [pytest.approx(part) for part in talk.value.value]
    assert talk.at(1.0)[1][1] > 190
    delay = first["frequency.delay"]
    assert delay.at(0.0) == "1s"
    assert parse_duration(delay.at(delay.home)) == load_network(name)["frequency.delay"]
    assert not any(factor.given for factor in first.values())


def test_a_range_of_the_users_goes_before_and_what_is_stated_is_left_out() -> None:
    raw = world(network={"overrides": {"talk.opted_in": [[1.0, 60, 0.9]]}})
    scenario = dialsim.load_scenario(raw)
    _, network = resolved_profiles(scenario)
    assert network is not None
    own = {"answer.gross.opted_in": (0.3, 0.4)}
    factors, left = chosen_factors(scenario, network, [], own)
    assert (factors[0].key, factors[0].low, factors[0].high) == ("answer.gross.opted_in", 0.3, 0.4)
    assert factors[0].given
    assert "states it" in left["talk.opted_in"]
