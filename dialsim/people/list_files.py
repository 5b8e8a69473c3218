"""Columns and row counts of list files, before their rows are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from dialsim.errors import ScenarioError
from dialsim.scenario.models.schema import Scenario

if TYPE_CHECKING:
    from dialsim.people.reading.source import Source

Columns = Mapping[str, Mapping[str, str | list[str]]]
"""Column names in the file, by list and role."""


def columns_found(scenario: Scenario, sources: Iterable[Source | None]) -> Columns:
    """Return the columns of files that are open, by list and role."""
    return {
        people.name: source.columns
        for people, source in zip(scenario.people, sources, strict=True)
        if source is not None
    }


def rows_found(scenario: Scenario, sources: Iterable[Source | None]) -> dict[str, int]:
    """Return the row counts of open files, by list; of CSV files including malformed rows.

    A truncated file is left out.
    """
    found = {}
    for people, source in zip(scenario.people, sources, strict=True):
        if source is not None:
            try:
                found[people.name] = source.rows_at_most
            except ScenarioError:
                continue
    return found
