"""Independence of ring times and answers."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import Cause
from dialsim.messages.text import message
from dialsim.theory import Ringing
from dialsim.validation.check import Check, Figure, mean_among, share_of
from dialsim.validation.played import Days, Measured
from dialsim.validation.worlds import Queue

SET_UP_S = 3.0
TALK_S, TALK_SIGMA = 60.0, 0.5
REFERENCE_S = 25.0  # the ring timeout under which a profile's answer rates hold
RING = Ringing(answer=0.4, median_s=9.0, sigma=0.5, timeout_s=15.0, reference_s=REFERENCE_S)


def _answered(days: Days) -> Measured:
    def test(calls: NDArray[Any]) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = calls["cause"] == Cause.LIVE
        return found

    return days.of_dials(test)


def _ring_s(calls: NDArray[Any]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = calls["ring_ms"] / 1000 - SET_UP_S
    return found


def _rang_long(calls: NDArray[Any]) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = _ring_s(calls) > RING.median_s
    return found


def _talk_s(calls: NDArray[Any]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = calls["talk_ms"] / 1000
    return found


def ring_checks() -> Iterator[Check]:
    """Yield callees who answer or not, and ring for a while, under a shorter timeout."""
    yield Check(
        message("40 % answer, random ring, the dialer gives up after 15 s"),
        message("lognormal ring, independent answers"),
        message("ring and answer"),
        Queue(
            "ringing", 20, 4.0, answer=RING.answer, ring_timeout=f"{RING.timeout_s:g}s",
            talk=((1.0, TALK_S * exp(-(TALK_SIGMA**2) / 2), TALK_SIGMA),), shape="lognormal",
            ring={
                "ring.post_dial_median": f"{SET_UP_S:g}s", "ring.answer_sigma": RING.sigma,
                "ring.answer_median": f"{RING.median_s:g}s",
            },
        ),
        (100, 400),
        (
            Figure(message("answered"), "share", RING.answered, _answered),
            Figure(message("mean ring"), "s", RING.mean_s,
                   share_of(_ring_s)),
            Figure(
                message("rang longer than 9 s"), "share",
                RING.longer_than(RING.median_s), share_of(_rang_long),
            ),
            Figure(
                message("talk after these"), "s", TALK_S,
                mean_among(_rang_long, _talk_s),
            ),
        ),
    )  # fmt: skip
