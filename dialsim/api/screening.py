"""Screening of a list: who may be called, from when, and if not, why. Nothing is simulated."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.api.accounts import in_options, refuse_inputs, refuse_place
from dialsim.api.one_list import ListSource, as_file, campaign_of, name_of, with_one_list
from dialsim.api.paths import place_of
from dialsim.api.screening_rows import screened_rows
from dialsim.api.sources import Source, loaded
from dialsim.core.ticks import end_tick, local_tick, tick_to_datetime
from dialsim.errors import Problem, ScenarioError
from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import Text, message
from dialsim.pages.model.display import PageResult
from dialsim.scenario.models.schema import Scenario

if TYPE_CHECKING:
    from dialsim.pages.model.parts import Page
    from dialsim.people.list_files import Columns
    from dialsim.results.lists.screening_result import (
        FirstMoment,
        RowsByVerdict,
        ScreenedRow,
        ScreeningResult,
        WaitingRows,
    )

Array = NDArray[Any]
MOST_EXAMPLES = 3


@dataclass(frozen=True, eq=False)
class Screening(PageResult):
    """Result for each row of a campaign's lists.

    Attributes
    ----------
    scenario, campaign
        Their names.
    at
        The screened moment, in the scenario's zone.
    lists
        Names of the lists, in dial order.
    clock
        The scenario's start and time zone.
    with_numbers
        Whether `table` shows phone numbers.
    notes
        Sentences on assumptions made.
    out
        The written file, if requested.
    """

    scenario: str
    campaign: str
    at: datetime
    lists: tuple[str, ...]
    clock: tuple[date, str]
    with_numbers: bool
    notes: tuple[Text, ...]
    out: str | None = field(default=None, kw_only=True)
    _screened: Array = field(repr=False)
    _places: Array = field(repr=False)
    _lines: Array = field(repr=False)
    _numbers: Array = field(repr=False)

    @cached_property
    def table(self) -> Any:
        """One row per list row, in dial order: see :func:`~.report.screen_table.screen_table`.

        An Arrow table of list, line, verdict (``now``, ``later``, ``not in this run``, ``never``),
        the first reason (for ``not in this run`` the one that prevents a call to the end), a bool
        column for each reason that holds at the screened moment, and the first moment at which a
        call is allowed, provided no call precedes it. Phone numbers only if requested.
        """
        from dialsim.results.tables.screen_table import screen_table

        shown = self._numbers if self.with_numbers else None
        return screen_table(
            self._screened, self._places, self.lists, self._lines, self.clock, shown
        )

    @property
    def rows(self) -> int:
        """Rows of the lists, unreadable ones included."""
        return len(self._screened)

    @cached_property
    def verdicts(self) -> RowsByVerdict:
        """Rows by verdict; they sum to `rows`."""
        from dialsim.results.tables.screen_table import NOT_IN_RUN, WORDS, verdict_places

        counts = np.bincount(verdict_places(self._screened), minlength=len(WORDS)).tolist()
        by = dict(zip(WORDS, counts, strict=True))
        return {
            "now": by["now"],
            "later": by["later"],
            "never": by["never"],
            "busy": by["busy"],
            NOT_IN_RUN: by[NOT_IN_RUN],
        }

    @cached_property
    def counts(self) -> dict[str, int]:
        """Rows by reason in `table`, in order of precedence, and ``callable``: sums to `rows`."""
        from dialsim.compliance.screening.layout import ORDER

        counts = self._by_first(np.ones(self.rows, np.bool_))
        names = [*(reason.name.lower() for reason in ORDER), "callable"]
        return {name: n for name, n in zip(names, counts, strict=True) if n}

    @cached_property
    def flag_counts(self) -> dict[str, int]:
        """Rows that have each reason, whatever other reasons they have."""
        from dialsim.compliance.screening.layout import BIT, ORDER

        reasons = self._screened["reasons"]
        counts = {r.name.lower(): int(np.count_nonzero(reasons & BIT[r])) for r in ORDER}
        return {name: n for name, n in counts.items() if n}

    def write(self, path: str | Path) -> None:
        """Write `table` to a CSV or Parquet file; with numbers, for its owner only.

        Raises
        ------
        ScenarioError
            The name ends in neither .csv nor .parquet.
        CapacityError
            It cannot be written.
        """
        from dialsim.outcomes.writer import disk
        from dialsim.results.tables.screen_table import write_table

        _check_suffix(Path(path))
        with disk(Path(path), "--out"):
            write_table(self.table, Path(path), self.clock, self.with_numbers)

    def to_dict(self) -> ScreeningResult:
        """Return the counts as plain values for JSON; no phone number is among them."""
        return {
            "scenario": self.scenario,
            "campaign": self.campaign,
            "at": self.at.isoformat(),
            "time_zone": self.clock[1],
            "lists": list(self.lists),
            "rows": self.rows,
            "verdicts": self.verdicts,
            "counts": self.counts,
            "waits": self._waits(),
            "flags": self.flag_counts,
            "eligible_on": self._days(),
            "examples": self._examples(),
            "notes": [str(note) for note in self.notes],
            "out": self.out,
        }

    def __repr__(self) -> str:
        parts = ", ".join(f"{count:,} {word}" for word, count in self.verdicts.items() if count)
        when = self.at.isoformat(sep=" ", timespec="minutes")
        return f"<Screening of {self.rows:,} rows for {self.campaign} at {when}: {parts}>"

    def page(self, language: Language = ENGLISH) -> Page:
        """Return the page of the screening."""
        from dialsim.pages.check.screen_page import screen_page

        return screen_page({**self.to_dict(), "notes": list(self.notes)}, language)

    def _lowest(self, rows: Array) -> list[int]:
        """Return the rows that come first in their files."""
        files = self._places[rows].astype(np.int64) << 48 | self._lines[rows]
        most = min(MOST_EXAMPLES, len(rows))
        some = np.argpartition(files, most - 1)[:most] if most else rows
        found: list[int] = rows[some[np.argsort(files[some])]].tolist()
        return found

    def _by_first(self, chosen: Array) -> list[int]:
        from dialsim.compliance.screening.layout import ORDER
        from dialsim.results.tables.screen_table import shown_reasons

        first = shown_reasons(self._screened[chosen])
        counts: list[int] = np.bincount(first, minlength=len(ORDER) + 1).tolist()
        return counts

    def _waits(self) -> WaitingRows:
        """Return by first reason the rows that wait, and those that wait beyond the end."""
        from dialsim.results.tables.screen_table import NOT_IN_RUN

        return {"later": self._reasons_of("later"), NOT_IN_RUN: self._reasons_of(NOT_IN_RUN)}

    def _reasons_of(self, verdict: str) -> dict[str, int]:
        """Return the rows of a verdict by their first reason."""
        from dialsim.compliance.screening.layout import ORDER
        from dialsim.results.tables.screen_table import WORDS, verdict_places

        counts = self._by_first(verdict_places(self._screened) == WORDS.index(verdict))
        return {r.name.lower(): n for r, n in zip(ORDER, counts, strict=False) if n}

    def _days(self) -> list[FirstMoment]:
        """Return by day the rows first callable on it, and from when."""
        ticks, counts = np.unique(self._screened["until"], return_counts=True)
        days: dict[str, FirstMoment] = {}
        for tick, count in zip(ticks.tolist(), counts.tolist(), strict=True):
            if tick >= 0:
                moment = tick_to_datetime(*self.clock, tick)
                day = moment.date().isoformat()
                entry: FirstMoment = {"day": day, "from": moment.isoformat(), "rows": 0}
                days.setdefault(day, entry)["rows"] += count
        return list(days.values())

    def _examples(self) -> dict[str, list[ScreenedRow]]:
        """Return the first rows of each first reason: list, line and masked number."""
        from dialsim.compliance.screening.layout import ORDER
        from dialsim.results.tables.screen_table import shown_reasons

        first = shown_reasons(self._screened)
        found: dict[str, list[ScreenedRow]] = {}
        for place, reason in enumerate(ORDER):
            rows = self._lowest(np.flatnonzero(first == place))
            if rows:
                found[reason.name.lower()] = [self._row(row) for row in rows]
        return found

    def _row(self, row: int) -> ScreenedRow:
        from dialsim.people.account import masked_number

        found: ScreenedRow = {
            "list": self.lists[int(self._places[row])],
            "line": int(self._lines[row]),
        }
        number = int(self._numbers[row])
        if number:
            found["number"] = masked_number(number)
        return found


def screen(
    source: ListSource | None,
    scenario: Source,
    at: datetime | str | None = None,
    campaign: str | None = None,
    *,
    with_numbers: bool = False,
    out: str | Path | None = None,
    on_rows: Callable[[int, int], None] | None = None,
    **reading: Any,
) -> Screening:
    """Check every row of a list: may a campaign call it, from when, and if not, why.

    Parameters
    ----------
    source
        A CSV or Parquet file; an Arrow table, a dict of columns, a pandas or polars frame; None:
        the campaign's own lists. A given list is read on the terms of the scenario's list from the
        same file, or of the campaign's first list.
    scenario
        Scenario whose rules, registries, withdrawals and history apply.
    at
        Moment, in the scenario's zone if it has no offset, such as ``"2026-04-13 10:00"``; None:
        midnight of the first day.
    campaign
        Name; None: the only one.
    with_numbers
        Show phone numbers in the table.
    out
        CSV or Parquet file for the table; an earlier one is replaced, an input file is not.
    on_rows
        Called several times a second with the rows read so far and an estimate of their total.
    reading
        Keys of a list in a scenario: ``home``, ``countries``, ``format``, ``delimiter``,
        ``encoding``, ``header``, ``columns``.

    Returns
    -------
    Screening

    Raises
    ------
    ScenarioError
        Scenario, list, moment or campaign is invalid; the folder of `out` does not exist.
    CapacityError
        Not enough memory, or `out` cannot be written.

    Notes
    -----
    Later changes (withdrawals, expiry, registries with `known_from`) count from their moment on: a
    contact barred before a call is allowed is not eligible in this run. While an event stops every
    trunk of the campaign, no contact is eligible; otherwise resources (caller IDs, trunks, agents)
    are not considered. Only the random draws of a run are made.
    """
    base = loaded(scenario)
    chosen = campaign_of(base, campaign)
    tick = _tick(base, at)
    ready = base
    if out is not None:
        place = place_of("--out", out)
        _check_suffix(place)
        refuse_inputs(base, place, "--out")
        refuse_place(place, "--out")
    with ExitStack() as stack:
        if source is not None:
            named = isinstance(source, str | Path)
            path = stack.enter_context(as_file(source))
            stack.enter_context(_in_terms_of_options(str(source) if named else None))
            name = name_of(path) if named else "list"
            ready = with_one_list(base, chosen, path, name, reading)
            chosen = ready.campaigns[0]
            if out is not None:
                refuse_inputs(ready, Path(out), "--out")
        rows = screened_rows(ready, chosen, tick, on_rows)
    found = Screening(
        base.name,
        chosen.name,
        tick_to_datetime(base.start, base.time_zone, tick),
        rows.lists,
        (base.start, base.time_zone),
        with_numbers,
        _notes(ready, rows.columns),
        rows.screened,
        rows.places,
        rows.lines,
        rows.numbers,
        out=None if out is None else str(out),
    )
    if out is not None:
        found.write(out)
    return found


def _notes(scenario: Scenario, columns: Columns) -> tuple[Text, ...]:
    """Return the assumptions about consent, in every language."""
    from dialsim.results.assumptions import consent_assumed

    return tuple(consent_assumed(scenario, columns))


@contextmanager
def _in_terms_of_options(file: str | None) -> Iterator[None]:
    """Raise the list's problems in terms of the command's options."""
    try:
        yield
    except ScenarioError as error:
        of_list = (each.path.startswith("people[0]") for each in error.problems)
        raise ScenarioError(
            [
                _of_column(in_options(each, file or "")) if mine else each
                for mine, each in zip(of_list, error.problems, strict=True)
            ]
        ) from None


_COLUMN = re.compile(r'columns = \{ (\w+) = ("[^"]*") \}')


def _of_column(problem: Problem) -> Problem:
    """Return a problem of a column without an option of its own in terms of ``--column``."""
    path = problem.path.replace("columns.", "--column ")
    remedy = problem.remedy
    if remedy is not None:
        remedy = _COLUMN.sub(r"--column \1=\2", remedy).replace('="..."', "=NAME")
    return replace(problem, path=path, remedy=remedy)


def _tick(scenario: Scenario, at: datetime | str | None) -> int:
    """Return the tick of a moment of the run.

    Raises
    ------
    ScenarioError
        It is no moment, or is before the start or after the last day.
    """
    if at is None:
        return 0
    moment = at
    end = end_tick(scenario.start, scenario.days, scenario.time_zone)
    allowed = message("{start} 00:00 to {day_before} 23:59, {time_zone}").filled(
        start=scenario.start, day_before=_day_before(scenario), time_zone=scenario.time_zone
    )
    try:
        if isinstance(moment, str):
            moment = datetime.fromisoformat(moment.strip())
        tick = local_tick(scenario.start, scenario.time_zone, moment)
    except (ValueError, OverflowError, TypeError, AttributeError):
        raise ScenarioError.at(
            "--at",
            message("this is no moment"),
            f'"{at}"',
            message('such as "{start} 10:00"').filled(start=scenario.start),
        ) from None
    if not 0 <= tick < end:
        raise ScenarioError.at("--at", message("this is not within the run"), f'"{at}"', allowed)
    return tick


def _day_before(scenario: Scenario) -> date:
    return scenario.start + timedelta(days=scenario.days - 1)


def _check_suffix(path: Path) -> None:
    from dialsim.results.tables.screen_table import SUFFIXES

    if path.suffix.lower() not in SUFFIXES:
        found = f'"{path}"'
        allowed = message("a name that ends in {value} or {value_2}").filled(
            value=SUFFIXES[0], value_2=SUFFIXES[1]
        )
        raise ScenarioError.at("--out", message("what to write cannot be told"), found, allowed)
