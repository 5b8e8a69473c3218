"""Comparisons of scenarios that are played, and of runs that were."""

from __future__ import annotations

import copy
import io
import json
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tomli_w
from rich.cells import cell_len
from rich.console import Console

import dialsim
from dialsim.api import Comparison, compare
from dialsim.errors import ScenarioError
from dialsim.execution.replication import play_again
from dialsim.pages.comparison.comparison_page import comparison_page
from dialsim.pages.model.terminal import page_lines
from dialsim.scheduler.replication_progress import RepeatsDone
from dialsim.scheduler.stop import Stop
from tests.people.scenarios import small_scenario

PEOPLE = {"name": "list", "synthetic": {"count": 200, "relation": "opted_in"}}
GOALS = [
    {"metric": "attempts", "at_least": 90},
    {"metric": "conversations", "at_least": 28},
    {"metric": "abandoned_share", "at_most": 0.5},
]


def scenario(**changes: Any) -> dict[str, Any]:
    """Return a small scenario that its few caller IDs hold back."""
    made = copy.deepcopy(small_scenario(PEOPLE)) | {"goals": copy.deepcopy(GOALS)}
    made["caller_ids"][0]["count"] = 2
    made["rules"] = {"caller_limits": [{"count": 6, "per": "1h"}]}
    made["agents"][0]["shifts"][0]["to"] = "17:00"
    return made | changes


def wider(count: int = 3, **changes: Any) -> dict[str, Any]:
    """Return the same with more caller IDs."""
    made = scenario(**changes)
    made["caller_ids"][0]["count"] = count
    return made


@pytest.fixture(scope="module")
def found() -> Comparison:
    """The small scenario beside one with half as many caller IDs again."""
    return compare(scenario(), wider(), replications=8)


def test_more_caller_ids_reach_more(found: Comparison) -> None:
    attempts = found.interval("attempts")
    assert attempts.low is not None
    assert attempts.low > 20
    reach = found.metrics["reach"]
    assert (reach["told"], reach["better"]) == (True, "higher")
    assert reach["p"] < reach["p_holm"] <= 0.05
    goals = {goal["metric"]: goal for goal in found.goals if not goal["wall"]}
    assert goals["attempts"]["met"] == {"a": 0, "b": 8}
    assert goals["attempts"]["verdict"] == "better"
    assert (found.better[0], found.worse, found.exit_code) == ("attempts", [], 0)
    assert [(c.path, c.before, c.after) for c in found.changes] == [
        ("caller_ids.north.count", 2, 3)
    ]
    assert "B is better in attempts" in found.verdict


def test_each_side_is_what_replicate_plays(found: Comparison) -> None:
    for side, made in ((found.a, scenario()), (found.b, wider())):
        alone = dialsim.replicate(made, 8)
        assert isinstance(side, dialsim.Replications)
        assert [each.digest for each in side.played] == [each.digest for each in alone.played]
    difference = found.paired.values("reach")
    assert difference.mean() == pytest.approx(found.interval("reach").value)
    assert np.array_equal(difference, found.b.values("reach") - found.a.values("reach"))  # type: ignore[union-attr]


def test_turned_round_everything_is_negated(found: Comparison) -> None:
    back = compare(wider(), scenario(), replications=8)
    for key, metric in found.metrics.items():
        turned = back.metrics[key]
        assert turned["change"]["value"] == -metric["change"]["value"]
        assert turned["p_holm"] == metric["p_holm"]
        assert turned["saved"] == metric["saved"]
    for mine, turned in zip(found.goals, back.goals, strict=True):
        assert turned["met"] == {"a": mine["met"]["b"], "b": mine["met"]["a"]}
        assert turned["p"] == mine["p"]
    assert (back.worse, back.better, back.exit_code) == (found.better, [], 1)
    assert "B is worse in attempts" in back.verdict


def test_a_scenario_does_not_differ_from_itself() -> None:
    found = compare(scenario(), scenario(), replications=3)
    assert found.same
    assert found.exit_code == 0
    assert "the same scenario" in found.verdict
    assert found.to_dict()["digests"]["a"] == found.to_dict()["digests"]["b"]
    for metric in found.metrics.values():
        assert metric["change"]["value"] == 0
        if metric["change"]["n"] > 1:
            assert metric["change"]["low"] == metric["change"]["high"] == 0
            assert (metric["constant"], metric["p"], metric["saved"]) == (True, None, None)
    assert {goal["verdict"] for goal in found.goals} == {"same"}


