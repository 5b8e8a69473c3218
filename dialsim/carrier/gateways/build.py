"""Profile to arrays: ceilings of the international gateways, and when they are blocked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.carrier.layout import GATEWAY
from dialsim.core.codes import Stream
from dialsim.core.quantiles import exponential_table, quantile
from dialsim.core.rng import draw, text_key, threshold32
from dialsim.core.time_units import MINUTE_MS, NEVER, YEAR_MIN
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.profiles.profile import Profile as ProfileFile


def fill_gateways(record: Any, network: ProfileFile) -> None:
    """Write the ceilings of gateways into the NETWORK record."""
    record["gateway_per_hour"] = network["gateway.calls_per_hour"]
    record["gateway_per_day"] = network["gateway.calls_per_day"]
    record["gateway_refuses"] = threshold32(network["ladder.throttle_refuses"])
    record["gateway_hold_ms"] = max(1, network["ladder.throttle_hold"])
    record["abroad_factor"] = round(network["gateway.answer_factor"] * (1 << 16))


def gateway_count(scenario: Scenario) -> int:
    """Return the rows of `gateways`: one a trunk, none if no trunk passes a gateway."""
    passes = any(trunk.by_gateway for trunk in scenario.trunks)
    return len(scenario.trunks) if passes and "gateway" not in scenario.network.off else 0


def build_gateways(
    scenario: Scenario,
    network: ProfileFile,
    run_base: np.uint64,
    end: int,
    begun: NDArray[Any] | None = None,
    since: int = 0,
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the gateways' records and the ticks between which each is blocked.

    Other tenants' traffic is the cause of a block, so it is drawn for the run and does not depend
    on what the scenario's own calls do. Of blocks built before (`begun`), those that began before
    `since` stay.

    Returns
    -------
    tuple
        GATEWAY[T] and int64[T, 2 k], T as :func:`gateway_count`: start, end, start ... in ms,
        NEVER behind the last. Blocks begin before `end`, the end of the run.
    """
    count = gateway_count(scenario)
    spans: list[list[int]] = []
    for place, trunk in enumerate(scenario.trunks[:count]):
        key = np.uint64(text_key(f"gateway/{trunk.name}"))
        mine: list[int] = []
        if begun is not None:
            pairs = begun[place].reshape(-1, 2)
            mine = [int(edge) for edge in pairs[pairs[:, 0] < since].reshape(-1)]
        by_gateway = trunk.by_gateway
        spans.append(blocked_spans(network, run_base, key, end, mine, since) if by_gateway else [])
    width = max((len(span) for span in spans), default=0)
    blocks = np.full((count, width), NEVER, np.int64)
    for row, span in zip(blocks, spans, strict=True):
        row[: len(span)] = span
    return np.zeros(count, GATEWAY), blocks


def blocked_spans(
    network: ProfileFile,
    run_base: np.uint64,
    key: np.uint64,
    end: int,
    begun: Sequence[int] = (),
    since: int = 0,
) -> list[int]:
    """Return starts and ends of a gateway's blocks, in ms, those that begin before `end`.

    `begun` are those that began before `since`: they stay, and later ones are drawn.
    """
    found = list(begun)
    rate = network["gateway.blocks_per_year"]
    if rate <= 0:
        return found
    gaps = exponential_table(min(YEAR_MIN / rate, MOST_GAP_MIN))
    tick = max(since, found[-1]) if found else since
    while True:
        u = np.uint64(draw(run_base, Stream.GATEWAY_BLOCK, key, len(found) // 2))
        tick += max(1, int(quantile(gaps, u))) * MINUTE_MS
        if tick >= end:
            return found
        found += [tick, tick + max(1, int(network["gateway.block_hold"]))]
        tick = found[-1]


MOST_GAP_MIN = 100 * YEAR_MIN
"""Mean gaps above a hundred years are no gaps of a run."""
