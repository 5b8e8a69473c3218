"""Scenario files: sound ones of every kind made small, and what can be wrong in one."""

from __future__ import annotations

import copy
import random
import re
from functools import cache
from pathlib import Path
from typing import Any

import tomli
import tomli_w

from dialsim.scenario.values import plain
from tests.hostile.damage import damaged
from tests.hostile.people_files import (
    Listed,
    Persons,
    caller_states,
    earlier_calls,
    list_of_people,
    registry,
    withdrawals,
)
from tests.hostile.tables import written
from tests.hostile.words import HOSTILE_TEXTS, HOSTILE_TOML

SHIPPED = Path(__file__).parents[2] / "scenarios"
MODES = ("progressive", "progressive", "power", "preview", "rate", "predictive", "vicidial_adapt",
         "abandon_target", "simulate_ahead")  # fmt: skip
CALLERS = ["north-001", "north-002", "north-003"]

SMALL: dict[str, Any] = {
    "schema": 1, "name": "small", "start": "2026-04-13", "days": 1, "seed": 3, "aftermath": "1d",
    "enterprise": {"name": "Example Bank", "sector": "banking"},
    "rules": {"pack": "cn"},
    "network": {"profile": "typical"},
    "people": [],
    "trunks": [{"name": "main", "operator": "CTCC", "permits": ["marketing"],
                "calls_per_second": 20, "channels": 40}],
    "caller_ids": [{"name": "north", "class": "fixed", "area_code": "10", "count": 3,
                    "trunk": "main", "registered": True, "checked_clean": True,
                    "filed": {"use": "marketing", "category": "loan", "daily_volume": 500}}],
    "agents": [{"name": "day", "count": 4,
                "shifts": [{"days": "daily", "from": "09:00", "to": "12:00"}]}],
    "campaigns": [{"name": "upsell", "purpose": "marketing", "category": "loan",
                   "lawful_basis": "consent", "people": [], "caller_ids": ["north"],
                   "agents": ["day"], "attempts": {"at_most": 2, "retry": {"no_answer": "2h"}}}],
    "goals": [{"metric": "conversations", "at_least": 3}],
}  # fmt: skip


def small(rng: random.Random) -> dict[str, Any]:
    """Return a sound scenario of a day without people."""
    raw = copy.deepcopy(SMALL)
    campaign = raw["campaigns"][0]
    mode = rng.choice(MODES)
    campaign["pacing"] = {"mode": mode}
    if mode == "rate":
        campaign["pacing"]["per_minute"] = rng.choice([1, 10, 60.5])
    if mode == "preview":
        campaign["pacing"]["preview"] = "20s"
    if rng.random() < 0.2:
        campaign["callbacks"] = {"share": 0.2, "soonest": "1h"}
    if rng.random() < 0.2:
        campaign["attempts"]["day_parts"] = ["09:00", "11:00"]
    if rng.random() < 0.2:
        raw["rules"] |= {"contract": "CTCC 2026", "callee_limits": [{"count": 1, "per": "1d"}]}
    if rng.random() < 0.2:
        raw["costs"] = {"per_minute": "0.06 CNY", "billing_step": "60s"}
    if rng.random() < 0.2:
        raw["events"] = [{"name": "week", "what": "hours", "from": "2026-04-13",
                          "to": "2026-04-14", "hours": ["10:00-11:30"]}]  # fmt: skip
    if rng.random() < 0.2:
        raw["goals"].append({"metric": "caller_ids_suspended", "at_most": 0})
    if rng.random() < 0.15:
        raw["costs"] = {"per_agent_hour": "40 CNY"}
        raw["plan"] = {"probability": 0.6,
                       "decisions": [{"key": "agents.day.count", "values": [2, 4]}]}  # fmt: skip
    return raw


def synthetic(raw: dict[str, Any], count: int = 60) -> dict[str, Any]:
    """Give a scenario a list that is drawn."""
    raw["people"].append({"name": "drawn", "synthetic": {"count": count}})
    raw["campaigns"][0]["people"].append("drawn")
    return raw


