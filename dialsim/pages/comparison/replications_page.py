"""The page of replications, as lines for a terminal and as a table for a notebook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from itertools import takewhile
from typing import Any

from rich.cells import cell_len
from rich.text import Text

from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, text_table
from dialsim.pages.comparison.certainty_lines import (
    SUSPENSIONS,
    between,
    calling_on_lines,
    figure,
    probability,
    suspension_lines,
    until_lines,
    until_sentence,
)
from dialsim.pages.comparison.people_drawn import people_lines
from dialsim.pages.layout import (
    BAD,
    GOOD,
    QUIET,
    Cell,
    cut_line,
    headed,
    html_table,
    laid_out,
    paragraph,
    row,
    spaced,
    usable_width,
)
from dialsim.pages.run.goal_lines import before_lines
from dialsim.pages.weak_default_lines import marked, weak_lines, weak_mark
from dialsim.results import formatting
from dialsim.statistics.intervals import possible_ends

Found = Mapping[str, Any]
Row = tuple[str, str, str, str]
"""Of a metric: its name, its mean, the mean's interval, and the spread of the replications."""

WIDTH_OF_A_GOAL = 80
"""On narrower pages the line on how often a goal was met stands below."""
SHORTEST_NAME = 20
"""Columns of a metric's name; on narrower pages its figures take two lines."""

_WORDS: Texts = text_table(
    {
        "no_goals": "No goals were set.",
        "between": "{value} (95 % interval {ends})",
        "goals": "Goals",
        "metrics": "Metrics",
        "mean": "mean",
        "by": "by {}: ",
        "at_least": "at least {}",
        "at_most": "at most {}",
        "of": "{} of {}",
        "head": "{done} of {wanted} replications · seed {seed}",
        "none": "Broken off before the first replication came to its end.",
        "met": "Every goal met and every wall kept in {hits} of {n} replications: {share}.",
        "broken": "Broken off: {done} of {wanted} replications came to their end.",
        "goals_note": "met in · 95 % interval of the share · below it the mean and its own",
        "metrics_note": "95 % interval of the mean · 5 to 95 % of replications",
        "one": "One replication says nothing of the spread: play more.",
    }
)


def replications_page(found: Found, width: int = 80, lang: Language = "en") -> list[Text]:
    """Return the page of `Replications.to_dict` as lines of at most `width` columns (from 60).

    Intervals are clipped at 0, those of shares at 100 % as well.
    """
    width, texts = usable_width(width), _WORDS[lang]
    done = len(found["replications"])
    note = texts["head"].format(done=done, wanted=found["wanted"], seed=found["seed"])
    lines = [*headed(found["name"], note, width)]
    if not done:
        return [*lines, *paragraph(texts["none"], width, 0, BAD)]
    lines += _verdict(found, width, texts)
    lines += until_sentence(found, width, lang) + until_lines(found, width, lang)
    if found["goals"]:
        lines += [Text(""), *headed(texts["goals"], texts["goals_note"], width)]
        for goal in found["goals"]:
            lines += _goal(goal, found, width, lang)
    lines += spaced(weak_lines(found.get("weak_defaults", ()), width, lang))
    lines += suspension_lines(found, width, lang)
    lines += [Text(""), *headed(texts["metrics"], texts["metrics_note"], width)]
    lines += _metrics(found, width, lang)
    return laid_out([*lines, Text(""), *people_lines(found, width, lang)], width)


def _verdict(found: Found, width: int, texts: Mapping[str, str]) -> list[Text]:
    done = len(found["replications"])
    lines: list[Text] = []
    if not found["complete"]:
        lines += paragraph(texts["broken"].format(done=done, wanted=found["wanted"]), width, 0, BAD)
    if not found["goals"]:
        return [*lines, *paragraph(texts["no_goals"], width, 0)]
    met = found["goals_met"]
    hits = round(met["value"] * met["n"])
    ends = between(met["low"], met["high"], texts["to"])
    share = texts["between"].format(value=probability(met["value"]), ends=ends)
    sentence = texts["met"].format(hits=hits, n=met["n"], share=share)
    lines += paragraph(sentence, width, 0, GOOD if hits == met["n"] else BAD)
    if done == 1:
        lines += paragraph(texts["one"], width, 0, QUIET)
    return lines


def _goal(goal: Found, found: Found, width: int, lang: Language) -> list[Text]:
    texts = _WORDS[lang]
    met, unit = goal["met"], goal["unit"]
    hits = round((met["value"] or 0) * met["n"])
    whole = met["n"] and hits == met["n"]
    name = found["metrics"][goal["metric"]]["name_zh"] if lang == "zh" else goal["name"]
    name = marked(name, weak_mark(goal["metric"], found.get("weak_defaults", ())))
    target = texts[goal["bound"]].format(formatting.number(goal["target"], unit))
    share = "" if met["low"] is None else between(met["low"], met["high"], texts["to"])
    mark = Cell("✓" if whole else "✗", 1, style=GOOD if whole else BAD)
    often = texts["of"].format(formatting.number(hits), formatting.number(met["n"]))
    if width < WIDTH_OF_A_GOAL:
        cells = [mark, Cell(name, 24), Cell(target, width - 31)]
        below = [row([Cell("", 1), Cell(often, 24), Cell(share)])]
    else:
        cells = [mark, Cell(name, 24), Cell(target, 17), Cell(often, 14, right=True)]
        cells.append(Cell(share, width - 66, right=True))
        below = []
    value = goal["value"]
    if value["value"] is not None:
        ends = _ends(value, unit, texts)
        mean = texts["between"].format(value=figure(value["value"], unit), ends=ends)
        when = ""
        if goal["by"] is not None:
            due = datetime.fromisoformat(goal["by"])
            when = texts["by"].format(formatting.clock(due, language=lang))
        below += paragraph(f"{when}{texts['mean']} {mean}", width, 5, QUIET)
    below += before_lines(goal, width, lang)
    return [cut_line(each, width) for each in (row(cells), *below)]


