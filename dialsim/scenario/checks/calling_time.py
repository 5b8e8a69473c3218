"""Check that time to call exists: open hours, agents at work, trunks in service.

A campaign without any time to call is a problem. A setting without effect, such as an event outside
the run, is a warning.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.ticks import end_tick, intersect, merge
from dialsim.errors import Problems
from dialsim.messages.catalogue import ENGLISH
from dialsim.messages.text import MARKS, Text, in_each, joined, message
from dialsim.scenario.checks.warning_words import listed, spaced, warning
from dialsim.scenario.models.events import Event
from dialsim.scenario.models.schema import Campaign, Scenario
from dialsim.scenario.models.staff import AgentGroup
from dialsim.scenario.named import named
from dialsim.scenario.open_hours import (
    LEGAL_ZONE,
    Windows,
    campaign_spans,
    closed_on_holidays,
    common_windows,
    daily_windows,
    event_span,
    outside,
    stop_spans,
)
from dialsim.scenario.profiles.profile import Profile
from dialsim.scenario.profiles.strictness import Ceiling
from dialsim.scenario.sectors import sector_key
from dialsim.scenario.teams import staffed_spans
from dialsim.scenario.values import format_duration

Array = NDArray[Any]


def check_calling_time(scenario: Scenario, rules: Profile, problems: Problems) -> None:
    """Add problems that leave a campaign no time to call."""
    _events_that_never_open(scenario, rules, problems)
    for i, campaign in enumerate(scenario.campaigns):
        if not daily_windows(scenario, campaign.purpose, rules):
            _no_hours(scenario, campaign, rules, problems)
        else:
            _open_at_all(scenario, campaign, f"campaigns[{i}]", rules, problems)


def _since(scenario: Scenario) -> list[Text]:
    """Return the starting moment of a scenario simulated from within its days."""
    as_of = None if scenario.history is None else scenario.history.as_of
    if as_of is None:
        return []
    return [message(", from {as_of:%Y-%m-%d %H:%M} on").filled(as_of=as_of)]


def _outside_the_run(scenario: Scenario, groups: list[AgentGroup]) -> list[Text]:
    """Return groups employed on no day of the run, with the keys responsible."""
    first = datetime.combine(scenario.start, time())
    last = first + timedelta(days=scenario.days)
    reasons = []
    for group in groups:
        begins, ends = group.employed
        path = f"agents[{scenario.agents.index(group)}]"
        if begins is not None and begins >= last:
            key = f"{path}.from = {group.start}"
            reasons.append(message("{key} is after the run").filled(key=key))
        elif ends is not None and ends <= first:
            key = f"{path}.to = {group.end}"
            reasons.append(message("{key} is before the run").filled(key=key))
    reason = joined(MARKS["then"], reasons)
    return [message(" ({reason})").filled(reason=reason)] if reasons else []


def _no_hours(scenario: Scenario, campaign: Campaign, rules: Profile, problems: Problems) -> None:
    """Add the value that leaves no open hour: an override, or the sector's hours."""
    purpose = campaign.purpose
    own = sector_key(scenario, rules, purpose)
    keys = [f"hours.{purpose}"] if own is None else [f"hours.{purpose}", own]
    changed = [key for key in keys if key in scenario.rules.overrides]
    blame = [key for key in changed if not rules[key]] or changed
    problems.add(
        f"rules.overrides.{blame[0]}" if blame else "enterprise.sector",
        message("no hour of any day is left for {purpose} calls").filled(purpose=purpose),
        found=" and ".join(f"{key} {', '.join(rules[key]) or 'never'}" for key in keys),
        allowed=message("windows that have time in common"),
    )


def _open_at_all(
    scenario: Scenario, campaign: Campaign, path: str, rules: Profile, problems: Problems
) -> None:
    """Check that agents are ever at work while calls are allowed on an open trunk."""
    groups = named(scenario.agents, campaign.all_agents)
    if not groups:
        return  # unresolved names
    allowed = campaign_spans(scenario, campaign, rules)
    tightening = [event.name for event in scenario.events if event.tightens(campaign.purpose)]
    if len(allowed) == 0 and tightening:
        if scenario.history is not None and scenario.history.as_of is not None:
            return  # calls end then; the effects after it are still simulated
        problems.add(
            f"{path}.purpose",
            message("dated events leave no time for {purpose} calls in the whole run").filled(
                purpose=campaign.purpose
            ),
            found=tightening,
            allowed=message("days on which some hours stay open"),
        )
        return
    usable = intersect(staffed_spans(scenario, campaign), allowed)
    if len(usable) == 0:
        hours = _clock_text(daily_windows(scenario, campaign.purpose, rules))
        closed = closed_on_holidays(campaign, rules)
        problems.add(
            f"{path}.agents",
            joined(
                Text(""),
                [
                    message("nobody is at work at any time when this campaign may call"),
                    *_since(scenario),
                    *_outside_the_run(scenario, groups),
                ],
            ),
            found=[
                f"{shift.days} {shift.start:%H:%M}-{shift.end:%H:%M} in {scenario.time_zone}"
                for group in groups
                for shift in group.shifts
            ],
            allowed=joined(
                MARKS["comma"],
                [
                    message("{hours} in {zone}").filled(hours=hours, zone=LEGAL_ZONE),
                    *([message("no public holidays")] if closed else []),
                    *(
                        [message("less {names}").filled(names=", ".join(tightening))]
                        if tightening
                        else []
                    ),
                ],
            ),
        )
    else:
        _lines_open(scenario, campaign, path, usable, problems)


