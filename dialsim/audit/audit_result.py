"""Types of the audit: how the obligations of a caller stand."""

from __future__ import annotations

from pydantic import with_config
from typing_extensions import TypedDict

from dialsim.results.result_types import CLOSED
from dialsim.scenario.profiles.obligations import Status
from dialsim.scenario.profiles.profile import Confidence


@with_config(CLOSED)
class ObligationFound(TypedDict):
    """How an obligation stands."""

    key: str
    """Its name in results."""
    status: Status
    """Whether it is met."""
    wall: bool
    """Whether the campaign is unlawful without it: it is a hard limit."""
    title: str
    """What it is called."""
    why: str
    """Why it stands so."""
    basis: str
    """Where it is written."""
    exposure: str
    """What a breach costs."""
    who_acts: str
    """Who makes a breach cost that."""
    show: str
    """What to declare; of what is missing, what to do about it."""
    title_zh: str
    """The title in Chinese."""
    why_zh: str
    """Why it stands so, in Chinese."""
    basis_zh: str
    """The basis in Chinese."""
    exposure_zh: str
    """What a breach costs, in Chinese."""
    who_acts_zh: str
    """Who makes it cost that, in Chinese."""
    show_zh: str
    """What to declare or do, in Chinese."""
    sources: list[str]
    """Ids of its sources."""
    confidence: Confidence
    """How well it is known."""


@with_config(CLOSED)
class Audit(TypedDict):
    """The obligations of a caller in China, and how each stands."""

    covered: bool
    """Whether the rule pack is one of China; False: there are no rows."""
    status: str | None
    """Why there are none; None: there are."""
    status_zh: str | None
    """The same in Chinese."""
    counts: dict[Status, int]
    """Obligations by status."""
    walls_missing: list[str]
    """Keys of the hard limits that are missing: the campaign is unlawful."""
    rows: list[ObligationFound]
    """The obligations."""
