"""Assumptions of a scenario that could matter, and why the others are left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from dialsim.errors import Problem, Problems, ScenarioError, did_you_mean, shown
from dialsim.messages.text import Text, message
from dialsim.planning.sensitivity_analysis.factors import Factor, given, reaching, varied
from dialsim.planning.sensitivity_analysis.uncertainty_ranges import knowledge
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.profiles.profile import Profile, Value
from dialsim.scenario.profiles.weak_defaults import WeakDefault, weak_in

RELATIONS = ("opted_in", "bought")
CLASSES = ("fixed", "mobile", "95_enterprise", "95_b24", "96", "1010", "400", "106", "axb")
NARROWINGS = 4
Ranges = Mapping[str, Sequence[Any]]

# Why a value is left out.
KNOWN = message("a rule, official or measured")
STATED = message("the scenario states it")
SHAPE = message("not a number that could be a little off")
ZERO = message("zero: what it is about is absent")
OFF = message("its mechanism is switched off")
ABSENT = message("nothing in the scenario is of this kind")
UNREAD = message("nothing in this scenario reads it")
NO_ROOM = message("no other value of it is valid here")
DEFINES = message("says what others mean: {}")
NOT_ASKED = message("not asked for")


def chosen_factors(
    scenario: Scenario, network: Profile, only: Sequence[str], ranges: Ranges
) -> tuple[list[Factor], dict[str, Text]]:
    """Return the values that could matter with their ranges, and why each other is left out.

    The least credible defaults come first, each within its published range.

    Parameters
    ----------
    network
        The profile with the scenario's overrides.
    only
        Names of values, or beginnings of names; empty: all.
    ranges
        By name: the two ends of a range to take instead of the one by confidence. Such values are
        varied whatever they rest on.

    Raises
    ------
    ScenarioError
        A name that does not exist, or a range that is none; all at once.
    """
    problems = Problems()
    _check_names(network, only, ranges, problems)
    own = _given_factors(network, ranges, problems)
    problems.raise_if_any()
    absent = absent_words(scenario)
    found: list[Factor] = []
    left: dict[str, Text] = {}
    weak = {each.key: each for each in weak_in(network, scenario.network.overrides)}
    for key in dict.fromkeys([*weak, *network]):
        entry = network.entry(key)
        if key in own:
            found.append(own[key])
            continue
        why = (
            NOT_ASKED
            if only and not any(_begins(key, name) for name in only)
            else _why_left(key, entry, scenario, absent)
        )
        factor = None if why else _ranged(key, entry, weak.get(key))
        if factor is not None and factor.moves:
            found.append(factor)
        else:
            left[key] = why or (ZERO if entry.value == 0 else SHAPE)
    return found, left


def _ranged(key: str, entry: Value, weak: WeakDefault | None) -> Factor | None:
    """Return a value with its range: a weak default's own, or that of its confidence."""
    if weak is not None:
        return reaching(key, entry, weak.low, weak.high)
    return varied(key, entry, knowledge().spreads[entry.confidence])


def _check_names(network: Profile, only: Sequence[str], ranges: Ranges, problems: Problems) -> None:
    for path, names in (("only", only), ("ranges", list(ranges))):
        for name in names:
            known = name in network or (path == "only" and any(_begins(k, name) for k in network))
            if not known:
                problems.add(
                    path,
                    message("network {name} has no value {name_2}").filled(
                        name=network.name, name_2=name
                    ),
                    found=name,
                    allowed=message("a name listed by explain"),
                    remedy=did_you_mean(name, list(network)),
                )


def _given_factors(network: Profile, ranges: Ranges, problems: Problems) -> dict[str, Factor]:
    found = {}
    for key, ends in ranges.items():
        if key not in network:
            continue
        entry = network.entry(key)
        pair = isinstance(ends, (list, tuple)) and len(ends) == 2
        made = given(key, entry, *ends) if pair else message("a range is two values")
        if isinstance(made, str):
            problems.add(
                f"ranges.{key}",
                made,
                found=ends,
                allowed=message("two values in {unit}").filled(unit=entry.unit),
            )
        else:
            found[key] = made
    return found


