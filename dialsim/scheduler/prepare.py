"""From a scenario to a world that is ready to be played, or one sentence why not."""

from __future__ import annotations

from dialsim.compliance.build import callee_limits
from dialsim.engine.build import World, prepare, ring_depth
from dialsim.errors import CapacityError, Problems
from dialsim.people.files import count_rows
from dialsim.scenario.names import resolved_profiles
from dialsim.scenario.schema import Scenario
from dialsim.scheduler.memory import check_memory


def prepare_world(scenario: Scenario) -> World:
    """Return the scenario's world, nothing played yet.

    Raises
    ------
    ScenarioError
        A people file is missing, empty or not readable.
    CapacityError
        Memory will not suffice; refused before any is taken.
    """
    problems = Problems(file=scenario._origin.file, lines=scenario._origin.lines)
    rules, _ = resolved_profiles(scenario, problems)
    counts = count_rows(scenario, problems)
    problems.raise_if_any()
    assert rules is not None
    check_memory(scenario, counts, ring_depth(scenario, callee_limits(scenario, rules)))
    try:
        return prepare(scenario, counts=counts)
    except MemoryError:
        raise CapacityError(
            "memory did not suffice", f"for {sum(counts):,} people", "the size of the lists"
        ) from None
