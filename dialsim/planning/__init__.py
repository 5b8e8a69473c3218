"""Planning: what to change, and on which assumptions the answer depends.

``plans`` finds the cheapest plan that keeps every promise, and proves it; ``replans`` does so for
the rest of a running campaign. ``sensitivity_analysis`` finds the assumptions that decide whether
goals are met. ``sweeps`` simulates every combination of values of some keys. All simulate scenarios
through ``execution``, many times.
"""

from dialsim.planning.plans.optimise import plan as plan
from dialsim.planning.plans.plan_result import PlanFound as PlanFound
from dialsim.planning.replans.replan import replan as replan
from dialsim.planning.sensitivity_analysis.sensitivity_result import Sensitivity as Sensitivity
from dialsim.planning.sensitivity_analysis.study import sensitivity as sensitivity
from dialsim.planning.sweeps.sweep import load_sweep as load_sweep
from dialsim.planning.sweeps.sweep import sweep as sweep
from dialsim.planning.sweeps.sweep_result import Sweep as Sweep
