"""Attempts before a run: where leads continue, and complaints still to come."""
