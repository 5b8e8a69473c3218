"""Agents in a scenario file: groups, shifts, breaks, teams, absence, wrap-up."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from dialsim.core.time_units import DAY_MS
from dialsim.messages.text import message
from dialsim.scenario.models.fields import (
    Clock,
    DayOrMoment,
    Days,
    Many,
    Model,
    Ms,
    Name,
    SparseModel,
    fault,
    up_to,
)
from dialsim.scenario.models.schema_annotations import source, unit
from dialsim.scenario.values import format_duration, ms_of_day, parse_weekdays


class Shift(Model):
    """When a group of agents works, in the scenario's time zone."""

    days: Days = Field(description="days of the week on which it is worked")
    start: Clock = Field(alias="from", description="begin")
    end: Clock = Field(alias="to", description="end, the same day")

    @model_validator(mode="after")
    def _ends_after_start(self) -> Self:
        if self.end <= self.start:
            raise fault(
                message("a {what} ends after it starts, on the same day").filled(what=self._what),
                message("later than {start}").filled(start=self.start),
                key="to",
                repair={"from": self.end, "to": self.start},
            )
        return self

    _what: ClassVar[str] = message("shift")

    @property
    def weekdays(self) -> tuple[int, ...]:
        """Days of the week as sorted numbers, Monday 0."""
        return parse_weekdays(self.days)

    @property
    def window(self) -> tuple[int, int]:
        """Start and end as ms since midnight."""
        return ms_of_day(self.start), ms_of_day(self.end)


class Break(Shift):
    """When a group rests within its shifts; moves with a team that starts later."""

    days: Days = Field("daily", description="days of the week on which they rest")

    _what: ClassVar[str] = message("break")


class WrapUp(Model):
    """Work after a call by what became of it; every figure is a mean."""

    conversation: Annotated[Ms, up_to("8h")] = Field(description="after a call of 30 s or more")
    short: Annotated[Ms, up_to("8h")] = Field(description="after a shorter call with a person")
    assistant: Annotated[Ms, up_to("8h")] = Field(description="after an assistant or a machine")
    distribution: Literal["constant", "exponential", "lognormal"] = Field(
        "lognormal", description="how lengths scatter about their mean"
    )
    spread: Annotated[float, Field(gt=0.0, le=5.0), unit("times the mean")] = Field(
        0.5,
        description="standard deviation over mean, of a lognormal distribution",
        json_schema_extra=source("A", "assumption"),
    )

    @model_validator(mode="after")
    def _spread_of_lognormal(self) -> Self:
        if self.distribution != "lognormal" and "spread" in self.model_fields_set:
            raise fault(
                message("{distribution} lengths have no spread of their own").filled(
                    distribution=self.distribution
                ),
                message('distribution = "lognormal" beside it, or no spread'),
                key="spread",
                repair={"spread": None},
            )
        return self


class AgentGroup(SparseModel):
    """People who talk."""

    omitted_at_default: ClassVar[frozenset[str]] = frozenset(
        {"kind", "breaks", "teams", "stagger", "absence", "wrap_up_by", "start", "end"}
    )

    name: Name = Field(description="what campaigns call it")
    kind: Literal["people", "robots", "recordings"] = Field(
        "people",
        description="who talks; robots have talk times of their own, and raise complaints; so do "
        "recordings, which play the campaign's `message`",
    )
    count: Annotated[int, Field(ge=1, le=100_000), unit("agents")] = Field(
        description="agents, seats of robots, or recordings that can be played at a time"
    )
    shifts: Many[Shift] = Field(min_length=1, description="when they work")
    breaks: Many[Break] = Field((), description="when they rest, within their shifts")
    teams: Annotated[int, Field(ge=1, le=48), unit("teams")] = Field(
        1, description="parts of the group, each with shifts and breaks of its own"
    )
    stagger: Annotated[Ms, up_to("12h")] | None = Field(
        None, description="each team's shifts and breaks are so much later than the one's before it"
    )
    absence: Annotated[float, Field(ge=0.0, lt=1.0), unit("share")] = Field(
        0.0, description="agents who are not there on a day, drawn by agent and day"
    )
    wrap_up: Annotated[Ms, up_to("8h")] = Field(
        "15s",  # type: ignore[assignment]
        description="work after each call; 0s for robots and recordings",
        json_schema_extra=source("A", "assumption"),
    )
    wrap_up_by: WrapUp | None = Field(
        None, description="work after a call by what became of it, instead of `wrap_up`"
    )
    start: DayOrMoment | None = Field(
        None, alias="from", description="at work from then on, in the scenario's time zone"
    )
    end: DayOrMoment | None = Field(
        None, alias="to", description="last day of work, which belongs to it, or its last moment"
    )

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        begins, ends = self.employed
        if begins is not None and ends is not None and ends <= begins:
            raise fault(
                message("a group starts before it ends"),
                message("later than {start}").filled(start=self.start),
                key="to",
                repair={"to": None},
            )
        return self

    @model_validator(mode="after")
    def _one_wrap_up(self) -> Self:
        if self.wrap_up_by is not None and "wrap_up" in self.model_fields_set:
            raise fault(
                message("`wrap_up` and `wrap_up_by` say the same thing twice"),
                message("one of them"),
                key="wrap_up",
                repair={"wrap_up": None},
            )
        return self

    @model_validator(mode="after")
    def _robots_do_not_wrap_up(self) -> Self:
        if self.kind != "people" and (self.wrap_up or self.wrap_up_by is not None):
            raise fault(
                message("{kind} have no work after a call").filled(kind=self.kind),
                message('wrap_up = "0s" beside kind = "{kind}"').filled(kind=self.kind),
                key="wrap_up" if self.wrap_up_by is None else "wrap_up_by",
                repair={"wrap_up": "0s", "wrap_up_by": None},
            )
        return self

    @model_validator(mode="after")
    def _teams_fit(self) -> Self:
        if self.teams > self.count:
            raise fault(
                message("more teams than agents"),
                message("at most {count}").filled(count=self.count),
                key="teams",
                repair={"teams": None, "stagger": None},
            )
        if self.stagger and self.teams == 1:
            raise fault(
                message("one team has nobody to start later than"),
                message("teams = 2 or more beside it"),
                key="stagger",
                repair={"stagger": None},
            )
        last = max(shift.window[1] for shift in self.shifts) + (self.teams - 1) * (
            self.stagger or 0
        )
        if last > DAY_MS:
            raise fault(
                message("the last of {teams} teams would work past midnight").filled(
                    teams=self.teams
                ),
                message("teams and stagger with which every team ends on the day it starts"),
                key="stagger",
                repair={"stagger": None, "teams": None},
            )
        return self

    def _omitted_keys(self) -> set[str]:
        """Leave out the single wrap-up that `wrap_up_by` replaces."""
        silent = super()._omitted_keys()
        return silent if self.wrap_up_by is None else silent | {"wrap_up"}

    @property
    def employed(self) -> tuple[datetime | None, datetime | None]:
        """Local times from which, and up to which, they are at work; None: no such time."""
        begins, ends = self.start, self.end
        if begins is not None and not isinstance(begins, datetime):
            begins = datetime.combine(begins, time())
        if ends is not None and not isinstance(ends, datetime):
            ends = datetime.combine(ends, time()) + timedelta(days=1)
        return begins, ends

    @property
    def wraps(self) -> WrapUp:
        """Work after a call by what became of it."""
        if self.wrap_up_by is not None:
            return self.wrap_up_by
        length: Any = format_duration(self.wrap_up)
        return WrapUp(conversation=length, short=length, assistant=length, distribution="constant")
