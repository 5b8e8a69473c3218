"""The tables of a scenario that say who is called: lists drawn from a seed, or from files."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, ClassVar, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from dialsim.messages.text import message
from dialsim.scenario.models.fields import (
    Category,
    ColumnName,
    Country,
    FileName,
    Many,
    Model,
    Name,
    Operator,
    Prefix,
    Province,
    Purpose,
    Share,
    SparseModel,
    fault,
)
from dialsim.scenario.models.files import Columns, DatedFile
from dialsim.scenario.models.schema_annotations import one_of, unit

Relation = Literal["opted_in", "bought"]
Order = Literal["list", "key", "priority", "best_hour"]
GENUINE: dict[Relation, float] = {"opted_in": 1.0, "bought": 0.0}
"""Share of a relation's people who really agreed, where a list does not say."""
NEARLY = 1e-9


class Consent(Model):
    """How a list's people stand to the enterprise."""

    relation: Relation = Field("opted_in", description="own or bought list")
    consent_recorded: Share = Field(1.0, description="share with consent on record")
    consent_genuine: Share = Field(
        None,  # type: ignore[assignment]
        validate_default=False,
        description="share that really agreed; absent: all of opted_in, none of bought",
    )
    internal_dnc: Share = Field(0.0, description="share on the own do-not-call list")
    purposes: Many[Purpose] = Field(
        ("marketing", "service", "collections"), description="what the consent on record covers"
    )

    @model_validator(mode="after")
    def _genuine_follows(self) -> Self:
        if self.consent_genuine is None:  # absent in the file
            object.__setattr__(self, "consent_genuine", GENUINE[self.relation])
        return self

    def genuine_of(self, relation: Relation) -> float:
        """Return the share of one relation's people who really agreed.

        `consent_genuine` is about the list's own relation: a row that is of another, by its
        column, is as people of that relation are.
        """
        return self.consent_genuine if relation == self.relation else GENUINE[relation]


class Synthetic(Consent, SparseModel):
    """A list drawn from the list seed; what is absent is the network profile's."""

    omitted_at_default: ClassVar[frozenset[str]] = frozenset({"industry_dnc"})

    count: Annotated[int, Field(ge=1, le=1_000_000_000), unit("people")] = Field(
        description="how many are drawn"
    )
    relations: dict[Relation, Share] | None = Field(
        None, description="shares of own and bought people in one list, instead of `relation`"
    )
    industry_dnc: Share = Field(0.0, description="share on an industry's do-not-call list")
    operators: dict[Operator, Share] | None = Field(
        None, description="shares of operators; the others share what is left"
    )
    prefixes: dict[Prefix, Share] | None = Field(
        None, description='shares of number prefixes such as "138"; the rest is left open'
    )
    empty: Share | None = Field(None, description="share of numbers nobody has")
    suspended: Share | None = Field(None, description="share of numbers out of service")
    dormant: Share | None = Field(None, description="share of phones that are never on")
    regions: dict[Province, Share] | None = Field(
        None, description="shares of provinces; the rest is anywhere else"
    )
    registered: Share | None = Field(None, description="share in the refuse-call registry")
    refuses: dict[Category, Share] | None = Field(
        None, description="share of all people that refuses calls of a category"
    )
    registry_growth: Share | None = Field(
        None, description="share of all people that joins the registry in a month"
    )
    whitelist: Share | None = Field(
        None, description="share that lets the enterprise's calls through"
    )

    @model_validator(mode="after")
    def _shares_fit(self) -> Self:
        for key, parts in (
            ("relations", 2),
            ("operators", 5),
            ("prefixes", None),
            ("regions", 31),
        ):
            shares = getattr(self, key)
            if shares is None:
                continue
            total = sum(shares.values())
            whole = parts is not None and len(shares) == parts
            if not shares or total > 1 + NEARLY or (whole and total < 1 - NEARLY):
                raise fault(
                    message("no share is given")
                    if not shares
                    else message("these shares sum to {total:g}").filled(total=total),
                    message("1 in all") if whole else message("at most 1 in all"),
                    key=key,
                    repair={key: None},
                )
        self._prefixes_apart()
        self._relations_whole()
        return self

    def _prefixes_apart(self) -> None:
        ordered = sorted(self.prefixes or ())
        for first, second in pairwise(ordered):
            if second.startswith(first):
                raise fault(
                    message("prefix {second} is part of {first}").filled(
                        second=second, first=first
                    ),
                    message("prefixes that exclude each other"),
                    key="prefixes",
                    repair={"prefixes": None},
                )

    def _relations_whole(self) -> None:
        """Complete `relations`, and let `relation` be the larger part."""
        shares = self.relations
        if shares is None:
            return
        if "relation" in self.model_fields_set:
            raise fault(
                message("a list has either `relation` or `relations`"),
                message("one of the two"),
                key="relations",
                repair={"relation": None},
            )
        for one, other in (("opted_in", "bought"), ("bought", "opted_in")):
            shares.setdefault(one, 1.0 - shares.get(other, 0.0))  # type: ignore[arg-type, call-overload]
        larger: Relation = "bought" if shares["bought"] > shares["opted_in"] else "opted_in"
        object.__setattr__(self, "relation", larger)
        if "consent_genuine" not in self.model_fields_set:
            mean = sum(share * GENUINE[relation] for relation, share in shares.items())
            object.__setattr__(self, "consent_genuine", mean)

    def genuine_of(self, relation: Relation) -> float:
        """Return the share of one relation's people who really agreed.

        With `relations`, a `consent_genuine` that is given is about everybody; without one each
        relation's people are as such people are.
        """
        if self.relations is None:
            return super().genuine_of(relation)
        given = "consent_genuine" in self.model_fields_set
        return self.consent_genuine if given else GENUINE[relation]

    def _omitted_keys(self) -> set[str]:
        """Also leave out what follows from `relations`: written out, it would count as given."""
        silent = super()._omitted_keys()
        if self.relations is not None:
            silent.add("relation")
            if "consent_genuine" not in self.model_fields_set:
                silent.add("consent_genuine")
        return silent


