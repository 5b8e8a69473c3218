"""A table of calls made into a log, and everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.calibration.columns import FIELDS, Mapped, plain_word
from dialsim.calibration.log import RELATIONS, WORDS, CallLog, Outcome
from dialsim.errors import Problems, did_you_mean

SHOWN = 8
YES = {"true": 1, "yes": 1, "1": 1, "y": 1, "是": 1, "false": 0, "no": 0, "0": 0, "n": 0, "否": 0}
EMPTY = ("", "none", "null", "nan")


@dataclass(frozen=True)
class _Given:
    """A column: what it tells, its name in the file, its values, and what a user said."""

    part: str
    name: str
    values: Any
    told: Mapped

    @property
    def path(self) -> str:
        """Where its problems are."""
        return f"columns.{self.part}"


def log_of(
    table: Any, names: Mapping[str, str], told: Mapped, log: CallLog, problems: Problems
) -> None:
    """Fill a log from an Arrow table.

    Parameters
    ----------
    names
        Column by what it tells; those the table lacks are problems.
    told
        What holds for all rows.
    log
        With name and rows; its arrays are written.
    problems
        The list to add to; what is at fault is left out of the log.
    """
    have = {}
    for part, column in names.items():
        if column in table.schema.names:
            have[part] = table.column(column)
        else:
            problems.add(
                f"columns.{part}",
                f"the log has no column {column}",
                allowed=table.schema.names,
                remedy=did_you_mean(column, table.schema.names),
            )
    for part, values in have.items():
        _READ[part](_Given(part, names[part], values, told), log, problems)
    if told.relation is not None and log.relation is None:
        log.relation = np.full(log.rows, RELATIONS.index(told.relation), np.int8)
    for part in ("registered", "named"):
        if getattr(told, part) is not None and getattr(log, part) is None:
            setattr(log, part, np.full(log.rows, int(getattr(told, part)), np.int8))
    _backwards(log, names, problems)


def _first(rows: NDArray[np.bool_]) -> str:
    """Return how many rows are meant, and where the first one stands."""
    where = np.flatnonzero(rows)
    many = f"{len(where):,} rows, the first is row {where[0] + 1:,}"
    return many if len(where) > 1 else f"row {where[0] + 1:,}"


def _time(given: _Given, log: CallLog, problems: Problems) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    values = given.values
    kind = values.type
    if pa.types.is_dictionary(kind):
        values = values.cast(pa.string())
        kind = values.type
    if pa.types.is_date(kind):
        log.timed = False
        log.time_ms = _numbers(values.cast(pa.timestamp("ms")).cast(pa.int64())).astype(np.int64)
        return
    if not pa.types.is_timestamp(kind):
        allowed = "dates with times, such as 2026-04-13 09:30:00"
        text = str(next((v for v in values.to_pylist() if v is not None), ""))
        problems.add(given.path, f"{given.name} holds no times", found=text, allowed=allowed)
        return
    if kind.tz is not None:
        values = pc.local_timestamp(values)
    if values.null_count:
        rows = np.asarray(pc.is_null(values).combine_chunks())
        problems.add(
            given.path,
            f"{given.name} is empty: {_first(rows)}",
            remedy="take them out",
        )
        return
    log.time_ms = _numbers(values.cast(pa.timestamp("ms"), safe=False).cast(pa.int64())).astype(
        np.int64
    )


def _numbers(values: Any) -> NDArray[np.float64]:
    return np.asarray(values.to_numpy(), dtype=float)


def _key(given: _Given, log: CallLog, problems: Problems) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    values = given.values
    if values.null_count:
        rows = np.asarray(pc.is_null(values).combine_chunks())
        problems.add(
            given.path,
            f"{given.name} is empty: {_first(rows)}",
            remedy="take them out",
        )
        return
    if not pa.types.is_dictionary(values.type):
        values = values.dictionary_encode()
    values = values.combine_chunks() if hasattr(values, "combine_chunks") else values
    if isinstance(values, pa.ChunkedArray):
        values = values.unify_dictionaries().combine_chunks()
    setattr(log, given.part, np.asarray(values.indices).astype(np.int64))


def _duration(given: _Given, log: CallLog, problems: Problems) -> None:
    found = _as_numbers(given, problems)
    if found is None:
        return
    stem, _, unit = given.part.rpartition("_")
    if np.any(found < 0):
        message = f"{given.name} is negative: {_first(found < 0)}"
        problems.add(given.path, message, remedy="correct these rows or take them out")
        return
    setattr(log, f"{stem}_ms", found * (1000 if unit == "s" else 1))


def _as_numbers(given: _Given, problems: Problems) -> NDArray[np.float64] | None:
    import pyarrow as pa

    if (
        pa.types.is_integer(given.values.type)
        or pa.types.is_floating(given.values.type)
        or pa.types.is_null(given.values.type)
    ):
        return _numbers(given.values.cast(pa.float64()))
    for row, value in enumerate(given.values.to_pylist(), 1):
        try:
            float(value if value is not None else 0)
        except (TypeError, ValueError):
            text = f"{given.name} is not a number in row {row:,}"
            problems.add(given.path, text, found=str(value), allowed=FIELDS[given.part])
            return None
    return np.array([float("nan") if v is None else float(v) for v in given.values.to_pylist()])


def _count(given: _Given, log: CallLog, problems: Problems) -> None:
    found = _as_numbers(given, problems)
    if found is None:
        return
    wrong = ~(found >= 1) | (found != np.floor(found))
    if np.any(wrong):
        text = f"{given.name} is no count from 1 on: {_first(wrong)}"
        problems.add(given.path, text, found=float(found[wrong][0]), allowed=FIELDS[given.part])
        return
    setattr(log, given.part, found.astype(np.int32 if given.part == "attempt" else np.int64))


def _words(values: Any) -> tuple[NDArray[np.int64], list[Any]]:
    """Return each row's index into the words that occur, -1 for an empty cell; and the words."""
    import pyarrow as pa

    if not pa.types.is_dictionary(values.type):
        values = values.dictionary_encode()
    if isinstance(values, pa.ChunkedArray):
        values = values.unify_dictionaries().combine_chunks()
    index = values.indices.fill_null(-1)
    return np.asarray(index).astype(np.int64), values.dictionary.to_pylist()


