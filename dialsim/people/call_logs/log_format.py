"""Formats of call logs: tables of data that say which column holds what.

A format is a file of ``profiles/call_logs``. No format has code of its own; what may stand in such
a file is described by :class:`LogFormat`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

import tomli
from pydantic import BaseModel, ConfigDict, Field

from dialsim.people.call_logs.outcome import WORDS, Outcome, plain_word

Clock = Literal["text", "rfc2822", "s", "ms", "us"]
"""How moments are written: as date and time, as in mail headers, or as a count since 1970."""

Role = Literal[
    "dial", "answer", "agent", "end", "person", "caller", "trunk", "campaign",
    "ring_s", "ring_ms", "talk_s", "talk_ms", "total_s", "hung_up",
]  # fmt: skip
"""What a column may hold; see `LogFormat.read`."""

Omission = Literal["inbound", "second_leg", "not_dialled", "no_call"]
"""Why a format's rows are no attempts of a dialer."""

CAUSES = ("sip", "q850", "freeswitch")
"""Tables of causes that outcomes may be read by."""


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class OutcomeRule(_Table):
    """One way to read how an attempt ended; the first of a format's that says something counts.

    Attributes
    ----------
    column
        The column that is read.
    words
        Outcome by the word of a cell, compared as by `plain_word`; an empty one says nothing.
    causes
        Table by which the cell is read.
    present
        Outcome where the cell is neither empty nor 0.
    """

    column: str
    words: Mapping[str, str] = {}
    causes: Literal["sip", "q850", "freeswitch"] | None = None
    present: str | None = None


class LeaveOut(_Table):
    """Rows that are no attempts: those with one of `words`, or those with none of `others`."""

    column: str
    reason: Omission
    words: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


class HungUp(_Table):
    """Words of the column `hung_up` for who ended the call."""

    dialer: tuple[str, ...] = ()
    callee: tuple[str, ...] = ()


class LogFormat(_Table):
    """A format of call logs.

    Attributes
    ----------
    key
        The word that chooses it, such as ``asterisk-csv``.
    title
        What it is called.
    sources
        Where it is documented.
    header
        Whether a CSV file names its columns.
    columns
        Names of the columns of a file without names, in order. In what follows ``a.b`` is a column
        within an object of JSON, and ``a|b`` the first of two that is not empty.
    fewest_columns
        How many such a file has at least.
    url_encoded
        Whether texts are written as in addresses: ``%20`` for a blank.
    clock, zone
        How moments are written, and the zone of those without one; None: that of the machine that
        wrote the log.
    epoch
        Column that begins with the seconds since 1970 at which the call began: it shows whether
        the zone is right.
    read
        Column by role, or several as by ``|``. ``dial``,
        ``answer``, ``agent`` (when an agent was connected) and ``end`` are moments; ``ring_…`` and
        ``talk_…`` lengths, ``total_s`` the time from dial to end.
    patterns
        Regular expression by role: what is meant is its group ``value``.
    outcome
        How the end is read.
    without_agent
        An answered call without the moment `agent` was abandoned.
    leave_out
        Rows that are no attempts.
    hung_up
        Who ended the call.
    marks
        Columns that such a file must have, by which it is recognised; of a file without names the
        first one holds nothing but words that `outcome` knows.
    """

    key: str
    title: str
    sources: tuple[str, ...]
    header: bool = True
    columns: tuple[str, ...] = ()
    fewest_columns: int = 0
    url_encoded: bool = False
    clock: Clock = "text"
    zone: str | None = None
    epoch: str | None = None
    read: Mapping[Role, str | tuple[str, ...]]
    patterns: Mapping[Role, str] = {}
    outcome: tuple[OutcomeRule, ...]
    without_agent: bool = False
    leave_out: tuple[LeaveOut, ...] = ()
    hung_up: HungUp = Field(default_factory=HungUp)
    marks: tuple[str, ...]

    def of(self, role: Role) -> tuple[str, ...]:
        """Return the columns of a role, none if the format lacks it."""
        return alternatives(self.read[role]) if role in self.read else ()

    @property
    def wanted(self) -> tuple[str, ...]:
        """Names of all columns that are read, in a fixed order."""
        columns = [*self.read.values(), *(rule.column for rule in self.outcome)]
        columns += [rule.column for rule in self.leave_out]
        columns += [self.epoch] if self.epoch else []
        return tuple(dict.fromkeys(name for column in columns for name in alternatives(column)))


def alternatives(column: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return the names that a column may have, of which the first that is not empty counts.

    >>> alternatives("status|Status"), alternatives(("to", "To"))
    (('status', 'Status'), ('to', 'To'))
    """
    return tuple(column.split("|")) if isinstance(column, str) else column


@cache
def known_formats() -> tuple[str, ...]:
    """Return the words of all formats, in alphabetical order.

    >>> "asterisk-csv" in known_formats()
    True
    """
    folder = files("dialsim.profiles").joinpath("call_logs")
    names = sorted(each.name.removesuffix(".toml") for each in folder.iterdir())
    return tuple(name for name in names if name != "causes")


@cache
def load_format(key: str) -> LogFormat:
    """Return a format by its word.

    Raises
    ------
    KeyError
        There is none.

    Examples
    --------
    >>> load_format("asterisk-csv").columns[:3]
    ('accountcode', 'src', 'dst')
    """
    if key not in known_formats():
        raise KeyError(key)
    return LogFormat(key=key, **_tables(f"{key}.toml"))


@cache
def causes(table: str) -> Mapping[str, Outcome]:
    """Return the outcome by cause of one of `CAUSES`: by SIP code, Q.850 cause or name.

    Those of SIP codes are a network profile's ``signalling.meaning``, with its sources; the tables
    of ``causes.toml`` lead to them where a cause has a SIP code.

    >>> causes("sip")["486"], causes("q850")["17"], causes("freeswitch")["user_busy"]
    (<Outcome.BUSY: 4>, <Outcome.BUSY: 4>, <Outcome.BUSY: 4>)
    """
    from dialsim.scenario.profiles.profile import load_network

    if table == "sip":
        meaning = load_network("typical")["signalling.meaning"]
        return {str(code): WORDS[word] for code, word in meaning.items()} | _named("sip")
    if table == "q850":
        return _named("q850")
    numbers = {
        plain_word(name): str(code) for name, code in _tables("causes.toml")["names"].items()
    }
    return {name: causes("q850")[code] for name, code in numbers.items()} | _named("freeswitch")


def _named(table: str) -> dict[str, Outcome]:
    return {
        plain_word(code): WORDS[word]
        for word, codes in _tables("causes.toml")[table].items()
        for code in codes
    }


@cache
def _tables(name: str) -> dict:  # type: ignore[type-arg]
    text = (
        files("dialsim.profiles").joinpath("call_logs").joinpath(name).read_text(encoding="utf-8")
    )
    return tomli.loads(text)
