"""The tables of a scenario file below its head: closed, frozen models.

Attribute names are the keys of the file, but for three that Python or clarity forbids: ``class`` is
`number_class`, ``from`` and ``to`` are `start` and `end`. Contradictions inside one table are found
here; what needs two tables or a profile is in ``check``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator

from dialsim.scenario.attempts import Attempts, Callbacks, Transfer
from dialsim.scenario.fields import (
    AreaCode,
    Bound,
    Category,
    Count,
    Country,
    Day,
    DayOrMoment,
    FileName,
    Many,
    Model,
    Moment,
    Ms,
    Name,
    NumberClass,
    OneByte,
    Operator,
    Price,
    Province,
    Purpose,
    Quiet,
    Share,
    Wait,
    fault,
    up_to,
)
from dialsim.scenario.files import FileFormat, NumberColumn
from dialsim.scenario.limits import Limit, OwnLimit, SharedLimit
from dialsim.scenario.metrics import metrics
from dialsim.scenario.pacing import Pacing
from dialsim.scenario.profile import is_sourced

Mechanism = Literal[
    "labels", "complaints", "frequency", "refuse_call", "contract", "signalling",
    "behaviour", "terminating", "callbacks",
    "subscriber_blocks", "gateway", "label_appeals", "recording_notice",
    "traceback", "appeals", "platform", "inheritance",
]  # fmt: skip
"""What ``network.off`` may name."""


def _flat(value: object) -> object:
    """Flatten tables of dotted keys, so that a key may be quoted or not."""
    if not isinstance(value, Mapping):
        return value
    flat: dict[str, Any] = {}
    for key, item in value.items():
        inner = _flat(item)
        if is_sourced(item):
            flat[str(key)] = dict(item)
        elif isinstance(item, Mapping) and item and isinstance(inner, dict):
            flat.update({f"{key}.{rest}": leaf for rest, leaf in inner.items()})
        else:
            flat[str(key)] = item
    return flat


Overrides = Annotated[dict[str, Any], BeforeValidator(_flat)]


class Rules(Quiet):
    """What the dialer holds itself to."""

    unsaid: ClassVar[frozenset[str]] = frozenset({"enterprise_limits"})

    pack: Name = Field("cn", description="rule pack")
    contract: Name | None = Field(
        None, description="the line contract that allows other than the pack's vendor values"
    )
    caller_limits: Many[OwnLimit] = Field((), description="own ceilings for each caller ID")
    enterprise_limits: Many[SharedLimit] = Field(
        (), description="own ceilings over all caller IDs and campaigns"
    )
    callee_limits: Many[Limit] | None = Field(
        None, description="ceilings for each person, over all campaigns; absent: the pack's"
    )
    retry_gap: Wait | None = Field(
        None, description="least time between attempts to a person; absent: the pack's"
    )
    overrides: Overrides = Field(
        default_factory=dict, description="value of the pack by its dotted name; may only tighten"
    )


class Network(Quiet):
    """What the network does."""

    unsaid: ClassVar[frozenset[str]] = frozenset({"operators"})

    profile: Name = Field("typical", description="network profile")
    operators: dict[Operator, Name] = Field(
        default_factory=dict,
        description="network profile by operator, for what it judges frequency and behaviour by; "
        "absent: `profile`",
    )
    off: Many[Mechanism] = Field((), description="mechanisms switched off, to see what they cause")
    overrides: Overrides = Field(
        default_factory=dict, description="value of the profile by its dotted name"
    )


class RefuseCall(Model):
    """What the dialer can know of the refuse-call registry."""

    access: Literal["none", "operator_scrub", "per_call_signal"] = Field(
        "none",
        description="nothing, for there is no list to download; what an operator's scrub of "
        'the lists said, in registries of kind "refused"; or what the operator tells of each call '
        "that the callee refuses its category",
    )
    price: Price | None = Field(
        None,
        description="what the operator charges for each number that a scrub looks up, from the "
        'contract with it: "0.02 CNY"; a list of 1000 rows scrubbed twice is 2000 look-ups',
    )

    @model_validator(mode="after")
    def _priced_scrub(self) -> Self:
        if self.price is not None and self.access != "operator_scrub":
            raise fault(
                "only an operator's scrub looks numbers up",
                'access = "operator_scrub" beside it',
                key="price",
                mend={"price": None},
            )
        return self


class Contract(Model):
    """What the line contract says about calls to one callee, and about the trunk's calls in all."""

    name: Name = Field(description="title of the contract")
    callee_per_day: OneByte = Field(3, description="calls to one callee a day")
    callee_per_month: OneByte = Field(20, description="calls to one callee in 30 days")
    daily_volume: Count | None = Field(None, description="calls of the trunk a day; absent: any")
    concurrency: Count | None = Field(
        None, description="calls of the trunk at a time; absent: as many as it has channels"
    )
    complaints_per_million: Annotated[float, Field(gt=0, le=1_000_000)] | None = Field(
        None, description="complaints a million delivered calls in 30 days; absent: none agreed"
    )


