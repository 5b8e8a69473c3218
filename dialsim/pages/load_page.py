"""The page of a load test: what was asked, how late each step was decided, and the verdict."""

from __future__ import annotations

from collections.abc import Sequence

from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import read_in
from dialsim.pages.load_result import (
    COUNTS,
    LimitResult,
    LoadResult,
    LoadSettings,
    QuantilesMs,
    RunResult,
    StepResult,
    ThresholdResult,
)
from dialsim.pages.load_verdict import admitted_cell, verdict
from dialsim.pages.load_words import LABELS
from dialsim.pages.model.parts import (
    Page,
    Paragraph,
    Part,
    Section,
    page,
    quiet,
    section,
    statement,
)
from dialsim.pages.model.style import BAD, GOOD, OPEN, Style
from dialsim.pages.model.tables import Cell, Row, Table, figures, row, words

MAIN = ("p50", "p99", "p99.9", "max")
QUANTILES = {"p50": False, "p90": True, "p99": False, "p99.9": False, "p99.99": True, "max": False}
"""Quantiles of a step, and whether a narrow terminal leaves each out."""


def load_page(found: LoadResult, language: Language = ENGLISH) -> Page:
    """Return the page of `LoadTest.to_dict`."""
    limit, steps = found["limit"], found["steps"]
    if not (limit["tried"] if limit is not None else steps):
        nothing = statement(LABELS[language]["unmeasured"], OPEN)
        return page(_head(found, [nothing], language), language=language)
    head = _head(found, list(verdict(found, language)), language)
    if limit is not None:
        return page(head, _search(limit, found["asked"], language), language=language)
    return page(
        head,
        *(each for step in steps for each in _step(step, language)),
        _machine(found["runs"], language),
        _thresholds(found["thresholds"], language),
        language=language,
    )


def _head(found: LoadResult, statements: Sequence[Paragraph], language: Language) -> Section:
    texts, asked = LABELS[language], found["asked"]
    parts = []
    if found["limit"] is None:
        whole = sum(1 for run in found["runs"] if not run["interrupted"])
        key = "part" if whole < len(found["runs"]) else "whole"
        parts.append(texts[key].format(whole=whole, runs=asked["runs"]))
    parts.append(texts["length"].format(asked["length_ms"] / 1000))
    parts.append(texts["warm_up"].format(asked["warm_up_ms"] / 1000))
    parts.append(texts["hold"].format(asked["hold_ms"]))
    if asked["deadline_ms"] is not None:
        parts.append(texts["deadline"].format(asked["deadline_ms"]))
    below = [quiet(texts["guard_lifted"])] if found["guard_lifted"] else []
    note = texts["note"].format(
        profile=texts[asked["profile"]], arrivals=texts[asked["arrivals"]], seed=found["seed"]
    )
    title = texts["title"].format(found["scenario"])
    settings = " · ".join(parts)
    return section(title, quiet(settings), below, statements, note=note, key="head")


def _ends(name: str, runs: int, ends: Sequence[Sequence[Cell]], language: Language) -> list[Row]:
    """Return a row for the least and one for the most of all runs; one if they are alike."""
    texts, (least, most) = LABELS[language], ends
    if runs == 1 or [cell.text for cell in least] == [cell.text for cell in most]:
        return [row(name, *least)]
    return [row(texts["least"].format(name), *least), row(texts["most"].format(name), *most)]


def _step(step: StepResult, language: Language) -> list[Section]:
    """Return a step: its counts, lateness and latency, what held dials up, and the backlog."""
    texts, runs = LABELS[language], step["runs"]
    ends = [[_count(step[name][end]) for name in COUNTS] for end in (0, 1)]
    columns = (*words(""), *figures(*(texts[name] for name in COUNTS)))
    counts = Table(columns, tuple(_ends(texts["dials"], runs, ends, language)))
    dropped = [quiet(texts["dropped_note"])] if max(step["dropped"]) else []
    note = texts["one_run"] if runs == 1 else texts["ends"].format(runs)
    title, key = texts["rate"].format(step["rate"]), f"step-{step['stage']}"
    return [
        section(title, counts, dropped, note=note, key=key),
        section("", _times(step, language), key=f"{key}-times"),
        *_deferred(step, language),
        section("", _held(step, language), key=f"{key}-held"),
        section("", _backlog(step, language), key=f"{key}-backlog"),
    ]


def _deferred(step: StepResult, language: Language) -> list[Section]:
    texts, causes = LABELS[language], step["deferred_for"]
    if not causes:
        return []
    rows = tuple(row(texts[name], _count(count)) for name, count in causes.items())
    columns = (*words(texts["deferred_for"]), *figures(texts["dials"]))
    return [section("", Table(columns, rows), key=f"step-{step['stage']}-deferred")]


def _times(step: StepResult, language: Language) -> Table:
    """Return the quantiles of own lateness and of latency, the least and the most of all runs."""
    texts, runs = LABELS[language], step["runs"]
    # only the least is known if a run has censored offers
    signs = ("≥" if step["at_least"] == runs else "", "≥" if step["at_least"] else "")
    rows = []
    for what, times in (("lateness", step["lateness_ms"]), ("latency", step["latency_ms"])):
        ends = [[_ms(times[q][end], signs[end]) for q in QUANTILES] for end in (0, 1)]
        rows += _ends(texts[what], runs, ends, language)
    heads = [
        column
        for q, optional in QUANTILES.items()
        for column in figures(texts.get(q, q), optional=optional)
    ]
    return Table((*words(texts["ms"]), *heads), tuple(rows))


