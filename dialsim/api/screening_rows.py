"""The rows of a campaign's lists, loaded as for a run and screened at one tick."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialsim.core.person_flags import PersonFlag
from dialsim.core.ticks import intersect
from dialsim.core.time_units import NEVER
from dialsim.people.read_progress import CHUNK_ROWS, OnRows, ReadProgress
from dialsim.scenario.models.schema import Campaign, Scenario

if TYPE_CHECKING:
    from dialsim.compliance.screening.layout import Asked
    from dialsim.engine.build import World
    from dialsim.people.list_files import Columns

Array = NDArray[Any]


class Rows(NamedTuple):
    """Rows of a campaign's lists in dial order."""

    lists: tuple[str, ...]  # names of the lists
    screened: Array  # SCREENED[n]
    places: Array  # uint8[n]: index of the list in `lists`
    lines: Array  # int64[n]: line of the file; from 1
    numbers: Array  # int64[n]: E.164; 0 none
    columns: Columns  # found in the files


class _Read(NamedTuple):
    """The rows of a list and their places in its file."""

    lines: Array
    numbers: Array


def screened_rows(
    scenario: Scenario,
    campaign: Campaign,
    tick: int,
    on_rows: OnRows | None = None,
) -> Rows:
    """Return the screening of each row of a campaign's lists at a tick of the run.

    All lists from files are read, in the scenario's order, which decides the row that represents a
    person. Takes as much memory as a run of the scenario.
    """
    from dialsim.scheduler.prepare import prepare_unread_world

    world = prepare_unread_world(scenario)
    names = [source.name for source in scenario.people]
    wanted = [names.index(name) for name in campaign.people]
    files = [i for i, source in enumerate(scenario.people) if source.file is not None]
    pulse = ReadProgress(
        on_rows, sum(int(world.state.lists[i]["count"]) for i in {*files, *wanted})
    )
    read = {
        i: _from_file(world, i, pulse) if i in files else _drawn(world, i, pulse)
        for i in sorted({*files, *wanted})
    }
    row = [each.name for each in scenario.campaigns].index(campaign.name)
    parts = [_asked_of_list(world, row, i, tick) for i in wanted]
    sizes = [len(part) for part in parts]
    return Rows(
        lists=tuple(campaign.people),
        screened=np.concatenate(parts),
        places=np.repeat(np.arange(len(wanted), dtype=np.uint8), sizes),
        lines=np.concatenate([read[i].lines for i in wanted]),
        numbers=np.concatenate([read[i].numbers for i in wanted]),
        columns={} if world.lists is None else world.lists.columns,
    )


def _from_file(world: World, source: int, pulse: ReadProgress) -> _Read:
    from dialsim.engine import host

    assert world.lists is not None
    lines, numbers = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for chunk in pulse.watched(world.lists.chunks(source, CHUNK_ROWS)):
        first = int(world.state.lists[source]["first"]) + world.filled[source]
        host.fill_chunk(world, source, chunk)
        # for a row without a person nothing is drawn: it has the values of the file only
        given = chunk.rows["flags"]
        uncallable = np.flatnonzero(given & (PersonFlag.INVALID | PersonFlag.UNUSABLE))
        world.state.people["flags"][first + uncallable] = given[uncallable]
        lines.append(chunk.lines)
        numbers.append(chunk.numbers)
    return _Read(np.concatenate(lines), np.concatenate(numbers))


def _drawn(world: World, source: int, pulse: ReadProgress) -> _Read:
    from dialsim.engine import host

    def filled() -> Iterator[Any]:
        while count := host.fill(world, source, CHUNK_ROWS):
            yield _Filled(range(count))

    for _ in pulse.watched(filled()):
        pass
    count = world.filled[source]
    return _Read(np.arange(1, count + 1), np.zeros(count, np.int64))


class _Filled(NamedTuple):
    rows: range


def _asked_of_list(world: World, row: int, source: int, tick: int) -> Array:
    """Return SCREENED of a list's rows for a campaign."""
    first = int(world.state.lists[source]["first"])
    people = world.state.people[first : first + world.filled[source]]
    rings = world.state.rings[first : first + world.filled[source]]
    dated = _dated(world, source, first)
    known = dated[dated["tick"] <= tick]
    np.bitwise_or.at(people["flags"], known["row"], known["flags"])
    return answers(world, row, people, rings, dated[dated["tick"] > tick], tick)


