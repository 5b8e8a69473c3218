"""Texts of other languages are in the catalogues; sources have Chinese only to read lists.

Data files have it only in names. A Chinese text in a source or data file would be missing in every
other language, and no translator would find it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import tomli

from tests.house.sources import ROOT

CHINESE = re.compile("[\u3001\u3002\u4e00-\u9fff\uff01-\uff5e]")
READERS = {
    "calibration/tables.py": "yes and no in a call log",
    "numbering/text/odd.py": "separators and extensions in phone numbers",
    "pages/dossiers/page.py": "source ids behind either bracket",
    "pages/line_breaking.py": "which marks begin and end lines",
    "people/masking.py": "dates in lists",
    "people/fault_words.py": "words that a cell may hold",
    "people/reading/attributes.py": "marks in names of columns",
    "people/reading/cells.py": "words that a cell may hold",
    "people/reading/dates.py": "dates in lists",
    "people/recognition/cells.py": "words that a cell may hold",
    "people/recognition/header_words.py": "names of columns in lists",
    "people/reading/malformed.py": "withdrawals in lists",
    "people/reading/several_numbers.py": "extensions in phone numbers",
    "people/reading/source_columns.py": "names of columns in lists",
    "scenario/models/files.py": "the help names words that a cell may hold",
    "scheduler/history.py": "the message names words that a cell may hold",
    "cli/help_pages.py": "the colon behind a Chinese heading",
    "cli/screen.py": "the help names a column",
    "pages/dossiers/labels_operator.py": "the entity database by its own name",
}
"""Files that may have Chinese in a string, and what for."""

NAMES = {
    "Entity database 主体库",
    "operators' service 谢绝来电: the carrier filters by the callee's wish and the number's "
    "category",
    "呼叫中心",
    "阿里云 VoiceReport",
    "腾讯云联络中心 TelCdr",
    "华为云语音通话 话单",
    "火山引擎 话单",
    "用户",
    "机器",
}
"""Strings of data files that may have Chinese: services, words of a licence and of logs."""


def chinese_strings(source: str) -> list[int]:
    """Return the lines of strings with Chinese, docstrings left out.

    >>> chinese_strings('def f():\\n    "是"\\n    return "否"')
    [3]
    """
    tree = ast.parse(source)
    docs = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docs
        and CHINESE.search(node.value)
    ]


def found_in(root: Path) -> dict[str, list[int]]:
    """Return the lines with Chinese strings by file of a package."""
    lines = {
        str(path.relative_to(root)): chinese_strings(source)
        for path in sorted(root.rglob("*.py"))
        if CHINESE.search(source := path.read_text("utf-8"))
    }
    return {name: found for name, found in lines.items() if found}


def test_sources_have_no_chinese_texts() -> None:
    found = found_in(ROOT / "dialsim")
    strange = {name: lines for name, lines in found.items() if name not in READERS}
    assert not strange, "move them to the catalogue: message(...) and the msgstr of its .po file"
    assert set(READERS) <= set(found), "no longer needed"


def strings_of(node: Any) -> Iterator[str]:
    """Yield every string of a data file's tables, keys too."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for key, item in node.items():
            yield from (key, *strings_of(item))
    elif isinstance(node, list):
        for item in node:
            yield from strings_of(item)


def test_data_files_have_no_chinese_texts() -> None:
    found = {
        text
        for path in sorted((ROOT / "dialsim").rglob("*.toml"))
        for text in strings_of(tomli.loads(path.read_text("utf-8")))
        if CHINESE.search(text)
    }
    assert found == NAMES, "the msgstr of the .po file is the place of a translation"


def test_a_chinese_text_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "page.py").write_text('"""文。"""\nTITLE = "标题"\n', encoding="utf-8")
    assert found_in(tmp_path) == {"page.py": [2]}
