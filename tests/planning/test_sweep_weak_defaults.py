"""Sweeps say which weak defaults their figures rest on."""

from __future__ import annotations

from pathlib import Path

import pytest

import dialsim
from dialsim.pages.model.terminal import page_lines
from dialsim.pages.planning.sweep_page import sweep_page
from tests.planning.test_sweep import COUNT, scenario, sweep

pytestmark = [pytest.mark.once, pytest.mark.slow_without_jit]


def test_what_figures_rest_on_is_said_beside_them(tmp_path: Path) -> None:
    """Those of every point: a value that one of them replaces stands there all the same."""
    own = "network.overrides.answer.gross.opted_in"
    vary = {COUNT: [2], own: [0.2, 0.42]}
    base = scenario()
    base["network"]["overrides"] = {"answer.gross.opted_in": 0.2}
    found = sweep(scenario=base, vary=vary, n=2, out=tmp_path / "out")
    replaced = sweep(scenario=base, vary={COUNT: [2]}, n=2)
    keys = [[row["key"] for row in each.to_dict()["weak_defaults"]] for each in (found, replaced)]
    assert "talk.opted_in" in keys[1]
    assert "answer.gross.opted_in" not in keys[1]
    again = dialsim.load_sweep(tmp_path / "out")
    assert again.to_dict()["weak_defaults"] == found.to_dict()["weak_defaults"]
    for language, head in (("en", "Weak defaults"), ("zh", "薄弱默认值")):
        page = "\n".join(
            line.plain for line in page_lines(sweep_page(again.to_dict(), language), 80)
        )
        assert head in page
        assert "talk.opted_in" in page
    assert "conversations, at least 8 ¹" in "\n".join(
        line.plain for line in page_lines(sweep_page(again.to_dict()), 80)
    )
