"""Arguments from Python that are none of what they may be: refused before anything is played."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dialsim
from dialsim.api import replicate
from dialsim.errors import ScenarioError
from dialsim.scheduler.progress import Progress
from tests.scheduler.worlds import tiny


@pytest.fixture(scope="module")
def run() -> dialsim.Run:
    return dialsim.run(tiny(days=1))


def never(progress: Progress) -> None:
    """Fail where something is played."""
    raise AssertionError(progress.phase)


# --- languages ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", 3])
@pytest.mark.parametrize("out", [None, "runs"])
def test_a_page_in_no_language_is_refused_before_the_run(
    language: Any, out: str | None, tmp_path: Path
) -> None:
    place = None if out is None else tmp_path / out
    with pytest.raises(ScenarioError, match="report: no such language") as error:
        dialsim.run(tiny(), out=place, report=language, progress=never)
    assert error.value.problems[0].allowed == "en, zh"
    assert not list(tmp_path.iterdir())


TOLD: dict[str, Callable[[dialsim.Run, Any], Any]] = {
    "page": lambda run, language: run.page(language=language),
    "report": lambda run, language: run.report(language),
    "person": lambda run, language: run.person(1, language),
    "caller": lambda run, language: run.caller(1, language),
    "explain_run": lambda run, language: dialsim.explain_run(run, language=language),
    "explain": lambda _, language: dialsim.explain("hours", language=language),
    "waterfall": lambda run, language: run.plot.waterfall(language=language),
    "flow": lambda run, language: run.plot.flow(language),
    "reactions": lambda run, language: run.plot.reactions(language),
}


@pytest.mark.parametrize("told", TOLD)
@pytest.mark.parametrize("language", ["fr", None, ["en"]])
def test_nothing_is_told_in_no_language(told: str, language: Any, run: dialsim.Run) -> None:
    with pytest.raises(ScenarioError, match="language: no such language"):
        TOLD[told](run, language)


def test_a_page_in_no_language_replaces_nothing(run: dialsim.Run, tmp_path: Path) -> None:
    unknown: Any = "fr"
    (tmp_path / "page.html").write_text("mine")
    with pytest.raises(ScenarioError, match="no such language"):
        run.save_report(tmp_path / "page.html", language=unknown)
    assert (tmp_path / "page.html").read_text() == "mine"


# --- seeds ----------------------------------------------------------------------------------------

PLAYED: dict[str, Callable[[Any], Any]] = {
    "run": lambda seed: dialsim.run(tiny(), seed=seed, progress=never),
    "simulation": lambda seed: dialsim.Simulation(tiny(), seed=seed),
    "replicate": lambda seed: replicate(tiny(), 2, seed=seed),
    "sweep": lambda seed: dialsim.sweep(tiny(), {"days": [1]}, 1, seed=seed, executor="serial"),
    "compare": lambda seed: dialsim.compare(tiny(), tiny(days=1), seed=seed),
}


@pytest.mark.parametrize("played", PLAYED)
@pytest.mark.parametrize("seed", [1.5, 7.0, True, "7", "x", np.bool_(1)])
def test_what_is_no_seed_is_refused(played: str, seed: Any) -> None:
    with pytest.raises(ScenarioError, match="--seed: this is no seed") as error:
        PLAYED[played](seed)
    assert error.value.problems[0].allowed == f"a whole number from 0 to {2**63 - 1}"


def test_numbers_of_numpy_are_seeds() -> None:
    seed: Any = np.int64(7)
    assert dialsim.Simulation(tiny(), seed=seed).scenario.seed == 7


@pytest.mark.parametrize("first", [2**63, 2**63 - 1])
def test_every_replication_has_a_number(first: int) -> None:
    with pytest.raises(ScenarioError, match="first: replications count from 0") as error:
        replicate(tiny(), 2, first=first)
    assert f"0 to {2**63 - 2}" in str(error.value)


def test_the_last_replication_there_is() -> None:
    assert replicate(tiny(days=1), 2, first=2**63 - 2).numbers == (2**63 - 2, 2**63 - 1)


# --- others ---------------------------------------------------------------------------------------

ASKED: dict[str, tuple[Callable[[Any], Any], str, list[Any]]] = {
    "speed": (lambda it: dialsim.run(tiny(), speed=it, progress=never), "--speed", ["x", [1]]),
    "by": (lambda it: dialsim.run(tiny(), by=it, progress=never), "--by", [3, [3], [["a"]], None]),
    "stop": (lambda it: dialsim.run(tiny(), stop=it, progress=never), "stop", [3, "x"]),
    "stop of many": (lambda it: replicate(tiny(), 2, stop=it), "stop", [3]),
    "stop of a sweep": (lambda it: dialsim.sweep(tiny(), {"days": [1]}, stop=it), "stop", [3]),
    "vary": (lambda it: dialsim.sweep(tiny(), it), "vary", [None, 3, ["days"]]),
    "until": (lambda it: replicate(tiny(), 200, until=it), "until", [3, [3]]),
    "key of a sweep": (lambda it: dialsim.sweep(tiny(), {it: [1]}), "keys are text", [3, None]),
    "key": (lambda it: dialsim.load_scenario(tiny()).with_(it, 1), "keys are text", [3, None]),
    "changes": (lambda it: dialsim.Simulation(tiny()).branch(it), "changes", [3, ["seed"]]),
    "key of a branch": (
        lambda it: dialsim.Simulation(tiny()).branch({it: 4}), "keys are text", [3],
    ),
    "name": (lambda it: dialsim.explain(it), "no value of the rules", [3, b"hours"]),
    "run": (lambda it: dialsim.load_run(it), "folder: this is no path", [None, 3]),
    "sweep": (lambda it: dialsim.load_sweep(it), "folder: this is no path", [None, 3]),
    "no folder": (lambda it: dialsim.load_sweep(it), "folder: the path is empty", [""]),
}  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "given"), [(name, each) for name, row in ASKED.items() for each in row[2]]
)
def test_what_is_none_of_what_it_may_be_is_refused(asked: str, given: Any) -> None:
    ask, where, _ = ASKED[asked]
    with pytest.raises(ScenarioError, match=f"^{where}") as error:
        ask(given)
    assert error.value.problems[0].allowed or error.value.problems[0].found


def test_what_is_no_key_is_refused_and_not_shown() -> None:
    """Somebody who writes a secret where a key belongs does not find it in a log."""
    secret: Any = "correct horse"
    with pytest.raises(ScenarioError, match="pseudonyms: this is no key") as error:
        dialsim.run(tiny(), pseudonyms=secret, progress=never)
    assert secret not in str(error.value)


@pytest.mark.parametrize(
    "moment",
    [None, datetime.date(2026, 4, 14), datetime.time(10), float("inf"), float("nan"), 0.5, [1]],
)
def test_what_is_no_moment_is_refused(moment: Any) -> None:
    sim = dialsim.Simulation(tiny())
    with pytest.raises(ValueError, match="is no moment"):
        sim.advance(moment)
    assert sim.tick == 0
