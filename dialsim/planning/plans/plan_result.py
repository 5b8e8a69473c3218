"""Result of a search for a plan: the plan, its proof, what binds, and other candidates."""

from __future__ import annotations

import math
import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dialsim.execution.replication import Played
from dialsim.feasibility.resource_words import resource_name
from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import Text, message
from dialsim.pages.model.display import PageResult
from dialsim.planning.plans.blocking_constraints import standing_in_the_way
from dialsim.planning.plans.candidates import Choice, Decision, value_text
from dialsim.planning.plans.certification import MOST_PROOF_RUNS, Kept, Proof, State
from dialsim.planning.plans.evidence import Evidence, chance, likely, misses
from dialsim.planning.plans.forecast import Forecast
from dialsim.planning.plans.frontier import frontier
from dialsim.planning.plans.prefilter import Reach
from dialsim.planning.plans.promise_words import promise_words
from dialsim.planning.plans.promises import Promise
from dialsim.planning.plans.proof_extras import before_and_played, reviews_of
from dialsim.planning.plans.robustness import Robust
from dialsim.planning.plans.search import Search
from dialsim.planning.plans.trials import Trials
from dialsim.planning.plans.unpriced import unpriced
from dialsim.planning.plans.verification import FIRST_HOLDOUT, FIRST_VERIFYING, Verified
from dialsim.planning.replans.start_point import FromHere
from dialsim.results.formatting import bilingual
from dialsim.results.weak_defaults import weak_rows
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.profiles.plan_rules import plan_rules
from dialsim.statistics.intervals import mean_interval, share_interval

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
    _dict: dict[str, Any] | None = field(default=None, repr=False)

    @property
    def certified(self) -> bool:
        """Whether a plan keeps every promise, as far as runs can prove it."""
        return self.chosen is not None

    @property
    def state(self) -> State:
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
        import pyarrow as pa

        rows = self.to_dict()["candidates"]
        names = [
            f"chance_{each['key']}"
            + (f"_{self.promises[place].under}" * bool(self.promises[place].under))
            for place, each in enumerate(self.to_dict()["promises"])
        ]
        return pa.Table.from_pylist(
            [
                {
                    **{key: str(value) for key, value in row["values"].items()},
                    "runs": row["runs"],
                    "cost": row["cost"],
                    "throughput": row["throughput"],
                    "any_suspension": row["risk"],
                    **dict(zip(names, row["chances"], strict=True)),
                    "struck": row["struck"],
                }
                for row in rows
            ]
        )

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
        return [(each, self._words(each.promise)) for each in self.chosen.kept]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON; seconds and forecast are of this machine."""
        if self._dict is None:
            self._dict = self._plain()
        return self._dict

    def _plain(self) -> dict[str, Any]:
        assert self.scenario.plan is not None  # it was planned by
        played = [c for c, each in self.search.evidence.items() if len(each)]
        rows = {choice: self._row(choice) for choice in sorted(played)}
        best = None if self.chosen is None else rows[self.chosen.choice]
        if self.chosen is not None and best is not None:
            best["cost"] = self.chosen.evidence.cost  # one figure for one candidate: the proof's
        return {
            "name": self.scenario.name,
            "here": None if self.here is None else self.here.to_dict(),
            "without_calls": None
            if self.without_calls is None
            else share_interval(*self.without_calls)._asdict() | {"runs": self.without_calls[1]},
            "seed": self.scenario.seed,
            "people": self.scenario.replications.people if self.here is None else "fixed",
            "profile": self.scenario.network.profile,
            "currency": self.scenario.plan.currency(self.scenario),
            "unpriced": unpriced(self.scenario),
            "complete": self.complete,
            "certified": self.certified,
            "state": self.state,
            "proof_runs": self.proof.runs,
            "go_on": self._go_on(),
            "confidence": self.proof.confidence,
            "spread": self.proof.spread,
            "decisions": [self._decision(place) for place in range(len(self.decisions))],
            "promises": [self._promise(each) for each in self.promises],
            "recommended": None if self.chosen is None else self._recommended(self.chosen, rows),
            "finalists": [self._finalist(each) for each in self.verified],
            "reviews": self._reviews(),
            "holdout": [_kept(each) for each in self.holdout],
            "elsewhere": [
                {"profile": each.profile, "promises": [_kept(one) for one in each.kept]}
                for each in self.elsewhere
            ],
            "frontier": [rows[choice] for choice in self._frontier(rows)],
            "binding": self._binding(),
            "prices": [] if best is None else self._prices(best["cost"], rows),
            "nearest": None if self.certified or not self.complete else self._nearest(rows),
            "candidates": list(rows.values()),
            "struck": self._struck(),
            "invalid": self._invalid(),
            "searched": sum(
                self.search.struck.get(choice) not in ("out of reach", "invalid") for choice in rows
            ),
            "robust": None if self.robust is None else self.robust.to_dict(),
            "forecast": self.forecast.to_dict(),
            "weak_defaults": weak_rows(self.scenario),
            "runs": self.runs,
            "seconds": self.seconds,
        }

    # --- parts of it ------------------------------------------------------------------------------

    def _decision(self, place: int) -> dict[str, Any]:
        each = self.decisions[place]
        at = None if self.chosen is None else self.chosen.choice[place]
        return {
            "key": each.key,
            "said": each.label.en,
            "said_zh": each.label.zh,
            "options": [option.text.en for option in each.options],
            "prices": [float(option.price) for option in each.options],
            "present": _plain_value(each.present),
            "chosen": None if at is None else _plain_value(each.options[at].value),
        }

    def _words(self, promise: Promise) -> dict[str, str]:
        rest = self.here is not None
        return promise_words(self.scenario, promise, self.network_names, rest)

    def _promise(self, promise: Promise) -> dict[str, Any]:
        words = self._words(promise)
        return {
            "key": promise.key,
            "network": self.network_names[promise.under].en,
            "name": words["en"],
            "name_zh": words["zh"],
            "probability": promise.probability,
            "log": None
            if promise.goal is None or promise.under
            else before_and_played(self._proof(), promise.goal),
        }

    def _row(self, choice: Choice) -> dict[str, Any]:
        evidence = self.search.evidence[choice]
        kept = self.trials.kept.get(choice, {})
        played = [each for number, each in kept.items() if number < FIRST_HOLDOUT]
        goal = self._throughput_goal()
        through = [p.goals[goal]["value"] for p in played] if goal is not None else []
        known = [float(value) for value in through if value is not None]
        return {
            "values": {k: _plain_value(v) for k, v in self.values(choice).items()},
            "runs": len(evidence),
            "cost": evidence.cost,
            "throughput": float(np.mean(known)) if known else None,
            "risk": share_interval(sum(p.suspended for p in played), len(played)).value,
            "risk_high": share_interval(sum(p.suspended for p in played), len(played)).high,
            "chances": [
                likely(evidence, place, promise) for place, promise in enumerate(self.promises)
            ],
            "struck": self.search.struck.get(choice),
        }

    def _reviews(self) -> dict[str, Any] | None:
        """Return the probability of a review, from the proof of the plan or the last one."""
        return reviews_of(self._proof())

    def _proof(self) -> list[Played]:
        """Return the runs of the plan's proof, or of the last proof."""
        last = self.chosen or (self.verified[-1] if self.verified else None)
        kept = {} if last is None else self.trials.kept.get(last.choice, {})
        return [each for n, each in kept.items() if FIRST_VERIFYING <= n < FIRST_HOLDOUT]

    def _throughput_goal(self) -> int | None:
        """Return the index of the throughput goal: the first with a minimum."""
        goals = enumerate(self.scenario.goals)
        return next((place for place, goal in goals if goal.at_least is not None), None)

    def _recommended(self, best: Verified, rows: Mapping[Choice, Any]) -> dict[str, Any]:
        cost = mean_interval(best.evidence.costs)
        changes = [
            {
                "key": each.key,
                "said": each.label.en,
                "said_zh": each.label.zh,
                "before": _plain_value(each.present),
                "after": _plain_value(each.options[at].value),
                "price": float(each.options[at].price),
            }
            for each, at in zip(self.decisions, best.choice, strict=True)
        ]
        through = rows[best.choice]["throughput"]
        return {
            "changes": changes,
            "cost": cost._asdict(),
            "throughput": through,
            "promises": [_kept(each) for each in best.kept],
            "runs": len(best.evidence),
        }

    def _go_on(self) -> dict[str, Any] | None:
        """Return the number of runs that continues an open proof; None if there is none.

        It is a quarter more than the proof is likely to need.
        """
        last = self.verified[-1] if self.verified and self.complete else None
        if last is None or last.certified or last.more is None:
            return None
        wanted = 1.25 * (len(last.evidence) + last.more)
        step = 10 ** max(2, math.floor(math.log10(wanted)) - 1)
        runs = min(MOST_PROOF_RUNS, math.ceil(wanted / step) * step)
        if runs <= self.proof.runs:
            return None
        option = f"--proof-runs {runs}"
        command = None if self.command is None else f"{shlex.join(self.command)} {option}"
        return {
            "values": {k: _plain_value(v) for k, v in self.values(last.choice).items()},
            "more": last.more,
            "proof_runs": runs,
            "command": command,
        }

    def _finalist(self, each: Verified) -> dict[str, Any]:
        return {
            "values": {k: _plain_value(v) for k, v in self.values(each.choice).items()},
            "planned": each.runs,
            "runs": len(each.evidence),
            "certified": each.certified,
            "state": "certified" if each.certified else "broken" if each.broken else "open",
            "more": each.more,
            "cost": each.evidence.cost if len(each.evidence) else None,
            "promises": [_kept(one) for one in each.kept],
        }

    def _frontier(self, rows: Mapping[Choice, Any]) -> list[Choice]:
        """Return the Pareto frontier of throughput, risk and cost."""
        known = {c: row for c, row in rows.items() if row["throughput"] is not None}
        figures = {c: (-r["throughput"], r["risk"], r["cost"]) for c, r in known.items()}
        return frontier(figures)

    def _binding(self) -> dict[str, Any] | None:
        """Return the promise with the least margin, and the binding resource by estimate."""
        choice = None if self.chosen is None else self.chosen.choice
        if choice is None:
            return None
        evidence = self.chosen.evidence if self.chosen is not None else Evidence()
        gradual = [
            (chance(evidence.margins(place), True) - each.probability, place)
            for place, each in enumerate(self.promises)
            if each.gradual and evidence.margins(place).std() > 0
        ]
        place = min(gradual)[1] if gradual else None
        estimate = self.reach.estimates.get(choice)
        resources = [] if estimate is None else [
            {"campaign": each["campaign"],
             **bilingual("resource", resource_name(each["binding"]).__getitem__)}
            for each in estimate["campaigns"]
        ]  # fmt: skip
        return {
            "promise": place,
            "margin": None if place is None else float(evidence.margins(place).mean()),
            "resources": resources,
        }

    def _prices(self, cost: float, rows: Mapping[Choice, Any]) -> list[dict[str, Any]]:
        """Return the cost of the cheapest candidate that keeps all promises but one."""
        found = []
        doubt = self.search.method.doubt
        for place in range(len(self.promises)):
            rest = [at for at in range(len(self.promises)) if at != place]
            others = [self.promises[at] for at in rest]
            fitting = [
                row["cost"]
                for choice, row in rows.items()
                if all(row["chances"][at] >= self.promises[at].probability
                       or not self.promises[at].gradual for at in rest)
                and not misses(self.search.evidence[choice].without(place), others, doubt)
            ]  # fmt: skip
            least = min(fitting, default=cost)
            found.append({"promise": place, "saved": max(0.0, cost - least)})
        return found

    def _nearest(self, rows: Mapping[Choice, Any]) -> dict[str, Any] | None:
        """Return the candidate nearest to all promises, and what blocks it."""
        if not rows:
            return None

        def short(choice: Choice) -> float:
            evidence = self.search.evidence[choice]
            places = range(len(self.promises))
            return math.fsum(max(0.0, -float(evidence.margins(at).mean())) for at in places)

        def lacking(choice: Choice) -> float:
            pairs = zip(rows[choice]["chances"], self.promises, strict=True)
            return math.fsum(max(0.0, each.probability - have) for have, each in pairs)

        best = min(rows, key=lambda c: (short(c), lacking(c), rows[c]["cost"], c))
        if self.verified:  # the safest was put to the proof and failed
            best = self.verified[0].choice
        return {**rows[best], **standing_in_the_way(self, best)}

    def _struck(self) -> dict[str, int]:
        counts = Counter[str](self.search.struck.values())
        kinds = ("misses", "dominated", "out of reach")
        return {why: counts[why] for why in kinds} | {"invalid": len(self.reach.invalid)}

    def _invalid(self) -> dict[str, Any] | None:
        """Return the number of invalid candidates, and why the first is invalid.

        With very many candidates, only those used are counted. None: all are valid.
        """
        if not self.reach.invalid:
            return None
        first = self.reach.invalid[min(self.reach.invalid)].problems[0]
        return {
            "count": len(self.reach.invalid),
            "all": self.forecast.candidates <= plan_rules().method["enumerated"],
            "reason": f"{first.path}: {first.message}",
        }

    def page(self, language: Language = ENGLISH) -> Page:
        """Return the page of the plan."""
        from dialsim.pages.planning.plan_page import plan_page

        return plan_page(self.to_dict(), language)

    def __repr__(self) -> str:
        state = "certified" if self.certified else "no plan certified"
        return f"<PlanFound {self.scenario.name}, {state}, {self.runs:,} runs>"


def _kept(each: Kept) -> dict[str, Any]:
    found = share_interval(each.held, each.runs)
    return {
        "promise": each.promise.key,
        "probability": each.promise.probability,
        "runs": each.runs,
        "held": each.held,
        "share": found.value,
        "high": found.high,
        "least": each.least,
        "basis": each.basis,
        "spread": each.basis == "chance" and each.promise.by_complaints,
        "certified": each.certified,
        "state": each.state,
        "more": each.more,
    }


def _plain_value(value: Any) -> Any:
    return value if value is None or isinstance(value, (int, float, str)) else value_text(value)