def test_luck_is_shared(found: Comparison) -> None:
    """Pairs tell more than independent replications would: the measured ratio is above 1."""
    first, second = found.a.values("conversations"), found.b.values("conversations")  # type: ignore[union-attr]
    independent = np.var(first, ddof=1) + np.var(second, ddof=1)
    expected = independent / np.var(second - first, ddof=1)
    assert found.metrics["conversations"]["saved"] == pytest.approx(expected)
    more = compare(scenario(), scenario() | {"aftermath": "2d"}, replications=4)
    assert more.metrics["attempts"]["change"]["value"] == 0  # the days are the same to the call


def test_both_share_the_seed_of_the_first() -> None:
    other = wider(seed=4)  # states no list_seed: its lists follow
    found = compare(scenario(), other, replications=2)
    assert found.a.seed == found.b.seed == 3  # type: ignore[union-attr]
    assert [change.path for change in found.changes] == ["caller_ids.north.count"]
    assert found.notes == (
        "Both are simulated with seed 3: B's own, 4, is not used.",
        "Contacts are drawn anew in each pair, the same for A and B.",
    )
    plain = compare(scenario(), wider(), replications=2)
    assert found.to_dict()["digests"] == plain.to_dict()["digests"]
    given = compare(scenario(), wider(), replications=2, seed=9)
    assert given.a.seed == given.b.seed == 9  # type: ignore[union-attr]
    assert given.to_dict()["digests"]["a"] != plain.to_dict()["digests"]["a"]


def test_other_people_are_told() -> None:
    found = compare(scenario(), scenario(seed=4, list_seed=8), replications=2)
    assert ("list_seed", 3, 8) in [(c.path, c.before, c.after) for c in found.changes]
    assert "few random numbers are common" in found.notes[-1]
    kept = compare(scenario(list_seed=3), scenario(list_seed=3), replications=2)
    assert "All pairs have the same contacts" in kept.notes[-1]
    mixed = compare(scenario(), scenario(list_seed=3), replications=2)
    assert "Only one of them draws its contacts anew" in mixed.notes[-1]


def test_goals_that_differ() -> None:
    goals = [{"metric": "attempts", "at_least": 80}, {"metric": "marks", "at_most": 9}]
    found = compare(scenario(), scenario(goals=goals), replications=2)
    mine = [goal for goal in found.goals if not goal["wall"]]
    assert [(goal["metric"], goal["target"]) for goal in mine] == [("attempts", {"a": 90, "b": 80})]
    page = text(found)
    assert "at least 90 (B: 80)" in page
    assert "marks at most 9: only in B" in page
    assert "abandoned share at most 50 %: only in A" in page
    nothing = compare(scenario(goals=[]), scenario(goals=goals), replications=2)
    assert [goal for goal in nothing.goals if not goal["wall"]] == []
    assert nothing.exit_code == 0


@pytest.mark.usefixtures("each_told")
def test_what_is_done_stays_when_it_is_stopped() -> None:
    stop, seen = Stop(), []

    def watch(far: RepeatsDone) -> None:
        seen.append((far.what, far.done))
        if far.done >= 2:
            stop.request()

    found = compare(scenario(), wider(), replications=9, progress=watch, stop=stop)
    assert 2 <= len(found) < 9  # another thread's may end at the same time
    assert (found.complete, found.wanted, seen[0]) == (False, 9, ("pair", 0))
    assert len(found.a) == len(found.b)  # type: ignore[arg-type]
    assert f"Interrupted: {len(found)} of 9 pairs" in text(found)
    none = compare(scenario(), wider(), stop=stop)
    assert (len(none), none.exit_code, none.wanted) == (0, 0, 20)
    assert none.verdict == "Interrupted before the first pair was complete."
    assert none.metrics == {}
    with pytest.raises(ValueError, match="no replication"):
        _ = none.paired


def test_half_a_pair_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def broken_off(beginning: Any, replication: int, stop: Stop) -> Any:
        calls.append(replication)
        if len(calls) == 4:
            asked.request()
        return real(beginning, replication, stop)

    real, asked = play_again, Stop()
    monkeypatch.setattr("dialsim.execution.replications.play_again", broken_off)
    found = compare(scenario(), wider(), replications=5, threads=1, stop=asked)
    assert calls == [0, 0, 1, 1]  # in turns
    assert (len(found.a), len(found.b)) == (1, 1)  # type: ignore[arg-type]
    assert found.metrics["attempts"]["change"]["low"] is None  # one pair has no interval
    assert found.exit_code == 0


