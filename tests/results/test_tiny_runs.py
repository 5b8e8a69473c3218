"""Figures of a run of a few calls read like figures, too."""

from __future__ import annotations

import re
from typing import Any

import pytest

import dialsim
from dialsim.feasibility.recommendations.change import effect_text
from dialsim.messages.stored_text import localised
from dialsim.pages.model.terminal import in_terminal
from dialsim.pages.run.throughput_page import throughput_section
from tests.scenario.worlds import world

pytestmark = pytest.mark.needs_jit


def tiny(count: int) -> dict[str, Any]:
    """A world that is done with its people in an hour."""
    raw = world()
    raw["people"][0]["synthetic"]["count"] = count
    raw["campaigns"][0]["attempts"] = {"at_most": 1, "retry": {}}
    return raw


@pytest.mark.parametrize(
    ("count", "english", "chinese"),
    [(1, "the one lead is finished", "仅有的 1 条已结案"),
     (3, "all 3 leads are finished", "3 条均已结案")],
)  # fmt: skip
def test_nobody_else_is_spoken_of_where_nobody_is_left(
    count: int, english: str, chinese: str
) -> None:
    run = dialsim.run(tiny(count))
    (held,) = run.summary["binding"]
    assert english in held["sentence"]
    assert chinese in localised(held, "sentence", "zh")
    for language in ("en", "zh"):
        page = run.page(language=language)
        assert "nobody else" not in page
        assert "其余" not in page
        plurals = r"(?<![\d.,])1 (complaints|calls|marks|leads|days|working days|conversations)\b"
        assert not re.search(plurals, page)
        assert not re.search(r"instead of (\d+)\b.*\1", page)


def test_a_rate_shown_as_nothing_has_no_bar() -> None:
    hours = [
        {"hour": 9 + i, "attempts_per_hour": rate, "conversations_per_hour": 0, "occupancy": 0.0}
        for i, rate in enumerate((0.3, 0.1))
    ]
    for width in (60, 80, 100):
        lines = in_terminal(throughput_section(hours, "en"), width, "en")
        assert not [line for line in lines if "█" in line.plain]


def test_what_is_counted_is_told_in_whole_ones() -> None:
    assert effect_text("conversations", 1, 1.04)["en"] == "conversations about the same, 1"
    assert effect_text("conversations", 1, 1.6)["en"].startswith("about 2 conversations instead")
    assert effect_text("conversations", 1, 1.04)["zh"] == "有效通话大致不变，约 1"
