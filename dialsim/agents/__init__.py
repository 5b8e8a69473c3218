"""Who can talk: agents, their shifts, their idle list, the callees that wait for them.

Shifts and handling in, the next agent out. Knows neither campaigns' rules nor the network.
"""
