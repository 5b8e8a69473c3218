"""Goodness of fit of answers to their log, and the figures behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dialsim.calibration.likelihood import Floats
from dialsim.calibration.log import RELATIONS, CallLog
from dialsim.calibration.patterns import Trials, attempts_before, relation_of_each
from dialsim.calibration.propensity import Propensity
from dialsim.people.call_logs.outcome import Outcome

if TYPE_CHECKING:
    from dialsim.calibration.answers import Answers

FOLLOWED = 20_000  # people by whom the fit is compared with the log attempt by attempt


def compare_rates(
    found: Answers, log: CallLog, trials: Trials, model: Propensity, at: Floats
) -> None:
    """Add the data behind rates by relation, hour and label, and the goodness of fit."""
    classes = trials.classes
    chances = model.chances(at)
    first = trials.before == 0
    side = relation_of_each(log, trials)[trials.person]
    mean = {r: chance @ weight for r, (chance, weight, _) in chances.items()}
    expected = np.zeros(len(trials.rows))
    for relation, values in mean.items():
        mine = side == relation
        expected[mine] = values[trials.kind[mine]]
    named = classes.named[trials.kind]
    hour = classes.hours[classes.hour[trials.kind]]
    for relation in chances:
        name = RELATIONS[relation]
        mine = first & (side == relation)
        for key, part in ((f"gross.{name}", mine & ~named), ("gross.named", mine & named)):
            if key in found.parameters:
                found.n[key] = int(part.sum())
                if log.true_causes:
                    group = next(g for g in model.patterns if g.relation == relation)
                    found.n[key] = group.first if not named.any() else int(part.sum())
                found.distance[key] = _by_class(hour, trials.answered, expected, part)
    for each in classes.hours.tolist():
        part = first & (hour == each)
        found.n[f"hour.{each}"] = int((hour == each).sum())
        found.distance[f"hour.{each}"] = _by_class(hour, trials.answered, expected, part)
    lit = classes.labelled[trials.kind]
    found.n["label"] = int(lit.sum())
    found.distance["label"] = _by_class(hour, trials.answered, expected, lit)
    found.by_hour = _by_hour(log)


def compare_attempts(
    found: Answers, log: CallLog, trials: Trials, model: Propensity, at: Floats
) -> None:
    """Add observed and expected answers of each attempt."""
    side = relation_of_each(log, trials)[trials.person]
    found.by_attempt = _by_attempt(trials, side, model.chances(at))
    tried = sum(row[1] for row in found.by_attempt)
    found.n["icc"] = len(trials.rows)
    found.distance["icc"] = sum(abs(row[2] - row[3]) for row in found.by_attempt) / max(tried, 1)


def _by_class(
    hour: NDArray[np.int64],
    answered: NDArray[np.bool_],
    expected: Floats,
    part: NDArray[np.bool_],
) -> float:
    """Return the total variation between observed and expected answers by hour."""
    if not part.any():
        return float("nan")
    gap = np.bincount(hour[part], weights=answered[part] - expected[part], minlength=24)
    return float(np.abs(gap).sum() / part.sum())


def _by_hour(log: CallLog) -> list[tuple[int, int, int]]:
    assert log.outcome is not None
    hour = log.hour
    assert hour is not None
    first = (attempts_before(log) == 0) & (log.outcome < Outcome.CANCELLED) & ~log.other_blocks
    tried = np.bincount(hour[first], minlength=24)
    answered = np.bincount(hour[first & log.answered], minlength=24)
    return [(h, int(tried[h]), int(answered[h])) for h in range(24) if tried[h]]


def _by_attempt(
    trials: Trials, side: NDArray[np.int8], chances: dict[int, tuple[Floats, Floats, Floats]]
) -> list[tuple[int, int, int, float]]:
    """Return by attempt: people, observed answers, expected answers given the others.

    Of people of whom the model knows how they answer: a relation with few calls has no estimate.
    """
    keep = (trials.person < FOLLOWED) & np.isin(side, list(chances))
    if not keep.any():
        return []
    person, kind, answered = trials.person[keep], trials.kind[keep], trials.answered[keep]
    side, telling = side[keep], trials.telling[keep]
    starts = np.flatnonzero(np.r_[True, person[1:] != person[:-1]])
    place = np.arange(len(person)) - np.repeat(starts, np.diff(np.r_[starts, len(person)]))
    nodes = len(next(iter(chances.values()))[1])
    weight = np.zeros((int(person.max()) + 1, nodes))
    ends = np.zeros_like(weight)
    for relation, (_, weights, end) in chances.items():
        weight[person[side == relation]] = weights
        ends[person[side == relation]] = end
    rows = []
    for turn in range(int(place.max()) + 1):
        now = place == turn
        chance = np.empty((int(now.sum()), weight.shape[1]))
        for relation, (chance_of, _, _) in chances.items():
            mine = side[now] == relation
            chance[mine] = chance_of[kind[now][mine]]
        who, yes = person[now], answered[now]
        total = weight[who].sum(axis=1)
        expected = float(((weight[who] * chance).sum(axis=1) / total).sum())
        rows.append((turn + 1, len(who), int(yes.sum()), expected))
        end = np.where(telling[now][:, None], ends[who], 1 - ends[who])
        weight[who] *= np.where(yes[:, None], chance, (1 - chance) * end)
        weight[who] /= np.maximum(weight[who].sum(axis=1, keepdims=True), 1e-300)
    return rows
