"""Memory estimate of a scenario, checked before anything is allocated."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from dialsim.agents.layout import AGENT
from dialsim.carrier.layout import FAMILIES, NUMBER, SUBSCRIBER
from dialsim.compliance.layout import CALLER, SUSPECTED
from dialsim.core.codes import Operator
from dialsim.core.packed_windows import FOUR
from dialsim.core.queue_layout import TIMER
from dialsim.core.windows import PLACES, WINDOW
from dialsim.errors import CapacityError
from dialsim.messages.text import message
from dialsim.outcomes.layout import CALL, FATE, TRANSFER
from dialsim.people.layout import LEAD, PERSON
from dialsim.scenario.models.schema import Scenario

FIXED_BYTES = 300_000_000  # interpreter, libraries, tables, logs and their batches on the way
RING_BYTES = 8
LAST_CALL_BYTES = 4  # of callees of lines that look for new ones
AGENT_BESIDE = 16  # since when busy, and a key
RANK_BYTES = 4  # by which calls that wait are ordered
WINDOW_BYTES = PLACES * (1 + 4) + WINDOW.itemsize  # buckets, small and large, and sum
WEEK_BYTES = PLACES * (4 + 4 * 4) + FOUR.itemsize
POOL_BYTES = 52  # a caller ID's next-free tick, and its room in its group's pool at most
UNTOLD = 1_000_000
JUDGES = len(Operator) - 1  # mainland operators, each with counters of its own of those not filed


@dataclass(frozen=True)
class Part:
    """One part of the memory: its purpose, its size, and the setting that decides it."""

    what: str
    size: int
    setting: str


def parts_needed(
    scenario: Scenario, counts: list[int], ring_depth: int, reading: int = 0
) -> list[Part]:
    """Return the memory a run of the scenario takes, from the sizes of its records.

    Parameters
    ----------
    counts
        Rows of each list.
    ring_depth
        Attempts remembered of each person.
    reading
        What reading the lists from files takes beside.
    """
    names = [source.name for source in scenario.people]
    leads = sum(counts[names.index(n)] for c in scenario.campaigns for n in c.people)
    per_person = PERSON.itemsize + SUBSCRIBER.itemsize + RING_BYTES * ring_depth
    if any(block.number_class == "mobile" for block in scenario.caller_ids):
        per_person += LAST_CALL_BYTES
    people = sum(counts) * per_person + leads * (LEAD.itemsize + TIMER.itemsize)
    channels = [trunk.channels for trunk in scenario.trunks]
    rates = [
        max([trunk.calls_per_second, *(limit.count for limit in trunk.limits)])
        for trunk in scenario.trunks
    ]
    overall = max([limit.count for limit in scenario.rules.enterprise_limits], default=0)
    blocks = [block.count for block in scenario.caller_ids]
    agents = [group.count for group in scenario.agents]
    limits = [limit.count for limit in scenario.rules.caller_limits]
    callers = sum(blocks)
    judged = NUMBER.itemsize + TIMER.itemsize + FAMILIES * WINDOW_BYTES + WEEK_BYTES
    per_caller = CALLER.itemsize + SUSPECTED.itemsize + POOL_BYTES + judged
    per_channel = CALL.itemsize + FATE.itemsize + TIMER.itemsize + RANK_BYTES
    if any(campaign.transfer for campaign in scenario.campaigns):
        per_channel += TRANSFER.itemsize
    unfiled = sum(block.count for block in scenario.caller_ids if not block.registered)

    def largest(name: str, key: str, sizes: list[int]) -> str:
        return f"{name}[{sizes.index(max(sizes))}]{key}"

    def largest_list() -> str:
        return message("{list}, the largest list").filled(list=largest("people", "", counts))

    return [
        Part(message("{:,} people").filled(sum(counts)), people, largest_list()),
        Part(message("reading the lists"), reading, largest_list()),
        Part(
            message("{:,} channels").filled(sum(channels)),
            sum(channels) * per_channel,
            largest("trunks", ".channels", channels),
        ),
        Part(
            message("the last calls of each of {count} trunks").filled(count=len(rates)),
            (sum(rates) + overall) * RING_BYTES,
            largest("trunks", ".calls_per_second", rates),
        ),
        Part(
            message("{:,} caller IDs").filled(callers),
            callers * per_caller + unfiled * JUDGES * judged,
            largest("caller_ids", ".count", blocks),
        ),
        Part(
            message("the last calls of {count:,} caller IDs").filled(count=callers),
            callers * max(limits, default=1) * RING_BYTES,
            largest("rules.caller_limits", ".count", limits)
            if limits
            else largest("caller_ids", ".count", blocks),
        ),
        Part(
            message("{:,} agents").filled(sum(agents)),
            sum(agents) * (AGENT.itemsize + AGENT_BESIDE + TIMER.itemsize),
            largest("agents", ".count", agents),
        ),
    ]


def bytes_needed(scenario: Scenario, counts: list[int], ring_depth: int, reading: int = 0) -> int:
    """Return the sum of :func:`parts_needed` and what every run takes."""
    parts = parts_needed(scenario, counts, ring_depth, reading)
    return FIXED_BYTES + sum(part.size for part in parts)


def bytes_available() -> int | None:
    """Return the available memory; None where the system does not report it."""
    found = [n for n in (_meminfo(), _control_group()) if n is not None]
    if found:
        return min(found)
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None


def _meminfo() -> int | None:
    try:
        for line in Path("/proc/meminfo").read_text("ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    return None


def _control_group() -> int | None:
    """Return the memory that the container may still take."""
    root = Path("/sys/fs/cgroup")
    try:
        limit = int((root / "memory.max").read_text("ascii"))
        return max(0, limit - int((root / "memory.current").read_text("ascii")))
    except (OSError, ValueError):  # no limit reads "max"
        return None


def check_memory(scenario: Scenario, counts: list[int], ring_depth: int, reading: int = 0) -> None:
    """Refuse a scenario that does not fit in memory.

    Raises
    ------
    CapacityError
        With the memory it takes and the memory there is.
    """
    available = bytes_available()
    needed = bytes_needed(scenario, counts, ring_depth, reading)
    if available is None or needed <= available:
        return
    parts = parts_needed(scenario, counts, ring_depth, reading)
    largest = max(parts, key=lambda part: part.size)
    raise CapacityError(
        message("memory will not suffice"),
        message(
            "the run takes {needed}, {available} are available; {what} take {size} of it"
        ).filled(
            needed=_shown(needed),
            available=_shown(available),
            what=largest.what,
            size=_shown(largest.size),
        ),
        message("{setting}, or use a larger machine").filled(setting=largest.setting),
    )


def rooms(scenario: Scenario, counts: list[int], ring_depth: int, reading: int = 0) -> int:
    """Return how many worlds of a scenario fit in memory at a time, at least one.

    A million where the system does not say.
    """
    available = bytes_available()
    each = bytes_needed(scenario, counts, ring_depth, reading) - FIXED_BYTES
    if available is None or each <= 0:
        return UNTOLD
    return max(1, (available - FIXED_BYTES) // each)


def process_rooms(
    scenario: Scenario, counts: list[int], ring_depth: int, reading: int, worlds: int
) -> int:
    """Return how many processes with several worlds each fit in memory, at least one.

    A million where the system does not say.
    """
    available = bytes_available()
    if available is None:
        return UNTOLD
    world = bytes_needed(scenario, counts, ring_depth, reading) - FIXED_BYTES
    return max(1, available // (FIXED_BYTES + worlds * world))


def _shown(size: int) -> str:
    return f"{size / 1e9:,.1f} GB"
