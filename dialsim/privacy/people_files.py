"""Files of people that a folder's scenarios name, and the search for one person in them."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dialsim.errors import DialsimError, ScenarioError
from dialsim.messages.text import message
from dialsim.outcomes.call_files import call_parts
from dialsim.outcomes.writer import SUMMARY
from dialsim.people.erasing.erase_lines import Marked
from dialsim.people.erasing.erase_person import bare_id
from dialsim.privacy.forget_result import Forgotten
from dialsim.privacy.leftover_files import is_searched
from dialsim.scenario.load import load_scenario
from dialsim.scenario.models.schema import Scenario
from dialsim.storage.file_stamps import digest_of, stamp_of
from dialsim.storage.small_files import read_small

MOST_NAMES = 64
"""Most numbers and identifiers of one person here; each takes search time."""

_FORMAT = ("format", "encoding", "delimiter", "header", "home")
_DATA = (".csv", ".tsv", ".txt", ".gz", ".parquet", ".xlsx", ".xls")


class Someone:
    """The person: numbers, valid everywhere, and identifiers, each valid in its scenarios.

    Two scenarios may use one identifier for two people. So an identifier from a list is valid in
    the files of the scenarios that read this list; a given one is valid everywhere.
    """

    def __init__(self, number: int, ids: Collection[str]) -> None:
        self.numbers = {number}
        self.ids: dict[str, set[Path] | None] = {
            bare_id(text): None for text in ids if text.strip()
        }
        self.origins: dict[int | str, tuple[str, int]] = {}

    def ids_in(self, scenarios: set[Path]) -> set[str]:
        """Return the identifiers of the person in files of some scenarios."""
        return {name for name, where in self.ids.items() if where is None or where & scenarios}

    def learn(self, file: File, marked: Marked) -> None:
        """Add the numbers and identifiers of the person's rows of a list."""
        for row in marked.rows:
            for number in sorted(row.numbers - self.numbers):
                self.numbers.add(number)
                self.origins[number] = (file.shown, row.line)
            for name in sorted(row.ids):
                if name not in self.ids:
                    self.origins[name] = (file.shown, row.line)
                where = self.ids.setdefault(name, set())
                if where is not None:
                    where |= file.scenarios
        if len(self.numbers) + len(self.ids) > MOST_NAMES:
            raise ScenarioError.at(
                "NUMBER",
                message(
                    "more than {most_names} numbers and identifiers hang together with this "
                    "one, as in {shown}, line {value}; nothing was changed"
                ).filled(most_names=MOST_NAMES, shown=file.shown, value=marked.lines[-1]),
                allowed=message("numbers and identifiers that are one person's"),
                remedy=message("leave cells empty that hold one word for many people, such as 0"),
            )

    def masked_identities(self) -> list[str]:
        """Return what was learnt, masked, each with its row."""
        from dialsim.people.account import masked_number

        return [
            f"number {masked_number(name)} ({path}, line {line:,})"
            if isinstance(name, int)
            else f"identifier {hidden(name)} ({path}, line {line:,})"
            for name, (path, line) in self.origins.items()
        ]


@dataclass
class _Reading:
    """One way in which scenarios read a file, and the identifiers searched in it."""

    spec: Any
    scenarios: set[Path]
    marked: Marked = field(default_factory=Marked)
    numbers: set[int] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)


class File:
    """A file of people or numbers that scenarios name.

    Attributes
    ----------
    path, shown
        Its path, and its name in messages.
    kind
        ``list``, ``registry``, ``withdrawals`` or ``history``.
    fault
        Why it cannot be read; None: it is readable.
    doubts
        Identifiers of the person in rows that may be another person's, by line.
    digest
        Digest of the noted content, in the format of runs; empty before.
    """

    def __init__(self, path: Path, shown: str, kind: str) -> None:
        self.path, self.shown, self.kind = path, shown, kind
        self.fault: str | None = None
        self.doubts: dict[int, str] = {}
        self._readings: dict[str, _Reading] = {}
        self.digest = ""
        self._stamp = (0, 0, 0)

    @property
    def scenarios(self) -> set[Path]:
        """Scenarios that read it."""
        return {each for reading in self._readings.values() for each in reading.scenarios}

    @property
    def marked(self) -> Marked:
        """Rows of the person, however the file is read."""
        marked = Marked()
        for reading in self._readings.values():
            marked.add(reading.marked)
        return marked

    def read_as(self, spec: Any, scenario: Path) -> None:
        """Record that a scenario reads the file in a certain way."""
        columns = getattr(spec, "columns", None)
        way = [getattr(spec, name, None) for name in _FORMAT]
        key = repr((way, sorted(columns.given.items()) if columns is not None else ()))
        self._readings.setdefault(key, _Reading(spec, set())).scenarios.add(scenario)

    def search(self, someone: Someone) -> bool:
        """Search for new identifiers; return whether there were any."""
        asked = False
        for each in self._readings.values():
            numbers = someone.numbers - each.numbers
            ids = someone.ids_in(each.scenarios) - each.ids
            if self.fault is not None or not (numbers or ids):
                continue
            asked = True
            each.numbers |= numbers
            each.ids |= ids
            each.marked.add(self._find(each, numbers, ids))
        return asked

    def search_doubtful(self, someone: Someone, others: Collection[str]) -> None:
        """Search for identifiers that mean the person only in other scenarios."""
        for each in self._readings.values():
            ids = set(someone.ids) - someone.ids_in(each.scenarios) - set(others)
            if ids and self.fault is None:
                for row in self._find(each, (), ids).rows:
                    self.doubts.setdefault(row.line, sorted(row.ids & ids or ids)[0])
        for line in self.marked.found:
            self.doubts.pop(line, None)

    def rows_of(self, numbers: set[int], ids: set[str]) -> Marked:
        """Return rows that have some numbers or identifiers, without the person's own rows."""
        marked = Marked()
        for each in self._readings.values():
            if self.fault is None:
                marked.add(self._find(each, numbers, ids))
        return marked.without(self.marked.found)

    def _find(self, reading: _Reading, numbers: Collection[int], ids: Collection[str]) -> Marked:
        from dialsim.people.erasing.erase import find_person

        try:
            return find_person(self.path, reading.spec, numbers, ids)
        except DialsimError as error:
            self.fault = first_line(error)
            return Marked()

    def note_content(self) -> None:
        """Record the file's content before the search, to which found line numbers refer."""
        self._stamp = stamp_of(self.path)
        self.digest = digest_of(self.path) or ""

    @property
    def is_as_noted(self) -> bool:
        """Whether the file is unchanged since it was recorded."""
        return stamp_of(self.path) == self._stamp


