"""The field types of the scenario models: how a TOML value becomes a checked Python value.

A fault carries what is allowed in the error's context, so that ``load`` can show it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    SerializerFunctionWrapHandler,
    Strict,
    model_serializer,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import PydanticCustomError, core_schema

from dialsim.errors import is_plain
from dialsim.messages.text import message
from dialsim.scenario.models.schema_annotations import form, unit
from dialsim.scenario.values import (
    WEEKDAYS,
    Duration,
    TooLongError,
    format_duration,
    parse_duration,
    parse_price,
    parse_weekdays,
)

T = TypeVar("T")
FIRST_YEAR, LAST_YEAR = 1900, 2200
"""Dates are moved on, into other zones and by years, and the calendar ends at 1 and 9999."""


class Model(BaseModel):
    """Closed and frozen: an unknown key is a fault, and nothing changes after the load."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        validate_default=True,
        loc_by_alias=True,
        serialize_by_alias=True,
        allow_inf_nan=False,
    )


class SparseModel(Model):
    """A table whose written form omits some keys that have their default value.

    The keys were added after the first digests: a file that does not use them keeps its run folder.
    """

    omitted_at_default: ClassVar[frozenset[str]] = frozenset()

    @model_serializer(mode="wrap")
    def _written(self, inner: SerializerFunctionWrapHandler) -> dict[str, Any]:
        silent = self._omitted_keys()
        return {key: value for key, value in inner(self).items() if key not in silent}

    def _omitted_keys(self) -> set[str]:
        """Return the keys to leave out when written."""
        fields = type(self).model_fields
        return {
            key
            for key in self.omitted_at_default
            if getattr(self, key) == fields[key].get_default(call_default_factory=True)
        }


def fault(message: str, allowed: str | None = None, **context: Any) -> PydanticCustomError:
    """Return the error of a validator: what is wrong, what is allowed.

    Parameters
    ----------
    context
        `key`: the key below the model that the fault is about. `repair`: keys of the model and
        values that resolve the contradiction (None: leave the key out). `choices`: the names to
        suggest the nearest from.
    """
    return PydanticCustomError(
        "dialsim", message, {"message": message, "allowed": allowed, **context}
    )


def _date_format(text: str) -> str:
    """Return a pattern that tells year, month and day."""
    days = (datetime(1987, 6, 5), datetime(2031, 12, 24))
    try:
        read = tuple(datetime.strptime(d.strftime(text), text) for d in days)  # noqa: DTZ007
    except ValueError:
        read = ()
    if read != days:
        raise fault(
            message("this pattern does not tell year, month and day"),
            message('a pattern of `strptime`, such as "%d/%m/%Y" or "%Y-%m-%d %H:%M"'),
        )
    return text


def _duration(value: object) -> Duration:
    try:
        return parse_duration(value)
    except TooLongError as error:
        raise fault(message("too long"), error.allowed) from None
    except ValueError as error:
        raise fault(message("not a duration"), str(error).removeprefix("a duration is ")) from None


def _price(value: object) -> str:
    try:
        parse_price(value)
    except ValueError as error:
        raise fault(message("not a price"), str(error)) from None
    assert isinstance(value, str)
    return " ".join(value.split())


def _weekdays(value: object) -> str:
    try:
        parse_weekdays(value)
    except ValueError as error:
        raise fault(str(error), '"mon-fri", "sat", "mon,wed", "daily"') from None
    assert isinstance(value, str)
    return value


_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?"
_ISO = {date: f"^{_DATE}$", time: f"^{_TIME}$", datetime: f"^{_DATE}[T ]{_TIME}$"}
"""Patterns of dates and times as text, in TOML's form."""

_NO_TIME = {
    date: message("not a date"),
    time: message("not a time of day"),
    datetime: message("not a date and time"),
}


def _iso(kind: type[date] | type[time] | type[datetime], form: str) -> Callable[[object], object]:
    def read(value: object) -> object:
        if isinstance(value, str):  # JSON and plain dicts have no date type
            try:
                value = kind.fromisoformat(value if re.search(_ISO[kind], value) else "")
            except ValueError:
                raise fault(_NO_TIME[kind], form) from None
        right = isinstance(value, kind) and (kind is datetime or not isinstance(value, datetime))
        if not right:
            raise fault(_NO_TIME[kind], form)
        if getattr(value, "tzinfo", None) is not None:
            raise fault(message("a time here has no offset: it is local to `time_zone`"), form)
        if isinstance(value, date) and value.year < FIRST_YEAR:
            raise fault(
                message("out of range"),
                message("the year {first_year} or later").filled(first_year=FIRST_YEAR),
            )
        return value

    return read


