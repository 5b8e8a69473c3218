"""Answering, fitted to a log that records the true cause of each attempt."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dialsim.calibration.answer_model import AnswerModel, Assumed, answer_model
from dialsim.calibration.comparison import compare_attempts, compare_rates
from dialsim.calibration.likelihood import Fit, Profiled
from dialsim.calibration.log import CallLog
from dialsim.calibration.patterns import Trials, patterns_of, trials_of
from dialsim.calibration.propensity import Propensity, Setting
from dialsim.scenario.profiles.profile import Profile

FEWEST_PEOPLE = 10  # needed for a rate over people
FEWEST = 100  # attempts needed for a rate by hour
BESIDE = ("reach.", "dead.", "telling.")  # estimated as well, reported by nobody


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
    people, tried_again
        People, and those with more than one attempt.
    """

    parameters: dict[str, Profiled] = field(default_factory=dict)
    decline: Profiled | None = None
    n: dict[str, int] = field(default_factory=dict)
    distance: dict[str, float] = field(default_factory=dict)
    by_attempt: list[tuple[int, int, int, float]] = field(default_factory=list)
    by_hour: list[tuple[int, int, int]] = field(default_factory=list)
    people: int = 0
    tried_again: int = 0

    def count_people(self, trials: Trials) -> None:
        """Count people, and those called more than once."""
        tries = np.bincount(trials.person)
        self.people, self.tried_again = len(tries), int((tries > 1).sum())


def fit_answers(
    log: CallLog, network: Profile, in_time: NDArray[np.float64], at_reference: float
) -> Answers | str:
    """Return rates by relation and hour, intraclass correlation and label effect.

    If there are no rates, why: ``too_few`` attempts that count; ``few_people``;
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
    trials = trials_of(log, network, in_time)
    why = too_few(trials)
    if trials is None or why is not None:
        return why or "too_few"
    groups = patterns_of(log, trials)
    assumed = Assumed.of(network)
    whole = answer_model(log, trials, groups, network, at_reference, assumed)
    fit = whole.fitted()
    if isinstance(fit, str):
        return fit
    found = Answers(intervals_of(whole, fit))
    found.count_people(trials)
    if found.tried_again:
        found.decline = _decline(whole, fit)
    compare_rates(found, log, trials, whole.model, fit.at)
    compare_attempts(found, log, trials, whole.model, fit.at)
    return found


def too_few(trials: Trials | None) -> str | None:
    """Return why attempts or people are too few for a rate; None if they suffice."""
    if trials is None:
        return "too_few"
    return "few_people" if int(trials.person.max()) + 1 < FEWEST_PEOPLE else None


def intervals_of(whole: AnswerModel, fit: Fit) -> dict[str, Profiled]:
    """Return the interval of each parameter that is reported, by name."""
    model = whole.model
    found = {
        name: fit.interval(i) for i, name in enumerate(model.names) if not name.startswith(BESIDE)
    }
    pivot = _pivot(whole, fit)
    return found if pivot is None else found | {f"hour.{model.pivot}": pivot}


def _pivot(whole: AnswerModel, fit: Fit) -> Profiled | None:
    """Return the interval of the hour whose index follows from the others; None if it is alone."""
    model = whole.model
    hours = model.classes.hours.tolist()
    if len(hours) == 1:
        return None
    index = model.index(model.read(fit.at))
    unknown = Profiled(float(index[model.pivot]), 0.01, 20.0, False)
    candidates = [h for h in hours if h != model.pivot and h in model.level]
    if model.pivot not in model.level or not candidates:
        return unknown
    other = candidates[0]
    names = [f"hour.{model.pivot}" if n == f"hour.{other}" else n for n in model.names]
    turned = Propensity(model.patterns, model.classes, model.setting, model.pivot, names)
    turned.pivot = other
    place = names.index(f"hour.{model.pivot}")
    at = fit.at.copy()
    at[place] = index[model.pivot]
    again = Fit(turned, at, whole.low, whole.high)
    # Where it is not defined this hour's index lies beyond what others may be.
    return again.interval(place) if again.defined else unknown


def _decline(whole: AnswerModel, fit: Fit) -> Profiled:
    """Return the remaining factor per attempt when people's propensities differ."""
    model = whole.model
    setting = Setting(**{**vars(model.setting), "fixed": dict(model.setting.fixed)})
    del setting.fixed["decline"]
    names = [*model.names, "decline"]
    freed = Propensity(model.patterns, model.classes, setting, model.pivot, names)
    start = np.append(fit.at, 1.0)
    freed_fit = Fit(freed, start, [*whole.low, 0.2], [*whole.high, 3.0])
    return freed_fit.interval(len(names) - 1)
