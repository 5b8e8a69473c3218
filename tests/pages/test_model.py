"""The model of a page: one page says the same in a terminal, in HTML, in a notebook and as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from typing import Any

import pytest
from rich.cells import cell_len

import dialsim
from dialsim.pages.html.run_page import page_with_charts
from dialsim.pages.model.html import page_fragment, page_html
from dialsim.pages.model.parts import (
    Chart,
    Command,
    Details,
    KeyFigure,
    KeyFigures,
    Page,
    Paragraph,
    Part,
    Range,
    Ranges,
    Sources,
    Verbatim,
    page,
    section,
    statement,
)
from dialsim.pages.model.plain import plain_page
from dialsim.pages.model.style import BAD, GOOD, STRONG
from dialsim.pages.model.tables import (
    BAR,
    Cell,
    Column,
    Kind,
    Row,
    Table,
    bar,
    figure,
    figures,
    keys,
    row,
    title_row,
    words,
)
from dialsim.pages.model.terminal import page_lines
from dialsim.pages.model.typesetting import typeset_page
from tests.results.stopped import STOPPED

LANGUAGES = ("en", "zh")


def texts_of(parts: Sequence[Part], everywhere: bool) -> Iterator[str]:
    """Yield every text of parts; `everywhere`: those alone that a terminal shows, too."""
    for part in parts:
        if isinstance(part, Paragraph | Command | Verbatim):
            if not (everywhere and isinstance(part, Verbatim)):
                yield part.text
        elif isinstance(part, Table):
            yield from (column.name for column in part.columns if column.name)
            for each in part.rows:
                yield from (text for cell in each.cells for text in (cell.text, cell.below))
                yield from (note.text for note in each.notes)
        elif isinstance(part, KeyFigures):
            if not (everywhere and part.sections_have_them):
                for each in part.figures:
                    yield from (each.name, each.value.text, each.target, each.margin)
        elif isinstance(part, Ranges):
            yield from (*(each.name for each in part.rows), part.caption)
        elif not everywhere:
            yield from _texts_of_details(part)


def _texts_of_details(part: Part) -> Iterator[str]:
    if isinstance(part, Details):
        yield part.title
        yield from texts_of(part.parts, everywhere=False)
    elif isinstance(part, Chart):
        yield from (part.title, part.caption)
        if part.table is not None:
            yield from texts_of([part.table], everywhere=False)
    elif isinstance(part, Sources):
        for each in part.rows:
            yield from (each.name, each.title, each.kind)


def page_texts(shown: Page, everywhere: bool) -> Iterator[str]:
    """Yield every text of a page as its language sets it."""
    for each in typeset_page(shown).sections:
        yield from (each.title, each.note)
        yield from texts_of(each.parts, everywhere)


class Text(HTMLParser):
    """The text of an HTML document, without its scripts and styles."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._left_out = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self._left_out += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._left_out -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._left_out:
            self.parts.append(data)


def squeezed(text: str) -> str:
    """Return a text without blanks, line ends and what a shell joins."""
    return re.sub(r"\s+", "", text.replace("\\\n", ""))


