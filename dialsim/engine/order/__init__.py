"""Dial order: agreed calls, retries, fresh rows."""
