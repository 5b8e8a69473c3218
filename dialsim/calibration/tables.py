"""Conversion of a table of calls to a log, with everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.calibration.cells import NULLS, coded, empty_words, moments, numbers, shown_word
from dialsim.calibration.columns import FIELDS, WORDED, Mapped
from dialsim.calibration.log import RELATIONS, CallLog
from dialsim.errors import Problems
from dialsim.messages.text import MARKS, joined, message, plural
from dialsim.people.call_logs.outcome import WORDS, Outcome, plain_word
from dialsim.people.number_files import cell_text
from dialsim.people.reading.cells import read_talk_ms
from dialsim.people.reading.dates import BAD, EMPTY
from dialsim.people.reading.source_columns import listed

SHOWN = 8
MOST_REASONS = 1000
LONGEST_MS = 86_400_000
"""Of a ring or a talk: a day, as in a call history."""
MOST_COUNT = 100_000
YES = {"true": 1, "yes": 1, "1": 1, "y": 1, "是": 1, "false": 0, "no": 0, "0": 0, "n": 0, "否": 0}

Place = Callable[[int], str]
"""Where a row stands, such as ``line 12``."""


def row_place(row: int) -> str:
    """Return the place of a row that came from no file."""
    return f"row {row + 1:,}"


@dataclass(frozen=True)
class _Given:
    """A column: role, name in the file, values, user-given constant, rows."""

    part: str
    name: str
    values: Any
    mapped: Mapped
    place: Place

    @property
    def path(self) -> str:
        """Path for its problems."""
        return f"columns.{self.part}"

    def shown(self, cell: object) -> str:
        """Return a cell for a message: words only if the column holds words."""
        other = self.name in FIELDS and self.name != self.part  # such as `person` for outcomes
        return shown_word(cell, names=other or self.part not in WORDED)

    def first(self, rows: NDArray[np.bool_]) -> str:
        """Return how many rows are meant, and where the first one is."""
        where = np.flatnonzero(rows)
        at = self.place(int(where[0]))
        return f"{len(where):,} rows, the first is {at}" if len(where) > 1 else at


def log_of(
    columns: Mapping[str, Any],
    names: Mapping[str, str],
    mapping: Mapped,
    log: CallLog,
    problems: Problems,
    place: Place = row_place,
) -> None:
    """Fill a log from columns.

    Parameters
    ----------
    columns
        Arrow columns (chunked) by their role.
    names
        What the file calls them.
    mapping
        What holds for all rows.
    log
        With name and rows; its arrays are written.
    problems
        The list to add to; what is at fault is left out of the log.
    place
        Where a row stands in its file.
    """
    from dialsim.people.reading.source_parquet import refused_type

    for part, values in columns.items():
        given = _Given(part, listed([names[part]]), values, mapping, place)
        refused = refused_type(part, values.type)
        if refused is not None:
            why, allowed = refused
            found = f"{given.name}: {values.type}"
            problems.add(given.path, why, found=found, allowed=allowed)
            continue
        _READ[part](given, log, problems)
    if mapping.relation is not None and log.relation is None:
        log.relation = np.full(log.rows, RELATIONS.index(mapping.relation), np.int8)
    for part in ("registered", "named"):
        if getattr(mapping, part) is not None and getattr(log, part) is None:
            setattr(log, part, np.full(log.rows, int(getattr(mapping, part)), np.int8))
    _check_order(log, names, problems, place)


def _time(given: _Given, log: CallLog, problems: Problems) -> None:
    found = moments(given.values)
    empty, bad = found.state == EMPTY, found.state == BAD
    if empty.all() or bad.any():
        first = int(np.flatnonzero(bad)[0]) if bad.any() else 0
        text = message("{name} holds no times").filled(name=given.name)
        if not (empty | bad).all():
            text = message("{name} is no time that can be read: {bad}").filled(
                name=given.name, bad=given.first(bad)
            )
        problems.add(
            given.path,
            text,
            found=given.shown(cell_text(given.values, first)),
            allowed=message("dates with times, such as 2026-04-13 09:30:00"),
        )
    elif empty.any():
        problems.add(
            given.path,
            message("{name} is empty: {first}").filled(name=given.name, first=given.first(empty)),
            remedy=message("take them out"),
        )
    else:
        log.timed = not bool(found.day_alone.all())
        log.time_ms = found.ticks


def _key(given: _Given, log: CallLog, problems: Problems) -> None:
    index, words = coded(given.values)
    empty = np.append(empty_words(words), True)[index]
    if empty.any():
        problems.add(
            given.path,
            message("{name} is empty: {first}").filled(name=given.name, first=given.first(empty)),
            remedy=message("take them out"),
        )
        return
    setattr(log, given.part, index)


def _duration(given: _Given, log: CallLog, problems: Problems) -> None:
    found = _as_numbers(given, problems)
    if found is None:
        return
    stem, _, unit = given.part.rpartition("_")
    remedy = message("correct these rows or take them out")
    if np.any(found < 0):
        sentence = message("{name} is negative: {first}").filled(
            name=given.name, first=given.first(found < 0)
        )
        problems.add(given.path, sentence, remedy=remedy)
        return
    unit_ms = 1000 if unit == "s" else 1
    if np.any(found > LONGEST_MS / unit_ms):
        sentence = message("{name} is longer than a day: {first}").filled(
            name=given.name, first=given.first(found > LONGEST_MS / unit_ms)
        )
        problems.add(given.path, sentence, allowed=FIELDS[given.part], remedy=remedy)
        return
    setattr(log, f"{stem}_ms", found * unit_ms)


def _as_numbers(given: _Given, problems: Problems) -> NDArray[np.float64] | None:
    """Return a column as finite numbers, NaN where a cell is empty."""
    found, bad = numbers(given.values, read_seconds if given.part.endswith("_s") else None)
    if not bad.any():
        return found
    cell = cell_text(given.values, int(np.flatnonzero(bad)[0]))
    text = message("{name} is not a number: {bad}").filled(name=given.name, bad=given.first(bad))
    problems.add(given.path, text, found=given.shown(cell), allowed=FIELDS[given.part])
    return None


def read_seconds(text: str) -> float | None:
    """Return seconds from a text with unit or in clock form; None if invalid or above a day.

    >>> read_seconds("1:36"), read_seconds("96秒"), read_seconds("long")
    (96.0, 96.0, None)
    """
    found = read_talk_ms(text)
    return None if found is None else found / 1000


def _count(given: _Given, log: CallLog, problems: Problems) -> None:
    found = _as_numbers(given, problems)
    if found is None:
        return
    wrong = ~((found >= 1) & (found <= MOST_COUNT)) | (found != np.floor(found))
    if np.any(wrong):
        text = message("{name} is no count from 1 to {most_count:,}: {wrong}").filled(
            name=given.name, most_count=MOST_COUNT, wrong=given.first(wrong)
        )
        cell = cell_text(given.values, int(np.flatnonzero(wrong)[0]))
        problems.add(given.path, text, found=given.shown(cell), allowed=FIELDS[given.part])
        return
    setattr(log, given.part, found.astype(np.int32 if given.part == "attempt" else np.int64))


def _outcome(given: _Given, log: CallLog, problems: Problems) -> None:
    index, dictionary = coded(given.values)
    words = dictionary.to_pylist()
    meanings = np.full(len(words) + 1, Outcome.UNKNOWN, np.uint8)  # the last is an empty cell
    strange = np.zeros(len(words) + 1, np.bool_)
    for i, word in enumerate(words):
        plain = plain_word(word)
        plain = given.mapped.outcomes.get(plain, plain)
        if plain in WORDS:
            meanings[i] = WORDS[plain]
        else:
            strange[i] = plain not in NULLS
    if strange.any():
        count = np.bincount(index[strange[index]], minlength=len(words))
        unknown = np.argsort(-count, kind="stable")[: int(strange.sum())]
        shown = [given.shown(words[i]) for i in unknown[:SHOWN].tolist()]
        rows = plural("{word} ({count:,} row)", "{word} ({count:,} rows)")
        counts = zip(shown, count[unknown[:SHOWN]].tolist(), strict=True)
        listing = joined(MARKS["and"], [rows.of(n, word=word) for word, n in counts])
        if len(unknown) > SHOWN:
            more = len(unknown) - SHOWN
            listing = message("{listing} and {count} more").filled(listing=listing, count=more)
        problems.add(
            given.path,
            message("{name} holds words that are no outcome").filled(name=given.name),
            found=listing,
            allowed=WORDS,
            remedy=message(
                'say in a file for --columns what they mean: [outcomes] "{value}" = …'
            ).filled(value=shown[0]),
        )
        return
    meanings[meanings == Outcome.FAILED] = Outcome.UNREACHABLE  # a failure of unknown cause
    log.outcome = meanings[index]
    if np.all(log.outcome == Outcome.UNKNOWN):
        problems.add(
            given.path,
            message("{name} is empty in all rows").filled(name=given.name),
            remedy=message("map another column"),
        )


def _reason(given: _Given, log: CallLog, problems: Problems) -> None:
    index, dictionary = coded(given.values)
    if len(dictionary) > MOST_REASONS:  # any word may be a reason, but this is no column of them
        problems.add(
            given.path,
            message("{name} holds {count:,} different texts: no reasons").filled(
                name=given.name, count=len(dictionary)
            ),
            allowed=message("at most {most_reasons:,}").filled(most_reasons=MOST_REASONS),
            remedy=message("map another column, or none"),
        )
        return
    words = [plain_word(word) for word in dictionary.to_pylist()]
    log.reasons = [word if word in NULLS else shown_word(word) for word in words]
    index[np.array([*(word in NULLS for word in words), True])[index]] = -1
    log.reason = index.astype(np.int16)


def _relation(given: _Given, log: CallLog, problems: Problems) -> None:
    index, dictionary = coded(given.values)
    words = dictionary.to_pylist()
    known = {name: i for i, name in enumerate(RELATIONS)}
    wrong = [given.shown(word) for word in words if plain_word(word) not in known]
    if wrong or np.any(index < 0):
        problems.add(
            given.path,
            message("{name} holds no relation").filled(name=given.name),
            found=", ".join(wrong[:SHOWN]) if any(wrong) else message("empty cells"),
            allowed=RELATIONS,
        )
        return
    log.relation = np.array([known[plain_word(word)] for word in words], np.int8)[index]


def _truth(given: _Given, log: CallLog, problems: Problems) -> None:
    index, dictionary = coded(given.values)
    plain = [str(word).strip().lower() for word in dictionary.to_pylist()]
    wrong = [given.shown(word) for word in plain if word not in YES and word not in NULLS]
    if wrong:
        found = ", ".join(wrong[:SHOWN])
        problems.add(
            given.path,
            message("{name} is not yes or no").filled(name=given.name),
            found=found,
            allowed=YES,
        )
        return
    table = np.array([*(YES.get(word, -1) for word in plain), -1], np.int8)
    setattr(log, given.part, table[index])


def _check_order(log: CallLog, names: Mapping[str, str], problems: Problems, place: Place) -> None:
    """Add a person's later attempt that is dated before an earlier one."""
    if log.time_ms is None or log.person is None or log.attempt is None:
        return
    campaign = np.zeros(log.rows, np.int64) if log.campaign is None else log.campaign
    order = np.lexsort((log.attempt, campaign, log.person))
    who, time, attempt = log.person[order], log.time_ms[order], log.attempt[order]
    same = (who[1:] == who[:-1]) & (attempt[1:] > attempt[:-1])
    same &= campaign[order][1:] == campaign[order][:-1]
    wrong = same & (time[1:] < time[:-1])
    if np.any(wrong):
        rows = np.zeros(log.rows, bool)
        rows[order[1:][wrong]] = True
        column, count = (listed([names.get(part, part)]) for part in ("time", "attempt"))
        first = _Given("time", column, None, Mapped(), place).first(rows)
        problems.add(
            "columns.time",
            message(
                "{column} runs backwards: a later attempt to a person is earlier, {first}"
            ).filled(column=column, first=first),
            remedy=message("check {column} and {count}, or leave attempt out").filled(
                column=column, count=count
            ),
        )


_READ = {
    "time": _time,
    "person": _key,
    "caller": _key,
    "trunk": _key,
    "campaign": _key,
    "attempt": _count,
    "contacts": _count,
    "outcome": _outcome,
    "reason": _reason,
    "ring_ms": _duration,
    "ring_s": _duration,
    "talk_ms": _duration,
    "talk_s": _duration,
    "relation": _relation,
    "registered": _truth,
    "named": _truth,
    "labelled": _truth,
}
