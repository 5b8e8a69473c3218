"""Replications: other luck each time, nothing shared, and what their figures say."""

from __future__ import annotations

import io
import json
import re
import signal
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.cells import cell_len
from rich.console import Console

import dialsim
from dialsim.__main__ import main
from dialsim.api import replicate
from dialsim.core.rng import run_base, wrapping
from dialsim.engine.build import prepare
from dialsim.engine.host import digest, fill_all, run_to_end
from dialsim.errors import CapacityError, ScenarioError
from dialsim.execution.replication import play_again
from dialsim.pages.comparison.replications_page import replications_page
from dialsim.pages.model.terminal import page_lines
from dialsim.people.lists import Lists
from dialsim.scheduler import memory
from dialsim.scheduler.prepared_inputs import Beginning
from dialsim.scheduler.replication_progress import RepeatsDone
from dialsim.scheduler.stop import Stop
from tests.people.scenarios import ONE_NUMBER, file_scenario, small_scenario

PEOPLE = {"name": "list", "synthetic": {"count": 150, "relation": "opted_in"}}
GOALS = [
    {"metric": "conversations", "at_least": 20},
    {"metric": "abandoned_share", "at_most": 0.01},
    {"metric": "caller_ids_suspended", "at_most": 0},
]


def scenario(**changes: Any) -> dict[str, Any]:
    """Return a small scenario in which the world's beginning is drawn too."""
    made = small_scenario(PEOPLE) | {"goals": GOALS} | changes
    made["caller_ids"][0]["checked_clean"] = False  # some arrive labelled: drawn at build
    return made


def test_each_replication_is_a_world_of_its_own() -> None:
    """Whatever is taken over from the one before, the result is that of a world built anew."""
    found = replicate(scenario(), 4)
    for played in found.played:
        world = fill_all(prepare(dialsim.load_scenario(scenario()), replication=played.replication))
        run_to_end(world)
        assert played.digest == digest(world)
    assert len({played.digest for played in found.played}) == 4


def without_translations(goal: Mapping[str, Any]) -> dict[str, Any]:
    """Return a goal without what its English texts are translated from, or to."""
    return {key: value for key, value in goal.items() if not key.endswith(("_zh", "_message"))}


def test_the_first_is_what_run_plays() -> None:
    run = dialsim.run(scenario(), seed=5)
    (played,) = replicate(scenario(), 1, seed=5).played
    assert played.digest == run.summary["outcome_digest"]
    assert played.metrics == {k: each["value"] for k, each in run.summary["metrics"].items()}
    ours, its = (
        list(map(without_translations, each)) for each in (played.goals, run.summary["goals"])
    )
    assert ours == its
    assert played.goals_met == run.goals_met


def test_a_list_from_a_file_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read = []
    real = Lists.chunks
    monkeypatch.setattr(Lists, "chunks", lambda *given: read.append(given[1]) or real(*given))
    made = file_scenario(ONE_NUMBER)  # type: ignore[arg-type]
    found = replicate(made, 4)
    assert read == [0]
    assert found.played[0].digest == dialsim.run(made).summary["outcome_digest"]
    assert found.values("attempts").min() >= 1


def file_of_people(folder: Path) -> dict[str, Any]:
    """Return a scenario of a list from a file beside a drawn one, with people who withdraw."""
    numbers = [f"138{10_000_000 + 37 * i}" for i in range(120)]
    rows = [
        f"c{i},{number},{'2026-04-13' if i % 9 == 0 else ''}" for i, number in enumerate(numbers)
    ]
    (folder / "list.csv").write_text("\n".join(["id,number,withdrawn", *rows]))
    (folder / "gone.csv").write_text(f"number,time\n{numbers[4]},2026-04-13 10:00\n")
    made = scenario(withdrawals=[{"file": str(folder / "gone.csv")}])
    listed = {"name": "listed", "file": str(folder / "list.csv"), "order": "key"}
    made["people"] = [*made["people"], listed]
    made["campaigns"][0]["people"] = [each["name"] for each in made["people"]]
    return made


@pytest.mark.parametrize("files", [False, True])
def test_threads_change_nothing(files: bool, tmp_path: Path) -> None:
    """Whoever plays a replication, and beside whom: the same figures in the same order."""
    made = file_of_people(tmp_path) if files else scenario()
    alone = replicate(made, 5, threads=1)
    assert alone.played[0].digest == dialsim.run(made).summary["outcome_digest"]
    assert len({each.digest for each in alone.played}) == 5
    for threads in (2, 3, 8):
        assert replicate(made, 5, threads=threads).played == alone.played
    assert replicate(made, 3, first=2, threads=2).played == alone.played[2:]


