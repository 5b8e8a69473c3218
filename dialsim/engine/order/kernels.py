"""Dial order: the next retry or fresh row, and its caller ID."""

import numpy as np

from dialsim.compliance.kernels import NO_CALLER, pick_caller
from dialsim.core.counts import quotient
from dialsim.core.time_units import HOUR_MS, NEVER
from dialsim.engine.state import State, Static
from dialsim.jit.decorator import kernel
from dialsim.pacing.layout import MIX_UNIT
from dialsim.people.layout import BY_PRIORITY

UNMIXED, AGAIN, FRESH = -1, 0, 1
MOST_MARKED = 62  # areas with a bit of their own in a mask of those asked
HOURS = 24


@kernel(inlined=True)
def choose_lead(k: Static, s: State, campaign: int, now: int) -> tuple[int, int, int, int]:
    """Choose the lead to dial next, and its caller ID.

    Returns ``(row, caller, wake, lacking)``: the ready list to take from (-1: a fresh lead), its
    area's caller ID (-1 with no ready list either: nobody can be dialled now), and what holds up
    those who have to wait, with the tick to look again; lacking -1: nothing does.
    """
    if k.areas.groups.shape[1] == 1:
        return choose_in_one_area(k, s, campaign, now)
    row, caller, first_due = -1, NO_CALLER, np.int64(0)
    wake, lacking, asked, none_of = NEVER, -1, 0, 0
    for area in range(k.areas.groups.shape[1]):
        head, due = first_ready(k, s, campaign, area)
        if head < 0 or not (row < 0 or goes_first(s, head, due, row, first_due)):
            continue  # its caller ID would not matter
        found, tick, what = NO_CALLER, NEVER, -1
        if k.areas.groups[campaign, area, 0] >= 0:  # else barred by all: nothing to wait for
            found, tick, what = pick_for(k, s, campaign, area, now)
        if found >= 0 or what < 0:
            row, caller, first_due = head, found, due
            continue
        if asked == 0:
            lacking, none_of = what, area
        wake = min(wake, tick)
        asked |= 1 << min(area, MOST_MARKED)
    if row >= 0:
        return row, caller, NEVER, -1
    return pick_for_any(k, s, campaign, (wake, lacking, none_of, asked), now)


@kernel
def goes_first(s: State, head: int, due: int, other: int, other_due: int) -> bool:
    """Whether the head of one ready list goes before that of another, by marks and nodes."""
    return bool(due > other_due or (due == other_due and s.ready[head, 0] < s.ready[other, 0]))


@kernel
def pick_for_any(
    k: Static, s: State, campaign: int, known: tuple[int, int, int, int], now: int
) -> tuple[int, int, int, int]:
    """What `choose_lead` returns where no waiting person can be called.

    ``known`` of those who wait: when to look again, what the first of their areas lacks, that
    area, and a bit for each area asked already.
    """
    wake, lacking, none_of, asked = known
    held_wake, held = wake, lacking
    for area in range(k.areas.groups.shape[1]):
        marked = area < MOST_MARKED and (asked >> area) & 1 == 1
        if marked or k.areas.groups[campaign, area, 0] < 0:
            continue
        found, tick, what = pick_for(k, s, campaign, area, now)
        if found >= 0:
            return -1, found, held_wake, held
        wake = min(wake, tick)
        if lacking < 0 or area < none_of:
            lacking, none_of = what, area
    return -1, NO_CALLER, wake, lacking


@kernel(inlined=True)
def choose_in_one_area(k: Static, s: State, campaign: int, now: int) -> tuple[int, int, int, int]:
    """`choose_lead` where all people are of one area."""
    row = first_in_one_area(k, s, campaign)
    if k.areas.groups[campaign, 0, 0] < 0:
        return row, NO_CALLER, NEVER, -1
    caller, wake, lacking = pick_for(k, s, campaign, 0, now)
    if caller < 0:
        return -1, NO_CALLER, wake, lacking
    return row, caller, NEVER, -1


