"""The columns of a bare list file, recognised by their headers and cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dialsim.api.bare_lists import bare_list, in_options
from dialsim.errors import Problems, ScenarioError

if TYPE_CHECKING:
    from dialsim.people.recognition.columns import FoundColumn
    from dialsim.results.lists.account_result import CountedColumn


@dataclass(frozen=True)
class RecognisedList:
    """The columns of a bare list file.

    Attributes
    ----------
    found
        What each of them holds.
    reading
        Keys of a list with which the file is read: those given, and the columns recognised unless
        the column of numbers is given.
    toml
        Its ``[[people]]`` table.
    """

    found: list[FoundColumn]
    reading: dict[str, Any]
    toml: str | None

    def counted(self) -> list[CountedColumn]:
        """Return the columns as plain values."""
        read = self.reading.get("columns", {})
        named = {name for name in read.values() if isinstance(name, str)}
        named |= set(read.get("alternates", ()))
        return [
            {
                "column": each.column,
                "role": each.role,
                "by": each.by if each.role or each.what else "",
                "what": each.what,
                "filled": each.kinds.filled,
                "different": each.kinds.different,
                "numbers": each.kinds.numbers,
                "is_read": each.column in named,
            }
            for each in self.found
        ]


def recognised_list(
    path: Any, reading: Mapping[str, Any], *, file: str | None = None, name: str | None = None
) -> RecognisedList:
    """Return what the columns of a bare list file hold.

    Parameters
    ----------
    path
        The file.
    reading
        Keys of a list in a scenario, as far as they are given.
    file, name
        The file and the list as the table names them; default: the path, and the file's name.

    Raises
    ------
    ScenarioError
        The file cannot be read, or several columns may hold the numbers or the key.
    """
    from dialsim.api.one_list import name_of
    from dialsim.people.recognition.block import column_roles, people_block
    from dialsim.people.recognition.list_files import columns_of_list, refuse_candidates

    source = Path(path)
    spec = bare_list(path, reading).people[0]
    given = dict(reading.get("columns", {}))
    problems = Problems(file=str(path))
    found = columns_of_list(source, spec, given, "people[0]", problems, str(path))
    refuse_candidates(found, given, "people[0]", problems)
    if len(problems):
        raise ScenarioError([in_options(problem, str(path)) for problem in problems])
    roles = column_roles(found)
    if "number" not in roles:
        return RecognisedList(found, dict(reading), None)
    columns = given if "number" in given else {**roles, **given}
    kept = {**reading, **({"columns": columns} if columns else {})}
    table = people_block(name or name_of(source), file or source.as_posix(), reading, found)
    return RecognisedList(found, kept, table)
