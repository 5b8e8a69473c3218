"""Countable attempts of a log, by person and class of call, equal patterns merged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.calibration.log import CallLog
from dialsim.people.call_logs.outcome import Outcome
from dialsim.scenario.profiles.profile import Profile

Floats = NDArray[np.float64]
MOST_ATTEMPTS = 8  # later attempts of a person are left out
FEWEST_AN_HOUR = 50  # attempts; an hour with fewer keeps its default


@dataclass
class Patterns:
    """People of one relation, equal patterns merged.

    Attributes
    ----------
    relation
        0 opted_in, 1 bought.
    answered, unanswered
        Attempts of each pattern by class of call; sparse, (patterns, classes).
    count
        People of each pattern.
    telling
        Failed attempts of it whose end said that trying again is in vain, or that no phone rang.
    first, reached
        First attempts, and those in which the phone rang.
    """

    relation: int
    answered: Any
    unanswered: Any
    count: Floats
    telling: Floats
    first: int
    reached: int


@dataclass
class Classes:
    """Classes of calls: everything that a call's chance depends on except the person.

    Attributes
    ----------
    hour
        Row of each class in `hours`, int.
    weekday
        Factor of its weekday.
    in_time
        Share of answers that come before its ring timeout.
    labelled, named, attempt
        Whether a label or a name was shown; attempts before it.
    hours
        Hours of the day that occur.
    """

    hour: NDArray[np.int64]
    weekday: Floats
    in_time: Floats
    labelled: NDArray[np.bool_]
    named: NDArray[np.bool_]
    before: NDArray[np.int64]
    hours: NDArray[np.int64]


@dataclass
class Trials:
    """The countable attempts: those that can end in an answer by the person's choice.

    `rows` of the log by person and time, with class, answer and person of each, attempts before it
    and whether it had a telling end (:attr:`CallLog.telling`).
    """

    rows: NDArray[np.int64]
    kind: NDArray[np.int64]
    answered: NDArray[np.bool_]
    person: NDArray[np.int64]
    before: NDArray[np.int64]
    telling: NDArray[np.bool_]
    classes: Classes


def trials_of(
    log: CallLog, network: Profile, in_time: NDArray[np.float64], *, first_alone: bool = False
) -> Trials | None:
    """Return the countable attempts, or each person's first; None if there are none."""
    assert log.outcome is not None
    hour, weekday = log.hour, log.weekday
    assert hour is not None
    assert weekday is not None
    counts = (log.outcome < Outcome.CANCELLED) & ~log.other_blocks
    if log.true_causes:  # only where the phone rang was it the person who decided
        counts &= log.answered | (log.outcome == Outcome.NO_ANSWER)
    before = attempts_before(log)
    counts &= before < (1 if first_alone else MOST_ATTEMPTS)
    rare = np.bincount(hour[counts], minlength=24) < FEWEST_AN_HOUR
    if not rare.all():
        counts &= ~rare[hour]
    rows = np.flatnonzero(counts)
    if not len(rows):
        return None
    person = np.arange(log.rows) if log.person is None else log.person
    rows = rows[np.lexsort((before[rows], person[rows]))]
    days = np.array(network["answer.weekday_index"])
    unit = np.ones(log.rows, np.int8) * 0
    labelled = unit if log.labelled is None else log.labelled
    named = unit if log.named is None else log.named
    table = np.column_stack(
        [
            hour[rows],
            days[weekday[rows]],
            in_time[rows],
            labelled[rows] == 1,
            named[rows] == 1,
            before[rows],
        ]
    )
    unique, kind = np.unique(table, axis=0, return_inverse=True)
    hours, row = np.unique(unique[:, 0].astype(np.int64), return_inverse=True)
    classes = Classes(
        row.ravel(),
        unique[:, 1],
        unique[:, 2],
        unique[:, 3] > 0,
        unique[:, 4] > 0,
        unique[:, 5].astype(np.int64),
        hours,
    )
    _, who = np.unique(person[rows], return_inverse=True)
    parts = (kind.ravel(), log.answered[rows], who.ravel(), before[rows], log.telling[rows])
    return Trials(rows, *parts, classes)


def attempts_before(log: CallLog) -> NDArray[np.int64]:
    """Return the number of earlier attempts to the person, by the log's count or order."""
    if log.attempt is not None:
        return np.asarray(log.attempt.astype(np.int64) - 1)
    if log.person is None:
        return np.zeros(log.rows, np.int64)
    time = np.arange(log.rows) if log.time_ms is None else log.time_ms
    order = np.lexsort((time, log.person))
    who = log.person[order]
    starts = np.flatnonzero(np.r_[True, who[1:] != who[:-1]])
    sizes = np.diff(np.r_[starts, len(who)])
    before = np.empty(log.rows, np.int64)
    before[order] = np.arange(log.rows) - np.repeat(starts, sizes)
    return before


def patterns_of(log: CallLog, trials: Trials) -> list[Patterns]:
    """Return the people of each relation, equal attempt patterns merged."""
    from scipy.sparse import csr_array

    rng = np.random.default_rng(20_260_413)  # nothing is drawn: marks of equal sets
    size = len(trials.classes.hour)
    marks = rng.integers(0, 2**63, (size, 2), np.uint64)
    ends = rng.integers(0, 2**63, 2, np.uint64)
    relation = np.zeros(log.rows, np.int8) if log.relation is None else log.relation
    people = int(trials.person.max()) + 1
    telling = np.bincount(trials.person[trials.telling], minlength=people)
    kin = relation_of_each(log, trials)
    mark = np.zeros(people, np.uint64)
    np.add.at(mark, trials.person, marks[trials.kind, trials.answered.astype(int)])
    mark += telling.astype(np.uint64) * ends[0] + kin.astype(np.uint64) * ends[1]
    _, first, which, count = np.unique(
        mark, return_index=True, return_inverse=True, return_counts=True
    )
    which = which.ravel()
    lead = first[which[trials.person]] == trials.person  # attempts of each pattern's first person
    found = []
    for side in np.unique(kin[first]).tolist():
        mine = np.flatnonzero(kin[first] == side)
        place = np.full(len(first), -1)
        place[mine] = np.arange(len(mine))
        rows = place[which[trials.person]]
        sides = []
        for answered in (True, False):
            keep = lead & (rows >= 0) & (trials.answered == answered)
            data = np.ones(int(keep.sum()))
            shape = (len(mine), size)
            sides.append(csr_array((data, (rows[keep], trials.kind[keep])), shape=shape))
        reached, firsts = _firsts(log, relation == side)
        found.append(
            Patterns(
                int(side),
                sides[0],
                sides[1],
                count[mine].astype(float),
                telling[first[mine]].astype(float),
                firsts,
                reached,
            )
        )
    return found


def relation_of_each(log: CallLog, trials: Trials) -> NDArray[np.int8]:
    """Return each person's relation: that of the last attempt if attempts differ."""
    kin = np.zeros(int(trials.person.max()) + 1, np.int8)
    if log.relation is not None:
        kin[trials.person] = log.relation[trials.rows]
    return kin


def _firsts(log: CallLog, mine: NDArray[np.bool_]) -> tuple[int, int]:
    """Return first attempts that rang, and all of them."""
    assert log.outcome is not None
    first = (
        mine & (attempts_before(log) == 0) & (log.outcome < Outcome.CANCELLED) & ~log.other_blocks
    )
    rang = first & (log.answered | (log.outcome == Outcome.NO_ANSWER))
    return int(rang.sum()), int(first.sum())