def _held(step: StepResult, language: Language) -> list[Part]:
    texts = LABELS[language]
    rows = tuple(
        row(
            texts[name],
            Cell(f"{100 * each['share']:.3g} %", value=each["share"]),
            *(Cell(f"{ms:,.0f}", value=ms) for ms in (each["p99_ms"], each["max_ms"])),
        )
        for name, each in step["held"].items()
        if each["share"] > 0
    )
    if not rows:
        return [Paragraph(texts["no_hold" if step["deferred_for"] else "none_held"])]
    heads = figures(*(texts[name] for name in ("share", "p99_ms", "max_ms")))
    return [Table((*words(texts["held_up"]), *heads), rows)]


def _backlog(step: StepResult, language: Language) -> list[Part]:
    texts, slopes = LABELS[language], step["backlog_slope_per_s"]
    ends = [[_count(step["backlog_most"][end]), _growth(slopes[end])] for end in (0, 1)]
    columns = (*words(""), *figures(texts["waiting"], texts["growth"]))
    rows = _ends(texts["backlog"], step["runs"], ends, language)
    parts: list[Part] = [Table(columns, tuple(rows))]
    if slopes[0] is not None:
        text = texts["grows" if step["backlog_grows"] else "steady"]
        parts.append(quiet(text.format(grows=step["backlog_grows"], runs=step["runs"])))
    return parts


def _machine(runs: Sequence[RunResult], language: Language) -> Section:
    """Return how long slices were, and how late a heartbeat without any work was."""
    texts, rows = LABELS[language], []
    measured: dict[str, list[QuantilesMs]] = {
        "slices": [{q: run["slices"][f"{q}_ms"] for q in MAIN} for run in runs],
        "heartbeat": [run["heartbeat_ms"] for run in runs],
    }
    for name, times in measured.items():
        ends = []
        for pick in (min, max):
            cells = []
            for quantile in MAIN:
                known = [value for each in times if (value := each[quantile]) is not None]
                value = pick(known) if known else None
                cells.append(Cell("–" if value is None else f"{value:.3g}", value=value))
            ends.append(cells)
        rows += _ends(texts[name], len(runs), ends, language)
    heads = figures(*(texts.get(q, q) for q in MAIN))
    return section(
        texts["machine"], Table((*words(texts["ms"]), *heads), tuple(rows)), key="machine"
    )


def _thresholds(thresholds: Sequence[ThresholdResult], language: Language) -> Section | None:
    if not thresholds:
        return None
    texts = LABELS[language]
    heads = (
        *words(""),
        *figures(texts["dials_per_s"]),
        *words(texts["threshold"]),
        *figures(texts["worst"], texts["allowed"]),
    )
    table = Table(heads, tuple(_threshold(each, language) for each in thresholds))
    unknown = any(each["unknown"] for each in thresholds)
    return section(
        texts["thresholds"],
        table,
        [quiet(texts["why_unknown"])] if unknown else [],
        note=texts["worst_of_all"],
        key="thresholds",
        style=GOOD if all(each["met"] for each in thresholds) else BAD,
    )


def _threshold(each: ThresholdResult, language: Language) -> Row:
    texts, worst, bound = LABELS[language], each["worst"], each["limit"]
    if each["name"] == "admitted":
        name = texts["admitted"]
        shown = texts["none"] if worst is None else f"{100 * worst:.4g} %"
        allowed = texts["at_least"].format(f"{100 * bound:g} %")
    else:
        name = texts["late"].format(each["name"].split()[-1])
        shown = texts["unknown"] if each["unknown"] else texts["in_ms"].format(_ms(worst).text)
        allowed = texts["at_most"].format(texts["in_ms"].format(f"{bound:g}"))
    return row(
        _mark(each["met"]),
        Cell(each["rate"], value=each["rate_per_s"]),
        name,
        Cell(shown, value=worst),
        Cell(allowed, value=bound),
    )


def _search(limit: LimitResult, asked: LoadSettings, language: Language) -> Section:
    """Return a search for the limit: every run in order."""
    texts = LABELS[language]
    heads = (
        *words(""),
        *figures(
            texts["dials_per_s"], texts["p99_late"], texts["backlog_per_s"], texts["admitted"]
        ),
        *words(texts["why"]),
    )
    rows = tuple(
        row(
            _mark(each["passed"], OPEN if each["void"] else BAD),
            Cell(f"{each['rate_per_s']:,.0f}", value=each["rate_per_s"]),
            _ms(each["lateness_ms"]),
            _growth(each["backlog_slope_per_s"]),
            admitted_cell(each["admitted"]),
            Cell(read_in(each["why"] or "", language), OPEN if each["void"] else BAD),
        )
        for each in limit["tried"]
    )
    below = []
    if limit["ended_by"]:
        text = texts["ended_by"].format(read_in(limit["ended_by"], language))
        below.append(Paragraph(text))
    note = texts["target"].format(asked["lateness_ms"]["p99"])
    return section(texts["search"], Table(heads, rows), below, note=note, key="search")


def _mark(passed: bool, style: Style = BAD) -> Cell:
    return Cell("✓", GOOD) if passed else Cell("✗", style)


def _count(value: float | None) -> Cell:
    return Cell("–" if value is None else f"{value:,}", value=value)


def _ms(value: float | None, sign: str = "") -> Cell:
    """Return a time in ms with three figures, whole above a hundred."""
    if value is None:
        return Cell("–")
    return Cell(sign + (f"{value:,.0f}" if value >= 100 else f"{value:.3g}"), value=value)


def _growth(value: float | None) -> Cell:
    """Return how much the backlog grows a second, with its sign."""
    whole = None if value is None else round(value)
    text = "–" if whole is None else f"{whole:+,}".replace("-", "−") if whole else "0"
    return Cell(text, value=value)
