"""The page of a comparison of two load tests."""

from __future__ import annotations

from collections.abc import Iterator

from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import Texts, message, read_in, text_table
from dialsim.pages.load_comparison_result import (
    ComparedFigure,
    ComparedLoad,
    ComparedStep,
    LoadComparisonResult,
)
from dialsim.pages.load_words import LABELS as LOAD_LABELS
from dialsim.pages.model.parts import Page, Paragraph, Section, page, quiet, section, statement
from dialsim.pages.model.style import BAD, GOOD, OPEN, PLAIN, QUIET
from dialsim.pages.model.tables import Cell, Row, Table, figures, row, title_row, words

LABELS: Texts = text_table(
    {
        "title": "Load tests compared · {}",
        "note": message("seed {}", "load tests"),
        "worse": "B is significantly worse than A.",
        "better": "B is significantly better than A, and in no figure worse.",
        "alike": "B is in no figure significantly different from A.",
        "untested": "Nothing can be tested: each load test needs two whole runs.",
        "load": "{name}: {place}, {runs} whole runs, {machine}, {cores} cores",
        "void": "{name} is void: {why}.",
        "part": "{name} was not finished: only its whole steps are compared.",
        "machines": "The two were measured on different machines.",
        "none": "They have no step in common.",
        "runs": message("{} and {} runs", "of two load tests"),
        "change": message("B less A", "heading"),
        "interval": message("95 % interval", "heading"),
        "p": message("p", "heading"),
        "verdict": message("verdict", "heading"),
        "is_worse": message("worse", "verdict"),
        "is_better": message("better", "verdict"),
        "not_significant": message("not significant", "verdict"),
        "not_tested": message("not tested", "verdict"),
        "range": message("{} to {}", "interval"),
        "reached": message("reached, dials/s", "rate"),
        "admitted": message("admitted", "dials"),
        "late": message("own lateness, ms", "heading"),
        "method": "Mean of the runs of each, Welch's interval and test, Holm's correction over {} "
        "tested figures. A difference that is the same in every run needs no test.",
    }
)


def load_comparison_page(found: LoadComparisonResult, language: Language = ENGLISH) -> Page:
    """Return the page of `LoadComparison.to_dict`."""
    texts = LABELS[language]
    loads = [quiet(_load(name, found, language)) for name in ("first", "second")]
    head = section(
        texts["title"].format(found["scenario"]),
        loads,
        list(_verdict(found, language)),
        note=texts["note"].format(found["seed"]),
        key="head",
    )
    return page(
        head,
        *(_step(step, language) for step in found["steps"]),
        language=language,
        closing=[texts["method"].format(found["tests"])] if found["tests"] else [],
    )


def _load(name: str, found: LoadComparisonResult, language: Language) -> str:
    texts = LABELS[language]
    load: ComparedLoad = found["first"] if name == "first" else found["second"]
    return texts["load"].format(
        name="A" if name == "first" else "B",
        place=load["place"],
        runs=load["runs"],
        machine=load["machine"],
        cores=load["cores"] or "?",
    )


def _verdict(found: LoadComparisonResult, language: Language) -> Iterator[Paragraph]:
    texts = LABELS[language]
    for name, load in (("A", found["first"]), ("B", found["second"])):
        if load["void"]:
            why = read_in(load["void"], language)
            yield statement(texts["void"].format(name=name, why=why), OPEN)
        if not load["complete"]:
            yield statement(texts["part"].format(name=name), OPEN)
    machines = [(each["machine"], each["cores"]) for each in (found["first"], found["second"])]
    if machines[0] != machines[1]:
        yield statement(texts["machines"], OPEN)
    compared = [each for step in found["steps"] for each in step["figures"]]
    if not compared:
        yield statement(texts["none"], OPEN)
    elif found["worse"]:
        yield statement(texts["worse"], BAD)
    elif any(each["significant"] for each in compared):
        yield statement(texts["better"], GOOD)
    elif all(min(step["runs"]) < 2 for step in found["steps"]):
        yield statement(texts["untested"], OPEN)
    else:
        yield statement(texts["alike"], QUIET)


def _step(step: ComparedStep, language: Language) -> Section:
    texts, load_texts = LABELS[language], LOAD_LABELS[language]
    heads = (
        *words(""),
        *figures("A", "B", texts["change"], texts["interval"]),
        *figures(texts["p"], optional=True),
        *words(texts["verdict"]),
    )
    late = [_row(each, language, 1) for each in step["figures"] if each["unit"] == "ms"]
    others = [_row(each, language, 0) for each in step["figures"] if each["unit"] != "ms"]
    table = Table(heads, (title_row(texts["late"]), *late, *others))
    worse = any(each["worse"] for each in step["figures"])
    return section(
        load_texts["rate"].format(step["rate"]),
        table,
        note=texts["runs"].format(*step["runs"]),
        key=f"step-{step['stage']}",
        style=BAD if worse else PLAIN,
    )


def _row(each: ComparedFigure, language: Language, level: int) -> Row:
    texts, unit = LABELS[language], each["unit"]
    name = texts.get(each["name"]) or _quantile(each["name"], language)
    interval = ""
    if each["low"] is not None and each["high"] is not None:
        interval = texts["range"].format(_change(each["low"], unit), _change(each["high"], unit))
    p = each["p"]
    return row(
        name,
        Cell(_written(each["first"], unit), value=each["first"]),
        Cell(_written(each["second"], unit), value=each["second"]),
        Cell(_change(each["change"], unit), value=each["change"]),
        Cell(interval),
        Cell("" if p is None else "< 0.001" if p < 0.001 else f"{p:.3f}", value=p),
        _judged(each, language),
        level=level,
    )


def _judged(each: ComparedFigure, language: Language) -> Cell:
    texts = LABELS[language]
    if each["worse"]:
        return Cell(texts["is_worse"], BAD)
    if each["significant"]:
        return Cell(texts["is_better"], GOOD)
    tested = each["p"] is not None or (each["change"] == 0 and each["low"] == 0)
    return Cell(texts["not_significant" if tested else "not_tested"], QUIET)


def _quantile(name: str, language: Language) -> str:
    quantile = name.split()[-1]
    return LOAD_LABELS[language]["max"] if quantile == "max" else quantile


def _written(value: float | None, unit: str) -> str:
    """Return a figure: a share in percent, times with three figures, rates in whole dials."""
    if value is None:
        return "–"
    if unit == "share":
        return f"{100 * value:.4g} %"
    return f"{value:,.0f}" if unit == "dials/s" or abs(value) >= 100 else f"{value:.3g}"


def _change(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    text = _written(abs(value), unit)
    return text if value == 0 else f"{'+' if value > 0 else '−'}{text}"