def answers(
    world: World, row: int, people: Array, rings: Array, to_come: Array, tick: int
) -> Array:
    """Return SCREENED of some people for a campaign at a tick.

    Parameters
    ----------
    world, row
        The campaign whose caller IDs, hours and limits apply.
    people, rings
        PERSON[n] and int64[n, depth].
    to_come
        DATED, in order of row and tick: their later changes.
    """
    from dialsim.compliance.screening.kernels import end_at_bars, screen_people
    from dialsim.compliance.screening.layout import SCREENED
    from dialsim.core.rng import wrapping

    out = np.zeros(len(people), SCREENED)
    gap_ms = int(world.static.world[0]["retry_gap_ms"])
    kinds = caller_kinds(world, row)
    kind_of = kinds[people["home"]]
    found = np.flatnonzero(np.bincount(kind_of)).tolist()
    for kind in found:
        asked = asked_by(world, row, int(np.flatnonzero(kinds == kind)[0]))
        if len(found) == 1:  # usually so; without copies
            with wrapping():
                screen_people(people, rings, asked, gap_ms, tick, out)
                end_at_bars(people, to_come, asked, out)
            break
        mine = np.flatnonzero(kind_of == kind)
        later = to_come[kind_of[to_come["row"]] == kind]
        later["row"] = np.searchsorted(mine, later["row"])
        some, part = people[mine], out[mine]
        with wrapping():
            screen_people(some, rings[mine], asked, gap_ms, tick, part)
            end_at_bars(some, later, asked, part)
        out[mine] = part
    return out


def caller_kinds(world: World, row: int) -> Array:
    """Return a number by PERSON.home (int64[256]): equal if the same caller IDs may call."""
    areas = world.static.areas
    _, kinds = np.unique(areas.groups[row], axis=0, return_inverse=True)
    found: Array = kinds.reshape(-1)[areas.of[row]]
    return found


def _dated(world: World, source: int, first: int) -> Array:
    """Return the later changes of a list's rows during the run, by row and tick."""
    from dialsim.people.layout import DATED

    found = np.concatenate([np.zeros(0, DATED), *world.to_come[source]])
    found["row"] -= first
    return found[np.lexsort((found["tick"], found["row"]))]


def asked_by(world: World, row: int, home: int = 0) -> Asked:
    """Return a campaign's conditions on every person: its terms, hours, limits and caller IDs.

    `home`: PERSON.home of the screened people; if no caller ID may call them, all caller IDs are
    used.
    """
    from dialsim.compliance.screening.layout import Asked
    from dialsim.scenario.open_hours import outside

    spans = [zone[row] for zone in world.hours.spans]
    groups = _groups(world, row, home)
    stopped = _stopped(world, groups)
    dialling = outside(world.scenario, stopped)
    limits = world.static.limits
    return Asked(
        campaign=world.static.campaigns[row : row + 1],
        hours=_edges(spans),
        stopped=_edges([stopped])[0],
        edges=_edges([intersect(each, dialling) for each in spans]),
        limits=limits.callee,
        periods=limits.periods,
        callers=_callers(world, groups, limits.callee),
    )


def _edges(spans: Sequence[Array]) -> Array:
    """Return sorted, disjoint intervals as rows of edges, padded with NEVER."""
    edges = np.full((len(spans), max(1, *(2 * len(each) for each in spans))), NEVER, np.int64)
    for record, each in zip(edges, spans, strict=True):
        record[: 2 * len(each)] = each.reshape(-1)
    return edges


def _groups(world: World, row: int, home: int) -> Array:
    """Return the groups of caller IDs from which a campaign may call people of a home."""
    from dialsim.compliance.areas import groups_of

    areas = world.static.areas
    mine = areas.groups[row, areas.of[row, home]]
    mine = mine[mine >= 0]
    found: Array = world.state.resources.groups[mine if len(mine) else groups_of(areas, row)]
    return found


def _stopped(world: World, groups: Array) -> Array:
    """Return when all trunks of some groups of caller IDs are stopped: int64[n, 2]."""
    trunks = np.unique(groups["trunk"])
    stops = [each[each >= 0].reshape(-1, 2) for each in world.static.limits.stops[trunks]]
    return reduce(intersect, stops)


def _callers(world: World, groups: Array, limits: Array) -> Array:
    """Return the caller IDs that can make a difference to a person's result.

    With more caller IDs than remembered attempts, one of them has never called the person, and none
    is free before it. The exception are windows that open with a call: a caller ID used before
    calls with an unknown caller ID may be free earlier. So caller IDs that have called anyone are
    included, and those whose calls did not ring: for a while only they may call that person.
    """
    from dialsim.compliance.limits.kernels import CALLER_BITS, CANNOT_HAVE_RUNG, SEEN_BITS
    from dialsim.compliance.screening.layout import ANY_CALLER
    from dialsim.core.codes import Scope, Window

    pairs = limits[limits["scope"] == Scope.PAIR]
    rings = world.state.rings
    mine = np.concatenate(
        [np.arange(int(g["first"]), int(g["first"]) + int(g["count"])) for g in groups]
    )
    if len(pairs) and len(mine) <= rings.shape[1]:
        return mine
    if not (pairs["window"] == Window.ANCHORED).any():
        rings = rings[rings & SEEN_BITS == CANNOT_HAVE_RUNG]
    called = np.intersect1d(mine, rings >> 10 & CALLER_BITS)
    unused = [ANY_CALLER] if len(called) < len(mine) else []
    return np.concatenate([called, np.array(unused, np.int64)])
