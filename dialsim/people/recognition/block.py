"""The table of a list as a scenario file has it, made of what its columns hold."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from dialsim.people.recognition.columns import FoundColumn

_KEYS = ("format", "sheet", "header_row", "header", "delimiter", "encoding", "home", "countries")
"""Keys of a list before its columns, in the order they are written."""

_ORDER = (
    "number", "id", "consent_date", "consent_purpose", "consent_expiry", "consent_evidence",
    "withdrawn", "export_consent", "relation", "time_zone", "prior_attempts", "last_attempt",
)  # fmt: skip


def toml_text(value: object) -> str:
    r"""Return a text, number, truth value or list of texts as TOML 1.0.

    >>> toml_text('a "b"'), toml_text(["手机"]), toml_text(False), toml_text(3)
    ('"a \\"b\\""', '["手机"]', 'false', '3')
    """
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def column_roles(found: Sequence[FoundColumn]) -> dict[str, Any]:
    """Return the columns as ``[people.columns]`` names them."""
    named: dict[str, Any] = {}
    for each in found:
        if each.is_in_scenario and each.role not in ("alternates", "attribute"):
            named.setdefault(each.role, each.column)
    if others := [each.column for each in found if each.role == "alternates"]:
        named["alternates"] = others
    return named


def attributes_of(found: Sequence[FoundColumn]) -> list[str]:
    """Return the columns that are attributes of the list."""
    return [each.column for each in found if each.role == "attribute"]


def people_block(
    name: str, file: str, reading: Mapping[str, Any], found: Sequence[FoundColumn]
) -> str:
    """Return a ``[[people]]`` table in TOML 1.0, to be put into a scenario.

    Parameters
    ----------
    name, file
        The list and its file, relative to the scenario.
    reading
        Keys of the list that say how its file is read, as far as they are given.
    found
        Its columns.
    """
    lines = ["[[people]]", f"name = {toml_text(name)}", f"file = {toml_text(file)}"]
    for key in _KEYS:
        if reading.get(key) is not None:
            value = reading[key]
            value = int(value) if key == "sheet" and str(value).isdecimal() else value
            lines.append(f"{key} = {toml_text(value)}")
    attributes = list(reading.get("attributes") or attributes_of(found))
    if attributes:
        lines.append(f"attributes = {toml_text(attributes)}")
    named = column_roles(found)
    lines += ["", "[people.columns]"] if named else []
    for role in (*_ORDER, "alternates"):
        if role in named:
            lines.append(f"{role} = {toml_text(named[role])}")
    return "\n".join(lines) + "\n"
