"""The account of lists of people: the fate of each row, before anything is played."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from dialsim.api.bare_lists import bare_list as bare_list
from dialsim.api.bare_lists import in_options as in_options
from dialsim.api.bare_lists import is_bare, of_options
from dialsim.api.list_columns import recognised_list
from dialsim.api.sources import Source, loaded
from dialsim.errors import Problems, ScenarioError
from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import message
from dialsim.pages.model.display import PageResult
from dialsim.people.read_progress import CHUNK_ROWS, OnRows, ReadProgress
from dialsim.scenario.models.schema import Scenario

if TYPE_CHECKING:
    from dialsim.pages.model.parts import Page
    from dialsim.people.lists import Lists
    from dialsim.results.lists.account_result import (
        AccountsResult,
        CountedColumn,
        CountedFile,
        CountedList,
    )


@dataclass
class Accounts(PageResult):
    """The account of each list's rows.

    Attributes
    ----------
    lists
        Of each file list: its rows by what became of them, masked examples, and the used rows by
        operator, class, country, province and time zones.
    files
        The same of registries, withdrawals and the history, shorter.
    synthetic
        Names of the synthetic lists, which have no rows to account for.
    rejects, rejected
        The file of unused rows, if requested, and its number of rows.
    columns
        Of a bare list file whose columns were to be recognised: what each of them holds, and why.
    toml
        Of such a file: its ``[[people]]`` table, to be put into a scenario.
    """

    lists: list[CountedList]
    files: list[CountedFile] = field(default_factory=list)
    synthetic: list[str] = field(default_factory=list)
    rejects: str | None = None
    rejected: int = 0
    columns: list[CountedColumn] | None = None
    toml: str | None = None

    @property
    def usable(self) -> bool:
        """Whether every file list has a row that can be used."""
        return bool(self.lists or self.synthetic) and all(each["used"] for each in self.lists)

    def page(self, language: Language = ENGLISH) -> Page:
        """Return the page of the account."""
        from dialsim.pages.run.account_page import account_page

        return account_page(self.to_dict(), language)

    def to_dict(self) -> AccountsResult:
        """Return plain values for JSON; no phone number is among them."""
        found: AccountsResult = {
            "usable": self.usable,
            "lists": self.lists,
            "files": self.files,
            "synthetic": self.synthetic,
            "rejects": self.rejects,
            "rejected": self.rejected,
        }
        if self.columns is not None:
            found |= {"columns": self.columns, "toml": self.toml}
        return found


def people_account(
    source: Source,
    *,
    rejects: str | Path | None = None,
    on: date | None = None,
    on_rows: OnRows | None = None,
    recognise: bool = False,
    **reading: Any,
) -> Accounts:
    """Read lists as a run would, and account for every row.

    Parameters
    ----------
    source
        A scenario, of which all lists, registries, withdrawals and the history are read; or the
        path of a CSV, Excel or Parquet file.
    rejects
        CSV file for every unused row: list, line, reason, column, text. It holds phone numbers and
        is readable by its owner only. An earlier one is replaced; an input file is not.
    on
        Day at which consents of a bare list file are judged; None: today, in China.
    on_rows
        Called several times a second with the rows read so far and an estimate of their total.
    recognise
        Find out by their headers and cells which columns of a bare list file hold what. Without
        a column of numbers in `reading`, they are read so.
    reading
        For a bare list file, keys of a list in a scenario: ``home``, ``countries``, ``format``,
        ``delimiter``, ``encoding``, ``header``, ``sheet``, ``header_row``, ``attributes``,
        ``columns``.

    Returns
    -------
    Accounts

    Raises
    ------
    ScenarioError
        A file cannot be read, or has no column of numbers, or several that may be it; an
        attribute holds phone numbers; the rejects would replace an input file.
    CapacityError
        The rejects cannot be written: no space or no permission.

    Notes
    -----
    Reads every row of every file once; deterministic.
    """
    seen = None
    if recognise and is_bare(source):
        seen = recognised_list(source, reading)
        reading = seen.reading
    scenario = bare_list(source, reading, on) if is_bare(source) else loaded(source)
    problems = Problems(file=scenario._origin.file, lines=scenario._origin.lines)
    if is_bare(source):
        problems = Problems(file=str(source))
    if rejects is not None:
        refuse_inputs(scenario, Path(rejects), "--rejects")
        refuse_place(Path(rejects), "--rejects")
    try:
        found = _read(scenario, problems, rejects, on_rows)
    except ScenarioError as error:
        if not is_bare(source):
            raise
        raise of_options(error, str(source)) from None
    if is_bare(source):
        found.lists[0]["file"] = str(source)
    if seen is not None:
        found.columns, found.toml = seen.counted(), seen.toml
    return found


def refuse_inputs(scenario: Scenario, path: Path, option: str) -> None:
    """Refuse an output option that names an input file.

    Raises
    ------
    ScenarioError
        Before anything is read.
    """
    named = [source.file for source in scenario.people]
    named += [group.file for group in scenario.caller_ids]
    named += [registry.file for registry in scenario.registries]
    named += [each.file for each in scenario.withdrawals]
    if scenario.history is not None:
        calls, states = scenario.history.calls, scenario.history.caller_ids
        named += [] if calls is None else [calls.file]
        named += [] if states is None else [states.file]
    inputs = [scenario.file_path(str(file)) for file in named if file is not None]
    if scenario._origin.file is not None:
        inputs.append(Path(scenario._origin.file))
    if any(path.exists() and each.exists() and each.samefile(path) for each in inputs):
        sentence = message("this file is read, and would be replaced")
        raise ScenarioError.at(option, sentence, f'"{path}"', message("a file of its own"))


def refuse_place(path: Path, option: str) -> None:
    """Refuse an output file that cannot be created, before anything is read.

    Raises
    ------
    ScenarioError
        Its folder does not exist, or it is a folder itself.
    """
    sentence = None
    if path.is_dir():
        sentence = message("this is a folder, no file")
    elif not path.parent.is_dir():
        sentence = message("the file cannot be written: there is no such folder")
    if sentence is not None:
        allowed = message("a file in a folder that is there")
        raise ScenarioError.at(option, sentence, f'"{path}"', allowed)


def _read(
    scenario: Scenario, problems: Problems, rejects: str | Path | None, on_rows: OnRows | None
) -> Accounts:
    from dialsim.people.lists import Lists

    lists = Lists(scenario, problems, keep_rejects=rejects is not None, count_unreadable=True)
    history = None
    if scenario.history is not None:
        from dialsim.scheduler.history import read_history
        from dialsim.scheduler.own_numbers import own_numbers

        history = read_history(scenario, own_numbers(scenario, problems), problems)
    problems.raise_if_any()
    if history is not None:
        history.attach_calls(lists)
    files = [i for i, source in enumerate(scenario.people) if source.file is not None]
    pulse = ReadProgress(on_rows, sum(lists.estimate[i] for i in files))
    tallies = {}
    for index in files:
        tallies[index] = _Tally()
        for chunk in pulse.watched(lists.chunks(index, CHUNK_ROWS)):
            tallies[index].add(chunk)
    problems.raise_if_any()
    accounts = [account for account in lists.accounts if account is not None]
    found = Accounts(
        [
            cast(
                "CountedList",
                {
                    **account.to_dict(),
                    "shares": tally.shares(),
                    "unreadable": account.unreadable.to_list() if account.unreadable else [],
                },
            )
            for account, tally in zip(accounts, tallies.values(), strict=True)
        ],
        files=[
            cast("CountedFile", each.to_dict())
            for each in (*_registered(lists), *(history.account.files if history else ()))
        ],
        synthetic=[source.name for source in scenario.people if source.file is None],
    )
    if rejects is not None:
        from dialsim.outcomes.writer import disk

        path = Path(rejects)
        with disk(path, "--rejects"):
            found.rejected = lists.write_rejects(path)
        found.rejects = str(path)
    return found


def _registered(lists: Lists) -> Iterator[Any]:
    """Yield the accounts of registries and withdrawals."""
    for each in (lists.registries, lists.withdrawals):
        if each is not None:
            yield from each.accounts


class _Tally:
    """Classes and places of the numbers in a list's used rows."""

    def __init__(self) -> None:
        self._by: dict[str, Counter[int]] = {name: Counter() for name in _FIELDS}

    def add(self, chunk: Any) -> None:
        from dialsim.core.person_flags import UNCALLABLE
        from dialsim.numbering.classify import classify_numbers

        flags = np.asarray(chunk.rows["flags"])
        used = flags & UNCALLABLE == 0
        found = classify_numbers(np.ascontiguousarray(chunk.numbers[used]))
        for name in _FIELDS:
            values, counts = np.unique(found[name], return_counts=True)
            self._by[name].update(dict(zip(values.tolist(), counts.tolist(), strict=True)))

    def shares(self) -> dict[str, dict[str, int]]:
        return {title: self._named(name) for name, title in _FIELDS.items()}

    def _named(self, name: str) -> dict[str, int]:
        counts: Counter[str] = Counter()
        for code, count in self._by[name].items():
            counts[_NAMES[name](code)] += count
        return dict(sorted(counts.items(), key=lambda each: (-each[1], each[0])))


_FIELDS = {
    "operator": "operators",
    "number_class": "classes",
    "region": "countries",
    "place": "provinces",
    "zones": "time_zones",
}


def _operator(code: int) -> str:
    from dialsim.core.codes import Operator

    return "unknown" if code < 0 else Operator(code).name


def _class(code: int) -> str:
    from dialsim.core.codes import NumberClass

    return NumberClass(code).name.lower()


def _region(code: int) -> str:
    from dialsim.numbering.tables import load_plan

    return load_plan()[1].regions[code] or "unknown"


def _province(code: int) -> str:
    from dialsim.numbering.tables import load_plan

    place = load_plan()[1].places[code]
    return place.province or place.english or "unknown"


def _zones(code: int) -> str:
    from dialsim.numbering.tables import load_plan

    return " + ".join(load_plan()[1].zone_sets[code]) or "unknown"


_NAMES: dict[str, Callable[[int], str]] = {
    "operator": _operator,
    "number_class": _class,
    "region": _region,
    "place": _province,
    "zones": _zones,
}
