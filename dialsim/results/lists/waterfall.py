"""Where every row of the list went: an account that sums exactly to the list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import LeadState, Reason, Seen
from dialsim.core.person_flags import OPERATOR, PROVINCE_SHIFT, PersonFlag
from dialsim.messages.catalogue import Language
from dialsim.messages.text import Text, message
from dialsim.results.lists.screening import static_reasons
from dialsim.results.summary_types.results import Exit, Stage, Waterfall

if TYPE_CHECKING:
    from dialsim.engine.build import World

Array = NDArray[Any]
CHUNK = 1 << 17  # leads whose columns fit into the second cache
COMPLAINT = 255  # stands for INTERNAL_DNC of a person who complained; no `Reason` has this code

EXITS: dict[str, tuple[str, Text]] = {
    "invalid": ("unusable", message("no number of a person")),
    "unusable_row": ("unusable", message("row cannot be understood")),
    "protected": ("unusable", message("protected number")),
    "duplicate": ("unusable", message("duplicate of another row")),
    "other_country": ("unusable", message("number of another country")),
    "no_consent": ("barred", message("no consent")),
    "wrong_purpose": ("barred", message("consent for another purpose")),
    "no_proof": ("barred", message("consent without evidence")),
    "expired": ("barred", message("consent expired")),
    "withdrawn": ("barred", message("consent withdrawn")),
    "no_export": ("barred", message("no consent to export of data")),
    "internal_dnc": ("barred", message("own do-not-call list")),
    "complained": ("barred", message("complained about another call")),
    "declined": ("barred", message("said no to marketing in another call")),
    "industry_dnc": ("barred", message("industry do-not-call list")),
    "refused": ("barred", message("refused such calls")),
    "suspected_elsewhere": (
        "barred",
        message("seen as blocked in another campaign"),
    ),
    "out_of_reach": ("barred", message("whom no caller ID may call")),
    "other_rule": ("barred", message("refused by another rule")),
    "done_before": (
        "untried",
        message("done with before, as the log tells"),
    ),
    "not_loaded": ("untried", message("not read from the list")),
    "out_of_time": ("untried", message("never tried, out of time")),
    "found_invalid": ("not_reached", message("number turned out invalid")),
    "seen_blocked": (
        "not_reached",
        message("seen as blocked, not tried again"),
    ),
    "asked_not_to": ("not_reached", message("consent withdrawn meanwhile")),
    "complained_since": ("not_reached", message("complained meanwhile")),
    "declined_since": ("not_reached", message("said no to marketing meanwhile")),
    "barred_since": (
        "not_reached",
        message("barred meanwhile by a list or expiry"),
    ),
    "other_rule_since": (
        "not_reached",
        message("barred meanwhile by another rule"),
    ),
    "told_refused": (
        "not_reached",
        message("refused such calls, as the operator told"),
    ),
    "attempts_used": ("not_reached", message("attempts used up")),
    "no_retry": ("not_reached", message("no retry for what was seen")),
    "still_open": ("not_reached", message("still open at the end")),
    "no_agent": ("not_connected", message("dropped without an agent")),
    "short": ("short", message("talked less than 30 s")),
    "conversation": ("conversation", message("conversation of 30 s or more")),
}
"""Ways to leave, in order: key -> (stage it leaves before, name)."""

STAGES: tuple[tuple[str, Text], ...] = (
    ("rows", message("list rows")),
    ("usable", message("usable")),
    ("callable", message("may be called")),
    ("dialled", message("dialled")),
    ("reached", message("live answer")),
    ("connected", message("connected to an agent")),
    ("conversation", message("conversation")),
)
"""What is left after each group of exits, from the whole list down."""

UNDER_WAY = (LeadState.DIALLING, LeadState.WAITING, LeadState.TALKING)

STAGE_GROUPS = ("unusable", "barred", "untried", "not_reached", "not_connected", "short")
"""Exits before each stage but the first."""

_BEFORE_DIAL: dict[int, str] = {
    Reason.INVALID_NUMBER: "invalid",
    Reason.UNUSABLE_ROW: "unusable_row",
    Reason.PROTECTED_NUMBER: "protected",
    Reason.DUPLICATE: "duplicate",
    Reason.OTHER_COUNTRY: "other_country",
    Reason.NO_CONSENT: "no_consent",
    Reason.WRONG_PURPOSE: "wrong_purpose",
    Reason.NO_CONSENT_PROOF: "no_proof",
    Reason.CONSENT_EXPIRED: "expired",
    Reason.CONSENT_WITHDRAWN: "withdrawn",
    Reason.NO_EXPORT_CONSENT: "no_export",
    Reason.INTERNAL_DNC: "internal_dnc",
    COMPLAINT: "complained",
    Reason.DECLINED: "declined",
    Reason.INDUSTRY_DNC: "industry_dnc",
    Reason.REFUSE_CALL: "refused",
    Reason.SUSPECTED_BLOCK: "suspected_elsewhere",
    Reason.CALLER_NOT_ALLOWED: "out_of_reach",
    Reason.NONE: "out_of_time",
}
_AFTER_DIAL: dict[int, str] = {
    Reason.INVALID_NUMBER: "found_invalid",
    Reason.SUSPECTED_BLOCK: "seen_blocked",
    Reason.CONSENT_WITHDRAWN: "asked_not_to",
    Reason.CONSENT_EXPIRED: "barred_since",
    Reason.INTERNAL_DNC: "barred_since",
    COMPLAINT: "complained_since",
    Reason.DECLINED: "declined_since",
    Reason.INDUSTRY_DNC: "barred_since",
    Reason.REFUSE_CALL: "barred_since",
    Reason.ATTEMPTS_USED: "attempts_used",
    Reason.NO_RETRY: "no_retry",
    Reason.NONE: "still_open",
}


def before_dial(reason: int) -> str:
    """Return the key in `EXITS` of a final reason that bars people who were never dialled."""
    return _BEFORE_DIAL.get(reason, "other_rule")


def after_dial(reason: int) -> str:
    """Return the key in `EXITS` of a final reason of people who were dialled."""
    return _AFTER_DIAL.get(reason, "other_rule_since")


def name_of(key: str, language: Language) -> str:
    """Return the name of a stage or an exit.

    >>> name_of("no_consent", "en"), name_of("dialled", "zh")
    ('no consent', '已外呼')
    """
    return name_text(key)[language]


def name_text(key: str) -> Text:
    """Return the name of a stage or an exit as a text."""
    return EXITS[key][1] if key in EXITS else dict(STAGES)[key]


def waterfalls(world: World) -> tuple[Waterfall, list[Waterfall]]:
    """Return the waterfall of all campaigns together and of each.

    Returns
    -------
    total, campaigns
        Names are texts; exits without leads are left out. The exits sum to the rows, and each
        stage is the one above less the exits in between.

    Notes
    -----
    A row that is not finished is classed by what would refuse its next call: who complained,
    withdrew or came on a list before a retry was due is not open. A row counts as reached
    if its person answered in person. Nothing tells which campaign a person of a shared list
    answered: a campaign with such a list, and then the total, goes from dialled to connected
    without the stage "reached", and leads that were dropped leave by the reason they ended for.
    Leads end at their first connect, so connects of 30 s or more are conversations, lead by
    lead; where callees agree on further calls a lead may have several, and the last stage is at
    most so large. Of a run that goes on with earlier calls, whoever was done with by then leaves
    before "dialled". Cost: one pass.
    """
    alone = answers_are_own(world)
    counts = [_exits(world, c, own) for c, own in enumerate(alone)]
    total = {key: sum(each[key] for each in counts) for key in EXITS}
    each = [_shaped(found, own) for found, own in zip(counts, alone, strict=True)]
    return _shaped(total, all(alone)), each


def answers_are_own(world: World) -> list[bool]:
    """Return for each campaign whether no other one dials from its lists."""
    uses = world.static.lead_base >= 0
    shared = uses.sum(axis=0) > 1
    return [not bool((row & shared).any()) for row in uses[: len(world.state.memory.tallies)]]


def lead_blocks(world: World, campaign: int) -> Iterator[tuple[int, slice, int]]:
    """Yield a campaign's leads in dial order: list, slice of resident leads, rows not resident."""
    base = world.static.lead_base
    for source in world.static.blocks[campaign].tolist():
        if source < 0:
            break
        first = int(base[campaign, source])
        resident = int(world.state.lists[source]["resident"])
        missing = int(world.state.lists[source]["count"]) - resident
        for start in range(0, resident, CHUNK):
            yield source, slice(first + start, first + min(start + CHUNK, resident)), 0
        if missing:
            yield source, slice(first + resident, first + resident), missing


