"""Profile and blocks to arrays: label platforms, appeals, what a number shows of itself."""

from __future__ import annotations

from typing import Any

from dialsim.carrier.layout import FAR_PAST, PLATFORMS, HandsetFlag
from dialsim.core.rng import threshold32
from dialsim.scenario.models.schema import CallerIds, Scenario
from dialsim.scenario.profiles.profile import Profile as ProfileFile

NAMES = ("main", "second", "third")
"""Label platforms in the order of their bits."""
ALL_PLATFORMS = (1 << PLATFORMS) - 1
SHUT_OUT = {
    "95_enterprise": HandsetFlag.BLOCKS_95,
    "95_b24": HandsetFlag.BLOCKS_95,
    "96": HandsetFlag.BLOCKS_96,
    "1010": HandsetFlag.BLOCKS_96,
    "400": HandsetFlag.BLOCKS_400,
}
"""Bit of the handset by which callees shut out a class of numbers."""
NO_LABEL = 1 << 31  # more marks than a window can hold


def handset_shares(network: ProfileFile) -> list[float]:
    """Return the share of handsets that show each platform's labels."""
    return [float(network[f"labels.handsets.{name}"]) for name in NAMES]


def label_factor(network: ProfileFile) -> float:
    """Return what is left of the answers of those who see a label.

    The published figure is of all callees once a number is labelled everywhere, and some of them
    have no handset that shows it; nobody can answer less than never.
    """
    covered = sum(handset_shares(network))
    lost = 1.0 - float(network["labels.answer_factor"])
    return max(0.0, 1.0 - lost / covered) if covered > 0 else 1.0


def fill_labels(record: Any, scenario: Scenario, network: ProfileFile) -> None:
    """Write platforms and appeals into the NETWORK record."""
    off = scenario.network.off
    total = 0.0
    for i, (name, share) in enumerate(zip(NAMES, handset_shares(network), strict=True)):
        total += share
        record["handset_share"][i] = 0 if "labels" in off else threshold32(min(1.0, total))
        later = 0 if i == 0 else network[f"labels.later_marks.{name}"]
        record["label_marks"][i] = network["labels.marks"] + later if share or not i else NO_LABEL
        record["label_delay_ms"][i] = network[f"labels.delay.{name}"]
    record["label_share"] = threshold32(network["labels.share"])
    named = any(block.display_name is not None for block in scenario.caller_ids)
    covered = network["labels.certified_coverage"] if named and "labels" not in off else 0.0
    record["certified"] = threshold32(covered)
    record["lookup_ms"] = network["labels.appeal.lookup"]
    days = ("removal_working_days", "sync_working_days")
    record["appeal_days"] = sum(network[f"labels.appeal.{key}"] for key in days)
    record["appeal_most"] = network["labels.appeal.most"]
    record["appeal_window_ms"] = network["labels.appeal.window"]


def fill_blocks(record: Any, scenario: Scenario, network: ProfileFile) -> None:
    """Write into the NETWORK record what callees block; shares that concern no caller ID are 0."""
    if "subscriber_blocks" in scenario.network.off:
        return
    shown = 0
    for block in scenario.caller_ids:
        shown |= shut_out_by(block, scenario)
    keys = ("prefix.95", "prefix.96", "prefix.400", "international")
    for i, key in enumerate(keys):
        if shown & HandsetFlag.BLOCKS_95 << i:
            record["blocks_shown"][i] = threshold32(network[f"subscriber_blocks.{key}"])
    record["after_mark"] = threshold32(network["subscriber_blocks.after_mark"])


def shut_out_by(block: CallerIds, scenario: Scenario) -> int:
    """Return the bits of a handset that shut out a block for what its numbers show."""
    bits = SHUT_OUT.get(block.number_class, 0)
    return bits | HandsetFlag.BLOCKS_ABROAD if shows_as_international(block, scenario) else bits


def shows_as_international(block: CallerIds, scenario: Scenario) -> bool:
    """Return whether callees see that calls of a block come from abroad."""
    passes = any(trunk.by_gateway for trunk in scenario.trunks if trunk.name == block.trunk)
    return passes and block.authorised_by is None


def fill_shown(numbers: Any, block: CallerIds, scenario: Scenario) -> None:
    """Write what numbers of a block show, through which gateway, and who looks after them."""
    numbers["international"] = shows_as_international(block, scenario)
    numbers["blocked_by"] = shut_out_by(block, scenario)
    names = sorted({other.display_name for other in scenario.caller_ids if other.display_name})
    numbers["name"] = 1 + names.index(block.display_name) if block.display_name else 0
    off = scenario.network.off
    if "gateway" not in off:
        gateways = [t.name if t.by_gateway else None for t in scenario.trunks]
        numbers["gateway"] = gateways.index(block.trunk) if block.trunk in gateways else -1
    numbers["appeals"] = block.appeals_labels and not {"labels", "label_appeals"} & set(off)


def fill_unsaid(numbers: Any) -> None:
    """Write what holds of every row before its block speaks."""
    numbers["gateway"] = -1
    numbers["filed"] = FAR_PAST
