"""Dossiers: both languages, nothing but the run, what is missing, what is written over."""

from __future__ import annotations

import re
import string
from pathlib import Path
from typing import Any

import pytest

import dialsim
from dialsim.api.dossiers import dossier, write_dossier
from dialsim.audit.audit import audit
from dialsim.errors import ScenarioError
from dialsim.messages.catalogue import Language
from dialsim.messages.text import MARKS as COMMON
from dialsim.pages.dossiers.labels import SHARED
from dialsim.pages.dossiers.page import MARK, SECTIONS, dossier_name
from dialsim.pages.dossiers.request import AUDIENCES, LABELS, Audience
from dialsim.scenario.profiles.obligations import obligations
from dialsim.scheduler.folder import FILES
from dialsim.scheduler.stop import Stop
from tests.results.small_runs import SCRIPT, Cells, notes, plain, section, told, with_files

HOUR_MS = 3_600_000
LANGUAGES: tuple[Language, ...] = ("en", "zh")


@pytest.fixture(scope="module")
def run() -> dialsim.Run:
    return dialsim.run(told())


# --- texts ----------------------------------------------------------------------------------------


def test_both_languages_say_the_same_things() -> None:
    for labels in (SHARED, *LABELS.values()):
        assert list(labels["en"]) == list(labels["zh"])
        for key, english in labels["en"].items():
            both = [
                {name for _, name, _, _ in string.Formatter().parse(text) if name}
                for text in (english, labels["zh"][key])
            ]
            assert both[0] == both[1], key
            assert labels["zh"][key]
    for labels in LABELS.values():
        assert not set(labels["en"]) & set(SHARED["en"]) - set(COMMON)


@pytest.mark.parametrize("audience", AUDIENCES)
def test_a_page_is_told_in_both_languages(run: dialsim.Run, audience: Audience) -> None:
    pages = [run.dossier(audience, language, replications=0) for language in LANGUAGES]
    english, chinese = map(Cells, pages)
    for page in (english, chinese):
        del page.tags["code"]  # obligations mark keys of a scenario in one language alone
    assert english.tags == chinese.tags
    assert [len(rows) for rows in english.tables.values()] == [
        len(rows) for rows in chinese.tables.values()
    ]
    assert list(english.tables) == list(chinese.tables)
    assert SHARED["zh"][f"for_{audience}"] in pages[1]
    said = plain(pages[0])
    for label in LABELS[audience]["zh"].values():
        if len(label) > 6 and re.search("[一-鿿]{4}", label) and "{" not in label:
            assert label not in said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("audience", AUDIENCES)
def test_untrusted_text_is_escaped_and_nothing_is_fetched(
    run: dialsim.Run, audience: Audience, language: Language
) -> None:
    html = run.dossier(audience, language, replications=0)
    assert SCRIPT not in html
    assert "&lt;script&gt;" in html
    assert Cells(html).tags["script"] == 0
    links = r'<a class="address" rel="noreferrer" href="[^"]*">[^<]*</a>|<a href="#[\w-]*"'
    read = re.sub(links, "", html)  # which a reader follows, and no browser fetches
    assert not re.search(r"https?://|//[a-z]|url\(|@import|src=|href=|<link|<iframe", read)
    assert "default-src 'none'" in html
    assert f'<meta name="{MARK}" content="{audience}">' in html


@pytest.mark.parametrize("audience", AUDIENCES)
def test_a_page_ends_with_the_sources_it_names(run: dialsim.Run, audience: Audience) -> None:
    html = run.dossier(audience, replications=0)
    before, _, told = html.partition('<section id="sources"')
    cited = set(re.findall(r"[( ,](S\d{1,3}b?)\b", re.sub("<[^>]*>", " ", before)))
    assert set(re.findall(r'<li id="source-\w+"><b>(S\d{1,3}b?)</b>', told)) == cited
    assert cited or audience != "compliance"


@pytest.mark.full
def test_the_same_run_gives_the_same_page(run: dialsim.Run) -> None:
    again = dialsim.run(told())
    for audience in AUDIENCES:
        assert run.dossier(audience) == again.dossier(audience)


