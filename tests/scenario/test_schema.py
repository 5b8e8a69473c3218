"""The JSON Schema says of a file what the loader says, as far as a schema can."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import product
from pathlib import Path
from typing import Any, get_args

import pytest
import tomli
from jsonschema import Draft202012Validator

from dialsim.errors import ScenarioError
from dialsim.scenario import json_schema, load_scenario, resolved_toml
from dialsim.scenario.library import template, template_names
from dialsim.scenario.models.tables import MECHANISMS, Mechanism
from dialsim.scenario.values import parse_duration, plain
from tests.scenario.worlds import changed, world

SCHEMA = json_schema()
VALIDATOR = Draft202012Validator(SCHEMA)
TEMPLATES = {name: tomli.loads(template(name).text) for name in template_names()}

Place = tuple[str | int, ...]


def faults(raw: dict[str, Any]) -> list[str]:
    """What the schema finds wrong, dates and times turned into text as TOML writes them."""
    found = VALIDATOR.iter_errors(plain(raw))
    return [f"{'.'.join(map(str, each.absolute_path))}: {each.message[:200]}" for each in found]


def places(node: Any, path: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Every value below one, with its place."""
    pairs = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in pairs:
        yield (*path, key), value
        if isinstance(value, (dict, list)):
            yield from places(value, (*path, key))


def with_value(raw: dict[str, Any], path: Place, value: Any) -> dict[str, Any]:
    made = copy.deepcopy(raw)
    node: Any = made
    for part in path[:-1]:
        node = node[part]
    node[path[-1]] = value
    return made


def without_key(raw: dict[str, Any], path: Place) -> tuple[dict[str, Any], Any]:
    made = copy.deepcopy(raw)
    node: Any = made
    for part in path[:-1]:
        node = node[part]
    return made, node


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", TEMPLATES)
def test_each_scenario_is_valid(name: str) -> None:
    assert faults(TEMPLATES[name]) == []
    resolved = tomli.loads(resolved_toml(load_scenario(template(name).path)))
    assert faults(resolved) == []


def one_of_each() -> Iterator[tuple[dict[str, Any], Place, Any]]:
    """A place in some scenario for each key that any of them has, and each kind of list item."""
    seen = set()
    for raw in TEMPLATES.values():
        for path, value in places(raw):
            kind = tuple("[]" if isinstance(part, int) else part for part in path)
            if kind not in seen:
                seen.add(kind)
                yield raw, path, value


def test_a_misspelt_key_is_refused_wherever_it_stands() -> None:
    seen = 0
    for raw, path, _ in one_of_each():
        if isinstance(path[-1], str):
            seen += 1
            made, table = without_key(raw, path)
            table[f"{path[-1]}s"] = table.pop(path[-1])
            assert faults(made), path
    assert seen > 100


def is_of_a_decision(path: Place) -> bool:
    """Return whether a value is one that may be chosen by `dialsim plan`."""
    return path[:2] == ("plan", "decisions") and bool({"values", "from", "to", "step"} & {*path})


def test_a_wrong_type_is_refused_wherever_it_stands() -> None:
    for raw, path, value in one_of_each():
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        for other in ({"a": 1}, [[1]], "?", True, None, 1 if not number else "1"):
            if is_of_a_decision(path):  # what that may be, its key says
                continue
            if type(other) is not type(value) or path[-1] == "alternates":
                assert faults(with_value(raw, path, other)), (path, other)


def test_a_number_out_of_range_is_refused_wherever_it_stands() -> None:
    seen = 0
    for raw, path, value in one_of_each():
        if is_of_a_decision(path):
            continue
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            seen += 1
            assert faults(with_value(raw, path, -1)), path
            if path[-1] not in ("seed", "at_least", "at_most"):
                assert faults(with_value(raw, path, 10**12)), path
    assert seen > 20
    assert faults(with_value(TEMPLATES["starter"], ("seed",), 2**63))
    assert faults(with_value(TEMPLATES["starter"], ("schema",), 2))


