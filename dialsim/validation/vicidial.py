"""VICIdial's adaptive rule, case by case, compared with its own code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dialsim.pacing.asking import Counts, vicidial_dials, vicidial_level
from dialsim.scenario.profiles.reasons import Text
from dialsim.validation.rule import Group, Rule, same

SOURCE = "AST_VDadapt.pl"
UP: dict[str, Any] = {"ready": 4, "waiting": 1}
DOWN: dict[str, Any] = {"ready": 1, "waiting": 3, "agents_target": -1}
TAPERED: dict[str, Any] = {"ready": 3, "waiting": 3, "today": Counts(51, 1000, 31)}
TAPERED |= {"method": "tapered", "minute_of_day": 18 * 60 + 30, "most_level": 10.0}

CASES: tuple[tuple[str, str, float, dict[str, Any], float], ...] = (
    (
        "1 ready, 3 waiting, one wanted waiting", "空闲 1，等待 3，目标等待 1",
        2.0, DOWN, 1.7,
    ),
    ("the same, intensity +20", "同上，强度 +20", 2.0, DOWN | {"intensity": 20}, 1.76),
    ("4 ready, 1 waiting", "空闲 4，等待 1", 2.0, UP, 2.3),
    ("level 2.9, 6 ready", "等级 2.9，空闲 6", 2.9, {"ready": 6, "waiting": 0}, 3.0),
    (
        "30 calls in a minute, 60 % abandoned", "一分钟 30 次，呼损 60 %",
        2.0, UP | {"minute": Counts(30, 0, 18)}, 1.15,
    ),
    (
        "30 calls in a minute, exactly half abandoned", "一分钟 30 次，呼损恰好一半",
        2.0, UP | {"minute": Counts(30, 0, 15)}, 2.3,
    ),
    (
        "exactly 20 calls in a minute, all abandoned: no brake",
        "一分钟恰好 20 次，全部呼损：不刹车",
        2.0, UP | {"minute": Counts(20, 0, 20)}, 2.3,
    ),
    (
        "21 calls in a minute, all abandoned: brake",
        "一分钟 21 次，全部呼损：刹车",
        2.0, UP | {"minute": Counts(21, 0, 21)}, 1.15,
    ),
    (
        "3.1 % of the day's answers abandoned, 51 calls, hard",
        "当日接通呼损 3.1 %，51 次，hard",
        2.0, UP | {"today": Counts(51, 1000, 31), "method": "hard"}, 1.0,
    ),
    ("the same, average", "同上，average", 2.0, UP | {"today": Counts(51, 1000, 31)}, 1.15),
    (
        "the same, exactly 50 calls", "同上，恰好 50 次",
        2.0, UP | {"today": Counts(50, 1000, 31)}, 2.3,
    ),
    (
        "exactly 3 % of the day's answers abandoned, 51 calls", "当日接通呼损恰好 3 %，51 次",
        2.0, UP | {"today": Counts(51, 1000, 30)}, 2.3,
    ),
    (
        "3.1 % abandoned, tapered towards 21:00, at 18:30", "呼损 3.1 %，tapered 至 21:00，18:30",
        3.0, TAPERED, 1.0,
    ),
    (
        "level 8, the same (2100 - 1830 = 270)", "等级 8，同上（2100 - 1830 = 270）",
        8.0, TAPERED, 2.16,
    ),
)  # fmt: skip
"""What is given, in both languages, the level before, the counts, the level after; 20 agents."""


def levels() -> Iterator[Rule]:
    """Yield each case of the dial level, and one of the placed calls."""
    name = Text("VICIdial's dial level", "VICIdial 外呼等级")
    for en, zh, before, given, expected in CASES:
        found = vicidial_level(before, agents=20, **given)
        yield Rule(name, Text(en, zh), same(f"{expected:.3f}"), same(f"{found:.3f}"), SOURCE)
    dials = vicidial_dials(2.5, agents=9, calls=20)
    yield Rule(
        Text("VICIdial places calls", "VICIdial 发起外呼"),
        Text(
            "level 2.5, 9 agents, 20 calls: 22.5, half to even",
            "等级 2.5，坐席 9，通话 20：22.5，取偶",
        ),
        Text("2 dials", "2 次外呼"), Text(f"{dials} dials", f"{dials} 次外呼"),
        "AST_VDauto_dial.pl",
    )  # fmt: skip


VICIDIAL = Group(Text("VICIdial's adaptive rule", "VICIdial 自适应规则"), levels)
