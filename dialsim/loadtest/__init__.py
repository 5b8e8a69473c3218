"""Load tests: dials planned beforehand, taken by the real scheduler as their moments come.

A rate comes in; how late the dials were decided, and what became of each, goes out. Above the
scheduler, because it is what is measured; the only room that reads the wall clock for a result.
"""
