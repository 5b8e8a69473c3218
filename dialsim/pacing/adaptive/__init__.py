"""Modes that steer the dial level per agent: VICIdial's rule, or a target drop rate."""
