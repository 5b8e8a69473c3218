"""Erasure of a person from the lists, registries, histories and runs of a folder.

First the person's identities are collected over the lists. Then all changes are decided and written
to temporary files, and at last committed together or not at all. Suppression entries are removed
only if no remaining row leads to the person.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import nullcontext
from pathlib import Path

from dialsim.api.paths import place_of
from dialsim.errors import ScenarioError, shown
from dialsim.messages.text import MARKS, Text, joined, message, plural
from dialsim.outcomes.pseudonyms import PseudonymKey
from dialsim.people.erasing.erase_lines import Marked, Row
from dialsim.people.erasing.erase_person import Person
from dialsim.privacy.folder_lock import alone_in
from dialsim.privacy.forget_result import LINES_SHOWN, line_numbers_text
from dialsim.privacy.forget_result import Forgotten as Forgotten
from dialsim.privacy.forget_result import Touched as Touched
from dialsim.privacy.leftover_files import from_all_leftovers, from_leftovers
from dialsim.privacy.people_files import File, Folder, Someone, first_line, follow, hidden
from dialsim.privacy.runs import from_run, let_lines_follow, reads
from dialsim.storage.journal import ChangedError, Changes
from dialsim.storage.notes import PendingError

PROTECTION = message(
    "a number taken out of a do-not-call registry is no longer protected by it: whoever buys or"
    " loads it again will be allowed to call it"
)
BARS = ("registry", "withdrawals")


def forget(
    number: str | int,
    folder: str | Path = ".",
    *,
    ids: Collection[str] = (),
    not_ids: Collection[str] = (),
    home: str = "CN",
    key: PseudonymKey | None = None,
    lists: bool = False,
    registries: bool = True,
    dry_run: bool = False,
) -> Forgotten:
    """Erase a person from all that dialsim reads or wrote in a folder.

    Parameters
    ----------
    number
        One of the person's numbers, in any unambiguous format.
    folder
        The folder to search with all below it: scenario files and the files they name, and runs.
    ids
        The person's identifiers: rows with one of them are removed from all files.
    not_ids
        Identifiers of other people in scenarios whose lists do not decide it.
    home
        Country of a number written without a country code.
    key
        Key that finds rows of runs by their pseudonym.
    lists
        Also erase the person from the lists of people.
    registries
        False: do-not-call registries and withdrawals keep the number, and so protect it.
    dry_run
        Only search; change nothing.

    Returns
    -------
    Forgotten

    Raises
    ------
    ScenarioError
        Invalid number or folder; or too many linked rows to be one person's; or a file was changed
        meanwhile, or another forget is running. Nothing was changed.
    CapacityError
        The disk is full, or a folder cannot be written.

    Notes
    -----
    Rows belong to the person as a run would merge them: with a number, an identifier or a further
    number in common, over all lists of a scenario; further numbers are searched everywhere.
    Registries, withdrawals and histories keep the person as long as a list holds or may hold them.
    A run's rows are found by their lines in the list while it is unchanged since the run, and by
    number or pseudonym if the tables show them; so runs are searched before lists are changed.
    Computed figures stay, since they are aggregates. Not found are files elsewhere (rejects,
    exports, copies), in hidden folders or behind links to folders, unless a scenario names them.
    Leftovers of killed commands are removed, whoever is in them; files of a running command may
    hold the person and are reported.
    """
    wanted = _number_of(number, home)
    place = place_of("--in", folder)
    if not place.is_dir():
        what = message("this is not a folder") if place.exists() else message("no such folder")
        raise ScenarioError.at("--in", what, found=str(place))
    found = Forgotten(_masked(wanted), dry_run=dry_run)
    with nullcontext() if dry_run else alone_in(place):
        sought = Person([wanted], (), home)
        from_all_leftovers(place, sought, found)
        files = Folder(place, found)
        for folder in {file.path.parent for file in files.files.values()} - files.folders:
            from_leftovers(folder, sought, found)
        someone = Someone(wanted, ids)
        follow(files, someone, not_ids)
        found.also = someone.masked_identities()
        with Changes(place) as changes:
            kept = [
                run for run in files.runs if not from_run(run, files, someone, key, found, changes)
            ]
            eraser = _Eraser(
                files, someone, set(not_ids), found, changes, kept, registries=registries
            )
            for file in files.people:
                eraser.from_list(file, change=lists)
            eraser.from_others()
            _commit(changes, place)
        _warn(files, someone, found, lists)
        found.verdict = _verdict(files, found)
        return found


def _commit(changes: Changes, place: Path) -> None:
    """Commit all prepared changes.

    Raises
    ------
    ScenarioError
        A file was changed meanwhile; nothing was changed. Or a file could not be replaced after
        others had been: the message names it, and the next command retries.
    CapacityError
        The journal or a file cannot be written; nothing was changed.
    """
    from dialsim.outcomes.writer import disk_error

    try:
        changes.commit()
    except ChangedError as error:
        raise ScenarioError.at(
            "--in",
            message("{error}: nothing was changed").filled(error=error),
            remedy=message("forget again"),
        ) from None
    except PendingError as error:
        raise ScenarioError.at("--in", str(error), remedy=message("then forget again")) from error
    except OSError as error:
        raise disk_error(error, place, "--in") from error


def _number_of(text: str | int, home: str) -> int:
    """Return the E.164 digits of a number."""
    from dialsim.numbering.classify import classify_text

    _check_home(home)
    row = classify_text([str(text)], home)[0]
    if int(row["number"]) <= 0 or not row["valid"]:
        from dialsim.core.codes import RowFault
        from dialsim.people.fault_words import fault_words

        code = RowFault(int(row["fault"])).name
        fault = Text(code.lower().replace("_", " "), zh=fault_words(code, "zh"))
        raise ScenarioError.at(
            "NUMBER",
            message("this is no phone number ({fault})").filled(fault=fault)
            if row["fault"]
            else message("no such number"),
            allowed=message("one number, such as +86 138 0000 0001"),
            remedy=message("a number of another country needs its code, or --home"),
        )
    return int(row["number"])


def _check_home(home: str) -> None:
    """Refuse an invalid country, as a scenario's key does."""
    from pydantic_core import PydanticCustomError

    from dialsim.scenario.models.fields import country_code

    try:
        country_code(home)
    except PydanticCustomError as error:
        allowed = (error.context or {}).get("allowed")
        raise ScenarioError.at(
            "--home", error.message(), found=shown(home), allowed=allowed
        ) from None


