"""Tables of a scenario file below its head: rules, network, trunks, goals.

As all its tables they are closed, frozen models. Attribute names are the keys of the file, but for
three that Python or clarity forbids: ``class`` is `number_class`, ``from`` and ``to`` are `start`
and `end`. Contradictions inside one table are found here; what needs two tables or a profile is in
``check``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    SerializerFunctionWrapHandler,
    field_validator,
    model_serializer,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from dialsim.messages.text import Message, message
from dialsim.scenario.metrics import metrics
from dialsim.scenario.models.fields import (
    Bound,
    Count,
    Many,
    Model,
    Moment,
    Name,
    OneByte,
    Operator,
    Price,
    Province,
    Purpose,
    SparseModel,
    Wait,
    fault,
)
from dialsim.scenario.models.limits import Limit, OwnLimit, SharedLimit
from dialsim.scenario.models.schema_annotations import one_of, unit
from dialsim.scenario.profiles.profile import Profile
from dialsim.scenario.profiles.sourced_override import is_dated, is_sourced

Mechanism = Literal[
    "labels", "complaints", "frequency", "refuse_call", "contract", "signalling",
    "behaviour", "terminating", "callbacks",
    "subscriber_blocks", "gateway", "label_appeals", "recording_notice",
    "traceback", "appeals", "platform", "inheritance",
]  # fmt: skip
"""What ``network.off`` may name."""

MECHANISMS: dict[Mechanism, Message] = {
    "labels": message("labels shown on handsets, by platform"),
    "complaints": message("complaints, and what number and enterprise come to by them"),
    "frequency": message("high-frequency rules: calls of an hour and a day"),
    "refuse_call": message("the refuse-call registry"),
    "contract": message("terms of line contracts"),
    "signalling": message("codes and announcements that tell another cause than the true one"),
    "behaviour": message("new callees, repeats, short calls, answer share and mean talk"),
    "terminating": message("judgement by the callee's operator beside that of the line"),
    "callbacks": message("calls with which the network tests a number before it acts"),
    "subscriber_blocks": message("callees' own blacklists, prefix and international blocks"),
    "gateway": message(
        "international gateways: ceilings, blocks, and the display as international"
    ),
    "label_appeals": message("appeals against labels"),
    "recording_notice": message("what the notice of a recording costs in time and callees"),
    "traceback": message("tracebacks, with a deadline"),
    "appeals": message("appeals against suspensions and stops"),
    "platform": message("stops for what other clients of an outsourcing platform did"),
    "inheritance": message("numbers that replace others go on with what is held against those"),
}


def _flat(value: object) -> object:
    """Flatten tables of dotted keys, so that a key may be quoted or not."""
    if not isinstance(value, Mapping):
        return value
    flat: dict[str, Any] = {}
    for key, item in value.items():
        inner = _flat(item)
        if isinstance(item, Mapping) and (is_sourced(item) or is_dated(item)):
            flat[str(key)] = dict(item)
        elif isinstance(item, Mapping) and item and isinstance(inner, dict):
            flat.update({f"{key}.{rest}": leaf for rest, leaf in inner.items()})
        else:
            flat[str(key)] = item
    return flat


Overrides = Annotated[dict[str, Any], BeforeValidator(_flat)]


class Rules(SparseModel):
    """What the dialer holds itself to."""

    omitted_at_default: ClassVar[frozenset[str]] = frozenset({"enterprise_limits"})

    pack: Name = Field(
        "cn",
        description="rule pack: cn, cn-strict, cn-collections; us, uk, india, brazil; or, for "
        "theory, lab and uk-2016",
    )
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
        default_factory=dict,
        description="value of the pack by its dotted name; may only tighten. Versions with days: "
        "[{ value = ..., until = 2026-06-30 }, { value = ..., from = 2026-07-01 }]",
    )


class OperatorProfile(Model):
    """By what an operator judges how often a caller ID calls, and how it behaves."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    profile: Name | None = Field(
        None,
        description="network profile, or the path of one of your own; of both it is the values of "
        "frequency, behaviour, ladder and callbacks that count. Absent: the network's, with its "
        "overrides",
    )
    overrides: Overrides = Field(
        default_factory=dict,
        description="value that this operator judges by, by its dotted name; `network.overrides` "
        "do not reach an operator with a `profile`",
    )

    @model_validator(mode="before")
    @classmethod
    def _by_its_name(cls, value: object) -> object:
        if isinstance(value, str):
            return {"profile": value}
        if not isinstance(value, (Mapping, OperatorProfile)):
            allowed = message('a profile in quotes, such as "strict", or a table { ... }')
            raise fault(message("wrong type"), allowed)
        return value

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if self.profile is None and not self.overrides:
            raise fault(
                message("an operator has a profile of its own, or overrides"),
                message('"strict", or { profile = "strict", overrides = { ... } }'),
            )
        return self

    @model_serializer(mode="wrap")
    def _written(self, inner: SerializerFunctionWrapHandler) -> str | dict[str, Any]:
        if self.profile is not None and not self.overrides:
            return self.profile
        return {key: value for key, value in inner(self).items() if value is not None}


