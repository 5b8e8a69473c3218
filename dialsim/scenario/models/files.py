"""The tables of a scenario that name files of phone numbers, and what is in their columns.

A key of `columns` that is not given stands for a column of its own name, if the file has one; a
key that is given must lead to a column. Registries, withdrawals and the history stand here; the
lists of people are in ``people``.
"""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Literal, Self

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from dialsim.messages.text import message
from dialsim.scenario.models.fields import (
    Category,
    ColumnName,
    Country,
    DateFormat,
    Day,
    Delimiter,
    Encoding,
    FileName,
    HeaderRow,
    Many,
    Model,
    Moment,
    Name,
    SheetName,
    SheetNumber,
    SparseModel,
    fault,
)

RegistryKind = Literal["internal", "industry", "refused", "protected"]
MOST_ALTERNATES = 3


_OF_FORMAT = frozenset({"header", "sheet", "header_row"})
_OF_NUMBERS = _OF_FORMAT | {"home"}
_OF_DATES = _OF_NUMBERS | {"date_format"}


class FileFormat(SparseModel):
    """How a file is written; what is absent is found from its bytes."""

    omitted_at_default: ClassVar[frozenset[str]] = _OF_FORMAT

    format: Literal["csv", "parquet", "excel"] | None = Field(
        None,
        description="kind of file, excel for .xlsx, .xls and .ods; absent: by its first bytes",
    )
    delimiter: Delimiter | None = Field(
        None, description="what parts the fields of a CSV row; absent: found (, ; tab | ^)"
    )
    encoding: Encoding | None = Field(
        None,
        description=message("of a CSV file; absent: found (byte order mark, UTF-8, else GB18030)"),
    )
    header: bool = Field(
        True,
        description='first row of a CSV file or sheet names its columns; else they are "1", "2", '
        "...",
    )
    sheet: SheetName | SheetNumber | None = Field(
        None,
        description="sheet of a workbook, by its name or its number from 1; absent: the only one "
        "that has data",
    )
    header_row: HeaderRow | None = Field(
        None,
        description="row that names the columns, where a title stands above it: the line of a CSV "
        "file, the row of a sheet; absent: the first that is not blank",
    )

    def _omitted_keys(self) -> set[str]:
        columns = getattr(self, "columns", None)
        bare = isinstance(columns, ColumnNames) and not columns.given
        return super()._omitted_keys() | ({"columns"} if bare else set())

    @model_validator(mode="after")
    def _keys_of_its_kind(self) -> Self:
        for kind, (sentence, keys) in _NONE_OF.items():
            for key in keys if self.format == kind else ():
                if key in self.model_fields_set and getattr(self, key) not in (None, True):
                    raise fault(sentence.filled(key=key), key=key, repair={key: None})
        if self.header_row is not None and not self.header:
            raise fault(
                message("a file without a row of names has no `header_row`"),
                message("`header_row`, or header = false"),
                key="header_row",
                repair={"header_row": None},
            )
        return self


_NONE_OF = {
    "parquet": (
        message("a Parquet file has no {key}"),
        ("delimiter", "encoding", "header", "sheet", "header_row"),
    ),
    "excel": (message("a workbook has no {key}"), ("delimiter", "encoding")),
    "csv": (message("a CSV file has no {key}"), ("sheet",)),
}


class NumbersFile(FileFormat):
    """A file that holds phone numbers."""

    omitted_at_default: ClassVar[frozenset[str]] = _OF_NUMBERS

    home: Country = Field(
        "CN", description="country of the numbers that are written without a country code"
    )


class DatedFile(NumbersFile):
    """A file of numbers with columns of dates."""

    omitted_at_default: ClassVar[frozenset[str]] = _OF_DATES

    date_format: DateFormat | None = Field(
        None,
        description='how dates are written, as a pattern of `strptime` such as "%d/%m/%Y"; tried '
        "before the forms that are always read",
    )


