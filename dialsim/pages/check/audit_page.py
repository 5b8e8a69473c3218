"""The audit as part of a terminal page: whether calls may be made, what is missing, who acts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.cells import cell_len
from rich.text import Text

from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, message, text_table
from dialsim.pages.layout import (
    BAD,
    GOOD,
    OPEN,
    QUIET,
    Cell,
    fit,
    fitted,
    headed,
    paragraph,
    row,
    typeset,
    usable_width,
)
from dialsim.results import formatting
from dialsim.results.formatting import localised

Row = Mapping[str, Any]
_TITLE = {"en": 26, "zh": 24}
"""Columns of the obligations' titles."""

_BREACH = message("{who_acts}: {exposure}")
_MARKS = {
    "missing": ("✗", BAD),
    "not_shown": ("?", OPEN),
    "met": ("✓", GOOD),
    "not_applicable": ("–", QUIET),
}
"""The mark before an obligation, by status, the worst first."""

_WORDS: Texts = text_table(
    {
        "title": "Obligations in China",
        "met": message("{} met", "obligations"),
        "missing": "{} missing",
        "not_shown": "{} not shown",
        "not_applicable": "{} not applicable",
        "wall": "wall",
        "walls": "{} of them walls",
        "one_wall": "one of them a wall",
        "no_wall": "none of them a wall",
        "is": "{} is",
        "are": "{} are",
        "yes": "Every obligation is met or does not apply.",
        "head_missing": "Missing",
        "declare": "declare",
        "mend": "fix",
        "basis": "basis",
        "breach": "breach",
        "no": "Do not start. Without these the calls are unlawful: {}.",
        "lacking": "No wall is broken, but {} missing, and {} not shown ({}).",
        "unproven": "Nothing that is declared forbids these calls; {} not shown ({}).",
        "head_not_shown": "Not shown: what is not declared is not met",
        "secondary": "A basis known from S0 alone is a guide's: look the text up. Declared is not "
        "proved: nobody has read the documents.",
    }
)


def audit_lines(found: Mapping[str, Any], width: int, lang: Language = "en") -> list[Text]:
    """Return the lines of an audit.

    Parameters
    ----------
    found
        The result of :func:`dialsim.audit.audit.audit`.
    width
        Columns of the console; lines are between 60 and 100 columns wide.
    lang
        "en" or "zh".
    """
    width, texts = usable_width(width), _WORDS[lang]
    if not found["covered"]:
        status = localised(found, "status", lang)
        return [*headed(texts["title"], "", width), *paragraph(status, width, style=QUIET)]
    order = list(_MARKS)
    rows = sorted(found["rows"], key=lambda each: (order.index(each["status"]), _after(each)))
    counts = [texts[key].format(n) for key, n in found["counts"].items()]
    lines = [*headed(texts["title"], texts["comma"].join(counts), width)]
    lines += _verdict(found, rows, width, lang)
    lines += [line for each in rows for line in _lines(each, width, lang)]
    for status in ("missing", "not_shown"):
        some = [each for each in rows if each["status"] == status]
        if some:
            lines += [Text(), Text(texts[f"head_{status}"], style="bold")]
            lines += [line for each in some for line in _details(each, width, lang)]
    lines += [Text(), *paragraph(texts["secondary"], width, style=QUIET)]
    return fit(lines, width)


def _after(each: Row) -> bool:
    """Return whether a missing obligation is no hard limit: such rows follow those that are."""
    return each["status"] in ("missing", "not_shown") and not each["wall"]


def _verdict(
    found: Mapping[str, Any], rows: Sequence[Row], width: int, lang: Language
) -> list[Text]:
    """Return the verdict in one sentence: whether the calls may be made."""
    texts, counts = _WORDS[lang], found["counts"]
    walls = found["walls_missing"]
    unproven = sum(each["wall"] for each in rows if each["status"] == "not_shown")

    key = {0: "no_wall", 1: "one_wall"}.get(unproven, "walls")
    of_walls = texts[key].format(unproven)

    def some(number: int) -> str:
        return texts["is" if number == 1 else "are"].format(number)

    if walls:
        titles = [localised(each, "title", lang) for each in rows if each["key"] in walls]
        marks = message(", ")
        text, style = texts["no"].format(marks[lang].join(titles)), BAD
    elif counts["missing"]:
        text = texts["lacking"].format(some(counts["missing"]), some(counts["not_shown"]), of_walls)
        style = OPEN
    elif counts["not_shown"]:
        text, style = texts["unproven"].format(some(counts["not_shown"]), of_walls), OPEN
    else:
        text, style = texts["yes"], GOOD
    return paragraph(text, width, style=style)


def _lines(each: Row, width: int, lang: Language) -> list[Text]:
    """Return an obligation's line of the table; a sentence too long for it continues below."""
    mark, style = _MARKS[each["status"]]
    quiet = "" if each["status"] in ("missing", "not_shown") else QUIET
    title = _TITLE[lang]
    cells = [Cell(mark, 1, style=style), Cell(localised(each, "title", lang), title, style=quiet)]
    room = width - title - 7
    return fit(
        [row([*cells, Cell(typeset(localised(each, "why", lang)), room, style=quiet)])], width
    )


def _details(each: Row, width: int, lang: Language) -> list[Text]:
    """Return the reason, what to declare, the basis, the cost of a breach and who acts."""
    texts = _WORDS[lang]
    mark, style = _MARKS[each["status"]]
    head = Text.assemble("  ", (mark, style), "  ", (localised(each, "title", lang), "bold"))
    if each["wall"]:
        head.append(f"  {texts['wall']}", style=style)
    lines = [head]
    if each["status"] == "missing":
        lines += paragraph(localised(each, "why", lang), width, indent=5)
    known = formatting.CONFIDENCE[lang][each["confidence"]]
    basis = formatting.cited(localised(each, "basis", lang), [*each["sources"], known], lang)
    parts = (
        ("mend" if each["status"] == "missing" else "declare", localised(each, "show", lang)),
        (
            "breach",
            _BREACH[lang].format(
                who_acts=localised(each, "who_acts", lang),
                exposure=localised(each, "exposure", lang),
            ),
        ),
        ("basis", basis),
    )
    room = max(cell_len(texts[name]) for name in ("declare", "mend", "basis", "breach")) + 2
    for name, text in parts:
        lines += paragraph(text, width, indent=5, mark=fitted(texts[name], room))
    return lines
