"""Prepared inputs that all replications of a scenario share, built once."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.compliance.limits.build import person_limits, retry_gap
from dialsim.engine import host
from dialsim.engine.build import World, prepare
from dialsim.engine.listed_people import KEPT_BYTES, Kept, list_base
from dialsim.engine.shared import Alike, alike, ring_depth
from dialsim.errors import CapacityError, InternalError, Problems
from dialsim.messages.text import message
from dialsim.outcomes.passthrough import Carried, CarriedColumns
from dialsim.people.lists import Lists
from dialsim.scenario.checks.names import resolved_profiles
from dialsim.scenario.models.schema import Scenario
from dialsim.scheduler.feed import Feed
from dialsim.scheduler.history import read_history
from dialsim.scheduler.memory import check_memory, process_rooms, rooms
from dialsim.scheduler.own_numbers import own_numbers

if TYPE_CHECKING:
    from dialsim.scheduler.stop import Stop


class Beginning:
    """A scenario's files, read, and the worlds that start from them.

    Parameters
    ----------
    scenario
        Checked and resolved.
    once
        One world is asked for, and no other: its lists are fed to it while it plays.
    carried
        Tables are made of the worlds, with these columns beside lines and attributes; None: none
        are, and nothing is kept for them.
    tape
        SIGNAL records: what comes back for each attempt, instead of asking the network.

    Attributes
    ----------
    lists
        Readers of the lists from files, and the account of their rows.

    Raises
    ------
    ScenarioError
        A file is missing, empty or not readable, or what it says cannot be.
    CapacityError
        Memory will not suffice; refused before any is taken.

    Notes
    -----
    Shared by all worlds are the files' contents and all that no world changes; the rest of a world
    is its own, copied or built anew. People from files are read into a world that nobody plays,
    and each that is played gets a copy of what their rows say; the rest is copied too where
    replications share it, and else drawn anew. Every method may be called by several threads;
    worlds are built one at a time.
    """

    def __init__(
        self,
        scenario: Scenario,
        *,
        once: bool = False,
        carried: CarriedColumns | None = None,
        tape: NDArray[Any] | None = None,
    ) -> None:
        self.scenario, self._once, self._tape, self._carried = scenario, once, tape, carried
        problems = Problems(file=scenario._origin.file, lines=scenario._origin.lines)
        rules, _ = resolved_profiles(scenario, problems)
        self.lists = Lists(scenario, problems)
        self._own = own_numbers(scenario, problems)
        self._history = read_history(scenario, self._own, problems)
        problems.raise_if_any()
        assert rules is not None
        self._earlier = self.lists.has_call_history or self._history is not None
        limits, gap_ms = person_limits(scenario, rules), retry_gap(scenario, rules)
        self._depth = ring_depth(scenario, limits, gap_ms, self._earlier)
        check_memory(scenario, self.lists.estimate, self._depth, self.lists.bytes_to_read())
        self.lists.inputs |= self._own.inputs
        if self._history is not None:
            self.lists.inputs |= self._history.inputs
            self._history.attach_calls(self.lists)
        self._goes_on = self._history is not None and self._history.account.in_campaigns > 0
        self._from_files = any(people.file is not None for people in scenario.people)
        self._alike: Alike | None = None  # of several worlds
        self._read: World | None = None  # a world with all its people, which nobody plays
        self._reading: Feed | None = None  # of that world, while it is filled
        self._building = threading.Lock()

    def own_calls(self) -> tuple[NDArray[Any], NDArray[np.bool_]]:
        """Return earlier calls of the scenario's campaigns, and whose people are listed.

        CALL (see ``earlier_calls``) and bool; nobody is known to be listed before a world is made.
        """
        assert self._history is not None  # asked of a scenario that goes on
        return self._history.account.own_calls()

    def threads(self, wanted: int) -> int:
        """Return how many worlds may be played in parallel: `wanted`, or fewer by memory."""
        needed = self.lists.estimate, self._depth, self._bytes_beside()
        kept = 1 if self._from_files or self.scenario._as_of is not None else 0
        return max(1, min(wanted, rooms(self.scenario, *needed) - kept))

    def processes(self, wanted: int) -> int:
        """Return how many processes may play a world each: `wanted`, or fewer by memory.

        Each has its interpreter and, where lists come from files, people read for later worlds; or
        a world that has come to the moment from which the scenario holds.
        """
        more = self._from_files or self.scenario._as_of is not None
        needed = self.lists.estimate, self._depth, self._bytes_beside()
        return max(1, min(wanted, process_rooms(self.scenario, *needed, 2 if more else 1)))

    def _bytes_beside(self) -> int:
        """Return the lists' memory beside their people, during and after reading."""
        read = self.lists.bytes_to_read()
        if self.scenario.replications.people != "redrawn":
            return read
        listed = zip(self.scenario.people, self.lists.estimate, strict=True)
        return max(read, sum(rows for people, rows in listed if people.file) * KEPT_BYTES)

    def world(self, replication: int, stop: Stop | None = None) -> World | None:
        """Return the world of a replication, nothing played yet.

        None if it was stopped while the files were read.
        """
        with self._building:
            if self._once or not self._from_files:
                world = self._build(replication)
                # whoever was called before goes on from the beginning, wherever their row stands
                if self._goes_on and not _filled(Feed(world), stop):
                    return None
                return _noted(world)
            if self._read is None and self._reading is None:
                read = self._build(replication)
                if self.scenario.replications.people == "redrawn":
                    read.kept = Kept()
                self._reading = Feed(read)
            if self._reading is not None:
                if not _filled(self._reading, stop):
                    return None  # whoever asks again reads on: what is read is not read twice
                self._read, self._reading = self._reading.world, None
            assert self._read is not None
            world = self._build(replication)
            _copy_people(self._read, world)
            return world

    def unread(self, replication: int) -> World:
        """Return the world of a replication with no list row read yet."""
        with self._building:
            return _noted(self._build(replication))

    def _build(self, replication: int) -> World:
        try:
            if self._alike is None and not self._once:
                self._alike = alike(self.scenario, self.lists.counts, earlier=self._earlier)
            world = prepare(
                self.scenario,
                None,
                replication,
                counts=self.lists.counts,
                like=self._alike,
                earlier=self._earlier,
                tape=self._tape,
            )
        except MemoryError:
            people = message("for {count:,} people").filled(count=sum(self.lists.counts))
            raise CapacityError(
                message("memory did not suffice"), people, message("the size of the lists")
            ) from None
        self.lists.zone_row = world.hours.row
        world.lists = self.lists
        if self._carried is not None:
            attach_carried(world, self._carried)
        if self._history is not None:
            self._history.begin(world)
            world.history = self._history.account
        return world


