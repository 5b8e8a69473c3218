"""Titles, axes and texts of the charts, in English and in Chinese."""

from __future__ import annotations

from dialsim.messages.text import Texts, message, text_table

LABELS: Texts = text_table(
    {
        "rows": "people",
        "share": "share of the list",
        "calls_per_hour": "calls in the hour",
        "calls_per_day": "calls in the day",
        "time": "time",
        "attempts": "attempts",
        "answered": "answered",
        "conversations": "conversations",
        "conversations_so_far": "conversations so far",
        "goal": message("goal", "heading"),
        "campaign": "campaign",
        "hour": "hour of the day",
        "live_share": "live answers per attempt",
        "live_answers": "live answers",
        "occupancy": "occupancy",
        "talk": "talk",
        "wrap": "wrap-up",
        "idle": "idle",
        "staffed": "of staffed time",
        "dropped": "dropped, of live answers",
        "cap": "cap",
        "so_far": "so far",
        "day": "that day",
        "caller": "caller ID",
        "state": "state",
        "from": "from",
        "to": "to",
        "why": "why",
        "limit": "limit",
        "most": "busiest number",
        "median": "middle number",
        "used": "of the limit used",
        "calls": message("calls", "count"),
        "allowed": "allowed",
        "filed": "{whose}: filed, {count:,} a day",
        "contract": "{whose}: line contract, {count:,} a day",
        "ceiling": "{whose}: own ceiling, {count:,} {per}",
        "marks": "marks on handsets",
        "complaint_hotline": "complaints to operators' hotlines",
        "complaint_12321": "complaints to 12321",
        "complaint_sector": "complaints to the sector's regulator",
        "count": "count",
    }
)
