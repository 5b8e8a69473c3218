"""Campaigns played in virtual time: ``advance(until)``.

Never waits, never touches a file, never looks at a clock. SEMANTICS.md says what it does.
"""
