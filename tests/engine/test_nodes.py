"""The ranges of queue nodes: one after another, in the order of their owners, without a gap."""

from __future__ import annotations

import numpy as np
import pytest

from dialsim.engine.nodes import FIRST_NODES, Owner, number_nodes
from dialsim.engine.state import WORLD

COUNTS: dict[Owner, int] = {owner: 1 + (7 * owner) % 5 for owner in Owner if owner != Owner.CASE}


@pytest.mark.rule("E-TIME-2", "N-NODE-1")
def test_each_range_begins_where_the_one_before_ends() -> None:
    world = np.zeros(1, WORLD)
    number_nodes(world[0], COUNTS)
    first = [int(world[0][field]) for field, _ in FIRST_NODES]
    assert first[0] == 0
    assert np.diff(first).tolist() == [COUNTS[owner] for owner in Owner if owner != Owner.CASE]


def test_complaints_have_the_last_range_which_alone_may_grow() -> None:
    assert max(Owner) == Owner.CASE


def test_an_owner_without_a_count_is_an_error() -> None:
    lacking: dict[Owner, int] = {
        owner: count for owner, count in COUNTS.items() if owner != Owner.LADDER
    }
    with pytest.raises(KeyError, match="LADDER"):
        number_nodes(np.zeros(1, WORLD)[0], lacking)
