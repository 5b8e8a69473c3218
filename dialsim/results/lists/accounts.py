"""Where the rows of the lists went before the first call: used, merged, unusable, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import message
from dialsim.people.fault_words import ALLOWED as ALLOWED
from dialsim.people.fault_words import FAULTS as FAULTS
from dialsim.people.fault_words import allowed_words as allowed_words
from dialsim.people.fault_words import fault_words as fault_words
from dialsim.results.history.call_history import to_come
from dialsim.results.run_view import history_of
from dialsim.results.summary_types.lists import FileAccount, HistoryAccount, ListAccount
from dialsim.scenario.value_names import value_name

if TYPE_CHECKING:
    from dialsim.engine.build import World

BARS = {
    "no_consent": message("no consent on record"),
    "other_purpose": message("consent for another purpose"),
    "no_proof": message("consent without evidence"),
    "expired": message("consent expired"),
    "withdrawn": message("consent withdrawn"),
    "no_export": message("no consent to export of data"),
    "internal_dnc": message("own do-not-call list"),
    "industry_dnc": message("industry do-not-call list"),
    "refused": message("refused such calls"),
    "protected": message("protected number"),
}
"""Names of the bars of rows in use."""

DURING = {
    "withdrawn": message("withdrawn during the run"),
    "expired": message("consent ends during the run"),
    "later_sync": message("barred by a later sync"),
}
"""Names of the bars that reach rows in use within the run."""

LINKS = {
    "alternate": message("further number"),
    "others": message("rows between them"),
}
"""What outputs call how a merged row is known to be of the same person, if not by the name."""

NOTES = {
    "stricter": message("rows that made their person's consent or bars stricter"),
    "bridging": message(
        "rows that join two people who may have been called already; both are kept"
    ),
    "bars_unheard": message(
        "merged rows with a bar that their person is not held to on other numbers"
    ),
    "taken_strictly": message(
        "rows of another length or with broken text that say a consent was withdrawn: "
        "whom they name is not called"
    ),
    "first_none": message("first number was none, a further one used"),
    "second_numbers": message("second numbers found in a number's cell"),
    "alternates_used": message("further numbers that people can be called on"),
    "alternates_unusable": message("further numbers that may not be called"),
    "alternates_beyond": message("further numbers beyond the three that a person may have"),
    "alternates_elsewhere": message(
        "further numbers of other time zones, provinces or operators, not called"
    ),
    "consent_later": message("rows with a consent dated after the start, which count as without"),
    "numbers_withheld": message(
        "attributes that hold a phone number, shown as “(number withheld)”"
    ),
}
"""Counts of an account that are worth a sentence, if they are not 0."""

SHARES = {
    "operators": message("operators"),
    "classes": message("kinds"),
    "countries": message("countries"),
    "provinces": message("provinces"),
    "time_zones": message("time zones"),
}
"""Breakdowns of the rows used."""

_CLASSES = {
    "enterprise_95": message("95"),
    "b24_95": message("95 (B24)"),
    "n96": message("96"),
    "n1010": message("1010"),
    "n400": message("400"),
    "n106": message("106"),
    "iot": message("IoT"),
    "voip": message("VoIP"),
    "uan": message("company"),
    "mobile": message("mobile", "class of numbers"),
    "fixed": message("fixed", "class of numbers"),
    "axb": message("AXB", "class of numbers"),
    "short_code": message("short code", "class of numbers"),
    "emergency": message("emergency", "class of numbers"),
    "satellite": message("satellite", "class of numbers"),
    "toll_free": message("toll free", "class of numbers"),
    "premium_rate": message("premium rate", "class of numbers"),
    "shared_cost": message("shared cost", "class of numbers"),
    "personal": message("personal", "class of numbers"),
    "pager": message("pager", "class of numbers"),
    "voicemail": message("voicemail", "class of numbers"),
    "fixed_or_mobile": message("fixed or mobile", "class of numbers"),
    "privacy": message("privacy", "class of numbers"),
    "unknown": message("unknown", "class of numbers"),
}


def class_words(name: str, language: Language = "en") -> str:
    """Return what a class of numbers is called, by the lower-case name of its code.

    >>> class_words("mobile"), class_words("n400"), class_words("toll_free")
    ('mobile', '400', 'toll free')
    >>> class_words("mobile", "zh")
    '手机'
    """
    known = _CLASSES.get(name)
    return name.replace("_", " ") if known is None else known[language]


def share_words(by: str, name: str, language: Language = "en") -> str:
    """Return what a part of a breakdown is called: of `SHARES`, and its name in an account.

    >>> share_words("operators", "CMCC"), share_words("operators", "CMCC", "zh")
    ('CMCC', '中国移动')
    >>> share_words("provinces", "Beijing", "zh"), share_words("classes", "mobile")
    ('北京', 'mobile')
    """
    if by == "classes":
        return class_words(name, language)
    return name if language == ENGLISH else value_name(name)[language]


def list_accounts(world: World) -> list[ListAccount]:
    """Return the account of each file list of a world.

    `people` makes it, which cannot know its type.
    """
    lists = world.lists
    accounts = [] if lists is None else lists.accounts
    return [
        cast(ListAccount, account.to_dict())
        for account in accounts
        if account is not None and account.file
    ]


def file_accounts(world: World) -> list[FileAccount]:
    """Return the accounts of a world's registries, withdrawals and history."""
    lists = world.lists
    history = history_of(world)
    found = [] if history is None else list(history.files)
    if lists is not None:
        for each in (lists.withdrawals, lists.registries):
            found = [*([] if each is None else each.accounts), *found]
    return [cast(FileAccount, account.to_dict()) for account in found]


def history_account(world: World) -> HistoryAccount | None:
    """Return the account of the call history, as `people` makes it, and what is to come of it."""
    history = history_of(world)
    if history is None:
        return None
    return cast(HistoryAccount, history.to_dict() | {"to_come": to_come(world)})


def unusable_rows(account: ListAccount | FileAccount) -> int:
    """Return how many rows of a list cannot be used."""
    return sum(account["unusable"].values())
