"""Intervals as pages show them: no further than the figure can go."""

from __future__ import annotations

import re
from typing import Any

import pytest
import tomli_w

import dialsim
from dialsim.__main__ import main
from dialsim.api import replicate
from dialsim.pages.comparison.replications_page import replications_page
from dialsim.pages.model.html import page_fragment
from dialsim.pages.model.terminal import page_lines
from dialsim.pages.planning.sweep_page import sweep_page
from dialsim.results.formatting import percent
from tests.people.scenarios import small_scenario

pytestmark = [pytest.mark.once, pytest.mark.slow_without_jit]

GOALS = [{"metric": "asr", "at_least": 0.1}]


def one_person() -> dict[str, Any]:
    """Return a world of one person, always the same: answered or not, shares are far apart."""
    people = {"name": "list", "synthetic": {"count": 1, "relation": "opted_in"}}
    fixed = {"replications": {"people": "fixed"}}
    return small_scenario(people) | {"goals": GOALS} | fixed


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_share_is_shown_above_all(language: Any) -> None:
    found = replicate(one_person(), 6)
    t = found.interval("asr")
    assert t.high is not None
    assert t.high > 1  # the statistics themselves are not cut
    for width in (60, 80, 100):
        text = "\n".join(
            line.plain for line in page_lines(replications_page(found.to_dict(), language), width)
        )
        assert f"{100 * t.high:.1f}" not in text
    assert "100.0 %" in text or (language == "zh" and "100.0%" in text)
    html = page_fragment(replications_page(found.to_dict(), language))
    assert f"{100 * t.high:.1f}" not in html
    assert ">-" not in html  # nor is anything shown below nothing


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [60, 80, 100])
def test_no_figure_of_a_page_is_cut(language: Any, width: int) -> None:
    found = replicate(one_person(), 6).to_dict()
    for metric in found["metrics"].values():
        if metric["unit"] == "calls":
            metric["mean"] |= {"value": 1_234_567, "low": 1_234_567, "high": 1_234_567}
            metric["quantiles"] = dict.fromkeys(metric["quantiles"], 1_234_567)
    text = "\n".join(line.plain for line in page_lines(replications_page(found, language), width))
    assert text.count("1,234,567") > 20
    assert re.search(r"\d+ (?:to|至) \d+ ?%", text.partition("1,234,567")[0])  # of the goal's share
    assert not re.search(r"[\d,.]…", text)


@pytest.mark.parametrize(
    ("language", "due"), [("en", "by Fri 17 Apr 18:30"), ("zh", "4月17日 周五 18:30")]
)
def test_a_goal_says_by_when(language: Any, due: str) -> None:
    found = replicate(one_person(), 2).to_dict()
    assert due not in "\n".join(
        str(line) for line in page_lines(replications_page(found, language), 80)
    )
    found["goals"][0]["by"] = "2026-04-17T18:30:00"
    assert due in "\n".join(
        str(line) for line in page_lines(replications_page(found, language), 80)
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_share_of_a_sweep_is_shown_above_all(language: Any) -> None:
    found = dialsim.sweep(one_person(), {"days": [1, 2]}, 6, executor="serial")
    high = found.interval("asr", days=1).high
    assert high is not None
    assert high > 1
    text = "\n".join(line.plain for line in page_lines(sweep_page(found.to_dict(), language), 100))
    unspaced = text.replace(" %", "%")  # as a table in Chinese has them
    assert percent(high).replace(" ", "") not in unspaced
    assert percent(1.0).replace(" ", "") in unspaced


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [60, 80])
def test_no_response_of_a_sweep_is_cut(language: Any, width: int) -> None:
    raw = one_person()
    raw["goals"] = [{"metric": "attempts", "at_least": 1}]
    found = dialsim.sweep(raw, {"days": [1, 2]}, 6, executor="serial").to_dict()
    found["at"][0]["metrics"]["goal_1.value"] = {"value": None}  # not the same at every point
    for each in found["responses"]["goal_1.value"]:
        each["interval"] |= {"value": 1_234_567, "low": 1_234_000, "high": 1_235_000}
    text = "\n".join(line.plain for line in page_lines(sweep_page(found, language), width))
    assert len(re.findall("1,234,000 (?:to|至) 1,235,000", text)) == 2


def test_the_command_shows_no_share_above_all(tmp_path: Any, capsys: Any) -> None:
    path = tmp_path / "one.toml"
    path.write_text(tomli_w.dumps(one_person()))
    main(["run", str(path), "--replications", "6"])
    lines = [line for line in capsys.readouterr().out.splitlines() if "answer-seizure" in line]
    assert lines[-1].count(" to 100.0 %") == 2  # of the interval and of the quantiles
