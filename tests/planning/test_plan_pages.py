"""Pages of plans: in Chinese nothing is left in English, and candidates are told apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

import dialsim
from dialsim.feasibility.estimate import estimate
from dialsim.feasibility.remedy_words import LABELS as REMEDIES
from dialsim.feasibility.resource_words import NAMES
from dialsim.pages.model.html import page_html
from dialsim.pages.model.parts import Chart
from dialsim.pages.model.terminal import page_lines
from dialsim.pages.planning.plan_page import forecast_lines, plan_page
from dialsim.pages.planning.plan_reviews import reviews
from dialsim.planning import PlanFound
from dialsim.planning.plans.candidates import Option, value_text
from dialsim.planning.plans.robustness import Assumed, Robust
from dialsim.planning.sensitivity_analysis.uncertain_inputs import chosen_factors
from dialsim.scenario.checks.names import resolved_profiles
from dialsim.scenario.value_names import UNITS
from dialsim.statistics.intervals import share_interval
from tests.pages.test_chinese import english_in
from tests.planning.test_replan import MOMENT, folder_of, underway
from tests.planning.worlds import in_few_runs, small
from tests.tiers import tiered

SCENARIOS = Path(__file__).parents[2] / "scenarios"
KEY = re.compile(r"\w+(?:\.\w+)+", re.ASCII)
PROFILES = ("strict", "typical", "lenient", "silent")


def names_in(raw: Any) -> Iterator[str]:
    """Yield every name that a scenario gives to something."""
    if isinstance(raw, dict):
        for key, each in raw.items():
            if key == "name" and isinstance(each, str):
                yield each
            yield from names_in(each)
    elif isinstance(raw, list):
        for each in raw:
            yield from names_in(each)


def english_on(found: dict[str, Any], width: int = 100) -> list[str]:
    """Return what is left in English on the Chinese page of a plan of the small campaign."""
    lines = [line.plain for line in page_lines(plan_page(found, "zh"), width)]
    text = KEY.sub(" ", " ".join(" ".join(lines).split()))  # they hold names
    return english_in(text, (*names_in(small()), *PROFILES))


@pytest.fixture(scope="module")
def none_holds() -> PlanFound:
    """A plan for a goal that is far out of reach, with hardly a price."""
    raw = small(goals=[{"metric": "conversations", "at_least": 3000}])
    raw["costs"] = {"per_agent_hour": "45 CNY"}
    return dialsim.plan(raw, executor="serial")


@pytest.mark.full
def test_no_english_is_left_where_no_plan_holds(none_holds: PlanFound) -> None:
    told = none_holds.to_dict()
    assert told["nearest"]["remedies"]
    assert told["nearest"]["resources"]
    weak = [row["key"] for row in told["weak_defaults"]]
    assert weak[0].startswith("answer.gross.")
    assert [key for key in weak if key in str(page_lines(plan_page(told, "zh"), 80))] == weak
    assert english_on(told) == []
    absent = Option(False, Decimal(0))
    end = {"key": "agents.day.count", "end": "last", "value": absent.text.en}
    end["value_zh"] = absent.text.zh
    assert english_on({**told, "nearest": {**told["nearest"], "ends": [end]}}) == []
    page = "\n".join(line.plain for line in page_lines(plan_page(told), 100))
    for each in told["nearest"]["remedies"]:
        assert " ".join(each["sentence"].split()[:6]) in page


@pytest.mark.full
@pytest.mark.usefixtures("brief")
def test_no_english_is_left_of_a_plan_that_holds() -> None:
    raw = in_few_runs(small(goals=[{"metric": "conversations", "at_least": 5}]))
    raw["plan"]["decisions"] = [{"key": "agents.day.count", "values": [2, 3]}]
    found = dialsim.plan(raw, executor="serial")
    assert found.certified
    assert found.to_dict()["binding"]["resources"]
    assert english_on(found.to_dict()) == []
    tell_reviews(found)
    assert [english_in(text) for text in forecast_lines(found.forecast.to_dict(), "zh")] == [
        []
    ] * len(forecast_lines(found.forecast.to_dict()))
    # ends of assumptions, of every unit that may be varied, that break it
    _, network = resolved_profiles(found.scenario)
    assert network is not None
    factors, _ = chosen_factors(found.scenario, network, (), {})
    tried = [Assumed(each, end, 8, [(0, 0.1)]) for each in factors for end in (0.0, 1.0)]
    assert {each.factor.value.unit for each in tried} - {"share", "duration"} <= set(UNITS)
    said = [each.network().label for each in tried]
    assert [name for name in said if english_in(name.zh, PROFILES)] == []
    robust = Robust([*said[:2]], found, tried).to_dict()
    for first in range(0, len(tried), 8):
        some = {**robust, "breaking": robust["breaking"][first : first + 8]}
        for certified in (True, False):
            whole = {**found.to_dict(), "robust": {**some, "certified": certified}}
            assert english_on(whole) == []


def tell_reviews(found: PlanFound) -> None:
    """The page of a plan says in how many runs of its proof a review was opened."""
    told = found.to_dict()
    each = told["reviews"]
    assert each["runs"] == told["recommended"]["runs"]
    assert (each["hits"], each["stood_still"]) == (0, 0)
    assert 0 <= each["by_calls"]["value"] < 0.01
    page = " ".join(" ".join(line.plain for line in page_lines(plan_page(told), 80)).split())
    assert f"A review of the enterprise was opened in 0 of {each['runs']} runs" in page
    some = {**each, "hits": 3, "share": share_interval(3, each["runs"])._asdict()}
    assert english_on({**told, "reviews": some}) == []
    whole = {**told, "reviews": some, "recommended": None, "nearest": None}
    for language, opened, stood in (
        ("en", "A review of the enterprise was opened in 3 of", "stopped them all in 0"),
        ("zh", "3次企业被审查", "审查期间号码照常外呼；其中0次"),
    ):
        (paragraph,) = reviews(whole, language)  # type: ignore[arg-type]
        text = paragraph.text
        assert opened in text
        assert stood in text


@pytest.mark.full
@pytest.mark.needs_jit
@pytest.mark.once
def test_no_english_is_left_where_nothing_holds_of_the_rest(tmp_path: Path) -> None:
    raw = underway(goals=[{"metric": "conversations", "at_least": 300}])
    run = folder_of(raw, tmp_path)
    found = dialsim.replan(run, as_of=MOMENT, executor="threads")
    assert not found.certified
    assert english_of_the_rest(found) == []


def english_of_the_rest(plan: PlanFound) -> list[str]:
    """Return what is left in English on the Chinese page of a plan for the rest of a run."""
    found = plan.to_dict()
    assert found["here"]["run"]
    return english_on({**found, "here": {**found["here"], "run": ""}, "name": ""})


SHIPPED = [
    path for path in sorted(SCENARIOS.glob("*.toml")) if path.stem != "ten_million"
]  # whose lists are slow


@pytest.mark.parametrize(
    "path",
    tiered(SHIPPED[::4], [path for i, path in enumerate(SHIPPED) if i % 4]),
    ids=lambda path: path.stem,
)
def test_remedies_and_arithmetic_are_told_in_both_languages(path: Path) -> None:
    scenario = dialsim.load_scenario(path)
    goals = [
        {"metric": "conversations", "at_least": 50_000_000},
        *(
            {"metric": "reach", "at_least": 9_000_000, "campaign": each.name}
            for each in scenario.campaigns
        ),
    ]
    wanting = scenario.without_plan().with_("goals", goals)
    names = (*names_in(wanting.to_dict()), "Beijing")
    for found in (estimate(wanting), estimate(wanting.with_("rules.caller_limits", []))):
        whys = [each for campaign in found["campaigns"] for each in campaign["capacities"]]
        texts = {each["why"]: each["why_zh"] for each in whys}
        for goal in found["goals"]:
            several = [*goal["shared"], *(r for c in goal["campaigns"] for r in c["remedies"])]
            texts |= {each["sentence"]: each["sentence_zh"] for each in several}
        assert texts
        left = {text: english_in(text, names) for text in texts.values()}
        assert {text: words for text, words in left.items() if words} == {}
        assert {each["resource"] for each in whys} <= set(NAMES)


def test_remedies_leave_nothing_open() -> None:
    assert REMEDIES["en"].keys() == REMEDIES["zh"].keys()


# --- candidates told apart ------------------------------------------------------------------------

SHIFTS = [
    [{"days": "mon-fri", "from": time(9), "to": time(12)},
     {"days": "mon-fri", "from": time(14), "to": last}]
    for last in (time(17), time(18), time(18, 30))
]  # fmt: skip


def rows(found: dict[str, Any], width: int, lang: Any = "en") -> tuple[list[str], list[str]]:
    """Return the lines of the frontier: its rows without headings, and what stands beneath."""
    lines = [line.plain for line in page_lines(plan_page(found, lang), width)]
    (at,) = [i for i, line in enumerate(lines) if line.startswith(("Throughput, ", "有效通话量、"))]
    table = lines[at + 1 : lines.index("", at)]
    places = [place for place, line in enumerate(table) if " CNY " in line]
    last = places[-1] + 1
    return table[places[0] : last], table[last:]


def with_frontier(found: PlanFound, several: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the plain values of a plan with candidates of other values on its frontier."""
    told = found.to_dict()
    row = {**(told["nearest"] or {}), "throughput": 5, "risk": 0.0, "risk_high": 0.1}
    frontier = [
        {**row, "values": values, "cost": 100.0 + place} for place, values in enumerate(several)
    ]
    options = {key: list(dict.fromkeys(str(each[key]) for each in several)) for key in several[0]}
    decisions = [{"key": key, "options": texts} for key, texts in options.items()]
    made = {"frontier": frontier, "candidates": frontier, "decisions": decisions}
    return {**told, **made, "recommended": None}


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("width", [60, 80, 100])
def test_long_values_are_told_apart(none_holds: PlanFound, width: int, lang: Any) -> None:
    texts = [value_text(each) for each in SHIFTS]
    several = [
        {"caller_ids.north.count": 2, "agents.day.count": 3, "agents.day.shifts": text}
        for text in texts
    ]
    found = with_frontier(none_holds, several)
    figures, below = rows(found, width, lang)
    names = [line.split()[-1] for line in figures]
    assert len(set(names)) == len(figures) == len(SHIFTS)
    assert not any("…" in line for line in (*figures, *below))
    legend = " ".join(" ".join(below).split())
    for place, text in enumerate(texts, 1):
        assert names[place - 1] == f"#{place}"
        assert f"shifts #{place} {text}" in legend
    assert "agents.day.count = 3" in legend  # the same in all
    assert max(cell_len(line) for line in (*figures, *below)) <= width


