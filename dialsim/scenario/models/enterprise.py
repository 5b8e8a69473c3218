"""Tables on the calling enterprise and its compliance evidence.

The audit judges them; only the recording notice affects calls. An absent key declares nothing, and
what is not declared is not shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from dialsim.errors import Problems
from dialsim.messages.text import message
from dialsim.scenario.models.fields import Day, Model, Name, Province, SparseModel, Wait, fault
from dialsim.scenario.models.schema_annotations import unit


class CallCentre(Model):
    """Who makes the calls."""

    kind: Literal["in_house", "outsourced"] = Field(
        "in_house", description="the enterprise's own, or another company's"
    )
    outsourcer: Name | None = Field(None, description="the call-centre company, if outsourced")
    licence: Name | None = Field(None, description='its licence, such as "B24"')
    scope: Literal["national", "province"] | None = Field(None, description="where it may call")
    province: Province | None = Field(
        None, description="the province of a licence of that scope, as `regions` names it"
    )
    expires: Day | None = Field(None, description="last day of the licence")
    foreign_owned: bool | None = Field(
        None, description="it has foreign owners; absent: not said to have any"
    )

    @model_validator(mode="after")
    def _outsourcer_named(self) -> Self:
        if self.kind == "outsourced" and self.outsourcer is None:
            raise fault(
                message("an outsourced call centre needs its `outsourcer`"),
                key="outsourcer",
                repair={"kind": "in_house"},
            )
        return self

    @model_validator(mode="after")
    def _province_of_scope(self) -> Self:
        if self.province is not None and self.scope != "province":
            raise fault(
                message("only a licence for one province has a `province`"),
                message('scope = "province" beside it'),
                key="province",
                repair={"province": None},
            )
        return self


People = Annotated[int, Field(ge=0, le=10_000_000_000), unit("people")]


class Privacy(Model):
    """What is declared about personal data; what is not declared is not shown, never met."""

    calls_recorded: bool | None = Field(
        None, description="conversations are recorded; absent: taken to be"
    )
    recording_notice: bool | None = Field(None, description="callees are told of the recording")
    purpose_stated: bool | None = Field(
        None, description="people are told what their data are used for"
    )
    retention_days: Annotated[int, Field(ge=0, le=36_600), unit("days")] | None = Field(
        None, description="how long recordings and data are kept"
    )
    protected_storage: bool | None = Field(
        None, description="data are stored protected: access on record, encrypted"
    )
    protection_officer: Name | None = Field(None, description="who answers for personal data")
    data_abroad: bool | None = Field(
        None, description="data are stored, seen or worked on outside mainland China"
    )
    foreign_handler: bool | None = Field(
        None, description="who decides on the data sits abroad: needs a representative in China"
    )
    people_held: People | None = Field(
        None,
        description="people whose data the enterprise holds in all; absent: those of its lists",
    )
    people_exported: People | None = Field(
        None,
        description="people whose data go abroad in all, from 1 January of the year on; absent: "
        "those of the lists that go abroad",
    )
    sensitive_data: bool | None = Field(
        None,
        description="the data are sensitive: accounts, health, voiceprints; absent: by the trade",
    )


_ANY_DAY = date(2000, 1, 1)  # problems that depend on it are not reported
_FORMS = {
    "document": 'its title or number, such as "Licence B2-2021"',
    "date": "such as 2026-01-31",
}


class Document(Model):
    """What shows that an obligation is met."""

    document: Name = Field(description="title, number or place of the document")
    date: Day = Field(description="date of the document")
    valid_until: Day | None = Field(None, description="last day it holds; absent: no end")

    @model_validator(mode="before")
    @classmethod
    def _whole(cls, written: object) -> object:
        """Report missing keys at once, so that the rest of the file is checked as well."""
        needed: dict[str, object] = {"document": "?", "date": _ANY_DAY}
        for key in needed:
            if isinstance(written, Mapping) and key not in written:
                raise fault(
                    message("a document needs its `{key}`").filled(key=key),
                    _FORMS[key],
                    key=key,
                    repair={key: needed[key]},
                )
        return written

    @model_validator(mode="after")
    def _ends_after_its_date(self) -> Self:
        if self.valid_until is not None and self.valid_until < self.date:
            raise fault(
                message("the document ends before its own date"),
                message("{value} or later").filled(value=self.date.isoformat()),
                key="valid_until",
                repair={"valid_until": None},
            )
        return self


def _document(description: str) -> Document | None:
    declared: Document | None = Field(None, description=description)
    return declared


class Evidence(Model):
    """Documents that show what the enterprise does: each with its date, some with a last day."""

    consent_proof: Document | None = _document("where the proofs of consent are kept")
    internal_list: Document | None = _document("procedure of the own do-not-call list")
    industry_list: Document | None = _document("the sector's do-not-call list, as obtained")
    refuse_call_scrub: Document | None = _document("operator's service that scrubs the lists")
    call_centre_licence: Document | None = _document("value-added telecom licence B24")
    platform_agreement: Document | None = _document(
        "agreement with the outsourcer on who answers for what is called"
    )
    foreign_licence: Document | None = _document(
        "approval of a call centre with foreign owners, in an area of the pilot"
    )
    client_vetting: Document | None = _document(
        "how the call-centre company vets clients and watches what they send"
    )
    equipment_approval: Document | None = _document("approved lines, numbers and equipment")
    entity_filing: Document | None = _document(
        "filing of the numbers: business licence, number certificate, purpose, undertaking"
    )
    real_name_registration: Document | None = _document("real-name registration of the numbers")
    caller_id_authorisation: Document | None = _document(
        "operator's or holder's authorisation to show the numbers"
    )
    complaint_handling: Document | None = _document("procedure for complaints of 12321 and others")
    traceback_contact: Document | None = _document("who answers a traceback, and in what time")
    consumer_complaints: Document | None = _document("procedure for complaints of 12315")
    call_records: Document | None = _document("how calls and their consent are kept on record")
    number_origin: Document | None = _document("how callees learn where their number came from")
    data_minimisation: Document | None = _document("which data are needed, and why no others")
    recording_notice: Document | None = _document("wording that tells of the recording")
    privacy_notice: Document | None = _document("notice that states the purpose of the data")
    retention_schedule: Document | None = _document("how long which data are kept")
    data_security: Document | None = _document("how data are protected")
    subject_rights: Document | None = _document("how people get to see or delete their data")
    export_consent: Document | None = _document("separate consent to taking data abroad")
    export_mechanism: Document | None = _document(
        "standard contract or certification for taking data abroad"
    )
    security_assessment: Document | None = _document(
        "security assessment by CAC, passed, for taking data abroad"
    )
    sensitive_consent: Document | None = _document("separate consent to using sensitive data")
    representative: Document | None = _document("appointment of a representative in China")
    protection_officer: Document | None = _document("appointment of the data-protection officer")
    officer_filing: Document | None = _document("report of that officer to the city's CAC")
    compliance_audit: Document | None = _document(
        "the latest compliance audit of personal-information protection"
    )
    impact_assessment: Document | None = _document("personal-information impact assessment")
    script_filing: Document | None = _document("what agents say, as approved or filed")
    content_review: Document | None = _document("review of scripts for what may not be said")
    trade_rules: Document | None = _document("how the rules of the trade's regulator are kept")
    ecommerce_remedies: Document | None = _document(
        "returns, complaints and disputes of what is sold at a distance"
    )
    collections_conduct: Document | None = _document("what collectors may not do")
    agent_training: Document | None = _document("training of agents, with its dates")
    sms_consent: Document | None = _document("consent to text messages, and their opt-out")

    def declared(self) -> Iterator[tuple[str, Document]]:
        """Give every document that is declared, with its key."""
        for key in type(self).model_fields:
            held = getattr(self, key)
            if held is not None:
                yield key, held


class Enterprise(SparseModel):
    """On whose behalf the calls are made."""

    omitted_at_default: ClassVar[frozenset[str]] = frozenset({"appeals"})

    name: Name = Field(description="registered name")
    sector: Name = Field(
        "other",
        description="trade, whose hours and lists hold: banking, insurance, securities, lending, "
        "education, real_estate, retail, telecom, healthcare, travel, government or other, as far "
        "as the rule pack knows them",
    )
    sms_after_call: bool | None = Field(
        None, description="callees get a text message after the call; absent: none are sent"
    )
    call_centre: CallCentre | None = Field(None, description="who makes the calls")
    privacy: Privacy | None = Field(None, description="declarations on personal data")
    evidence: Evidence | None = Field(None, description="documents that show what is declared")
    traceback_within: Wait | None = Field(
        None,
        description="how soon the operator's question who called, why and on what consent is "
        "answered; absent: in time",
    )
    appeals: bool = Field(
        False,
        description="a suspension for complaints, and a stop of all numbers, is appealed with the "
        "proofs of consent",
    )

    @property
    def announces_recording(self) -> bool:
        """Whether callees hear that the conversation is recorded."""
        privacy = self.privacy
        recorded = privacy is not None and privacy.calls_recorded is not False
        return recorded and bool(privacy and privacy.recording_notice)


def check_evidence(evidence: Evidence | None, start: date, problems: Problems) -> None:
    """Add a problem for every document dated after the calls begin.

    Parameters
    ----------
    evidence
        The scenario's documents, if it declares any.
    start
        First day of the run, the reference for "in the future"; never the system clock.
    problems
        The list to add to.
    """
    for key, held in evidence.declared() if evidence is not None else ():
        if held.date > start:
            problems.add(
                f"enterprise.evidence.{key}.date",
                message("in the future: the calls begin before this document exists"),
                found=held.date,
                allowed=message("{isoformat} or earlier").filled(isoformat=start.isoformat()),
                remedy=message(
                    "correct the date, begin later, or leave the document out until it is there"
                ),
            )
