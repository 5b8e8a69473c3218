"""What came of a run: metrics, goals, waterfall, the summary, tables and the terminal page.

Reads final arrays and never changes them. Heavy imports (pyarrow, rich) stand inside functions.
"""
