"""Leads by campaign, list and dial order, and the rows a campaign has not looked at yet."""

from __future__ import annotations

from types import SimpleNamespace
from typing import NamedTuple

from tests.reference.people import Person
from tests.reference.records import Lead, ListRows


class Fresh(NamedTuple):
    """A lead not looked at yet; its best hour, None where its list is in another order."""

    number: int
    hour: int | None
    priority: int


def fresh_rows(
    given: SimpleNamespace, c: int, source: int, brought: ListRows | None
) -> list[Fresh]:
    """The leads of a campaign's block in order."""
    base = given.lead_base[c][source]
    hours = brought.hours if brought and brought.hours else None
    count = given.lists[source].count
    priorities = brought.priorities if brought and brought.priorities else [0] * count
    return [
        Fresh(base + row, hours[row] if hours else None, priorities[row]) for row in range(count)
    ]


def make_leads(given: SimpleNamespace, people: list[Person]) -> list[Lead]:  # E-TIME-2
    leads: dict[int, Lead] = {}
    for campaign, blocks in enumerate(given.blocks):
        for source in blocks:
            entry = given.lists[source]
            for row in range(entry.count):
                number = given.lead_base[campaign][source] + row
                leads[number] = Lead(number, people[entry.first + row], campaign)
    return [leads[number] for number in sorted(leads)]
