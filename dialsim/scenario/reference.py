"""The reference of scenario files, written from the JSON Schema: each key, in the file's order."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, get_args

from dialsim.errors import shown
from dialsim.messages.text import message
from dialsim.scenario.metrics import metrics
from dialsim.scenario.models.fields import Province
from dialsim.scenario.models.schema import json_schema
from dialsim.scenario.models.tables import MECHANISMS

Schema = dict[str, Any]
Row = tuple[str, ...]

_NAMED = {
    "Metrics": tuple(metrics()),
    "Mechanisms": tuple(MECHANISMS),
    "Provinces": get_args(Province),
}
_FIRST = """\
# Keys of a scenario file

Written from the models by `dialsim schema --markdown`; a test holds this page to them. A scenario \
is a TOML 1.1 file of at most 4 MiB; `dialsim init` writes one to start from.

- **Unknown keys** are refused, each with the nearest known one; so is any value outside what is \
allowed. All problems are told at once.
- **Default**: *required* keys must be given; *absent* says that the key may be left out, and the \
meaning tells what then holds. In brackets stands what a default rests on: source ids as in the \
profiles, "A" where nothing was found, and how well it is known. None of them is the law unless it \
says rule.
- **Tables** that repeat are written `[[people]]`, those within another as `[people.synthetic]` or \
in braces on one line.
"""


@dataclass
class Table:
    """A table of the file, wherever it may stand."""

    definition: Schema
    paths: list[str] = field(default_factory=list)

    @property
    def heading(self) -> str:
        """Its places: `[rules]`; `[[people]]`; `rules.enterprise_limits[]`, `trunks.limits[]`."""
        first = self.paths[0]
        if "." not in first:
            return f"`[[{first[:-2]}]]`" if first.endswith("[]") else f"`[{first}]`"
        above = {path.rpartition(".")[0] for path in self.paths}
        if len(self.paths) > 4 and len(above) == 1:
            return f"Each of `{above.pop()}`"
        return ", ".join(f"`{path}`" for path in self.paths)


def reference() -> str:
    """Return the reference as Markdown: one section a table, one line a key."""
    schema = json_schema()
    tables: dict[str, Table] = {}
    _collect(schema, "", schema["$defs"], tables)
    head = {key: each for key, each in schema["properties"].items() if not _tables_in(each)}
    parts = [
        _FIRST,
        _forms(schema),
        "## Head of the file\n",
        _lines(schema | {"properties": head}, tables),
    ]
    for table in tables.values():
        level = "##" if "." not in table.paths[0] else "###"
        about = " ".join(str(table.definition["description"]).split()).replace("``", "`")
        parts += [f"{level} {table.heading}\n", f"{about}\n", _lines(table.definition, tables)]
    parts += ["## Metrics\n", "What a goal may bind.\n", _metrics()]
    off: list[Row] = [("mechanism", "what it is"), *((f"`{k}`", v) for k, v in MECHANISMS.items())]
    parts += ["## Mechanisms\n", "What `network.off` switches off.\n", _markdown(off)]
    parts += ["## Provinces\n", ", ".join(f"`{each}`" for each in get_args(Province)) + "\n"]
    return "\n".join(parts)


def _collect(table: Schema, path: str, defs: Schema, found: dict[str, Table]) -> None:
    """Add the tables below one, each with all its places, in the order of a file."""
    for key, each in table["properties"].items():
        for name, end in _tables_in(each):
            place = f"{path}{key}{end}"
            if name in found:
                found[name].paths.append(place)
            else:
                found[name] = Table(defs[name], [place])
            _collect(defs[name], f"{path}{key}.", defs, found)


def _tables_in(each: Schema) -> list[tuple[str, str]]:
    """Return the definition of the table that stands at a key, and what follows the key.

    Nothing, what says that it may repeat, or the name of one of several tables.
    """
    inner, end = each, ""
    if each.get("type") == "array":
        inner, end = each["items"], "[]"
    elif each.get("type") == "object" and (values := _values(each)) is not None:
        inner, end = values, ".NAME"
    found = inner.get("anyOf", [inner])
    return [(one["$ref"].rpartition("/")[2], end) for one in found if "$ref" in one]


# --- lines ----------------------------------------------------------------------------------------


def _lines(table: Schema, tables: dict[str, Table]) -> str:
    rows: list[Row] = [("key", "may stand there", "unit", "default", "meaning")]
    for key, each in table["properties"].items():
        default = "*required*" if key in table.get("required", ()) else _default(each)
        meaning = str(each["description"])
        if "x-note" in each:
            meaning += f" ({each['x-note']})"
        rows.append((f"`{key}`", _allowed(each, tables), _unit(each), default, meaning))
    return _markdown(rows)


def _markdown(rows: list[Row]) -> str:
    lines = ["| " + " | ".join(cell.replace("|", r"\|") for cell in row) + " |" for row in rows]
    lines.insert(1, "|---" * len(rows[0]) + "|")
    return "\n".join(lines) + "\n"


def _allowed(each: Schema, tables: dict[str, Table]) -> str:
    """Return what may stand at a key, in words."""
    if "$ref" in each:
        return f"[table](#{_anchor(tables[each['$ref'].rpartition('/')[2]].heading)})"
    if "anyOf" in each:
        return ", or ".join(_allowed(one, tables) for one in each["anyOf"])
    if "enum" in each:
        return _choice(each["enum"])
    if "const" in each:
        return f"`{shown(each['const'])}`"
    kind = each.get("type")
    if kind == "array":
        return _list(each, tables)
    if kind == "object":
        return _free_table(each, tables)
    if kind == "boolean":
        return "`true`, `false`"
    if kind in ("integer", "number"):
        return ("whole number" if kind == "integer" else "number") + _bounds(each)
    text = str(each.get("x-form", "text"))
    return f"{text}, at most {each['x-most']}" if "x-most" in each else text


def _choice(items: list[Any]) -> str:
    for name, known in _NAMED.items():
        if tuple(items) == known:
            return f"one of the [{name.lower()}](#{name.lower()})"
    return ", ".join(f"`{shown(item)}`" for item in items)


def _list(each: Schema, tables: dict[str, Table]) -> str:
    items = _allowed(each["items"], tables)
    text = "list of " + items.replace("[table]", "[tables]").removeprefix("one of the ")
    least, most = each.get("minItems"), each.get("maxItems")
    if least:
        text += f"; at least {least}"
    return f"{text}; at most {most}" if most else text


def _free_table(each: Schema, tables: dict[str, Table]) -> str:
    values = _values(each)
    if values is None:
        return "table: dotted name = value"
    keys = each.get("propertyNames", {})
    name = f"any of {_choice(keys['enum'])}" if "enum" in keys else "name"
    return f"table: {name} = {_allowed(values, tables)}".replace("any of one of", "any of")


def _values(each: Schema) -> Schema | None:
    """Return what the values of a table of free keys are, where a type says so."""
    (values,) = each.get("patternProperties", {"": each.get("additionalProperties")}).values()
    return values if isinstance(values, dict) else None


def _bounds(each: Schema) -> str:
    least, most = each.get("minimum"), each.get("maximum")
    above, below = each.get("exclusiveMinimum"), each.get("exclusiveMaximum")
    if least is not None and most is not None:
        return f", {_figure(least)} to {_figure(most)}"
    words = (("at least", least), ("above", above), ("at most", most), ("below", below))
    return "".join(f", {word} {_figure(bound)}" for word, bound in words if bound is not None)


def _figure(bound: float) -> str:
    if bound == 2**63:
        return "2^63"
    return f"{int(bound):,}" if float(bound).is_integer() else f"{bound:g}"


def _unit(each: Schema) -> str:
    inner = each.get("items", each)
    unit = ((inner.get("type") == "object" and _values(inner)) or inner).get("x-unit", "")
    return "" if unit == "no unit" else str(unit)


def _default(each: Schema) -> str:
    if "default" not in each:
        return "absent"
    value = each["default"]
    text = "none" if value in ([], {}) else f"`{shown(value)}`"
    return f"{text} ({each['x-source']})" if "x-source" in each else text


def _anchor(heading: str) -> str:
    """Return the anchor that a page gives a heading.

    >>> _anchor("`[[people]]`"), _anchor("`rules.caller_limits[]`, `trunks.limits[]`")
    ('people', 'rulescaller_limits-trunkslimits')
    """
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


# --- what is beside the tables --------------------------------------------------------------------


def _forms(schema: Schema) -> str:
    """Return how each form of text is written, by its examples."""
    found: dict[str, str] = {}
    bare = ("date", "time of day", "date and time", "date, or date and time")

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if "x-form" in node and "examples" in node:
                form = node["x-form"]
                texts = [each if form in bare else _quoted(each) for each in node["examples"]]
                found[form] = ", ".join(f"`{text}`" for text in texts)
            for inner in node.values():
                walk(inner)
        elif isinstance(node, list):
            for inner in node:
                walk(inner)

    walk(schema)
    rows: list[Row] = [("form", "written"), *sorted(found.items())]
    return "## How values are written\n\n" + _markdown(rows)


def _quoted(text: str) -> str:
    return '"' + text.replace("\t", r"\t") + '"'


def _metrics() -> str:
    rows: list[Row] = [
        ("metric", "name", message("name")["zh"], "unit", "meaning", "of a campaign")
    ]
    for key, each in metrics().items():
        one = "yes" if each.by_campaign else "no"
        rows.append((f"`{key}`", each.name.en, each.name["zh"], each.unit, each.meaning, one))
    return _markdown(rows)
