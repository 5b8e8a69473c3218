"""Every key of a rule pack and of a network profile changes something: a world, a page, a refusal.

Each day it is looked which keys are read at all; the slow tier sets each to another value and looks
for what becomes different.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, time
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, get_args

import numpy as np
import pytest

from dialsim.api.checking import check
from dialsim.audit.audit import audit
from dialsim.carrier.history import young
from dialsim.engine.build import prepare
from dialsim.errors import ScenarioError
from dialsim.planning.sensitivity_analysis.uncertain_inputs import _same
from dialsim.scenario import (
    Profile,
    Scenario,
    load_network,
    load_rules,
    load_scenario,
    resolved_profiles,
    warnings,
)
from dialsim.scenario.models import fields
from dialsim.scenario.profiles import in_force
from dialsim.scenario.profiles.strictness import FORMULAS
from dialsim.scenario.sectors import known_sectors
from dialsim.scenario.values import MS_PER_DAY, format_duration, parse_duration

DAY = {"days": "daily", "from": time(9), "to": time(18)}
PURPOSES = ["marketing", "service", "collections"]


def everything(folder: Path) -> dict[str, Any]:
    """A study with numbers of all classes, both kinds of people, machines and a gateway."""
    (folder / "refused.csv").write_text("number\n13800138000\n")
    blocks: list[dict[str, Any]] = [
        {"name": f"c{name}", "class": name, "count": 2, "trunk": "main"}
        for name in get_args(fields.NumberClass)
    ]
    blocks[0] |= {"area_code": "10", "registered": True, "display_name": "Example"}
    blocks[0] |= {"appeals_labels": True}
    blocks[0]["filed"] = {
        "use": "marketing", "category": "loan", "daily_volume": 300, "on": date(2026, 4, 3),
    }  # fmt: skip
    plain = {"class": "fixed", "count": 3}
    blocks.append({"name": "plain", "area_code": "20", "trunk": "main", **plain})
    blocks[-1] |= {"answers_callbacks": True, "holder": "Another"}
    blocks.append({"name": "far", "area_code": "21", "trunk": "gate", **plain})
    trunk = {"permits": PURPOSES, "calls_per_second": 5, "channels": 50}
    machines = {"count": 5, "wrap_up": "0s", "shifts": [DAY]}
    campaign = {
        "category": "loan", "lawful_basis": "contract", "people": ["own"],
        "caller_ids": [block["name"] for block in blocks],
    }  # fmt: skip
    marketing = campaign | {"purpose": "marketing", "lawful_basis": "consent"}
    marketing["people"] = ["own", "cold"]
    never = {"consent_recorded": 1.0, "consent_genuine": 0.0}
    return {
        "schema": 1, "name": "everything", "start": date(2026, 4, 13), "days": 2, "seed": 1,
        "study": "unlawful",
        "enterprise": {
            "name": "Example", "sector": "banking", "appeals": True, "traceback_within": "4d",
            "call_centre": {
                "kind": "outsourced", "licence": "B24", "scope": "national", "outsourcer": "Bank",
            },
            "privacy": {"recording_notice": True, "calls_recorded": True},
        },
        "rules": {"pack": "cn"},
        "refuse_call": {"access": "operator_scrub"},
        "registries": [
            {
                "name": "scrub", "kind": "refused", "file": str(folder / "refused.csv"),
                "as_of": date(2026, 3, 15),
            }
        ],
        "people": [
            {"name": "own", "synthetic": {"count": 40, "relation": "opted_in"}},
            {"name": "cold", "synthetic": {"count": 40, "relation": "bought", **never}},
        ],
        "trunks": [
            trunk | {"name": "main", "operator": "CTCC", "contract": {"name": "T"}},
            trunk | {"name": "gate", "operator": "CMCC", "origin": "abroad", "enters": "gateway"},
        ],
        "caller_ids": blocks,
        "agents": [
            {"name": "day", "count": 5, "shifts": [DAY]},
            {"name": "bots", "kind": "robots", **machines},
            {"name": "tapes", "kind": "recordings", **machines},
        ],
        "campaigns": [
            marketing | {"name": "a", "agents": ["day"]},
            marketing | {"name": "b", "agents": ["bots"], "pacing": {"mode": "progressive"}},
            campaign | {
                "name": "c", "purpose": "service", "agents": ["tapes"], "message": "18s",
                "pacing": {"mode": "progressive"},
            },
            campaign | {"name": "d", "purpose": "collections", "agents": ["day"]},
        ],
    }  # fmt: skip


def approved(raw: dict[str, Any]) -> None:
    for block in raw["caller_ids"]:
        block["approved_use"] = "notice"
        if block["class"] == "96":
            block["province"] = "Zhejiang"


def approved_alone(raw: dict[str, Any]) -> None:
    approved(raw)
    raw["rules"]["overrides"] = {"caller_class.fixed.purposes": []}


def abroad(raw: dict[str, Any]) -> None:
    raw["enterprise"]["privacy"] |= {"data_abroad": True, "foreign_handler": True}
    for campaign in raw["campaigns"]:
        campaign["exports_data"] = True


def many(raw: dict[str, Any]) -> None:
    abroad(raw)
    raw["people"][0]["synthetic"]["count"] = 1_500_000


def very_many(raw: dict[str, Any]) -> None:
    raw["people"][0]["synthetic"]["count"] = 12_000_000


def many_of_retail(raw: dict[str, Any]) -> None:
    many(raw)
    raw["enterprise"]["sector"] = "retail"
    for campaign in raw["campaigns"]:
        campaign["category"] = "other"


def intermediate_alone(raw: dict[str, Any]) -> None:
    for campaign in raw["campaigns"]:
        campaign["caller_ids"] = ["caxb"]


def years_ago(raw: dict[str, Any]) -> None:
    approved(raw)
    raw["start"], raw["refuse_call"], raw["registries"] = date(2024, 6, 3), {}, []
    del raw["caller_ids"][0]["filed"]["on"]


def told_per_call(raw: dict[str, Any]) -> None:
    raw["refuse_call"], raw["registries"] = {"access": "per_call_signal"}, []


def often_blocked(raw: dict[str, Any]) -> None:
    raw["network"] = {"overrides": {"gateway.blocks_per_year": 500.0}}


def filed_too_much(raw: dict[str, Any]) -> None:
    raw["caller_ids"][0]["filed"]["daily_volume"] = 600


def on_a_holiday(raw: dict[str, Any]) -> None:
    raw["start"] = date(2026, 5, 1)
    raw["registries"], raw["refuse_call"] = [], {}


def short_rings(raw: dict[str, Any]) -> None:
    for campaign in raw["campaigns"]:
        campaign["ring_timeout"] = "16s"


Change = Callable[[dict[str, Any]], None]
CHANGES: tuple[Change, ...] = (
    approved, approved_alone, abroad, many, very_many, many_of_retail,
    intermediate_alone, years_ago, told_per_call, often_blocked,
    filed_too_much, on_a_holiday, short_rings,
)  # fmt: skip


def of_sector(sector: str) -> Change:
    def change(raw: dict[str, Any]) -> None:
        raw["enterprise"]["sector"] = sector

    return change


def worlds(folder: Path) -> Iterator[dict[str, Any]]:
    base = everything(folder)
    yield base
    for change in (*CHANGES, *map(of_sector, known_sectors(load_rules("cn")))):
        raw = copy.deepcopy(base)
        change(raw)
        yield raw


def built(raw: dict[str, Any]) -> Any:
    """The arrays of a world, with its network's view of new numbers; or why there is none."""
    try:
        scenario = load_scenario(raw)
    except ScenarioError as error:
        return str(error)
    world = prepare(scenario, counts=[1] * len(scenario.people), call_rows=64)
    _, network = resolved_profiles(scenario)
    assert network is not None
    shown = np.array([pages(scenario)])
    return world.static, world.state, young(scenario, network)[:2], (shown,)


