"""Find overlapping shifts in O(n log n)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from heapq import heappop, heappush

import numpy as np

from dialsim.scenario.models.staff import AgentGroup, Shift

Window = tuple[int, int]


def overlapping_shifts(shifts: Sequence[Shift]) -> list[tuple[int, int, int]]:
    """Return the shifts that overlap an earlier one, by their indices in the list.

    Returns
    -------
    list
        ``(shift, other, day)``: the first other that it overlaps, and the first day of the week on
        which it does, Monday 0.
    """
    windows = [shift.window for shift in shifts]
    found: dict[int, tuple[int, int]] = {}
    for day, places in enumerate(_by_weekday(shifts)):
        first = first_overlapped([windows[place] for place in places])
        for place, other in zip(places, first, strict=True):
            if places[other] != place:
                found[place] = min(found.get(place, (place, day)), (places[other], day))
    return [(place, *found[place]) for place in sorted(found)]


def first_overlapped(windows: Sequence[Window]) -> list[int]:
    """Return for each window the index of the first one that overlaps it, at most its own.

    >>> first_overlapped([(9, 12), (14, 18), (11, 15), (12, 13), (20, 21)])
    [0, 1, 0, 2, 4]
    """
    edges = sorted({edge for window in windows for edge in window})
    piece = {edge: place for place, edge in enumerate(edges)}
    first_over = [
        np.array(_covering(windows, edges), np.int64)
    ]  # minimum over 1, 2, 4 ... pieces from each
    while (step := 1 << (len(first_over) - 1)) * 2 < len(edges):
        first_over.append(np.minimum(first_over[-1][:-step], first_over[-1][step:]))
    found = []
    for start, end in windows:
        left, right = piece[start], piece[end]
        power = (right - left).bit_length() - 1
        row = first_over[power]
        found.append(int(min(row[left], row[right - (1 << power)])))
    return found


def _covering(windows: Sequence[Window], edges: Sequence[int]) -> list[int]:
    """Return the first window over each piece between two edges; a large number if none."""
    coming = sorted(range(len(windows)), key=lambda place: windows[place], reverse=True)
    covering: list[int] = []
    found = []
    for edge in edges[:-1]:
        while coming and windows[coming[-1]][0] <= edge:
            heappush(covering, coming.pop())
        while covering and windows[covering[0]][1] <= edge:
            heappop(covering)
        found.append(covering[0] if covering else len(windows))
    return found


def break_outside(group: AgentGroup) -> int | None:
    """Return the index of the first break outside all shifts of its days; None: none."""
    by_day = _by_weekday(group.shifts)
    starts = [sorted(group.shifts[place].window[0] for place in places) for places in by_day]
    ends = [sorted(group.shifts[place].window[1] for place in places) for places in by_day]
    for place, rest in enumerate(group.breaks):
        first, last = rest.window
        begun = sum(bisect_left(starts[day], last) for day in rest.weekdays)
        if begun == sum(bisect_right(ends[day], first) for day in rest.weekdays):
            return place  # every shift that starts before its end has ended before its start
    return None


def _by_weekday(shifts: Sequence[Shift]) -> list[list[int]]:
    """Return the indices of the shifts of each weekday."""
    days: list[list[int]] = [[] for _ in range(7)]
    for place, shift in enumerate(shifts):
        for day in shift.weekdays:
            days[day].append(place)
    return days
