"""Feasibility without simulating: what each resource allows, and which one binds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from dialsim.core.ticks import end_tick, intersect, local_tick
from dialsim.errors import Problems
from dialsim.people.lists import Lists
from dialsim.report import words
from dialsim.report.assumptions import NEEDLESS_STUDY, misuses_of
from dialsim.report.capacity import (
    allowed_times,
    caller_arithmetic,
    callers_capacity,
    cut,
    length_ms,
    open_times,
    staffed_times,
)
from dialsim.report.rates import Rates, campaign_rates
from dialsim.report.world import HOUR_MS
from dialsim.scenario.metrics import metrics
from dialsim.scenario.names import resolved_profiles
from dialsim.scenario.profile import Profile
from dialsim.scenario.schema import CallerIds, Campaign, Goal, Scenario

Array = NDArray[Any]
CLOSE_CALL = 0.15  # an estimate nearer to the goal than this says "too close to tell"


def estimate(scenario: Scenario, counts: Sequence[int] | None = None) -> dict[str, Any]:
    """Return what a scenario can do at most, from arithmetic alone.

    Parameters
    ----------
    scenario
        Checked.
    counts
        Rows of each list; None: looked up, in files by a sample.

    Returns
    -------
    dict
        ``campaigns`` [{campaign, open_hours, days, capacities [{resource, attempts, per_day,
        why}], binding, attempts, expected {metric: value}}], ``expected`` (all campaigns),
        ``goals`` [{metric, name, target, bound, by, expected, outlook}] with outlook "likely",
        "unlikely", "too close to tell" or "not estimated", ``notes``.

    Raises
    ------
    ScenarioError
        A list's file cannot be read.

    Notes
    -----
    Caller limits are exact; the rest uses mean rates of the profile. Campaigns are taken alone:
    what they share is not divided. Interceptions and suspensions are left to the simulation.
    """
    rules, network = resolved_profiles(scenario)
    assert rules is not None
    assert network is not None
    rows = _rows(scenario) if counts is None else list(counts)
    last = end_tick(scenario.start, scenario.days, scenario.time_zone)
    campaigns = [
        _campaign(scenario, campaign, rules, network, rows, last) for campaign in scenario.campaigns
    ]
    expected = _summed([each["expected"] for each in campaigns])
    goals = [_goal(scenario, goal, rules, network, rows, last) for goal in scenario.goals]
    return {
        "name": scenario.name,
        "heading": None if scenario.study is None else "not a lawful plan",
        "campaigns": campaigns,
        "expected": expected,
        "goals": goals,
        "notes": _notes(scenario, rules, campaigns),
    }


def _rows(scenario: Scenario) -> list[int]:
    problems = Problems()
    lists = Lists(scenario, problems)
    problems.raise_if_any()
    return lists.estimate


def _notes(scenario: Scenario, rules: Profile, campaigns: list[dict[str, Any]]) -> list[str]:
    found = ["mean rates of the profile; interceptions and suspensions are left to a run"]
    if len(scenario.campaigns) > 1:
        found.append("each campaign is taken alone: what they share is not divided")
    if any(source.synthetic is None for source in scenario.people):
        found.append("lists from files: numbers and duplicates are looked at in a run")
    if scenario.study == "unlawful" and not misuses_of(scenario, rules):
        found.append(NEEDLESS_STUDY)
    cap = rules["abandon.at_most"]
    for campaign, each in zip(scenario.campaigns, campaigns, strict=True):
        answers = campaign.pacing.ratio * each["rates"]["answered"]
        if answers > 1 and cap < 1:
            found.append(
                f"{campaign.name}: {campaign.pacing.ratio:g} dials for each free agent bring "
                f"{answers:.1f} answers at a gross answer rate of "
                f"{words.percent(each['rates']['answered'])}: drops above the cap of "
                f"{words.percent(cap)} are likely"
            )
    return found


# --- one campaign ---------------------------------------------------------------------------------


def _campaign(
    scenario: Scenario,
    campaign: Campaign,
    rules: Profile,
    network: Profile,
    rows: Sequence[int],
    until: int,
) -> dict[str, Any]:
    spans = open_times(scenario, campaign, rules, until)
    rates = campaign_rates(scenario, campaign, network, rows)
    days = len({span // (24 * HOUR_MS) for span in spans[:, 0].tolist()})
    found = [
        *_callers(scenario, campaign, spans, days),
        _trunks(scenario, campaign, spans, rates),
        _agents(scenario, campaign, rules, rates, until),
        _people(scenario, campaign, rows, rates),
    ]
    for each in found:
        each["per_day"] = each["attempts"] / days if days else 0.0
    binding = min(found, key=lambda each: each["attempts"])
    attempts = binding["attempts"]
    return {
        "campaign": campaign.name,
        "open_hours": length_ms(spans) / HOUR_MS,
        "days": days,
        "capacities": found,
        "binding": binding["resource"],
        "attempts": attempts,
        "expected": _expected(attempts, _callable(scenario, campaign, rows), campaign, rates),
        "rates": {"answered": rates.answered, "dial_s": rates.dial_s, "handle_s": rates.handle_s},
    }


def _capacity(resource: str, attempts: float, why: str) -> dict[str, Any]:
    return {"resource": resource, "attempts": float(attempts), "why": why}


def _callers(
    scenario: Scenario, campaign: Campaign, spans: Array, days: int
) -> list[dict[str, Any]]:
    blocks = [block for block in scenario.caller_ids if block.name in campaign.caller_ids]
    limits = scenario.rules.caller_limits
    numbers = sum(block.count for block in blocks)
    found = []
    most = callers_capacity(spans, limits)
    if most is not None:
        found.append(_capacity("caller IDs", most * numbers, caller_arithmetic(blocks, limits)))
    filed = _filed(blocks, days)
    return [*found, filed] if filed else found


def _filed(blocks: Sequence[CallerIds], days: int) -> dict[str, Any] | None:
    """Return what the filings allow; nothing when some number has none."""
    volumes = [b.count * b.filed.daily_volume for b in blocks if b.filed is not None]
    if len(volumes) < len(blocks) or not volumes:
        return None
    numbers = sum(block.count for block in blocks)
    why = f"{words.things(numbers, 'number')} filed for {sum(volumes):,} calls a day in all"
    return _capacity("filed volume", sum(volumes) * days, why)


def _trunks(scenario: Scenario, campaign: Campaign, spans: Array, rates: Rates) -> dict[str, Any]:
    used = {block.trunk for block in scenario.caller_ids if block.name in campaign.caller_ids}
    trunks = [trunk for trunk in scenario.trunks if trunk.name in used]
    held_s = max(0.001, rates.dial_s + rates.answered * rates.handle_s)
    each = [min(trunk.calls_per_second, trunk.channels / held_s) for trunk in trunks]
    why = (
        f"{sum(t.calls_per_second for t in trunks):,} calls a second, "
        f"{sum(t.channels for t in trunks):,} channels held {held_s:.0f} s a call"
    )
    return _capacity("trunks", sum(each) * length_ms(spans) / 1000, why)


def _agents(
    scenario: Scenario, campaign: Campaign, rules: Profile, rates: Rates, until: int
) -> dict[str, Any]:
    allowed = cut(allowed_times(scenario, campaign, rules), until)
    hours = sum(
        count * length_ms(intersect(spans, allowed)) / HOUR_MS
        for count, spans in staffed_times(scenario, campaign)
    )
    each_s = rates.dial_s / campaign.pacing.ratio + rates.answered * rates.handle_s
    why = (
        f"{hours:,.0f} agent hours, {each_s:.0f} s an attempt: "
        f"{rates.dial_s / campaign.pacing.ratio:.0f} s waiting, "
        f"{rates.answered * rates.handle_s:.0f} s talk and wrap-up"
    )
    return _capacity("agents", hours * 3600 / max(0.001, each_s), why)


def _callable(scenario: Scenario, campaign: Campaign, rows: Sequence[int]) -> float:
    """Return how many people of a campaign's lists may be called."""
    people = 0.0
    for source, count in zip(scenario.people, rows, strict=True):
        if source.name in campaign.people:
            consent = source.consent_recorded * (campaign.purpose in source.purposes)
            share = consent if campaign.lawful_basis == "consent" else 1.0
            people += count * share * (1.0 - source.internal_dnc)
    return people


