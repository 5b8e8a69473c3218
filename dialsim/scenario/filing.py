"""Registration periods of caller IDs, and replacements of deregistered ones."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from dialsim.core.ticks import local_tick
from dialsim.core.time_units import NEVER
from dialsim.errors import Problems
from dialsim.messages.text import message
from dialsim.scenario.models.schema import CallerIds, Filing, Scenario
from dialsim.scenario.profiles.profile import Profile


def registered_span(scenario: Scenario, network: Profile, block: CallerIds) -> tuple[int, int]:
    """Return the ticks from which, and up to which, a block of numbers is registered.

    Returns
    -------
    tuple
        ``(0, NEVER)``: all the time. A filing is in force `filing.lead_time` after the midnight
        that begins its day; a deregistration ends it. ``(NEVER, NEVER)``: at no time.
    """
    if not block.registered:
        return NEVER, NEVER
    begin, end = 0, deregistered_from(scenario, block)
    if block.filed is not None and block.filed.on is not None:
        midnight = _tick(scenario, datetime.combine(block.filed.on, time()))
        begin = max(0, midnight + int(network["filing.lead_time"]))
    return (begin, end) if begin < end else (NEVER, NEVER)


def is_always_registered(scenario: Scenario, network: Profile, block: CallerIds) -> bool:
    """Return whether a block is registered throughout the run."""
    return registered_span(scenario, network, block) == (0, NEVER)


def deregistered_from(scenario: Scenario, block: CallerIds) -> int:
    """Return the tick from which a block is deregistered; NEVER if it is not."""
    ticks = [
        _tick(scenario, event.begins)
        for event in scenario.events
        if event.what == "deregistered" and block.name in (event.caller_ids or ())
    ]
    return min(ticks, default=NEVER)


def first_use(scenario: Scenario, block: CallerIds) -> int:
    """Return the tick before which a block of replacements is not used; 0: no such tick."""
    if block.start is None:
        return 0
    when = block.start
    moment = when if isinstance(when, datetime) else datetime.combine(when, time())
    return max(0, _tick(scenario, moment))


def agreed_on(filed: Filing | None, day: date) -> int:
    """Return the calls per number agreed for a day; 0: not filed.

    For a ramp, the latest step that has begun, or the first step before it begins.
    """
    if filed is None:
        return 0
    steps = [step.daily_volume for step in filed.ramp if step.start <= day]
    if steps:
        return steps[-1]
    return filed.ramp[0].daily_volume if filed.ramp else filed.daily_volume


def agreed_volumes(scenario: Scenario, block: CallerIds) -> NDArray[np.int64]:
    """Return int64[days]: the calls per number of a block agreed for each day."""
    return np.array(
        [agreed_on(block.filed, scenario.start + timedelta(n)) for n in range(scenario.days)],
        np.int64,
    )


def _tick(scenario: Scenario, moment: datetime) -> int:
    return local_tick(scenario.start, scenario.time_zone, moment)


def check_filing(scenario: Scenario, problems: Problems) -> None:
    """Add deregistrations of unregistered blocks, and impossible replacements."""
    blocks = {block.name: block for block in scenario.caller_ids}
    for i, event in enumerate(scenario.events):
        named = event.caller_ids if event.what == "deregistered" else None
        for j, name in enumerate(named or ()):
            if name in blocks and not blocks[name].registered:
                problems.add(
                    f"events[{i}].caller_ids[{j}]",
                    message("only registered numbers are deregistered"),
                    found=name,
                    allowed=[f'"{b.name}"' for b in blocks.values() if b.registered],
                    remedy=message(
                        "take it out, or declare registered = true and `filed` beside the block"
                    ),
                )
    taken: dict[str, int] = {}
    for i, block in enumerate(scenario.caller_ids):
        if block.replaces is None or block.replaces not in blocks:
            continue
        path = f"caller_ids[{i}].replaces"
        other = blocks[block.replaces]
        if block.name in _line_of(blocks, block):
            problems.add(path, message("numbers cannot take their own place"), found=block.replaces)
        elif block.count > other.count:
            problems.add(
                f"caller_ids[{i}].count",
                message("more numbers than block {name} has to be replaced").filled(
                    name=other.name
                ),
                found=block.count,
                allowed=message("at most {count}").filled(count=other.count),
                remedy=message("put the further numbers into a block of their own"),
            )
        if block.replaces in taken:
            problems.add(
                path,
                message("replaced by caller_ids[{value}] already").filled(
                    value=taken[block.replaces]
                ),
                found=block.replaces,
                remedy=message("let each block take the place of another one"),
            )
        taken.setdefault(block.replaces, i)


def _line_of(blocks: dict[str, CallerIds], block: CallerIds) -> list[str]:
    """Return the names of the chain of blocks that a block replaces; stops at a cycle."""
    found: list[str] = []
    name = block.replaces
    while name is not None and name in blocks and name not in found:
        found.append(name)
        name = blocks[name].replaces
    return found
