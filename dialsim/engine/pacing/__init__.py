"""Pacing decisions of campaigns: when, on which knowledge, with which feedback."""
