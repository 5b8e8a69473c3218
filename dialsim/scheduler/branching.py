"""A run that continues in two ways from one moment: allowed changes, and the copy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.delays import with_lines
from dialsim.core.rng import wrapping
from dialsim.engine import host
from dialsim.engine.build import World
from dialsim.engine.calls.kernels import draw_patience
from dialsim.engine.reseed import with_network_events
from dialsim.errors import Problem, ScenarioError, shown
from dialsim.messages.text import message
from dialsim.scenario.edit import with_value
from dialsim.scenario.load import UNKNOWN_KEY
from dialsim.scenario.models.events import Event
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.network_events import network_acts
from dialsim.scenario.profiles.operator_profiles import ASKED, operator_profiles
from dialsim.scenario.profiles.profile import Profile
from dialsim.scheduler.prepare import prepare_world
from dialsim.scheduler.record import RunRecord

CHANGEABLE: Mapping[str, str] = {
    r"seed": "luck from here on",
    r"campaigns\.[^.]+\.pacing\.(ratio|per_minute|drop_target|most_level|agents_target"
    r"|intensity|gain|runs)": "figures of pacing, but its mode",
    r"campaigns\.[^.]+\.(drop_after|ring_timeout|opt_out_offered)": "how calls are made",
    r"campaigns\.[^.]+\.attempts\.(at_most|retry\.[a-z_]+)": "retries",
    r"network\.(off|profile)": "what the network does",
    r"network\.(operators\.[A-Z]+\.)?overrides\..+": "the network's values, but lengths of time",
    r"events(\..+)?": "events that the network brings about, but those under way",
}
"""Keys that may change in a branch, as patterns, and what they are.

What is not here shapes what has begun already: shifts have their next bell, windows their counts,
lists their people.
"""


GOES_ON = ("delays",)
"""Arrays that may differ: who rests in a line of one length goes on resting there; a length that is
new gets a line."""


def changed_scenario(scenario: Scenario, changes: Mapping[str, object]) -> Scenario:
    """Return a scenario with changes that a branch may make.

    Raises
    ------
    ScenarioError
        With every change that may not be made, or the first that leads nowhere.
    """
    if not isinstance(changes, Mapping):
        allowed = message('{"campaigns.upsell.pacing.ratio": 1.4}')
        sentence = message("the new values stand by their keys")
        raise ScenarioError.at("changes", sentence, found=shown(changes), allowed=allowed)
    problems = [
        problem
        for key, value in changes.items()
        if not any(re.fullmatch(pattern, str(key)) for pattern in CHANGEABLE)
        for problem in _no_such_key(scenario, key, value) or [_begun_already(key)]
    ]
    if problems:
        raise ScenarioError(problems)
    list_seed, before = scenario.list_seed, scenario
    for key, value in changes.items():
        scenario = scenario.with_(key, value)
    if _announced(scenario) != _announced(before):
        raise ScenarioError([_begun_already(key) for key in changes if key.startswith("events")])
    return scenario if scenario.list_seed == list_seed else scenario.with_list_seed(list_seed)


def _announced(scenario: Scenario) -> list[Event]:
    """Return the dated events that the network does not cause: hours, stops, deregistrations."""
    return [event for event in scenario.events if not event.by_network]


def _begun_already(key: str) -> Problem:
    return Problem(
        key,
        message("this cannot change in mid-run: it shapes what has begun already"),
        allowed="; ".join(dict.fromkeys(CHANGEABLE.values())),
        remedy=message("begin with it: Simulation(scenario.with_(...))"),
    )


def _no_such_key(scenario: Scenario, key: str, value: object) -> list[Problem]:
    """Return why a key does not exist; empty if a scenario has it, whatever its value."""
    try:
        with_value(scenario._raw or scenario.to_dict(), key, value)
    except ScenarioError as error:
        return list(error.problems)
    try:
        scenario.with_(key, value)
    except ScenarioError as error:
        return [problem for problem in error.problems if problem.message == UNKNOWN_KEY]
    return []


def branched(world: World, scenario: Scenario, changes: Mapping[str, object], tick: int) -> World:
    """Return a copy of a world that continues under a changed scenario.

    Parameters
    ----------
    world
        With every list resident; it is not touched.
    scenario
        As of :func:`changed_scenario`; equal to the world's own if nothing changes.
    changes
        For messages.
    tick
        Everything before it has been played.

    Raises
    ------
    ScenarioError
        The change would alter what has begun: what a world remembers would be another from the
        start, or the network would count over other lengths of time.

    Notes
    -----
    The state is copied, the static half is built anew. Whether a change leaves the memory of a
    world alone is not taken on trust: both scenarios are built, and their states before the first
    event must be equal, array by array, but for those of `GOES_ON`. Calls under way keep the
    patience of the luck by which they were dialled.
    """
    copied = host.copy_state(world)
    if not changes:
        return copied
    with wrapping():
        draw_patience(copied.static, copied.state)
    old, new = prepare_world(_plain(world.scenario)), prepare_world(_plain(scenario))
    lengths = _other_lengths(old.network, new.network) + _ended(world.scenario, scenario, tick)
    both = [operator_profiles(each.scenario, each.network) for each in (old, new)]
    for operator in sorted({*both[0], *both[1]}):
        before, after = both[0].get(operator, old.network), both[1].get(operator, new.network)
        others = [key for key in _other_lengths(before, after) if key in ASKED]
        lengths += [f"{key} of {operator}" for key in others]
    differing = [name for name, same in _compared(old.state, new.state) if not same]
    differing = [name for name in differing if name not in GOES_ON]
    if lengths or differing:
        found = ", ".join(map(shown, changes.values()))
        sentence = message("this would change what has begun already")
        if lengths:
            sentence = message("this would change what has begun already: {what}").filled(
                what=", ".join(lengths)
            )
        remedy = message("begin with it: Simulation(scenario.with_(...))")
        raise ScenarioError.at(", ".join(changes), sentence, found=found, remedy=remedy)
    copied = replace(
        copied,
        scenario=scenario,
        rules=new.rules,
        network=new.network,
        state=copied.state._replace(
            delays=with_lines(copied.state.delays, new.static.campaigns["retry_ms"])
        ),
        static=new.static,
        seed=new.seed,
    )
    if world.scenario.events != scenario.events:
        copied = with_network_events(replace(copied, scenario=world.scenario), scenario, tick)
        copied = replace(copied, scenario=scenario)
    host.decide_each_second(copied, tick)
    return copied


def _plain(scenario: Scenario) -> Scenario:
    """Return a scenario without the network's actions, which no state remembers."""
    return scenario.model_copy(update={"events": tuple(_announced(scenario))})


