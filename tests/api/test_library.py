"""The scenarios to start from stay what their comments say they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dialsim.__main__ import main
from dialsim.scenario.library import template, template_names
from tests.api import library

FULL = (pytest.mark.full, pytest.mark.timeout(1800))
COMMANDS = [
    pytest.param(name, words, figures, id=" ".join([name, *words[2:]]))
    for name in template_names()
    for words, figures in library.told(name)
    if figures
]


def compared(name: str, size: str) -> None:
    kept = library.read().get(name, {}).get(size)
    renew = library.RENEW + (" --full" if size == "full" else "")
    assert kept is not None, f"nothing is kept of {name}, {size}: run {renew}"
    found = library.changes(kept, library.figures(name, size))
    assert not found, "\n".join(
        [
            f"the result of scenarios/{name}.toml, {size}, has changed:",
            *found,
            f"If that is meant, say why in the change's message and run: {renew}",
        ]
    )


@pytest.mark.parametrize("name", template_names())
def test_as_kept_on_a_smaller_scale(name: str) -> None:
    compared(name, "smaller")


@pytest.mark.parametrize("name", [pytest.param(n, marks=FULL) for n in template_names()])
def test_as_kept(name: str) -> None:
    compared(name, "full")


@pytest.mark.full
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("name", "words", "figures"), COMMANDS)
def test_each_figure_of_a_comment_is_on_the_page(
    name: str,
    words: list[str],
    figures: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    command, path, *options = words
    assert path == f"scenarios/{name}.toml"
    if command == "run":
        options += ["--out", str(tmp_path), *(["--log", "none"] if "--log" not in options else [])]
    assert main([command, str(template(name).path), *options]) in (0, 1)
    shown = set(library.figures_in(capsys.readouterr().out))
    assert [figure for figure in figures if figure not in shown] == []


@pytest.mark.parametrize("name", template_names())
def test_each_comment_has_a_command_and_what_comes_out(name: str) -> None:
    commands = library.told(name)
    assert any(words[0] == "run" and len(figures) > 0 for words, figures in commands)
    assert "Look at " in template(name).text.split("schema = 1")[0]


def full(name: str) -> Any:
    return library.read()[name]["full"]


def test_what_is_kept_shows_what_the_scenarios_are_about() -> None:
    """Renewing cannot lose a story: a storm without a storm is none."""
    for lawful in (
        "starter",
        "first_campaign",
        "collections",
        "insurance_renewal",
        "robot_notification",
        "robot_to_agent",
        "two_campaigns",
        "ten_million",
        "mid_campaign",
        "too_fast_paced",
    ):
        assert all(full(lawful)["goals met"]), lawful
    storm = full("complaint_storm")["network"]
    assert storm["suspend complaints_number"] == storm["lift appeal"] == 1
    assert storm["stop complaints_enterprise"] == storm["uphold appeal"] == 1
    bad = full("bad_client")
    assert bad["goals met"] == [False, False]
    assert bad["network"]["stop complaints_enterprise"] == 1
    assert full("foreign_enterprise")["goals met"] == [False, True]
    assert full("foreign_enterprise")["network"]["throttle gateway_calls"] == 3
    assert full("stale_scrub")["goals met"] == [True, False, False]
    assert full("too_fast")["network"]["throttle calls_per_hour"] == 131
    assert full("bought_list")["network"]["suspend new_callees_day"] == 3
    assert full("too_fast_paced")["network"] == {}
