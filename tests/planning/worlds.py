"""A small campaign to plan by, and candidates whose outcomes are drawn from known laws."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import time
from typing import Any

import numpy as np
import pytest

from dialsim.planning.plans.candidates import Choice
from dialsim.planning.plans.evidence import Outcome
from dialsim.planning.plans.promises import Promise
from dialsim.planning.plans.search import Method, Search
from dialsim.planning.plans.verification import Verified, verify
from dialsim.scenario.library import template
from dialsim.scenario.profiles.plan_rules import plan_rules

METHOD = Method.of(plan_rules().method)
GOAL = Promise("goal_1", 0.95, True)


def small(**changes: Any) -> dict[str, Any]:
    """Return the scenario of an hour of two agents, with a plan; a run takes some ms."""
    import tomli

    raw = tomli.loads(template("plan_numbers").text)
    raw |= {"days": 1, "aftermath": "1d", "name": "hour"}
    raw["people"][0]["synthetic"]["count"] = 400
    raw["caller_ids"][0]["count"] = 2
    raw["agents"][0] |= {"count": 2, "shifts": [{"days": "daily", "from": time(9), "to": time(10)}]}
    raw["goals"] = [{"metric": "conversations", "at_least": 30}]
    raw["plan"] = {
        "probability": 0.9,
        "decisions": [
            {"key": "caller_ids.north.count", "values": [1, 2, 3, 4], "price_each": "20 CNY"},
            {"key": "agents.day.count", "values": [1, 2, 3]},
        ],
    }
    return raw | changes


RARE = 0.1


@contextmanager
def few_runs(**method: float) -> Iterator[None]:
    """Let a plan that asks for it by `in_few_runs` be proved by tens of runs instead of hundreds.

    For tests of what a plan says and leaves behind, on whatever its proof rests. Those of the
    proof itself play as many runs as the method says.

    Parameters
    ----------
    method
        Other figures of the method.
    """
    rules = plan_rules()
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(rules.always, "any_suspension", RARE)
        less = {"holdout": 20, "other_network": 10, "proof_runs": 900} | method
        for name, runs in less.items():
            patch.setitem(rules.method, name, runs)
        yield


def in_few_runs(raw: dict[str, Any]) -> dict[str, Any]:
    """Let suspensions be as frequent as `few_runs` allows."""
    raw["plan"]["any_suspension_at_most"] = RARE
    return raw


def drawn(
    laws: Mapping[Choice, tuple[float, float, float]], seed: int, shared: float = 0.8
) -> Callable[[Sequence[tuple[Choice, Sequence[int]]]], list[list[Outcome]]]:
    """Return a player of candidates with known laws.

    Parameters
    ----------
    laws
        By candidate the mean cost, and mean and standard deviation of the margin.
    shared
        Correlation of candidates in one replication: common random numbers.
    """

    def some(choice: Choice, numbers: Sequence[int]) -> list[Outcome]:
        cost, mean, spread = laws[choice]
        first, n = numbers[0], len(numbers)
        common = np.random.default_rng([seed, first]).standard_normal((2, n))
        own = np.random.default_rng([seed, first, *choice, 7]).standard_normal((2, n))
        mixed = np.sqrt(shared) * common + np.sqrt(1 - shared) * own
        costs, margins = cost * (1 + 0.01 * mixed[0]), mean + spread * mixed[1]
        return [Outcome(c, (m,)) for c, m in zip(costs.tolist(), margins.tolist(), strict=True)]

    def play(asks: Sequence[tuple[Choice, Sequence[int]]]) -> list[list[Outcome]]:
        return [some(choice, numbers) for choice, numbers in asks]

    return play


def planned(
    laws: Mapping[Choice, tuple[float, float, float]], seed: int, shared: float = 0.8
) -> tuple[Search, list[Verified]]:
    """Return the search among candidates of known laws, and the proof of its finalists."""
    play = drawn(laws, seed, shared)
    search = Search([GOAL], METHOD, play)
    search.add(laws)
    search.halve()
    return search, verify(search.finalists(), [GOAL], play, METHOD.proof)