def _masked(number: int) -> str:
    from dialsim.people.account import masked_number

    return masked_number(number)


class _Eraser:
    """Erases the person from files; from suppression lists last, and only if no list keeps them."""

    def __init__(
        self,
        folder: Folder,
        someone: Someone,
        not_ids: set[str],
        found: Forgotten,
        changes: Changes,
        kept: Collection[Path],
        *,
        registries: bool,
    ) -> None:
        self._folder = folder
        self._someone = someone
        self._not_ids = not_ids
        self._found, self._changes = found, changes
        self._runs_kept = kept
        self._registries = registries
        self._why_kept = folder.blind

    def from_list(self, file: File, *, change: bool) -> None:
        """Erase the person from a list, and renumber the lines in runs."""
        marked = file.marked
        if self._record_unknown(file, marked):
            self._why_kept = self._why_kept or message("{shown} may hold the person").filled(
                shown=file.shown
            )
        if not marked.found:
            return
        kept = None if change else message("kept: lists were not to be changed")
        needed = [run for run in self._runs_kept if reads(run, self._folder, file)]
        if kept is None and needed:
            kept = message("kept: the person's rows in {value} are found by this list").filled(
                value=needed[0]
            )
            self._found.could_not.append(message("{}: {}").filled(file.shown, kept))
        if kept is None and not self._take_out(file, marked):
            kept = message("it could not be changed")
        self._touch(file, marked, kept)
        if kept is not None:
            self._why_kept = message("the person is still in {shown} and would be called").filled(
                shown=file.shown
            )

    def from_others(self) -> None:
        """Erase the person from registries, withdrawals and histories."""
        for file in self._folder.others:
            marked = file.marked
            shared = self._shared(file, marked.rows) if self._why_kept is None else set()
            self._record_unknown(file, marked)
            keeping = {row.line for row in marked.rows if (row.numbers | row.ids) & shared}
            kept = None
            if file.kind in BARS and not self._registries:
                kept = message("kept, so that the number stays protected")
            elif self._why_kept is not None:
                kept = message("kept: {why}").filled(why=self._why_kept)
            elif keeping:
                self._found.could_not.append(
                    message(
                        "{shown}, {keeping}: kept, because of a number or an "
                        "identifier beside the person's that a list has; say --id with "
                        "it, or forget that number, if it is the same person"
                    ).filled(shown=file.shown, keeping=line_numbers_text(keeping))
                )
                others = marked.without(set(marked.lines) - keeping)
                self._touch(
                    file, others, message("kept: somebody else may be named beside the person")
                )
                marked = marked.without(keeping)
            if not marked.found:
                continue
            if kept is None and not self._take_out(file, marked):
                kept = message("it could not be changed")
            elif kept is not None and (self._registries or file.kind not in BARS):
                self._found.could_not.append(message("{}: {}").filled(file.shown, kept))
            self._touch(file, marked, kept)

    def _take_out(self, file: File, marked: Marked) -> bool:
        from dialsim.people.erasing.erase import take_out

        try:
            if not self._found.dry_run:
                with self._changes.part():
                    take_out(file.path, marked, self._changes)
                    if file.kind == "list" and self._folder.runs:
                        let_lines_follow(self._folder, file, marked.all_lines, self._changes)
        except ScenarioError as error:  # a full disk changes nothing at all
            self._found.could_not.append(message("{}: {}").filled(file.shown, first_line(error)))
            return False
        return True

    def _touch(self, file: File, marked: Marked, kept: Text | None) -> None:
        lines = marked.lines
        self._found.touched.append(
            Touched(file.shown, file.kind, len(lines), kept is None, kept, lines)
        )

    def _record_unknown(self, file: File, marked: Marked) -> bool:
        """Record what is unknown about a file; return whether there is anything."""
        unknown = self._found.could_not
        before = len(unknown)
        self._found.searched += 1
        if file.fault is not None:
            unknown.append(message("{}: {}").filled(file.shown, file.fault))
        if marked.unclear:
            lines = line_numbers_text(marked.unclear)
            unknown.append(
                message(
                    "{shown}: {lines} may hold the number too, in a form that is "
                    "not clear: look at it"
                ).filled(shown=file.shown, lines=lines)
            )
        if marked.in_metadata:
            unknown.append(
                message("{shown}: its metadata may hold the number too: look at it").filled(
                    shown=file.shown
                )
            )
        if file.doubts:
            ids = ", ".join(sorted({hidden(name) for name in file.doubts.values()}))
            lines = line_numbers_text(file.doubts)
            unknown.append(
                message(
                    "{shown}, {lines}: the same identifier as the person's in "
                    "another scenario ({ids}); say --id with it if this is the "
                    "same person, else --not-id"
                ).filled(shown=file.shown, lines=lines, ids=ids)
            )
        return len(unknown) > before

    def _shared(self, bar: File, rows: list[Row]) -> set[int | str]:
        """Return identifiers of suppressed rows that other rows share."""
        own = set(self._someone.ids) - self._not_ids
        numbers = {number for row in rows for number in row.numbers} - self._someone.numbers
        ids = {name for row in rows for name in row.ids} - own
        shared: set[int | str] = set()
        for file in self._folder.people if numbers or ids else ():
            if file.scenarios & bar.scenarios:
                for row in file.rows_of(numbers, ids).rows:
                    shared |= (row.numbers & numbers) | (row.ids & ids)
        return shared


