"""The page of ``dialsim validate``: published, exact and simulated values side by side."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter

from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import Texts, message, plural, side_by_side, text_table, translated
from dialsim.pages.model.parts import (
    Page,
    Paragraph,
    Section,
    item,
    page,
    quiet,
    section,
    statement,
)
from dialsim.pages.model.style import BAD, GOOD, OPEN, PLAIN, QUIET, STRONG
from dialsim.pages.model.tables import Cell, Row, Table, figures, row, words
from dialsim.results.formatting import localised
from dialsim.results.validation_result import (
    ComparedFigure,
    ComparedRuleOfGroup,
    ValidationResult,
)

FAR = 3.0  # standard errors from which a figure is coloured; the verdict is of all of them

LABELS: Texts = text_table(
    {
        "title": "Engine against theory",
        "days": "{} days",
        "rules": "Rules without chance",
        "wrong": "{found}, expected {expected}",
        "agrees": "The engine agrees with theory.",
        "exact": "{agreed} of {whole} rules are exact.",
        "missing": "Not played here: {}.",
        "largest": "largest |z| {worst:.2f}, at most {most:g} is allowed",
        "figure": message("figure", "of a queue"),
        "published": "published",
        "value": "exact",
        "simulated": "simulated",
        "half": "± 95 %",
        "z": "z",
        "by_hand": "expected values are worked out without the engine",
        "disagrees": "The engine does NOT agree with theory: please report this page.",
        "worlds": "{worlds}, one figure each: sum of z² {squares:.1f}, expected "
        "{squares_low:.1f} to {squares_high:.1f}; {above} above theory (sign test p = "
        "{signs_p:.2f}).",
        "wide": "{} intervals are wider than 1 % of the value (2 % of shares below 0.05): "
        "`dialsim validate --full` plays on.",
    }
)
UNITS: Texts = translated(
    {
        "s": "{}, s",
        "a day": "{}, a day",
        "erlangs": "{}, erlangs",
    }
)
"""Names of figures with their units; a share has none."""
WORLDS = plural("{count:,} world", "{count:,} worlds")


def validation_page(found: ValidationResult, language: Language = ENGLISH) -> Page:
    """Return the page of a validation."""
    texts = LABELS[language]
    worlds = [list(of) for _, of in groupby(found["figures"], key=itemgetter("world"))]
    groups = [list(of) for _, of in groupby(found["rules"], key=itemgetter("group"))]
    rules = section(texts["rules"], note=texts["by_hand"], key="rules") if groups else None
    return page(
        _head(found, language),
        *(_world(each, f"world-{place}", language) for place, each in enumerate(worlds, 1)),
        rules,
        *(_group(each, f"rules-{place}", language) for place, each in enumerate(groups, 1)),
        section("", statement(_missing(found, language), QUIET), key="not-played"),
        language=language,
    )


def _head(found: ValidationResult, language: Language) -> Section:
    texts, rules, parts = LABELS[language], found["rules"], []
    if found["figures"]:
        verdict = found["verdict"]
        worlds = WORLDS.of(verdict["worlds"])[language]
        parts.append(texts["worlds"].format(**{**verdict, "worlds": worlds}))
    if rules:
        agreed = sum(rule["agrees"] for rule in rules)
        parts.append(texts["exact"].format(agreed=agreed, whole=len(rules)))
    wide = sum(not each["narrow"] for each in found["figures"])
    if wide:
        parts.append(texts["wide"].format(wide))
    judged = ("agrees", GOOD) if found["agrees"] else ("disagrees", BAD)
    return section(
        texts["title"],
        statement(texts[judged[0]], judged[1] | STRONG),
        statement(side_by_side(parts, language), QUIET),
        note=texts["largest"].format(**found["verdict"]) if found["figures"] else "",
        key="head",
    )


def _missing(found: ValidationResult, language: Language) -> str:
    texts = LABELS[language]
    return texts["missing"].format(texts["and"].join(localised(found, "not_played", language)))


def _world(compared: Sequence[ComparedFigure], key: str, language: Language) -> Section:
    """Return a world: its figures as published, exact and simulated."""
    first, texts = compared[0], LABELS[language]
    days = texts["days"].format(f"{first['days']:,}")
    about = (localised(first, "oracle", language), days, localised(first, "source", language))
    columns = (
        *words(texts["figure"]),
        *figures(texts["published"], optional=True),
        *figures(*(texts[name] for name in ("value", "simulated", "half", "z"))),
    )
    far = any(abs(each["z"]) >= FAR for each in compared)
    return section(
        localised(first, "world", language),
        quiet(texts["then"].join(about)),
        Table(columns, tuple(_figure(each, language) for each in compared)),
        key=key,
        style=OPEN if far else GOOD,
    )


def _figure(each: ComparedFigure, language: Language) -> Row:
    units, z = UNITS[language], each["z"]
    name = units.get(each["unit"], "{}").format(localised(each, "figure", language))
    half = (each["high"] - each["low"]) / 2
    return row(
        name,
        Cell(each["published"] or "", QUIET, each["published"]),
        Cell(_number(each["exact"]), value=each["exact"]),
        Cell(_number(each["simulated"]), value=each["simulated"]),
        Cell(_number(half), QUIET, half),
        Cell(_distance(z), BAD if abs(z) >= FAR else PLAIN, z),
    )


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


def _group(rules: Sequence[ComparedRuleOfGroup], key: str, language: Language) -> Section:
    parts = [part for rule in rules for part in _rule(rule, language)]
    agrees = all(rule["agrees"] for rule in rules)
    style = GOOD if agrees else BAD
    return section(localised(rules[0], "group", language), parts, key=key, style=style)


def _rule(rule: ComparedRuleOfGroup, language: Language) -> list[Paragraph]:
    texts = LABELS[language]
    mark, style = ("✓ ", PLAIN) if rule["agrees"] else ("✗ ", BAD)
    about = [localised(rule, "given", language), rule["source"]]
    title = texts["of"].format(
        localised(rule, "rule", language), texts["then"].join(filter(None, about))
    )
    text = localised(rule, "found", language)
    if not rule["agrees"]:
        text = texts["wrong"].format(found=text, expected=localised(rule, "expected", language))
    return [item(title, style, mark), quiet(text, level=2)]
