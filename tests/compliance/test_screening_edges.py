"""Screening where one row's flags, or one category's, could pass for another's."""

from __future__ import annotations

import numpy as np
import pytest

from dialsim.compliance.screening.kernels import reason_flags
from dialsim.compliance.screening.layout import BIT
from dialsim.core.codes import Category, Purpose, Reason
from dialsim.pacing.layout import CAMPAIGN
from dialsim.people import layout as people


@pytest.mark.parametrize("category", Category)
def test_each_category_has_its_bit(category: Category) -> None:
    campaign = np.zeros(1, CAMPAIGN)
    campaign["category"] = category
    every = sum(1 << people.REFUSED_SHIFT + each for each in Category)
    mine = 1 << people.REFUSED_SHIFT + category
    assert reason_flags(mine, 0, campaign[0]) == BIT[Reason.REFUSE_CALL]
    assert reason_flags(every - mine, 0, campaign[0]) == 0


@pytest.mark.parametrize("purpose", Purpose)
def test_consent_for_another_purpose(purpose: Purpose) -> None:
    campaign = np.zeros(1, CAMPAIGN)
    campaign["purpose"], campaign["by_consent"] = purpose, 1
    assert reason_flags(1 << purpose, 0, campaign[0]) == 0
    assert reason_flags(7 - (1 << purpose), 0, campaign[0]) == BIT[Reason.WRONG_PURPOSE]
