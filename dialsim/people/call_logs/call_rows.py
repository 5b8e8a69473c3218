"""Rows of a call log in one form, whatever format they were written in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import unquote

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import compute as pc

from dialsim.arrow_numpy import values_of
from dialsim.core.codes import RowFault
from dialsim.core.time_units import DAY_MS
from dialsim.numbering.classify import classify_text
from dialsim.numbering.tables import load_plan
from dialsim.people.call_logs.call_faults import OMITTED, CallFault
from dialsim.people.call_logs.instants import Instants, instants
from dialsim.people.call_logs.log_format import (
    LogFormat,
    OutcomeRule,
    Role,
    alternatives,
    causes,
)
from dialsim.people.call_logs.outcome import ANSWERED, WORDS, Outcome, plain_word
from dialsim.people.reading.cells import as_text, read_talk_ms
from dialsim.people.reading.dates import BAD, EMPTY, READ

UNSET = 255
_Coded = tuple[NDArray[np.int64], list[str]]
DIALER, CALLEE = 0, 1
"""Who ended a call; -1: not known."""

_TEXT_ROLES: tuple[Role, ...] = ("caller", "trunk", "campaign")


class CallRows(NamedTuple):
    """Rows of a call log; arrays of one length.

    Attributes
    ----------
    dial_ms
        When the attempt began, ms since 1970 in UTC, int64.
    person
        The number called, E.164 as an integer, int64.
    caller, trunk, campaign
        Index into the names of a `CallTranslator`, int32; -1: not known.
    outcome
        `Outcome`, uint8.
    ring_ms, talk_ms
        float64; NaN where the log does not say.
    hung_up
        DIALER, CALLEE or -1, int8.
    cause
        SIP code or Q.850 cause, int16; 0: none.
    fault
        `CallFault`, uint8.
    """

    dial_ms: NDArray[np.int64]
    person: NDArray[np.int64]
    caller: NDArray[np.int32]
    trunk: NDArray[np.int32]
    campaign: NDArray[np.int32]
    outcome: NDArray[np.uint8]
    ring_ms: NDArray[np.float64]
    talk_ms: NDArray[np.float64]
    hung_up: NDArray[np.int8]
    cause: NDArray[np.int16]
    fault: NDArray[np.uint8]


@dataclass
class CallTranslator:
    """Turns batches of one format into `CallRows`.

    Attributes
    ----------
    log_format
        The format.
    zone
        IANA zone of moments that have none.
    country
        Whose numbers are used; also the country of those without a calling code.
    words
        Outcome by word of a cell, which goes before the format's own.
    names
        Names of callers, trunks and campaigns, in order of appearance.
    strange
        Words for outcomes that neither knows, with their rows; those calls end as UNKNOWN.
    """

    log_format: LogFormat
    zone: str
    country: str = "CN"
    words: Mapping[str, Outcome] = field(default_factory=dict)
    names: dict[str, dict[str, int]] = field(default_factory=lambda: {r: {} for r in _TEXT_ROLES})
    strange: Counter[str] = field(default_factory=Counter)

    def rows(self, batch: pa.RecordBatch) -> CallRows:
        """Return the rows of a batch, whose columns are called as the format calls them.

        Columns may be missing. Cost: some 0.3 µs a row of CSV.
        """
        cells = _Cells(batch, self.log_format)
        dial, end = self._moment(cells, "dial"), self._moment(cells, "end")
        answer = self._moment(cells, "answer")
        agent = self._moment(cells, "agent")
        outcome, cause, unread = self._outcomes(cells)
        if self.log_format.without_agent:
            lonely = (outcome == Outcome.LIVE) & (agent.state == EMPTY)
            outcome[lonely] = Outcome.ABANDONED
        person, fault = self._persons(cells)
        ring, talk, wrong, backwards = self._lengths(cells, dial, answer, agent, end, outcome)
        for code, where in (
            (CallFault.BAD_LENGTH, wrong),
            (CallFault.BACKWARDS, backwards),
            (CallFault.BAD_TIME, _any_bad(dial, answer, agent, end)),
            (CallFault.NO_TIME, dial.state == EMPTY),
            *self._omissions(cells),
        ):
            fault[where] = code
        self._count_strange(unread, (outcome == Outcome.UNKNOWN) & (fault == 0))
        caller, trunk, campaign = (self._named(cells, role) for role in _TEXT_ROLES)
        hung_up = self._hung_up(cells)
        return CallRows(
            dial.ms, person, caller, trunk, campaign, outcome, ring, talk, hung_up, cause, fault
        )

    def _moment(self, cells: _Cells, role: Role) -> Instants:
        column = cells.of_role(role)
        if column is None:
            return Instants(np.zeros(cells.rows, np.int64), np.full(cells.rows, EMPTY, np.uint8))
        return instants(column, self.log_format.clock, self.zone)

    def _persons(self, cells: _Cells) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
        column = cells.of_role("person")
        fault = np.zeros(cells.rows, np.uint8)
        if column is None:
            fault[:] = CallFault.NO_NUMBER
            return np.zeros(cells.rows, np.int64), fault
        found = classify_text(as_text(column), self.country)
        fault[found["fault"] != 0] = CallFault.NOT_A_NUMBER
        fault[found["fault"] == RowFault.NO_NUMBER] = CallFault.NO_NUMBER
        home = load_plan()[1].regions.index(self.country)
        fault[(fault == 0) & (found["region"] != home)] = CallFault.FOREIGN
        return found["number"].astype(np.int64), fault

    def _lengths(
        self,
        cells: _Cells,
        dial: Instants,
        answer: Instants,
        agent: Instants,
        end: Instants,
        outcome: NDArray[np.uint8],
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
        """Return ring and talk in ms, and where they are no lengths, or run backwards."""
        answered = np.isin(outcome, ANSWERED)
        ring, wrong = cells.length("ring")
        talk, bad = cells.length("talk")
        total, unread = cells.length("total")
        wrong |= bad | unread
        begun = agent if self.log_format.of("agent") else answer
        span = _between(begun, end)
        talk = np.where(np.isnan(talk), span, talk)
        whole = np.where(np.isnan(total), _between(dial, end), total)
        rung = np.where(answered, _between(dial, answer), whole)
        if not self.log_format.of("answer"):
            rung = np.where(answered, whole - talk, whole)
        ring = np.where(np.isnan(ring), rung, ring)
        talk = np.where(answered, talk, np.nan)
        with np.errstate(invalid="ignore"):
            backwards = (ring < 0) | (talk < 0) | (_between(dial, end) < 0)
            wrong |= (ring > DAY_MS) | (talk > DAY_MS)
        return ring, talk, wrong, backwards

    def _outcomes(
        self, cells: _Cells
    ) -> tuple[NDArray[np.uint8], NDArray[np.int16], _Coded | None]:
        """Return how calls ended, causes, and the column that was read last."""
        outcome = np.full(cells.rows, UNSET, np.uint8)
        cause = np.zeros(cells.rows, np.int16)
        last: _Coded | None = None
        for rule in self.log_format.outcome:
            column = cells.text(rule.column)
            if column is None:
                continue
            codes, dictionary = _coded(column)
            words = [plain_word(word) for word in dictionary]
            known = np.array([self._outcome_of(word, rule) for word in words] + [UNSET], np.uint8)
            found = known[codes]
            take = (outcome == UNSET) & (found != UNSET)
            outcome[take] = found[take]
            if rule.causes in ("sip", "q850"):
                numbers = [
                    int(w) if w.isascii() and w.isdigit() and len(w) < 4 else 0 for w in words
                ]
                cause = np.where(cause == 0, np.array([*numbers, 0], np.int16)[codes], cause)
            if rule.words or rule.causes:
                last = codes, dictionary
        outcome[outcome == UNSET] = Outcome.UNKNOWN
        return outcome, cause, last

    def _count_strange(self, column: _Coded | None, rows: NDArray[np.bool_]) -> None:
        """Count the words of calls whose end is not known because of them."""
        if column is None:
            return
        codes, words = column
        counts = np.bincount(codes[rows], minlength=len(words) + 1)[:-1]
        for place in np.flatnonzero(counts).tolist():
            if words[place].strip() and plain_word(words[place]) != "unknown":
                self.strange[words[place]] += int(counts[place])

    def _outcome_of(self, word: str, rule: OutcomeRule) -> int:
        if rule.present is not None:
            return UNSET if word in ("", "0", "null", "none", "\\n") else WORDS[rule.present]
        if word in self.words:
            return self.words[word]
        if rule.causes is not None:
            return causes(rule.causes).get(word, UNSET)
        known = {plain_word(key): WORDS[meaning] for key, meaning in rule.words.items()}
        return known.get(word, UNSET)

    def _omissions(self, cells: _Cells) -> list[tuple[CallFault, NDArray[np.bool_]]]:
        found = []
        for rule in self.log_format.leave_out:
            column = cells.text(rule.column)
            if column is None:
                continue
            codes, dictionary = _coded(column)
            words = [plain_word(word) for word in dictionary] + [""]
            listed = {plain_word(word) for word in rule.words or rule.others}
            of_word = [(word in listed) == bool(rule.words) and word != "" for word in words]
            found.append((OMITTED[rule.reason], np.array(of_word)[codes]))
        return found[::-1]  # the first reason of a format is the last to be written

    def _named(self, cells: _Cells, role: Role) -> NDArray[np.int32]:
        column = cells.of_role(role)
        if column is None:
            return np.full(cells.rows, -1, np.int32)
        codes, dictionary = _coded(as_text(column))
        known = self.names[role]
        places = [known.setdefault(n, len(known)) if (n := t.strip()) else -1 for t in dictionary]
        return np.array([*places, -1], np.int32)[codes]

    def _hung_up(self, cells: _Cells) -> NDArray[np.int8]:
        column = cells.of_role("hung_up")
        if column is None:
            return np.full(cells.rows, -1, np.int8)
        codes, dictionary = _coded(as_text(column))
        sides = {plain_word(word): DIALER for word in self.log_format.hung_up.dialer}
        sides |= {plain_word(word): CALLEE for word in self.log_format.hung_up.callee}
        return np.array([*(sides.get(plain_word(w), -1) for w in dictionary), -1], np.int8)[codes]


class _Cells:
    """A batch's columns by role and by name."""

    def __init__(self, batch: pa.RecordBatch, log_format: LogFormat) -> None:
        self.rows, self._batch, self._format = batch.num_rows, batch, log_format
        self._read: dict[str, pa.Array | None] = {}

    def column(self, names: tuple[str, ...]) -> pa.Array | None:
        """Return the first of some columns that is not empty, cell by cell; None: none is there."""
        have = [self._batch.column(name) for name in names if name in self._batch.schema.names]
        if not have:
            return None
        if len(have) == 1:
            return have[0]
        texts = [as_text(each) for each in have]
        blank = pa.scalar(None, pa.string())
        filled = [pc.if_else(pc.equal(pc.utf8_trim_whitespace(t), ""), blank, t) for t in texts]
        return pc.coalesce(*filled)

    def text(self, column: str) -> pa.Array | None:
        """Return a column of the format as text."""
        if column not in self._read:
            found = self.column(alternatives(column))
            self._read[column] = None if found is None else self._decoded(as_text(found))
        return self._read[column]

    def of_role(self, role: Role) -> pa.Array | None:
        """Return the column of a role; of a pattern, what it is after."""
        found = self.column(self._format.of(role))
        if found is None or pa.types.is_timestamp(found.type):
            return found
        found = self._decoded(as_text(found))
        pattern = self._format.patterns.get(role)
        if pattern is None:
            return found
        return pc.fill_null(pc.struct_field(pc.extract_regex(found, pattern), "value"), "")

    def length(self, part: str) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Return a length in ms, NaN where none is given; and where it is none."""
        for unit, per_ms in (("s", 1000.0), ("ms", 1.0)):
            role: Any = f"{part}_{unit}"
            column = self.of_role(role)
            if column is not None:
                return _lengths(as_text(column), per_ms)
        return np.full(self.rows, np.nan), np.zeros(self.rows, np.bool_)

    def _decoded(self, column: pa.Array) -> pa.Array:
        if not self._format.url_encoded:
            return column
        coded = pc.dictionary_encode(column)
        plain = [None if text is None else unquote(text) for text in coded.dictionary.to_pylist()]
        return pa.array(plain, pa.string()).take(coded.indices)


def _lengths(column: pa.Array, per_ms: float) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    text = pc.utf8_trim_whitespace(column)
    text = pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)
    try:
        number = text.cast(pa.float64())
        return values_of(pc.fill_null(number, np.nan)) * per_ms, np.zeros(len(text), np.bool_)
    except pa.ArrowInvalid:
        codes, words = _coded(text)
        read = [_length(word, per_ms) for word in words]
        values = np.array([*(np.nan if each is None else each for each in read), np.nan])
        wrong = np.array([*(each is None for each in read), False])
        return values[codes], wrong[codes]


def _length(word: str, per_ms: float) -> float | None:
    try:
        return float(word) * per_ms
    except ValueError:
        if word.lower() in ("null", "none", "\\n", "-"):
            return np.nan
        found = read_talk_ms(word)
        return None if found is None else float(found)


def _cause_number(word: str) -> int:
    return int(word) if word.isascii() and word.isdigit() and len(word) < 4 else 0


def _coded(column: pa.Array) -> _Coded:
    """Return each cell's place among the distinct texts, which follow; of null the place after."""
    coded = pc.dictionary_encode(column)
    words = coded.dictionary.to_pylist()
    return values_of(coded.indices, missing=len(words)).astype(np.int64), words


def _between(begin: Instants, end: Instants) -> NDArray[np.float64]:
    known = (begin.state == READ) & (end.state == READ)
    return np.where(known, (end.ms - begin.ms).astype(np.float64), np.nan)


def _any_bad(*moments: Instants) -> NDArray[np.bool_]:
    return np.asarray(np.logical_or.reduce([each.state == BAD for each in moments]))
