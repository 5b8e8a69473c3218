"""Attempts at mean rates: what each resource of a campaign allows, on the page of ``check``."""

from __future__ import annotations

from dialsim.feasibility.conclusion import capitalised
from dialsim.feasibility.estimate_result import CampaignEstimate, ResourceCapacity, ScarceResource
from dialsim.feasibility.resource_words import is_plural, resource_name
from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, message, text_table
from dialsim.pages.model.parts import Paragraph, Section, section
from dialsim.pages.model.style import OPEN, PLAIN, STRONG
from dialsim.pages.model.tables import BAR, Cell, Row, Table, bar, figures, row, words
from dialsim.results.formatting import about, join_names, localised

LABELS: Texts = text_table(
    {
        "title": "{}: attempts, at mean rates",
        "open_day": "{hours:,.1f} open hours on {days:,} day",
        "open_days": "{hours:,.1f} open hours on {days:,} days",
        "resource": message("resource", "column"),
        "attempts": message("attempts", "column"),
        "per_day": message("a day", "column"),
        "bind": "{resource} bind: about {attempts} attempts, {connects} connects, {conversations} "
        "conversations.",
        "binds": "{resource} binds: about {attempts} attempts, {connects} connects, "
        "{conversations} conversations.",
        "allow": "{resource} allow {campaigns} {attempts} attempts in all.",
        "allows": "{resource} allows {campaigns} {attempts} attempts in all.",
    }
)


def attempts_section(
    campaign: CampaignEstimate, title: str, language: Language, key: str = ""
) -> Section:
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
    expected, binding = campaign["expected"], campaign["binding"]
    text = texts["bind" if is_plural(binding) else "binds"].format(
        resource=resource_name(binding)[language],
        **{key: about(expected[key]) for key in ("attempts", "connects", "conversations")},
    )
    return section(
        texts["title"].format(title),
        _capacities(campaign, language),
        Paragraph(capitalised(text, language)),
        [_shared(each, language) for each in campaign["shared"]],
        note=open_for,
        key=key,
    )


def _capacities(campaign: CampaignEstimate, language: Language) -> Table:
    """Return a row a resource, the scarcest first, and below each how its figure comes about."""
    texts, capacities = LABELS[language], campaign["capacities"]
    most = max((each["attempts"] for each in capacities), default=0.0) or 1.0
    rows = tuple(
        _capacity(each, most, each["resource"] == campaign["binding"], language)
        for each in sorted(capacities, key=lambda each: float(each["attempts"]))
    )
    columns = (*words(texts["resource"]), *figures(texts["attempts"], texts["per_day"]), BAR)
    return Table(columns, rows)


def _capacity(each: ResourceCapacity, most: float, binding: bool, language: Language) -> Row:
    style = STRONG if binding else PLAIN
    attempts, per_day = each["attempts"], each["per_day"]
    return row(
        Cell(resource_name(each["resource"])[language], style),
        Cell(about(attempts), style, attempts),
        Cell(about(per_day), value=per_day),
        bar(attempts / most, OPEN if binding else PLAIN),
        notes=[localised(each, "why", language)],
    )


def _shared(each: ScarceResource, language: Language) -> Paragraph:
    """Return what a resource allows all campaigns that share it."""
    text = LABELS[language]["allow" if is_plural(each["resource"]) else "allows"].format(
        resource=resource_name(each["resource"])[language],
        campaigns=join_names(each["campaigns"], len(each["campaigns"]), language),
        attempts=about(each["attempts"]),
    )
    return Paragraph(capitalised(text, language), OPEN)