def persons_on(world: World, campaign: int, source: int, rows: slice) -> Array:
    """Return int64[n]: the persons of a slice of a campaign's leads for a list."""
    span = _span(world, campaign, source, rows)
    found: Array = np.arange(span.start, span.stop)
    return found


def people_on(world: World, campaign: int, source: int, rows: slice) -> Array:
    """Return PERSON[n]: the records of the persons of such a slice, as they lie there."""
    found: Array = world.state.people[_span(world, campaign, source, rows)]
    return found


def _span(world: World, campaign: int, source: int, rows: slice) -> slice:
    first = int(world.state.lists[source]["first"])
    shift = int(world.static.lead_base[campaign, source]) - first
    return slice(rows.start - shift, rows.stop - shift)


def _exits(world: World, campaign: int, own: bool) -> dict[str, int]:
    counts = dict.fromkeys(EXITS, 0)
    connected = 0
    before = attempts_before(world)
    for source, rows, missing in lead_blocks(world, campaign):
        leads, people = world.state.leads[rows], people_on(world, campaign, source, rows)
        counts["not_loaded"] += missing
        if before is not None:
            begun = before[rows]
            done = (leads["state"] == LeadState.FINISHED) & (begun > 0)
            done &= leads["attempts"] == begun
            counts["done_before"] += int(done.sum())
            leads, people = leads[~done], people[~done]
        connected += _count(world, campaign, (leads, people), counts, own)
    conversations = min(connected, int(world.state.memory.tallies[campaign]["conversations"]))
    counts["conversation"] = conversations
    counts["short"] = connected - conversations
    return counts