def pages(scenario: Scenario, every: bool = False) -> str:
    """What is shown of a world that is not played; in every detail, or what is quickly told."""
    found: list[Any] = [audit(scenario), warnings(scenario), warnings(scenario, "zh")]
    found += [check(scenario)] if every else []
    return json.dumps(found, default=str, sort_keys=True)


# --- each day: what is read -----------------------------------------------------------------------


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> dict[str, set[str]]:
    """Keys that are asked of a pack or a profile, by its kind."""
    found: dict[str, set[str]] = {"rules": set(), "network": set()}
    entry, below = Profile.entry, Profile.below

    def noted(profile: Profile, key: str) -> Any:
        found[profile.kind].add(key)
        return entry(profile, key)

    def noted_below(profile: Profile, prefix: str) -> Any:
        keys = [key for key in profile.values if key.startswith(f"{prefix}.")]
        found[profile.kind].update(keys)
        return below(profile, prefix)

    monkeypatch.setattr(Profile, "entry", noted)
    monkeypatch.setattr(Profile, "below", noted_below)
    return found


def test_every_key_is_read(read: dict[str, set[str]], tmp_path: Path) -> None:
    """Of worlds built and judged, not by a page that lists whatever there is."""
    first, *others = worlds(tmp_path)
    assert not isinstance(built(first), str)
    pages(load_scenario(first), every=True)
    for raw in others:
        try:
            audit(load_scenario(raw))
        except ScenarioError:
            continue
        if raw.get("network") or raw["refuse_call"].get("access") == "per_call_signal":
            built(raw)
    for profile in (load_rules("cn"), load_network("typical")):
        assert set(profile) - read[profile.kind] == set(), profile


