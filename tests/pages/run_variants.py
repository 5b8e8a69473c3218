"""Small runs that between them reach every section of a run's page, and most of its sentences."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import dialsim
from dialsim.messages.stored_text import localised
from dialsim.scheduler.stop import Stop
from tests.results.stopped import stopped
from tests.scenario.worlds import world

SHIFT = [{"days": "daily", "from": "09:00", "to": "10:00"}]
CENTRE = {"kind": "outsourced", "outsourcer": "Example", "licence": "B24", "scope": "national"}


def network() -> dict[str, Any]:
    """Blocks, throttles, complaints, reviews, a stop: a study of what is forbidden."""
    return dialsim.run(stopped()).summary


def platform() -> dict[str, Any]:
    """A platform others are stopped with, a gateway others are blocked on, terms of a contract."""
    raw = stopped(**{
        "platform.stops_per_year": 8, "gateway.blocks_per_year": 200,
        "complaints.enterprise.stop.recorded": 1.0, "gateway.calls_per_hour": 20,
    })  # fmt: skip
    raw["enterprise"]["call_centre"] = {**CENTRE, "scope": "province", "province": "Beijing"}
    raw["network"]["operators"] = {"CMCC": "strict"}
    raw["network"]["off"] = ["labels", "appeals"]
    raw["trunks"][0]["contract"] = {
        "name": "K", "callee_per_day": 1, "daily_volume": 60, "concurrency": 4,
        "complaints_per_million": 1,
    }  # fmt: skip
    raw["trunks"][1] |= {"enters": "gateway", "origin": "abroad", "permits": ["service"]}
    raw["days"] = 2
    raw["people"][0]["synthetic"]["count"] = 2000
    return dialsim.run(raw).summary


def machines() -> dict[str, Any]:
    """Robots with a desk, recordings, callbacks; two campaigns, goals met, missed and undecided."""
    raw = world()
    raw["days"] = 1
    raw["people"] = [
        {"name": name, "synthetic": {"count": 300, "relation": "opted_in"}}
        for name in ("own", "other")
    ]
    raw["caller_ids"][0]["count"] = 60
    raw["network"] = {"overrides": {"answer.gross.opted_in": 0.9}}
    raw["agents"] = [
        {"name": "robots", "kind": "robots", "count": 12, "shifts": SHIFT, "wrap_up": "0s"},
        {"name": "players", "kind": "recordings", "count": 5, "shifts": SHIFT, "wrap_up": "0s"},
        {"name": "desk", "count": 2, "shifts": SHIFT},
        {"name": "idle", "count": 2, "shifts": SHIFT},
    ]
    calls = {**raw["campaigns"][0], "attempts": {"at_most": 2, "retry": {"busy": "1d"}}}
    raw["campaigns"] = [
        {**calls, "agents": ["robots"],
         "transfer": {"share": 0.5, "agents": ["desk"], "hold": "20s", "patience": "1m"},
         "callbacks": {"share": 0.3, "soonest": "5m", "latest": "20m", "punctual": "1m"}},
        {**calls, "name": "notice", "people": ["other"], "agents": ["players"], "message": "18s"},
    ]  # fmt: skip
    raw["goals"] = [
        {"metric": "attempts", "at_least": 10, "campaign": "notice", "by": "2026-04-13T09:30:00"},
        {"metric": "conversations", "at_least": 9000},
        {"metric": "complaints", "at_least": 0},
        {"metric": "callbacks_on_time", "at_least": 0.5, "campaign": "notice"},
    ]
    return dialsim.run(raw).summary


def lists(folder: Path) -> dict[str, Any]:
    """Lists, registries, withdrawals and history from files; a split; own rules by contract."""
    rows = [f"138{i:08d},C{i % 190},branch {i % 3},{'x' if i == 7 else ''}" for i in range(200)]
    rows += ["138,C900,branch 1,", "13800000001x,C901,branch 1,", ",C902,,", "12345,C903,,"]
    _write(folder / "own.csv", "number,id,branch,withdrawn", *rows)
    _write(folder / "do_not.csv", "number", "13800000005", "abc", "13800000190")
    _write(folder / "refused.csv", "number", *(f"138{i:08d}" for i in range(40, 44)))
    _write(folder / "nobody.csv", "number", "13700000005")
    _write(folder / "gone.csv", "number,time", "13800000011,2026-04-13 09:20", "13800000012,soon")
    _write(folder / "calls.csv", "number,time,caller_id", "13800000003,2026-04-12 09:00,north-001")
    _write(folder / "states.csv", "caller_id,age_days,marks_30d", "north-001,40,2", "north-999,,")
    raw = world()
    raw["days"] = 1
    raw["people"] = [{"name": "own", "file": str(folder / "own.csv"), "attributes": ["branch"],
                      "countries": ["CN", "HK"], "consent_recorded": 0.9}]  # fmt: skip
    raw["registries"] = [
        {"name": "not to call", "kind": "internal", "file": str(folder / "do_not.csv")},
        {"name": "scrub", "kind": "refused", "file": str(folder / "refused.csv"),
         "as_of": "2026-04-01"},
        {"name": "loans", "kind": "refused", "file": str(folder / "nobody.csv"),
         "as_of": "2026-03-14", "categories": ["loan"]},
    ]  # fmt: skip
    raw["withdrawals"] = [{"file": str(folder / "gone.csv")}]
    raw["history"] = {"calls": {"file": str(folder / "calls.csv")},
                      "caller_ids": {"file": str(folder / "states.csv")}}  # fmt: skip
    raw["refuse_call"] = {"access": "operator_scrub", "price": "0.02 CNY"}
    raw["rules"] = {
        "contract": "K 7", "retry_gap": "30m",
        "callee_limits": [{"count": 3, "per": "1d"}, {"count": 1, "per": "7d", "counts": "connects",
                                                      "window": "calendar"}],
        "caller_limits": [{"count": 20, "per": "1h"}, {"count": 40, "per": "1d"}],
        "overrides": {"abandon.at_most": 0.02, "callee.retry_gap": "1h"},
    }  # fmt: skip
    raw["network"] = {"overrides": {
        "people.busy": {"value": 0.07, "source": "own log", "confidence": "inferred"},
        "people.unreachable": 0.1,
    }}  # fmt: skip
    raw["events"] = [
        {"name": "later", "what": "hours", "from": "2026-06-01", "to": "2026-06-02", "hours": []},
        {"name": "elsewhere", "what": "stop", "from": "2026-04-13", "to": "2026-04-13",
         "operator": "CBN"},
    ]  # fmt: skip
    return dialsim.run(raw, by=["branch"]).summary


def theory() -> dict[str, Any]:
    """Laboratory rules, in which a plan is no plan; nothing called, since nobody consented."""
    raw = world()
    raw["rules"] = {"pack": "lab"}
    raw["network"] = {"profile": "lab"}
    raw["people"][0]["synthetic"] |= {"count": 20, "consent_recorded": 0.0}
    raw["goals"] = [{"metric": "abandoned_share", "at_most": 0.03}]
    return dialsim.run(raw).summary


def broken_off() -> dict[str, Any]:
    """A run whose policy asks for its end in the first hour."""
    raw = world()
    raw["campaigns"][0]["pacing"] = {"mode": "policy"}
    raw["goals"] = [{"metric": "conversations", "at_least": 5}]
    stop = Stop()

    def decide(seen: dialsim.Observation) -> dialsim.Decision:
        if seen.campaigns["upsell"].attempts > 5:
            stop.request()
        return dialsim.Decision({"upsell": 1}, wake_in_s=1)

    return dialsim.run(raw, policy=decide, stop=stop).summary


RUNS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "network": lambda _: network(),
    "platform": lambda _: platform(),
    "machines": lambda _: machines(),
    "lists": lists,
    "theory": lambda _: theory(),
    "broken_off": lambda _: broken_off(),
}

NAMES = (
    *("small", "stopped", "Example", "own", "other", "bought", "north", "desk", "sims", "others"),
    *("main", "side", "upsell", "notice", "loans", "idle", "branch", "Somebody Else", "K 7"),
    *("not to call", "scrub", "later", "elsewhere", "own log", "day", "robots", "players"),
    "of a dialer that suspects nothing",
)
"""What the scenarios of these runs call their own things: no text of ours, in any language."""


@cache
def summaries() -> dict[str, dict[str, Any]]:
    """Return the summary of every run; played once."""
    with TemporaryDirectory() as folder:
        return {name: play(Path(folder)) for name, play in RUNS.items()}


def _write(path: Path, *lines: str) -> None:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def without_chinese(summary: dict[str, Any]) -> dict[str, Any]:
    """Return a summary as an older version wrote it: names of metrics alone in Chinese."""
    found = without_messages(summary) | {"schema_version": 1}
    for key, metric in summary["metrics"].items():
        found["metrics"][key]["name_zh"] = localised(metric, "name", "zh")
    return found


def without_messages(summary: dict[str, Any]) -> dict[str, Any]:
    """Return a summary with its texts in English alone."""

    def stripped(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: stripped(v) for k, v in value.items() if not k.endswith("_message")}
        return [stripped(each) for each in value] if isinstance(value, list) else value

    found: dict[str, Any] = stripped(copy.deepcopy(summary))
    return found
