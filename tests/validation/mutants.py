"""Faults of the engine that ``dialsim validate`` has to notice, as edits of its sources."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """One fault.

    Attributes
    ----------
    name
        What is wrong.
    file
        Below the package.
    old, new
        Text that stands there once, and what takes its place.
    only
        Part of the title of the world or the group of rules that notices it.
    days
        How many of a world with chance are played.
    """

    name: str
    file: str
    old: str
    new: str
    only: str
    days: int = 5


MUTANTS = (
    Mutant(
        "ring and answer from one draw",
        "carrier/delivery/kernels.py",
        "duration(profile, Table.RING, Stream.RING, keys, key, n)",
        "duration(profile, Table.RING, Stream.ANSWER, keys, key, n)",
        "dialer gives up",
    ),
    Mutant(
        "a callee's sliding window one tick short",
        "compliance/limits/kernels.py",
        'attempt_tick(ring[place_in_ring(attempts - count, depth)]) + np.int64(limit["per_ms"])',
        "attempt_tick(ring[place_in_ring(attempts - count, depth)])"
        ' + np.int64(limit["per_ms"]) - 1',
        "on a callee",
    ),
    Mutant(
        "a callee's anchored window opened by the last call",
        "compliance/limits/kernels.py",
        "        count += 1\n    return end if count",
        '        count += 1\n        end = attempt_tick(entry) + np.int64(limit["per_ms"])\n'
        "    return end if count",
        "on a callee",
    ),
    Mutant(
        "the guard one drop more generous",
        "pacing/kernels.py",
        "return drops <= credit\n",
        "return drops <= credit + 1\n",
        "guard",
    ),
    Mutant(
        "VICIdial's brake at 20 calls",
        "pacing/adaptive/kernels.py",
        "if calls > BRAKE_CALLS and",
        "if calls >= BRAKE_CALLS and",
        "VICIdial",
    ),
    Mutant(
        "a frequency ceiling reached is passed",
        "carrier/frequency/kernels.py",
        "if count <= ceiling:",
        "if count < ceiling:",
        "High-frequency",
    ),
    Mutant(
        "a network's window of 59 buckets",
        "core/windows.py",
        "\nBUCKETS = 60\n",
        "\nBUCKETS = 59\n",
        "High-frequency",
    ),
    Mutant(
        "a label one mark later",
        "carrier/labels/kernels.py",
        'or marks < network["label_marks"][platform]',
        'or marks <= network["label_marks"][platform]',
        "labels",
    ),
    Mutant(
        "suspension one complaint later",
        "carrier/complaints/kernels.py",
        "if triaged >= threshold and state < Action.SUSPEND",
        "if triaged > threshold and state < Action.SUSPEND",
        "Complaints",
    ),
    Mutant(
        "an agent of two campaigns served the second while still wrapping up",
        "engine/calls/kernels.py",
        "+ agent, now + wrap_ms, Kind.AGENT)",
        '+ agent, now + (wrap_ms if call["campaign"] == 0 else 0), Kind.AGENT)',
        "Agents of two",
    ),
    Mutant(
        "the later of two campaigns served first",
        "engine/sharing/kernels.py",
        'if k.campaigns[served[i]]["priority"] > k.campaigns[best]["priority"]:',
        'if k.campaigns[served[i]]["priority"] < k.campaigns[best]["priority"]:',
        "two campaigns on",
        40,
    ),
    Mutant(
        "a callee's day that ends an hour late",
        "compliance/limits/kernels.py",
        'return end if limit["window"] == Window.CALENDAR else tick',
        'return end + 3_600_000 if limit["window"] == Window.CALENDAR else tick',
        "on a callee",
    ),
)
"""Of each kind of world one or more; most in the full tier, that of `EVERY_DAY` always."""

EVERY_DAY = ("a label one mark later",)