@kernel(inlined=True)
def pick_for(k: Static, s: State, campaign: int, area: int, now: int) -> tuple[int, int, int]:
    """The caller ID for people of an area, or the tick of the next one and what is lacking."""
    groups, track = k.areas.groups[campaign, area], np.int64(k.areas.tracks[campaign, area])
    by_headroom = np.int64(k.campaigns[campaign]["by_headroom"])
    return pick_caller(s.resources, k.limits, groups, track, by_headroom, now)


@kernel
def first_ready(k: Static, s: State, campaign: int, area: int) -> tuple[int, int]:
    """Row of the open ready list of an area whose head goes first, or -1, and the head's mark.

    While a lead is in a ready list its queue record's ``due`` holds its mark (`make_ready`).
    """
    zones = np.int64(k.world[0]["zones"])
    areas = k.areas.groups.shape[1]
    grades = np.int64(k.world[0]["grades"])
    best = -1
    best_due = np.int64(0)
    for hours in range(campaign * zones, (campaign + 1) * zones):
        if s.open[hours] == 0:
            continue
        row = (hours * areas + area) * grades
        behind = row + grades
        while row < behind:
            head = np.int64(s.ready[row, 0])
            if head >= 0:
                due = np.int64(s.queue.timers[head]["due"])
                if best < 0 or due > best_due or (due == best_due and head < s.ready[best, 0]):
                    best, best_due = row, due
            row += 1
    return best, best_due


@kernel
def first_in_one_area(k: Static, s: State, campaign: int) -> int:
    """`first_ready` where all people are of one area: a campaign's lists lie side by side."""
    grades = np.int64(k.world[0]["grades"])
    lists = np.int64(k.world[0]["zones"]) * grades
    row, behind = campaign * lists, (campaign + 1) * lists
    best, best_due = np.int64(-1), np.int64(0)
    while row < behind:
        head = np.int64(s.ready[row, 0])
        if head >= 0 and s.open[quotient(row, grades)] == 1:
            due = np.int64(s.queue.timers[head]["due"])
            if best < 0 or due > best_due or (due == best_due and head < s.ready[best, 0]):
                best, best_due = row, due
        row += 1
    return best


@kernel
def has_leads(k: Static, s: State, campaign: int) -> bool:
    """Whether a lead waits in a ready list of an open class, or a list has rows left."""
    if next_list(k, s, campaign) >= 0:
        return True
    zones = np.int64(k.world[0]["zones"])
    lists = k.areas.groups.shape[1] * np.int64(k.world[0]["grades"])  # of a class
    row, behind = campaign * zones * lists, (campaign + 1) * zones * lists
    while row < behind:
        if s.ready[row, 0] >= 0 and s.open[quotient(row, lists)] == 1:
            return True
        row += 1
    return False


@kernel
def next_turn(k: Static, s: State, campaign: int, row: int) -> int:
    """Whose turn it is where fresh leads and retries are mixed: FRESH or AGAIN.

    UNMIXED if there is nothing to choose between (``row`` -1: nobody waits), and before a call
    that was agreed on.
    """
    share = np.int64(k.campaigns[campaign]["fresh_share"])
    if share < 0 or row < 0 or next_list(k, s, campaign) < 0:
        return UNMIXED
    grades = np.int64(k.world[0]["grades"])
    if grades > 1 and row % grades == 0:
        return UNMIXED
    return FRESH if s.progress[campaign]["fresh_due"] + share >= MIX_UNIT else AGAIN


@kernel
def note_turn(k: Static, s: State, campaign: int, taken: int) -> None:
    """Record whose turn it was."""
    if taken == UNMIXED:
        return
    share = np.int64(k.campaigns[campaign]["fresh_share"])
    s.progress[campaign]["fresh_due"] += share - MIX_UNIT if taken == FRESH else share


