"""From a scenario to a world that is ready to be played, or one sentence why not."""

from __future__ import annotations

from dialsim.collector import collector_at_rest
from dialsim.engine.build import World
from dialsim.scenario.schema import Scenario
from dialsim.scheduler.beginning import Beginning


@collector_at_rest()
def prepare_world(scenario: Scenario) -> World:
    """Return the scenario's world, nothing played yet.

    Raises
    ------
    ScenarioError
        A file is missing, empty or not readable, or what it says cannot be.
    CapacityError
        Memory will not suffice; refused before any is taken.
    """
    world = Beginning(scenario, once=True).world(0)
    assert world is not None  # there was no stop
    return world
