"""The page of a calibration: what a call log shows about the network."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import counted, message
from dialsim.pages.calibration_words import WORDS, reason_name
from dialsim.pages.model.parts import Page, Paragraph, Part, Section, page, section, statement
from dialsim.pages.model.style import GOOD, OPEN, PLAIN, QUIET, STRONG, Style
from dialsim.pages.model.tables import Cell, Row, Table, figures, row, title_row, words
from dialsim.pages.model.tables import figure as count_cell
from dialsim.people.fault_words import fault_words
from dialsim.results import formatting

Found = Mapping[str, Any]
_UNIT = re.compile(r"[^\d.e+-]+$")


def calibration_page(found: Found, language: Language = ENGLISH, saved: str | None = None) -> Page:
    """Return the page of a calibration.

    Parameters
    ----------
    found
        As of ``Calibration.to_dict``.
    saved
        The file the profile was written to.
    """
    texts = WORDS[language]
    written = None
    if saved is not None:
        written = section("", statement(texts["saved"].format(saved)), key="saved")
    return page(
        _head(found, language),
        _values(found, language),
        _unidentified(found, language),
        *_answers(found, language),
        _contacts(found, language),
        *_blocks(found, language),
        _bounds(found, language),
        _not_fitted(found, language),
        written,
        language=language,
    )


def _of_profile(found: Found) -> list[Found]:
    return [each for each in found["rows"] if each["kind"] in ("value", "sum")]


def _head(found: Found, language: Language) -> Section:
    texts, values = WORDS[language], _of_profile(found)
    known = sum(each["identified"] for each in values)
    verdict = texts["known"].format(known=known, whole=len(values))
    remarks = [
        statement(texts["remarks"][code].format(_remark(code, value, language)))
        for code, value in found["remarks"]
    ]
    return section(
        found["name"],
        [statement(verdict, STRONG)] if values else [],
        statement(texts["what"]),
        remarks,
        note=texts["head"].format(calls=f"{found['calls']:,}", network=found["network"]),
        key="head",
    )


def _remark(code: str, value: Any, language: Language) -> str:
    if code == "left_out":
        return _left_out(value, language)
    if code in ("ring_timeout", "rounded"):
        return formatting.span(round(value), language)
    if code in ("signalled", "machines"):
        return f"{value:,}"
    return formatting.percent(value) if isinstance(value, float) else str(value)


def _left_out(value: Found, language: Language) -> str:
    """Return the rows of a file that were left out, by reason, with the first places of each."""
    reasons = [
        f"{fault_words(reason, language)} ({count:,})"
        for reason, count in value["unusable"].items()
    ]
    text = message("{count:,} of {rows}: {reasons}; the first in line {line:,}").filled(
        count=value["rows"] - value["used"],
        rows=counted(value["rows"], message("{:,} row"), message("{:,} rows")),
        reasons=WORDS[language]["and"].join(reasons),
        line=value["examples"][0]["line"],
    )
    return text[language]


def _values(found: Found, language: Language) -> Section | None:
    texts, values = WORDS[language], _of_profile(found)
    if not values:
        return None
    columns = (
        *words(texts["value"]),
        *figures(*(texts[name] for name in ("default", "fitted", "interval", "count"))),
        *figures(texts["distance"], optional=True),
    )
    groups: dict[str, list[Row]] = {}
    for each in values:
        group, _, name = each["key"].partition(".")
        groups.setdefault(group, [title_row(group)]).append(_value(name, each, language))
    rows = tuple(each for members in groups.values() for each in members)
    return section(texts["values"], Table(columns, rows), key="values")


def _value(name: str, each: Found, language: Language) -> Row:
    texts, unit = WORDS[language], each["unit"]
    default = Cell(texts["none"], QUIET)
    if each["default"] is not None:
        default = _figure(each["default"], unit, language, QUIET)
    middle = [Cell(texts["kept"], OPEN), Cell(texts["not_identified"], OPEN)]
    if each["identified"]:
        middle = [_figure(each["fitted"], unit, language, GOOD), _interval(each, unit, language)]
    return row(
        name,
        default,
        *middle,
        count_cell(each["n"]),
        _distance(each["distance"]),
        level=1,
    )


def _unidentified(found: Found, language: Language) -> Section | None:
    """Return the values that are not identified: why, their ranges, what would identify them."""
    texts, by_reason = WORDS[language], dict[str, list[str]]()
    for each in _of_profile(found):
        if each["reason"]:
            ends = (figure(each[end], each["unit"], language) for end in ("low", "high"))
            text = texts["range"].format(each["key"], *ends)
            by_reason.setdefault(each["reason"], []).append(text)
    if not by_reason:
        return None
    parts = [
        Paragraph(texts["of"].format(texts["and"].join(ranges), found["reasons"][reason][language]))
        for reason, ranges in by_reason.items()
    ]
    return section(texts["unidentified"], parts, key="not-identified", style=OPEN)


def figure(value: float, unit: str, language: Language = ENGLISH) -> str:
    """Return a parameter's value with three digits.

    >>> figure(9022.4, "ms"), figure(0.0823, "share"), figure(0.2665, "sigma")
    ('9.02 s', '8.23%', '0.267')
    """
    if unit == "ms":
        number = f"{value / 1000:.3g}" if value < 1_000_000 else f"{value / 1000:,.0f}"
        return str(WORDS[language]["seconds"].format(number))
    if unit == "share":
        return f"{100 * value:.3g}%"
    return f"{value:.3g}"


def _figure(value: float, unit: str, language: Language, style: Style = PLAIN) -> Cell:
    return Cell(figure(value, unit, language), style, value)


def _interval(each: Found, unit: str, language: Language) -> Cell:
    low, high = (figure(each[end], unit, language) for end in ("low", "high"))
    return Cell(WORDS[language]["interval_ends"].format(_UNIT.sub("", low), high))


def _distance(value: float | None) -> Cell:
    return Cell("" if value is None else f"{value:.3f}", QUIET, value)


def _tenth(share: float) -> Cell:
    return Cell(f"{100 * share:.1f}%", value=share)


def _answers(found: Found, language: Language) -> Iterator[Section]:
    """Yield the share of first attempts answered by hour, and of all by attempt."""
    if not found["answers_by_hour"]:
        return
    texts = WORDS[language]
    columns = (*words(texts["hour"]), *figures(texts["first_attempts"], texts["answered"]))
    rows = tuple(
        row(f"{hour}", count_cell(tried), _tenth(hits / tried))
        for hour, tried, hits in found["answers_by_hour"]
    )
    yield section(texts["answers"], Table(columns, rows), key="answers")
    parts: list[Part] = []
    if len(found["answers_by_attempt"]) > 1:
        names = (texts[name] for name in ("people", "log", "fit"))
        rows = tuple(
            row(f"{k}", count_cell(people), _tenth(hits / people), _tenth(expected / people))
            for k, people, hits, expected in found["answers_by_attempt"]
            if people
        )
        parts.append(Table((*words(texts["attempt"]), *figures(*names)), rows))
    parts += [
        Paragraph(_decline(each, language))
        for each in found["rows"]
        if each["key"] == "decline_by_attempt"
    ]
    if parts:
        yield section("", parts, key="answers-by-attempt")


def _decline(each: Found, language: Language) -> str:
    texts = WORDS[language]
    if not each["identified"]:
        return str(texts["decline_open"])
    word = "decline_none" if each["low"] <= 1 <= each["high"] else "decline_some"
    given = {key: f"{each[key]:.3f}" for key in ("fitted", "low", "high")}
    return str(texts[word].format(**given))


def _contacts(found: Found, language: Language) -> Section | None:
    if not found["contacts"]:
        return None
    texts, rows = WORDS[language], {each["key"]: each for each in found["rows"]}
    ends, icc = rows["contacts.ends"], rows["contacts.icc"]
    text = texts["contacts_fit"].format(
        **_ends(ends, "share", "ends", "low", "high"),
        **_ends(icc, "", "icc", "icc_low", "icc_high"),
        distance=f"{ends['distance']:.3f}",
    )
    lined = tuple(
        row(
            texts["or_more"].format(k) if k == len(found["contacts"]) else f"{k}",
            count_cell(seen),
            Cell(f"{expected:,.0f}", value=expected),
        )
        for k, seen, expected in found["contacts"]
    )
    heads = figures(texts["clients_log"], texts["clients_fit"])
    return section(
        texts["contacts"],
        Paragraph(text),
        Table((*words(texts["contacts_of"]), *heads), lined),
        note=texts["clients"].format(f"{ends['n']:,}"),
        key="contacts",
    )


def _ends(each: Found, unit: str, *names: str) -> dict[str, str]:
    values = (each[end] for end in ("fitted", "low", "high"))
    return {name: figure(value, unit) for name, value in zip(names, values, strict=True)}


def _blocks(found: Found, language: Language) -> Iterator[Section]:
    """Yield how often registered lines were blocked, by reason and by hour."""
    blocks, texts = found["interceptions"], WORDS[language]
    if not blocks:
        return
    ends = {name: figure(blocks["all"][name], "share") for name in ("share", "low", "high")}
    rows = tuple(
        row(
            reason_name(each["reason"], language),
            _figure(each["share"], "share", language),
            _interval(each, "share", language),
        )
        for each in blocks["by_reason"]
    )
    yield section(
        texts["blocks"],
        Table((*words(texts["reason"]), *figures(texts["share"], texts["interval"])), rows),
        note=texts["of_attempts"].format(**ends, attempts=blocks["attempts"]),
        key="blocked",
    )
    hours = tuple(row(f"{each['hour']}", _tenth(each["share"])) for each in blocks["by_hour"])
    table = Table((*words(texts["hour"]), *figures(texts["blocked"])), hours)
    yield section("", table, key="blocked-by-hour")


def _bounds(found: Found, language: Language) -> Section | None:
    bounds = [each for each in found["rows"] if each["kind"] == "bound"]
    if not bounds:
        return None
    texts = WORDS[language]
    rows = tuple(
        row(each["key"], *(Cell(f"{each[n]:.0f}", value=each[n]) for n in ("fitted", "default")))
        for each in bounds
    )
    columns = (*words(texts["value"]), *figures(texts["least"], texts["default"]))
    table = Table(columns, rows)
    return section(texts["bounds"], table, note=texts["bounds_note"], key="never-reached")


def _not_fitted(found: Found, language: Language) -> Section:
    texts, by_reason = WORDS[language], dict[str, list[str]]()
    for what, why in found["not_fitted"]:
        by_reason.setdefault(why, []).append(texts["what_of"].get(what, what))
    parts = [
        Paragraph(texts["of"].format(texts["and"].join(what), texts["why"][why]))
        for why, what in by_reason.items()
    ]
    return section(texts["not_fitted"], parts, key="not-fitted")
