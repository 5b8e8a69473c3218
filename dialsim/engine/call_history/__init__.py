"""Attempts made before a run is played: where leads go on, and complaints still to come."""
