"""``dialsim explain RUN``: chains, lives and stories, pages that fit, and what is refused."""

from __future__ import annotations

import itertools
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

import dialsim
from dialsim.__main__ import main
from dialsim.errors import ScenarioError
from dialsim.outcomes.pseudonyms import PseudonymKey
from tests.results.stopped import stopped
from tests.scheduler.worlds import tiny
from tests.tiers import tiered


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> dialsim.Run:
    return dialsim.run(stopped(), out=tmp_path_factory.mktemp("runs"))


@pytest.fixture
def folder(run: dialsim.Run) -> Path:
    assert run.folder is not None
    return run.folder


@pytest.fixture
def explain(capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> Any:
    """Call the command on a terminal; returns exit code, output and errors."""

    def call(*arguments: object, width: int = 80) -> tuple[int, str, str]:
        monkeypatch.setenv("COLUMNS", str(width))
        code = main(["explain", *map(str, arguments)])
        captured = capsys.readouterr()
        if "--json" not in arguments:
            assert all(cell_len(line) <= width for line in captured.out.splitlines())
            assert all(line == line.rstrip() for line in captured.out.splitlines())
        return code, captured.out, captured.err

    return call


def number_of(run: dialsim.Run, rule: str, action: str) -> int:
    rows = run.interventions.select(["rule", "action"]).to_pylist()
    return next(i for i, r in enumerate(rows) if (r["rule"], r["action"]) == (rule, action))


def test_a_throttle(explain: Any, run: dialsim.Run, folder: Path) -> None:
    number = number_of(run, "calls_per_hour", "throttle")
    code, out, _ = explain(folder, "--intervention", number)
    assert code == 0
    for part in (
        "CTCC throttled desk-00",
        "61 calls in 60 min, profile ceiling 60",
        "Counted again from the calls",
        "agrees",
        "frequency.registered.throttle_per_hour",
        "tipped by",
        "lost to it (throttled)",
        "Agree with the operator on how many calls an hour a number may make",
    ):
        assert part in " ".join(out.split())
    assert "differs" not in out


def test_a_suspension_for_complaints_names_each_call(
    explain: Any, run: dialsim.Run, folder: Path
) -> None:
    number = number_of(run, "complaints_number", "suspend")
    out = explain(folder, "--intervention", number)[1]
    assert "Complaints before" in out
    assert "complained to 12321, call of" in out.replace("\n    ", " ")
    assert "led to #" in out
    found = dialsim.explain_run(folder, intervention=number)
    cases = [each for each in found["before"]["complaints"] if each["event"] == "complaint_12321"]
    assert sum(each["counts"] <= found["time"] for each in cases) == found["figure"]["counted"]
    assert found["values"][0]["key"] == "complaints.number.suspend"
    assert any("opt out" in text for text in found["avoid"])


def test_what_followed_is_counted_from_the_calls(run: dialsim.Run, folder: Path) -> None:
    number = number_of(run, "calls_per_day", "throttle")
    found = dialsim.explain_run(folder, intervention=number)
    after = found["after"]
    rows = [
        row
        for row in run.calls.select(["time", "caller", "true_reason"]).to_pylist()
        if row["caller"] == found["caller"]
        and found["time"] <= row["time"].isoformat() < after["until"]
    ]
    assert after["attempts"] == len(rows) > 0
    assert after["lost"] == sum(row["true_reason"] == "throttled" for row in rows) > 0
    assert sum(after["seen"].values()) == after["lost"]
    assert after["ended_by"]["action"] in ("lift", "suspend", "close")
    assert found["values"][0]["value"] == 120
    assert found["values"][0]["confidence"] == "scenario"


@pytest.mark.parametrize("name", ["1", "desk/1", "desk-001"])
def test_a_life(explain: Any, run: dialsim.Run, folder: Path, name: str) -> None:
    code, out, _ = explain(folder, "--caller", name)
    assert code == 0
    assert "number 1 of 13 · desk 1 of 6 · fixed · CTCC, trunk main" in out
    assert "filed: marketing, loan, 120 calls a day" in out
    assert "counted again: 61" in out.replace("\n       ", " ")
    calls = run.calls.column("caller").to_pylist().count("desk-001")
    assert f"{calls:,}" in next(line for line in out.splitlines() if line.startswith("  all "))
    first = next(line for line in out.splitlines() if line.startswith("  13 Apr"))
    assert len(first.split()[-1]) == 24
    assert set(first.split()[-1]) >= {"·", "t"}


def test_a_number_that_the_dialer_gave_up(run: dialsim.Run, folder: Path) -> None:
    found = dialsim.explain_run(folder, caller="sims/1")
    assert found["taken_out"]["why"] == "line_rejections"
    assert found["taken_out"]["time"] >= found["last_call"]
    assert found["states"][-1]["action"] == "none"
    assert {day["states"][0]["action"] for day in found["days"]} >= {"none", "suspend"}


def test_a_story(explain: Any, run: dialsim.Run, folder: Path) -> None:
    complaint = next(row for row in run.events.to_pylist() if row["event"] == "complaint_12321")
    person = complaint["person"]
    code, out, _ = explain(folder, "--person", person)
    assert code == 0
    assert f"Person {person}" in out
    assert "complained to 12321" in out
    found = dialsim.explain_run(run, person=person)
    mine = [row for row in run.calls.to_pylist() if row["person"] == person]
    told = [(a["time"], a["seen"], a["caller"]) for a in found["attempts"]]
    rows = sorted((r["time"], r["seen_outcome"], r["caller"]) for r in mine)
    assert [t[1:] for t in told] == [r[1:] for r in rows]
    outcomes = {row["true_reason"] or row["true_outcome"] for row in mine}
    assert {a["true"] for a in found["attempts"]} == outcomes
    assert found["leads"][0]["attempts"] == len(mine)
    assert found["leads"][0]["sentence"]


def test_a_retry_is_no_earlier_than_it_is_told(run: dialsim.Run, folder: Path) -> None:
    persons = run.calls.column("person").to_pylist()
    thrice = [person for person in range(300) if persons.count(person) >= 2][:20]
    assert len(thrice) == 20
    for person in thrice:
        attempts = dialsim.explain_run(run, person=person)["attempts"]
        for this, following in itertools.pairwise(attempts):
            assert this["then"]["retry"]
            assert this["then"]["not_before"] <= following["time"]
        assert not attempts[-1]["then"]["retry"] or len(attempts) < 3


@pytest.mark.parametrize("language", tiered(["zh"], ["en"]))
@pytest.mark.parametrize("width", tiered([80], [100]))
def test_every_page_fits(
    explain: Any, run: dialsim.Run, folder: Path, language: str, width: int
) -> None:
    numbers = range(0, run.interventions.num_rows, 8)
    asked = [("--intervention", number) for number in numbers]
    asked += [("--caller", line) for line in (1, 7, 13)] + [("--person", p) for p in (0, 5, 77)]
    for option in [*asked, ()]:
        code, out, _ = explain(folder, *option, "--lang", language, width=width)
        assert code == 0
        if language == "zh":
            words = out.replace("stopped", "")
            for english in ("agrees", "throttled", "finished", "What", "complained", "profile"):
                assert english not in words


def test_the_list_of_interventions(explain: Any, run: dialsim.Run, folder: Path) -> None:
    out = explain(folder)[1]
    assert "#0 " in out
    assert f"and {run.interventions.num_rows - 40} more" in out
    found = json.loads(explain(folder, "--json")[1])
    assert [act["number"] for act in found["interventions"]] == list(
        range(run.interventions.num_rows)
    )
    quiet = dialsim.explain_run(dialsim.run(tiny()))
    assert quiet["run"]["same_values"]


def test_json_is_the_same_from_python(explain: Any, folder: Path) -> None:
    for option, value in (("intervention", 3), ("caller", "sims/2"), ("person", 4)):
        printed = json.loads(explain(folder, f"--{option}", value, "--json")[1])
        assert printed == dialsim.explain_run(folder, **{option: value})  # type: ignore[arg-type]
        assert printed["kind"] == option


def test_a_folder_and_memory_tell_the_same(run: dialsim.Run, folder: Path) -> None:
    memory = dialsim.run(stopped())
    asked: list[dict[str, Any]] = [{"intervention": 9}, {"caller": 2}, {"person": 11}]
    for option in asked:
        one, other = dialsim.explain_run(memory, **option), dialsim.explain_run(folder, **option)
        assert {**one, "run": None} == {**other, "run": None}


@pytest.mark.parametrize(
    ("option", "value", "allowed"),
    [
        ("--intervention", "9999", "0 to "),
        ("--intervention", "-1", "0 to "),
        ("--intervention", "first", "0 to "),
        ("--caller", "0", "1 to 13"),
        ("--caller", "14", "desk/1 to desk/6"),
        ("--caller", "desk/7", "desk/1 to desk/6"),
        ("--caller", "desk-07", 'did you mean "desk-00'),
        ("--person", "9000", "0 to 8999"),
        ("--person", "13800001234", "never by phone number"),
        ("--person", "ab12", "no pseudonyms"),
    ],
)
def test_what_is_not_there(
    explain: Any, folder: Path, option: str, value: str, allowed: str
) -> None:
    code, out, err = explain(folder, option, value)
    assert (code, out) == (2, "")
    assert allowed in err
    assert "13800001234" not in err


def test_how_it_is_called(explain: Any, folder: Path, tmp_path: Path) -> None:
    assert "name its folder" in explain("--caller", 1)[2]
    assert "one of" in explain(folder, "--caller", 1, "--person", 1)[2]
    assert "no such run folder" in explain(tmp_path / "none", "--caller", 1)[2]
    assert "no finished run" in explain(tmp_path)[2]
    with pytest.raises(ScenarioError, match="one thing"):
        dialsim.explain_run(folder, caller=1, person=1)
    assert explain("callee.retry_gap")[0] == 0


def test_a_run_without_its_calls(explain: Any, tmp_path: Path) -> None:
    bare = dialsim.run(tiny(), out=tmp_path, log=False)
    assert bare.folder is not None
    for option in ("--caller", "--person"):
        code, _, err = explain(bare.folder, option, 1)
        assert code == 2
        assert "this run has no calls" in err
        assert "--log parquet" in err
    with pytest.raises(ScenarioError, match="no calls"):
        dialsim.explain_run(dialsim.run(tiny(), log=False), caller=1)


def edited(folder: Path, to: Path, **changes: Any) -> Path:
    shutil.copytree(folder, to)
    summary = json.loads((to / "summary.json").read_text("utf-8"))
    for name, value in changes.items():
        summary[name] = {**summary[name], **value} if isinstance(value, dict) else value
    (to / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    return to


def test_a_run_that_was_broken_off(explain: Any, folder: Path, tmp_path: Path) -> None:
    period = {"reached": "2026-04-16T12:00:00+08:00"}
    part = edited(folder, tmp_path / "part", complete=False, period=period)
    code, out, _ = explain(part, "--caller", 1)
    assert code == 0
    assert "broken off at Thu 16 Apr 12:00" in out
    found = dialsim.explain_run(part, caller=1)
    assert found["ends"] == period["reached"]
    assert found["run"]["reached"] == period["reached"]


def test_another_version(explain: Any, folder: Path, tmp_path: Path) -> None:
    old = edited(folder, tmp_path / "old", schema_version=99)
    assert "this dialsim reads 1" in explain(old, "--caller", 1)[2]
    strange = edited(folder, tmp_path / "strange")
    text = (strange / "scenario.toml").read_text("utf-8")
    (strange / "scenario.toml").write_text('colour = "red"\n' + text, encoding="utf-8")
    code, _, err = explain(strange, "--caller", 1)
    assert code == 2
    assert "colour" in err
    (strange / "scenario.toml").write_text("x = ", encoding="utf-8")
    assert "cannot be read" in explain(strange, "--caller", 1)[2]
    (strange / "scenario.toml").unlink()
    assert "no scenario.toml" in explain(strange, "--caller", 1)[2]
    identity = {"name": "stopped", "seed": 3, "scenario_digest": "0", "version": "0.0.1"}
    changed = edited(folder, tmp_path / "changed", identity=identity)
    out = explain(changed, "--intervention", 0)[1]
    assert "have changed since this run was made by version 0.0.1" in " ".join(out.split())


def test_by_pseudonym(tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    numbers = "".join(f"1380000{i:04d}\n" for i in range(200))
    people.write_text("number\n" + numbers, encoding="utf-8")
    raw = stopped()
    raw["people"] = [{"name": "bought", "file": str(people), "relation": "bought",
                      "consent_recorded": 1.0}]  # fmt: skip
    run = dialsim.run(raw, out=tmp_path, pseudonyms=PseudonymKey(b"k" * 32))
    row = run.people.slice(17, 1).to_pylist()[0]
    found = dialsim.explain_run(run.folder or "", person=row["pseudonym"])
    assert found["person"] == row["person"]
    assert "1380000" not in json.dumps(found)
    people.unlink()  # the list may have gone since
    assert dialsim.explain_run(run.folder or "", caller=1)["number"] == 1
