"""Titles, axes and texts of the charts, in English and in Chinese."""

from __future__ import annotations

from dialsim.results.text_tables import text_table

LABELS: dict[str, dict[str, str]] = text_table(
    {
        "rows": ("people", "人数"),
        "share": ("share of the list", "占名单"),
        "calls_per_hour": ("calls in the hour", "每小时通话次数"),
        "calls_per_day": ("calls in the day", "每日通话次数"),
        "time": ("time", "时间"),
        "attempts": ("attempts", "外呼"),
        "answered": ("answered", "接通"),
        "conversations": ("conversations", "有效通话"),
        "campaign": ("campaign", "任务"),
        "hour": ("hour of the day", "时段"),
        "live_share": ("live answers per attempt", "真人接听占外呼"),
        "live_answers": ("live answers", "真人接听"),
        "occupancy": ("occupancy", "坐席占用率"),
        "talk": ("talk", "通话"),
        "wrap": ("wrap-up", "话后处理"),
        "idle": ("idle", "空闲"),
        "staffed": ("of staffed time", "占在岗时间"),
        "dropped": ("dropped, of live answers", "呼损占真人接听"),
        "cap": ("cap", "上限"),
        "so_far": ("so far", "累计"),
        "day": ("that day", "当日"),
        "caller": ("caller ID", "外显号码"),
        "state": ("state", "状态"),
        "from": ("from", "自"),
        "to": ("to", "至"),
        "why": ("why", "原因"),
        "limit": ("limit", "限额"),
        "most": ("busiest number", "最忙号码"),
        "median": ("middle number", "中位号码"),
        "used": ("of the limit used", "已用限额"),
        "calls": ("calls", "通话次数"),
        "allowed": ("allowed", "允许"),
        "filed": ("{whose}: filed, {count:,} a day", "{whose}：报备量，每日 {count:,} 次"),
        "contract": (
            "{whose}: line contract, {count:,} a day",
            "{whose}：线路合同，每日 {count:,} 次",
        ),
        "ceiling": (
            "{whose}: own ceiling, {count:,} {per}",
            "{whose}：自设上限，{per} {count:,} 次",
        ),
        "marks": ("marks on handsets", "手机标记"),
        "complaint_hotline": ("complaints to operators' hotlines", "运营商热线投诉"),
        "complaint_12321": ("complaints to 12321", "12321 投诉"),
        "complaint_sector": ("complaints to the sector's regulator", "行业监管投诉"),
        "count": ("count", "次数"),
    }
)
