"""The kinds of values that a summary holds: each with its JSON type, unit and bounds."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError


def _whole(unit: str) -> object:
    return Field(ge=0, json_schema_extra={"unit": unit})


def unit(name: str) -> object:
    """Return what says the unit of a number."""
    return Field(json_schema_extra={"unit": name})


def _moment(text: str) -> str:
    """Refuse what has the form of a moment and is none, such as 25 o'clock."""
    return _read(datetime, text, "moment")


def _day(text: str) -> str:
    return _read(date, text, "day")


def _read(kind: type[date], text: str, name: str) -> str:
    try:
        kind.fromisoformat(text)
    except ValueError:
        raise PydanticCustomError(name, "no {name}", {"name": name}) from None
    return text


Calls = Annotated[int, _whole("calls")]
Numbers = Annotated[int, _whole("numbers")]
Rows = Annotated[int, _whole("rows")]
Cells = Annotated[int, _whole("cells")]
People = Annotated[int, _whole("people")]
Leads = Annotated[int, _whole("leads")]
Goals = Annotated[int, _whole("goals")]
Complaints = Annotated[int, _whole("complaints")]
Actions = Annotated[int, _whole("actions")]
Times = Annotated[int, _whole("times")]
Days = Annotated[int, _whole("days")]
Values = Annotated[int, _whole("values")]
Place = Annotated[int, _whole("place, from 0")]
Line = Annotated[int, _whole("line, from 1")]
Hour = Annotated[int, Field(ge=0, le=23, json_schema_extra={"unit": "hour of the local day"})]
Tick = Annotated[int, unit("ms from the start")]
Bytes = Annotated[int, _whole("bytes")]
Events = Annotated[int, _whole("events")]
Slices = Annotated[int, _whole("slices")]
Cores = Annotated[int, _whole("cores")]
Version = Annotated[int, _whole("version")]
Key = Annotated[int, Field(ge=0, lt=2**63, json_schema_extra={"unit": "none: a key of draws"})]

Share = Annotated[float, Field(ge=0, le=1, json_schema_extra={"unit": "share"})]
Ratio = Annotated[float, unit("share of the whole; may exceed 1")]
Hours = Annotated[float, Field(ge=0, json_schema_extra={"unit": "h"})]
CallsAnHour = Annotated[float, Field(ge=0, json_schema_extra={"unit": "calls/h"})]
Seconds = Annotated[float, Field(ge=0, json_schema_extra={"unit": "s"})]
Milliseconds = Annotated[float, Field(ge=0, json_schema_extra={"unit": "ms"})]
Amount = Annotated[float, Field(ge=0, json_schema_extra={"unit": "as `currency` beside it says"})]
InUnit = Annotated[int | float, unit("as `unit` beside it says")]

Moment = Annotated[
    str,
    Field(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T.*[+-][0-9]{2}:[0-9]{2}(:[0-9]{2})?$",
        json_schema_extra={"unit": "ISO 8601 with the offset of the scenario's zone"},
    ),
    AfterValidator(_moment),
]
LocalMoment = Annotated[
    str,
    Field(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+$",
        json_schema_extra={"unit": "ISO 8601, local time of the scenario"},
    ),
    AfterValidator(_moment),
]
Day = Annotated[
    str,
    Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", json_schema_extra={"unit": "ISO 8601 day"}),
    AfterValidator(_day),
]
Hex = Annotated[str, Field(pattern=r"^[0-9a-f]*$", json_schema_extra={"unit": "hex digits"})]
Confidence = Literal["rule", "official", "vendor", "practice", "inferred", "assumption", "scenario"]
State = Literal["clear", "warned", "throttled", "intercepted", "suspended", "closed", "stopped"]