class Trunk(Quiet):
    """A line into the network."""

    unsaid: ClassVar[frozenset[str]] = frozenset({"origin", "shape", "limits", "reach", "blind"})

    name: Name = Field(description="what caller IDs call it")
    operator: Operator = Field(description="whose line it is")
    enters: Literal["domestic", "gateway"] = Field(
        "domestic",
        description="where its calls enter the network: in the country, or through an "
        "international gateway",
    )
    origin: Literal["domestic", "abroad"] = Field(
        "domestic", description="where its calls are placed"
    )
    permits: Many[Purpose] = Field(description="purposes its contract permits")
    reach: Many[Province] | None = Field(
        None, min_length=1, description="provinces whose numbers it reaches; absent: all"
    )
    blind: Many[Province] = Field((), description="provinces whose numbers it does not reach")
    calls_per_second: Annotated[int, Field(ge=1, le=100_000)] = Field(
        description="most calls started in a second"
    )
    shape: Literal["rolling", "spacing"] = Field(
        "rolling",
        description="how a second is counted: in every span of a second, or evenly, one call "
        "after the other",
    )
    limits: Many[SharedLimit] = Field((), description="own ceilings over all calls of the trunk")
    channels: Annotated[int, Field(ge=1, le=1_000_000)] = Field(description="most calls at a time")
    contract: Contract | None = Field(None, description="line contract")

    @model_validator(mode="after")
    def _reach_or_blind(self) -> Self:
        if self.reach is not None and self.blind:
            raise fault(
                "a trunk names what it reaches or what it does not",
                "`reach` or `blind`",
                key="blind",
                mend={"blind": None},
            )
        return self

    @property
    def by_gateway(self) -> bool:
        """Whether its calls pass an international gateway, as all that are placed abroad do."""
        return self.enters == "gateway" or self.origin == "abroad"


class RampStep(Model):
    """A step of the volume agreed with the operator while numbers are new."""

    start: Day = Field(alias="from", description="day from which it holds")
    daily_volume: Count = Field(description="calls a day and number until the next step")


class Filing(Quiet):
    """What a number is registered for in the entity database."""

    unsaid: ClassVar[frozenset[str]] = frozenset({"ramp"})

    use: Purpose = Field(description="purpose filed")
    category: Category = Field(description="trade filed")
    daily_volume: Count = Field(description="calls a day and number filed")
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
                    "a step above the volume that is filed",
                    f"at most {self.daily_volume}",
                    key=f"ramp[{i}].daily_volume",
                    mend={"ramp": None},
                )
            if before is not None and step.start <= before:
                raise fault(
                    "each step of a ramp begins after the one before",
                    f"a day after {before}",
                    key=f"ramp[{i}].from",
                    mend={"ramp": None},
                )
            before = step.start
        return self


