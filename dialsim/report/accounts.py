"""Where the rows of the lists went before the first call: used, merged, unusable, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dialsim.core.codes import Purpose, Relation, RowFault
from dialsim.report.world import history_of

if TYPE_CHECKING:
    from dialsim.engine.build import World

FAULTS = {
    RowFault.NO_NUMBER: "no number",
    RowFault.NO_DIGITS: "text without a digit",
    RowFault.LETTERS: "letters among the digits",
    RowFault.BAD_CHARACTER: "control characters or broken text",
    RowFault.TOO_LONG: "too many digits",
    RowFault.TOO_SHORT: "too few digits",
    RowFault.LOST_DIGITS: "rounded by a spreadsheet",
    RowFault.FRACTION: "not a whole number",
    RowFault.SEVERAL_NUMBERS: "several numbers, not clear which",
    RowFault.UNKNOWN_COUNTRY: "a country code nobody has",
    RowFault.NOT_ALLOCATED: "no such number in the numbering plan",
    RowFault.SERVICE_NUMBER: "a service or emergency number",
    RowFault.MACHINE_NUMBER: "a machine's number, not a person's",
    RowFault.OTHER_COUNTRY: "a country the list does not name",
    RowFault.BAD_DATE: "a date that cannot be read",
    RowFault.BAD_PURPOSE: "an unknown purpose",
    RowFault.BAD_RELATION: "an unknown relation",
    RowFault.BAD_TIME_ZONE: "no time zone of the list's countries",
    RowFault.BAD_HOUR: "a best hour outside 0 to 23",
    RowFault.BAD_COUNT: "not a whole number in range",
    RowFault.BAD_ANSWER: "neither yes nor no",
    RowFault.MALFORMED_ROW: "more or fewer fields than the header",
}
"""What outputs call each fault of a row; at most 36 characters, as wide as their column."""

ALLOWED = {
    RowFault.BAD_PURPOSE: ", ".join(purpose.name.lower() for purpose in Purpose)
    + ", 营销, 服务, 催收",
    RowFault.BAD_RELATION: ", ".join(relation.name.lower() for relation in Relation),
    RowFault.BAD_ANSWER: "yes, no, true, false, 1, 0, 是, 否",
}
"""What a cell may hold, where there are few words."""

BARS = {
    "no_consent": "no consent on record",
    "no_proof": "consent without evidence",
    "expired": "consent expired",
    "withdrawn": "consent withdrawn",
    "no_export": "no consent to export of data",
    "internal_dnc": "own do-not-call list",
    "industry_dnc": "industry do-not-call list",
    "refused": "refused such calls",
    "protected": "protected number",
}
"""What outputs call each bar of a row that is used."""

LINKS = {"alternate": "further number", "others": "rows between them"}
"""What outputs call how a merged row is known to be of the same person, if not by the name."""

NOTES = {
    "stricter": "rows that made their person's consent or bars stricter",
    "bridging": "rows that join two people who may have been called already; both are kept",
    "bars_unheard": "merged rows with a bar that their person is not held to on other numbers",
    "second_numbers": "second numbers found in a number's cell",
    "alternates_used": "further numbers that people can be called on",
    "alternates_unusable": "further numbers that may not be called",
    "alternates_beyond": "further numbers beyond the three that a person may have",
    "alternates_other_hours": "further numbers not called: their time zones are not the person's",
    "consent_later": "rows with a consent dated after the start, which count as without",
}
"""Counts of an account that are worth a sentence, if they are not 0."""

SHARES = {
    "operators": "operators",
    "classes": "kinds",
    "countries": "countries",
    "provinces": "provinces",
    "time_zones": "time zones",
}
"""Breakdowns of the rows used."""

_CLASSES = {
    "enterprise_95": "95",
    "b24_95": "95 (B24)",
    "n96": "96",
    "n1010": "1010",
    "n400": "400",
    "n106": "106",
    "iot": "IoT",
    "voip": "VoIP",
    "uan": "company",
}


def class_words(name: str) -> str:
    """Return what a class of numbers is called, by the lower-case name of its code.

    >>> class_words("mobile"), class_words("n400"), class_words("toll_free")
    ('mobile', '400', 'toll free')
    """
    return _CLASSES.get(name, name.replace("_", " "))


def fault_words(reason: str) -> str:
    """Return what a fault is called, by the lower-case name of its code.

    >>> fault_words("lost_digits"), fault_words("of_tomorrow")
    ('rounded by a spreadsheet', 'of tomorrow')
    """
    try:
        return FAULTS[RowFault[reason.upper()]]
    except KeyError:
        return reason.replace("_", " ")


def allowed_words(reason: str) -> str | None:
    """Return what a cell with a fault may hold, where that is soon said.

    >>> allowed_words("bad_relation"), allowed_words("no_number")
    ('opted_in, bought', None)
    """
    return ALLOWED.get(RowFault[reason.upper()])


def list_accounts(world: World) -> list[dict[str, Any]]:
    """Return the account of each file list of a world."""
    lists = world.lists
    accounts = [] if lists is None else lists.accounts
    return [account.to_dict() for account in accounts if account is not None and account.file]


def file_accounts(world: World) -> list[dict[str, Any]]:
    """Return the accounts of a world's registries, withdrawals and history."""
    lists = world.lists
    history = history_of(world)
    found = [] if history is None else list(history.files)
    if lists is not None:
        for each in (lists.withdrawals, lists.registries):
            found = [*([] if each is None else each.accounts), *found]
    return [account.to_dict() for account in found]


def unusable_rows(account: Mapping[str, Any]) -> int:
    """Return how many rows of a list cannot be used."""
    return sum(account["unusable"].values())
