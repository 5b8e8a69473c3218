"""Sentences on remedies, in two languages."""

from __future__ import annotations

from datetime import date
from functools import partial

from dialsim.results import formatting
from dialsim.results.text_tables import text_table
from dialsim.scenario.profiles.profile import Profile
from dialsim.scenario.profiles.reasons import Text

LEAD_TIME = "filing.lead_time"  # of the network profile, where it has one

LABELS: dict[str, dict[str, str]] = text_table(
    {
        "both": (" and ", "、"),
        "ask": ("lead time: ask the operator", "报备周期请询运营商"),
        "lead_time": ("lead time about {span}, {confidence}", "报备周期约 {span}，{confidence}"),
        "lines": ("{have} attempts on {trunks}", "{trunks}可呼 {have} 次"),
        "line_needs": (": {name} needs {parts}", "：{name} 需{parts}"),
        "contract_line": (": another line decides", "：取决于另一条线路"),
        "contract_unfiled": (": register the numbers on {name} first", "：先报备 {name} 上的号码"),
        "agents": ("{agents} allow {have} attempts", "{agents}可呼 {have} 次"),
        "no_shift": (": no shift meets the hours", "：没有班次落在可呼时段"),
        "people": ("{have} people can be called: it takes {need}", "{have} 人可呼：需要 {need} 人"),
        "nobody": (", and nobody on the lists can be", "，而名单中无人可呼"),
        "days": ("or {days}, until {day}", "或{days}，至 {day}"),
        "with_people": (", with the people above", "，并如上增加名单"),
    },
    en={
        "shared": "{campaigns} share {resource}: {have} attempts in all, and they need {need}",
        "shared_contract": ": agree on more with the operator, within what the numbers are filed "
        "for",
        "shared_grows": ": it takes {count:,} in {name} instead of {before:,}",
        "own_filing": ", each with a filing of its own ({lead_time})",
        "unfiled": "{numbers} without a filing: register numbers for this use first, and plan with "
        "them",
        "start": "{standing} ({lead_time}), and until then its calls are those of unregistered "
        "numbers: start on {day}",
        "go_on": "{standing} ({lead_time}), and until then its calls are those of unregistered "
        "numbers: call from it again from {day} on",
        "register": "{standing}: register numbers for this use first, and plan with them",
        "from_within": "{standing}: call people in the country from within it, from numbers filed "
        "there",
        "out": "{standing}: stop then, until it is filed anew",
        "numbers": "{numbers} allow {have} attempts: it takes {total}, {more:,} more with a filing "
        "of their own ({lead_time})",
        "ceilings": "or own ceilings of {parts}, within the {filed:,} calls a day that are filed "
        "for each number",
        "room": "own ceilings keep numbers below the {filed:,} calls a day that are filed for "
        "each: {parts} would be within it, and not enough alone",
        "ceiling": "{count:,} calls {per} instead of {before:,}",
        "another_line": ": another line, or its own limits, decide",
        "calls_per_second": "{count:,} calls a second instead of {before:,}",
        "channels": "{count:,} channels instead of {before:,}",
        "contract": "{have} attempts within what the operator agreed to",
        "daily_volume": "{count:,} calls a day instead of {before:,}",
        "concurrency": "{count:,} calls at a time instead of {before:,}",
        "agree": ": agree with it on {parts} for {name}, whose numbers are filed for {filed:,} a "
        "day",
        "too_few": ", {missing:,} too few: file more as well",
        "rate": "{now:,g} dials a minute allow {have} attempts: it takes {count:,} a minute",
        "more_agents": ": it takes {total}, {more:,} more in the same shifts",
        "more_people": ", {more} more with consent on record: {name} with {count:,} rows, as many "
        "of them barred as now",
    },
    zh={
        "shared": "{campaigns} 共用{resource}：合计可呼 {have} 次，需要 {need} 次",
        "shared_contract": "：在号码报备量之内与运营商约定更多",
        "shared_grows": "：{name} 需由 {before:,} 增至 {count:,}",
        "own_filing": "，每个单独报备（{lead_time}）",
        "unfiled": "{numbers}未报备：先为此用途报备号码，再据此规划",
        "start": "{standing}（{lead_time}），此前的呼叫按未登记号码处置：{day}再开始",
        "go_on": "{standing}（{lead_time}），此前的呼叫按未登记号码处置：{day}起再用其外呼",
        "register": "{standing}：先为此用途报备号码，再据此规划",
        "from_within": "{standing}：对境内人员的呼叫应由境内发起，使用境内报备的号码",
        "out": "{standing}：届时停止，重新报备后再呼叫",
        "numbers": "{numbers}可呼 {have} 次：需要 {total}，即增加 {more:,} 个并单独报备"
        "（{lead_time}）",
        "ceilings": "或将单号自设上限{parts}，不超过每个号码每天报备的 {filed:,} 次",
        "room": "自设上限低于每个号码每天报备的 {filed:,} 次：{parts}仍在报备量之内，但仅此不够",
        "ceiling": "{per}由 {before:,} 次增至 {count:,} 次",
        "another_line": "：取决于另一条线路或其自设上限",
        "calls_per_second": "每秒呼叫由 {before:,} 次增至 {count:,} 次",
        "channels": "并发由 {before:,} 路增至 {count:,} 路",
        "contract": "按与运营商的约定可呼 {have} 次",
        "daily_volume": "每天呼叫量由 {before:,} 次增至 {count:,} 次",
        "concurrency": "并发呼叫由 {before:,} 路增至 {count:,} 路",
        "agree": "：为 {name} 与其约定{parts}，其号码每天合计报备 {filed:,} 次",
        "too_few": "，尚缺 {missing:,} 次：同时增加报备",
        "rate": "每分钟外呼 {now:,g} 次可呼 {have} 次：需要每分钟 {count:,} 次",
        "more_agents": "：需要 {total}，即同班次增加 {more:,} 名",
        "more_people": "，即增加 {more} 名有同意记录的人：{name} 需 {count:,} 行，"
        "其中不可呼的比例与现在相同",
    },
)


def remedy(key: str, **given: object) -> Text:
    """Return a piece of a remedy; see :func:`dialsim.results.formatting.both`."""
    return formatting.both(LABELS, key, **given)


def sentence(*parts: Text) -> Text:
    """Return pieces of a remedy as one sentence."""
    return formatting.joined(Text("", ""), parts)


def day_words(day: date) -> Text:
    """Return a day with its weekday as text."""
    return formatting.in_both(lambda lang: formatting.day(day, weekday=True, language=lang))


def lead_time_of(network: Profile) -> Text:
    """Return how long a filing takes, as a network profile says, if it does."""
    if LEAD_TIME not in network:
        return remedy("ask")
    entry = network.entry(LEAD_TIME)
    return remedy(
        "lead_time",
        span=formatting.in_both(partial(formatting.span, entry.bare)),
        confidence=Text(
            entry.confidence, formatting.CONFIDENCE["zh"].get(entry.confidence, entry.confidence)
        ),
    )
