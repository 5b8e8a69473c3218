"""What several replications say, as lines for a terminal and as a table for a notebook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Literal

from rich.text import Text

from dialsim.report import words
from dialsim.report.page import Cell, cut_line, heading, paragraph, put, row, usable_width

if TYPE_CHECKING:
    from rich.console import Console

Language = Literal["en", "zh"]
Found = Mapping[str, Any]
GOOD, BAD, QUIET = "green", "red", "dim"

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "head": "{done} of {wanted} replications · seed {seed}",
        "none": "Broken off before the first replication came to its end.",
        "no_goals": "No goals were set.",
        "met": "Every goal met and every wall kept in {hits} of {n} replications: {share}.",
        "between": "{value} (95 % interval {low} to {high})",
        "broken": "Broken off: {done} of {wanted} replications came to their end.",
        "goals": "Goals",
        "goals_note": "met in · 95 % interval of the mean",
        "metrics": "Metrics",
        "metrics_note": "95 % interval of the mean · 5 to 95 % of replications",
        "mean": "mean",
        "to": "{} to {}",
        "at_least": "at least {}",
        "at_most": "at most {}",
        "of": "{} of {}",
        "nothing": "none",
        "one": "One replication says nothing of the spread: play more.",
    },
    "zh": {
        "head": "{wanted}次重复中完成{done}次 · 种子 {seed}",
        "none": "第一次重复尚未完成即已中断。",
        "no_goals": "未设目标。",
        "met": "{n}次重复中有{hits}次达成全部目标且守住全部底线：{share}。",
        "between": "{value}（95 %置信区间 {low} 至 {high}）",
        "broken": "已中断：{wanted}次重复中完成{done}次。",
        "goals": "目标",
        "goals_note": "达成次数 · 均值的95 %置信区间",
        "metrics": "指标",
        "metrics_note": "均值的95 %置信区间 · 重复的5 %至95 %分位",
        "mean": "均值",
        "to": "{} 至 {}",
        "at_least": "至少 {}",
        "at_most": "至多 {}",
        "of": "{} / {}",
        "nothing": "无",
        "one": "一次重复不能说明波动，请多做几次。",
    },
}


def print_replications(found: Found, console: Console, lang: Language = "en") -> None:
    """Print the page of replications.

    Parameters
    ----------
    found
        As of ``Replications.to_dict``.
    console
        The page is at most as wide, from 60 to 100 columns.
    lang
        ``"en"`` or ``"zh"``.
    """
    put(replications_page(found, console.width, lang), console)


def replications_page(found: Found, width: int = 80, lang: Language = "en") -> list[Text]:
    """Return the lines of the page, none wider than `width` (at least 60)."""
    width, said = usable_width(width), _WORDS[lang]
    done = len(found["replications"])
    note = said["head"].format(done=done, wanted=found["wanted"], seed=found["seed"])
    lines = [heading(found["name"], note, width)]
    if not done:
        return [*lines, *paragraph(said["none"], width, 0, BAD)]
    lines += _verdict(found, width, said)
    if found["goals"]:
        lines += [Text(""), heading(said["goals"], said["goals_note"], width)]
        for goal in found["goals"]:
            lines += _goal(goal, found, width, lang)
    lines += [Text(""), heading(said["metrics"], said["metrics_note"], width)]
    lines += [
        cut_line(_metric(metric, width, lang), width)
        for metric in found["metrics"].values()
        if metric["mean"]["value"] is not None
    ]
    return lines


def _verdict(found: Found, width: int, said: Mapping[str, str]) -> list[Text]:
    done = len(found["replications"])
    lines: list[Text] = []
    if not found["complete"]:
        lines += paragraph(said["broken"].format(done=done, wanted=found["wanted"]), width, 0, BAD)
    if not found["goals"]:
        return [*lines, *paragraph(said["no_goals"], width, 0)]
    met = found["goals_met"]
    hits = round(met["value"] * met["n"])
    share = said["between"].format(
        value=words.percent(met["value"]),
        low=words.percent(met["low"]),
        high=words.percent(met["high"]),
    )
    sentence = said["met"].format(hits=hits, n=met["n"], share=share)
    lines += paragraph(sentence, width, 0, GOOD if hits == met["n"] else BAD)
    if done == 1:
        lines += paragraph(said["one"], width, 0, QUIET)
    return lines


def _goal(goal: Found, found: Found, width: int, lang: Language) -> list[Text]:
    said = _WORDS[lang]
    met, unit = goal["met"], goal["unit"]
    hits = round((met["value"] or 0) * met["n"])
    whole = met["n"] and hits == met["n"]
    name = found["metrics"][goal["metric"]]["name_zh"] if lang == "zh" else goal["name"]
    target = said[goal["bound"]].format(words.number(goal["target"], unit))
    cells = [
        Cell("✓" if whole else "✗", 1, style=GOOD if whole else BAD),
        Cell(name, 22),
        Cell(target, 20),
        Cell(said["of"].format(hits, met["n"]), 9, right=True),
        Cell(_ends(goal["value"], unit, said), width - 63, right=True),
    ]
    return [cut_line(row(cells), width)]


def _metric(metric: Found, width: int, lang: Language) -> Text:
    said, unit = _WORDS[lang], metric["unit"]
    name = metric["name_zh"] if lang == "zh" else metric["name"]
    between = (width - 46) // 2
    quantiles = metric["quantiles"]
    spread = said["to"].format(*(_figure(quantiles[q], unit) for q in ("0.05", "0.95")))
    return row(
        [
            Cell(name, 26),
            Cell(_figure(metric["mean"]["value"], unit), 12, right=True),
            Cell(_ends(metric["mean"], unit, said), between, right=True),
            Cell(spread, between, right=True, style=QUIET),
        ]
    )


def _ends(interval: Found, unit: str, said: Mapping[str, str]) -> str:
    if interval["low"] is None:
        return "" if interval["value"] is None else _figure(interval["value"], unit)
    low = max(0.0, interval["low"])  # no figure is negative, whatever a t interval says
    return said["to"].format(_figure(low, unit), _figure(interval["high"], unit))


def _figure(value: float | None, unit: str) -> str:
    """Return a mean with the digits a reader wants: counts above 100 need no decimals."""
    if value is None:
        return words.number(None)
    if unit == "share":
        return words.column(value)
    return words.number(round(value) if abs(value) >= 100 else value, unit)


_ROW = "<tr><td>{}</td>" + "<td style='text-align:right'>{}</td>" * 5 + "</tr>"


def replications_html(found: Found) -> str:
    """Return a small table for a notebook: mean, interval and quantiles of every metric."""
    head = ["metric", "mean", "low", "high", "5 %", "95 %"]
    rows: list[Sequence[str]] = []
    for metric in found["metrics"].values():
        mean, quantiles, unit = metric["mean"], metric["quantiles"], metric["unit"]
        figures = (mean["value"], mean["low"], mean["high"], quantiles["0.05"], quantiles["0.95"])
        rows.append([metric["name"], *(_figure(each, unit) for each in figures)])
    body = "".join(_ROW.format(*(escape(cell) for cell in each)) for each in rows)
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    first, *verdict = takewhile(lambda line: line.plain, replications_page(found))
    title = " ".join(first.plain.split())
    said = " ".join(line.plain for line in verdict)
    return (
        f"<p>{escape(title)}<br>{escape(said)}</p>"
        f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    )