def attempts_before(world: World) -> Array | None:
    """Return uint8[leads]: attempts made to each lead before the run; None if there were none."""
    if not any(world.begun.values()):
        return None
    found = np.zeros(len(world.state.leads), np.int64)
    for source, parts in world.begun.items():
        for begun in parts:
            leads = world.static.lead_base[begun["campaign"], source] + begun["row"]
            np.add.at(found, leads, 1)
    return np.minimum(found, 255)


def _count(
    world: World, campaign: int, chunk: tuple[Array, Array], counts: dict[str, int], own: bool
) -> int:
    """Add a chunk of leads, with their people, to `counts`; return how many were connected.

    `own`: a person who answered answered this campaign.
    """
    leads, people = chunk
    cells = final_reasons(world, campaign, leads, people).astype(np.uint16)
    cells[(cells == Reason.INTERNAL_DNC) & (people["flags"] & PersonFlag.COMPLAINED != 0)] = (
        COMPLAINT
    )
    refused = leads["seen"] == Seen.REFUSED
    # who agreed on a further call has talked to an agent, though the lead is open until then
    agreed, reached = leads["agreed"] > 0, people["flags"] & PersonFlag.REACHED != 0
    for bit, holds in enumerate((leads["attempts"] > 0, agreed, reached, refused), start=8):
        cells |= holds.astype(np.uint16) << np.uint16(bit)
    found = np.bincount(cells, minlength=1 << 12).reshape(2, 2, 2, 2, 256)
    _add(counts, found[:, :, :, 0].sum(axis=(0, 1, 2)), before_dial)
    tried = found[:, :, :, 1]
    connected = int(tried[:, :, 1].sum() + tried[:, :, 0, Reason.CONNECTED].sum())
    rest = tried[:, :, 0].copy()  # by told, reached and reason
    rest[:, :, Reason.CONNECTED] = 0
    if own:
        counts["no_agent"] += int(rest[:, 1].sum())
        rest[:, 1] = 0
    rest = rest.sum(axis=1)
    counts["told_refused"] += int(rest[1, Reason.REFUSE_CALL])
    rest[1, Reason.REFUSE_CALL] = 0
    _add(counts, rest.sum(axis=0), after_dial)
    return connected


def _add(counts: dict[str, int], by_reason: Array, exit_of: Callable[[int], str]) -> None:
    for code in np.flatnonzero(by_reason).tolist():
        counts[exit_of(code)] += int(by_reason[code])


def final_reasons(world: World, campaign: int, leads: Array, people: Array) -> Array:
    """Return uint8[n]: why each lead ended; 0 for one that was still open or never tried.

    `people`: PERSON[n], whose leads they are.

    A lead that nobody finished gets the reason that would refuse its next call, whether it was
    never tried or waits for a retry; one whose call is under way gets none.
    """
    finished = leads["state"] == LeadState.FINISHED
    reasons: Array = leads["reason"] * finished
    waiting = np.flatnonzero(~finished & ~np.isin(leads["state"], UNDER_WAY))
    if len(waiting):
        record = world.static.campaigns[campaign]
        home = people["home"][waiting]
        barred = record["barred_of"][home & OPERATOR] | record["barred"]
        out_of_reach = barred >> (home >> PROVINCE_SHIFT).astype(np.uint32)
        reasons[waiting] = static_reasons(
            people["flags"][waiting],
            int(record["purpose"]),
            int(record["by_consent"]),
            int(record["exports_data"]),
            int(record["category"]),
            out_of_reach=out_of_reach & 1 == 1,
        )
    return reasons


def _shaped(counts: dict[str, int], own: bool) -> Waterfall:
    """Return an account; without the stage "reached" its exits are those before "connected"."""
    moved = {} if own else {"not_reached": "not_connected"}
    rows = sum(counts.values())
    lost = dict.fromkeys(STAGE_GROUPS, 0)
    for key, (group, _) in EXITS.items():
        if group in lost:
            lost[moved.get(group, group)] += counts[key]
    left = rows
    stages: list[Stage] = []
    for index, (key, name) in enumerate(STAGES):
        if index:
            left -= lost[STAGE_GROUPS[index - 1]]
        if own or key != "reached":
            stages.append({"key": key, "name": name, "left": left})
    exits: list[Exit] = [
        {
            "key": key,
            "group": moved.get(group, group),
            "name": name,
            "leads": counts[key],
        }
        for key, (group, name) in EXITS.items()
        if counts[key]
    ]
    return {"rows": rows, "stages": stages, "exits": exits}
