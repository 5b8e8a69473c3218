"""Rungs: how one is called for, takes effect, is spared and lifts."""
