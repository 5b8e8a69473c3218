"""Types of recommendations: changes of a scenario after a run, and the goals they are for."""

from __future__ import annotations

from pydantic import with_config
from typing_extensions import TypedDict

from dialsim.results.result_types import CLOSED
from dialsim.results.summary_types.results import Change as RecommendedChange

__all__ = ["CallLimit", "ChangeEffect", "RecommendedChange"]


@with_config(CLOSED)
class ChangeEffect(TypedDict):
    """The estimated effect of a change."""

    effect: str
    """The effect, in a sentence: a text."""
    metric: str | None
    """Key of the metric that it is about; None: the effect is no figure."""
    now: float | None
    """Its value in the run."""
    to: float | None
    """Its estimated value with the change."""


class CallLimit(TypedDict):
    """An own ceiling of calls from one caller ID, as a scenario writes it."""

    count: int
    """How many calls."""
    per: str
    """In which time."""
