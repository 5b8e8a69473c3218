"""Upper bounds of own ceilings on caller IDs: the volume filed for each number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from dialsim.core.codes import Operator
from dialsim.core.ticks import merge
from dialsim.errors import Problem
from dialsim.messages.text import message
from dialsim.scenario.filing import agreed_volumes
from dialsim.scenario.models.limits import OwnLimit
from dialsim.scenario.models.schema import CallerIds, Scenario
from dialsim.scenario.open_hours import daily_windows
from dialsim.scenario.profiles.profile import Profile
from dialsim.scenario.values import MS_PER_DAY

OPERATORS = len(Operator) - 1  # of mainland China; those abroad are called by few campaigns


def times(limit: object) -> int:
    """Return how many counters a caller ID limit has: one, or one per operator."""
    return OPERATORS if getattr(limit, "scope", "person") == "operator" else 1


def most_a_day(
    scenario: Scenario, rules: Profile, block: CallerIds, limits: Iterable[OwnLimit]
) -> int | None:
    """Return the most calls that own ceilings allow a number of a block in 24 h; None without any.

    Counts all hours in which its campaigns may call, whether or not agents are at work.
    """
    allowed = [calls * limit.count + more for limit, calls, more in _terms(scenario, rules, block,
                                                                          limits)]  # fmt: skip
    return min(allowed, default=None)


def filed_for(scenario: Scenario, block: CallerIds) -> int | None:
    """Return the volume filed per number of a block, the least of a ramp; None: not filed."""
    if not block.registered or block.filed is None:
        return None
    return int(agreed_volumes(scenario, block).min())


def highest_ceiling(scenario: Scenario, rules: Profile, place: int) -> tuple[int, int] | None:
    """Return up to which count one of the own ceilings may go up, and what is filed a day.

    Parameters
    ----------
    place
        Of a limit among ``rules.caller_limits``.

    Returns
    -------
    tuple
        The largest count by which no number can make more calls in a day than are filed for it,
        and the least that is filed for any. None where some number in use has no filing: the
        ceiling is one for all. Other ceilings do not count: each may be taken out.
    """
    limit = scenario.rules.caller_limits[place]
    counts, filed = [], []
    for block in used_blocks(scenario):
        volume = filed_for(scenario, block)
        if volume is None:
            return None
        ((_, calls, more),) = _terms(scenario, rules, block, [limit])
        counts.append((volume - more) // calls if calls else limit.count)
        filed.append(volume)
    return (max(0, min(counts)), min(filed)) if counts else None


def used_blocks(scenario: Scenario) -> list[CallerIds]:
    """Return the blocks of caller IDs that some campaign calls from."""
    used = {name for campaign in scenario.campaigns for name in campaign.caller_ids}
    return [block for block in scenario.caller_ids if block.name in used]


def beyond_filing(base: Scenario, changed: Scenario, rules: Profile) -> Iterator[Problem]:
    """Yield problems of own ceilings that a changed scenario raises beyond filings.

    One problem per block whose numbers may now make more calls a day than are filed and than the
    base scenario allows. Ignores numbers without a filing.
    """
    before, after = base.rules.caller_limits, changed.rules.caller_limits
    raised = [
        place
        for place, (old, new) in enumerate(zip(before, after, strict=False))
        if new.count > old.count
    ]
    for block in used_blocks(changed) if raised else ():
        filed = filed_for(changed, block)
        most = most_a_day(changed, rules, block, after)
        if filed is None or most is None or most <= filed:
            continue
        was = most_a_day(changed, rules, block, before)
        if was is not None and most <= was:
            continue
        place = raised[0]
        highest = highest_ceiling(changed, rules, place)
        bound = before[place].count if highest is None else max(highest[0], before[place].count)
        yield Problem(
            f"rules.caller_limits[{place}].count",
            message(
                "own ceilings that let a number of {name} make {most:,} calls a day, and "
                "{filed:,} are filed for it"
            ).filled(name=block.name, most=most, filed=filed),
            found=str(after[place].count),
            allowed=message("at most {bound:,}").filled(bound=bound),
            remedy=message("stay within the filed volume; more is filed first"),
        )


def is_own_ceiling(parts: Sequence[str]) -> bool:
    """Return whether the parts of a path are the key of an own ceiling of caller IDs.

    >>> is_own_ceiling(["rules", "caller_limits", "0", "count"]), is_own_ceiling(["days"])
    (True, False)
    """
    return len(parts) == 4 and (*parts[:2], parts[3]) == ("rules", "caller_limits", "count")


def _terms(
    scenario: Scenario, rules: Profile, block: CallerIds, limits: Iterable[OwnLimit]
) -> Sequence[tuple[OwnLimit, int, int]]:
    """Return each limit with two terms: it allows `count * first + second` calls a day."""
    hours = [
        window
        for campaign in scenario.campaigns
        if block.name in campaign.caller_ids
        for window in daily_windows(scenario, campaign.purpose, rules)
    ]
    spans = [int(last - first) for first, last in merge(np.array(hours).reshape(-1, 2))]
    found = []
    for limit in limits:
        # what opens a window anew, other than sliding on, may let one more through
        more = 0 if limit.window == "sliding" else 1
        if limit.per >= MS_PER_DAY:
            found.append((limit, times(limit) * (1 + more), 0))
        else:
            windows = sum(-(-span // limit.per) for span in spans)
            found.append((limit, times(limit) * windows, times(limit) * more * len(spans)))
    return found
