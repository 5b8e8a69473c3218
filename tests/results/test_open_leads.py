"""Whose retry was not due by the end: the account gives them what would refuse it."""

from __future__ import annotations

from typing import Any

import pytest

import dialsim
from dialsim.core.codes import Reason
from dialsim.pages.model.terminal import in_terminal
from dialsim.pages.run.waterfall_page import waterfall_section
from dialsim.results.lists.waterfall import after_dial
from tests.engine.test_complainants import three_calls

pytestmark = pytest.mark.needs_jit
LATER = dict.fromkeys(("no_answer", "abandoned", "assistant", "busy", "unreachable"), "30d")


@pytest.fixture(scope="module")
def run() -> dialsim.Run:
    """Two campaigns call everybody once, and would again after the end of the run."""
    rates = {"opt_out.opted_in": 0.2, "declined.opted_in.marketing": 0.6}
    rates["complaints.rate_12321.opted_in"] = 100_000
    raw = three_calls(people=100, **rates)
    for campaign in raw["campaigns"]:
        del campaign["callbacks"]
        campaign["attempts"] = {"at_most": 3, "retry": LATER}
    raw["agents"][0]["count"] = 20
    return dialsim.run(raw)


def asleep(run: dialsim.Run) -> list[dict[str, Any]]:
    return [row for row in run.people.arrow.to_pylist() if row["state"] == "sleeping"]


def of(run: dialsim.Run, event: str) -> set[int]:
    return {row["person"] for row in run.events.arrow.to_pylist() if row["event"] == event}


def test_a_lead_that_waits_has_the_reason_that_would_refuse_it(run: dialsim.Run) -> None:
    opted_out, known = of(run, "opt_out"), of(run, "passed_on")
    calls = run.calls.arrow.select(["person", "declined"]).to_pylist()
    declined = {row["person"] for row in calls if row["declined"]}
    found = asleep(run)
    for name, mine in (
        ("consent_withdrawn", opted_out),
        ("internal_dnc", known - opted_out),
        ("declined", declined - known - opted_out),
        ("out_of_time", {row["person"] for row in found} - declined - known - opted_out),
    ):
        theirs = [row for row in found if row["person"] in mine]
        assert theirs, name
        assert {row["reason"] for row in theirs} == {name}
        assert {row["next_eligible"] is None for row in theirs} == {True}


def test_the_waterfall_has_a_row_for_complainants(run: dialsim.Run) -> None:
    total = run.summary["waterfall"]["total"]
    exits = {each["key"]: each["leads"] for each in total["exits"]}
    assert sum(exits.values()) == total["rows"] == 200
    rows = run.people.arrow.to_pylist()
    for reason, key in (
        ("internal_dnc", "complained_since"),
        ("consent_withdrawn", "asked_not_to"),
        ("declined", "declined_since"),
        ("out_of_time", "still_open"),
    ):
        count = sum(row["reason"] == reason and row["attempts"] > 0 for row in rows)
        assert exits[key] == count > 0, key
    for language, words in (("en", "complained meanwhile"), ("zh", "其间投诉")):
        section = waterfall_section(run.summary["waterfall"], language)
        lines = [line.plain for line in in_terminal(section, 80, language)]
        assert sum(words in line for line in lines) == 1


def test_a_story_says_why_there_is_no_next_call(run: dialsim.Run) -> None:
    barred = next(row for row in asleep(run) if row["reason"] == "internal_dnc")
    page = " ".join(run.person(barred["person"]).story().split())
    assert "The person is on the enterprise's own do-not-call list." in page
    assert "sleeping, out of time" not in page
    assert "plan more days" not in page


def test_no_reason_that_ends_a_lead_counts_as_open() -> None:
    for reason in Reason:
        if reason:
            assert after_dial(reason) != "still_open", reason
