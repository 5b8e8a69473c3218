"""Records of a run: the log, tallies, series and the outcome digest.

Attempts that ended come in; rows, counts and files go out.
"""
