"""Warning texts on a scenario."""

from __future__ import annotations

from collections.abc import Iterable

from dialsim.messages.catalogue import Language
from dialsim.messages.text import MARKS, Text, Texts, from_table, joined, message, translated
from dialsim.scenario.value_names import value_name
from dialsim.scenario.values import format_duration

LABELS: Texts = translated(
    {
        "study": 'study = "unlawful": uses of numbers that rules or contracts forbid are recorded '
        "instead of refused; this is not a lawful plan",
        "lab_rules": 'rules.pack = "lab" is for theory: it does not show that a plan is lawful',
        "lab_network": 'network.profile = "lab" is for theory: nothing interferes with a call',
        "off": "switched off in the network: {}",
        "patient": "campaigns {campaigns}: callees may wait longer than the {within} within which "
        "an answered call must reach an agent (wall); whoever does counts as abandoned",
        "goal": "goal on {metric}: {bound}, although {better} is better",
        "higher": "higher",
        "lower": "lower",
        "holiday": "public holiday on {days}: campaigns {campaigns} call nobody in China then",
        "holiday_worked": "public holiday on {days}: campaigns {campaigns} call all the same, for "
        "the rules do not close it for their purpose",
        "from_to": "{} to {}",
        "holidays": "the public holidays of {} are not published: statutory days count as "
        "holidays, days added to them and make-up days as ordinary days",
        "holidays_after": "the public holidays of {} are not published, and the aftermath reaches "
        "into it: working days of complaints and appeals are counted without its make-up days",
        "abroad": "trunk {} carries calls from abroad: they pass an international gateway, "
        "whatever `enters` says",
        "law_changes": "{name} of {pack} changes on {day}, within the run: {value} holds on all "
        "its days, the strictest of its versions, or the earliest where none is stricter",
        "law_of_the_day": "values of {pack} are those in force on {day}; since then these have "
        "changed: {keys} (`dialsim explain KEY --on DATE`)",
        "law_more": "{keys} and {more} more",
        "one_province_study": "campaign {} may call one province only; this study calls all",
        "one_province": "campaign {} calls numbers of one province only: those of others, and "
        "those whose province is not known, are refused (CALLER_NOT_ALLOWED)",
        "unserved": "campaign {campaign}: none of its caller IDs calls customers of {operators}: "
        "whose number has such a prefix is refused (CALLER_NOT_ALLOWED), and that a number was "
        "ported changes nothing; name them in `callee_operators` of a block, or leave it out",
        "filed": "filed on {day}, in force {lead} later",
        "by_start": "by its start",
        "before_that": "before that ({})",
        "never_registered": "caller_ids {name} are never registered in the run, for they are "
        "deregistered {out}, and no deregistration is announced: the network takes them for "
        "unregistered all the time; stop until they are filed anew",
        "registered_later": "caller_ids {name}: {filed}: until then, the network takes them for "
        "unregistered",
        "registered_between": "caller_ids {name}: {filed}: until then, and after their "
        "deregistration, the network takes them for unregistered",
        "deregistered": "caller_ids {} are deregistered in the run: from then on the network takes "
        "them for unregistered; stop until they are filed anew",
        "replaces": "caller_ids {name} replace {old}: state, labels and complaints of the old "
        "numbers go on with the new ones, so replacing them mends nothing",
        "used_after": "caller_ids {name} are used from {start} on, after the run: no call of it "
        "shows them",
        "no_scrub": 'refuse_call.access = "operator_scrub", but no registry is of kind "refused"',
        "other_categories": "registry {name} is about {categories}, and no campaign is: it bars "
        "nobody",
        "stale": "registry {name} is older than {age} from {day} on (wall registry.max_age)",
        "home": "people {name}: a number without a country code is of {home}, which is none of its "
        "countries: it is not called",
        "drawn": "{} are about numbers, and people who are drawn have none: they bar nobody",
        "export": "campaign {campaign} takes data abroad: people who are drawn ({lists}) count as "
        "having agreed to it",
        "unused": "{kind} {name} is used by no campaign",
        "unused_trunk": "trunks {} is used by no caller IDs",
        "other_pack": "list {list} holds callees in {country}, and pack {pack} is applied to them: "
        "{better} holds the rules of {country}",
        "event_outside": "event {} is outside the run: it changes nothing",
        "event_purposes": "event {name} is about {purposes}, and no campaign is",
        "event_open": "event {} leaves open all the hours that there are: it changes nothing",
        "event_trunks": "event {name} stops trunks of {operator}: there are none",
        "event_of_network": "event {name}: {when}, {does}; the dialer is not notified, it notices "
        "this by its calls alone",
        "event_until": "from {start} to {end}",
        "event_for_good": "from {start} on",
        "event_throttle": "the operator refuses {share} of {calls}",
        "event_intercept": "the operator intercepts {share} of {calls} to people in the "
        "refuse-call registry",
        "event_gateway_block": "the international gateway refuses all {calls}",
        "event_over": "calls over trunks {}",
        "event_numbers": "calls from caller_ids {}",
        "event_trunks_of": "calls over trunks of {}",
        "event_every": "calls",
        "event_to": "{calls} to subscribers of {operator}",
        "event_refuses_none": "event {name} refuses no call: {value} is 0",
        "no_retry": "campaign {campaign}: attempts.at_most = {at_most}, but attempts.retry names "
        "no case in which to try again",
        "no_second": "campaign {campaign}: attempts.at_most = {at_most}, but the next attempt is "
        "{gap} after the first at the earliest, and no call is made later than {last} after the "
        "first: nobody is tried again",
    }
)
KINDS: Texts = translated(
    {
        "people": message("people", "table"),
        "caller_ids": message("caller_ids", "table"),
        "agents": message("agents", "table"),
    }
)
"""Kinds of tables that a campaign may refer to."""


UNITS: Texts = translated(
    {
        "d": message("d", "unit"),
        "h": message("h", "unit"),
        "m": message("m", "unit"),
        "s": message("s", "unit"),
        "ms": message("ms", "unit"),
    }
)
"""Units of lengths of time, as files have them."""


def warning(key: str, *values: object, **named: object) -> Text:
    """Return a warning of the table."""
    return from_table(LABELS, key, *values, **named)


def listed(names: Iterable[str], values: bool = False) -> Text:
    """Return names as a list; `values`: scenario values, which are translated."""
    return joined(MARKS["and"], map(value_name, names) if values else names)


def spaced(ms: int, language: Language) -> str:
    """Return a duration in the single unit that a file would use.

    >>> spaced(2_678_400_000, "en"), spaced(2_678_400_000, "zh"), spaced(2000, "zh")
    ('31 d', '31 天', '2 秒')
    """
    return spaced_text(ms)[language]


def spaced_text(ms: int) -> Text:
    """Return the same as a text."""
    duration = format_duration(ms)
    number = duration.rstrip("dhms")
    return joined(" ", [number, UNITS.messages[duration[len(number) :]]])
