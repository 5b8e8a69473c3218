"""The binding constraint of each campaign, with the arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.compliance.areas import groups_of
from dialsim.core.codes import Limit
from dialsim.messages.text import joined
from dialsim.results import formatting
from dialsim.results.binding_words import CONTRACT, binding_sentence, contract_words
from dialsim.results.capacity import limits_capacity, used_in
from dialsim.results.opening_hours import campaign_open
from dialsim.results.run_view import history_of
from dialsim.results.summary_types.results import Binding

if TYPE_CHECKING:
    from dialsim.engine.build import World

Array = NDArray[Any]
USED_UP = 0.9  # of what caller limits allow: from here on they decide, whoever held longer


def limit_shares(world: World, campaign: int) -> dict[Limit, float]:
    """Return the share of a campaign's open time that each limit held it for."""
    spent = world.state.limit_ms[campaign].astype(np.float64)
    progress = world.state.progress[campaign]
    until = min(int(world.state.control[0]["now"]), world.horizon_tick)
    spent[progress["limit"]] += max(0, until - int(progress["limit_since"]))
    spent[Limit.CLOSED] = 0
    total = spent.sum()
    return {limit: float(spent[limit] / total) if total else 0.0 for limit in Limit if limit}


def binding(world: World) -> list[Binding]:
    """Return the binding constraint of each campaign, with the arithmetic.

    Returns
    -------
    list of Binding
        `limit` is None for a campaign that was never open.
    """
    return [_binding(world, index) for index in range(len(world.scenario.campaigns))]


def _binding(world: World, index: int) -> Binding:
    campaign = world.scenario.campaigns[index]
    shares = limit_shares(world, index)
    used = callers_used(world, index)
    limit = max(shares, key=lambda each: (shares[each], -each))
    if used is not None and used >= USED_UP and shares[Limit.CALLER_IDS] > 0:
        limit = Limit.CALLER_IDS
    known = shares[limit] > 0
    refused = {cause: int(world.state.memory.by_cause[index, cause]) for cause in CONTRACT}
    attempts = int(world.state.memory.tallies["attempts"][index])

    sentence = binding_sentence(world, index, limit, shares[limit], used)
    if known and any(refused.values()):
        sentence = joined("", [sentence, contract_words(refused, attempts)])
    return {
        "campaign": campaign.name,
        "limit": limit.name.lower() if known else None,
        "name": formatting.LIMITS[limit] if known else None,
        "share": shares[limit],
        "shares": {each.name.lower(): share for each, share in shares.items()},
        "callers_used": used,
        "refused_by_contract": {cause.name.lower(): n for cause, n in refused.items() if n},
        "sentence": sentence,
    }


def callers_used(world: World, campaign: int) -> float | None:
    """Return which share of what its caller limits allow a campaign's numbers made use of.

    The calls of all campaigns count, since they share the numbers; None without a limit. A limit
    that is used up binds even if others held for longer: faster dialling only exhausts each
    window sooner.
    """
    scenario = world.scenario
    until = min(int(world.state.control[0]["now"]), world.horizon_tick)
    spans = campaign_open(world, campaign, until)
    blocks = [b for b in scenario.caller_ids if b.name in scenario.campaigns[campaign].caller_ids]
    limits = scenario.rules.caller_limits
    allowed = sum(
        block.count * (limits_capacity(used_in(scenario, block, spans), limits, scenario) or 0)
        for block in blocks
    )
    if not allowed:
        return None
    groups = groups_of(world.static.areas, campaign).tolist()
    mine = np.isin(world.state.resources.callers["group"], groups)
    attempts = world.state.resources.callers["attempts"]
    made = int(attempts[mine].sum())
    history = history_of(world)
    if history is not None:  # rings begin with the calls made before the start
        before = history.attempts_before
        made -= int(before[mine[: len(before)]].sum())
    return made / allowed
