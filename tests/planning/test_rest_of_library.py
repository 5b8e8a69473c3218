"""Every scenario of the library gone on from: its own future is its own, additions touch no past.

Robots and desks, gateways, several campaigns that share agents, lists from files, service calls:
what a small world of one campaign does not have.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

import dialsim
from dialsim.engine import host
from dialsim.errors import ScenarioError
from dialsim.execution.branches import Fork
from dialsim.execution.replication import play_again
from dialsim.messages.text import Text
from dialsim.planning.plans.candidates import Decision, Option
from dialsim.planning.replans.decisions import Moment
from dialsim.planning.replans.start_point import FromHere
from dialsim.planning.sensitivity_analysis.scaling import scaled
from dialsim.scenario.as_of import AsOf
from dialsim.scenario.models.schema import Scenario
from dialsim.scheduler.prepared_inputs import Beginning

pytestmark = [pytest.mark.needs_jit, pytest.mark.once]
SCENARIOS = Path(__file__).parents[2] / "scenarios"
HOUR_MS = 3_600_000
MEMORY = ("people", "rings", "leads", "appointments", "classes", "progress", "ledgers", "limit_ms")


def one_more_of_all(scenario: Scenario) -> list[Decision]:
    """Return decisions for two more agents of each group and two more numbers of each filing."""
    agents = [(f"agents.{each.name}.count", each.count, None) for each in scenario.agents]
    long_since = scenario.start - timedelta(days=40)
    numbers = [
        (f"caller_ids.{each.name}.count", each.count, long_since)
        for each in scenario.caller_ids
        if each.filed is not None and each.file is None
    ]
    nothing = Text(en="", zh="")
    return [
        Decision(key, nothing, (Option(count + 2, Decimal(0)),), count, day)
        for key, count, day in (*agents, *numbers)
    ]


@pytest.mark.full
@pytest.mark.parametrize("hours", [10.3, pytest.param(34.6, marks=pytest.mark.full)])
@pytest.mark.parametrize(
    "name",
    [
        "two_campaigns",
        "robot_to_agent",
        "insurance_renewal",
        "collections",
        "foreign_enterprise",
        "complaint_storm",
    ],
)
def test_the_past_is_the_run_and_stays_so(name: str, hours: float) -> None:
    scenario = dialsim.load_scenario(SCENARIOS / f"{name}.toml")
    with suppress(ScenarioError):  # a list from a file stays as it is
        scenario = scaled(scenario, 0.03)
    run, _ = play_again(Beginning(scenario), 0)
    tick = int(hours * HOUR_MS)
    rest = scenario.with_("name", scenario.name)
    rest._as_of = AsOf(scenario, tick, 0)
    fork = Fork(rest)
    own, begun = fork.play(0), fork.branch_point()
    assert run is not None
    assert own is not None
    assert begun is not None
    assert (own.digest, own.metrics) == (run.digest, run.metrics)
    assert own.goals == run.goals

    made = int(begun.world.state.control[0]["attempts"])
    assert made > 0
    moment, digest = Moment.of(scenario, tick), host.digest(begun.world)
    here = FromHere(scenario, moment, made, digest, frozenset(), {})
    decisions = one_more_of_all(scenario)
    more = here.chosen(rest, decisions, (0,) * len(decisions))
    assert len(more.agents) == 2 * len(scenario.agents)
    other = Fork(more).branch_point()  # and compares its digest
    assert other is not None
    for array in MEMORY:
        mine, theirs = (getattr(each.world.state, array) for each in (begun, other))
        assert np.array_equal(mine, theirs), array
