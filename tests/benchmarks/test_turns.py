"""Engines in turns: both play the same to its end, ratios are those of turns, bad input is told."""

from __future__ import annotations

from contextlib import ExitStack

import click
import pytest
from click.testing import CliRunner

from benchmarks import turns
from benchmarks.turns import ROOT, Pair, PlayedOtherwise, Turn


def played(*people: int) -> dict[str, list[Turn]]:
    """Play worlds of so many people in turns, each with the engine that lies here."""
    with ExitStack() as ending:
        processes = {}
        for number, count in enumerate(people):
            raw = turns.world_of("plain", count)
            begun = turns.ended(turns.begin(ROOT, raw, None))
            processes[f"tree {number}"] = ending.enter_context(begun)
        return turns.take_turns(processes)


@pytest.mark.full
@pytest.mark.once
def test_both_play_the_same_to_its_end() -> None:
    found = played(300, 300)
    one, other = found.values()
    assert [each.digest for each in one] == [each.digest for each in other]
    assert 300 < sum(each.attempts for each in one) < 900
    assert all(each.seconds > 0 for each in one)


@pytest.mark.full
@pytest.mark.once
def test_what_plays_otherwise_has_no_speed() -> None:
    with pytest.raises(
        PlayedOtherwise, match=r"tree 0 and tree 1 have other counts by attempt.*attempts"
    ):
        played(300, 299)


@pytest.mark.once
@pytest.mark.parametrize("when", ["at first", pytest.param("ready", marks=pytest.mark.full)])
def test_a_process_that_ends_is_told(when: str) -> None:
    raw = {"schema": 0} if when == "at first" else turns.world_of("plain", 300)
    with turns.ended(turns.begin(ROOT, raw, None)) as process:
        if when == "ready":
            assert turns.answer_of(process, "") == "ready\n"
            process.kill()
            process.wait()
            turns.tell(process, "")
        with pytest.raises(click.ClickException, match="this tree cannot be played: see above"):
            turns.answer_of(process, "this tree")


def test_first_and_last_turn_are_left_out() -> None:
    found = turns.pair_of(
        {
            "old": [Turn(10, s, {}, "") for s in (90.0, 2e-8, 2e-8, 4e-8, 90.0)],
            "new": [Turn(10, s, {}, "") for s in (1.0, 1e-8, 1e-8, 4e-8, 1.0)],
        }
    )
    # of all together 1e-8 + 1e-8 + 4e-8 + 1 of 2e-8 + 2e-8 + 4e-8 + 90
    assert found == Pair({"old": 2.0, "new": 1.0}, 0.5, in_all=round(1 / 90, 4), alike=True)


@pytest.mark.parametrize(
    ("ratios", "doubt"),
    [
        ((0.97, 0.98, 0.99) * 2, ""),
        ((1.01, 1.02, 1.04) * 2, ""),
        ((0.97, 1.01) * 3, ": not told apart, pairs say one and the other"),
        ((1.0, 1.01) * 3, ": not told apart, pairs say one and the other"),
        ((0.5,) * 5, ": too few pairs to tell engines apart, 6 at least"),
    ],
)
def test_engines_are_told_apart_only_where_all_of_enough_pairs_say_the_same(
    ratios: tuple[float, ...], doubt: str
) -> None:
    """In a turn, whatever all turns together say; and the other way round."""
    few = "too few" in doubt
    took = {"old": 2.0, "new": 2.0}
    for place in (3, 4):
        both = [(each, 0.5) if place == 3 else (0.5, each) for each in ratios]
        pairs = [Pair(took, in_a_turn, in_all, alike=True) for in_a_turn, in_all in both]
        said = turns.summary(pairs)
        assert said[place].endswith(f"{max(ratios):.3f}){doubt}")
        assert said[7 - place].endswith("0.500)") != few


def test_other_digests_of_the_same_counts_are_told() -> None:
    old, new = ([Turn(10, 1e-8, {"reach": 3}, digest)] * 4 for digest in ("a", "b"))
    said = turns.summary([turns.pair_of({"old": old, "new": new})])
    assert said[-1].startswith("digests differ, counts do not")


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ([], "name a commit"),
        (["--", "--help"], "'--help' is no commit"),
        (["HEAD", "--people", "249999"], "249999 is not in the range 250000<=x<=100000000"),
        (["no-such-commit"], "'no-such-commit' is no commit with packages dialsim and benchmarks"),
        (["HEAD", "--people", "0"], "--people"),
        (["HEAD", "--pairs", "0"], "--pairs"),
        (["HEAD", "--world", "moon"], "--world"),
    ],
)
def test_bad_input_is_told(asked: list[str], message: str) -> None:
    done = CliRunner().invoke(turns.main, asked)
    assert done.exit_code == 2
    assert message in done.output


def test_help_tells_how_few_people_there_may_be() -> None:
    assert "250000<=x<=100000000" in CliRunner().invoke(turns.main, ["--help"]).output


def test_without_git_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    done = CliRunner().invoke(turns.main, ["HEAD"])
    assert done.exit_code == 2
    assert "git is not installed" in done.output