def _outcome(given: _Given, log: CallLog, problems: Problems) -> None:
    index, words = _words(given.values)
    meanings = np.full(len(words) + 1, Outcome.UNKNOWN, np.uint8)  # the last is an empty cell
    unknown = []
    for i, word in enumerate(words):
        plain = plain_word(word)
        plain = given.told.outcomes.get(plain, plain)
        if plain in WORDS:
            meanings[i] = WORDS[plain]
        elif plain not in EMPTY:
            unknown.append((str(word), int((index == i).sum())))
    if unknown:
        unknown.sort(key=lambda item: -item[1])
        words = [f"{word} ({n:,} row{'s' if n > 1 else ''})" for word, n in unknown[:SHOWN]]
        shown = ", ".join(words)
        more = f" and {len(unknown) - SHOWN} more" if len(unknown) > SHOWN else ""
        problems.add(
            given.path,
            f"{given.name} holds words that are no outcome",
            found=shown + more,
            allowed=WORDS,
            remedy=f'say in a file for --columns what they mean: [outcomes] "{unknown[0][0]}" = …',
        )
        return
    log.outcome = meanings[index]
    if np.all(log.outcome == Outcome.UNKNOWN):
        problems.add(
            given.path,
            f"{given.name} is empty in all rows",
            remedy="map another column",
        )


def _reason(given: _Given, log: CallLog, problems: Problems) -> None:
    del problems  # any word may be a reason
    index, words = _words(given.values)
    log.reasons = [plain_word(word) for word in words]
    for i, word in enumerate(log.reasons):
        if word in EMPTY:
            index[index == i] = -1
    log.reason = index.astype(np.int16)


def _relation(given: _Given, log: CallLog, problems: Problems) -> None:
    index, words = _words(given.values)
    known = {name: i for i, name in enumerate(RELATIONS)}
    wrong = [str(word) for word in words if plain_word(word) not in known]
    if wrong or np.any(index < 0):
        found = ", ".join(wrong[:SHOWN]) if wrong else "empty cells"
        problems.add(
            given.path,
            f"{given.name} holds no relation",
            found=found,
            allowed=RELATIONS,
        )
        return
    log.relation = np.array([known[plain_word(word)] for word in words], np.int8)[index]


def _truth(given: _Given, log: CallLog, problems: Problems) -> None:
    index, words = _words(given.values)
    plain = [str(word).strip().lower() for word in words]
    wrong = [word for word in plain if word not in YES and word not in EMPTY]
    if wrong:
        found = ", ".join(wrong[:SHOWN])
        problems.add(given.path, f"{given.name} is not yes or no", found=found, allowed=YES)
        return
    table = np.array([*(YES.get(word, -1) for word in plain), -1], np.int8)
    setattr(log, given.part, table[index])


def _backwards(log: CallLog, names: Mapping[str, str], problems: Problems) -> None:
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
        column = names.get("time", "time")
        problems.add(
            "columns.time",
            f"{column} runs backwards: a later attempt to a person is earlier, {_first(rows)}",
            remedy=f"check {column} and {names.get('attempt', 'attempt')}, or leave attempt out",
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
