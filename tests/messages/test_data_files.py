"""Readers and catalogues agree on which strings of the data files are texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
import tomli

from dialsim.messages.data_files import TEXTS, texts_of_tables
from dialsim.messages.text import Message
from dialsim.planning.sensitivity_analysis.uncertainty_ranges import knowledge
from dialsim.results.network.network_rules import network_rules
from dialsim.scenario import known_profiles, load_network, load_rules
from dialsim.scenario.metrics import metrics, unsplit_reasons
from dialsim.scenario.profiles.obligations import obligations
from dialsim.scenario.profiles.plan_rules import plan_rules
from dialsim.scenario.profiles.profile import Profile, read_profile
from dialsim.scenario.profiles.reasons import explained_reasons
from dialsim.scenario.profiles.sources import all_sources
from dialsim.scenario.profiles.weak_defaults import all_weak_defaults
from tests.house.sources import ROOT

READERS: dict[str, Callable[[], Any]] = {
    "profiles/network/*.toml": lambda: [load_network(name) for name in known_profiles("network")],
    "profiles/obligations.toml": obligations,
    "profiles/plan.toml": plan_rules,
    "profiles/reasons.toml": explained_reasons,
    "profiles/rules/*.toml": lambda: [load_rules(name) for name in known_profiles("rules")],
    "profiles/rules_of_network.toml": network_rules,
    "profiles/sensitivity.toml": knowledge,
    "profiles/sources.toml": all_sources,
    "profiles/weak_defaults.toml": all_weak_defaults,
    "scenario/metrics.toml": metrics,
}
PAPERS = 'unit = "duration", source = "A", confidence = "assumption"'


def messages_in(node: Any) -> Iterator[tuple[str | None, str]]:
    """Yield context and text of every message in what a reader returns, however deep it lies."""
    if isinstance(node, Message):
        yield node.context, node.id
    elif is_dataclass(node):
        for each in fields(node):
            yield from messages_in(getattr(node, each.name))
    elif isinstance(node, Mapping):
        for item in node.values():
            yield from messages_in(item)
    elif isinstance(node, list | tuple):
        for item in node:
            yield from messages_in(item)


def texts_of_files(pattern: str) -> set[tuple[str | None, str]]:
    """Return context and text of every text of some files."""
    found = set()
    for path in (ROOT / "dialsim").glob(pattern):
        tables = tomli.loads(path.read_text("utf-8"))
        found |= {(each.context, each.id) for _, each in texts_of_tables(tables, TEXTS[pattern])}
    return found


@pytest.mark.parametrize("pattern", TEXTS)
def test_what_is_read_is_what_catalogues_have(pattern: str) -> None:
    found = set(messages_in(READERS[pattern]()))
    if pattern == "scenario/metrics.toml":  # its reasons are read by a function of their own
        found |= {(None, text) for text in unsplit_reasons(by_hour=True).values()}
    assert found == texts_of_files(pattern)


def test_every_data_file_with_texts_has_some() -> None:
    assert set(READERS) == set(TEXTS)
    assert all(map(texts_of_files, TEXTS))


def test_a_note_that_is_given_in_chinese_wins() -> None:
    """Who keeps a pack of their own has no catalogue to put its notes into."""
    notes = 'note = "agents", note_zh = "座席"'
    text = f'a = {{ value = "1s", {PAPERS}, {notes} }}\nb = {{ value = "1s", {PAPERS} }}'

    def base(kind: Any, name: str) -> Profile:
        raise KeyError(kind, name)

    own = read_profile("network", "own", text, base)
    assert (own.entry("a").note["en"], own.entry("a").note["zh"]) == ("agents", "座席")
    assert own.entry("b").note["zh"] == ""


def test_a_note_of_a_scenario_is_shown_as_it_is_written() -> None:
    value = {"value": 0.3, "source": "our log", "confidence": "inferred", "note": "agents"}
    network = load_network("typical").with_overrides({"answer.gross.bought": value})
    assert network.entry("answer.gross.bought").note["zh"] == "agents"