def _begins(key: str, name: str) -> bool:
    return key == name or key.startswith(name.rstrip(".") + ".")


def _why_left(key: str, entry: Value, scenario: Scenario, absent: set[str]) -> Text | None:
    """Return why a value is not varied; None if it may be."""
    parts = key.split(".")
    kept = knowledge().why_kept(key)
    if key in scenario.network.overrides or any(
        _begins(name, key) for name in scenario.network.overrides
    ):
        return STATED
    if kept is not None:
        return DEFINES.filled(kept)
    if entry.confidence not in knowledge().spreads:
        return KNOWN
    if parts[0] in scenario.network.off:
        return OFF
    return ABSENT if absent & set(parts) else None


def absent_words(scenario: Scenario) -> set[str]:
    """Return words that mark values of things that the scenario does not have.

    Relations of its lists, classes of its caller IDs, registered ones.
    """
    synthetic = [people.synthetic for people in scenario.people]
    relations: set[str] = {each.relation for each in synthetic if each is not None}
    if None in synthetic:  # rows of a file may be of either
        relations = {*RELATIONS}
    classes = {block.judged_class for block in scenario.caller_ids}
    absent = {*RELATIONS, *CLASSES} - relations - classes
    if not any(block.registered for block in scenario.caller_ids):
        absent.add("registered")
    if not any(block.display_name for block in scenario.caller_ids):
        absent.add("named")
    return absent


def with_factors(scenario: Scenario, values: Mapping[str, Any]) -> Scenario:
    """Return the scenario with network values replaced, validated."""
    if not values:
        return scenario
    return scenario.with_("network.overrides", {**scenario.network.overrides, **values})


def proven(scenario: Scenario, factors: Iterable[Factor]) -> Iterator[tuple[Factor, Any]]:
    """Yield each factor, its range cut until both ends are valid, or why it is left out.

    A factor whose two ends build the same world is skipped: the scenario does not read it.

    Raises
    ------
    ScenarioError
        A range of the user's whose ends make the scenario invalid.
    """
    for factor in factors:
        low, high = _valid_end(scenario, factor, 0.0), _valid_end(scenario, factor, 1.0)
        if low >= high or not (trial := factor.between(low, high)).moves:
            yield factor, NO_ROOM
        else:
            same = _same(_built(scenario, trial, 0.0), _built(scenario, trial, 1.0))
            yield trial, UNREAD if same else None


def _valid_end(scenario: Scenario, factor: Factor, end: float) -> float:
    """Return the valid place found nearest to an end of the range."""
    for step in range(NARROWINGS + 1):
        place = factor.home + (end - factor.home) * (1 - step / NARROWINGS)
        try:
            _built(scenario, factor, place)
        except ScenarioError as error:
            if factor.given:
                raise _with_range(error, factor) from None
        else:
            return place
    return factor.home


def _with_range(error: ScenarioError, factor: Factor) -> ScenarioError:
    path = f"ranges.{factor.key}"
    return ScenarioError(
        [
            Problem(
                path,
                message("an end of the range makes the scenario invalid: {message}").filled(
                    message=problem.message
                ),
                found=shown([factor.low, factor.high]),
                allowed=problem.allowed,
                remedy=problem.remedy,
            )
            for problem in error.problems
        ]
    )


def _built(scenario: Scenario, factor: Factor, u: float) -> Any:
    """Return the arrays of the world at one end of a factor's range, one row per list."""
    from dialsim.engine.build import prepare

    changed = with_factors(scenario, {factor.key: factor.at(u)})
    world = prepare(changed, counts=[1] * len(changed.people), call_rows=64)
    return world.static, world.state


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray) and one.dtype.names is not None:
        # field by field: what lies between them is whatever was in that memory before
        if one.dtype != other.dtype or one.shape != other.shape:
            return False
        return all(_same(one[name], other[name]) for name in one.dtype.names)
    if isinstance(one, np.ndarray):
        return bool(one.shape == other.shape and one.tobytes() == other.tobytes())
    return all(_same(a, b) for a, b in zip(one, other, strict=True))
