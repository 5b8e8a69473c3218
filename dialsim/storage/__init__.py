"""Atomic file storage: write to a temporary name, then rename; journals for several files.

What is read is bounded and checked: small files, JSON, names of files, checksums of tables.
A command that was killed leaves nothing that a later one takes for whole: what it was writing is
locked while it lives, and removed by the next command once it is dead.
"""
