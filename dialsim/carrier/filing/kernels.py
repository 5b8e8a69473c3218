"""Status of caller IDs: registered or not, and the rungs in force on them or those they replace."""

from typing import Any

import numpy as np

from dialsim.carrier.layout import PLATFORMS, Carrier
from dialsim.core.codes import Action
from dialsim.jit.decorator import kernel


@kernel
def class_row(carrier: Carrier, record: Any, now: int) -> int:
    """Row that stands for a caller ID's class if the caller ID is linked, else -1."""
    if record["registered"] == 1 or now < record["linked_tick"]:
        return -1
    return np.int64(carrier.enterprise[0]["callers"]) + np.int64(record["number_class"])


@kernel
def worst_state(carrier: Carrier, caller: int, classes: int, now: int) -> int:
    """The severest rung in force on a caller ID, or on one that it was put in place of.

    A linked caller ID that is replaced stands as its class does, and hands that on too.
    ``classes``: the first row of classes of the same operator, as ``caller`` is the row of that
    operator.
    """
    callers = np.int64(carrier.enterprise[0]["callers"])
    record = carrier.numbers[caller]
    worst = np.int64(record["state"])
    other = np.int64(record["replaces"])
    while other >= 0:
        earlier = carrier.numbers[other]
        worst = max(worst, np.int64(earlier["state"]))
        row = class_row(carrier, carrier.numbers[earlier["shown"]], now)
        if row >= 0:
            worst = max(worst, np.int64(carrier.numbers[row - callers + classes]["state"]))
        other = np.int64(earlier["replaces"])
    return worst


@kernel
def is_shut(carrier: Carrier, record: Any, now: int) -> bool:
    """Whether more than the caller ID is stopped: the enterprise, its platform or the trunk."""
    enterprise = carrier.enterprise[0]
    if enterprise["stopped"] == 1 or enterprise["platform_stopped"] == 1:
        return True
    return now < np.int64(carrier.contracts[record["trunk"]]["shut_until"])


@kernel
def change_standing(carrier: Carrier, block: int, registered: int) -> int:
    """Register the caller IDs of a block, or no more; returns how many they are.

    From now on they are judged by the rules of their new standing; what is counted or in force
    stays (of a class that they leave: `keep_rung`, `keep_labels`).
    """
    filed = carrier.filed_blocks[block]
    first, count = np.int64(filed["first"]), np.int64(filed["count"])
    for caller in range(first, first + count):
        record = carrier.numbers[caller]
        record["registered"] = registered
        rule_first, rule_count = np.int64(record["rule_first"]), np.int64(record["rule_count"])
        record["rule_first"] = record["other_first"]
        record["rule_count"] = record["other_count"]
        record["other_first"] = rule_first
        record["other_count"] = rule_count
        record["slow"] = 0
    return count


@kernel
def keep_rung(carrier: Carrier, caller: int, row: int) -> bool:
    """Keep the rung in force on the class (``row``) that a caller ID leaves, if that is severer.

    Of two suspensions the one that ends later; whether the caller ID's own gave way.
    """
    record, shared = carrier.numbers[caller], carrier.numbers[row]
    if shared["state"] < record["state"]:
        return False
    if shared["state"] == record["state"]:
        if shared["state"] != Action.SUSPEND or shared["until"] <= record["until"]:
            return False
    record["state"] = shared["state"]
    record["state_rule"] = shared["state_rule"]
    record["state_by"] = shared["state_by"]
    record["over_tick"] = shared["over_tick"]
    record["until"] = shared["until"]
    if record["pending"] <= record["state"]:
        record["pending"] = Action.NONE
        record["spares"] = 0
    return True


@kernel
def keep_labels(carrier: Carrier, caller: int, row: int) -> bool:
    """A caller ID that leaves its class (``row``) keeps its labels; whether it had none before."""
    record, shared = carrier.numbers[caller], carrier.numbers[row]
    had = np.int64(record["labelled"])
    for platform in range(PLATFORMS):
        if (np.int64(shared["labelled"]) >> platform) & 1 and not (had >> platform) & 1:
            record["label_from"][platform] = shared["label_from"][platform]
    record["labelled"] = had | np.int64(shared["labelled"])
    return had == 0 and shared["labelled"] != 0