# --- the slow tier: what each changes -------------------------------------------------------------


def others(value: Any, unit: str) -> Iterator[Any]:
    """Other values of a unit, nearer ones first."""
    if unit == "duration":
        ms = parse_duration(value)
        yield from map(format_duration, (ms * 2 or MS_PER_DAY, ms // 2, ms + MS_PER_DAY, 16_500))
    elif unit == "share":
        yield from (value / 2 if value else 0.25, min(1.0, value + 0.05), 1.0)
    elif unit == "yes or no":
        yield not value
    elif unit == "windows":
        yield ["10:00-11:00"]
    elif unit == "limits":
        yield [{"count": 1, "per": "7d"}]
    elif unit == "purposes":
        yield from ([each for each in PURPOSES if each not in value], ["service"], [])
    elif unit == "formula":
        yield from (each for each in FORMULAS if each != value)
    elif unit == "time zone":
        yield "Asia/Tokyo"
    elif unit == "shape":
        yield "exponential"
    elif unit == "date":
        yield from ("2020-01-01", "2090-01-01")
    elif unit == "index":
        yield [*value[:-1], value[-1] - 1 if isinstance(value[-1], int) else value[-1] * 0.9]
    elif unit == "mixture":
        yield [[weight, median * 2, sigma] for weight, median, sigma in value]
    elif unit == "sip shares":
        yield [[404, 1.0]]
    elif unit == "announcement shares":
        yield [["arrears", 1.0]]
    elif unit == "sip meaning":
        yield value | {"473": "busy"}
    elif unit == "sip codes":
        yield value[:-1]
    elif unit == "announcement meaning":
        yield value | {"arrears": "invalid"}
    else:
        yield from (value + 1, max(0, value - 1))
        yield from (value * 20, value // 20) if isinstance(value, int) else (value / 2 or 0.5,)


def with_value(profile: Profile, key: str, value: Any) -> Profile:
    values = {**profile.values, key: replace(profile.values[key], value=value)}
    for each, other in profile.values.items():
        if other.like == key:
            values[each] = replace(other, value=value)
    return replace(profile, values=MappingProxyType(values))


def felt(
    raw: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    changed: Profile,
    look: Callable[[dict[str, Any]], Any],
) -> Any:
    """What is looked at of a world under a pack or profile with another value."""
    plain = in_force._held.__wrapped__

    def held(kind: Literal["rules", "network"], name: str, first: date, last: date) -> Profile:
        return changed if kind == changed.kind else plain(kind, name, first, last)

    with monkeypatch.context() as patch:
        patch.setattr(in_force, "_held", held)
        return look(raw)


def every_page(raw: dict[str, Any]) -> str:
    return pages(load_scenario(raw), every=True)


def may_be(kind: str, key: str, value: Any, raw: dict[str, Any]) -> bool:
    """Whether a scenario may replace a value by another at all."""
    changed = copy.deepcopy(raw)
    changed.setdefault(kind, {}).update(overrides={key: value})
    changed["rules"]["contract"] = "terms"
    try:
        load_scenario(changed)
    except ScenarioError:
        return False
    return True


@pytest.mark.full
@pytest.mark.parametrize("kind", ["rules", "network"])
def test_every_key_changes_something(
    kind: Literal["rules", "network"], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = load_rules("cn") if kind == "rules" else load_network("typical")
    made = list(worlds(tmp_path))
    before = [felt(raw, monkeypatch, base, built) for raw in made]
    shown = felt(made[0], monkeypatch, base, every_page)

    def changes(key: str, value: Any) -> bool:
        changed = with_value(base, key, value)
        return any(
            not _alike(was, felt(raw, monkeypatch, changed, built))
            for raw, was in zip(made, before, strict=True)
        ) or shown != felt(made[0], monkeypatch, changed, every_page)

    dead = []
    for key in base:
        values = list(others(base.entry(key).value, base.entry(key).unit))
        if not any(changes(key, value) for value in values):
            dead += [key] if any(may_be(kind, key, value, made[0]) for value in values) else []
    assert dead == []


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return bool(isinstance(one, str) and one == other)
    return _same(one, other)