@pytest.mark.full
def test_a_study_of_what_is_forbidden_never_wins() -> None:
    found = compare(scenario(), wider(study="unlawful"), replications=8)
    assert found.verdict.startswith("B is not a lawful plan")
    assert (found.better, found.exit_code) == ([], 1)
    assert found.goals[0]["verdict"] == "unlawful"
    assert "Better" not in text(found)
    runs = compare(dialsim.run(scenario()), dialsim.run(wider(study="unlawful")))
    assert (runs.goals[0]["verdict"], runs.better, runs.exit_code) == ("unlawful", [], 1)
    back = compare(wider(study="unlawful"), scenario(), replications=8)
    assert "A is not a lawful plan" in text(back)
    assert back.worse == ["attempts"]


def test_theory_is_no_plan_beside_one() -> None:
    lab = wider(name="lab")
    lab["rules"]["pack"] = "lab"
    found = compare(scenario(), lab, replications=8)
    assert "B is theory" in found.verdict
    assert (found.better, found.exit_code) == ([], 1)
    both = copy.deepcopy(lab)
    both["caller_ids"][0]["count"] = 2
    assert compare(both, lab, replications=40).better == ["conversations"]


# --- files ----------------------------------------------------------------------------------------


def on_disk(folder: Path, made: dict[str, Any], name: str = "s.toml") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(tomli_w.dumps(made))
    return path


def test_other_content_of_a_file_of_the_same_name_is_told(tmp_path: Path) -> None:
    paths = []
    for place, first in (("one", 13800000000), ("two", 13800000001)):
        made = scenario(people=[{"name": "list", "file": "list.csv"}])
        paths.append(on_disk(tmp_path / place, made))
        rows = "\n".join(str(first + i) for i in range(50))
        (tmp_path / place / "list.csv").write_text(f"number\n{rows}\n")
    found = compare(*paths, replications=2)
    assert not found.changes
    assert not found.same
    assert [(each["what"], each["name"]) for each in found.others] == [
        ("content of a file", "list.csv")
    ]
    assert "content of a file list.csv" in text(found)
    assert str(paths[0]) in text(found).replace("\n   ", "")


# --- runs -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    out = tmp_path_factory.mktemp("runs")
    made = (
        dialsim.run(scenario(), out=out),
        dialsim.run(wider(name="wide"), out=out),
        dialsim.run(scenario(), out=out, seed=11),
    )
    return [run.folder for run in made if run.folder is not None]


def test_two_runs_side_by_side(folders: list[Path]) -> None:
    found = compare(folders[0], folders[1])
    assert found.kind == "runs"
    values = [dialsim.load_run(f).summary["metrics"]["attempts"]["value"] for f in folders[:2]]
    attempts = found.metrics["attempts"]
    assert (attempts["a"], attempts["b"]) == tuple(values)
    assert attempts["change"]["value"] == values[1] - values[0]
    assert attempts["change"]["low"] is None
    goal = found.goals[0]
    assert (goal["verdict"], goal["met"]) == ("better", {"a": 0, "b": 1})
    assert goal["margin"]["b"]["absolute"] == values[1] - 90
    assert [change.path for change in found.changes] == ["name", "caller_ids.north.count"]
    page = text(found)
    assert "B meets attempts" in page
    joined = " ".join(page.replace("\\\n", "").split())
    assert "there are no intervals" in joined
    assert f"dialsim compare {folders[0]} {folders[1]} --replications 20" in joined
    assert compare(folders[1], folders[0]).exit_code == 1
    with pytest.raises(ValueError, match="one pair"):
        _ = found.paired


def test_a_run_and_itself(folders: list[Path]) -> None:
    found = compare(folders[0], dialsim.load_run(folders[0]))
    assert found.same
    assert found.verdict == "A and B are the same run: every call is the same."
    assert found.again is None


def test_another_seed_is_told(folders: list[Path]) -> None:
    found = compare(folders[0], folders[2])
    assert [(c.path, c.before, c.after) for c in found.changes] == [("seed", 3, 11)]
    assert "each with its own random numbers" in found.notes[-1]


def test_versions_and_files_are_told(folders: list[Path]) -> None:
    other = dialsim.load_run(folders[0])
    other.summary["identity"]["version"] = "0.0.1"
    other.summary["data_versions"]["holidays"] = "0.1"
    other.summary["inputs"] = {"list": "b" * 64}
    mine = dialsim.load_run(folders[0])
    mine.summary["inputs"] = {"list": "a" * 64}
    found = compare(other, mine)
    assert [each["name"] for each in found.others] == ["list", "version", "holidays"]
    assert "aaaaaaaa" in text(found)
    assert "version of dialsim" in text(found)
    assert re.search(r"version of dialsim +0\.0\.1 +\d", text(found))


