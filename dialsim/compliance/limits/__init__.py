"""Limits on calls: three kinds of windows, exact to the tick."""
