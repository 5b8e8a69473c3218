"""Calls and complaints from before a run, and what its tables say of them."""
