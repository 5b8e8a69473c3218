"""What a run tells of people who complained, once the enterprise knows of it."""

from __future__ import annotations

import re
from typing import Any

import pytest

import dialsim
from dialsim.pages.run.reactions_page import reaction_facts
from tests.engine.test_complainants import three_calls
from tests.engine.test_declined import two_campaigns
from tests.pages.test_callee_limits_recounted import COMPLAINED, DECLINED, told


@pytest.fixture(scope="module")
def run() -> dialsim.Run:
    raw = three_calls(**{"complaints.sector_factor.banking": 1})
    raw["enterprise"]["sector"] = "banking"
    return dialsim.run(raw)


def known(run: dialsim.Run) -> dict[int, Any]:
    """When the enterprise learned of each person's first complaint, from the table of events."""
    rows = run.events.arrow.to_pylist()
    heard = [row for row in rows if row["event"] == "passed_on"]
    return {row["person"]: row["time"] for row in sorted(heard, key=lambda r: r["time"])[::-1]}


def test_the_page_counts_calls_to_complainants(run: dialsim.Run) -> None:
    since = known(run)
    assert run.summary["complainants"] == {"listed": len(since), "called_since": 0}
    assert len(since) > 10
    calls = run.calls.arrow.select(["person", "time"]).to_pylist()
    assert not [row for row in calls if row["time"] >= since.get(row["person"], row["time"])
                and row["person"] in since]  # fmt: skip
    for language, words in (("en", "calls to them since: 0"), ("zh", "此后再呼 0 次")):
        facts = reaction_facts(run.summary, language)
        assert [bad for _, text, bad in facts if words in text] == [False]
    broken = {**run.summary, "complainants": {"listed": 3, "called_since": 2}}
    assert [bad for _, text, bad in reaction_facts(broken, "en") if "since: 2" in text] == [True]
    quiet = {**run.summary, "complainants": {"listed": 0, "called_since": 0}}
    assert "complainants" not in [label for label, *_ in reaction_facts(quiet, "en")]


def test_the_page_names_every_complaint(run: dialsim.Run) -> None:
    """Those to the regulator, too, of whom the figure per million does not tell."""
    filed = [row["event"] for row in run.events.arrow.to_pylist()]
    all_of_them = sum(event.startswith("complaint_") for event in filed)
    assert filed.count("complaint_sector") > 0
    for language, label, channels in (
        ("en", "complaints", r"(\d+) to 12321, (\d+) to hotlines\).*, (\d+) to the sector's regul"),
        ("zh", "投诉", r"向 12321 投诉 (\d+) 件，向热线 (\d+) 件）.*向行业监管部门投诉 (\d+) 件"),
    ):
        text = next(
            text
            for name, text, _ in reaction_facts(run.summary, language)
            if name.split()[0] == label
        )
        found = re.search(channels, text)
        assert found is not None, text
        assert sum(map(int, found.groups())) == all_of_them
        assert ("per-million figure leaves out" in text) is (language == "en")


def test_the_dossier_counts_them_again(run: dialsim.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(run)[COMPLAINED] == ["0", "none", "kept"]
    first = next(each for each in run.log.happenings if each.event == "passed_on")
    monkeypatch.setattr("dialsim.pages.dossiers.callee_limits_recounted.most_within", lambda *_: 1)
    late = first._replace(tick=0)  # as if it had been known from the start
    happenings = [late if each == first else each for each in run.log.happenings]
    monkeypatch.setitem(run.log.__dict__, "happenings", happenings)
    assert told(run)[COMPLAINED][2] == "broken"


def test_a_story_tells_when_it_became_known(run: dialsim.Run) -> None:
    barred = [
        row["person"]
        for row in run.people.arrow.to_pylist()
        if row["reason"] == "internal_dnc" and row["attempts"]
    ]
    person = next(each for each in barred if each in known(run))
    page = " ".join(run.person(person).story().split())
    assert "a complaint reached the enterprise: on its own do-not-call list from now on" in page
    assert "The person is on the enterprise's own do-not-call list." in page
    chinese = dialsim.explain_run(run, person=person, language="zh")["events"]
    assert "投诉已转告企业：自此列入企业内部禁呼名单" in [each["event_name"] for each in chinese]


def test_the_pages_tell_of_who_declined() -> None:
    """The run's page how many, the dossier that no marketing call came after it."""
    run = dialsim.run(two_campaigns(0.5, {}))
    count = sum(run.calls.arrow.column("declined").to_pylist())
    assert run.summary["declined"] == count > 5
    exits = run.summary["waterfall"]["total"]["exits"]
    left = {each["key"]: each["leads"] for each in exits}
    assert left["declined"] + left.get("declined_since", 0) > 5
    for language, words in (
        ("en", f"{count} said that they were not interested; no marketing to them since"),
        ("zh", f"{count} 人表示不感兴趣；此后不再向其营销"),
    ):
        assert words in [text for _, text, _ in reaction_facts(run.summary, language)]
    assert told(run)[DECLINED] == ["0", "none", "kept"]
