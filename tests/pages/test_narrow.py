"""On a narrow page nothing is cut: texts go on below, and bars make room for figures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rich.cells import cell_len

from dialsim.pages.line_breaking import break_lines
from dialsim.pages.model.tables import BAR, Cell, Table, bar, figures, row, words
from dialsim.pages.model.terminal_table import table_lines
from tests.pages.commands import EXPECTED, PAGES, prepared, printed, variants

CUT = re.compile(r"[^\s,…]…(?=[\s¹²³⁴⁵⁶]|$)|\s{2}…|\s…$")
"""A cell that ends in an ellipsis, or is nothing but one; lists of some may end in ", …"."""
NARROW = ("run_missed", "report", "check", "people", "screen", "run_replications", "calibrate",
          "explain_all", "explain_caller")  # fmt: skip


def cut(text: str) -> list[str]:
    return [line for line in text.splitlines() if CUT.search(line)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the scenarios, the list and the runs that commands read."""
    path = tmp_path_factory.mktemp("narrow")
    prepared(path)
    return path


@pytest.mark.once
@pytest.mark.needs_jit
@pytest.mark.parametrize("page", NARROW)
def test_nothing_is_cut_at_sixty_columns(
    page: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    for language in sorted({language for language, _ in variants(page)}):
        found = printed(PAGES[page], language, 60)
        assert not cut(found)
        of_page = [line for line in found.splitlines() if "/" not in line]  # a path is never cut
        assert max(map(cell_len, of_page)) <= 60


@pytest.mark.parametrize("path", sorted(EXPECTED.glob("*.txt")), ids=lambda path: path.name)
def test_nothing_is_cut_at_other_widths(path: Path) -> None:
    assert not cut(path.read_text(encoding="utf-8"))


def lines(table: Table, width: int) -> list[str]:
    return [line.plain for line in table_lines(table, width)]


SEEN = Table(
    (*words("", ""), *figures("", ""), BAR),
    (row("", "seen as blocked", Cell("1,117"), Cell("12.4 %"), bar(1.0)),),
)


def test_bars_become_shorter_and_go_then_texts_are_broken() -> None:
    assert lines(SEEN, 50) == ["  seen as blocked  1,117  12.4 %  " + "█" * 16]
    assert lines(SEEN, 38) == ["  seen as blocked  1,117  12.4 %"]
    assert lines(SEEN, 29) == ["  seen as       1,117  12.4 %", "  blocked"]


def test_what_has_no_room_beside_goes_below() -> None:
    assert lines(SEEN, 22) == ["  seen as        1,117", "  blocked", "    12.4 %"]


def test_a_figure_is_whole_and_widens_its_column() -> None:
    table = Table((*words("a"), *figures("b")), (row("a", Cell("1,234,567")),))
    assert lines(table, 20) == ["  a          b", "  a  1,234,567"]


def test_a_head_and_its_rows_lose_the_same_column() -> None:
    columns = (*words("hour"), BAR, *figures("calls"))
    table = Table(columns, (row("09 h", bar(0.5), Cell("2,492")),))
    for width, used in ((31, 31), (18, 13)):
        assert {len(line) for line in lines(table, width)} == {used}


@pytest.mark.parametrize("room", range(2, 30))
def test_no_line_ends_in_an_opening_mark_or_begins_with_a_closing_one(room: int) -> None:
    text = "达到 12 次（假设）；“应当”（ 2 天）被标注（S34、S38、S39，推算），见《规定》（S0）。"
    found = break_lines(text, room)
    assert "".join(found).replace(" ", "") == text.replace(" ", "")
    if room > 8:  # wide enough for its longest piece
        assert not [line for line in found if line[-1] in "（《“" or line[0] in "）》，；、。"]


def test_a_figure_in_a_long_word_is_whole() -> None:
    assert break_lines("complaints_of_1,234.5_calls", 12) == ["complaints_", "of_1,234.5_", "calls"]


@pytest.mark.parametrize(
    "path",
    sorted(each for each in EXPECTED.glob("*.zh.*.txt") if each.name[:4] in ("run.", "chec")),
    ids=lambda path: path.name,
)
def test_chinese_is_set_one_way_on_the_pages_of_run_and_check(path: Path) -> None:
    """One mark between sources, blanks around figures, none before %, no line ends in a bracket."""
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    for line in lines:
        assert not re.search(r"S\d+b?(?:,|，) ?S\d", line), line
        assert not re.search(r"\d %", line), line
        assert line.rstrip()[-1:] not in tuple("（《“"), line
        assert not re.search(r"(?<![第年月〕\w:-])\d+(?=[一-鿿])(?![年月日条号])", line), line
