"""Runs that go on with a call log: the scenario to start from, quiet and with many complaints."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import tomli

from dialsim.scenario.library import template

LOG = template("mid_campaign").path.parent / "lists" / "mid_campaign_calls.csv"
LISTED = LOG.with_name("mid_campaign.csv")
LOUD = {
    "complaints.rate_12321.opted_in": 20_000,
    "complaints.hotline_factor": 1,
    "complaints.enterprise.stop.recorded": 0.0,
}


def mid_campaign(**changes: Any) -> dict[str, Any]:
    """Return the scenario, its files by their whole paths."""
    raw = tomli.loads(template("mid_campaign").text)
    for table in (raw["people"][0], raw["history"]["calls"], raw["history"]["caller_ids"]):
        table["file"] = str(LOG.parent.parent / table["file"])
    return raw | changes


def loud() -> dict[str, Any]:
    """Return it with so many complaints that numbers, the enterprise and the line meet them."""
    raw = mid_campaign(name="loud", days=15)
    raw["network"] = {"profile": "typical", "overrides": LOUD}
    raw["trunks"][0]["contract"]["complaints_per_million"] = 20
    return raw


def logged() -> dict[int, list[dict[str, str]]]:
    """Return the log's calls by the row of the list, in order of time."""
    with LISTED.open(encoding="utf-8") as file:
        row_of = {each["number"]: row for row, each in enumerate(csv.DictReader(file))}
    found: dict[int, list[dict[str, str]]] = {}
    with LOG.open(encoding="utf-8") as file:
        for call in csv.DictReader(file):
            found.setdefault(row_of[call["number"]], []).append(call)
    return {row: sorted(calls, key=lambda each: each["called_at"]) for row, calls in found.items()}


def with_history(raw: dict[str, Any], folder: Path, rows: list[str]) -> dict[str, Any]:
    """Return a scenario before whose start calls of other campaigns were made."""
    path = folder / "earlier.csv"
    path.write_text("\n".join(["time,number,outcome", *rows]) + "\n", encoding="utf-8")
    return raw | {"history": {"calls": {"file": str(path)}}}
