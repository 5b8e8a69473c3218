"""The format of a summary: keys described, numbers with their units, runs as it says."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import TypeAdapter

import dialsim
from dialsim.__main__ import main
from dialsim.errors import ScenarioError
from dialsim.messages.kinds import Text
from dialsim.results.summary_types.summary import Summary
from dialsim.scenario.metrics import metrics
from dialsim.summary.schema import summary_faults, summary_schema
from dialsim.summary.summarise import SCHEMA_VERSION
from tests.pages.run_variants import RUNS, summaries, without_chinese, without_messages
from tests.pages.test_terminal import summary
from tests.scheduler.worlds import tiny

SOMETIMES = {"inputs_since_forgotten", "forgotten", "checksums"}
"""Keys of the whole summary that `dialsim forget` writes, or whoever writes a folder."""
WHERE_SUCH = {"heading_message", "misuses_message"}
"""Messages of texts that most runs do not have."""


@cache
def schema_of_runs() -> dict[str, Any]:
    return summary_schema()


@cache
def validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(schema_of_runs())


def faults(found: Any) -> list[str]:
    stored = json.loads(json.dumps(found))
    return [f"{e.json_path}: {e.message[:200]}" for e in validator().iter_errors(stored)]


def properties() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every key with what the schema says of it."""
    schema = summary_schema()
    for name, table in {"Summary": schema, **schema["$defs"]}.items():
        for key, each in table["properties"].items():
            yield f"{name}.{key}", each


def parts(said: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what a key may be: itself, alternatives, items, values of any key."""
    yield said
    for each in said.get("anyOf", ()):
        yield from parts(each)
    for inner in ("items", "additionalProperties"):
        if isinstance(said.get(inner), dict):
            yield from parts(said[inner])


def test_it_is_a_schema_of_this_version() -> None:
    schema = summary_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["properties"]["schema_version"]["const"] == SCHEMA_VERSION
    assert f"version {SCHEMA_VERSION}" in schema["title"]
    assert set(schema["properties"]["metrics"]["properties"]) == set(metrics())


def test_every_key_is_described() -> None:
    """Where a key refers to a table that says the same, the table's text is its own."""
    tables = summary_schema()["$defs"]
    for name, said in properties():
        table = tables[said["$ref"].rpartition("/")[2]] if "$ref" in said else {}
        assert said.get("description") or table.get("description"), name


def test_every_number_has_its_unit() -> None:
    for name, said in properties():
        unit = "unit" in said
        for part in parts(said):
            kinds = part.get("type", ())
            number = {"integer", "number"} & set([kinds] if isinstance(kinds, str) else kinds)
            above = any("unit" in each for each in parts(said) if part in each.get("anyOf", ()))
            assert not number or unit or above or "unit" in part, name


def test_tables_are_closed() -> None:
    schema = summary_schema()
    for name, table in {"Summary": schema, **schema["$defs"]}.items():
        assert table["additionalProperties"] is False, name


@pytest.mark.parametrize("name", RUNS)
def test_a_run_has_the_keys_of_its_type(name: str) -> None:
    """The same of the type itself, which mypy checks readers by."""
    found = summaries()[name]
    assert TypeAdapter(Summary).validate_python(found, strict=True) == found


@pytest.mark.parametrize("name", RUNS)
def test_a_run_is_as_the_schema_says(name: str) -> None:
    found = summaries()[name]
    assert faults(found) == []
    assert summary_faults(found) == []
    assert set(summary_schema()["properties"]) - set(found) - WHERE_SUCH == SOMETIMES


def tables_of(found: Any, said: dict[str, Any]) -> Iterator[str]:
    """Yield the names of the schema's tables that something is told by."""
    if found is None:
        return
    if "$ref" in said:
        name = said["$ref"].rpartition("/")[2]
        yield name
        said = schema_of_runs()["$defs"][name]
    for each in said.get("anyOf", ()):
        yield from tables_of(found, each)
    if isinstance(found, list):
        for each in found:
            yield from tables_of(each, said.get("items", {}))
    if isinstance(found, dict):
        any_key = said.get("additionalProperties") or {}
        for key, each in found.items():
            yield from tables_of(each, said.get("properties", {}).get(key, any_key))


def test_the_runs_reach_every_table() -> None:
    """So that what the schema says of it is held to."""
    told = [*summaries().values(), summary()]
    reached = {name for found in told for name in tables_of(found, schema_of_runs())}
    elsewhere = {"Forgotten", "Pseudonyms", "Alarm", "Suspected"}  # in tests of their own, below
    elsewhere |= {"GoalBefore"}  # in test_goals_going_on
    elsewhere |= {"GoalShiftEnd"}  # in test_shift_ends
    elsewhere |= {"Checksums", "FileChecksums"}  # of runs in folders
    assert set(summary_schema()["$defs"]) - reached <= elsewhere


@pytest.mark.parametrize(
    ("place", "key"),
    [
        ((), "extra"),
        (("identity",), "extra"),
        (("goals", 0), "extra"),
        (("goals", 0, "margin"), "extra"),
        (("metrics",), "extra"),
        (("metrics", "attempts"), "extra"),
        (("waterfall", "total", "stages", 0), "extra"),
        (("interventions", "groups", 0, "basis"), "extra"),
        (("caller_ids", "by_state"), "extra"),
        (("binding", 0), "extra"),
        (("aftermath",), "extra"),
        (("performance",), "extra"),
    ],
)
def test_a_key_that_is_not_described_is_a_fault(place: tuple[str | int, ...], key: str) -> None:
    found = copy.deepcopy(summary())
    assert faults(found) == []
    table: Any = found
    for step in place:
        table = table[step]
    table[key] = 1
    assert faults(found)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("abandoned", "share"), 1.5),
        (("abandoned", "confidence"), "rumour"),
        (("period", "start"), "13 April"),
        (("metrics", "attempts", "value"), "many"),
        (("goals", 0, "bound"), "about"),
        (("schema_version",), 3),
        (("verdict", "sentence_message"), {"id": 7}),
        (("metrics", "attempts", "name_message"), 7),
        (("waterfall", "total", "rows"), -1),
    ],
)
def test_a_value_of_another_form_is_a_fault(place: tuple[str | int, ...], value: Any) -> None:
    found = copy.deepcopy(summary())
    *above, last = place
    table: Any = found
    for step in above:
        table = table[step]
    table[last] = value
    assert faults(found)
    assert summary_faults(found)


