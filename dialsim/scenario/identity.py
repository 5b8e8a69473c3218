"""What names a run: the resolved scenario and its digest."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from dialsim.scenario.profile import Profile
from dialsim.scenario.schema import Scenario
from dialsim.scenario.strictness import is_looser
from dialsim.scenario.values import plain

FORMAT = 1
"""Version of the digest's input; a change of meaning raises it."""


UNHEARD: dict[str, object] = {
    "people.opted_in.dormant": 0.0,
    "people.bought.dormant": 0.0,
    "operators.share.ABROAD": 0.0,
    "abandon.formula": "live_answers",
    "caller_class.96.own_province": True,
    "dialer.setup_allowance": 15_000,
    "signalling.refused_told": [[608, 1.0]],
    "filing.lead_time": 1_209_600_000,
}
"""Profile values younger than the format, each with the value at which it changes nothing."""


def resolved_toml(scenario: Scenario) -> str:
    """Return the scenario as TOML with every default written; loads as an equal scenario."""
    import tomli_w

    return tomli_w.dumps(scenario.to_dict())


def scenario_digest(scenario: Scenario, rules: Profile, network: Profile) -> str:
    """Return the digest of everything that decides a run but the content of its files.

    Parameters
    ----------
    scenario
        Resolved: two files that differ only in comments, order or written-out defaults are one.
    rules, network
        Its profiles, overrides included; every value counts, notes and sources do not. Nor do
        keys that are younger than the format while they change nothing.

    Returns
    -------
    str
        blake2b, 64 hex digits. Paths count as written.
    """
    content: dict[str, Any] = {
        "format": FORMAT,
        "scenario": plain(_with_columns(scenario)),
        "rules": _heard(scenario, rules),
        "network": _heard(scenario, network),
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.blake2b(text.encode("utf-8"), digest_size=32).hexdigest()


def _with_columns(scenario: Scenario) -> dict[str, Any]:
    """Return the resolved scenario with the two columns that a list of people always had."""
    content = scenario.to_dict()
    for written, source in zip(content["people"], scenario.people, strict=True):
        if source.file is not None:
            always = {"number": source.columns.number, "id": source.columns.id}
            written["columns"] = always | written.get("columns", {})
    return content


def _heard(scenario: Scenario, profile: Profile) -> dict[str, Any]:
    """Return a profile's values without the younger ones that change nothing here."""
    return {
        key: value
        for key, value in profile.plain_values().items()
        if UNHEARD.get(key) != value
        and (scenario.registries or not key.startswith("registry."))
        and not _is_no_more_than_the_wall(profile, key)
    }


def _is_no_more_than_the_wall(profile: Profile, key: str) -> bool:
    """Whether a sector's hours, which are younger than the format, leave open all of the wall."""
    if not key.startswith("hours.sector."):
        return False
    wall = profile.entry(f"hours.wall.{key.rpartition('.')[2]}").value
    return not is_looser(wall, profile.entry(key).value, "windows", "subset")


def run_folder_name(scenario: Scenario, digest: str) -> str:
    """Return the run's folder: name, eight digits of the digest, seed.

    Characters that a file system may refuse become hyphens.
    """
    name = re.sub(r"[^\w.-]+", "-", scenario.name).strip("-.") or "scenario"
    return f"{name[:60]}-{digest[:8]}-{scenario.seed}"
