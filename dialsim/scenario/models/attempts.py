"""Attempts, retries, agreed callbacks and transfers in a scenario file."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from dialsim.messages.text import message
from dialsim.scenario.models.fields import (
    Clock,
    Many,
    Model,
    Ms,
    Name,
    Share,
    SparseModel,
    Wait,
    fault,
    up_to,
)
from dialsim.scenario.models.schema_annotations import source, unit
from dialsim.scenario.values import format_duration

MOST_ATTEMPTS = 20
"""That a campaign may make to a person."""
Unheard = Literal["no_answer", "busy", "unreachable", "assistant", "abandoned", "line_rejected"]


class Retry(Model):
    """How long until the next attempt, by what the dialer saw; absent: no further attempt."""

    no_answer: Wait | None = Field(None, description="after no answer")
    busy: Wait | None = Field(None, description="after a busy line")
    unreachable: Wait | None = Field(None, description="after a phone that is off")
    assistant: Wait | None = Field(None, description="after a call assistant or voicemail")
    abandoned: Wait | None = Field(None, description="after an answer without a free agent")
    line_rejected: Wait | None = Field(None, description="after the line itself was refused")


class Attempts(SparseModel):
    """How often a person is tried."""

    omitted_at_default: ClassVar[frozenset[str]] = frozenset({"day_parts", "varied_after"})

    at_most: Annotated[int, Field(ge=1, le=MOST_ATTEMPTS), unit("attempts")] = Field(
        1, description="to a person, the first included"
    )
    retry: Retry = Field(default_factory=Retry, description="when to try again")
    day_parts: Many[Clock] = Field(
        (),
        max_length=8,
        description="times at which the parts of a day begin: somebody who was not reached in one "
        "is tried next in another, until all have been tried",
    )
    varied_after: Annotated[Many[Unheard], Field(min_length=1)] = Field(
        ("no_answer", "unreachable", "assistant"),
        description="outcomes after which the next attempt lies in another of `day_parts`",
    )

    @model_validator(mode="after")
    def _parts_of_a_day(self) -> Self:
        if not self.day_parts:
            if "varied_after" in self.model_fields_set:
                raise fault(
                    message("without `day_parts` there is no other part of the day"),
                    message("`day_parts` beside it"),
                    key="varied_after",
                    repair={"varied_after": None},
                )
            return self
        if len(self.day_parts) < 2 or list(self.day_parts) != sorted(set(self.day_parts)):
            raise fault(
                message("the parts of a day are two or more, each beginning after the one before"),
                message('such as ["09:00", "12:00", "17:00"]'),
                key="day_parts",
            )
        if all(getattr(self.retry, outcome) is None for outcome in self.varied_after):
            raise fault(
                message("nobody is tried again after {names}").filled(
                    names=", ".join(self.varied_after)
                ),
                message("a wait in `retry` for one of them"),
                key="day_parts",
                repair={"day_parts": None},
            )
        return self


class Callbacks(Model):
    """Calls that an agent and a callee agree on: made at the time agreed, before all others.

    The share is the campaign's own: agents note it. Whoever agreed to a call is taken to answer
    it no likelier than any other, for which no source was found.
    """

    share: Share = Field(description="of connects, those that end with another call agreed on")
    soonest: Wait = Field(
        "1h",  # type: ignore[assignment]
        description="how long after the call at the soonest",
        json_schema_extra=source("A", "assumption"),
    )
    latest: Wait = Field(
        "2d",  # type: ignore[assignment]
        description="how long after the call at the latest",
        json_schema_extra=source("A", "assumption"),
    )
    at_most: Annotated[int, Field(ge=1, le=20), unit("calls")] = Field(
        1, description="agreed on with one person"
    )
    punctual: Annotated[Ms, up_to("1d")] = Field(
        "15m",  # type: ignore[assignment]
        description="a call dialled so long after the time agreed is still on time",
        json_schema_extra=source("A", "assumption"),
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.latest < self.soonest:
            raise fault(
                message("the latest time is before the soonest"),
                message("`latest` not below `soonest`, {soonest}").filled(
                    soonest=format_duration(self.soonest)
                ),
                key="latest",
                repair={"latest": None},
            )
        return self


class Transfer(Model):
    """Callees who ask a robot for a person (转人工): who takes over, and how long they hold.

    Share and patience are the campaign's own. Whoever is handed over is taken to talk as long as
    people who agreed to be called do, for which no source was found.
    """

    share: Share = Field(description="of people who talk with a robot, those who ask for a person")
    agents: Many[Name] = Field(
        min_length=1, description="groups of people who take over, and do nothing else"
    )
    hold: Annotated[Ms, up_to("1h")] = Field(
        "20s",  # type: ignore[assignment]
        description="release a callee who has been on hold so long",
        json_schema_extra=source("A", "assumption"),
    )
    patience: Annotated[Ms, up_to("1d")] = Field(
        "1m",  # type: ignore[assignment]
        description="mean time on hold until callees hang up by themselves; exponential",
        json_schema_extra=source("A", "assumption"),
    )
