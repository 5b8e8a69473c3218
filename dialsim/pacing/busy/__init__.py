"""Busy agents of a pool by the time since their calls began."""
