"""Building blocks shared by the pages of `dialsim explain RUN`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.cells import cell_len
from rich.text import Text

from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, translated
from dialsim.pages.layout import fitted, headed, heading, wrapped
from dialsim.results import formatting

Entry = Mapping[str, Any]

SHOWN = 12  # items of one kind on a page; --json has all of them
NOTES: Texts = translated(
    {
        "incomplete": "The run was broken off at {}: what came later is not known.",
        "values": "Values of the profile or the rules have changed since this run was made by "
        "version {}: what is told of them is of today.",
        "more": "and {:,} more, with --json",
        "seed": "seed",
        "nothing": "The network took no action.",
        "ask": "--intervention K explains one, --caller 1 to {:,} the life of a caller ID, "
        "--person P that of a person.",
        "title": "What the network did",
    }
)


def title(text: str, run: Entry, width: int, language: Language) -> Text:
    """Return the first line of a page: its subject and its run."""
    return heading(text, f"{run['name']} · {NOTES[language]['seed']} {run['seed']}", width)


def section(text: str, lines: Sequence[Text], width: int, note: str = "") -> list[Text]:
    """Return a blank line, a heading and its lines; nothing without lines."""
    return [Text(""), *headed(text, note, width), *lines] if lines else []


def labelled(
    pairs: Iterable[tuple[str, str]], width: int, style: Mapping[str, str] | None = None
) -> list[Text]:
    """Return labels with texts beside them, without those that have no text."""
    shown = [(label, text) for label, text in pairs if text]
    column = max((cell_len(label) for label, _ in shown), default=0) + 2
    lines: list[Text] = []
    for label, text in shown:
        found = wrapped(text, width, "  ", fitted(label, column))
        for line in found:
            line.stylize((style or {}).get(label, ""))
        lines += found
    return lines


def listed(
    items: Sequence[tuple[str, str]], width: int, language: Language, shown: int = SHOWN
) -> list[Text]:
    """Return items with a mark before each; of many only the first."""
    column = max((cell_len(mark) for mark, _ in items[:shown]), default=0) + 1
    lines: list[Text] = []
    for mark, text in items[:shown]:
        lines += wrapped(text, width, "  ", fitted(mark, column))
    if len(items) > shown:
        lines += wrapped(NOTES[language]["more"].format(len(items) - shown), width, "  ")
        lines[-1].stylize("dim")
    return lines


def acts_lines(
    acts: Sequence[Entry], width: int, language: Language, shown: int = SHOWN
) -> list[Text]:
    """Return interventions in brief, each with its number."""
    return listed([(f"#{act['number']}", act["sentence"]) for act in acts], width, language, shown)


def stamp(iso: str, language: Language, seconds: bool = False) -> str:
    """Return a moment in a page's format.

    >>> stamp("2026-04-13T09:05:24.241+08:00", "en", seconds=True)
    '13 Apr 09:05:24'
    >>> stamp("2026-04-13T09:05:24+08:00", "zh")
    '4月13日 09:05'
    """
    when = datetime.fromisoformat(iso)
    text = formatting.clock(when, weekday=False, language=language)
    return f"{text}:{when:%S}" if seconds else text


def day(iso: str, language: Language) -> str:
    """Return a day in a page's format.

    >>> day("2026-04-13", "en"), day("2026-04-13", "zh")
    ('13 Apr', '4月13日')
    """
    return formatting.day(datetime.fromisoformat(iso).date(), language=language)
