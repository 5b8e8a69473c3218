"""Sweeps: every combination of some values of a scenario's keys, under common random numbers."""
