"""The page of a sweep, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.cells import cell_len
from rich.text import Text

from dialsim.messages.catalogue import Language
from dialsim.messages.text import MARKS
from dialsim.pages.comparison.people_drawn import people_lines
from dialsim.pages.layout import (
    BAD,
    GOOD,
    OPEN,
    QUIET,
    Cell,
    bar,
    cut_line,
    headed,
    laid_out,
    paragraph,
    row,
    spaced,
    usable_width,
)
from dialsim.pages.planning.sweep_points_page import COST, GOALS_MET, played, point_lines, ranked
from dialsim.pages.planning.sweep_words import (
    LABELS,
    figure,
    metric_unit,
    name_of,
    short_key,
    title_of,
    value_text,
)
from dialsim.pages.weak_default_lines import marked, weak_lines, weak_mark
from dialsim.results import formatting
from dialsim.results.goals import before_words
from dialsim.statistics.intervals import possible_ends

Found = Mapping[str, Any]
VALUES_SHOWN = 12
BAR = 12
"""Columns of a bar, which is dropped before an interval is cut."""
VALUE = 16
ENDS = 24
"""Columns of an interval of seven digits."""
TOLD_APART = 0.05


def sweep_page(found: Found, width: int = 80, lang: Language = "en") -> list[Text]:
    """Return the page of `Sweep.to_dict` as lines of at most `width` columns (from 60).

    Intervals are clipped at 0, those of shares at 100 % as well.
    """
    width, texts = usable_width(width), LABELS[lang]
    note = texts["head"].format(
        points=f"{found['points']:,}", n=f"{found['replications']:,}", seed=found["seed"]
    )
    lines = [*headed(found["name"], note, width), *_verdict(found, width, lang)]
    lines += _before(found, width, lang)
    if found["done"]:
        lines += [Text(""), *paragraph(texts["responses"], width, 0, QUIET)]
        for metric in found["responses"]:
            lines += _response(found, metric, width, lang)
        lines += point_lines(found, width, lang) + _interactions(found, width, lang)
    lines += spaced(weak_lines(found.get("weak_defaults", ()), width, lang))
    lines += [Text(""), *people_lines(found, width, lang)]
    if found["folder"]:
        lines += [Text(texts["folder"].format(found["folder"]))]
    return laid_out(lines, width)


# --- the verdict ----------------------------------------------------------------------------------


def _verdict(found: Found, width: int, lang: Language) -> list[Text]:
    texts, lines = LABELS[lang], []
    heading = formatting.localised(found, "heading", lang)
    if heading:
        lines += paragraph(heading, width, 0, "bold red")
    whole = found["points"] * found["replications"]
    if not found["done"]:
        return lines + paragraph(texts["nothing"], width, 0, BAD)
    known = played(found)
    if not found["complete"]:
        full = sum(point["done"] == found["replications"] for point in known)
        text = texts["broken"].format(
            done=f"{found['done']:,}",
            whole=f"{whole:,}",
            full=f"{full:,}",
            points=f"{found['points']:,}",
            begun=f"{len(known) - full:,}",
        )
        lines += paragraph(text, width, 0, BAD)
    if not found["goals"]:
        return lines + paragraph(texts["no_goals"], width, 0)
    far = "" if found["complete"] else "_so_far"
    met = [point for point in known if point["metrics"][GOALS_MET]["value"] == 1]
    if met:
        text = texts[f"best{far}"].format(
            met=f"{len(met):,}", points=f"{len(known):,}", whole=f"{found['points']:,}"
        )
        return lines + paragraph(text, width, 0, GOOD)
    best = ranked(found)[0]
    share = best["metrics"][GOALS_MET]
    text = texts[f"none_met{far}"].format(
        points=f"{len(known):,}",
        whole=f"{found['points']:,}",
        at=", ".join(f"{key} = {value_text(v)}" for key, v in best["values"].items()),
        hits=round((share["value"] or 0) * share["n"]),
        n=share["n"],
        share=texts["between"].format(
            value=formatting.percent(share["value"]),
            low=formatting.percent(share["low"]),
            high=formatting.percent(share["high"]),
        ),
    )
    return lines + paragraph(text, width, 0, BAD)


def _before(found: Found, width: int, lang: Language) -> list[Text]:
    """Return what the call history has of goals that count the time before the runs."""
    lines = []
    for place, goal in enumerate(found["goals"], 1):
        if text := before_words(goal, lang):
            name = name_of(f"goal_{place}.value", found["goals"], lang)
            lines += paragraph(MARKS["of"][lang].format(name, text), width, 2, QUIET)
    return lines


# --- responses ------------------------------------------------------------------------------------


def _response(found: Found, metric: str, width: int, lang: Language) -> list[Text]:
    texts, rows = LABELS[lang], found["responses"][metric]
    unit = metric_unit(found, metric)
    note = texts["share"] if found["units"][metric] == "0 or 1" else texts["response"]
    name = name_of(metric, found["goals"], lang)
    name = marked(name, weak_mark(_rests_on(found, metric), found.get("weak_defaults", ())))
    if metric == COST:
        name = texts["with_unit"].format(name, found["units"][metric])
    same = _everywhere(found, metric, texts)
    if same is not None:
        return [Text(""), *headed(name, same, width)]
    lines = [Text(""), *headed(name, note, width)]
    most = max((each["interval"]["value"] or 0.0 for each in rows), default=0.0)
    for key, values in found["vary"].items():
        mine = [each for each in rows if each["key"] == key]
        lines.append(cut_line(Text(f"  {key}", style=QUIET), width))
        for each in mine[:VALUES_SHOWN]:
            lines += _long(each, width)
            known = each["interval"]["n"] or found["complete"]
            lines.append(
                _at(each, unit, most, width, texts) if known else _unplayed(each, width, texts)
            )
        if len(values) > VALUES_SHOWN:
            more = texts["more"].format(len(values) - VALUES_SHOWN)
            lines.append(Text(f"    {more}", style=QUIET))
    return lines


def _rests_on(found: Found, metric: str) -> str:
    """Return the metric whose figure is shown: the value of a goal, if the metric is a goal."""
    if not metric.startswith("goal_"):
        return metric
    number = metric.removeprefix("goal_").partition(".")[0]
    return str(found["goals"][int(number) - 1]["metric"])


def _everywhere(found: Found, metric: str, texts: Mapping[str, str]) -> str | None:
    """Return a line if a metric has one value in all replications of all points; else None."""
    at = [point["metrics"][metric] for point in found["at"]]
    first, unit = at[0], metric_unit(found, metric)
    if first["value"] is None or any(each != first for each in at):
        return None
    never = first["kind"] == "Garwood" and first["value"] == 0
    if found["units"][metric] == "0 or 1" or never:
        if first["value"] not in (0.0, 1.0):
            return None
        value, ends = figure(first["value"], unit), _ends(first, unit, texts)
        return texts["everywhere_share"].format(value=value, ends=ends)
    if first["low"] != first["high"]:
        return None
    return texts["everywhere"].format(value=figure(first["value"], unit))


def _at(each: Found, unit: str, most: float, width: int, texts: Mapping[str, str]) -> Text:
    interval = each["interval"]
    value = interval["value"]
    share = 0.0 if value is None or most <= 0 else value / most
    room = width - 4 - VALUE - 12 - 4
    cells = [Cell(_name(each), VALUE), Cell(figure(value, unit), 12, right=True)]
    if room < ENDS + BAR + 2:
        cells.append(Cell(_ends(interval, unit, texts), room, right=True, style=QUIET))
    else:
        ends = Cell(_ends(interval, unit, texts), room - BAR - 2, right=True, style=QUIET)
        cells += [ends, Cell(bar(share, BAR), BAR)]
    return cut_line(row(cells, indent=4), width)


def _unplayed(each: Found, width: int, texts: Mapping[str, str]) -> Text:
    cells = [Cell(_name(each), VALUE), Cell(texts["not_played"], style=QUIET)]
    return cut_line(row(cells, indent=4), width)


def _name(each: Found) -> str:
    """Return the value of a line; empty if it is so long that it stands above."""
    name = value_text(each["value"])
    return name if cell_len(name) <= VALUE else ""


def _long(each: Found, width: int) -> list[Text]:
    """Return the lines of a value that is too long to stand beside its figures."""
    return [] if _name(each) else paragraph(value_text(each["value"]), width, 4)


def _ends(interval: Found, unit: str, texts: Mapping[str, str]) -> str:
    if interval["low"] is None:
        return ""
    low, high = possible_ends(interval["low"], interval["high"], unit)
    return texts["to"].format(figure(low, unit), figure(high, unit))


# --- interactions ---------------------------------------------------------------------------------


def _interactions(found: Found, width: int, lang: Language) -> list[Text]:
    texts, lines = LABELS[lang], []
    for metric, pairs in found["interactions"].items():
        for each in pairs:
            if each["share"] is None:
                continue
            names = (short_key(each[key], found["vary"]) for key in ("first", "second"))
            p = each["p"]
            significant = p is not None and p < TOLD_APART
            cells = [
                Cell(title_of(metric, found, lang), 22),
                Cell(texts["and"].format(*names), width - 50),
                Cell(
                    formatting.percent(each["share"]),
                    9,
                    right=True,
                    style=OPEN if significant else "",
                ),
                Cell(_p_text(p), 9, right=True, style=OPEN if significant else QUIET),
            ]
            lines.append(cut_line(row(cells), width))
    if not lines:
        return []
    return [Text(""), *headed(texts["interactions"], texts["interactions_note"], width), *lines]


def _p_text(p: float | None) -> str:
    if p is None:
        return ""
    return "<0.001" if p < 0.001 else f"{p:.3f}"
