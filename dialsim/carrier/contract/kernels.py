"""The trunk contract: what the operator refuses by agreement, and when it shuts the trunk."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.carrier.complaints.kernels import rate_exceeded
from dialsim.carrier.layout import Carrier, Profile
from dialsim.core.codes import Cause, Rule
from dialsim.core.counts import quotient
from dialsim.core.time_units import DAY_MS
from dialsim.jit.decorator import kernel

Array = NDArray[Any]


@kernel
def within_contract(subscriber: Any, trunk: Any, month: int, now: int) -> bool:
    """Count an attempt against the trunk contract's callee limits; false when one is used up."""
    per_day = np.int64(trunk["callee_per_day"])
    per_month = np.int64(trunk["callee_per_month"])
    today = quotient(now, DAY_MS)
    if subscriber["day"] != today:
        if subscriber["day"] < 0 or subscriber["month"] != month:
            subscriber["month"] = month
            subscriber["month_calls"] = 0
        subscriber["day"] = today
        subscriber["day_calls"] = 0
    if per_day >= 0 and subscriber["day_calls"] >= per_day:
        return False
    if per_month >= 0 and subscriber["month_calls"] >= per_month:
        return False
    if subscriber["day_calls"] < 255:
        subscriber["day_calls"] += 1
    if subscriber["month_calls"] < 255:
        subscriber["month_calls"] += 1
    return True


@kernel
def trunk_cause(contract: Any, in_use: int, now: int) -> int:
    """Count an attempt against the trunk's volume; the cause of its refusal, or NONE.

    ``in_use``: calls of the trunk under way, this one included.
    """
    volume = np.int64(contract["daily_volume"])
    if volume >= 0:
        today = quotient(now, DAY_MS)
        if contract["day"] != today:
            contract["day"] = today
            contract["calls"] = 0
        if contract["calls"] >= volume:
            return Cause.CONTRACT_VOLUME
        contract["calls"] += 1
    concurrency = np.int64(contract["concurrency"])
    if concurrency >= 0 and in_use > concurrency:
        return Cause.CONTRACT_CONCURRENCY
    return Cause.NONE


@kernel
def contract_cause(
    carrier: Carrier, profile: Profile, subscriber: Any, trunk: Any, number: int, now: int
) -> int:
    """Cause by which the contract of trunk ``number`` (its record: ``trunk``) refuses, or NONE."""
    month = np.int64(profile.month_of_day[quotient(now, DAY_MS)])
    if not within_contract(subscriber, trunk, month, now):
        return Cause.CONTRACT_CALLEE
    return trunk_cause(carrier.contracts[number], np.int64(trunk["in_use"]), now)


@kernel
def unreported_excess(contract: Any, cause: int, in_use: int, now: int) -> tuple[int, int, int]:
    """The day's first refusal for a cause: (rule, measured, limit); rule 0: already reported."""
    today = quotient(now, DAY_MS)
    if cause == Cause.CONTRACT_VOLUME and contract["volume_told"] != today:
        contract["volume_told"] = today
        volume = np.int64(contract["daily_volume"])
        return Rule.CONTRACT_VOLUME, volume + 1, volume
    if cause == Cause.CONTRACT_CONCURRENCY and contract["concurrency_told"] != today:
        contract["concurrency_told"] = today
        return Rule.CONTRACT_CONCURRENCY, in_use, np.int64(contract["concurrency"])
    return 0, 0, 0


@kernel
def note_trunk_call(carrier: Carrier, trunk: int, dial_tick: int) -> None:
    """Count a delivered call for a trunk whose contract agrees on complaints."""
    contract = carrier.contracts[trunk]
    if contract["per_million"] < 0:
        return
    day = quotient(dial_tick, DAY_MS)
    carrier.contract_days[trunk, day, 0] += 1
    if day > contract["last_day"]:
        contract["last_day"] = day


@kernel
def trunk_exceeds(carrier: Carrier, profile: Profile, trunk: int) -> tuple[bool, int]:
    """Whether a trunk's complaints are above what was agreed, and how many a million there are."""
    contract = carrier.contracts[trunk]
    agreed = np.int64(contract["per_million"])
    if agreed < 0 or contract["last_day"] < 0:
        return False, 0
    last = np.int64(contract["last_day"])
    return rate_exceeded(carrier.contract_days[trunk], last, agreed, profile)
