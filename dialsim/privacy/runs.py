"""Erasure of a person from runs: by line, number and pseudonym."""

from __future__ import annotations

from pathlib import Path

from dialsim.errors import CapacityError, DialsimError, ScenarioError
from dialsim.messages.text import MARKS, Text, joined, message
from dialsim.outcomes.erasing import erase_persons, inputs_now, move_lines, persons_in, shown_in
from dialsim.outcomes.pseudonyms import PseudonymKey
from dialsim.privacy.forget_result import Forgotten, Touched
from dialsim.privacy.people_files import File, Folder, Someone, first_line
from dialsim.results.summary_types.summary import Summary
from dialsim.storage.atomic_file import is_full
from dialsim.storage.journal import Changes, digest_of
from dialsim.storage.small_files import read_small_text
from dialsim.summary.stored_summary import read_summary

DAMAGED = (DialsimError, OSError, ValueError)
"""Errors, beside Arrow's own, on reading a damaged table, whose names may be no text."""


def from_run(
    run: Path,
    folder: Folder,
    someone: Someone,
    key: PseudonymKey | None,
    found: Forgotten,
    changes: Changes,
) -> bool:
    """Erase the person from a run; record what was done and what is unknown.

    A row is the person's if its line in the list is, while the list is unchanged since the run; or
    if it shows one of the person's numbers, or a pseudonym of one.

    Returns
    -------
    bool
        Whether the run could be searched and changed. If not, its lists must stay unchanged: a
        later search needs their lines to find the person's rows.
    """
    import pyarrow as pa

    found.searched += 1
    try:
        summary = read_summary(run)
        shown = shown_in(run)
        pseudonyms, why = _pseudonyms(summary, someone, key, shown)
        lines, blind = _lines(summary, run, folder, shown, bool(pseudonyms) or "number" in shown)
        persons = persons_in(
            run,
            pseudonyms=pseudonyms,
            numbers=[f"+{number}" for number in someone.numbers],
            lines=lines,
        )
        erased = erase_persons(
            run, persons, summary, lines=lines, dry_run=found.dry_run, changes=changes
        )
    except (*DAMAGED, pa.ArrowException) as error:
        _raise_if_full(error)
        found.could_not.append(message("{}: {}").filled(run, first_line(error)))
        return False
    of = message("{run}: {reason}{why}")
    found.could_not += [of.filled(run=run, reason=reason, why=why) for reason in blind]
    if erased.files:
        of_table = message("{rows:,} in {name}", "rows of a table")
        parts = [of_table.filled(rows=rows, name=name) for name, rows in erased.rows.items()]
        note = joined(MARKS["and"], parts)
        found.touched.append(Touched(str(run), "run", sum(erased.rows.values()), True, note))
    return True


def reads(run: Path, folder: Folder, file: File) -> bool:
    """Return whether a run has read a list, or may have."""
    try:
        return any(file in folder.lists.get(each, ()) for each in _file_lists(run))
    except ScenarioError:
        return True


def _raise_if_full(error: Exception) -> None:
    """Raise an error caused by a full disk: then nothing at all is changed."""
    if isinstance(error, CapacityError) and is_full(error.__cause__):
        raise error


def let_lines_follow(folder: Folder, file: File, gone: list[int], changes: Changes) -> None:
    """Update the line numbers of a changed list in the runs that read it.

    Raises
    ------
    ScenarioError
        The lines of a run cannot be changed.
    CapacityError
        The disk is full.
    """
    import pyarrow as pa

    now = digest_of(changes.now(file.path)) or ""
    for (name, written), places in folder.lists.items():
        if file not in places:
            continue
        for run in folder.runs:
            try:
                summary = read_summary(run)
                if inputs_now(summary).get(written) == file.digest and "line" in shown_in(run):
                    move_lines(run, name, gone, written, now, changes)
            except (*DAMAGED, pa.ArrowException) as error:
                _raise_if_full(error)
                raise ScenarioError(
                    message("{run}: {first_line}").filled(run=run, first_line=first_line(error))
                ) from None


def _pseudonyms(
    summary: Summary, someone: Someone, key: PseudonymKey | None, shown: set[str]
) -> tuple[list[str], str]:
    """Return the pseudonyms of the numbers in a run if this is its key; else why there are none."""
    if "pseudonym" not in shown:
        return [], ""
    personal = summary.get("personal_data")
    made = None if personal is None else personal["pseudonyms"]
    theirs = None if made is None else made["key_fingerprint"]
    if key is None:
        return [], message("; its pseudonyms want the key {theirs}, and none was given").filled(
            theirs=theirs
        )
    if theirs != key.fingerprint:
        return [], message(
            "; its pseudonyms want the key {theirs}, and this is {fingerprint}"
        ).filled(theirs=theirs, fingerprint=key.fingerprint)
    return [key.pseudonym(number) for number in sorted(someone.numbers)], ""


def _lines(
    summary: Summary, run: Path, folder: Folder, shown: set[str], named: bool
) -> tuple[dict[str, set[int]], list[Text]]:
    """Return the person's lines by list, and the lists for which they cannot be known.

    `named`: rows show a number, or a pseudonym of it. That suffices if every person was one row,
    but not if rows had several numbers or were merged by identifier.
    """
    lines: dict[str, set[int]] = {}
    blind: list[Text] = []
    inputs = inputs_now(summary)
    plain = named and _by_number_alone(summary)
    for name, written in _file_lists(run):
        places = folder.lists.get((name, written), [])
        same = [file for file in places if file.digest == inputs.get(written) and file.is_as_noted]
        if same and "line" in shown:
            lines[name] = set(same[0].marked.lines)
            continue
        if plain:
            continue
        reason: Text
        if not places:
            reason = message("no scenario here names its list {name} ({written})").filled(
                name=name, written=written
            )
        elif "line" not in shown:
            reason = message(
                "its tables do not show which rows of {written} they came from"
            ).filled(written=written)
        elif written not in inputs:
            reason = message(
                "{written} was not read to its end, so its rows cannot be told apart"
            ).filled(written=written)
        else:
            reason = message(
                "{written} has changed since, so its rows cannot be told apart"
            ).filled(written=written)
        if named:
            more = message(
                "rows that show a number of the person's were found, but people in it had second "
                "numbers or identifiers: look at it, or delete it"
            )
            reason = joined(MARKS["then"], [reason, more])
        blind.append(reason)
    return lines, blind


def _by_number_alone(summary: Summary) -> bool:
    """Whether only the number identifies people in every row of a run."""
    accounts = summary.get("lists")
    if not accounts:
        return False
    return all(
        each["alternates"] == 0
        and each["second_numbers"] == 0
        and not set(each["merged_by"]) - {"number"}
        for each in accounts
    )


def _file_lists(run: Path) -> list[tuple[str, str]]:
    """Return name and file of a run's lists; its scenario's paths are not valid here."""
    import tomli

    try:
        raw = tomli.loads(read_small_text(run / "scenario.toml"))
        return [(each["name"], each["file"]) for each in raw["people"] if "file" in each]
    except (OSError, ValueError, KeyError, TypeError):
        raise ScenarioError.at(
            "", message("scenario.toml cannot be read, so its lists are not known")
        ) from None
