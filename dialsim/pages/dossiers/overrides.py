"""The values of the rule pack and the network profile that the scenario overrides."""

from __future__ import annotations

from typing import Any

from dialsim.pages.dossiers.request import Request
from dialsim.pages.dossiers.terms import length, listed, operator_name
from dialsim.pages.html.values import base_of, values_in_force
from dialsim.results.assumptions import own_callee_limits
from dialsim.scenario.profiles.in_force import network_of, pack_of
from dialsim.scenario.profiles.profile import Profile
from dialsim.scenario.profiles.strictness import Ceiling

_PACKS = {"callee_limits": "callee.limits", "retry_gap": "callee.retry_gap"}
"""The rule pack's value behind each key of the scenario's `rules`."""


def overrides(asked: Request) -> list[dict[str, str]]:
    """Return each override: its value, the value it replaces, and the basis of the latter."""
    found = _own_rules(asked)
    for place, values in enumerate(values_in_force(asked.log)):
        where = asked.texts["network" if place else "rules"]
        if values.operator:
            where = listed([where, operator_name(values.operator, asked.language)], asked.language)
        for row in values.rows:
            if row.before:
                base = _base(asked, values.operator) if place else pack_of(asked.log.scenario)
                found.append(
                    {
                        "where": where,
                        "key": row.key,
                        "value": row.value,
                        "before": row.before,
                        "unit": row.unit,
                        "basis": _basis(asked, base, row.key),
                    }
                )
    return found


def _base(asked: Request, operator: str) -> Profile:
    scenario = asked.log.scenario
    if operator:
        return base_of(scenario, asked.log.network, operator)
    return network_of(scenario)


def _basis(asked: Request, base: Profile, key: str) -> str:
    """Return the basis of a replaced value: its source and confidence."""
    entry: Any = base.entry(key)
    return asked.basis(entry.source, entry.confidence)


def _own_rules(asked: Request) -> list[dict[str, str]]:
    """Return the limits and the gap that the scenario states beside the overrides."""
    mine, pack = asked.log.scenario.rules, pack_of(asked.log.scenario)
    found = []
    limits = own_callee_limits(asked.log.scenario)
    if limits is not None:
        found.append(_row(asked, "callee_limits", *(_limits(asked, each) for each in limits)))
    if mine.retry_gap is not None and mine.retry_gap != pack["callee.retry_gap"]:
        gaps = [length(ms, asked.language) for ms in (mine.retry_gap, pack["callee.retry_gap"])]
        found.append(_row(asked, "retry_gap", *gaps))
    return found


def _row(asked: Request, key: str, value: str, before: str) -> dict[str, str]:
    return {
        "where": asked.texts["rules"],
        "key": f"{asked.texts[key]} (rules.{key})",
        "value": value,
        "before": before,
        "unit": "",
        "basis": _basis(asked, pack_of(asked.log.scenario), _PACKS[key]),
    }


def _limits(asked: Request, limits: list[Ceiling]) -> str:
    if not limits:
        return asked.texts["no_limit"]
    return listed([str(limit) for limit in limits], asked.language)
