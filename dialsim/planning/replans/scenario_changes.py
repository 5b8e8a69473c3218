"""Decisions during a running campaign as changes of its scenario."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from dialsim.planning.plans.candidates import Decision
from dialsim.planning.replans.decisions import (
    Moment,
    Tables,
    first_day,
    kind_of,
    next_shift,
    place_in,
)
from dialsim.scenario.checks.plan_keys import key_parts, without_absent
from dialsim.scenario.edit import with_value
from dialsim.scenario.models.schema import Scenario

Raw = dict[str, Any]
"""A scenario as plain values, as its file has it."""
Written = Callable[[Raw], Raw]


def begun_later(
    scenario: Scenario, chosen: Sequence[tuple[Decision, Any]], here: Moment
) -> Iterator[Written]:
    """Yield functions that write what begins after a moment into a scenario's plain values.

    Parameters
    ----------
    chosen
        Decisions with the value decided for.
    """
    groups: dict[int, dict[str, Any]] = {}
    for each, value in chosen:
        if value == each.present:
            continue
        kind = kind_of(each.key)
        if kind == "numbers":
            place = place_in(scenario.caller_ids, each.key)
            more = int(value) - scenario.caller_ids[place].count
            yield _numbers(scenario, place, more, each.filed_on, here)
        elif kind == "agents":
            part = key_parts(each.key)[-1]
            groups.setdefault(place_in(scenario.agents, each.key), {})[part] = value
        elif kind == "days":
            yield lambda raw, days=value: {**raw, "days": days}  # type: ignore[misc]
    for place, values in groups.items():
        yield _agents(scenario, place, values, here)


def figures(raw: Raw, chosen: Sequence[tuple[Decision, Any]]) -> Raw:
    """Return plain values with the figures that change at the moment."""
    for each, value in chosen:
        if kind_of(each.key) == "figures" and value != each.present:
            raw, _ = with_value(raw, each.key, value)
            raw = without_absent(raw, each.key, value)
    return raw


def silent(scenario: Scenario, here: Moment) -> Written:
    """Return a function that ends all calls from a moment on, in plain values."""
    last = scenario.start + timedelta(days=scenario.days - 1)
    event = {"name": "no further call", "what": "hours", "hours": [], "from": here.now, "to": last}

    def write(raw: Raw) -> Raw:
        return {**raw, "events": [*raw.get("events", ()), event]}

    return write


def _numbers(
    scenario: Scenario, place: int, more: int, filed_on: date | None, here: Moment
) -> Written:
    """Add a range of further numbers, which replace none."""
    block = scenario.caller_ids[place]
    name = _free(f"{block.name}-further", scenario.caller_ids)
    day = first_day(scenario, filed_on, here)
    begins = max(datetime.combine(day, time()), here.now)

    def write(raw: Raw) -> Raw:
        written = {key: v for key, v in raw["caller_ids"][place].items() if key != "replaces"}
        filed = {**written["filed"], "on": filed_on or here.now.date()}
        new = {**written, "name": name, "count": more, "filed": filed, "from": begins}
        raw = {**raw, "caller_ids": [*raw["caller_ids"], new]}
        raw = _priced_alike(raw, "per_number_month_by_block", block.name, name)
        return _named_beside(raw, ("caller_ids",), block.name, name)

    return write


def _agents(scenario: Scenario, place: int, values: Mapping[str, Any], here: Moment) -> Written:
    """End a group with its current shift, and start its successor after it."""
    group = scenario.agents[place]
    name = _free(f"{group.name}-next", scenario.agents)
    switch = next_shift(scenario, place, here)
    assert switch is not None  # the decisions were checked
    begins = group.employed[0]

    def write(raw: Raw) -> Raw:
        written = raw["agents"][place]
        if begins is not None and begins >= switch:  # they have not come yet
            agents = [*raw["agents"]]
            agents[place] = {**written, **values}
            return {**raw, "agents": agents}
        new = {**written, **values, "name": name, "from": switch}
        if new.get("teams", 1) > new["count"]:
            new["teams"] = new["count"]
        if new.get("teams", 1) == 1:
            new.pop("stagger", None)
        agents = [*raw["agents"], new]
        agents[place] = {**written, "to": switch}
        raw = _priced_alike({**raw, "agents": agents}, "per_agent_hour_by_group", group.name, name)
        return _named_beside(raw, ("agents", "overflow_agents"), group.name, name)

    return write


def _free(name: str, tables: Tables) -> str:
    known = {each.name for each in tables}
    return next(
        found for n in range(1, len(known) + 2)
        if (found := name if n == 1 else f"{name}-{n}") not in known
    )  # fmt: skip


def _priced_alike(raw: Raw, table: str, old: str, new: str) -> Raw:
    costs = raw.get("costs", {})
    prices = costs.get(table, {})
    if old not in prices:
        return raw
    return {**raw, "costs": {**costs, table: {**prices, new: prices[old]}}}


def _named_beside(raw: Raw, keys: Sequence[str], old: str, new: str) -> Raw:
    """Name a new part wherever a campaign names its model."""

    def beside(table: Any) -> Any:
        found = {
            key: [*value, new] if key in keys and old in value else value
            for key, value in table.items()
        }
        if isinstance(found.get("transfer"), dict):
            found["transfer"] = beside(found["transfer"])
        return found

    return {**raw, "campaigns": [beside(each) for each in raw["campaigns"]]}
