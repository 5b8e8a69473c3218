"""Lengths of time in milliseconds (ticks), and the tick that never comes."""

SECOND_MS = 1_000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS

NEVER = 1 << 62
"""A tick beyond every run's end; adding a delay to it stays within 64 bits."""
