"""Search of a very large candidate space: proposals by optuna, then their neighbours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from typing import Any

from dialsim.distribution import install_command
from dialsim.errors import Problems
from dialsim.messages.text import message
from dialsim.planning.plans.candidates import Choice, Decision
from dialsim.planning.plans.search import Search

AT_A_TIME = 4  # proposals before the next hears what they came to
AROUND = 6  # candidates, from the cheapest on, whose neighbours are tried
SHORT = 10.0  # times its cost that a candidate counts for, for each whole target it falls short by


def needs_optuna(problems: Problems, candidates: int, most: int) -> None:
    """Add a problem if optuna is missing and there are more candidates than `most`."""
    if candidates > most and find_spec("optuna") is None:
        problems.add(
            "plan.decisions",
            message(
                "{candidates:,} candidates: more than {most} are searched by optuna, which is "
                "not installed"
            ).filled(candidates=candidates, most=most),
            remedy=message("{command}, or name fewer values").filled(
                command=install_command("plan")
            ),
        )


def propose(
    search: Search,
    decisions: Sequence[Decision],
    trials: int,
    seed: int,
    reachable: Callable[[Choice], bool],
    start: Choice,
) -> None:
    """Play the first runs of candidates proposed by optuna.

    Parameters
    ----------
    trials
        Proposals, at most; one that was made before is not played again.
    seed
        Draws the proposals: the same seed, the same candidates.
    reachable
        Whether a candidate is valid and within reach by estimate; others are not simulated.
    start
        The first proposal: what the scenario says, or what is nearest to it.

    Notes
    -----
    Tree-structured Parzen estimators (Bergstra and others 2011) over the indices of the options.
    They minimise the mean cost, with a penalty that grows with the distance from a promise.
    """
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    sampler = optuna.samplers.TPESampler(seed=seed % 2**32, multivariate=True, constant_liar=True)
    study = optuna.create_study(sampler=sampler)
    study.enqueue_trial({each.key: at for each, at in zip(decisions, start, strict=True)})
    for _ in range(-(-trials // AT_A_TIME)):
        asked = [study.ask() for _ in range(AT_A_TIME)]
        choices = [_suggested(trial, decisions) for trial in asked]
        within = [choice for choice in choices if reachable(choice)]
        search.add(within)
        search.play_up_to(list(dict.fromkeys(within)), search.method.first_runs)
        if search.stopped:
            return
        for trial, choice in zip(asked, choices, strict=True):
            evidence = search.evidence.get(choice)
            if evidence is None or not len(evidence):
                study.tell(trial, state=optuna.trial.TrialState.FAIL)
            else:
                study.tell(trial, _objective(search, choice))


def _suggested(trial: Any, decisions: Sequence[Decision]) -> Choice:
    return tuple(trial.suggest_int(each.key, 0, len(each.options) - 1) for each in decisions)


def _objective(search: Search, choice: Choice) -> float:
    evidence = search.evidence[choice]
    places = range(len(search.promises))
    short = sum(max(0.0, -float(evidence.margins(place).mean())) for place in places)
    return (abs(evidence.cost) + 1.0) * (1 + SHORT * short)


def neighbours(decisions: Sequence[Decision], choice: Choice) -> Iterator[Choice]:
    """Yield the candidates one step from another: of one decision, or of two in opposite ways.

    The latter follow the boundary of the feasible region, where one decision compensates for
    another.

    >>> from types import SimpleNamespace as N
    >>> list(neighbours([N(options="abc"), N(options="ab")], (1, 0)))
    [(0, 0), (2, 0), (1, 1), (0, 1)]
    """
    places = range(len(decisions))
    steps = [{place: step} for place in places for step in (-1, 1)]
    steps += [{one: -1, other: 1} for one in places for other in places if one != other]
    for step in steps:
        moved = tuple(at + step.get(place, 0) for place, at in enumerate(choice))
        if all(0 <= at < len(each.options) for each, at in zip(decisions, moved, strict=True)):
            yield moved


def descend(
    search: Search,
    decisions: Sequence[Decision],
    reachable: Callable[[Choice], bool],
    most: int,
) -> None:
    """Play the neighbours of the cheapest plausible candidates, until none is new.

    Parameters
    ----------
    most
        Candidates in all, from which on no further one is taken in.
    """
    looked: set[Choice] = set()
    while len(search.evidence) < most and not search.stopped:
        search.strike()
        cheapest = sorted(search.alive, key=lambda c: (search.evidence[c].cost, c))[:AROUND]
        best = next((choice for choice in cheapest if choice not in looked), None)
        if best is None:
            return
        looked.add(best)
        fresh = [c for c in neighbours(decisions, best) if reachable(c)]
        search.add(fresh)
        search.play_up_to([c for c in fresh if c in search.alive], search.method.first_runs)
