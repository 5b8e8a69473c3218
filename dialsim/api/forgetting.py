"""Forgetting a person: out of the lists, registries, histories and runs of a folder."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dialsim.errors import DialsimError, Problem, ScenarioError
from dialsim.outcomes.erasing import (
    erase_persons,
    inputs_now,
    move_lines,
    persons_in,
    shown_in,
)
from dialsim.outcomes.pseudonyms import PseudonymKey
from dialsim.outcomes.reader import read_summary
from dialsim.outcomes.writer import PARTS, SUMMARY
from dialsim.scenario.load import load_scenario
from dialsim.scenario.schema import Scenario

LINES_SHOWN = 5
PROTECTION = (
    "a number taken out of a do-not-call registry is no longer protected by it: whoever buys or"
    " loads it again will be allowed to call it"
)


@dataclass
class Touched:
    """One file or run that holds the person.

    Attributes
    ----------
    path
        Of the file or the run's folder.
    kind
        ``list``, ``registry``, ``withdrawals``, ``history`` or ``run``.
    rows
        Rows of the person.
    done
        They are gone (in a dry run: they would be).
    note
        Why not, or what else to know.
    """

    path: str
    kind: str
    rows: int
    done: bool
    note: str | None = None


@dataclass
class Forgotten:
    """What came of forgetting a person.

    Attributes
    ----------
    number
        Masked.
    touched
        Files and runs that hold, or held, the person.
    could_not
        What could not be searched or changed, each with the reason.
    searched
        How many files and runs were looked through.
    dry_run
        Nothing was changed.
    """

    number: str
    touched: list[Touched] = field(default_factory=list)
    could_not: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    searched: int = 0
    dry_run: bool = False

    @property
    def complete(self) -> bool:
        """Whether nothing of the person is left that was not meant to stay."""
        return not self.could_not

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON, without the number."""
        return {
            "number": self.number,
            "dry_run": self.dry_run,
            "complete": self.complete,
            "searched": self.searched,
            "touched": [vars(each) for each in self.touched],
            "could_not": self.could_not,
            "warnings": self.warnings,
        }


def forget(
    number: str | int,
    folder: str | Path = ".",
    *,
    ids: Collection[str] = (),
    home: str = "CN",
    key: PseudonymKey | None = None,
    lists: bool = False,
    registries: bool = True,
    dry_run: bool = False,
) -> Forgotten:
    """Remove a person from everything that dialsim reads or wrote in a folder.

    Parameters
    ----------
    number
        The person's number, written in any way that is clear.
    folder
        Searched with all below it: scenario files and the files they name, and runs.
    ids
        The person's identifiers in the lists: rows with one of them go from files as well.
    home
        Country of a number written without a country code.
    key
        Finds runs' rows by their pseudonym.
    lists
        Take the person out of the lists of people as well.
    registries
        False: do-not-call registries and withdrawals keep the number, and so protect it.
    dry_run
        Look, and change nothing.

    Returns
    -------
    Forgotten

    Raises
    ------
    ScenarioError
        This is no number, or no folder.

    Notes
    -----
    A run's rows are found by number or pseudonym where its tables show them, else by the line of
    the list's file, as long as the file is what the run read; so runs are searched before lists
    are changed. Figures computed before stay: they count many. Files elsewhere (rejects, exports,
    copies) are not found.
    """
    wanted = _number_of(number, home)
    place = Path(folder)
    if not place.is_dir():
        what = "this is not a folder" if place.exists() else "no such folder"
        raise ScenarioError([Problem("--in", what, found=str(place))])
    found = Forgotten(_masked(wanted), dry_run=dry_run)
    files = _Files(place, wanted, ids, found)
    for run in sorted(files.runs):
        _from_run(run, files, wanted, key, found)
    eraser = _Eraser(files, wanted, ids, found, registries=registries)
    for path, (kind, spec) in sorted(files.specs.items()):
        if kind == "list":
            eraser.from_list(path, spec, change=lists)
    for path, (kind, spec) in sorted(files.specs.items()):
        if kind != "list":
            eraser.from_file(path, kind, spec)
    return found


def _number_of(text: str | int, home: str) -> int:
    """Return the E.164 digits of a number."""
    from dialsim.numbering.classify import classify_text

    row = classify_text([str(text)], home)[0]
    if int(row["number"]) <= 0 or not row["valid"]:
        from dialsim.core.codes import RowFault

        fault = RowFault(int(row["fault"])).name.lower().replace("_", " ")
        raise ScenarioError(
            [
                Problem(
                    "NUMBER",
                    f"this is no phone number ({fault})" if row["fault"] else "no such number",
                    allowed="one number, such as +86 138 0000 0001",
                    remedy="a number of another country needs its code, or --home",
                )
            ]
        )
    return int(row["number"])


