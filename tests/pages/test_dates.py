"""Dates, times and their ranges have one form of each kind in each language, on every page.

The forms are those of :mod:`dialsim.messages.dates`; JSON, commands and what stands in a scenario
file have ISO 8601.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from dialsim.messages import dates
from tests.house.sources import ROOT, Source, tracked_files
from tests.pages.commands import EXPECTED

PAGES = sorted(EXPECTED.glob("*.txt"))

NO_PROSE = re.compile(
    r"(?s)<(script|style|pre)\b.*?</\1>|https?://[^\s<\"]*|<[^<>]*>|--[\w-]+ \S+|"
    r"\b[\w.]+ ?= ?[\d-]{8,}\S*"
)
"""Other languages, addresses, options and keys with their values."""

ISO = r"\b(?:19|20)\d\d-\d\d\b(?:-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?)?"
SHORT = r"(?<![\d:-])\d\d?-\d\d? \d\d:\d\d"
CLOCK = r"(?<![\d:])\d:\d\d(?!\d)|\d\d:\d\d(?::\d\d)? ?[AaPp]\.?[Mm]\b"
RANGE = r"\d\d:\d\d(?::\d\d)? ?[–—~] ?|\d\d:\d\d(?: - |- | -)\d"
ENGLISH = "|".join(dates.MONTHS["en"])
LONG = "January|February|March|April|June|July|August|September|October|November|December"
WRONG = {
    "en": (
        ISO, SHORT, CLOCK, RANGE,
        rf"\b0\d (?:{ENGLISH})\b",
        rf"\b\d\d? (?:{LONG})\b",
        rf"\b(?:{ENGLISH}|{LONG}) \d\d?(?![\d:])",
        rf"\b\d\d?(?:st|nd|rd|th) (?:{ENGLISH})",
        rf"\b(?:{'|'.join(dates.WEEKDAYS['en'])}),? (?:{ENGLISH})\b",
        rf"(?:{ENGLISH})(?: \d{{4}})?,? (?:{'|'.join(dates.WEEKDAYS['en'])})\b",
        rf"(?:{ENGLISH})(?: \d{{4}})?(?:,|, at| at) \d\d:\d\d",
        rf"(?:{ENGLISH})(?: \d{{4}})?(?: \d\d:\d\d)? ?[–—] ?\d",
        r"\d月",
    ),
    "zh": (
        ISO, SHORT, CLOCK, RANGE,
        r"\b0\d月|月0\d日",
        r"\d{4} 年|\d 月|月 \d|月\d+(?![日\d])",
        r"日\d\d:\d\d",
        r"星期[一二三四五六日天]|周[一二三四五六日] ?\d+月",
        r"日周[一二三四五六日]",
        r"日(?: 周.)?(?: \d\d:\d\d)? ?[–—~-] ?\d",
        rf"\b\d\d? (?:{ENGLISH})\b",
    ),
}  # fmt: skip
"""By language what is no form of a date."""

LAWS = frozenset(
    found[0]
    for path in (ROOT / "dialsim" / "profiles").rglob("*.toml")
    for found in re.finditer(rf"\b\d\d? (?:{LONG})\b", path.read_text("utf-8"))
)
"""Days in the prose of profiles and their sources, which pages quote as it stands."""


def prose(text: str) -> str:
    """Return the text that a page's reader sees, without what is typed or read by programs."""
    return NO_PROSE.sub(" ", text)


def wrong_dates(text: str, language: str) -> list[str]:
    """Return dates, times and ranges that are not of the language's form.

    >>> wrong_dates("2026-04-13 09:05 CMCC suspended", "en"), wrong_dates("至 4月13日 09:05", "zh")
    (['2026-04-13 09:05'], [])
    """
    shown = prose(text)
    found = [each[0] for pattern in WRONG[language] for each in re.finditer(pattern, shown)]
    return [each for each in found if each not in LAWS]


