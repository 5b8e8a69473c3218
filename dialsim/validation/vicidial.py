"""VICIdial's adaptive rule, case by case, as its own code would answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dialsim.pacing.asking import Counts, vicidial_dials, vicidial_level
from dialsim.validation.rule import Rule

SOURCE = "AST_VDadapt.pl"
UP: dict[str, Any] = {"ready": 4, "waiting": 1}
DOWN: dict[str, Any] = {"ready": 1, "waiting": 3, "agents_target": -1}

CASES: tuple[tuple[str, float, dict[str, Any], float], ...] = (
    ("1 ready, 3 waiting, one wanted waiting", 2.0, DOWN, 1.7),
    ("the same, intensity +20", 2.0, DOWN | {"intensity": 20}, 1.76),
    ("4 ready, 1 waiting", 2.0, UP, 2.3),
    ("level 2.9, 6 ready", 2.9, {"ready": 6, "waiting": 0}, 3.0),
    ("30 calls in a minute, 60 % dropped", 2.0, UP | {"minute": Counts(30, 0, 18)}, 1.15),
    (
        "3.1 % of the day's answers dropped, 51 calls, hard", 2.0,
        UP | {"today": Counts(51, 1000, 31), "method": "hard"}, 1.0,
    ),
    ("the same, average", 2.0, UP | {"today": Counts(51, 1000, 31)}, 1.15),
    ("the same, exactly 50 calls", 2.0, UP | {"today": Counts(50, 1000, 31)}, 2.3),
    (
        "the same, tapered towards 21:00, at 18:30", 3.0,
        {"ready": 3, "waiting": 3, "today": Counts(51, 1000, 31), "method": "tapered"}
        | {"minute_of_day": 18 * 60 + 30, "most_level": 10.0}, 1.0,
    ),
    (
        "level 8, the same (2100 - 1830 = 270)", 8.0,
        {"ready": 3, "waiting": 3, "today": Counts(51, 1000, 31), "method": "tapered"}
        | {"minute_of_day": 18 * 60 + 30, "most_level": 10.0}, 2.16,
    ),
)  # fmt: skip
"""What is given, the level before, what is said, the level after; 20 agents."""


def levels() -> Iterator[Rule]:
    """Yield each case of the dial level, and one of what is placed."""
    for given, before, said, expected in CASES:
        found = vicidial_level(before, agents=20, **said)
        yield Rule("VICIdial's dial level", given, f"{expected:.3f}", f"{found:.3f}", SOURCE)
    found_dials = vicidial_dials(2.5, agents=9, calls=20)
    yield Rule(
        "VICIdial places calls", "level 2.5, 9 agents, 20 calls: 22.5, half to even",
        "2 dials", f"{found_dials} dials", "AST_VDauto_dial.pl",
    )  # fmt: skip