@kernel(inlined=True)
def next_list(k: Static, s: State, campaign: int) -> int:
    """The list of a campaign's next fresh row; -1: no row is left.

    One after the other; or the one whose next row `goes_before` those of the others, of equals the
    first.
    """
    progress = s.progress[campaign]
    lists = k.leads_of[campaign]
    best = np.int64(-1)
    while progress["block"] < lists.shape[0] and lists[progress["block"]]["source"] >= 0:
        if has_rows(k, s, campaign, np.int64(progress["block"])):
            best = np.int64(progress["block"])
            break
        progress["block"] += 1
    if best < 0 or lists[best]["weight"] == 0:
        return best
    for block in range(progress["block"] + 1, lists.shape[0]):
        if lists[block]["source"] < 0:
            break
        if has_rows(k, s, campaign, block) and goes_before(k, s, campaign, block, best):
            best = block
    return best


@kernel
def has_rows(k: Static, s: State, campaign: int, block: int) -> bool:
    """Whether a list has rows that its campaign has not reached."""
    source = np.int64(k.leads_of[campaign, block]["source"])
    return bool(s.taken[campaign, block] < s.lists[source]["count"])


@kernel
def goes_before(k: Static, s: State, campaign: int, block: int, best: int) -> bool:
    """Whether the next row of one list goes before that of another.

    By weight: the list whose rows taken are fewer for its weight once the next is counted; by
    priority the row with the higher one.
    """
    weight = np.int64(k.leads_of[campaign, block]["weight"])
    other = np.int64(k.leads_of[campaign, best]["weight"])
    if weight == BY_PRIORITY:
        return next_priority(k, s, campaign, block) > next_priority(k, s, campaign, best)
    mine = (np.int64(s.taken[campaign, block]) + 1) * other
    return bool(mine < (np.int64(s.taken[campaign, best]) + 1) * weight)


@kernel
def next_priority(k: Static, s: State, campaign: int, block: int) -> int:
    """Priority of the next row of a list; a row that is not resident yet goes first."""
    taken = np.int64(s.taken[campaign, block])
    entry = s.lists[k.leads_of[campaign, block]["source"]]
    if taken >= entry["resident"]:
        return NEVER
    return np.int64(s.priorities[np.int64(entry["first"]) + taken])


@kernel
def fresh_lead(k: Static, s: State, campaign: int, now: int) -> int:
    """Next fresh lead; -1: none left; -2: its row is not resident yet."""
    block = next_list(k, s, campaign)
    if block < 0:
        return -1
    row = next_row(k, s, campaign, block, now)
    if row < 0:
        s.control[0]["need_list"] = k.leads_of[campaign, block]["source"]
        return -2
    s.taken[campaign, block] += 1
    return np.int64(k.leads_of[campaign, block]["base"]) + row


@kernel
def next_row(k: Static, s: State, campaign: int, block: int, now: int) -> int:
    """Next row of a list with rows left, in its dial order; -1: not resident yet."""
    source = np.int64(k.leads_of[campaign, block]["source"])
    resident = np.int64(s.lists[source]["resident"])
    found = np.int64(-1)
    if k.leads_of[campaign, block]["by_hour"] == 0:
        if s.taken[campaign, block] < resident:
            found = np.int64(s.taken[campaign, block])
        return found
    first = s.hour_first[:, source]
    if resident >= s.lists[source]["count"]:
        taken = s.hour_rows[campaign, block]
        hour = now // HOUR_MS % HOURS
        for i in range(HOURS + 1):  # this hour, no best hour, then hours gone by: the next last
            bucket = hour if i == 0 else HOURS if i == 1 else (hour + 1 - i) % HOURS
            if first[bucket] + taken[bucket] < first[bucket + 1]:
                found = np.int64(first[bucket] + taken[bucket])
                taken[bucket] += 1
                break
    return found
