"""Top-level model of a scenario file, :class:`Scenario`, and changes of one value.

Re-exports the models of tables that other rooms use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Protocol, Self, overload

from pydantic import Field, PrivateAttr, field_validator, model_validator
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from dialsim.errors import InternalError
from dialsim.messages.text import message
from dialsim.scenario.as_of import AsOf
from dialsim.scenario.models.callers import CallerIds, Filing
from dialsim.scenario.models.campaign import Campaign
from dialsim.scenario.models.costs import Costs
from dialsim.scenario.models.enterprise import Enterprise
from dialsim.scenario.models.events import Event
from dialsim.scenario.models.fields import Day, Many, Ms, Name, SparseModel, fault, up_to
from dialsim.scenario.models.files import History, Registry, Withdrawals
from dialsim.scenario.models.limits import Limit
from dialsim.scenario.models.people import PeopleList, Synthetic
from dialsim.scenario.models.plan import Plan
from dialsim.scenario.models.policy import Policy
from dialsim.scenario.models.replication import Replication
from dialsim.scenario.models.schema_annotations import form, source, unit
from dialsim.scenario.models.staff import AgentGroup
from dialsim.scenario.models.tables import (
    Contract,
    Goal,
    Mechanism,
    Network,
    RefuseCall,
    Rules,
    Trunk,
)

if TYPE_CHECKING:
    from dialsim.scenario.profiles.profile_file import ProfileFile

__all__ = [
    "AgentGroup",
    "CallerIds",
    "Campaign",
    "Contract",
    "Filing",
    "Goal",
    "Limit",
    "Mechanism",
    "Origin",
    "PeopleList",
    "Registry",
    "Rules",
    "Scenario",
    "Synthetic",
    "Trunk",
    "json_schema",
]


Seed = Annotated[int, Field(ge=0, lt=2**63), unit("no unit")]


@dataclass(frozen=True)
class Origin:
    """Where a scenario was written: its file and the line of each path in it.

    Line 0 marks a value changed since, which is in no file. `profiles` are the user's own files
    that `network.profile` (by "") and `network.operators` (by the operator) named. `reader` checks
    the scenario again when a value is changed.
    """

    file: str | None = None
    lines: dict[str, int] = field(default_factory=dict)
    profiles: dict[str, ProfileFile] = field(default_factory=dict)
    reader: Reader | None = None


class Reader(Protocol):
    """Checker of a changed scenario; set by the loader, which the models do not import."""

    def read(self, raw: Mapping[str, Any], origin: Origin) -> Scenario:
        """Return the checked scenario of a dict."""
        ...

    def changed(self, scenario: Scenario, changes: Mapping[str, object]) -> Scenario:
        """Return the checked scenario with values changed, by their paths."""
        ...


class Scenario(SparseModel):
    """One campaign world: everything a run's result is a function of, but the version."""

    omitted_at_default: ClassVar[frozenset[str]] = frozenset(
        {"registries", "withdrawals", "events", "policy"}
    )

    schema_version: Literal[1] = Field(1, alias="schema", description="version of this format")
    name: Name = Field(description="names the run folder")
    start: Day = Field(ge=date(2000, 1, 1), le=date(2100, 1, 1), description="first day")
    days: Annotated[int, Field(ge=1, le=366), unit("days")] = Field(
        description="days on which it dials"
    )
    time_zone: Annotated[Name, form("IANA time zone", "Asia/Shanghai")] = Field(
        "Asia/Shanghai", description="of all times in the file"
    )
    seed: Seed = Field(description="draws behaviour; another is another week with the same people")
    list_seed: Seed = Field(
        None,  # type: ignore[assignment]
        validate_default=False,
        description="draws synthetic lists, and what rows of files do not say of their people; "
        "absent: as seed",
    )
    replications: Replication = Field(
        default_factory=Replication, description="what replications have in common"
    )
    aftermath: Annotated[Ms, up_to("3650d")] = Field(
        "45d",  # type: ignore[assignment]
        description="how long the network's clock runs on after the last day: a complaint can take "
        "19 working days to be followed by its last action",
        json_schema_extra=source("A", "assumption"),
    )
    study: Literal["unlawful"] | None = Field(
        None, description="records forbidden use of numbers instead of refusing it; no lawful plan"
    )
    enterprise: Enterprise = Field(description="on whose behalf")
    rules: Rules = Field(default_factory=Rules, description="what the dialer holds itself to")
    network: Network = Field(default_factory=Network, description="what the network does")
    refuse_call: RefuseCall = Field(
        default_factory=RefuseCall, description="access to the registry"
    )
    people: Many[PeopleList] = Field(min_length=1, max_length=250, description="lists")
    registries: Many[Registry] = Field(
        (), max_length=250, description="lists of numbers that are not to be called"
    )
    withdrawals: Many[Withdrawals] = Field(
        (), max_length=250, description="consents withdrawn, each at its time"
    )
    events: Many[Event] = Field(
        (), max_length=250, description="what takes time to call away between two dates"
    )
    history: History | None = Field(None, description="what happened before the start")
    trunks: Many[Trunk] = Field(min_length=1, max_length=250, description="lines")
    caller_ids: Many[CallerIds] = Field(min_length=1, description="numbers shown")
    agents: Many[AgentGroup] = Field(min_length=1, description="who talks")
    policy: Policy | None = Field(
        None, description="what campaigns of pacing mode `policy` are told how many to dial by"
    )
    campaigns: Many[Campaign] = Field(min_length=1, max_length=63, description="what is called")
    goals: Many[Goal] = Field((), description="what it is for")
    costs: Costs | None = Field(
        None, description="prices, by which `dialsim dossier` reckons; they decide nothing"
    )
    plan: Plan | None = Field(
        None, description="what `dialsim plan` may decide, and what must hold; a run ignores it"
    )

    _origin: Origin = PrivateAttr(default_factory=Origin)
    _raw: dict[str, Any] = PrivateAttr(default_factory=dict)
    _as_of: AsOf | None = PrivateAttr(default=None)

    @field_validator("schema_version", mode="before")
    @classmethod
    def _whole_version(cls, value: object) -> object:
        if type(value) is not int:  # true and 1.0 equal 1
            raise fault(message("wrong type"), "1")
        return value

    @field_validator("time_zone")
    @classmethod
    def _zone_exists(cls, value: str) -> str:
        from zoneinfo import ZoneInfo, available_timezones

        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            names = sorted(available_timezones())
            raise fault(
                message("no such time zone"),
                message('an IANA name such as "Asia/Shanghai"'),
                choices=names,
            ) from None
        return value

    @model_validator(mode="after")
    def _list_seed_follows(self) -> Self:
        absent = self.list_seed is None
        if absent:
            object.__setattr__(self, "list_seed", self.seed)
        if self.replications.people is None:
            people = Replication(people="redrawn" if absent else "fixed")
            object.__setattr__(self, "replications", people)
        return self

    def __eq__(self, other: object) -> bool:
        """Whether both say the same, wherever they were written."""
        return isinstance(other, Scenario) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return self.seed

    @overload
    def with_(self, changes: Mapping[str, object], /) -> Scenario: ...
    @overload
    def with_(self, dotted: str, value: object) -> Scenario: ...
    def with_(self, dotted: str | Mapping[str, object], value: object = None) -> Scenario:
        """Return a new, checked scenario with one value changed, or several.

        Parameters
        ----------
        dotted
            Path of the value; items of a list by name or index: ``"caller_ids.north.count"``,
            ``"campaigns.0.pacing.mode"``. A key that is absent from the file is added. Or values
            by their paths, all set before the scenario is checked.
        value
            As it would stand in a file: durations as text, lists and tables as list and dict.

        Raises
        ------
        ScenarioError
            A path leads nowhere, or the changed scenario is not valid.
        """
        changes = dotted if isinstance(dotted, Mapping) else {dotted: value}
        return self._reader.changed(self, changes)

    def with_list_seed(self, list_seed: int) -> Scenario:
        """Return the scenario with a list seed; replications redraw people if they did before."""
        people = self.replications.people
        return self.with_("replications.people", people).with_("list_seed", list_seed)

    def without_plan(self) -> Scenario:
        """Return the scenario without ``[plan]``: whoever changes it often need not judge that."""
        if self.plan is None:
            return self
        raw = {key: value for key, value in (self._raw or self.to_dict()).items() if key != "plan"}
        return self._reader.read(raw, self._origin)

    @property
    def _reader(self) -> Reader:
        if self._origin.reader is None:
            raise InternalError("a scenario that nobody read was to be changed")
        return self._origin.reader

    def to_dict(self) -> dict[str, Any]:
        """Return the resolved scenario, every default written, as a file would hold it.

        Keys are those of the file, durations text, absent optional values left out;
        ``load_scenario`` reads it back as an equal scenario.
        """
        written: dict[str, Any] = _listed(self.model_dump(by_alias=True, exclude_none=True))
        return written

    def file_path(self, written: str) -> Path:
        """Return a path of the scenario as one to open: relative to the scenario's own file."""
        base = Path(self._origin.file).parent if self._origin.file else Path()
        try:
            return base / Path(written).expanduser()
        except RuntimeError:  # a home of nobody: a path like any other
            return base / written


def _listed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _listed(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_listed(item) for item in value]
    return value


class _FileSchema(GenerateJsonSchema):
    """The schema of what a file may hold: a key is absent there, never null."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        made = super().default_schema(schema)
        return {key: each for key, each in made.items() if key != "default" or each is not None}

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        made = super().model_schema(schema)
        own = schema["cls"].__annotations__  # before the keys inherited from a base model
        named = {
            info.alias or name for name, info in schema["cls"].model_fields.items() if name in own
        }
        made["properties"] = dict(
            sorted(made["properties"].items(), key=lambda entry: entry[0] not in named)
        )
        return made

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        made = super().dict_schema(schema)
        if "patternProperties" in made:  # otherwise a key outside the pattern could have any value
            made["additionalProperties"] = False
        return made

    def field_title_should_be_set(self, schema: Any) -> bool:
        del schema
        return False  # a key names itself


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a scenario file, for editors.

    Dates and times are text of the form that TOML writes, without quotes there. Extra keywords:
    ``x-unit``, ``x-form``, ``x-most`` (the longest duration) and ``x-source`` (of a default).
    """
    schema = Scenario.model_json_schema(
        by_alias=True, mode="validation", schema_generator=_FileSchema
    )
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
