"""Replaced published answer rates that have no effect or cannot be reached."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from dialsim.carrier.delivery.build import (
    mean_answer,
    reachable_share,
    reference_indices,
    solve_display,
    solve_propensity,
    solve_robot,
)
from dialsim.core.quantiles import beta_table, lognormal_mixture_table
from dialsim.messages.text import Text, Texts, translated
from dialsim.results import formatting
from dialsim.scenario.checks.names import resolved_profiles
from dialsim.scenario.models.people import Relation, opted_in_share
from dialsim.scenario.models.schema import PeopleList, Scenario
from dialsim.scenario.named import named
from dialsim.scenario.profiles.profile import Profile
from dialsim.scenario.teams import by_machines

PREFIX = "answer.gross."
NEAR = 0.005  # share of calls within which a rate is what was asked for

LABELS: Texts = translated(
    {
        "unused": "{key} changes nothing here: {whose}",
        "out_of_reach": "{key} = {wanted} is out of reach: such calls come to {most} at most; the "
        "other numbers are dead, off or busy, or refuse",
        "opted_in": "no campaign calls customers of its own",
        "bought": "no campaign calls people of a bought list",
        "named": "no campaign shows a name to people who agreed to be called",
        "robot": "it is about robots and recordings that call people who never agreed, and no "
        "campaign does",
    }
)


@dataclass(frozen=True)
class Called:
    """People of one relation on a list that a campaign calls.

    Attributes
    ----------
    relation
        How they stand to the enterprise; None: a column of the list's file may say it.
    genuine
        Share of them who really agreed; None: as for people of whichever relation it is.
    by_machines, with_name
        Whether robots or recordings call them, and whether a name is shown.
    """

    relation: Relation | None
    genuine: float | None
    by_machines: bool
    with_name: bool

    @property
    def some_agreed(self) -> bool:
        """Whether somebody among them may have agreed."""
        return self.genuine is None or self.genuine > 0

    @property
    def some_did_not(self) -> bool:
        """Whether somebody among them may not have agreed."""
        return self.genuine is None or self.genuine < 1


_ACTS: dict[str, Callable[[Called], bool]] = {
    "opted_in": lambda who: who.relation in (None, "opted_in"),
    "bought": lambda who: who.relation in (None, "bought"),
    "named": lambda who: who.with_name and who.some_agreed,
    "robot": lambda who: who.by_machines and who.some_did_not,
}
"""Published rates; whether each one affects how these people answer."""


def answer_rate_notes(scenario: Scenario) -> list[Text]:
    """Return a sentence for each replaced answer rate that has no effect or cannot be reached."""
    keys = [key for key in scenario.network.overrides if key.startswith(PREFIX)]
    if not keys:
        return []
    _, network = resolved_profiles(scenario)
    assert network is not None
    texts, who, found = LABELS.messages, list(_called(scenario)), list[Text]()
    for key in keys:
        rate = key.removeprefix(PREFIX)
        if not any(_ACTS[rate](each) for each in who):
            found.append(texts["unused"].filled(key=key, whose=texts[rate]))
            continue
        wanted, most = float(network[key]), highest_rate(network, rate)
        if wanted > most + NEAR:
            found.append(
                texts["out_of_reach"].filled(
                    key=key, wanted=formatting.percent(wanted), most=formatting.percent(most)
                )
            )
    return found


def highest_rate(network: Profile, rate: str) -> float:
    """Return the highest gross answer rate that calls of a published rate can reach.

    Parameters
    ----------
    rate
        ``"opted_in"``, ``"bought"``, ``"named"`` or ``"robot"``.
    """
    relation = "opted_in" if rate in ("opted_in", "named") else "bought"
    ring = lognormal_mixture_table(
        [(1.0, network["ring.answer_median"], network["ring.answer_sigma"])]
    )
    mean = solve_propensity(network, relation, ring)
    factor = 1.0
    if rate == "named":
        factor = solve_display(network, mean, ring)
    elif rate == "robot":
        factor = solve_robot(network, mean, ring)
    table = beta_table(mean, float(network["answer.icc"]))
    answers = mean_answer(table, (factor * np.array(reference_indices(network))).tolist())
    return reachable_share(network, relation, ring) * answers


def _called(scenario: Scenario) -> Iterator[Called]:
    for campaign in scenario.campaigns:
        machines = by_machines(scenario, campaign)
        name = any(b.display_name for b in named(scenario.caller_ids, campaign.caller_ids))
        for source in named(scenario.people, campaign.people):
            for relation, genuine in _relations(source):
                yield Called(relation, genuine, machines, name)


def _relations(source: PeopleList) -> Sequence[tuple[Relation | None, float | None]]:
    if source.file is not None:
        return [(None, None)]  # whom a column of it names otherwise is not known yet
    own = opted_in_share(source)
    shares: dict[Relation, float] = {"opted_in": own, "bought": 1.0 - own}
    return [(each, source.genuine_of(each)) for each, share in shares.items() if share > 0]
