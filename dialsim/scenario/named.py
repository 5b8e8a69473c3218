"""The tables of a scenario that a campaign names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar


class _Named(Protocol):
    @property
    def name(self) -> str: ...


Table = TypeVar("Table", bound=_Named)


def named(tables: Iterable[Table], names: Iterable[str]) -> list[Table]:
    """Return the tables that have one of some names, in their own order; each is looked at once."""
    wanted = frozenset(names)
    return [table for table in tables if table.name in wanted]
