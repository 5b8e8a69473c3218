"""Limits on calls, as a scenario names them."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from dialsim.scenario.fields import Ms, Quiet, fault
from dialsim.scenario.values import MS_PER_DAY


class Limit(Quiet):
    """At most `count` calls in a window of `per`."""

    unsaid: ClassVar[frozenset[str]] = frozenset({"counts", "scope"})

    count: Annotated[int, Field(ge=1, le=100_000)] = Field(description="calls")
    per: Ms = Field(gt=0, description="length of the window; of a calendar one a day or a week")
    window: Literal["sliding", "anchored", "calendar"] = Field(
        "sliding",
        description="every span of that length; one that opens with the first call it counts; or "
        "days, or weeks from Monday, of the scenario's time zone",
    )
    counts: Literal["attempts", "answers", "connects"] = Field(
        "attempts", description="which calls count, by what the dialer saw"
    )
    scope: Literal["person", "number", "pair"] = Field(
        "person",
        description="of a limit on people: calls to any number of the person, to the number "
        "dialled, or to the person from the caller ID chosen",
    )

    @model_validator(mode="after")
    def _calendar_of_days(self) -> Self:
        if self.window == "calendar" and self.per not in (MS_PER_DAY, 7 * MS_PER_DAY):
            raise fault(
                "a calendar window is a day or a week",
                '"1d" or "7d"',
                key="per",
                mend={"window": "sliding"},
            )
        return self


class OwnLimit(Limit):
    """At most `count` attempts in a window of `per`, of a caller ID, a trunk or the enterprise."""

    @model_validator(mode="after")
    def _attempts_alone(self) -> Self:
        if self.counts != "attempts":
            raise fault(
                "nobody can foresee which calls under way will be answered",
                '"attempts"',
                key="counts",
                mend={"counts": None},
            )
        if self.scope != "person":
            raise fault(
                "only limits on people have a scope",
                "no `scope`",
                key="scope",
                mend={"scope": None},
            )
        return self


class SharedLimit(OwnLimit):
    """At most `count` attempts in a window of `per`, over all caller IDs of a trunk or in all."""

    count: Annotated[int, Field(ge=1, le=10_000_000)] = Field(description="calls")
