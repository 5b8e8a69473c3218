"""Scenario to arrays: what the trunk contracts agree on beside calls to one callee."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.carrier.layout import CONTRACT
from dialsim.scenario.models.schema import Scenario

NONE_AGREED = -1
MILLI = 1000


def build_contracts(scenario: Scenario, days: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the contracts of the trunks (CONTRACT[T]) and what they count by day.

    The second is int64[T, days, 2], delivered calls and cases; without days where no contract
    agrees on complaints, so that nothing is held for it.
    """
    contracts = np.zeros(len(scenario.trunks), CONTRACT)
    for name in ("day", "last_day", "volume_told", "concurrency_told"):
        contracts[name] = -1
    for name in ("daily_volume", "concurrency", "per_million"):
        contracts[name] = NONE_AGREED
    if "contract" in scenario.network.off:
        return contracts, np.zeros((len(contracts), 0, 2), np.int64)
    for record, trunk in zip(contracts, scenario.trunks, strict=True):
        contract = trunk.contract
        if contract is None:
            continue
        if contract.daily_volume is not None:
            record["daily_volume"] = contract.daily_volume
        if contract.concurrency is not None:
            record["concurrency"] = contract.concurrency
        if contract.complaints_per_million is not None:
            record["per_million"] = max(1, round(contract.complaints_per_million * MILLI))
    agreed = bool((contracts["per_million"] != NONE_AGREED).any())
    return contracts, np.zeros((len(contracts), days if agreed else 0, 2), np.int64)
