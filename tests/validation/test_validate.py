"""The engine against theory in small, and the judgement that stands over it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pytest
from click.testing import CliRunner
from rich.cells import cell_len

from dialsim.cli.validate import command
from dialsim.errors import ScenarioError
from dialsim.messages.catalogue import languages
from dialsim.pages.model.terminal import page_lines
from dialsim.pages.validation_page import validation_page
from dialsim.theory import QueueDay, erlang_b
from dialsim.validation.check import Check, Figure, share_of
from dialsim.validation.checks import all_checks
from dialsim.validation.comparing import MOST_Z, Compared, judge, validate
from dialsim.validation.played import Days, Measured, dropped, play, ratio, served_within, wait_s
from dialsim.validation.rule import Group, as_listed, same
from dialsim.validation.rules import GROUPS
from dialsim.validation.worlds import DAY_S, Queue

pytestmark = pytest.mark.slow_without_jit

CHECKS = all_checks()  # once: each solves a dozen of days
SMALL = Queue("small", 3, 1.5, talk=((1.0, 60.0, 0.0),), patience="120s")


def world(name: str, days: tuple[int, int], *figures: Figure) -> Check:
    return Check(same(name), same("Erlang A"), same("nobody"), SMALL, days, figures)


def compared(check: Check) -> list[Compared]:
    days = check.play(full=False)
    return [Compared(check, figure, figure.measure(days)) for figure in check.figures]


@pytest.mark.parametrize("check", CHECKS, ids=[check.title.en for check in CHECKS])
def test_every_world_agrees_with_theory(check: Check) -> None:
    """Ten days of each."""
    for each in compared(replace(check, days=(10, 10))):
        assert abs(each.z) < MOST_Z, f"{each.figure.name.en}: z = {each.z:.2f}"


@pytest.mark.parametrize("group", GROUPS, ids=[group.title.en for group in GROUPS])
def test_rules_without_chance(group: Group) -> None:
    rules = list(group.rules())
    assert rules
    for rule in rules:
        assert rule.found == rule.expected, f"{rule.name.en}: {rule.given.en}"
        assert all(each.zh for each in (rule.name, rule.given, rule.expected, rule.found))


def test_the_windows_differ() -> None:
    """Each kind of window, of a caller ID and of a callee, makes a run of its own."""
    titled = {group.title.en: list(group.rules()) for group in GROUPS[1:3]}
    for rules in titled.values():
        assert len({rule.found for rule in rules[:3]}) == 3, rules[0].name.en


def test_lists_of_ticks_differ_as_texts_if_they_differ() -> None:
    ticks = [5, 70_000, 90_000]
    for other in ([5, 70_001, 90_000], [5, 90_000], [*ticks, 90_000], []):
        expected, found = as_listed(ticks, other)
        assert expected != found
    assert as_listed(ticks, list(ticks))[0] == as_listed(ticks, ticks)[1]


def test_a_figure_that_is_off_is_noticed() -> None:
    """A service level of another patience, a load of another service time."""
    day = QueueDay(arrivals_per_s=1.5 / 60, service_s=60, agents=3, day_s=DAY_S, patience_s=120)
    other = replace(day, patience_s=60)
    found = {}
    for name, exact in (("right", day), ("wrong", other)):
        figures = (
            Figure(same("served"), "share", exact.service_level(20), share_of(served_within(20))),
            Figure(same("abandoned"), "share", exact.p_abandon, share_of(dropped)),
            Figure(same("wait"), "s", exact.mean_wait_s, share_of(wait_s)),
        )
        found[name] = compared(world(name, (60, 60), *figures))
    assert max(abs(each.z) for each in found["right"]) < MOST_Z
    assert max(abs(each.z) for each in found["wrong"]) > MOST_Z
    assert judge(found["right"])["worst"] < MOST_Z
    assert not judge(found["wrong"])["agrees"]


def of_z(*values: float) -> list[Compared]:
    """Return comparisons of worlds of their own with these z."""
    found = []
    for i, z in enumerate(values):
        figure = Figure(same("f"), "share", 0.5, share_of(dropped))
        check = world(f"world {i}", (1, 1), figure)
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


def test_a_share_of_nothing_agrees_with_no_theory() -> None:
    """Not a division by zero: a fault may leave no call to measure."""
    nothing = np.zeros(3)
    measured = ratio(nothing, nothing)
    assert replace(of_z(0.0)[0], measured=measured).z == np.inf


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
    figure = Figure(same("abandoned"), "share", exact, share_of(dropped), "0.07")
    check = world("three agents", (10, 10), figure)
    monkeypatch.setattr("dialsim.validation.comparing.all_checks", lambda: [check])


@pytest.mark.parametrize(("exact", "code"), [(None, 0), (0.5, 1)])
def test_the_command(monkeypatch: pytest.MonkeyPatch, exact: float | None, code: int) -> None:
    """Agreement is exit code 0; what disagrees is named, and the user asked to report it."""
    day = QueueDay(arrivals_per_s=1.5 / 60, service_s=60, agents=3, day_s=DAY_S, patience_s=120)
    small(monkeypatch, day.p_abandon if exact is None else exact)
    monkeypatch.setattr("dialsim.validation.comparing.TAIL", 1e-9)
    only = ["--only", "three"]
    done = CliRunner().invoke(command, only, standalone_mode=False)
    assert done.return_value == code
    assert ("please report" in done.output) == bool(code)
    assert "0.07" in done.output
    found: dict[str, Any] = json.loads(
        CliRunner().invoke(command, ["--json", *only], standalone_mode=False).output
    )
    assert found["agrees"] == (not code)
    assert found["figures"][0]["days"] == 10
    chinese = CliRunner().invoke(command, ["--lang", "zh", *only], standalone_mode=False)
    assert ("请上报" in chinese.output) == bool(code)


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    """Return what all worlds come to, the rules played, the figures a little off theory."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dialsim.validation.comparing.all_checks", list)
        played = validate()
    figures = [
        Compared(check, figure, Measured(1.01 * figure.exact, 0.006 * figure.exact, 12_000))
        for check in CHECKS
        for figure in check.figures
    ]
    rest = {"verdict": judge(figures), "figures": [each.to_dict() for each in figures]}
    return played | rest | {"agrees": False}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [60, 80, 100])