def _masked(number: int) -> str:
    from dialsim.people.number_files import masked

    return masked(f"+{number}")


class _Files:
    """Scenario files of a folder with the files they name, and its runs."""

    def __init__(self, folder: Path, number: int, ids: Collection[str], found: Forgotten) -> None:
        self.specs: dict[Path, tuple[str, Any]] = {}
        self.lists: dict[tuple[str, str], Path] = {}
        self.runs: list[Path] = []
        self._number = number
        self._ids = ids
        self._lines: dict[Path, set[int]] = {}
        self._digests: dict[Path, str] = {}
        self._found = found
        for at, folders, names in os.walk(folder):
            here = Path(at)
            if SUMMARY in names or any(here.glob(PARTS)):
                self.runs.append(here)
                folders.clear()
                continue
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                if name.endswith(".toml"):
                    self._take(here / name)

    def _take(self, path: Path) -> None:
        if not _names_people(path):
            return
        self._found.searched += 1
        try:
            scenario = load_scenario(path)
        except DialsimError as error:
            first = str(error).splitlines()[0]
            self._found.could_not.append(
                f"{path}: this scenario has problems, so its files were not searched ({first})"
            )
            return
        for kind, file, spec in _files_of(scenario):
            place = scenario.file_path(file).resolve()
            if not place.is_file():
                self._found.could_not.append(f"{place}: named in {path}, and there is no such file")
                continue
            self.specs.setdefault(place, (kind, spec))
            if kind == "list":
                self.lists[spec.name, file] = place

    def lines(self, path: Path) -> set[int]:
        """Return the lines of a list that hold the number."""
        from dialsim.people.erase import erase_number

        if path not in self._lines:
            _, spec = self.specs[path]
            erased = erase_number(path, spec, self._number, self._ids, dry_run=True)
            self._lines[path] = set(erased.lines)
        return self._lines[path]

    def digest(self, path: Path) -> str:
        """Return the digest of a file's content before anything was changed."""
        if path not in self._digests:
            self._digests[path] = _digest(path)
        return self._digests[path]


def _names_people(path: Path) -> bool:
    """Whether a TOML file looks like a scenario; one that cannot be read does."""
    try:
        import tomli

        raw = tomli.loads(path.read_bytes().decode("utf-8-sig"))
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


class _Eraser:
    """Takes the person out of files; of do-not-call files last, and not while a list keeps them."""

    def __init__(
        self,
        files: _Files,
        number: int,
        ids: Collection[str],
        found: Forgotten,
        *,
        registries: bool,
    ) -> None:
        self._files = files
        self._number = number
        self._ids = ids
        self._found = found
        self._registries = registries
        self._still_in: list[Path] = []

    def from_list(self, path: Path, spec: Any, *, change: bool) -> None:
        """Take the person out of a list, and let the lines in runs follow."""
        kept = None if change else "kept: lists were not to be changed"
        before = self._files.digest(path)
        lines = _line_ends(path)
        gone = self._erased(path, "list", spec, kept)
        if gone is None or (gone and kept is not None):
            self._still_in.append(path)
        elif gone and not self._found.dry_run:
            single = lines is None or lines - (_line_ends(path) or 0) == len(gone)
            if single:
                self._follow(path, before, gone)

    def from_file(self, path: Path, kind: str, spec: Any) -> None:
        """Take the person out of a registry, withdrawals or a history."""
        kept = None
        if kind in ("registry", "withdrawals"):
            if not self._registries:
                kept = "kept, so that the number stays protected"
            elif self._still_in:
                kept = f"kept: the person is still in {self._still_in[0].name} and would be called"
        gone = self._erased(path, kind, spec, kept)
        if not gone or kind not in ("registry", "withdrawals"):
            return
        if kept is not None and self._registries:
            self._found.could_not.append(f"{path}: {kept}")
        elif kept is None and PROTECTION not in self._found.warnings:
            self._found.warnings.append(PROTECTION)

    def _erased(self, path: Path, kind: str, spec: Any, kept: str | None) -> list[int] | None:
        """Return the lines of the person, taken out or kept; None: nobody can tell."""
        from dialsim.people.erase import erase_number

        found = self._found
        found.searched += 1
        look = found.dry_run or kept is not None
        try:
            erased = erase_number(path, spec, self._number, self._ids, dry_run=look)
        except DialsimError as error:
            found.could_not.append(f"{path}: {_first_line(error)}")
            return None
        if erased.unclear:
            lines = ", ".join(f"{line:,}" for line in erased.unclear[:LINES_SHOWN])
            more = "" if len(erased.unclear) <= LINES_SHOWN else " and more"
            found.could_not.append(
                f"{path}: line {lines}{more} may hold the number too, in a form that is not clear"
            )
        if erased.rows:
            found.touched.append(Touched(str(path), kind, erased.rows, kept is None, kept))
        return erased.lines

    def _follow(self, path: Path, before: str, gone: list[int]) -> None:
        """Let the lines of a list in the runs that read it be those of the file as it is now."""
        import pyarrow as pa

        now = _digest(path)
        for (name, file), place in self._files.lists.items():
            if place != path:
                continue
            for run in self._files.runs:
                try:
                    summary = read_summary(run)
                    if inputs_now(summary).get(file) == before and "line" in shown_in(run):
                        move_lines(run, name, gone, file, now)
                except (DialsimError, OSError, pa.ArrowException) as error:
                    self._found.could_not.append(f"{run}: {_first_line(error)}")


