"""Limits on calls in a scenario file."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from dialsim.messages.text import Text, joined, message
from dialsim.scenario.models.fields import Ms, SparseModel, fault
from dialsim.scenario.models.schema_annotations import unit
from dialsim.scenario.values import LEAST_WINDOW_MS, MS_PER_DAY


def _of_its_kind(schema: dict[str, Any], limit: type[Limit]) -> None:
    """Put the allowed `counts` and `scope` of this kind of limit in the JSON Schema."""
    schema["properties"]["scope"]["enum"] = list(limit.scopes)
    schema["properties"]["counts"]["enum"] = list(limit.countable)


class Limit(SparseModel):
    """At most `count` calls in a window of `per`."""

    model_config = ConfigDict(json_schema_extra=_of_its_kind)

    omitted_at_default: ClassVar[frozenset[str]] = frozenset({"counts", "scope"})
    scopes: ClassVar[tuple[str, ...]] = ("person", "number", "pair")
    countable: ClassVar[tuple[str, ...]] = ("attempts", "answers", "connects", "drops")

    count: Annotated[int, Field(ge=1, le=100_000), unit("calls")] = Field(
        description="at most, in each window"
    )
    per: Ms = Field(
        ge=LEAST_WINDOW_MS,
        description="length of the window, 1 s or longer; of a calendar one a day or a week",
    )
    window: Literal["sliding", "anchored", "calendar"] = Field(
        "sliding",
        description="every span of that length; one that opens with the first call it counts; or "
        "days, or weeks from Monday, of the scenario's time zone",
    )
    counts: Literal["attempts", "answers", "connects", "drops"] = Field(
        "attempts", description="which calls count, by what the dialer saw"
    )
    scope: Literal["person", "number", "pair", "operator"] = Field(
        "person",
        description="of a limit on people: calls to any number of the person, to the number "
        "dialled, or to the person from the caller ID chosen; of one on caller IDs: its calls "
        "to all, or (operator) to numbers of one operator",
    )

    @model_validator(mode="after")
    def _calendar_of_days(self) -> Self:
        if self.window == "calendar" and self.per not in (MS_PER_DAY, 7 * MS_PER_DAY):
            raise fault(
                message("a calendar window is a day or a week"),
                message('"1d" or "7d"'),
                key="per",
                repair={"window": "sliding"},
            )
        return self

    @model_validator(mode="after")
    def _scope_of_its_kind(self) -> Self:
        if self.scope not in self.scopes:
            whose = message("caller IDs") if self.scope == "operator" else message("people")
            others = [f'"{name}"' for name in self.scopes if name != "person"]
            raise fault(
                message("only limits on {whose} have this scope").filled(whose=whose),
                joined(message(" or "), [message("no `scope`"), *map(Text, others)]),
                key="scope",
                repair={"scope": None},
            )
        return self


class OwnLimit(Limit):
    """At most `count` attempts in a window of `per`, of a caller ID, a trunk or the enterprise."""

    scopes: ClassVar[tuple[str, ...]] = ("person", "operator")
    countable: ClassVar[tuple[str, ...]] = ("attempts",)

    @model_validator(mode="after")
    def _attempts_alone(self) -> Self:
        if self.counts != "attempts":
            raise fault(
                message("nobody can foresee which calls under way will be answered"),
                '"attempts"',
                key="counts",
                repair={"counts": None},
            )
        return self


class SharedLimit(OwnLimit):
    """At most `count` attempts in a window of `per`, over all caller IDs of a trunk or in all."""

    scopes: ClassVar[tuple[str, ...]] = ("person",)

    count: Annotated[int, Field(ge=1, le=10_000_000), unit("calls")] = Field(
        description="at most, in each window"
    )
