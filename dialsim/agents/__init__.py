"""Agents, their shifts, their idle list, and the callees that wait for them.

Shifts and handling in, the next agent out. Knows neither campaigns' rules nor the network.
"""