@pytest.mark.parametrize(
    "told",
    [
        {"id": "{} of {}", "values": {"0": 1}},
        {"id": "{left}"},
        {"id": "{0.__class__}", "values": {"0": "a"}},
        {"id": "{0:>999999999}", "values": {"0": 1}},
        {"id": "{0:,}", "values": {"0": "many"}},
    ],
)
def test_a_message_that_cannot_be_filled_is_a_fault(told: dict[str, Any]) -> None:
    found = copy.deepcopy(summary())
    found["verdict"]["sentence_message"] = told
    assert summary_faults(found) == ["verdict.sentence_message: is no text"]
    with pytest.raises(ScenarioError, match=r"damaged: verdict.sentence_message: is no text"):
        dialsim.Run(found).page(language="zh")


def test_a_summary_of_an_older_version_is_whole() -> None:
    for found in summaries().values():
        assert summary_faults(without_chinese(found)) == []
        assert faults(without_messages(found)) == []


def test_suspicions_are_described() -> None:
    found = copy.deepcopy(summary())
    time = "2026-04-13T09:32:00+08:00"
    found["caller_ids"]["suspected"] = [
        {"caller": "north-001", "time": time, "times": 2, "again": True}
    ]
    found["caller_ids"]["alarms"] = [{"campaign": "upsell", "times": 1, "time": time}]
    assert faults(found) == []


def test_a_run_that_people_were_forgotten_from(tmp_path: Path) -> None:
    numbers = [f"138{i:08d}" for i in range(60)]
    rows = [f"{number},branch {i % 2}" for i, number in enumerate(numbers)]
    (tmp_path / "own.csv").write_text("\n".join(["number,branch", *rows]) + "\n")
    raw = tiny()
    raw["people"][0] = {
        "name": "drawn", "file": str(tmp_path / "own.csv"), "attributes": ["branch"],
    }  # fmt: skip
    key = dialsim.PseudonymKey(b"sixteen bytes or more")
    run = dialsim.run(raw, out=tmp_path / "runs", by="branch", pseudonyms=key)
    assert faults(run.summary) == []
    assert run.summary["personal_data"]["pseudonyms"]["key_fingerprint"]
    dialsim.forget(numbers[7], tmp_path, key=key)
    told = dialsim.load_run(run.folder or "").summary
    assert told["forgotten"]["persons"] == 1
    assert faults({**told, "inputs_since_forgotten": told["inputs"]}) == []


def test_a_damaged_summary_is_named_key_by_key() -> None:
    found: dict[str, Any] = copy.deepcopy(summary())
    del found["waterfall"], found["goals"][0]["target"]
    found["of_tomorrow"] = 1  # what a later version may have added is no fault of a reader
    assert summary_faults(found) == ["goals.0.target: is missing", "waterfall: is missing"]
    run = dialsim.Run(found)
    with pytest.raises(ScenarioError, match=r"damaged: goals.0.target: is missing; waterfall"):
        run.page()


def test_what_is_wrong_with_a_summary_is_in_both_languages() -> None:
    found: dict[str, Any] = copy.deepcopy(summary())
    del found["waterfall"]
    found["seed"], found["complete"], found["goals"] = 1, "yes", {}
    found["verdict"]["reached"] = 1.5
    faults = summary_faults(found)
    assert len(faults) > 2
    for fault in faults:
        assert isinstance(fault, Text)
        key = fault.en.split(":")[0]
        assert fault["zh"].startswith(key)
        assert re.search("[\u4e00-\u9fff]", fault["zh"])
        assert not re.search("[a-z]", fault["zh"].removeprefix(key))
    with pytest.raises(ScenarioError) as caught:
        dialsim.Run(found).page()
    (problem,) = caught.value.problems
    assert "summary.json 已损坏" in problem.message["zh"]


def test_the_command_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "--summary"]) == 0
    assert json.loads(capsys.readouterr().out) == summary_schema()
    assert main(["schema"]) == 0
    assert "enterprise" in json.loads(capsys.readouterr().out)["properties"]
