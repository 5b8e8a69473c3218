"""A real log: talk and contacts of a bank's campaigns, of which only reached clients are known.

S. Moro, P. Cortez, P. Rita 2014, UCI Machine Learning Repository, CC BY 4.0; see
``tests/data/bank-marketing.md``.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from dialsim.calibration import Calibration, calibrate
from dialsim.pages.calibration_page import calibration_page
from dialsim.pages.model.terminal import page_lines

DATA = Path(__file__).parents[1] / "data" / "bank-marketing.csv.gz"


@pytest.fixture(scope="module")
def bank() -> Calibration:
    return calibrate(DATA, columns="talk_s=duration,contacts=campaign")


@pytest.mark.full
def test_talk_of_the_bank_is_fitted_closely(bank: Calibration) -> None:
    assert bank.calls == 45_211
    (short, long) = bank.values["talk.opted_in"]
    assert short[0] + long[0] == pytest.approx(1)
    assert long[0] > 0.9
    row = bank["talk.opted_in[1].median"]
    assert row.fitted is not None
    assert 185_000 < row.fitted < 200_000  # of all: 180 s
    assert row.n == 45_211
    assert row.distance is not None
    assert row.distance < 0.02  # a lognormal alone: 0.03


@pytest.mark.full
def test_contacts_per_client_are_described(bank: Calibration) -> None:
    assert [seen for _, seen, _ in bank.contacts[:4]] == [17_544, 12_505, 5_521, 3_522]
    assert sum(seen for _, seen, _ in bank.contacts) == 45_211
    assert bank.contacts[-1][1] == 1_462
    row = bank["contacts.ends"]
    assert row.kind == "finding"
    assert row.fitted == pytest.approx(0.4225, abs=0.005)
    assert row.distance is not None
    assert row.distance < 0.04
    assert "contacts.ends" not in bank.values


@pytest.mark.full
def test_nothing_is_claimed_of_those_who_are_not_in_it(bank: Calibration) -> None:
    assert {("answers", "only_answered"), ("retry", "only_answered")} <= set(bank.not_fitted)
    assert not any(row.key.startswith("answer.") for row in bank.rows)
    assert set(bank.values) == {"talk.opted_in"}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_shows_the_fit_and_says_what_is_missing(bank: Calibration, lang: str) -> None:
    page = page_lines(calibration_page(bank.to_dict(), lang), 80)
    text = " ".join(" ".join(line.plain for line in page).split())
    for part in (
        "opted_in[1].median",
        "191 s" if lang == "en" else "191 秒",
        "1 17,544 19,102",
        "0.011",
    ):
        assert part in text
    assert ("no unanswered calls" if lang == "en" else "没有未接通的呼叫") in " ".join(text.split())
