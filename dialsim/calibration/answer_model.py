"""The likelihood of a log's answers: parameters, start values, domains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dialsim.calibration.likelihood import Fit, Floats
from dialsim.calibration.log import RELATIONS, CallLog
from dialsim.calibration.patterns import Patterns, Trials, relation_of_each
from dialsim.calibration.propensity import Propensity, Setting
from dialsim.scenario.profiles.profile import Profile

FEW_DEAD = -4.0
"""Log odds of a number out of service, where a second climb begins."""

TELLING = (("telling.alive", -3.5), ("telling.dead", 1.0), ("telling.mute", -1.0))


@dataclass(frozen=True)
class Assumed:
    """What a fit assumes where the log does not record which attempts rang.

    Attributes
    ----------
    reach
        Share of attempts to people in service whose phones are on and free.
    icc
        Where nobody was tried again.
    invalid
        Share of people whose numbers are not in service, by relation; where nobody was tried
        again.
    refusers
        Share of people who are registered to refuse; where people were tried again.
    """

    reach: float
    icc: float
    invalid: tuple[float, float]
    refusers: float = 0.0

    @classmethod
    def of(cls, network: Profile) -> Assumed:
        """Return the assumptions of a profile."""
        gone = [
            float(network[f"people.{name}.empty"] + network[f"people.{name}.suspended"])
            for name in RELATIONS
        ]
        reach = (1 - network["people.unreachable"]) * (1 - network["people.busy"])
        return cls(float(reach), float(network["answer.icc"]), (gone[0], gone[1]))


@dataclass(frozen=True)
class AnswerModel:
    """A likelihood, its start values, and the domain of its parameters.

    It may have several peaks, where numbers out of service are few or many: each row of `starts`
    is climbed from.
    """

    model: Propensity
    starts: Floats
    low: list[float]
    high: list[float]

    def fitted(self) -> Fit | str:
        """Return the best fit, or why there is none: ``not_in_time`` or ``all_answered``."""
        begins = [
            self.model.within(start, np.array(self.low), np.array(self.high))
            for start in self.starts
        ]
        fits = [
            Fit(self.model, start, self.low, self.high) for start in begins if start is not None
        ]
        if not fits:
            return "not_in_time"
        fit = max(fits, key=lambda each: each.most)
        return "all_answered" if self.model.saturated(fit.at, fit.most) else fit


def answer_model(
    log: CallLog,
    trials: Trials,
    groups: list[Patterns],
    network: Profile,
    at_reference: float,
    assumed: Assumed,
) -> AnswerModel:
    """Return the likelihood of a log's answers.

    Parameters
    ----------
    log
        With outcomes.
    trials, groups
        Its attempts that count, and its people.
    network
        Gives what is not estimated, and where to begin.
    at_reference
        Share of answers that come before the timeout under which gross rates are taken to hold.
    assumed
        What is known of those whose phones do not ring.
    """
    classes = trials.classes
    setting = Setting(
        np.array(network["answer.hour_index"], float),
        np.array(network["answer.reference_hours"], np.int64),
        at_reference,
        assumed.reach,
        log.true_causes,
        assumed.refusers,
        {"decline": 1.0, "label": float(network["labels.answer_factor"]),
         "named.bought": float(network["display.factor"])},
    )  # fmt: skip
    start: dict[str, tuple[float, float, float]] = {}
    again = int(np.bincount(trials.person).max()) > 1
    first = trials.before == 0
    side = relation_of_each(log, trials)[trials.person]
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
            setting.fixed[f"dead.{name}"] = assumed.invalid[group.relation]
        for key, part in ((f"gross.{name}", mine & ~named), ("gross.named", mine & named)):
            if key == "gross.named" and (group.relation == 1 or not part.any()):
                continue
            if not part.any():
                setting.fixed[key] = float(network[f"answer.{key}"])
                continue
            rate = float(trials.answered[part].mean()) * (share if log.true_causes else 1.0)
            start[key] = (min(max(rate, 0.005), 0.9), 1e-4, 0.999)
    if not log.true_causes:
        for key, at in TELLING:
            if again and not (key == "telling.mute" and assumed.refusers <= 0):
                start[key] = (at, -9.0, 9.0)  # log odds
            else:
                setting.fixed[key] = 0.5
    if again:
        start["icc"] = (min(max(float(network["answer.icc"]), 0.02), 0.9), 0.005, 0.95)
    else:
        setting.fixed["icc"] = assumed.icc
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
    begins = [columns[:, 0]]
    if any(name.startswith("dead.") for name in names):
        few = [
            FEW_DEAD if name.startswith("dead.") else at
            for name, at in zip(names, begins[0], strict=True)
        ]
        begins.append(np.array(few))
    low, high = columns[:, 1].tolist(), columns[:, 2].tolist()
    return AnswerModel(model, np.array(begins), low, high)


def _start_of_hours(trials: Trials, setting: Setting) -> dict[int, float]:
    """Return each hour's index by its answer rate, shrunk to the default if data are few."""
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