def _lines_open(
    scenario: Scenario, campaign: Campaign, path: str, usable: Array, problems: Problems
) -> None:
    carrying = {block.trunk for block in named(scenario.caller_ids, campaign.caller_ids)}
    trunks = [trunk for trunk in scenario.trunks if trunk.name in carrying]
    stopped = [stop_spans(scenario, trunk) for trunk in trunks]
    if trunks and not any(len(intersect(usable, outside(scenario, stop))) for stop in stopped):
        problems.add(
            f"{path}.caller_ids",
            message("every trunk of these numbers is stopped whenever the campaign could call"),
            found=[trunk.name for trunk in trunks],
            allowed=message("numbers on a trunk that some time is left of"),
        )


def _events_that_never_open(scenario: Scenario, rules: Profile, problems: Problems) -> None:
    for i, event in enumerate(scenario.events):
        purposes = {c.purpose for c in scenario.campaigns if event.tightens(c.purpose)}
        usual = {purpose: daily_windows(scenario, purpose, rules) for purpose in sorted(purposes)}
        kept = [common_windows(event.windows, windows) for windows in usual.values()]
        if event.windows and kept and not any(kept):
            problems.add(
                f"events[{i}].hours",
                message("these windows never open: no campaign may call in them on any day"),
                found=event.hours,
                allowed=[
                    message("within {windows} ({purpose})").filled(
                        windows=_clock_text(windows), purpose=purpose
                    )
                    for purpose, windows in usual.items()
                ],
                remedy=message("hours = [] says that nobody may be called"),
            )


def _clock_text(windows: Windows) -> str:
    def clock(ms: int) -> str:
        minutes, seconds = divmod(ms // 1000, 60)
        text = f"{minutes // 60:02d}:{minutes % 60:02d}"
        return f"{text}:{seconds:02d}" if seconds else text

    return ", ".join(f"{clock(first)}-{clock(last)}" for first, last in windows)


# --- worth knowing --------------------------------------------------------------------------------


def warnings_of_time(scenario: Scenario, rules: Profile) -> list[Text]:
    """Return warnings of events without effect and of attempts without time."""
    return [
        *_events_without_effect(scenario, rules),
        *_attempts_without_time(scenario, rules),
    ]


def _events_without_effect(scenario: Scenario, rules: Profile) -> list[Text]:
    found: list[Text] = []
    for event in scenario.events:
        if event.by_network:
            continue  # takes no time away
        if len(event_span(scenario, event)) == 0:
            found.append(warning("event_outside", event.name))
        elif event.what == "hours" and not any(
            event.tightens(campaign.purpose) for campaign in scenario.campaigns
        ):
            purposes = listed(event.purposes or (), values=True)
            found.append(warning("event_purposes", name=event.name, purposes=purposes))
        elif event.what == "hours" and _leaves_all_hours(scenario, event, rules):
            found.append(warning("event_open", event.name))
        elif event.what == "stop" and not any(
            event.stops(trunk.name, trunk.operator) for trunk in scenario.trunks
        ):
            found.append(warning("event_trunks", name=event.name, operator=event.operator))
    return found


def _leaves_all_hours(scenario: Scenario, event: Event, rules: Profile) -> bool:
    """Return whether an event removes no time from any of its purposes."""
    purposes = {c.purpose for c in scenario.campaigns if event.tightens(c.purpose)}
    usual = [daily_windows(scenario, purpose, rules) for purpose in sorted(purposes)]
    left = _clock_spans(event.windows)
    return all(common_windows(left, windows) == _clock_spans(windows) for windows in usual)


def _clock_spans(windows: Windows) -> Windows:
    """Return windows sorted and disjoint, adjacent ones joined."""
    joined = merge(np.array(windows, np.int64).reshape(-1, 2))
    return [(int(first), int(last)) for first, last in joined]


def _attempts_without_time(scenario: Scenario, rules: Profile) -> list[Text]:
    """Return a warning for every campaign that can never call a person twice."""
    found: list[Text] = []
    for campaign in scenario.campaigns:
        if campaign.attempts.at_most == 1:
            continue
        gap = least_gap(scenario, campaign, rules)
        head = {"campaign": campaign.name, "at_most": campaign.attempts.at_most}
        if gap is None:
            found.append(warning("no_retry", **head))
            continue
        spans = intersect(
            staffed_spans(scenario, campaign), campaign_spans(scenario, campaign, rules)
        )
        open_for = int(spans[-1, 1] - spans[0, 0]) if len(spans) else _run_ms(scenario)
        if gap >= open_for:
            found.append(warning("no_second", **head, gap=_brief(gap), last=_brief(open_for)))
    return found


def _brief(ms: int) -> Text:
    """Return a duration: in English as files have it, otherwise with the unit's name."""
    return in_each(
        lambda language: format_duration(ms) if language == ENGLISH else spaced(ms, language)
    )


def least_gap(scenario: Scenario, campaign: Campaign, rules: Profile) -> int | None:
    """Return the least ms between two attempts to a person; None: there is no second attempt.

    The shortest wait the campaign names, but no less than the pack's or own retry gap, and than
    the window of a limit that lets a person be tried once in any such span.
    """
    waits: list[int] = [wait for _, wait in campaign.attempts.retry if wait is not None]
    if not waits:
        return None
    own_gap, own_limits = scenario.rules.retry_gap, scenario.rules.callee_limits
    floor = int(rules["callee.retry_gap"]) if own_gap is None else own_gap
    limits = (
        [Ceiling.of(limit) for limit in rules["callee.limits"]]
        if own_limits is None
        else [Ceiling(x.count, x.per, x.window, x.counts, x.scope) for x in own_limits]
    )
    spans: list[int] = [limit.per for limit in limits if limit == Ceiling(1, limit.per)]
    return max(min(waits), floor, *spans)


def _run_ms(scenario: Scenario) -> int:
    return end_tick(scenario.start, scenario.days, scenario.time_zone)