def _ended(old: Scenario, new: Scenario, tick: int) -> list[str]:
    """Return the current events that another scenario lacks, or ends at another time."""
    going_on = {act[1:2] + act[3:] for act in network_acts(new)}
    return list(
        dict.fromkeys(
            f"event {old.events[act.event].name} is under way"
            for act in network_acts(old)
            if act.start < tick < act.end and act[1:2] + act[3:] not in going_on
        )
    )


def copied_record(record: RunRecord) -> RunRecord:
    """Return an independent copy of what was recorded so far."""
    return replace(
        record,
        snapshots=dict(record.snapshots),
        actions=list(record.actions),
        events=list(record.events),
        inputs=dict(record.inputs),
        performance=copy(record.performance),
    )


def _other_lengths(old: Profile, new: Profile) -> list[str]:
    """Return the window lengths that differ: their counters would be meaningless."""
    keys = [key for key in old if old.entry(key).unit == "duration" and key in new]
    return [key for key in keys if old[key] != new[key]]


def _compared(one: Any, other: Any, name: str = "state") -> Iterator[tuple[str, bool]]:
    """Yield each array of two states by name, and whether both are equal."""
    if isinstance(one, np.ndarray):
        yield name, _same(one, other)
    elif isinstance(one, tuple):
        fields = getattr(one, "_fields", [str(i) for i in range(len(one))])
        for field, mine, theirs in zip(fields, one, other, strict=True):
            yield from _compared(mine, theirs, field)


def _same(one: NDArray[Any], other: NDArray[Any]) -> bool:
    alike = one.shape == other.shape and one.dtype == other.dtype
    return alike and bool(np.array_equal(one, other))  # by field: what pads a record is nothing
