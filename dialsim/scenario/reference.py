"""The reference of scenario files, written from the JSON Schema: each key, in the file's order."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from dialsim.errors import shown
from dialsim.messages.catalogue import ENGLISH, Language, translate
from dialsim.messages.text import message, text_table, translated
from dialsim.scenario.metrics import metrics
from dialsim.scenario.models.fields import Province
from dialsim.scenario.models.schema import json_schema
from dialsim.scenario.models.tables import MECHANISMS
from dialsim.scenario.schema_texts import plain_text, schema_in
from dialsim.scenario.value_names import unit_name

Schema = dict[str, Any]
Row = tuple[str, ...]
Words = Mapping[str, str]

_NAMED = {
    "metrics": tuple(metrics()),
    "mechanisms": tuple(MECHANISMS),
    "provinces": get_args(Province),
}
_FIRST = message(
    """\
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
)

_HEADS = translated(
    {
        "keys": ("key", message("may stand there", "heading"), "unit", "default", "meaning"),
        "forms": ("form", message("written", "heading")),
        "off": ("mechanism", "what it is"),
        "metrics": (
            "metric",
            message("name", "of a metric"),
            "unit",
            "meaning",
            "of a campaign",
        ),
    }
)
_WORDS = text_table(
    {
        "head": "Head of the file",
        "forms": "How values are written",
        "metrics": "Metrics",
        "bind": "What a goal may bind.",
        "mechanisms": "Mechanisms",
        "off": "What `network.off` switches off.",
        "provinces": "Provinces",
        "required": "required",
        "absent": "absent",
        "none": message("none", "default"),
        "table": message("table", "of a scenario"),
        "source": "{} ({})",
        "rule": message("rule", "confidence"),
        "official": "official",
        "vendor": "vendor",
        "practice": "practice",
        "inferred": "inferred",
        "assumption": "assumption",
        "tables": "tables",
        "each": "Each of {}",
        "or": ", or ",
        "most_form": "{}, at most {}",
        "one_of": "one of the {}",
        "plain": message("{}"),
        "list": "list of {}",
        "at_least": "; at least {}",
        "at_most": "; at most {}",
        "dotted": "table: dotted name = value",
        "any_of": "any of {}",
        "any_of_the": "any of the {}",
        "name": message("name", "of a table"),
        "free": "table: {} = {}",
        "whole": "whole number",
        "number": message("number", "kind of value"),
        "range": ", {} to {}",
        "from": ", at least {}",
        "above": ", above {}",
        "to": ", at most {}",
        "below": ", below {}",
        "text": message("text", "kind of value"),
        "yes": "yes",
        "no": "no",
    }
)


@dataclass
class Table:
    """A table of the file, wherever it may stand."""

    definition: Schema
    paths: list[str] = field(default_factory=list)

    def heading_in(self, words: Words) -> str:
        """Its places: `[rules]`; `[[people]]`; `rules.enterprise_limits[]`, `trunks.limits[]`."""
        first = self.paths[0]
        if "." not in first:
            return f"`[[{first[:-2]}]]`" if first.endswith("[]") else f"`[{first}]`"
        above = {path.rpartition(".")[0] for path in self.paths}
        if len(self.paths) > 4 and len(above) == 1:
            return words["each"].format(f"`{above.pop()}`")
        return ", ".join(f"`{path}`" for path in self.paths)


def reference(language: Language = ENGLISH) -> str:
    """Return the reference as Markdown: one section a table, one line a key."""
    schema = schema_in(json_schema(), language)
    words, heads = _WORDS[language], _HEADS[language]
    tables: dict[str, Table] = {}
    _collect(schema, "", schema["$defs"], tables)
    head = {key: each for key, each in schema["properties"].items() if not _tables_in(each)}
    lines = _Lines(tables, words, heads["keys"], language)
    parts = [
        _FIRST[language],
        f"## {words['forms']}\n\n" + _markdown([heads["forms"], *_forms(schema)]),
        f"## {words['head']}\n",
        lines.of(schema | {"properties": head}),
    ]
    for table in tables.values():
        level = "##" if "." not in table.paths[0] else "###"
        about = plain_text(str(table.definition["description"]))
        parts += [f"{level} {table.heading_in(words)}\n", f"{about}\n", lines.of(table.definition)]
    parts += [f"## {words['metrics']}\n", f"{words['bind']}\n"]
    parts.append(_metrics(heads["metrics"], words, language))
    off = [heads["off"], *((f"`{key}`", text[language]) for key, text in MECHANISMS.items())]
    parts += [f"## {words['mechanisms']}\n", f"{words['off']}\n", _markdown(off)]
    places = ", ".join(f"`{each}`" for each in get_args(Province))
    parts += [f"## {words['provinces']}\n", f"{places}\n"]
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


