"""The peers' call flow as a scenario: rules without own limits, and a network that is off."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from benchmarks.measured.engine import TURN
from benchmarks.peers.flow import Counts, Parameters
from dialsim.core.codes import Reason
from dialsim.engine.build import World, prepare
from dialsim.engine.host import Logs, fill_all, run_to_end
from dialsim.scenario import load_scenario
from dialsim.scenario.models.tables import MECHANISMS

OPENS_H = 9
OPENS_MS = OPENS_H * 3_600_000
CLOSES_H = 21
"""Service calls may be made from nine to nine; a campaign must be over by then."""


def scenario(parameters: Parameters) -> dict[str, Any]:
    """Return the scenario that comes nearest to the flow; its seed draws people and luck."""
    p = parameters
    channels = int((p.power + 2) * p.agents)  # and calls a second: more than are ever wanted
    return {
        "schema": 1,
        "name": "peers",
        "start": "2026-04-13",
        "days": 1,
        "seed": p.seed,
        "aftermath": "0s",
        "enterprise": {"name": "Example Bank", "sector": "banking"},
        "rules": {
            "pack": "lab",
            "callee_limits": [{"count": p.limit, "per": _ms(p.window_ms), "window": "sliding"}],
            "contract": "none",
            "overrides": {"dialer.suspicion_quick": "0s"},  # no carrier to be suspected
        },
        "network": {"profile": "lab", "off": list(MECHANISMS), "overrides": _people(p)},
        "people": [
            {
                "name": "customers",
                "synthetic": {"count": p.people, "internal_dnc": len(p.do_not_call) / p.people},
            }
        ],
        "trunks": [
            {"name": "main", "operator": "CTCC", "permits": ["service"]}
            | {"calls_per_second": min(2 * channels, 100_000), "channels": channels}
        ],
        "caller_ids": [
            {
                "name": "hotline",
                "class": "95_enterprise",
                "count": 100,
                "trunk": "main",
                "registered": True,
                "filed": {"use": "service", "category": "credit_card", "daily_volume": 1_000_000},
                "checked_clean": True,
            }
        ],
        "agents": [
            {
                "name": "day",
                "count": p.agents,
                "shifts": [
                    {"days": "daily", "from": f"{OPENS_H:02}:00", "to": f"{CLOSES_H:02}:00"}
                ],
                "wrap_up": _ms(p.wrap_up_ms),
            }
        ],
        "campaigns": [
            {
                "name": "service",
                "purpose": "service",
                "category": "credit_card",
                "lawful_basis": "contract",
                "people": ["customers"],
                "caller_ids": ["hotline"],
                "agents": ["day"],
                "pacing": {"mode": "power", "ratio": p.power},
                "ring_timeout": _ms(p.ring_timeout_ms),
                "drop_after": _ms(p.drop_after_ms),
                "attempts": {"at_most": p.at_most, "retry": {"no_answer": _ms(p.retry_ms)}},
            }
        ],
    }


def _ms(length: int) -> str:
    return f"{length}ms"


def _people(p: Parameters) -> dict[str, Any]:
    """Return how people behave: as drawn for the peers, with nothing beside it."""
    ring_mu, ring_sigma = p.ring
    talks = ((p.short_share, *p.short_talk), (1 - p.short_share, *p.long_talk))
    return {
        "answer.gross.opted_in": p.answer_alpha / (p.answer_alpha + p.answer_beta),
        "answer.icc": 1 / (1 + p.answer_alpha + p.answer_beta),
        "ring.post_dial_median": _ms(p.setup_ms),
        "ring.answer_median": _ms(round(math.exp(ring_mu))),
        "ring.answer_sigma": ring_sigma,
        "talk.opted_in": [[share, math.exp(mu) / 1000, sigma] for share, mu, sigma in talks],
    }


def ready(parameters: Parameters) -> World:
    """Return the world of a campaign, its people drawn and nothing played."""
    return fill_all(prepare(load_scenario(scenario(parameters)), call_rows=TURN))


def counts(world: World, logs: Logs, parameters: Parameters) -> Counts:
    """Return what a campaign came to, counted from its log as the peers count.

    Raises
    ------
    AssertionError
        The campaign was not over when the shift was: it is not the peers' campaign.
    """
    p, calls = parameters, logs.calls
    leads = world.state.leads
    refused = int((leads["reason"] == Reason.INTERNAL_DNC).sum())
    tried = np.bincount(leads["attempts"], minlength=p.at_most + 1)
    answered = calls["sip"] == 200
    connected = answered & (calls["agent"] >= 0)
    start = calls["tick"] - OPENS_MS
    dialling = calls["ring_ms"]  # set-up included
    end = start + dialling + calls["wait_ms"] + calls["talk_ms"] + p.wrap_up_ms * connected
    assert end.max() < (CLOSES_H - OPENS_H) * 3_600_000, "the campaign outlasts the shift"
    assert tried[0] == refused
    return Counts(
        attempts=len(calls),
        answers=int(answered.sum()),
        connects=int(connected.sum()),
        abandoned=int((answered & ~connected).sum()),
        refused=refused,
        talk_ms=int(calls["talk_ms"].sum()),
        agent_ms=int(calls["talk_ms"].sum() + p.wrap_up_ms * connected.sum()),
        dial_ms=int(dialling.sum()),
        wait_ms=int(calls["wait_ms"].sum()),
        last_dial_ms=int(start.max()),
        end_ms=int(end.max()),
        tried=tuple(tried.tolist()),
    )


def play(parameters: Parameters) -> Counts:
    """Play a campaign; the same parameters give the same counts."""
    world = ready(parameters)
    return counts(world, run_to_end(world), parameters)
