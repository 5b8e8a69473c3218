"""Load tests: dials planned beforehand and decided by the real scheduler in real time.

A rate comes in; how late the dials were decided, and what became of each, goes out. Above the
scheduler, because it is what is measured; the only room that reads the wall clock for a result.
"""
