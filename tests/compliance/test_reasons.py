"""What bars a person for good: every reason, and which comes first."""

from __future__ import annotations

import numpy as np
import pytest

from dialsim.compliance.kernels import row_reason, static_reason
from dialsim.core.codes import Category, Operator, Province, Purpose, Reason
from dialsim.core.person_flags import PROVINCE_SHIFT, REFUSED, REFUSED_SHIFT, PersonFlag
from dialsim.pacing.layout import CAMPAIGN

CONSENT = 1 << Purpose.MARKETING
IN_ORDER = (
    (PersonFlag.INVALID, Reason.INVALID_NUMBER),
    (PersonFlag.UNUSABLE, Reason.UNUSABLE_ROW),
    (PersonFlag.PROTECTED, Reason.PROTECTED_NUMBER),
    (PersonFlag.DUPLICATE, Reason.DUPLICATE),
    (PersonFlag.OTHER_COUNTRY, Reason.OTHER_COUNTRY),
    (PersonFlag.NO_PROOF, Reason.NO_CONSENT_PROOF),
    (PersonFlag.EXPIRED, Reason.CONSENT_EXPIRED),
    (PersonFlag.WITHDRAWN, Reason.CONSENT_WITHDRAWN),
    (PersonFlag.NO_EXPORT, Reason.NO_EXPORT_CONSENT),
    (PersonFlag.INTERNAL_DNC, Reason.INTERNAL_DNC),
    (PersonFlag.DECLINED, Reason.DECLINED),
    (PersonFlag.INDUSTRY_DNC, Reason.INDUSTRY_DNC),
    (REFUSED, Reason.REFUSE_CALL),
    (PersonFlag.SUSPECTED, Reason.SUSPECTED_BLOCK),
)


def reason(
    flags: int,
    purpose: int = Purpose.MARKETING,
    consent: int = 1,
    exports: int = 1,
    category: int = Category.LOAN,
    province: int = Province.BEIJING,
) -> int:
    """Ask the kernel about somebody in a campaign."""
    campaign = np.zeros(1, CAMPAIGN)
    campaign["category"] = category
    campaign["purpose"], campaign["by_consent"] = purpose, consent
    campaign["exports_data"] = exports
    campaign["barred"] = 1 << Province.TIBET
    return int(static_reason(flags, province << PROVINCE_SHIFT, campaign[0]))


@pytest.mark.rule("E-VERDICT-3")
@pytest.mark.parametrize("place", range(len(IN_ORDER)))
def test_the_first_reason_counts(place: int) -> None:
    """Each bit has its reason, and hides every reason behind it."""
    flags = sum(bit for bit, _ in IN_ORDER[place:])
    assert reason(CONSENT | flags) == IN_ORDER[place][1]
    assert reason(CONSENT | IN_ORDER[place][0]) == IN_ORDER[place][1]


def test_an_operator_whose_customers_no_caller_id_calls() -> None:
    """By the number's prefix and its province, beside what is barred of all operators."""
    campaign = np.zeros(1, CAMPAIGN)
    campaign["barred"], campaign["by_operator"] = 1 << Province.TIBET, 1
    campaign["barred_of"][0, Operator.CBN] = 1 << Province.BEIJING
    barred = {
        (province, operator)
        for province in (Province.BEIJING, Province.TIBET, Province.HENAN)
        for operator in Operator
        if static_reason(0, operator | province << PROVINCE_SHIFT, campaign[0])
    }
    assert barred == {
        *((Province.TIBET, operator) for operator in Operator),
        (Province.BEIJING, Operator.CBN),
    }


@pytest.mark.rule("E-CALLER-3")
def test_a_province_that_no_caller_id_may_call() -> None:
    """Behind every bar of the person's own but the suspicion of a block."""
    tibet = {"province": Province.TIBET}
    assert reason(CONSENT, **tibet) == Reason.CALLER_NOT_ALLOWED
    assert reason(CONSENT | PersonFlag.SUSPECTED, **tibet) == Reason.CALLER_NOT_ALLOWED
    assert reason(CONSENT | PersonFlag.INTERNAL_DNC, **tibet) == Reason.INTERNAL_DNC
    assert reason(CONSENT | REFUSED, **tibet) == Reason.REFUSE_CALL
    assert reason(CONSENT, province=Province.SICHUAN) == Reason.NONE


@pytest.mark.rule("E-VERDICT-3")
def test_consent_is_for_a_purpose() -> None:
    """None at all, for another purpose, or not needed."""
    assert reason(0) == Reason.NO_CONSENT
    assert reason(1 << Purpose.SERVICE) == Reason.WRONG_PURPOSE
    assert reason(CONSENT) == Reason.NONE
    assert reason(0, Purpose.COLLECTIONS, consent=0) == Reason.NONE


def test_what_a_contract_does_without() -> None:
    """Proof and expiry are of the consent; a withdrawal holds in any case."""
    lacks = PersonFlag.NO_PROOF | PersonFlag.EXPIRED
    assert reason(lacks, Purpose.SERVICE, consent=0) == Reason.NONE
    assert reason(PersonFlag.WITHDRAWN, Purpose.SERVICE, consent=0) == Reason.CONSENT_WITHDRAWN


def test_a_refusal_is_of_a_category() -> None:
    """Who refused calls about loans may be called about insurance."""
    loans = CONSENT | 1 << REFUSED_SHIFT + Category.LOAN
    assert reason(loans, category=Category.LOAN) == Reason.REFUSE_CALL
    assert reason(loans, category=Category.INSURANCE) == Reason.NONE


@pytest.mark.parametrize("category", Category)
def test_each_category_has_its_bit(category: Category) -> None:
    """Alone it bars; all the others together do not."""
    every = sum(1 << REFUSED_SHIFT + each for each in Category)
    mine = 1 << REFUSED_SHIFT + category
    assert reason(CONSENT | mine, category=category) == Reason.REFUSE_CALL
    assert reason(CONSENT | every - mine, category=category) == Reason.NONE


def test_a_row_of_somebody() -> None:
    """What is known of the person says nothing against the row."""
    known = PersonFlag.WITHDRAWN | PersonFlag.BUSY | PersonFlag.NO_EXPORT | REFUSED | CONSENT
    assert row_reason(0) == row_reason(known) == Reason.NONE


def test_where_a_bar_does_not_reach() -> None:
    """The sector's list is about marketing, export consent about campaigns that export."""
    both = CONSENT << Purpose.SERVICE | CONSENT
    assert reason(both | PersonFlag.INDUSTRY_DNC, Purpose.SERVICE) == Reason.NONE
    assert reason(both | PersonFlag.NO_EXPORT, exports=0) == Reason.NONE
