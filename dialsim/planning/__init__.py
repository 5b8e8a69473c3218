"""What a plan rests on: which of the things assumed decide whether its goals are met.

It plays scenarios through ``api`` like any user would, many times.
"""

from dialsim.planning.found import Sensitivity as Sensitivity
from dialsim.planning.making import plan as plan
from dialsim.planning.plan_found import PlanFound as PlanFound
from dialsim.planning.study import sensitivity as sensitivity
