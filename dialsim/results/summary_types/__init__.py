"""The types of ``summary.json``: every key with its meaning, every number with its unit.

Whoever makes a part of a summary returns its type, whoever reads one takes it, and its JSON Schema
is generated from them. Must not know how a part is made.
"""
