"""Labels: who sees one, when marks bring one, how an appeal takes it away.

Kernels that act return ``(action, measured, threshold, until or row)`` for the log, action NONE
when nothing is to be told; the engine writes the row and puts the nodes.
"""

from typing import Any

import numpy as np

from dialsim.carrier.counters.kernels import count_anew, count_in, count_one
from dialsim.carrier.filing.kernels import class_row
from dialsim.carrier.layout import (
    BLOCKED_SHIFT,
    FILINGS,
    MONTH_BUCKET_MS,
    PLATFORM,
    PLATFORMS,
    W_DELIVERED,
    W_MARKS,
    Carrier,
    HandsetFlag,
    LabelAppeal,
)
from dialsim.core.codes import Action
from dialsim.jit.decorator import kernel


@kernel
def is_shown(record: Any, platform: int, now: int) -> bool:
    """Whether a platform shows a label of a caller ID or a class."""
    labelled = (np.int64(record["labelled"]) >> platform) & 1
    return labelled == 1 and now >= record["label_from"][platform]


@kernel(inlined=True)
def sees_label(carrier: Carrier, person: int, caller: int, target: int, now: int) -> bool:
    """Whether a callee's handset labels calls of a caller ID, or of its class (``target``, or -1).

    A caller ID shows the labels of those that it replaces, too, and of their classes.
    """
    record = carrier.numbers[caller]
    other = np.int64(record["replaces"])
    if record["labelled"] == 0 and other < 0:
        if target < 0 or carrier.numbers[target]["labelled"] == 0:
            return False
    handset = np.int64(carrier.subscribers[person]["handset"])
    platform = handset & PLATFORM
    if platform == PLATFORMS or (record["named"] == 1 and handset & HandsetFlag.CERTIFIED):
        return False
    if is_shown(record, platform, now):
        return True
    while other >= 0:
        earlier = carrier.numbers[other]
        row = class_row(carrier, earlier, now)
        if is_shown(earlier, platform, now):
            return True
        if row >= 0 and is_shown(carrier.numbers[row], platform, now):
            return True
        other = np.int64(earlier["replaces"])
    return target >= 0 and is_shown(carrier.numbers[target], platform, now)


@kernel
def add_labels(record: Any, network: Any, marks: int, delivered: int, now: int) -> int:
    """Label a row on the platforms whose count and share are reached; the lowest, or -1."""
    lowest = -1
    if (marks << 32) < np.int64(network["label_share"]) * delivered:
        return lowest
    labelled = np.int64(record["labelled"])
    for platform in range(PLATFORMS):
        if (labelled >> platform) & 1 or marks < network["label_marks"][platform]:
            continue
        labelled |= 1 << platform
        record["label_from"][platform] = now + np.int64(network["label_delay_ms"][platform])
        if lowest < 0:
            lowest = platform
    record["labelled"] = labelled
    return lowest


@kernel
def note_mark(
    carrier: Carrier, network: Any, caller: int, target: int, callers: int, now: int
) -> tuple[int, int, int, int]:
    """Count a mark; a label comes when count and share are reached.

    Linked unregistered numbers are marked together (``target``: their class's row, -1 for a caller
    ID on its own): the label falls on the class, so that spreading calls over numbers gains
    nothing.
    """
    count_one(carrier, caller, W_MARKS, MONTH_BUCKET_MS, now)
    counter, row = caller, caller
    if target >= 0:
        count_one(carrier, callers, W_MARKS, MONTH_BUCKET_MS, now)
        counter, row = callers, target
    record = carrier.numbers[row]
    if record["labelled"] == (1 << PLATFORMS) - 1:
        return Action.NONE, 0, 0, -1
    marks = count_in(carrier, counter, W_MARKS, MONTH_BUCKET_MS, now)
    delivered = count_in(carrier, counter, W_DELIVERED, MONTH_BUCKET_MS, now)
    was = np.int64(record["labelled"])
    lowest = add_labels(record, network, marks, delivered, now)
    if was != 0 or lowest < 0:
        return Action.NONE, 0, 0, -1
    return Action.LABEL, marks, np.int64(network["label_marks"][lowest]), row


@kernel
def block_caller(subscriber: Any, caller: int) -> None:
    """A callee's handset blocks a number; a second one makes them block all of the enterprise."""
    handset = np.int64(subscriber["handset"])
    blocked = (handset >> BLOCKED_SHIFT) - 1
    if blocked < 0:
        handset |= (caller + 1) << BLOCKED_SHIFT
    elif blocked != caller:
        handset |= HandsetFlag.BLOCKS_ENTERPRISE
    subscriber["handset"] = handset


@kernel
def may_file_at(record: Any, network: Any) -> int:
    """The first tick at which one more appeal against a row's label may be filed."""
    oldest = np.int64(record["filed"][FILINGS - np.int64(network["appeal_most"])])
    return oldest + np.int64(network["appeal_window_ms"])


@kernel
def file_appeal(record: Any, now: int) -> None:
    """File an appeal against a row's label."""
    for i in range(FILINGS - 1):
        record["filed"][i] = record["filed"][i + 1]
    record["filed"][FILINGS - 1] = now
    record["appeal_stage"] = LabelAppeal.FILED


@kernel
def take_label_away(carrier: Carrier, row: int, callers: int) -> None:
    """A label goes after its appeal; the marks it came from count no more."""
    record = carrier.numbers[row]
    record["labelled"] = 0
    record["appeal_stage"] = 0
    count_anew(carrier, min(row, callers), W_MARKS)
