"""Simulation of the next minutes ahead of time, to choose the number of dials."""
