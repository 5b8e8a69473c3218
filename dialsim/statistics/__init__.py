"""Intervals, tests and stopping rules of simulation output."""