class ByName:
    """Says in the JSON Schema that a name may stand in the place of a table."""

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Return the schema of a name, or of the table."""
        return {"anyOf": [{"type": "string", "minLength": 1}, handler(core)]}


class Network(SparseModel):
    """What the network does."""

    omitted_at_default: ClassVar[frozenset[str]] = frozenset({"operators"})

    profile: Name = Field(
        "typical",
        description="network profile: typical; published, with what is published in place of its "
        "weakest values; strict, lenient; lab for theory; or the path of a profile of your own, "
        "such as `dialsim calibrate` writes",
    )
    operators: dict[Operator, Annotated[OperatorProfile, ByName()]] = Field(
        default_factory=dict,
        description="network profile by operator, for what it judges frequency and behaviour by: "
        "its name, the path of one of your own, or a table with overrides; absent: `profile`",
    )
    off: Many[Mechanism] = Field((), description="mechanisms switched off, to see what they cause")
    overrides: Overrides = Field(
        default_factory=dict,
        description="value of the profile by its dotted name, or versions of it with `from` and "
        "`until`, as in `rules.overrides`",
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
                message("only an operator's scrub looks numbers up"),
                message('access = "operator_scrub" beside it'),
                key="price",
                repair={"price": None},
            )
        return self


PER_MILLION = unit("complaints per million delivered calls")


class Contract(Model):
    """What the line contract says about calls to one callee, and about the trunk's calls in all."""

    name: Name = Field(description="title of the contract")
    callee_per_day: OneByte | None = Field(
        None, description="to one callee a day; absent: `contract.callee_per_day` of the network"
    )
    callee_per_month: OneByte | None = Field(
        None,
        description="to one callee in 30 days; absent: `contract.callee_per_month` of the network",
    )
    daily_volume: Count | None = Field(None, description="of the trunk a day; absent: any")
    concurrency: Count | None = Field(
        None, description="of the trunk at a time; absent: as many as it has channels"
    )
    complaints_per_million: Annotated[float, Field(gt=0, le=1_000_000), PER_MILLION] | None = Field(
        None, description="in 30 days; absent: none agreed"
    )

    def callee_ceilings(self, network: Profile) -> tuple[int, int]:
        """Return the most calls to one callee a day and in 30 days, as agreed or as is usual."""
        day, month = self.callee_per_day, self.callee_per_month
        return (
            network["contract.callee_per_day"] if day is None else day,
            network["contract.callee_per_month"] if month is None else month,
        )


class Trunk(SparseModel):
    """A line into the network."""

    omitted_at_default: ClassVar[frozenset[str]] = frozenset(
        {"origin", "shape", "limits", "reach", "blind"}
    )

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
    calls_per_second: Annotated[int, Field(ge=1, le=100_000), unit("calls/s")] = Field(
        description="most calls started in a second"
    )
    shape: Literal["rolling", "spacing"] = Field(
        "rolling",
        description="how a second is counted: in every span of a second, or evenly, one call "
        "after the other",
    )
    limits: Many[SharedLimit] = Field((), description="own ceilings over all calls of the trunk")
    channels: Annotated[int, Field(ge=1, le=1_000_000), unit("calls")] = Field(
        description="most calls at a time"
    )
    contract: Contract | None = Field(None, description="line contract")

    @model_validator(mode="after")
    def _reach_or_blind(self) -> Self:
        if self.reach is not None and self.blind:
            raise fault(
                message("a trunk names what it reaches or what it does not"),
                message("`reach` or `blind`"),
                key="blind",
                repair={"blind": None},
            )
        return self

    @property
    def by_gateway(self) -> bool:
        """Whether its calls pass an international gateway, as all calls from abroad do."""
        return self.enters == "gateway" or self.origin == "abroad"


class AMetric:
    """Names the metrics in the JSON Schema."""

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Return a text's schema with the names that there are."""
        return handler(core) | {"enum": list(metrics())}


class Goal(SparseModel):
    """What the campaign is for: a bound on one metric."""

    model_config = ConfigDict(json_schema_extra=one_of("at_least", "at_most"))

    omitted_at_default: ClassVar[frozenset[str]] = frozenset({"campaign", "favoured"})

    metric: Annotated[str, AMetric()] = Field(description="what is bound: see Metrics below")
    campaign: Name | None = Field(None, description="whose; absent: of all campaigns together")
    favoured: bool = Field(
        True,
        description="while it looks as if a campaign would miss it, that campaign gets more of "
        "what it shares with others, up to 16 times its weight",
    )
    at_least: Bound | None = Field(None, description="lower bound; a goal has this or `at_most`")
    at_most: Bound | None = Field(None, description="upper bound; a goal has this or `at_least`")
    by: Moment | None = Field(None, description="judged at this local time; absent: at the end")

    @field_validator("metric")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in metrics():
            raise fault(message("not a metric"), ", ".join(metrics()), choices=list(metrics()))
        return value

    @model_validator(mode="after")
    def _of_a_campaign(self) -> Self:
        if self.campaign is not None and not metrics()[self.metric].by_campaign:
            known = [key for key, metric in metrics().items() if metric.by_campaign]
            raise fault(
                message("{metric} is of all campaigns together").filled(metric=self.metric),
                message("no `campaign`, or one of {names}").filled(names=", ".join(known)),
                key="campaign",
                repair={"campaign": None},
            )
        return self

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        if (self.at_least is None) == (self.at_most is None):
            raise fault(
                message("a goal has either `at_least` or `at_most`"),
                message("exactly one of the two"),
                key="at_least",
                repair={"at_least": 0, "at_most": None},
            )
        return self