def _metrics(found: Found, width: int, lang: Language) -> list[Text]:
    """Return a line for each metric, or two where its figures do not fit on one."""
    weak = found.get("weak_defaults", ())
    rows = [
        _metric(key, each, weak, lang)
        for key, each in found["metrics"].items()
        if each["mean"]["value"] is not None
    ]
    if not rows:
        return []
    _, mean, ends, spread = (max(map(cell_len, column)) for column in zip(*rows, strict=True))
    room = width - 8 - mean - ends - spread  # for the name, after the indent and three gaps
    if room < SHORTEST_NAME:
        return _on_two_lines(rows, width, mean, ends)
    name = min(room, 26)
    mean = min(mean + room - name, max(mean, 12))
    more = width - 8 - name - mean - ends - spread
    widths = name, mean, ends + more // 2, spread + more - more // 2
    return [_fitted(each, widths, width) for each in rows]


def _on_two_lines(rows: list[Row], width: int, mean: int, ends: int) -> list[Text]:
    """Return the name, the mean and its interval on one line, the replications' spread below."""
    name = max(width - 6 - mean - ends, 1)
    lines = []
    for *first, spread in rows:
        lines.append(_fitted(first, (name, mean, ends), width))
        lines.append(cut_line(row([Cell(spread, width - 2, right=True, style=QUIET)]), width))
    return lines


def _fitted(figures: Sequence[str], widths: Sequence[int], width: int) -> Text:
    name, *others = zip(figures, widths, strict=True)
    styles = ("", "", QUIET)[: len(others)]
    cells = [Cell(*each, True, style) for each, style in zip(others, styles, strict=True)]
    return cut_line(row([Cell(*name), *cells]), width)


def _metric(key: str, metric: Found, weak: Sequence[Found], lang: Language) -> Row:
    texts, unit = _WORDS[lang], metric["unit"]
    name = marked(formatting.localised(metric, "name", lang), weak_mark(key, weak))
    quantiles = [figure(metric["quantiles"][q], unit) for q in ("0.05", "0.95")]
    mean = figure(metric["mean"]["value"], unit)
    return name, mean, _ends(metric["mean"], unit, texts), texts["to"].format(*quantiles)


def _ends(interval: Found, unit: str, texts: Mapping[str, str]) -> str:
    if interval["low"] is None:
        return "" if interval["value"] is None else figure(interval["value"], unit)
    low, high = possible_ends(interval["low"], interval["high"], unit)
    return texts["to"].format(figure(low, unit), figure(high, unit))


def replications_html(found: Found) -> str:
    """Return small tables for a notebook: probabilities, and each metric's mean and quantiles.

    Intervals are clipped as on the page.
    """
    head = ["metric", "mean", "low", "high", "5 %", "95 %"]
    rows: list[Sequence[str]] = []
    for metric in found["metrics"].values():
        mean, quantiles, unit = metric["mean"], metric["quantiles"], metric["unit"]
        low, high = mean["low"], mean["high"]
        if low is not None:
            low, high = possible_ends(low, high, unit)
        figures = (mean["value"], low, high, quantiles["0.05"], quantiles["0.95"])
        rows.append([metric["name"], *(figure(each, unit) for each in figures)])
    first, *verdict = takewhile(lambda line: line.plain, replications_page(found))
    title = " ".join(first.plain.split())
    verdict_text = " ".join(line.plain for line in verdict)
    people = " ".join(line.plain for line in people_lines(found, 80))
    review = " ".join(line.plain.strip() for line in calling_on_lines(found, 80, "en"))
    review = f"<p>{escape(review)}</p>" if review else ""
    return (
        f"<p>{escape(title)}<br>{escape(verdict_text)}</p>"
        + html_table(
            ["probability", "in", "of", "95 % interval", "by the calls made"], _chances(found)
        )
        + review
        + html_table(head, rows)
        + f"<p>{escape(people)}</p>"
    )


def _chances(found: Found) -> list[Sequence[str]]:
    """Return a row for each goal, for any suspension and for the stop of the enterprise."""
    if not found["replications"]:
        return []
    shares: list[tuple[str, Found, Found | None]] = [
        (f"{goal['name']} {goal['bound'].replace('_', ' ')} {goal['target']:,}", goal["met"], None)
        for goal in found["goals"]
    ]
    shares += [
        (SUSPENSIONS[metric], each["share"], each["by_calls"])
        for metric, each in found["happened"].items()
    ]
    rows: list[Sequence[str]] = []
    for name, share, chance in shares:
        hits = round((share["value"] or 0) * share["n"])
        ends = "" if share["low"] is None else between(share["low"], share["high"])
        calls = "" if chance is None else probability(chance["value"])
        if chance is not None and chance["low"] is not None:
            calls += f" ({between(chance['low'], chance['high'])})"
        rows.append([name, formatting.number(hits), formatting.number(share["n"]), ends, calls])
    return rows