def _day_or_moment(value: object) -> object:
    """Read a date, or a date and time."""
    is_day = isinstance(value, date) and not isinstance(value, datetime)
    short = isinstance(value, str) and len(value) <= len("2026-04-13")
    form = message("a date such as 2026-04-13, or a date and time such as 2026-04-13T18:30:00")
    read = _iso(date if is_day or short else datetime, form)(value)
    assert isinstance(read, date)
    if read.year > LAST_YEAR:
        raise fault(
            message("out of range"),
            message("the year {last_year} or earlier").filled(last_year=LAST_YEAR),
        )
    return read


def _text_codec(name: str) -> str:
    """Refuse unknown file encodings; any name known to Python is accepted."""
    import codecs

    allowed = message('a text encoding such as "utf-8", "gb18030" or "big5"')
    try:
        found = codecs.lookup(name if name.isascii() else "")
    except (LookupError, ValueError):
        raise fault(message("no such encoding"), allowed, choices=_encodings()) from None
    if found.name in _NO_FILES or not getattr(found, "_is_text_encoding", True):
        raise fault(message("not an encoding of files"), allowed)
    return name


_NO_FILES = ("idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape")


def _encodings() -> list[str]:
    from encodings.aliases import aliases

    return sorted({name.replace("_", "-") for name in (*aliases, *aliases.values())})


def _delimiter(char: str) -> str:
    if len(char) != 1 or not char.isascii() or char.isalnum() or char in "\"'\r\n\0.+-":
        raise fault(
            message("cannot part the fields of a row"),
            message('one character such as ",", ";" or "\\t"'),
        )
    return char


def country_code(code: str) -> str:
    """Refuse countries outside the numbering plan (its library is not loaded for China)."""
    if code == "CN":
        return code
    from phonenumbers import SUPPORTED_REGIONS

    if code not in SUPPORTED_REGIONS:
        capitals = code.upper()
        if capitals in SUPPORTED_REGIONS:
            raise fault(message("a country code is in capital letters"), f'"{capitals}"')
        raise fault(
            message("no such country"),
            message('an ISO 3166 code of two letters such as "CN" or "HK"'),
        )
    return code


def up_to(longest: str) -> Ceiling:
    """Return a validator of a duration's ceiling, worded as a duration."""
    return Ceiling(longest)


