"""The page of ``dialsim check``: analytical estimates of a scenario, without a simulation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dialsim.feasibility.estimate_result import CampaignEstimate, Estimate
from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import Texts, text_table
from dialsim.pages.check.attempts_section import attempts_section
from dialsim.pages.check.audience_section import audience_section
from dialsim.pages.check.complaints_section import complaints_section
from dialsim.pages.check.goals_section import goals_section, outlook_style
from dialsim.pages.check.needs_section import needs_section
from dialsim.pages.model.parts import (
    Page,
    Paragraph,
    Section,
    page,
    quiet,
    section,
    statement,
)
from dialsim.pages.model.style import BAD, STRONG
from dialsim.pages.model.tables import Table
from dialsim.pages.weak_defaults import weak_mark, weak_section
from dialsim.results.formatting import join_names, localised

LABELS: Texts = text_table(
    {
        "note": "estimated, not simulated",
        "alike": "So it is for each of {}.",
    }
)


def check_page(found: Estimate, language: Language = ENGLISH) -> Page:
    """Return the page of an estimate alone."""
    return page(*estimate_sections(found, language), language=language)


def estimate_sections(
    found: Estimate, language: Language, warning: str = ""
) -> list[Section | None]:
    """Return the sections of an estimate.

    Parameters
    ----------
    warning
        A statement before its own.
    """
    mark = weak_mark("complaints", found["weak_defaults"])
    return [
        _head(found, language, warning),
        *_campaigns(found, language),
        needs_section(found["goals"], language),
        complaints_section(found["complaints"], mark, language),
        goals_section(found, language),
        weak_section(found["weak_defaults"], language),
    ]


def _head(found: Estimate, language: Language, warning: str) -> Section:
    heading = localised(found, "heading", language) if found["heading"] else ""
    style = outlook_style(found)
    return section(
        found["name"],
        [statement(text, BAD | STRONG) for text in (warning, heading) if text],
        statement(localised(found, "conclusion", language), style | STRONG),
        note=LABELS[language]["note"],
        key="head",
        style=BAD if warning or heading else style,
    )


def _campaigns(found: Estimate, language: Language) -> list[Section]:
    """Return the sections of campaigns, with equal ones merged, in the order of the first."""
    groups: dict[tuple[Any, ...], list[CampaignEstimate]] = {}
    for each in found["campaigns"]:
        alike = (
            _texts(audience_section(each, "", (), language)),
            _texts(attempts_section(each, "", language)),
        )
        groups.setdefault(alike, []).append(each)
    sections = []
    for place, group in enumerate(groups.values()):
        names = [each["campaign"] for each in group]
        title, idle = join_names(names, 1, language), () if place else found["idle"]
        sections.append(audience_section(group[0], title, idle, language, f"audience-{place}"))
        sections.append(_attempts(group[0], names, f"attempts-{place}", language))
    return sections


def _attempts(
    campaign: CampaignEstimate, names: Sequence[str], key: str, language: Language
) -> Section:
    """Return the attempts of campaigns that are alike, and to whom else they apply."""
    found = attempts_section(campaign, join_names(names, 1, language), language, key)
    if len(names) == 1:
        return found
    text = LABELS[language]["alike"].format(join_names(names, len(names), language))
    return section(found.title, found.parts, quiet(text), note=found.note, key=key)


def _texts(shown: Section) -> tuple[Any, ...]:
    """Return the texts of a section: campaigns are alike if a reader sees no difference."""
    found: list[Any] = [shown.note]
    for part in shown.parts:
        if isinstance(part, Paragraph):
            found.append(part.text)
        elif isinstance(part, Table):
            found += [(tuple(cell.text for cell in row.cells), row.notes) for row in part.rows]
    return tuple(found)
