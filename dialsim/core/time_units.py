"""Lengths of time, in milliseconds (ticks) unless named otherwise."""

SECOND_MS = 1_000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
WEEK_MS = 7 * DAY_MS

YEAR_MIN = 365 * 24 * 60
"""Minutes of a year."""

CONVERSATION_MS = 30 * SECOND_MS
"""Talk with an agent that is a conversation, at least: a definition, not a rule's threshold."""

NEVER = 1 << 62
"""A tick beyond every run's end; adding a delay to it stays within 64 bits."""