@dataclass(frozen=True)
class Ceiling:
    """The longest that a duration may be.

    It runs before the duration validator, which only knows the general ceiling.
    """

    longest: str

    def __get_pydantic_core_schema__(
        self, source: type[Any], handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Judge before the duration's own validator."""
        return core_schema.no_info_before_validator_function(self._judge, handler(source))

    def __get_pydantic_json_schema__(
        self, core: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Return the duration's schema with its ceiling as text, since it cannot be compared."""
        return handler(core) | {"x-most": self.longest}

    def _judge(self, value: object) -> object:
        try:
            parse_duration(value, self.longest)
        except TooLongError as error:
            raise fault(message("too long"), error.allowed) from None
        except ValueError:
            pass  # reported by the duration validator
        return value


def _plain_text(text: str) -> str:
    if not all(map(is_plain, text)):
        raise fault(
            message("a control character, or one that changes the direction of writing"),
            message("one line of plain text"),
        )
    return text


_WEEKDAY = "(" + "|".join("".join(f"[{c}{c.upper()}]" for c in day) for day in WEEKDAYS) + ")"
_DAYS = rf"{_WEEKDAY} *(- *{_WEEKDAY} *)?"

Ms = Annotated[
    Duration,
    BeforeValidator(_duration),
    PlainSerializer(format_duration, return_type=str),
    form("duration", "25s", "4h", "45d", pattern=r"^ *([0-9]+(\.[0-9]+)? *(ms|s|m|h|d) *)+$"),
]
"""A duration, an int of ms; ``"45d"``, ``"4h"``, ``"500ms"`` in a file."""

Day = Annotated[
    date,
    BeforeValidator(_iso(date, message("a date such as 2026-04-13"))),
    form("date", "2026-04-13", pattern=_ISO[date]),
]
Clock = Annotated[
    time,
    BeforeValidator(_iso(time, message("a time of day such as 09:00"))),
    form("time of day", "09:00", pattern=_ISO[time]),
]
Moment = Annotated[
    datetime,
    BeforeValidator(_iso(datetime, message("a date and time such as 2026-04-17T18:30:00"))),
    form("date and time", "2026-04-17T18:30:00", pattern=_ISO[datetime]),
]
DayOrMoment = Annotated[
    datetime | date,
    BeforeValidator(_day_or_moment),
    form("date, or date and time", "2026-04-13", pattern=f"^{_DATE}([T ]{_TIME})?$"),
]
Days = Annotated[
    str,
    BeforeValidator(_weekdays),
    form(
        "days of the week",
        *("mon-fri", "sat", "mon,wed", "daily"),
        pattern=rf"^ *([dD][aA][iI][lL][yY]|{_DAYS}(, *{_DAYS})*) *$",
    ),
]

Price = Annotated[
    str,
    BeforeValidator(_price),
    form("price", "0.02 CNY", pattern=r"^ *[0-9]{1,9}(\.[0-9]{1,6})? +[A-Z]{3} *$"),
]
"""An amount and its currency; ``"0.02 CNY"`` in a file."""

Many = Annotated[tuple[T, ...], Strict(False)]
"""A list in a file, a tuple once loaded."""

_NAME = r"^[^\s\x00-\x1f][^\x00-\x1f]*$"
_AREA = r"^0?[1-9][0-9]{1,2}$"
_PREFIX = r"^1[3-9][0-9]{1,5}$"
FORM_OF_PATTERN = {
    _NAME: message("one line of text that does not begin with a blank"),
    _AREA: message('an area code such as "10" or "571"'),
    _PREFIX: message('the first 3 to 7 digits of a mobile number, such as "138"'),
}
"""How an error message words what a pattern allows."""

Name = Annotated[
    str, Field(min_length=1, max_length=80, pattern=_NAME), AfterValidator(_plain_text)
]
ColumnName = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_plain_text)]
Encoding = Annotated[
    str,
    Field(min_length=1, max_length=40),
    AfterValidator(_text_codec),
    form("text encoding", "utf-8", "gb18030"),
]
Delimiter = Annotated[
    str,
    AfterValidator(_delimiter),
    form("one character", ",", ";", "\t", pattern=r"^[^A-Za-z0-9]$"),
]
Country = Annotated[
    str, AfterValidator(country_code), form("country", "CN", "HK", pattern=r"^[A-Z]{2}$")
]
FileName = Annotated[
    str,
    Field(min_length=1, max_length=4096),
    AfterValidator(_plain_text),
    form("path", "customers.csv"),
]
SheetName = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_plain_text)]
SheetNumber = Annotated[int, Field(ge=1, le=10_000), unit("number")]
DateFormat = Annotated[str, Field(max_length=60), AfterValidator(_date_format)]
HeaderRow = Annotated[int, Field(ge=1, le=1000), unit("row")]
Prefix = Annotated[str, Field(pattern=_PREFIX)]
AreaCode = Annotated[str, Field(pattern=_AREA), form("area code", "10", "571")]
Count = Annotated[int, Field(ge=1, le=2**31 - 1), unit("calls")]
OneByte = Annotated[int, Field(ge=1, le=255), unit("calls")]
"""A count of calls to one person, which the network keeps in a byte."""

Wait = Annotated[Ms, up_to("366d")]
Share = Annotated[float, Field(ge=0.0, le=1.0), unit("share")]

Bound = Annotated[
    float,
    Field(ge=0.0),
    PlainSerializer(lambda value: int(value) if value.is_integer() else value),
    unit("that of the metric"),
]

Purpose = Literal["marketing", "service", "collections"]
Category = Literal["loan", "insurance", "securities", "estate", "education", "credit_card", "other"]
Operator = Literal["CMCC", "CUCC", "CTCC", "CBN", "MVNO"]
NumberClass = Literal[
    "fixed", "mobile", "95_enterprise", "95_b24", "96", "1010", "400", "106", "axb", "privacy"
]
Province = Literal[
    "Anhui", "Beijing", "Chongqing", "Fujian", "Gansu", "Guangdong", "Guangxi", "Guizhou",
    "Hainan", "Hebei", "Heilongjiang", "Henan", "Hubei", "Hunan", "Inner Mongolia", "Jiangsu",
    "Jiangxi", "Jilin", "Liaoning", "Ningxia", "Qinghai", "Shaanxi", "Shandong", "Shanghai",
    "Shanxi", "Sichuan", "Tianjin", "Tibet", "Xinjiang", "Yunnan", "Zhejiang",
]  # fmt: skip
"""The province-level divisions of mainland China, as the numbering plan's places name them."""
