"""What a run came to: metrics, goals, and what each page and table of a run is made from.

Reads final arrays and never changes them. Heavy imports (pyarrow) stand inside functions.
"""