def _line_ends(path: Path) -> int | None:
    """Return the line ends of a text file; None for a Parquet file, whose rows are counted."""
    with path.open("rb") as file:
        if file.read(4) == b"PAR1":
            return None
        file.seek(0)
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))


def _digest(path: Path) -> str:
    """Return the digest of a file's content, as runs keep it."""
    import hashlib

    with path.open("rb") as file:
        made = hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=32))
    return made.hexdigest()


def _from_run(
    run: Path, files: _Files, number: int, key: PseudonymKey | None, found: Forgotten
) -> None:
    import pyarrow as pa

    found.searched += 1
    try:
        summary = read_summary(run)
    except ScenarioError as error:
        found.could_not.append(f"{run}: {_first_line(error)}")
        return
    try:
        shown = shown_in(run)
        pseudonym, why = _pseudonym(summary, number, key, shown)
        lines: dict[str, set[int]] = {}
        blind: list[str] = []
        if pseudonym is None and "number" not in shown:
            lines, blind = _lines(summary, run, files, shown)
        blind = [f"{reason}{why}" for reason in blind]
        persons = persons_in(
            run,
            pseudonym=pseudonym,
            number=f"+{number}" if "number" in shown else None,
            lines=lines,
        )
        erased = erase_persons(run, persons, summary, dry_run=found.dry_run)
    except (DialsimError, OSError, pa.ArrowException) as error:
        found.could_not.append(f"{run}: {_first_line(error)}")
        return
    found.could_not += [f"{run}: {reason}" for reason in blind]
    if erased.files:
        note = ", ".join(f"{rows:,} in {name}" for name, rows in erased.rows.items())
        found.touched.append(Touched(str(run), "run", sum(erased.rows.values()), True, note))


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


def _pseudonym(
    summary: dict[str, Any], number: int, key: PseudonymKey | None, shown: set[str]
) -> tuple[str | None, str]:
    """Return the number's pseudonym in a run if this is its key; else why there is none."""
    if "pseudonym" not in shown:
        return None, ""
    made = (summary.get("personal_data") or {}).get("pseudonyms") or {}
    theirs = made.get("key_fingerprint")
    if key is None:
        return None, f"; its pseudonyms want the key {theirs}, and none was given"
    if theirs != key.fingerprint:
        return None, f"; its pseudonyms want the key {theirs}, and this is {key.fingerprint}"
    return key.pseudonym(number), ""


def _lines(
    summary: dict[str, Any], run: Path, files: _Files, shown: set[str]
) -> tuple[dict[str, set[int]], list[str]]:
    """Return by list the lines that hold the number, and for which lists nobody can tell."""
    lines: dict[str, set[int]] = {}
    blind: list[str] = []
    inputs = inputs_now(summary)
    for name, file in _file_lists(run):
        path = files.lists.get((name, file))
        if path is None:
            blind.append(f"no scenario here names its list {name} ({file})")
        elif "line" not in shown:
            blind.append(f"its tables do not show which rows of {file} they came from")
        elif file not in inputs:
            blind.append(f"{file} was not read to its end, so its rows cannot be told apart")
        elif files.digest(path) != inputs[file]:
            blind.append(f"{file} has changed since, so its rows cannot be told apart")
        else:
            lines[name] = files.lines(path)
    return lines, blind


def _file_lists(run: Path) -> list[tuple[str, str]]:
    """Return name and file of the lists a run read; its scenario's paths lead nowhere from here."""
    import tomli

    try:
        raw = tomli.loads((run / "scenario.toml").read_text("utf-8"))
        return [(each["name"], each["file"]) for each in raw["people"] if "file" in each]
    except (OSError, ValueError, KeyError, TypeError):
        raise ScenarioError(
            [Problem("", "scenario.toml cannot be read, so its lists are not known")]
        ) from None
