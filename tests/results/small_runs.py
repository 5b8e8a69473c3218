"""A small run to tell readers of: two operators' lines, prices, documents; pages read again."""

from __future__ import annotations

import copy
import re
from collections import Counter
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import dialsim
from tests.scheduler.worlds import as_toml

SCRIPT = "<script>alert(1)</script>"
_SHIFTS = [{"days": "daily", "from": "09:00", "to": "12:00"}]

TOLD: dict[str, Any] = {
    "schema": 1,
    "name": f"told {SCRIPT}",
    "start": "2026-04-30",  # two days, two months
    "days": 2,
    "seed": 11,
    "aftermath": "40d",
    "enterprise": {
        "name": f"Example {SCRIPT}",
        "sector": "banking",
        "call_centre": {"kind": "in_house"},
        "traceback_within": "2d",
        "privacy": {"retention_days": 180, "recording_notice": True},
        "evidence": {"traceback_contact": {"document": f"Rota {SCRIPT}", "date": "2026-01-05"}},
    },
    "rules": {
        "contract": "Line contract 7",
        "callee_limits": [{"count": 2, "per": "1d"}],
        "overrides": {"hours.marketing": ["09:00-12:00"]},
    },
    "network": {"overrides": {"answer.gross.opted_in": 0.5}},
    "people": [
        {"name": "here", "synthetic": {"count": 240, "regions": {"Zhejiang": 0.6}}},
        {"name": "there", "synthetic": {"count": 160, "regions": {"Guangdong": 1.0}}},
    ],
    "trunks": [
        {"name": "main", "operator": "CTCC", "permits": ["marketing"], "calls_per_second": 3,
         "channels": 9, "contract": {"name": "Line contract 7", "daily_volume": 400,
                                     "complaints_per_million": 300.0}},
        {"name": "side", "operator": "CMCC", "permits": ["marketing"], "calls_per_second": 2,
         "channels": 6},
    ],
    "caller_ids": [
        {"name": "north", "class": "fixed", "area_code": "10", "count": 3, "trunk": "main",
         "registered": True, "display_name": f"Bank {SCRIPT}",
         "filed": {"use": "marketing", "category": "credit_card", "daily_volume": 100}},
        {"name": "south", "class": "fixed", "area_code": "20", "count": 2, "trunk": "side",
         "registered": True,
         "filed": {"use": "marketing", "category": "credit_card", "daily_volume": 90,
                   "ramp": [{"from": "2026-04-30", "daily_volume": 40}]}},
    ],
    "agents": [{"name": "day", "count": 8, "shifts": _SHIFTS, "absence": 0.25}],
    "campaigns": [
        {"name": "cards", "purpose": "marketing", "category": "credit_card",
         "lawful_basis": "consent", "people": ["here", "there"], "caller_ids": ["north", "south"],
         "agents": ["day"], "pacing": {"mode": "progressive"},
         "attempts": {"at_most": 2, "retry": {"no_answer": "2h", "busy": "1h"}}},
    ],
    "goals": [
        {"metric": "conversations", "at_least": 90, "by": "2026-04-30T11:00:00"},
        {"metric": "reach", "at_least": 5000},
        {"metric": "caller_ids_suspended", "at_most": 0},
    ],
    "costs": {
        "billing_step": "60s",
        "per_minute": "0.06 CNY",
        "per_minute_by_trunk": {"side": "0.075 CNY"},
        "per_attempt": "0.002 CNY",
        "per_number_month": "25 CNY",
        "per_agent_hour": "42.50 CNY",
        "once": "100 CNY",
    },
}  # fmt: skip


def told(**changes: Any) -> dict[str, Any]:
    """Return the scenario, some of its top keys replaced."""
    return copy.deepcopy(TOLD) | changes


def with_files(folder: Path) -> Path:
    """Write the scenario with a list and a do-not-call list from files; returns its file."""
    rows = ["number,date,proof,branch"]
    rows += [f"138{i:08d},2025-03-0{1 + i % 9},p{i},{'ab'[i % 2]}" for i in range(40)]
    (folder / "customers.csv").write_text("\n".join(rows) + "\n", "utf-8")
    (folder / "own.csv").write_text("number\n13800000007\n", "utf-8")
    raw = told(name="files")
    raw["people"][0] = {
        "name": "here",
        "file": "customers.csv",
        "columns": {"consent_date": "date", "consent_evidence": "proof"},
        "attributes": ["branch"],
    }
    raw["registries"] = [
        {"name": "own list", "kind": "internal", "file": "own.csv", "as_of": "2026-04-01"}
    ]
    return as_toml(raw, folder / "told.toml")


def rows_of(run: dialsim.Run) -> list[dict[str, Any]]:
    """Return the calls as plain dicts, each with the ms from the first midnight."""
    zero = run.calls.column("time")[0].as_py().replace(hour=0, minute=0, second=0, microsecond=0)
    rows: list[dict[str, Any]] = run.calls.to_pylist()
    for row in rows:
        row["tick"] = round((row["time"] - zero).total_seconds() * 1000)
        row["end"] = row["tick"] + row["ring_ms"] + row["wait_ms"] + row["talk_ms"]
    return rows


class Cells(HTMLParser):
    """The text of every cell of a page, by its section, and of the notes below rows; its tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.section, self.tags = "", Counter[str]()
        self.tables: dict[str, list[list[str]]] = {"": [[]]}
        self.notes: dict[str, list[list[str]]] = {"": []}
        self._rows = self.tables[""]
        self._inside = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags[tag] += 1
        if tag == "section":
            self.section = dict(attrs).get("id") or ""
            self.tables[self.section], self.notes[self.section] = [], []
        if tag == "tr":
            is_note = dict(attrs).get("class") == "notes"
            self._rows = (self.notes if is_note else self.tables)[self.section]
            self._rows.append([])
        if tag in ("td", "th"):
            self._inside = True
            self._rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            cell = self._rows[-1][-1]
            self._rows[-1][-1] = " ".join(f"{cell} {data}".split())


def section(html: str, name: str) -> list[list[str]]:
    """Return the cells of the tables of a section, row by row."""
    return Cells(html).tables[name]


def notes(html: str, name: str) -> list[str]:
    """Return the notes below the rows of the tables of a section."""
    return [" ".join(cells) for cells in Cells(html).notes[name]]


def plain(html: str) -> str:
    """Return the text of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
