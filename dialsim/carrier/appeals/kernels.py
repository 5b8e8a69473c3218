"""Tracebacks and appeals, each step a pure change of the network's memory."""

from typing import Any

import numpy as np

from dialsim.carrier.complaints.kernels import suspend_caller, working_later
from dialsim.carrier.layout import Carrier, Profile
from dialsim.core.codes import Action, Rule, Stream
from dialsim.core.rng import draw, hit
from dialsim.jit.decorator import kernel


@kernel
def ask_traceback(carrier: Carrier, profile: Profile, case: Any, now: int) -> int:
    """Ask where a call complained about came from; the tick at which that is too late, or -1.

    -1: the enterprise will have answered by then.
    """
    network = profile.network[0]
    days = np.int64(network["traceback_days"])
    if carrier.numbers[case["caller"]]["registered"] == 1:
        days -= np.int64(network["traceback_less"])
    days = max(days, 0)
    late = working_later(profile.working, now, days)
    within_ms = np.int64(network["traceback_within"])
    if now + within_ms <= late:
        return -1
    case["trace_days"] = days
    return late


@kernel
def end_traceback(carrier: Carrier, network: Any, case: Any, now: int) -> tuple[int, int, int, int]:
    """No answer came: the caller ID is suspended (the row for the log)."""
    caller = np.int64(case["caller"])
    if carrier.numbers[caller]["state"] >= Action.SUSPEND:
        return Action.NONE, 0, 0, -1
    until = suspend_caller(carrier, network, caller, Rule.TRACEBACK, now)
    days = np.int64(case["trace_days"])
    return Action.SUSPEND, days, days, until


@kernel
def weakest_proof(proofs: int) -> int:
    """The weakest proof of consent among bits ``1 << proof``: 0 none, 1 recorded, 2 genuine."""
    if proofs & 1:
        return 0
    return 1 if proofs & 2 else 2


@kernel
def decide_appeal(
    carrier: Carrier, network: Any, case: Any, key: np.uint64, base: np.uint64
) -> tuple[int, int]:
    """Lift the suspension that was appealed, or uphold it: (action, weakest proof).

    NONE: that suspension is over, or the caller ID is closed by now. ``key``: of the case's person.
    """
    record = carrier.numbers[case["caller"]]
    if record["state"] != Action.SUSPEND or record["until"] != case["appealed_until"]:
        return Action.NONE, 0
    proof = weakest_proof(np.int64(record["proofs"]))
    u = draw(base, Stream.APPEAL, key, np.int64(case["call_tick"]))
    if not hit(u, np.int64(network["granted"][proof])):
        return Action.UPHOLD, proof
    record["state"] = Action.NONE
    record["until"] = -1
    return Action.LIFT, proof


@kernel
def decide_stop_appeal(carrier: Carrier, network: Any, key: np.uint64, base: np.uint64) -> int:
    """Lift the stop of the enterprise's numbers, or uphold it."""
    enterprise = carrier.enterprise[0]
    granted = np.int64(network["granted"][enterprise["proof"]])
    if not hit(draw(base, Stream.APPEAL, key, 0), granted):
        return Action.UPHOLD
    enterprise["stopped"] = 0
    return Action.LIFT