def test_the_same_with_other_calls_is_our_fault(folders: list[Path]) -> None:
    other = dialsim.load_run(folders[0])
    other.summary["outcome_digest"] = "0" * 32
    assert "please report this" in compare(other, folders[0]).verdict


def test_a_run_that_was_broken_off_is_told(folders: list[Path]) -> None:
    part = dialsim.load_run(folders[0])
    part.summary["complete"] = False
    found = compare(part, folders[1])
    assert found.notes[0] == "A was interrupted: its figures are those of a part."


def test_runs_are_played_again_when_asked(folders: list[Path], found: Comparison) -> None:
    again = compare(folders[0], folders[1], replications=2)
    assert again.kind == "scenarios"
    mine, others = again.to_dict()["digests"], found.to_dict()["digests"]
    assert mine["a"] == others["a"][:2]
    assert again.notes[0].startswith("A is a run: its scenario is simulated again")
    mixed = compare(folders[0], wider(), replications=2)
    assert mixed.to_dict()["digests"] == {"a": mine["a"], "b": others["b"][:2]}
    in_memory = compare(dialsim.run(scenario()), wider(), replications=2)
    assert in_memory.to_dict()["digests"] == mixed.to_dict()["digests"]


def test_a_run_whose_list_is_gone_cannot_be_played_again(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("number\n13800000000\n")
    path = on_disk(tmp_path, scenario(people=[{"name": "list", "file": "list.csv"}]))
    run = dialsim.run(path, out=tmp_path / "runs")
    assert run.folder is not None
    with pytest.raises(ScenarioError, match="cannot be played again from here") as error:
        compare(run.folder, wider(), replications=2)
    assert any(problem.path == "people[0].file" for problem in error.value.problems)
    assert compare(run.folder, run.folder).same  # as they are, nothing has to be read


def test_a_damaged_summary_is_bad_input(folders: list[Path], tmp_path: Path) -> None:
    for fault in ("goals", "walls", "metrics"):
        broken = dialsim.load_run(folders[0])
        if fault == "metrics":
            broken.summary["metrics"]["reach"]["value"] = "many"
        elif fault == "walls":
            broken.summary["walls"] = [{"met": True}]
        else:
            broken.summary["goals"] = [{"met": True}]
        with pytest.raises(ScenarioError, match="damaged"):
            compare(folders[0], broken)


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 0, -3, 2.0, True, 10**7])
def test_what_is_no_count_of_pairs_is_refused(n: Any) -> None:
    with pytest.raises(ScenarioError, match="not a number of pairs"):
        compare(scenario(), wider(), replications=n)


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as error:
        compare(scenario(days=0), tmp_path, replications=1)
    told = str(error.value)
    assert all(word in told for word in ("days", "no finished run", "at least two"))


# --- pages ----------------------------------------------------------------------------------------


def text(found: Comparison, width: int = 80) -> str:
    return "\n".join(line.plain for line in page_lines(comparison_page(found.to_dict()), width))


@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_pages_fit(found: Comparison, folders: list[Path], width: int) -> None:
    for each in (found, compare(folders[0], folders[1]), compare(folders[0], folders[2])):
        lines = text(each, width).splitlines()
        lines = [line for line in lines if str(folders[0].parent) not in line]  # never cut
        assert max(map(cell_len, lines)) <= min(width, 100)
        assert len(lines) > 25


def test_it_shows_itself(found: Comparison, folders: list[Path]) -> None:
    assert repr(found) == "<Comparison small and small, seed 3, 8 pairs>"
    assert repr(compare(*folders[:2])) == "<Comparison of two runs, small and wide>"
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(found)
    assert "8 pairs · seed 3" in console.export_text()
    html = found._repr_html_()
    assert ">attempts</td>" in html
    assert "Better: B meets it" in html
    for each in (found, compare(*folders[:2])):
        json.dumps(each.to_dict(), allow_nan=False)
    with pytest.raises(KeyError, match='did you mean "attempts"'):
        found.interval("atempts")


def test_luck_is_explained_in_words(found: Comparison) -> None:
    saved = found.metrics["attempts"]["saved"]
    assert saved is None or math.isfinite(saved)
    page = " ".join(text(found).split())
    assert "these 8 pairs are as good as" in page
    assert "times as many independent replications of each" in page
