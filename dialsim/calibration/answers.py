"""From a log to the likelihood of answers: which attempts count, and people that are alike."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dialsim.calibration.likelihood import Fit, Floats, Profiled
from dialsim.calibration.log import RELATIONS, CallLog, Outcome
from dialsim.calibration.propensity import Classes, Patterns, Propensity, Setting
from dialsim.scenario.profile import Profile

MOST_ATTEMPTS = 8  # later attempts of a person are left out
FEWEST_AN_HOUR = 50  # attempts; an hour with fewer keeps its default
FEWEST_PEOPLE = 10  # of whom a rate over people can be told
FEWEST = 100  # attempts of which a rate by hour can be told
BESIDE = ("reach.", "dead.", "final.")  # estimated as well, reported by nobody
TELLING = (("final.alive", -3.5), ("final.dead", 1.0), ("final.mute", -1.0))
FOLLOWED = 20_000  # people by whom the fit is compared with the log attempt by attempt


@dataclass
class Answers:
    """Fitted answering.

    Attributes
    ----------
    parameters
        By name, as in `Propensity`; ``hour.H`` for all hours that occur.
    decline
        Factor on the chance with each attempt, beside what selection does; None: people were not
        tried again.
    n
        Attempts behind each parameter, by name.
    distance
        Total variation between log and fit, by name.
    by_attempt
        Attempt, people tried, answered, expected to answer.
    by_hour
        Hour, first attempts, answered.
    told
        The log tells which attempts rang.
    people, tried_again
        People, and those with more than one attempt.
    """

    parameters: dict[str, Profiled] = field(default_factory=dict)
    decline: Profiled | None = None
    n: dict[str, int] = field(default_factory=dict)
    distance: dict[str, float] = field(default_factory=dict)
    by_attempt: list[tuple[int, int, int, float]] = field(default_factory=list)
    by_hour: list[tuple[int, int, int]] = field(default_factory=list)
    told: bool = False
    people: int = 0
    tried_again: int = 0


@dataclass
class Trials:
    """The attempts that count: those that can end in an answer by the person's own choice.

    `rows` of the log by person and time, with class, answer and person of each.
    """

    rows: NDArray[np.int64]
    kind: NDArray[np.int64]
    answered: NDArray[np.bool_]
    person: NDArray[np.int64]
    before: NDArray[np.int64]
    classes: Classes


def fit_answers(
    log: CallLog, network: Profile, in_time: NDArray[np.float64], at_reference: float
) -> Answers | str:
    """Return rates by relation and hour, intraclass correlation and label effect.

    Where no rates can be told, why: ``too_few`` attempts that count; ``few_people``;
    ``not_in_time``, hardly any answer would come before the ring timeout; ``all_answered``, nearly
    all who were reached did.

    Parameters
    ----------
    log
        With outcomes, unanswered attempts and hours.
    network
        Gives what is not estimated, and where to begin.
    in_time
        Share of answers that come before each attempt's ring timeout, float[rows].
    at_reference
        The same for the timeout under which gross rates are taken to hold.
    """
    trials = _trials(log, network, in_time)
    if trials is None:
        return "too_few"
    if int(trials.person.max()) + 1 < FEWEST_PEOPLE:
        return "few_people"
    groups = _patterns(log, trials)
    model, first, low, high = _model(log, trials, groups, network, at_reference)
    start = model.within(first, np.array(low), np.array(high))
    if start is None:
        return "not_in_time"
    fit = Fit(model, start, low, high)
    if model.saturated(fit.at, fit.most):
        return "all_answered"
    found = Answers(told=log.true_causes, people=int(sum(g.count.sum() for g in groups)))
    tries = np.bincount(trials.person)
    found.tried_again = int((tries > 1).sum())
    for i, name in enumerate(model.names):
        if not name.startswith(BESIDE):
            found.parameters[name] = fit.interval(i)
    _pivot(found, model, fit, low, high)
    if log.true_causes and found.tried_again:
        found.decline = _decline(model, fit, low, high)
    _compare(found, log, trials, model, fit)
    return found


def _trials(log: CallLog, network: Profile, in_time: NDArray[np.float64]) -> Trials | None:
    """Return the attempts that count; None if there are none."""
    assert log.outcome is not None
    hour, weekday = log.hour, log.weekday
    assert hour is not None
    assert weekday is not None
    counts = (log.outcome < Outcome.CANCELLED) & ~log.other_blocks
    if log.true_causes:  # only where the phone rang was it the person who decided
        counts &= log.answered | (log.outcome == Outcome.NO_ANSWER)
    before = _before(log)
    counts &= before < MOST_ATTEMPTS
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
    return Trials(rows, kind.ravel(), log.answered[rows], who.ravel(), before[rows], classes)


def _before(log: CallLog) -> NDArray[np.int64]:
    """Return how many attempts to the person came before each, by the log's own count or order."""
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


