"""The engine against theory in small, and the judgement that stands over it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from dialsim.cli.validate import command
from dialsim.report.validation_page import validation_page
from dialsim.theory import QueueDay, erlang_b
from dialsim.validation import checks as all_of_them
from dialsim.validation.checks import Check, Figure, all_checks, share_of
from dialsim.validation.comparing import MOST_Z, Compared, judge, validate
from dialsim.validation.played import Days, Measured, dropped, play, ratio, served_within, wait_s
from dialsim.validation.rules import all_rules
from dialsim.validation.worlds import DAY_S, Queue

pytestmark = pytest.mark.slow_without_jit

CHECKS = all_checks()  # once: each solves a dozen of days
SMALL = Queue("small", 3, 1.5, talk=((1.0, 60.0, 0.0),), patience="120s")


def compared(check: Check) -> list[Compared]:
    days = check.play(full=False)
    return [Compared(check, figure, figure.measure(days)) for figure in check.figures]


@pytest.mark.parametrize("check", CHECKS, ids=[check.title for check in CHECKS])
def test_every_world_agrees_with_theory(check: Check) -> None:
    """Twenty days of each."""
    for each in compared(replace(check, days=(20, 20))):
        assert abs(each.z) < MOST_Z, f"{each.figure.name}: z = {each.z:.2f}"


def test_rules_without_chance() -> None:
    rules = all_rules()
    assert len(rules) == 19
    for rule in rules:
        assert rule.expected == rule.found, rule.name
    assert len({rule.found for rule in rules[3:6]}) == 3  # the windows differ


def test_a_figure_that_is_off_is_noticed() -> None:
    """A service level of another patience, a load of another service time."""
    day = QueueDay(arrivals_per_s=1.5 / 60, service_s=60, agents=3, day_s=DAY_S, patience_s=120)
    other = replace(day, patience_s=60)
    found = {}
    for name, exact in (("right", day), ("wrong", other)):
        figures = (
            Figure("served", "share", exact.service_level(20), share_of(served_within(20))),
            Figure("abandoned", "share", exact.p_abandon, share_of(dropped)),
            Figure("wait", "s", exact.mean_wait_s, share_of(wait_s)),
        )
        found[name] = compared(Check(name, "", "", SMALL, (60, 60), figures))
    assert max(abs(each.z) for each in found["right"]) < MOST_Z
    assert max(abs(each.z) for each in found["wrong"]) > MOST_Z
    assert judge(found["right"])["worst"] < MOST_Z
    assert not judge(found["wrong"])["agrees"]


def of_z(*values: float) -> list[Compared]:
    """Return comparisons of worlds of their own with these z."""
    found = []
    for i, z in enumerate(values):
        figure = Figure("f", "share", 0.5, share_of(dropped))
        check = Check(f"world {i}", "", "", SMALL, (1, 1), (figure,))
        found.append(Compared(check, figure, Measured(0.5 + z * 0.01, 0.01, 10)))
    return found


@pytest.mark.parametrize(
    ("values", "agrees"),
    [
        ([0.5, -0.7, 1.1, -0.2, 0.9, -1.3], True),
        ([0.5, -0.7, 4.4, -0.2, 0.9, -1.3], False),  # one is far
        ([3.0, -3.1, 3.2, -2.9, 3.0, -3.0], False),  # all are rather far
        ([0.01, -0.01, 0.01, -0.01, 0.01, -0.01], False),  # too good to be true
        ([0.9] * 14, False),  # all on one side
    ],
)
def test_the_judgement(values: list[float], agrees: bool) -> None:
    assert judge(of_z(*values))["agrees"] == agrees


def test_constants_are_compared_as_such() -> None:
    same = of_z(0.0)[0]
    assert replace(same, measured=Measured(0.5, 0.0, 3)).z == 0.0
    assert replace(same, measured=Measured(0.51, 0.0, 3)).z == np.inf
    assert not replace(same, measured=Measured(0.5, 0.01, 3)).fine
    assert replace(same, measured=Measured(0.5, 0.002, 3)).fine


def test_the_error_of_a_ratio() -> None:
    """As of many drawn samples of days."""
    draw = np.random.default_rng(5)
    calls = draw.poisson(200, (2000, 40))
    lost = draw.binomial(calls, 0.1)
    found = [ratio(a.astype(float), b.astype(float)) for a, b in zip(lost, calls, strict=True)]
    spread = np.std([each.value for each in found])
    assert np.mean([each.error for each in found]) == pytest.approx(spread, rel=0.05)


def test_what_is_played_is_conserved() -> None:
    """Every answered call is served or dropped; the agents' time in calling hours is whole."""
    days = play(SMALL, 10)
    assert days.days == 10
    served = days.share(served_within(1e9)).value
    assert served + days.share(dropped).value == pytest.approx(1.0)
    assert (days.staff.sum(axis=1) == 3 * DAY_S * 1000).all()
    assert 0 < days.occupancy.value < 1
    late = Days(days.calls, days.staff, days.dials, 12, 3)
    assert 0 < len(late.answered) < len(days.answered)


def test_lines_that_are_full_refuse() -> None:
    queue = Queue("few", 1, 60.0, answer=0.0, trunk={"channels": 5}, goes_home_h=17)
    found = play(queue, 10).refused
    assert found.value == pytest.approx(erlang_b(25.0, 5), abs=0.05)


def small(monkeypatch: pytest.MonkeyPatch, exact: float) -> None:
    figure = Figure("abandoned", "share", exact, share_of(dropped), "0.07")
    check = Check("three agents", "Erlang A", "nobody", SMALL, (10, 10), (figure,))
    monkeypatch.setattr(all_of_them, "all_checks", lambda: [check])
    monkeypatch.setattr("dialsim.validation.comparing.all_checks", lambda: [check])


@pytest.mark.parametrize(("exact", "code"), [(None, 0), (0.5, 1)])
def test_the_command(monkeypatch: pytest.MonkeyPatch, exact: float | None, code: int) -> None:
    """Agreement is exit code 0, what disagrees is said and asked to be reported."""
    day = QueueDay(arrivals_per_s=1.5 / 60, service_s=60, agents=3, day_s=DAY_S, patience_s=120)
    small(monkeypatch, day.p_abandon if exact is None else exact)
    monkeypatch.setattr("dialsim.validation.comparing.TAIL", 1e-9)
    done = CliRunner().invoke(command, [], standalone_mode=False)
    assert done.return_value == code
    assert ("please report" in done.output) == bool(code)
    assert "0.07" in done.output
    found: dict[str, Any] = json.loads(
        CliRunner().invoke(command, ["--json"], standalone_mode=False).output
    )
    assert found["agrees"] == (not code)
    assert found["figures"][0]["days"] == 10
    assert all(len(line.plain) <= 80 for line in validation_page(found, 80))


def test_progress_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    small(monkeypatch, 0.1)
    told: list[tuple[int, int, str]] = []
    validate(on_check=lambda *each: told.append(each))
    assert told == [(0, 1, "three agents")]