def _people(
    scenario: Scenario, campaign: Campaign, rows: Sequence[int], rates: Rates
) -> dict[str, Any]:
    people = _callable(scenario, campaign, rows)
    tries = sum(_survivors(campaign, rates))
    why = f"{people:,.0f} people may be called, {tries:.1f} attempts each on average"
    return _capacity("people to call", people * tries, why)


def _survivors(campaign: Campaign, rates: Rates) -> list[float]:
    """Return the share of people who come to their n-th attempt, from 1."""
    left, shares = 1.0, []
    for attempt in range(1, campaign.attempts.at_most + 1):
        shares.append(left)
        left *= 1.0 - rates.answered_at(attempt)
    if all(wait is None for wait in campaign.attempts.retry.model_dump().values()):
        return shares[:1]
    return shares


def _expected(attempts: float, people: float, campaign: Campaign, rates: Rates) -> dict[str, float]:
    """Return the mean outcome of so many attempts: each person started is tried to the end."""
    shares = _survivors(campaign, rates)
    started = min(people, attempts / sum(shares))
    answered = started * sum(
        share * rates.answered_at(n) for n, share in enumerate(shares, start=1)
    )
    live = answered * rates.live
    return {
        "attempts": started * sum(shares),
        "answered": answered,
        "live_answers": live,
        "connects": live,
        "conversations": live * rates.talks,
        "reach": live,
    }


def _summed(parts: Sequence[dict[str, float]]) -> dict[str, float]:
    return {key: sum(part[key] for part in parts) for key in parts[0]}


# --- goals ----------------------------------------------------------------------------------------


def _goal(
    scenario: Scenario,
    goal: Goal,
    rules: Profile,
    network: Profile,
    rows: Sequence[int],
    last: int,
) -> dict[str, Any]:
    until = last
    if goal.by is not None:
        until = min(last, max(0, local_tick(scenario.start, scenario.time_zone, goal.by)))
    expected = _summed(
        [
            _campaign(scenario, campaign, rules, network, rows, until)["expected"]
            for campaign in scenario.campaigns
        ]
    )
    at_least = goal.at_least is not None
    target = goal.at_least if goal.at_least is not None else goal.at_most
    assert target is not None
    value = expected.get(goal.metric)
    return {
        "metric": goal.metric,
        "name": metrics()[goal.metric].name,
        "bound": "at_least" if at_least else "at_most",
        "target": target,
        "by": goal.by.isoformat() if goal.by is not None else None,
        "expected": value,
        "outlook": _outlook(value, target, at_least),
    }


def _outlook(value: float | None, target: float, at_least: bool) -> str:
    if value is None:
        return "not estimated"
    if abs(value - target) <= CLOSE_CALL * target:
        return "too close to tell"
    return "likely" if (value > target) == at_least else "unlikely"


def print_check(found: dict[str, Any], console: Any) -> None:
    """Print an estimate on a rich console, 60 to 100 columns wide."""
    from dialsim.report.feasibility import check_page
    from dialsim.report.page import put

    put(check_page(found, console.width), console)
