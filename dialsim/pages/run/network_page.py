"""The section on network actions of a run: during the campaign, and after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dialsim.messages import dates
from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, message, text_table
from dialsim.pages.model.parts import Details, Paragraph, Part, Section, quiet, section
from dialsim.pages.model.style import BAD, PLAIN, STRONG
from dialsim.pages.model.tables import BAR, Cell, Row, Table, counted, figures, row, words
from dialsim.results import formatting
from dialsim.results.network.action_texts import quoted_basis
from dialsim.results.summary_types.network import ActionGroup, Aftermath, Interventions, Refused
from dialsim.scenario.value_names import value_name

EXAMPLES = 6  # groups of network actions shown in full
SEVERE = ("suspend", "close", "stop", "intercept")

LABELS: Texts = text_table(
    {
        "title": "What the network did",
        "profile": 'profile "{}"',
        "off": "switched off: {}",
        "cause": message("calls refused", "heading"),
        "calls": message("calls", "count"),
        "share": message("of attempts", "share"),
        "action": message("action against numbers", "heading"),
        "when": message("when", "heading"),
        "reached": message("reached", "numbers"),
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


Opened = Mapping[tuple[str, str], Sequence[Details]]
"""Explanations by the rule and the action of the row that opens them."""


def network_section(
    did: Interventions, attempts: int, language: Language, opened: Opened | None = None
) -> Section:
    """Return a summary's interventions.

    Parameters
    ----------
    did
        ``interventions`` of a summary.
    attempts
        Attempts of the whole run, which the refused calls are part of.
    opened
        What rows of actions open.
    """
    texts, parts = LABELS[language], list[Part]()
    if did["off"]:
        names = [value_name(name)[language] for name in did["off"]]
        parts.append(quiet(texts["off"].format(texts["and"].join(names))))
    if did["refused"]:
        rows = (_cause(cause, attempts, language) for cause in did["refused"])
        columns = (*words(texts["cause"]), *figures(texts["calls"], texts["share"]), BAR)
        parts.append(Table(columns, tuple(rows)))
    else:
        parts.append(quiet(texts["no_call"]))
    if did["groups"]:
        known = opened or {}
        groups = (
            _group(
                group,
                language,
                place < EXAMPLES,
                known.get((group["rule"], group["action"]), ()),
            )
            for place, group in enumerate(did["groups"])
        )
        columns = words(texts["action"], texts["when"], texts["reached"])
        parts.append(Table(columns, tuple(groups)))
    else:
        parts.append(quiet(texts["no_action"]))
    severe = any(group["action"] in SEVERE for group in did["groups"])
    note = texts["profile"].format(did["profile"])
    return section(texts["title"], parts, note=note, key="network", style=BAD if severe else PLAIN)


def _cause(cause: Refused, attempts: int, language: Language) -> Row:
    name = formatting.localised(cause, "name", language)
    return counted(name, cause["attempts"], attempts, bars=True)


def _group(group: ActionGroup, language: Language, in_full: bool, opened: Sequence[Details]) -> Row:
    """Return action, time and number of targets of a group; in full with its first example."""
    texts = LABELS[language]
    names = (formatting.localised(group, f"{kind}_name", language) for kind in ("action", "rule"))
    style = BAD if group["action"] in SEVERE else STRONG
    notes = [example_text(group, language)] if in_full and not group["after_the_last_day"] else []
    return row(
        Cell(texts["of"].format(*names), style),
        _when(group, language),
        _reached(group, language),
        notes=notes,
        opens=opened,
    )


def _when(group: ActionGroup, language: Language) -> str:
    """Return when a group began and, if that is later, when it ended."""
    return dates.moments(group["first"], group["last"], language=language)


def _reached(group: ActionGroup, language: Language) -> str:
    """Return how often a group acted, and on how many numbers; empty for once on one."""
    texts = LABELS[language]
    met = group.get("numbers", group["targets"])  # older versions wrote only the targets
    if group["count"] <= 1 and met <= 1:
        return ""
    numbers: str = texts["number" if met == 1 else "numbers"].format(met)
    return numbers if group["count"] in (1, met) else texts["often"].format(group["count"], numbers)


def example_text(group: ActionGroup, language: Language) -> str:
    """Return the first action of a group, and the basis of its threshold."""
    text = dates.of_earlier(formatting.localised(group, "example", language), language)
    basis = group["basis"]
    quoted = quoted_basis(basis, language)
    if basis and not text.endswith((quoted, quoted_basis(basis))):
        value = formatting.measure(basis["value"], basis["unit"], language)
        text += LABELS[language]["basis"].format(value, quoted)
    return text


def aftermath_section(late: Aftermath, language: Language) -> Section:
    """Return a summary's aftermath: complaints that arrived late, and their consequences."""
    texts, parts = LABELS[language], list[Part]()
    until = dates.day(late["until"], language=language)
    for each in late["complaints"]:
        last = dates.day(each["last"], language=language)
        form = texts["complaint" if each["count"] == 1 else "complaints"]
        name = formatting.localised(each, "name", language)
        text = form.format(each["count"], name, last)
        if each.get("of_earlier"):
            text += texts["of_earlier"].format(each["of_earlier"])
        parts.append(Paragraph(text))
    for acted in late["actions"]:
        form = texts["time" if acted["count"] == 1 else "times"]
        parts.append(
            Paragraph(form.format(formatting.localised(acted, "name", language), acted["count"]))
        )
        parts += [quiet(text, 2) for text in formatting.localised(acted, "lines", language)]
    if not parts:
        parts.append(quiet(texts["nothing"]))
    return section(texts["after"], parts, note=texts["until"].format(until), key="aftermath")
