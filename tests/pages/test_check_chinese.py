"""The page of ``check`` in Chinese: nothing is left in English, nothing cut, columns aligned."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

import dialsim
from dialsim.pages.check.check_result import whole_page
from dialsim.pages.model.terminal import page_lines
from tests.pages.test_chinese import english_in, texts
from tests.pages.test_narrow import cut

SCENARIOS = Path(__file__).parents[2] / "scenarios"
WIDTHS = (60, 80, 100)
CHANGES: dict[str, Mapping[str, object]] = {
    "first_campaign": {},
    "dirty_list": {},
    "mid_campaign": {},  # with a call history
    "two_campaigns": {},
    "foreign_enterprise": {},  # with what its goals take
    "robot_to_agent": {},  # with transfers and a line contract
    "insurance_renewal": {},  # with callbacks and predictive pacing
    "complaint_storm": {"trunks.0.contract": {"name": "K-7", "complaints_per_million": 1}},
    "bad_client": {"goals.0.at_least": 600_000},
    "bought_list": {},  # an unlawful study
    "too_fast": {},
}
"""Shipped scenarios, and what is changed in them so that more of the page is reached."""

PLACES = ("Asia/Shanghai", "Asia/Urumqi")
TYPED = ("registries", "expires", "province", "regions", "holder", "filed", "true", "false")
"""Keys and values of scenarios that the audit names without a dot."""


@cache
def checked(name: str) -> dict[str, Any]:
    """Return the check of a scenario, as its JSON has it."""
    scenario = dialsim.load_scenario(SCENARIOS / f"{name}.toml")
    for key, value in CHANGES[name].items():
        scenario = scenario.with_(key, value)
    found = dialsim.check(scenario)
    assert found["ok"], found["problems"]
    return dict(json.loads(json.dumps(found)))


@cache
def page(name: str, width: int) -> tuple[str, ...]:
    """Return the page in Chinese."""
    return tuple(line.plain for line in page_lines(whole_page(checked(name), "zh"), width))


@cache
def names(name: str) -> tuple[str, ...]:
    """Return what a scenario calls its own things."""
    found: list[str] = [*PLACES, "from-"]  # a part that ends a narrow line

    def look(node: Any) -> None:
        if isinstance(node, Mapping):
            for key, each in node.items():
                if key in ("name", "protection_officer", "document", "holder") and isinstance(
                    each, str
                ):
                    found.append(each)
                look(each)
        elif isinstance(node, list | tuple):
            for each in node:
                look(each)

    look(dialsim.load_scenario(SCENARIOS / f"{name}.toml").to_dict())
    return tuple(found)


def left(text: str, name: str) -> list[str]:
    """Return the English words in a text of a scenario."""
    return [word for word in english_in(text, names(name)) if word not in TYPED]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", CHANGES)
def test_no_english_is_left(name: str, width: int) -> None:
    text = " ".join(" ".join(page(name, width)).split())
    assert not left(re.sub(r"--set \S+", "", text), name)


@pytest.mark.parametrize("name", CHANGES)
def test_no_english_is_left_in_the_result(name: str) -> None:
    found = list(texts(checked(name)))
    assert len(found) > 30
    assert {text: words for text in found if (words := left(text, name))} == {}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", CHANGES)
def test_nothing_is_cut_and_no_line_is_too_wide(name: str, width: int) -> None:
    lines = page(name, width)
    assert max(map(cell_len, lines)) <= width
    assert not any(line.endswith(" ") for line in lines)
    assert not cut("\n".join(lines))


FIGURE = r"<?[\d,.]+"
ROWS = {
    "account": rf"  .*?[^\d,.] +({FIGURE}) +([<>]?[\d.]+%)()(?:  [█-▏]*)?$",
    "hours": rf"  .*?\S +({FIGURE}) +(\d+\.\d)()  \S",
    "attempts": rf"  \S+ +({FIGURE}) +({FIGURE})()(?:  [█-▏]*)?$",
    "complaints": rf"  .*? +({FIGURE}) +([\d,]+|不限) +([<>]?[\d.]+%|无)  \S+$",
    "goals": rf"  [✓✗?] +\S.*?\S +(?:约 )?({FIGURE})()()  至[少多] ",
}
"""Rows of each table, with the figures that end in one column."""


def sections(name: str, width: int) -> list[list[str]]:
    """Return the lines of each section: tables have columns of their own."""
    return [list(lines) for is_text, lines in groupby(page(name, width), bool) if is_text]


def ends(rows: list[str], pattern: str) -> set[tuple[int, ...]]:
    """Return in which columns the groups of a pattern end, in each row that has it."""
    found = set()
    for row in rows:
        match = re.match(pattern, row)
        if match is not None:
            found.add(tuple(cell_len(row[:end]) for end in map(match.end, range(1, 4)) if end > 0))
    return found


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", CHANGES)
def test_figures_end_in_one_column(name: str, width: int) -> None:
    """Rows, hours, attempts, complaints and goals each have columns of their own."""
    for kind, pattern in ROWS.items():
        found = [ends(rows, pattern) for rows in sections(name, width)]
        assert max(map(len, found)) == 1 or (kind == "goals" and not any(found)), (kind, found)


def test_sections_are_reached() -> None:
    """The scenarios above between them show every section and most kinds of lines."""
    whole = "".join("".join(page(name, 100)).replace(" ", "") for name in CHANGES)
    for text in (
        "估算，未经仿真", "不可启动，缺少硬性限制", "不是合法的方案", "瓶颈为", "瓶颈均为",
        "无法达成：", "预计可达成：", "尚难判断：", "号码同时停用", "即被打标签", "很快会被拦停",
        "网络对超过",
        "历史呼叫中已结案", "其他原因", "再次呼叫的间隔", "而延长", "当班而无人可呼", "合计可外呼",
        "各自均如此", "所需条件", "约需外呼", "收到预警", "处理办法：只呼叫", "未估算",
        "成比例分配", "待再次呼叫的客户", "机器人转人工的人数", "约定的回访需", "“predictive”",
        "目标有风险时",
    ):  # fmt: skip
        assert text in whole, text


def test_a_result_without_chinese_is_shown_in_english() -> None:
    found = checked("two_campaigns")

    def without(node: Any) -> Any:
        if isinstance(node, Mapping):
            return {k: without(each) for k, each in node.items() if not k.endswith("_zh")}
        return [without(each) for each in node] if isinstance(node, list) else node

    text = "\n".join(line.plain for line in page_lines(whole_page(without(found), "zh"), 100))
    assert "外呼量（按平均值）" in text
    assert found["estimate"]["conclusion"].split(":")[0] in text
