"""Lawful changes of a scenario after a run, each with its estimated effect."""
