"""The network's side of random worlds: every mechanism of it bites within a day or two."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import strategies as st

from dialsim.engine.build import World

MECHANISMS = (
    "labels", "complaints", "frequency", "refuse_call", "contract", "signalling",
    "behaviour", "terminating", "callbacks", "subscriber_blocks", "gateway", "label_appeals",
    "recording_notice", "traceback", "appeals", "platform", "inheritance",
)  # fmt: skip


def pick(draw: Any, *items: Any) -> Any:
    """One of some items; without `draw` the first."""
    return draw(st.sampled_from(items)) if draw else items[0]


def carrier_overrides(draw: Any = None) -> dict[str, Any]:
    """Rates of operators, platforms, gateways and callees."""
    return {
        "behaviour.short_talk": pick(draw, "6s", "40s"),
        "behaviour.at_least": pick(draw, 1, 3, 6),
        "behaviour.confidence": pick(draw, 0.55, 0.95),
        "behaviour.short.warn": pick(draw, 0.0, 0.1),
        "behaviour.short.throttle": pick(draw, 0.1, 0.4, 1.0),
        "behaviour.answers.warn": pick(draw, 0.6, 0.9),
        "behaviour.answers.throttle": pick(draw, 0.1, 0.6),
        "behaviour.mean_talk.warn": pick(draw, "8s", "90s"),
        "behaviour.mean_talk.spread": pick(draw, 0.1, 1.0, 0.0),
        "behaviour.throttled_per_hour": pick(draw, 0, 2),
        "behaviour.notice_every": pick(draw, "10m", "7d"),
        "behaviour.enterprise.calls_per_day": pick(draw, 4, 100_000),
        "behaviour.enterprise.short": pick(draw, 0.1, 0.5),
        "behaviour.enterprise.hold": pick(draw, "30m", "15d"),
        "behaviour.new_callees.after": pick(draw, "1h", "1d"),
        "behaviour.new_callees.mobile.warn_per_5min": pick(draw, 1, 3),
        "behaviour.new_callees.mobile.suspend_per_day": pick(draw, 3, 30),
        "behaviour.repeats.mobile.warn_per_day": pick(draw, 0, 2),
        "callbacks.tested": 0.8,
        "callbacks.spared": 0.7,
        "complaints.hours": pick(draw, ["08:00-21:00"], ["10:00-11:00"]),
        "complaints.modifier.out_of_hours": 3.0,
        "complaints.modifier.robot": 4.0,
        "complaints.modifier.after_refusal": 2.0,
        "complaints.sector_factor.banking": 2,
        "complaints.sector_working_days": pick(draw, 1, 2),
        "declined.opted_in.marketing": pick(draw, 0.0, 0.7),
        "declined.opted_in.collections": 0.2,
        "declined.bought.service": 0.5,
        "traceback.deadline_working_days": pick(draw, 0, 1, 3),
        "traceback.registered_days_less": 1,
        "appeals.working_days": pick(draw, 0, 1, 2),
        "appeals.granted.genuine": 0.8,
        "appeals.granted.recorded": 0.6,
        "appeals.granted.none": 0.4,
        "platform.stops_per_year": pick(draw, 300, 1000),
        "platform.stop_hold": pick(draw, "20m", "9h"),
        "labels.handsets.second": 0.3,
        "labels.delay.second": pick(draw, "0s", "7m"),
        "labels.later_marks.second": pick(draw, 0, 1),
        "labels.later_marks.third": 2,
        "labels.appeal.lookup": pick(draw, "0s", "10m"),
        "labels.appeal.removal_working_days": pick(draw, 0, 1),
        "labels.appeal.sync_working_days": pick(draw, 0, 1),
        "labels.appeal.most": pick(draw, 1, 2),
        "labels.appeal.window": pick(draw, "1d", "90d"),
        "subscriber_blocks.opted_in": 0.05,
        "subscriber_blocks.bought": 0.1,
        "subscriber_blocks.after_mark": 0.6,
        "subscriber_blocks.prefix.95": 0.2,
        "subscriber_blocks.prefix.96": 0.2,
        "subscriber_blocks.prefix.400": 0.2,
        "subscriber_blocks.international": 0.2,
        "gateway.calls_per_hour": pick(draw, 2, 6),
        "gateway.calls_per_day": pick(draw, 5, 30),
        "gateway.blocks_per_year": pick(draw, 0, 800),
        "gateway.block_hold": pick(draw, "30m", "1d"),
        "recording.hangs_up": 0.3,
        "filing.lead_time": pick(draw, "1h", "1d"),
    }  # fmt: skip


def enterprise(draw: Any) -> dict[str, Any]:
    """What the enterprise declares and does."""
    declared: dict[str, Any] = {"name": "Example Bank", "sector": pick(draw, "other", "banking")}
    declared |= pick(draw, {}, {"traceback_within": "0s"}, {"traceback_within": "30h"})
    declared |= pick(draw, {}, {"appeals": True})
    declared |= pick(draw, {}, {"privacy": {"recording_notice": True}})
    centre = {"kind": "outsourced", "outsourcer": "Example Centre", "licence": "B24"}
    return declared | pick(draw, {}, {}, {"call_centre": centre})


def contract(draw: Any) -> dict[str, Any]:
    """A line contract; most of it is optional."""
    agreed: dict[str, Any] = {"name": "c"}
    agreed |= pick(draw, {"callee_per_day": 1, "callee_per_month": 3}, {"callee_per_day": 2}, {})
    agreed |= pick(draw, {}, {"daily_volume": 6})
    agreed |= pick(draw, {}, {"concurrency": 2})
    return agreed | pick(draw, {}, {"complaints_per_million": 10.0})


def entry(draw: Any) -> dict[str, Any]:
    """Where the calls of a trunk enter, and whose it is."""
    way = pick(draw, {}, {}, {}, {"enters": "gateway"}, {"origin": "abroad"})
    return dict(way) | {"operator": pick(draw, "CTCC", "CTCC", "CMCC", "MVNO")}


JUDGES: tuple[dict[str, Any], ...] = (
    {"CMCC": "strict"},
    {"CTCC": {"overrides": {"behaviour.short_talk": "15s", "ladder.warn_hold": "20m"}}},
    {
        "CTCC": {
            "profile": "strict",
            "overrides": {
                "frequency.mobile.warn_per_hour": 2,
                "frequency.fixed.intercept_per_day": 4,
                "frequency.delay": "1m",
                "behaviour.at_least": 2,
            },
        },
        "MVNO": "lenient",
    },
)
"""Operators with profiles of their own."""
REACHES: tuple[dict[str, Any], ...] = (
    *({},) * 4, {"blind": ["Beijing", "Xinjiang"]}, {"reach": ["Beijing", "Tibet"]},
)  # fmt: skip
"""Provinces that a trunk reaches, or does not."""
CALLEES = (["CMCC"], ["CUCC", "CTCC", "MVNO"])
"""Whose customers a block of caller IDs may call."""


def about_numbers(draw: Any, kind: str, registered: bool, start: str) -> dict[str, Any]:
    """What a block of caller IDs says beside its class, count and trunk."""
    said: dict[str, Any] = {}
    said |= pick(draw, {}, {"answers_callbacks": True})
    said |= pick(draw, {}, {"appeals_labels": True})
    said |= pick(draw, {}, {}, {}, *({"callee_operators": operators} for operators in CALLEES))
    if not registered:
        said |= pick(draw, {}, {}, {"authorised_by": "CTCC"})
    if registered:
        on = date.fromisoformat(start) - pick(draw, timedelta(0), timedelta(1), timedelta(40))
        said["filed"] = {
            "use": "marketing", "category": pick(draw, "loan", "credit_card"),
            "daily_volume": pick(draw, 3, 6), "on": on.isoformat(),
        }  # fmt: skip
    return said


def replace_some(draw: Any, blocks: list[dict[str, Any]], start: str) -> None:
    """Let blocks take the place of the one before them, where they may."""
    for old, new in pairwise(blocks):
        if new["count"] <= old["count"] and draw(st.booleans()):
            new["replaces"] = old["name"]
            if draw(st.booleans()):
                day = date.fromisoformat(start)
                new["from"] = datetime.combine(day, time(10, 15))


def deregistered(draw: Any, blocks: list[dict[str, Any]], start: str) -> list[dict[str, Any]]:
    """Blocks that leave the entity database on the first morning."""
    names = [block["name"] for block in blocks if block.get("registered")]
    if not names or draw(st.booleans()):
        return []
    when = datetime.combine(date.fromisoformat(start), time(9, 50))
    return [{"name": "out", "what": "deregistered", "caller_ids": names[:1], "from": when}]


def network_events(draw: Any, raw: dict[str, Any], start: str) -> list[dict[str, Any]]:
    """What the network does unannounced on the first two days, of all that such events are about.

    It may begin before the run, end after it or never, and meet itself.
    """
    off = raw["network"]["off"]
    abroad = [each for each in raw["trunks"] if "enters" in each or "origin" in each]
    day, found = date.fromisoformat(start), []
    moments = [datetime.combine(day, time(*clock)) for clock in ((9, 10), (9, 30), (9, 30, 0, 1))]
    begins = [day - timedelta(days=1), day, *moments]
    ends = [None, day + timedelta(days=1), *(each + timedelta(minutes=30) for each in moments)]
    kinds = ["throttle", *(["intercept"] if "refuse_call" not in off else [])]
    kinds += ["gateway_block"] if abroad and "gateway" not in off else []
    for i in range(draw(st.integers(0, 4))):
        what = pick(draw, *kinds)
        about: dict[str, Any] = {"trunks": [pick(draw, *raw["trunks"])["name"]]}
        if what == "gateway_block":
            trunk = pick(draw, *abroad)
            about = pick(draw, {"trunks": [trunk["name"]]}, {"operator": trunk["operator"]})
        else:
            block = pick(draw, *raw["caller_ids"])["name"]
            about = pick(draw, about, {"caller_ids": [block]}, {})
            there = {"operator": pick(draw, "CMCC", "CTCC")}
            about = about | (pick(draw, {}, there) if about else there)
        when = {"from": pick(draw, *begins)} | ({"to": end} if (end := pick(draw, *ends)) else {})
        found.append({"name": f"act{i}", "what": what, **about, **when})
    return found


def judge_apart(world: World, seed: int) -> None:
    """Let each operator judge by own values; those of the profiles are far above a small day's."""
    rng = np.random.default_rng(seed)
    profile = world.static.profile
    each = len(profile.frequency) // 5
    for o in range(5):
        ceilings = profile.frequency["ceiling"][each * o : each * (o + 1)]
        ceilings[ceilings >= 0] += rng.integers(0, 4)
        operator = profile.operators[o]
        operator["delay_ms"] += 60_000 * rng.integers(0, 3)
        operator["hold_ms"] += 60_000 * rng.integers(0, 3)
        operator["throttle_refuses"] = rng.integers(1 << 30, 1 << 32)
        operator["short_ms"] += 1000 * rng.integers(0, 20)
        operator["new_after_h"] += rng.integers(0, 2)
        operator["enterprise_calls"] += rng.integers(0, 3)
