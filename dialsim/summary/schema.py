"""The format of ``summary.json``, which is also what ``dialsim run --json`` prints.

Comes in: nothing. Goes out: its JSON Schema, every key with its meaning and every number with its
unit, and what a stored summary lacks of it. Must not know how a summary is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from dialsim.messages.kinds import Message
from dialsim.messages.stored_text import text_faults
from dialsim.messages.text import message
from dialsim.scenario.metrics import metrics

__all__ = ["summary_faults", "summary_schema"]

_MISSING = message("{key}: is missing")
_OTHER_FORM = message("{key}: has another form than this version writes")
_FAULTS = {
    "missing": _MISSING,
    "int_type": message("{key}: is no whole number"),
    "float_type": message("{key}: is no number"),
    "bool_type": message("{key}: is neither true nor false"),
    "string_type": message("{key}: is no text"),
    "list_type": message("{key}: is no list"),
    "dict_type": message("{key}: is no table"),
    "moment": message("{key}: is no moment"),
    "day": message("{key}: is no day"),
    **dict.fromkeys(
        ("greater_than", "greater_than_equal", "less_than", "less_than_equal"),
        message("{key}: is out of range"),
    ),
    "literal_error": message("{key}: is none of the values that this version knows"),
}
"""What a stored value is not, by the kind of error that pydantic reports."""

DIALECT = "https://json-schema.org/draft/2020-12/schema"
VERSION: Final = 2
"""The version that this schema describes."""
TITLE = f"summary.json of a dialsim run, version {VERSION}"


@cache
def summary_schema() -> dict[str, Any]:
    """Return the JSON Schema of a summary.

    Where the keys of a table are fixed no other is allowed: a key that is not described here is a
    fault of whoever wrote it. The metrics are those of the metric dictionary.
    """
    schema: dict[str, Any] = _adapter().json_schema(mode="validation")
    _name_metrics(schema)
    for table in (schema, *schema["$defs"].values()):
        for each in table["properties"].values():
            each.pop("title", None)  # its key, again
    return {"$schema": DIALECT, **schema, "title": TITLE}


def summary_faults(summary: Mapping[str, Any]) -> list[str]:
    """Return what a stored summary lacks or has in a wrong form, by the path of each key.

    Keys that are not known are passed over: a later version may have added them.
    """
    from pydantic import ValidationError

    try:
        _adapter().validate_python({**summary, "schema_version": _form_of(summary)}, strict=True)
    except ValidationError as error:
        faults: list[str] = [
            _fault_text(each).filled(key=".".join(map(str, each["loc"])))
            for each in error.errors(include_url=False, include_input=False)
            if each["type"] != "extra_forbidden"
        ]
        if faults:
            return faults
    faults = text_faults(summary)
    if faults:
        return faults
    missing = [key for key in _always() if key not in summary["metrics"]]
    return [_MISSING.filled(key=f"metrics.{key}") for key in missing]


def _form_of(summary: Mapping[str, Any]) -> Any:
    """Return the version whose form a summary must have.

    Version 1 differs in texts alone: it has them in Chinese, under keys with `_zh`, where this one
    has messages.
    """
    version = summary.get("schema_version")
    return VERSION if version == 1 and version is not True else version


def _always() -> list[str]:
    """Return the metrics that every summary has."""
    return [key for key, metric in metrics().items() if metric.since is None]


def _fault_text(error: Any) -> Message:
    return _FAULTS.get(error["type"], _OTHER_FORM)


@cache
def _adapter() -> Any:
    from pydantic import TypeAdapter

    from dialsim.results.summary_types.summary import Summary

    return TypeAdapter(Summary)


def _name_metrics(schema: dict[str, Any]) -> None:
    """Put the metric dictionary in the place of what stands for any metric."""
    known = metrics()
    schema["properties"]["metrics"] |= {
        "additionalProperties": False,
        "required": _always(),
        "properties": {
            key: {"$ref": "#/$defs/Metric", "description": metric.meaning, "unit": metric.unit}
            for key, metric in known.items()
        },
    }
    row: dict[str, Any] = {
        "value": {
            "type": ["string", "null"],
            "description": "The attribute's value; null: none, or of several values together.",
        },
        "values": {
            "type": "integer",
            "description": "How many values it stands for.",
            "unit": "values",
        },
        "leads": {"type": "integer", "description": "Leads of such people.", "unit": "leads"},
    }
    for key, metric in known.items():
        if metric.not_split is None:
            row[key] = {
                "type": ["integer" if metric.count else "number", "null"],
                "description": metric.meaning,
                "unit": metric.unit,
            }
    split = schema["$defs"]["Split"]["properties"]
    table = {"type": "object", "properties": row, "required": list(row)[:4]}
    schema["$defs"]["SplitRow"] = {
        **table,
        "title": "SplitRow",
        "description": "Metrics of the people with one value of an attribute.",
        "additionalProperties": False,
    }
    split["rows"]["items"] = {"$ref": "#/$defs/SplitRow"}
    description = split["total"]["description"]
    split["total"] = {"$ref": "#/$defs/SplitRow", "description": description}
