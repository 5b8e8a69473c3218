"""From a scenario to a world ready to be played, or a one-sentence reason against it."""

from __future__ import annotations

from dialsim.engine.build import World
from dialsim.gc_pause import collector_at_rest
from dialsim.outcomes.passthrough import CarriedColumns
from dialsim.scenario.models.schema import Scenario
from dialsim.scheduler.prepared_inputs import Beginning


@collector_at_rest()
def prepare_world(scenario: Scenario, carried: CarriedColumns | None = None) -> World:
    """Return the scenario's world, nothing played yet.

    Parameters
    ----------
    carried
        Tables are made of it, with these columns beside lines and attributes; None: none are.

    Raises
    ------
    ScenarioError
        A file is missing, empty or not readable, or what it says cannot be.
    CapacityError
        Memory will not suffice; refused before any is taken.
    """
    world = Beginning(scenario, once=True, carried=carried).world(0)
    assert world is not None  # there was no stop
    return world


@collector_at_rest()
def prepare_unread_world(scenario: Scenario) -> World:
    """Return the scenario's world as :func:`prepare_world`, no row of its lists read.

    For a caller that reads ``world.lists`` itself. Whoever plays it would not find those resident
    who were called before.
    """
    return Beginning(scenario, once=True).unread(0)
