"""Dated events: tightened hours, stopped trunks, a filing withdrawn, what the network does.

An event only ever restricts. ``open_hours`` computes the time it removes; ``network_events`` the
network actions of which the dialer is not notified.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from dialsim.messages.text import message
from dialsim.scenario.models.fields import DayOrMoment, Many, Model, Name, Operator, Purpose, fault
from dialsim.scenario.models.schema_annotations import form
from dialsim.scenario.values import parse_window, parse_windows


def _window(text: object) -> object:
    try:
        parse_window(text)
    except ValueError as error:
        raise fault(message("not a window"), str(error).removeprefix("a window is ")) from None
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
    "throttle": ("operator", "trunks", "caller_ids", "end"),
    "intercept": ("operator", "trunks", "caller_ids", "end"),
    "gateway_block": ("operator", "trunks", "end"),
}
"""Keys that an event of each kind may have besides name and date."""
BY_NETWORK = ("throttle", "intercept", "gateway_block")
"""Network actions without notice: they affect calls, and the dialer is not informed."""
_KEYS = tuple(dict.fromkeys(key for keys in _ABOUT.values() for key in keys))
_NAMES = {"throttle": message("a throttle"), "intercept": message("an interception")}
_OF_TRUNKS = {"stop": message("a stop"), "gateway_block": message("a gateway block")}
_FOR_GOOD = timedelta(days=36_600)


def _either(kinds: list[str]) -> str:
    return " or ".join(filter(None, [", ".join(kinds[:-1]), kinds[-1]]))


class Event(Model):
    """Something that takes away time to call, a filing or calls, from one date on or to another."""

    name: Name = Field(description="name in messages")
    what: Literal["hours", "stop", "deregistered", "throttle", "intercept", "gateway_block"] = (
        Field(
            description="fewer hours for calls (`hours`), no calls over some trunks (`stop`), "
            "numbers taken out of the entity database for good (`deregistered`); or what the "
            "network does unannounced: it refuses the share `ladder.throttle_refuses` of calls "
            "(`throttle`), or `refuse_call.intercept_flagged_line` of those to people in the "
            "refuse-call registry (`intercept`), or every call at an international gateway "
            "(`gateway_block`)"
        )
    )
    start: DayOrMoment = Field(
        alias="from", description="first day or moment, in the scenario's time zone"
    )
    end: DayOrMoment | None = Field(
        None,
        alias="to",
        description="last day, which belongs to it, or the moment it is over; what the network "
        "does goes on to the end of the run without it",
    )
    caller_ids: Many[Name] | None = Field(
        None,
        min_length=1,
        description="blocks that are deregistered (they are registered), throttled or intercepted",
    )
    hours: Many[Window] | None = Field(
        None, description="when calls stay allowed, on the callee's clock; empty: never"
    )
    purposes: Many[Purpose] | None = Field(
        None, min_length=1, description="purposes whose hours it tightens; absent: all"
    )
    operator: Operator | None = Field(
        None,
        description="whose trunks are stopped, or blocked at their gateway; of `throttle` and "
        "`intercept` the callees' operator, which does so to calls to its subscribers alone: to "
        "all, or to those of `trunks` or `caller_ids` beside it",
    )
    trunks: Many[Name] | None = Field(
        None,
        min_length=1,
        description="trunks that are stopped, blocked, throttled or intercepted; of `stop` and "
        "`gateway_block` instead of `operator`",
    )
    basis: Name | None = Field(None, description="notice or rule it rests on")

    @model_validator(mode="after")
    def _has_an_effect(self) -> Self:
        named = [key for key in _KEYS if getattr(self, key) is not None]
        strange = [key for key in named if key not in _ABOUT[self.what]]
        if strange:
            others = [f'"{kind}"' for kind, keys in _ABOUT.items() if strange[0] in keys]
            strange = ["to" if key == "end" else key for key in strange]
            raise fault(
                message("`{value}` is about events with what = {others}").filled(
                    value=strange[0], others=_either(others)
                ),
                message("to leave it out"),
                key=strange[0],
                repair=dict.fromkeys(strange),
            )
        if self.what == "hours" and self.hours is None:
            raise fault(
                message("an event that tightens hours needs `hours`"),
                message('hours = ["10:00-11:30"], or [] where nobody may be called'),
                key="hours",
                repair={"hours": []},
            )
        if self.what == "deregistered" and self.caller_ids is None:
            raise fault(
                message("an event that deregisters numbers needs `caller_ids`"),
                'caller_ids = ["north"]',
                key="caller_ids",
                repair={"caller_ids": ["?"]},
            )
        if self.what in ("hours", "stop") and self.end is None:
            raise fault(
                message("an event that takes time away needs its end"),
                message("its last day, or the moment it is over"),
                key="to",
                repair={"to": self.start},
            )
        if self.what in _OF_TRUNKS and (self.operator is None) == (self.trunks is None):
            raise fault(
                message("{value} is about an `operator` or about `trunks`").filled(
                    value=_OF_TRUNKS[self.what]
                ),
                message("exactly one of the two"),
                key="operator",
                repair={"operator": "CTCC", "trunks": None},
            )
        return self

    @model_validator(mode="after")
    def _meets_calls(self) -> Self:
        if self.what not in ("throttle", "intercept"):
            return self
        if self.trunks is not None and self.caller_ids is not None:
            raise fault(
                message("{value} is about `trunks` or about `caller_ids`").filled(
                    value=_NAMES[self.what]
                ),
                message("one of the two: a block of numbers has one trunk"),
                key="caller_ids",
                repair={"caller_ids": None},
            )
        if self.operator is None and self.trunks is None and self.caller_ids is None:
            raise fault(
                message("{value} says nothing of whose calls it meets").filled(
                    value=_NAMES[self.what]
                ),
                message("`trunks`, `caller_ids`, or the callees' `operator`"),
                key="trunks",
                repair={"trunks": ["?"]},
            )
        return self

    @model_validator(mode="after")
    def _takes_time(self) -> Self:
        if self.ends <= self.begins:
            raise fault(
                message("an event ends after it begins"),
                message("{start} or later").filled(start=self.start)
                if self._of_days
                else message("later than {start}").filled(start=self.start),
                key="to",
                repair={"from": self.end, "to": self.start},
            )
        return self

    @property
    def begins(self) -> datetime:
        """Local time at which it begins."""
        return _moment(self.start)

    @property
    def ends(self) -> datetime:
        """Local time at which it ends: the midnight after its last day."""
        if self.end is None:
            return self.begins + _FOR_GOOD
        whole_day = not isinstance(self.end, datetime)
        return _moment(self.end) + timedelta(days=1 if whole_day else 0)

    @property
    def by_network(self) -> bool:
        """Whether it is a network action without notice."""
        return self.what in BY_NETWORK

    @property
    def _of_days(self) -> bool:
        return not isinstance(self.start, datetime) and not isinstance(self.end, datetime)

    @property
    def windows(self) -> list[tuple[int, int]]:
        """The remaining hours, as ms since midnight."""
        return parse_windows(self.hours or ())

    def tightens(self, purpose: str) -> bool:
        """Whether it removes hours from calls of a purpose."""
        return self.what == "hours" and (self.purposes is None or purpose in self.purposes)

    def stops(self, trunk: str, operator: str) -> bool:
        """Whether it stops a trunk of an operator."""
        named = self.trunks is not None and trunk in self.trunks
        return self.what == "stop" and (named or operator == self.operator)


def _moment(when: date) -> datetime:
    return when if isinstance(when, datetime) else datetime.combine(when, time())
