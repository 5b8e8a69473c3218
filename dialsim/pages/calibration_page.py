"""The page of a calibration: what a call log shows about the network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import counted, message
from dialsim.pages.calibration_cells import (
    distance_cell,
    figure,
    figure_cell,
    given,
    interval_cell,
    percent_cell,
)
from dialsim.pages.calibration_words import REMARKS, WHAT_OF, WHY, WORDS, reason_name
from dialsim.pages.model.parts import Page, Paragraph, Part, Section, page, section, statement
from dialsim.pages.model.style import GOOD, OPEN, QUIET, STRONG
from dialsim.pages.model.tables import Cell, Row, Table, figures, row, title_row, words
from dialsim.pages.model.tables import figure as count_cell
from dialsim.people.fault_words import fault_words
from dialsim.results import formatting
from dialsim.results.calibration_result import (
    CalibrationResult,
    CalibrationRow,
    LeftOutRows,
    Remark,
)

FIGURES: tuple[Literal["fitted"], Literal["low"], Literal["high"]] = ("fitted", "low", "high")


def calibration_page(
    found: CalibrationResult, language: Language = ENGLISH, saved: str | None = None
) -> Page:
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


def _of_profile(found: CalibrationResult) -> list[CalibrationRow]:
    return [each for each in found["rows"] if each["kind"] in ("value", "sum")]


def _head(found: CalibrationResult, language: Language) -> Section:
    texts, values = WORDS[language], _of_profile(found)
    known = sum(each["identified"] for each in values)
    verdict = texts["known"].format(known=known, whole=len(values))
    remarks = [
        statement(REMARKS[language][remark[0]].format(_remark(remark, language)))
        for remark in found["remarks"]
    ]
    return section(
        found["name"],
        [statement(verdict, STRONG)] if values else [],
        statement(texts["what"]),
        remarks,
        note=texts["head"].format(calls=f"{found['calls']:,}", network=found["network"]),
        key="head",
    )


def _remark(remark: Remark, language: Language) -> str:
    if remark[0] == "left_out":
        return _left_out(remark[1], language)
    if remark[0] == "ring_timeout" or remark[0] == "rounded":
        return formatting.span(round(remark[1]), language)
    if remark[0] == "signalled" or remark[0] == "machines":
        return f"{remark[1]:,}"
    return formatting.percent(remark[1]) if remark[0] == "refusers" else remark[1]


def _left_out(value: LeftOutRows, language: Language) -> str:
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


def _values(found: CalibrationResult, language: Language) -> Section | None:
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


def _value(name: str, each: CalibrationRow, language: Language) -> Row:
    texts, unit = WORDS[language], each["unit"]
    default = Cell(texts["none"], QUIET)
    if each["default"] is not None:
        default = figure_cell(each["default"], unit, language, QUIET)
    middle = [Cell(texts["kept"], OPEN), Cell(texts["not_identified"], OPEN)]
    if each["identified"]:
        fitted = figure_cell(given(each["fitted"]), unit, language, GOOD)
        middle = [fitted, interval_cell(each, unit, language)]
    return row(
        name,
        default,
        *middle,
        count_cell(each["n"]),
        distance_cell(each["distance"]),
        level=1,
    )


def _unidentified(found: CalibrationResult, language: Language) -> Section | None:
    """Return the values that are not identified: why, their ranges, what would identify them."""
    texts, by_reason = WORDS[language], dict[str, list[str]]()
    for each in _of_profile(found):
        if each["reason"]:
            ends = (each["low"], each["high"])
            shown = (figure(given(end), each["unit"], language) for end in ends)
            text = texts["range"].format(each["key"], *shown)
            by_reason.setdefault(each["reason"], []).append(text)
    if not by_reason:
        return None
    parts = [
        Paragraph(texts["of"].format(texts["and"].join(ranges), found["reasons"][reason][language]))
        for reason, ranges in by_reason.items()
    ]
    return section(texts["unidentified"], parts, key="not-identified", style=OPEN)


def _answers(found: CalibrationResult, language: Language) -> Iterator[Section]:
    """Yield the share of first attempts answered by hour, and of all by attempt."""
    if not found["answers_by_hour"]:
        return
    texts = WORDS[language]
    columns = (*words(texts["hour"]), *figures(texts["first_attempts"], texts["answered"]))
    rows = tuple(
        row(f"{hour}", count_cell(tried), percent_cell(hits / tried))
        for hour, tried, hits in found["answers_by_hour"]
    )
    yield section(texts["answers"], Table(columns, rows), key="answers")
    parts: list[Part] = []
    if len(found["answers_by_attempt"]) > 1:
        names = (texts[name] for name in ("people", "log", "fit"))
        rows = tuple(
            row(
                f"{k}",
                count_cell(people),
                percent_cell(hits / people),
                percent_cell(expected / people),
            )
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


def _decline(each: CalibrationRow, language: Language) -> str:
    texts = WORDS[language]
    if not each["identified"]:
        return texts["decline_open"]
    fitted, low, high = (given(each[key]) for key in FIGURES)
    word = "decline_none" if low <= 1 <= high else "decline_some"
    return texts[word].format(fitted=f"{fitted:.3f}", low=f"{low:.3f}", high=f"{high:.3f}")


def _contacts(found: CalibrationResult, language: Language) -> Section | None:
    if not found["contacts"]:
        return None
    texts, rows = WORDS[language], {each["key"]: each for each in found["rows"]}
    ends, icc = rows["contacts.ends"], rows["contacts.icc"]
    text = texts["contacts_fit"].format(
        **_ends(ends, "share", "ends", "low", "high"),
        **_ends(icc, "", "icc", "icc_low", "icc_high"),
        distance=f"{given(ends['distance']):.3f}",
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


def _ends(each: CalibrationRow, unit: str, *names: str) -> dict[str, str]:
    values = (given(each[key]) for key in FIGURES)
    return {name: figure(value, unit) for name, value in zip(names, values, strict=True)}


def _blocks(found: CalibrationResult, language: Language) -> Iterator[Section]:
    """Yield how often registered lines were blocked, by reason and by hour."""
    blocks, texts = found["interceptions"], WORDS[language]
    if "all" not in blocks:
        return
    whole = blocks["all"]
    rows = tuple(
        row(
            reason_name(each["reason"], language),
            figure_cell(each["share"], "share", language),
            interval_cell(each, "share", language),
        )
        for each in blocks["by_reason"]
    )
    yield section(
        texts["blocks"],
        Table((*words(texts["reason"]), *figures(texts["share"], texts["interval"])), rows),
        note=texts["of_attempts"].format(
            share=figure(whole["share"], "share"),
            low=figure(whole["low"], "share"),
            high=figure(whole["high"], "share"),
            attempts=blocks["attempts"],
        ),
        key="blocked",
    )
    hours = tuple(row(f"{each['hour']}", percent_cell(each["share"])) for each in blocks["by_hour"])
    table = Table((*words(texts["hour"]), *figures(texts["blocked"])), hours)
    yield section("", table, key="blocked-by-hour")


def _bounds(found: CalibrationResult, language: Language) -> Section | None:
    bounds = [each for each in found["rows"] if each["kind"] == "bound"]
    if not bounds:
        return None
    texts = WORDS[language]
    rows = tuple(
        row(
            each["key"],
            *(Cell(f"{given(x):.0f}", value=x) for x in (each["fitted"], each["default"])),
        )
        for each in bounds
    )
    columns = (*words(texts["value"]), *figures(texts["least"], texts["default"]))
    table = Table(columns, rows)
    return section(texts["bounds"], table, note=texts["bounds_note"], key="never-reached")


def _not_fitted(found: CalibrationResult, language: Language) -> Section:
    texts, by_reason = WORDS[language], dict[str, list[str]]()
    for what, why in found["not_fitted"]:
        by_reason.setdefault(why, []).append(WHAT_OF[language].get(what, what))
    parts = [
        Paragraph(texts["of"].format(texts["and"].join(what), WHY[language][why]))
        for why, what in by_reason.items()
    ]
    return section(texts["not_fitted"], parts, key="not-fitted")
