"""What a sweep found, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from rich.cells import cell_len
from rich.text import Text

from dialsim.errors import shown
from dialsim.report import words
from dialsim.report.page import Cell, bar, cut_line, heading, paragraph, put, row, usable_width
from dialsim.scenario.metrics import metrics

if TYPE_CHECKING:
    from rich.console import Console

Language = Literal["en", "zh"]
Found = Mapping[str, Any]
GOOD, BAD, OPEN, QUIET = "green", "red", "yellow", "dim"
POINTS_SHOWN = 24
VALUES_SHOWN = 12
BAR = 12
TOLD_APART = 0.05
NO_GOALS_MET, SUSPENSION, COST = "goals_met", "any_suspension", "cost"

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "head": "{points} points × {n} replications · seed {seed}",
        "broken": "Broken off: {done} of {whole} replications came to their end. The same command "
        "goes on with it, if it has an --out.",
        "nothing": "Broken off before the first replication came to its end.",
        "no_goals": "No goals were set.",
        "best": "Every goal was met in every replication at {met} of {points} points.",
        "none_met": "At no point was every goal met in every replication; most often at {at}: "
        "{hits} of {n}, {share}.",
        "between": "{value} (95 % interval {low} to {high})",
        "responses": "Mean at each value, over all values of the other keys, with 95 % interval.",
        "response": "mean · 95 % interval",
        "share": "share of replications · 95 % interval",
        "goals_met": "every goal met",
        "any_suspension": "any suspension",
        "enterprise_stop": "enterprise stopped",
        "cost": "cost",
        "margin": "margin of {}",
        "met": "{} met",
        "at_least": "{name}, at least {target}",
        "at_most": "{name}, at most {target}",
        "points": "Points",
        "points_note": "{shown} of {whole}, those that met the goals most often",
        "all_points": "means; of goals and suspensions, 95 % intervals of their shares",
        "interactions": "Does one depend on the other?",
        "interactions_note": "part of what both move that is no sum of two effects · p",
        "and": "{} and {}",
        "to": "{} to {}",
        "everywhere": "{value} at every point",
        "everywhere_share": "{value} at every point, 95 % interval {ends}",
        "with_unit": "{}, {}",
        "more": "and {} more",
        "folder": "results: {}",
        "goal_of": "goal {}",
    },
    "zh": {
        "head": "{points}个点 × {n}次重复 · 种子 {seed}",
        "broken": "已中断：{whole}次重复中完成{done}次。若有 --out，以同一命令继续。",
        "nothing": "第一次重复尚未完成即已中断。",
        "no_goals": "未设目标。",
        "best": "{points}个点中有{met}个在每次重复里都达成全部目标。",
        "none_met": "没有一个点在每次重复里都达成全部目标；最常达成的是 {at}："
        "{n}次中{hits}次，{share}。",
        "between": "{value}（95 %置信区间 {low} 至 {high}）",
        "responses": "各取值处的均值（对其他键的所有取值平均）及95 %置信区间。",
        "response": "均值 · 95 %置信区间",
        "share": "重复中的占比 · 95 %置信区间",
        "goals_met": "达成全部目标",
        "any_suspension": "有号码停机",
        "enterprise_stop": "企业停线",
        "cost": "成本",
        "margin": "{}的余量",
        "met": "达成{}",
        "at_least": "{name}，至少 {target}",
        "at_most": "{name}，至多 {target}",
        "points": "各点",
        "points_note": "{whole}个中的{shown}个，最常达成目标者",
        "all_points": "均值；目标与停机为占比的95 %置信区间",
        "interactions": "是否相互影响",
        "interactions_note": "两者作用中不可相加的部分 · p",
        "and": "{} 与 {}",
        "to": "{} 至 {}",
        "everywhere": "各点均为 {value}",
        "everywhere_share": "各点均为 {value}，95 %置信区间 {ends}",
        "with_unit": "{}，{}",
        "more": "及另外{}个",
        "folder": "结果目录：{}",
        "goal_of": "目标{}",
    },
}


def print_sweep(found: Found, console: Console, lang: Language = "en") -> None:
    """Print the page of a sweep.

    Parameters
    ----------
    found
        As of ``Sweep.to_dict``.
    console
        The page is at most as wide, from 60 to 100 columns.
    lang
        ``"en"`` or ``"zh"``.
    """
    put(sweep_page(found, console.width, lang), console)


def sweep_page(found: Found, width: int = 80, lang: Language = "en") -> list[Text]:
    """Return the lines of the page, none wider than `width` (at least 60)."""
    width, said = usable_width(width), _WORDS[lang]
    note = said["head"].format(
        points=f"{found['points']:,}", n=f"{found['replications']:,}", seed=found["seed"]
    )
    lines = [heading(found["name"], note, width), *_verdict(found, width, lang)]
    if found["done"]:
        lines += [Text(""), *paragraph(said["responses"], width, 0, QUIET)]
        for metric in found["responses"]:
            lines += _response(found, metric, width, lang)
        lines += _points(found, width, lang) + _interactions(found, width, lang)
    if found["folder"]:
        lines += [Text(""), Text(said["folder"].format(found["folder"]))]
    return lines


def name_of(metric: str, goals: Sequence[Found], lang: Language = "en") -> str:
    """Return what a metric of replications is called."""
    said = _WORDS[lang]
    if metric.startswith("goal_"):
        number, _, what = metric.removeprefix("goal_").partition(".")
        goal = goals[int(number) - 1]
        name = _plain_name(goal["metric"], lang)
        if goal["target"] is not None and what == "value":
            target = words.number(goal["target"], goal["unit"])
            return said[goal["bound"]].format(name=name, target=target)
        return name if what == "value" else said[what].format(name)
    return said[metric] if metric in said else _plain_name(metric, lang)


def figure(value: float | None, unit: str) -> str:
    """Return a mean with the digits a reader wants: counts above 100 need no decimals."""
    if value is None or value != value:
        return words.number(None)
    if unit == "share":
        return words.percent(value)
    return words.number(round(value) if abs(value) >= 100 else value, unit)


def _plain_name(metric: str, lang: Language) -> str:
    known = metrics()[metric]
    return known.name_zh if lang == "zh" else known.name


# --- the verdict ----------------------------------------------------------------------------------


def _verdict(found: Found, width: int, lang: Language) -> list[Text]:
    said, lines = _WORDS[lang], []
    heading_key = "heading_zh" if lang == "zh" else "heading"
    if found[heading_key]:
        lines += paragraph(found[heading_key], width, 0, "bold red")
    whole = found["points"] * found["replications"]
    if not found["done"]:
        return lines + paragraph(said["nothing"], width, 0, BAD)
    if not found["complete"]:
        text = said["broken"].format(done=f"{found['done']:,}", whole=f"{whole:,}")
        lines += paragraph(text, width, 0, BAD)
    if not found["goals"]:
        return lines + paragraph(said["no_goals"], width, 0)
    met = [point for point in found["at"] if point["metrics"][NO_GOALS_MET]["value"] == 1]
    if met:
        text = said["best"].format(met=f"{len(met):,}", points=f"{found['points']:,}")
        return lines + paragraph(text, width, 0, GOOD)
    best = _ranked(found)[0]
    share = best["metrics"][NO_GOALS_MET]
    text = said["none_met"].format(
        at=", ".join(f"{key} = {_value(v)}" for key, v in best["values"].items()),
        hits=round((share["value"] or 0) * share["n"]),
        n=share["n"],
        share=said["between"].format(
            value=words.percent(share["value"]),
            low=words.percent(share["low"]),
            high=words.percent(share["high"]),
        ),
    )
    return lines + paragraph(text, width, 0, BAD)


def _ranked(found: Found) -> list[Found]:
    """Return points, those that met the goals most often first; of equals as in the grid."""

    def met(point: Found) -> float:
        share = point["metrics"].get(NO_GOALS_MET) or {"value": 0.0}
        return -(share["value"] or 0.0)

    return sorted(found["at"], key=met)


# --- responses ------------------------------------------------------------------------------------


def _response(found: Found, metric: str, width: int, lang: Language) -> list[Text]:
    said, rows = _WORDS[lang], found["responses"][metric]
    unit = _unit(found, metric)
    note = said["share"] if found["units"][metric] == "0 or 1" else said["response"]
    name = name_of(metric, found["goals"], lang)
    if metric == COST:
        name = said["with_unit"].format(name, found["units"][metric])
    same = _everywhere(found, metric, said)
    if same is not None:
        return [Text(""), heading(name, same, width)]
    lines = [Text(""), heading(name, note, width)]
    most = max((each["interval"]["value"] or 0.0 for each in rows), default=0.0)
    for key, values in found["vary"].items():
        mine = [each for each in rows if each["key"] == key]
        lines.append(cut_line(Text(f"  {key}", style=QUIET), width))
        lines += [_at(each, unit, most, width, said) for each in mine[:VALUES_SHOWN]]
        if len(values) > VALUES_SHOWN:
            more = said["more"].format(len(values) - VALUES_SHOWN)
            lines.append(Text(f"    {more}", style=QUIET))
    return lines


def _everywhere(found: Found, metric: str, said: Mapping[str, str]) -> str | None:
    """Say that a metric is one and the same in every replication of every point; else None."""
    at = [point["metrics"][metric] for point in found["at"]]
    first, unit = at[0], _unit(found, metric)
    if first["value"] is None or any(each != first for each in at):
        return None
    if found["units"][metric] == "0 or 1":
        if first["value"] not in (0.0, 1.0):
            return None
        value, ends = figure(first["value"], unit), _ends(first, unit, said)
        return said["everywhere_share"].format(value=value, ends=ends)
    if first["low"] != first["high"]:
        return None
    return said["everywhere"].format(value=figure(first["value"], unit))


def _at(each: Found, unit: str, most: float, width: int, said: Mapping[str, str]) -> Text:
    interval = each["interval"]
    value = interval["value"]
    share = 0.0 if value is None or most <= 0 else value / most
    ends = width - 4 - 16 - 12 - BAR - 6
    cells = [
        Cell(_value(each["value"]), 16),
        Cell(figure(value, unit), 12, right=True),
        Cell(_ends(interval, unit, said), ends, right=True, style=QUIET),
        Cell(bar(share, BAR), BAR),
    ]
    return cut_line(row(cells, indent=4), width)


def _ends(interval: Found, unit: str, said: Mapping[str, str]) -> str:
    if interval["low"] is None:
        return ""
    low = max(0.0, interval["low"])  # no figure is negative, whatever a t interval says
    return said["to"].format(figure(low, unit), figure(interval["high"], unit))


def _unit(found: Found, metric: str) -> str:
    unit = str(found["units"][metric])
    return "share" if unit == "0 or 1" else unit


# --- points ---------------------------------------------------------------------------------------


def _points(found: Found, width: int, lang: Language) -> list[Text]:
    said = _WORDS[lang]
    whole = found["points"]
    ranked = _ranked(found)[:POINTS_SHOWN] if whole > POINTS_SHOWN else found["at"]
    note = said["all_points"]
    if whole > POINTS_SHOWN:
        note = said["points_note"].format(shown=POINTS_SHOWN, whole=f"{whole:,}")
    lines = [Text(""), heading(said["points"], note, width)]
    names = [_short(key, found["vary"]) for key in found["vary"]]
    room = _key_room(found, names, ranked, width)
    columns = _columns(found, width - 2 - sum(room) - 2 * (len(room) - 1))
    titles = [Cell(name, size, style=QUIET) for name, size in zip(names, room, strict=True)]
    titles += [
        Cell(_title(metric, found, lang), size, right=True, style=QUIET) for metric, size in columns
    ]
    lines.append(cut_line(row(titles), width))
    for point in ranked:
        cells = [
            Cell(_value(value), size)
            for value, size in zip(point["values"].values(), room, strict=True)
        ]
        for metric, size in columns:
            interval, unit = point["metrics"][metric], _unit(found, metric)
            text = figure(interval["value"], unit)
            style = ""
            if found["units"][metric] == "0 or 1":
                text = _share(interval)
                good = interval["value"] == (0 if metric == SUSPENSION else 1)
                style = GOOD if good else BAD if metric != SUSPENSION else OPEN
            cells.append(Cell(text, size, right=True, style=style))
        lines.append(cut_line(row(cells), width))
    return lines


def _columns(found: Found, left: int) -> list[tuple[str, int]]:
    """Return which metrics the table of points has, and how wide each is; goals met first."""
    order = [m for m in (NO_GOALS_MET, SUSPENSION, COST) if m in found["units"]]
    order += [m for m in found["units"] if m not in order]
    columns: list[tuple[str, int]] = []
    for metric in order:
        size = 16 if found["units"][metric] == "0 or 1" else 13
        if left >= size + 2:
            columns.append((metric, size))
            left -= size + 2
    return columns


def _key_room(
    found: Found,
    names: Sequence[str],
    points: Sequence[Found],
    width: int,
) -> list[int]:
    """Return how wide the column of each key is; all together at most half of the page."""
    each = max(4, width // 2 // len(names) - 2)
    return [
        min(
            each,
            max(cell_len(t) for t in (name, *(_value(p["values"][key]) for p in points))),
        )
        for name, key in zip(names, found["vary"], strict=True)
    ]


def _title(metric: str, found: Found, lang: Language) -> str:
    if metric.startswith("goal_"):
        goal = found["goals"][int(metric.removeprefix("goal_").partition(".")[0]) - 1]
        return _plain_name(goal["metric"], lang)
    return name_of(metric, found["goals"], lang)


def _share(interval: Found) -> str:
    if interval["value"] is None:
        return ""
    low, high = (round(100 * interval[end]) for end in ("low", "high"))
    return f"{figure(interval['value'], 'share')}  {low}–{high} %"


def _short(key: str, others: Mapping[str, Any]) -> str:
    """Return the end of a key that no other ends with, as short as tells it apart.

    >>> _short("caller_ids.north.count", {"caller_ids.north.count": 0, "agents.day.count": 0})
    'north.count'
    """
    parts = key.split(".")
    for size in range(1, len(parts)):
        end = ".".join(parts[-size:])
        alone = sum(other == end or other.endswith(f".{end}") for other in others) == 1
        if alone and not end.replace(".", "").isdigit():
            return end
    return key


def _value(value: Any) -> str:
    return value if isinstance(value, str) else shown(value)


# --- interactions ---------------------------------------------------------------------------------


def _interactions(found: Found, width: int, lang: Language) -> list[Text]:
    said, lines = _WORDS[lang], []
    for metric, pairs in found["interactions"].items():
        for each in pairs:
            if each["share"] is None:
                continue
            names = (_short(each[key], found["vary"]) for key in ("first", "second"))
            p = each["p"]
            told = p is not None and p < TOLD_APART
            cells = [
                Cell(_title(metric, found, lang), 22),
                Cell(said["and"].format(*names), width - 50),
                Cell(words.percent(each["share"]), 9, right=True, style=OPEN if told else ""),
                Cell(_p_text(p), 9, right=True, style=OPEN if told else QUIET),
            ]
            lines.append(cut_line(row(cells), width))
    if not lines:
        return []
    return [Text(""), heading(said["interactions"], said["interactions_note"], width), *lines]


def _p_text(p: float | None) -> str:
    if p is None:
        return ""
    return "<0.001" if p < 0.001 else f"{p:.3f}"
