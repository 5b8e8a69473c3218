"""A value of a rule pack or a network profile, and how a file of the house states its versions.

A value stands in a file as a table; where the law changed, as a list of tables, each with the days
on which it holds (`from`, `until`). What a pack leaves open at either end, the pack that it extends
says. Of days whose law was not looked for, a version says ``unknown = true`` in place of a value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, get_args

from dialsim.errors import InternalError
from dialsim.messages.data_files import text_of
from dialsim.messages.text import Text
from dialsim.scenario.profiles.strictness import MEANINGS, as_stored, is_looser, problem_with
from dialsim.scenario.profiles.validity import KEYS, clipped, is_whole, merged, overlaid, spans_of
from dialsim.scenario.values import parse_duration

Confidence = Literal["rule", "official", "vendor", "practice", "inferred", "assumption"]
Tighter = Literal["lower", "higher", "subset", "limits", "none"]
Versions = Mapping[str, Sequence["Value"]]
"""Values by their key, each with all its versions, the earliest first."""

NO_NOTE = Text("")
"""Of a value that needs no word."""

_SOURCE = re.compile(r"(S\d{1,3}b?|A)(,(S\d{1,3}b?|A))*")


@dataclass(frozen=True)
class Value:
    """One value of a profile.

    Attributes
    ----------
    value
        As written in the file; durations are text. None: not known, the law of these days was not
        looked for.
    unit
        ``"duration"`` and the like; what the value must look like follows from it.
    source
        Source ids separated by commas; ``A`` where nothing was found.
    confidence
        rule, official, vendor, practice, inferred or assumption.
    tighter
        Which way is stricter: lower, higher, subset, limits (at least as strict a set of limits)
        or none (no order: a protected value then cannot be replaced at all).
    wall
        Whether the value is a hard limit whatever its confidence.
    note
        Why, where that needs a word; not translated into every language.
    pack
        The pack or profile whose file says it; those that extend it take it over.
    like
        The key whose value this is, where nothing of its own was found; else empty.
    since, until
        First and last day on which it holds, ``from`` and ``until`` in a file; None: no end on
        that side. A value without either holds always, as far as is known.
    """

    value: Any
    unit: str
    source: str
    confidence: Confidence
    tighter: Tighter = "none"
    wall: bool = False
    note: Text = NO_NOTE
    pack: str = ""
    like: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def unknown(self) -> bool:
        """Whether no value is known of these days; then nothing may be judged by it."""
        return self.value is None

    @property
    def assumed(self) -> bool:
        """Whether it is an assumption; what is not known is none."""
        return self.confidence == "assumption" and not self.unknown

    @property
    def protected(self) -> bool:
        """Whether the value may only be tightened."""
        return self.wall or self.confidence in ("rule", "official")

    @property
    def standing(self) -> str:
        """Authority of the value: a hard limit, or its confidence and source."""
        return "a wall" if self.wall else f"{self.confidence} ({self.source})"

    @property
    def bare(self) -> Any:
        """The value for code: durations in ms, limits with defaults written out."""
        if self.value is None:
            return None
        if self.unit == "duration":
            return parse_duration(self.value)
        if self.unit == "limits":
            defaults = {key: words[0] for key, words in MEANINGS.items()}
            return [
                {**defaults, **limit, "per": parse_duration(limit["per"])} for limit in self.value
            ]
        return json.loads(json.dumps(self.value)) if _nested(self.value) else self.value

    @property
    def counted(self) -> Any:
        """As `bare`, without defaults of limits: the form in digests."""
        if self.unit != "limits" or self.value is None:
            return self.bare
        return [
            {key: item for key, item in limit.items() if item != MEANINGS.get(key, (None,))[0]}
            for limit in self.bare
        ]


def _nested(value: object) -> bool:
    return isinstance(value, (list, dict))


def looser(new: Value, old: Value) -> bool:
    """Return whether one version of a value allows anything that another does not.

    One that is not known is looser than any.
    """
    if new.unknown or old.unknown:
        return new.unknown and not old.unknown
    return is_looser(new.value, old.value, old.unit, old.tighter)


def read_versions(
    raw: Mapping[str, Any], home: str, pack: str, below: Versions | None
) -> dict[str, tuple[Value, ...]]:
    """Return every value of a profile's tables with all its versions.

    Parameters
    ----------
    home
        The file, for messages.
    pack
        The pack or profile that it is.
    below
        Those of the profile that it extends; None: it extends none.

    Raises
    ------
    InternalError
        A value without unit, source or confidence, one of the wrong form, or days on which none
        holds: the file is ours.
    """
    found: dict[str, tuple[Value, ...]] = {key: tuple(old) for key, old in (below or {}).items()}
    for key, tables in _leaves(raw, ""):
        where = f"{home}: {key}"
        if below is not None and key not in found:
            raise InternalError(f"{where} is unknown to the profile that it extends")
        spans, faults = spans_of(tables)
        if faults:
            raise InternalError(f"{where}: {'; '.join(fault.message for fault in faults)}")
        stated = [_stated(where, table, pack) for table in tables]
        mine = [
            replace(version, since=span.since, until=span.until)
            for version, span in zip(_with_form(where, stated), spans, strict=True)
        ]
        versions = overlaid(found.get(key, ()), mine)
        if not is_whole(versions):
            raise InternalError(f"{where}: no version holds before the first or after the last")
        found[key] = tuple(versions)
    for key, all_stated in found.items():
        if any(version.like for version in all_stated):
            found[key] = merged(list(_all_taken_over(f"{home}: {key}", all_stated, found)))
    return found


def _stated(where: str, leaf: Mapping[str, Any], pack: str) -> Value:
    table = {key: item for key, item in leaf.items() if key not in KEYS}
    if "unknown" in table:
        return _unlooked_for(where, table, pack)
    return _linked(where, table, pack) if "like" in table else _checked(where, table, pack)


def _unlooked_for(where: str, leaf: Mapping[str, Any], pack: str) -> Value:
    """Return a version whose value is not known; its form is that of the others."""
    if leaf["unknown"] is not True or set(leaf) - {"unknown"} - _NOTE_KEYS:
        raise InternalError(f"{where}: what is not known says no more than a note")
    return Value(None, "", "A", "assumption", pack=pack, note=_note(leaf))


def _with_form(where: str, versions: Sequence[Value]) -> list[Value]:
    """Return versions, those that are not known with the unit and order of the last that is."""
    known = [version for version in versions if not version.unknown or version.like]
    if not known:
        raise InternalError(f"{where}: no version of it is known")
    unit, tighter = known[-1].unit, known[-1].tighter
    return [
        replace(version, unit=unit, tighter=tighter)
        if version.unknown and not version.like
        else version
        for version in versions
    ]


def _linked(where: str, leaf: Mapping[str, Any], pack: str) -> Value:
    if set(leaf) - {"like"} - _NOTE_KEYS:
        raise InternalError(f"{where}: what is like another says no more than a note")
    blank = Value(value=None, unit="", source="A", confidence="assumption")
    return replace(blank, like=leaf["like"], pack=pack, note=_note(leaf))


def _note(leaf: Mapping[str, Any]) -> Text:
    """Return the note of a value: the Chinese that a table gives wins over the catalogue."""
    if "note_zh" in leaf:
        return Text(leaf.get("note", ""), zh=leaf["note_zh"])
    return text_of(leaf, "note") if "note" in leaf else NO_NOTE


def _all_taken_over(where: str, versions: Sequence[Value], found: Versions) -> Iterator[Value]:
    """Yield versions, those that are like another value as that is on the same days."""
    for version in versions:
        if not version.like:
            yield version
            continue
        models = found.get(version.like, ())
        if not models or any(model.like for model in models):
            raise InternalError(f"{where}: there is no value {version.like} to be like")
        for model in clipped(models, version.since, version.until):
            yield replace(
                model,
                like=version.like,
                note=version.note,
                pack=version.pack,
            )


def _leaves(table: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
    for key, item in table.items():
        path = f"{prefix}{key}"
        versions = item if isinstance(item, list) else [item]
        if not versions or not all(isinstance(each, Mapping) for each in versions):
            raise InternalError(f"profile value {path} has no source and no confidence")
        if isinstance(item, list) or "value" in item or "like" in item:
            yield path, versions
        else:
            yield from _leaves(item, path + ".")


_NOTE_KEYS = frozenset({"note", "note_zh", "context"})
"""What a file says of a note; `note_zh` where it is in no catalogue."""

_VALUE_KEYS = frozenset(Value.__dataclass_fields__) - {"pack", "like", "since", "until"}
"""What a file says of a value beside its days."""


def _checked(where: str, leaf: Mapping[str, Any], pack: str) -> Value:
    missing = [key for key in ("unit", "source", "confidence") if not leaf.get(key)]
    missing += [] if "value" in leaf else ["value"]
    unknown = sorted(set(leaf) - _VALUE_KEYS - _NOTE_KEYS)
    if missing or unknown:
        raise InternalError(f"{where}: missing {missing}, unknown {unknown}")
    given = {key: item for key, item in leaf.items() if key not in _NOTE_KEYS}
    given |= {"value": as_stored(leaf["value"], leaf["unit"]), "note": _note(leaf), "pack": pack}
    value = Value(**given)
    if value.confidence not in get_args(Confidence) or value.tighter not in get_args(Tighter):
        raise InternalError(f"{where}: {value.confidence} or {value.tighter} is no such word")
    if not _SOURCE.fullmatch(value.source):
        raise InternalError(f"{where}: source is {value.source}")
    if (value.confidence == "assumption") != (value.source == "A"):
        raise InternalError(f"{where}: an assumption has source A, and nothing else has")
    wrong = problem_with(value.value, value.value, value.unit)
    if wrong is not None:
        raise InternalError(f"{where}: {value.value} is not {wrong}")
    return value
