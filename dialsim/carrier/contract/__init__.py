"""Caller ID contracts."""
