"""What should be done, and what that rests on.

``making`` looks for the cheapest plan that keeps every promise and proves it; ``study`` finds out
which assumptions decide whether goals are met; ``sweep`` plays every combination of values of some
keys. All play scenarios through ``api``, many times.
"""

from dialsim.planning.found import Sensitivity as Sensitivity
from dialsim.planning.making import plan as plan
from dialsim.planning.plan_found import PlanFound as PlanFound
from dialsim.planning.replanning import replan as replan
from dialsim.planning.study import sensitivity as sensitivity
from dialsim.planning.sweep import load_sweep as load_sweep
from dialsim.planning.sweep import sweep as sweep
from dialsim.planning.swept import Sweep as Sweep
