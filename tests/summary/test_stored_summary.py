"""A summary that somebody edited: every reader says which key is wrong, and never fails itself."""

from __future__ import annotations

import copy
import json
import random
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

import dialsim
from dialsim.__main__ import main
from dialsim.storage.json_text import parsed
from tests.results.stopped import STOPPED
from tests.scheduler.worlds import as_toml

pytestmark = pytest.mark.needs_jit
COMMANDS = (
    ["report", "RUN"],
    ["report", "RUN", "--lang", "zh"],
    ["report", "RUN", "--html"],
    ["explain", "RUN", "--person", "1"],
    ["explain", "RUN", "--caller", "1"],
    ["explain", "RUN", "--intervention", "0"],
    ["compare", "RUN", "RUN"],
    ["dossier", "RUN", "--for", "operator"],
    ["dossier", "RUN", "--for", "compliance"],
    ["dossier", "RUN", "--for", "boss", "--replications", "0"],
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = dialsim.run(STOPPED, out=tmp_path_factory.mktemp("runs")).folder
    assert folder is not None
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    place = tmp_path / "run"
    shutil.copytree(made, place)
    return place


def codes(folder: Path, commands: Any = COMMANDS) -> set[int]:
    return {
        main([str(folder) if word == "RUN" else word for word in command]) for command in commands
    }


def edited(folder: Path, path: tuple[Any, ...], value: Any) -> None:
    summary = json.loads((folder / "summary.json").read_text("utf-8"))
    node = summary
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
    (folder / "summary.json").write_text(json.dumps(summary), "utf-8")


def in_english(commands: Sequence[list[str]]) -> int:
    """Return how many commands write their errors in English."""
    return sum("zh" not in command for command in commands)


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("metrics", "reach", "value"), "many", "metrics.reach.value"),
        (("metrics", "reach"), [], "metrics.reach: "),
        (("metrics", "attempts", "value"), float("nan"), "metrics.attempts.value: is no finite"),
        (("metrics", "attempts", "value"), 10**400, "metrics.attempts.value: is a number of more"),
        (("goals",), {}, "goals is missing or holds"),
        (("period", "days"), None, "period.days: "),
        (("period", "reached"), "2026-13-40T25:00+08:00", "period.reached: is no moment"),
        (("period", "start"), "2026-02-30", "period.start: is no day"),
        (("waterfall",), "x", "waterfall: "),
        (
            ("interventions", "groups", 0, "count"),
            -1,
            "interventions.groups.0.count: is out of range",
        ),
        (("identity", "name"), "\ud800", "identity.name: holds half a character"),
        (("checksums", "files"), [], "checksums.files"),
        (("checksums", "block_bytes"), 0, "checksums.block_bytes"),
        (("log", "one_in"), "3", "log.one_in"),
    ],
)
def test_the_key_is_named(
    folder: Path,
    path: tuple[Any, ...],
    value: Any,
    words: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    edited(folder, path, value)
    assert codes(folder) == {2}
    told = capsys.readouterr().err
    assert told.count(words) >= in_english(COMMANDS)
    assert "Traceback" not in told


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "cannot be read"),
        (b'{"schema_version": 1', "cannot be read"),
        (b"[" * 5_000, "nested too deeply"),
        (b'{"a": ' * 60 + b"1" + b"}" * 60, "nested too deeply"),
        ('{"schema_version": 1}'.encode("utf-16"), "cannot be read"),
        (b'{"schema_version": 1, "schema_version": 1}', "schema_version: stands twice"),
        (b"[1, 2]", "of no format"),
        (b'{"schema_version": 1}', "identity is missing"),
        (b'{"x": Infinity}', "x: is no finite number"),
        (b'{"x": 1e999}', "x: is no finite number"),
        (b"\xff\xfe\x00", "cannot be read"),
    ],
)
def test_what_is_no_summary_is_refused(
    folder: Path, content: bytes, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "summary.json").write_bytes(content)
    assert codes(folder, COMMANDS[:8]) == {2}
    assert capsys.readouterr().err.count(words) >= in_english(COMMANDS[:8])


@pytest.mark.parametrize("content", ['{"identity": {}, "metrics": 1e999}', "[" * 5_000, "[]", "{}"])
def test_a_run_over_a_damaged_one(folder: Path, content: str, tmp_path: Path) -> None:
    place = dialsim.run(STOPPED, out=tmp_path).folder
    assert place is not None
    (place / "summary.json").write_text(content)
    if content in ("[]", "{}"):  # it may be somebody else's
        with pytest.raises(dialsim.ScenarioError, match="no run of dialsim"):
            dialsim.run(STOPPED, out=tmp_path)
    else:
        assert main(["run", str(as_toml(STOPPED, tmp_path / "s.toml")), "--out", str(tmp_path)]) < 3


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, each in inner:
        yield (*path, key)
        if isinstance(each, (dict, list)):
            yield from places(each, (*path, key))


ODD: tuple[Any, ...] = (
    *(None, True, 0, -1, 3, 10**18, 1e300, -2.5, 0.5, "", "x", "\0", "9" * 300),
    *([], {}, [1], {"a": 1}, ["x"], [[]], "2026-04-13", [None], {"value": None}),
)


@pytest.mark.parametrize("edits", [20, pytest.param(1_500, marks=pytest.mark.full)])
def test_no_edit_is_our_fault(folder: Path, edits: int, capsys: pytest.CaptureFixture[str]) -> None:
    whole = json.loads((folder / "summary.json").read_text("utf-8"))
    draw, found = random.Random(edits), set()
    for top in draw.choices([key for key in whole if key != "performance"], k=edits):
        summary: Any = copy.deepcopy({top: whole[top]})
        path = draw.choice(list(places(summary)))
        node = summary
        for key in path[:-1]:
            node = node[key]
        if draw.random() < 0.3:
            del node[path[-1]]
        else:
            node[path[-1]] = draw.choice(ODD)
        text = json.dumps({**{k: v for k, v in whole.items() if k != top}, **summary})
        (folder / "summary.json").write_text(text, "utf-8")
        code = codes(folder, [draw.choice(COMMANDS)])
        assert code <= {0, 1, 2}, (path, capsys.readouterr().err[-600:])
        found |= code
    assert 2 in found


def test_what_is_parsed_is_what_json_says() -> None:
    value = {"a": [1, 2.5, None, True, "数"], "b": {"c": {}}}
    assert parsed(json.dumps(value)) == value
    with pytest.raises(ValueError, match=r"^a\.b: stands twice|^b: stands twice"):
        parsed('{"a": {"b": 1, "b": 2}}')
    with pytest.raises(ValueError, match="more than 63 bits"):
        parsed(str(2**63))
