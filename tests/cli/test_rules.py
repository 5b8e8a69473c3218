"""``dialsim rules`` and ``explain --on``: the law of a day, and what differs between two."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from rich.cells import cell_len

import dialsim
from dialsim.__main__ import main
from dialsim.errors import ScenarioError
from dialsim.scenario import known_profiles, load_rules
from dialsim.scenario.profiles.obligations import obligations
from tests.tiers import tiered

FAR = ("2016-06-01", "2026-04-13")


@pytest.fixture(params=[80])
def width(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: Any, width: int) -> Any:
    """Call a command on a terminal of a width; returns exit code, output and errors."""
    monkeypatch.setenv("COLUMNS", str(width))

    def called(*arguments: str) -> tuple[int, str, str]:
        code = main(list(arguments))
        captured = capsys.readouterr()
        if "--json" not in arguments:
            assert all(cell_len(line) <= width for line in captured.out.splitlines())
        return code, captured.out, captured.err

    return called


@pytest.mark.parametrize("width", tiered([60], [80, 100]), indirect=True)
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("pack", known_profiles("rules"))
def test_every_pack_has_its_pages(call: Any, pack: str, language: str) -> None:
    for arguments in ((), ("--diff", *FAR), ("--diff", *reversed(FAR)), ("--diff", FAR[0], FAR[0])):
        code, out, err = call("rules", pack, *arguments, "--lang", language)
        assert (code, err) == (0, "")
        assert pack in out


def test_what_differs_between_two_days(call: Any) -> None:
    found = json.loads(call("rules", "--diff", "2021-06-01", "2023-06-01", "--json")[1])
    owed = {each["key"]: each for each in found["obligations"]}
    assert owed["officer"]["change"] == "begins"
    assert owed["officer"]["from"] == "2021-11-01"
    assert owed["caller_id"]["change"] == "begins"
    assert owed["consent"]["texts"][0]["text"] == "basis"
    assert found["values"] == []  # the standard on collections is of 2025
    assert found["alike"]["obligations"] + len(owed) == len(obligations().rows)
    page = call("rules", "--diff", "2021-06-01", "2023-06-01")[1]
    assert "1 Nov 2021" in page
    assert "Data-protection officer" in page


def test_the_days_of_a_comparison_may_stand_in_either_order(call: Any) -> None:
    """What begins between two days does not end because they are named the other way round."""
    days = ("2023-05-08", "2026-04-13")
    found = json.loads(call("rules", "--diff", *days, "--json")[1])
    back = json.loads(call("rules", "--diff", *reversed(days), "--json")[1])
    assert back == found
    changes = {each["key"]: each["change"] for each in back["obligations"]}
    assert changes["officer_filing"] == "begins"
    out = call("rules", "cn", "--diff", *reversed(days))[1]
    assert "officer_filing" in out
    assert "ends:" not in out
    assert dialsim.rule_changes(*reversed(days)) == dialsim.rule_changes(*days)


def test_stricter_and_looser_values(call: Any) -> None:
    uk = json.loads(call("rules", "uk", "--diff", "2017-02-28", "2017-03-01", "--json")[1])
    assert {each["key"]: each["change"] for each in uk["values"]} == {
        "abandon.formula": "stricter",
        "abandon.at_most": "stricter",
    }
    assert uk["values"][1]["before"]["value"] == 0.03
    assert (uk["covered"], uk["obligations"]) == (False, [])
    loans = json.loads(
        call("rules", "cn-collections", "--diff", "2024-01-01", "2026-01-01", "--json")[1]
    )
    changes = {each["key"]: each["change"] for each in loans["values"]}
    assert changes["callee.limits"] == "looser"
    assert changes["hours.collections"] == "basis"
    assert sum(each["like"] is not None for each in loans["values"]) >= 9


def test_a_value_that_is_a_day_is_listed_on_it(call: Any) -> None:
    found = json.loads(call("rules", "cn", "--diff", "2026-02-01", "2025-12-01", "--json")[1])
    assert [(each["key"], each["day"]) for each in found["dates"]] == [
        ("privacy.only_700_from", "2026-01-03")
    ]
    chinese = call("rules", "cn", "--diff", "2025-12-01", "2026-02-01", "--lang", "zh")[1]
    assert "privacy.only_700_from · 2026年1月3日 · S81 · 官方" in chinese
    on_the_day = call("rules", "cn", "--diff", "2026-01-03", "2026-01-04")[1]
    assert "No value and no obligation differs" in on_the_day
    assert "privacy.only_700_from" not in on_the_day
    assert "privacy.only_700_from" in call("rules", "cn")[1]
    assert "privacy.only_700_from" not in call("rules", "us")[1]  # an assumption there


def test_the_calendar_names_each_day_once(call: Any) -> None:
    found = json.loads(call("rules", "--json")[1])
    days = [each["day"] for each in found["days"]]
    assert days == sorted(set(days))
    assert "2025-02-28" in days
    for day in found["days"]:
        assert day["values"] or day["dates"] or day["obligations"], day
    assert found["undated"]["values"] == len(load_rules("cn")) - len(load_rules("cn").history)


def test_a_value_on_a_day_and_all_its_versions(call: Any) -> None:
    out = call("explain", "abandon.at_most", "--rules", "uk", "--on", "2016-06-01")[1]
    for part in ("0.03", "until 28 Feb 2017", "1 Jun 2016", "from 1 Mar 2017 on", "S65"):
        assert part in out
    assert "直至" not in out
    chinese = call(
        "explain", "abandon.at_most", "--rules", "uk", "--on", "2016-06-01", "--lang", "zh"
    )[1]
    assert "至 2017年2月28日" in chinese
    assert "查询日期" in chinese
    (value,) = json.loads(
        call("explain", "abandon.at_most", "--rules", "uk", "--on", "2017-03-01", "--json")[1]
    )
    assert (value["value"], value["from"], value["until"]) == (0.0, "2017-03-01", None)
    assert [each["value"] for each in value["history"]] == [0.03, 0.0]
    assert "no date of it was found" in call("explain", "callee.retry_gap")[1]


def test_obligations_out_of_force_on_a_day_are_marked_in_lists(call: Any) -> None:
    rows = obligations().rows
    out = call("explain", "obligations", "--on", "2019-01-01")[1]
    later = [key for key, row in rows.items() if row.since and row.since > date(2019, 1, 1)]
    text = " ".join(out.split())
    assert text.count("not in force: from") == len(later) > 20
    assert "No more data than needed · not in force: from 1 Nov 2021 on" in text
    assert "not in force" not in call("explain", "obligations")[1]
    assert "not in force" not in call("explain", "obligations", "--on", "2026-04-13")[1]
    chinese = call("explain", "obligations", "--on", "2019-01-01", "--lang", "zh")[1]
    assert "未施行：自 2021年11月1日 起" in chinese
    of_source = " ".join(call("explain", "S82", "--on", "2019-01-01")[1].split())
    assert "not in force: from 18 Jul 2025 on" in of_source
    assert "officer_from" in of_source
    assert "not known" in of_source
    of_basis = json.loads(call("explain", "S92", "--on", "2019-01-01", "--json")[1])
    assert {each["key"] for each in of_basis if each["kind"] == "obligation"} >= {"retention"}


@pytest.mark.parametrize(
    "name",
    [
        *("hours", "refuse_call", "platform", "caller_class", "complaints", "traceback"),
        *("internal_dnc", "INDUSTRY_DNC"),
    ],
)
def test_an_obligation_that_is_called_as_a_value_or_a_reason_is_shown_too(
    call: Any, name: str
) -> None:
    key = name.lower()
    owed = obligations().rows[key]
    found = json.loads(call("explain", name, "--json")[1])
    assert [each["key"] for each in found if each["kind"] == "obligation"] == [key]
    assert len(found) > 1
    out = " ".join(call("explain", name)[1].split())
    for part in (owed.title, owed.basis, owed.who_acts, owed.show):
        assert " ".join(part.text.split()) in out
    assert "in force" in out
    alone = json.loads(call("explain", f"obligation.{key}", "--json")[1])
    assert [each["kind"] for each in alone] == ["obligation"]
    assert owed.title.text["zh"] in call("explain", name, "--lang", "zh")[1]
    assert all(each["kind"] == "value" for each in dialsim.explain("hours.wall"))


def test_a_number_of_later_law_is_not_known_before_it(call: Any) -> None:
    key = "personal_information.export_contract_from"
    out = call("explain", key, "--on", "2023-05-08")[1]
    versions = out.partition("versions")[2]
    assert "not known: what held then was not looked for" in out
    assert "until 21 Mar 2024" in out
    assert "100000" not in out.partition("versions")[0]
    assert "100000" in versions
    assert "S84" in versions
    assert "当时的规定未查" in call("explain", key, "--on", "2023-05-08", "--lang", "zh")[1]
    assert "not known" in call("explain", "personal_information", "--on", "2023-05-08")[1]
    found = json.loads(call("rules", "--diff", "2023-05-08", "2026-04-13", "--json")[1])
    changes = {each["key"]: each for each in found["values"]}
    assert changes[key]["change"] == "known"
    assert (changes[key]["before"]["value"], changes[key]["after"]["value"]) == (None, 100_000)
    page = call("rules", "--diff", "2023-05-08", "2026-04-13")[1]
    assert f"{key} · known on one of the days alone" in page
    assert "22 Mar 2024" in call("rules")[1]


def test_an_obligation_on_a_day(call: Any) -> None:
    out = call("explain", "officer", "--on", "2020-05-11")[1]
    assert "not in force on 11 May 2020" in out
    assert "from 1 Nov 2021 on" in out
    assert "S92" in out
    consent = call("explain", "obligation.consent", "--on", "2020-05-11", "--lang", "zh")[1]
    assert "消费者权益保护法；广告法" in consent
    assert "实施条例第24条" in consent  # among the versions
    everything = json.loads(call("explain", "obligations", "--json")[1])
    assert [each["key"] for each in everything] == list(obligations().rows)
    code, _, err = call("explain", "offcer")
    assert code == 2
    assert '"officer"' in err


@pytest.mark.parametrize(
    "arguments",
    [
        ("rules", "--diff", "2021-06-01", "yesterday"),
        ("rules", "--diff", "2021-06-01", "2021-02-30"),
        ("rules", "--diff", "2021-06-01"),
        ("rules", "--diff", "0001-01-01", "2021-02-03"),
        ("rules", "cnn"),
        ("explain", "hours", "--on", "31.12.2025"),
        ("explain", "runs/none", "--on", "2025-12-31"),
    ],
)
def test_bad_input(call: Any, arguments: tuple[str, ...]) -> None:
    code, out, err = call(*arguments)
    assert (code, out) == (2, "")
    assert err


def test_from_python() -> None:
    found = dialsim.rule_changes("2017-02-28", "2017-03-01", rules="uk")
    assert len(found["values"]) == 2
    (value,) = dialsim.explain("abandon.at_most", rules="uk", on="2016-06-01")
    assert value["value"] == 0.03
    with pytest.raises(ScenarioError, match="no such day"):
        dialsim.rule_changes("2017", "2018")
    with pytest.raises(ScenarioError, match="no such day"):
        dialsim.profile("uk", on="soon")
    frame = dialsim.profile("uk", on="2016-06-01").to_frame()
    days = dict(
        zip(frame.column("key").to_pylist(), frame.column("until").to_pylist(), strict=True)
    )
    assert str(days["abandon.at_most"]) == "2017-02-28"
    assert days["callee.retry_gap"] is None


def test_a_declined_person_is_explained_without_contradiction(call: Any) -> None:
    (found,) = json.loads(call("explain", "DECLINED", "--json")[1])
    assert (found["severity"], found["verdict"]) == ("unlawful", "final")
    assert found["exposure"]
    out = call("explain", "DECLINED")[1]
    assert "own rule" not in out
    assert "in this campaign" not in out
    assert f"code {found['code']}" in out
    assert f"代码 {found['code']}" in call("explain", "DECLINED", "--lang", "zh")[1]


def test_capitals_do_not_hide_a_name(call: Any) -> None:
    code, _, err = call("explain", "refuse_call.lag.cmcc")
    assert code == 2
    assert 'did you mean "refuse_call.lag.CMCC"?' in err
