"""Building blocks shared by the pages of `dialsim explain RUN`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dialsim.explanations.history_result import ExplainedRun
from dialsim.explanations.intervention_result import InterventionBrief
from dialsim.messages import dates
from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, message, translated
from dialsim.pages.model.parts import Part, Section, item, quiet, section
from dialsim.pages.model.style import PLAIN, QUIET, Style
from dialsim.pages.model.tables import Cell, Table, keys, row, words

SHOWN = 12  # items of one kind on a page; --json has all of them
NOTES: Texts = translated(
    {
        "incomplete": "The run was broken off at {}: what came later is not known.",
        "values": "Values of the profile or the rules have changed since this run was made by "
        "version {}: what is told of them is of today.",
        "more": "and {:,} more, with --json",
        "run": message("{name} · seed {seed}", "run"),
        "nothing": "The network took no action.",
        "ask": "--intervention K explains one, --caller 1 to {:,} the life of a caller ID, "
        "--person P that of a person.",
        "title": "What the network did",
    }
)


def head(
    text: str,
    run: ExplainedRun,
    *parts: Part | Sequence[Part],
    language: Language,
    style: Style = PLAIN,
) -> Section:
    """Return the head of a page: its subject, its run, and what is known first."""
    note = NOTES[language]["run"].format(**run)
    return section(text, *parts, note=note, key="head", style=style)


def with_parts(
    text: str, parts: Sequence[Part], key: str, note: str = "", style: Style = PLAIN
) -> Section | None:
    """Return a section; None without parts."""
    return section(text, parts, note=note, key=key, style=style) if parts else None


def facts(pairs: Iterable[tuple[str, str | Cell]]) -> list[Part]:
    """Return names with texts beside them, without those that have no text."""
    rows = tuple(
        row(Cell(name, QUIET), cell)
        for name, text in pairs
        if (cell := text if isinstance(text, Cell) else Cell(text)).text
    )
    return [Table((*keys(""), *words("")), rows)] if rows else []


def listed(texts: Sequence[str], language: Language) -> list[Part]:
    """Return texts as items of a list; of many only the first."""
    return [*(item(text) for text in texts[:SHOWN]), *_more(len(texts) - SHOWN, language)]


def acts_table(
    acts: Sequence[tuple[InterventionBrief, str]], language: Language, shown: int = SHOWN
) -> list[Part]:
    """Return interventions, each by its number with a sentence; of many only the first."""
    rows = tuple(row(f"#{act['number']}", text) for act, text in acts[:shown])
    return (
        [Table((*keys(""), *words("")), rows), *_more(len(acts) - shown, language)] if rows else []
    )


def in_brief(acts: Sequence[InterventionBrief]) -> list[tuple[InterventionBrief, str]]:
    """Return interventions with their own sentences."""
    return [(act, act["sentence"]) for act in acts]


def _more(count: int, language: Language) -> list[Part]:
    return [quiet(NOTES[language]["more"].format(count))] if count > 0 else []


def stamp(iso: str, language: Language, seconds: bool = False) -> str:
    """Return a moment in a page's format.

    >>> stamp("2026-04-13T09:05:24.241+08:00", "en", seconds=True)
    '13 Apr 09:05:24'
    >>> stamp("2026-04-13T09:05:24+08:00", "zh")
    '4月13日 09:05'
    """
    return dates.moment(iso, seconds=seconds, language=language)


def day(iso: str, language: Language) -> str:
    """Return a day in a page's format.

    >>> day("2026-04-13", "en"), day("2026-04-13", "zh")
    ('13 Apr', '4月13日')
    """
    return dates.day(iso, language=language)
