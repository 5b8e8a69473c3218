"""A commented scenario around a planner's own list, made without an editor."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, cast, get_args
from zoneinfo import ZoneInfo

from dialsim.errors import InternalError, Problem, Problems, ScenarioError
from dialsim.messages.text import message
from dialsim.scenario.models.files import Registry, RegistryKind

NAME = "customers"
"""Name of the list in the scenario."""

_REACHED = 0.1
"""Conversations that the goal asks for, as a share of the contacts who may be called."""

_DAYS = timedelta(days=4)
_DATED_KINDS = ("refused", "industry")


@dataclass(frozen=True)
class RegistryFile:
    """A file of numbers not to be called.

    Attributes
    ----------
    path
        The file.
    kind
        ``internal``, ``industry``, ``refused`` or ``protected``.
    """

    path: Path
    kind: RegistryKind = "internal"

    @classmethod
    def of(cls, text: str) -> RegistryFile:
        """Return the file that a command's argument names: ``FILE`` or ``KIND=FILE``.

        >>> RegistryFile.of("own.csv").kind, RegistryFile.of("refused=scrub.csv").kind
        ('internal', 'refused')
        """
        kind, equals, rest = text.partition("=")
        if equals and rest and kind in get_args(RegistryKind):
            return cls(Path(rest), cast("RegistryKind", kind))
        return cls(Path(text))


def scenario_of_list(
    source: Path,
    target: Path,
    command_path: str,
    reading: Mapping[str, Any],
    registries: Sequence[RegistryFile] = (),
    start: date | None = None,
) -> str:
    """Return the text of a commented scenario that calls one list.

    Parameters
    ----------
    source
        The list's file.
    target
        The scenario's file, from which the paths in it are relative.
    command_path
        The scenario's file as commands in comments name it.
    reading
        Keys of a list in a scenario, as far as they are given.
    registries
        Files of numbers not to be called.
    start
        First day of the run; None: the Monday after today, in China.

    Raises
    ------
    ScenarioError
        A file cannot be read, it is not clear which of its columns are meant, or no row of the
        list can be used.
    """
    from dialsim.api.accounts import people_account
    from dialsim.api.list_columns import recognised_list
    from dialsim.scenario.library import STARTER, template

    file = _relative(source, target)
    seen = recognised_list(source, reading, file=file, name=NAME)
    start = start or _next_monday()
    account = people_account(source, recognise=True, on=start, **reading).lists[0]
    table = seen.toml
    if not account["used"] or table is None:
        raise ScenarioError.at(
            "--from",
            message("no row of the list can be used"),
            f'"{source}"',
            remedy=message("see why: dialsim people LIST"),
        )
    barred = max(account["barred"].values(), default=0)
    text = template(STARTER).text
    begin, end = text.index("[[people]]"), text.index("[[trunks]]")
    unused = [each.column for each in seen.found if not each.is_in_scenario and each.column]
    lists = "\n".join([_commented(table, unused), *_registry_tables(registries, target, start)])
    before = _scrubbed(text[text.index("schema = 1") : begin], registries)
    after = _aimed(text[end:], account["used"] - barred)
    text = _headed(before, source, command_path) + lists + "\n" + after
    text = _starting(text, start)
    tomllib.loads(text)
    return text


def _next_monday() -> date:
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    return today + timedelta(days=7 - today.weekday())


def _starting(text: str, start: date) -> str:
    """Return the starter with another first day; its goal is due five days on."""
    days = {"start = 2026-04-13": f"start = {start}", "2026-04-17T": f"{start + _DAYS}T"}
    for old, new in days.items():
        text = _replaced(text, old, new)
    return _replaced(text, "# first day; a Monday without holidays", "# first day")


def _scrubbed(text: str, registries: Sequence[RegistryFile]) -> str:
    """Return the tables before the list, and that an operator names who refuses calls."""
    if not any(each.kind == "refused" for each in registries):
        return text
    line = 'refuse_call = { access = "operator_scrub" }   # an operator has scrubbed the list\n'
    return _replaced(text, "\n[enterprise]", f"{line}\n[enterprise]")


def _relative(file: Path, target: Path) -> str:
    """Return a file as a scenario names it: relative to the scenario's folder."""
    return Path(os.path.relpath(file.absolute(), target.absolute().parent)).as_posix()


def _headed(text: str, source: Path, command_path: str) -> str:
    from dialsim.scenario.library import SCHEMA_LINE

    name = "".join(char if char.isprintable() else "?" for char in source.name)
    head = f"""\
{SCHEMA_LINE}# A calling campaign for the list {name}, made by `dialsim init --from`.
#
#     dialsim people {command_path}
#     dialsim check {command_path}
#     dialsim run {command_path}
#
# The list and the numbers not to be called are yours. Numbers, agents, hours and goals are those of
# an example: put in your own. `dialsim check` names what is missing.
"""
    return head + text


