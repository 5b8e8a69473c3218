"""Walls of the rule pack that a run is measured against, since no single call breaks them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dialsim.scenario.metrics import metrics
from dialsim.scenario.profile import Profile
from dialsim.scenario.reasons import Language
from dialsim.scenario.schema import Scenario

if TYPE_CHECKING:
    from dialsim.engine.build import World


UNLAWFUL = "not a lawful plan"
LABELS: dict[str, dict[str, str]] = {
    "en": {
        "unlawful": UNLAWFUL,
        "theory": "theory, and no lawful plan: rule pack {}",
    },
    "zh": {"unlawful": "不是合法的方案", "theory": "仅供理论研究，不是合法的方案：规则包“{}”"},
}


def heading(scenario: Scenario, rules: Profile, language: Language = "en") -> str | None:
    """Return why whatever comes out is no lawful plan; None if it may be one."""
    if scenario.study is not None:
        return LABELS[language]["unlawful"]
    return LABELS[language]["theory"].format(rules.name) if rules.scope.theory else None


def walls(world: World) -> list[dict[str, Any]]:
    """Return what each campaign came to against the ceiling of abandoned calls.

    Returns
    -------
    list of dict
        ``name, name_zh, campaign (None if there is but one), measured (None without live answers),
        cap, source, confidence, met``; empty if the pack's ceiling is no wall. Nothing measured
        keeps the wall. The share is of a campaign's live answers over the whole run.
    """
    entry = world.rules.entry("abandon.at_most")
    if not entry.wall:
        return []
    campaigns, known = world.scenario.campaigns, metrics()["abandoned_share"]
    found = []
    for campaign, tally in zip(campaigns, world.state.memory.tallies, strict=True):
        live = int(tally["live_answers"])
        share = int(tally["abandoned"]) / live if live else None
        found.append(
            {
                "name": known.name,
                "name_zh": known.name_zh,
                "campaign": campaign.name if len(campaigns) > 1 else None,
                "measured": share,
                "cap": entry.bare,
                "source": entry.source,
                "confidence": entry.confidence,
                "met": share is None or share <= entry.bare,
            }
        )
    return found