@pytest.mark.parametrize(
    ("dotted", "value"),
    [
        ("start", "13 April"),
        ("start", datetime(2026, 4, 13, 9)),
        ("aftermath", "45"),
        ("aftermath", "-1d"),
        ("agents.0.shifts.0.from", "9 o'clock"),
        ("agents.0.shifts.0.from", "24:00"),
        ("agents.0.shifts.0.days", "mon-fry"),
        ("goals", [{"metric": "reach", "at_least": 1, "by": date(2026, 4, 13)}]),
        ("goals", [{"metric": "reached", "at_least": 1}]),
        ("goals", [{"metric": "reach"}]),
        ("goals", [{"metric": "reach", "at_least": 1, "at_most": 2}]),
        ("people.0.synthetic", ...),
        ("people.0.file", "a.csv"),
        ("people.0.synthetic.prefixes", {"238": 0.5}),
        ("people.0.synthetic.operators", {"CMC": 0.5}),
        ("caller_ids.0.registered", ...),
        ("caller_ids.0.country", "China"),
        ("rules.caller_limits", [{"count": 5, "per": "1h", "counts": "answers"}]),
        ("rules.caller_limits", [{"count": 5, "per": "1h", "scope": "pair"}]),
        ("rules.callee_limits", [{"count": 5, "per": "1h", "scope": "operator"}]),
        ("refuse_call", {"access": "operator_scrub", "price": "2 cents"}),
        ("network.off", ["label"]),
        ("campaigns.0.attempts.day_parts", ["9"]),
    ],
)
def test_what_else_is_refused_by_both(dotted: str, value: Any) -> None:
    raw = changed(dotted, value)
    assert faults(raw)
    with pytest.raises(ScenarioError):
        load_scenario(raw)


RICH = world() | {
    "refuse_call": {"access": "operator_scrub", "price": "0.02 CNY"},
    "rules": {
        "caller_limits": [{"count": 50, "per": "1h", "scope": "operator"}],
        "enterprise_limits": [{"count": 10_000_000, "per": "7d", "window": "calendar"}],
        "callee_limits": [{"count": 1, "per": "30d", "counts": "connects", "scope": "pair"}],
        "contract": "line contract 2026",
        "retry_gap": "3h",
        "overrides": {"abandon.at_most": 0.02},
    },
    "network": {"profile": "strict", "off": ["labels"], "operators": {"CMCC": "lenient"}},
    "events": [
        {"name": "week", "what": "hours", "from": date(2026, 4, 14), "to": date(2026, 4, 15),
         "hours": ["10:00-11:30"]},
        {"name": "stop", "what": "stop", "from": datetime(2026, 4, 14, 9, 30),
         "to": datetime(2026, 4, 14, 10), "operator": "CTCC"},
    ],
}  # fmt: skip
SPOILERS: list[Any] = [
    1, 0, -1, 1.5, 2**62, "", "x", "1s", "0s", "90m", "1.5h 2m", "09:00", "mon-fri", "Sat, mon",
    True, [], ["x"], {}, {"a": 1}, date(2026, 4, 14), datetime(2026, 4, 14, 9, 30), time(9),
    "2026-04-14", "CN", "a" * 81,
]  # fmt: skip


def test_the_rich_world_is_valid_to_both() -> None:
    assert faults(RICH) == []
    load_scenario(RICH)


@pytest.mark.parametrize(
    "raw",
    [RICH, pytest.param(TEMPLATES["insurance_renewal"], marks=pytest.mark.full)],
    ids=["rich", "renewal"],
)
def test_it_never_refuses_what_loads(raw: dict[str, Any]) -> None:
    """None apart, which stands for a key that is absent in Python alone."""
    loaded = 0
    for path, spoiler in list(product([path for path, _ in places(raw)], SPOILERS))[::7]:
        made = with_value(raw, path, spoiler)
        try:
            load_scenario(made)
        except ScenarioError:
            continue
        loaded += 1
        assert faults(made) == [], (path, spoiler)
    assert loaded > 10