def _patterns(log: CallLog, trials: Trials) -> list[Patterns]:
    """Return the people of each relation, those with the same attempts counted together."""
    from scipy.sparse import csr_array

    rng = np.random.default_rng(20_260_413)  # not luck: marks by which equal sets are found
    size = len(trials.classes.hour)
    marks = rng.integers(0, 2**63, (size, 2), np.uint64)
    ends = rng.integers(0, 2**63, 2, np.uint64)
    relation = np.zeros(log.rows, np.int8) if log.relation is None else log.relation
    people = int(trials.person.max()) + 1
    final = np.zeros(people, bool)
    if not log.true_causes:
        assert log.outcome is not None
        last = np.r_[trials.person[1:] != trials.person[:-1], True]
        told = np.isin(log.outcome[trials.rows], (Outcome.INVALID, Outcome.BLOCKED))
        final[trials.person[last & told]] = True
    kin = _kin(log, trials)
    mark = np.zeros(people, np.uint64)
    np.add.at(mark, trials.person, marks[trials.kind, trials.answered.astype(int)])
    mark += np.where(final, ends[0], np.uint64(0)) + kin.astype(np.uint64) * ends[1]
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
                final[first[mine]].astype(float),
                firsts,
                reached,
            )
        )
    return found


def _kin(log: CallLog, trials: Trials) -> NDArray[np.int8]:
    """Return the relation of each person: where the attempts differ in it, that of the last."""
    kin = np.zeros(int(trials.person.max()) + 1, np.int8)
    if log.relation is not None:
        kin[trials.person] = log.relation[trials.rows]
    return kin


def _firsts(log: CallLog, mine: NDArray[np.bool_]) -> tuple[int, int]:
    """Return first attempts that rang, and all of them."""
    assert log.outcome is not None
    first = mine & (_before(log) == 0) & (log.outcome < Outcome.CANCELLED) & ~log.other_blocks
    rang = first & (log.answered | (log.outcome == Outcome.NO_ANSWER))
    return int(rang.sum()), int(first.sum())


def _model(
    log: CallLog, trials: Trials, groups: list[Patterns], network: Profile, at_reference: float
) -> tuple[Propensity, Floats, list[float], list[float]]:
    assert log.outcome is not None
    classes = trials.classes
    reach = (1 - network["people.unreachable"]) * (1 - network["people.busy"])
    setting = Setting(
        np.array(network["answer.hour_index"], float),
        np.array(network["answer.reference_hours"], np.int64),
        at_reference,
        reach,
        log.true_causes,
        {"decline": 1.0, "label": float(network["labels.answer_factor"]),
         "named.bought": float(network["display.factor"])},
    )  # fmt: skip
    start: dict[str, tuple[float, float, float]] = {}
    again = int(np.bincount(trials.person).max()) > 1
    first = trials.before == 0
    side = _kin(log, trials)[trials.person]
    named = classes.named[trials.kind]
    for group in groups:
        name = RELATIONS[group.relation]
        mine = first & (side == group.relation)
        share = group.reached / max(group.first, 1)
        if log.true_causes:
            start[f"reach.{name}"] = (min(max(share, 0.01), 0.999), 1e-3, 1 - 1e-6)
        elif again:
            start[f"dead.{name}"] = (-1.7, -9.0, 4.0)  # log odds
        else:
            dead = network[f"people.{name}.empty"] + network[f"people.{name}.suspended"]
            setting.fixed[f"dead.{name}"] = float(dead)
        for key, part in ((f"gross.{name}", mine & ~named), ("gross.named", mine & named)):
            if key == "gross.named" and (group.relation == 1 or not part.any()):
                continue
            if not part.any():
                setting.fixed[key] = float(network[f"answer.{key}"])
                continue
            rate = float(trials.answered[part].mean()) * (share if log.true_causes else 1.0)
            start[key] = (min(max(rate, 0.005), 0.9), 1e-4, 0.999)
    if not log.true_causes:
        for name in RELATIONS:
            refused = float(network[f"refuse_call.category_share.{name}"])
            gone = network[f"people.{name}.empty"] + network[f"people.{name}.suspended"]
            setting.fixed[f"mute.{name}"] = min(max(refused / (refused + gone + 1e-9), 0.01), 0.99)
        for key, at in TELLING:
            if again:
                start[key] = (at, -9.0, 9.0)  # log odds
            else:
                setting.fixed[key] = 0.5
    if again:
        start["icc"] = (min(max(float(network["answer.icc"]), 0.02), 0.9), 0.005, 0.95)
    else:
        setting.fixed["icc"] = float(network["answer.icc"])
    sizes = np.bincount(classes.hour[trials.kind], minlength=len(classes.hours))
    pivot = int(classes.hours[int(np.argmax(sizes * np.isin(classes.hours, setting.reference)))])
    for hour, rate in _start_of_hours(trials, setting).items():
        if hour != pivot:
            start[f"hour.{hour}"] = (rate, 0.01, 20.0)
    if classes.labelled.any() and not classes.labelled.all():
        del setting.fixed["label"]
        start["label"] = (float(network["labels.answer_factor"]), 0.01, 3.0)
    names = list(start)
    model = Propensity(groups, classes, setting, pivot, names)
    columns = np.array(list(start.values()))
    return model, columns[:, 0], columns[:, 1].tolist(), columns[:, 2].tolist()


