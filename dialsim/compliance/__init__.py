"""Compliance: persons, rules and own counters in; verdict, reason and earliest tick out.

Knows what the dialer knows: its lists as of their last sync, its own counters and what the
signalling said. It must not know the network's state.
"""
