"""The page of a run in Chinese: nothing is left in English, and columns stand below each other."""

from __future__ import annotations

import json
import pkgutil
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from string import Formatter
from typing import Any, get_args

import numpy as np
import pytest
from rich.cells import cell_len

from dialsim.core.codes import Action, Cause, Limit, Province, RowFault, Rule, Seen
from dialsim.feasibility import resource_words
from dialsim.messages.stored_text import localised, stored_text, text_from, with_messages
from dialsim.pages.run.callers_page import given_up, state_name
from dialsim.pages.run.terminal import page
from dialsim.people import fault_words
from dialsim.results import formatting
from dialsim.results.binding_constraint import binding
from dialsim.results.lists import accounts, waterfall
from dialsim.results.network.action_texts import worked_line
from dialsim.results.network.aftermath import aftermath
from dialsim.results.network.interventions import RUNGS, basis_of
from dialsim.results.network.network_rules import network_rules
from dialsim.scenario import load_scenario, warnings
from dialsim.scenario.metrics import unsplit_reasons
from dialsim.scenario.models import fields, files, tables
from dialsim.scenario.value_names import value_name
from dialsim.scheduler import history
from tests.pages.run_variants import NAMES, RUNS, summaries, without_chinese
from tests.pages.test_terminal import summary
from tests.results.worlds import HOUR, action, fabricated
from tests.scenario.worlds import world

GOLDEN = Path(__file__).with_name("page_80_zh.txt")

SAME = re.compile(
    r"dialsim run SCENARIO(?: --set (?:'[^']*'|\S+))+"  # commands that try a change
    r"|`[^`]*`|--[a-z-]+|/[\w/.]+"  # what a user types, and where it lies
    r"|\"[^\"]*\"|“[^”]*”"  # values of files, and what stands in their cells
    r"|\w+(?:\.\w+)+"  # keys of profiles and scenarios, files
    r"|[a-z0-9]+(?:_[a-z0-9]+)+|[a-z]+ = "  # keys and codes
    r"|[A-Z]+(?:_[A-Z]+)*(?![a-z])|S\d+b?"  # codes, operators, currencies, source ids
    r"|\{\w*(?::[^}]*)?\}"  # what a table's text leaves open
    r"|[0-9a-f]{16,}"  # digests
    r"|MiB|dialsim(?: [a-z]+)?"
    r"|McNemar|Newcombe|Holm",  # names of tests and intervals
    re.ASCII,  # a Chinese character is no part of a word
)
"""What is written the same in every language; beside it only the names of a scenario are."""


def english_in(text: str, names: tuple[str, ...] = ()) -> list[str]:
    """Return the words of two letters or more that are left in a text."""
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, "")
    return re.findall(r"[A-Za-z]{2,}", SAME.sub(" ", text))


def texts(found: Any) -> Iterator[str]:
    """Yield every text of a result that is stored for other languages, too, in Chinese."""
    if isinstance(found, Mapping):
        for key, each in found.items():
            if {f"{key}_message", f"{key}_zh"} & found.keys():
                told = localised(found, key, "zh")
                whole = told.values() if isinstance(told, dict) else told
                yield from [whole] if isinstance(whole, str) else filter(None, whole or ())
            elif not key.endswith(("_message", "_zh")):
                yield from texts(each)
    elif isinstance(found, list):
        for each in found:
            yield from texts(each)


@cache
def labels() -> dict[str, dict[str, Any]]:
    """Return every table of words in two languages, by its module and name."""
    found = {}
    for room in (
        "results",
        "feasibility",
        "explanations",
        "audit",
        "summary",
        "pages",
        "scenario",
        "scheduler",
        "people",
        "planning",
        "statistics",
    ):
        package = import_module(f"dialsim.{room}")
        for module in pkgutil.walk_packages(package.__path__, f"dialsim.{room}."):
            for name, value in vars(import_module(module.name)).items():
                both = isinstance(value, Mapping) and set(value) == {"en", "zh"}
                if both and isinstance(value["en"], str | dict):
                    found[f"{module.name}.{name}"] = value
    return found


