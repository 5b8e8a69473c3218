"""Resources of a campaign by name, and the arithmetic of what each allows, in two languages."""

from __future__ import annotations

from functools import partial
from typing import Any

from dialsim.messages.text import Text, Texts, TextTable, from_table, in_each, message, text_table
from dialsim.results import formatting

CALLERS, FILED, TRUNKS, AGENTS = "caller IDs", "filed volume", "trunks", "agents"
ENTERPRISE, PEOPLE = "enterprise limits", "people to call"
CONTRACT = "line contract"
RATE = "rate of dialling"
REGISTRATION = "registration"

NAMES = {
    CALLERS: message("caller IDs", "resource"),
    FILED: message("filed volume", "resource"),
    TRUNKS: message("trunks", "resource"),
    AGENTS: message("agents", "resource"),
    ENTERPRISE: message("enterprise limits", "resource"),
    PEOPLE: message("people to call", "resource"),
    CONTRACT: message("line contract", "resource"),
    RATE: message("rate of dialling", "resource"),
    REGISTRATION: message("registration", "resource"),
}
"""What each resource is called."""

LABELS: Texts = text_table(
    {
        "later": ", {block} not before {first}",
        "ramp": ", fewer while a ramp lasts",
        "limit": "{count:,} calls {per}",
        "enterprise": "{limits} over all numbers and campaigns",
        "volume": "{calls:,} calls a day",
        "contract": "{contract} for {trunk}: {terms}",
        "own_limit": "; {trunk} may take {limit} by its own limit",
        "in_force": "{block} is registered from {first} on",
        "out_of_force": "{block} is registered until {last}",
        "unregistered": "{block} is not registered",
        "above": "after {count:,} a day ({number_class})",
        "filed": "{numbers} filed for {a_day:,} calls a day in all",
        "unfiled": ", {numbers} without a filing at their own ceilings",
        "than": "{volume}, and its numbers are filed for {filed:,}",
        "concurrency": "{calls:,} at a time, {held_s:.0f} s a call",
        "lines": "{rate:,} calls a second, {channels:,} channels held {held_s:.0f} s a call",
        "agents": "{hours:,.0f} agent hours, {attempt_s:.0f} s an attempt: {waiting_s:.0f} s "
        "waiting, {talk_s:.0f} s talk and wrap-up",
        "rate": "{per_minute:,g} dials a minute in {hours:,.0f} open hours",
        "people": "{people:,.0f} people can be called, {each:.1f} attempts each on average",
        "in_between": "{block} is registered from {first} to {last}",
        "abroad": "{block} is of another country, and in no entity database",
        "before": "; calls from numbers while they are not registered are counted together, and "
        "stopped {limits}: about {calls} come through",
    }
)

NOUNS: TextTable[dict[str, tuple[str, str]]] = text_table(
    {
        "number": (
            "{:,} number",
            "{:,} numbers",
        ),
        "agent": (
            "{:,} agent",
            "{:,} agents",
        ),
        "trunk": (
            "{:,} trunk",
            "{:,} trunks",
        ),
        "more day": (
            "{:,} more day",
            "{:,} more days",
        ),
    }
)
"""Counts of things: of one, and of several."""


def resource_name(resource: str) -> Text:
    """Return what a resource is called.

    >>> resource_name("caller IDs").zh
    '主叫号码'
    """
    return NAMES.get(resource, Text(resource))


def is_plural(resource: str) -> bool:
    """Return whether the English name of a resource takes a verb in the plural.

    >>> is_plural("agents"), is_plural("people to call"), is_plural("filed volume")
    (True, True, False)
    """
    return resource.endswith("s") or resource == PEOPLE


def arithmetic(key: str, **given: object) -> Text:
    """Return a calculation as text; see :func:`dialsim.messages.text.from_table`."""
    return from_table(LABELS, key, **given)


def counted(noun: str, count: int) -> Text:
    """Return a count of things.

    >>> counted("agent", 1200)
    '1,200 agents'
    """
    one = count != 1
    return in_each(lambda language: NOUNS[language][noun][one].format(count))


def limit_words(limit: Any) -> Text:
    """Return a limit as text: a number of calls in a length of time."""
    per = in_each(partial(formatting.per, limit.per))
    return arithmetic("limit", count=limit.count, per=per)
