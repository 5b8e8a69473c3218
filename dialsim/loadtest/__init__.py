"""Load tests: dials planned in advance and decided by the real scheduler in real time.

The input is a rate; the results are the lateness of decisions and the fate of each dial. This room
lies above the scheduler, which it measures, and is the only one whose results depend on the
real-time clock.
"""
