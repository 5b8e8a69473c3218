"""The user's column mapping of a log: roles, words, and constants for missing columns."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dialsim.calibration.durations import ROUNDED
from dialsim.calibration.log import RELATIONS
from dialsim.errors import Problems, ScenarioError, did_you_mean
from dialsim.messages.text import message
from dialsim.people.call_logs.outcome import WORDS, plain_word
from dialsim.scenario.models.files import FileFormat
from dialsim.scenario.values import with_headers
from dialsim.storage.small_files import read_small_text

FIELDS = {
    "time": "when the attempt began",
    "person": "who was called: any key that is the same at each attempt",
    "caller": "the number shown",
    "trunk": "the line it went over",
    "campaign": "the campaign it belonged to",
    "attempt": message("attempts to the person up to this one"),
    "outcome": "how it ended, in words",
    "reason": "what stopped it, in words",
    "ring_ms": "time to the answer or the end, ms",
    "ring_s": message("the same in seconds, m:ss or h:mm:ss"),
    "talk_ms": "talk time, ms",
    "talk_s": message("the same in seconds, m:ss or h:mm:ss"),
    "relation": "opted_in or bought",
    "registered": "whether the line is registered",
    "named": "whether a certified name was shown",
    "labelled": "whether the number bore a label",
    "contacts": "contacts made to the client of this row in all",
}
"""Roles of a log's columns."""

WORDED = ("outcome", "reason", "relation", "registered", "named", "labelled")
"""What it tells in words, which messages show."""

CHOICES = {"ring_from": ("dial", "ringing"), "rounded": tuple(ROUNDED)}
PLAIN = ("relation", "ring_timeout", "ring_from", "rounded", "registered", "named", "certain",
         "refusers")  # fmt: skip
FORMAT = ("format", "delimiter", "encoding", "header")
SHORTEST_RING_MS = 1000
Columns = str | Path | Mapping[str, Any] | None


@dataclass
class Mapped:
    """What is known of a log beside its rows.

    Attributes
    ----------
    columns
        Name in the file by role; empty: columns are called as they are here.
    outcomes
        Outcome by a word of the file, lower case.
    relation
        Of all people, if no column has it.
    ring_timeout_ms
        Of all attempts; None: taken from the longest ring that was answered.
    ring_from_dial
        Whether ring times begin when dialled.
    rounded
        How talk is rounded, where it is in whole seconds or longer steps; None: not known.
    registered, named
        Of all lines, if no column has it; None: not known.
    refusers
        Share of the people called who are registered to refuse, as an operator's scrub found;
        None: not known.
    certain
        Outcomes are what really happened, and not what a signal was taken for: "no answer" always
        rang, and nothing else did.
    written
        How the file is written; what is absent is found from its bytes.
    """

    columns: dict[str, str] = field(default_factory=dict)
    outcomes: dict[str, str] = field(default_factory=dict)
    relation: str | None = None
    ring_timeout_ms: int | None = None
    ring_from_dial: bool = True
    rounded: str | None = None
    registered: bool | None = None
    named: bool | None = None
    certain: bool = False
    refusers: float | None = None
    written: FileFormat = field(default_factory=FileFormat)


def mapped(columns: Columns) -> Mapped:
    """Return a mapping from a dict, a TOML file, or ``"talk_s=duration,time=start"``.

    Raises
    ------
    ScenarioError
        With every unknown name and every value of the wrong form.
    """
    raw, file = read_columns(columns)
    problems = Problems(file=file)
    found = Mapped()
    known = ("columns", "outcomes", *PLAIN, *FORMAT)
    for key, value in raw.items():
        if key == "columns":
            _columns(value, found, problems)
        elif key == "outcomes":
            _outcomes(value, found, problems)
        elif key in PLAIN:
            _plain(key, value, found, problems)
        elif key in FORMAT:
            continue
        else:
            problems.add(
                key, message("unknown key"), allowed=known, remedy=did_you_mean(key, known)
            )
    _format({key: raw[key] for key in FORMAT if key in raw}, found, problems)
    problems.raise_if_any()
    return found


def _format(raw: Mapping[str, Any], found: Mapped, problems: Problems) -> None:
    from pydantic import ValidationError

    try:
        found.written = FileFormat.model_validate(raw)
    except ValidationError as error:
        for each in error.errors(include_url=False):
            key = str(each["loc"][0]) if each["loc"] else "format"
            allowed = FileFormat.model_fields[key].description
            problems.add(key, each["msg"], found=raw.get(key), allowed=allowed)


