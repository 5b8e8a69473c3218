"""What is true of each list's people: the network profile, and what the list says over it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from dialsim.carrier.frequency.build import OPERATORS
from dialsim.carrier.layout import POPULATION
from dialsim.core.codes import Category
from dialsim.core.rng import threshold32
from dialsim.scenario.models.fields import Category as Trade
from dialsim.scenario.models.people import Relation
from dialsim.scenario.models.schema import PeopleList, Scenario
from dialsim.scenario.profiles.profile import Profile as ProfileFile

RELATIONS: tuple[Relation, ...] = ("opted_in", "bought")
TRADES: tuple[Trade, ...] = get_args(Trade)
MONTH_MIN = 30 * 24 * 60


def build_populations(scenario: Scenario, network: ProfileFile) -> NDArray[Any]:
    """Return what the network's people are drawn from (POPULATION[lists, relations]).

    A list from a file has the profile's values; a synthetic one may replace them, and what it
    replaces holds for all its people, whatever their relation. The propensity to answer stays the
    profile's: it was solved once for the list quality the published answer rates go with, so a
    worse list answers less instead of being made up for.
    """
    populations = np.zeros((len(scenario.people), len(RELATIONS)), POPULATION)
    for row, source in zip(populations, scenario.people, strict=True):
        for record, relation in zip(row, RELATIONS, strict=True):
            fill_population(record, source, network, relation, scenario.network.off)
    return populations


def fill_population(
    record: Any,
    source: PeopleList,
    network: ProfileFile,
    relation: Relation,
    off: Collection[str] = (),
) -> None:
    """Write what is true of a list's people of one relation, in the kernels' units."""
    drawn = source.synthetic

    def given_or(key: str, otherwise: str) -> float:
        value = None if drawn is None else getattr(drawn, key)
        return float(network[otherwise] if value is None else value)

    empty = given_or("empty", f"people.{relation}.empty")
    suspended = given_or("suspended", f"people.{relation}.suspended")
    exists = 1.0 - empty - suspended
    dormant = given_or("dormant", f"people.{relation}.dormant")
    record["genuine"] = threshold32(source.genuine_of(relation))
    record["empty"] = threshold32(empty)
    record["suspended"] = threshold32(suspended)
    record["dormant"] = threshold32(min(1.0, dormant / exists) if exists > 0 else 0.0)
    record["whitelist"] = threshold32(given_or("whitelist", "refuse_call.whitelist_share"))
    if "subscriber_blocks" not in off:
        record["blocks"] = threshold32(network[f"subscriber_blocks.{relation}"])
    record["ported"] = threshold32(network["portability.share"])
    registered = given_or("registered", "refuse_call.registered_share")
    record["registered_share"] = threshold32(registered)
    growth = given_or("registry_growth", "refuse_call.growth_per_month")
    record["growth_per_min"] = threshold32(min(1.0, growth)) // MONTH_MIN
    for trade in TRADES:
        share = refusing_share(source, network, relation, trade, registered)
        record["category_share"][Category[trade.upper()]] = threshold32(share)


def refusing_share(
    source: PeopleList, network: ProfileFile, relation: Relation, trade: Trade, registered: float
) -> float:
    """Return the share of a list's registered people that refuse calls of a trade.

    Profile and list give shares of all people. What the list does not name is refused by as many
    of its registered people as of the profile's, however many of them are registered.
    """
    given = source.synthetic.refuses if source.synthetic is not None else None
    refuses: float | None = (given or {}).get(trade)
    if refuses is None:
        refuses = network[f"refuse_call.category_share.{relation}"]
        registered = network["refuse_call.registered_share"]
    return float(min(1.0, refuses / registered)) if registered else 0.0


def refusing_people(
    source: PeopleList,
    network: ProfileFile,
    relation: Relation,
    trade: Trade,
    operators: Mapping[str, float],
) -> float:
    """Return the share of a list's people who refuse calls of a trade as the run begins.

    By the registry, or, of those who are not in it, by their operator's own service, which refuses
    every trade.

    Parameters
    ----------
    operators
        Share of each operator among the subscribers, after porting.
    """
    drawn = source.synthetic
    given = None if drawn is None else drawn.registered
    registered = float(network["refuse_call.registered_share"] if given is None else given)
    by_registry = registered * refusing_share(source, network, relation, trade, registered)
    served = sum(
        share * network[f"refuse_call.portal_share.{name}"]
        for name, share in operators.items()
        if name in OPERATORS
    )
    return float(by_registry + (1.0 - registered) * served)
