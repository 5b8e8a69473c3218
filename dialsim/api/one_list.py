"""A scenario whose lists are replaced by one: a file, or rows in memory."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from dialsim.errors import ScenarioError, did_you_mean
from dialsim.messages.text import message
from dialsim.scenario.load import scenario_from
from dialsim.scenario.models.schema import Campaign, PeopleList, Scenario

ListSource = str | Path | Mapping[str, Any] | Any
"""A CSV or Parquet file; or an Arrow table, a dict of columns, a pandas or polars frame."""

_TERMS = ("relation", "purposes", "consent_recorded")
_OF_ORDER = ("priority", "best_hour")


def campaign_of(scenario: Scenario, name: str | None) -> Campaign:
    """Return the campaign of a name; without one, the only one.

    Raises
    ------
    ScenarioError
        No campaign has the name, or several have no name to choose by.
    """
    names = [campaign.name for campaign in scenario.campaigns]
    if name is None and len(names) == 1:
        return scenario.campaigns[0]
    if name in names:
        return scenario.campaigns[names.index(name)]
    found = None if name is None else f'"{name}"'
    sentence = (
        message("several campaigns call people")
        if name is None
        else message("there is no such campaign")
    )
    remedy = (
        did_you_mean(name, names) if name is not None else message("say which: --campaign NAME")
    )
    raise ScenarioError.at("--campaign", sentence, found, ", ".join(names), remedy)


def with_one_list(
    scenario: Scenario, campaign: Campaign, path: Path, name: str, reading: Mapping[str, Any]
) -> Scenario:
    """Return the scenario with one campaign, which calls one list from a file.

    Parameters
    ----------
    path
        The file. If a list of the scenario comes from it, it is read as that list, else as the
        campaign's first list from a file; other columns and consent terms must be named. If the
        campaign has only synthetic lists, relation and consent of the first apply.
    name
        Name of the list.
    reading
        Keys of a list in a scenario that override those.
    """
    raw = scenario.to_dict()
    place = _alike(scenario, campaign, path)
    itself = _same(scenario, scenario.people[place], path)
    keys = _terms(raw["people"][place], itself)
    columns = {**keys.get("columns", {}), **reading.get("columns", {})}
    keys |= {key: value for key, value in reading.items() if value not in (None, (), [], {})}
    keys |= {"columns": columns} if columns else {}
    if "home" in reading and "countries" not in reading:
        keys.pop("countries", None)
    raw["people"] = [{**keys, "name": name, "file": str(path.absolute())}]
    mine = next(each for each in raw["campaigns"] if each["name"] == campaign.name)
    raw["campaigns"] = [{**mine, "people": [name]}]
    raw["goals"] = []
    return scenario_from(raw, replace(scenario._origin, lines={}))


def _terms(written: Mapping[str, Any], itself: bool) -> dict[str, Any]:
    """Return the keys of a list that apply to any file.

    The order only decides which row of a person comes first; for the file itself it is kept.
    """
    if "synthetic" in written:
        return {key: value for key, value in written["synthetic"].items() if key in _TERMS}
    dropped = {"name", "file", "attributes"} | (set() if itself else {"order"})
    keys = {key: value for key, value in written.items() if key not in dropped}
    if not itself:
        columns = keys.get("columns", {})
        keys["columns"] = {key: name for key, name in columns.items() if key not in _OF_ORDER}
    return keys


def _alike(scenario: Scenario, campaign: Campaign, path: Path) -> int:
    """Return the index of the list that defines how a file is read."""
    names = [people.name for people in scenario.people]
    mine: list[int] = [names.index(name) for name in campaign.people]
    files: list[int] = [
        i for i in [*mine, *range(len(names))] if scenario.people[i].file is not None
    ]
    same = [i for i in files if _same(scenario, scenario.people[i], path)]
    return [*same, *(i for i in mine if i in files), mine[0]][0]


def _same(scenario: Scenario, people: PeopleList, path: Path) -> bool:
    own = scenario.file_path(str(people.file))
    try:
        return people.file is not None and own.samefile(path)
    except OSError:  # a missing file is reported when it is opened
        return False


def name_of(path: Path) -> str:
    """Return the name of a file's list.

    >>> name_of(Path("a/export of April.csv"))
    'export-of-April.csv'
    """
    return re.sub(r"[^\w.-]+", "-", path.name)[:80].strip("-.") or "list"


@contextmanager
def as_file(source: ListSource) -> Iterator[Path]:
    """Yield the file of a source; rows in memory get a private temporary one.

    Raises
    ------
    ScenarioError
        The source is no list.
    """
    if isinstance(source, str | os.PathLike):
        yield Path(source)
        return
    from pyarrow import parquet

    from dialsim.storage.workplaces import staged_folder

    table = as_table(source)
    with staged_folder(Path(tempfile.gettempdir()), "rows", 0o700) as folder:
        handle, name = tempfile.mkstemp(dir=folder.path, suffix=".parquet")  # mode 0600
        with os.fdopen(handle, "wb") as file:
            parquet.write_table(table, file)
        yield Path(name)


def as_table(source: Any) -> Any:
    """Return rows in memory as an Arrow table.

    Raises
    ------
    ScenarioError
        It is neither a table nor a dict of columns of one length.
    """
    import pyarrow as pa

    try:
        if isinstance(source, pa.Table):
            return source
        if isinstance(source, pa.RecordBatch):
            return pa.Table.from_batches([source])
        if isinstance(source, Mapping):
            return pa.table({str(name): pa.array(column) for name, column in source.items()})
        if hasattr(source, "__arrow_c_stream__"):  # pandas, polars and others
            return pa.table(source)
        if hasattr(source, "to_arrow"):
            return pa.table(source.to_arrow())
    except (pa.ArrowException, TypeError, ValueError, AttributeError) as error:
        reason = str(error).splitlines()[0][:120]
        raise ScenarioError.at(
            "list", message("these rows make no table: {reason}").filled(reason=reason)
        ) from None
    raise ScenarioError.at(
        "list",
        message("this is no list"),
        found=type(source).__name__,
        allowed=message(
            "a file's path, an Arrow table, a dict of columns, a pandas or polars frame"
        ),
    )
