"""Resources of a campaign by name, and the arithmetic of what each allows, in two languages."""

from __future__ import annotations

from functools import partial
from typing import Any

from dialsim.results import formatting
from dialsim.results.text_tables import text_table
from dialsim.scenario.profiles.reasons import Text

CALLERS, FILED, TRUNKS, AGENTS = "caller IDs", "filed volume", "trunks", "agents"
ENTERPRISE, PEOPLE = "enterprise limits", "people to call"
CONTRACT = "line contract"
RATE = "rate of dialling"
REGISTRATION = "registration"

CHINESE = {
    CALLERS: "外显号码",
    FILED: "报备呼叫量",
    TRUNKS: "线路",
    AGENTS: "坐席",
    ENTERPRISE: "企业自设上限",
    PEOPLE: "可呼名单",
    CONTRACT: "线路合同",
    RATE: "自设外呼速率",
    REGISTRATION: "号码登记",
}
"""Resources in Chinese."""

LABELS: dict[str, dict[str, str]] = text_table(
    {
        "later": (", {block} not before {first}", "，{block} 自{first}起启用"),
        "ramp": (", fewer while a ramp lasts", "，爬坡期内更少"),
        "limit": ("{count:,} calls {per}", "{per} {count:,} 次"),
        "enterprise": ("{limits} over all numbers and campaigns", "全部号码与任务合计{limits}"),
        "volume": ("{calls:,} calls a day", "每天 {calls:,} 次"),
        "contract": ("{contract} for {trunk}: {terms}", "{trunk} 的 {contract}：{terms}"),
        "own_limit": ("; {trunk} may take {limit} by its own limit", "；{trunk} 自设上限为{limit}"),
        "in_force": ("{block} is registered from {first} on", "{block} 自{first}起登记生效"),
        "out_of_force": ("{block} is registered until {last}", "{block} 的登记至{last}为止"),
        "unregistered": ("{block} is not registered", "{block} 未登记"),
        "above": ("after {count:,} a day ({number_class})", "{number_class}每天超过 {count:,} 次"),
    },
    en={
        "filed": "{numbers} filed for {a_day:,} calls a day in all",
        "unfiled": ", {numbers} without a filing at their own ceilings",
        "than": "{volume}, and its numbers are filed for {filed:,}",
        "concurrency": "{calls:,} at a time, {held_s:.0f} s a call",
        "lines": "{rate:,} calls a second, {channels:,} channels held {held_s:.0f} s a call",
        "agents": "{hours:,.0f} agent hours, {attempt_s:.0f} s an attempt: {waiting_s:.0f} s "
        "waiting, {talk_s:.0f} s talk and wrap-up",
        "rate": "{per_minute:,g} dials a minute in {hours:,.0f} open hours",
        "people": "{people:,.0f} people can be called, {each:.1f} attempts each on average",
        "in_between": "{block} is registered from {first} to {last}",
        "abroad": "{block} is of another country, and in no entity database",
        "before": "; calls from numbers while they are not registered are counted together, and "
        "stopped {limits}: about {calls} come through",
    },
    zh={
        "filed": "{numbers}，合计每日报备 {a_day:,} 次",
        "unfiled": "，另有{numbers}未报备，按自设上限计",
        "than": "{volume}（其号码合计报备 {filed:,} 次）",
        "concurrency": "并发 {calls:,} 路，每次占用 {held_s:.0f} 秒",
        "lines": "每秒 {rate:,} 次呼叫，并发 {channels:,} 路，每次占用 {held_s:.0f} 秒",
        "agents": "{hours:,.0f} 坐席小时，每次外呼 {attempt_s:.0f} 秒：等待 {waiting_s:.0f} 秒，"
        "通话和话后处理 {talk_s:.0f} 秒",
        "rate": "每分钟外呼 {per_minute:,g} 次，共 {hours:,.0f} 个可呼小时",
        "people": "{people:,.0f} 人可呼，平均每人 {each:.1f} 次外呼",
        "in_between": "{block} 的登记自{first}至{last}有效",
        "abroad": "{block} 属境外号码，不入主体库",
        "before": "；未登记期间的呼叫合并计数，{limits}即被拦停：约 {calls} 次可接续",
    },
)

NOUNS: dict[str, dict[str, tuple[str, str]]] = text_table(
    {
        "number": (("{:,} number", "{:,} numbers"), ("{:,} 个号码",) * 2),
        "agent": (("{:,} agent", "{:,} agents"), ("{:,} 名坐席",) * 2),
        "trunk": (("{:,} trunk", "{:,} trunks"), ("{:,} 条线路",) * 2),
        "more day": (("{:,} more day", "{:,} more days"), ("多 {:,} 天",) * 2),
    }
)
"""Counts of things: of one, and of several."""


def resource_name(resource: str) -> Text:
    """Return what a resource is called.

    >>> resource_name("caller IDs").zh
    '外显号码'
    """
    return Text(resource, CHINESE.get(resource, resource))


def arithmetic(key: str, **given: object) -> Text:
    """Return a calculation as text; see :func:`dialsim.results.formatting.both`."""
    return formatting.both(LABELS, key, **given)


def counted(noun: str, count: int) -> Text:
    """Return a count of things.

    >>> counted("agent", 1200)
    Text(en='1,200 agents', zh='1,200 名坐席')
    """
    one = count != 1
    return Text(NOUNS["en"][noun][one].format(count), NOUNS["zh"][noun][one].format(count))


def limit_words(limit: Any) -> Text:
    """Return a limit as text: a number of calls in a length of time."""
    per = formatting.in_both(partial(formatting.per, limit.per))
    return arithmetic("limit", count=limit.count, per=per)