def flat(table: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text of a table with its path."""
    if isinstance(table, str):
        yield path, table
    elif isinstance(table, Mapping):
        for key, each in table.items():
            yield from flat(each, f"{path}.{key}")
    else:
        for index, each in enumerate(table):
            yield from flat(each, f"{path}.{index}")


def left_open(text: str) -> list[str]:
    """Return the names of what a text leaves open, sorted."""
    names = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    return sorted(str(i) if name == "" else name for i, name in enumerate(names))


def test_tables_of_words_are_found() -> None:
    assert len(labels()) > 20
    assert {
        "dialsim.pages.run.run_page.LABELS",
        "dialsim.scenario.checks.warning_words.LABELS",
    } <= set(labels())


@pytest.mark.parametrize("name", sorted(labels()))
def test_both_languages_say_the_same_things(name: str) -> None:
    english, chinese = (dict(flat(labels()[name][language])) for language in ("en", "zh"))
    assert english.keys() == chinese.keys()
    for key, text in english.items():
        assert left_open(text) == left_open(chinese[key]), key


@pytest.mark.parametrize("name", sorted(name for name in labels() if ".calibration" not in name))
def test_no_english_is_left_in_a_table(name: str) -> None:
    """Those of calibration name columns of a call log, which are the user's to write."""
    left = {key: english_in(text) for key, text in flat(labels()[name]["zh"])}
    assert {key: found for key, found in left.items() if found} == {}


def test_every_code_has_a_chinese_name() -> None:
    texts = [fault_words.FAULTS, fault_words.OTHERS, resource_words.NAMES]
    assert not [text for text in unsplit_reasons("zh", True).values() if english_in(text)]
    for table in texts:
        assert not [text.zh for text in table.values() if english_in(text.zh)]
    assert set(fault_words.FAULTS) == set(RowFault) - {RowFault(0)}
    stages = [*dict(waterfall.STAGES), *waterfall.EXITS]
    assert not [key for key in stages if english_in(waterfall.name_of(key, "zh"))]
    assert not [bar for bar in accounts.BARS.values() if english_in(bar.zh)]
    for kind in (
        fields.Purpose, fields.Category, fields.NumberClass, fields.Province, tables.Mechanism,
        files.RegistryKind,
    ):  # fmt: skip
        assert not [value for value in get_args(kind) if english_in(value_name(value).zh)]
    assert len(get_args(fields.Province)) == len(Province) - 1
    named = network_rules()
    for rule in Rule:
        assert not english_in(named.rule(rule.name).name["zh"])
    for each in (*(("action", a) for a in Action), *(("cause", c) for c in Cause)):
        assert not english_in(named.word(each[0], each[1].name, "zh"))
    assert not [name for name in formatting.LIMITS.values() if english_in(name.zh)]
    assert [state_name(named.word("action", rung.name, "en"), "zh") for rung in RUNGS] == [
        "预警", "限呼", "拦截", "停机", "关停", "全部停用",
    ]  # fmt: skip


def test_the_chinese_page_reads_as_agreed() -> None:
    text = "\n".join(line.plain for line in page(summary(), 80, "runs/small", "zh")) + "\n"
    assert text == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", RUNS)
def test_no_english_is_left_on_a_page(name: str) -> None:
    lines = [line.plain for line in page(summaries()[name], 100, language="zh")]
    assert not english_in(" ".join(" ".join(lines).split()), NAMES)


@pytest.mark.parametrize("name", RUNS)
def test_no_english_is_left_in_a_summary(name: str) -> None:
    told = list(texts(summaries()[name]))
    assert len(told) > 30
    assert {text: left for text in told if (left := english_in(text, NAMES))} == {}


@pytest.mark.parametrize("name", RUNS)
def test_every_text_has_its_twin(name: str) -> None:
    """A text is what has two words in a row; names, files, cells and units are none."""
    lacking = []

    def look(found: Any, path: str) -> None:
        if isinstance(found, list):
            for each in found:
                look(each, path)
        if not isinstance(found, dict):
            return
        for key, each in found.items():
            plain = [each] if isinstance(each, str) else each
            said = isinstance(plain, list) and any(
                isinstance(text, str) and re.search(r"[a-z]{2,} [a-z]{2,}", text) for text in plain
            )
            if key.endswith("_message"):
                continue
            if said and f"{key}_message" not in found:
                lacking.append(f"{path}.{key}: {each}")
            look(each, f"{path}.{key}")

    look(summaries()[name], "")
    lacking = [
        each for each in lacking if not re.search(r"\.(file|unit|value|text|processor): ", each)
    ]
    own = [each for each in lacking if not any(each.endswith(f": {name}") for name in NAMES)]
    assert [each for each in own if ".not_split." not in each] == []


@pytest.mark.parametrize("width", [60, 80, 100, 200])
@pytest.mark.parametrize("name", RUNS)
def test_no_line_is_wider_than_the_page(name: str, width: int) -> None:
    lines = [line.plain for line in page(summaries()[name], width, language="zh")]
    assert max(map(cell_len, lines)) <= min(width, 100)
    assert not any(line.endswith(" ") for line in lines)


@pytest.mark.parametrize("width", [80, 100])
@pytest.mark.parametrize("name", RUNS)
def test_columns_stand_below_each_other(name: str, width: int) -> None:
    """Chinese characters take two columns: shares of the list end in one, counts in another."""
    lines = [line.plain for line in page(summaries()[name], width, language="zh")]
    begin = next(i for i, line in enumerate(lines) if line.startswith("名单去向")) + 1
    rows = lines[begin : lines.index("", begin)]
    exits = [row for row in rows if "−" in row]
    for kind in (exits, [row for row in rows if row not in exits]):
        ends = {cell_len(row[: row.index("%")]) for row in kind}
        counts = {cell_len(re.split(r"\s+[<>]?[\d.]+%", row)[0]) for row in kind}
        assert (len(ends), len(counts)) == (1, 1)
    begin = next(i for i, line in enumerate(lines) if line.startswith("分时段")) + 1
    head, *hours = lines[begin : lines.index("", begin)]
    at = cell_len(head[: head.index("外呼") + 2])
    for row in hours:
        attempts = re.match(r"  \d\d 时 +[\d,]+", row)
        assert attempts is not None
        assert cell_len(attempts[0]) == at


def test_sections_are_reached() -> None:
    """The runs above between them show every section and most kinds of lines."""
    whole = "\n".join(
        line.plain for found in summaries().values() for line in page(found, 100, language="zh")
    )
    for text in (
        "中断：以下数字截至该时刻", "不是合法的方案", "仅供理论研究", "未达成目标", "无法评判",
        "名单去向", "行不可用", "仍然采用", "与名单中", "拒绝呼叫", "限呼：", "停机：", "打标签：",
        "已关闭的机制", "最严重状态", "弃用", "约定回访", "转人工", "录音播放", "拆分", "瓶颈分析",
        "线路合同拒绝", "其后又收到", "合计每小时可呼", "呼损保护", "依据合同", "方案替换的网络值",
    ):  # fmt: skip
        assert text in whole, text


@pytest.mark.parametrize("name", RUNS)
def test_the_summary_of_an_older_version_is_told_in_english_where_it_has_no_other(
    name: str,
) -> None:
    found = without_chinese(summaries()[name])
    text = "".join(line.plain for line in page(found, 100, language="zh"))
    assert "名单去向" in text
    assert found["verdict"]["sentence"].split()[0] in text
    assert "list rows" in text


def test_a_page_does_not_need_its_world() -> None:
    for found in summaries().values():
        stored = json.loads(json.dumps(found))
        for language in ("en", "zh"):
            assert page(stored, 80, language=language) == page(found, 80, language=language)


@pytest.mark.parametrize("limit", list(Limit))
def test_every_limit_is_told_in_both_languages(limit: Limit) -> None:
    made = fabricated({
        "rules.enterprise_limits": [{"count": 9, "per": "1d", "window": "calendar"}],
        "campaigns.0.pacing": {"mode": "rate", "per_minute": 3.0},
        "trunks.0.limits": [{"count": 9, "per": "1h"}],
    })  # fmt: skip
    made.state.limit_ms[:] = 0
    made.state.limit_ms[0, limit] = 9 * HOUR
    refused = [Cause.CONTRACT_VOLUME, Cause.CONTRACT_CALLEE]
    made.state.memory.by_end[0, refused, Seen.BLOCKED] = 2
    (found,) = binding(made)
    assert not english_in(found["sentence"]["zh"], ("main",))
    assert bool(english_in(found["sentence"]))
    if limit != Limit.CLOSED:
        assert found["name"]["zh"] in found["sentence"]["zh"] or limit == Limit.NOTHING
        assert "线路合同拒绝4 次呼叫" in found["sentence"]["zh"]


@pytest.mark.parametrize("rule", list(Rule))
def test_every_action_is_told_in_both_languages(rule: Rule) -> None:
    made = fabricated({"enterprise.call_centre": {
        "kind": "outsourced", "outsourcer": "Example", "licence": "B24", "scope": "national",
    }})  # fmt: skip
    # a number, the enterprise, a trunk, a block, a class of numbers
    lines: tuple[int, ...] = (0, -1, -2, -1000, 4)
    if "CONTRACT" in rule.name:
        lines = (-2,)
    if "CALLS_PER" in rule.name:
        lines = (0, 4)
    rows = [
        action(HOUR, line, what, rule, 2, 1)
        for what in Action
        if what != Action.NONE
        for line in lines
    ]
    for row in rows:
        for there in (0, 1):
            row["there"] = there
            basis = basis_of(made, row[0])
            told = worked_line(made, row[0], basis)
            assert not english_in(told["zh"], ("north", "main", "Example"))
            assert told["en"].startswith("13 Apr 01:00 ")
            assert told["zh"].startswith("4月13日 01:00 ")
            stored = json.loads(json.dumps(stored_text(told)))
            assert text_from(stored)["zh"] == told["zh"]  # type: ignore[index]
            assert text_from(stored) == told
    late = np.concatenate(rows)
    late["tick"] = made.horizon_tick
    found = aftermath(made, late, np.zeros(0, [("tick", "i8"), ("code", "u1")]))
    for each in with_messages(found)["actions"]:
        assert each["lines"] == [text.en for text in map(text_from, each["lines_message"])]  # type: ignore[attr-defined]


def test_what_is_known_of_numbers_given_up() -> None:
    suspected = [
        {"time": "2026-04-13T09:32:00+08:00", "times": 1, "again": True},
        {"time": "2026-04-15T10:00:00+08:00", "times": 3, "again": False},
    ]
    text = given_up(suspected, "zh")
    assert text.startswith("2 个疑被拦截而弃用")
    assert "共 4 次，最近一次 4月15日 10:00）" in text
    assert text.endswith("其中 1 个核查后恢复使用")


def test_warnings_are_as_many_in_both_languages() -> None:
    raw = world()
    raw["people"].append({"name": "nobody", "synthetic": {"count": 5, "relation": "opted_in"}})
    raw["network"] = {"off": ["labels"]}
    raw["campaigns"][0]["attempts"] = {"at_most": 3, "retry": {}}
    raw["campaigns"][0]["drop_after"] = "9s"
    raw["caller_ids"][0]["filed"]["on"] = "2026-04-10"
    scenario = load_scenario(raw)
    english, chinese = warnings(scenario), warnings(scenario, "zh")
    assert len(english) == len(chinese) >= 5
    assert not [text for text in chinese if english_in(text, ("upsell", "nobody", "north"))]
    assert any("2026-04-10 提交报备，14 天后生效" in text for text in chinese)


def test_what_a_history_assumes_is_told_in_both_languages() -> None:
    assert set(history.LABELS["en"]) == set(history.LABELS["zh"])
    said = history._sentence("lacking", count=3, column="marks_30d")
    assert said.en == "3 caller IDs without marks_30d: taken as none"
    assert said.zh == "3 个主叫号码未注明 marks_30d：视为没有"