def _warn(folder: Folder, someone: Someone, found: Forgotten, lists: bool) -> None:
    """Add further warnings."""
    bars = [each for each in found.touched if each.kind in BARS]
    if any(each.done for each in bars):
        found.warnings.append(PROTECTION)
    if lists and len(someone.numbers) > 1 and not found.complete and not all(b.done for b in bars):
        found.warnings.append(
            message(
                "once what could not be done is settled, forget each of the "
                "person's further numbers as well: with the rows of the lists "
                "gone nothing links them any more"
            )
        )
    if folder.not_named:
        names = ", ".join(str(path) for path in folder.not_named[:LINES_SHOWN])
        text = (
            message("not searched, as no scenario names them: {names} and more")
            if len(folder.not_named) > LINES_SHOWN
            else message("not searched, as no scenario names them: {names}")
        )
        found.warnings.append(text.filled(names=names))


def _verdict(folder: Folder, found: Forgotten) -> list[str]:
    """Return whether the person is gone, and what still suppresses calls to them."""
    left = {each.path for each in found.touched if not each.done}
    gone: str
    if left:
        text = (
            message("not gone: would be left in {names}")
            if found.dry_run
            else message("not gone: left in {names}")
        )
        gone = text.filled(names=", ".join(sorted(left)))
    elif not found.complete:
        gone = message("not known: see what could not be done")
    else:
        text = (
            message("would be gone from all {count:,} files and runs that were searched")
            if found.dry_run
            else message("gone from all {count:,} files and runs that were searched")
        )
        gone = text.filled(count=found.searched)
    bars = [file for file in folder.others if file.kind in BARS and file.shown in left]
    holding = [file for file in folder.people if file.shown in left]
    kept_by = joined(message(" and "), [Text(file.shown) for file in bars])
    calls: str
    barred = {scenario for file in bars for scenario in file.scenarios}
    open_to = sorted({str(each) for file in holding for each in file.scenarios - barred})
    if open_to:
        open_text = message("nothing here keeps {names} from calling the person")
        calls = open_text.filled(names=", ".join(open_to))
        if bars:
            others = plural("in the others {kept_by} bars them", "in the others {kept_by} bar them")
            calls = joined(MARKS["then"], [calls, others.of(len(bars), kept_by=kept_by)])
    elif bars:
        calls = plural(
            "{kept_by} bars the person from being called",
            "{kept_by} bar the person from being called",
        ).of(len(bars), kept_by=kept_by)
    else:
        calls = message(
            "no list that was searched leads to the person; a list that brings a number back "
            "would, as no registry and no withdrawal here bars it"
        )
    return [gone, calls]