@pytest.mark.parametrize("language", sorted(WRONG))
def test_every_date_of_a_page_has_its_languages_form(language: str) -> None:
    pages = [path for path in PAGES if path.name.split(".")[1] == language]
    found = {each.name: wrong_dates(each.read_text("utf-8"), language) for each in pages}
    assert pages
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_pages_have_dates_of_each_kind() -> None:
    """A test of forms shows nothing of pages without dates."""
    text = {
        language: "\n".join(prose(p.read_text()) for p in PAGES if f".{language}." in p.name)
        for language in WRONG
    }
    kinds = {
        "en": (
            r"13 Apr 09:11 to 09:18", r"13 Apr 09:20 to 15 Apr \d\d:\d\d", r"Mon 13 Apr 2026",
            r"Mon 13 Apr 2026 10:00", r"13 Apr 09:01:48", r"from 30 Jul 2018 on", r"08:00-22:00",
        ),
        "zh": (
            r"4月13日 09:11 至 09:18", r"4月13日 09:20 至 4月15日 \d\d:\d\d",
            r"2026年4月13日 周一起",
            r"2026年4月13日 周一 10:00", r"4月13日 09:01:48",
            r"自 2018年7月30日 起", r"08:00-22:00",
        ),
    }  # fmt: skip
    missing = [each for key in kinds for each in kinds[key] if not re.search(each, text[key])]
    assert missing == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "2026-04-13"),
        ("en", "by 2026-04-13 09:05"),
        ("en", "04-13 09:05"),
        ("en", "Apr 13"),
        ("en", "03 Apr"),
        ("en", "13 April 2026"),
        ("en", "13 Apr, 09:05"),
        ("en", "13 Apr Mon 09:05"),
        ("en", "9:05"),
        ("en", "09:05 pm"),
        ("en", "09:00 – 12:00"),
        ("en", "13 Apr – 15 Apr"),
        ("en", "4月13日"),
        ("zh", "2026-04-13"),
        ("zh", "04月13日"),
        ("zh", "4 月 13 日"),
        ("zh", "4月13日09:05"),
        ("zh", "周一 4月13日"),
        ("zh", "4月13日周一"),
        ("zh", "4月13日 星期一"),
        ("zh", "4月13日 – 4月15日"),
        ("zh", "4-13 09:05"),
        ("zh", "13 Apr"),
    ],
)
def test_another_form_is_noticed(language: str, text: str) -> None:
    assert wrong_dates(text, language)


@pytest.mark.parametrize(
    "text", ["--as-of 2026-04-13T10:00", "start = 2026-04-13", "https://a.b/2021-12/29/c.htm"]
)
def test_what_is_typed_keeps_iso_8601(text: str) -> None:
    assert [wrong_dates(text, language) for language in WRONG] == [[], []]


# --- weekdays ---------------------------------------------------------------------------------

WEEKDAY = {
    "en": rf"(?:{'|'.join(dates.WEEKDAYS['en'])}) $",
    "zh": rf"^ (?:{'|'.join(dates.WEEKDAYS['zh'])})",
}
MOMENT = {"en": rf"\d\d? (?:{ENGLISH})(?: \d{{4}})?", "zh": r"(?:\d{4}年)?\d\d?月\d\d?日"}
CALENDAR = {
    "en": (
        r"^[^\n]* {3,}from (.*), \d days",
        r"^  [✓✗·] .* {2}(\S.*\d\d:\d\d)$",
        r"^As of (.{10})",
    ),
    "zh": (r"^[^\n]* {3,}(.*)起，\d 天", r"^  [✓✗·] .* (\S*月\S*日.*)$", r"^截至 (\S*月\S*日 ..)"),
}
"""Lines that name the start of a run, ends of goals, and the moment of a replan."""


def days_with_weekdays(text: str, language: str) -> list[bool]:
    """Return of each day of a text whether its weekday is beside it."""
    beside = WEEKDAY[language]
    return [
        bool(re.search(beside, text[: each.start()] if language == "en" else text[each.end() :]))
        for each in re.finditer(MOMENT[language], text)
    ]


@pytest.mark.parametrize("language", sorted(WRONG))
@pytest.mark.parametrize(
    "page", ["explain_run", "explain_intervention", "explain_caller", "rules", "rules_diff"]
)
def test_what_was_logged_and_rules_have_no_weekdays(page: str, language: str) -> None:
    text = (EXPECTED / f"{page}.{language}.80.txt").read_text("utf-8")
    body = "\n".join(
        line for line in text.splitlines() if not re.search("broken off|中断|stopped at", line)
    )
    found = days_with_weekdays(prose(body), language)
    assert found
    assert not any(found)


