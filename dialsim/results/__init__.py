"""The results of a run: metrics, goals, and the data of its pages and tables.

Reads final arrays and never changes them. Heavy imports (pyarrow) stand inside functions.
"""
