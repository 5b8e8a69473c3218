"""What a validation returns is of its type: with figures, with rules, and where they disagree."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pydantic import TypeAdapter

from dialsim.results.validation_result import ValidationResult
from dialsim.validation.comparing import Compared, judge, validate
from dialsim.validation.played import Measured
from tests.results.strict_types import assert_closed, of_type
from tests.validation.test_validate import CHECKS

pytestmark = pytest.mark.slow_without_jit
VALIDATED: TypeAdapter[Any] = TypeAdapter(ValidationResult)


def test_figures_of_worlds(monkeypatch: pytest.MonkeyPatch) -> None:
    checks = [replace(check, days=(5, 5)) for check in CHECKS[:2]]
    monkeypatch.setattr("dialsim.validation.comparing.all_checks", lambda: checks)
    whole = validate(only="M/M/12")
    found = of_type(VALIDATED, whole)
    assert {each["published"] for each in found["figures"]} >= {None, "0.900-0.904"}
    assert found["rules"] == []
    for path in ((), ("verdict",), ("figures", 0)):
        assert_closed(VALIDATED, whole, path)


def test_rules_without_figures() -> None:
    whole = validate(only="abandon guard")
    found = of_type(VALIDATED, whole)
    assert (found["figures"], found["verdict"]["worlds"]) == ([], 0)
    assert_closed(VALIDATED, whole, ("rules", 0))


def test_every_figure_far_from_theory() -> None:
    figures = [
        Compared(check, figure, Measured(1.5 * figure.exact, error * figure.exact, 10))
        for check, error in zip(CHECKS, (0.0, *[0.01] * (len(CHECKS) - 1)), strict=True)
        for figure in check.figures
    ]
    whole = validate(only="abandon guard")
    whole["verdict"], whole["figures"] = judge(figures), [each.to_dict() for each in figures]
    assert not of_type(VALIDATED, whole)["verdict"]["agrees"]