class Folder:
    """Scenario files of a folder, the files they name, and its runs.

    Attributes
    ----------
    files
        Files by real path, in the order of their names.
    lists
        Files by name and file of the list, as scenarios have them.
    runs
        Folders of runs.
    folders
        Every searched folder, by its real path.
    blind
        Why an unknown list may hold the person; None: every list is known.
    """

    def __init__(self, folder: Path, found: Forgotten) -> None:
        self.files: dict[Path, File] = {}
        self.lists: dict[tuple[str, str], list[File]] = {}
        self.runs: list[Path] = []
        self.blind: str | None = None
        self._found = found
        self._data: list[Path] = []
        self.folders: set[Path] = set()
        for at, folders, names in os.walk(folder):
            here = Path(at)
            self.folders.add(here.resolve())
            if SUMMARY in names or call_parts(here):
                self.runs.append(here)
                folders.clear()
                continue
            folders[:] = sorted(filter(is_searched, folders))
            for name in sorted(names):
                if name.endswith(".toml") and not _is_special(here / name):
                    self._take(here / name)
                elif name.lower().endswith(_DATA):
                    self._data.append(here / name)
        self.runs.sort()
        for file in self.people if self.runs else ():
            file.note_content()
        self.files = dict(sorted(self.files.items()))

    @property
    def people(self) -> list[File]:
        """The lists of people."""
        return [file for file in self.files.values() if file.kind == "list"]

    @property
    def others(self) -> list[File]:
        """Registries, withdrawals and histories."""
        return [file for file in self.files.values() if file.kind != "list"]

    @property
    def not_named(self) -> list[Path]:
        """Files that may hold people but that no scenario names, so they were not searched."""
        return [path for path in self._data if path.resolve() not in self.files]

    def _take(self, path: Path) -> None:
        if not _names_people(path):
            return
        self._found.searched += 1
        try:
            scenario = load_scenario(path)
        except DialsimError as error:
            self.blind = message("{path} has problems, and its lists may hold the person").filled(
                path=path
            )
            self._found.could_not.append(
                message(
                    "{path}: this scenario has problems, so its files were not searched ({error})"
                ).filled(path=path, error=first_line(error))
            )
            return
        for kind, written, spec in _files_of(scenario):
            place = scenario.file_path(written)
            shown = os.path.normpath(place)
            if not place.is_file():
                if kind == "list":
                    self.blind = message("{shown} is not there, and may hold the person").filled(
                        shown=shown
                    )
                self._found.could_not.append(
                    message("{shown}: named in {path}, and there is no such file").filled(
                        shown=shown, path=path
                    )
                )
                continue
            file = self.files.setdefault(place.resolve(), File(place.resolve(), shown, kind))
            file.read_as(spec, path)
            if kind == "list":
                file.kind = kind
                same = self.lists.setdefault((spec.name, written), [])
                same += [file] if file not in same else []


def follow(folder: Folder, someone: Someone, others: Collection[str]) -> None:
    """Find the person in every file.

    Lists are read until no row of the person has a new number or identifier: rows with a number, an
    identifier or a further number in common belong to one person, as in a run.
    """
    more = True
    while more:
        more = False
        for file in folder.people:
            if file.search(someone):
                someone.learn(file, file.marked)
                more = True
    for file in folder.files.values():
        file.search(someone)
        file.search_doubtful(someone, others)


def _is_special(path: Path) -> bool:
    """Whether the path is a pipe or a device, which holds no person."""
    return path.exists() and not path.is_file()


def _names_people(path: Path) -> bool:
    """Whether a TOML file looks like a scenario; an unreadable one counts as one."""
    try:
        import tomli

        raw = tomli.loads(read_small(path).decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return path.name not in ("pyproject.toml",)
    return bool({"people", "registries", "withdrawals", "history"} & raw.keys())


def _files_of(scenario: Scenario) -> Iterator[tuple[str, str, Any]]:
    """Yield kind, file and table of every file of a scenario that holds people's numbers."""
    for source in scenario.people:
        if source.file is not None:
            yield "list", source.file, source
    for registry in scenario.registries:
        yield "registry", registry.file, registry
    for withdrawals in scenario.withdrawals:
        yield "withdrawals", withdrawals.file, withdrawals
    if scenario.history is not None and scenario.history.calls is not None:
        yield "history", scenario.history.calls.file, scenario.history.calls


def hidden(identifier: str) -> str:
    """Return an identifier with its middle masked; up to three characters are shown in full.

    >>> hidden("A7"), hidden("li@example.cn")
    ('A7', 'l***cn')
    """
    return identifier if len(identifier) <= 3 else f"{identifier[0]}***{identifier[-2:]}"


def first_line(error: Exception) -> str:
    """Return the first line of an error's message."""
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
