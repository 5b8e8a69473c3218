"""The interface of a pacing policy in Python: its observation and its decision.

Everything shown is the dialer's own: agents, its calls, what came back of its calls. What the
network holds against its numbers no dialer sees.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Protocol

MOST_DIALS = 1_000_000
SHORTEST_WAKE_S, LONGEST_WAKE_S = 0.1, 86_400.0


@dataclass(frozen=True)
class CampaignSeen:
    """One campaign as its dialer sees it.

    Attributes
    ----------
    name
        The campaign's.
    open
        Whether somebody may be called and somebody is at work.
    limit
        What holds it back now: ``agents``, ``caller_ids``, ``abandon_guard``, ``policy`` ...
    idle, talking, wrapping
        Agents it may use, by what they do.
    outstanding, waiting
        Calls out and callees waiting that may come to these agents, other campaigns' included.
    to_dial
        What is left of the last decision.
    attempts
        Dialled since the start.
    seen
        Attempts that are over, by what was seen of them: ``connected``, ``no_answer``,
        ``abandoned``, ``busy``, ``blocked`` ...
    answers_today, drops_today, drop_cap
        The ledger of the abandon guard, and the share of drops that the rules allow.
    handle_s
        Mean talk and wrap-up of a call with an agent so far; None: there was none.
    """

    name: str
    open: bool
    limit: str
    idle: int
    talking: int
    wrapping: int
    outstanding: int
    waiting: int
    to_dial: int
    attempts: int
    seen: Mapping[str, int]
    answers_today: int
    drops_today: int
    drop_cap: float
    handle_s: float | None


@dataclass(frozen=True)
class Observation:
    """State shown to a policy at a wake-up: copies, which the policy cannot change.

    Attributes
    ----------
    tick, now
        Virtual time: ms from the first day's midnight, and the same as a moment.
    campaigns
        Every campaign by name, those of other modes too.
    """

    tick: int
    now: datetime
    campaigns: Mapping[str, CampaignSeen]


@dataclass(frozen=True)
class Decision:
    """A policy's answer.

    Attributes
    ----------
    dials
        By campaign of mode ``policy`` how many calls to make until the next wake-up; a campaign
        left out makes none. Rules, limits and the abandon guard hold for them all the same: what
        they put off is made up for until then.
    wake_in_s
        Seconds of virtual time until it is asked again, from a tenth to a day.

    Examples
    --------
    >>> Decision({"upsell": 12}, wake_in_s=5).dials["upsell"]
    12
    >>> Decision({"upsell": -1})
    Traceback (most recent call last):
        ...
    ValueError: dials of 'upsell' must be a whole number from 0 to 1000000; found -1
    """

    dials: Mapping[str, int] = field(default_factory=dict)
    wake_in_s: float = 1.0

    def __post_init__(self) -> None:
        dials: Any = self.dials  # whatever a policy wrote there
        if not isinstance(dials, Mapping):
            raise ValueError(f"dials must be a mapping by campaign; found {dials!r}")
        for name, count in dials.items():
            whole = isinstance(count, int) and not isinstance(count, bool)
            if not whole or not 0 <= count <= MOST_DIALS:
                raise ValueError(
                    f"dials of {name!r} must be a whole number from 0 to {MOST_DIALS}; "
                    f"found {count!r}"
                )
        wake: Any = self.wake_in_s
        number = isinstance(wake, (int, float)) and not isinstance(wake, bool)
        if not number or not SHORTEST_WAKE_S <= wake <= LONGEST_WAKE_S:
            raise ValueError(
                f"wake_in_s must be from {SHORTEST_WAKE_S:g} to {LONGEST_WAKE_S:g} seconds; "
                f"found {wake!r}"
            )
        object.__setattr__(self, "dials", MappingProxyType(dict(dials)))


class PacingPolicy(Protocol):
    """Interface of pacing policies: how many calls to dial.

    `decide` is called in the thread that plays the run. A policy that waits for something outside,
    such as a server, has an attribute ``waits = True``: it is called in a thread of its own, so
    that lists are read and Ctrl-C is heard meanwhile, at some hundred microseconds a decision.
    """

    def decide(self, seen: Observation) -> Decision:
        """Answer one wake-up."""
        ...
