"""Caller IDs in a scenario file: blocks of numbers, and what they are filed for."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

from pydantic import ConfigDict, Field, model_validator

from dialsim.messages.text import message
from dialsim.scenario.models.fields import (
    AreaCode,
    Category,
    Count,
    Country,
    Day,
    DayOrMoment,
    FileName,
    Many,
    Model,
    Name,
    NumberClass,
    Operator,
    Province,
    Purpose,
    SparseModel,
    fault,
)
from dialsim.scenario.models.files import FileFormat, NumberColumn
from dialsim.scenario.models.schema_annotations import unit


class RampStep(Model):
    """A step of the volume agreed with the operator while numbers are new."""

    start: Day = Field(alias="from", description="day from which it holds")
    daily_volume: Count = Field(description="a day and number, until the next step")


class Filing(SparseModel):
    """What a number is registered for in the entity database."""

    omitted_at_default: ClassVar[frozenset[str]] = frozenset({"ramp"})

    use: Purpose = Field(description="purpose filed")
    category: Category = Field(description="trade filed")
    daily_volume: Count = Field(description="a day and number, as filed")
    on: Day | None = Field(
        None,
        description="when it is filed; in force after the profile's lead time, until then the "
        "numbers are unregistered. Absent: in force long since",
    )
    ramp: Many[RampStep] = Field(
        (),
        description="smaller volumes that are agreed with the operator for the first time, step "
        "by step; the dialer never makes more calls. Absent: the volume filed, from the first day",
    )

    @model_validator(mode="after")
    def _ramp_goes_up(self) -> Self:
        before = None
        for i, step in enumerate(self.ramp):
            if step.daily_volume > self.daily_volume:
                raise fault(
                    message("a step above the volume that is filed"),
                    message("at most {daily_volume}").filled(daily_volume=self.daily_volume),
                    key=f"ramp[{i}].daily_volume",
                    repair={"ramp": None},
                )
            if before is not None and step.start <= before:
                raise fault(
                    message("each step of a ramp begins after the one before"),
                    message("a day after {before}").filled(before=before),
                    key=f"ramp[{i}].from",
                    repair={"ramp": None},
                )
            before = step.start
        return self


class CallerIds(FileFormat):
    """A block of numbers that calls are shown from."""

    model_config = ConfigDict(json_schema_extra={"dependentRequired": {"filed": ["registered"]}})

    omitted_at_default: ClassVar[frozenset[str]] = FileFormat.omitted_at_default | {
        "country",
        "appeals_labels",
        "answers_callbacks",
        "callee_operators",
    }

    name: Name = Field(description="what campaigns call it")
    file: FileName | None = Field(
        None, description="CSV, Excel or Parquet file of the numbers themselves, `count` rows"
    )
    columns: NumberColumn = Field(default_factory=NumberColumn, description="columns of the file")
    number_class: NumberClass = Field(
        alias="class",
        description="kind of number; what a call centre may use it for is the rule pack's",
    )
    area_code: AreaCode | None = Field(None, description='area of a fixed line, such as "10"')
    count: Annotated[int, Field(ge=1, le=200_000), unit("numbers")] = Field(
        description="how many numbers the block has"
    )
    trunk: Name = Field(description="the trunk they are on")
    operator: Operator | None = Field(
        None, description="operator that allotted them; absent: the trunk's"
    )
    province: Province | None = Field(
        None, description="where they belong, such as 96 numbers; absent: by the area code"
    )
    callee_operators: Many[Operator] | None = Field(
        None,
        min_length=1,
        description="operators whose customers they call, as the dialer knows them: by the prefix "
        "of the number dialled, never after porting; whose prefix names none, such as a fixed "
        "line's, counts as drawn from the list's shares. Absent: everybody's",
    )
    country: Country = Field("CN", description="whose numbers they are")
    authorised_by: Name | None = Field(
        None, description="licensed operator that provides them to calls from abroad"
    )
    registered: bool = Field(False, description="in the entity database")
    filed: Filing | None = Field(None, description="the filing of a registered number")
    display_name: Name | None = Field(None, description="name shown on the callee's screen")
    checked_clean: bool = Field(False, description="looked up before use: no label inherited")
    appeals_labels: bool = Field(
        False, description="looked up while in use, and labels are appealed"
    )
    answers_callbacks: bool = Field(
        False, description="somebody answers when the network rings the number back to test it"
    )
    holder: Name | None = Field(
        None, description="real name the numbers stand under; absent: the enterprise"
    )
    approved_use: Name | None = Field(
        None, description="document that approves another use than the class's own"
    )
    replaces: Name | None = Field(
        None,
        description="block whose numbers these were taken for, one by one: the network goes on "
        "with what it holds against those",
    )
    start: DayOrMoment | None = Field(
        None, alias="from", description="first used then, in the scenario's time zone"
    )

    @model_validator(mode="after")
    def _file_described(self) -> Self:
        about = sorted(self.model_fields_set & {*FileFormat.model_fields, "columns"})
        if self.file is None and about:
            raise fault(
                message("`{value}` is about a file, and there is none").filled(value=about[0]),
                message("`file` beside it"),
                key=about[0],
                repair=dict.fromkeys(about),
            )
        return self

    @property
    def judged_class(self) -> str:
        """The class as which the network judges the numbers: intermediate numbers are one."""
        return "axb" if self.number_class == "privacy" else self.number_class

    @model_validator(mode="after")
    def _plain_abroad(self) -> Self:
        """Numbers of another country know no filing, no class and no area of mainland China."""
        if self.country == "CN":
            return self
        given = {
            "class": self.number_class not in ("fixed", "mobile"),
            "registered": self.registered,
            "area_code": self.area_code is not None,
            "province": self.province is not None,
            "authorised_by": self.authorised_by is not None,
        }
        for key, stands in given.items():
            if stands:
                raise fault(
                    message("numbers of {country} have no `{key}` of mainland China").filled(
                        country=self.country, key=key
                    ),
                    message('"fixed" or "mobile"')
                    if key == "class"
                    else message("no `{key}`").filled(key=key),
                    key=key,
                    repair={"country": None},
                )
        return self

    @model_validator(mode="after")
    def _filed_if_registered(self) -> Self:
        if self.registered and self.filed is None:
            raise fault(
                message("registered numbers need `filed`"),
                message('filed = { use = "...", category = "...", daily_volume = ... }'),
                key="filed",
                repair={"registered": None},
            )
        if self.filed is not None and not self.registered:
            raise fault(
                message("only registered numbers have `filed`"),
                message("registered = true beside it"),
                key="filed",
                repair={"filed": None},
            )
        return self
