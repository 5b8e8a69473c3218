"""Result of a search for a plan: the plan, its proof, what binds, and other candidates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dialsim.execution.replication import Played
from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import Text, message
from dialsim.pages.model.display import PageResult
from dialsim.planning.plans.candidate_table import candidate_table
from dialsim.planning.plans.candidates import Choice, Decision
from dialsim.planning.plans.certification import Kept, Proof
from dialsim.planning.plans.forecast import Forecast
from dialsim.planning.plans.plain_plan import plain_plan
from dialsim.planning.plans.prefilter import Reach
from dialsim.planning.plans.promise_words import promise_words
from dialsim.planning.plans.promises import Promise
from dialsim.planning.plans.robustness import Robust
from dialsim.planning.plans.search import Search
from dialsim.planning.plans.trials import Trials
from dialsim.planning.plans.verification import FIRST_HOLDOUT, FIRST_VERIFYING, Verified
from dialsim.planning.replans.start_point import FromHere
from dialsim.results.planning_types.plan import PlanResult
from dialsim.results.planning_types.plan_promises import ProofState
from dialsim.scenario.models.schema import Scenario

if TYPE_CHECKING:
    from dialsim.pages.model.parts import Page


@dataclass(frozen=True)
class Elsewhere:
    """Promises that the plan would keep under another network profile."""

    profile: str
    kept: Sequence[Kept]


@dataclass
class PlanFound(PageResult):
    """The cheapest certified plan, or why there is none.

    Attributes
    ----------
    scenario
        What was asked, with its ``[plan]``.
    decisions, promises
        What could be decided, and what had to hold.
    search
        Candidates with their runs, and why some were struck out.
    verified
        Finalists in the order in which they were put to the proof.
    chosen
        The cheapest that is certified; None: there is none.
    holdout
        What further runs of it show, that decided nothing.
    elsewhere
        What it would keep under the other profiles.
    robust
        What becomes of it under other networks; None: that was not asked.
    forecast
        What all of it was expected to take.
    proof
        How promises were proved, and by how many runs at most.
    command
        Words of the command that asked for it, without ``--proof-runs``; None: it was no command.
    complete
        Whether it was not stopped.
    here
        What had happened before it holds; None: it holds from the start.
    without_calls
        Of a plan for the rest, in how many runs a further number is suspended if nobody is called
        any more, and how many those runs are; None: that is not known.
    """

    scenario: Scenario
    decisions: Sequence[Decision]
    promises: Sequence[Promise]
    search: Search
    reach: Reach
    trials: Trials
    verified: Sequence[Verified]
    chosen: Verified | None
    forecast: Forecast
    proof: Proof
    command: Sequence[str] | None = None
    holdout: Sequence[Kept] = ()
    elsewhere: Sequence[Elsewhere] = ()
    robust: Robust | None = None
    complete: bool = True
    seconds: float = 0.0
    here: FromHere | None = None
    without_calls: tuple[int, int] | None = None
    _dict: PlanResult | None = field(default=None, repr=False)

    @property
    def certified(self) -> bool:
        """Whether a plan keeps every promise, as far as runs can prove it."""
        return self.chosen is not None

    @property
    def state(self) -> ProofState:
        """``certified``; ``open``: further runs may prove a plan; ``broken``: no plan holds."""
        if self.certified:
            return "certified"
        tried = self.verified[-1:] if self.verified else []
        still = not self.complete or any(not each.broken for each in tried)
        return "open" if still else "broken"

    @property
    def recommended(self) -> Scenario | None:
        """The plan as a scenario, ready to be run; None if there is none."""
        return None if self.chosen is None else self.trials.scenario(self.chosen.choice)

    @property
    def network_names(self) -> list[Text]:
        """Names of the networks under which the promises have to hold."""
        return [each.label for each in self.trials.networks]

    @property
    def runs(self) -> int:
        """Number of runs that were played."""
        proof = sum(len(each.evidence) for each in self.verified)
        after = sum(each.runs for each in self.holdout[:1])
        after += sum(each.kept[0].runs for each in self.elsewhere)
        if self.robust is not None:
            after += sum(each.runs for each in self.robust.tried)
            after += 0 if self.robust.plan is None else self.robust.plan.runs
        after += 0 if self.without_calls is None else self.without_calls[1]
        return self.search.runs + proof + after

    def values(self, choice: Choice) -> dict[str, Any]:
        """Return a candidate's values, by their keys."""
        pairs = zip(self.decisions, choice, strict=True)
        return {each.key: each.options[at].value for each, at in pairs}

    @property
    def table(self) -> Any:
        """Arrow table, one row per played candidate: values, cost, probabilities, fate."""
        return candidate_table(self)

    def save(self, path: str | Path) -> Path:
        """Write the recommended scenario atomically, and return its path.

        Raises
        ------
        ScenarioError
            There is no plan to save.
        """
        from dialsim.errors import ScenarioError
        from dialsim.planning.plans.plan_folder import write_scenario

        if self.recommended is None:
            raise ScenarioError.at("", message("no plan was certified: there is none to save"))
        return write_scenario(self.recommended, Path(path), self._head())

    def _head(self) -> str:
        promises = "; ".join(
            f"{words['en']}: {each.promise.probability:.1%}" for each, words in self._worded()
        )
        if self.here is not None:
            return f"{self.here.head}; certified at {self.proof.confidence:.0%}: {promises}"
        return f"Found by `dialsim plan`, certified at {self.proof.confidence:.0%}: {promises}"

    def _worded(self) -> list[tuple[Kept, dict[str, str]]]:
        assert self.chosen is not None  # asked of a plan that was certified
        return [(each, self.words(each.promise)) for each in self.chosen.kept]

    def words(self, promise: Promise) -> dict[str, str]:
        """Return a promise in words, by language."""
        rest = self.here is not None
        return promise_words(self.scenario, promise, self.network_names, rest)

    def proof_runs(self) -> list[Played]:
        """Return the runs of the plan's proof, or of the last proof."""
        last = self.chosen or (self.verified[-1] if self.verified else None)
        kept = {} if last is None else self.trials.kept.get(last.choice, {})
        return [each for n, each in kept.items() if FIRST_VERIFYING <= n < FIRST_HOLDOUT]

    @property
    def throughput_goal(self) -> int | None:
        """Index of the throughput goal: the first with a minimum; None: there is none."""
        goals = enumerate(self.scenario.goals)
        return next((place for place, goal in goals if goal.at_least is not None), None)

    def to_dict(self) -> PlanResult:
        """Return plain values, ready for JSON; seconds and forecast are of this machine."""
        if self._dict is None:
            self._dict = plain_plan(self)
        return self._dict

    def page(self, language: Language = ENGLISH) -> Page:
        """Return the page of the plan."""
        from dialsim.pages.planning.plan_page import plan_page

        return plan_page(self.to_dict(), language)

    def __repr__(self) -> str:
        state = "certified" if self.certified else "no plan certified"
        return f"<PlanFound {self.scenario.name}, {state}, {self.runs:,} runs>"
