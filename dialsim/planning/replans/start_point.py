"""Candidates that apply from one moment on, and the past before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dialsim.errors import ScenarioError
from dialsim.planning.plans.candidates import Choice, Decision, described
from dialsim.planning.plans.promises import Promise
from dialsim.planning.replans.decisions import Moment
from dialsim.planning.replans.scenario_changes import Raw, begun_later, figures, silent
from dialsim.results.planning_types.replan import Elapsed, PlanStart
from dialsim.scenario.as_of import AsOf
from dialsim.scenario.models.schema import Scenario


@dataclass(frozen=True)
class FromHere:
    """A moment of a run, and the options for the rest.

    Attributes
    ----------
    past
        The run's scenario, ready to be played again.
    moment
        Where it stands.
    attempts, digest
        What the run had come to.
    lost
        Goals that cannot be met any more, by their places from 0.
    so_far
        What had happened, as plain values.
    """

    past: Scenario
    moment: Moment
    attempts: int
    digest: str
    lost: frozenset[int]
    so_far: Elapsed

    @property
    def tick(self) -> int:
        """Everything before it has happened."""
        return self.moment.tick

    @property
    def head(self) -> str:
        """Header comment of a scenario that was found for the rest."""
        return (
            f"Found by `dialsim replan` for a run as of {self.moment.now:%Y-%m-%d %H:%M}: figures "
            "of pacing and retries hold from then on alone"
        )

    def open_promises(self, promises: Sequence[Promise]) -> tuple[Promise, ...]:
        """Return what can still be promised."""
        return tuple(each for each in promises if each.goal not in self.lost)

    def silent(self, base: Scenario) -> Scenario | None:
        """Return the scenario in which all calling ends at the moment.

        None if callbacks were agreed for hours after it: they would have been others.
        """
        if any(each.callbacks is not None for each in base.campaigns):
            return None
        write = silent(base, self.moment)
        return self._going_on(base, write(_plain(self.past)), write(_plain(base)))

    def chosen(self, base: Scenario, decisions: Sequence[Decision], choice: Choice) -> Scenario:
        """Return the scenario of a candidate, validated, with its past.

        Raises
        ------
        ScenarioError
            Such a scenario is not valid: each problem says of which candidate.
        """
        values = [(each, each.options[at].value) for each, at in zip(decisions, choice,
                                                                     strict=True)]  # fmt: skip
        past, rest = _plain(self.past), _plain(base)
        for write in begun_later(base, values, self.moment):
            past, rest = write(past), write(rest)
        rest = figures(rest, values)
        try:
            return self._going_on(base, past, rest)
        except ScenarioError as error:
            named = described(decisions, choice)
            raise ScenarioError(
                [replace(each, message=f"{each.message} (with {named})") for each in error.problems]
            ) from None

    def _going_on(self, base: Scenario, past: Raw, rest: Raw) -> Scenario:
        """Return the scenario of plain values with its past, both validated."""
        from dialsim.scenario.load import scenario_from

        begun = scenario_from(past, replace(self.past._origin, lines={}))
        found = scenario_from(rest, replace(base._origin, lines={}))
        found._as_of = AsOf(begun, self.tick, 0, self.attempts, self.digest)
        return found

    def to_dict(self) -> PlanStart:
        """Return plain values, ready for JSON."""
        return {**self.so_far, "attempts": self.attempts, "digest": self.digest}


def _plain(scenario: Scenario) -> Raw:
    raw = dict(scenario._raw or scenario.to_dict())
    raw.pop("plan", None)
    return raw
