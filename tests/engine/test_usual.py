"""Which engine plays a world; that it takes for granted what it looked for, and plays the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from dialsim.engine import host
from dialsim.engine.build import World, prepare
from dialsim.engine.kernels import advance
from dialsim.engine.specialised.choice import ENGINES, choose_engine
from dialsim.engine.specialised.kernels import advance_usual, advance_without_network
from dialsim.jit import specialise
from dialsim.planning.sensitivity_analysis.scaling import scaled
from dialsim.scenario import load_scenario
from dialsim.scenario.library import template
from dialsim.scenario.models.tables import MECHANISMS
from dialsim.scheduler.warm import TINY, USUAL

WITHOUT_NETWORK: dict[str, Any] = USUAL | {"network": {"off": list(MECHANISMS)}}


def engine_of(world: World) -> Any:
    return choose_engine(world.static, world.state).engine


def arrays(frame: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, value in zip(frame._fields, frame, strict=True):
        if isinstance(value, tuple):
            yield from arrays(value, (*place, name))
        else:
            yield (*place, name), value


def with_array(frame: Any, place: tuple[str, ...], array: Any) -> Any:
    first, *rest = place
    inner = with_array(getattr(frame, first), tuple(rest), array) if rest else array
    return frame._replace(**{first: inner})


def test_each_engine_has_a_world_that_it_plays() -> None:
    assert engine_of(prepare(load_scenario(TINY))) is advance
    assert engine_of(prepare(load_scenario(USUAL))) is advance_usual
    assert engine_of(prepare(load_scenario(WITHOUT_NETWORK))) is advance_without_network
    some = USUAL | {"network": {"off": ["labels"]}}
    assert engine_of(prepare(load_scenario(some))) is advance


@pytest.mark.parametrize(
    ("name", "usual"),
    [
        ("first_campaign", True),
        ("collections", True),
        ("ten_million", True),
        ("robot_notification", True),
        ("robot_to_agent", False),
        ("two_campaigns", False),
        ("foreign_enterprise", False),
        ("insurance_renewal", False),
    ],
)
def test_which_scenarios_are_usual(name: str, usual: bool) -> None:
    scenario = load_scenario(template(name).path)
    people = sum(each.synthetic.count for each in scenario.people if each.synthetic)
    world = prepare(scaled(scenario, min(1.0, 2000 / people)))
    assert engine_of(world) is (advance_usual if usual else advance)


def test_every_field_that_is_granted_is_looked_at() -> None:
    world = prepare(load_scenario(USUAL))
    looked_at = 0
    for grant, dtype, values in specialise._field_facts:
        places = [place for place, array in arrays(world.static) if array.dtype == dtype]
        for name in values if grant in ("usual", "network") else ():
            for place in places:
                array = world.static
                for each in place:
                    array = getattr(array, each)
                other = array.copy()
                other[name].flat[-1] += 1
                static = with_array(world.static, place, other)
                assert choose_engine(static, world.state).engine is not advance_usual, (place, name)
                looked_at += 1
    assert looked_at > 15


def test_every_axis_that_is_granted_is_looked_at() -> None:
    world = prepare(load_scenario(USUAL))
    looked_at = 0
    for half in ("static", "state"):
        frames = {"static": world.static, "state": world.state}
        for place, array in arrays(frames[half]):
            frame = frames[half]
            for each in place[:-1]:
                frame = getattr(frame, each)
            facts = specialise._length_facts.get(type(frame).__name__, {}).get(place[-1], [])
            for axis, length in enumerate(facts[0][1] if facts else ()):
                if length is None:
                    continue
                shape = tuple(n + (i == axis) for i, n in enumerate(array.shape))
                other = frames | {
                    half: with_array(frames[half], place, np.zeros(shape, array.dtype))
                }
                assert choose_engine(**other).engine is advance, (place, axis)
                looked_at += 1
    assert looked_at > 50


def test_nobody_writes_what_is_granted() -> None:
    """Fields are granted of records that stand in the static half alone, which nobody writes."""
    world = prepare(load_scenario(USUAL))
    written = [array.dtype for _, array in arrays(world.state)]
    read = [array.dtype for _, array in arrays(world.static)]
    for _, dtype, _ in specialise._field_facts:
        if dtype in read:
            assert dtype not in written, dtype
    told = {grant for grant, dtype, _ in specialise._field_facts if dtype in read}
    assert told == {"usual", "network", "no network"}


@pytest.mark.parametrize("raw", [USUAL, WITHOUT_NETWORK], ids=["usual", "without network"])
def test_engines_play_the_same(raw: dict[str, Any]) -> None:
    scenario = load_scenario(raw | {"aftermath": "3d"})
    one, other = (host.fill_all(prepare(scenario)) for _ in range(2))
    host.run_to_end(one)
    static, state = other.static, other.state
    while host.Status(int(advance(static, state, other.end_tick, 1 << 62))) != host.Status.DONE:
        host.let_go(other)
    assert one.choice is not None
    assert one.choice.engine is not advance
    assert host.digest(one) == host.digest(other)
    assert one.state.control[0]["attempts"] > 100
    for name in one.state.memory.tallies.dtype.names or ():
        assert (one.state.memory.tallies[name] == other.state.memory.tallies[name]).all()


def test_what_was_looked_at_is_not_looked_at_again() -> None:
    world = prepare(load_scenario(USUAL))
    first = choose_engine(world.static, world.state)
    assert choose_engine(world.static, world.state, first) is first
    another = world.state._replace(control=world.state.control.copy())
    later = choose_engine(world.static, another, first)
    assert later.grants is first.grants
    assert later.engine is first.engine
    longer = another._replace(priorities=np.zeros(5, np.int32))
    assert choose_engine(world.static, longer, later).engine is advance
    unusual = prepare(load_scenario(TINY))
    assert choose_engine(unusual.static, unusual.state, later).engine is advance


def test_any_world_has_an_engine() -> None:
    assert list(ENGINES)[-1] == (), "which takes nothing for granted"
