"""Estimated results of a changed scenario relative to the original, as ``check`` estimates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ValidationError

from dialsim.core.ticks import end_tick, local_tick
from dialsim.feasibility.inputs import EstimateInputs
from dialsim.feasibility.resource_words import CALLERS, CONTRACT, ENTERPRISE, FILED, PEOPLE, RATE
from dialsim.feasibility.resources import Case
from dialsim.feasibility.shared_resources import Division, divided
from dialsim.scenario.models.schema import Campaign, Goal, Scenario
from dialsim.scenario.named import named

COUNTED = (CALLERS, FILED, ENTERPRISE, CONTRACT, RATE, PEOPLE)
"""Resources that allow a number of attempts, however long calls take."""


class Forecast:
    """Estimates of a metric for a scenario and for a changed one.

    Parameters
    ----------
    known
        Inputs of the estimate.
    goal
        Its campaign and due time count; None: all campaigns, to the end.
    metric
        Which.
    made
        Attempts of each campaign in the run. If they exceed the estimate, its mean times are too
        long: capacities that depend on times are scaled to the attempts, those that count calls are
        not.
    """

    def __init__(
        self, known: EstimateInputs, goal: Goal | None, metric: str, made: Sequence[float]
    ) -> None:
        self._known, self._goal, self._metric = known, goal, metric
        self._cases = [Case(known, each) for each in known.scenario.campaigns]
        self._rest_on = [_rests_on(known.scenario, each) for each in known.scenario.campaigns]
        now = self._divided(known.scenario, self._cases)
        self._scales = [
            max(1.0, count / each.binding.attempts) if each.binding.attempts else 1.0
            for count, each in zip(made, now.figures, strict=True)
        ]
        self._before = self._expected(self._cases, now)

    @property
    def expected(self) -> float:
        """The estimate for the original scenario."""
        return self._before

    def share(self, changed: Scenario) -> float | None:
        """Return a changed scenario's estimate as a multiple of the original; None if that is 0.

        Parameters
        ----------
        changed
            The scenario with other counts, days, attempts or pacing, and nothing else: lists,
            hours and profiles are those of the one before. Campaigns whose inputs are unchanged are
            not estimated again; what campaigns share is divided again.
        """
        if not self._before:
            return None
        rows = [
            self._known.rows[i] if people.synthetic is None else people.synthetic.count
            for i, people in enumerate(changed.people)
        ]
        far = changed.model_copy(update={"days": self._known.far.days})
        known = replace(self._known, scenario=changed, far=far, rows=rows)
        cases = [
            case if rests_on == _rests_on(changed, campaign) else Case(known, campaign)
            for case, rests_on, campaign in zip(
                self._cases, self._rest_on, changed.campaigns, strict=True
            )
        ]
        return self._expected(cases, self._divided(changed, cases)) / self._before

    def _divided(self, scenario: Scenario, cases: Sequence[Case]) -> Division:
        start, zone = scenario.start, scenario.time_zone
        until = end_tick(start, scenario.days, zone)
        if self._goal is not None and self._goal.by is not None:
            until = min(until, local_tick(start, zone, self._goal.by))
        return divided(cases, until)

    def _expected(self, cases: Sequence[Case], now: Division) -> float:
        total = 0.0
        for i, (case, figures) in enumerate(zip(cases, now.figures, strict=True)):
            if self._goal is not None and self._goal.campaign not in (None, case.campaign.name):
                continue
            allowed = min(
                each.attempts * (1.0 if each.resource in COUNTED else self._scales[i])
                for each in figures.capacities
            )
            total += case.expected(figures, now.left[i] * allowed)[self._metric]
        return total


def _rests_on(scenario: Scenario, campaign: Campaign) -> tuple[object, ...]:
    """Return the inputs of a campaign's own estimate that a change may set.

    Also for numbers, agents and lines that others share.
    """
    own = named(scenario.caller_ids, campaign.caller_ids)
    trunks = {block.trunk for block in own}
    return (
        scenario.days,
        scenario.rules.caller_limits,
        campaign,
        named(scenario.people, campaign.people),
        named(scenario.agents, campaign.all_agents),
        [each for each in scenario.trunks if each.name in trunks],
        [each for each in scenario.caller_ids if each.trunk in trunks],
    )


def as_if(scenario: Scenario, sets: Mapping[str, object]) -> Scenario | None:
    """Return a scenario with some of its existing values replaced.

    Only the table of each value is validated, in 0.2 ms; :meth:`Scenario.with_` validates the whole
    scenario, with fifty campaigns in 20 ms. Of many changes that are compared few are shown, and
    those are then validated fully.

    Parameters
    ----------
    sets
        Values by their paths, items of a list by name or index; a dict replaces the whole table.

    Returns
    -------
    Scenario or None
        None if a table refuses its value.
    """
    try:
        for path, value in sets.items():
            scenario = _with(scenario, path.split("."), value)
    except ValidationError:
        return None
    return scenario


def _with(there: Any, path: Sequence[str], value: object) -> Any:
    first, *rest = path
    if isinstance(there, tuple):
        names = [getattr(each, "name", None) for each in there]  # limits have none
        place = names.index(first) if first in names else int(first)
        return (*there[:place], _with(there[place], rest, value), *there[place + 1 :])
    inner = getattr(there, first)
    if rest:
        return there.model_copy(update={first: _with(inner, rest, value)})
    if isinstance(inner, BaseModel) and isinstance(value, dict):
        value = type(inner).model_validate(value)
    changed = there.model_copy(update={first: value})
    type(there).model_validate(changed.model_dump(by_alias=True, exclude_none=True))
    return changed
