"""Whether a scenario fits into this machine, before a byte of it is allocated."""

from __future__ import annotations

import os
from pathlib import Path

from dialsim.carrier.layout import SUBSCRIBER
from dialsim.core.queue import TIMER
from dialsim.errors import CapacityError
from dialsim.people.layout import LEAD, PERSON
from dialsim.scenario.schema import Scenario

FIXED_BYTES = 300_000_000  # interpreter, libraries, tables, logs and their batches on the way
RING_BYTES = 8


def bytes_needed(scenario: Scenario, counts: list[int], ring_depth: int) -> int:
    """Return the memory a run of the scenario takes, from the sizes of its records.

    Parameters
    ----------
    counts
        Rows of each list.
    ring_depth
        Attempts remembered of each person.
    """
    per_person = PERSON.itemsize + SUBSCRIBER.itemsize + RING_BYTES * ring_depth
    names = [source.name for source in scenario.people]
    leads = sum(counts[names.index(n)] for c in scenario.campaigns for n in c.people)
    per_lead = LEAD.itemsize + TIMER.itemsize
    return FIXED_BYTES + sum(counts) * per_person + leads * per_lead


def bytes_available() -> int | None:
    """Return the memory that can still be had; None where the system does not say."""
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
    """Return what a container may still take."""
    root = Path("/sys/fs/cgroup")
    try:
        limit = int((root / "memory.max").read_text("ascii"))
        return max(0, limit - int((root / "memory.current").read_text("ascii")))
    except (OSError, ValueError):  # no limit reads "max"
        return None


def check_memory(scenario: Scenario, counts: list[int], ring_depth: int) -> None:
    """Refuse a scenario that does not fit.

    Raises
    ------
    CapacityError
        With the memory it takes and the memory there is.
    """
    available = bytes_available()
    needed = bytes_needed(scenario, counts, ring_depth)
    if available is None or needed <= available:
        return
    largest = counts.index(max(counts))
    raise CapacityError(
        "memory will not suffice",
        f"{sum(counts):,} people take {_shown(needed)}, {_shown(available)} are available",
        f"people[{largest}], the largest list, or use a larger machine",
    )


def _shown(size: int) -> str:
    return f"{size / 1e9:,.1f} GB"
