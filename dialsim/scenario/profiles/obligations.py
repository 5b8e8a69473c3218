"""Legal obligations of an outbound caller in China, read once from their file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal, cast, get_args

import tomli

from dialsim.errors import InternalError
from dialsim.messages.data_files import text_of
from dialsim.messages.text import Message
from dialsim.scenario.profiles.profile import Confidence
from dialsim.scenario.profiles.validity import KEYS, holds, is_whole, on_day, spans_of

Status = Literal["met", "missing", "not_shown", "not_applicable"]
STATUSES: tuple[Status, ...] = get_args(Status)


@dataclass(frozen=True)
class DatedText:
    """A text that may change with the law.

    Attributes
    ----------
    text
        The text.
    since, until
        First and last day on which it holds; None: no end on that side is known.
    sources
        Ids that it rested on then; none where they are the obligation's.
    """

    text: Message
    since: date | None = None
    until: date | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Obligation:
    """One obligation.

    Attributes
    ----------
    key
        Names it in results.
    title, basis, exposure, who_acts
        What it is, where it stands, what a breach costs, and who makes it cost that.
    show
        What to declare in a scenario, so that it is shown.
    sources
        Ids of the sources that say so.
    confidence
        How well it is known, as in the rule packs; only "rule" and "official" are law or record.
    wall
        Whether a campaign without it is unlawful.
    say
        Sentence of each finding, unfilled; its key is a status, or a status, an underscore and a
        variant.
    sectors, categories
        Trades that it is about; empty: all.
    words
        One of which a licence names if it is the right one.
    fix
        What to do when it is missing; None: the text of `show`.
    since, until
        First and last day of the law that it rests on; None: no end on that side is known.
    history
        All versions of the texts that changed with the law, by their name.
    """

    key: str
    title: DatedText
    basis: DatedText
    sources: tuple[str, ...]
    confidence: Confidence
    wall: bool
    exposure: DatedText
    who_acts: DatedText
    show: DatedText
    say: Mapping[str, Message]
    sectors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    fix: Message | None = None
    since: date | None = None
    until: date | None = None
    history: Mapping[str, tuple[DatedText, ...]] = field(default_factory=dict)

    def on(self, day: date) -> Obligation:
        """Return the obligation with its texts of a day, whether it is in force on it or not.

        Its sources are those of its basis on that day, where that names its own.
        """
        now: dict[str, Any] = {name: on_day(each, day) for name, each in self.history.items()}
        if "basis" in now and now["basis"].sources:
            now["sources"] = now["basis"].sources
        return replace(self, **now)


@dataclass(frozen=True)
class Trade:
    """What is known of a trade.

    Attributes
    ----------
    sectors, categories
        Of enterprises and of campaigns that it is the trade of.
    regulator
        Who supervises it; None: not known.
    bans
        What may not be said in it; None: nothing beyond what nobody may say.
    """

    sectors: tuple[str, ...]
    categories: tuple[str, ...] = ()
    regulator: Message | None = None
    bans: Message | None = None


@dataclass(frozen=True)
class Obligations:
    """All of them, in the order outputs show them.

    Attributes
    ----------
    covers
        Rule packs of which they are the obligations.
    elsewhere
        What is said of any other pack.
    renew
        What to do about a document that runs out.
    common
        Sentences that several obligations share.
    bans
        What may be said in no trade.
    trades
        Trades that something is known of.
    rows
        The obligations by key.
    """

    covers: tuple[str, ...]
    elsewhere: Message
    renew: Message
    common: Mapping[str, Message]
    bans: Message
    trades: tuple[Trade, ...]
    rows: Mapping[str, Obligation]

    def on(self, first: date) -> Obligations:
        """Return the obligations with their texts of a day: the first of a run."""
        rows = {key: row.on(first) for key, row in self.rows.items()}
        return replace(self, rows=MappingProxyType(rows))

    def out_of_force(self, first: date, last: date) -> list[str]:
        """Return the keys of those that are in force on no day from one to another."""
        return [key for key, row in self.rows.items() if not holds(row, first, last)]


@cache
def obligations() -> Obligations:
    """Return the obligations of a caller in China.

    >>> obligations().rows["licence"].title.text["zh"]
    '呼叫中心业务许可'
    """
    path = files("dialsim").joinpath("profiles").joinpath("obligations.toml")
    return read_obligations(path.read_text(encoding="utf-8"))


def read_obligations(text: str) -> Obligations:
    """Return the obligations of a file's text.

    Raises
    ------
    InternalError
        A key that is missing or unknown, or a sentence of no status: the file is ours.
    """
    raw = tomli.loads(text)
    return Obligations(
        covers=tuple(raw["covers"]),
        elsewhere=_text("elsewhere", raw["elsewhere"]),
        renew=_text("renew", raw["renew"]),
        common=_sentences("common", raw["common"]),
        bans=_text("bans", raw["bans"]),
        trades=tuple(_trade(key, entry) for key, entry in raw["trade"].items()),
        rows=MappingProxyType({key: _row(key, entry) for key, entry in raw["obligation"].items()}),
    )


def _trade(key: str, entry: Mapping[str, Any]) -> Trade:
    unknown = sorted(set(entry) - {field.name for field in fields(Trade)})
    if unknown or not {"regulator", "bans"} & set(entry):
        raise InternalError(f"trade {key}: unknown {unknown}, or nothing known of it")
    regulator, bans = (
        _text(f"{key}.{name}", entry[name]) if name in entry else None
        for name in ("regulator", "bans")
    )
    sectors, categories = (tuple(entry.get(name, ())) for name in ("sectors", "categories"))
    return Trade(sectors, categories, regulator, bans)


_LISTS = ("sources", "sectors", "categories", "words")
_TEXTS = ("title", "basis", "exposure", "who_acts", "show")
_OPTIONAL = {"sectors", "categories", "words", "mend"}


def _row(key: str, entry: Mapping[str, Any]) -> Obligation:
    known = {each.name for each in fields(Obligation)} - {"key", "since", "until", "history", "fix"}
    known |= {"mend"}  # the file's key for `fix`
    (span,), faults = spans_of([entry])
    if faults:
        raise InternalError(f"obligation {key}: {faults[0].message}")
    entry = {name: item for name, item in entry.items() if name not in KEYS}
    missing, unknown = sorted(known - _OPTIONAL - set(entry)), sorted(set(entry) - known)
    if missing or unknown:
        raise InternalError(f"obligation {key}: missing {missing}, unknown {unknown}")
    if entry["confidence"] not in get_args(Confidence):
        raise InternalError(f"obligation {key}: {entry['confidence']} is no confidence")
    if not entry["sources"] or not isinstance(entry["wall"], bool):
        raise InternalError(f"obligation {key}: it needs sources, and `wall` true or false")
    values: dict[str, Any] = {"key": key, **entry}
    values |= {name: tuple(entry.get(name, ())) for name in _LISTS}
    texts = {name: _versions(f"{key}.{name}", entry[name]) for name in _TEXTS}
    values |= {name: versions[-1] for name, versions in texts.items()}
    named = {source for versions in texts.values() for each in versions for source in each.sources}
    if not named <= set(entry["sources"]):
        raise InternalError(f"obligation {key}: a text has sources that it has not itself")
    values |= {"since": span.since, "until": span.until}
    values["history"] = {name: each for name, each in texts.items() if len(each) > 1}
    fix = values.pop("mend", None)
    values["fix"] = None if fix is None else _text(f"{key}.mend", fix)
    return Obligation(**{**values, "say": _sentences(key, entry["say"])})


def _sentences(where: str, table: Mapping[str, Any]) -> Mapping[str, Message]:
    for name in table:
        if not any(name == status or name.startswith(f"{status}_") for status in STATUSES):
            raise InternalError(f"obligation {where}: sentence {name} is of no status")
    return MappingProxyType({name: _text(f"{where}.{name}", each) for name, each in table.items()})


def _versions(where: str, entry: object) -> tuple[DatedText, ...]:
    """Return a text with all its versions, the earliest first; as a rule there is one."""
    tables = cast("list[Mapping[str, Any]]", entry if isinstance(entry, list) else [entry])
    spans, faults = spans_of(tables)
    if faults or not spans:
        raise InternalError(f"obligation {where}: {faults[0].message if faults else 'no version'}")
    found = tuple(
        DatedText(
            _text(where, {name: table[name] for name in table if name not in (*KEYS, "sources")}),
            since=span.since,
            until=span.until,
            sources=tuple(table.get("sources", ())),
        )
        for table, span in zip(tables, spans, strict=True)
    )
    if not is_whole(found):
        raise InternalError(f"obligation {where}: no text before the first day or after the last")
    return found


def _text(where: str, entry: Mapping[str, Any]) -> Message:
    if set(entry) - {"context"} != {"en"} or not all(isinstance(it, str) for it in entry.values()):
        raise InternalError(f"obligation {where}: it needs `en`")
    return text_of(entry, "en")