@pytest.mark.parametrize("width", [60, 80, 100])
def test_many_decisions_continue_below(none_holds: PlanFound, width: int) -> None:
    keys = [f"campaigns.upsell.attempts.retry.kind{place}" for place in range(9)]
    several = [{key: f"{place + at}h" for place, key in enumerate(keys)} for at in range(3)]
    lines, below = rows(with_frontier(none_holds, several), width)
    assert max(map(cell_len, [*lines, *below])) <= width
    text = " ".join(" ".join([*lines, *below]).split())
    first, second, third = (text.index(f"{cost} CNY") for cost in (100, 101, 102))
    assert "0h 1h" in text[first:second]
    assert "1h 2h" in text[second:third]
    assert "kind8 9h" in text[second:third]
    assert "kind8 10h" in text[third:]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_table_beside_the_chart_has_its_candidates(none_holds: PlanFound, lang: Any) -> None:
    """A keyboard cannot point at a candidate."""
    several = [{"caller_ids.north.count": n, "agents.day.count": 3} for n in (1, 2, 4)]
    page = plan_page(with_frontier(none_holds, several), lang)
    (chart,) = (each for part in page.sections for each in part.parts if isinstance(each, Chart))
    (points,) = chart.specification["datasets"].values()  # type: ignore[index]
    assert chart.table is not None
    assert len(chart.table.rows) == len(points) == 3
    for point, row in zip(points, chart.table.rows, strict=True):
        texts = [cell.text for cell in row.cells]
        assert texts[0] == point["kind"]
        assert [cell.value for cell in row.cells[1:3]] == [point["cost"], point["throughput"]]
        assert texts[5:] == [point["value0"], point["value1"]]
    assert "<noscript>" in page_html(page)


def test_short_values_stand_in_the_table(none_holds: PlanFound) -> None:
    several = [{"caller_ids.north.count": n, "agents.day.count": 3} for n in (1, 2)]
    figures, below = rows(with_frontier(none_holds, several), 80)
    assert [line.strip() for line in below] == ["·  the same in all: agents.day.count = 3"]
    assert [line.split()[-1] for line in figures] == ["1", "2"]
