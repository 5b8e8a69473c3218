"""Scenarios and what the audit finds of them: what the tests of the audit are made of."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from dialsim.audit.audit import audit
from dialsim.scenario import load_scenario
from dialsim.scenario.models.enterprise import Evidence
from tests.scenario.worlds import world

HELD = {"document": "Paper 7", "date": date(2026, 1, 31)}
LAST = date(2026, 4, 14)
ENDED = {**HELD, "valid_until": LAST - timedelta(days=1)}
EVERYTHING = dict.fromkeys(Evidence.model_fields, HELD)
OUTSOURCED = {"kind": "outsourced", "outsourcer": "Hua Hu", "licence": "B24", "scope": "national"}

Change = dict[str, Any]


def spoilt(changes: Change) -> dict[str, Any]:
    """Return the small world with values set; `...` takes a key out."""
    raw = world()
    for dotted, value in changes.items():
        node: Any = raw
        *above, last = (int(part) if part.isdigit() else part for part in dotted.split("."))
        for part in above:
            node = node[part] if isinstance(part, int) else node.setdefault(part, {})
        if value is ...:
            del node[last]
        else:
            node[last] = value
    return raw


def rows(changes: Change) -> dict[str, dict[str, Any]]:
    found = audit(load_scenario(spoilt(changes)))
    return {row["key"]: row for row in found["rows"]}


UNLAWFUL = {"study": "unlawful"}
PRIVACY, CENTRE = "enterprise.privacy.", "enterprise.call_centre"
LIST, BLOCK, CAMPAIGN = "people.0.synthetic.", "caller_ids.0.", "campaigns.0."
SERVICE = {CAMPAIGN + "purpose": "service", CAMPAIGN + "lawful_basis": "contract"}
SERVED = {**SERVICE, BLOCK + "filed.use": "service"}
COLLECTED = {
    CAMPAIGN + "purpose": "collections", CAMPAIGN + "lawful_basis": "contract",
    BLOCK + "filed.use": "collections", "trunks.0.permits": ["collections"],
}  # fmt: skip
BARE = {CAMPAIGN + "category": "other", BLOCK + "filed.category": "other"}
DAILY = {"count": 300, "per": "1d"}
HELD_IN_ALL, OUT_IN_ALL = PRIVACY + "people_held", PRIVACY + "people_exported"
OFFICER = "personal_information.officer_from"
AUDIT = "enterprise.evidence.compliance_audit"
CONTRACT, ASSESSED = (
    "enterprise.evidence.export_mechanism",
    "enterprise.evidence.security_assessment",
)
PLAIN: Change = {PRIVACY + "sensitive_data": False}
ABROAD: Change = {CAMPAIGN + "exports_data": True, **PLAIN}
OF_2023: Change = {"start": date(2023, 5, 8), PRIVACY + "data_abroad": True}
OUT = {"name": "out", "what": "deregistered", "from": date(2026, 4, 14), "caller_ids": ["north"]}

FINDINGS: list[tuple[Change, str, str, str]] = [
    # consent
    ({}, "consent", "met", "per purpose"),
    ({LIST + "relation": "bought"}, "consent", "missing", "own: bought"),
    ({LIST + "consent_genuine": 0.9}, "consent", "missing", "own: bought"),
    ({LIST + "consent_recorded": 0.9}, "consent", "missing", "90 %"),
    ({LIST + "purposes": ["service"]}, "consent", "missing", "marketing"),
    (SERVED, "consent", "not_applicable", "no campaign"),
    ({}, "consent_proof", "not_shown", "own"),
    ({"enterprise.evidence.consent_proof": HELD}, "consent_proof", "met", "Paper 7"),
    ({"enterprise.evidence.consent_proof": ENDED}, "consent_proof", "missing", "13 Apr 2026"),
    (
        {"enterprise.evidence.consent_proof": HELD, LIST + "consent_genuine": 0.9},
        "consent_proof", "missing", "not everybody there really agreed",
    ),
    (SERVED, "consent_proof", "not_applicable", "no campaign"),
    ({CAMPAIGN + "opt_out_offered": False}, "withdrawal", "missing", "upsell"),
    (SERVED, "lawful_basis", "met", "service rests on contract"),
    ({}, "lawful_basis", "not_applicable", "consent"),
    # whom not to call, and when
    ({}, "internal_dnc", "not_shown", "refused"),
    ({LIST + "internal_dnc": 0.01}, "internal_dnc", "met", "share"),
    ({}, "refuse_call", "not_shown", "carrier alone"),
    ({}, "industry_dnc", "not_applicable", "other"),
    ({"enterprise.sector": "banking"}, "industry_dnc", "not_shown", "banking has one"),
    ({LIST + "industry_dnc": 0.01}, "industry_dnc", "met", "share"),
    ({}, "hours", "met", "09:00-12:00, 14:00-20:30"),
    ({"rules.pack": "lab"}, "hours", "not_shown", "theory"),
    ({"rules.pack": "lab"}, "abandoned", "not_shown", "theory"),
    ({"rules.pack": "lab"}, "callee_limits", "not_shown", "no limit"),
    ({}, "callee_limits", "met", "3 a day, 5 in 30 days; 2 h"),
    (
        {"rules.contract": "Line 5", "rules.retry_gap": "1h"},
        "callee_limits", "met", '1 h between attempts, by contract "Line 5"',
    ),
    ({}, "volume", "not_shown", "no own ceiling"),
    ({"rules.caller_limits": [DAILY]}, "volume", "met", "allow 300 a number"),
    ({"rules.caller_limits": [{**DAILY, "count": 301}]}, "volume", "not_shown", "allow 301"),
    # 3 h hold 4 windows of 55 min at most, 6 h 30 min hold 8
    ({"rules.caller_limits": [{"count": 10, "per": "55m"}]}, "volume", "met", "allow 120 a number"),
    ({BLOCK + "registered": False, BLOCK + "filed": ...}, "volume", "not_shown", "no filed volume"),
    ({CAMPAIGN + "drop_after": "3s"}, "abandoned", "missing", "longer than 2 s"),
    # who calls, from what
    ({}, "licence", "not_shown", "who makes the calls"),
    ({CENTRE: {"kind": "in_house"}}, "licence", "not_applicable", "in-house"),
    (
        {CENTRE: {"kind": "in_house"}, LIST + "relation": "bought"},
        "licence", "missing", "own customers only",
    ),
    ({CENTRE: OUTSOURCED}, "licence", "not_shown", "B24 is named"),
    ({CENTRE: {**OUTSOURCED, "licence": "Trade 5"}}, "licence", "not_shown", "call centres"),
    ({CENTRE: {**OUTSOURCED, "expires": LAST}}, "licence", "met", "14 Apr 2026"),
    (
        {CENTRE: OUTSOURCED, "enterprise.evidence.call_centre_licence": ENDED},
        "licence", "missing", "before the last day",
    ),
    (
        {
            CENTRE: OUTSOURCED,
            "enterprise.evidence.call_centre_licence": {**HELD, "valid_until": LAST},
        },
        "licence", "met", "valid until 14 Apr 2026",
    ),
    (
        {**UNLAWFUL, CENTRE: {"kind": "outsourced", "outsourcer": "Hua Hu"}},
        "licence", "missing", "Hua Hu",
    ),
    ({}, "licence_scope", "not_shown", "national"),
    ({CENTRE: {"kind": "in_house"}}, "licence_scope", "not_applicable", "no licence"),
    ({CENTRE: OUTSOURCED}, "licence_scope", "met", "national"),
    (
        {**UNLAWFUL, CENTRE: {**OUTSOURCED, "scope": "province", "province": "Beijing"}},
        "licence_scope", "not_shown", "one province",
    ),
    (
        {
            CENTRE: {**OUTSOURCED, "scope": "province", "province": "Beijing"},
            LIST + "regions": {"Beijing": 1.0},
        },
        "licence_scope", "met", "Beijing",
    ),
    (
        {
            **UNLAWFUL,
            CENTRE: {**OUTSOURCED, "scope": "province", "province": "Beijing"},
            LIST + "regions": {"Beijing": 0.5, "Hebei": 0.5},
        },
        "licence_scope", "missing", "Hebei",
    ),
    ({}, "platform", "not_shown", "who makes"),
    ({CENTRE: {"kind": "in_house"}}, "platform", "not_applicable", "itself"),
    ({CENTRE: OUTSOURCED}, "platform", "not_shown", "Hua Hu"),
    ({**UNLAWFUL, BLOCK + "class": "axb"}, "caller_class", "missing", "since 2026-01-03 no number"),
    ({**UNLAWFUL, BLOCK + "class": "400"}, "caller_class", "missing", "so sellers say"),
    (
        {BLOCK + "class": "400", BLOCK + "approved_use": "Line contract 5"},
        "caller_class", "met", "permit the use",
    ),
    (
        {**UNLAWFUL, BLOCK + "class": "95_b24", BLOCK + "area_code": ...},
        "caller_class", "missing", "95_b24 for marketing",
    ),
    ({}, "real_name", "met", "Example"),
    ({BLOCK + "registered": False, BLOCK + "filed": ...}, "real_name", "not_shown", "north"),
    ({**UNLAWFUL, BLOCK + "holder": "Stranger"}, "real_name", "missing", "Stranger"),
    ({CENTRE: OUTSOURCED, BLOCK + "holder": "Hua Hu"}, "real_name", "not_shown", "Hua Hu"),
    (
        {BLOCK + "holder": "Lender", "enterprise.evidence.caller_id_authorisation": HELD},
        "real_name", "met", "Paper 7",
    ),
    ({}, "caller_id", "not_shown", "north"),
    (
        {BLOCK + "registered": False, BLOCK + "filed": ...},
        "entity_database", "missing", "not registered",
    ),
    ({**UNLAWFUL, **SERVICE}, "entity_database", "missing", "filed for marketing"),
    ({BLOCK + "filed.on": date(2026, 4, 1)}, "entity_database", "missing", "from 15 Apr 2026 on"),
    ({BLOCK + "filed.on": date(2026, 3, 30)}, "entity_database", "met", "registered"),
    (
        {BLOCK + "filed.on": date(2026, 4, 1), BLOCK + "from": date(2026, 4, 15)},
        "entity_database", "met", "registered",
    ),
    ({"events": [OUT]}, "entity_database", "missing", "until 14 Apr 2026, and calls go on"),
    (
        {"events": [{**OUT, "from": date(2026, 4, 10)}]},
        "entity_database", "missing", "until 10 Apr 2026",
    ),
    ({}, "foreign_origin", "not_applicable", "mainland"),
    ({**UNLAWFUL, "trunks.0.origin": "abroad"}, "foreign_origin", "missing", "main"),
    (
        {"trunks.0.origin": "abroad", BLOCK + "authorised_by": "CTCC"},
        "foreign_origin", "met", "authorised by CTCC",
    ),
    (
        {"trunks.0.enters": "gateway", BLOCK + "country": "SG", BLOCK + "area_code": ...,
         BLOCK + "registered": False, BLOCK + "filed": ...},
        "foreign_origin", "met", "shown as international",
    ),
    ({}, "entity_filing", "not_shown", "what the numbers were filed with"),
    ({}, "foreign_licence", "not_applicable", "no foreign owners"),
    ({CENTRE: {**OUTSOURCED, "foreign_owned": True}}, "foreign_licence", "not_shown", "Hainan"),
    ({}, "client_vetting", "not_shown", "vetted"),
    ({CENTRE: {"kind": "in_house"}}, "client_vetting", "not_applicable", "itself"),
    ({}, "equipment", "not_shown", "approved"),
    # what is said, and personal data
    ({"enterprise.sector": "securities"}, "content", "not_shown", "no script"),
    ({}, "content_bans", "not_shown", "gambling, politics, claims of cures"),
    (
        {"enterprise.sector": "education"}, "content_bans", "not_shown",
        "claims of cures; promised admission",
    ),
    (BARE, "trade_rules", "not_applicable", "for other"),
    ({"enterprise.sector": "securities"}, "trade_rules", "not_shown", "CSRC supervises"),
    ({"enterprise.sector": "travel", **BARE}, "trade_rules", "not_shown", "Culture and Tourism"),
    ({}, "ecommerce", "not_applicable", "nothing over networks"),
    ({"enterprise.sector": "retail"}, "ecommerce", "not_shown", "return"),
    ({}, "collections_conduct", "not_applicable", "nothing is collected"),
    (COLLECTED, "collections_conduct", "not_shown", "threaten"),
    ({}, "training", "not_shown", "trained"),
    ({}, "call_records", "not_shown", "for 30 days at least"),
    ({PRIVACY + "retention_days": 30}, "call_records", "met", "30 days, of at least 30 days"),
    ({PRIVACY + "retention_days": 29}, "call_records", "missing", "for 29 days only"),
    (
        {PRIVACY + "retention_days": 29, "enterprise.evidence.call_records": HELD},
        "call_records", "missing", "for 29 days only",
    ),
    ({}, "consumer_complaints", "not_shown", "12315"),
    ({}, "number_origin", "not_shown", "came from"),
    ({}, "minimisation", "not_shown", "no others"),
    ({}, "recording_notice", "not_shown", "nothing says"),
    ({PRIVACY + "recording_notice": True}, "recording_notice", "met", "declared"),
    ({PRIVACY + "recording_notice": False}, "recording_notice", "missing", "not told"),
    ({PRIVACY + "calls_recorded": False}, "recording_notice", "not_applicable", "recorded"),
    ({}, "sms", "not_applicable", "no messages"),
    ({"enterprise.sms_after_call": True}, "sms", "not_shown", "no consent"),
    ({PRIVACY + "purpose_stated": True}, "purpose", "met", "declared"),
    ({PRIVACY + "purpose_stated": False}, "purpose", "missing", "not told"),
    ({PRIVACY + "retention_days": 1180}, "retention", "met", "1,180 days"),
    ({PRIVACY + "protected_storage": True}, "security", "met", "declared"),
    ({PRIVACY + "protected_storage": False}, "security", "missing", "not protected"),
    (PLAIN, "sensitive_consent", "not_applicable", "no sensitive data"),
    ({"enterprise.sector": "banking"}, "sensitive_consent", "not_shown", "in banking, credit_card"),
    ({PRIVACY + "sensitive_data": True}, "sensitive_consent", "not_shown", "are declared"),
    (
        {"enterprise.sector": "banking", PRIVACY + "sensitive_data": False},
        "sensitive_consent", "not_applicable", "no sensitive data",
    ),
    ({PRIVACY + "protection_officer": "Data office"}, "officer", "met", "Data office"),
    # what the law asks from a number of people on
    ({LIST + "count": 999_999}, "officer", "not_applicable", "999,999 people on the lists, below"),
    ({LIST + "count": 1_000_000}, "officer", "not_shown", "owed from 1,000,000 on"),
    ({HELD_IN_ALL: 5_000_000}, "officer", "not_shown", "5,000,000 people declared"),
    ({HELD_IN_ALL: 10}, "officer", "not_applicable", "people on the lists"),
    ({LIST + "count": 999_999}, "officer_filing", "not_applicable", "below 1,000,000"),
    (
        {LIST + "count": 1_000_000}, "officer_filing", "not_shown",
        "from 1,000,000 on the officer is reported within 30 working days",
    ),
    (
        {LIST + "count": 10_000_000}, "compliance_audit", "not_applicable",
        "10,000,000 people on the lists, not above 10,000,000",
    ),
    ({LIST + "count": 10_000_001}, "compliance_audit", "not_shown", "at least every 2 years"),
    (
        {LIST + "count": 10_000_001, AUDIT: {**HELD, "date": date(2024, 4, 13)}},
        "compliance_audit", "missing", "was due on 13 Apr 2026",
    ),
    (
        {LIST + "count": 10_000_001, AUDIT: {**HELD, "date": date(2024, 4, 14)}},
        "compliance_audit", "met", "Paper 7",
    ),
    (
        {LIST + "count": 10_000_000, AUDIT: {**HELD, "date": date(2020, 1, 1)}},
        "compliance_audit", "met", "Paper 7",
    ),
    ({"rules.overrides": {OFFICER: 500}, LIST + "count": 500}, "officer", "not_shown", "500 on"),
    ({}, "export_consent", "not_applicable", "abroad"),
    ({PRIVACY + "data_abroad": True}, "export_consent", "missing", "upsell"),
    ({CAMPAIGN + "exports_data": True}, "export_consent", "missing", "own"),
    ({}, "export_mechanism", "not_applicable", "no data"),
    (ABROAD | {LIST + "count": 99_999}, "export_mechanism", "not_applicable", "exempt"),
    (
        ABROAD | {LIST + "count": 100_000}, "export_mechanism", "not_shown",
        "100,000 people on the lists go abroad: from 100,000 on a standard contract",
    ),
    (
        ABROAD | {LIST + "count": 999_999, CONTRACT: HELD}, "export_mechanism", "met", "Paper 7",
    ),
    (
        ABROAD | {LIST + "count": 1_000_000, CONTRACT: HELD}, "export_mechanism", "not_shown",
        "from 1,000,000 on CAC's security assessment",
    ),
    (
        ABROAD | {LIST + "count": 1_000_000, ASSESSED: HELD}, "export_mechanism", "met", "Paper 7",
    ),
    (ABROAD | {CONTRACT: HELD}, "export_mechanism", "met", "Paper 7"),
    (ABROAD | {OUT_IN_ALL: 1_000_000}, "export_mechanism", "not_shown", "people declared"),
    (
        ABROAD | {LIST + "count": 9_999, PRIVACY + "sensitive_data": True},
        "export_mechanism", "not_shown", "sensitive data: below 100,000, too,",
    ),
    (
        ABROAD | {LIST + "count": 10_000, PRIVACY + "sensitive_data": True, CONTRACT: HELD},
        "export_mechanism", "not_shown", "sensitive data: from 10,000 on CAC's",
    ),
    (OF_2023, "officer", "not_applicable", "not looked for"),
    (OF_2023, "export_mechanism", "not_shown", "not looked for before 22 Mar 2024"),
    (
        OF_2023 | {CONTRACT: {**HELD, "date": date(2023, 1, 31)}},
        "export_mechanism", "met", "not looked for before 22 Mar 2024",
    ),
    ({PRIVACY + "foreign_handler": True}, "representative", "not_shown", "abroad"),
    ({}, "representative", "not_applicable", "abroad"),
]  # fmt: skip
