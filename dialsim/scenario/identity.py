"""What names a run: the resolved scenario and its digest."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from dialsim.scenario.profile import Profile
from dialsim.scenario.schema import Scenario
from dialsim.scenario.values import plain

FORMAT = 1
"""Version of the digest's input; a change of meaning raises it."""


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
        Its profiles, overrides included; every value counts, notes and sources do not.

    Returns
    -------
    str
        blake2b, 64 hex digits. Paths count as written.
    """
    content: dict[str, Any] = {
        "format": FORMAT,
        "scenario": plain(scenario.to_dict()),
        "rules": rules.plain_values(),
        "network": network.plain_values(),
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.blake2b(text.encode("utf-8"), digest_size=32).hexdigest()


def run_folder_name(scenario: Scenario, digest: str) -> str:
    """Return the run's folder: name, eight digits of the digest, seed.

    Characters that a file system may refuse become hyphens.
    """
    name = re.sub(r"[^\w.-]+", "-", scenario.name).strip("-.") or "scenario"
    return f"{name[:60]}-{digest[:8]}-{scenario.seed}"
