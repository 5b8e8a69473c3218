"""dialsim plays a calling campaign into the Chinese telephone network, call by call.

    >>> import dialsim
    >>> callable(dialsim.run)
    True

The public names are imported when they are first used: numba costs a second that ``--help`` and
a look at a scenario need not pay.
"""

# The house. Imports go down only; rooms on one floor are blind to each other.
#
#     __main__       the command, its exit codes
#     cli            one thin module a command
#     calibration    what a call log shows about the network                (beside planning)
#     planning       plans, replans, sweeps, sensitivity analyses
#     privacy        forget a person                                        (beside planning)
#     validation     does the engine agree with theory?                     (beside planning)
#     api            the facade: everything the commands do, from Python
#     execution      replications over threads, processes, a cluster
#     loadtest       dials planned beforehand, taken in real time           (beside execution)
#     scheduler      plays a world: feed, drive, record, progress; the only Trio in the simulator
#     pages          every page for the terminal and in HTML, charts, dossiers (beside scheduler)
#     summary        summary.json: built, described, read again
#     explanations   why: an intervention, a caller ID, a person, a value
#     feasibility    what a scenario can do, estimated analytically         (beside explanations)
#     audit          the obligations of a caller                            (beside explanations)
#     results        metrics, goals, waterfall, tables of a run
#     engine         one campaign in virtual time: advance(until); never waits, never touches a file
#     compliance     may we call? verdict, reason, earliest tick            (these six side by side)
#     carrier        what the network does
#     agents         who can talk
#     pacing         how many to dial now
#     people         lists, persons, leads
#     outcomes       what is remembered: log, tallies, series, run folders
#     numbering      number text to int64, class, operator
#     scenario       the file: models, checks, profiles, identity
#     theory         exact answers of queueing theory                       (beside core)
#     statistics     intervals, tests, stopping rules                       (beside core)
#     core           ticks, codes, random draws, timing wheel, windows
#     jit            the kernel decorator, linking, the cache
#     errors         the user's fault, the machine's, ours
#     dictionaries   those of Arrow's columns: words in use alone
#     storage        files that are whole at any time, and what killed commands left
#     address_space  whether a limit leaves room for the libraries
#     arrow_numpy    Arrow's columns as numpy arrays
#     gc_pause       Python's collector of garbage, at rest while it all is imported
#     distribution   what the installed program is called where it is installed from
#
# Data goes one way: scenario, people, scheduler, compliance, carrier, outcomes, results, pages.

from __future__ import annotations

from dialsim.distribution import VERSION

__version__ = VERSION

TYPE_CHECKING = False  # `typing` takes longer than all that a command needs to hear Ctrl-C
if TYPE_CHECKING:
    from dialsim.api import Accounts as Accounts
    from dialsim.api import Check as Check
    from dialsim.api import Comparison as Comparison
    from dialsim.api import Replications as Replications
    from dialsim.api import Run as Run
    from dialsim.api import Screening as Screening
    from dialsim.api import Simulation as Simulation
    from dialsim.api import chart_theme as chart_theme
    from dialsim.api import check as check
    from dialsim.api import compare as compare
    from dialsim.api import explain as explain
    from dialsim.api import explain_run as explain_run
    from dialsim.api import export as export
    from dialsim.api import load_run as load_run
    from dialsim.api import load_test as load_test
    from dialsim.api import people_account as people_account
    from dialsim.api import profile as profile
    from dialsim.api import replicate as replicate
    from dialsim.api import rule_changes as rule_changes
    from dialsim.api import run as run
    from dialsim.api import screen as screen
    from dialsim.api import warm as warm
    from dialsim.api import write_list as write_list
    from dialsim.calibration import Calibration as Calibration
    from dialsim.calibration import calibrate as calibrate
    from dialsim.errors import CapacityError as CapacityError
    from dialsim.errors import DialsimError as DialsimError
    from dialsim.errors import InternalError as InternalError
    from dialsim.errors import ScenarioError as ScenarioError
    from dialsim.loadtest.result import LoadTest as LoadTest
    from dialsim.outcomes.pseudonyms import PseudonymKey as PseudonymKey
    from dialsim.pacing.policy import CampaignSeen as CampaignSeen
    from dialsim.pacing.policy import Decision as Decision
    from dialsim.pacing.policy import Observation as Observation
    from dialsim.planning import PlanFound as PlanFound
    from dialsim.planning import Sensitivity as Sensitivity
    from dialsim.planning import Sweep as Sweep
    from dialsim.planning import load_sweep as load_sweep
    from dialsim.planning import plan as plan
    from dialsim.planning import replan as replan
    from dialsim.planning import sensitivity as sensitivity
    from dialsim.planning import sweep as sweep
    from dialsim.results.splits import Split as Split
    from dialsim.scenario.load import load_scenario as load_scenario
    from dialsim.scenario.models.schema import Scenario as Scenario
    from dialsim.validation import validate as validate

