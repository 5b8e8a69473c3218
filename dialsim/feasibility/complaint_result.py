"""Types of the complaint budget: complaints of a scenario, expected and allowed."""

from __future__ import annotations

from typing import Literal

from pydantic import with_config
from typing_extensions import TypedDict

from dialsim.results.result_types import CLOSED

Step = Literal["warned", "suspended", "closed"]
"""What the network does to a caller ID for its complaints."""


@with_config(CLOSED)
class LimitBasis(TypedDict):
    """The value of the network profile, or of a contract, that a limit on complaints rests on."""

    key: str
    """Its key in the profile, or in the scenario."""
    value: float
    """The value."""
    unit: str
    """Its unit."""
    source: str
    """Ids of its sources; the name of the contract."""
    confidence: str
    """How well it is known; ``contract`` of a contract's."""


@with_config(CLOSED)
class ExpectedComplaints(TypedDict):
    """Complaints that a scenario brings on average."""

    complaints_12321: float
    """Complaints to 12321."""
    hotline: float
    """Complaints to operators' hotlines."""
    complaints: float
    """Complaints of both channels."""
    complaints_per_million: float | None
    """The same for a million delivered calls; None: no call is delivered."""


@with_config(CLOSED)
class NumberStep(TypedDict):
    """Complaints to 12321 for which the network acts on one caller ID of the busiest block."""

    action: Step
    """What the network does."""
    at: int
    """From how many complaints within its window."""
    allowed: int
    """How many it lets pass."""
    expected_each: float
    """Complaints that a number is expected to get."""
    expected_numbers: float
    """Numbers of the scenario that are expected to come to it."""
    chance: float
    """Probability that any of them comes to it."""
    basis: LimitBasis
    """What the limit rests on."""


@with_config(CLOSED)
class ComplaintReview(TypedDict):
    """Complaints of all channels over delivered calls, and when they bring a review."""

    allowed: int | None
    """How many call for no review; None: any number."""
    expected: float
    """How many are expected within the network's window."""
    chance: float
    """Probability of a review."""
    per_million: float
    """Complaints for a million delivered calls that are agreed on."""


@with_config(CLOSED)
class EnterpriseReview(ComplaintReview):
    """The review of the enterprise."""

    basis: LimitBasis
    """What the limit rests on."""
    stop: float
    """Probability that every number is stopped."""


@with_config(CLOSED)
class ContractReview(ComplaintReview):
    """The review of a trunk whose contract agrees on complaints."""

    trunk: str
    """Name of the trunk."""
    contract: str
    """Name of the contract."""
    basis: LimitBasis
    """What the limit rests on."""
    mend: str | None
    """What to do where more are expected than the contract allows; None: they keep within it."""
    mend_zh: str | None
    """The same in Chinese."""


@with_config(CLOSED)
class ComplaintBudget(TypedDict):
    """Complaints of a scenario, expected and allowed."""

    delivered: float
    """Delivered calls."""
    expected: ExpectedComplaints
    """Complaints that they bring on average."""
    numbers: list[NumberStep]
    """By action of the network on single caller IDs."""
    on_record: dict[str, list[int]]
    """By block: complaints of each caller ID that begins with some."""
    suspended: float
    """Caller IDs that are suspended or stopped on average."""
    enterprise: EnterpriseReview
    """The review of the enterprise."""
    contracts: list[ContractReview]
    """Of each trunk whose contract agrees on complaints."""
    assumes: list[str]
    """What the figures assume."""
    assumes_zh: list[str]
    """The same in Chinese."""
