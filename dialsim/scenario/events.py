"""Dated events: a week of tightened hours, lines that an operator stops, a filing withdrawn.

An event only ever takes something away. What time it takes is worked out in ``open_hours``.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from dialsim.scenario.fields import (
    DayOrMoment,
    Many,
    Model,
    Name,
    Operator,
    Purpose,
    fault,
)
from dialsim.scenario.meaning import form
from dialsim.scenario.values import parse_window, parse_windows


def _window(text: object) -> object:
    try:
        parse_window(text)
    except ValueError as error:
        raise fault("not a window", str(error).removeprefix("a window is ")) from None
    return text


_CLOCK = r"[0-9]{1,2}:[0-5][0-9](:[0-5][0-9])?"
Window = Annotated[
    str,
    BeforeValidator(_window),
    form("hours of a day", "10:00-11:30", pattern=rf"^ *{_CLOCK} *- *{_CLOCK} *$"),
]
"""Hours of a day as a file writes them: ``"10:00-11:30"``."""

_ABOUT = {
    "hours": ("hours", "purposes", "end"),
    "stop": ("operator", "trunks", "end"),
    "deregistered": ("caller_ids",),
}
"""What an event of each kind may say beside its name and date."""
_FOR_GOOD = timedelta(days=36_600)


class Event(Model):
    """Something that leaves less time to call, or no filing, between two dates or from one on."""

    name: Name = Field(description="name in messages")
    what: Literal["hours", "stop", "deregistered"] = Field(
        description="fewer hours for calls, no calls over some trunks, or numbers taken out of the "
        "entity database for good"
    )
    start: DayOrMoment = Field(
        alias="from", description="first day or moment, in the scenario's time zone"
    )
    end: DayOrMoment | None = Field(
        None, alias="to", description="last day, which belongs to it, or the moment it is over"
    )
    caller_ids: Many[Name] | None = Field(
        None, min_length=1, description="the registered blocks that are deregistered"
    )
    hours: Many[Window] | None = Field(
        None, description="when calls stay allowed, on the callee's clock; empty: never"
    )
    purposes: Many[Purpose] | None = Field(
        None, min_length=1, description="purposes whose hours it tightens; absent: all"
    )
    operator: Operator | None = Field(None, description="whose trunks are stopped")
    trunks: Many[Name] | None = Field(
        None, min_length=1, description="the trunks that are stopped, instead of `operator`"
    )
    basis: Name | None = Field(None, description="notice or rule it rests on")

    @model_validator(mode="after")
    def _says_what(self) -> Self:
        theirs = {key: kind for kind, keys in _ABOUT.items() for key in keys}
        strange = [
            key for key in theirs if key not in _ABOUT[self.what] and getattr(self, key) is not None
        ]
        if strange:
            other = theirs[strange[0]]
            strange = ["to" if key == "end" else key for key in strange]
            raise fault(
                f'`{strange[0]}` is about events with what = "{other}"',
                "to leave it out",
                key=strange[0],
                mend=dict.fromkeys(strange),
            )
        if self.what == "hours" and self.hours is None:
            raise fault(
                "an event that tightens hours needs `hours`",
                'hours = ["10:00-11:30"], or [] where nobody may be called',
                key="hours",
                mend={"hours": []},
            )
        if self.what == "deregistered" and self.caller_ids is None:
            raise fault(
                "an event that deregisters numbers needs `caller_ids`",
                'caller_ids = ["north"]',
                key="caller_ids",
                mend={"caller_ids": ["?"]},
            )
        if self.what != "deregistered" and self.end is None:
            raise fault(
                "an event that takes time away needs its end",
                "its last day, or the moment it is over",
                key="to",
                mend={"to": self.start},
            )
        if self.what == "stop" and (self.operator is None) == (self.trunks is None):
            raise fault(
                "a stop is about an `operator` or about `trunks`",
                "exactly one of the two",
                key="operator",
                mend={"operator": "CTCC", "trunks": None},
            )
        return self

    @model_validator(mode="after")
    def _takes_time(self) -> Self:
        if self.ends <= self.begins:
            raise fault(
                "an event ends after it begins",
                f"{self.start} or later" if self._of_days else f"later than {self.start}",
                key="to",
                mend={"from": self.end, "to": self.start},
            )
        return self

    @property
    def begins(self) -> datetime:
        """Local time at which it begins."""
        return _moment(self.start)

    @property
    def ends(self) -> datetime:
        """Local time at which it is over: the midnight after a last day."""
        if self.end is None:
            return self.begins + _FOR_GOOD
        whole_day = not isinstance(self.end, datetime)
        return _moment(self.end) + timedelta(days=1 if whole_day else 0)

    @property
    def _of_days(self) -> bool:
        return not isinstance(self.start, datetime) and not isinstance(self.end, datetime)

    @property
    def windows(self) -> list[tuple[int, int]]:
        """The hours that stay, as wall-clock ms of the day."""
        return parse_windows(self.hours or ())

    def tightens(self, purpose: str) -> bool:
        """Whether it takes hours away from calls of a purpose."""
        return self.what == "hours" and (self.purposes is None or purpose in self.purposes)

    def stops(self, trunk: str, operator: str) -> bool:
        """Whether it stops a trunk, which is of an operator."""
        named = self.trunks is not None and trunk in self.trunks
        return self.what == "stop" and (named or operator == self.operator)


def _moment(when: date) -> datetime:
    return when if isinstance(when, datetime) else datetime.combine(when, time())
