"""Types of recommendations: changes of a scenario after a run, and the goals they are for."""

from __future__ import annotations

from pydantic import with_config
from typing_extensions import TypedDict

from dialsim.results.result_types import CLOSED


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


@with_config(CLOSED)
class RecommendedChange(ChangeEffect):
    """A change of the scenario with its estimated effect."""

    kind: str
    """Code of what is changed."""
    sentence: str
    """What is changed: a text."""
    set: list[str]
    """The values that it sets, as ``--set`` takes them."""


class CallLimit(TypedDict):
    """An own ceiling of calls from one caller ID, as a scenario writes it."""

    count: int
    """How many calls."""
    per: str
    """In which time."""
