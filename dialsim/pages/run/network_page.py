"""The section on network actions of a run: during the campaign, and after it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rich.cells import cell_len
from rich.text import Text

from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, text_table
from dialsim.pages.layout import BAD, QUIET, Cell, headed, paragraph, row
from dialsim.results import formatting
from dialsim.results.network.action_texts import quoted_basis
from dialsim.scenario.value_names import value_name

EXAMPLES = 6  # groups of network actions shown in full
COLUMNS = {"en": (32, 22), "zh": (26, 26)}  # columns of the action and its time
SEVERE = ("suspend", "close", "stop", "intercept")

LABELS: Texts = text_table(
    {
        "title": "What the network did",
        "profile": 'profile "{}"',
        "off": "switched off: {}",
        "refused": "calls refused",
        "no_call": "refused no call",
        "no_action": "took no action against any number",
        "number": "{:,} number",
        "numbers": "{:,} numbers",
        "often": "{:,}× on {}",
        "basis": "; profile {}{}",
        "after": "After the campaign",
        "until": "until {}",
        "complaint": "{0:,} complaint still arrived through {1}, last on {2}",
        "complaints": "{0:,} complaints still arrived through {1}, last on {2}",
        "of_earlier": "; {:,} about calls before the run began",
        "time": "{} {:,} time",
        "times": "{} {:,} times",
        "nothing": "nothing more came of it",
    }
)


def network_section(
    did: Mapping[str, Any], attempts: int, width: int, language: Language
) -> list[Text]:
    """Return a summary's interventions.

    Parameters
    ----------
    did
        ``interventions`` of a summary.
    attempts
        Attempts of the whole run, which the refused calls are part of.
    """
    texts = LABELS[language]
    lines = [*headed(texts["title"], texts["profile"].format(did["profile"]), width)]
    if did["off"]:
        names = [value_name(name)[language] for name in did["off"]]
        lines += paragraph(texts["off"].format(texts["and"].join(names)), width, style=QUIET)
    for cause in did["refused"]:
        lines.append(_cause(cause, attempts, width, language))
    if not did["refused"]:
        lines += paragraph(texts["no_call"], width, style=QUIET)
    if not did["groups"]:
        lines += paragraph(texts["no_action"], width, style=QUIET)
    for group in did["groups"][:EXAMPLES]:
        lines += _group(group, width, language)
    for group in did["groups"][EXAMPLES:]:
        lines += _group_head(group, width, language)
    return lines


def _cause(cause: Mapping[str, Any], attempts: int, width: int, language: Language) -> Text:
    cells = [
        Cell(LABELS[language]["refused"], 14),
        Cell(formatting.localised(cause, "name", language), width - 43),
        Cell(formatting.number(cause["attempts"]), 10, right=True),
        Cell(formatting.column(cause["attempts"] / attempts if attempts else 0.0), 7, right=True),
    ]
    return row(cells)


def _group_head(group: Mapping[str, Any], width: int, language: Language) -> list[Text]:
    """Return action, time and number of targets; a long name gets a line of its own."""
    texts = LABELS[language]
    first = datetime.fromisoformat(group["first"])
    last = datetime.fromisoformat(group["last"])
    when = formatting.clock(first, weekday=False, language=language)
    if last.date() > first.date():
        when = texts["to"].format(when, formatting.day(last, language=language))
    elif f"{last:%H:%M}" != f"{first:%H:%M}":
        when = texts["to"].format(when, f"{last:%H:%M}")
    many = ""
    met = group.get("numbers", group["targets"])  # older versions wrote only the targets
    if group["count"] > 1 or met > 1:
        numbers = texts["number" if met == 1 else "numbers"].format(met)
        many = (
            numbers
            if group["count"] in (1, met)
            else texts["often"].format(group["count"], numbers)
        )
    severe = group["action"] in SEVERE
    names = (formatting.localised(group, f"{kind}_name", language) for kind in ("action", "rule"))
    what = texts["of"].format(*names)
    wide, size = COLUMNS[language]
    tail = [Cell(when, size), Cell(many)]
    beside = width - 2 - wide - 2 - (max(size, cell_len(when)) + 2 if many else 0)
    fits = cell_len(what) <= wide and cell_len(many or when) <= beside
    head = Cell(what, wide if fits else 0, style=BAD if severe else "bold")
    if fits:
        return [row([head, *tail])]
    return [row([head]), row([Cell("", min(wide, width - size - 26)), *tail])]


def _group(group: Mapping[str, Any], width: int, language: Language) -> list[Text]:
    head = _group_head(group, width, language)
    if group["after_the_last_day"]:  # its dated lines are under "after the campaign"
        return head
    text = formatting.localised(group, "example", language)
    basis = group["basis"]
    quoted = quoted_basis(basis, language)
    if basis and not text.endswith((quoted, quoted_basis(basis))):
        value = formatting.measure(basis["value"], basis["unit"], language)
        text += LABELS[language]["basis"].format(value, quoted)
    return [*head, *paragraph(text, width, indent=4, style=QUIET)]


def aftermath_section(late: Mapping[str, Any], width: int, language: Language) -> list[Text]:
    """Return a summary's aftermath: complaints that arrived late, and their consequences."""
    texts = LABELS[language]
    until = formatting.day(datetime.fromisoformat(late["until"]), language=language)
    lines = [*headed(texts["after"], texts["until"].format(until), width)]
    for each in late["complaints"]:
        last = formatting.day(datetime.fromisoformat(each["last"]), language=language)
        form = texts["complaint" if each["count"] == 1 else "complaints"]
        name = formatting.localised(each, "name", language)
        text = form.format(each["count"], name, last)
        if each.get("of_earlier"):
            text += texts["of_earlier"].format(each["of_earlier"])
        lines += paragraph(text, width)
    for each in late["actions"]:
        form = texts["time" if each["count"] == 1 else "times"]
        lines.append(
            row([Cell(form.format(formatting.localised(each, "name", language), each["count"]))])
        )
        for text in formatting.localised(each, "lines", language):
            lines += paragraph(text, width, indent=4, style=QUIET)
    if len(lines) == 1:
        lines += paragraph(texts["nothing"], width, style=QUIET)
    return lines