class CallerIds(FileFormat):
    """A block of numbers that calls are shown from."""

    unsaid: ClassVar[frozenset[str]] = frozenset(
        {"header", "country", "appeals_labels", "answers_callbacks"}
    )

    name: Name = Field(description="what campaigns call it")
    file: FileName | None = Field(
        None, description="CSV or Parquet file of the numbers themselves, `count` rows"
    )
    columns: NumberColumn = Field(default_factory=NumberColumn, description="columns of the file")
    number_class: NumberClass = Field(alias="class", description="kind of number")
    area_code: AreaCode | None = Field(None, description='area of a fixed line, such as "10"')
    count: Annotated[int, Field(ge=1, le=200_000)] = Field(description="numbers")
    trunk: Name = Field(description="the trunk they are on")
    operator: Operator | None = Field(
        None, description="operator that allotted them; absent: the trunk's"
    )
    province: Province | None = Field(
        None, description="where they belong, such as 96 numbers; absent: by the area code"
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
    def _from_of_replacements(self) -> Self:
        if self.start is not None and self.replaces is None:
            raise fault(
                "`from` is about numbers that replace others",
                "`replaces` beside it",
                key="from",
                mend={"from": None},
            )
        return self

    @model_validator(mode="after")
    def _file_described(self) -> Self:
        about = sorted(self.model_fields_set & {*FileFormat.model_fields, "columns"})
        if self.file is None and about:
            raise fault(
                f"`{about[0]}` is about a file, and there is none",
                "`file` beside it",
                key=about[0],
                mend=dict.fromkeys(about),
            )
        return self

    @model_validator(mode="after")
    def _plain_abroad(self) -> Self:
        """Numbers of another country know no filing, no class and no area of mainland China."""
        if self.country == "CN":
            return self
        said = {
            "class": self.number_class not in ("fixed", "mobile"),
            "registered": self.registered,
            "area_code": self.area_code is not None,
            "province": self.province is not None,
            "authorised_by": self.authorised_by is not None,
        }
        for key, stands in said.items():
            if stands:
                raise fault(
                    f"numbers of {self.country} have no `{key}` of mainland China",
                    '"fixed" or "mobile"' if key == "class" else f"no `{key}`",
                    key=key,
                    mend={"country": None},
                )
        return self

    @model_validator(mode="after")
    def _filed_if_registered(self) -> Self:
        if self.registered and self.filed is None:
            raise fault(
                "registered numbers need `filed`",
                'filed = { use = "...", category = "...", daily_volume = ... }',
                key="filed",
                mend={"registered": None},
            )
        if self.filed is not None and not self.registered:
            raise fault(
                "only registered numbers have `filed`",
                "registered = true beside it",
                key="filed",
                mend={"filed": None},
            )
        return self


class Campaign(Quiet):
    """Whom to call, why, from which numbers, by which agents."""

    unsaid: ClassVar[frozenset[str]] = frozenset(
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
    mix: dict[Name, Annotated[int, Field(ge=1, le=1000)]] | None = Field(
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
    priority: Annotated[int, Field(ge=1, le=4)] = Field(
        1,
        description="1 goes first: its callees are connected before those of 2, and against one "
        "step more it dials as if its weight were 16 times as large",
    )
    weight: Annotated[float, Field(ge=0.01, le=100.0)] = Field(
        1.0,
        description="share of what campaigns have in common, agents' time and lines, when it is "
        "scarce, against the weights of the others",
    )
    pacing: Pacing = Field(default_factory=Pacing, description="how many to dial")
    ring_timeout: Annotated[Ms, up_to("5m")] = Field(
        "25s",  # type: ignore[assignment]
        description="ring this long",
    )
    drop_after: Annotated[Ms, up_to("3650d")] = Field(
        "2s",  # type: ignore[assignment]
        description="release an answered call that waited this long for an agent",
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
                "marketing rests on consent alone",
                '"consent"',
                key="lawful_basis",
                mend={"lawful_basis": "consent"},
            )
        return self

    @model_validator(mode="after")
    def _mix_of_its_lists(self) -> Self:
        if self.mix is not None and set(self.mix) != set(self.people):
            names = ", ".join(f"{name} = 1" for name in self.people)
            raise fault(
                "a mix names every list of `people`, and no other",
                f"{{ {names} }} with weights of 1 to 1000",
                key="mix",
                mend={"mix": None},
            )
        return self

    @model_validator(mode="after")
    def _one_order_of_lists(self) -> Self:
        if self.list_order == "priority" and self.mix is not None:
            raise fault(
                "lists are mixed by weight, or their rows come by priority",
                '"listed", or no `mix`',
                key="list_order",
                mend={"list_order": None},
            )
        return self

    @model_validator(mode="after")
    def _overflow_are_others(self) -> Self:
        twice = [name for name in self.overflow_agents if name in self.agents]
        if twice:
            raise fault(
                f"{twice[0]} is among `agents`, who are asked first, as well",
                "other groups than those of `agents`",
                key="overflow_agents",
                mend={"overflow_agents": None},
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


class Goal(Quiet):
    """What the campaign is for: a bound on one metric."""

    unsaid: ClassVar[frozenset[str]] = frozenset({"campaign", "favoured"})

    metric: str = Field(description="a name of the metric dictionary")
    campaign: Name | None = Field(None, description="whose; absent: of all campaigns together")
    favoured: bool = Field(
        True,
        description="while it looks as if a campaign would miss it, that campaign gets more of "
        "what it shares with others, up to 16 times its weight",
    )
    at_least: Bound | None = Field(None, description="lower bound")
    at_most: Bound | None = Field(None, description="upper bound")
    by: Moment | None = Field(None, description="judged at this local time; absent: at the end")

    @field_validator("metric")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in metrics():
            raise fault("not a metric", ", ".join(metrics()), choices=list(metrics()))
        return value

    @model_validator(mode="after")
    def _of_a_campaign(self) -> Self:
        if self.campaign is not None and not metrics()[self.metric].by_campaign:
            known = [key for key, metric in metrics().items() if metric.by_campaign]
            raise fault(
                f"{self.metric} is of all campaigns together",
                f"no `campaign`, or one of {', '.join(known)}",
                key="campaign",
                mend={"campaign": None},
            )
        return self

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        if (self.at_least is None) == (self.at_most is None):
            raise fault(
                "a goal has either `at_least` or `at_most`",
                "exactly one of the two",
                key="at_least",
                mend={"at_least": 0, "at_most": None},
            )
        return self
