"""Transitions of a lead's state.

Two rules: every move of a lead's state is in this table, and the table knows nothing of how a
move is made. ``tests/engine`` checks that every state is reached and that runs make no other
move; :func:`diagram` draws the picture in DESIGN.md from it.
"""

from __future__ import annotations

from dialsim.core.codes import LeadState

TRANSITIONS: tuple[tuple[LeadState, LeadState, str], ...] = (
    (LeadState.FRESH, LeadState.READY, "hours closed"),
    (LeadState.FRESH, LeadState.SLEEPING, "UNTIL"),
    (LeadState.FRESH, LeadState.HELD, "person on a call"),
    (LeadState.FRESH, LeadState.DIALLING, "dial"),
    (LeadState.FRESH, LeadState.FINISHED, "FINAL"),
    (LeadState.READY, LeadState.SLEEPING, "UNTIL"),
    (LeadState.READY, LeadState.HELD, "person on a call"),
    (LeadState.READY, LeadState.DIALLING, "dial"),
    (LeadState.READY, LeadState.FINISHED, "FINAL"),
    (LeadState.SLEEPING, LeadState.READY, "due"),
    (LeadState.HELD, LeadState.SLEEPING, "call over"),
    (LeadState.DIALLING, LeadState.TALKING, "answered, agent free"),
    (LeadState.DIALLING, LeadState.WAITING, "answered, no agent"),
    (LeadState.DIALLING, LeadState.SLEEPING, "failed, retry"),
    (LeadState.DIALLING, LeadState.FINISHED, "failed, no more"),
    (LeadState.WAITING, LeadState.TALKING, "agent free"),
    (LeadState.WAITING, LeadState.SLEEPING, "abandoned, retry, or agreed"),
    (LeadState.WAITING, LeadState.FINISHED, "abandoned, no more, or left on hold"),
    (LeadState.TALKING, LeadState.WAITING, "asks a robot for a person"),
    (LeadState.TALKING, LeadState.SLEEPING, "assistant, retry, or agreed"),
    (LeadState.TALKING, LeadState.FINISHED, "connected"),
)
"""From, to, and what causes the move."""


def unreachable() -> list[LeadState]:
    """Return the states that no chain of transitions reaches from FRESH.

    >>> unreachable()
    []
    """
    reached = {LeadState.FRESH}
    while True:
        more = {after for before, after, _ in TRANSITIONS if before in reached} - reached
        if not more:
            return [state for state in LeadState if state not in reached]
        reached |= more


def diagram() -> str:
    """Return the table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", "    [*] --> fresh"]
    for before, after, cause in TRANSITIONS:
        lines.append(f"    {before.name.lower()} --> {after.name.lower()}: {cause}")
    return "\n".join([*lines, "    finished --> [*]"])
