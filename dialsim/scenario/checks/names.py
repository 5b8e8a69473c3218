"""Check names and profiles; this works even on a dict that fails validation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialsim.errors import Problems, did_you_mean
from dialsim.messages.text import message
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.profiles.in_force import network_of, pack_of
from dialsim.scenario.profiles.operator_profiles import check_operator_profiles, named_profile
from dialsim.scenario.profiles.profile import Profile, load_network, load_rules

_LISTS = ("people", "trunks", "caller_ids", "agents", "campaigns")


def check_names(raw: Mapping[str, Any], problems: Problems) -> None:
    """Add duplicate and unresolved names; the dict may have any other fault."""
    known = {kind: list(_names(raw, kind, problems)) for kind in (*_LISTS, "registries", "events")}
    for i, block in enumerate(_tables(raw, "caller_ids")):
        _refers(
            block.get("trunk"),
            known["trunks"],
            f"caller_ids[{i}].trunk",
            message("trunk"),
            problems,
        )
        path = f"caller_ids[{i}].replaces"
        _refers(
            block.get("replaces"),
            known["caller_ids"],
            path,
            message("block of caller IDs"),
            problems,
        )
    for i, event in enumerate(_tables(raw, "events")):
        stopped = event.get("trunks")
        for j, name in enumerate(stopped if isinstance(stopped, (list, tuple)) else ()):
            _refers(name, known["trunks"], f"events[{i}].trunks[{j}]", message("trunk"), problems)
        filed = event.get("caller_ids")
        for j, name in enumerate(filed if isinstance(filed, (list, tuple)) else ()):
            path = f"events[{i}].caller_ids[{j}]"
            _refers(name, known["caller_ids"], path, message("block of caller IDs"), problems)
    for i, campaign in enumerate(_tables(raw, "campaigns")):
        for key, kind, word in (
            ("people", "people", message("list of people")),
            ("caller_ids", "caller_ids", message("block of caller IDs")),
            ("agents", "agents", message("group of agents")),
            ("overflow_agents", "agents", message("group of agents")),
            ("transfer.agents", "agents", message("group of agents")),
        ):
            names = campaign.get(key)
            if key == "transfer.agents":
                table = campaign.get("transfer")
                names = table.get("agents") if isinstance(table, Mapping) else None
            if not isinstance(names, (list, tuple)):
                continue
            before: set[str] = set()
            for j, name in enumerate(names):
                if not isinstance(name, str):
                    continue
                path = f"campaigns[{i}].{key}[{j}]"
                _refers(name, known[kind], path, word, problems)
                if name in before:
                    problems.add(path, message("named twice"), found=name)
                before.add(name)


def _tables(raw: Mapping[str, Any], kind: str) -> list[Mapping[str, Any]]:
    items = raw.get(kind)
    if not isinstance(items, (list, tuple)):
        return []
    return [item if isinstance(item, Mapping) else {} for item in items]


def _names(raw: Mapping[str, Any], kind: str, problems: Problems) -> dict[str, int]:
    """Return the names with their indices; empty if one is missing and might be the one meant."""
    names: dict[str, int] = {}
    whole = True
    for i, item in enumerate(_tables(raw, kind)):
        name = item.get("name")
        if not isinstance(name, str):
            whole = False
            continue
        if name in names:
            problems.add(
                f"{kind}[{i}].name",
                message("this name is taken by {kind}[{value}]").filled(
                    kind=kind, value=names[name]
                ),
                found=name,
                allowed=message("a name of its own"),
            )
        names.setdefault(name, i)
    return names if whole else {}


def _refers(name: object, known: list[str], path: str, word: str, problems: Problems) -> None:
    if known and isinstance(name, str) and name not in known:
        problems.add(
            path,
            message("there is no {word} of this name").filled(word=word),
            found=name,
            allowed=[f'"{item}"' for item in known],
            remedy=did_you_mean(name, known),
        )


def resolved_profiles(
    scenario: Scenario, problems: Problems | None = None
) -> tuple[Profile | None, Profile | None]:
    """Return the rule pack and the network profile with the scenario's overrides.

    Dated values are those of the scenario's days (:mod:`dialsim.scenario.profiles.in_force`).

    Problems are added to `problems`, and a profile that cannot be loaded is None. Without the list,
    problems are raised and neither is None.
    """
    mine = Problems(scenario._origin.file, scenario._origin.lines) if problems is None else problems
    rules = named_profile(load_rules, scenario.rules.pack, "rules.pack", mine)
    network = named_profile(load_network, scenario.network.profile, "network.profile", mine)
    if rules is not None:
        rules = pack_of(scenario).overridden(
            scenario.rules.overrides, mine, "rules.overrides", scenario.rules.contract
        )
    if network is not None:
        network = network_of(scenario).overridden(
            scenario.network.overrides, mine, "network.overrides"
        )
        check_operator_profiles(scenario, network, mine)
    if problems is None:
        mine.raise_if_any()
    return rules, network


def check_profile_names(raw: Mapping[str, Any], problems: Problems) -> None:
    """Add a rule pack or network profile that does not exist; the dict may have any other fault."""
    loads = (("rules", "pack", load_rules), ("network", "profile", load_network))
    for table, key, load in loads:
        inner = raw.get(table)
        name = inner.get(key) if isinstance(inner, Mapping) else None
        if isinstance(name, str):
            named_profile(load, name, f"{table}.{key}", problems)
    network = raw.get("network")
    named = network.get("operators") if isinstance(network, Mapping) else None
    for operator, of in named.items() if isinstance(named, Mapping) else ():
        by_table = isinstance(of, Mapping)
        name = of.get("profile") if isinstance(of, Mapping) else of
        if isinstance(name, str):
            path = f"network.operators.{operator}" + (".profile" if by_table else "")
            named_profile(load_network, name, path, problems)
