"""Calibration: network values fitted to a call log, with their evidence, as a profile.

A log comes in (a run's own, or a dialer's export with its columns mapped), values of the network
profile come out. It plays nothing, and knows nothing of detection thresholds of unregistered
numbers, on purpose.
"""

from dialsim.calibration.calibrate import calibrate as calibrate
from dialsim.calibration.result import Calibration as Calibration
