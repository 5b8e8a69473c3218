"""Sentences that a reader could take for something else than what is meant."""

from __future__ import annotations

from typing import Any

import pytest

import dialsim
from dialsim.feasibility.conclusion import conclusion
from dialsim.messages.catalogue import Language
from dialsim.messages.stored_text import localised
from dialsim.pages.model.terminal import in_terminal
from dialsim.pages.planning.plan_page import forecast_lines
from dialsim.pages.run.network_page import network_section
from dialsim.pages.run.reactions_page import reaction_facts
from dialsim.scenario import load_scenario
from dialsim.scenario.checks.warnings import warnings
from tests.feasibility.test_recommend import paced
from tests.feasibility.test_registration import unfiled
from tests.scenario.worlds import world

LANGUAGES: tuple[Language, ...] = ("en", "zh")

pytestmark = pytest.mark.needs_jit


def ahead(least: int, most: int) -> dict[str, Any]:
    return {"search_runs": [least, most], "candidates": 2, "within_reach": 1, "certificates": [],
            "proof_runs": 10, "run_seconds": 1.0, "workers": 1, "times": ["1 s", "2 s"],
            "times_zh": ["1 秒", "2 秒"]}  # fmt: skip


@pytest.mark.parametrize(
    ("least", "most", "en", "zh"),
    [(64, 64, "takes 64 runs.", "需 64 次运行"), (68, 64, "64 to 68 runs", "64 至 68 次"),
     (68, 128, "68 to 128 runs", "68 至 128 次")],
)  # fmt: skip
def test_a_range_goes_from_less_to_more(least: int, most: int, en: str, zh: str) -> None:
    for rest in (False, True):
        assert en in forecast_lines(ahead(least, most), "en", rest)[0]
        assert zh in forecast_lines(ahead(least, most), "zh", rest)[0]


def test_a_label_takes_a_count_and_a_share() -> None:
    run = dialsim.run(paced())
    for language, text in (("en", "12 on, if they are 1 % of its delivered calls"),
                           ("zh", "12 次且占其送达呼叫的 1 % 以上将显示为骚扰电话")):  # fmt: skip
        told = " ".join(fact for _, fact, _ in reaction_facts(run.summary, language))  # type: ignore[arg-type]
        assert text in told


def test_what_is_likely_is_that_a_goal_is_met() -> None:
    raw = paced(goals=[{"metric": "conversations", "at_least": 300},
                       {"metric": "caller_ids_suspended", "at_most": 0}])  # fmt: skip
    text = conclusion(dialsim.check(raw)["estimate"])
    likely = "conversations at least 300, caller IDs suspended at most 0."
    assert text.endswith(f"Likely to be met: {likely}")


@pytest.mark.parametrize(
    ("start", "days", "purpose", "en", "zh"),
    [
        ("2026-04-27", 7, "marketing", "public holiday on 2026-05-01 to 2026-05-03: campaigns "
         "upsell call nobody in China", "2026-05-01 至 2026-05-03 为法定节假日：任务 upsell 当日"),
        ("2026-04-27", 5, "marketing", "public holiday on 2026-05-01: ", "2026-05-01 为法定"),
        ("2026-04-13", 5, "marketing", "", ""),
    ],
)  # fmt: skip
def test_a_holiday_in_the_campaign_is_said(
    start: str, days: int, purpose: str, en: str, zh: str
) -> None:
    raw = world() | {"start": start, "days": days, "goals": []}
    found = {language: " ".join(warnings(load_scenario(raw), language)) for language in LANGUAGES}
    assert en in found["en"]
    assert zh in found["zh"]
    assert ("holiday" in found["en"]) == bool(en)
    assert ("节假日" in found["zh"]) == bool(zh)


def test_check_and_the_page_of_a_run_say_the_holiday() -> None:
    raw = paced(start="2026-04-30", goals=[])
    raw["people"][0]["synthetic"]["count"] = 50
    text = "public holiday on 2026-05-01: campaigns renewal call nobody in China then"
    assert any(text in each for each in dialsim.check(raw)["warnings"])
    summary = dialsim.run(raw).summary
    assert any(text in each for each in summary["assumptions"])
    assert any(
        "2026-05-01 为法定节假日" in each for each in localised(summary, "assumptions", "zh")
    )


def test_campaigns_that_call_on_a_holiday_are_named() -> None:
    raw = world() | {"start": "2026-04-30", "days": 2, "goals": []}
    raw["rules"] = {"pack": "lab"}
    (text,) = [each for each in warnings(load_scenario(raw)) if "holiday" in each]
    assert "campaigns upsell call all the same" in text


def test_numbers_that_are_counted_together_are_counted() -> None:
    summary = dialsim.run(unfiled()).summary
    acted = summary["interventions"]
    for group in acted["groups"]:
        assert (group["targets"] <= 2, group["numbers"]) == (True, 30)
    for language, text in (("en", "on 30 numbers"), ("zh", "涉及 30 个号码")):
        lines = in_terminal(network_section(acted, 1000, language), 80, language)
        page = "\n".join(line.plain for line in lines)
        assert text in page
        assert "1 line" not in page
