"""Deterministic comparisons, and groups of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from dialsim.core.time_units import DAY_MS
from dialsim.messages.text import Text, message
from dialsim.results.validation_result import ComparedRule
from dialsim.scenario.models.pacing import Mode
from dialsim.scenario.models.tables import Mechanism


@dataclass(frozen=True)
class Rule:
    """One rule, simulated and counted.

    Attributes
    ----------
    name, given
        The rule, and what comes up against it.
    expected, found
        What is to happen, and what the engine did, as text.
    source
        Who documents the rule.
    """

    name: Text
    given: Text
    expected: Text
    found: Text
    source: str = ""

    def to_dict(self) -> ComparedRule:
        """Return it as JSON takes it."""
        return {
            "rule": self.name.en,
            "given": self.given.en,
            "expected": self.expected.en,
            "found": self.found.en,
            "rule_zh": self.name.zh,
            "given_zh": self.given.zh,
            "expected_zh": self.expected.zh,
            "found_zh": self.found.zh,
            "source": self.source,
            "agrees": self.expected == self.found,
        }


@dataclass(frozen=True)
class Group:
    """Rules of one kind, played on demand.

    Attributes
    ----------
    title
        What they are about.
    rules
        Plays them.
    mechanisms, modes
        What of the network, and which kinds of pacing, their worlds hold.
    """

    title: Text
    rules: Callable[[], Iterator[Rule]]
    mechanisms: tuple[Mechanism, ...] = ()
    modes: tuple[Mode, ...] = ()


def same(text: str) -> Text:
    """Return text that reads alike in every language."""
    return Text(text)


def clock(tick: float) -> str:
    """Return a tick as day and time of day, to the millisecond.

    >>> clock(60_001), clock(2 * 86_400_000)
    ('00:01:00.001', '+2d 00:00:00.000')
    """
    days, left = divmod(round(tick), DAY_MS)
    seconds, ms = divmod(left, 1000)
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{ms:03}"
    return f"+{days}d {text}" if days else text


def as_listed(expected: Sequence[float], found: Sequence[float]) -> tuple[Text, Text]:
    """Return two lists of ticks as text that is equal if and only if they are.

    >>> as_listed([1, 2], [1, 3])[1].en.partition("; ")[2]
    'call 2 at 00:00:00.003 instead of 00:00:00.002'
    """
    if list(expected) == list(found):
        return _listed(found), _listed(found)
    pairs = zip_longest(expected, found)
    number, (wanted, is_at) = next(
        (i, pair) for i, pair in enumerate(pairs, 1) if pair[0] != pair[1]
    )
    at, instead = ("-" if each is None else clock(each) for each in (is_at, wanted))
    text = _listed(found)
    return _listed(expected), message("{text}; call {number} at {at} instead of {instead}").filled(
        text=text, number=number, at=at, instead=instead
    )


def _listed(ticks: Sequence[float]) -> Text:
    if not ticks:
        return message("no call")
    mean, last = clock(sum(ticks) / len(ticks)), clock(max(ticks))
    return message("{count:,} calls, on average at {mean}, the last at {last}").filled(
        count=len(ticks), mean=mean, last=last
    )
