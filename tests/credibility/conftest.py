"""Every check says of which kind it is, and its figures are shown when it has been run.

echo: returns an input. consistency: several inputs combine to a published figure. emergent: nobody
put it in. Only the last two count as evidence.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

KINDS = ("echo", "consistency", "emergent")
HERE = Path(__file__).parent
FIGURE = "credibility"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a check without a kind, or with two."""
    for item in items:
        if HERE not in item.path.parents or item.path.suffix != ".py":
            continue
        if sum(item.get_closest_marker(kind) is not None for kind in KINDS) != 1:
            raise pytest.UsageError(f"{item.nodeid} must be one of {', '.join(KINDS)}")


@pytest.fixture
def figure(
    request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> Callable[..., None]:
    """Show a measured figure at the end: ``figure("days to label", 6.6, "6.2 to 7.2")``."""
    (kind,) = (kind for kind in KINDS if request.node.get_closest_marker(kind))

    def show(name: str, measured: Any, wanted: str) -> None:
        text = measured if isinstance(measured, str) else f"{measured:.4g}"
        record_property(FIGURE, f"{kind:<12}{name:<52}{text:<26}{wanted}")

    return show


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """List the figures measured in this run."""
    rows = [
        text
        for reports in terminalreporter.stats.values()
        for report in reports
        for name, text in getattr(report, "user_properties", ())
        if name == FIGURE and getattr(report, "when", "") == "call"
    ]
    if rows:
        terminalreporter.section("what the model says, and what it should")
        for text in sorted(set(rows)):
            terminalreporter.write_line(text)