def test_so_many_work_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both threads play at once: each waits for the other in the middle of its replication."""
    meeting = threading.Barrier(2, timeout=60)

    def met(*given: Any) -> Any:
        meeting.wait()
        return real(*given)

    real = play_again
    monkeypatch.setattr("dialsim.execution.replications.play_again", met)
    assert replicate(scenario(), 4, threads=2).complete


def test_memory_bounds_the_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    beginning = Beginning(dialsim.load_scenario(scenario()))
    assert beginning.threads(7) == 7
    monkeypatch.setattr("dialsim.scheduler.memory.bytes_available", lambda: memory.FIXED_BYTES)
    assert beginning.threads(7) == 1


def test_what_one_of_them_raises_ends_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(beginning: Any, replication: int, stop: Stop) -> Any:
        if replication == 1:
            raise CapacityError("memory did not suffice", "for this", "that")
        return real(beginning, replication, stop)

    real, stop = play_again, Stop()
    monkeypatch.setattr("dialsim.execution.replications.play_again", failing)
    with pytest.raises(CapacityError, match="memory did not suffice"):
        replicate(scenario(), 100_000, threads=2, stop=stop)
    assert not stop.requested  # it is the caller's


def test_ctrl_c_keeps_what_is_done() -> None:
    def watch(far: RepeatsDone) -> None:
        if far.done >= 2:
            signal.raise_signal(signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    found = replicate(scenario(), 1000, threads=2, progress=watch)
    assert 2 <= len(found) < 1000
    assert not found.complete
    assert list(found.numbers) == sorted(found.numbers)
    alone = {each.replication: each for each in replicate(scenario(), 2, threads=1).played}
    for each in found.played:
        assert alone.get(each.replication, each) == each
    assert signal.getsignal(signal.SIGINT) == before


@pytest.mark.parametrize("threads", [0, -1, True, 1.5, 257])
def test_what_is_no_number_of_threads_is_refused(threads: Any) -> None:
    with pytest.raises(ScenarioError, match="not a number of threads"):
        replicate(scenario(), 2, threads=threads)


def test_replications_can_begin_anywhere() -> None:
    whole, tail = replicate(scenario(), 4), replicate(scenario(), 2, first=2)
    assert tail.numbers == (2, 3)
    assert [each.digest for each in whole.played[2:]] == [each.digest for each in tail.played]


def test_neighbouring_seeds_and_replications_share_nothing() -> None:
    with wrapping():
        bases = {int(run_base(seed, n)) for seed in range(-20, 20) for n in range(40)}
    assert len(bases) == 1600
    mine, next_one = replicate(scenario(), 3, seed=8), replicate(scenario(), 3, seed=9)
    assert not {each.digest for each in mine.played} & {each.digest for each in next_one.played}


def people_of(n: int, **keys: Any) -> Any:
    made = dialsim.load_scenario(scenario() | keys)
    return fill_all(prepare(made, replication=n)).state.people.tolist()


def test_people_are_redrawn_or_stay_the_same() -> None:
    """A number that is invalid is so with every seed, and in every replication if asked for."""
    first = people_of(0)
    assert people_of(1) != first
    fixed = {"replications": {"people": "fixed"}}
    assert people_of(1, **fixed) == people_of(0, **fixed) == first


def test_what_replications_have_in_common_is_told() -> None:
    made = dialsim.load_scenario(scenario())
    assert replicate(made, 2).to_dict()["people"] == "redrawn"
    assert replicate(made, 2, seed=11).people == "redrawn"
    assert replicate(made.with_("list_seed", made.seed), 2).people == "fixed"
    assert replicate(made.with_("replications.people", "fixed"), 2).people == "fixed"
    assert (
        replicate(made, 1).played[0].digest
        == replicate(made.with_("replications.people", "fixed"), 1).played[0].digest
    )


def test_figures() -> None:
    found = replicate(scenario(), 5)
    values = found.values("attempts")
    interval = found.interval("attempts")
    assert interval.value == pytest.approx(values.mean())
    assert (interval.kind, found.interval("goal_1.met").kind) == ("t", "Clopper-Pearson")
    assert found.quantile("attempts") == np.median(values)
    assert found.share("attempts", at_least=values.max()).value == np.mean(values == values.max())
    assert found.share("attempts", at_most=0).value == 0
    assert found.values("goal_1.margin") == pytest.approx(found.values("conversations") / 20 - 1)
    assert np.isnan(found.values("goal_3.margin")).all()  # a target of zero has no relative margin
    with pytest.raises(KeyError, match='did you mean "attempts"'):
        found.values("atempts")


def test_the_table_is_tidy() -> None:
    found = replicate(scenario(), 3)
    table = found.table
    assert table.column_names == ["replication", "metric", "value"]
    assert table.num_rows == 3 * len(found.metrics)
    rows = [row for row in table.to_pylist() if row["metric"] == "attempts"]
    assert [row["value"] for row in rows] == found.values("attempts").tolist()
    assert [row["replication"] for row in rows] == [0, 1, 2]
    assert table.filter(table["metric"].cast("string").is_null()).num_rows == 0
    margins = [row["value"] for row in table.to_pylist() if row["metric"] == "goal_3.margin"]
    assert margins == [None] * 3


def test_pairs_share_their_luck() -> None:
    more = scenario()
    more["agents"][0]["count"] = 1
    paired = replicate(scenario(), 4).paired(replicate(more, 6, first=1))
    assert paired.numbers == (1, 2, 3)
    expected = replicate(scenario(), 3, first=1).values("connects")
    expected -= replicate(more, 3, first=1).values("connects")
    assert paired.values("connects").tolist() == expected.tolist()
    same = replicate(scenario(), 2).paired(replicate(scenario(), 2))
    assert same.interval("attempts")[:3] == (0, 0, 0)


def test_pairs_without_shared_luck_are_refused() -> None:
    with pytest.raises(ValueError, match="share no luck"):
        replicate(scenario(), 1).paired(replicate(scenario(), 1, seed=99))
    with pytest.raises(ValueError, match="no replication"):
        replicate(scenario(), 1).paired(replicate(scenario(), 1, first=1))


@pytest.mark.usefixtures("each_told")
def test_what_is_done_stays_when_it_is_stopped() -> None:
    stop, seen = Stop(), []

    def watch(far: RepeatsDone) -> None:
        seen.append(far.done)
        if far.done == 2:
            stop.request()

    found = replicate(scenario(), 2, progress=watch)
    assert (found.complete, seen[0], seen[-1]) == (True, 0, 2)
    stopped = replicate(scenario(), 5, stop=stop)
    assert (len(stopped), stopped.complete, stopped.goals_met) == (0, False, False)
    assert stopped.table.num_rows == 0
    assert "Broken off" in page_lines(replications_page(stopped.to_dict()), 80)[1].plain


@pytest.mark.parametrize(("n", "first"), [(0, 0), (-1, 0), (True, 0), (1.5, 0), (1, -1)])
def test_what_is_no_count_is_refused(n: Any, first: int) -> None:
    with pytest.raises(ScenarioError, match="replications"):
        replicate(scenario(), n, first=first)


@pytest.mark.parametrize("width", [60, 80, 100])
def test_pages_fit(width: int) -> None:
    found = replicate(scenario(), 2).to_dict()
    english = page_lines(replications_page(found), width)
    chinese = page_lines(replications_page(found, "zh"), width)
    assert max(cell_len(line.plain) for line in english + chinese) <= width
    assert len(english) >= len(GOALS) + 20
    assert any("有效通话" in line.plain for line in chinese)


def test_it_shows_itself() -> None:
    found = replicate(scenario(), 2)
    assert repr(found) == "<Replications small, seed 3, 2>"
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(found)
    assert "2 of 2 replications" in console.export_text()
    html = found._repr_html_()
    assert re.search(r'<td class="text *" data-name="metric">attempts</td>', html)
    (verdict,) = re.findall("Every goal met[^<]*(?=</p>)", html)
    assert verdict.endswith(").")  # to the end of the sentence, on however many lines it stands
    json.dumps(found.to_dict(), allow_nan=False)


def test_run_with_replications(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    import tomli_w

    path = tmp_path / "s.toml"
    path.write_text(tomli_w.dumps(scenario()))
    assert main(["run", str(path), "--replications", "2", "--json"]) in (0, 1)
    found = json.loads(capsys.readouterr().out)
    assert found["replications"] == [0, 1]
    assert main(["run", str(path), "--replications", "2", "--out", str(tmp_path)]) == 2
    assert "--out is about one run" in capsys.readouterr().err
    assert main(["run", str(path), "--replications", "0"]) == 2
    assert main(["run", str(path), "--replications", "2", "--threads", "0"]) == 2
    assert main(["run", str(path), "--replications", "2", "--threads", "2", "--quiet"]) in (0, 1)
    capsys.readouterr()
    assert main(["run", str(path), "--threads", "2"]) == 2
    assert "--threads is of use with --replications alone" in capsys.readouterr().err
    assert not list(tmp_path.glob("small-*"))


def test_replications_as_html(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    import tomli_w

    path, place = tmp_path / "s.toml", tmp_path / "page.html"
    path.write_text(tomli_w.dumps(scenario()))
    given = ["run", str(path), "--replications", "2", "--html", str(place)]
    assert main([*given, "--quiet"]) in (0, 1)
    assert capsys.readouterr().out == ""
    assert place.exists()
    assert main([*given, "--lang", "zh"]) in (0, 1)
    assert capsys.readouterr().out == f"{place}\n"
    found = replicate(scenario(), 2)
    html = place.read_text(encoding="utf-8")
    cells = set(re.findall(r"<td[^>]*>([^<]*)</td>", html))
    assert '<html lang="zh' in html
    for line in page_lines(found.page("zh"), 100)[-20:-2]:
        name, *others = re.split("  +", line.plain.strip())
        assert {name, *others} <= cells
    assert main([*given, "--json"]) == 2
    assert "--html and --json exclude each other" in capsys.readouterr().err