def _commented(table: str, unused: Sequence[str]) -> str:
    """Return the table of the list with a word on what stands there."""
    shown = ", ".join(unused)[:300]
    notes = {
        "attributes = ": "# results by these columns: dialsim run --by COLUMN",
        "[people.columns]": "# what the columns hold; each row's own value counts"
        + (f". Not used: {shown}" if shown else ""),
        "consent_date = ": "# when consent was given, or yes or no",
        "withdrawn = ": "# when it was withdrawn, or yes or no: such contacts are not called",
    }
    lines = []
    for line in table.splitlines():
        lines += [note for begin, note in notes.items() if line.startswith(begin)]
        lines.append(line)
    if "consent_date = " not in table:
        place = next(i for i, line in enumerate(lines) if line.startswith("file = ")) + 1
        lines[place:place] = [
            "# No column tells who consented: every contact counts as one with consent on record.",
            "# consent_recorded = 0.9            # share of contacts with consent on record",
        ]
    return "\n".join(lines) + "\n"


def _registry_tables(registries: Sequence[RegistryFile], target: Path, start: date) -> list[str]:
    """Return the tables of files of numbers not to be called; each is opened."""
    from dialsim.people.recognition.block import toml_text

    tables, names = [], set[str]()
    for each in registries:
        column = _number_column(each)
        name = _registry_name(each, names)
        lines = ["[[registries]]", f"name = {toml_text(name)}", f'kind = "{each.kind}"']
        lines.append(f"file = {toml_text(_relative(each.path, target))}")
        if column is not None:
            lines.append(f"columns = {{ number = {toml_text(column)} }}")
        if each.kind in _DATED_KINDS:
            lines.append(
                f"as_of = {min(_day_of(each.path), start)}   # when the file was last written"
            )
        tables.append("\n".join(lines) + "\n")
    return tables


def _number_column(each: RegistryFile) -> str | None:
    """Return the column of numbers of a registry; None: it is called `number`.

    Raises
    ------
    ScenarioError
        The file cannot be read, or no single column is that of the numbers.
    """
    from dialsim.people.reading.source_columns import listed
    from dialsim.people.reading.source_opening import open_source
    from dialsim.people.recognition.list_files import columns_of_list

    problems, file = Problems(), str(each.path)
    # the date is of no effect on how the file is read
    spec = Registry(name="registry", kind=each.kind, file=file, as_of=date(2026, 1, 1))
    found = columns_of_list(each.path, spec, {}, "registry", problems, file)
    chosen = next((column.column for column in found if column.role == "number"), None)
    candidates = [one.column for one in found if one.role == "candidate" and one.what != "key"]
    if candidates:
        problems.add(
            "registry.file",
            message("several columns may hold the phone numbers, and it is not clear which"),
            found=listed(candidates),
            remedy=message("call the one that is meant `number` in the file"),
        )
    elif not len(problems):
        given = {} if chosen in (None, "number") else {"number": str(chosen)}
        open_source(
            each.path, spec, {"number": ("number",)}, "registry", problems,
            given=given, named=file, may_be_empty=True,
        )  # fmt: skip
    if len(problems):
        raise ScenarioError(
            [
                Problem("--registry", one.message, one.found, one.allowed, one.remedy, file, None)
                for one in problems
            ]
        )
    return None if chosen == "number" else chosen


def _registry_name(each: RegistryFile, taken: set[str]) -> str:
    stem = re.sub(r"[^\w.-]+", "-", each.path.stem)[:60].strip("-.") or each.kind
    name, count = stem, 1
    while name in taken:
        count += 1
        name = f"{stem}-{count}"
    taken.add(name)
    return name


def _day_of(path: Path) -> date:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).date()


def _aimed(text: str, contacts: int) -> str:
    """Return the rest of the starter with a goal that a list of this length can reach."""
    goal = max(int(contacts * _REACHED), 1)
    rounded = int(float(f"{goal:.2g}"))
    line = f"at_least = {rounded:_}              # a tenth of the contacts who may be called"
    return _replaced(text, "at_least = 15_000", line)


def _replaced(text: str, old: str, new: str) -> str:
    """Return the starter with another text in one place.

    Raises
    ------
    InternalError
        The starter has no such place any more.
    """
    if text.count(old) != 1:
        raise InternalError(f"the starter has {old!r} {text.count(old)} times")
    return text.replace(old, new)
