"""The values of the rule pack and the network profile that the scenario overrides."""

from __future__ import annotations

from dialsim.pages.dossiers.request import Request
from dialsim.pages.dossiers.terms import length, listed, operator_name
from dialsim.pages.html.values import base_of, values_in_force
from dialsim.pages.model.parts import Paragraph, Section, quiet, section
from dialsim.pages.model.tables import Row, Table, keys, row, words
from dialsim.results.assumptions import own_callee_limits
from dialsim.scenario.profiles.in_force import network_of, pack_of
from dialsim.scenario.profiles.profile import Profile
from dialsim.scenario.profiles.strictness import Ceiling

_PACKS = {"callee_limits": "callee.limits", "retry_gap": "callee.retry_gap"}
"""The rule pack's value behind each key of the scenario's `rules`."""


def overrides_section(asked: Request) -> Section:
    """Return the contract named for overrides, and each of them."""
    texts, contract = asked.texts, asked.log.scenario.rules.contract
    named = texts["contract"].format(name=contract) if contract else texts["contract_none"]
    rows = overrides(asked)
    columns = (
        *words(""),
        *keys(texts["key"]),
        *words(texts["value"], texts["instead"], texts["confidence"]),
    )
    shown = Table(columns, tuple(rows)) if rows else quiet(texts["overrides_none"])
    return section(texts["overrides"], Paragraph(named), shown, key="overrides")


def overrides(asked: Request) -> list[Row]:
    """Return each override: its value, the value it replaces, and the basis of the latter."""
    found = _own_rules(asked)
    for place, values in enumerate(values_in_force(asked.log, asked.language)):
        where = asked.texts["network" if place else "rules"]
        if values.operator:
            where = listed([where, operator_name(values.operator, asked.language)], asked.language)
        for each in values.rows:
            if each.before:
                base = _base(asked, values.operator) if place else pack_of(asked.log.scenario)
                basis = _basis(asked, base, each.key)
                found.append(row(where, each.key, each.value, each.before, basis))
    return found


def _base(asked: Request, operator: str) -> Profile:
    scenario = asked.log.scenario
    if operator:
        return base_of(scenario, asked.log.network, operator)
    return network_of(scenario)


def _basis(asked: Request, base: Profile, key: str) -> str:
    """Return the basis of a replaced value: its source and confidence."""
    entry = base.entry(key)
    return asked.basis(entry.source, entry.confidence)


def _own_rules(asked: Request) -> list[Row]:
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


def _row(asked: Request, key: str, value: str, before: str) -> Row:
    name = f"{asked.texts[key]} (rules.{key})"
    basis = _basis(asked, pack_of(asked.log.scenario), _PACKS[key])
    return row(asked.texts["rules"], name, value, before, basis)


def _limits(asked: Request, limits: list[Ceiling]) -> str:
    if not limits:
        return asked.texts["no_limit"]
    return listed([str(limit) for limit in limits], asked.language)
