"""Limits on the calls to a person, counted call by call in every window: slow and plain."""

from __future__ import annotations

from dataclasses import dataclass

from dialsim.scenario.profiles.strictness import Ceiling

COUNTED = {  # an attempt of this kind, by limits that count these
    "attempts": ("attempts",),
    "answers": ("attempts", "answers"),
    "connects": ("attempts", "answers", "connects"),
    "drops": ("attempts", "answers", "drops"),
}


@dataclass(frozen=True)
class Tried:
    """An attempt: its tick, what became of it, the person's number and the caller ID."""

    tick: int
    kind: str = "attempts"
    number: int = 0
    caller: int = 0


def lets_through(limit: Ceiling, before: list[Tried], call: Tried) -> bool:
    """Whether a limit lets a call through after those before it, all let through."""
    counted = [
        old.tick
        for old in before
        if limit.counts in COUNTED[old.kind]
        and (limit.scope != "number" or old.number == call.number)
        and (limit.scope != "pair" or old.caller == call.caller)
    ]
    if limit.window == "sliding":
        inside = [tick for tick in counted if call.tick - limit.per < tick]
    elif limit.window == "calendar":
        inside = [tick for tick in counted if tick // limit.per == call.tick // limit.per]
    else:
        opened, inside = None, []
        for tick in counted:
            if opened is None or tick >= opened + limit.per:
                opened, inside = tick, []
            inside.append(tick)
        if opened is None or call.tick >= opened + limit.per:
            inside = []
    return len(inside) < limit.most


def all_let_through(limits: list[Ceiling], calls: list[Tried]) -> bool:
    """Whether limits would have let every one of some calls through."""
    return all(
        lets_through(limit, calls[:i], call) for i, call in enumerate(calls) for limit in limits
    )


def admitted(limits: list[Ceiling], wanted: list[Tried]) -> list[Tried]:
    """Return the calls that limits let through, of those wanted, in their order."""
    calls: list[Tried] = []
    for call in wanted:
        if all(lets_through(limit, calls, call) for limit in limits):
            calls.append(call)
    return calls


def bursts(limits: list[Ceiling], most: int = 400) -> list[Tried]:
    """Return as many calls as limits allow, each as early as they allow it."""
    calls: list[Tried] = []
    tick = 0
    while len(calls) < most:
        call = Tried(tick)
        if all(lets_through(limit, calls, call) for limit in limits):
            calls.append(call)
            continue
        ends = [old.tick + limit.per for old in calls for limit in limits]
        ends += [(tick // limit.per + 1) * limit.per for limit in limits]
        tick = min(end for end in ends if end > tick)
    return calls
