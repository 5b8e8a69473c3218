"""Lists of people, registries, withdrawals, earlier calls, call logs: their rows as text."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from tests.hostile.tables import Table
from tests.hostile.words import HOSTILE_TEXTS, identifier, person, phone, spelt

CHINESE = {"number": "手机", "id": "客户号", "consent_date": "同意日期", "withdrawn": "退订",
           "consent_purpose": "用途", "consent_expiry": "到期", "consent_evidence": "凭证",
           "priority": "优先级", "time": "时间"}  # fmt: skip
WITHDRAWN = ("", "", "", "", "", "是", "否", "yes", "no", "true", "0", "1", "2026-02-01",
             "2026-04-13 10:30", "已退订", "x", "-", "N/A", "明天")  # fmt: skip
CONSENT_DATES = ("2026-01-15", "2026/1/15", "20260115", "2026-01-15 08:00:00", "2026年1月15日",
                 "", "明天", "15.01.2026", "01/02/2026", "46037", "2027-01-01")  # fmt: skip
PURPOSES = ("marketing", "marketing service", "营销", "营销;服务", "service", "collections", "",
            "marketing,service", "催收", "advertising")  # fmt: skip
OUTCOMES = ("connected", "no_answer", "busy", "blocked", "unreachable", "接通", "无人接听", "占线",
            "拦截", "", "invalid", "answered", "assistant", "abandoned")  # fmt: skip


@dataclass
class Persons:
    """Who the generated files are about: what must not be seen of them."""

    numbers: list[str]
    others: list[str]
    ids: list[str]
    names: list[str]

    @property
    def all_numbers(self) -> set[str]:
        """Return every number."""
        return {*self.numbers, *self.others}


def persons(rng: random.Random, most: int = 30) -> Persons:
    """Draw people, each with two numbers, an identifier and a name."""
    count = rng.choice([1, 2, 5, 12, 12, most, most, 0 if rng.random() < 0.2 else 3])
    return Persons(
        [phone(rng) for _ in range(count)],
        [phone(rng) for _ in range(count)],
        [identifier(rng) for _ in range(count)],
        [person(rng) for _ in range(count)],
    )


@dataclass
class Listed:
    """A table, and under which keys of `columns` a scenario has to name what."""

    table: Table
    columns: dict[str, object] = field(default_factory=dict)
    attributes: list[str] = field(default_factory=list)


def list_of_people(rng: random.Random, who: Persons, *, clean: bool = False) -> Listed:
    """Return a list of people with any of the columns that a list may have."""
    roles = ["number"]
    for role in ("id", "name", "branch", "consent_date", "consent_purpose", "consent_expiry",
                 "consent_evidence", "withdrawn", "export_consent", "relation", "priority",
                 "best_hour", "time_zone", "prior_attempts", "last_attempt", "other"):  # fmt: skip
        if rng.random() < 0.25:
            roles.append(role)
    rng.shuffle(roles)
    chinese = rng.random() < 0.4
    header = [CHINESE.get(role, role) if chinese else role for role in roles]
    rows = [[_cell(rng, role, i, who, clean) for role in roles] for i in range(len(who.numbers))]
    for _ in range(rng.choice([0, 0, 0, 2])):  # the same person once more
        if rows and not clean:
            rows.append(list(rng.choice(rows)))
    columns: dict[str, object] = {}
    for role, name in zip(roles, header, strict=True):
        if role == "other":
            columns["alternates"] = [name]
        elif name != role:
            columns[role] = name
    attributes = ["branch"] if "branch" in roles else []
    return Listed(Table(header, rows, rows_held=len(rows)), columns, attributes)


def _cell(rng: random.Random, role: str, i: int, who: Persons, clean: bool) -> str:
    if role == "number":
        if not clean and rng.random() < 0.08:
            return f"{who.numbers[i]}{rng.choice([' / ', ';', '、', '|'])}{who.others[i]}"
        return who.numbers[i] if clean else spelt(rng, who.numbers[i])
    if role == "other":
        return rng.choice(["", who.others[i]]) if clean else rng.choice(
            ["", spelt(rng, who.others[i]), rng.choice(who.numbers), "无"]
        )  # fmt: skip
    if role == "id":
        return who.ids[i] if clean else rng.choice([who.ids[i]] * 9 + [rng.choice(who.ids), ""])
    if role == "name":
        return who.names[i]
    if role == "branch":
        value = rng.choice(["north", "south", "成都", "北京"])
        number = who.numbers[i]
        near = [number, f"tel {who.others[i]}", rng.choice(HOSTILE_TEXTS)]
        near.append("/".join([number[:3], number[3:7], number[7:]]))
        return value if clean or rng.random() < 0.9 else rng.choice(near)
    return str(_value(rng, role, clean))


def _value(rng: random.Random, role: str, clean: bool) -> object:
    if not clean and rng.random() < 0.03:
        return rng.choice(HOSTILE_TEXTS)
    if role in ("consent_date", "consent_expiry", "last_attempt"):
        year = 2027 if role == "consent_expiry" else 2026
        return f"{year}-01-15" if clean or rng.random() < 0.7 else rng.choice(CONSENT_DATES)
    return {
        "consent_purpose": "marketing" if clean else rng.choice(PURPOSES),
        "consent_evidence": rng.choice(["form-1", "", "录音"]) if not clean else "form-1",
        "withdrawn": "" if clean else rng.choice(WITHDRAWN),
        "export_consent": rng.choice(["yes", "no", "是", "否", ""]),
        "relation": rng.choice(["opted_in", "bought", ""]),
        "priority": rng.choice(["1", "2", "9", "", "-5", "10000000000"]),
        "best_hour": rng.choice(["0", "9", "23", "", "24"]),
        "time_zone": rng.choice(["Asia/Shanghai", "Asia/Urumqi", "", "Mars/X"]),
        "prior_attempts": rng.choice(["0", "1", "3", "", "-1"]),
    }[role]


def registry(rng: random.Random, who: Persons) -> Listed:
    """Return numbers not to be called."""
    some = [n for n in who.numbers if rng.random() < 0.3]
    rows = [[spelt(rng, number)] for number in [*some, phone(rng)]]
    if rng.random() < 0.2:
        rows = [[number[0], rng.choice(["x", "是", ""])] for number in rows]
        return Listed(Table(["number", "note"], rows, rows_held=len(rows)))
    return Listed(Table(["number"], rows, rows_held=len(rows)))


def withdrawals(rng: random.Random, who: Persons) -> Listed:
    """Return consents withdrawn, by number, by identifier, or by both."""
    roles = rng.choice([["number", "time"], ["id", "time"], ["number", "id", "time"]])
    rows = []
    for i in range(len(who.numbers)):
        if rng.random() < 0.3:
            held = {"number": spelt(rng, who.numbers[i]), "id": who.ids[i]}
            held["time"] = rng.choice(["2026-04-13 10:00", "2026-03-01", "2026-04-13T10:00:00",
                                       "2026-04-13 10:00+08:00", "", "昨天"])  # fmt: skip
            rows.append([held[role] for role in roles])
    return Listed(Table(roles, rows, rows_held=len(rows)))


def earlier_calls(rng: random.Random, who: Persons, callers: list[str], days: list[int]) -> Listed:
    """Return the calls of the days before, or of the morning."""
    header = ["time", "number", "caller_id", "outcome", "talk_s"]
    rows = []
    for _ in range(rng.choice([0, 1, 5, 40])):
        if not who.numbers:
            break
        at = rng.randrange(len(who.numbers))
        time = f"2026-04-{rng.choice(days):02d} {rng.randrange(9, 11):02d}:" \
               f"{rng.randrange(60):02d}:{rng.randrange(60):02d}"  # fmt: skip
        outcome = rng.choice(OUTCOMES)
        talk = str(rng.randrange(1, 300)) if outcome in ("connected", "接通") else ""
        caller = rng.choice([*callers, *callers, *callers, "south-001", ""])
        rows.append([time, spelt(rng, who.numbers[at]), caller, outcome, talk])
    if rng.random() < 0.3:
        header.append("campaign")
        rows = [[*row, rng.choice(["upsell", "other", ""])] for row in rows]
    return Listed(Table(header, rows, rows_held=len(rows)))


def caller_states(rng: random.Random, callers: list[str]) -> Listed:
    """Return in which state caller IDs are."""
    header = ["caller_id", "age_days", "delivered_30d", "marks_30d", "complaints_30d", "suspended"]
    rows = [[each, "40", str(rng.randrange(3000)), "2", "0", rng.choice(["no", "yes", "否"])]
            for each in callers if rng.random() < 0.8]  # fmt: skip
    return Listed(Table(header, rows, rows_held=len(rows)))


def call_log(rng: random.Random, who: Persons) -> Listed:
    """Return a call log to calibrate by; its `person` is a number, a name or an identifier."""
    roles = ["outcome"]
    for role in ("time", "person", "caller", "attempt", "reason", "ring_ms", "ring_s", "talk_ms",
                 "talk_s", "relation", "registered", "named", "labelled", "contacts", "campaign",
                 "trunk", "note"):  # fmt: skip
        if rng.random() < 0.45 and {"ring_ms": "ring_s", "ring_s": "ring_ms",
                                        "talk_ms": "talk_s", "talk_s": "talk_ms"
                                        }.get(role, "-") not in roles:  # fmt: skip
            roles.append(role)
    rng.shuffle(roles)
    count = rng.choice([0, 1, 2, 8, 60, 300])
    live = rng.choice([0.0, 0.1, 0.4, 1.0])
    hours = rng.choice([[9], [9, 11, 15], list(range(24))])
    rows = []
    for _ in range(count if who.numbers else 0):
        outcome = "answered" if rng.random() < live else rng.choice(OUTCOMES[1:5] + OUTCOMES[-4:])
        up = outcome == "answered"
        at = rng.randrange(len(who.numbers))
        cells = {
            "outcome": outcome,
            "time": f"2026-04-{rng.randrange(1, 29):02d} {rng.choice(hours):02d}:"
                    f"{rng.randrange(60):02d}:00",
            "person": rng.choice([who.numbers, who.names, who.ids][rng.choice([0, 0, 1, 2])]),
            "caller": rng.choice(["01088880001", "01088880002", "north-001"]),
            "attempt": str(rng.choice([1, 1, 2, 3])),
            "reason": rng.choice(["", "603", "refuse_call"]),
            "ring_ms": str(rng.randrange(0, 30000)), "ring_s": str(rng.randrange(0, 30)),
            "talk_ms": str(rng.randrange(1, 200000) if up else 0),
            "talk_s": str(rng.randrange(1, 200) if up else 0),
            "relation": rng.choice(["opted_in", "bought", ""]),
            "registered": rng.choice(["true", "false", "1", ""]),
            "named": rng.choice(["yes", "no"]), "labelled": rng.choice(["0", "1"]),
            "contacts": str(rng.choice([1, 2, 9])), "campaign": "a", "trunk": "t",
            "note": rng.choice([who.names[at], who.numbers[at], ""]),
        }  # fmt: skip
        rows.append([cells[role] for role in roles])
    return Listed(Table(roles, rows, rows_held=len(rows)))
