"""May we call? Persons, rules and own counters in; a verdict, its reason and the first tick out.

Knows what the dialer knows: its lists as of their last sync, its own counters and what the
signalling said. It must not know the network's state.
"""