def all_strings(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for each in node.values():
            yield from all_strings(each)
    elif isinstance(node, list):
        for each in node:
            yield from all_strings(each)


@pytest.fixture(scope="module", params=LANGUAGES)
def run_page(request: pytest.FixtureRequest) -> Page:
    return page_with_charts(dialsim.run(STOPPED).log, request.param)


@pytest.mark.needs_jit
def test_every_renderer_has_every_text(run_page: Page) -> None:
    everything = [squeezed(text) for text in page_texts(run_page, everywhere=False) if text]
    assert len(everything) > 500
    renderings = {
        "html": squeezed("".join(Text(page_html(run_page)).parts)),
        "notebook": squeezed("".join(Text(page_fragment(run_page)).parts)),
        "json": squeezed("\n".join(all_strings(plain_page(run_page)))),
    }
    for name, whole in renderings.items():
        shown = everything if name == "json" else [text.replace("`", "") for text in everything]
        assert not [text for text in shown if text not in whole], name  # code has no backticks


@pytest.mark.needs_jit
@pytest.mark.parametrize("width", [60, 80, 100])
def test_a_terminal_has_every_text_and_cuts_no_figure(run_page: Page, width: int) -> None:
    lines = [line.plain for line in page_lines(run_page, width)]
    assert max(map(cell_len, lines)) <= width
    whole = {squeezed(text) for text in lines}
    shown = typeset_page(run_page)
    tables = [part for each in shown.sections for part in each.parts if isinstance(part, Table)]
    for table in tables:
        for each in table.rows:
            for column, cell in zip(table.columns, each.cells, strict=False):
                if column.kind is Kind.FIGURE:
                    assert any(cell.text in line for line in lines), cell
    joined = "".join(whole)
    for each in shown.sections:
        assert squeezed(each.title) in joined
    assert "…" not in "".join(lines)


@pytest.mark.needs_jit
def test_json_has_each_figure_as_a_number(run_page: Page) -> None:
    plain = json.loads(json.dumps(plain_page(run_page)))
    (waterfall,) = (each for each in plain["sections"] if each["key"] == "waterfall")
    first = waterfall["parts"][0]["rows"][0]["cells"]
    assert [cell.get("value") for cell in first] == [None, 9000, 1.0]
    assert plain["language"] == run_page.language


def made(table: Table, **options: Any) -> list[str]:
    """Return the lines of a table on a page."""
    width = options.pop("width", 60)
    return [line.plain for line in page_lines(page(section("T", table)), width)[1:]]


WIDE = Table(
    (*words("name of it"), *figures("calls", "of all"), BAR, Column("why", optional=True)),
    (
        row(
            "a rather long name of a cause", figure(12345.0), Cell("1 %"), bar(0.5), "because " * 9
        ),
        title_row("others"),
        row("b", figure(6.0), Cell("99 %"), bar(1.0), "so", level=1, notes=["a note"]),
    ),
)


def test_a_table_leaves_out_what_is_optional_before_it_breaks_texts() -> None:
    assert made(WIDE) == [
        "  name of it                      calls  of all",
        "  a rather long name of a cause  12,345     1 %  █████▌",
        "  others",
        "    b                                 6    99 %  ███████████",
        "      a note",
    ]


def test_figures_without_room_go_below_after_their_names() -> None:
    names = [f"figure {i}" for i in range(9)]
    cells = [figure(1_234_567.0 * (i + 1)) for i in range(9)]
    lines = made(Table((*words(""), *figures(*names)), (Row((Cell("all"), *cells)),)))
    text = " ".join(lines)
    assert all(cell.text in text for cell in cells)
    assert "figure 8 11,111,103" in text
    assert max(map(len, lines)) <= 60


def test_a_name_is_never_broken_and_the_text_beside_it_is() -> None:
    name = "hours.sector.real_estate.collections"
    rows = (row(name, "until the day on which it was withdrawn by the callee"),)
    built = page(section("Values", Table((*keys("name"), *words("meaning")), rows)))
    lines = [line.plain for line in page_lines(built, 60)]
    assert lines[2].startswith(f"  {name}  until")
    assert len(lines) > 3
    assert all(cell_len(line) <= 60 for line in lines)
    assert re.search(rf'<td class="name ?" data-name="name">{name}</td>', page_html(built))


def test_a_column_without_any_text_takes_no_room() -> None:
    table = Table(words("a", "b", "c"), (row("1", "", "3"),))
    assert made(table) == ["  a  c", "  1  3"]


def test_key_figures_are_rows_of_a_terminal_unless_the_sections_have_them() -> None:
    each = KeyFigure("reach", Cell("20 %", value=0.2), "at least 10 %", "+10 %", "", "✓", GOOD)
    shown, hidden = (
        page_lines(page(section("T", KeyFigures((each,), sections_have_them=there))), 60)
        for there in (False, True)
    )
    assert [line.plain for line in shown] == ["T", "  ✓  reach  20 %  at least 10 %  +10 %"]
    assert [line.plain for line in hidden] == ["T"]


def test_a_command_is_wrapped_only_where_a_shell_joins_it() -> None:
    long = "dialsim run " + " ".join(f"--set key_number_{i}=1" for i in range(6))
    lines = [line.plain for line in page_lines(page(section("T", Command(long))), 60)][1:]
    assert "".join(line.rstrip("\\").strip() + " " for line in lines).strip() == long
    assert all(line.endswith("\\") for line in lines[:-1])


def test_html_escapes_names_its_sections_and_copies_commands() -> None:
    html = page_html(
        page(
            section("<b>", statement("all met", GOOD | STRONG)),
            *(section(f"S{i}", Paragraph("x"), key=f"s{i}", style=BAD) for i in range(4)),
            section("Try", Command("dialsim run 'a b.toml'"), key="try"),
        )
    )
    assert "<b></h1>" not in html
    assert "&lt;b&gt;</h1>" in html
    assert html.count('<a href="#s') == 4
    assert '<section id="s0" aria-labelledby="s0-title">' in html
    assert "(not in order)" in html
    assert "data-copy" in html


def test_chinese_has_no_blank_before_percent_and_english_a_singular() -> None:
    for language, text, expected in (
        ("zh", "占5 %，共3天", "占 5%，共 3 天"),
        ("en", "1 calls of 5 %", "1 call of 5 %"),
    ):
        lines = page_lines(page(section("T", Paragraph(text)), language=language), 60)
        assert lines[1].plain.strip() == expected
        assert expected in page_html(page(section("T", Paragraph(text)), language=language))


def test_a_text_below_a_cell_is_in_every_renderer() -> None:
    cell = Cell("5 %", value=0.05, below="1 % to 11 %")
    built = page(section("T", Table((*words("goal"), *figures("chance")), (row("reach", cell),))))
    assert [line.plain for line in page_lines(built, 60)] == [
        "T",
        "  goal        chance",
        "  reach          5 %",
        "         1 % to 11 %",
    ]
    assert "5 %<small>1 % to 11 %</small></td>" in page_html(built)
    assert "5 %<small>" in page_fragment(built)
    (cells,) = (each["cells"] for each in plain_page(built)["sections"][0]["parts"][0]["rows"])
    assert cells[1] == {"text": "5 %", "value": 0.05, "below": "1 % to 11 %"}


def test_ranges_are_drawn_on_one_axis() -> None:
    ranges = Ranges(
        (Range("reach", 0.25, 0.5, 0.75, 0.5, 1.0), Range("calls", limit=0.0, value=0.99)),
        ((0.0, "13 Apr"), (0.5, "14 Apr")),
        "Dot: this run.",
    )
    built = page(section("T", ranges))
    lines = [line.plain for line in page_lines(built, 64)]
    assert lines[1::2] == ["  reach", "  calls", "  13 Apr" + " " * 24 + "14 Apr"]
    assert lines[2] == "  " + "·" * 15 + "░" * 15 + "●" + "░" * 15 + "·" * 13 + "│"
    assert lines[4] == "  │" + "·" * 58 + "●"
    html = page_html(built)
    assert 'class="band" style="left:25.00%;right:25.00%"' in html
    assert 'class="value" style="left:99.00%"' in html
    (part,) = plain_page(built)["sections"][0]["parts"]
    assert part["rows"][0]["middle"] == 0.5
    assert part["rows"][1]["low"] is None
    assert part["ticks"][1] == {"place": 0.5, "name": "14 Apr"}


def test_code_between_backticks_is_code_in_html() -> None:
    html = page_html(page(section("T", Paragraph("see `dialsim run <x>`."), Paragraph("5 ` wide"))))
    assert "see <code>dialsim run &lt;x&gt;</code>." in html
    assert "5 ` wide" in html


def test_a_page_that_is_sent_runs_no_script_and_has_its_mark() -> None:
    built = page(section("T", Command("dialsim run")))
    sent = page_html(built, {"dialsim-dossier": "boss"}, is_sent=True)
    assert "<script" not in sent
    assert '<meta name="dialsim-dossier" content="boss">' in sent
    assert page_html(built).count("<script") == 1
