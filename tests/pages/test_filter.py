"""The choice of a part on the page of a run: what may be chosen, and what is embedded for it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import dialsim
from dialsim.pages.charts.calls import flow_rows
from dialsim.pages.html.run_charts import FOLLOWS, run_charts
from dialsim.pages.html.run_filter import run_filter
from dialsim.pages.html.run_page import page_with_charts
from dialsim.pages.model.html import page_fragment, page_html
from dialsim.pages.model.parts import Filter
from dialsim.pages.model.plain import plain_part
from dialsim.pages.model.terminal import page_lines
from dialsim.results import formatting
from tests.pages.several_parts import PEOPLE, RARE, contract, number, several_parts

pytestmark = pytest.mark.needs_jit

SCRIPTS = Path(__file__).parents[2] / "dialsim" / "pages" / "html" / "templates"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> dialsim.Run:
    return several_parts(tmp_path_factory.mktemp("parts"))


def choice_of(run: dialsim.Run, language: Any = "en") -> Filter:
    """Return the choice on the page of a run."""
    found = run_filter(run.log, language)
    assert found is not None
    return found


def test_every_part_may_be_chosen(run: dialsim.Run) -> None:
    html = run.report()
    for place, (name, parts) in enumerate(choice_of(run).groups):
        assert f'<optgroup label="{name}">' in html
        for at, part in enumerate(parts):
            assert f'<option value="{place},{at}">{part}</option>' in html
    (embedded,) = re.findall(r"<script[^>]*data-parts>(.*?)</script>", html, re.DOTALL)
    data = json.loads(embedded)
    assert data == choice_of(run).data
    assert data["hours"] == [row["time"] for row in flow_rows(run.log)[0]]
    for group, (_, parts) in zip(data["groups"], choice_of(run).groups, strict=True):
        for name, sums in group["counts"].items():
            assert len(sums) == len(parts) * len(data["hours"])
            assert sum(sums) == sum(data["whole"][name])


def test_groups_have_names_in_each_language(run: dialsim.Run) -> None:
    assert [name for name, _ in choice_of(run).groups] == [
        "campaign", "number range", "city", "list"
    ]  # fmt: skip
    groups = dict(choice_of(run, "zh").groups)
    assert list(groups) == ["任务", "号段", "city", "名单"]
    assert groups["city"][-1] == "其他 1 个取值"


def test_the_table_has_the_figures_of_every_part(run: dialsim.Run) -> None:
    table = choice_of(run).table
    rows = [row for row in table.rows if not row.spans]
    names = [name for _, parts in choice_of(run).groups for name in parts]
    assert [row.cells[0].text for row in rows] == names
    split = {row["value"]: row for row in run.split("city").rows}
    for row in rows:
        if row.cells[0].text in split:
            told = split[row.cells[0].text]
            keys = ("attempts", "answered", "live_answers", "conversations")
            assert [cell.value for cell in row.cells[1:5]] == [told[key] for key in keys]
            assert row.cells[5].text == formatting.column(told["abandoned_share"])


def test_no_person_is_on_the_page(run: dialsim.Run) -> None:
    html = run.report()
    for row in range(2 * PEOPLE):
        assert contract(row) not in html
        assert number(row) not in html
    assert RARE not in html


def test_charts_say_what_they_follow(run: dialsim.Run) -> None:
    shown = run_charts(run.log, "en", {}, filtered=True)
    for key, chart in shown.items():
        assert chart.follows == (FOLLOWS.get(key, "") if chart.specification else "")
    html = run.report()
    for key, follows in FOLLOWS.items():
        if shown[key].specification:
            assert f'<figure id="{key}" data-follows="{follows}">' in html
    assert '<figure id="waterfall">' in html
    assert all(not chart.follows for chart in run_charts(run.log, "en", {}).values())


def test_a_run_of_one_part_has_no_choice(tmp_path: Path) -> None:
    from tests.scenario.worlds import world

    run = dialsim.run(world(), log=False)
    assert run_filter(run.log, "en") is None
    html = run.report()
    assert "data-parts" not in html
    assert "<form" not in html


def test_html_alone_has_the_choice(run: dialsim.Run) -> None:
    page = page_with_charts(run.log)
    title = choice_of(run).title
    assert title in page_html(page)
    assert "<select" not in page_fragment(page)
    assert title not in "\n".join(line.plain for line in page_lines(page, 80))
    plain = plain_part(choice_of(run))
    assert plain["kind"] == "filter"
    assert [each["name"] for each in plain["groups"]] == [n for n, _ in choice_of(run).groups]
    assert len(plain["table"]["rows"]) == len(choice_of(run).table.rows)


def test_scripts_of_our_own_stay_small() -> None:
    assert sum(len(path.read_bytes()) for path in SCRIPTS.glob("*.js")) <= 15_000


def test_a_broken_off_run_has_a_page(tmp_path: Path) -> None:
    folder = tmp_path / "runs"
    run = several_parts(tmp_path, out=folder)
    assert run.folder is not None
    (run.folder / "series.parquet").write_bytes(b"no parquet")
    assert "data-parts" not in dialsim.load_run(run.folder).report()