def read_columns(columns: Columns) -> tuple[Mapping[str, Any], str | None]:
    """Return a log's mapping in the file's form, and the file."""
    if columns is None:
        return {}, None
    if isinstance(columns, Mapping):
        tables = {"columns", "outcomes", *PLAIN, *FORMAT} & set(columns)
        if not columns or "columns" in columns or tables - {"relation", "registered", "named"}:
            return columns, None
        texts = all(isinstance(value, str) for value in columns.values())
        constant = columns.get("relation") in RELATIONS  # what holds for all, and no column's name
        return ({"columns": dict(columns)} if texts and not constant else columns), None
    text = os.fspath(columns)
    if "=" in text and not _is_file(text):
        pairs = [part.partition("=") for part in text.split(",")]
        return {"columns": {name.strip(): column.strip() for name, _, column in pairs}}, None
    import tomli

    remedy = None
    try:
        return tomli.loads(read_small_text(Path(text))), text
    except FileNotFoundError:
        sentence, remedy = "no such file of columns", 'or write talk_s=duration,time="start time"'
    except RecursionError:
        sentence = message("cannot be read: its values are nested too deeply")
    except OSError as error:
        sentence = message("cannot be read: {value}").filled(value=error.strerror or error)
    except ValueError as error:
        sentence = message("cannot be read: {with_headers}").filled(
            with_headers=with_headers(str(error))
        )
    raise ScenarioError.at("", sentence, file=text, remedy=remedy)


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):  # no name of a file: too long
        return False


def _columns(value: Any, found: Mapped, problems: Problems) -> None:
    if not isinstance(value, Mapping):
        problems.add(
            "columns", message("wrong type"), found=value, allowed=message("a table { time = ... }")
        )
        return
    for name, column in value.items():
        path = f"columns.{name}"
        if name not in FIELDS:
            near = did_you_mean(name, FIELDS)
            problems.add(path, message("no such part of a call log"), allowed=FIELDS, remedy=near)
        elif not isinstance(column, str) or not column:
            problems.add(
                path, message("wrong type"), found=column, allowed=message("the name of a column")
            )
        else:
            found.columns[name] = column
    for unit in ("ring", "talk"):
        if {f"{unit}_ms", f"{unit}_s"} <= set(value):
            problems.add(
                f"columns.{unit}_s",
                message("{unit}_ms is given as well").filled(unit=unit),
                remedy=message("give one"),
            )


def _outcomes(value: Any, found: Mapped, problems: Problems) -> None:
    if not isinstance(value, Mapping):
        problems.add(
            "outcomes",
            message("wrong type"),
            found=value,
            allowed=message('{ "ANSWERED" = "answered" }'),
        )
        return
    for word, meaning in value.items():
        if not isinstance(meaning, str) or meaning not in WORDS:
            problems.add(
                f"outcomes.{word}",
                message("not an outcome"),
                found=meaning,
                allowed=WORDS,
                remedy=did_you_mean(meaning, WORDS),
            )
        else:
            found.outcomes[plain_word(word)] = meaning


def _plain(key: str, value: Any, found: Mapped, problems: Problems) -> None:
    from dialsim.scenario.values import DURATION_FORM, TooLongError, parse_duration

    if key == "relation":
        if value not in RELATIONS:
            problems.add(key, message("not a relation"), found=value, allowed=RELATIONS)
        else:
            found.relation = value
    elif key == "ring_timeout":
        try:
            found.ring_timeout_ms = parse_duration(value)
            if found.ring_timeout_ms < SHORTEST_RING_MS:
                problems.add(key, message("too short"), found=value, allowed=message("1s or more"))
        except TooLongError as error:
            problems.add(key, message("too long"), found=value, allowed=error.allowed)
        except ValueError:
            problems.add(key, message("not a length of time"), found=value, allowed=DURATION_FORM)
    elif key in CHOICES:
        if value not in CHOICES[key]:
            problems.add(key, message("not a known value"), found=value, allowed=CHOICES[key])
        elif key == "rounded":
            found.rounded = str(value)
        else:
            found.ring_from_dial = value == "dial"
    elif key == "refusers":
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if number and 0 <= value < 1:
            found.refusers = float(value)
        else:
            allowed = message("a share of the people called, from 0 to below 1, such as 0.08")
            problems.add(key, message("not a share"), found=value, allowed=allowed)
    elif not isinstance(value, bool):
        problems.add(key, message("wrong type"), found=value, allowed=message("true or false"))
    else:
        setattr(found, key, value)
