"""Every source that a value, a reason or an obligation names is told of, and no other."""

from __future__ import annotations

import re

import pytest
from rich.cells import cell_len

from dialsim.errors import InternalError, ScenarioError
from dialsim.explanations.values import explanations
from dialsim.pages.explain.value_page import page, table
from dialsim.pages.model.terminal import page_lines
from dialsim.scenario.profiles.sources import all_sources, read_sources, sources_of
from tests.house.sources import ROOT

CITED = re.compile(r"\bS\d{1,3}b?\b")
ONE = '[S1]\nkind = "law"\nen = "A law"\nat = ["https://example.org/law"]\n'


def test_every_source_is_told_of_and_every_one_told_of_is_used() -> None:
    named: set[str] = set()
    for path in (ROOT / "dialsim" / "profiles").rglob("*.toml"):
        if path.name != "sources.toml":
            named |= set(CITED.findall(path.read_text("utf-8")))
    assert named == set(all_sources())


def test_addresses_are_addresses() -> None:
    for source in all_sources().values():
        assert source.title.en
        assert source.title.zh
        assert all(re.match(r"https?://[^\s]+\.[^\s]+$", each) for each in source.addresses)
        assert source.addresses or source.is_copy, "somebody must be able to look it up"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (ONE.replace("en =", "eng ="), "S1: without or with en, eng"),
        (ONE.replace("law", "lore", 1), "S1: kind lore"),
        (ONE.replace("S1", "X1"), "X1"),
    ],
)
def test_a_table_that_is_wrong_is_our_fault(text: str, message: str) -> None:
    with pytest.raises(InternalError, match=message):
        read_sources(text)


def test_each_is_named_once_in_the_order_of_the_file() -> None:
    assert read_sources(ONE)["S1"].addresses == ("https://example.org/law",)
    assert [each.name for each in sources_of(["S60", "S1b,S1", "S1", "A", ""])] == [
        "S1",
        "S1b",
        "S60",
    ]


def test_a_source_is_explained_before_what_rests_on_it() -> None:
    first, *rest = explanations("S60")
    assert (first["kind"], first["name"], first["copy"]) == ("source", "S60", True)
    assert {entry["kind"] for entry in rest} == {"value", "reason", "obligation"}
    assert {entry["profile"] for entry in explanations("S14") if entry["kind"] == "value"} == {
        "rules/cn",
        "rules/cn-collections",
    }
    plain = [line.plain for line in page_lines(table([first, *rest]), 80)]
    assert plain[0].startswith("S60")
    assert any("https://dnc.com/" in line for line in plain)
    assert not any(line.startswith("sources") for line in plain), "others are not asked for"


def test_a_page_of_a_source_is_as_narrow_as_it_is_asked_for() -> None:
    only = explanations("S73", language="zh")[0]
    lines = [line.plain for line in page_lines(page([only], "zh"), 60)]
    assert lines[1].strip().startswith("美国号码标签")
    assert all(cell_len(line) <= 60 for line in lines)


def test_all_sources_are_listed() -> None:
    found = explanations("sources")
    assert [entry["name"] for entry in found] == list(all_sources())
    assert "Ofcom" in "\n".join(line.plain for line in page_lines(table(found), 80))
    with pytest.raises(ScenarioError, match="no reason and no source is"):
        explanations("sorces")


@pytest.mark.parametrize("name", ["callee.retry_gap", "no_consent"])
def test_a_page_ends_with_what_its_sources_are(name: str) -> None:
    (entry,) = explanations(name)
    plain = [line.plain for line in page_lines(page([entry]), 80)]
    at = next(i for i, line in enumerate(plain) if line.startswith("sources"))
    cited = CITED.findall(str(entry))
    assert {line.split()[0] for line in plain[at + 1 :] if CITED.match(line.strip())} == set(cited)
