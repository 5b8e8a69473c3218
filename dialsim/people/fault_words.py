"""Names of row faults in outputs, and the values a cell may hold instead."""

from __future__ import annotations

from dialsim.core.codes import Purpose, Relation, RowFault
from dialsim.messages.catalogue import Language
from dialsim.messages.text import Text, message

FAULTS = {
    RowFault.NO_NUMBER: message("no number"),
    RowFault.NO_DIGITS: message("text without a digit"),
    RowFault.LETTERS: message("letters among the digits"),
    RowFault.BAD_CHARACTER: message("control characters or broken text"),
    RowFault.TOO_LONG: message("too many digits"),
    RowFault.TOO_SHORT: message("too few digits"),
    RowFault.LOST_DIGITS: message("rounded by a spreadsheet"),
    RowFault.FRACTION: message("not a whole number"),
    RowFault.SEVERAL_NUMBERS: message("several numbers, not clear which"),
    RowFault.UNKNOWN_COUNTRY: message("a country code nobody has"),
    RowFault.NOT_ALLOCATED: message("no such number in the numbering plan"),
    RowFault.SERVICE_NUMBER: message("a service or emergency number"),
    RowFault.MACHINE_NUMBER: message("a machine's number, not a person's"),
    RowFault.INTERMEDIATE_NUMBER: message("an intermediate number (700)"),
    RowFault.SHORT_INTERMEDIATE: message("a 700 number with digits missing"),
    RowFault.OTHER_COUNTRY: message("a country the list does not name"),
    RowFault.BAD_DATE: message("a date that cannot be read"),
    RowFault.BAD_PURPOSE: message("an unknown purpose"),
    RowFault.BAD_RELATION: message("an unknown relation"),
    RowFault.BAD_TIME_ZONE: message("no time zone of the list's countries"),
    RowFault.BAD_HOUR: message("a best hour outside 0 to 23"),
    RowFault.BAD_COUNT: message("not a whole number in range"),
    RowFault.BAD_ANSWER: message("neither yes nor no"),
    RowFault.MALFORMED_ROW: message("more or fewer fields than the header"),
    RowFault.MASKED_DIGITS: message("digits are masked"),
}
"""Name of each row fault in outputs; at most 36 characters, the width of the column."""

OTHERS = {
    "UNKNOWN_CALLER": message("not a caller ID of the scenario"),
    "AFTER_START": message("at or after the start"),
    "MORE_IN_HOUR_THAN_DAY": message("more calls in the hour than the day"),
    "REPEATED": message("a caller ID told of twice"),
    "UNKNOWN_OUTCOME": message("an unknown outcome"),
}
"""Names of call history reasons that are not faults of a list row."""

ALLOWED: dict[RowFault, Text] = {
    RowFault.BAD_PURPOSE: Text(
        ", ".join(purpose.name.lower() for purpose in Purpose) + ", 营销, 服务, 催收"
    ),
    RowFault.BAD_RELATION: Text(", ".join(relation.name.lower() for relation in Relation)),
    RowFault.BAD_DATE: message("{dates}, each also with a time: {times}").filled(
        dates="2026-04-13, 2026/4/13, 2026.4.13, 2026年4月13日, 20260413",
        times="09:30, 09:30:15, 09:30+08:00",
    ),
    RowFault.INTERMEDIATE_NUMBER: message(
        "the person's own number: dialled by others, an intermediate one reaches only whom it is "
        "bound to, while it is bound"
    ),
    RowFault.SHORT_INTERMEDIATE: message(
        "15 digits beginning with 700 are an intermediate number; what is wanted is the person's "
        "own"
    ),
    RowFault.BAD_ANSWER: Text("yes, no, true, false, 1, 0, 是, 否"),
}
"""Allowed values of a cell, where there are few; as a rule values of files, in any language."""


def fault_words(reason: str, language: Language = "en") -> str:
    """Return the name of a fault by its code's name, in either case.

    >>> fault_words("lost_digits"), fault_words("AFTER_START"), fault_words("of_tomorrow")
    ('rounded by a spreadsheet', 'at or after the start', 'of tomorrow')
    >>> fault_words("lost_digits", "zh")
    '被电子表格舍入'
    """
    name = reason.upper()
    if name in OTHERS:
        return OTHERS[name][language]
    try:
        return FAULTS[RowFault[name]][language]
    except KeyError:
        return reason.replace("_", " ")


def allowed_words(reason: str, language: Language = "en") -> str | None:
    """Return the allowed values of a cell with a fault; None if they are too many to list.

    >>> allowed_words("bad_relation"), allowed_words("no_number"), allowed_words("repeated")
    ('opted_in, bought', None, None)
    """
    fault = RowFault.__members__.get(reason.upper())
    return None if fault is None or fault not in ALLOWED else ALLOWED[fault][language]
