"""What a run that continues with other draws draws anew of what caller IDs bring (E-RESEED)."""

from __future__ import annotations

from typing import Any

import pytest

from dialsim.carrier.labels.build import ALL_PLATFORMS
from dialsim.engine.build import World, prepare
from dialsim.engine.reseed import reseeded
from dialsim.scenario import load_scenario
from tests.people.scenarios import small_scenario

DAY_MS = 86_400_000
EACH = 40


def labelled(world: World) -> list[list[bool]]:
    """Return which caller IDs of each block have labels."""
    bits = world.state.carrier.numbers["labelled"][: 4 * EACH]
    return (bits == ALL_PLATFORMS).reshape(4, EACH).tolist()


@pytest.mark.rule("E-RESEED-3", "E-BEGIN-2")
def test_labels_of_caller_ids_not_yet_used_are_drawn_anew_unless_they_are_appealed() -> None:
    raw: dict[str, Any] = small_scenario(
        {"name": "list", "synthetic": {"count": 3, "relation": "opted_in"}},
        **{"labels.arrives_share": 0.5},
    )
    north = raw["caller_ids"][0] | {"count": EACH, "checked_clean": False}
    raw["days"] = 4
    raw["caller_ids"] = [
        north,
        north | {"name": "south"},
        north | {"name": "east", "replaces": "north", "from": "2026-04-15"},
        north | {"name": "west", "replaces": "south", "from": "2026-04-15", "appeals_labels": True},
    ]
    raw["campaigns"][0]["caller_ids"] = ["north", "south", "east", "west"]
    world = prepare(load_scenario(raw))
    first = labelled(world)
    assert all(0 < sum(block) < EACH for block in first)
    other = labelled(reseeded(world, 1, DAY_MS))
    assert [one == two for one, two in zip(first, other, strict=True)] == [True, True, False, True]
    assert labelled(reseeded(world, 1, 2 * DAY_MS))[2] == other[2]
    assert labelled(reseeded(world, 1, 2 * DAY_MS + 1)) == first  # used by then
