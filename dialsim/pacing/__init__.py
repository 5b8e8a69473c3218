"""How many to dial now: idle agents, calls out and callees waiting in, a number of dials out.

Knows what the dialer sees; never the network.
"""
