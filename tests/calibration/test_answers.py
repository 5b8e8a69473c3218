"""Answering fitted to drawn logs: what was put in comes out, and what cannot be told is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dialsim.calibration.answer_model import AnswerModel, Assumed, answer_model
from dialsim.calibration.answers import Answers, fit_answers
from dialsim.calibration.log import CallLog
from dialsim.calibration.nodes import beta_nodes
from dialsim.calibration.patterns import patterns_of, trials_of
from dialsim.calibration.signalled import fit_signalled
from dialsim.core.quantiles import beta_table, mean_capped
from tests.calibration.logs import INDEX, NETWORK, answers_log


def fitted(log: CallLog) -> Answers:
    in_time = np.ones(log.rows)
    if log.true_causes:
        found = fit_answers(log, NETWORK, in_time, 1.0)
    else:
        found = fit_signalled(log, NETWORK, [(in_time, 1.0)])
    assert isinstance(found, Answers)
    return found


def model_of(log: CallLog) -> AnswerModel:
    trials = trials_of(log, NETWORK, np.full(log.rows, 0.95))
    assert trials is not None
    assumed = replace(Assumed.of(NETWORK), refusers=0.12)
    return answer_model(log, trials, patterns_of(log, trials), NETWORK, 0.97, assumed)


@pytest.mark.parametrize("told", [True, False])
def test_the_gradient_is_that_of_the_likelihood(told: bool) -> None:
    log = answers_log(1, 300, label=0.5, told=told)
    assert log.person is not None
    log.named = (log.person % 5 == 0).astype(np.int8)
    log.relation = (log.person % 2).astype(np.int8)
    whole = model_of(log)
    model, at = whole.model, whole.starts[0]
    _, gradient = model(at)
    for i, slope in enumerate(gradient):
        there, back = at.copy(), at.copy()
        there[i] += 1e-5
        back[i] -= 1e-5
        numeric = (model(there)[0] - model(back)[0]) / 2e-5
        assert slope == pytest.approx(numeric, rel=1e-3, abs=1e-2), model.names[i]


@pytest.mark.parametrize(("mean", "icc"), [(0.3, 0.25), (0.8, 0.6), (0.05, 0.02)])
def test_people_that_stand_for_all_are_as_the_networks_own(mean: float, icc: float) -> None:
    nodes, table = beta_nodes(mean, icc), beta_table(mean, icc)
    for factor in (0.7, 1.0, 1.15):
        capped = float(np.minimum(1, factor * nodes).mean())
        assert capped == pytest.approx(mean_capped(table, factor), abs=2e-3)


@pytest.mark.full
@pytest.mark.parametrize("seed", [1, 2])
def test_what_was_drawn_comes_out(seed: int) -> None:
    found = fitted(answers_log(seed, 2000, gross=0.36, icc=0.3))
    truth = {"gross.opted_in": 0.36, "icc": 0.3, "hour.9": INDEX[9], "hour.15": INDEX[15]}
    for name, value in truth.items():
        interval = found.parameters[name]
        wide = interval.high - interval.low
        assert interval.identified, name
        assert interval.low - wide / 2 < value < interval.high + wide / 2, name
        assert wide < 0.35, name
    assert found.decline is not None
    assert found.decline.low < 1.02
    assert found.decline.high > 0.98


def test_a_decline_beyond_selection_is_found() -> None:
    found = fitted(answers_log(3, 4000, hours=(9, 15), decline=0.6))
    assert found.decline is not None
    assert found.decline.high < 1
    assert found.decline.low < 0.6 < found.decline.high


def test_the_effect_of_a_label_is_found() -> None:
    label = fitted(answers_log(4, 1500, hours=(9, 15), label=0.4)).parameters["label"]
    assert label.low < 0.4 < label.high
    assert label.high - label.low < 0.2


def test_without_a_second_try_nothing_is_said_of_retries() -> None:
    found = fitted(answers_log(5, 1500, at_most=1))
    assert "icc" not in found.parameters
    assert found.decline is None
    assert found.parameters["gross.opted_in"].identified


def test_two_attempts_at_one_hour_cannot_tell_decline_from_selection() -> None:
    found = fitted(answers_log(6, 1500, at_most=2, hours=(10,)))
    assert found.parameters["icc"].identified  # as long as there is no decline
    assert found.decline is not None
    assert found.decline.low < 0.9
    assert found.decline.high > 1.2


@pytest.mark.full
def test_what_is_only_signalled_leaves_more_open() -> None:
    log = answers_log(7, 1200, hours=(9, 15))
    sure = fitted(log).parameters["icc"]
    log.true_causes = False
    seen = fitted(log)
    unsure = seen.parameters["icc"]
    assert unsure.high - unsure.low > sure.high - sure.low
    assert unsure.low < 0.25 < unsure.high
    assert seen.decline is None
    gross = seen.parameters["gross.opted_in"]
    assert gross.low < 0.42 + 0.03
    assert gross.high > 0.42 - 0.03
