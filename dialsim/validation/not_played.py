"""What ``dialsim validate`` does not cover: its agreement proves nothing about these."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from dialsim.scenario.models.pacing import Mode
from dialsim.scenario.models.tables import MECHANISMS
from dialsim.scenario.profiles.reasons import Text
from dialsim.scenario.value_names import in_chinese
from dialsim.validation.check import Check
from dialsim.validation.rule import Group

ELSEWHERE: tuple[Text, ...] = (
    Text("VICIdial's adaptive pacing but for its level", "VICIdial 自适应外呼（仅核对等级）"),
    Text("reviews of an enterprise", "对企业的核查"),
    Text("unregistered numbers", "未报备号码"),
    Text("answering machines", "语音信箱"),
    Text("robots that hand over", "机器人转人工"),
    Text("calls agreed on", "约定回呼"),
    Text("answer rates by hour and attempt", "按时段与次数的接通率"),
    Text("lists and registries from files", "名单与登记文件"),
    Text("call history and replanning", "历史呼叫与重新规划"),
)
"""What is neither a mechanism of the network nor a kind of pacing."""


def not_played(checks: Sequence[Check], groups: Sequence[Group]) -> list[Text]:
    """Return what no compared world covers: pacing, the network's mechanisms, and more."""
    modes: set[Mode] = {check.queue.mode for check in checks}
    modes.update(mode for group in groups for mode in group.modes)
    played = {mechanism for group in groups for mechanism in group.mechanisms}
    missing_modes = [mode for mode in get_args(Mode) if mode not in modes]
    missing = [name for name in MECHANISMS if name not in played]
    paced = ", ".join(missing_modes)
    return [
        Text(f"pacing {paced}", f"外呼节奏 {paced}"),
        *(Text(name.replace("_", " "), in_chinese(name)) for name in missing),
        *ELSEWHERE,
    ]