def _filled(feed: Feed, stop: Stop | None) -> bool:
    """Read all lists into a world; False if stopped before their end."""
    for chunk in feed.rest():
        feed.publish(chunk)
        if stop is not None and stop.requested:
            return feed.finished
    return True


def attach_carried(world: World, columns: CarriedColumns) -> None:
    """Allocate a world's pass-through columns of file lists.

    A world of synthetic lists alone has nothing to carry, but shows the columns asked for.

    Raises
    ------
    InternalError
        Rows have been read already, and what they carry is lost.
    """
    if any(world.filled):
        raise InternalError("what rows carry was attached after rows had been read")
    people = world.scenario.people
    asked = columns.key is not None or columns.with_numbers
    if not asked and all(source.file is None for source in people):
        return
    lists = world.state.lists
    world.carried = Carried(
        lists["first"].tolist(),
        lists["count"].tolist(),
        [None if source.file is None else source.attributes for source in people],
        key=columns.key,
        with_numbers=columns.with_numbers,
        in_calls=columns.in_calls,
    )


def _noted(world: World) -> World:
    """Record the run's days' deliveries before the run, so that daily counts continue."""
    if world.history is not None:
        carrier = world.state.carrier
        world.history.delivered = carrier.enterprise_days[:, 0].copy()
        world.history.delivered_by_trunk = carrier.contract_days[:, :, 0].copy()
    return world


def _copy_people(read: World, world: World) -> None:
    """Copy the people of one world into another of the same scenario.

    What no row says of them is drawn anew if the other draws people by another base.
    """
    mine, theirs = world.state, read.state
    world.begun = read.begun
    world.carried = read.carried
    for name in ("lists", "rings", "priorities", "hour_first"):
        np.copyto(getattr(mine, name), getattr(theirs, name))
    if list_base(world) != list_base(read):
        host.redraw(read, world)
    else:
        np.copyto(mine.people, theirs.people)
        np.copyto(mine.carrier.subscribers, theirs.carrier.subscribers)  # leads may ask of them
    for source, rows in enumerate(theirs.lists["resident"].tolist()):
        mine.lists[source]["resident"] = 0  # with the leads, which are this world's own
        host.show(world, source, rows)
    world.filled = list(read.filled)
    world.dated.entries = read.dated.entries
