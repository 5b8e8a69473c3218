"""VICIdial's adaptive rule, case by case, compared with its own code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dialsim.messages.text import Text, message
from dialsim.pacing.asking import Counts, vicidial_dials, vicidial_level
from dialsim.validation.rule import Group, Rule, same

SOURCE = "AST_VDadapt.pl"
UP: dict[str, Any] = {"ready": 4, "waiting": 1}
DOWN: dict[str, Any] = {"ready": 1, "waiting": 3, "agents_target": -1}
TAPERED: dict[str, Any] = {"ready": 3, "waiting": 3, "today": Counts(51, 1000, 31)}
TAPERED |= {"method": "tapered", "minute_of_day": 18 * 60 + 30, "most_level": 10.0}

CASES: tuple[tuple[Text, float, dict[str, Any], float], ...] = (
    (message("1 ready, 3 waiting, one wanted waiting"),
        2.0, DOWN, 1.7,
    ),
    (message("the same, intensity +20"), 2.0, DOWN | {"intensity": 20}, 1.76),
    (message("4 ready, 1 waiting"), 2.0, UP, 2.3),
    (message("level 2.9, 6 ready"), 2.9, {"ready": 6, "waiting": 0}, 3.0),
    (message("30 calls in a minute, 60 % abandoned"),
        2.0, UP | {"minute": Counts(30, 0, 18)}, 1.15,
    ),
    (message("30 calls in a minute, exactly half abandoned"),
        2.0, UP | {"minute": Counts(30, 0, 15)}, 2.3,
    ),
    (message("exactly 20 calls in a minute, all abandoned: no brake"),
        2.0, UP | {"minute": Counts(20, 0, 20)}, 2.3,
    ),
    (message("21 calls in a minute, all abandoned: brake"),
        2.0, UP | {"minute": Counts(21, 0, 21)}, 1.15,
    ),
    (message("3.1 % of the day's answers abandoned, 51 calls, hard"),
        2.0, UP | {"today": Counts(51, 1000, 31), "method": "hard"}, 1.0,
    ),
    (message("the same, average"), 2.0, UP | {"today": Counts(51, 1000, 31)}, 1.15),
    (message("the same, exactly 50 calls"),
        2.0, UP | {"today": Counts(50, 1000, 31)}, 2.3,
    ),
    (message("exactly 3 % of the day's answers abandoned, 51 calls"),
        2.0, UP | {"today": Counts(51, 1000, 30)}, 2.3,
    ),
    (message("3.1 % abandoned, tapered towards 21:00, at 18:30"),
        3.0, TAPERED, 1.0,
    ),
    (message("level 8, the same (2100 - 1830 = 270)"),
        8.0, TAPERED, 2.16,
    ),
)  # fmt: skip
"""What is given, the level before, the counts, the level after; 20 agents."""


def levels() -> Iterator[Rule]:
    """Yield each case of the dial level, and one of the placed calls."""
    name = message("VICIdial's dial level")
    for text, before, given, expected in CASES:
        found = vicidial_level(before, agents=20, **given)
        yield Rule(name, text, same(f"{expected:.3f}"), same(f"{found:.3f}"), SOURCE)
    dials = vicidial_dials(2.5, agents=9, calls=20)
    yield Rule(
        message("VICIdial places calls"),
        message("level 2.5, 9 agents, 20 calls: 22.5, half to even"),
        message("2 dials"), message("{dials} dials").filled(dials=dials),
        "AST_VDauto_dial.pl",
    )  # fmt: skip


VICIDIAL = Group(message("VICIdial's adaptive rule"), levels)
