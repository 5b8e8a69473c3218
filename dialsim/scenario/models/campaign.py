"""Campaigns in a scenario file: whom to call, why, from which numbers, by which agents."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from dialsim.messages.text import message
from dialsim.scenario.models.attempts import Attempts, Callbacks, Transfer
from dialsim.scenario.models.fields import (
    Category,
    Many,
    Ms,
    Name,
    Purpose,
    Share,
    SparseModel,
    fault,
    up_to,
)
from dialsim.scenario.models.pacing import Pacing
from dialsim.scenario.models.schema_annotations import source, unit


class Campaign(SparseModel):
    """Whom to call, why, from which numbers, by which agents."""

    omitted_at_default: ClassVar[frozenset[str]] = frozenset(
        {
            *("exports_data", "overflow_agents", "priority", "weight"),
            *(
                "mix",
                "list_order",
                "fresh_share",
                "callbacks",
                "transfer",
                "caller_choice",
                "message",
            ),
        }
    )

    name: Name = Field(description="name in all results")
    purpose: Purpose = Field(description="why it calls")
    category: Category = Field(description="trade it is about")
    lawful_basis: Literal["consent", "contract", "legal_duty"] = Field(
        description="what allows the call; marketing only by consent"
    )
    people: Many[Name] = Field(min_length=1, description="lists, in dial order")
    mix: dict[Name, Annotated[int, Field(ge=1, le=1000), unit("rows")]] | None = Field(
        None,
        description="weight of each of `people`: their rows are taken side by side, so many of one "
        "for so many of another; absent: one list after the other",
    )
    fresh_share: Share | None = Field(
        None,
        description="of dials while there are people to try again and people never tried, those "
        "that go to the latter; absent: none",
    )
    list_order: Literal["listed", "priority"] = Field(
        "listed",
        description="one list after the other, or mixed by `mix`; or over all lists the row with "
        "the highest priority first",
    )
    caller_ids: Many[Name] = Field(min_length=1, description="blocks of numbers")
    caller_choice: Literal["rotation", "headroom"] = Field(
        "rotation",
        description="from the number that has been free longest; or from the block that has used "
        "least of the daily volume filed for it, and from none that has used it up",
    )
    agents: Many[Name] = Field(min_length=1, description="groups of agents")
    overflow_agents: Many[Name] = Field(
        (), description="groups of agents who are asked when none of `agents` is free"
    )
    priority: Annotated[int, Field(ge=1, le=4), unit("no unit")] = Field(
        1,
        description="1 goes first: its callees are connected before those of 2, and against one "
        "step more it dials as if its weight were 16 times as large",
    )
    weight: Annotated[float, Field(ge=0.01, le=100.0), unit("no unit")] = Field(
        1.0,
        description="share of what campaigns have in common, agents' time and lines, when it is "
        "scarce, against the weights of the others",
    )
    pacing: Pacing = Field(default_factory=Pacing, description="how many to dial")
    ring_timeout: Annotated[Ms, up_to("5m")] = Field(
        "25s",  # type: ignore[assignment]
        description="how long it rings before the dialer gives up",
        json_schema_extra=source("S54", "vendor"),
    )
    drop_after: Annotated[Ms, up_to("3650d")] = Field(
        "2s",  # type: ignore[assignment]
        description="release an answered call that waited this long for an agent",
        json_schema_extra=source("S60", "inferred") | {"x-note": "United States rule, taken over"},
    )
    exports_data: bool = Field(
        False,
        description="people's data leaves the country: bars those without separate consent to it",
    )
    opt_out_offered: bool = Field(True, description="callees can ask to be left alone")
    attempts: Attempts = Field(default_factory=Attempts, description="how often to try")
    message: Annotated[Ms, up_to("10m")] | None = Field(
        None, gt=0, description="length of the recording that `agents` of kind recordings play"
    )
    transfer: Transfer | None = Field(None, description="callees who ask a robot for a person")
    callbacks: Callbacks | None = Field(None, description="calls agreed on with callees")

    @model_validator(mode="after")
    def _marketing_by_consent(self) -> Self:
        if self.purpose == "marketing" and self.lawful_basis != "consent":
            raise fault(
                message("marketing rests on consent alone"),
                '"consent"',
                key="lawful_basis",
                repair={"lawful_basis": "consent"},
            )
        return self

    @model_validator(mode="after")
    def _mix_of_its_lists(self) -> Self:
        if self.mix is not None and set(self.mix) != set(self.people):
            names = ", ".join(f"{name} = 1" for name in self.people)
            raise fault(
                message("a mix names every list of `people`, and no other"),
                message("{{ {names} }} with weights of 1 to 1000").filled(names=names),
                key="mix",
                repair={"mix": None},
            )
        return self

    @model_validator(mode="after")
    def _one_order_of_lists(self) -> Self:
        if self.list_order == "priority" and self.mix is not None:
            raise fault(
                message("lists are mixed by weight, or their rows come by priority"),
                message('"listed", or no `mix`'),
                key="list_order",
                repair={"list_order": None},
            )
        return self

    @model_validator(mode="after")
    def _overflow_are_others(self) -> Self:
        twice = [name for name in self.overflow_agents if name in self.agents]
        if twice:
            raise fault(
                message("{value} is among `agents`, who are asked first, as well").filled(
                    value=twice[0]
                ),
                message("other groups than those of `agents`"),
                key="overflow_agents",
                repair={"overflow_agents": None},
            )
        return self

    @property
    def most_attempts(self) -> int:
        """Attempts that a person can get, calls agreed on included."""
        return self.attempts.at_most + (0 if self.callbacks is None else self.callbacks.at_most)

    @property
    def transfer_agents(self) -> tuple[str, ...]:
        """Groups that take over from its robots, in the order in which they are asked."""
        return () if self.transfer is None else self.transfer.agents

    @property
    def all_agents(self) -> tuple[str, ...]:
        """Every group that may talk for it."""
        return (*self.agents, *self.overflow_agents)
