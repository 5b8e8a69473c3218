"""Result of a comparison: differences, goals of both sides, changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from numpy.typing import ArrayLike

from dialsim.api.replications import OF_CALLS, Paired, Replications
from dialsim.api.results import Run
from dialsim.execution.replication import Played
from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import Text, in_each
from dialsim.pages.model.display import PageResult
from dialsim.results.formatting import localised
from dialsim.scenario.difference import Change
from dialsim.scenario.identity import scenario_digest
from dialsim.scenario.models.policy import policy_digest
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.profiles.profile import Profile
from dialsim.statistics.intervals import LEVEL, Interval

if TYPE_CHECKING:
    from dialsim.pages.model.parts import Page
    from dialsim.results.comparison.comparison_result import (
        ChangedValue,
        ComparisonFigures,
        ComparisonResult,
        ComparisonVerdict,
        Headings,
        OtherDifference,
        SideResult,
    )
    from dialsim.results.comparison.goal_result import (
        GoalCompared,
        GoalsCompared,
        JudgedGoal,
        JudgedTarget,
    )
    from dialsim.results.comparison.metric_result import (
        ChanceCompared,
        EventCompared,
        MetricCompared,
    )
    from dialsim.results.weak_defaults import WeakDefaultOfSide


@dataclass(frozen=True)
class Side:
    """One side of a comparison.

    Attributes
    ----------
    label
        As the user named it: a path, or the scenario's name.
    name, seed, digest
        Of the scenario; the digest is that of a run folder.
    heading
        Why it is no lawful plan; None if it may be lawful.
    """

    label: str
    name: str
    seed: int
    digest: str
    heading: Text | None

    @classmethod
    def of_scenario(
        cls, label: str, scenario: Scenario, profiles: tuple[Profile | None, Profile | None]
    ) -> Side:
        """Return the side of a scenario with its rule pack and network profile."""
        from dialsim.results.hard_limits import heading

        rules, network = profiles
        assert rules is not None  # a checked scenario has both
        assert network is not None
        digest = scenario_digest(scenario, rules, network, policy_digest(scenario))
        return cls(label, scenario.name, scenario.seed, digest, heading(scenario, rules))

    @classmethod
    def of_run(cls, label: str, run: Run) -> Side:
        """Return the side of a run, from its summary."""
        identity, head = run.summary["identity"], None
        if run.summary.get("heading") is not None:
            head = in_each(lambda each: localised(run.summary, "heading", each))
        digest = str(identity.get("scenario_digest", ""))
        return cls(label, str(identity["name"]), identity["seed"], digest, head)

    def called(self, label: str) -> Side:
        """Return the same side under another label."""
        return replace(self, label=label)

    def to_dict(self) -> SideResult:
        """Return plain values, ready for JSON."""
        return {
            "label": self.label,
            "name": self.name,
            "seed": self.seed,
            "digest": self.digest,
            "heading": self.heading,
        }


class Comparison(PageResult):
    """Two scenarios over pairs under common random numbers, or two runs.

    Attributes
    ----------
    kind
        ``"scenarios"`` or ``"runs"``.
    a, b
        The results of each: `Replications`, or a `Run`.
    sides
        Labels and identities of the two.
    changes
        Differences between the two scenarios.
    others
        Other differences: content of files; for two runs also versions of programs and data.
    notes
        Sentences on how the comparison was made.
    again
        For two runs: the command that simulates both in pairs, which gives intervals.

    Notes
    -----
    Every difference is `b` less `a`.
    """

    def __init__(
        self,
        kind: Literal["scenarios", "runs"],
        a: Replications | Run,
        b: Replications | Run,
        *,
        sides: tuple[Side, Side],
        changes: Sequence[Change],
        others: Sequence[OtherDifference] = (),
        notes: Sequence[Text] = (),
    ) -> None:
        self.kind, self.a, self.b, self.sides = kind, a, b, sides
        self.changes, self.others, self.notes = tuple(changes), tuple(others), tuple(notes)
        self.again: str | None = None

    def __len__(self) -> int:
        """Return the number of finished pairs; 1 for two runs."""
        return len(self.a) if isinstance(self.a, Replications) else 1

    @property
    def wanted(self) -> int:
        """Requested pairs."""
        return self.a.wanted if isinstance(self.a, Replications) else 1

    @property
    def complete(self) -> bool:
        """Whether every requested pair, or both runs, are complete."""
        return self.a.complete and self.b.complete

    @property
    def same(self) -> bool:
        """Whether both are the same scenario with the same files; runs: the same surroundings."""
        return not self.changes and not self.others and self._one_digest

    @property
    def _one_digest(self) -> bool:
        """Whether the digests agree; for scenarios read from files, whether nothing changed."""
        return self.kind == "scenarios" or self.sides[0].digest == self.sides[1].digest

    @property
    def verdict(self) -> str:
        """The verdict in a few sentences, in English."""
        return str(self._concluded["sentence"])

    @property
    def worse(self) -> list[str]:
        """Names of goals and hard limits in which `b` is significantly worse."""
        return list(self._concluded["worse"])

    @property
    def better(self) -> list[str]:
        """Names of goals and hard limits in which `b` is significantly better."""
        return list(self._concluded["better"])

    @property
    def exit_code(self) -> int:
        """1 if `b` is worse in some goal or hard limit, or no lawful plan; else 0."""
        return int(self._concluded["exit_code"])

    @property
    def goals(self) -> list[GoalCompared]:
        """Goals and hard limits of both: pairs, shares, tests, verdict and sentence."""
        return list(self._goals["judged"])

    @property
    def metrics(self) -> dict[str, MetricCompared]:
        """Each metric's means, difference, p value, and variance saved by pairing."""
        return dict(self._metrics)

    @cached_property
    def suspensions(self) -> dict[str, ChanceCompared]:
        """Probability of each adverse event in both; see `compare`, ``rare``."""
        from dialsim.results.comparison.comparison_suspensions import suspensions_compared

        if not isinstance(self.a, Replications) or not isinstance(self.b, Replications):
            return {}
        return suspensions_compared(_columns(self.a), _columns(self.b), OF_CALLS)

    @cached_property
    def happened(self) -> dict[str, EventCompared]:
        """By event of numbers and the enterprise, the number of pairs with it in both."""
        from dialsim.results.comparison.comparison_suspensions import happenings_compared

        if not isinstance(self.a, Replications) or not isinstance(self.b, Replications):
            return {}
        return happenings_compared(_columns(self.a), _columns(self.b), OF_CALLS)

    @property
    def paired(self) -> Paired:
        """Differences per replication, for other levels, quantiles and a table.

        Raises
        ------
        ValueError
            These are two runs, or no pair was completed.
        """
        if not isinstance(self.a, Replications) or not isinstance(self.b, Replications):
            raise ValueError("two runs are one pair: compare with `replications` for more")
        return self.b.paired(self.a)

    def interval(self, metric: str) -> Interval:
        """Return the mean difference of a metric with its paired t interval.

        Raises
        ------
        KeyError
            There is no such metric; the error lists the nearest names.
        """
        if metric not in self._metrics:
            from dialsim.errors import did_you_mean

            near = did_you_mean(metric, self._metrics) or f"known are {', '.join(self._metrics)}"
            raise KeyError(f"no metric {metric!r} in both; {near}")
        return Interval(**self._metrics[metric]["change"])

    def to_dict(self) -> ComparisonResult:
        """Return plain values, ready for JSON."""
        return {**self._found, "verdict": self._concluded}

    @cached_property
    def _goals(self) -> GoalsCompared:
        from dialsim.results.comparison.comparison_goals import goals_compared, one_run_each
        from dialsim.results.comparison.comparison_verdict import no_lawful_plan

        lawful = not no_lawful_plan(self._headings)
        if isinstance(self.a, Replications) and isinstance(self.b, Replications):
            first, second = (
                [_judged(each, self.same) for each in side.played] for side in (self.a, self.b)
            )
            return goals_compared(first, second, lawful=lawful)
        assert isinstance(self.a, Run)
        assert isinstance(self.b, Run)
        mine, others = _of_summary(self.a.summary), _of_summary(self.b.summary)
        return one_run_each(mine, others, lawful=lawful)

    @property
    def _weak_defaults(self) -> list[WeakDefaultOfSide]:
        from dialsim.results.weak_defaults import rows_of_two

        one, two = (
            side.weak_defaults
            if isinstance(side, Replications)
            else side.summary.get("weak_defaults", ())
            for side in (self.a, self.b)
        )
        return rows_of_two(one, two)

    @property
    def _headings(self) -> Headings:
        return {"a": self.sides[0].heading, "b": self.sides[1].heading}

    @cached_property
    def _metrics(self) -> dict[str, MetricCompared]:
        from dialsim.results.comparison.comparison_metrics import metrics_compared

        return metrics_compared(_columns(self.a), _columns(self.b), same=self.same)

    @cached_property
    def _found(self) -> ComparisonFigures:
        numbers = self.a.numbers if isinstance(self.a, Replications) else (0,)
        a, b = (side.to_dict() for side in self.sides)
        return {
            "kind": self.kind,
            "a": a,
            "b": b,
            "headings": self._headings,
            "wanted": self.wanted,
            "replications": list(numbers),
            "complete": self.complete,
            "level": LEVEL,
            "same": self.same,
            "changes": [_change(change) for change in self.changes],
            "others": [each.copy() for each in self.others],
            "notes": list(self.notes),
            "again": self.again,
            "goals": self._goals["judged"],
            "only_a": self._goals["only_a"],
            "only_b": self._goals["only_b"],
            "metrics": self._metrics,
            "happened": self.happened,
            "suspensions": self.suspensions,
            "weak_defaults": self._weak_defaults,
            "digests": {"a": _digests(self.a), "b": _digests(self.b)},
        }

    @cached_property
    def _concluded(self) -> ComparisonVerdict:
        from dialsim.results.comparison.comparison_verdict import conclude

        return conclude(self._found)

    def page(self, language: Language = ENGLISH) -> Page:
        """Return the page of the comparison in a language."""
        from dialsim.pages.comparison.comparison_page import comparison_page

        return comparison_page(self.to_dict(), language)

    def __repr__(self) -> str:
        names = f"{self.sides[0].name} and {self.sides[1].name}"
        if self.kind == "runs":
            return f"<Comparison of two runs, {names}>"
        of = "" if self.complete else f" of {self.wanted}"
        return f"<Comparison {names}, seed {self.sides[0].seed}, {len(self)}{of} pairs>"


def _change(change: Change) -> ChangedValue:
    return {
        "where": change.where,
        "path": change.path,
        "before": change.before,
        "after": change.after,
    }


def _judged(played: Played, same: bool) -> list[JudgedTarget]:
    """Return goals and hard limits; also events of a rate goal, unless nothing can differ."""
    counted = [*played.counted] if played.counted and not same else [None] * len(played.goals)
    goals: list[JudgedGoal] = [
        {**goal, "counted": each} for goal, each in zip(played.goals, counted, strict=True)
    ]
    return [*goals, *played.walls]


def _of_summary(summary: Mapping[str, Any]) -> list[JudgedTarget]:
    return [*summary["goals"], *summary.get("walls", [])]


def _columns(side: Replications | Run) -> dict[str, ArrayLike]:
    """Return one column of values per metric; a run is one row."""
    if isinstance(side, Replications):
        return {metric: side.values(metric) for metric in side.metrics}
    found = side.summary["metrics"]
    return {
        metric: [float("nan") if each["value"] is None else each["value"]]
        for metric, each in found.items()
    }


def _digests(side: Replications | Run) -> list[str]:
    if isinstance(side, Replications):
        return [each.digest for each in side.played]
    return [str(side.summary.get("outcome_digest", ""))]
