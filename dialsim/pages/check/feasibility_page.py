"""The page of ``dialsim check``: analytical estimates of a scenario, without a simulation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.text import Text

from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, text_table
from dialsim.pages.check.attempts_section import attempts_lines
from dialsim.pages.check.audience_section import audience_lines, idle_lines
from dialsim.pages.check.complaints_section import complaints_lines
from dialsim.pages.check.goals_section import goals_lines
from dialsim.pages.check.needs_section import needs_lines
from dialsim.pages.layout import fit, headed, paragraph, spaced, usable_width
from dialsim.pages.weak_default_lines import weak_lines, weak_mark
from dialsim.results.formatting import join_names, localised

Found = Mapping[str, Any]

LABELS: Texts = text_table(
    {
        "note": "estimated, not simulated",
        "alike": "So it is for each of {}.",
    }
)


def check_page(found: Found, width: int = 80, language: Language = "en") -> list[Text]:
    """Return the lines of the page, none wider than `width` (at least 60)."""
    width, texts = usable_width(width), LABELS[language]
    lines = [*headed(found["name"], texts["note"], width)]
    if found["heading"]:
        lines.append(Text(localised(found, "heading", language), style="bold red"))
    lines += paragraph(localised(found, "conclusion", language), width, indent=0, style="bold")
    for number, (names, who, attempts) in enumerate(_alike(found["campaigns"], width, language)):
        lines += [Text(), *who]
        if number == 0:
            lines += idle_lines(found["idle"], width, language)
        lines += [Text(), *attempts]
        if len(names) > 1:
            text = texts["alike"].format(join_names(names, len(names), language))
            lines += paragraph(text, width, style="dim")
    lines += spaced(needs_lines(found["goals"], width, language))
    if found["complaints"]:
        mark = weak_mark("complaints", found["weak_defaults"])
        lines += [Text(), *complaints_lines(found["complaints"], mark, width, language)]
    if found["goals"]:
        lines += [Text(), *goals_lines(found, width, language)]
    lines += spaced(weak_lines(found["weak_defaults"], width, language))
    return fit(lines, width)


def notes_lines(notes: Sequence[str], width: int = 80) -> list[Text]:
    """Return notes as dim lines, each with its mark."""
    width = usable_width(width)
    return [line for note in notes for line in paragraph(note, width, style="dim", mark="· ")]


def _alike(
    campaigns: Sequence[Found], width: int, language: Language
) -> list[tuple[list[str], list[Text], list[Text]]]:
    """Return campaigns' names, contacts and attempts, with equal sections merged into one.

    The order is that of the first campaign of each section.
    """
    groups: dict[tuple[str, ...], list[Found]] = {}
    for each in campaigns:
        lines = (
            *audience_lines(each, "", width, language),
            *attempts_lines(each, "", width, language),
        )
        groups.setdefault(tuple(line.plain for line in lines), []).append(each)
    found = []
    for group in groups.values():
        names = [each["campaign"] for each in group]
        title = join_names(names, 1, language)
        found.append(
            (
                names,
                audience_lines(group[0], title, width, language),
                attempts_lines(group[0], title, width, language),
            )
        )
    return found
