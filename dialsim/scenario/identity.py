"""Identity of a run: the resolved scenario and its digest."""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path
from typing import Any

from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.profiles.operator_profiles import operator_profiles
from dialsim.scenario.profiles.profile import Profile
from dialsim.scenario.profiles.strictness import is_looser
from dialsim.scenario.values import plain
from dialsim.storage.paths import beginning

LONGEST_STEM = 190
"""Most bytes of a scenario's name in its run folder's name, before digest, seed and suffixes."""

FORMAT = 1
"""Version of the digest's input; a change of meaning raises it."""


NEUTRAL_VALUES: dict[str, object] = {
    "people.opted_in.dormant": 0.0,
    "people.bought.dormant": 0.0,
    "operators.share.ABROAD": 0.0,
    "abandon.formula": "live_answers",
    "caller_class.96.own_province": True,
    "dialer.setup_allowance": 15_000,
    "signalling.refused_told": [[608, 1.0]],
    "filing.lead_time": 1_209_600_000,
    "complaints.hours": ["00:00-24:00"],
    "traceback.deadline_working_days": 366,
    "platform.stops_per_year": 0.0,
    "refusal.decline_holds": 315_360_000_000,
    "declined.opted_in.marketing": 0.0,
    "declined.opted_in.service": 0.0,
    "declined.opted_in.collections": 0.0,
    "declined.bought.marketing": 0.0,
    "declined.bought.service": 0.0,
    "declined.bought.collections": 0.0,
    "labels.handsets.main": 1.0,
    "labels.handsets.second": 0.0,
    "labels.handsets.third": 0.0,
    "labels.delay.main": 0,
    "subscriber_blocks.opted_in": 0.0,
    "subscriber_blocks.bought": 0.0,
    "subscriber_blocks.after_mark": 0.0,
    "gateway.blocks_per_year": 0.0,
    "behaviour.mean_talk.spread": 0.0,
    "talk.shape": "lognormal",
}
"""Profile values added after the format, each with its neutral value."""

NEUTRAL_BEHAVIOUR: dict[str, object] = {
    "behaviour.short.warn": 1.0,
    "behaviour.short.throttle": 1.0,
    "behaviour.answers.warn": 0.0,
    "behaviour.answers.throttle": 0.0,
    "behaviour.mean_talk.warn": 0,
    "behaviour.enterprise.calls_per_day": 1_000_000_000,
    "behaviour.new_callees.mobile.warn_per_5min": 1_000_000_000,
    "behaviour.new_callees.mobile.suspend_per_day": 1_000_000_000,
    "behaviour.repeats.mobile.warn_per_day": 1_000_000_000,
}
"""Neutral values of the behaviour rules: if all are neutral, the digest ignores these rules."""

FORMER_VALUES: dict[str, object] = {"caller_class.400.approved_purposes": []}
"""Changed profile values with their former value, which counts if nothing reads them."""

LEGAL_ONLY = ("personal_information.", "privacy.", "records.")
"""Name prefixes of values that decide whether a run is lawful, not what it does."""

ANNOUNCED = "signalling.announcement."
SILENCE = [["none", 1.0]]


def resolved_toml(scenario: Scenario) -> str:
    """Return the scenario as TOML with every default written; loads as an equal scenario."""
    import tomli_w

    return tomli_w.dumps(scenario.to_dict())


def moved(scenario: Scenario, folder: Path) -> dict[str, Any]:
    """Return the scenario as plain values with file paths relative to a folder.

    Absolute paths stay absolute.
    """
    raw = scenario.to_dict()
    tables = [
        table
        for kind in ("people", "registries", "withdrawals", "caller_ids")
        for table in raw.get(kind, ())
    ]
    history = raw.get("history") or {}
    tables += [history[key] for key in ("calls", "caller_ids") if history.get(key)]
    for table in tables:
        written = table.get("file")
        if written is not None and not Path(written).expanduser().is_absolute():
            table["file"] = os.path.relpath(scenario.file_path(written), folder)
    return raw


def scenario_digest(
    scenario: Scenario, rules: Profile, network: Profile, policy: str | None = None
) -> str:
    """Return the digest of everything that decides a run, except the content of its files.

    Parameters
    ----------
    scenario
        Resolved: two files that differ only in comments, order or written-out defaults are one.
    rules, network
        Its profiles, overrides included; every value counts, notes and sources do not. Nor do keys
        added after the format while they are neutral.
    policy
        Digest of the pacing policy's source; None: there is none.

    Returns
    -------
    str
        blake2b, 64 hex digits. Paths count as written.
    """
    content: dict[str, Any] = {
        "format": FORMAT,
        "scenario": plain(_with_columns(scenario, network)),
        "rules": _effective_values(scenario, rules),
        "network": _effective_values(scenario, network),
    }
    if scenario.network.operators:
        content["operators"] = {
            operator: profile.plain_values()
            for operator, profile in operator_profiles(scenario, network).items()
        }
    if policy is not None:
        content["policy"] = policy
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.blake2b(text.encode("utf-8"), digest_size=32).hexdigest()


