"""Rules of the pages of semantics: numbered without a gap, short, and each held by twin or test."""

from __future__ import annotations

import ast

import pytest

from tests.house.rules import PAGES, TWIN, files, marked_in, named_in, places, read_page, read_pages
from tests.house.sources import ROOT

NOT_NAMED: dict[str, str] = {}
"""Rules that neither the twin nor a test names, each with the reason."""

PAGE = """# A page

## Time (E-TIME)

- **E-TIME-1** A tick is 1 ms.
- **E-TIME-2** Events are in order.

## Draws (E-DRAW)

- **E-DRAW-1** A draw.
"""


def test_every_page_has_rules() -> None:
    counts = {letter: len(page.rules) for letter, page in read_pages().items()}
    assert counts.keys() == PAGES.keys()
    assert min(counts.values()) > 20


@pytest.mark.parametrize("letter", PAGES)
def test_rules_are_numbered_and_short(letter: str) -> None:
    assert read_pages()[letter].faults == []


def test_every_rule_is_named_by_the_twin_or_a_test() -> None:
    held, _ = places(files())
    rules = [rule for page in read_pages().values() for rule in page.rules]
    assert [rule for rule in rules if rule not in held and rule not in NOT_NAMED] == []
    assert [rule for rule in NOT_NAMED if rule in held or rule not in rules] == []


def test_every_rule_that_is_named_exists() -> None:
    pages = read_pages().values()
    known = {rule for page in pages for rule in page.rules}
    known |= {section for page in pages for section in page.sections}
    found = [named for named in places(files()) if named]
    wrong = {rule: at for named in found for rule, at in named.items() if rule not in known}
    assert wrong == {}


def test_the_twin_names_rules_of_every_page() -> None:
    named = {
        rule[0]
        for path in files()
        if path.relative_to(ROOT).as_posix().startswith(TWIN)
        for rule in named_in(path.read_text("utf-8"))
    }
    assert named == set(PAGES)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("E-TIME-2", "E-TIME-3", "not the next of its section: E-TIME-3"),
        ("E-TIME-2", "E-TIME-1", "not the next of its section: E-TIME-1"),
        ("E-DRAW-1", "E-TIME-3", "not the next of its section: E-TIME-3"),
        ("(E-DRAW)", "(E-TIME)", "not a section of its own: ## Draws (E-TIME)"),
        (" (E-DRAW)", "", "not a section of its own: ## Draws"),
        ("(E-DRAW)", "(N-DRAW)", "not a section of its own: ## Draws (N-DRAW)"),
        ("- **E-DRAW-1** A", "- **Draw** A", "not a rule: - **Draw** A draw."),
        ("in order.", "in order" + " of it" * 29 + ".", "E-TIME-2 has 62 words"),
    ],
)
def test_a_fault_of_a_page_is_found(old: str, new: str, fault: str) -> None:
    assert read_page("E", PAGE).faults == []
    assert fault in read_page("E", PAGE.replace(old, new, 1)).faults


def test_names_of_rules_are_found() -> None:
    text = "E-TIME-1 to E-TIME-3, N-LOG-12; of S-TURN, never X-TIME-1, E-1 or UTF-8 and P-x"
    assert list(named_in(text)) == ["E-TIME-1", "E-TIME-2", "E-TIME-3", "N-LOG-12", "S-TURN"]
    tree = ast.parse(
        'pytestmark = pytest.mark.rule("E-END-1")\n'
        '@pytest.mark.full\n@pytest.mark.rule("N-LOG-1", "N-LOG-3 to N-LOG-4")\n'
        'def test_it() -> None:\n    """S-POOL-1."""\n'
    )
    assert [(name, rule) for name, _, rule in marked_in(tree)] == [
        ("", "E-END-1"),
        ("::test_it", "N-LOG-1"),
        ("::test_it", "N-LOG-3"),
        ("::test_it", "N-LOG-4"),
    ]


def test_a_rule_that_no_test_names_is_found() -> None:
    """With all but the file that names them, rules of a page are not held."""
    one = "tests/engine/test_seconds.py"
    held, _ = places(path for path in files() if path.relative_to(ROOT).as_posix() != one)
    assert "P-REST-1" not in held
    assert "P-REST-5" in held  # by the twin