def with_files(
    rng: random.Random, who: Persons, *, hostility: float, clean: bool = False
) -> tuple[dict[str, Any], dict[str, bytes], dict[str, Listed]]:
    """Return a scenario whose people come from files, the files, and what is in which.

    The last is keyed by the file's name; `rows_held` and `aligned` of each table say what is
    still known of it.
    """
    raw, files, held = small(rng), {}, {}

    def add(
        stem: str, listed: Listed, table: dict[str, Any], number: str | None = "number"
    ) -> None:
        ending, data = written(rng, listed.table, hostility=hostility, number=number)
        files[stem + ending] = data
        held[stem + ending] = listed
        table["file"] = stem + ending
        table.update(listed.table.reading)
        if listed.columns:
            table["columns"] = listed.columns

    people = list_of_people(rng, who, clean=clean)
    entry: dict[str, Any] = {"name": "customers"}
    if people.attributes and rng.random() < 0.7:
        entry["attributes"] = people.attributes
    if rng.random() < 0.3:
        entry["order"] = rng.choice(["key", "priority", "best_hour"])
        if entry["order"] != "key" and entry["order"] not in people.table.header:
            entry["order"] = "key"
    if rng.random() < 0.2:
        entry["countries"] = ["CN", "HK"]
    number = str(people.columns.get("number", "number"))
    add("customers", people, entry, number)
    raw["people"].append(entry)
    raw["campaigns"][0]["people"].append("customers")
    if rng.random() < 0.3:
        synthetic(raw, 20)
    if rng.random() < 0.4:
        raw["registries"] = [{"name": "own", "kind": rng.choice(["internal", "industry"])}]
        if raw["registries"][0]["kind"] == "industry":
            raw["registries"][0]["as_of"] = "2026-04-10"
        add("own", registry(rng, who), raw["registries"][0])
    if rng.random() < 0.3:
        raw["withdrawals"] = [{}]
        add("gone", withdrawals(rng, who), raw["withdrawals"][0])
    if rng.random() < 0.35:
        own = rng.random() < 0.6
        raw["history"] = {"calls": {"own": own}}
        listed = earlier_calls(rng, who, CALLERS, [13] if own else [1, 10, 12])
        add("calls", listed, raw["history"]["calls"])
        if own:
            raw["history"]["as_of"] = "2026-04-13T11:00:00"
        if rng.random() < 0.4:
            raw["history"]["caller_ids"] = {}
            add("states", caller_states(rng, CALLERS[:3]), raw["history"]["caller_ids"], None)
    return raw, files, held


def as_text(raw: dict[str, Any]) -> str:
    """Return a scenario as a file."""
    return tomli_w.dumps(plain(raw))  # type: ignore[arg-type]


@cache
def shipped() -> dict[str, str]:
    """Return the scenarios that come with dialsim and need no list, made small."""
    found = {}
    for path in sorted(SHIPPED.glob("*.toml")):
        raw = tomli.loads(path.read_text("utf-8"))
        if any("file" in each for each in raw["people"]):
            continue
        for each in raw["people"]:
            each["synthetic"]["count"] = min(each["synthetic"]["count"], 40)
        for each in raw["caller_ids"]:
            each["count"] = min(each["count"], 3)
        for each in raw["agents"]:
            each["count"] = min(each["count"], 4)
        found[path.stem] = tomli_w.dumps(raw)
    return found


SIZES = {"count": 2000, "days": 40, "at_most": 20, "runs": 64, "channels": 10**6,
         "per_minute": 10**5, "teams": 48}  # fmt: skip


