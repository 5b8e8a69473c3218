"""People of file lists, and the redrawing of attributes that rows do not give.

A row says some of who its person is; the rest is drawn by the world's base of such draws. What the
rows said is kept, so that each replication draws the rest by a base of its own and no file is read
twice.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialsim.carrier.layout import Table
from dialsim.carrier.posterior.kernels import fit_subscribers
from dialsim.carrier.subscribers.kernels import fill_subscribers
from dialsim.core.quantiles import CELLS
from dialsim.core.rng import wrapping
from dialsim.engine.call_history import kernels as before
from dialsim.engine.call_history.attempts import past_calls
from dialsim.engine.state import REPLAY
from dialsim.people.by_share import redraw
from dialsim.people.kernels import fill_keyed
from dialsim.people.layout import GIVEN

if TYPE_CHECKING:
    from dialsim.engine.build import World


KEPT_BYTES = GIVEN.itemsize + 8
"""What is kept of a row: what it said, and which number its person is called on."""


class GivenRows(NamedTuple):
    """Consecutive rows of a list, as stored in the world."""

    first: int  # row of the list
    rows: NDArray[Any]  # GIVEN[n]
    earlier: NDArray[Any]  # EARLIER, rows counted from `first`
    numbers: NDArray[np.int64]  # [n]: which of their numbers people are called on now; 0 the first
    shares: NDArray[Any]  # BY_SHARE, rows counted from `first`


@dataclass
class Kept:
    """Row data of a world's people: 40 bytes a row, and earlier attempts.

    Attributes
    ----------
    rows
        Of each list, in order.
    known
        DATED that was known when the rows became resident; `row` is the person's.
    """

    rows: dict[int, list[GivenRows]] = field(default_factory=lambda: defaultdict(list))
    known: list[NDArray[Any]] = field(default_factory=list)


def list_base(world: World) -> np.uint64:
    """Return the base of every draw about who people are."""
    return np.uint64(world.static.world[0]["list_base"])


def write_rows(world: World, source: int, given: GivenRows) -> None:
    """Write the people of list rows: given attributes, and drawn ones for the rest.

    Takes some 100 ns a row, and 1 to 10 µs for each person who was called before.
    """
    s = world.state
    person = int(s.lists[source]["first"]) + given.first
    rows = redraw(given.rows, given.shares, list_base(world))
    with wrapping():
        fill_keyed(s.people, s.lists, list_base(world), source, given.first, rows)
    fill_network(world, person, person + len(rows))
    if len(given.earlier):
        _fit_network(world, source, person, rows, given.earlier)
    other = np.flatnonzero(given.numbers)
    if len(other) and world.static.world[0]["tape"] != REPLAY:
        before.change_numbers(s, person + other, given.numbers[other])


def write_known(world: World, entries: NDArray[Any]) -> None:
    """Set the bits known of people by now (DATED; `row` is the person's)."""
    np.bitwise_or.at(world.state.people["flags"], entries["row"], entries["flags"])


def fill_network(world: World, first: int, stop: int) -> None:
    """Draw the network's half of people ``first .. stop``."""
    s = world.state
    with wrapping():
        fill_subscribers(s.carrier, world.static.profile, s.people, list_base(world), first, stop)


def _fit_network(
    world: World, source: int, person: int, rows: NDArray[Any], earlier: NDArray[Any]
) -> None:
    """Redraw the network's half of people with earlier calls (`earlier`: EARLIER)."""
    k, s = world.static, world.state
    ring: NDArray[np.int32] = k.profile.tables[Table.RING, :CELLS]
    before_timeout = ring < k.campaigns["ring_timeout_ms"][:, None]
    in_time = (np.count_nonzero(before_timeout, axis=1) << 32) // CELLS
    machines: NDArray[np.bool_] = k.campaigns["robot"] > 0
    no_line = int(k.world[0]["callers"])
    calls = past_calls(rows, earlier, k.lead_base[:, source], in_time, no_line, machines)
    calls["row"] += person
    with wrapping():
        fit_subscribers(s.carrier, k.profile, s.people, list_base(world), calls)
