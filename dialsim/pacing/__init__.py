"""Pacing: from idle agents, calls under way and waiting callees to a number of dials.

Knows what the dialer sees; never the network.
"""