@pytest.mark.parametrize("language", sorted(WRONG))
def test_the_calendar_has_weekdays(language: str) -> None:
    """Of each kind there is one, and none is without."""
    kinds = dict.fromkeys(CALENDAR[language], 0)
    names = ("run", "run_missed", "report", "check", "replan")
    pages = [EXPECTED / f"{name}.{language}.100.txt" for name in names]
    pages.append(EXPECTED.with_name("page_80.txt" if language == "en" else "page_80_zh.txt"))
    for path in pages:
        for kind in kinds:
            for line in re.finditer(kind, path.read_text("utf-8"), re.MULTILINE):
                found = days_with_weekdays(line[1], language)
                assert all(found), line[0]
                kinds[kind] += len(found)
    assert all(kinds.values()), kinds


# --- sources --------------------------------------------------------------------------------------

ROOMS = ("pages", "results", "explanations", "audit", "feasibility", "summary")
WITH_ISO = {
    "dialsim/explanations/caller_life.py",
    "dialsim/explanations/intervention_trace.py",
    "dialsim/explanations/person_history.py",
    "dialsim/explanations/rule_changes.py",
    "dialsim/explanations/values.py",
    "dialsim/feasibility/estimate.py",
    "dialsim/feasibility/registration.py",
    "dialsim/pages/charts/reactions.py",  # where a bar begins
    "dialsim/pages/html/values.py",  # valid days, as `dialsim explain --json` has them
    "dialsim/results/goals.py",
    "dialsim/results/network/aftermath.py",
    "dialsim/results/network/interventions.py",
    "dialsim/results/tables/screen_table.py",
    "dialsim/summary/summarise.py",
}
"""Modules that write a moment into JSON, a table's file or a scenario's path."""

FORMAT = re.compile(r"%[-#]?[YymbBdeHIMSAajp]")
OWN_FORMAT = re.compile(r"\{\w*:%|^(?:%[-#]?[YymbBdeHIMS][-: .]?)+$")
"""A format of dates in a text with placeholders, or as a literal by itself."""


def formatted_dates(tree: ast.Module) -> Iterator[str]:
    """Yield what a module writes of dates by itself: ``strftime`` and formats of f-strings."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "strftime":
            yield "strftime"
        if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            form = ast.unparse(node.format_spec)
            if FORMAT.search(form):
                yield form
        if isinstance(node, ast.Constant) and OWN_FORMAT.search(str(node.value)):
            yield str(node.value)


def sources(*rooms: str) -> list[Source]:
    """Return the modules of some rooms; without any, of the package."""
    return [
        Source(path)
        for path in tracked_files()
        if path.suffix == ".py"
        and path.is_relative_to(ROOT / "dialsim")
        and (not rooms or path.relative_to(ROOT / "dialsim").parts[0] in rooms)
    ]


WITH_FORMATS = {
    "dialsim/api/stepping.py": "what Python shows of a simulation",
    "dialsim/cli/init.py": "what a command takes as a day",
    "dialsim/cli/people.py": "what a command takes as a day",
    "dialsim/feasibility/audience.py": "JSON",
    "dialsim/messages/dates.py": "the forms themselves",
    "dialsim/outcomes/sheets.py": "a table's file",
    "dialsim/people/reading/dates.py": "what a list may have",
    "dialsim/planning/replans/decisions.py": "an error",
    "dialsim/planning/replans/elapsed.py": "an error",
    "dialsim/planning/replans/log_start.py": "an error, and a comment in a scenario file",
    "dialsim/planning/replans/start_point.py": "a comment in a scenario file",
    "dialsim/scenario/checks/calling_time.py": "an error, and hours of a shift",
    "dialsim/scenario/checks/check.py": "hours of a shift",
    "dialsim/scenario/models/fields.py": "what a list may have",
    "dialsim/scheduler/history_calls.py": "an error",
    "dialsim/scheduler/policy.py": "an error",
}
"""Modules that format dates by themselves, and what for; none of it is on a page."""


def test_nothing_else_formats_dates() -> None:
    assert {each.name for each in sources() if any(formatted_dates(each.tree))} == set(WITH_FORMATS)


def test_iso_8601_is_for_programs() -> None:
    found = {
        each.name
        for each in sources(*ROOMS)
        for node in ast.walk(each.tree)
        if isinstance(node, ast.Attribute) and node.attr == "isoformat"
    }
    assert found == WITH_ISO


def test_a_format_of_its_own_is_noticed() -> None:
    for text in ('f"{when:%d %b}"', "when.strftime('x')", 'message("at {t:%H:%M}")', 'f("%m-%d")'):
        assert list(formatted_dates(ast.parse(text))), text
    assert not list(formatted_dates(ast.parse('f"{share:.1%} of {n:,}"')))