def test_the_page_fits(found: dict[str, Any], width: int, language: Literal["en", "zh"]) -> None:
    lines = page_lines(validation_page(found, language), width)
    assert max(cell_len(line.plain) for line in lines) <= width
    text = "\n".join(line.plain for line in lines)
    assert "…" not in text
    if language == "zh":
        names = {each["world"] for each in found["figures"]}
        assert not [name for name in names if name in text]


def test_the_last_line_names_what_was_not_played(found: dict[str, Any]) -> None:
    """All mechanisms of the network and kinds of pacing that no world holds, and no other."""
    last = " ".join(line.plain for line in page_lines(validation_page(found), 100)[-8:])
    missing = found["not_played"]
    assert all(text.split()[-1] in last for text in missing)
    assert "predictive" in missing[0]
    assert "power" not in missing[0]
    assert "rate" not in missing[0]
    assert {"refuse call", "behaviour", "traceback"} <= set(missing)
    assert not {"frequency", "labels", "complaints"} & set(missing)
    assert len(missing) == len(found["not_played_zh"])
    alone = validate(only="abandon guard")
    assert "frequency" in alone["not_played"]


def test_a_rule_that_fails_fails_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    group = next(group for group in GROUPS if "guard" in group.title.en)
    rules = [replace(rule, found=same("other")) for rule in group.rules()]
    wrong = replace(group, rules=lambda: iter(rules))
    monkeypatch.setattr("dialsim.validation.comparing.GROUPS", (wrong,))
    done = CliRunner().invoke(command, ["--only", "guard"], standalone_mode=False)
    assert done.return_value == 1
    assert "other, expected" in " ".join(done.output.split())


def test_a_title_that_no_world_has_is_bad_input() -> None:
    with pytest.raises(ScenarioError, match="no world has such a title"):
        validate(only="a world of its own")


def test_titles_are_listed_and_found_in_every_language() -> None:
    with pytest.raises(ScenarioError) as error:
        validate(only="a world of its own")
    known = [check.title for check in all_checks()] + [group.title for group in GROUPS]
    for language in languages():
        assert all(title[language] in error.value.in_language(language) for title in known)
    group = next(group for group in GROUPS if "guard" in group.title.en)
    assert group.title["zh"] != group.title.en
    assert validate(only=group.title["zh"]) == validate(only=group.title.en.upper())


def test_progress_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    small(monkeypatch, 0.1)
    seen: list[tuple[int, int, str]] = []
    validate(only="three", on_check=lambda i, n, title: seen.append((i, n, title.en)))
    assert seen == [(0, 1, "three agents")]
