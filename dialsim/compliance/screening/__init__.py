"""Screening: every reason at once, as bits, and when a person may be called.

The engine stops at the first reason; a planner who mends a list wants all of them.
"""
