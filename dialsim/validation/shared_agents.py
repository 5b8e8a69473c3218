"""Two campaigns on the same agents: waits by priority, and no agent serving two at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.messages.text import message
from dialsim.theory import ErlangC, priority_waits_s
from dialsim.validation.check import Check, Figure, mean_among, occupancy_of, share_of
from dialsim.validation.exact_worlds import play_raw, raw_world
from dialsim.validation.played import wait_s, waited
from dialsim.validation.rule import Group, Rule
from dialsim.validation.worlds import Queue

AGENTS, TALK_S = 5, 60.0
PER_MINUTE = (2.0, 1.75)
WRAP_S = 15


def _of(campaign: int) -> Callable[[NDArray[Any]], NDArray[np.bool_]]:
    def test(calls: NDArray[Any]) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = calls["campaign"] == campaign
        return found

    return test


def sharing_checks() -> Iterator[Check]:
    """Yield two campaigns of which the first is served before the second."""
    per_s = [each / 60 for each in PER_MINUTE]
    queue = ErlangC(arrivals_per_s=sum(per_s), service_s=TALK_S, agents=AGENTS)
    first, second = priority_waits_s(per_s, TALK_S, AGENTS)
    yield Check(
        message(
            "two campaigns on {agents} shared agents, the first served before the second"
        ).filled(agents=AGENTS),
        message("Cobham, non-preemptive priority"),
        message("campaigns that share agents"),
        Queue(
            "two_campaigns", AGENTS, PER_MINUTE[0], talk=((1.0, TALK_S, 0.0),),
            second_per_minute=PER_MINUTE[1],
        ),
        (100, 7_000),
        (
            Figure(
                message("found all agents busy"), "share", queue.p_wait, share_of(waited)
            ),
            Figure(
                message("mean wait, first"), "s", first,
                mean_among(_of(0), wait_s),
            ),
            Figure(
                message("mean wait, second"), "s", second,
                mean_among(_of(1), wait_s),
            ),
            Figure(message("occupancy"), "share", queue.occupancy, occupancy_of),
        ),
        from_h=11,
    )  # fmt: skip


def sharing_rules() -> Iterator[Rule]:
    """Yield a day of two campaigns, call by call of each agent."""
    queue = Queue(
        "shared_day", AGENTS, PER_MINUTE[0], talk=((1.0, TALK_S, 0.0),),
        wrap_up={"wrap_up": f"{WRAP_S}s"}, second_per_minute=1.0, drop_after="0s",
    )  # fmt: skip
    seen = play_raw(raw_world(queue, queue.people(1)))
    served = seen.calls[seen.calls["agent"] >= 0]
    met = 0
    for agent in range(AGENTS):
        mine = served[served["agent"] == agent]
        begins = mine["tick"] + mine["ring_ms"] + mine["wait_ms"]
        order = np.argsort(begins, kind="stable")
        stays = list(zip(begins[order], (begins + mine["talk_ms"])[order], strict=True))
        met += sum(after[0] < before[1] + WRAP_S * 1000 for before, after in pairwise(stays))
    campaigns = len(np.unique(served["campaign"]))
    yield Rule(
        message("an agent serves one callee at a time, wrap-up included"),
        message("two campaigns on {agents} shared agents for 8 hours").filled(agents=AGENTS),
        message("calls of 2 campaigns, 0 of them overlap"),
        message("calls of {campaigns} campaigns, {met} of them overlap").filled(
            campaigns=campaigns, met=met
        ),
    )


SHARING = Group(message("Agents of two campaigns"), sharing_rules, modes=("rate",))
