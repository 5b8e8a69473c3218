"""Sentences on remedies, in two languages."""

from __future__ import annotations

from datetime import date
from functools import partial

from dialsim.messages import dates
from dialsim.messages.text import Text, Texts, from_table, in_each, joined, message, text_table
from dialsim.results import formatting
from dialsim.scenario.profiles.profile import Profile

LEAD_TIME = "filing.lead_time"  # of the network profile, where it has one

LABELS: Texts = text_table(
    {
        "both": " and ",
        "ask": "lead time: ask the operator",
        "lead_time": "lead time about {span}, {confidence}",
        "lines": "{have} attempts on {trunks}",
        "line_needs": ": {name} needs {parts}",
        "contract_line": ": another line decides",
        "contract_unfiled": ": register the numbers on {name} first",
        "agents": "{agents} allow {have} attempts",
        "no_shift": ": no shift meets the hours",
        "people": "{have} people can be called: it takes {need}",
        "nobody": ", and nobody on the lists can be",
        "days": "or {days}, until {day}",
        "with_people": ", with the people above",
        "shared": "{campaigns} share {resource}: {have} attempts in all, and they need {need}",
        "shared_contract": ": agree on more with the operator, within what the numbers are filed "
        "for",
        "shared_grows": ": it takes {count:,} in {name} instead of {before:,}",
        "own_filing": ", each with a filing of its own ({lead_time})",
        "unfiled": "{numbers} without a filing: register numbers for this use first, and plan with "
        "them",
        "start": "{standing} ({lead_time}), and until then its calls are those of unregistered "
        "numbers: start on {day}",
        "go_on": "{standing} ({lead_time}), and until then its calls are those of unregistered "
        "numbers: call from it again from {day} on",
        "register": "{standing}: register numbers for this use first, and plan with them",
        "from_within": "{standing}: call people in the country from within it, from numbers filed "
        "there",
        "out": "{standing}: stop then, until it is filed anew",
        "numbers": "{numbers} allow {have} attempts: it takes {total}, {more:,} more with a filing "
        "of their own ({lead_time})",
        "ceilings": "or own ceilings of {parts}, within the {filed:,} calls a day that are filed "
        "for each number",
        "room": "own ceilings keep numbers below the {filed:,} calls a day that are filed for "
        "each: {parts} would be within it, and not enough alone",
        "ceiling": "{count:,} calls {per} instead of {before:,}",
        "another_line": ": another line, or its own limits, decide",
        "calls_per_second": "{count:,} calls a second instead of {before:,}",
        "channels": "{count:,} channels instead of {before:,}",
        "contract": "{have} attempts within what the operator agreed to",
        "daily_volume": "{count:,} calls a day instead of {before:,}",
        "concurrency": "{count:,} calls at a time instead of {before:,}",
        "agree": ": agree with it on {parts} for {name}, whose numbers are filed for {filed:,} a "
        "day",
        "too_few": ", {missing:,} too few: file more as well",
        "rate": "{now:,g} dials a minute allow {have} attempts: it takes {count:,} a minute",
        "more_agents": ": it takes {total}, {more:,} more in the same shifts",
        "more_people": ", {more} more with consent on record: {name} with {count:,} rows, as many "
        "of them barred as now",
    }
)


def remedy(key: str, **given: object) -> Text:
    """Return a piece of a remedy; see :func:`dialsim.messages.text.from_table`."""
    return from_table(LABELS, key, **given)


def sentence(*parts: Text) -> Text:
    """Return pieces of a remedy as one sentence."""
    return joined(message(""), parts)


def day_words(day: date) -> Text:
    """Return a day with its weekday as text."""
    return dates.day_text(day, weekday=True)


def lead_time_of(network: Profile) -> Text:
    """Return how long a filing takes, as a network profile says, if it does."""
    if LEAD_TIME not in network:
        return remedy("ask")
    entry = network.entry(LEAD_TIME)
    return remedy(
        "lead_time",
        span=in_each(partial(formatting.span, entry.bare)),
        confidence=in_each(
            lambda language: formatting.CONFIDENCE[language].get(entry.confidence, entry.confidence)
        ),
    )