@dataclass(frozen=True)
class _Lines:
    """Writes tables as lines, a key each, in the words of a language."""

    tables: dict[str, Table]
    words: Words
    head: Row
    language: Language

    def of(self, table: Schema) -> str:
        """Return the keys of a table."""
        rows: list[Row] = [self.head]
        for key, each in table["properties"].items():
            needed = key in table.get("required", ())
            default = f"*{self.words['required']}*" if needed else self._default(each)
            meaning = str(each["description"])
            if "x-note" in each:
                meaning += f" ({each['x-note']})"
            rows.append((f"`{key}`", self._allowed(each), self._unit(each), default, meaning))
        return _markdown(rows)

    def _allowed(self, each: Schema) -> str:
        """Return what may stand at a key, in words."""
        words = self.words
        if "$ref" in each:
            table = self.tables[each["$ref"].rpartition("/")[2]]
            return f"[{words['table']}](#{_anchor(table.heading_in(words))})"
        if "anyOf" in each:
            return words["or"].join(map(self._allowed, each["anyOf"]))
        if "enum" in each:
            return self._choice(each["enum"])
        if "const" in each:
            return f"`{shown(each['const'])}`"
        kind = each.get("type")
        if kind == "array":
            return self._list(each)
        if kind == "object":
            return self._free_table(each)
        if kind == "boolean":
            return "`true`, `false`"
        if kind in ("integer", "number"):
            return words["whole" if kind == "integer" else "number"] + self._bounds(each)
        text = str(each.get("x-form", words["text"]))
        return words["most_form"].format(text, each["x-most"]) if "x-most" in each else text

    def _choice(self, items: list[Any], within: str = "one_of") -> str:
        for name, known in _NAMED.items():
            if tuple(items) == known:
                title = self.words[name]
                the = "any_of_the" if within == "any_of" else within
                return self.words[the].format(f"[{title.lower()}](#{_anchor(title)})")
        listed = ", ".join(f"`{shown(item)}`" for item in items)
        return listed if within == "one_of" else self.words[within].format(listed)

    def _list(self, each: Schema) -> str:
        words, inner = self.words, each["items"]
        items = self._choice(inner["enum"], "plain") if "enum" in inner else self._allowed(inner)
        text = words["list"].format(items.replace(f"[{words['table']}]", f"[{words['tables']}]"))
        least, most = each.get("minItems"), each.get("maxItems")
        if least:
            text += words["at_least"].format(least)
        return text + words["at_most"].format(most) if most else text

    def _free_table(self, each: Schema) -> str:
        words, values = self.words, _values(each)
        if values is None:
            return words["dotted"]
        keys = each.get("propertyNames", {})
        name = self._choice(keys["enum"], "any_of") if "enum" in keys else words["name"]
        return words["free"].format(name, self._allowed(values))

    def _bounds(self, each: Schema) -> str:
        words = self.words
        least, most = each.get("minimum"), each.get("maximum")
        if least is not None and most is not None:
            return words["range"].format(_figure(least), _figure(most))
        keys = {
            "from": least,
            "above": each.get("exclusiveMinimum"),
            "to": most,
            "below": each.get("exclusiveMaximum"),
        }
        given = ((key, bound) for key, bound in keys.items() if bound is not None)
        return "".join(words[key].format(_figure(bound)) for key, bound in given)

    def _unit(self, each: Schema) -> str:
        inner = each.get("items", each)
        unit = ((inner.get("type") == "object" and _values(inner)) or inner).get("x-unit", "")
        return "" if unit == "no unit" else unit_name(str(unit))[self.language]

    def _default(self, each: Schema) -> str:
        if "default" not in each:
            return self.words["absent"]
        value = each["default"]
        text = self.words["none"] if value in ([], {}) else f"`{shown(value)}`"
        if "x-source" not in each:
            return text
        ids, _, confidence = each["x-source"].rpartition(", ")
        known = self.words[confidence]
        return self.words["source"].format(text, f"{ids}, {known}")


def _markdown(rows: list[Row]) -> str:
    lines = ["| " + " | ".join(cell.replace("|", r"\|") for cell in row) + " |" for row in rows]
    lines.insert(1, "|---" * len(rows[0]) + "|")
    return "\n".join(lines) + "\n"


def _values(each: Schema) -> Schema | None:
    """Return what the values of a table of free keys are, where a type says so."""
    (values,) = each.get("patternProperties", {"": each.get("additionalProperties")}).values()
    return values if isinstance(values, dict) else None


def _figure(bound: float) -> str:
    if bound == 2**63:
        return "2^63"
    return f"{int(bound):,}" if float(bound).is_integer() else f"{bound:g}"


def _anchor(heading: str) -> str:
    """Return the anchor that a page gives a heading.

    >>> _anchor("`[[people]]`"), _anchor("`rules.caller_limits[]`, `trunks.limits[]`")
    ('people', 'rulescaller_limits-trunkslimits')
    """
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


# --- what is beside the tables --------------------------------------------------------------------


_BARE = re.compile(r"\d{4}-\d\d-\d\d|\d\d:\d\d$")
"""Dates and times, which TOML writes without quotes."""


def _forms(schema: Schema) -> list[Row]:
    """Return how each form of text is written, by its examples."""
    found: dict[str, str] = {}

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if "x-form" in node and "examples" in node:
                form = node["x-form"]
                texts = [each if _BARE.match(each) else _quoted(each) for each in node["examples"]]
                found[form] = ", ".join(f"`{text}`" for text in texts)
            for inner in node.values():
                walk(inner)
        elif isinstance(node, list):
            for inner in node:
                walk(inner)

    walk(schema)
    return sorted(found.items())


def _quoted(text: str) -> str:
    return '"' + text.replace("\t", r"\t") + '"'


def _metrics(head: Row, words: Words, language: Language) -> str:
    rows: list[Row] = [(*head[:2], message("name")["zh"], *head[2:])]
    for key, each in metrics().items():
        one = words["yes" if each.by_campaign else "no"]
        unit = unit_name(each.unit)[language]
        meaning = translate(each.meaning, language)
        rows.append((f"`{key}`", each.name.en, each.name["zh"], unit, meaning, one))
    return _markdown(rows)
