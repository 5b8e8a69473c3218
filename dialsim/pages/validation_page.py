"""The page of ``dialsim validate``: published, exact and simulated values side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from rich.text import Text

from dialsim.messages.catalogue import Language
from dialsim.messages.text import TextTable, counted, message, side_by_side, text_table
from dialsim.pages.layout import Cell, headed, laid_out, paragraph, row, usable_width
from dialsim.results.formatting import localised

Found = Mapping[str, Any]

FAR = 3.0  # standard errors from which a figure is coloured; the verdict is in the last line

WORDS: TextTable[dict[str, Any]] = text_table(
    {
        "title": "Engine against theory",
        "days": "{} days",
        "rules": "Rules without chance",
        "wrong": "{found}, expected {expected}",
        "agrees": "The engine agrees with theory.",
        "exact": "{agreed} of {whole} rules are exact.",
        "missing": "Not played here: {}.",
        "largest": "largest |z| {worst:.2f}, at most {most:g} is allowed",
        "columns": (
            "published",
            "exact",
            "simulated",
            "± 95 %",
            "z",
        ),
        "units": {
            "s": ", s",
            "a day": ", a day",
            "erlangs": ", erlangs",
        },
        "by_hand": "expected values are worked out without the engine",
        "disagrees": "The engine does NOT agree with theory: please report this page.",
        "worlds": "{worlds}, one figure each: sum of z² {squares:.1f}, expected "
        "{squares_low:.1f} to {squares_high:.1f}; {above} above theory (sign test p = "
        "{signs_p:.2f}).",
        "wide": " {} intervals are wider than 1 % of the value (2 % of shares below 0.05): "
        "`dialsim validate --full` plays on.",
    }
)


def validation_page(found: Found, width: int, lang: Language = "en") -> list[Text]:
    """Return the page as lines.

    Parameters
    ----------
    found
        The result of :func:`dialsim.validation.validate`.
    width
        Columns of the console; the page has 60 to 100.
    lang
        ``"en"`` or ``"zh"``.
    """
    width, words = usable_width(width), WORDS[lang]
    note = words["largest"].format(**found["verdict"]) if found["figures"] else ""
    lines = headed(words["title"], note, width)
    if found["figures"]:
        lines += [Text(), row(_head(width, words))]
    for _, group in groupby(found["figures"], key=lambda each: each["world"]):
        lines += _world(list(group), width, lang)
    if found["rules"]:
        lines += [Text(), *headed(words["rules"], words["by_hand"], width)]
    for _, group in groupby(found["rules"], key=lambda each: each["group"]):
        lines += _group(list(group), width, lang)
    return laid_out([*lines, Text(), *_verdict(found, width, lang)], width)


def _columns(width: int) -> tuple[int, int, int, int, int]:
    """Return the widths of figure, published, exact, simulated and half-width."""
    if width < 78:
        return 19, 0, 9, 9, 8
    return (22 if width < 90 else 30), 12, 10, 10, 9


def _head(width: int, words: Found) -> list[Cell]:
    name, *widths = _columns(width)
    cells = [
        Cell(text, room, right=True, style="dim")
        for text, room in zip(words["columns"], (*widths, 5), strict=True)
        if room
    ]
    return [Cell("", name), *cells]


def _world(figures: Sequence[Found], width: int, lang: Language) -> list[Text]:
    first, words = figures[0], WORDS[lang]
    days = words["days"].format(f"{first['days']:,}")
    about = (localised(first, "oracle", lang), days, localised(first, "source", lang))
    lines = [Text(), *paragraph(localised(first, "world", lang), width, 0, "bold")]
    lines += paragraph(words["then"].join(about), width, 2, "dim")
    for each in figures:
        lines += _figure(each, width, lang)
    return lines


def _figure(each: Found, width: int, lang: Language) -> list[Text]:
    name, published, exact, simulated, half = _columns(width)
    title = localised(each, "figure", lang) + WORDS[lang]["units"].get(each["unit"], "")
    style = "red" if abs(each["z"]) >= FAR else ""
    first, *rest = paragraph(title, name, 0)
    cells = [
        Cell(first.plain, name),
        Cell(each["published"] or "", published, right=True, style="dim"),
        Cell(_number(each["exact"]), exact, right=True),
        Cell(_number(each["simulated"]), simulated, right=True),
        Cell(_number((each["high"] - each["low"]) / 2), half, right=True, style="dim"),
        Cell(_distance(each["z"]), 5, right=True, style=style),
    ]
    if not published:
        del cells[1]
    return [row(cells), *(row([Cell(line.plain)], indent=4) for line in rest)]


def _distance(z: float) -> str:
    """Return standard errors as text, with decimals only for small ones.

    >>> _distance(-0.5), _distance(95.4), _distance(float("inf"))
    ('-0.50', '+95', '+inf')
    """
    return f"{z:+.2f}" if abs(z) < 9.995 else f"{z:+.0f}"


def _number(value: float) -> str:
    """Return a figure with its significant digits.

    >>> _number(0.900432), _number(59.2366), _number(23040.0)
    ('0.90043', '59.237', '23,040')
    """
    if abs(value) < 10:
        return f"{value:.5f}"
    return f"{value:.3f}" if abs(value) < 1000 else f"{value:,.0f}"


def _group(rules: Sequence[Found], width: int, lang: Language) -> list[Text]:
    lines = [Text(), *paragraph(localised(rules[0], "group", lang), width, 0, "bold")]
    for rule in rules:
        lines += _rule(rule, width, lang)
    return lines


def _rule(rule: Found, width: int, lang: Language) -> list[Text]:
    words = WORDS[lang]
    mark, style = ("✓ ", "") if rule["agrees"] else ("✗ ", "red")
    about = [localised(rule, "given", lang), rule["source"]]
    title = words["of"].format(
        localised(rule, "rule", lang), words["then"].join(filter(None, about))
    )
    text = localised(rule, "found", lang)
    if not rule["agrees"]:
        text = words["wrong"].format(found=text, expected=localised(rule, "expected", lang))
    return paragraph(title, width, 2, style, mark) + paragraph(text, width, 4, "dim")


def _verdict(found: Found, width: int, lang: Language) -> list[Text]:
    words, rules = WORDS[lang], found["rules"]
    parts = []
    if found["figures"]:
        verdict = found["verdict"]
        count = verdict["worlds"]
        worlds = counted(count, message("{:,} world"), message("{:,} worlds"))[lang]
        parts.append(words["worlds"].format(**{**verdict, "worlds": worlds}))
    if rules:
        agreed = sum(rule["agrees"] for rule in rules)
        parts.append(words["exact"].format(agreed=agreed, whole=len(rules)))
    wide = sum(not each["narrow"] for each in found["figures"])
    text = side_by_side(parts, lang) + (words["wide"].format(wide) if wide else "")
    missing = words["and"].join(localised(found, "not_played", lang))
    judged = words["agrees"] if found["agrees"] else words["disagrees"]
    return [
        *paragraph(judged, width, 0, "bold" if found["agrees"] else "bold red"),
        *paragraph(text, width, 0, "dim"),
        *paragraph(words["missing"].format(missing), width, 0, "dim"),
    ]
