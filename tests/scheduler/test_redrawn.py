"""Replications draw anew what is not known of the people, and rows of files stay those rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dialsim.core.person_flags import CONSENT, OPERATOR, PersonFlag
from dialsim.core.rng import run_base, wrapping
from dialsim.engine.build import World
from dialsim.engine.listed_people import list_base
from dialsim.scenario import load_scenario
from dialsim.scheduler.prepared_inputs import Beginning
from tests.people.scenarios import small_scenario

pytestmark = pytest.mark.once

CALLS = """time,number,caller_id,outcome
2026-04-01 10:00:00,13800000001,north-001,no_answer
2026-04-02 10:00:00,13800000001,north-001,no_answer
2026-04-02 11:00:00,13800000004,north-002,answered
"""


def raw(folder: Path, **keys: Any) -> dict[str, Any]:
    """Two lists from files that share people, one drawn, and calls made before."""
    customers = ["number,consent_date,alternate"]
    customers += [
        f"1380000{i:04d},{'2026-01-15' if i % 3 == 0 else ''},"
        f"{f'1390000{i:04d}' if i % 5 == 0 else ''}"
        for i in range(60)
    ]
    (folder / "customers.csv").write_text("\n".join(customers) + "\n")
    (folder / "bought.csv").write_text(
        "number\n" + "".join(f"1380000{i:04d}\n" for i in range(40, 120))
    )
    (folder / "calls.csv").write_text(CALLS)
    made = small_scenario({"name": "customers"})
    made["people"] = [
        {"name": "customers", "file": str(folder / "customers.csv"), "consent_recorded": 0.5,
         "columns": {"alternates": ["alternate"]}},
        {"name": "bought", "file": str(folder / "bought.csv"), "relation": "bought",
         "consent_recorded": 0.6, "internal_dnc": 0.3},
        {"name": "drawn", "synthetic": {"count": 50, "relation": "opted_in"}},
    ]  # fmt: skip
    made["campaigns"][0]["people"] = ["customers", "bought", "drawn"]
    made["history"] = {"calls": {"file": str(folder / "calls.csv")}}
    return made | keys


def beginning(folder: Path, **keys: Any) -> Beginning:
    return Beginning(load_scenario(raw(folder, **keys)))


def world_of(begun: Beginning, replication: int) -> World:
    world = begun.world(replication)
    assert world is not None
    return world


def people(world: World) -> list[bytes]:
    s = world.state
    return [each.tobytes() for each in (s.people, s.carrier.subscribers, s.rings, s.lists, s.leads)]


@pytest.mark.parametrize("replication", [0, 1, 4])
def test_a_world_made_later_is_that_made_first(replication: int, tmp_path: Path) -> None:
    first = world_of(beginning(tmp_path), replication)
    later = beginning(tmp_path)
    for other in (0, 2):
        world_of(later, other)
    assert people(world_of(later, replication)) == people(first)


def test_rows_stay_and_what_they_leave_open_is_redrawn(tmp_path: Path) -> None:
    begun = beginning(tmp_path)
    worlds = [world_of(begun, number) for number in range(30)]
    who = np.array([world.state.people for world in worlds])
    assert (who["key"] == who["key"][0]).all()
    consent = who["flags"] & CONSENT > 0
    rows = np.arange(40)  # those of the first list alone
    assert (consent[:, rows] == (rows % 3 == 0)).all()
    bought = np.arange(80, 140)  # those of the second: behind 20 that stand on both
    assert 0.55 < consent[:, bought].mean() < 0.65
    assert consent[:, bought].mean(axis=0).min() > 0.2
    operator = who["home"] & OPERATOR
    assert (operator[:, :120] == operator[0, :120]).all()  # by their prefix
    of_drawn = slice(int(worlds[0].state.lists[2]["first"]), None)
    assert len({who[i, of_drawn].tobytes() for i in range(30)}) == 30
    hidden = {world.state.carrier.subscribers.tobytes() for world in worlds}
    assert len(hidden) == 30


@pytest.mark.rule("E-DRAW-4")
def test_of_a_person_on_two_lists_the_stricter_counts_in_each(tmp_path: Path) -> None:
    """40 to 59 stand on both: some consent themselves, and of all the second list's share."""
    begun = beginning(tmp_path)
    flags = np.array([world_of(begun, number).state.people["flags"] for number in range(40)])
    both = np.arange(40, 60)
    consented = both % 3 == 0
    assert 0.5 < (flags[:, both[consented]] & CONSENT > 0).mean() < 0.7
    assert not (flags[:, both[~consented]] & CONSENT).any()
    assert 0.2 < (flags[:, both] & PersonFlag.INTERNAL_DNC > 0).mean() < 0.4


def test_people_are_kept_where_the_scenario_says_so(tmp_path: Path) -> None:
    for keys in ({"list_seed": 3}, {"replications": {"people": "fixed"}}):
        begun = beginning(tmp_path, **keys)
        assert people(world_of(begun, 5))[:2] == people(world_of(begun, 0))[:2]
    begun = beginning(tmp_path, list_seed=3, replications={"people": "redrawn"})
    assert people(world_of(begun, 5))[:2] != people(world_of(begun, 0))[:2]


@pytest.mark.rule("E-DRAW-3")
@pytest.mark.parametrize(("keys", "number"), [({}, 6), ({"list_seed": 3}, 0)])
def test_the_base_of_people(keys: dict[str, Any], number: int, tmp_path: Path) -> None:
    with wrapping():
        assert list_base(world_of(beginning(tmp_path, **keys), 6)) == run_base(3, number)
