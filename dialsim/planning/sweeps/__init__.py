"""Sweeps: every combination of some values of a scenario's keys, in the same random draws."""
