"""One Chinese word for one thing, full-width punctuation, and no English left by oversight.

`chinese_terms.toml` names what each English term is called, and which words must not stand for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import pytest
import tomli

from dialsim.cli import COMMANDS
from dialsim.scenario.models.schema import json_schema
from tests.house.sources import ROOT, tracked_files
from tests.messages.catalogues import entries, po_of, read, text_of, translations

TERMS: list[dict[str, Any]] = tomli.loads(
    (ROOT / "tests/messages/chinese_terms.toml").read_text("utf-8")
)["terms"]

CHINESE = "[\u4e00-\u9fff]"
CODE = re.compile(r"`[^`]*`|\{[^{}]*\}|\"[^\"]*\"|--?[a-z][\w-]*|\[\[?[\w.]+\]?\]|\([^()]*\.\.\.\)")
"""What is no prose: code, placeholders, what a file says in quotes, options, tables."""

HALF_WIDTH = re.compile(rf"(?<={CHINESE})[,:;?!(]|[,:;?)] ?(?={CHINESE})|(?<=[\d}}X]) %")
NAMES = {
    *("dialsim", "dask", "pip", "pandas", "polars", "numba", "optuna", "pyworkforce", "yunthe"),
    *("dict", "gzip", "ulimit", "range", "distributed", "Schema", "self", "seen", "decide"),
    *(
        "Arrow",
        "Ctrl",
        "Dask",
        "Excel",
        "Parquet",
        "Prometheus",
        "prometheus",
        "Python",
        "Sobol",
        "McNemar",
        "Newcombe",
        "Holm",
        "Erlang",
    ),
    *("DataFrame", "KiB", "MiB", "Markdown", "PseudonymKey", "Simulation", "Stop", "True", "JUnit"),
    "HdrHistogram",
    *("Anatel", "Brown", "CallHub", "Callcenter", "Cobham", "Cortez", "ErlangCTest", "Garnett"),
    *("Gualandi", "Hiya", "Labs", "Mandelbaum", "Moro", "Ofcom", "Reiman", "Rita", "SALib"),
    *("Simulator", "Sytel", "Telnyx", "Toscani", "VICIdial", "XlsxWriter", "YouMail"),
    *("average", "hard", "tapered"),  # settings of VICIdial
    *("arrow", "csv", "hgrm", "html", "ods", "parquet", "toml", "xls", "xlsx"),
    *("boss", "compliance", "dossier", "goal", "invalid", "rounded", "sleeping", "starter"),
    *("first", "last", "install", "worker", "workers", "processes", "threads", "plain", "none"),
    *(
        "attempt",
        "attributes",
        "branch",
        "caller",
        "complete",
        "connected",
        "blocked",
        "busy",
        "declined",
    ),
    *("encoding", "header", "identity", "intervention", "metrics", "relation", "scale", "yes"),
    *("banking", "insurance", "securities", "lending", "education", "retail", "telecom", "travel"),
    *("healthcare", "government", "other", "answer", "officer", "bought", "true", "false"),
    *("typical", "published", "strict", "lenient", "lab", "india", "brazil", "extends"),
    *("frequency", "behaviour", "ladder", "callbacks"),
}
"""Names, file types, values and keys outside scenarios that a Chinese text has as they are."""


@cache
def words_of_files() -> frozenset[str]:
    """Return every key and value that a scenario may have, and every command."""
    found = set(COMMANDS)

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            found.update(node.get("properties", ()))
            found.update(map(str, (*node.get("enum", ()), node.get("const", ""))))
            for item in node.values():
                walk(item)
        elif isinstance(node, list):
            for item in node:
                walk(item)

    walk(json_schema())
    return frozenset(found)


MARKS_THEMSELVES = {
    "CSV 的字段分隔符；不写：自动识别（, ; 制表符 | ^）",
    "有 decide(self, seen) 方法的类，或单参数函数",
    "%-m月%-d日 %H:%M",
}
"""Texts about such a mark, a signature and a format of a chart."""


class Entry(NamedTuple):
    """A text and its translation."""

    english: str
    chinese: str


@cache
def catalogue() -> tuple[Entry, ...]:
    """Return what the Chinese catalogue translates, each plural form by itself."""
    return tuple(
        Entry(text_of(each), form)
        for each in entries(read(po_of("zh")))
        for form in translations(each)
        if form
    )


def prose(text: str) -> str:
    """Return a text without its code and placeholders."""
    return CODE.sub(" ", text)


def faults(term: dict[str, Any], texts: tuple[Entry, ...]) -> Iterator[str]:
    """Yield the texts that call a thing otherwise."""
    english = re.compile(rf"\b({term['english']})", re.IGNORECASE)
    never = re.compile("|".join(term.get("never", ["(?!)"])))
    for text, translated in texts:
        if text in term.get("except", ()):
            continue
        if english.search(prose(text)) and not re.search(term["chinese"], translated):
            yield f"{text!r} without {term['chinese']}: {translated!r}"
        if found := never.search(translated):
            yield f"{text!r}: {found[0]}, where {term['chinese']} is meant: {translated!r}"


def english_left(translated: str) -> list[str]:
    """Return the English words of a Chinese text that are neither code nor names.

    >>> english_left("用 --log parquet 重新 again，见 summary.json"), english_left("CSV 或 Parquet")
    (['again'], [])
    """
    if not re.search(CHINESE, translated):
        return []
    words = re.findall(r"[A-Za-z][\w.=*/-]*", prose(translated))
    known = NAMES | words_of_files()
    return [
        word
        for word in words
        if word.isalpha() and len(word) > 2 and not word.isupper() and word not in known
    ]


@pytest.mark.parametrize("term", TERMS, ids=lambda term: str(term["english"]))
def test_one_word_for_one_thing(term: dict[str, Any]) -> None:
    wrong = list(faults(term, catalogue()))
    assert not wrong, "\n".join(wrong)


def test_every_exception_is_a_text() -> None:
    known = {entry.english for entry in catalogue()}
    given = {text for term in TERMS for text in term.get("except", ())}
    assert given <= known


def test_punctuation_is_full_width_and_nothing_stands_before_a_percent_sign() -> None:
    wrong = {text for _, text in catalogue() if HALF_WIDTH.search(CODE.sub("X", text))}
    assert wrong == MARKS_THEMSELVES


def test_no_english_is_left() -> None:
    wrong = {text: left for _, text in catalogue() if (left := english_left(text))}
    assert wrong == {}


@pytest.mark.parametrize("term", TERMS, ids=lambda term: str(term["english"]))
def test_files_have_no_refused_word(term: dict[str, Any]) -> None:
    """Sources and data files may hold Chinese only to read lists; none of these words."""
    never = [word for word in term.get("never", ()) if not word.startswith("(")]
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in tracked_files()
        if path.is_relative_to(ROOT / "dialsim") and path.suffix in (".py", ".toml", ".html")
        for word in never
        if re.search(word, path.read_text("utf-8", errors="ignore"))
    ]
    assert found == []


def test_faults_are_noticed() -> None:
    term = {"english": "trunks?", "chinese": "中继", "never": ["线路"], "except": ["a trunk"]}
    wrong = (Entry("two Trunks", "两条线路"), Entry("a trunk", "线路"), Entry("trunk", "中继"))
    assert len(list(faults(term, wrong))) == 2
    assert not list(faults(term, (Entry("`trunks` is empty", "`trunks` 为空"),)))
    assert [bool(HALF_WIDTH.search(t)) for t in ("占 5 %", "其中:无", "其中：5%")] == [
        True,
        True,
        False,
    ]
    assert english_left("改用 tapes 播放") == ["tapes"]
