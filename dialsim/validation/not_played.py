"""What ``dialsim validate`` does not cover: its agreement proves nothing about these."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from dialsim.messages.text import Text, message
from dialsim.scenario.models.pacing import Mode
from dialsim.scenario.models.tables import MECHANISMS
from dialsim.scenario.value_names import value_name
from dialsim.validation.check import Check
from dialsim.validation.rule import Group

ELSEWHERE: tuple[Text, ...] = (
    message("VICIdial's adaptive pacing but for its level"),
    message("reviews of an enterprise"),
    message("unregistered numbers"),
    message("answering machines"),
    message("robots that hand over"),
    message("calls agreed on"),
    message("answer rates by hour and attempt"),
    message("lists and registries from files"),
    message("call history and replanning"),
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
        message("pacing {paced}").filled(paced=paced),
        *(Text(name.replace("_", " "), zh=value_name(name)["zh"]) for name in missing),
        *ELSEWHERE,
    ]
