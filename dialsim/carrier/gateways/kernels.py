"""An international gateway: its ceilings on all calls together, and the times it is blocked."""

from typing import Any

import numpy as np

from dialsim.carrier.contexts import Attempt
from dialsim.carrier.layout import DAY_BUCKET_MS, HOUR_BUCKET_MS, Carrier
from dialsim.core.codes import Cause, Stream
from dialsim.core.rng import draw_by, hit
from dialsim.core.windows import window_count, window_total
from dialsim.jit.decorator import kernel


@kernel
def is_blocked_at(carrier: Carrier, gateway: int, now: int) -> bool:
    """Whether a gateway is blocked; asked in the order of time."""
    record = carrier.gateways[gateway]
    blocks = carrier.gateway_blocks[gateway]
    position = np.int64(record["position"])
    while position < blocks.shape[0] and blocks[position] <= now:
        position += 1
    record["position"] = position
    return position % 2 == 1


@kernel
def count_entry(carrier: Carrier, network: Any, gateway: int, now: int) -> tuple[int, int]:
    """Count a call; the first ceiling it passes as (count, ceiling), (0, -1) if none."""
    windows, counts = carrier.gateway_windows, carrier.gateway_counts
    window_count(windows, counts, 0, gateway, now, HOUR_BUCKET_MS)
    window_count(windows, counts, 1, gateway, now, DAY_BUCKET_MS)
    count = window_total(windows, counts, 0, gateway, now, HOUR_BUCKET_MS)
    if count > network["gateway_per_hour"]:
        return count, np.int64(network["gateway_per_hour"])
    count = window_total(windows, counts, 1, gateway, now, DAY_BUCKET_MS)
    if count > network["gateway_per_day"]:
        return count, np.int64(network["gateway_per_day"])
    return 0, -1


@kernel
def gateway_cause(carrier: Carrier, network: Any, gateway: int, attempt: Attempt) -> int:
    """Cause by which a gateway keeps a call out, or NONE."""
    now = attempt.now
    if is_blocked_at(carrier, gateway, now):
        return Cause.GATEWAY_SHUT
    count, ceiling = count_entry(carrier, network, gateway, now)
    if ceiling < 0:
        return Cause.NONE
    record = carrier.gateways[gateway]
    if record["throttling"] == 0:
        record["throttling"] = 1
        record["raised"] = 1
        record["measured"] = count
        record["ceiling"] = ceiling
    record["calm_tick"] = now + np.int64(network["gateway_hold_ms"])
    u = draw_by(attempt.keys, Stream.GATEWAY_THROTTLE, attempt.key, attempt.n)
    if hit(u, np.int64(network["gateway_refuses"])):
        return Cause.GATEWAY_THROTTLED
    return Cause.NONE
