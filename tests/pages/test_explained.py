"""Rows of network actions and caller IDs on the page of a run open their explanations."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import dialsim
from dialsim.explanations.intervention_trace import intervention_trace
from dialsim.pages.charts.callers import lives, worst_first
from dialsim.pages.html import explained
from dialsim.pages.html.explained import A_KIND, MOST_ACTIONS, Explained
from dialsim.pages.html.run_page import page_with_charts
from dialsim.pages.model.html import page_html
from dialsim.pages.model.parts import Details, Paragraph, Table
from dialsim.pages.model.plain import plain_part
from dialsim.pages.model.terminal import page_lines
from tests.results.stopped import STOPPED
from tests.tiers import tiered

pytestmark = pytest.mark.needs_jit


@pytest.fixture(scope="module")
def run() -> dialsim.Run:
    return dialsim.run(STOPPED)


def opened(run: dialsim.Run, language: Any = "en") -> Explained:
    return Explained(run.log, language, lives(run.log))


def texts_in(node: Any) -> list[str]:
    """Return the texts of a part as JSON has them, notes and cells too."""
    if isinstance(node, dict):
        own = [node["text"]] if "text" in node else []
        return own + [text for value in node.values() for text in texts_in(value)]
    if isinstance(node, list):
        return [text for each in node for text in texts_in(each)]
    return []


def test_kinds_of_actions_open_their_first(run: dialsim.Run) -> None:
    found = opened(run).actions()
    groups = run.summary["interventions"]["groups"]
    kinds: dict[tuple[str, str], list[int]] = {(g["rule"], g["action"]): [] for g in groups}
    for act in run.log.acts:  # lifts are counted with the group of their rule
        kinds.get((act.rule, act.action), []).append(act.number)
    assert found.keys() == kinds.keys()
    shown = {
        kind: [int(re.findall(r"\d+", each.title)[0]) for each in details]
        for kind, details in found.items()
    }
    assert sum(map(len, shown.values())) == min(
        MOST_ACTIONS, sum(min(A_KIND, len(numbers)) for numbers in kinds.values())
    )
    for kind, numbers in shown.items():
        assert numbers == kinds[kind][: len(numbers)]
        assert len(numbers) <= A_KIND


@pytest.mark.parametrize("language", tiered(["zh"], ["en"]))
def test_an_explanation_is_that_of_the_command(run: dialsim.Run, language: Any) -> None:
    """What single people did is left out, and nothing else."""
    details = {}
    for each in opened(run, language).actions().values():
        for one in each:
            details[int(re.findall(r"\d+", one.title)[0])] = one
    for number, one in details.items():
        story = run.intervention(number, language).page()
        kept = texts_in([plain_part(part) for part in one.parts])
        for section in story.sections:
            if section.key in ("complaints", "notes"):
                continue
            for text in texts_in([plain_part(part) for part in section.parts]):
                if is_of_a_person(text):
                    continue
                assert text in kept, (number, section.title)


def is_of_a_person(text: str) -> bool:
    """Return whether a text is on the call of a single person, or its name in a table."""
    return bool(re.search(r"person \d|\d 位客户", text)) or text in ("tipped by", "触发")


def test_nothing_is_told_of_single_people(run: dialsim.Run) -> None:
    for language in ("en", "zh"):
        page = page_with_charts(run.log, language)  # type: ignore[arg-type]
        assert not [text for text in all_texts(page) if re.search(r"person \d|\d 位客户", text)]


def all_texts(page: Any) -> list[str]:
    return texts_in([plain_part(part) for each in page.sections for part in each.parts])


def test_caller_ids_open_their_lives(run: dialsim.Run) -> None:
    table, *rest = opened(run).callers()
    assert isinstance(table, Table)
    order = worst_first(lives(run.log))
    names = [row.cells[0].text for row in table.rows]
    assert names == [run.log.lines.names[line] for line in order[: len(names)]]
    for line, row in zip(order, table.rows, strict=False):
        (details,) = row.opens
        assert isinstance(details, Details)
        story = run.caller(line + 1).facts
        texts = texts_in([plain_part(part) for part in details.parts])
        for act in story["interventions"][:5]:
            assert any(act["sentence"] in text for text in texts)
        total = story["totals"]["attempts"]
        assert f"{total:,}" in texts
    (more,) = rest
    assert isinstance(more, Paragraph)
    assert f"{len(order) - len(names)} more caller IDs" in more.text
    assert f"--caller {order[len(names)] + 1}" in more.text


def test_rows_open_them_on_the_page(run: dialsim.Run) -> None:
    html = run.report()
    for details in opened(run).actions().values():
        for each in details:
            assert f"<details><summary>{each.title}</summary>" in html
    page = page_with_charts(run.log)
    terminal = "\n".join(line.plain for line in page_lines(page, 100))
    assert opened(run).actions()
    assert "would have avoided it" not in terminal
    assert "would have avoided it" in page_html(page)


def test_a_run_of_many_calls_explains_fewer(
    run: dialsim.Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts = int(run.metrics["attempts"] or 0)
    monkeypatch.setattr(explained, "MOST_ROWS", 4 * attempts)
    some = opened(run)
    assert sum(map(len, some.actions().values())) == 3
    assert len(some.callers()[0].rows) == 1  # type: ignore[union-attr]
    assert some.note() == []
    monkeypatch.setattr(explained, "MOST_ROWS", attempts - 1)
    none = opened(run)
    assert not any(none.actions().values())
    assert none.callers() == []
    (note,) = none.note()
    assert "dialsim explain RUN --intervention 0" in note.text  # type: ignore[union-attr]


def test_a_run_without_calls_explains_nothing() -> None:
    bare = dialsim.run(STOPPED, log=False)
    assert not any(opened(bare).actions().values())
    assert opened(bare).callers() == opened(bare).note() == []
    assert "--intervention" not in bare.report()


def test_calls_in_memory_are_those_read(run: dialsim.Run) -> None:
    log, whole = run.log, run.log.with_calls()
    lines = np.arange(len(log.lines.names)) % 2 == 0
    ticks = log.calls()["tick"]
    early, late = int(ticks[len(ticks) // 4]), int(ticks[len(ticks) // 2])
    asked: tuple[dict[str, Any], ...] = (
        {}, {"lines": lines}, {"lines": ~lines, "since": early}, {"until": late},
        {"since": early, "until": late, "person": 5}, {"lines": np.ones_like(lines)},
    )  # fmt: skip
    for each in asked:
        np.testing.assert_array_equal(log.calls(**each), whole.calls(**each))
    for act in log.acts[:3]:
        assert intervention_trace(whole, act) == intervention_trace(log, act)
