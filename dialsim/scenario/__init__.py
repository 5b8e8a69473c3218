"""Scenario files: read, check and resolve a TOML file or a dict.

Input: the user's file or dict. Output: a frozen :class:`Scenario`, the rule pack and the network
profile with its overrides, and the digest that names the run. It knows nothing of the simulation:
no engine is imported here.
"""

from dialsim.scenario.checks.check import check_meaning
from dialsim.scenario.checks.names import resolved_profiles
from dialsim.scenario.checks.warnings import warnings
from dialsim.scenario.identity import resolved_toml, run_folder_name, scenario_digest
from dialsim.scenario.load import load_scenario
from dialsim.scenario.metrics import Metric, metrics
from dialsim.scenario.models.schema import Scenario, json_schema
from dialsim.scenario.profiles.profile import (
    Profile,
    Value,
    known_profiles,
    load_network,
    load_rules,
)

__all__ = [
    "Metric",
    "Profile",
    "Scenario",
    "Value",
    "check_meaning",
    "json_schema",
    "known_profiles",
    "load_network",
    "load_rules",
    "load_scenario",
    "metrics",
    "resolved_profiles",
    "resolved_toml",
    "run_folder_name",
    "scenario_digest",
    "warnings",
]