def test_what_does_not_exist_is_told_at_once(run: dialsim.Run) -> None:
    with pytest.raises(ScenarioError) as refused:
        dossier(run, "cfo", "fr", replications=-1)  # type: ignore[arg-type]
    assert [problem.path for problem in refused.value.problems] == [
        "--for",
        "--lang",
        "--replications",
    ]


# --- folders: files, broken off, without a log, damaged -------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> dialsim.Run:
    return dialsim.run(with_files(tmp_path), out=tmp_path / "runs")


def test_files_are_looked_for_where_they_are_said_to_be(
    folder: dialsim.Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert folder.folder is not None
    stored = dialsim.load_run(folder.folder)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    away = dossier(stored, "boss", replications=2)
    assert "no such file" in away.notes[0]
    assert "--files" in away.html
    found = dossier(stored, "boss", replications=2, files=tmp_path)
    assert found.notes == []
    assert "played 2 times" in found.html
    csv = tmp_path / "customers.csv"
    csv.write_text(csv.read_text("utf-8").replace("a\n", "b\n").replace("p3,", "q3,"), "utf-8")
    (tmp_path / "customers.csv").write_text("number,date,proof,branch\n", "utf-8")
    changed = dossier(stored, "boss", replications=2, files=tmp_path)
    assert len(changed.notes) == 1


def test_compliance_is_told_what_was_read_and_what_is_owed(
    folder: dialsim.Run, tmp_path: Path
) -> None:
    html = dossier(folder, "compliance", files=tmp_path).html
    rows = section(html, "audit")[1:]
    owed = {row[1]: [*row, note] for row, note in zip(rows, notes(html, "audit"), strict=True)}
    read = {each["name"]: each["rows"] for each in folder.summary["lists"]}
    found = audit(folder.scenario, rows=read)["rows"]
    assert len(found) == len(obligations().rows)
    for row in found:
        if row["status"] == "not_applicable":
            assert row["title"] in plain(html)
            continue
        (cells,) = [cells for title, cells in owed.items() if title.startswith(row["title"])]
        assert row["exposure"] in cells[4]
        assert row["who_acts"] == cells[3]
        assert row["status"] != "missing" or "fix: " in cells[4]
    for digest in folder.summary["inputs"].values():
        assert html.count(digest) >= 2  # beside its list, and among the digests
    assert folder.summary["outcome_digest"] in html
    replaced = {row[1]: row for row in section(html, "overrides")[1:]}
    assert replaced["answer.gross.opted_in"][2:4] == ["0.5", "0.42"]
    assert replaced["hours.marketing"][3] == "09:00-12:00, 14:00-20:30"
    assert replaced["calls to a person (rules.callee_limits)"][2] == "2 in 1d"
    said = plain(html)
    assert "Line contract 7" in said
    assert "consent_evidence = proof" in said
    assert "Attributes of people in its tables: branch" in said
    barred = {row[0]: row[1] for row in section(html, "kept-from")[1:]}
    exits = {each["key"]: each["leads"]
             for each in folder.summary["waterfall"]["total"]["exits"]}  # fmt: skip
    assert sorted(barred.values()) == sorted(
        f"{exits[key]}" for key in ("internal_dnc", "seen_blocked") if key in exits
    )
    assert not re.search(r"1\d{10}", re.sub(r"[0-9a-f]{32,}", "", html))


def test_no_page_holds_a_phone_number(folder: dialsim.Run, tmp_path: Path) -> None:
    numbered = dialsim.run(with_files(tmp_path), with_numbers=True)
    for audience in AUDIENCES:
        html = dossier(numbered, audience, replications=0, files=tmp_path).html
        assert "138000" not in html
    assert "Phone numbers in the run's tables: yes" in plain(numbered.dossier("compliance"))


def test_who_was_forgotten_is_told(folder: dialsim.Run, tmp_path: Path) -> None:
    assert folder.folder is not None
    dialsim.forget("13800000005", tmp_path)
    stored = dialsim.load_run(folder.folder)
    gone = stored.summary["forgotten"]["calls"]
    assert gone > 0
    assert "Forgotten since (dialsim forget): people 1; rows taken out: calls" in plain(
        stored.dossier("compliance")
    )
    told = f"{gone} call{'' if gone == 1 else 's'} of people who were forgotten"
    assert told in stored.dossier("operator")
    assert told in stored.dossier("boss", replications=0)


def broken_off(out: Path | None) -> dialsim.Run:
    stop = Stop()

    def watch(far: Any) -> None:
        if far.tick > 9.2 * HOUR_MS:
            stop.request()

    return dialsim.run(told(), out=out, stop=stop, progress=watch, speed=3600)


def test_a_run_that_was_broken_off_says_so(tmp_path: Path) -> None:
    run = broken_off(tmp_path)
    assert not run.complete
    for audience in AUDIENCES:
        assert "Broken off at" in run.dossier(audience, replications=0)
    found = dossier(run, "boss", replications=2)
    assert found.notes == []
    assert "The run was broken off; the replays were played to the end." in found.html


def test_without_a_call_log_the_page_says_what_is_missing(tmp_path: Path) -> None:
    run = dialsim.run(told(), log=False, out=tmp_path)
    html = run.dossier("operator")
    assert "peaks and daily volumes cannot be counted" in html
    assert section(html, "load")[1] == ["main", "China Telecom"]
    assert "by-operator" not in Cells(html).tables
    boss = section(run.dossier("boss", replications=0), "cost")
    assert boss[1] == ["calls", "main", "needs the call log", ""]
    assert boss[-1][-1].startswith("at least")
    assert "complaints about calls over these lines alone" in run.dossier(
        "operator", operator="CMCC"
    )


def test_a_damaged_part_is_refused_with_what_can_still_be_made(tmp_path: Path) -> None:
    run = dialsim.run(told(), out=tmp_path)
    assert run.folder is not None
    (run.folder / "calls" / "part-00001.parquet").write_bytes(b"none")
    stored = dialsim.load_run(run.folder)
    with pytest.raises(ScenarioError) as refused:
        stored.dossier("operator")
    text = str(refused.value)
    assert "part-00001.parquet is damaged" in text
    assert "--for compliance or --for boss can still be made" in text
    assert stored.dossier("compliance")
    (run.folder / "series.parquet").unlink()
    with pytest.raises(ScenarioError, match="no series"):
        stored.dossier("boss", replications=0)
    summary = dict(stored.summary)
    del summary["waterfall"], summary["inputs"]
    with pytest.raises(ScenarioError) as damaged:
        dialsim.Run(summary, scenario=run.scenario).dossier("compliance")
    assert "inputs: is missing; waterfall: is missing" in str(damaged.value)


def test_dossiers_go_with_the_run_they_tell_of() -> None:
    names = {dossier_name(audience, language) for audience in SECTIONS for language in LANGUAGES}
    assert names == {name for name in FILES if name.startswith("dossier")}


@pytest.mark.full
def test_a_rerun_takes_its_dossiers_away_and_leaves_other_files(tmp_path: Path) -> None:
    first = dialsim.run(told(), out=tmp_path)
    assert first.folder is not None
    found = dossier(first, "boss", replications=0)
    write_dossier(found, first.folder / found.name)
    (first.folder / "mine.txt").write_text("mine")
    again = dialsim.run(told(), out=tmp_path)
    assert again.folder == first.folder
    assert not (first.folder / found.name).exists()
    assert (first.folder / "mine.txt").read_text() == "mine"


def test_a_dossier_is_written_over_a_dossier_alone(run: dialsim.Run, tmp_path: Path) -> None:
    found = dossier(run, "compliance")
    place = tmp_path / "x.html"
    for _ in range(2):
        write_dossier(found, place)
        assert place.read_text("utf-8") == found.html
    place.write_text("mine")
    with pytest.raises(ScenarioError, match="no dossier"):
        write_dossier(found, place)
    with pytest.raises(ScenarioError, match="folder"):
        write_dossier(found, tmp_path)
    assert place.read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["x.html"]
