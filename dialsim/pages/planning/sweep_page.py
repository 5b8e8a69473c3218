"""The page of a sweep: how goals, suspensions and costs respond to each varied key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.pages.comparison.people_drawn import people_drawn
from dialsim.pages.model.parts import Page, Part, Section, page, quiet, section, statement
from dialsim.pages.model.style import BAD, GOOD, OPEN, PLAIN, QUIET, STRONG
from dialsim.pages.model.tables import (
    BAR,
    Cell,
    Row,
    Table,
    bar,
    figures,
    row,
    title_row,
    words,
)
from dialsim.pages.planning.sweep_frontier import frontier_chart
from dialsim.pages.planning.sweep_points_page import COST, GOALS_MET, played, points_section, ranked
from dialsim.pages.planning.sweep_words import (
    LABELS,
    figure,
    metric_unit,
    name_of,
    short_key,
    title_of,
    value_text,
)
from dialsim.pages.weak_defaults import marked, weak_mark, weak_section
from dialsim.results import formatting
from dialsim.results.goals import before_words
from dialsim.results.interval_result import IntervalResult
from dialsim.results.planning_types.sweep import SweepPoint, SweepResponse, SweepResult
from dialsim.statistics.intervals import possible_ends

VALUES_SHOWN = 12
SIGNIFICANT = 0.05


def sweep_page(found: SweepResult, language: Language = ENGLISH) -> Page:
    """Return the page of a sweep, from `Sweep.to_dict`.

    Intervals are clipped at 0, those of shares at 100 % as well.
    """
    texts, sections = LABELS[language], list[Section | None]()
    if found["done"]:
        everywhere = {metric: _everywhere(found, metric, language) for metric in found["responses"]}
        varying = [metric for metric, row in everywhere.items() if row is None]
        same = [row for row in everywhere.values() if row is not None]
        note = [section("", quiet(texts["responses"], level=0))]
        sections += [
            *(note if varying else []),
            *(_response(found, metric, language) for metric in varying),
            _same(same, language),
            _points(found, language),
            _interactions(found, language),
        ]
    folder = [texts["folder"].format(found["folder"])] if found["folder"] else []
    return page(
        _head(found, language),
        *sections,
        weak_section(found.get("weak_defaults", ()), language),
        language=language,
        closing=[*people_drawn(found, language), *folder],
    )


def _points(found: SweepResult, language: Language) -> Section:
    """Return the table of the points, with their chart."""
    table = points_section(found, language)
    return replace(table, parts=(*table.parts, *frontier_chart(found, language)))


# --- the verdict ----------------------------------------------------------------------------------


def _head(found: SweepResult, language: Language) -> Section:
    note = LABELS[language]["head"].format(
        points=f"{found['points']:,}", n=f"{found['replications']:,}", seed=found["seed"]
    )
    parts = [*_verdict(found, language), *_before(found, language)]
    return section(found["name"], parts, note=note, key="head")


def _verdict(found: SweepResult, language: Language) -> Iterator[Part]:
    """Yield what the sweep comes to: whether its goals were met, and where."""
    texts = LABELS[language]
    heading = formatting.localised(found, "heading", language)
    if heading:
        yield statement(heading, BAD | STRONG)
    if not found["done"]:
        yield statement(texts["nothing"], BAD)
        return
    known = played(found)
    if not found["complete"]:
        full = sum(point["done"] == found["replications"] for point in known)
        text = texts["broken"].format(
            done=f"{found['done']:,}",
            whole=f"{found['points'] * found['replications']:,}",
            full=f"{full:,}",
            points=f"{found['points']:,}",
            begun=f"{len(known) - full:,}",
        )
        yield statement(text, BAD)
    yield _goals_met(found, known, language) if found["goals"] else statement(texts["no_goals"])


def _goals_met(found: SweepResult, known: list[SweepPoint], language: Language) -> Part:
    """Return at how many points every goal was met in every replication, or where most often."""
    texts, far = LABELS[language], "" if found["complete"] else "_so_far"
    counts = {"points": f"{len(known):,}", "whole": f"{found['points']:,}"}
    met = [point for point in known if point["metrics"][GOALS_MET]["value"] == 1]
    if met:
        return statement(texts[f"best{far}"].format(met=f"{len(met):,}", **counts), GOOD)
    best = ranked(found)[0]
    share = best["metrics"][GOALS_MET]
    text = texts[f"none_met{far}"].format(
        **counts,
        at=texts["and"].join(
            texts["equal"].format(key=key, value=value_text(value))
            for key, value in best["values"].items()
        ),
        hits=round((share["value"] or 0) * share["n"]),
        n=share["n"],
        share=texts["between"].format(
            value=formatting.percent(share["value"]),
            low=formatting.percent(share["low"]),
            high=formatting.percent(share["high"]),
        ),
    )
    return statement(text, BAD)


def _before(found: SweepResult, language: Language) -> Iterator[Part]:
    """Yield what the call history has of goals that count the time before the runs."""
    for place, goal in enumerate(found["goals"], 1):
        if text := before_words(goal.get("before"), goal["unit"], goal["by"], language):
            name = name_of(f"goal_{place}.value", found["goals"], language)
            yield quiet(LABELS[language]["of"].format(name, text))


# --- responses ------------------------------------------------------------------------------------


def _response(found: SweepResult, metric: str, language: Language) -> Section:
    """Return a metric at each value of each key."""
    texts, rows = LABELS[language], found["responses"][metric]
    most = max((each["interval"]["value"] or 0.0 for each in rows), default=0.0)
    shown: list[Row] = []
    for key, values in found["vary"].items():
        mine = [each for each in rows if each["key"] == key]
        shown.append(title_row(key, QUIET))
        shown += [_at(found, metric, each, most, language) for each in mine[:VALUES_SHOWN]]
        if len(values) > VALUES_SHOWN:
            more = texts["more"].format(len(values) - VALUES_SHOWN)
            shown.append(row(Cell(more, QUIET), level=1))
    happens = found["units"][metric] == "0 or 1"
    columns = (
        *words(texts["value"]),
        *figures(texts["share" if happens else "mean"], texts["interval"]),
        BAR,
    )
    key = metric.replace("_", "-").replace(".", "-")
    return section(_name(found, metric, language), Table(columns, tuple(shown)), key=key)


def _name(found: SweepResult, metric: str, language: Language) -> str:
    """Return the name of a metric, with its unit if that is money, and marks of weak defaults."""
    name = name_of(metric, found["goals"], language)
    if metric == COST:
        name = LABELS[language]["with_unit"].format(name, found["units"][metric])
    return marked(name, weak_mark(_rests_on(found, metric), found.get("weak_defaults", ())))


def _rests_on(found: SweepResult, metric: str) -> str:
    """Return the metric whose figure is shown: the value of a goal, if the metric is a goal."""
    if not metric.startswith("goal_"):
        return metric
    number = metric.removeprefix("goal_").partition(".")[0]
    return str(found["goals"][int(number) - 1]["metric"])


def _at(
    found: SweepResult, metric: str, each: SweepResponse, most: float, language: Language
) -> Row:
    """Return the row of a value; one whose points were not all played has no figures."""
    name, interval = value_text(each["value"]), each["interval"]
    if not (interval["n"] or found["complete"]):
        return row(name, level=1, notes=[LABELS[language]["not_played"]])
    unit, value = metric_unit(found, metric), interval["value"]
    share = 0.0 if value is None or most <= 0 else value / most
    ends = Cell(_ends(interval, unit, language), QUIET)
    return row(name, Cell(figure(value, unit), value=value), ends, bar(share), level=1)


def _everywhere(found: SweepResult, metric: str, language: Language) -> Row | None:
    """Return the row of a metric with one value in all replications of all points; else None."""
    at = [point["metrics"][metric] for point in found["at"]]
    first, unit = at[0], metric_unit(found, metric)
    if first["value"] is None or any(each != first for each in at):
        return None
    ends = ""
    never = first["kind"] == "Garwood" and first["value"] == 0
    if found["units"][metric] == "0 or 1" or never:
        if first["value"] not in (0.0, 1.0):
            return None
        ends = _ends(first, unit, language)
    elif first["low"] != first["high"]:
        return None
    value = Cell(figure(first["value"], unit), value=first["value"])
    return row(_name(found, metric, language), value, Cell(ends, QUIET))


def _same(rows: list[Row], language: Language) -> Section | None:
    """Return the metrics that no key moves."""
    if not rows:
        return None
    texts = LABELS[language]
    columns = (*words(texts["figure"]), *figures(texts["value"], texts["interval"]))
    return section(
        texts["everywhere"],
        Table(columns, tuple(rows)),
        note=texts["everywhere_note"],
        key="same-everywhere",
    )


def _ends(interval: IntervalResult, unit: str, language: Language) -> str:
    if interval["low"] is None or interval["high"] is None:
        return ""
    low, high = possible_ends(interval["low"], interval["high"], unit)
    return LABELS[language]["to"].format(figure(low, unit), figure(high, unit))


# --- interactions ---------------------------------------------------------------------------------


def _interactions(found: SweepResult, language: Language) -> Section | None:
    texts, rows = LABELS[language], list[Row]()
    for metric, pairs in found["interactions"].items():
        for each in pairs:
            if each["share"] is None:
                continue
            names = (short_key(each[key], found["vary"]) for key in ("first", "second"))
            p = each["p"]
            significant = p is not None and p < SIGNIFICANT
            rows.append(
                row(
                    title_of(metric, found, language),
                    texts["with"].format(*names),
                    Cell(
                        formatting.percent(each["share"]),
                        OPEN if significant else PLAIN,
                        each["share"],
                    ),
                    Cell(_p_text(p), OPEN if significant else QUIET, p),
                )
            )
    if not rows:
        return None
    columns = (
        *words(texts["figure"], texts["keys"]),
        *figures(texts["interaction"], texts["p"]),
    )
    return section(
        texts["interactions"],
        Table(columns, tuple(rows)),
        note=texts["interactions_note"],
        key="interactions",
    )


def _p_text(p: float | None) -> str:
    if p is None:
        return ""
    return "<0.001" if p < 0.001 else f"{p:.3f}"
