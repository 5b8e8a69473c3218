"""Rules of plans: permitted and forbidden decisions, requirements (``profiles/plan.toml``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import tomli

from dialsim.messages.data_files import text_of
from dialsim.messages.text import Text


@dataclass(frozen=True)
class PlanRules:
    """Contents of the file.

    Attributes
    ----------
    always
        Largest chances that any plan may have: ``any_suspension``, ``enterprise_stop``.
    method
        Figures of the method by name.
    may_vary
        What may be decided, by its pattern.
    never
        Why something is no decision, by its pattern or the beginning of it.
    """

    always: Mapping[str, float]
    method: Mapping[str, float]
    may_vary: Mapping[str, Text]
    never: Mapping[str, Text]

    def variable(self, parts: Sequence[str]) -> Text | None:
        """Return what a key decides; None if it may not be decided.

        >>> plan_rules().variable(["agents", "day", "count"]).en
        'agents on shift'
        """
        return next((text for key, text in self.may_vary.items() if _fits(key, parts, True)), None)

    def is_refused_by_name(self, parts: Sequence[str]) -> bool:
        """Return whether exactly this key is never a decision, not only its prefix."""
        return any(_fits(key, parts, True) for key in self.never)

    def refusal(self, parts: Sequence[str]) -> Text | None:
        """Return why a key is never a decision; None without such a rule.

        >>> plan_rules().refusal(["caller_ids", "north", "registered"]).en
        'calling from unregistered numbers is never a decision'
        """
        fitting = [key for key in self.never if _fits(key, parts, False)]
        return self.never[max(fitting, key=len)] if fitting else None


def _fits(pattern: str, parts: Sequence[str], whole: bool) -> bool:
    wanted = pattern.split(".")
    if len(wanted) > len(parts) or (whole and len(wanted) != len(parts) and wanted[-1] != "*"):
        return False
    return all(one in ("*", part) for one, part in zip(wanted, parts, strict=False))


@cache
def plan_rules() -> PlanRules:
    """Return the file, read once."""
    text = files("dialsim").joinpath("profiles/plan.toml").read_text(encoding="utf-8")
    raw = tomli.loads(text)
    return PlanRules(
        always={name: float(entry["value"]) for name, entry in raw["always"].items()},
        method={name: entry["value"] for name, entry in raw["method"].items()},
        may_vary={key: text_of(entry, "en") for key, entry in raw["may_vary"].items()},
        never={key: text_of(entry, "en") for key, entry in raw["never"].items()},
    )