def is_small(text: bytes) -> bool:
    """Return whether a scenario, if it is one, is played in a moment."""
    try:
        raw = tomli.loads(text.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return True

    def fits(value: Any, key: str = "") -> bool:
        if isinstance(value, dict):
            return all(fits(each, name) for name, each in value.items())
        if isinstance(value, list):
            return all(fits(each, key) for each in value)
        most = SIZES.get(key)
        return most is None or not isinstance(value, int | float) or not value > most

    return fits(raw)


LINE = re.compile(r"^(\s*)([\w\"-]+) = (.*)$")


def mutated(rng: random.Random, text: str) -> tuple[bytes, list[str]]:
    """Return a scenario with one to five things changed, and what was done."""
    notes = []
    lines = text.split("\n")
    for _ in range(rng.choice([1, 1, 1, 2, 4])):
        notes.append(_change(rng, lines))
    data = "\n".join(lines).encode("utf-8", "surrogatepass")
    if rng.random() < 0.12:
        data, how = damaged(rng, data)
        notes.append(how)
    elif rng.random() < 0.04:
        encoding = rng.choice(["utf-16", "utf-8-sig", "gb18030", "utf-16-le", "latin-1"])
        data = "\n".join(lines).encode(encoding, "replace")
        notes.append(encoding)
    elif rng.random() < 0.05:
        data = data.replace(b"\n", rng.choice([b"\r\n", b"\r", b"\n\n"]))
        notes.append("line ends")
    return data, notes


_WAYS = ("key", "gone", "twice", "unknown", "table", "table gone", "table twice", "deep", "many",
         "junk", "swap", "inner")  # fmt: skip


def _change(rng: random.Random, lines: list[str]) -> str:
    keyed = [i for i, line in enumerate(lines) if LINE.match(line)]
    heads = [i for i, line in enumerate(lines) if line.startswith("[")]
    how = rng.choice(["near"] * 24 + ["value"] * 6 + list(_WAYS))
    if not keyed or not heads:
        lines.insert(0, rng.choice(HOSTILE_TEXTS))
        return "junk"
    at = rng.choice(keyed)
    match = LINE.match(lines[at])
    assert match is not None
    lead, key, value = match.groups()
    if how == "value":
        lines[at] = f"{lead}{key} = {rng.choice(HOSTILE_TOML)}"
    elif how == "near":
        while (near := _near(rng, key, value)) is None and rng.random() < 0.95:
            at = rng.choice(keyed)
            match = LINE.match(lines[at])
            assert match is not None
            lead, key, value = match.groups()
        lines[at] = f"{lead}{key} = {near or rng.choice(HOSTILE_TOML)}"
    elif how == "inner":  # within a string or a list of the value
        parts = re.split(r"([\[\],{}\"=])", value)
        parts[rng.randrange(len(parts))] = rng.choice([*HOSTILE_TEXTS, *HOSTILE_TOML])
        lines[at] = f"{lead}{key} = {''.join(parts)}"
    elif how == "key":
        wrong = rng.choice([key[:-1] or "k", key + "s", key.upper(), f'"{key} "', '""', "a.b.c",
                            '"\\u202e"', "__proto__", "名", key + ".x", "'" + "k" * 400 + "'",
                            ])  # fmt: skip
        lines[at] = f"{lead}{wrong} = {value}"
    elif how == "gone":
        del lines[at]
    elif how == "twice":
        lines.insert(at, lines[at])
    elif how == "unknown":
        lines.insert(
            at, f"{rng.choice(['colour', 'nmae', 'x-y', '速度'])} = {rng.choice(HOSTILE_TOML)}"
        )
    elif how == "table":
        lines.append(rng.choice(["[unknown]", "[[people]]", "[people]", "[rules]", "[history]",
                                 "[network.overrides]\n\"answer.opted_in\" = 2", "[plan]",
                                 "[costs]",
                                 "[[goals]]\nmetric = \"x\"", "[a.b.c.d]", "[[trunks]]\nname = 1",
                                 "[policy]\nfile = \"p.py\"\nname = \"X\"", "[refuse_call]",
                                 "[[events]]\nname = \"e\"\nwhat = \"stop\"\nfrom = 2026-04-13",
                                 "[rules.overrides]\n\"x\" = nan"]))  # fmt: skip
    elif how in ("table gone", "table twice"):
        at = rng.choice(heads)
        end = next((i for i in heads if i > at), len(lines))
        part = lines[at:end]
        lines[at:end] = [] if how == "table gone" else part * rng.choice([2, 2, 30])
    elif how == "deep":
        depth = rng.choice([5, 60, 300, 3000])
        lines[at] = f"{lead}{key} = {'[' * depth}{']' * depth}" if rng.random() < 0.5 else \
            f"{lead}{key} = {'{a=' * depth}1{'}' * depth}" if rng.random() < 0.5 else \
            f"{lead}{'.'.join([key] + ['a'] * depth)} = 1"  # fmt: skip
    elif how == "many":
        items = ", ".join([value.strip("[]") or "1"] * rng.choice([40, 500]))
        lines[at] = f"{lead}{key} = [{items}]"
    elif how == "junk":
        lines.insert(rng.randrange(len(lines) + 1), rng.choice(HOSTILE_TEXTS))
    else:
        other = rng.choice(keyed)
        lines[at], lines[other] = lines[other], lines[at]
    return f"{how}: {key}"[:60]


OTHERS = {
    "mode": MODES, "pack": ("cn", "cn-strict", "cn-collections", "us", "uk", "india", "lab"),
    "profile": ("strict", "typical", "lenient", "lab"), "order": ("list", "key", "best_hour"),
    "operator": ("CMCC", "CUCC", "CTCC", "CBN", "MVNO"), "kind": ("people", "robots", "recordings"),
    "purpose": ("marketing", "service", "collections"), "enters": ("domestic", "gateway"),
    "class": (
        *("fixed", "mobile", "95_enterprise", "95_b24", "96", "1010", "400", "106"),
        *("axb", "privacy"),
    ),
    "lawful_basis": ("consent", "contract", "legal_duty"), "relation": ("opted_in", "bought"),
    "time_zone": ("Asia/Shanghai", "Asia/Urumqi", "UTC", "America/New_York", "Asia/Kathmandu"),
    "window": ("sliding", "anchored", "calendar"), "metric": ("reach", "asr", "marks", "attempts"),
    "caller_choice": ("rotation", "headroom"), "area_code": ("10", "571", "991"),
    "days": ("mon-fri", "sat", "daily", "mon,wed"), "sector": ("banking", "lending", "retail"),
}  # fmt: skip


def _near(rng: random.Random, key: str, value: str) -> str | None:
    """Return a value of the same kind that may well be allowed; None: it is of no such kind."""
    if value in ("true", "false"):
        return "false" if value == "true" else "true"
    if key in OTHERS and value.startswith('"'):
        return f'"{rng.choice(OTHERS[key])}"'
    if re.fullmatch(r"-?\d{1,18}", value):
        whole = int(value)
        return str(rng.choice([0, 1, 2, whole + 1, whole - 1, whole * 2, whole // 2, whole * 1000]))
    if re.fullmatch(r"-?\d{1,18}\.\d{1,18}", value):
        part = float(value)
        return str(rng.choice([0.0, 1.0, part / 2, part * 2, 0.999, 1e-9]))
    span = re.fullmatch(r"\"(\d+)(ms|s|m|h|d)\"", value)
    if span:
        count = int(span.group(1))
        return f'"{rng.choice([0, 1, count * 2, count * 60])}{rng.choice("smhd")}"'
    clock = re.fullmatch(r"\"?(\d\d):(\d\d)(:\d\d)?\"?", value)
    if clock:
        return f'"{rng.randrange(24):02d}:{rng.choice([0, 30, 59]):02d}"'
    day = re.fullmatch(r"\"?2026-(\d\d)-(\d\d)\"?", value)
    if day:
        return f'"2026-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}"'
    return None
