"""What the network does unannounced between two dates: acts in ticks, and what is wrong with them.

`dialsim.scenario.models.events` reads the entries. Each trunk or block of numbers that one names
is an act of its own; none is known to the dialer, which notices it by its calls alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dialsim.core.ticks import end_tick, local_tick
from dialsim.core.time_units import NEVER
from dialsim.errors import Problems
from dialsim.messages import dates
from dialsim.messages.text import Text, message
from dialsim.scenario.as_of import opening_tick
from dialsim.scenario.checks.warning_words import listed, warning
from dialsim.scenario.models.events import Event
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.profiles.profile import Profile

MECHANISMS = {"intercept": "refuse_call", "gateway_block": "gateway"}
"""Mechanisms of the network that an event acts by, as ``network.off`` names them."""

VALUES = {
    "throttle": "ladder.throttle_refuses",
    "intercept": "refuse_call.intercept_flagged_line",
}
"""Profile values that say what share of calls an event refuses; a gateway block refuses all."""


class NetworkAct(NamedTuple):
    """One thing that the network does, from one tick to another.

    Attributes
    ----------
    event
        Place of the entry among the scenario's events.
    what
        ``"throttle"``, ``"intercept"`` or ``"gateway_block"``.
    start, end
        Half open; `FOREVER` without an end.
    operator
        The callees' operator, which acts on calls to its subscribers alone; None: the trunk's.
    trunk, block
        Places of the trunk or the block of caller IDs whose calls it meets; -1 each: any.
    """

    event: int
    what: str
    start: int
    end: int
    operator: str | None = None
    trunk: int = -1
    block: int = -1

    def meets(self, trunk: int, block: int) -> bool:
        """Return whether it meets calls of a block of caller IDs over a trunk, by their places."""
        return self.trunk in (-1, trunk) and self.block in (-1, block)


def network_acts(scenario: Scenario, since: int | None = None) -> list[NetworkAct]:
    """Return what the network does unannounced while a scenario is played, in order of starts.

    Parameters
    ----------
    since
        What has begun by this tick begins at it, what is over by then is left out; None: the tick
        from which the scenario is played.
    """
    since = opening_tick(scenario) if since is None else since
    last = end_tick(scenario.start, scenario.days, scenario.time_zone)
    found = []
    for place, event in enumerate(scenario.events):
        if not event.by_network:
            continue
        start, end = _ticks(scenario, event)
        if start >= last or end <= since:
            continue
        for operator, trunk, block in _targets(scenario, event):
            about = (operator, trunk, block)
            found.append(NetworkAct(place, event.what, max(start, since), end, *about))
    return sorted(found, key=lambda act: (act.start, act.event))


def _ticks(scenario: Scenario, event: Event) -> tuple[int, int]:
    run = (scenario.start, scenario.time_zone)
    return (
        local_tick(*run, event.begins),
        NEVER if event.end is None else local_tick(*run, event.ends),
    )


def _targets(scenario: Scenario, event: Event) -> Iterator[tuple[str | None, int, int]]:
    """Yield callees' operator, trunk and block of each act of an event, each once."""
    trunks = {trunk.name: i for i, trunk in enumerate(scenario.trunks)}
    blocks = {block.name: i for i, block in enumerate(scenario.caller_ids)}
    if event.what == "gateway_block":
        for i, trunk in enumerate(scenario.trunks):
            named = event.trunks is not None and trunk.name in event.trunks
            if trunk.by_gateway and (named or trunk.operator == event.operator):
                yield None, i, -1
        return
    if event.trunks is None and event.caller_ids is None:
        yield event.operator, -1, -1
    for name in dict.fromkeys(event.trunks or ()):
        yield event.operator, trunks[name], -1
    for name in dict.fromkeys(event.caller_ids or ()):
        yield event.operator, -1, blocks[name]


def notes_on_network_events(scenario: Scenario, network: Profile) -> list[Text]:
    """Return a sentence on each event of the network: what it refuses, of which calls, and when.

    Of one that takes nothing away too: it lies outside of what is played, or its profile value
    is 0.
    """
    played = {act.event for act in network_acts(scenario)}
    found: list[Text] = []
    for place, event in enumerate(scenario.events):
        if not event.by_network:
            continue
        share = refused_share(network, event.what)
        if place not in played:
            found.append(warning("event_outside", event.name))
        elif not share:
            found.append(warning("event_refuses_none", name=event.name, value=VALUES[event.what]))
        else:
            shown = f"{100 * share:g} %"
            text = warning(f"event_{event.what}", share=shown, calls=_calls(event))
            until = "event_for_good" if event.end is None else "event_until"
            when = warning(
                until, start=dates.moment_text(event.begins), end=dates.moment_text(event.ends)
            )
            found.append(warning("event_of_network", name=event.name, when=when, does=text))
    return found


def refused_share(network: Profile, what: str) -> float:
    """Return what share of the calls that it is about an event refuses."""
    return float(network[VALUES[what]]) if what in VALUES else 1.0


def _calls(event: Event) -> Text:
    """Return whose calls an event meets, in words."""
    if event.caller_ids is not None:
        over = warning("event_numbers", listed(event.caller_ids))
    elif event.trunks is not None:
        over = warning("event_over", listed(event.trunks))
    elif event.what == "gateway_block":
        over = warning("event_trunks_of", event.operator)
    else:
        over = warning("event_every")
    if event.operator is None or event.what == "gateway_block":
        return over
    return warning("event_to", calls=over, operator=event.operator)


def check_network_events(scenario: Scenario, problems: Problems) -> None:
    """Add gateway blocks of what passes no gateway, and events of what is switched off."""
    by_gateway = [trunk for trunk in scenario.trunks if trunk.by_gateway]
    at_home = {trunk.name for trunk in scenario.trunks if not trunk.by_gateway}
    for i, event in enumerate(scenario.events):
        off = MECHANISMS.get(event.what)
        if off in scenario.network.off:
            problems.add(
                f"events[{i}].what",
                message('nothing comes of it: network.off has "{off}"').filled(off=off),
                found=event.what,
                allowed=message('this event, or "{off}" in network.off').filled(off=off),
                remedy=message("take one of the two out"),
            )
        if event.what != "gateway_block":
            continue
        for j, name in enumerate(event.trunks or ()):
            if name in at_home:
                problems.add(
                    f"events[{i}].trunks[{j}]",
                    message("this trunk passes no international gateway"),
                    found=name,
                    allowed=[f'"{trunk.name}"' for trunk in by_gateway]
                    or message('a trunk with enters = "gateway" or origin = "abroad"'),
                    remedy=message('what = "stop" stops any trunk'),
                )
        if event.operator is not None and all(t.operator != event.operator for t in by_gateway):
            problems.add(
                f"events[{i}].operator",
                message("no trunk of this operator passes an international gateway"),
                found=event.operator,
                allowed=[f'"{trunk.operator}"' for trunk in by_gateway]
                or message('an operator of a trunk with enters = "gateway" or origin = "abroad"'),
                remedy=message('what = "stop" stops any trunk'),
            )
