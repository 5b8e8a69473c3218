"""Attempts at mean rates: what each resource of a campaign allows, on the page of ``check``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.text import Text

from dialsim.feasibility.conclusion import capitalised
from dialsim.feasibility.resource_words import is_plural, resource_name
from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, text_table
from dialsim.pages.layout import Cell, bar, headed, paragraph, row
from dialsim.results.formatting import about, join_names, localised

Found = Mapping[str, Any]

LABELS: Texts = text_table(
    {
        "title": "{}: attempts, at mean rates",
        "open_day": "{hours:,.1f} open hours on {days:,} day",
        "open_days": "{hours:,.1f} open hours on {days:,} days",
        "per_day": "{} a day",
        "bind": "{resource} bind: about {attempts} attempts, {connects} connects, {conversations} "
        "conversations.",
        "binds": "{resource} binds: about {attempts} attempts, {connects} connects, "
        "{conversations} conversations.",
        "allow": "{resource} allow {campaigns} {attempts} attempts in all.",
        "allows": "{resource} allows {campaigns} {attempts} attempts in all.",
    }
)


def attempts_lines(campaign: Found, title: str, width: int, language: Language) -> list[Text]:
    """Return the section on attempts.

    Parameters
    ----------
    title
        Names of the campaigns that it is about.
    """
    texts = LABELS[language]
    open_for = texts["open_day" if campaign["days"] == 1 else "open_days"].format(
        hours=campaign["open_hours"], days=campaign["days"]
    )
    lines = [*headed(texts["title"].format(title), open_for, width)]
    most = max((each["attempts"] for each in campaign["capacities"]), default=0.0) or 1.0
    for each in sorted(campaign["capacities"], key=lambda each: float(each["attempts"])):
        binding = each["resource"] == campaign["binding"]
        lines.append(_capacity(each, most, binding, width, language))
        lines += paragraph(localised(each, "why", language), width, indent=4, style="dim")
    expected, binding = campaign["expected"], campaign["binding"]
    text = texts["bind" if is_plural(binding) else "binds"].format(
        resource=resource_name(binding)[language],
        **{key: about(expected[key]) for key in ("attempts", "connects", "conversations")},
    )
    lines += paragraph(capitalised(text, language), width)
    for each in campaign["shared"]:
        text = texts["allow" if is_plural(each["resource"]) else "allows"].format(
            resource=resource_name(each["resource"])[language],
            campaigns=join_names(each["campaigns"], len(each["campaigns"]), language),
            attempts=about(each["attempts"]),
        )
        lines += paragraph(capitalised(text, language), width, style="yellow")
    return lines


def _capacity(each: Found, most: float, binding: bool, width: int, language: Language) -> Text:
    """Return the row of a resource: attempts in all and a day, and these as a bar."""
    style = "bold" if binding else ""
    cells = [
        Cell(resource_name(each["resource"])[language], 17, style=style),
        Cell(about(each["attempts"]), 12, right=True, style=style),
        Cell(LABELS[language]["per_day"].format(about(each["per_day"])), 16, right=True),
        Cell(bar(each["attempts"] / most, width - 53), style="yellow" if binding else "cyan"),
    ]
    return row(cells)
