"""Standing of lines: registered or not, and what is held against a line or those it replaces."""

from typing import Any

import numpy as np

from dialsim.carrier.layout import Carrier
from dialsim.core.jit import kernel


@kernel
def worst_state(carrier: Carrier, line: int) -> int:
    """The severest rung in force on a line, or on one that it was put in place of."""
    record = carrier.lines[line]
    worst = np.int64(record["state"])
    other = np.int64(record["replaces"])
    while other >= 0:
        worst = max(worst, np.int64(carrier.lines[other]["state"]))
        other = np.int64(carrier.lines[other]["replaces"])
    return worst


@kernel
def is_shut(carrier: Carrier, record: Any, now: int) -> bool:
    """Whether more than a line itself is stopped: the enterprise, its platform or the trunk."""
    enterprise = carrier.enterprise[0]
    if enterprise["stopped"] == 1 or enterprise["platform_stopped"] == 1:
        return True
    return now < np.int64(carrier.contracts[record["trunk"]]["shut_until"])


@kernel
def change_standing(carrier: Carrier, block: int, registered: int) -> int:
    """Register the lines of a block, or no more; returns how many they are.

    From now on they are judged by the rules of their new standing; what is counted or in force
    stays.
    """
    filed = carrier.filed_blocks[block]
    first, count = np.int64(filed["first"]), np.int64(filed["count"])
    for line in range(first, first + count):
        record = carrier.lines[line]
        record["registered"] = registered
        rule_first, rule_count = np.int64(record["rule_first"]), np.int64(record["rule_count"])
        record["rule_first"] = record["other_first"]
        record["rule_count"] = record["other_count"]
        record["other_first"] = rule_first
        record["other_count"] = rule_count
    return count