def _with_columns(scenario: Scenario, network: Profile) -> dict[str, Any]:
    """Return the resolved scenario with the keys of the first format.

    That is two columns of a list of people, and what a line contract allows to one callee.

    Leaves out prices, plan decisions and replication settings: none of them changes a run.
    """
    content = scenario.to_dict()
    for key in ("costs", "plan", "replications"):
        content.pop(key, None)
    for written, source in zip(content["people"], scenario.people, strict=True):
        if source.file is not None:
            always = {"number": source.columns.number, "id": source.columns.id}
            written["columns"] = always | written.get("columns", {})
    for written, trunk in zip(content["trunks"], scenario.trunks, strict=True):
        if trunk.contract is not None:
            day, month = trunk.contract.callee_ceilings(network)
            written["contract"] |= {"callee_per_day": day, "callee_per_month": month}
    return content


def _effective_values(scenario: Scenario, profile: Profile) -> dict[str, Any]:
    """Return a profile's values without later additions that have no effect here."""
    answers = any(block.answers_callbacks for block in scenario.caller_ids)
    plain_values = profile.plain_values()
    if not any(block.number_class == "400" and block.approved_use for block in scenario.caller_ids):
        plain_values |= {key: old for key, old in FORMER_VALUES.items() if key in plain_values}
    behaves = any(plain_values.get(key) != value for key, value in NEUTRAL_BEHAVIOUR.items())
    met = _is_read_by_prefix(scenario, plain_values)
    return {
        key: value
        for key, value in plain_values.items()
        if NEUTRAL_VALUES.get(key) != value
        and not key.startswith(LEGAL_ONLY)
        and (scenario.registries or not key.startswith("registry."))
        and (answers or not key.startswith("callbacks."))
        and (behaves or not key.startswith("behaviour."))
        and _is_read_for_complaints(scenario, plain_values, key)
        and next((answer for head, answer in met.items() if key.startswith(head)), True)
        and (not key.startswith(ANNOUNCED) or value != SILENCE)
        and not _equals_legal_hours(profile, key)
    }


def _is_read_for_complaints(scenario: Scenario, values: dict[str, Any], key: str) -> bool:
    """Return whether complaint handling may read a value in a run of the scenario."""
    head, _, rest = key.partition(".")
    enterprise = scenario.enterprise
    if head == "platform":
        centre = enterprise.call_centre
        others = centre is not None and centre.kind == "outsourced"
        return others and bool(values["platform.stops_per_year"])
    if head == "appeals":
        return enterprise.appeals
    if head == "traceback":
        return bool(
            values["traceback.deadline_working_days"]
            != NEUTRAL_VALUES["traceback.deadline_working_days"]
        )
    if key == "complaints.sector_working_days":
        return bool(values.get(f"complaints.sector_factor.{enterprise.sector}"))
    return not rest.startswith("sector_factor.") or rest == f"sector_factor.{enterprise.sector}"


def _is_read_by_prefix(scenario: Scenario, values: dict[str, Any]) -> dict[str, bool]:
    """Return which value prefixes a run reads for gateways, handsets and signalling."""
    blocks = scenario.caller_ids
    abroad = any(trunk.by_gateway for trunk in scenario.trunks)
    speaks = any(value != SILENCE for key, value in values.items() if key.startswith(ANNOUNCED))
    asked = {
        "gateway.": abroad,
        "subscriber_blocks.international": abroad,
        "subscriber_blocks.prefix.95": any(b.number_class.startswith("95") for b in blocks),
        "subscriber_blocks.prefix.96": any(b.number_class in ("96", "1010") for b in blocks),
        "subscriber_blocks.prefix.400": any(b.number_class == "400" for b in blocks),
        "caller_class.privacy.": any(b.number_class == "privacy" for b in blocks),
        "labels.appeal.": any(block.appeals_labels for block in blocks),
        "labels.certified_coverage": any(block.display_name for block in blocks),
        "recording.": scenario.enterprise.announces_recording,
        "signalling.announcement_meaning": speaks,
        "signalling.ambiguous": speaks,
        "signalling.blocked_by_callee": any(
            value for name, value in values.items() if name.startswith("subscriber_blocks.")
        ),
    }
    for platform in ("second", "third"):
        shown = bool(values.get(f"labels.handsets.{platform}"))
        asked[f"labels.later_marks.{platform}"] = asked[f"labels.delay.{platform}"] = shown
    return asked


def _equals_legal_hours(profile: Profile, key: str) -> bool:
    """Return whether a sector's hours, added after the format, cover all of the legal hours."""
    if not key.startswith("hours.sector."):
        return False
    wall = profile.entry(f"hours.wall.{key.rpartition('.')[2]}").value
    return not is_looser(wall, profile.entry(key).value, "windows", "subset")


def run_folder_name(scenario: Scenario, digest: str) -> str:
    """Return the run's folder: name, eight digits of the digest, seed.

    Characters that file systems may refuse become hyphens.
    """
    name = re.sub(r"[^\w.-]+", "-", scenario.name).strip("-.") or "scenario"
    return f"{beginning(name[:60], LONGEST_STEM)}-{digest[:8]}-{scenario.seed}"
