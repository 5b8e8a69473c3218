"""Overload by the load itself, and a machine that others hold up: by measurements as injected."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dialsim.loadtest.figures import RunFigures, run_figures
from dialsim.loadtest.machine_use import MachineUse, UseMeter, machine_times
from dialsim.loadtest.one_run import Played
from dialsim.loadtest.request import load_request
from dialsim.loadtest.result import LoadTest
from dialsim.pages.load_page import load_page
from dialsim.pages.model.terminal import page_lines
from tests.loadtest.loads import load, on_wall, road

pytestmark = [pytest.mark.once, pytest.mark.slow_without_jit]
IDLE = MachineUse(10.0, 3.0, 2.95, 3.2, 2, steal_s=0.0, busy_s=4.0)
FULL = MachineUse(10.0, 9.8, 9.7, 9.9, 2, steal_s=0.01, busy_s=11.0)


@pytest.mark.parametrize(
    ("use", "cause"),
    [
        (FULL, "load"),
        (replace(FULL, busy_s=19.9), "load"),  # others were busy, on the other core
        (replace(FULL, steal_s=None, busy_s=None), "load"),
        (IDLE, "others"),  # it had time left, and was late all the same
        (replace(FULL, slices_cpu_s=6.0), "others"),
        (replace(FULL, slices_cpu_s=9.25), "both"),
        (replace(FULL, steal_s=1.0), "both"),
        (replace(IDLE, steal_s=1.0), "others"),
        (replace(IDLE, slices_s=6.0, slices_cpu_s=3.0), "others"),
    ],
)
def test_who_held_a_run_up(use: MachineUse, cause: str) -> None:
    assert use.cause == cause


def late_run(use: MachineUse | None, beat_s: float = 0.05) -> RunFigures:
    played: Played = on_wall(road(200, 200), load(200, 300))
    played.late_beats_s = [0.0] * 9900 + [beat_s] * 100
    played.machine_use = use
    return run_figures(played)


@pytest.mark.parametrize(
    ("use", "void", "cause"),
    [(None, True, None), (IDLE, True, "others"), (FULL, False, "load")],
)
def test_figures_of_an_overload_are_not_void(
    use: MachineUse | None, void: bool, cause: str | None
) -> None:
    run = late_run(use)
    assert (run.void, run.held_up_by) == (void, cause)
    assert late_run(use, 0.001).held_up_by is None
    assert run.to_dict()["held_up_by"] == cause


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("use", "texts"),
    [
        (
            FULL,
            {
                "en": "Held up by the load itself: the scheduler was busy 98% of the time, "
                "computed 97% and waited for a processor 1%; steal 0.1%; other processes had 5% "
                "of 2 cores (run 1).",
                "zh": "负载本身",
            },
        ),
        (
            replace(FULL, slices_cpu_s=5.0, busy_s=19.9),
            {
                "en": "Held up by others on this machine: the scheduler was busy 98% of the time, "
                "computed 50% and waited for a processor 48%; steal 0.1%; other processes had 50% "
                "of 2 cores (run 1).",
                "zh": "本机上的其他程序",
            },
        ),
    ],
)
def test_the_verdict_names_who_it_was(
    use: MachineUse, texts: dict[str, str], language: str
) -> None:
    request = load_request(rate="200/s", length="300ms", warm_up="0s", runs=5)
    quiet = late_run(use, 0.001)
    done = LoadTest(request, "load-test", 1, [late_run(use), *[quiet] * 4])
    assert (done.void is None) is (use is FULL)
    found: Any = done.to_dict()
    assert found["held_up_by"] is not None
    lines = page_lines(load_page(found, language), 200)
    assert texts[language] in " ".join(" ".join(line.plain for line in lines).split())
    calm = LoadTest(request, "load-test", 1, [quiet] * 5)
    assert calm.held_up_by is None
    assert "Held up by" not in str([line.plain for line in page_lines(calm.page(), 200)])


def test_a_backlog_is_held_up_by_somebody_too() -> None:
    run = late_run(FULL, 0.001)
    grows = replace(run, stages=(replace(run.stages[0], backlog_grows=True),))
    assert grows.held_up_by == "load"
    assert replace(grows, machine_use=replace(FULL, slices_cpu_s=5.0)).held_up_by == "others"


def test_what_linux_reports(tmp_path: Path) -> None:
    path = tmp_path / "stat"
    path.write_text("cpu  100 20 30 4000 50 6 7 80 9 0\ncpu0 1 2 3 4 5 6 7 8\n", "ascii")
    found = machine_times(path)
    assert found is not None
    ticks = 80 / found[0]
    assert found == (80 / ticks, (100 + 20 + 30 + 6 + 7) / ticks)
    for text in ("", "cpu 1 2 3", "cpu a b c d e f g h"):
        path.write_text(text, "ascii")
        assert machine_times(path) is None
    assert machine_times(tmp_path / "none") is None


def test_a_meter_measures_this_process() -> None:
    meter = UseMeter()
    np.linalg.svd(np.random.default_rng(1).random((300, 300)))
    use = meter.use(0.2, 0.1)
    assert 0 < use.wall_s < 60
    assert use.process_cpu_s > 0
    assert use.waited == pytest.approx(0.1 / use.wall_s)
    assert use.to_dict()["cores"] == use.cores >= 1
