"""Sentences on the complaint budget: what it assumes, and how to keep within a contract."""

from __future__ import annotations

from functools import partial

from dialsim.feasibility.complaint_result import ComplaintReview
from dialsim.messages.text import Text, in_each, message
from dialsim.results import formatting
from dialsim.scenario.profiles.profile import Profile, Value

VALUE = message("{key} = {value:g} {unit}", "assumed value")
UNITS = {
    each.id: each
    for each in (message("per million delivered", "unit"), message("times 12321", "unit"))
}
"""Units of the values that a budget may assume."""

MOST_DROPPED = message("as many live answers are dropped as the cap allows")
NONE_LABELLED = message("no number is labelled on the way")

REMEDY = message(
    "{trunk}: about {expected} complaints in {window}, and {contract} allows {allowed:,}: its "
    "operator warns, and suspends the line if they stay above it. What mends it: call people whose "
    "consent is real, renew that of the others or leave them out, and honour every opt-out; or "
    "agree on another figure with the operator."
)


def assumed_value(key: str, entry: Value) -> Text:
    """Return an assumed value of a network profile with its key and unit."""
    unit = UNITS.get(entry.unit, Text(entry.unit))
    return VALUE.filled(key=key, value=entry.value, unit=unit)


def contract_remedy(
    trunk: str, contract: str, review: ComplaintReview, network: Profile
) -> Text | None:
    """Return how to keep complaints within a contract; None: they are expected to."""
    allowed = review["allowed"]
    if allowed is None or review["expected"] <= allowed:
        return None
    return REMEDY.filled(
        trunk=trunk,
        contract=contract,
        expected=formatting.about(review["expected"]),
        window=in_each(partial(formatting.span, float(network["complaints.window"]))),
        allowed=allowed,
    )
