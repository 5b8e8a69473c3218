"""Scenario to arrays: when blocks of numbers are registered, and which caller IDs replace which."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.carrier.layout import FILED_BLOCK
from dialsim.scenario.filing import is_always_registered, registered_span
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.profiles.profile import Profile as ProfileFile


def build_filed_blocks(scenario: Scenario, network: ProfileFile) -> NDArray[Any]:
    """Return when each block of caller IDs is registered (FILED_BLOCK, in file order)."""
    blocks = np.zeros(len(scenario.caller_ids), FILED_BLOCK)
    first = 0
    for record, block in zip(blocks, scenario.caller_ids, strict=True):
        begin, end = registered_span(scenario, network, block)
        record["registered_from"], record["registered_until"] = begin, end
        record["first"], record["count"] = first, block.count
        first += block.count
    return blocks


def may_be_unregistered(scenario: Scenario, network: ProfileFile) -> NDArray[np.bool_]:
    """Return bool[N]: caller IDs that are not registered all the time."""
    blocks = scenario.caller_ids
    never = [not is_always_registered(scenario, network, block) for block in blocks]
    return np.repeat(never, [block.count for block in blocks])


def fill_replacements(numbers: NDArray[Any], scenario: Scenario) -> None:
    """Write which caller ID each one of ``numbers`` (NUMBER[N]) replaces, and the last of those."""
    rows = np.arange(len(numbers))
    numbers["replaces"], numbers["root"] = -1, rows
    if "inheritance" in scenario.network.off:
        return
    counts = [block.count for block in scenario.caller_ids]
    firsts = np.cumsum([0, *counts])
    place = {block.name: i for i, block in enumerate(scenario.caller_ids)}
    for i, block in enumerate(scenario.caller_ids):
        if block.replaces is not None:
            other = int(firsts[place[block.replaces]])
            mine = slice(int(firsts[i]), int(firsts[i]) + block.count)
            numbers["replaces"][mine] = np.arange(other, other + block.count)
    for _ in counts:  # no chain is longer than there are blocks
        known = numbers["replaces"][numbers["root"]]
        numbers["root"] = np.where(known >= 0, known, numbers["root"])
