"""Reports of a run say the same in a terminal, in HTML, in a notebook and as JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

import dialsim
from dialsim.api.dossiers import Dossier, dossier
from dialsim.pages.dossiers.request import AUDIENCES
from dialsim.pages.model.html import page_fragment
from dialsim.pages.model.parts import Ranges, Table
from dialsim.pages.model.tables import Kind
from dialsim.pages.model.terminal import page_lines
from dialsim.pages.model.typesetting import typeset_page
from tests.pages.test_model import Text, all_strings, page_texts, squeezed
from tests.results.small_runs import told

pytestmark = pytest.mark.needs_jit


@pytest.fixture(scope="module")
def run() -> dialsim.Run:
    return dialsim.run(told())


@pytest.fixture(scope="module", params=["en", "zh"])
def found(run: dialsim.Run, request: pytest.FixtureRequest) -> dict[str, Dossier]:
    language: Any = request.param
    return {
        audience: dossier(run, audience, language, replications=2 if audience == "boss" else None)
        for audience in AUDIENCES
    }


@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_renderer_has_every_text(found: dict[str, Dossier], audience: str) -> None:
    made = found[audience]
    everything = [squeezed(text) for text in page_texts(made.page, everywhere=False) if text]
    assert len(everything) > 80
    renderings = {
        "html": squeezed("".join(Text(made.html).parts)),
        "notebook": squeezed("".join(Text(page_fragment(made.page)).parts)),
        "json": squeezed("\n".join(all_strings(json.loads(json.dumps(made.to_dict()))))),
    }
    for name, whole in renderings.items():
        shown = everything if name == "json" else [text.replace("`", "") for text in everything]
        assert not [text for text in shown if text not in whole], name


@pytest.mark.parametrize("width", [60, 80, 100])
@pytest.mark.parametrize("audience", AUDIENCES)
def test_a_terminal_cuts_no_figure(found: dict[str, Dossier], audience: str, width: int) -> None:
    shown = typeset_page(found[audience].page)
    lines = [line.plain for line in page_lines(shown, width)]
    assert max(map(cell_len, lines)) <= width
    assert "…" not in "".join(lines)
    for section in shown.sections:
        assert squeezed(section.title) in squeezed("".join(lines))
        for table in (part for part in section.parts if isinstance(part, Table)):
            for row in table.rows:
                for column, cell in zip(table.columns, row.cells, strict=False):
                    if column.kind is Kind.FIGURE:
                        assert any(cell.text in line for line in lines), cell


def test_figures_are_numbers_in_json(run: dialsim.Run, found: dict[str, Dossier]) -> None:
    sections = {each["key"]: each for each in found["boss"].to_dict()["sections"]}
    rows = {row["cells"][1]["text"]: row["cells"] for row in sections["finish"]["parts"][0]["rows"]}
    goals = [goal["value"] for goal in run.summary["goals"]]
    assert [cells[4]["value"] for cells in rows.values()] == goals
    assert all(0 <= cells[-1]["value"] <= 1 for cells in rows.values())
    total = sections["cost"]["parts"][0]["rows"][-1]["cells"][-1]["value"]
    amounts = [row["cells"][-1]["value"] for row in sections["cost"]["parts"][0]["rows"][:-1]]
    assert total == pytest.approx(sum(amounts))


def test_the_time_of_each_goal_is_drawn_where_the_table_has_it(found: dict[str, Dossier]) -> None:
    (finish,) = (each for each in found["boss"].page.sections if each.key == "finish")
    (ranges,) = (part for part in finish.parts if isinstance(part, Ranges))
    first, second = ranges.rows
    assert first.limit == pytest.approx(11 / 48, abs=1e-5)  # 11 o'clock of the first of two days
    assert first.low is not None
    assert first.low <= (first.middle or 1.0) <= (first.high or 1.0)
    assert (second.low, second.value, second.limit) == (None, None, 1.0)  # never reached


def test_rich_prints_a_report_and_a_notebook_shows_it(found: dict[str, Dossier]) -> None:
    made = found["operator"]
    console = Console(width=90)
    with console.capture() as text:
        console.print(made)
    assert typeset_page(made.page).title in " ".join(text.get().split())
    assert made._repr_html_() == page_fragment(made.page)