# --- what stands beside the types -----------------------------------------------------------------


def keys() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, model in [("Scenario", SCHEMA), *SCHEMA["$defs"].items()]:
        for key, each in model["properties"].items():
            yield f"{name}.{key}", each


def test_each_number_has_a_unit_and_each_key_a_meaning() -> None:
    numbers = 0
    for name, each in keys():
        assert len(each["description"]) > 3, name
        free = each.get("patternProperties", {"": each.get("additionalProperties")})
        for inner in (each, each.get("items", {}), *free.values()):
            if not isinstance(inner, dict) or "const" in inner:
                continue
            if inner.get("type") in ("integer", "number"):
                numbers += 1
                assert inner.get("x-unit"), name
    assert numbers > 50


def test_null_is_no_value_of_a_file() -> None:
    assert '"null"' not in str(SCHEMA).replace("'", '"')
    assert all(each.get("default", 0) is not None for _, each in keys())


def test_examples_are_of_their_form_and_ceilings_are_durations() -> None:
    seen = set()
    for name, each in keys():
        inner = each.get("items", each)
        for example in inner.get("examples", ()):
            seen.add(inner["x-form"])
            assert re.search(inner.get("pattern", ""), example), name
        if "x-most" in inner:
            assert parse_duration(inner["x-most"]) > 0
            assert inner["x-form"] == "duration"
    assert {"duration", "date", "time of day", "days of the week", "price"} <= seen


def test_a_ceiling_is_the_loaders() -> None:
    longest = SCHEMA["$defs"]["AgentGroup"]["properties"]["wrap_up"]["x-most"]
    load_scenario(changed("agents.0.wrap_up", longest))
    with pytest.raises(ScenarioError, match=f"at most {longest}"):
        load_scenario(changed("agents.0.wrap_up", f"{longest} 1ms"))


def test_each_mechanism_is_told() -> None:
    assert tuple(MECHANISMS) == get_args(Mechanism)


def test_the_reference_is_what_the_models_say() -> None:
    from dialsim.scenario import reference

    page = reference.reference()
    kept = Path(reference.__file__).with_name("REFERENCE.md").read_text(encoding="utf-8")
    assert kept == page, "run: dialsim schema --markdown > dialsim/scenario/REFERENCE.md"


def test_each_key_of_a_file_stands_in_the_reference_once_a_table() -> None:
    from dialsim.scenario.reference import _anchor, reference

    page = reference()
    rows = re.findall(r"^\| `([a-z_0-9]+)` \|", page.split("## Metrics")[0], re.MULTILINE)
    tables = {line.strip("#`[] ") for line in page.split("\n") if line.startswith("## `")}
    told = [
        name.split(".")[1] for name, _ in keys() if name not in {f"Scenario.{t}" for t in tables}
    ]
    assert sorted(rows) == sorted(told)
    anchors = {_anchor(line.lstrip("# ")) for line in page.split("\n") if line.startswith("#")}
    links = re.findall(r"\]\(#([^)]*)\)", page)
    assert len(links) > 40
    assert set(links) <= anchors
    order = [line for line in page.split("\n") if line.startswith("## `")]
    assert order == [
        "## `[replications]`", "## `[enterprise]`", "## `[rules]`", "## `[network]`",
        "## `[refuse_call]`",
        "## `[[people]]`", "## `[[registries]]`", "## `[[withdrawals]]`", "## `[[events]]`",
        "## `[history]`", "## `[[trunks]]`", "## `[[caller_ids]]`", "## `[[agents]]`",
        "## `[policy]`", "## `[[campaigns]]`", "## `[[goals]]`", "## `[costs]`",
        "## `[plan]`",
    ]  # fmt: skip