class ColumnNames(Model):
    """Which columns of a file hold what; every key's default is its own name."""

    @property
    def given(self) -> dict[str, str]:
        """Columns that the scenario names, by role; those of a list as ``alternates:0``."""
        named: dict[str, str] = {}
        for key in type(self).model_fields:
            if key in self.model_fields_set:
                value = getattr(self, key)
                if isinstance(value, str):
                    named[key] = value
                else:
                    named.update({f"{key}:{i}": name for i, name in enumerate(value)})
        return named

    @model_validator(mode="after")
    def _one_role_each(self) -> Self:
        taken: dict[str, str] = {}
        for role, name in self.given.items():
            key = role.split(":")[0]
            if name in taken:
                raise fault(
                    message("column {name} stands for `{value}` already").filled(
                        name=name, value=taken[name]
                    ),
                    message("a column of its own"),
                    key=key,
                    repair={key: None},
                )
            taken[name] = key
        return self

    @model_serializer(mode="wrap")
    def _given_only(self, inner: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Write what the file must have: a name that is written is one that is given."""
        written: dict[str, Any] = inner(self)
        return {key: name for key, name in written.items() if key in self.model_fields_set}


class NumberColumn(ColumnNames):
    """Which column of a file holds the numbers."""

    number: ColumnName = Field("number", description="phone number")


class Columns(ColumnNames):
    """Which columns of a list of people hold what; a row's own value wins over the list's."""

    number: ColumnName = Field("number", description="phone number")
    id: ColumnName = Field("id", description="stable key of the person")
    alternates: Many[ColumnName] = Field(
        (), max_length=MOST_ALTERNATES, description="further numbers of the same person"
    )
    consent_date: ColumnName = Field(
        "consent_date",
        description="when consent was given, or yes or no; empty: none is on record",
    )
    consent_purpose: ColumnName = Field(
        "consent_purpose",
        description="purposes consented to (marketing or 营销, service or 服务, collections or "
        "催收), separated by ; , | 、 or blanks; empty beside a consent date: those of the list",
    )
    consent_expiry: ColumnName = Field("consent_expiry", description="when the consent runs out")
    consent_evidence: ColumnName = Field(
        "consent_evidence", description="what proves the consent; empty: nothing does"
    )
    withdrawn: ColumnName = Field(
        "withdrawn", description="when the consent was withdrawn, or yes or no"
    )
    export_consent: ColumnName = Field(
        "export_consent", description="yes or no: separate consent to take the data abroad"
    )
    relation: ColumnName = Field("relation", description="opted_in or bought")
    priority: ColumnName = Field(
        "priority", description="whole number; the highest is called first"
    )
    best_hour: ColumnName = Field(
        "best_hour",
        description="hour of the day, 0 to 23, at which to call rather than at others: a "
        "preference of the order best_hour; nobody is left uncalled to wait for it",
    )
    time_zone: ColumnName = Field("time_zone", description="IANA time zone of the person")
    prior_attempts: ColumnName = Field("prior_attempts", description="attempts before the start")
    last_attempt: ColumnName = Field("last_attempt", description="time of the last of them")


class Registry(NumbersFile):
    """Numbers that are not to be called."""

    name: Name = Field(description="names it in results and messages")
    kind: RegistryKind = Field(
        description="own do-not-call list, an industry's list, an operator's scrub of those who "
        "refuse such calls, or numbers nobody may call"
    )
    file: FileName = Field(description="CSV, Excel or Parquet file, relative to the scenario file")
    columns: NumberColumn = Field(default_factory=NumberColumn, description="columns of the file")
    categories: Many[Category] | None = Field(
        None, description="what a scrub says was refused; absent: everything"
    )
    as_of: Day | None = Field(None, description="date of the list or of the scrub")
    known_from: Moment | None = Field(
        None, description="when the dialer gets it, in the run; absent: before the start"
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.categories is not None and self.kind != "refused":
            raise fault(
                message("only a scrub of refused calls has categories"),
                message('kind = "refused" beside it'),
                key="categories",
                repair={"categories": None},
            )
        if self.categories is not None and not self.categories:
            raise fault(
                message("no category: such a registry refuses nothing"),
                message("at least one, or leave the key out: everything is refused"),
                key="categories",
                repair={"categories": None},
            )
        if self.kind in ("refused", "industry") and self.as_of is None:
            raise fault(
                message("a list of others must say how old it is"),
                message("its date, such as as_of = 2026-04-10"),
                key="as_of",
                repair={"as_of": date(2024, 1, 1)},
            )
        return self


class WithdrawalColumns(ColumnNames):
    """Which columns of a file of withdrawals hold what; `number` or `id`, or both."""

    number: ColumnName = Field("number", description="phone number")
    id: ColumnName = Field("id", description="key of the person, as in the lists")
    time: ColumnName = Field("time", description="date and time of the withdrawal")


class Withdrawals(DatedFile):
    """Consents that were or will be withdrawn, each at its time."""

    file: FileName = Field(description="CSV, Excel or Parquet file, relative to the scenario file")
    columns: WithdrawalColumns = Field(
        default_factory=WithdrawalColumns, description="columns of the file"
    )


class EarlierCallColumns(ColumnNames):
    """Which columns of a file of earlier calls hold what; `number` or `id`, or both."""

    number: ColumnName = Field("number", description="phone number called")
    id: ColumnName = Field("id", description="key of the person, as in the lists")
    time: ColumnName = Field("time", description="date and time of the call")
    caller_id: ColumnName = Field(
        "caller_id", description='caller ID shown: its number, or as results name it: "north-001"'
    )
    outcome: ColumnName = Field(
        "outcome",
        description="what the dialer saw, as results name it (connected, no_answer, busy, "
        "blocked ...) or in Chinese (接通, 无人接听, 占线, 拦截 ...), or declined (不感兴趣): "
        "connected, and no marketing call to that person since; empty: not known, so that "
        "every limit counts the call; there must be such a column where the calls are own",
    )
    campaign: ColumnName = Field(
        "campaign",
        description="campaign of the call, where they are the scenario's own; a call of another "
        "counts for limits alone",
    )
    talk_s: ColumnName = Field(
        "talk_s", description="seconds talked with an agent; tells how many were conversations"
    )
    ring_s: ColumnName = Field(
        "ring_s",
        description="seconds from the dial to the answer or the end; tells which calls without an "
        "answer cannot have rung, so that no other number calls those people for a while",
    )


class EarlierCalls(DatedFile):
    """Calls made before the start or `as_of`, so that limits do not begin empty."""

    omitted_at_default: ClassVar[frozenset[str]] = _OF_DATES | {"own"}

    file: FileName = Field(description="CSV, Excel or Parquet file, relative to the scenario file")
    own: bool = Field(
        False,
        description="made by campaigns of this scenario, which go on with whom they have called: "
        "by the column `campaign`, without one by its only campaign",
    )
    columns: EarlierCallColumns = Field(
        default_factory=EarlierCallColumns, description="columns of the file"
    )


class CallerStateColumns(ColumnNames):
    """Which columns of a file of caller-ID states hold what."""

    caller_id: ColumnName = Field(
        "caller_id", description='its number, or as results name it: "north-001"'
    )
    age_days: ColumnName = Field("age_days", description="days since its first call")
    calls_hour: ColumnName = Field("calls_hour", description="calls in the last hour")
    calls_day: ColumnName = Field("calls_day", description="calls in the last 24 hours")
    delivered_30d: ColumnName = Field("delivered_30d", description="delivered calls of 30 days")
    marks_30d: ColumnName = Field("marks_30d", description="marks of 30 days")
    complaints_30d: ColumnName = Field("complaints_30d", description="complaints of 30 days")
    labelled: ColumnName = Field("labelled", description="yes or no: shown with a label now")
    suspended: ColumnName = Field(
        "suspended", description="yes or no: suspended or closed now, and used no more in the run"
    )


class CallerStates(NumbersFile):
    """What state the caller IDs are in at the start, or at `as_of`."""

    file: FileName = Field(description="CSV, Excel or Parquet file, relative to the scenario file")
    columns: CallerStateColumns = Field(
        default_factory=CallerStateColumns, description="columns of the file"
    )


class History(Model):
    """What happened before the start; without it, nothing did."""

    calls: EarlierCalls | None = Field(None, description="calls made before the start or `as_of`")
    caller_ids: CallerStates | None = Field(
        None,
        description="states of the caller IDs; that a trunk or block is throttled, intercepted or "
        "blocked says an event whose `from` lies before",
    )
    as_of: Moment | None = Field(
        None,
        description="moment of the run from which it is played: what came before is in `calls`, "
        "and nobody dials or is at work before it; absent: the start",
    )

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.calls is None and self.caller_ids is None:
            raise fault(
                message("a history without calls and caller-ID states"),
                message("`calls` or `caller_ids`"),
            )
        if self.as_of is not None and self.calls is None:
            raise fault(
                message("a moment in mid-run without the calls made before it"),
                message("`calls` beside it"),
                key="as_of",
                repair={"as_of": None},
            )
        return self