_HOMES = {
    "Accounts": "dialsim.api",
    "Calibration": "dialsim.calibration",
    "CampaignSeen": "dialsim.pacing.policy",
    "CapacityError": "dialsim.errors",
    "Check": "dialsim.api",
    "Comparison": "dialsim.api",
    "Decision": "dialsim.pacing.policy",
    "DialsimError": "dialsim.errors",
    "Forgotten": "dialsim.privacy.forget_result",
    "InternalError": "dialsim.errors",
    "LoadTest": "dialsim.loadtest.result",
    "Observation": "dialsim.pacing.policy",
    "PlanFound": "dialsim.planning",
    "PseudonymKey": "dialsim.outcomes.pseudonyms",
    "Replications": "dialsim.api",
    "Run": "dialsim.api",
    "Scenario": "dialsim.scenario.models.schema",
    "ScenarioError": "dialsim.errors",
    "Screening": "dialsim.api",
    "Sensitivity": "dialsim.planning",
    "Simulation": "dialsim.api",
    "Split": "dialsim.results.splits",
    "Sweep": "dialsim.planning",
    "calibrate": "dialsim.calibration",
    "chart_theme": "dialsim.api",
    "check": "dialsim.api",
    "compare": "dialsim.api",
    "explain": "dialsim.api",
    "explain_run": "dialsim.api",
    "export": "dialsim.api",
    "forget": "dialsim.privacy.forget",
    "load_run": "dialsim.api",
    "load_scenario": "dialsim.scenario.load",
    "load_sweep": "dialsim.planning",
    "load_test": "dialsim.api",
    "people_account": "dialsim.api",
    "plan": "dialsim.planning",
    "profile": "dialsim.api",
    "replan": "dialsim.planning",
    "replicate": "dialsim.api",
    "rule_changes": "dialsim.api",
    "run": "dialsim.api",
    "screen": "dialsim.api",
    "sensitivity": "dialsim.planning",
    "sweep": "dialsim.planning",
    "validate": "dialsim.validation",
    "warm": "dialsim.api",
    "write_list": "dialsim.api",
}

_PLAY = frozenset(
    {
        *("Simulation", "calibrate", "compare", "load_test", "plan", "replan", "replicate"),
        *("run", "sensitivity", "sweep", "validate", "warm"),
    }
)
"""Names that play a scenario, or compile what does."""

__all__ = [
    "Accounts",
    "Calibration",
    "CampaignSeen",
    "CapacityError",
    "Check",
    "Comparison",
    "Decision",
    "DialsimError",
    "Forgotten",
    "InternalError",
    "LoadTest",
    "Observation",
    "PlanFound",
    "PseudonymKey",
    "Replications",
    "Run",
    "Scenario",
    "ScenarioError",
    "Screening",
    "Sensitivity",
    "Simulation",
    "Split",
    "Sweep",
    "calibrate",
    "chart_theme",
    "check",
    "compare",
    "explain",
    "explain_run",
    "export",
    "forget",
    "load_run",
    "load_scenario",
    "load_sweep",
    "load_test",
    "people_account",
    "plan",
    "profile",
    "replan",
    "replicate",
    "rule_changes",
    "run",
    "screen",
    "sensitivity",
    "sweep",
    "validate",
    "warm",
    "write_list",
]


def _imported(name: str) -> object:
    """Return a public name, imported when it is first used."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module 'dialsim' has no attribute {name!r}")
    from dialsim.address_space import LOOKING, PLAYING, check_address_space, is_lack_of_memory
    from dialsim.gc_pause import collector_at_rest

    check_address_space(PLAYING if name in _PLAY else LOOKING, f"dialsim.{name}")
    try:
        with collector_at_rest():
            value: object = getattr(import_module(_HOMES[name]), name)
    except (ImportError, OSError, RuntimeError) as error:
        if not is_lack_of_memory(error):
            raise
        from dialsim.errors import CapacityError
        from dialsim.messages.text import message

        raise CapacityError(
            message("memory did not suffice"), message("to import dialsim.{name}").filled(name=name)
        ) from error
    globals()[name] = value
    return value


if not TYPE_CHECKING:  # a type checker would take any name for one of these
    __getattr__ = _imported


def __dir__() -> list[str]:
    return sorted([*__all__, *(name for name in globals() if name.startswith("__"))])
