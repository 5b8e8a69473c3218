"""What a check found, as objects: obligations, campaigns and goals.

Sentences are English; the dict of the check has them in Chinese, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from dialsim.audit.audit_result import ObligationFound
    from dialsim.feasibility.estimate_result import CampaignEstimate, GoalEstimate, Outlook
    from dialsim.feasibility.estimate_result import Remedy as RemedyFields
    from dialsim.scenario.profiles.obligations import Status
    from dialsim.scenario.profiles.profile import Confidence


@dataclass(frozen=True)
class Obligation:
    """How an obligation of a caller stands.

    Attributes
    ----------
    key, title
        Its key in results, and what it is called.
    status
        Whether it is met.
    is_hard_limit
        Whether the campaign is unlawful without it.
    why
        Why it stands so.
    to_do
        What to declare; of what is missing, what to do about it.
    basis, exposure, sources, confidence
        Where it is written, what a breach costs, ids of its sources, how well it is known.
    """

    key: str
    title: str
    status: Status
    is_hard_limit: bool
    why: str
    to_do: str
    basis: str
    exposure: str
    sources: tuple[str, ...]
    confidence: Confidence


@dataclass(frozen=True)
class CampaignOutlook:
    """The estimate of a campaign's mean results.

    Attributes
    ----------
    campaign
        Its name.
    attempts
        Attempts that the resource allows which allows least.
    binding
        That resource.
    capacities
        Attempts that each resource allows.
    expected
        Expected metrics, shared resources divided among campaigns.
    open_hours, days
        Hours, and days, in which somebody may be called and agents are at work.
    """

    campaign: str
    attempts: float
    binding: str
    capacities: Mapping[str, float]
    expected: Mapping[str, float]
    open_hours: float
    days: int


@dataclass(frozen=True)
class Remedy:
    """A lawful change that covers a shortage.

    Attributes
    ----------
    sentence
        What to do.
    changes
        As ``--set`` takes them; empty where only a file or a filing can do it.
    """

    sentence: str
    changes: tuple[str, ...]


@dataclass(frozen=True)
class GoalOutlook:
    """How likely a goal is met.

    Attributes
    ----------
    metric, name, unit
        Key of its metric, what the goal is called, and the unit.
    bound, target, by
        ``"at_least"`` or ``"at_most"``, the bound, and when it is due; None: at the end.
    expected
        Estimate of the metric; None: not estimated.
    outlook
        ``"likely"``, ``"out of reach"``, ``"too close to tell"`` or ``"not estimated"``.
    remedies
        Lawful changes that cover what it lacks.
    """

    metric: str
    name: str
    unit: str
    bound: Literal["at_least", "at_most"]
    target: float
    by: datetime | None
    expected: float | None
    outlook: Outlook
    remedies: tuple[Remedy, ...]


def obligation(found: ObligationFound) -> Obligation:
    """Return an obligation as an object."""
    return Obligation(
        key=found["key"],
        title=found["title"],
        status=found["status"],
        is_hard_limit=found["wall"],
        why=found["why"],
        to_do=found["show"],
        basis=found["basis"],
        exposure=found["exposure"],
        sources=tuple(found["sources"]),
        confidence=found["confidence"],
    )


def campaign_outlook(found: CampaignEstimate) -> CampaignOutlook:
    """Return the estimate of a campaign as an object."""
    return CampaignOutlook(
        campaign=found["campaign"],
        attempts=found["attempts"],
        binding=found["binding"],
        capacities={each["resource"]: each["attempts"] for each in found["capacities"]},
        expected=dict(found["expected"]),
        open_hours=found["open_hours"],
        days=found["days"],
    )


def goal_outlook(found: GoalEstimate) -> GoalOutlook:
    """Return the outlook of a goal as an object."""
    remedies = [each for needs in found["campaigns"] for each in needs["remedies"]]
    return GoalOutlook(
        metric=found["metric"],
        name=found["name"],
        unit=found["unit"],
        bound=found["bound"],
        target=found["target"],
        by=None if found["by"] is None else datetime.fromisoformat(found["by"]),
        expected=found["expected"],
        outlook=found["outlook"],
        remedies=tuple(_remedy(each) for each in [*remedies, *found["shared"]]),
    )


def _remedy(found: RemedyFields) -> Remedy:
    return Remedy(found["sentence"], tuple(found["set"]))
