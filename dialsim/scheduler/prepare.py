"""From a scenario to a world that is ready to be played, or one sentence why not."""

from __future__ import annotations

from dialsim.compliance.limits.build import callee_limits
from dialsim.engine.build import World, prepare, ring_depth
from dialsim.errors import CapacityError, Problems
from dialsim.people.lists import Lists
from dialsim.scenario.names import resolved_profiles
from dialsim.scenario.schema import Scenario
from dialsim.scheduler.history import read_history
from dialsim.scheduler.memory import check_memory
from dialsim.scheduler.own_numbers import own_numbers


def prepare_world(scenario: Scenario, replication: int = 0, *, like: World | None = None) -> World:
    """Return the scenario's world, nothing played yet.

    Parameters
    ----------
    replication
        Which of the worlds that one seed draws.
    like
        Another replication of the same scenario, which saves most of the building.

    Raises
    ------
    ScenarioError
        A file is missing, empty or not readable, or what it says cannot be.
    CapacityError
        Memory will not suffice; refused before any is taken.
    """
    problems = Problems(file=scenario._origin.file, lines=scenario._origin.lines)
    rules, _ = resolved_profiles(scenario, problems)
    lists = Lists(scenario, problems)
    own = own_numbers(scenario, problems)
    history = read_history(scenario, own, problems)
    problems.raise_if_any()
    assert rules is not None
    earlier = lists.tell_earlier or history is not None
    depth = ring_depth(scenario, callee_limits(scenario, rules), earlier)
    check_memory(scenario, lists.estimate, depth, lists.bytes_to_read())
    try:
        world = prepare(
            scenario, None, replication, counts=lists.counts, like=like, earlier=earlier
        )
    except MemoryError:
        raise CapacityError(
            "memory did not suffice", f"for {sum(lists.counts):,} people", "the size of the lists"
        ) from None
    lists.zone_row = world.hours.row
    world.lists = lists
    lists.inputs |= own.inputs
    if history is not None:
        lists.inputs |= history.inputs
        history.tell(lists)
        history.begin(world)
        world.history = history.account
    return world
