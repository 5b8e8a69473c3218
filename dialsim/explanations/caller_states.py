"""State spans of every caller ID of a run, with the action behind each."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from dialsim.core.codes import Action
from dialsim.explanations.durations import is_state, spans_of_lines
from dialsim.explanations.recount import tripping
from dialsim.results.network.network_rules import network_rules
from dialsim.results.tables.run_log import RunLog


class StateSpan(NamedTuple):
    """A caller ID under an action of the network, from one tick to another.

    Attributes
    ----------
    line
        Row of the caller ID.
    from_tick, to_tick
        Half open.
    severity
        Of the state; of several at one time the worst applies.
    action
        As in the table of interventions.
    act
        Row of that table; -1: closed before the run began.
    """

    line: int
    from_tick: int
    to_tick: int
    severity: int
    action: str
    act: int


def state_spans(log: RunLog) -> list[StateSpan]:
    """Return the states that actions put caller IDs into, and those in which they began.

    Actions that apply to one operator's subscribers alone change no state.

    Notes
    -----
    Cost: for each action one pass over the later ones on its target, and a step for each caller ID
    that it applies to.
    """
    rules = network_rules()
    heirs: dict[int, list[int]] = {}
    for line in np.flatnonzero(log.lines.replaces >= 0).tolist():
        for other in log.lines.ancestors(line)[1:]:
            heirs.setdefault(other, []).append(line)
    closed = Action.CLOSE.name.lower()
    severest = rules.named("action", closed).severity or 0
    found = [
        StateSpan(line, log.opening_tick, log.last_tick, severest, closed, -1)
        for line in sorted(log.earlier.closed)
    ]
    for act in log.acts:
        if act.there or not is_state(rules, act):
            continue
        severity = rules.named("action", act.action).severity or 0
        met = [act.line] if act.target == "caller" else np.flatnonzero(tripping(log, act)).tolist()
        reached = dict.fromkeys(each for line in met for each in (line, *heirs.get(line, ())))
        found += [
            StateSpan(line, first, last, severity, act.action, act.number)
            for line, spans in spans_of_lines(log, act, reached, rules).items()
            for first, last in spans
            if first < last
        ]
    return found


def worst(found: Iterable[StateSpan]) -> list[StateSpan]:
    """Return the states of one caller ID without overlaps: at each time the worst.

    Examples
    --------
    >>> warned = StateSpan(0, 0, 100, 1, "warn", 0)
    >>> throttled = StateSpan(0, 20, 50, 2, "throttle", 1)
    >>> [(each.action, each.from_tick, each.to_tick) for each in worst([warned, throttled])]
    [('warn', 0, 20), ('throttle', 20, 50), ('warn', 50, 100)]
    """
    held = list(found)
    ticks = sorted({tick for each in held for tick in (each.from_tick, each.to_tick)})
    lives: list[StateSpan] = []
    for first, last in pairwise(ticks):
        over = [each for each in held if each.from_tick <= first and last <= each.to_tick]
        if not over:
            continue
        state = max(over, key=lambda each: (each.severity, each.from_tick))
        if lives and lives[-1].act == state.act and lives[-1].to_tick == first:
            lives[-1] = lives[-1]._replace(to_tick=last)
        else:
            lives.append(state._replace(from_tick=first, to_tick=last))
    return lives