def _start_of_hours(trials: Trials, setting: Setting) -> dict[int, float]:
    """Return each hour's index by its share of answers, drawn towards the default where few."""
    classes = trials.classes
    row = classes.hour[trials.kind]
    tried = np.bincount(row, minlength=len(classes.hours))
    answered = np.bincount(row, weights=trials.answered, minlength=len(classes.hours))
    whole = max(float(trials.answered.mean()), 1e-3)
    default = setting.index[classes.hours]
    rate = (answered + 50 * whole * default) / (tried + 50) / whole
    level = np.isin(classes.hours, setting.reference)
    if not level.any():
        level = np.ones(len(rate), bool)
    rate *= default[level].sum() / rate[level].sum()
    return dict(zip(classes.hours.tolist(), np.clip(rate, 0.02, 10.0).tolist(), strict=True))


def _pivot(
    found: Answers, model: Propensity, fit: Fit, low: list[float], high: list[float]
) -> None:
    """Add the interval of the hour whose index followed from the others."""
    hours = model.classes.hours.tolist()
    if len(hours) == 1:
        return
    values = model.read(fit.at)
    index = model.index(values)
    candidates = [h for h in hours if h != model.pivot and h in model.level]
    if model.pivot not in model.level or not candidates:
        found.parameters[f"hour.{model.pivot}"] = Profiled(
            float(index[model.pivot]), 0.01, 20.0, False
        )
        return
    other = candidates[0]
    names = [f"hour.{model.pivot}" if n == f"hour.{other}" else n for n in model.names]
    turned = Propensity(model.patterns, model.classes, model.setting, model.pivot, names)
    turned.pivot = other
    at = fit.at.copy()
    at[names.index(f"hour.{model.pivot}")] = index[model.pivot]
    again = Fit(turned, at, low, high)
    if not again.defined:  # this hour's index lies beyond what others may be
        found.parameters[f"hour.{model.pivot}"] = Profiled(
            float(index[model.pivot]), 0.01, 20.0, False
        )
        return
    found.parameters[f"hour.{model.pivot}"] = again.interval(names.index(f"hour.{model.pivot}"))


def _decline(model: Propensity, fit: Fit, low: list[float], high: list[float]) -> Profiled:
    """Return the factor by attempt that is left when people may differ in their propensity."""
    setting = Setting(**{**vars(model.setting), "fixed": dict(model.setting.fixed)})
    del setting.fixed["decline"]
    names = [*model.names, "decline"]
    freed = Propensity(model.patterns, model.classes, setting, model.pivot, names)
    start = np.append(fit.at, 1.0)
    return Fit(freed, start, [*low, 0.2], [*high, 3.0]).interval(len(names) - 1)


def _compare(found: Answers, log: CallLog, trials: Trials, model: Propensity, fit: Fit) -> None:
    """Add how far fit and log are apart, and the figures behind it."""
    classes = trials.classes
    chances = model.chances(fit.at)
    first = trials.before == 0
    side = _kin(log, trials)[trials.person]
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
    found.by_attempt = _by_attempt(trials, side, chances)
    tried = sum(row[1] for row in found.by_attempt)
    found.n["icc"] = len(trials.rows)
    found.distance["icc"] = sum(abs(row[2] - row[3]) for row in found.by_attempt) / max(tried, 1)
    found.by_hour = _by_hour(log)


def _by_class(
    hour: NDArray[np.int64],
    answered: NDArray[np.bool_],
    expected: Floats,
    part: NDArray[np.bool_],
) -> float:
    """Return the total variation between answers by hour and those expected."""
    if not part.any():
        return float("nan")
    gap = np.bincount(hour[part], weights=answered[part] - expected[part], minlength=24)
    return float(np.abs(gap).sum() / part.sum())


def _by_hour(log: CallLog) -> list[tuple[int, int, int]]:
    assert log.outcome is not None
    hour = log.hour
    assert hour is not None
    first = (_before(log) == 0) & (log.outcome < Outcome.CANCELLED) & ~log.other_blocks
    tried = np.bincount(hour[first], minlength=24)
    answered = np.bincount(hour[first & log.answered], minlength=24)
    return [(h, int(tried[h]), int(answered[h])) for h in range(24) if tried[h]]


def _by_attempt(
    trials: Trials, side: NDArray[np.int8], chances: dict[int, tuple[Floats, Floats, Floats]]
) -> list[tuple[int, int, int, float]]:
    """Return by trial: people, how many answered, how many were expected to after the others."""
    keep = trials.person < FOLLOWED
    person, kind, answered = trials.person[keep], trials.kind[keep], trials.answered[keep]
    side = side[keep]
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
        # Who is tried again failed without a sign that trying is in vain.
        weight[who] *= np.where(yes[:, None], chance, (1 - chance) * (1 - ends[who]))
        weight[who] /= np.maximum(weight[who].sum(axis=1, keepdims=True), 1e-300)
    return rows
