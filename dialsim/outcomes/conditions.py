"""Conditions on rows of a table, as written on a command line: ``reason=busy,no_answer``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dialsim.errors import Problems, did_you_mean
from dialsim.messages.text import message

_FORM = re.compile(r"^\s*(?P<column>[^=!<>]+?)\s*(?P<sign>!=|<=|>=|=|<|>)\s*(?P<value>.*?)\s*$")
_COMPARE = {
    "=": "equal",
    "!=": "not_equal",
    "<": "less",
    "<=": "less_equal",
    ">": "greater",
    ">=": "greater_equal",
}
_TRUTH = {"yes": True, "true": True, "no": False, "false": False}
_FORMS = "COLUMN=VALUE, COLUMN=ONE,OTHER, COLUMN!=VALUE, COLUMN>=VALUE, or COLUMN= for none"
ALLOWED = {
    "number": "a number",
    "moment": 'a moment of the run\'s clock, such as "2026-04-13 10:30"',
    "truth": "yes or no",
    "text": "text, with = or !=",
}


@dataclass(frozen=True)
class Condition:
    """A condition on a row.

    Attributes
    ----------
    column, sign
        A column of the table, and one of ``= != < <= > >=``.
    values
        One of them must hold for ``=``, none for ``!=``; None stands for an empty cell. The others
        have one.
    """

    column: str
    sign: str
    values: tuple[Any, ...]

    def holds(self, batch: Any) -> Any:
        """Return bool[n] of an Arrow batch; an empty cell meets only ``=`` without value."""
        import pyarrow as pa
        from pyarrow import compute as pc

        column = batch.column(self.column)
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        found: Any = None
        for value in self.values:
            if value is None:
                one = pc.is_null(column)
                one = pc.invert(one) if self.sign == "!=" else one
            else:
                compare = getattr(pc, _COMPARE[self.sign])
                one = pc.fill_null(compare(column, pa.scalar(value, column.type)), False)
            join = pc.and_ if self.sign == "!=" else pc.or_
            found = one if found is None else join(found, one)
        if self.sign == "!=" and None not in self.values:  # an empty cell is none of them
            found = pc.or_(found, pc.is_null(column))
        return found


def read_conditions(texts: Sequence[str], schema: Any, problems: Problems) -> list[Condition]:
    """Return conditions on a table of a schema; add their faults to `problems`.

    Parameters
    ----------
    texts
        Each ``COLUMN SIGN VALUE``; values of text and numbers may be several, by commas.
    schema
        Arrow schema of the table.

    Examples
    --------
    >>> import pyarrow as pa
    >>> schema = pa.schema([("attempts", pa.int32()), ("reason", pa.string())])
    >>> problems = Problems()
    >>> read_conditions(["attempts >= 2", "reason=busy,held"], schema, problems)[1].values
    ('busy', 'held')
    >>> read_conditions(["attempt=2", "reason>a"], schema, problems)
    []
    >>> len(problems.items)
    2
    """
    found = []
    for text in texts:
        path = f"--where {text}"
        form = _FORM.match(text)
        if form is None:
            problems.add(path, message("this is no condition"), found=text, allowed=_FORMS)
            continue
        name, sign = form["column"], form["sign"]
        if name not in schema.names:
            allowed, near = ", ".join(schema.names), did_you_mean(name, schema.names)
            problems.add(path, message("no such column"), found=name, allowed=allowed, remedy=near)
            continue
        kind = _kind(schema.field(name).type)
        if kind in ("text", "truth") and sign not in ("=", "!="):
            problems.add(
                path, message("this column has no order"), found=sign, allowed=message("= or !=")
            )
            continue
        values = _values(form["value"], kind, schema.field(name).type, sign)
        if values is None:
            problems.add(
                path, message("{name} cannot be compared with "
                              "this").filled(name=name), found=form["value"],
                allowed=ALLOWED[kind],
            )  # fmt: skip
            continue
        found.append(Condition(name, sign, values))
    return found


def _kind(of: Any) -> str:
    import pyarrow as pa

    if pa.types.is_dictionary(of):
        return _kind(of.value_type)
    if pa.types.is_boolean(of):
        return "truth"
    if pa.types.is_timestamp(of):
        return "moment"
    return "number" if pa.types.is_integer(of) or pa.types.is_floating(of) else "text"


def _values(text: str, kind: str, of: Any, sign: str) -> tuple[Any, ...] | None:
    if not text:
        return (None,) if sign in ("=", "!=") else None
    if kind == "moment":
        return _moment(text, of)
    parts = [part.strip() for part in text.split(",")]
    if sign not in ("=", "!=") and len(parts) > 1:
        return None
    try:
        return tuple(_one(part, kind, of) for part in parts)
    except (ValueError, KeyError, OverflowError):
        return None


def _one(part: str, kind: str, of: Any) -> Any:
    import pyarrow as pa

    if not part:
        return None
    if kind == "truth":
        return _TRUTH[part.lower()]
    if kind == "text":
        return part
    value = float(part)
    if pa.types.is_integer(of):
        if value != int(value):
            raise ValueError(part)
        pa.scalar(int(value), of)  # raises what does not fit
        return int(value)
    return value


def _moment(text: str, of: Any) -> tuple[Any, ...] | None:
    from zoneinfo import ZoneInfo

    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None and of.tz is not None:
        moment = moment.replace(tzinfo=ZoneInfo(of.tz))
    return (moment,)
