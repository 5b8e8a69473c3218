"""A bare list file as a scenario of its own, and its problems in terms of a command's options."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from dialsim.api.sources import Source, loaded
from dialsim.errors import Problem, ScenarioError
from dialsim.messages.text import in_each, read_in
from dialsim.scenario.models.schema import Scenario


def is_bare(source: Source) -> bool:
    """Return whether a source is a bare list file, not a scenario."""
    return isinstance(source, str | Path) and Path(source).suffix.lower() != ".toml"


def bare_list(path: Source, reading: Mapping[str, Any], on: date | None = None) -> Scenario:
    """Return a scenario around one bare list file, for functions that need one."""
    assert isinstance(path, str | Path)
    keys = {key: value for key, value in reading.items() if value not in (None, (), [], {})}
    day = on or datetime.now(ZoneInfo("Asia/Shanghai")).date()
    name = re.sub(r"[^\w.-]+", "-", Path(path).name)[:80].strip("-.") or "list"
    raw = _around({"name": name, "file": str(Path(path).absolute()), **keys}, day)
    try:
        return loaded(raw)
    except ScenarioError as error:
        raise of_options(error, str(path)) from None


_OPTIONS = {
    "columns.number": "--number",
    "columns.id": "--id",
    "home": "--home",
    "countries": "--countries",
    "format": "--format",
    "delimiter": "--delimiter",
    "encoding": "--encoding",
    "header": "--no-header",
    "sheet": "--sheet",
    "header_row": "--header-row",
    "attributes": "--attributes",
    "columns.alternates": "--alternate",
}
_NAMED = re.compile(r'columns = \{ (number|id|alternates) = \[?"(.*?)"\]? \}')
_PLACED = re.compile(r'\b(header_row|sheet) = ("[^"]*"|\w+)')
_KEYED = re.compile(r'`?\b(home|countries|format|delimiter|encoding)\b(?: = ("[^"]*")|`)')


def of_options(error: ScenarioError, file: str) -> ScenarioError:
    """Return problems of a generated scenario in terms of the command's options."""
    return ScenarioError([in_options(problem, file) for problem in error.problems])


def in_options(problem: Problem, file: str) -> Problem:
    """Return a problem of the first list in terms of the command's options."""
    inner = re.sub(r"^people\[0\]\.?", "", problem.path)
    key = re.sub(r"\[\d+\]$", "", inner)
    path = _OPTIONS.get(key, key if key != "file" else "")
    found, allowed, remedy = problem.found, problem.allowed, problem.remedy
    if key == "file":
        found = None
    allowed, remedy = (
        None if text is not None and "relative to the scenario" in text else text
        for text in (allowed, remedy)
    )
    if remedy is not None:
        words = remedy
        remedy = in_each(lambda language: _remedy_in_options(read_in(words, language)))
    return Problem(path, problem.message, found, allowed, remedy, file, None)


def _remedy_in_options(text: str) -> str:
    """Return a remedy in terms of options instead of a scenario's keys.

    >>> _remedy_in_options('perhaps columns = { id = "key" }')
    'perhaps --id "key"'
    >>> _remedy_in_options('name it: columns = { number = "..." }')
    'name it: --number COLUMN'
    >>> _remedy_in_options('leave `format` out, or format = "csv"')
    'leave --format out, or --format "csv"'
    >>> _remedy_in_options('the row of names: header_row = 3')
    'the row of names: --header-row 3'
    """

    def named(match: re.Match[str]) -> str:
        column = "COLUMN" if match[2] == "..." else f'"{match[2]}"'
        return f"{_OPTIONS[f'columns.{match[1]}']} {column}"

    def keyed(match: re.Match[str]) -> str:
        return _OPTIONS[match[1]] + (f" {match[2]}" if match[2] else "")

    texts = _KEYED.sub(keyed, _NAMED.sub(named, text)).replace("header = false", "--no-header")
    return _PLACED.sub(lambda match: f"{_OPTIONS[match[1]]} {match[2]}", texts)


def _around(source: dict[str, Any], day: date) -> dict[str, Any]:
    """Return a scenario that dials one list; only the list is evaluated."""
    return {
        "schema": 1,
        "name": "account",
        "start": day,
        "days": 1,
        "seed": 0,
        "enterprise": {"name": "account"},
        "people": [source],
        "trunks": [
            {
                "name": "trunk",
                "operator": "CTCC",
                "permits": ["service"],
                "calls_per_second": 1,
                "channels": 1,
            }
        ],
        "caller_ids": [
            {
                "name": "number",
                "class": "fixed",
                "area_code": "10",
                "count": 1,
                "trunk": "trunk",
                "registered": True,
                "filed": {"use": "service", "category": "other", "daily_volume": 1},
            }
        ],
        "agents": [
            {
                "name": "agent",
                "count": 1,
                "shifts": [{"days": "daily", "from": "09:00", "to": "12:00"}],
            }
        ],
        "campaigns": [
            {
                "name": "campaign",
                "purpose": "service",
                "category": "other",
                "lawful_basis": "contract",
                "people": [source["name"]],
                "caller_ids": ["number"],
                "agents": ["agent"],
            }
        ],
    }