class PeopleList(Consent, DatedFile):
    """People to call: drawn, or from a file. Of a drawn list the keys on consent stand there."""

    model_config = ConfigDict(json_schema_extra=one_of("synthetic", "file"))

    omitted_at_default: ClassVar[frozenset[str]] = DatedFile.omitted_at_default | {
        "attributes",
        "forever",
    }

    name: Name = Field(description="what campaigns call it")
    synthetic: Synthetic | None = Field(
        None, description="a list that is drawn; a list has this or `file`"
    )
    file: FileName | None = Field(
        None,
        description="CSV, Excel or Parquet file, relative to the scenario file; a list has this or "
        "`synthetic`",
    )
    countries: Annotated[Many[Country], Field(min_length=1)] = Field(  # type: ignore[call-overload]
        None,
        validate_default=False,
        description="countries whose numbers may be called; absent: `home` alone",
    )
    columns: Columns = Field(default_factory=Columns, description="columns of the file")
    attributes: Many[ColumnName] = Field(
        (), max_length=32, description="columns that results are told and split by"
    )
    forever: Many[Name] = Field(
        (), max_length=32, description="texts of the column `consent_expiry` that mean no end"
    )
    order: Order = Field(
        "list",
        description="order of dialling: as listed; by key, whatever the order of the rows; by the "
        "column `priority`; each at its `best_hour`",
    )

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.synthetic is None) == (self.file is None):
            raise fault(
                message("a list has either `synthetic` or `file`"),
                message("exactly one of the two"),
                key="synthetic",
                repair={"file": None},
            )
        if self.synthetic is not None:
            mine = sorted(self.model_fields_set & set(Consent.model_fields))
            if mine:
                raise fault(
                    message("`{value}` of a drawn list stands in `synthetic`").filled(
                        value=mine[0]
                    ),
                    key=mine[0],
                    repair=dict.fromkeys(mine),
                )
            self._nothing_of_files()
            for key in Consent.model_fields:  # so that readers need not distinguish the sources
                object.__setattr__(self, key, getattr(self.synthetic, key))
        if self.countries is None:  # absent in the file
            object.__setattr__(self, "countries", (self.home,))
        for key in ("countries", "attributes"):
            items = getattr(self, key)
            twice = sorted({item for item in items if items.count(item) > 1})
            if twice:
                raise fault(
                    message("{value} is named twice").filled(value=twice[0]),
                    key=key,
                    repair={key: None},
                )
        return self

    def _nothing_of_files(self) -> None:
        about = sorted(self.model_fields_set & _OF_FILES)
        if about:
            raise fault(
                message("`{value}` is about a file: a drawn list has none").filled(value=about[0]),
                key=about[0],
                repair=dict.fromkeys(about),
            )
        if self.order in ("priority", "best_hour"):
            raise fault(
                message("a drawn list has no {replace}").filled(
                    replace=self.order.replace("_", " ")
                ),
                message('"list" or "key", or a `file` with that column'),
                key="order",
                repair={"order": None},
            )

    def genuine_of(self, relation: Relation) -> float:
        """Return the share of one relation's people who really agreed."""
        if self.synthetic is not None:
            return self.synthetic.genuine_of(relation)
        return super().genuine_of(relation)

    def _omitted_keys(self) -> set[str]:
        """Also leave out what `synthetic` gives, and derived values."""
        silent = super()._omitted_keys()
        if self.synthetic is not None:
            silent |= _OF_FILES.union(Consent.model_fields)
        if self.countries == (self.home,):
            silent.add("countries")
        return silent


_OF_FILES = frozenset({*DatedFile.model_fields, "forever", "columns", "countries", "attributes"})


def opted_in_share(source: PeopleList) -> float:
    """Return the share of a list's people who are the enterprise's own; the others are bought."""
    relations = None if source.synthetic is None else source.synthetic.relations
    return relations["opted_in"] if relations else float(source.relation == "opted_in")
