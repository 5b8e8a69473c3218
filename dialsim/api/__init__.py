"""The Python API of everything the commands do: run, step, compare, read a run.

``run("scenarios/first_campaign.toml").summary["metrics"]["conversations"]["value"]``

Functions take a scenario or a folder and return results. Expensive modules are imported on first
use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dialsim.api.accounts import Accounts as Accounts
    from dialsim.api.accounts import people_account as people_account
    from dialsim.api.checking import Check as Check
    from dialsim.api.checking import check as check
    from dialsim.api.checking import compile_times as compile_times
    from dialsim.api.checking import warm as warm
    from dialsim.api.comparing import compare as compare
    from dialsim.api.comparison import Comparison as Comparison
    from dialsim.api.explaining import explain as explain
    from dialsim.api.explaining import rule_changes as rule_changes
    from dialsim.api.exporting import Exported as Exported
    from dialsim.api.exporting import export as export
    from dialsim.api.load_testing import load_test as load_test
    from dialsim.api.plots import chart_theme as chart_theme
    from dialsim.api.profiles import profile as profile
    from dialsim.api.replicating import replicate as replicate
    from dialsim.api.replications import Paired as Paired
    from dialsim.api.replications import Replications as Replications
    from dialsim.api.results import Run as Run
    from dialsim.api.results import load_run as load_run
    from dialsim.api.run_explanations import explain_run as explain_run
    from dialsim.api.running import run as run
    from dialsim.api.screening import Screening as Screening
    from dialsim.api.screening import screen as screen
    from dialsim.api.stepping import Simulation as Simulation
    from dialsim.api.writing_lists import write_list as write_list
    from dialsim.scenario.load import load_scenario as load_scenario

_HOMES = {
    "Accounts": "dialsim.api.accounts",
    "Check": "dialsim.api.checking",
    "Comparison": "dialsim.api.comparison",
    "Exported": "dialsim.api.exporting",
    "Paired": "dialsim.api.replications",
    "Replications": "dialsim.api.replications",
    "Run": "dialsim.api.results",
    "Screening": "dialsim.api.screening",
    "Simulation": "dialsim.api.stepping",
    "chart_theme": "dialsim.api.plots",
    "check": "dialsim.api.checking",
    "compare": "dialsim.api.comparing",
    "compile_times": "dialsim.api.checking",
    "explain": "dialsim.api.explaining",
    "explain_run": "dialsim.api.run_explanations",
    "rule_changes": "dialsim.api.explaining",
    "export": "dialsim.api.exporting",
    "load_run": "dialsim.api.results",
    "load_scenario": "dialsim.scenario.load",
    "load_test": "dialsim.api.load_testing",
    "people_account": "dialsim.api.accounts",
    "profile": "dialsim.api.profiles",
    "replicate": "dialsim.api.replicating",
    "run": "dialsim.api.running",
    "screen": "dialsim.api.screening",
    "warm": "dialsim.api.checking",
    "write_list": "dialsim.api.writing_lists",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'dialsim.api' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value
