"""Texts of the page of a sweep, and the names of its metrics, figures and keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dialsim.errors import written
from dialsim.results import formatting
from dialsim.results.text_tables import text_table
from dialsim.scenario.metrics import metrics
from dialsim.scenario.profiles.reasons import Language

Found = Mapping[str, Any]

LABELS: Mapping[str, Mapping[str, str]] = text_table(
    {
        "no_goals": ("No goals were set.", "未设目标。"),
        "response": ("mean · 95 % interval", "均值 · 95 %置信区间"),
        "share": ("share of replications · 95 % interval", "重复中的占比 · 95 %置信区间"),
        "goals_met": ("every goal met", "达成全部目标"),
        "any_suspension": ("any suspension", "有号码停机"),
        "enterprise_stop": ("enterprise stopped", "企业停线"),
        "any_review": ("enterprise reviewed", "企业被审查"),
        "cost": ("cost", "成本"),
        "margin": ("margin of {}", "{}的余量"),
        "met": ("{} met", "达成{}"),
        "events": ("events of {}", "{}的事件数"),
        "exposure": ("exposure of {}", "{}的暴露量"),
        "at_least": ("{name}, at least {target}", "{name}，至少 {target}"),
        "at_most": ("{name}, at most {target}", "{name}，至多 {target}"),
        "points": ("Points", "各点"),
        "not_played": ("not played at every point with it", "含此值的点尚未全部运行"),
        "interactions": ("Does one depend on the other?", "是否相互影响"),
        "and": ("{} and {}", "{} 与 {}"),
        "everywhere": ("{value} at every point", "各点均为 {value}"),
        "with_unit": ("{}, {}", "{}，{}"),
        "more": ("and {} more", "及另外{}个"),
        "folder": ("results: {}", "结果目录：{}"),
    },
    en={
        "head": "{points} points × {n} replications · seed {seed}",
        "broken": "Broken off: {done} of {whole} replications came to their end, all of them at "
        "{full} of {points} points, some at {begun} more; what follows is of these alone. The same "
        "command goes on with it, if it has an --out.",
        "nothing": "Broken off before the first replication came to its end.",
        "best": "Every goal was met in every replication at {met} of {points} points.",
        "best_so_far": "Every goal was met in every replication so far at {met} of the {points} "
        "points played, of {whole} in all.",
        "none_met_so_far": "At none of the {points} points played, of {whole} in all, was every "
        "goal met in every replication so far; most often at {at}: {hits} of {n}, {share}.",
        "none_met": "At no point was every goal met in every replication; most often at {at}: "
        "{hits} of {n}, {share}.",
        "between": "{value} (95 % interval {low} to {high})",
        "responses": "Mean at each value, over all values of the other keys, with 95 % interval.",
        "points_played": "{played} of {whole} played so far, {shown} shown",
        "points_note": "{shown} of {whole}, those that met the goals most often",
        "all_points": "means; of goals and suspensions, 95 % intervals of their shares",
        "interactions_note": "part of what both move that is no sum of two effects · p",
        "everywhere_share": "{value} at every point, 95 % interval {ends}",
    },
    zh={
        "head": "{points}个点 × {n}次重复 · 种子 {seed}",
        "broken": "已中断：{whole}次重复中完成{done}次；{points}个点中{full}个全部完成，"
        "另有{begun}个部分完成，以下仅就这些而言。若有 --out，以同一命令继续。",
        "nothing": "第一次重复尚未完成即已中断。",
        "best": "{points}个点中有{met}个在每次重复里都达成全部目标。",
        "best_so_far": "已运行的{points}个点（共{whole}个）中有{met}个在迄今每次重复里都达成"
        "全部目标。",
        "none_met_so_far": "已运行的{points}个点（共{whole}个）中没有一个在迄今每次重复里都达成"
        "全部目标；最常达成的是 {at}：{n}次中{hits}次，{share}。",
        "none_met": "没有一个点在每次重复里都达成全部目标；最常达成的是 {at}："
        "{n}次中{hits}次，{share}。",
        "between": "{value}（95 %置信区间 {low} 至 {high}）",
        "responses": "各取值处的均值（对其他键的所有取值平均）及95 %置信区间。",
        "points_played": "{whole}个中已运行{played}个，显示{shown}个",
        "points_note": "{whole}个中的{shown}个，最常达成目标者",
        "all_points": "均值；目标与停机为占比的95 %置信区间",
        "interactions_note": "交互作用占比 · p",
        "everywhere_share": "各点均为 {value}，95 %置信区间 {ends}",
    },
)


def name_of(metric: str, goals: Sequence[Found], lang: Language = "en") -> str:
    """Return the text of a metric of replications."""
    texts = LABELS[lang]
    if metric.startswith("goal_"):
        number, _, what = metric.removeprefix("goal_").partition(".")
        goal = goals[int(number) - 1]
        name = _goal_name(goal, lang)
        if goal["target"] is not None and what == "value":
            target = formatting.number(goal["target"], goal["unit"])
            return texts[goal["bound"]].format(name=name, target=target)
        return name if what == "value" else texts[what].format(name)
    return texts[metric] if metric in texts else plain_name(metric, lang)


def _goal_name(goal: Found, lang: Language) -> str:
    """Return the text of a goal: its metric, and its campaign if it has one."""
    name, campaign = plain_name(goal["metric"], lang), goal.get("campaign")
    return name if campaign is None else LABELS[lang]["of"].format(campaign, name)


def figure(value: float | None, unit: str) -> str:
    """Return a mean rounded for display: counts above 100 without decimals."""
    if value is None or value != value:
        return formatting.number(None)
    if unit == "share":
        return formatting.percent(value)
    return formatting.number(round(value) if abs(value) >= 100 else value, unit)


def plain_name(metric: str, lang: Language) -> str:
    """Return the text of a metric of a scenario."""
    known = metrics()[metric]
    return known.name_zh if lang == "zh" else known.name


def metric_unit(found: Found, metric: str) -> str:
    """Return the unit of a metric; of an event, a share."""
    unit = str(found["units"][metric])
    return "share" if unit == "0 or 1" else unit


def title_of(metric: str, found: Found, lang: Language) -> str:
    """Return the title of a metric in a table, without its target."""
    if metric.startswith("goal_"):
        goal = found["goals"][int(metric.removeprefix("goal_").partition(".")[0]) - 1]
        return _goal_name(goal, lang)
    return name_of(metric, found["goals"], lang)


def short_key(key: str, others: Mapping[str, Any]) -> str:
    """Return the shortest end of a key that distinguishes it from the others.

    >>> short_key("caller_ids.north.count", {"caller_ids.north.count": 0, "agents.day.count": 0})
    'north.count'
    """
    parts = key.split(".")
    for size in range(1, len(parts)):
        end = ".".join(parts[-size:])
        alone = sum(other == end or other.endswith(f".{end}") for other in others) == 1
        if alone and not end.replace(".", "").isdigit():
            return end
    return key


def value_text(value: Any) -> str:
    """Return a value of a key as text."""
    return value if isinstance(value, str) else written(value)
